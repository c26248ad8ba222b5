// SPDX-License-Identifier: GPL-2.0-only
/* Rows of one snapshot, and of the time between two. */
#include "cmocka_all.h"

#include "row.h"

static char names[] = "\0CPU 0/KVM";
static const struct vm_identity vm1 = { .name = "vm1" };

static struct proc_task task(uint32_t pid, uint32_t tid, uint64_t starttime, uint64_t utime,
			     uint64_t gtime, uint64_t gutime)
{
	return (struct proc_task){
		.pid = pid, .tid = tid, .starttime = starttime,
		.times = { .utime = utime, .stime = 10, .gtime = gtime, .gutime = gutime,
			   .has_cpu = true, .has_gtime = true, .has_split = true },
		.vcpus = 1, .has_vcpus = true, .vcpu = 3, .vm = &vm1, .comm = 1,
	};
}

static struct proc_snapshot snapshot(struct proc_task *processes, size_t n,
				     struct proc_task *threads, size_t m, double when)
{
	return (struct proc_snapshot){
		.processes = { .v = processes, .n = n },
		.threads = { .v = threads, .n = m },
		.names = names, .monotonic = when, .boottime = when,
	};
}

static const struct row_options hundred = { .hz = 100 };

static void totals_are_seconds(void **state)
{
	struct proc_task p[] = { task(1, 1, 0, 500, 400, 300), task(2, 2, 0, 9, 0, 0) };
	struct proc_snapshot snap = snapshot(p, 2, NULL, 0, 10);
	struct row_options all = { .hz = 100, .all = true };
	struct rows rows = { 0 };

	assert_int_equal(rows_from_totals(&rows, &snap, &hundred), 0);
	assert_int_equal(rows.n, 1);
	assert_string_equal(rows.v[0].vm, "vm1");
	assert_float_equal(rows.v[0].split.guest_user.v, 3, 1e-9);
	assert_float_equal(rows.v[0].split.unclassified.v, 1, 1e-9);
	assert_float_equal(rows.v[0].split.host_user.v, 1, 1e-9);
	assert_float_equal(rows.v[0].scale, 0.01, 1e-12);
	assert_int_equal(rows_from_totals(&rows, &snap, &all), 0);
	assert_int_equal(rows.n, 2);
	rows_free(&rows);
}

static void threads_have_names(void **state)
{
	struct proc_task t[] = { task(1, 5, 0, 500, 400, 300) };
	struct proc_snapshot snap = snapshot(NULL, 0, t, 1, 10);
	struct row_options threads = { .hz = 100, .threads = true };
	struct rows rows = { 0 };

	assert_int_equal(rows_from_totals(&rows, &snap, &threads), 0);
	assert_int_equal(rows.n, 1);
	assert_int_equal(rows.v[0].tid, 5);
	assert_string_equal(rows.v[0].thread, "CPU 0/KVM");
	rows_free(&rows);
}

/* Of a process with these times, 10 s after the boot and @seconds later. */
static struct rows rates(struct proc_task *before, struct proc_task now, double seconds)
{
	struct proc_snapshot from = snapshot(before, before ? 1 : 0, NULL, 0, 10);
	struct proc_snapshot to = snapshot(&now, 1, NULL, 0, 10 + seconds);
	struct rows rows = { 0 };

	assert_int_equal(rows_from_rates(&rows, &from, &to, &hundred), 0);
	return rows;
}

static void rates_are_percent_of_a_cpu(void **state)
{
	struct proc_task before = task(1, 1, 7, 500, 400, 300);
	struct rows rows = rates(&before, task(1, 1, 7, 700, 550, 400), 2);

	assert_int_equal(rows.n, 1);
	assert_float_equal(rows.v[0].split.guest_user.v, 50, 1e-9);	/* 100 of 200 ticks */
	assert_float_equal(rows.v[0].split.unclassified.v, 25, 1e-9);
	assert_float_equal(rows.v[0].split.host_user.v, 25, 1e-9);
	assert_float_equal(rows.v[0].split.host_system.v, 0, 1e-9);
	rows_free(&rows);
}

/* The same pid, another process: it began within the interval, so from zero. */
static void reused_pid_has_rates_from_zero(void **state)
{
	struct proc_task before = task(1, 1, 7, 50000, 40000, 30000);
	struct rows rows = rates(&before, task(1, 1, 1100, 40, 20, 20), 2);

	assert_int_equal(rows.n, 1);
	assert_float_equal(rows.v[0].split.guest_user.v, 10, 1e-9);
	rows_free(&rows);
}

/* An old process that nobody looked at before: its times meanwhile are unknown. */
static void unseen_process_has_no_rates(void **state)
{
	struct rows rows = rates(NULL, task(1, 1, 500, 40, 20, 20), 2);

	assert_int_equal(rows.n, 0);
	rows_free(&rows);
}

/* Off since before the interval: unknown, not zero, though the total is known. */
static void nothing_classified_is_unknown(void **state)
{
	struct proc_task before = task(1, 1, 7, 500, 400, 300);
	struct rows rows = rates(&before, task(1, 1, 7, 600, 500, 300), 1);

	assert_false(rows.v[0].split.guest_user.known);
	assert_float_equal(rows.v[0].split.unclassified.v, 100, 1e-9);
	rows_free(&rows);
}

static void interval_of_no_time_has_rates_of_zero(void **state)
{
	struct proc_task before = task(1, 1, 7, 500, 400, 300);
	struct rows rows = rates(&before, before, 0);

	assert_float_equal(rows.v[0].split.total.v, 0, 1e-9);
	rows_free(&rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(totals_are_seconds),
		cmocka_unit_test(threads_have_names),
		cmocka_unit_test(rates_are_percent_of_a_cpu),
		cmocka_unit_test(reused_pid_has_rates_from_zero),
		cmocka_unit_test(unseen_process_has_no_rates),
		cmocka_unit_test(nothing_classified_is_unknown),
		cmocka_unit_test(interval_of_no_time_has_rates_of_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
