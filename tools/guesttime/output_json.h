/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_OUTPUT_JSON_H
#define GUESTTIME_OUTPUT_JSON_H

#include <stdio.h>

#include "column.h"

/**
 * struct json_format - what the objects hold
 * @threads:	rows are threads
 * @exits:	rows are ended VMs: says where the numbers come from, and
 *		gives microseconds where the kernel does
 * @interval:	seconds the rates were taken over; 0 if values are totals
 */
struct json_format {
	bool threads;
	bool exits;
	double interval;
};

/**
 * json_print - print rows as JSON, one object a line
 *
 * Unknown values are null.
 */
void json_print(FILE *out, const struct json_format *format, const struct rows *rows);

#endif
