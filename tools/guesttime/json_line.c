// SPDX-License-Identifier: GPL-2.0-only
/* Decoder of flat JSON objects: what we print as JSON is one a line. */
#include "json_line.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX	63	/* bytes of a number */

struct text {
	char *p;
	char *end;
};

static void skip_blanks(struct text *t)
{
	while (t->p < t->end && (*t->p == ' ' || *t->p == '\t'))
		t->p++;
}

static bool take(struct text *t, char c)
{
	skip_blanks(t);
	if (t->p == t->end || *t->p != c)
		return false;
	t->p++;
	return true;
}

static bool take_word(struct text *t, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(t->end - t->p) < len || memcmp(t->p, word, len))
		return false;
	t->p += len;
	return true;
}

static bool take_hex(struct text *t, uint32_t *v)
{
	int i;

	*v = 0;
	if (t->end - t->p < 4)
		return false;
	for (i = 0; i < 4; i++) {
		char c = *t->p++;
		uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0') :
				 c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10 :
				 c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10 : 16;

		if (digit == 16)
			return false;
		*v = *v * 16 + digit;
	}
	return true;
}

static char *put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
		*out++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	}
	return out;
}

/* After "\u": never longer than what it stands for. U+0000 would end the string. */
static bool take_unicode(struct text *t, char **out)
{
	uint32_t c, low;

	if (!take_hex(t, &c) || !c)
		return false;
	if (c >= 0xdc00 && c < 0xe000)
		return false;
	if (c >= 0xd800 && c < 0xdc00) {
		if (!take_word(t, "\\u") || !take_hex(t, &low) || low < 0xdc00 || low > 0xdfff)
			return false;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	*out = put_utf8(*out, c);
	return true;
}

static bool take_escape(struct text *t, char **out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at;
	char c;

	if (t->p == t->end)
		return false;
	c = *t->p++;
	if (c == 'u')
		return take_unicode(t, out);
	at = c ? strchr(from, c) : NULL;
	if (!at)
		return false;
	*(*out)++ = to[at - from];
	return true;
}

/* A string, decoded in place: it only gets shorter, and the quote leaves room for a NUL. */
static bool take_string(struct text *t, char **string)
{
	char *out;

	if (!take(t, '"'))
		return false;
	*string = out = t->p;
	while (t->p < t->end) {
		char c = *t->p++;

		if (c == '"') {
			*out = '\0';
			return true;
		}
		if ((unsigned char)c < 0x20)
			return false;
		if (c != '\\')
			*out++ = c;
		else if (!take_escape(t, &out))
			return false;
	}
	return false;
}

static bool take_number(struct text *t, double *number)
{
	char buf[NUMBER_MAX + 1], *end;
	size_t n = 0;

	while (t->p < t->end && n < NUMBER_MAX && *t->p && strchr("+-.0123456789eE", *t->p))
		buf[n++] = *t->p++;
	buf[n] = '\0';
	*number = strtod(buf, &end);
	return n && !*end;
}

static bool take_value(struct text *t, struct json_value *value)
{
	char *string;

	skip_blanks(t);
	*value = (struct json_value){ .kind = JSON_NULL };
	if (take_word(t, "null"))
		return true;
	value->kind = JSON_BOOL;
	if (take_word(t, "false"))
		return true;
	value->number = 1;
	if (take_word(t, "true"))
		return true;
	if (t->p < t->end && *t->p == '"') {
		if (!take_string(t, &string))
			return false;
		*value = (struct json_value){ .kind = JSON_TEXT, .text = string };
		return true;
	}
	value->kind = JSON_NUMBER;
	return take_number(t, &value->number);
}

int json_line_decode(char *line, size_t len, json_member member, void *arg)
{
	struct text t = { line, line + len };
	struct json_value value;
	char *key;
	int rc;

	if (!take(&t, '{'))
		return -EBADMSG;
	if (!take(&t, '}')) {
		do {
			if (!take_string(&t, &key) || !take(&t, ':') || !take_value(&t, &value))
				return -EBADMSG;
			rc = member(arg, key, &value);
			if (rc)
				return rc;
		} while (take(&t, ','));
		if (!take(&t, '}'))
			return -EBADMSG;
	}
	skip_blanks(&t);
	return t.p == t.end ? 0 : -EBADMSG;
}
