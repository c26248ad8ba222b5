/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_REPORT_H
#define GUESTTIME_REPORT_H

#include "feature.h"
#include "options.h"
#include "output_table.h"
#include "row.h"

/**
 * struct report - prints rows on standard output in the format asked for
 * @opts:	the command line
 * @feature:	the kernel's state
 * @source:	name of where the split comes from
 * @host:	name of this host
 * @table:	how a table looks
 * @started:	rows have been printed before
 */
struct report {
	const struct options *opts;
	enum feature_state feature;
	const char *source;
	char host[65];
	struct table table;
	bool started;
};

/** report_init - find out about the terminal and the host */
void report_init(struct report *report, const struct options *opts,
		 const struct feature *feature, const char *source);

/** report_host - the rows are those of another host */
void report_host(struct report *report, const char *host);

/**
 * report_print - print rows
 * @interval:	seconds rates were taken over; 0 for totals
 * @time:	of the report [s since the epoch]
 *
 * Return: 0, or a negative errno if standard output fails.
 */
int report_print(struct report *report, const struct rows *rows, double interval, double time);

/** terminal_colour - are escape sequences welcome on standard output? */
bool terminal_colour(void);

/** terminal_utf8 - is UTF-8? */
bool terminal_utf8(void);

#endif
