/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_COMMAND_H
#define GUESTTIME_COMMAND_H

#include "feature.h"
#include "options.h"

/**
 * struct environment - what every command needs
 * @procfd:	directory file descriptor of /proc
 * @feature:	what the kernel can do
 * @hz:		ticks per second in /proc
 */
struct environment {
	int procfd;
	struct feature feature;
	double hz;
};

/* Exit statuses; each command prints its own errors and returns one. */
enum {
	EXIT_TROUBLE = 1,	/* something kept it from doing its work */
	EXIT_USAGE = 2,
	EXIT_SAMPLING = 3,	/* sampling is needed and not possible; status: it is needed */
	EXIT_NOTHING = 4,	/* status: nothing works */
};

/** command_show - totals once, or rates over intervals */
int command_show(const struct options *opts, const struct environment *env);

/** command_top - the same live on the screen */
int command_top(const struct options *opts, const struct environment *env);

/** command_status - what works on this host */
int command_status(const struct options *opts, const struct environment *env);

/** command_exits - a line for each VM that ends, until told to stop */
int command_exits(const struct options *opts, const struct environment *env);

/** command_prometheus - metrics once, to standard output or into a file */
int command_prometheus(const struct options *opts, const struct environment *env);

/** command_exporter - serve metrics until told to stop */
int command_exporter(const struct options *opts, const struct environment *env);

#endif
