// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgroup v2: the guest time of cpu.stat and its split, against /proc.
 */
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "collect.h"
#include "proc_read.h"
#include "vm.h"

#define ROOT	"/cgroup"

static const struct vmm_load user3_system1 = { .user_insns = 30000, .system_insns = 10000 };
static const struct vmm_load user1_system3 = {
	.user_insns = 10000, .system_insns = 30000, .exit_ring0 = true,
};

/* The guest time of a cgroup, in microseconds. */
struct cgroup_times {
	long long guest;
	long long user;
	long long system;
};

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
		perror(path);
		exit(1);
	}
	close(fd);
}

static void make_cgroup(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), ROOT "/%s", name);
	if (mkdir(path, 0755) && errno != EEXIST) {
		perror(path);
		exit(1);
	}
}

/* Move process @pid, 0 for the caller, to the cgroup. */
static void move_to_cgroup(pid_t pid, const char *name)
{
	char path[64], text[16];

	snprintf(path, sizeof(path), ROOT "/%s/cgroup.procs", name);
	snprintf(text, sizeof(text), "%d", pid);
	write_file(path, text);
}

static void read_cpu_stat(const char *name, char *buf, size_t size)
{
	char path[64];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), ROOT "/%s/cpu.stat", name);
	fd = open(path, O_RDONLY);
	len = fd < 0 ? -1 : read(fd, buf, size - 1);
	if (len <= 0) {
		perror(path);
		exit(1);
	}
	buf[len] = '\0';
	close(fd);
}

/* The value of a line that begins with @key. */
static long long line_of(const char *buf, const char *key)
{
	const char *line = strncmp(buf, key, strlen(key)) ? NULL : buf;
	char start[32];

	if (!line) {
		snprintf(start, sizeof(start), "\n%s", key);
		line = strstr(buf, start);
		if (!line) {
			fprintf(stderr, "no line %s in: %s", key, buf);
			exit(1);
		}
		line++;
	}
	return strtoll(line + strlen(key), NULL, 10);
}

static struct cgroup_times read_cgroup(const char *name)
{
	char buf[1024];

	read_cpu_stat(name, buf, sizeof(buf));
	return (struct cgroup_times) {
		line_of(buf, "guest_usec "),
		line_of(buf, "guest_user_usec "),
		line_of(buf, "guest_system_usec "),
	};
}

/* A VMM that has been in the cgroup since its start. */
static pid_t vm_start_in(const char *name, const struct vmm_load *load)
{
	pid_t pid;

	move_to_cgroup(0, name);
	pid = vm_start(load, 1);
	move_to_cgroup(0, "");
	return pid;
}

FIXTURE(cgroup) { };

FIXTURE_SETUP(cgroup)
{
	mkdir(ROOT, 0755);
	if (mount("cgroup2", ROOT, "cgroup2", 0, NULL) && errno != EBUSY)
		ASSERT_EQ(errno, 0);
	make_cgroup("a");
	make_cgroup("a/b");
	make_cgroup("a/c");
	collect_set(1);
}

FIXTURE_TEARDOWN(cgroup)
{
	collect_set(0);
	rmdir(ROOT "/a/c");
	rmdir(ROOT "/a/b");
	rmdir(ROOT "/a");
	umount(ROOT);
}

/*
 * The cgroup of a VM has the VM's times, to the microsecond, also after its end.  Red:
 * a charge forgotten or made twice, user and system swapped, the dead forgotten.
 */
TEST_F_TIMEOUT(cgroup, has_times_of_its_vm_and_keeps_them, 300)
{
	struct status_times status;
	struct cgroup_times times;
	long long gtime;
	pid_t pid;

	pid = vm_start_in("a/b", &user3_system1);
	vm_wait_samples(pid, 1000);
	vm_stop_vcpus(pid);
	status = read_status(pid, 0);
	gtime = read_stat(pid, 0).gtime;
	times = read_cgroup("a/b");
	EXPECT_EQ(times.user, status.user);
	EXPECT_EQ(times.system, status.system);
	EXPECT_EQ(times.guest / CLOCK_TICK_US, gtime);
	EXPECT_GT(times.user, 2 * times.system);
	EXPECT_GE(times.user + times.system, 1000 * TICK_US);
	vm_stop(pid);

	times = read_cgroup("a/b");
	EXPECT_EQ(times.user, status.user);
	EXPECT_EQ(times.system, status.system);
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
	pid = vm_start_in("a/b", &user3_system1);
	vm_wait_guest_time(pid, 500000);
	vm_stop_vcpus(pid);
	times = read_cgroup("a/b");
	EXPECT_EQ(times.guest / CLOCK_TICK_US, read_stat(pid, 0).gtime);
	EXPECT_EQ(times.user, 0);
	EXPECT_EQ(times.system, 0);
	vm_stop(pid);
}

