// SPDX-License-Identifier: GPL-2.0-only
/* VMs that end: with and without records, with and without a process left. */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "exits.h"
#include "proc_tree.h"

static struct proc_tree tree;
static struct vm_table *table;
static struct proc_select select_all;

/* The rows that were emitted, a line each. */
static char printed[1024];

static void print_value(const char *name, struct value v)
{
	size_t len = strlen(printed);

	if (v.known)
		snprintf(printed + len, sizeof(printed) - len, " %s=%.3f", name, v.v);
	else
		snprintf(printed + len, sizeof(printed) - len, " %s=-", name);
}

static void emit(void *arg, const struct row *row)
{
	size_t len = strlen(printed);

	snprintf(printed + len, sizeof(printed) - len, "%u %s %s", row->pid, row->vm, row->from);
	print_value("vcpus", row->vcpus);
	print_value("gu", row->split.guest_user);
	print_value("gs", row->split.guest_system);
	print_value("un", row->split.unclassified);
	print_value("hu", row->split.host_user);
	print_value("hs", row->split.host_system);
	strcat(printed, "\n");
}

static struct exits begin(void)
{
	printed[0] = '\0';
	return (struct exits){
		.procfd = tree.fd, .hz = 100, .split = true, .select = &select_all,
		.table = table, .emit = emit,
	};
}

static void add_vm(uint32_t pid, uint64_t starttime, const char *name)
{
	struct proc_tree_task process = {
		.pid = pid, .comm = "qemu", .starttime = starttime,
		.times = { 1000, 50, 900, 600, 200 },
	};
	struct proc_tree_task vcpu = process;

	vcpu.tid = pid + 1;
	proc_tree_task(&tree, &process);
	proc_tree_task(&tree, &vcpu);
	proc_tree_cmdline(&tree, pid, (const char *const[]){ "qemu", "-name", name, NULL });
}

static void look(struct exits *exits)
{
	assert_int_equal(exits_scan(exits), 0);
	exits_report_vanished(exits);
}

/* Final values: a little more than what /proc said last. */
static struct taskstats_message group_record(uint32_t tgid)
{
	struct taskstats_message msg = {
		.kind = TASKSTATS_STATS, .has_task = true, .has_group = true,
		.task = { .id = tgid + 1, .tgid = tgid, .group_dead = true, .comm = "CPU 0/KVM" },
		.group = {
			.id = tgid,
			.times = { .utime = 10005000, .stime = 501000, .gtime = 9003000,
				   .gutime = 6001000, .gstime = 2002000, .has_cpu = true,
				   .has_gtime = true, .has_split = true },
		},
	};

	msg.task.times = msg.group.times;
	msg.task.times.gutime = 1000;
	return msg;
}

static int setup(void **state)
{
	proc_tree_create(&tree);
	table = vm_table_new();
	return !table;
}

static int teardown(void **state)
{
	vm_table_free(table);
	proc_tree_destroy(&tree);
	return 0;
}

static void record_of_a_zombie_is_reported_once(void **state)
{
	struct exits exits = begin();
	struct taskstats_message msg = group_record(100);

	add_vm(100, 5, "vm1");
	look(&exits);
	assert_string_equal(printed, "");
	exits_message(&exits, &msg);
	assert_string_equal(printed, "100 vm1 record vcpus=1.000 gu=6.001 gs=2.002 un=1.000 "
				     "hu=1.002 hs=0.501\n");
	/* Neither the zombie nor its end are news. */
	look(&exits);
	look(&exits);
	exits_message(&exits, &msg);
	proc_tree_remove(&tree, 100);
	look(&exits);
	assert_int_equal(strchr(printed, '\n')[1], '\0');
	assert_int_equal(exits.n, 0);
	exits_free(&exits);
}

static void record_of_a_vanished_vm_is_reported(void **state)
{
	struct exits exits = begin();
	struct taskstats_message msg = group_record(100);

	add_vm(100, 5, "vm1");
	look(&exits);
	proc_tree_remove(&tree, 100);
	assert_int_equal(exits_scan(&exits), 0);
	exits_message(&exits, &msg);	/* arrived by then */
	exits_report_vanished(&exits);
	assert_string_equal(printed, "100 vm1 record vcpus=1.000 gu=6.001 gs=2.002 un=1.000 "
				     "hu=1.002 hs=0.501\n");
	exits_free(&exits);
}

