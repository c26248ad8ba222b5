// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgroup v2: the guest time of cpu.stat and its split, against /proc.
 */
#include "kselftest_harness.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include "cgroup_read.h"
#include "collect.h"
#include "proc_read.h"
#include "vm.h"

FIXTURE(cgroup) { };

FIXTURE_SETUP(cgroup)
{
	cgroup_mount();
	cgroup_make("a/b/d");
	cgroup_make("a/c");
	collect_set(1);
}

FIXTURE_TEARDOWN(cgroup)
{
	collect_set(0);
	cgroup_remove("a/c");
	cgroup_remove("a/b/d");
	cgroup_remove("a/b");
	cgroup_remove("a");
	cgroup_unmount();
}

/*
 * The cgroup of a VM has the VM's times, to the microsecond, also after its end.  Red:
 * a charge forgotten or made twice, user and system swapped, dead threads forgotten.
 */
TEST_F_TIMEOUT(cgroup, has_times_of_its_vm_and_keeps_them, 300)
{
	struct cgroup_times times, old;
	struct status_times status;
	long long gtime;
	pid_t pid;

	pid = cgroup_start_vm("a/b", &user3_system1, 1);
	vm_wait_samples(pid, 1000);
	vm_stop_vcpus(pid);
	status = read_status(pid, 0);
	gtime = read_stat(pid, 0).gtime;
	times = cgroup_read("a/b");
	EXPECT_EQ(times.guest_user, status.guest_user);
	EXPECT_EQ(times.guest_system, status.guest_system);
	EXPECT_EQ(times.guest / CLOCK_TICK_US, gtime);
	EXPECT_GT(times.guest_user, 2 * times.guest_system);
	EXPECT_GE(times.guest_user + times.guest_system, 1000 * TICK_US);
	vm_stop(pid);

	old = times;
	times = cgroup_read("a/b");
	EXPECT_EQ(times.guest, old.guest);
	EXPECT_EQ(times.guest_user, status.guest_user);
	EXPECT_EQ(times.guest_system, status.guest_system);
}

/*
 * A cgroup of two VMs, one of them niced, has their sum.  The root cgroup has the times of
 * /proc/stat, which include niced VMs.  Red: a charge that sets, and does not add; niced VMs
 * left out of a cgroup, or of the root.
 */
TEST_F_TIMEOUT(cgroup, has_sum_of_two_vms, 300)
{
	struct status_times status, sum = { };
	struct cpu_times cpus[MAX_CPU_LINES];
	struct cgroup_times times;
	pid_t pids[2];
	long long gtime = 0;
	int i;

	pids[0] = cgroup_start_vm("a/b", &user3_system1, 1);
	pids[1] = cgroup_start_vm("a/b", &user1_system3_exits, 1);
	ASSERT_EQ(setpriority(PRIO_PROCESS, vm_wait_vcpu(pids[1]), 5), 0);
	for (i = 0; i < 2; i++)
		vm_wait_samples(pids[i], 300);
	for (i = 0; i < 2; i++) {
		vm_stop_vcpus(pids[i]);
		status = read_status(pids[i], 0);
		sum.guest_user += status.guest_user;
		sum.guest_system += status.guest_system;
		gtime += read_stat(pids[i], 0).gtime;
	}
	times = cgroup_read("a/b");
	/* Each number is rounded down. */
	EXPECT_LE(llabs(times.guest_user - sum.guest_user), 1);
	EXPECT_LE(llabs(times.guest_system - sum.guest_system), 1);
	EXPECT_LE(llabs(times.guest / CLOCK_TICK_US - gtime), 1);

	times = cgroup_read("");
	read_cpus(cpus);
	/* /proc/stat rounds both nice sides down. */
	EXPECT_LE(llabs(times.guest_user / CLOCK_TICK_US - cpus[0].guest_user), 2);
	EXPECT_LE(llabs(times.guest_system / CLOCK_TICK_US - cpus[0].guest_system), 2);
	EXPECT_LE(llabs(times.guest / CLOCK_TICK_US - cpus[0].guest - cpus[0].guest_nice), 2);
	EXPECT_GE(cpus[0].guest_user, 150 * TICK_US / CLOCK_TICK_US);
	EXPECT_GE(cpus[0].guest_nice, 300 * TICK_US / CLOCK_TICK_US);
	for (i = 0; i < 2; i++)
		vm_stop(pids[i]);
}

/*
 * A worker of vhost is a thread of the VMM.  Before Linux 6.4, and with a parameter of the
 * module vhost, it is a thread of the kernel.  Red: the system time of the worker charged as
 * guest time.
 */
