// SPDX-License-Identifier: GPL-2.0-only
/* The decoder of taskstats messages: synthetic ones, recorded ones, hostile ones. */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/taskstats.h>

#include "taskstats.h"
#include "wire.h"

#define RECORDED_FAMILY	0x1f

static const struct wire_stats with_split = {
	.version = 18, .len = 712, .off_split = 688, .comm = "CPU 0/KVM",
	.pid = 101, .tgid = 100, .flag = 0x20, .exit_code = 0x100, .process_us = 9000000,
	.utime = 5000000, .stime = 60000, .gtime = 4500000, .gutime = 3000000, .gstime = 1000000,
};

static int decode(const struct wire *w, struct taskstats_message *msg)
{
	size_t used = 0;
	int rc = taskstats_decode(w->buf, w->len, WIRE_FAMILY, true, msg, &used);

	if (!rc)
		assert_true(used && used <= w->len);
	return rc;
}

static void exit_message(struct wire *w, const struct wire_stats *task,
			 const struct wire_stats *group)
{
	wire_begin(w, WIRE_FAMILY, TASKSTATS_CMD_NEW);
	wire_aggregate(w, TASKSTATS_TYPE_AGGR_PID, task->pid, task);
	if (group)
		wire_aggregate(w, TASKSTATS_TYPE_AGGR_TGID, task->tgid, group);
	wire_end(w);
}

static void decodes_last_thread_of_a_group(void **state)
{
	struct wire_stats group = with_split;
	struct taskstats_message msg;
	struct wire w;

	group.pid = 0;
	group.tgid = 0;
	group.comm = NULL;
	group.gutime = 7000000;
	exit_message(&w, &with_split, &group);
	assert_int_equal(decode(&w, &msg), 0);
	assert_int_equal(msg.kind, TASKSTATS_STATS);
	assert_true(msg.has_task && msg.has_group);
	assert_int_equal(msg.task.id, 101);
	assert_int_equal(msg.task.tgid, 100);
	assert_true(msg.task.group_dead);
	assert_string_equal(msg.task.comm, "CPU 0/KVM");
	assert_int_equal(msg.task.times.utime, 5000000);
	assert_int_equal(msg.task.times.stime, 60000);
	assert_int_equal(msg.task.times.gutime, 3000000);
	assert_int_equal(msg.task.times.gstime, 1000000);
	assert_true(msg.task.times.has_cpu && msg.task.times.has_split);
	assert_true(msg.task.times.has_gtime);
	assert_int_equal(msg.task.times.gtime, 4500000);
	assert_int_equal(msg.task.exit_code, 0x100);
	assert_int_equal(msg.task.process_us, 9000000);
	assert_int_equal(msg.group.id, 100);
	assert_int_equal(msg.group.times.gutime, 7000000);
	assert_int_equal(msg.group.times.gstime, 1000000);
	assert_true(msg.group.times.has_split);
	assert_string_equal(msg.group.comm, "");
}

/*
 * Versions, lengths, and which of the times are then known. Red when: version 0 has times,
 * which are zeros.
 */
static void version_and_length_tell_which_times_are_known(void **state)
{
	static const struct {
		uint16_t version;
		size_t len;
		bool has_cpu, has_split;
	} cases[] = {
		{ 18, 712, true, true },	/* with the feature */
		{ 14, 432, true, false },	/* stock 6.12 */
		{ 13, 416, true, false },	/* stock 6.1 */
		{ 15, 560, false, false },	/* stock, fields in the middle */
		{ 15, 448, false, false },
		{ 16, 560, true, false },	/* stock 6.18 */
		{ 17, 688, true, false },	/* stock 7.3 */
		{ 17, 712, true, false },
		{ 18, 688, true, false },	/* others that may take the number */
		{ 18, 704, true, false },
		{ 18, 720, true, false },
		{ 19, 712, true, false },
		{ 999, 712, true, false },
		{ 8, 328, true, false },	/* Linux 4 */
		{ 14, 168, true, false },	/* ends after stime */
		{ 14, 167, false, false },
		{ 14, 160, false, false },
		{ 14, 132, false, false },
		{ 14, 2, false, false },
		{ 0, 0, false, false },
		{ 0, 432, false, false },	/* a group's, of older kernels */
	};
	struct taskstats_message msg;
	struct wire w;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wire_stats s = with_split;

		s.version = cases[i].version;
		s.len = cases[i].len;
		s.off_split = s.len >= 24 ? s.len - 24 : 0;
		exit_message(&w, &s, NULL);
		assert_int_equal(decode(&w, &msg), 0);
		assert_true(msg.has_task);
		if (msg.task.times.has_cpu != cases[i].has_cpu ||
		    msg.task.times.has_split != cases[i].has_split)
			fail_msg("version %u, %zu bytes: cpu %d split %d", cases[i].version,
				 cases[i].len, msg.task.times.has_cpu, msg.task.times.has_split);
		if (cases[i].has_split) {
			assert_int_equal(msg.task.times.gutime, 3000000);
			assert_int_equal(msg.task.times.gstime, 1000000);
		}
	}
}

