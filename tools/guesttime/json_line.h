/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_JSON_LINE_H
#define GUESTTIME_JSON_LINE_H

#include <stdbool.h>
#include <stddef.h>

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_TEXT,
};

/**
 * struct json_value - a member of an object
 * @number:	for JSON_NUMBER; 0 or 1 for JSON_BOOL
 * @text:	for JSON_TEXT, NUL-terminated UTF-8
 */
struct json_value {
	enum json_kind kind;
	double number;
	const char *text;
};

/** json_member - called for each member; anything but 0 ends the decoding */
typedef int (*json_member)(void *arg, const char *key, const struct json_value *value);

/**
 * json_line_decode - decode an object whose members are no objects or arrays
 * @line:	its text; overwritten, as strings are decoded in place
 * @len:	how many bytes, without the newline
 *
 * Return: 0; -EBADMSG if it is not such an object; what @member returned.
 */
int json_line_decode(char *line, size_t len, json_member member, void *arg);

#endif
