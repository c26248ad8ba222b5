/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_TEXT_OUT_H
#define GUESTTIME_TEXT_OUT_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define TEXT_OUT_SIZE	(64 * 1024)
#define NUMBER_ROOM	400	/* bytes of any double, by number_format() */

/**
 * struct text_out - text on its way to a stream
 * @out:	the stream
 * @n:		bytes that wait; zero before first use
 * @buf:	the bytes
 *
 * Rows have many small pieces. printf() of each would cost more than reading /proc.
 * text_flush() ends the text.
 */
struct text_out {
	FILE *out;
	size_t n;
	char buf[TEXT_OUT_SIZE];
};

/** text_flush - hand everything to the stream */
void text_flush(struct text_out *text);

/** text_room - where to write up to @size bytes, at most TEXT_OUT_SIZE */
static inline char *text_room(struct text_out *text, size_t size)
{
	if (size > sizeof(text->buf) - text->n)
		text_flush(text);
	return text->buf + text->n;
}

/** text_used - so many bytes of the room were written */
static inline void text_used(struct text_out *text, size_t n)
{
	text->n += n;
}

static inline void text_bytes(struct text_out *text, const char *s, size_t n)
{
	memcpy(text_room(text, n), s, n);
	text_used(text, n);
}

static inline void text_string(struct text_out *text, const char *s)
{
	text_bytes(text, s, strlen(s));
}

static inline void text_char(struct text_out *text, char c)
{
	text_bytes(text, &c, 1);
}

/**
 * number_format - write a number with a fixed count of decimals
 *
 * As printf("%.*f") does, except that halves are rounded up: 0.125 becomes 0.13.
 * The result has no NUL. Return: its length in bytes.
 */
size_t number_format(char out[NUMBER_ROOM], double v, int decimals);

/** text_number - a number as number_format() writes it */
static inline void text_number(struct text_out *text, double v, int decimals)
{
	text_used(text, number_format(text_room(text, NUMBER_ROOM), v, decimals));
}

#endif
