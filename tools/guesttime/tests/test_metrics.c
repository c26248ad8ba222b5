// SPDX-License-Identifier: GPL-2.0-only
/* Which VMs are shown, and under which labels. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics.h"
#include "output_prometheus.h"
#include "proc_tree.h"

static struct proc_tree tree;
static struct proc_snapshot snap;
static struct metrics metrics;
static struct vm_table *table;
static const char *command;

static int setup(void **state)
{
	proc_tree_create(&tree);
	table = vm_table_new();
	command = "qemu";
	return !table;
}

static int teardown(void **state)
{
	proc_tree_destroy(&tree);
	proc_snapshot_free(&snap);
	metrics_free(&metrics);
	vm_table_free(table);
	return 0;
}

static void vm(uint32_t pid, const char *name, uint64_t start, uint64_t gtime)
{
	const char *const args[] = { "qemu", "-name", name, NULL };

	proc_tree_task(&tree, &(struct proc_tree_task){
		.pid = pid, .comm = command, .starttime = start,
		.times = { gtime + 100, 50, gtime, gtime / 2, gtime / 4 } });
	proc_tree_cmdline(&tree, pid, args);
}

static void vcpu(uint32_t pid, uint32_t tid, const char *comm, uint64_t gtime)
{
	proc_tree_task(&tree, &(struct proc_tree_task){
		.pid = pid, .tid = tid, .comm = comm, .starttime = 100,
		.times = { gtime, 5, gtime, gtime, 0 } });
}

static const char *update(struct metrics_options opts)
{
	static char shown[4096];
	struct proc_scan_options what = {
		.table = table, .select = &(struct proc_select){ 0 }, .split = true,
		.threads = opts.per_vcpu,
	};
	size_t i;

	opts.hz = 100;
	assert_int_equal(proc_scan(tree.fd, &what, &snap), 0);
	assert_int_equal(metrics_update(&metrics, &snap, &opts), 0);
	*shown = '\0';
	for (i = 0; i < metrics.vms_n; i++)
		snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%s %.2f\n",
			 metrics.vms[i].mark->labels, metrics.vms[i].mark->seconds[MARK_GUEST]);
	for (i = 0; i < metrics.vcpus_n; i++)
		snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%s %.2f\n",
			 metrics.vcpus[i]->labels, metrics.vcpus[i]->seconds[MARK_GUEST]);
	return shown;
}

static void takes_every_counter(void **state)
{
	const struct mark *mark;
	int time;

	vm(10, "web", 100, 1000);
	update((struct metrics_options){ .boot = 5000 });
	mark = metrics.vms[0].mark;
	assert_true(mark->seconds[MARK_GUEST_USER] == 5);
	assert_true(mark->seconds[MARK_GUEST_SYSTEM] == 2.5);
	assert_true(mark->seconds[MARK_GUEST] == 10);
	assert_true(mark->seconds[MARK_CPU] == 11.5);
	assert_true(mark->seconds[MARK_HOST_SYSTEM] == 0.5);
	for (time = 0; time < MARK_TIMES; time++)
		assert_true(mark->known[time]);
	assert_true(mark->start == 5001);
}

static void vms_of_one_name_are_told_apart(void **state)
{
	struct metrics_options all = { 0 };

	vm(20, "web", 100, 1000);
	vm(10, "web", 200, 2000);
	vm(30, "db", 300, 3000);
	assert_string_equal(update(all), "vm=\"web\",uuid=\"\" 10.00\n"
			    "vm=\"web#10\",uuid=\"\" 20.00\n" "vm=\"db\",uuid=\"\" 30.00\n");
	/* Labels stay when the older one has gone; its name is free for the next. */
	proc_tree_remove(&tree, 20);
	assert_string_equal(update(all),
			    "vm=\"web#10\",uuid=\"\" 20.00\n" "vm=\"db\",uuid=\"\" 30.00\n");
	vm(40, "web", 400, 4000);
	assert_string_equal(update(all), "vm=\"web#10\",uuid=\"\" 20.00\n"
			    "vm=\"db\",uuid=\"\" 30.00\n" "vm=\"web\",uuid=\"\" 40.00\n");
	/* A process that runs another VM has another. */
	command = "qemu-kvm";
	vm(40, "db", 400, 4000);
	assert_string_equal(update(all), "vm=\"web#10\",uuid=\"\" 20.00\n"
			    "vm=\"db\",uuid=\"\" 30.00\n" "vm=\"db#40\",uuid=\"\" 40.00\n");
}

/* Nobody can take the name that another would be given. */
static void name_with_a_number_gets_one_of_its_own(void **state)
{
	vm(10, "web#30", 100, 1000);
	vm(20, "web", 200, 2000);
	vm(30, "web", 300, 3000);
	vm(40, "a#", 400, 4000);
	assert_string_equal(update((struct metrics_options){ 0 }),
			    "vm=\"web#30#10\",uuid=\"\" 10.00\n" "vm=\"web\",uuid=\"\" 20.00\n"
			    "vm=\"web#30\",uuid=\"\" 30.00\n" "vm=\"a#\",uuid=\"\" 40.00\n");
}