/* It lived for less than an interval: only the record knows it. */
static void record_of_an_unseen_vm_is_reported(void **state)
{
	struct exits exits = begin();
	struct taskstats_message msg = group_record(100);

	look(&exits);
	exits_message(&exits, &msg);
	assert_string_equal(printed, "100 CPU 0/KVM record vcpus=- gu=6.001 gs=2.002 un=1.000 "
				     "hu=1.002 hs=0.501\n");
	exits_free(&exits);

	/* The same, but it can still be asked for its name and guest time. */
	exits = begin();
	assert_int_equal(exits_scan(&exits), 0);
	add_vm(100, 5, "vm1");
	exits_message(&exits, &msg);
	exits_report_vanished(&exits);
	assert_string_equal(printed, "100 vm1 record vcpus=- gu=6.001 gs=2.002 un=1.000 hu=1.002 "
				     "hs=0.501\n");
	look(&exits);
	proc_tree_remove(&tree, 100);
	look(&exits);
	assert_int_equal(strchr(printed, '\n')[1], '\0');
	exits_free(&exits);
}

/* Lost records, or none to be had: what was seen last is reported, once. */
static void last_look_is_reported_without_a_record(void **state)
{
	struct exits exits = begin();

	add_vm(100, 5, "vm1");
	look(&exits);
	proc_tree_remove(&tree, 100);
	look(&exits);
	look(&exits);
	assert_string_equal(printed, "100 vm1 proc vcpus=1.000 gu=6.000 gs=2.000 un=1.000 "
				     "hu=1.000 hs=0.500\n");
	exits_free(&exits);
}

static void pid_reuse_ends_the_old_vm(void **state)
{
	struct exits exits = begin();

	add_vm(100, 5, "old");
	look(&exits);
	add_vm(100, 99, "new");
	look(&exits);
	assert_non_null(strstr(printed, "100 old proc"));
	assert_null(strstr(printed, "new"));
	assert_int_equal(exits.n, 1);
	proc_tree_remove(&tree, 100);
	exits_free(&exits);
}

static void other_processes_are_no_vms(void **state)
{
	static const struct proc_tree_task shell = {
		.pid = 20, .comm = "sh", .times = { 5, 5, 0, 0, 0 },
	};
	struct taskstats_message msg = group_record(20);
	struct exits exits = begin();

	proc_tree_task(&tree, &shell);
	msg.group.times.gtime = 0;
	msg.group.times.gutime = 0;
	msg.group.times.gstime = 0;
	look(&exits);
	exits_message(&exits, &msg);
	proc_tree_remove(&tree, 20);
	exits_message(&exits, &msg);
	look(&exits);
	assert_string_equal(printed, "");
	exits_free(&exits);
}

static void last_thread_ends_its_process(void **state)
{
	struct taskstats_message msg = group_record(100);
	struct exits exits = begin();

	/* A thread of a process that lives on is no end. */
	msg.has_group = false;
	msg.task.group_dead = false;
	exits_message(&exits, &msg);
	assert_string_equal(printed, "");

	/* The only thread is its process. */
	msg.task.group_dead = true;
	msg.task.id = 100;
	exits_message(&exits, &msg);
	assert_string_equal(printed, "100 CPU 0/KVM record vcpus=- gu=0.001 gs=2.002 un=7.000 hu=1.002 "
				     "hs=0.501\n");
	exits_free(&exits);

	/*
	 * The last of several threads ends, but no group record comes. The thread's own times are
	 * not the total; the times last seen are close. Red when: those are not used, or are
	 * reported as final.
	 */
	exits = begin();
	add_vm(100, 5, "vm1");
	look(&exits);
	proc_tree_remove(&tree, 100);
	msg.task.id = 101;
	exits_message(&exits, &msg);
	assert_string_equal(printed, "100 vm1 proc vcpus=1.000 gu=6.000 gs=2.000 un=1.000 "
				     "hu=1.000 hs=0.500\n");
	exits_free(&exits);
}

