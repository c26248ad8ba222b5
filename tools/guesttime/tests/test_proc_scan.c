// SPDX-License-Identifier: GPL-2.0-only
/* Passes over directories that look like /proc. */
#include "cmocka_all.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "proc_scan.h"
#include "proc_tree.h"

static struct proc_tree tree;
static struct vm_table *table;
static const struct proc_select everything;

/* The options of a test are these and more. */
#define OPTIONS(...)	{ .select = &everything, .table = table, .split = true, __VA_ARGS__ }

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

	proc_tree_create(&tree);
	table = vm_table_new();
	assert_non_null(table);
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
	vm_table_free(table);
	proc_tree_destroy(&tree);
	return 0;
}

static void lists_processes_by_pid(void **state)
{
	struct proc_scan_options opts = OPTIONS();
	struct proc_snapshot snap = { 0 };
	const struct proc_task *vm;

	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.processes.n, 3);
	assert_int_equal(snap.processes.v[0].pid, 3);
	assert_int_equal(snap.processes.v[1].pid, 20);
	assert_int_equal(snap.processes.v[2].pid, 100);
	assert_int_equal(snap.threads.n, 0);
	assert_int_equal(snap.denied, 0);

	vm = proc_snapshot_find(&snap, 100);
	assert_non_null(vm);
	assert_string_equal(vm->vm->name, "vm1");
	assert_string_equal(snap.names + vm->comm, "qemu");
	assert_int_equal(vm->vcpus, 2);
	assert_true(vm->has_vcpus);
	assert_int_equal(vm->starttime, 50);
	assert_int_equal(vm->times.gutime, 50);
	assert_true(vm->times.has_split);
	assert_null(proc_snapshot_find(&snap, 55));
	proc_snapshot_free(&snap);
}

static void lists_threads_of_vms(void **state)
{
	struct proc_scan_options opts = OPTIONS(.threads = true);
	struct proc_snapshot snap = { 0 };

	proc_tree_write(&tree, "100/task/102/schedstat", "80 7000 12\n", 11);
	proc_tree_write(&tree, "100/task/103/schedstat", "80 5000 12\n", 11);
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.threads.n, 3);
	assert_int_equal(snap.threads.v[0].tid, 100);
	assert_int_equal(snap.threads.v[0].vcpu, -1);
	assert_int_equal(snap.threads.v[1].tid, 102);
	assert_int_equal(snap.threads.v[1].vcpu, 0);
	assert_int_equal(snap.threads.v[2].tid, 103);
	assert_int_equal(snap.threads.v[2].vcpu, 1);
	assert_false(snap.threads.v[2].has_wait);
	assert_string_equal(snap.names + snap.threads.v[1].comm, "CPU 0/KVM");
	assert_string_equal(snap.threads.v[1].vm->name, "vm1");
	assert_non_null(proc_snapshot_find_thread(&snap, 100, 103));
	assert_null(proc_snapshot_find_thread(&snap, 20, 103));

	opts.all = true;
	opts.wait = true;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.threads.n, 4);
	assert_int_equal(proc_snapshot_find(&snap, 100)->vcpus, 2);
	assert_true(proc_snapshot_find(&snap, 100)->has_wait);
	assert_int_equal(proc_snapshot_find(&snap, 100)->wait_ns, 12000);
	proc_snapshot_free(&snap);
}

/* Red: threads counted in each pass, or never again. */
static void counts_vcpus_when_threads_change(void **state)
{
	struct proc_tree_task vm = {
		.pid = 100, .comm = "qemu", .starttime = 50, .times = { 100, 9, 80, 50, 20 },
		.num_threads = 3,
	};
	const struct proc_tree_task vcpu = {
		.pid = 100, .tid = 109, .comm = "CPU 2/KVM", .times = { 45, 4, 40, 20, 10 },
	};
	struct proc_scan_options opts = OPTIONS();
	struct proc_snapshot snap = { 0 };
	int i;

	proc_tree_task(&tree, &vm);
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(proc_snapshot_find(&snap, 100)->vcpus, 2);
	proc_tree_task(&tree, &vcpu);
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(proc_snapshot_find(&snap, 100)->vcpus, 2);
	vm.num_threads = 4;
	proc_tree_task(&tree, &vm);
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(proc_snapshot_find(&snap, 100)->vcpus, 3);
	unlinkat(tree.fd, "100/task/109/stat", 0);
	for (i = 0; i < 16; i++)
		assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(proc_snapshot_find(&snap, 100)->vcpus, 2);
	proc_snapshot_free(&snap);
}

