// SPDX-License-Identifier: GPL-2.0-only
/* Rows as JSON, one object a line. */
#include "output_json.h"

#include "escape.h"
#include "vm_cgroup.h"

void json_print_text(FILE *out, const char *text)
{
	char escaped[ESCAPE_ROOM(VM_CGROUP_MAX)];

	if (!text) {
		fputs("null", out);
		return;
	}
	escape_json(text, escaped, sizeof(escaped));
	fprintf(out, "\"%s\"", escaped);
}

static void print_value(FILE *out, const struct member *m)
{
	char time[32];

	switch (m->kind) {
	case MEMBER_TEXT:
		json_print_text(out, m->text);
		return;
	case MEMBER_NUMBER:
		if (!m->value.known)
			break;
		fprintf(out, "%.*f", m->decimals, m->value.v);
		return;
	case MEMBER_TIME:
		if (!m->value.known)
			break;
		member_time(m->value.v, time);
		fprintf(out, "\"%s\"", time);
		return;
	}
	fputs("null", out);
}

void json_print(FILE *out, const struct record_format *format, const struct rows *rows)
{
	struct member members[MEMBERS_MAX];
	size_t i, k, n;

	for (i = 0; i < rows->n; i++) {
		n = members_of(format, &rows->v[i], members);
		for (k = 0; k < n; k++) {
			fprintf(out, "%s\"%s\":", k ? "," : "{", members[k].key);
			print_value(out, &members[k]);
		}
		fputs("}\n", out);
	}
}
