// SPDX-License-Identifier: GPL-2.0-only
/* Rows as comma-separated values. */
#include "output_csv.h"

#include <string.h>

#include "escape.h"
#include "text_out.h"
#include "vm_cgroup.h"

static void put_text(struct text_out *text, const char *s)
{
	char escaped[ESCAPE_ROOM(VM_CGROUP_MAX)], code[16];
	const char *p = escaped;

	if (!s)
		return;
	escape_terminal(s, true, (size_t)-1, escaped, sizeof(escaped));
	if (!strpbrk(escaped, ",\"") && !strchr("=+-@", *escaped)) {
		text_string(text, escaped);
		return;
	}
	text_char(text, '"');
	/* A spreadsheet would take these for a formula. */
	if (*p && strchr("=+-@", *p)) {
		snprintf(code, sizeof(code), "\\x%02x", (unsigned int)*p++);
		text_string(text, code);
	}
	for (; *p; p++) {
		if (*p == '"')
			text_char(text, '"');
		text_char(text, *p);
	}
	text_char(text, '"');
}

static void put_value(struct text_out *text, const struct member *m)
{
	char time[MEMBER_TIME_LEN + 1];

	if (m->kind == MEMBER_TEXT) {
		put_text(text, m->text);
	} else if (!m->value.known) {
		return;
	} else if (m->kind == MEMBER_TIME) {
		member_time(m->value.v, time);
		text_bytes(text, time, MEMBER_TIME_LEN);
	} else {
		text_number(text, m->value.v, m->decimals);
	}
}

void csv_print(FILE *out, const struct record_format *format, const struct rows *rows,
	       bool heading)
{
	struct member members[MEMBERS_MAX];
	struct text_out text;
	size_t i, k, n;

	text.out = out;
	text.n = 0;
	for (i = 0; i < rows->n; i++) {
		n = members_of(format, &rows->v[i], members);
		for (k = 0; heading && !i && k < n; k++) {
			text_string(&text, members[k].key);
			text_string(&text, members[k].unit);
			text_char(&text, k + 1 < n ? ',' : '\n');
		}
		for (k = 0; k < n; k++) {
			put_value(&text, &members[k]);
			text_char(&text, k + 1 < n ? ',' : '\n');
		}
	}
	text_flush(&text);
}
