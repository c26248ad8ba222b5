// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoint guest_cputime:guest_cputime_charge, by tracefs, perf and BPF. */
#include "kselftest_harness.h"

#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "collect.h"
#include "file.h"
#include "proc_read.h"
#include "trace_read.h"
#include "vm.h"

/* A perf event that counts the charges of the thread @tid. */
static int perf_open(pid_t tid)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr) };
	int fd;

	attr.config = number_in(TRACE_EVENT "id");
	fd = syscall(SYS_perf_event_open, &attr, tid, -1, -1, 0);
	if (fd < 0) {
		perror("perf_event_open");
		exit(1);
	}
	return fd;
}

static int bpf(int cmd, union bpf_attr *attr)
{
	int fd = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	if (fd < 0) {
		perror("bpf");
		exit(1);
	}
	return fd;
}

/* An array of one 64-bit number. */
static int bpf_counter(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1,
	};

	return bpf(BPF_MAP_CREATE, &attr);
}

static long long bpf_count(int map)
{
	unsigned int key = 0;
	long long count = -1;
	union bpf_attr attr = {
		.map_fd = map, .key = (unsigned long)&key, .value = (unsigned long)&count,
	};

	bpf(BPF_MAP_LOOKUP_ELEM, &attr);
	return count;
}

/* A program that adds the field of the event at @ns_offset to the number in @map. */
static int bpf_program(int map, int ns_offset)
{
	const struct bpf_insn insns[] = {
		/* r6 = the event's ns; key = 0 on the stack */
		{ .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 6, .src_reg = 1,
		  .off = ns_offset },
		{ .code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = 10, .off = -4, .imm = 0 },
		/* r0 = map_lookup_elem(map, &key) */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -4 },
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1,
		  .src_reg = BPF_PSEUDO_MAP_FD, .imm = map },
		{ },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem },
		{ .code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = 0, .off = 1, .imm = 0 },
		/* *r0 += r6 */
		{ .code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = 0, .src_reg = 6,
		  .imm = BPF_ADD },
		/* 1: perf is to see the event too */
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_TRACEPOINT,
		.insns = (unsigned long)insns, .insn_cnt = sizeof(insns) / sizeof(insns[0]),
		.license = (unsigned long)"GPL",
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

/* The offset of the field @name in the event, from the event's format file. */
static int field_offset(const char *name)
{
	FILE *file = fopen(TRACE_EVENT "format", "r");
	char line[256], *at;
	int offset = -1;

	while (file && fgets(line, sizeof(line), file)) {
		at = strstr(line, name);
		if (at && strstr(at, "offset:"))
			sscanf(strstr(at, "offset:"), "offset:%d", &offset);
	}
	if (offset < 0) {
		perror(TRACE_EVENT "format");
		exit(1);
	}
	fclose(file);
	return offset;
}

FIXTURE(tracepoint) { };

FIXTURE_SETUP(tracepoint)
{
	trace_start();
}

FIXTURE_TEARDOWN(tracepoint)
{
	trace_stop();
	collect_set(0);
}

/*
 * The events of a thread add up to its times, to the nanosecond.  Red: an event
 * before or without its charge, ring names swapped.
 */
TEST_F_TIMEOUT(tracepoint, events_add_up_to_times, 300)
{
	struct status_times times;
	struct charges charges;
	pid_t pid, tid;

	collect_set(1);
	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, 1000);
	ASSERT_EQ(read_threads(pid, VMM_VCPU_COMM, &tid, 1), 1);
	vm_stop_vcpus(pid);
	times = read_status(pid, 0);
	vm_stop(pid);

	charges = read_trace(tid);
	EXPECT_GE(charges.count, 1000);
	EXPECT_EQ(charges.user, times.guest_user * 1000);
	EXPECT_EQ(charges.system, times.guest_system * 1000);
	EXPECT_EQ(charges.count * TICK_US, classified(times));
}

/* With collection off there is no event.  Red: the event on the wrong side of the key. */
TEST_F_TIMEOUT(tracepoint, off_is_silent, 300)
{
	pid_t pid, tid;

	collect_set(0);
	pid = vm_start(&user3_system1, 1);
	vm_wait_guest_time(pid, 300000);
	ASSERT_EQ(read_threads(pid, VMM_VCPU_COMM, &tid, 1), 1);
	vm_stop(pid);
	EXPECT_EQ(read_trace(tid).count, 0);
}

/*
 * perf counts the charges of a thread, and a BPF program adds up their time.  Red:
 * no event; another type of the field ns.
 */
TEST_F_TIMEOUT(tracepoint, perf_and_bpf_see_charges, 300)
{
	struct status_times before, after, end;
	long long count, ns;
	pid_t pid, tid;
	int event, map;

	collect_set(1);
	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, 100);
	ASSERT_EQ(read_threads(pid, VMM_VCPU_COMM, &tid, 1), 1);

	map = bpf_counter();
	before = read_status(pid, tid);
	event = perf_open(tid);
	ASSERT_EQ(ioctl(event, PERF_EVENT_IOC_SET_BPF, bpf_program(map, field_offset(" ns;"))), 0);
	after = read_status(pid, tid);
	vm_wait_samples(pid, 500);
	vm_stop_vcpus(pid);
	end = read_status(pid, 0);

	ASSERT_EQ(read(event, &count, sizeof(count)), sizeof(count));
	ns = bpf_count(map);
	EXPECT_GE(count, 500);
	EXPECT_GE(count * TICK_US, classified(end) - classified(after));
	EXPECT_LE(count * TICK_US, classified(end) - classified(before));
	EXPECT_GE(ns, 1000 * (classified(end) - classified(after)));
	EXPECT_LE(ns, 1000 * (classified(end) - classified(before)));
	close(event);
	close(map);
	vm_stop(pid);
}

TEST_HARNESS_MAIN
