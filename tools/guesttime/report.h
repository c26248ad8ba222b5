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
 * @table:	how a table looks
 */
struct report {
	const struct options *opts;
	enum feature_state feature;
	struct table table;
};

/** report_init - find out about the terminal */
void report_init(struct report *report, const struct options *opts, enum feature_state feature);

/**
 * report_print - print rows
 * @interval:	seconds rates were taken over; 0 for totals
 *
 * Return: 0, or a negative errno if standard output fails.
 */
int report_print(struct report *report, const struct rows *rows, double interval);

#endif
