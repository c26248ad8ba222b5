/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_COLUMN_H
#define GUESTTIME_COLUMN_H

#include <stdbool.h>

#include "row.h"

enum column_kind {
	COLUMN_ID,		/* pid, tid */
	COLUMN_NAME,		/* escaped text */
	COLUMN_COUNT,		/* a whole number that may be unknown */
	COLUMN_TIME,		/* seconds or percent that may be unknown */
};

enum column_id {
	COLUMN_PID,
	COLUMN_TID,
	COLUMN_VM,
	COLUMN_VCPU,
	COLUMN_THREAD,
	COLUMN_VCPUS,
	COLUMN_TOTAL,
	COLUMN_GUEST,
	COLUMN_GUEST_USER,
	COLUMN_GUEST_SYSTEM,
	COLUMN_UNCLASSIFIED,
	COLUMN_HOST_USER,
	COLUMN_HOST_SYSTEM,
	COLUMN_HOST,
	COLUMN_WAIT,
	COLUMN_FROM,
	COLUMNS,
};

/**
 * struct column - everything about a column but where it is printed
 * @key:	name in --sort, and in JSON before the unit is added
 * @heading:	in a table
 * @brief:	the same for a narrow table
 * @offset:	of the struct value in struct row, for COLUMN_COUNT and COLUMN_TIME
 * @hidden:	there to sort by, and for guesttime top
 */
struct column {
	const char *key;
	const char *heading;
	const char *brief;
	enum column_kind kind;
	size_t offset;
	bool hidden;
};

extern const struct column columns[COLUMNS];

uint32_t column_number(const struct row *row, enum column_id id);	/* COLUMN_ID */
const char *column_name(const struct row *row, enum column_id id);	/* COLUMN_NAME */
struct value column_value(const struct row *row, enum column_id id);	/* the others */

/**
 * struct sort_order - how rows are ordered
 * @column:	by this column, then by pid and tid
 * @descending:	largest first; unknown values come last either way
 */
struct sort_order {
	enum column_id column;
	bool descending;
};

/**
 * sort_order_parse - understand the argument of --sort
 * @text:	a column's key; "+" before it for smallest first, "-" for largest
 *		first, else numbers largest and names and ids smallest first
 *
 * Return: 0, or -EINVAL if there is no such column.
 */
int sort_order_parse(const char *text, struct sort_order *order);

void rows_sort(struct rows *rows, const struct sort_order *order);

#endif