static void never_falls(void **state)
{
	struct metrics_options all = { .per_vcpu = true };

	vm(10, "web", 100, 1000);
	vcpu(10, 11, "CPU 0/KVM", 1000);
	update(all);
	vm(10, "web", 100, 999);
	vcpu(10, 11, "CPU 0/KVM", 998);
	assert_string_equal(update(all), "vm=\"web\",uuid=\"\" 10.00\n"
			    "vm=\"web\",uuid=\"\",vcpu=\"0\" 10.00\n");
	vm(10, "web", 1000, 3);
	assert_non_null(strstr(update(all), "vm=\"web\",uuid=\"\" 0.03\n"));
}

static void numbers_vcpus(void **state)
{
	vm(10, "web", 100, 1000);
	vcpu(10, 11, "CPU 1/KVM", 100);
	vcpu(10, 12, "CPU 0/KVM", 200);
	vcpu(10, 13, "CPU 1/KVM", 300);
	vcpu(10, 14, "CPU 99999/KVM", 400);
	assert_string_equal(update((struct metrics_options){ .per_vcpu = true }),
			    "vm=\"web\",uuid=\"\" 10.00\n"
			    "vm=\"web\",uuid=\"\",vcpu=\"1\" 1.00\n"
			    "vm=\"web\",uuid=\"\",vcpu=\"0\" 2.00\n"
			    "vm=\"web\",uuid=\"\",vcpu=\"2\" 4.00\n");
}

/* Series beyond the limit are counted. vCPUs go first, and the oldest VMs stay. */
static void keeps_to_the_limit(void **state)
{
	struct metrics_options opts = { .max_series = 2 * METRICS_VM_SERIES + METRICS_VCPU_SERIES,
					.per_vcpu = true };

	vm(10, "c", 300, 1000);
	vm(20, "a", 100, 2000);
	vm(30, "b", 200, 3000);
	vcpu(20, 21, "CPU 0/KVM", 100);
	vcpu(30, 31, "CPU 0/KVM", 200);
	assert_string_equal(update(opts), "vm=\"a\",uuid=\"\" 20.00\n"
			    "vm=\"b\",uuid=\"\" 30.00\n" "vm=\"a\",uuid=\"\",vcpu=\"0\" 1.00\n");
	assert_int_equal(metrics.series_cut, METRICS_VM_SERIES + METRICS_VCPU_SERIES);
	opts.max_series = 0;
	update(opts);
	assert_int_equal(metrics.vms_n, 3);
	assert_int_equal(metrics.series_cut, 0);
}

/*
 * A host for a day: a million rows, of VMs that begin and end all the time. The sanitizer
 * sees what is not freed; marks do not pile up.
 */
static void million_rows_do_not_pile_up(void **state)
{
	static struct proc_task tasks[1000];
	static struct vm_identity ids[1000];
	static char names[1000][8];
	struct metrics_options opts = { .hz = 100, .max_series = 7000 };
	struct proc_snapshot made = { .processes = { .v = tasks, .n = 1000 } };
	FILE *null = fopen("/dev/null", "w");
	uint32_t round, i;

	assert_non_null(null);
	for (round = 0; round < 1000; round++) {
		for (i = 0; i < 1000; i++) {
			/* Each lives for as many rounds as its number has; pids are used again. */
			uint32_t life = round / (i + 1);

			snprintf(names[i], sizeof(names[i]), "vm%u", i % 900);
			ids[i] = (struct vm_identity){
				.pid = i + 1, .name = names[i], .uuid = "", .vmm = "", .domain = "",
				.namespace = "", .pod = "", .cgroup = "",
			};
			tasks[i] = (struct proc_task){
				.pid = i + 1, .tid = i + 1, .starttime = life * 1000,
				.times = { .utime = round, .gtime = round + 1, .has_cpu = true,
					   .has_gtime = true },
				.vm = &ids[i],
			};
		}
		assert_int_equal(metrics_update(&metrics, &made, &opts), 0);
		assert_int_equal(metrics.vms_n, 7000 / METRICS_VM_SERIES);
		assert_true(metrics.marks.n <= metrics.vms_n);
		metrics.source = "kernel";
		if (round % 50 == 0)
			prometheus_print(null, &metrics);
	}
	fclose(null);
}

int main(void)
{
#define CASE(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(takes_every_counter),
		CASE(vms_of_one_name_are_told_apart),
		CASE(name_with_a_number_gets_one_of_its_own),
		CASE(never_falls),
		CASE(numbers_vcpus),
		CASE(keeps_to_the_limit),
		CASE(million_rows_do_not_pile_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
