// SPDX-License-Identifier: GPL-2.0-only
/* High-water marks, and reading them back from a file. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "marks.h"

static void never_falls(void **state)
{
	struct marks marks = { 0 };
	struct mark *mark;

	mark = marks_get(&marks, 7, 0, 1000);
	mark_raise(mark, MARK_GUEST, 5);
	marks_end_round(&marks, true);
	mark = marks_get(&marks, 7, 0, 1001.5);
	assert_false(mark->known[MARK_GUEST]);
	mark_raise(mark, MARK_GUEST, 4.99);
	assert_true(mark->known[MARK_GUEST]);
	assert_true(mark->seconds[MARK_GUEST] == 5);
	assert_true(mark->start == 1000);
	mark_raise(mark, MARK_GUEST, 5.01);
	assert_true(mark->seconds[MARK_GUEST] == 5.01);
	marks_free(&marks);
}

/*
 * The time of a helper that ended is not used twice, nor waited for. Red when: a fall adds nothing
 * to the base, or what rounding explains does.
 */
static void goes_on_without_a_helper(void **state)
{
	static const struct {
		double reading, shown;
	} steps[] = {
		{ 100, 100 }, { 60, 100 }, { 61, 101 }, { 60.5, 101 }, { 61.25, 101.25 },
		{ 10, 101.25 }, { 12, 103.25 }, { 11, 103.25 }, { 13, 104.25 },
	};
	struct marks marks = { 0 };
	struct mark *mark = marks_get(&marks, 7, 0, 1000);
	size_t i;

	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		mark_raise(mark, MARK_CPU, steps[i].reading);
		assert_float_equal(mark->seconds[MARK_CPU], steps[i].shown, 1e-9);
	}
	marks_free(&marks);
}

/* The same pid, another start: another process, which begins at its own values. */
static void new_process_with_an_old_pid_starts_at_zero(void **state)
{
	struct marks marks = { 0 };
	struct mark *mark;

	mark_raise(marks_get(&marks, 7, 0, 1000), MARK_CPU, 5);
	marks_end_round(&marks, true);
	mark = marks_get(&marks, 7, 0, 1002);
	mark_raise(mark, MARK_CPU, 1);
	assert_true(mark->seconds[MARK_CPU] == 1);
	marks_free(&marks);
}

static void forgets_processes_that_ended(void **state)
{
	struct marks marks = { 0 };
	uint32_t pid;

	for (pid = 1; pid <= 1000; pid++)
		mark_raise(marks_get(&marks, pid * 7919 % 1009, pid % 2, 0), MARK_CPU, pid);
	marks_end_round(&marks, true);
	for (pid = 1; pid <= 500; pid++)
		assert_true(marks_get(&marks, pid * 7919 % 1009, pid % 2, 0)->seconds[MARK_CPU] ==
			    pid);
	assert_int_equal(marks.n, 1000);
	/* A round that failed has not seen everyone. */
	marks_end_round(&marks, false);
	assert_int_equal(marks.n, 1000);
	marks_get(&marks, 7919 % 1009, 1, 0);
	marks_end_round(&marks, true);
	assert_int_equal(marks.n, 1);
	marks_free(&marks);
}

static int read_text(struct marks *marks, const char *text)
{
	FILE *in = fmemopen((void *)text, strlen(text), "r");
	int rc;

	assert_non_null(in);
	rc = marks_read(marks, in);
	fclose(in);
	return rc;
}