/* Another kernel's version 18 may be as long. */
static void needs_the_feature(void **state)
{
	struct taskstats_message msg;
	struct wire w;
	size_t used;

	exit_message(&w, &with_split, NULL);
	assert_int_equal(taskstats_decode(w.buf, w.len, WIRE_FAMILY, false, &msg, &used), 0);
	assert_true(msg.task.times.has_cpu);
	assert_false(msg.task.times.has_split || msg.task.times.has_gtime);
}

static void trusts_only_a_struct_that_knows_its_pid(void **state)
{
	struct taskstats_message msg;
	struct wire w;

	wire_begin(&w, WIRE_FAMILY, TASKSTATS_CMD_NEW);
	wire_aggregate(&w, TASKSTATS_TYPE_AGGR_PID, 99, &with_split);
	wire_aggregate(&w, TASKSTATS_TYPE_AGGR_TGID, 100, &with_split);
	wire_end(&w);
	assert_int_equal(decode(&w, &msg), 0);
	assert_true(msg.has_task && msg.has_group);
	assert_false(msg.task.times.has_cpu || msg.task.times.has_split);
	assert_false(msg.group.times.has_cpu || msg.group.times.has_split);
	assert_false(msg.task.group_dead);
	assert_int_equal(msg.group.id, 100);
}

static void old_versions_do_not_say_who_was_last(void **state)
{
	struct wire_stats s = with_split;
	struct taskstats_message msg;
	struct wire w;

	s.version = 11;
	exit_message(&w, &s, NULL);
	assert_int_equal(decode(&w, &msg), 0);
	assert_false(msg.task.group_dead);
	assert_int_equal(msg.task.tgid, 0);
}

static size_t read_recording(const char *name, unsigned char *buf, size_t size)
{
	FILE *f = fopen(name, "r");
	size_t n;

	if (!f)
		fail_msg("cannot open %s", name);
	n = fread(buf, 1, size, f);
	fclose(f);
	return n;
}

/* Stock kernels: Linux 6.12 has version 14 of 432 bytes, 6.18 version 16 of 560. */
static void decodes_recorded_exits_of_processes(void **state)
{
	static const struct {
		const char *file;
		uint16_t family, version;
		const char *comm;
		uint32_t exit_code;
	} cases[] = {
		{ "tests/data/linux-6.12-single.bin", 21, 14, "dash", 0x300 },
		{ "tests/data/linux-6.18-single.bin", RECORDED_FAMILY, 16, "true", 0 },
	};
	struct taskstats_message msg;
	unsigned char buf[4096];
	size_t i, len, used;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		len = read_recording(cases[i].file, buf, sizeof(buf));
		assert_int_equal(taskstats_decode(buf, len, cases[i].family, true, &msg, &used), 0);
		assert_int_equal(used, len);
		assert_true(msg.has_task);
		assert_false(msg.has_group);
		assert_int_equal(msg.task.version, cases[i].version);
		assert_string_equal(msg.task.comm, cases[i].comm);
		assert_int_equal(msg.task.exit_code, cases[i].exit_code);
		assert_true(msg.task.group_dead);
		assert_int_equal(msg.task.tgid, msg.task.id);
		assert_int_equal(msg.task.self_pid, msg.task.id);
		assert_true(msg.task.times.has_cpu);
		assert_false(msg.task.times.has_split);
	}
}

static void decodes_a_recorded_exit_of_a_group(void **state)
{
	struct taskstats_message msg;
	unsigned char buf[4096];
	size_t len = read_recording("tests/data/linux-6.18-group.bin", buf, sizeof(buf)), used;

	assert_int_equal(taskstats_decode(buf, len, RECORDED_FAMILY, true, &msg, &used), 0);
	assert_int_equal(used, len);
	assert_true(msg.has_task && msg.has_group);
	assert_int_equal(msg.group.id, msg.task.tgid);
	assert_true(msg.group.times.has_cpu);
	assert_true(msg.group.times.utime > msg.task.times.utime);
	assert_false(msg.group.times.has_split);
}