/* Red: threads of a VM that @closely does not name, or no threads of a VM that it names. */
static void looks_closely_at_some(void **state)
{
	uint32_t pids[] = { 3, 100 };
	struct proc_closely closely = { .pids = pids, .n = 1 };
	struct proc_scan_options opts = OPTIONS(.threads = true, .wait = true, .closely = &closely);
	struct proc_snapshot snap = { 0 };

	proc_tree_write(&tree, "100/task/102/schedstat", "80 7000 12\n", 11);
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.threads.n, 0);
	assert_false(proc_snapshot_find(&snap, 100)->has_wait);
	assert_int_equal(proc_snapshot_find(&snap, 100)->vcpus, 2);
	closely.n = 2;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.threads.n, 3);
	assert_true(proc_snapshot_find(&snap, 100)->has_wait);
	proc_snapshot_free(&snap);
}

/* Red: a kernel thread's time is in no or another VM's total; a process with its name counts. */
static void counts_kernel_threads_of_a_vm(void **state)
{
	static const struct proc_tree_task tasks[] = {
		{ .pid = 200, .comm = "vhost-100", .flags = 0x208040, .starttime = 60,
		  .times = { 0, 30, 0, 0, 0 } },
		{ .pid = 201, .comm = "kvm-pit/100", .flags = 0x208040,
		  .times = { 0, 4, 0, 0, 0 } },
		{ .pid = 202, .comm = "vhost-20", .flags = 0x208040, .times = { 0, 1, 0, 0, 0 } },
		{ .pid = 203, .comm = "vhost-100", .flags = 0x400000, .times = { 9, 9, 0, 0, 0 } },
		{ .pid = 204, .comm = "vhost-100x", .flags = 0x208040, .times = { 0, 9, 0, 0, 0 } },
	};
	uint32_t pid = 100;
	const struct proc_select one = { .pids = &pid, .n_pids = 1 };
	struct proc_scan_options opts = OPTIONS(.threads = true);
	struct proc_snapshot snap = { 0 };
	const struct proc_task *thread;
	size_t i;

	for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
		proc_tree_task(&tree, &tasks[i]);
	for (i = 0; i < 2; i++) {
		assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
		assert_int_equal(proc_snapshot_find(&snap, 100)->times.stime, 9 + 30 + 4);
		assert_int_equal(proc_snapshot_find(&snap, 100)->vcpus, 2);
		thread = proc_snapshot_find_thread(&snap, 100, 200);
		assert_non_null(thread);
		assert_string_equal(snap.names + thread->comm, "vhost-100");
		assert_int_equal(thread->vcpu, -1);
		assert_int_equal(thread->times.stime, 30);
		assert_string_equal(thread->vm->name, "vm1");
		assert_null(proc_snapshot_find_thread(&snap, 100, 203));
		assert_int_equal(snap.threads.n, 5);
		opts.select = &one;		/* asked for by number: the same */
	}
	assert_int_equal(proc_snapshot_find(&snap, 100)->times.utime, 100);
	proc_snapshot_free(&snap);
}

