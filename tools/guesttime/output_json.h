/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_OUTPUT_JSON_H
#define GUESTTIME_OUTPUT_JSON_H

#include <stdio.h>

#include "member.h"

/**
 * json_print - print rows as JSON, one object a line
 *
 * Unknown values are null.
 */
void json_print(FILE *out, const struct record_format *format, const struct rows *rows);

/** json_print_text - a string, quoted and escaped, or null */
void json_print_text(FILE *out, const char *text);

#endif