TEST_F_TIMEOUT(cgroup, vhost_worker_is_in_its_vms_and_runs_no_guest, 300)
{
	static const struct vmm_load kicks = {
		.user_insns = 3000, .system_insns = 1000, .exit_ring0 = true, .vhost = true,
	};
	struct status_times worker, vmm;
	struct cgroup_times times;
	pid_t pid, tid;

	pid = cgroup_start_vm("a/b", &kicks, 1);
	vm_wait_samples(pid, 1000);
	vm_stop_vcpus(pid);
	tid = cgroup_find_thread("a/b", "vhost-");
	ASSERT_GT(tid, 0);
	worker = read_status(tid, tid);
	EXPECT_GT(read_stat(tid, tid).utime + read_stat(tid, tid).stime, 0);
	EXPECT_EQ(read_stat(tid, tid).gtime, 0);
	EXPECT_EQ(worker.guest_user, 0);
	EXPECT_EQ(worker.guest_system, 0);

	vmm = read_status(pid, 0);
	times = cgroup_read("a/b");
	EXPECT_EQ(times.guest_user, vmm.guest_user);
	EXPECT_EQ(times.guest_system, vmm.guest_system);
	EXPECT_EQ(times.guest / CLOCK_TICK_US, read_stat(pid, 0).gtime);
	vm_stop(pid);
}

/*
 * Guest time counts while collection is off, as gtime does; its parts stand still.  Red:
 * the charge of guest time behind the static key.
 */
TEST_F_TIMEOUT(cgroup, counts_guest_time_while_off, 300)
{
	struct cgroup_times times;
	pid_t pid;

	collect_set(0);
	pid = cgroup_start_vm("a/b", &user3_system1, 1);
	vm_wait_guest_time(pid, 500000);
	vm_stop_vcpus(pid);
	times = cgroup_read("a/b");
	EXPECT_EQ(times.guest / CLOCK_TICK_US, read_stat(pid, 0).gtime);
	EXPECT_EQ(times.guest_user, 0);
	EXPECT_EQ(times.guest_system, 0);
	vm_stop(pid);
}

/*
 * A parent has the sum of its children, on each level.  Red: a counter left out of the
 * flush to the parent.
 */
TEST_F_TIMEOUT(cgroup, parent_has_sum_of_children, 300)
{
	struct cgroup_times a, b, c, d;
	pid_t pids[2];
	int i;

	pids[0] = cgroup_start_vm("a/b/d", &user3_system1, 1);
	pids[1] = cgroup_start_vm("a/c", &user1_system3_exits, 1);
	for (i = 0; i < 2; i++)
		vm_wait_samples(pids[i], 300);
	for (i = 0; i < 2; i++)
		vm_stop_vcpus(pids[i]);
	a = cgroup_read("a");
	b = cgroup_read("a/b");
	c = cgroup_read("a/c");
	d = cgroup_read("a/b/d");
	EXPECT_EQ(b.guest, d.guest);
	EXPECT_EQ(b.guest_user, d.guest_user);
	EXPECT_EQ(b.guest_system, d.guest_system);
	/* Each is rounded down. */
	EXPECT_LE(llabs(a.guest - b.guest - c.guest), 1);
	EXPECT_LE(llabs(a.guest_user - b.guest_user - c.guest_user), 1);
	EXPECT_LE(llabs(a.guest_system - b.guest_system - c.guest_system), 1);
	EXPECT_GT(b.guest_user, b.guest_system);
	EXPECT_LT(c.guest_user, c.guest_system);
	for (i = 0; i < 2; i++)
		vm_stop(pids[i]);
}

/*
 * A VM that moves charges the cgroup that it runs in.  Red: guest time charged to the
 * cgroup of the fork.
 */
TEST_F_TIMEOUT(cgroup, move_charges_where_the_vm_runs, 300)
{
	struct cgroup_times b, c, old;
	struct status_times status;
	pid_t pid;

	pid = cgroup_start_vm("a/b", &user3_system1, 1);
	vm_wait_samples(pid, 300);
	cgroup_move(pid, "a/c");
	old = cgroup_read("a/b");
	vm_wait_samples(pid, 300);
	vm_stop_vcpus(pid);
	status = read_status(pid, 0);
	b = cgroup_read("a/b");
	c = cgroup_read("a/c");
	EXPECT_EQ(b.guest, old.guest);
	EXPECT_GE(b.guest_user + b.guest_system, 300 * TICK_US);
	EXPECT_GE(c.guest_user + c.guest_system, 300 * TICK_US - 1);
	EXPECT_LE(llabs(status.guest_user - b.guest_user - c.guest_user), 1);
	EXPECT_LE(llabs(status.guest_system - b.guest_system - c.guest_system), 1);
	EXPECT_LE(llabs((b.guest + c.guest) / CLOCK_TICK_US - read_stat(pid, 0).gtime), 1);
	vm_stop(pid);
}

/*
 * The threads of a VMM are in cgroups of their own, and change places.  Red: guest time
 * charged to the cgroup of the process.
 */
