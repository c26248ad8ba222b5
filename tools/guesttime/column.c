// SPDX-License-Identifier: GPL-2.0-only
/* The columns as a table: what they are called, where they come from, sorting. */
#include "column.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define VALUE(kind, member)	kind, offsetof(struct row, member)

const struct column columns[COLUMNS] = {
	[COLUMN_PID] = { "pid", "PID", "PID", COLUMN_ID },
	[COLUMN_TID] = { "tid", "TID", "TID", COLUMN_ID },
	[COLUMN_VM] = { "vm", "VM", "VM", COLUMN_NAME },
	[COLUMN_VCPU] = { "vcpu", "VCPU", "CPU", VALUE(COLUMN_COUNT, vcpu) },
	[COLUMN_THREAD] = { "thread", "THREAD", "THREAD", COLUMN_NAME },
	[COLUMN_VCPUS] = { "vcpus", "VCPUS", "CPUS", VALUE(COLUMN_COUNT, vcpus) },
	[COLUMN_TOTAL] = { "total", "TOTAL", "TOT", VALUE(COLUMN_TIME, split.total) },
	[COLUMN_GUEST] = { "guest", "GUEST", "GUEST", VALUE(COLUMN_TIME, split.guest) },
	[COLUMN_GUEST_USER] = { "guest_user", "GUEST-USER", "G-USR",
				VALUE(COLUMN_TIME, split.guest_user) },
	[COLUMN_GUEST_SYSTEM] = { "guest_system", "GUEST-SYS", "G-SYS",
				  VALUE(COLUMN_TIME, split.guest_system) },
	[COLUMN_UNCLASSIFIED] = { "unclassified", "UNCLASS", "UNCL",
				  VALUE(COLUMN_TIME, split.unclassified) },
	[COLUMN_HOST_USER] = { "host_user", "HOST-USER", "H-USR",
			       VALUE(COLUMN_TIME, split.host_user) },
	[COLUMN_HOST_SYSTEM] = { "host_system", "HOST-SYS", "H-SYS",
				 VALUE(COLUMN_TIME, split.host_system) },
	[COLUMN_HOST] = { "host", "HOST", "HOST", VALUE(COLUMN_TIME, split.host), .hidden = true },
	[COLUMN_WAIT] = { "wait", "WAIT", "WAIT", VALUE(COLUMN_TIME, wait), .hidden = true },
	[COLUMN_FROM] = { "from", "FROM", "FROM", COLUMN_NAME },
};

uint32_t column_number(const struct row *row, enum column_id id)
{
	return id == COLUMN_TID ? row->tid : row->pid;
}

const char *column_name(const struct row *row, enum column_id id)
{
	const char *name = id == COLUMN_VM ? row->vm :
			   id == COLUMN_THREAD ? row->thread : row->from;

	return name ? name : "";
}

struct value column_value(const struct row *row, enum column_id id)
{
	return *(const struct value *)((const char *)row + columns[id].offset);
}

static int compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_by(const struct row *a, const struct row *b, const struct sort_order *order)
{
	struct value x, y;
	int cmp;

	switch (columns[order->column].kind) {
	case COLUMN_ID:
		cmp = compare_u32(column_number(a, order->column),
				  column_number(b, order->column));
		break;
	case COLUMN_NAME:
		cmp = strcmp(column_name(a, order->column), column_name(b, order->column));
		break;
	default:
		x = column_value(a, order->column);
		y = column_value(b, order->column);
		if (x.known != y.known)
			return x.known ? -1 : 1;
		cmp = x.known ? (x.v > y.v) - (x.v < y.v) : 0;
	}
	return order->descending ? -cmp : cmp;
}

static int compare_rows(const void *a, const void *b, void *order)
{
	const struct row *x = a, *y = b;
	int cmp = compare_by(x, y, order);

	if (!cmp)
		cmp = compare_u32(x->pid, y->pid);
	return cmp ? cmp : compare_u32(x->tid, y->tid);
}

void rows_sort(struct rows *rows, const struct sort_order *order)
{
	if (rows->n)
		qsort_r(rows->v, rows->n, sizeof(*rows->v), compare_rows, (void *)order);
}

/* Keys are written with '_'; a '-' is as good. */
static bool key_matches(const char *text, const char *key)
{
	for (; *text && *key; text++, key++) {
		if (*text != *key && !(*text == '-' && *key == '_'))
			return false;
	}
	return *text == *key;
}

int sort_order_parse(const char *text, struct sort_order *order)
{
	char sign = *text == '+' || *text == '-' ? *text++ : '\0';
	int id;

	for (id = 0; id < COLUMNS; id++) {
		enum column_kind kind = columns[id].kind;

		if (id == COLUMN_FROM || id == COLUMN_WAIT || !key_matches(text, columns[id].key))
			continue;
		order->column = (enum column_id)id;
		order->descending = sign ? sign == '-' :
				    kind == COLUMN_TIME || id == COLUMN_VCPUS;
		return 0;
	}
	return -EINVAL;
}
