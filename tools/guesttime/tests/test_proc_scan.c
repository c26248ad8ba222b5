// SPDX-License-Identifier: GPL-2.0-only
/* Passes over directories that look like /proc. */
#include "cmocka_all.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "proc_scan.h"
#include "proc_tree.h"

static struct proc_tree tree;

/* A VM of two vCPUs and an I/O thread, a shell, a process without a name. */
static int setup(void **state)
{
	static const struct proc_tree_task tasks[] = {
		{ .pid = 100, .comm = "qemu", .starttime = 50, .times = { 100, 9, 80, 50, 20 } },
		{ .pid = 100, .tid = 100, .comm = "qemu", .times = { 10, 1, 0, 0, 0 } },
		{ .pid = 100, .tid = 103, .comm = "CPU 1/KVM", .times = { 45, 4, 40, 20, 10 } },
		{ .pid = 100, .tid = 102, .comm = "CPU 0/KVM", .times = { 45, 4, 40, 30, 10 } },
		{ .pid = 20, .comm = "a) (b", .times = { 7, 8, 0, 0, 0 } },
		{ .pid = 20, .tid = 20, .comm = "a) (b", .times = { 7, 8, 0, 0, 0 } },
		{ .pid = 3, .comm = "", .fields = 52, .times = { 1, 1, 1, 0, 0 } },
	};
	size_t i;

	(void)state;
	proc_tree_create(&tree);
	for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
		proc_tree_task(&tree, &tasks[i]);
	proc_tree_cmdline(&tree, 100, (const char *const[]){ "qemu", "-name", "vm1", NULL });
	proc_tree_cmdline(&tree, 20, (const char *const[]){ "sh", NULL });
	proc_tree_write(&tree, "self/stat", "1", 1);
	proc_tree_write(&tree, "77x/stat", "1", 1);
	proc_tree_write(&tree, "55/stat", "not a stat line\n", 16);
	proc_tree_write(&tree, "56/cmdline", "", 0);	/* vanished: no stat */
	proc_tree_write(&tree, "stat", "cpu 1 2 3\n", 10);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	proc_tree_destroy(&tree);
	return 0;
}

static void lists_processes_by_pid(void **state)
{
	struct proc_scan_options opts = { 0 };
	struct proc_snapshot snap = { 0 };
	const struct proc_task *vm;

	(void)state;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.processes.n, 3);
	assert_int_equal(snap.processes.v[0].pid, 3);
	assert_int_equal(snap.processes.v[1].pid, 20);
	assert_int_equal(snap.processes.v[2].pid, 100);
	assert_int_equal(snap.threads.n, 0);
	assert_true(snap.split_seen);
	assert_int_equal(snap.denied, 0);

	vm = proc_snapshot_find(&snap, 100);
	assert_non_null(vm);
	assert_string_equal(snap.names + vm->vm, "vm1");
	assert_string_equal(snap.names + vm->comm, "qemu");
	assert_int_equal(vm->vcpus, 2);
	assert_true(vm->has_vcpus);
	assert_int_equal(vm->starttime, 50);
	assert_int_equal(vm->times.gutime, 50);
	assert_true(vm->times.has_split);
	assert_null(proc_snapshot_find(&snap, 55));
	proc_snapshot_free(&snap);
}

static void lists_threads_that_ran_a_guest(void **state)
{
	struct proc_scan_options opts = { .threads = true };
	struct proc_snapshot snap = { 0 };

	(void)state;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.threads.n, 2);
	assert_int_equal(snap.threads.v[0].tid, 102);
	assert_int_equal(snap.threads.v[1].tid, 103);
	assert_string_equal(snap.names + snap.threads.v[0].comm, "CPU 0/KVM");
	assert_string_equal(snap.names + snap.threads.v[0].vm, "vm1");
	assert_non_null(proc_snapshot_find_thread(&snap, 100, 103));
	assert_null(proc_snapshot_find_thread(&snap, 20, 103));

	opts.all = true;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.threads.n, 4);
	assert_int_equal(proc_snapshot_find(&snap, 100)->vcpus, 2);
	proc_snapshot_free(&snap);
}

static void looks_at_one_process(void **state)
{
	struct proc_scan_options opts = { .pid = 20 };
	struct proc_snapshot snap = { 0 };

	(void)state;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.processes.n, 1);
	assert_string_equal(snap.names + snap.processes.v[0].vm, "a) (b");
	opts.pid = 56;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), -ENOENT);
	opts.pid = 55;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), -EBADMSG);
	proc_snapshot_free(&snap);
}

/* The stat line is there, the threads are gone. */
static void survives_vanishing_threads(void **state)
{
	static const struct proc_tree_task task = {
		.pid = 200, .comm = "gone", .times = { 5, 5, 5, 5, 0 },
	};
	struct proc_scan_options opts = { .threads = true };
	struct proc_snapshot snap = { 0 };

	(void)state;
	proc_tree_task(&tree, &task);
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_non_null(proc_snapshot_find(&snap, 200));
	assert_false(proc_snapshot_find(&snap, 200)->has_vcpus);
	assert_string_equal(snap.names + proc_snapshot_find(&snap, 200)->vm, "gone");
	proc_tree_remove(&tree, 200);
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_null(proc_snapshot_find(&snap, 200));
	proc_snapshot_free(&snap);
}

static void refuses_a_line_that_may_be_cut(void **state)
{
	char line[PROC_STAT_LINE_MAX + 100];
	struct proc_scan_options opts = { .pid = 300 };
	struct proc_snapshot snap = { 0 };

	(void)state;
	memset(line, '1', sizeof(line));
	memcpy(line, "300 (x) S ", 10);
	line[sizeof(line) - 1] = '\n';
	proc_tree_write(&tree, "300/stat", line, sizeof(line));
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), -EMSGSIZE);
	proc_tree_remove(&tree, 300);
	proc_snapshot_free(&snap);
}

static void keeps_its_buffers(void **state)
{
	struct proc_scan_options opts = { .threads = true, .all = true };
	struct proc_snapshot snap = { 0 };
	struct proc_task *before;
	size_t names;
	int i;

	(void)state;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	before = snap.threads.v;
	names = snap.names_room;
	for (i = 0; i < 100; i++)
		assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_ptr_equal(snap.threads.v, before);
	assert_int_equal(snap.names_room, names);
	proc_snapshot_free(&snap);
}

static void finds_the_process_of_a_thread(void **state)
{
	static const char status[] = "Name:\tCPU 0/KVM\nTgid:\t100\nPid:\t102\n";
	uint32_t tgid;

	(void)state;
	proc_tree_write(&tree, "102/status", status, sizeof(status) - 1);
	assert_int_equal(proc_tgid_of(tree.fd, 102, &tgid), 0);
	assert_int_equal(tgid, 100);
	assert_int_equal(proc_tgid_of(tree.fd, 104, &tgid), -ENOENT);
}

static void fails_without_proc(void **state)
{
	struct proc_scan_options opts = { 0 };
	struct proc_snapshot snap = { 0 };

	(void)state;
	assert_int_equal(proc_scan(-1, &opts, &snap), -EBADF);
	proc_snapshot_free(&snap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_processes_by_pid),
		cmocka_unit_test(lists_threads_that_ran_a_guest),
		cmocka_unit_test(looks_at_one_process),
		cmocka_unit_test(survives_vanishing_threads),
		cmocka_unit_test(refuses_a_line_that_may_be_cut),
		cmocka_unit_test(keeps_its_buffers),
		cmocka_unit_test(finds_the_process_of_a_thread),
		cmocka_unit_test(fails_without_proc),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
