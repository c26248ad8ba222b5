// SPDX-License-Identifier: GPL-2.0-only
/* Names made safe for a terminal, for JSON and for Prometheus. */
#include "escape.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define REPLACEMENT	"\xef\xbf\xbd"	/* U+FFFD */

/* Characters that stand for themselves everywhere: nearly all of nearly all names. */
static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/*
 * Decode the character at @s (NUL-terminated). Returns its length in bytes, 0
 * if the bytes are not valid UTF-8: overlong forms and surrogates are not.
 */
static size_t utf8_decode(const char *s, uint32_t *codepoint)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	size_t len, i;
	uint32_t c;

	if (p[0] < 0x80) {
		*codepoint = p[0];
		return 1;
	}
	if (p[0] >= 0xc0 && p[0] < 0xe0)
		len = 2;
	else if (p[0] >= 0xe0 && p[0] < 0xf0)
		len = 3;
	else if (p[0] >= 0xf0 && p[0] < 0xf8)
		len = 4;
	else
		return 0;

	c = p[0] & (0x7fu >> len);
	for (i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*codepoint = c;
	return len;
}

/* Characters that are "printable" but can hide or reorder their neighbours. */
static bool is_deceptive(uint32_t c)
{
	return c == 0xad || c == 0x61c || c == 0x180e || c == 0xfeff ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || (c >= 0xe0000 && c <= 0xe0fff);
}

/* Screen columns of a character, -1 if it must be escaped. */
static int columns_of(uint32_t c, bool utf8)
{
	if (c < 0x80)
		return c >= 0x20 && c < 0x7f && c != '\\' ? 1 : -1;
	if (!utf8 || is_deceptive(c) || !iswprint((wint_t)c))
		return -1;
	return wcwidth((wchar_t)c);
}

/* Writes one unit for the terminal, returns bytes of input used. */
static size_t terminal_unit(const char *in, bool utf8, char unit[8], size_t *columns)
{
	uint32_t c = 0;
	size_t len = utf8_decode(in, &c);
	int cols = len ? columns_of(c, utf8) : -1;

	if (cols >= 0) {
		memcpy(unit, in, len);
		unit[len] = '\0';
		*columns = (size_t)cols;
		return len;
	}
	switch (*in) {
	case '\n':
		strcpy(unit, "\\n");
		break;
	case '\t':
		strcpy(unit, "\\t");
		break;
	case '\r':
		strcpy(unit, "\\r");
		break;
	case '\\':
		strcpy(unit, "\\\\");
		break;
	default:
		snprintf(unit, 8, "\\x%02x", (unsigned char)*in);
	}
	*columns = strlen(unit);
	return 1;
}

size_t escape_terminal(const char *in, bool utf8, size_t columns, char *out, size_t size)
{
	size_t used = 0, pos = 0, cut_used = 0, cut_pos = 0;
	bool fits = true;
	char unit[8];

	while (*in) {
		size_t cols, bytes;

		if (is_plain(*in)) {
			*unit = *in++;
			cols = 1;
			bytes = 1;
		} else {
			in += terminal_unit(in, utf8, unit, &cols);
			bytes = strlen(unit);
		}
		if (used + cols > columns || pos + bytes >= size) {
			fits = false;
			break;
		}
		memcpy(out + pos, unit, bytes);
		pos += bytes;
		used += cols;
		/* The last place that leaves room for the '+'. */
		if (used + 1 <= columns && pos + 1 < size) {
			cut_used = used;
			cut_pos = pos;
		}
	}
	if (!fits) {
		pos = cut_pos;
		used = cut_used;
		if (used + 1 <= columns && pos + 1 < size) {
			out[pos++] = '+';
			used++;
		}
	}
	out[pos] = '\0';
	return used;
}

static const char *json_unit(uint32_t c, char unit[8])
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\t':
		return "\\t";
	case '\r':
		return "\\r";
	}
	if (c >= 0x20 && c != 0x7f)
		return NULL;
	snprintf(unit, 8, "\\u%04x", (unsigned int)c);
	return unit;
}

static const char *prometheus_unit(uint32_t c, char unit[8])
{
	(void)unit;
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	}
	return NULL;
}

/* @escape_unit returns what stands for a character, NULL for itself. */
static size_t escape_utf8(const char *in, const char *(*escape_unit)(uint32_t, char[8]),
			  char *out, size_t size)
{
	size_t pos = 0;

	while (*in) {
		uint32_t c = 0;
		size_t len, bytes;
		const char *unit;
		char room[8];

		if (is_plain(*in) && pos + 1 < size) {
			out[pos++] = *in++;
			continue;
		}
		len = utf8_decode(in, &c);
		if (len) {
			unit = escape_unit(c, room);
			bytes = unit ? strlen(unit) : len;
			if (!unit)
				unit = in;
		} else {
			unit = REPLACEMENT;
			bytes = strlen(unit);
			len = 1;
		}
		if (pos + bytes >= size)
			break;
		memcpy(out + pos, unit, bytes);
		pos += bytes;
		in += len;
	}
	out[pos] = '\0';
	return pos;
}

size_t escape_json(const char *in, char *out, size_t size)
{
	return escape_utf8(in, json_unit, out, size);
}

size_t escape_prometheus(const char *in, char *out, size_t size)
{
	return escape_utf8(in, prometheus_unit, out, size);
}
