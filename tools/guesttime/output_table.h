/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_OUTPUT_TABLE_H
#define GUESTTIME_OUTPUT_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "column.h"

/**
 * struct table - how a table looks
 * @threads:	rows are threads
 * @rates:	values are percent of one CPU, not seconds
 * @exits:	rows are ended VMs and come one by one: the heading is printed
 *		once, and columns only ever grow
 * @width:	screen columns, 0 if there is no limit
 * @colour:	escape sequences are welcome
 * @utf8:	so is UTF-8
 * @started:	set by table_print(): something has been printed before
 * @min_widths:	of columns; kept by table_print() if @exits
 */
struct table {
	bool threads;
	bool rates;
	bool exits;
	unsigned int width;
	bool colour;
	bool utf8;
	bool started;
	size_t min_widths[COLUMNS];
};

/**
 * table_print - print rows as a table
 *
 * To fit @width, names are shortened first, then gaps, headings and decimals;
 * columns that still do not fit are left out from the right, never cut.
 */
void table_print(FILE *out, struct table *table, const struct rows *rows);

#endif