/* Threads without names are numbered by age; idle vCPUs with names count too. */
static void numbers_vcpus(void **state)
{
	static const struct proc_tree_task tasks[] = {
		{ .pid = 400, .comm = "qemu", .times = { 9, 9, 9, 0, 0 } },
		{ .pid = 400, .tid = 400, .comm = "qemu", .times = { 1, 1, 0, 0, 0 } },
		{ .pid = 400, .tid = 402, .comm = "qemu", .times = { 4, 1, 4, 0, 0 } },
		{ .pid = 400, .tid = 404, .comm = "qemu", .times = { 4, 1, 5, 0, 0 } },
		{ .pid = 410, .comm = "qemu", .times = { 9, 9, 9, 0, 0 } },
		{ .pid = 410, .tid = 411, .comm = "CPU 1/KVM", .times = { 0, 0, 0, 0, 0 } },
		{ .pid = 410, .tid = 412, .comm = "CPU 0/KVM", .times = { 9, 0, 9, 0, 0 } },
	};
	struct proc_scan_options opts = OPTIONS(.threads = true);
	struct proc_snapshot snap = { 0 };
	size_t i;

	for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
		proc_tree_task(&tree, &tasks[i]);
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(proc_snapshot_find_thread(&snap, 400, 400)->vcpu, -1);
	assert_int_equal(proc_snapshot_find_thread(&snap, 400, 402)->vcpu, 0);
	assert_int_equal(proc_snapshot_find_thread(&snap, 400, 404)->vcpu, 1);
	assert_int_equal(proc_snapshot_find(&snap, 400)->vcpus, 2);
	assert_int_equal(proc_snapshot_find_thread(&snap, 410, 411)->vcpu, 1);
	assert_int_equal(proc_snapshot_find(&snap, 410)->vcpus, 2);
	proc_tree_remove(&tree, 400);
	proc_tree_remove(&tree, 410);
	proc_snapshot_free(&snap);
}

static void looks_at_some_processes(void **state)
{
	uint32_t pids[] = { 20, 100, 9999 };
	struct proc_select select = { .pids = pids, .n_pids = 1 };
	struct proc_scan_options opts = OPTIONS();
	struct proc_snapshot snap = { 0 };

	opts.select = &select;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.processes.n, 1);
	assert_string_equal(snap.processes.v[0].vm->name, "a) (b");
	select.n_pids = 3;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_int_equal(snap.processes.n, 2);
	select.n_pids = 1;
	pids[0] = 56;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), -ENOENT);
	pids[0] = 55;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), -EBADMSG);
	proc_snapshot_free(&snap);
}

static void selects_vms(void **state)
{
	static const struct {
		const char *vm, *cgroup;
		bool there;
	} cases[] = {
		{ "vm1", NULL, true }, { "vm*", NULL, true }, { "w*", NULL, false },
		{ "4dea22b3-*", NULL, true }, { NULL, "/machine.slice", true },
		{ NULL, "/machine.slice/", true }, { NULL, "/machine", false },
		{ NULL, "/", true }, { NULL, "/machine.slice/web.scope", true },
		{ "vm1", "/other", false },
	};
	struct proc_select select = { 0 };
	struct proc_scan_options opts = OPTIONS();
	struct proc_snapshot snap = { 0 };
	size_t i;

	opts.select = &select;
	proc_tree_write(&tree, "100/cgroup", "0::/machine.slice/web.scope\n", 28);
	proc_tree_cmdline(&tree, 100, (const char *const[]){
		"qemu", "-name", "vm1", "-uuid", "4dea22b3-1d52-d8f3-2516-782e98ab3fa0", NULL });
	vm_table_free(table);
	table = opts.table = vm_table_new();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		select.vm = cases[i].vm;
		select.cgroup = cases[i].cgroup;
		assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
		if (!proc_snapshot_find(&snap, 100) == cases[i].there)
			fail_msg("--vm %s --cgroup %s", select.vm, select.cgroup);
	}
	proc_snapshot_free(&snap);
}

/* Another kernel may have fields of its own in the place of ours. */
static void knows_no_split_without_the_feature(void **state)
{
	struct proc_scan_options opts = OPTIONS();
	struct proc_snapshot snap = { 0 };

	opts.split = false;
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_false(proc_snapshot_find(&snap, 100)->times.has_split);
	assert_true(proc_snapshot_find(&snap, 100)->times.has_gtime);
	proc_snapshot_free(&snap);
}

