/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_COMMAND_H
#define GUESTTIME_COMMAND_H

#include "feature.h"
#include "options.h"

/**
 * struct environment - what every command needs
 * @procfd:	directory file descriptor of /proc
 * @feature:	the kernel's state
 * @hz:		ticks per second in /proc
 */
struct environment {
	int procfd;
	enum feature_state feature;
	double hz;
};

/*
 * Each command prints its own errors and returns the exit status: 0, or 1 if
 * something kept it from doing its work.
 */

/** command_show - totals once, or rates over intervals */
int command_show(const struct options *opts, const struct environment *env);

/** command_exits - a line for each VM that ends, until told to stop */
int command_exits(const struct options *opts, const struct environment *env);

/** command_prometheus - metrics once, to standard output or into a file */
int command_prometheus(const struct options *opts, const struct environment *env);

/** command_exporter - serve metrics until told to stop */
int command_exporter(const struct options *opts, const struct environment *env);

#endif