/* A stock kernel, or one whose struct we do not know: /proc fills the gaps. */
static void proc_fills_a_record_without_times(void **state)
{
	struct taskstats_message msg = group_record(100);
	struct exits exits = begin();

	add_vm(100, 5, "vm1");
	look(&exits);
	msg.group.times = (struct cpu_times){ .has_cpu = false };
	exits_message(&exits, &msg);
	assert_string_equal(printed, "100 vm1 record vcpus=1.000 gu=6.000 gs=2.000 un=1.000 "
				     "hu=1.000 hs=0.500\n");
	proc_tree_remove(&tree, 100);
	exits_free(&exits);
}

/* Guest time in ticks is rounded down; its parts in microseconds are not. */
static void rounding_does_not_make_unknown(void **state)
{
	struct taskstats_message msg = group_record(100);
	struct exits exits = begin();

	add_vm(100, 5, "vm1");
	msg.group.times.has_gtime = false;
	msg.group.times.gutime = 7000000;
	msg.group.times.gstime = 2009999;	/* 9.009999 s of 9.00 */
	exits_message(&exits, &msg);
	assert_non_null(strstr(printed, " un=0.000 "));
	exits_free(&exits);

	exits = begin();
	msg.group.times.gstime = 2010001;	/* more than rounding explains */
	exits_message(&exits, &msg);
	assert_non_null(strstr(printed, " un=- "));
	proc_tree_remove(&tree, 100);
	exits_free(&exits);
}

/*
 * The number of a VM that ended is a shell's by the time its record is read. Name,
 * host time and guest time of the shell are not the VM's.
 */
static void record_after_pid_reuse_is_of_the_old_vm(void **state)
{
	struct proc_tree_task shell = {
		.pid = 100, .comm = "bash", .times = { 7777, 5555, 0, 0, 0 },
	};
	struct taskstats_message msg = group_record(100);
	struct exits exits = begin();
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	/* From 5 ticks after boot until it has been looked at. */
	msg.task.process_us = (uint64_t)(now.tv_sec + 1) * 1000000;
	add_vm(100, 5, "vm1");
	look(&exits);
	shell.starttime = (uint64_t)now.tv_sec * 100 + 1;
	proc_tree_remove(&tree, 100);
	proc_tree_task(&tree, &shell);
	exits_message(&exits, &msg);
	look(&exits);
	look(&exits);
	assert_string_equal(printed, "100 vm1 record vcpus=1.000 gu=6.001 gs=2.002 un=1.000 "
				     "hu=1.002 hs=0.501\n");
	exits_free(&exits);

	/* The record alone tells, where the VM was never seen. */
	exits = begin();
	exits_message(&exits, &msg);
	assert_string_equal(printed, "100 CPU 0/KVM record vcpus=- gu=6.001 gs=2.002 un=1.000 "
				     "hu=1.002 hs=0.501\n");
	exits_free(&exits);

	/* An old kernel does not say how old it was: the VM that is known ended. */
	exits = begin();
	proc_tree_remove(&tree, 100);
	add_vm(100, 5, "vm1");
	look(&exits);
	proc_tree_task(&tree, &shell);
	msg.task.process_us = 0;
	msg.group.times.has_gtime = false;
	msg.group.times.has_split = false;
	exits_message(&exits, &msg);
	look(&exits);
	assert_string_equal(printed, "100 vm1 record vcpus=1.000 gu=- gs=- un=- hu=- hs=0.501\n");
	proc_tree_remove(&tree, 100);
	exits_free(&exits);
}

/*
 * The record of a VM was lost, and a new VM got its pid. Now the new VM ends. Red when: ages are
 * compared only as long as the new VM is there.
 */
static void record_of_a_young_vm_is_not_of_the_old(void **state)
{
	struct taskstats_message msg = group_record(100);
	struct exits exits = begin();
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	add_vm(100, 6, "old");
	look(&exits);
	add_vm(100, (uint64_t)now.tv_sec * 100 - 200, "new");
	msg.task.process_us = 1000000;
	exits_message(&exits, &msg);
	assert_int_equal(strncmp(printed, "100 new record", 14), 0);
	look(&exits);
	assert_non_null(strstr(printed, "100 old proc"));
	proc_tree_remove(&tree, 100);
	exits_free(&exits);

	/* It has gone, too. */
	exits = begin();
	add_vm(100, 6, "old");
	look(&exits);
	proc_tree_remove(&tree, 100);
	exits_message(&exits, &msg);
	assert_int_equal(strncmp(printed, "100 CPU 0/KVM record", 20), 0);
	look(&exits);
	assert_non_null(strstr(printed, "100 old proc"));
	exits_free(&exits);
}