TEST_F_TIMEOUT(cgroup, threads_charge_where_they_run, 300)
{
	const struct vmm_load loads[] = { user3_system1, user1_system3_exits };
	struct cgroup_times t, x, y, old_x, old_y;
	struct status_times status;
	pid_t pid, tids[2];

	cgroup_make("t/x");
	cgroup_make("t/y");
	cgroup_write("t/x", "cgroup.type", "threaded");
	cgroup_write("t/y", "cgroup.type", "threaded");

	pid = cgroup_start_vm("t", loads, 2);
	vm_wait_vcpus(pid, tids, 2);
	cgroup_move_thread(tids[0], "t/x");
	cgroup_move_thread(tids[1], "t/y");
	vm_wait_samples(pid, 600);
	old_x = cgroup_read("t/x");
	old_y = cgroup_read("t/y");
	EXPECT_GT(old_x.guest_user, old_x.guest_system);
	EXPECT_LT(old_y.guest_user, old_y.guest_system);

	cgroup_move_thread(tids[0], "t/y");
	cgroup_move_thread(tids[1], "t/x");
	vm_wait_samples(pid, 600);
	vm_stop_vcpus(pid);
	x = cgroup_read("t/x");
	y = cgroup_read("t/y");
	t = cgroup_read("t");
	status = read_status(pid, 0);
	EXPECT_EQ(t.guest / CLOCK_TICK_US, read_stat(pid, 0).gtime);
	EXPECT_LT(x.guest_user - old_x.guest_user, x.guest_system - old_x.guest_system);
	EXPECT_GT(y.guest_user - old_y.guest_user, y.guest_system - old_y.guest_system);
	EXPECT_EQ(t.guest_user, status.guest_user);
	EXPECT_EQ(t.guest_system, status.guest_system);
	vm_stop(pid);
	cgroup_remove("t/x");
	cgroup_remove("t/y");
	cgroup_remove("t");
}

/*
 * Five readers run beside a guest that never exits on its own.  Its cgroup has no guest time from
 * before the guest's start, so that all of it is classified.  The root has more.  Red: a part
 * passed on wrongly; a clamp.  A wrong order of the flush's reads shows only where CPUs run in
 * parallel (debug/svm-kcsan).
 */
TEST_F_TIMEOUT(cgroup, parts_never_exceed_guest_time, 300)
{
	static const char * const names[] = { "a", "a/b", "a/b/d", "a/b/d", "" };
	const int reads = 1000;
	int i, status;
	pid_t pid;

	pid = cgroup_start_vm("", &user_only, 1);
	vm_wait_samples(pid, 100);
	cgroup_move(pid, "a/b/d");
	for (i = 0; i < 5; i++) {
		pid_t reader = fork();

		ASSERT_GE(reader, 0);
		if (!reader)
			_exit(cgroup_tight_reads(names[i], reads) < (*names[i] ? reads / 2 : 0));
	}
	for (i = 0; i < 5; i++) {
		ASSERT_GT(wait(&status), 0);
		EXPECT_EQ(status, 0);
	}
	vm_stop(pid);
}

/*
 * A vCPU's thread changes its cgroup all the time beside two readers.  The parts never exceed the
 * guest time of a cgroup.  Red, if rarely: the cgroup of the parts looked up anew, after that of
 * guest time.
 */
TEST_F_TIMEOUT(cgroup, moves_keep_parts_within_guest_time, 300)
{
	static const char * const names[] = { "t/x", "t/y" };
	int i, status, readers = 2;
	pid_t pid, tid;

	for (i = 0; i < 2; i++) {
		cgroup_make(names[i]);
		cgroup_write(names[i], "cgroup.type", "threaded");
	}
	pid = cgroup_start_vm("t", &user_only, 1);
	tid = vm_wait_vcpu(pid);
	for (i = 0; i < 2; i++) {
		pid_t reader = fork();

		ASSERT_GE(reader, 0);
		if (!reader)
			_exit(cgroup_tight_reads(names[i], 1000) < 0);
	}
	for (i = 0; readers; i++) {
		cgroup_move_thread(tid, names[i % 2]);
		usleep(700);
		if (waitpid(-1, &status, WNOHANG) > 0) {
			EXPECT_EQ(status, 0);
			readers--;
		}
	}
	EXPECT_GE(i, 100);
	vm_stop(pid);
	cgroup_remove("t/x");
	cgroup_remove("t/y");
	cgroup_remove("t");
}

/*
 * libvirt looks for the first "user_usec " and "system_usec " in the file.  Red: the new
 * lines before those, or before nice_usec, which Linux 6.1 lacks.
 */
TEST_F(cgroup, first_user_usec_is_that_of_the_cgroup)
{
	char buf[1024], *system;

	cgroup_read_file("a", buf, sizeof(buf));
	system = strstr(buf, "\nsystem_usec ");
	EXPECT_EQ(strstr(buf, "user_usec "), strstr(buf, "\nuser_usec ") + 1);
	EXPECT_EQ(strstr(buf, "system_usec "), system + 1);
	EXPECT_GT(strstr(buf, "\nguest_usec "), strstr(buf, "\nnice_usec ") ?: system);
}

TEST_HARNESS_MAIN
