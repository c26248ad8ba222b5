/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_OUTPUT_CSV_H
#define GUESTTIME_OUTPUT_CSV_H

#include <stdio.h>

#include "member.h"

/**
 * csv_print - print rows as comma-separated values (RFC 4180, lines end in \n)
 * @heading:	print the line of names first
 *
 * Unknown values are empty. Bytes of names that could be taken for something else
 * are escaped as on a terminal; so is a first one that makes it a formula.
 */
void csv_print(FILE *out, const struct record_format *format, const struct rows *rows,
	       bool heading);

#endif
