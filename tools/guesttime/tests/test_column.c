// SPDX-License-Identifier: GPL-2.0-only
/* Sorting, and the argument that says how. */
#include "cmocka_all.h"

#include <errno.h>

#include "column.h"

static struct row *add(struct rows *rows, uint32_t pid, uint32_t tid, const char *vm, double total,
		       bool known)
{
	struct row *row = rows_add(rows);

	assert_non_null(row);
	row->pid = pid;
	row->tid = tid;
	row->vm = vm;
	row->split.total = (struct value){ total, known };
	row->split.guest_user = (struct value){ -total, true };
	return row;
}

static void assert_order(struct rows *rows, const char *sort, const uint32_t expected[4])
{
	struct sort_order order;
	size_t i;

	assert_int_equal(sort_order_parse(sort, &order), 0);
	rows_sort(rows, &order);
	for (i = 0; i < 4; i++) {
		if (rows->v[i].tid != expected[i])
			fail_msg("--sort %s: row %zu is %u", sort, i, rows->v[i].tid);
	}
}

static void rows_sort_by_column(void **state)
{
	struct rows rows = { 0 };

	add(&rows, 5, 7, "b", 10, true);
	add(&rows, 5, 6, "b", 10, true);
	add(&rows, 9, 9, "c", 0, false);
	add(&rows, 1, 1, "a", 99, true);

	assert_order(&rows, "total", (const uint32_t[]){ 1, 6, 7, 9 });
	assert_order(&rows, "-total", (const uint32_t[]){ 1, 6, 7, 9 });
	assert_order(&rows, "+total", (const uint32_t[]){ 6, 7, 1, 9 });	/* unknown last */
	assert_order(&rows, "guest-user", (const uint32_t[]){ 9, 6, 7, 1 });
	assert_order(&rows, "pid", (const uint32_t[]){ 1, 6, 7, 9 });
	assert_order(&rows, "-pid", (const uint32_t[]){ 9, 6, 7, 1 });
	assert_order(&rows, "-tid", (const uint32_t[]){ 9, 7, 6, 1 });
	assert_order(&rows, "vm", (const uint32_t[]){ 1, 6, 7, 9 });
	assert_order(&rows, "-vm", (const uint32_t[]){ 9, 6, 7, 1 });
	rows_free(&rows);
	rows_sort(&rows, &(struct sort_order){ COLUMN_PID, false });
}

static void names_of_columns_parse(void **state)
{
	static const char *const good[] = {
		"pid", "tid", "vm", "thread", "vcpus", "guest_user", "guest-system",
		"unclassified", "host-user", "host_system", "total", "guest", "vcpu",
	};
	static const char *const bad[] = { "", "+", "-", "guests", "wait", "totals", "from", "++pid" };
	struct sort_order order;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(sort_order_parse(good[i], &order), 0);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(sort_order_parse(bad[i], &order), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_sort_by_column),
		cmocka_unit_test(names_of_columns_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
