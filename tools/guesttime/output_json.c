// SPDX-License-Identifier: GPL-2.0-only
/* Rows as JSON, one object a line. */
#include "output_json.h"

#include "escape.h"
#include "text_out.h"
#include "vm_cgroup.h"

/* A member up to its value, the same in all rows: ,"name": */
struct head {
	char text[48];
	size_t len;
};

static void put_text(struct text_out *text, const char *s)
{
	const size_t room = ESCAPE_ROOM(VM_CGROUP_MAX);

	if (!s) {
		text_string(text, "null");
		return;
	}
	text_char(text, '"');
	text_used(text, escape_json(s, text_room(text, room), room));
	text_char(text, '"');
}

void json_print_text(FILE *out, const char *s)
{
	struct text_out text;

	text.out = out;
	text.n = 0;
	put_text(&text, s);
	text_flush(&text);
}

static void put_value(struct text_out *text, const struct member *m)
{
	char time[MEMBER_TIME_LEN + 1];

	if (m->kind == MEMBER_TEXT) {
		put_text(text, m->text);
	} else if (!m->value.known) {
		text_string(text, "null");
	} else if (m->kind == MEMBER_TIME) {
		member_time(m->value.v, time);
		text_char(text, '"');
		text_bytes(text, time, MEMBER_TIME_LEN);
		text_char(text, '"');
	} else {
		text_number(text, m->value.v, m->decimals);
	}
}

void json_print(FILE *out, const struct record_format *format, const struct rows *rows)
{
	struct member members[MEMBERS_MAX];
	struct head heads[MEMBERS_MAX];
	struct text_out text;
	size_t i, k, n;

	text.out = out;
	text.n = 0;
	for (i = 0; i < rows->n; i++) {
		n = members_of(format, &rows->v[i], members);
		for (k = 0; !i && k < n; k++) {
			heads[k].len = (size_t)snprintf(heads[k].text, sizeof(heads[k].text),
							"%c\"%s%s\":", k ? ',' : '{',
							members[k].key, members[k].unit);
		}
		for (k = 0; k < n; k++) {
			text_bytes(&text, heads[k].text, heads[k].len);
			put_value(&text, &members[k]);
		}
		text_string(&text, "}\n");
	}
	text_flush(&text);
}
