// SPDX-License-Identifier: GPL-2.0-only
/* Rows as comma-separated values. */
#include "output_csv.h"

#include <string.h>

#include "escape.h"
#include "vm_cgroup.h"

static void print_text(FILE *out, const char *text)
{
	char escaped[ESCAPE_ROOM(VM_CGROUP_MAX)];
	const char *p = escaped;

	if (!text)
		return;
	escape_terminal(text, true, (size_t)-1, escaped, sizeof(escaped));
	if (!strpbrk(escaped, ",\"") && !strchr("=+-@", *escaped)) {
		fputs(escaped, out);
		return;
	}
	fputc('"', out);
	/* A spreadsheet would take these for a formula. */
	if (*p && strchr("=+-@", *p))
		fprintf(out, "\\x%02x", (unsigned int)*p++);
	for (; *p; p++) {
		if (*p == '"')
			fputc('"', out);
		fputc(*p, out);
	}
	fputc('"', out);
}

static void print_value(FILE *out, const struct member *m)
{
	char time[32];

	switch (m->kind) {
	case MEMBER_TEXT:
		print_text(out, m->text);
		break;
	case MEMBER_NUMBER:
		if (m->value.known)
			fprintf(out, "%.*f", m->decimals, m->value.v);
		break;
	case MEMBER_TIME:
		if (!m->value.known)
			break;
		member_time(m->value.v, time);
		fputs(time, out);
		break;
	}
}

void csv_print(FILE *out, const struct record_format *format, const struct rows *rows,
	       bool heading)
{
	struct member members[MEMBERS_MAX];
	size_t i, k, n;

	for (i = 0; i < rows->n; i++) {
		n = members_of(format, &rows->v[i], members);
		for (k = 0; heading && !i && k < n; k++)
			fprintf(out, "%s%s%s", members[k].key, members[k].unit, k + 1 < n ? "," : "\n");
		for (k = 0; k < n; k++) {
			print_value(out, &members[k]);
			fputc(k + 1 < n ? ',' : '\n', out);
		}
	}
}