/*
 * A parent has the sum of its children.  Red: a counter left out of the flush to the
 * parent.
 */
TEST_F_TIMEOUT(cgroup, parent_has_sum_of_children, 300)
{
	struct cgroup_times a, b, c;
	pid_t pids[2];
	int i;

	pids[0] = vm_start_in("a/b", &user3_system1);
	pids[1] = vm_start_in("a/c", &user1_system3);
	for (i = 0; i < 2; i++)
		vm_wait_samples(pids[i], 300);
	for (i = 0; i < 2; i++)
		vm_stop_vcpus(pids[i]);
	a = read_cgroup("a");
	b = read_cgroup("a/b");
	c = read_cgroup("a/c");
	/* Each is rounded down. */
	EXPECT_LE(llabs(a.guest - b.guest - c.guest), 1);
	EXPECT_LE(llabs(a.user - b.user - c.user), 1);
	EXPECT_LE(llabs(a.system - b.system - c.system), 1);
	EXPECT_GT(b.user, b.system);
	EXPECT_LT(c.user, c.system);
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

	pid = vm_start_in("a/b", &user3_system1);
	vm_wait_samples(pid, 300);
	move_to_cgroup(pid, "a/c");
	old = read_cgroup("a/b");
	vm_wait_samples(pid, 300);
	vm_stop_vcpus(pid);
	status = read_status(pid, 0);
	b = read_cgroup("a/b");
	c = read_cgroup("a/c");
	EXPECT_EQ(b.guest, old.guest);
	EXPECT_GE(b.user + b.system, 300 * TICK_US);
	EXPECT_GE(c.user + c.system, 300 * TICK_US - 1);
	EXPECT_LE(llabs(status.user - b.user - c.user), 1);
	EXPECT_LE(llabs(status.system - b.system - c.system), 1);
	vm_stop(pid);
}

/* Red: the parts copied after the guest time in the flush; a clamp. */
TEST_F_TIMEOUT(cgroup, parts_never_exceed_guest_time, 300)
{
	struct cgroup_times old = { }, now;
	int reads = 0;
	pid_t pid;

	pid = vm_start_in("a/b", &user1_system3);
	vm_wait_samples(pid, 10);
	do {
		now = read_cgroup(reads % 2 ? "a/b" : "a");
		ASSERT_LE(now.user + now.system, now.guest);
		ASSERT_GE(now.user, old.user);
		ASSERT_GE(now.system, old.system);
		ASSERT_GE(now.guest, old.guest);
		old = now;
	} while (++reads < 2000);
	vm_stop(pid);
}

/* The root cgroup has the times of /proc/stat.  Red: the parts or the niced left out. */
TEST_F_TIMEOUT(cgroup, root_has_times_of_proc_stat, 300)
{
	struct cpu_times cpus[MAX_CPU_LINES];
	struct cgroup_times root;
	pid_t pid;

	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, 300);
	vm_stop_vcpus(pid);
	root = read_cgroup("");
	read_cpus(cpus);
	/* /proc/stat rounds both nice sides down. */
	EXPECT_LE(llabs(root.user / CLOCK_TICK_US - cpus[0].user), 2);
	EXPECT_LE(llabs(root.system / CLOCK_TICK_US - cpus[0].system), 2);
	EXPECT_LE(llabs(root.guest / CLOCK_TICK_US - cpus[0].guest - cpus[0].guest_nice), 2);
	EXPECT_GE(cpus[0].user, 150 * TICK_US / CLOCK_TICK_US);
	vm_stop(pid);
}

/*
 * libvirt looks for the first "user_usec " and "system_usec " in the file.  Red: the new
 * lines before those.
 */
TEST_F(cgroup, first_user_usec_is_that_of_the_cgroup)
{
	char buf[1024];

	read_cpu_stat("a", buf, sizeof(buf));
	EXPECT_EQ(strstr(buf, "user_usec "), strstr(buf, "\nuser_usec ") + 1);
	EXPECT_EQ(strstr(buf, "system_usec "), strstr(buf, "\nsystem_usec ") + 1);
}

TEST_HARNESS_MAIN