static void recognises_other_messages(void **state)
{
	struct taskstats_message msg;
	struct wire w;
	size_t used;

	wire_ack(&w, 77, -EPERM);
	assert_int_equal(decode(&w, &msg), 0);
	assert_int_equal(msg.kind, TASKSTATS_ACK);
	assert_int_equal(msg.seq, 77);
	assert_int_equal(msg.error, -EPERM);

	exit_message(&w, &with_split, NULL);
	assert_int_equal(taskstats_decode(w.buf, w.len, WIRE_FAMILY + 1, true,
					  &msg, &used), 0);
	assert_int_equal(msg.kind, TASKSTATS_NONE);
	wire_begin(&w, WIRE_FAMILY, TASKSTATS_CMD_GET);
	wire_end(&w);
	assert_int_equal(decode(&w, &msg), 0);
	assert_int_equal(msg.kind, TASKSTATS_NONE);
}

static void steps_over_messages(void **state)
{
	struct taskstats_message msg;
	unsigned char buf[16384];
	struct wire a, b;
	size_t used;

	wire_ack(&a, 1, 0);
	exit_message(&b, &with_split, NULL);
	memcpy(buf, a.buf, a.len);
	memcpy(buf + a.len, b.buf, b.len);
	assert_int_equal(taskstats_decode(buf, a.len + b.len, WIRE_FAMILY, true, &msg,
					  &used), 0);
	assert_int_equal(used, a.len);
	assert_int_equal(taskstats_decode(buf + used, a.len + b.len - used, WIRE_FAMILY, true,
					  &msg, &used), 0);
	assert_int_equal(used, b.len);
	assert_true(msg.has_task);
}

/* Every cut of a good message is refused, and nothing is read beyond it. */
static void refuses_every_cut(void **state)
{
	struct taskstats_message msg;
	struct wire w;
	size_t i, used;

	exit_message(&w, &with_split, &with_split);
	for (i = 0; i < w.len; i++) {
		unsigned char *cut = test_malloc(i ? i : 1);

		memcpy(cut, w.buf, i);
		assert_int_equal(taskstats_decode(cut, i, WIRE_FAMILY, true, &msg, &used),
				 -EBADMSG);
		test_free(cut);
	}
}

/* A cut message whose outer length was set right: inner lengths disagree. */
static void refuses_lying_lengths(void **state)
{
	static const size_t attr_offsets[] = { 20, 24, 32, 36 };
	struct taskstats_message msg;
	struct wire w;
	size_t i;

	for (i = 0; i < sizeof(attr_offsets) / sizeof(attr_offsets[0]); i++) {
		static const uint16_t lies[] = { 0, 3, 0xffff };
		size_t k;

		for (k = 0; k < 3; k++) {
			exit_message(&w, &with_split, NULL);
			memcpy(w.buf + attr_offsets[i], &lies[k], sizeof(lies[k]));
			assert_int_equal(decode(&w, &msg), -EBADMSG);
		}
	}
	/* A header that claims less than itself would never let us move on. */
	exit_message(&w, &with_split, NULL);
	for (i = 0; i < 16; i++) {
		uint32_t len = (uint32_t)i;

		memcpy(w.buf, &len, sizeof(len));
		assert_int_equal(decode(&w, &msg), -EBADMSG);
	}
}

static void incomplete_aggregates_are_no_records(void **state)
{
	struct taskstats_message msg;
	struct wire w;

	exit_message(&w, &with_split, NULL);
	w.buf[24 + 2] = 99;	/* the pid attribute becomes an unknown one */
	assert_int_equal(decode(&w, &msg), 0);
	assert_false(msg.has_task);
	exit_message(&w, &with_split, NULL);
	w.buf[36 + 2] = 99;	/* so does the struct */
	assert_int_equal(decode(&w, &msg), 0);
	assert_false(msg.has_task);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_last_thread_of_a_group),
		cmocka_unit_test(version_and_length_tell_which_times_are_known),
		cmocka_unit_test(needs_the_feature),
		cmocka_unit_test(trusts_only_a_struct_that_knows_its_pid),
		cmocka_unit_test(old_versions_do_not_say_who_was_last),
		cmocka_unit_test(decodes_recorded_exits_of_processes),
		cmocka_unit_test(decodes_a_recorded_exit_of_a_group),
		cmocka_unit_test(recognises_other_messages),
		cmocka_unit_test(steps_over_messages),
		cmocka_unit_test(refuses_every_cut),
		cmocka_unit_test(refuses_lying_lengths),
		cmocka_unit_test(incomplete_aggregates_are_no_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