static struct row emitted;

static void keep(void *arg, const struct row *row)
{
	emitted = *row;
}

/* Its first thread ends first, with the code of the process; the last one has none. */
static void reports_say_how_a_vm_ended(void **state)
{
	struct taskstats_message msg = group_record(100), leader = {
		.kind = TASKSTATS_STATS, .has_task = true,
		.task = { .id = 100, .tgid = 100, .exit_code = 0x300 },
	};
	struct exits exits = begin();
	struct timespec now, wall;

	exits.emit = keep;
	clock_gettime(CLOCK_BOOTTIME, &now);
	clock_gettime(CLOCK_REALTIME, &wall);
	add_vm(100, (uint64_t)now.tv_sec * 100 - 1000, "vm1");
	look(&exits);
	exits_message(&exits, &leader);
	msg.task.process_us = 4500000;
	exits_message(&exits, &msg);
	assert_true(emitted.exit_code.known && emitted.lifetime.known);
	assert_int_equal((int)emitted.exit_code.v, 0x300);
	assert_float_equal(emitted.lifetime.v, 4.5, 1e-6);
	assert_float_equal((emitted.end_time.v - emitted.start_time.v), 4.5, 0.001);
	assert_float_equal((emitted.start_time.v - (double)wall.tv_sec), -10, 2.1);
	proc_tree_remove(&tree, 100);
	exits_free(&exits);
}

static void selects_one_pid(void **state)
{
	uint32_t pid = 7;
	const struct proc_select one = { .pids = &pid, .n_pids = 1 };
	struct taskstats_message msg = group_record(100);
	struct exits exits = begin();

	exits.select = &one;
	add_vm(100, 5, "vm1");
	look(&exits);
	assert_int_equal(exits.n, 0);
	exits_message(&exits, &msg);
	assert_string_equal(printed, "");
	proc_tree_remove(&tree, 100);
	exits_free(&exits);
}

/* A process that is ending shows no threads and no command line any more. */
static void ending_vm_keeps_its_name(void **state)
{
	struct proc_tree_task process = {
		.pid = 100, .comm = "qemu", .starttime = 5, .times = { 1100, 60, 950, 600, 200 },
	};
	struct exits exits = begin();

	add_vm(100, 5, "vm1");
	look(&exits);
	proc_tree_remove(&tree, 100);
	process.tid = 100;
	process.times[2] = 0;
	proc_tree_task(&tree, &process);
	process.tid = 0;
	process.times[2] = 950;
	proc_tree_task(&tree, &process);
	look(&exits);
	proc_tree_remove(&tree, 100);
	look(&exits);
	assert_string_equal(printed, "100 vm1 proc vcpus=1.000 gu=6.000 gs=2.000 un=1.500 "
				     "hu=1.500 hs=0.600\n");
	exits_free(&exits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(record_of_a_zombie_is_reported_once),
		cmocka_unit_test(record_of_a_vanished_vm_is_reported),
		cmocka_unit_test(record_of_an_unseen_vm_is_reported),
		cmocka_unit_test(last_look_is_reported_without_a_record),
		cmocka_unit_test(pid_reuse_ends_the_old_vm),
		cmocka_unit_test(other_processes_are_no_vms),
		cmocka_unit_test(last_thread_ends_its_process),
		cmocka_unit_test(proc_fills_a_record_without_times),
		cmocka_unit_test(rounding_does_not_make_unknown),
		cmocka_unit_test(record_after_pid_reuse_is_of_the_old_vm),
		cmocka_unit_test(record_of_a_young_vm_is_not_of_the_old),
		cmocka_unit_test(reports_say_how_a_vm_ended),
		cmocka_unit_test(selects_one_pid),
		cmocka_unit_test(ending_vm_keeps_its_name),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
