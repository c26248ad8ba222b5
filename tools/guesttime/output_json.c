// SPDX-License-Identifier: GPL-2.0-only
/* Rows as JSON, one object a line. */
#include "output_json.h"

#include "escape.h"

static void print_value(FILE *out, struct value value, int decimals)
{
	if (value.known)
		fprintf(out, "%.*f", decimals, value.v);
	else
		fputs("null", out);
}

static void print_member(FILE *out, const struct json_format *format, const struct row *row,
			 enum column_id id)
{
	char text[ESCAPE_ROOM(VM_NAME_MAX)];
	const char *key = columns[id].key;

	switch (columns[id].kind) {
	case COLUMN_ID:
		fprintf(out, "\"%s\":%u", key, column_number(row, id));
		break;
	case COLUMN_NAME:
		escape_json(column_name(row, id), text, sizeof(text));
		fprintf(out, "\"%s\":\"%s\"", key, text);
		break;
	case COLUMN_COUNT:
		fprintf(out, "\"%s\":", key);
		print_value(out, column_value(row, id), 0);
		break;
	case COLUMN_TIME:
		fprintf(out, "\"%s_%s\":", key, format->interval > 0 ? "percent" : "seconds");
		print_value(out, column_value(row, id), format->exits ? 6 : 2);
		break;
	}
}

static bool has_member(const struct json_format *format, enum column_id id)
{
	switch (id) {
	case COLUMN_TID:
	case COLUMN_THREAD:
		return format->threads;
	case COLUMN_VCPUS:
		return !format->threads;
	case COLUMN_FROM:
		return format->exits;
	default:
		return true;
	}
}

void json_print(FILE *out, const struct json_format *format, const struct rows *rows)
{
	size_t i;
	int id;

	for (i = 0; i < rows->n; i++) {
		const char *comma = "{";

		for (id = 0; id < COLUMNS; id++) {
			if (!has_member(format, (enum column_id)id))
				continue;
			fputs(comma, out);
			comma = ",";
			print_member(out, format, &rows->v[i], (enum column_id)id);
		}
		if (format->interval > 0)
			fprintf(out, ",\"interval_seconds\":%.3f", format->interval);
		fputs("}\n", out);
	}
}
