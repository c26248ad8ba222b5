// SPDX-License-Identifier: GPL-2.0-only
/* Rows as a table that fits the terminal. */
#include "output_table.h"

#include <string.h>

#include "escape.h"
#include "text_out.h"
#include "vm_cmdline.h"

#define CELL_SIZE	ESCAPE_ROOM(VM_NAME_MAX)
#define UNLIMITED	((size_t)-1)
#define BOLD		"\033[1m"
#define PLAIN		"\033[0m"

/* Ways to lay out a table, each narrower than the one before. */
static const struct style {
	unsigned int gap;
	bool brief;
	int decimals;
	size_t min_name;
} styles[] = {
	{ 2, false, 2, 16 },
	{ 1, false, 2, 16 },
	{ 1, true, 2, 8 },
	{ 1, true, 0, 4 },
};

#define STYLES	(sizeof(styles) / sizeof(styles[0]))

struct layout {
	struct style style;
	enum column_id shown[COLUMNS];
	size_t n;
	size_t widths[COLUMNS];
};

static bool is_name(enum column_id id)
{
	return columns[id].kind == COLUMN_NAME;
}

static void choose_columns(const struct table *table, struct layout *layout)
{
	int id;

	layout->n = 0;
	for (id = 0; id < COLUMNS; id++) {
		if (columns[id].hidden ||
		    (id == COLUMN_FROM && !table->exits) ||
		    ((id == COLUMN_TID || id == COLUMN_VCPU || id == COLUMN_THREAD) &&
		     !table->threads) ||
		    (id == COLUMN_VCPUS && table->threads))
			continue;
		layout->shown[layout->n++] = (enum column_id)id;
	}
}

/* Writes one cell and returns its screen columns. */
static size_t cell(const struct table *table, const struct style *style, const struct row *row,
		   enum column_id id, size_t room, char *buf)
{
	struct value value;
	size_t len;

	switch (columns[id].kind) {
	case COLUMN_ID:
		len = number_format(buf, column_number(row, id), 0);
		break;
	case COLUMN_NAME:
		return escape_terminal(column_name(row, id), table->utf8, room, buf, CELL_SIZE);
	default:
		value = column_value(row, id);
		if (!value.known) {
			strcpy(buf, "-");
			return 1;
		}
		len = number_format(buf, value.v,
				    columns[id].kind == COLUMN_TIME ? style->decimals : 0);
	}
	buf[len] = '\0';
	return len;
}

static size_t heading(const struct table *table, const struct style *style, enum column_id id,
		      char *buf)
{
	const struct column *column = &columns[id];
	const char *percent = table->rates && column->kind == COLUMN_TIME ? "%" : "";

	return (size_t)snprintf(buf, CELL_SIZE, "%s%s", percent,
				style->brief ? column->brief : column->heading);
}

static void measure(const struct table *table, const struct rows *rows, struct layout *layout)
{
	char buf[CELL_SIZE];
	size_t c, r;

	for (c = 0; c < layout->n; c++) {
		enum column_id id = layout->shown[c];
		size_t width = heading(table, &layout->style, id, buf);

		if (width < table->min_widths[id])
			width = table->min_widths[id];
		for (r = 0; r < rows->n; r++) {
			size_t w = cell(table, &layout->style, &rows->v[r], id, UNLIMITED, buf);

			if (w > width)
				width = w;
		}
		layout->widths[id] = width;
	}
}

static size_t total_width(const struct layout *layout)
{
	size_t width = (layout->n - 1) * layout->style.gap, c;

	for (c = 0; c < layout->n; c++)
		width += layout->widths[layout->shown[c]];
	return width;
}

static void shrink_name(struct layout *layout, enum column_id id, size_t excess)
{
	size_t *width = &layout->widths[id], spare;

	if (*width <= layout->style.min_name)
		return;
	spare = *width - layout->style.min_name;
	*width -= spare < excess ? spare : excess;
}

static void lay_out(const struct table *table, const struct rows *rows, struct layout *layout)
{
	size_t s;

	choose_columns(table, layout);
	for (s = 0; s < STYLES; s++) {
		layout->style = styles[s];
		measure(table, rows, layout);
		if (!table->width)
			return;
		if (table->threads && total_width(layout) > table->width)
			shrink_name(layout, COLUMN_THREAD, total_width(layout) - table->width);
		if (total_width(layout) > table->width)
			shrink_name(layout, COLUMN_VM, total_width(layout) - table->width);
		if (total_width(layout) <= table->width)
			return;
	}
}

static void put_spaces(struct text_out *text, size_t n)
{
	while (n--)
		text_char(text, ' ');
}

/* A line, cell by cell; @row NULL for the heading. */
static void put_line(struct text_out *text, const struct table *table, const struct layout *layout,
		     const struct row *row)
{
	char buf[CELL_SIZE];
	size_t at = 0, c;

	for (c = 0; c < layout->n; c++) {
		enum column_id id = layout->shown[c];
		size_t width = layout->widths[id], used, gap = c ? layout->style.gap : 0;

		if (table->width && at + gap + width > table->width)
			break;
		if (row)
			used = cell(table, &layout->style, row, id, width, buf);
		else
			used = heading(table, &layout->style, id, buf);
		if (used > width)	/* a heading longer than a shrunk name */
			buf[used = width] = '\0';
		put_spaces(text, is_name(id) ? gap : gap + width - used);
		text_string(text, buf);
		if (is_name(id) && c + 1 < layout->n)
			put_spaces(text, width - used);
		at += gap + width;
	}
}

void table_print(FILE *out, struct table *table, const struct rows *rows)
{
	struct layout layout;
	struct text_out text;
	size_t i;

	if (!rows->n)
		return;
	text.out = out;
	text.n = 0;
	lay_out(table, rows, &layout);
	if (table->exits) {
		for (i = 0; i < layout.n; i++)
			table->min_widths[layout.shown[i]] = layout.widths[layout.shown[i]];
	}
	if (!table->exits || !table->started) {
		if (table->started)
			text_char(&text, '\n');
		text_string(&text, table->colour ? BOLD : "");
		put_line(&text, table, &layout, NULL);
		text_string(&text, table->colour ? PLAIN "\n" : "\n");
	}
	table->started = true;
	for (i = 0; i < rows->n; i++) {
		put_line(&text, table, &layout, &rows->v[i]);
		text_char(&text, '\n');
	}
	text_flush(&text);
}