/* Two passes may come without an identity before it goes, and a peek is no pass. */
static void keeps_identities(void **state)
{
	struct proc_scan_options opts = OPTIONS(), peek = OPTIONS(.peek = true);
	struct proc_snapshot snap = { 0 };
	const struct vm_identity *vm;
	int i;

	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	vm = proc_snapshot_find(&snap, 100)->vm;
	for (i = 0; i < 5; i++)
		assert_int_equal(proc_scan(tree.fd, &peek, &snap), 0);
	assert_ptr_equal(proc_snapshot_find(&snap, 100)->vm, vm);
	vm_table_sweep(table);
	vm_table_sweep(table);
	proc_tree_cmdline(&tree, 100, (const char *const[]){ "qemu", "-name", "vm2", NULL });
	assert_string_equal(vm_table_get(table, tree.fd, 100, 50, "qemu")->name, "vm1");
	assert_ptr_equal(vm_table_get(table, tree.fd, 100, 50, "qemu"), vm);
	/* exec() leaves the process, and makes another program of it */
	assert_string_equal(vm_table_get(table, tree.fd, 100, 50, "sh")->comm, "sh");
	proc_snapshot_free(&snap);
}

/* The stat line is there, the threads are gone. */
static void survives_vanishing_threads(void **state)
{
	static const struct proc_tree_task task = {
		.pid = 200, .comm = "gone", .times = { 5, 5, 5, 5, 0 },
	};
	struct proc_scan_options opts = OPTIONS(.threads = true);
	struct proc_snapshot snap = { 0 };

	proc_tree_task(&tree, &task);
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_non_null(proc_snapshot_find(&snap, 200));
	assert_false(proc_snapshot_find(&snap, 200)->has_vcpus);
	assert_string_equal(proc_snapshot_find(&snap, 200)->vm->name, "gone");
	proc_tree_remove(&tree, 200);
	assert_int_equal(proc_scan(tree.fd, &opts, &snap), 0);
	assert_null(proc_snapshot_find(&snap, 200));
	proc_snapshot_free(&snap);
}

static void refuses_a_line_that_may_be_cut(void **state)
{
	char line[PROC_STAT_LINE_MAX + 100];
	uint32_t pid = 300;
	const struct proc_select select = { .pids = &pid, .n_pids = 1 };
	struct proc_scan_options opts = OPTIONS();
	struct proc_snapshot snap = { 0 };

	opts.select = &select;
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
	struct proc_scan_options opts = OPTIONS(.threads = true, .all = true);
	struct proc_snapshot snap = { 0 };
	struct proc_task *before;
	size_t names;
	int i;

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

	proc_tree_write(&tree, "102/status", status, sizeof(status) - 1);
	assert_int_equal(proc_tgid_of(tree.fd, 102, &tgid), 0);
	assert_int_equal(tgid, 100);
	assert_int_equal(proc_tgid_of(tree.fd, 104, &tgid), -ENOENT);
}

static void fails_without_proc(void **state)
{
	struct proc_scan_options opts = OPTIONS();
	struct proc_snapshot snap = { 0 };

	assert_int_equal(proc_scan(-1, &opts, &snap), -EBADF);
	proc_snapshot_free(&snap);
}

/* A tree of its own for each test. */
#define SCAN_TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCAN_TEST(lists_processes_by_pid),
		SCAN_TEST(lists_threads_of_vms),
		SCAN_TEST(counts_vcpus_when_threads_change),
		SCAN_TEST(looks_closely_at_some),
		SCAN_TEST(counts_kernel_threads_of_a_vm),
		SCAN_TEST(numbers_vcpus),
		SCAN_TEST(looks_at_some_processes),
		SCAN_TEST(selects_vms),
		SCAN_TEST(knows_no_split_without_the_feature),
		SCAN_TEST(keeps_identities),
		SCAN_TEST(survives_vanishing_threads),
		SCAN_TEST(refuses_a_line_that_may_be_cut),
		SCAN_TEST(keeps_its_buffers),
		SCAN_TEST(finds_the_process_of_a_thread),
		SCAN_TEST(fails_without_proc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