static void reads_marks_from_metrics(void **state)
{
	struct marks marks = { 0 };
	struct mark *mark;

	assert_int_equal(read_text(&marks,
		"# HELP guesttime_vm_info x\n"
		"guesttime_vm_info{vm=\"a\\\"\\\\}\",uuid=\"\",pid=\"9\",vmm=\"\"} 1\n"
		"guesttime_vm_info{vm=\"b\",uuid=\"u\",pid=\"7\",vmm=\"\"} 1\n"
		"guesttime_vm_start_time_seconds{vm=\"a\\\"\\\\}\",uuid=\"\"} 1000.25\n"
		"guesttime_vm_start_time_seconds{vm=\"b\",uuid=\"u\"} 2000\n"
		"guesttime_vm_vcpus{vm=\"b\",uuid=\"u\"} 2\n"
		"guesttime_vm_guest_user_seconds_total{vm=\"b\",uuid=\"u\"} 6.00\n"
		"guesttime_vm_cpu_seconds_total{vm=\"a\\\"\\\\}\",uuid=\"\"} 12.34\n"
		"guesttime_vm_cpu_seconds_total{vm=\"nobody\",uuid=\"\"} 99\n"
		"guesttime_vcpu_cpu_seconds_total{vm=\"b\",uuid=\"u\",vcpu=\"0\"} 99\n"
		"guesttime_vm_cpu_seconds_total{vm=\"b\",uuid=\"u\"} 55"), 0);
	assert_int_equal(marks.n, 2);
	mark = marks_get(&marks, 9, 0, 1000);
	assert_string_equal(mark->labels, "vm=\"a\\\"\\\\}\",uuid=\"\"");
	assert_true(mark->seconds[MARK_CPU] == 12.34);
	mark = marks_get(&marks, 7, 0, 2001);
	assert_true(mark->seconds[MARK_GUEST_USER] == 6);
	/* A line without its newline is cut: perhaps within the number. */
	assert_true(mark->seconds[MARK_CPU] == 0);
	marks_free(&marks);
}

static void ignores_what_it_did_not_write(void **state)
{
	static const char *const lines[] = {
		"", "\n", "x\n", "guesttime_vm_info\n", "guesttime_vm_info{}\n",
		"guesttime_vm_info{vm=\"a\",uuid=\"\",pid=\"0\",} 1\n",
		"guesttime_vm_info{vm=\"a\",uuid=\"\",pid=\"99999999999999999999\",} 1\n",
		"guesttime_vm_info{vm=\"a\",uuid=\"\",pid=\"1x\",} 1\n",
		"guesttime_vm_info{vm=\"a\",uuid=\"\"} 1\n",
		"guesttime_vm_info{vm=\"a\\\n", "guesttime_vm_info{vm=\"a\",uuid=\"b",
		/* Two VMs of one process. */
		"guesttime_vm_info{vm=\"a\",uuid=\"\",pid=\"5\",vmm=\"\"} 1\n"
		"guesttime_vm_info{vm=\"b\",uuid=\"\",pid=\"5\",vmm=\"\"} 1\n",
	};
	static const char *const numbers[] = {
		"-1", "nan", "inf", "+1", "1e999", "0x", "1 2", "", "1\r",
		"1111111111111111111111111111111111",
	};
	struct marks marks = { 0 };
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (*lines[i])
			assert_int_equal(read_text(&marks, lines[i]), 0);
		if (marks.n)
			fail_msg("taken: %s", lines[i]);
		marks_free(&marks);
	}
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char text[256];

		snprintf(text, sizeof(text),
			 "guesttime_vm_info{vm=\"a\",uuid=\"\",pid=\"5\",vmm=\"\"} 1\n"
			 "guesttime_vm_cpu_seconds_total{vm=\"a\",uuid=\"\"} %s\n", numbers[i]);
		assert_int_equal(read_text(&marks, text), 0);
		assert_int_equal(marks.n, 1);
		if (marks.v[0]->seconds[MARK_CPU] != 0)
			fail_msg("taken: %s", numbers[i]);
		marks_free(&marks);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_falls),
		cmocka_unit_test(goes_on_without_a_helper),
		cmocka_unit_test(new_process_with_an_old_pid_starts_at_zero),
		cmocka_unit_test(forgets_processes_that_ended),
		cmocka_unit_test(reads_marks_from_metrics),
		cmocka_unit_test(ignores_what_it_did_not_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
