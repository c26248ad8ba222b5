/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_ESCAPE_H
#define GUESTTIME_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Names come from other users' processes and may hold any byte but NUL. Each
 * function writes a NUL-terminated result of at most @size - 1 bytes that is
 * safe in its format, and cuts between characters, never inside one. @size
 * must be at least 1.
 */

/* Room that always suffices for @n bytes of input, in any format. */
#define ESCAPE_ROOM(n)	((n) * 6 + 1)

/**
 * escape_terminal - make a name fit for a terminal
 * @in:		NUL-terminated name
 * @utf8:	the terminal takes UTF-8: printable characters stay as they are
 * @columns:	room in screen columns; a name that does not fit ends in '+'
 * @out:	result
 * @size:	room in bytes
 *
 * Control, formatting and direction characters and invalid bytes become \n,
 * \t, \r or \xHH; a backslash is doubled.
 *
 * Return: screen columns used.
 */
size_t escape_terminal(const char *in, bool utf8, size_t columns, char *out, size_t size);

/**
 * escape_json - the inside of a JSON string
 *
 * Invalid UTF-8 becomes U+FFFD, one for each byte. Return: length of the result.
 */
size_t escape_json(const char *in, char *out, size_t size);

/**
 * escape_prometheus - the inside of a Prometheus label value
 *
 * Invalid UTF-8 becomes U+FFFD, one for each byte. Return: length of the result.
 */
size_t escape_prometheus(const char *in, char *out, size_t size);

#endif
