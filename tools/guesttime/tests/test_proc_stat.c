// SPDX-License-Identifier: GPL-2.0-only
/* The decoder of stat lines. */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "proc_stat.h"
#include "proc_tree.h"

static size_t line_of(char *buf, const char *comm, unsigned int fields)
{
	struct proc_tree_task task = {
		.pid = 4242, .comm = comm, .fields = fields, .starttime = 777,
		.times = { 1400, 1500, 900, 530, 54 },
	};

	return proc_tree_stat_line(&task, buf, PROC_STAT_LINE_MAX);
}

static void decodes_56_fields(void **state)
{
	char buf[PROC_STAT_LINE_MAX];
	struct proc_stat st;

	assert_int_equal(proc_stat_decode(buf, line_of(buf, "qemu", 56), &st), 0);
	assert_int_equal(st.pid, 4242);
	assert_string_equal(st.comm, "qemu");
	assert_int_equal(st.utime, 1400);
	assert_int_equal(st.stime, 1500);
	assert_int_equal(st.num_threads, 20);
	assert_int_equal(st.starttime, 777);
	assert_true(st.has_gtime);
	assert_int_equal(st.gtime, 900);
	assert_true(st.has_split);
	assert_int_equal(st.gutime, 530);
	assert_int_equal(st.gstime, 54);
}

static void tells_what_shorter_lines_lack(void **state)
{
	static const struct {
		unsigned int fields;
		bool has_gtime, has_split;
	} cases[] = {
		{ 22, false, false }, { 42, false, false }, { 43, true, false },
		{ 44, true, false }, { 52, true, false }, { 54, true, false },
		{ 55, true, false }, { 56, true, true }, { 60, true, true },
	};
	char buf[PROC_STAT_LINE_MAX];
	struct proc_stat st;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = line_of(buf, "x", cases[i].fields);

		assert_int_equal(proc_stat_decode(buf, len, &st), 0);
		assert_int_equal(st.has_gtime, cases[i].has_gtime);
		assert_int_equal(st.has_split, cases[i].has_split);
	}
}

static void survives_any_name(void **state)
{
	static const char *const names[] = {
		"", " ", ")", "(", ") S 1 2 3", "a) R (b", "new\nline", "CPU 0/KVM",
		"\xff\xfe\x80", "((((", "))))",
	};
	char buf[PROC_STAT_LINE_MAX];
	struct proc_stat st;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(proc_stat_decode(buf, line_of(buf, names[i], 56), &st), 0);
		assert_string_equal(st.comm, names[i]);
		assert_int_equal(st.gstime, 54);
	}
}

static void cuts_over_long_names(void **state)
{
	char buf[PROC_STAT_LINE_MAX], name[301];
	struct proc_stat st;

	memset(name, 'n', 300);
	name[300] = '\0';
	assert_int_equal(proc_stat_decode(buf, line_of(buf, name, 56), &st), 0);
	assert_int_equal(strlen(st.comm), PROC_STAT_COMM_MAX);
	assert_int_equal(st.gutime, 530);
}

/* A line cut anywhere must be refused: its last number may lack digits. */
static void refuses_every_cut(void **state)
{
	char buf[PROC_STAT_LINE_MAX];
	struct proc_stat st;
	size_t len, i;

	len = line_of(buf, "qemu", 56);
	for (i = 0; i < len; i++)
		assert_int_equal(proc_stat_decode(buf, i, &st), -EMSGSIZE);
}

static void refuses_garbage(void **state)
{
	static const char *const lines[] = {
		"\n", "x\n", "1\n", "1 \n", "1 (\n", "1 (a\n", "1 (a)\n", "1(a) S 1\n",
		"(a) S 1\n", " (a) S 1 2\n", "x (a) S 1\n", "-1 (a) S 1\n", "1 (a) S\n",
		"99999999999 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20\n",
		"1 (a) S 1 2 3 4 5 6 7 8 9 10 -5 12 13 14 15 16 17 18 19\n",	/* utime */
		"1 (a) S 1 2 3 4 5 6 7 8 9 10 x 12 13 14 15 16 17 18 19\n",
		"1 (a) S 1 2 3 4 5 6 7 8 9 10  11 12 13 14 15 16 17 18\n",	/* empty */
		"1 (a) S 1 2 3 4 5 6 7 8 9 10 99999999999999999999 12 13 14 15 16 17 18 19\n",
		"1 (a) SS 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19\n",
	};
	struct proc_stat st;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (proc_stat_decode(lines[i], strlen(lines[i]), &st) != -EBADMSG)
			fail_msg("accepted: %s", lines[i]);
	}
}

/* Wherever it is: the decoder looks at eight bytes at a time. */
static void refuses_an_empty_field_anywhere(void **state)
{
	char buf[PROC_STAT_LINE_MAX], twice[PROC_STAT_LINE_MAX];
	struct proc_stat st;
	size_t len, i;

	len = line_of(buf, "x", 56);
	for (i = strcspn(buf, ")") + 1; i < len; i++) {
		if (buf[i] != ' ' && buf[i] != '\n')
			continue;
		memcpy(twice, buf, i);
		twice[i] = ' ';
		memcpy(twice + i + 1, buf + i, len - i);
		assert_int_equal(proc_stat_decode(twice, len + 1, &st), -EBADMSG);
	}
}

static void decodes_schedstat(void **state)
{
	static const struct {
		const char *line;
		bool ok;
		uint64_t ns;
	} cases[] = {
		{ "80 7000 12\n", true, 7000 }, { "0 18446744073709551615 0\n", true, UINT64_MAX },
		{ "80 7000", false, 0 }, { "80", false, 0 }, { "", false, 0 },
		{ "80  12\n", false, 0 }, { "80 x 12\n", false, 0 },
		{ "80 18446744073709551616 12\n", false, 0 },
	};
	uint64_t ns;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(proc_schedstat_wait(cases[i].line, strlen(cases[i].line), &ns),
				 cases[i].ok);
		if (cases[i].ok)
			assert_true(ns == cases[i].ns);
	}
}

static void takes_the_largest_number(void **state)
{
	static const char line[] = "1 (a) S 1 2 3 4 5 6 7 8 9 10 18446744073709551615 "
				   "12 13 14 15 16 17 18 19\n";
	struct proc_stat st;

	assert_int_equal(proc_stat_decode(line, sizeof(line) - 1, &st), 0);
	assert_true(st.utime == UINT64_MAX);
	assert_false(st.has_gtime);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_56_fields),
		cmocka_unit_test(tells_what_shorter_lines_lack),
		cmocka_unit_test(survives_any_name),
		cmocka_unit_test(cuts_over_long_names),
		cmocka_unit_test(refuses_every_cut),
		cmocka_unit_test(refuses_garbage),
		cmocka_unit_test(refuses_an_empty_field_anywhere),
		cmocka_unit_test(decodes_schedstat),
		cmocka_unit_test(takes_the_largest_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
