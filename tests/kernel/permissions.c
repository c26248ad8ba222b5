// SPDX-License-Identifier: GPL-2.0-only
/*
 * Permissions: reading the split needs the same rights as reading guest time in stock Linux. The
 * tracepoint and the sysctl need the same rights as others of their kind.
 *
 * Each role is a process that tries all accesses, to a VMM that root runs.
 */
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "collect.h"
#include "file.h"
#include "proc_read.h"
#include "taskstats_read.h"
#include "trace_read.h"
#include "vm.h"

#define NOBODY		65534

/* Files of the kernel with the same permissions: a sysctl, a tracepoint, a file in /proc/<pid>. */
#define PEER_SYSCTL	"/proc/sys/kernel/task_delayacct"
#define PEER_EVENT	TRACEFS "events/sched/sched_switch/"
#define PEER_FILE	"schedstat"

/* The accesses that a role tries. */
enum attempt {
	ATTEMPT_SYSCTL_READ,
	ATTEMPT_SYSCTL_WRITE,
	ATTEMPT_SYSCTL_FD,
	ATTEMPT_STAT,
	ATTEMPT_STATUS,
	ATTEMPT_TASK_STAT,
	ATTEMPT_TASK_STATUS,
	ATTEMPT_STAT_FD,
	ATTEMPT_STATUS_FD,
	ATTEMPT_PROC_STAT,
	ATTEMPT_TASKSTATS_TID,
	ATTEMPT_TASKSTATS_TGID,
	ATTEMPT_TASKSTATS_LISTEN,
	ATTEMPT_TRACE_ENABLE,
	ATTEMPT_PERF_OTHER,
	ATTEMPT_PERF_SELF,
	ATTEMPT_COUNT
};

static const char * const attempt_names[] = {
	[ATTEMPT_SYSCTL_READ] = "sysctl read",
	[ATTEMPT_SYSCTL_WRITE] = "sysctl write",
	[ATTEMPT_SYSCTL_FD] = "sysctl fd",
	[ATTEMPT_STAT] = "stat",
	[ATTEMPT_STATUS] = "status",
	[ATTEMPT_TASK_STAT] = "task stat",
	[ATTEMPT_TASK_STATUS] = "task status",
	[ATTEMPT_STAT_FD] = "stat fd",
	[ATTEMPT_STATUS_FD] = "status fd",
	[ATTEMPT_PROC_STAT] = "proc stat",
	[ATTEMPT_TASKSTATS_TID] = "taskstats tid",
	[ATTEMPT_TASKSTATS_TGID] = "taskstats tgid",
	[ATTEMPT_TASKSTATS_LISTEN] = "taskstats listen",
	[ATTEMPT_TRACE_ENABLE] = "trace enable",
	[ATTEMPT_PERF_OTHER] = "perf other",
	[ATTEMPT_PERF_SELF] = "perf self",
};

/**
 * struct outcome - what a role could do
 * @error:   error numbers
 * @peer:    error numbers of the same accesses to peers
 * @process: the times of the VMM that it could read
 * @thread:  the times of a vCPU's thread that it could read
 * @done:    it has tried all
 */
struct outcome {
	int error[ATTEMPT_COUNT];
	int peer[ATTEMPT_COUNT];
	struct stat_times process, thread;
	struct status_times process_status, thread_status;
	bool done;
};

/* All roles try a stopped VMM and its vCPU's thread. Root has opened these descriptors. */
static pid_t vmm, vcpu;
static int event_id, peer_event_id;
static int sysctl_fd, peer_sysctl_fd;
static int stat_fd, status_fd, peer_fd;
static struct outcome *outcome;

/* Open a file, and read it or write @value to it.  Returns the error number. */
static int try_file(const char *path, const char *value)
{
	int fd = open(path, value ? O_WRONLY : O_RDONLY);
	char buf[4096];
	int error = 0;

	if (fd < 0)
		return errno;
	if ((value ? write(fd, value, strlen(value)) : read(fd, buf, sizeof(buf))) < 0)
		error = errno;
	close(fd);
	return error;
}

static int try_task(pid_t tid, const char *name)
{
	char path[64];

	if (tid)
		snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", vmm, tid, name);
	else
		snprintf(path, sizeof(path), "/proc/%d/%s", vmm, name);
	return try_file(path, NULL);
}

/* A count of the events of a task. */
static int try_perf(int id, pid_t pid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr), .config = id,
	};
	int fd = syscall(SYS_perf_event_open, &attr, pid, -1, -1, 0);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* The error of reading a file that root has opened. */
static int try_passed(int fd)
{
	char buf[4096];

	return pread(fd, buf, sizeof(buf), 0) < 0 ? errno : 0;
}

static int open_task(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", vmm, name);
	return open(path, O_RDONLY);
}

/* taskstats has no peer: one record has the split and older times. */
#define NONE	(-1)

static void tried(enum attempt attempt, int error, int peer)
{
	outcome->error[attempt] = error;
	outcome->peer[attempt] = peer;
}

static int try_taskstats(int attr, const void *data, int len)
{
	return taskstats_allowed(attr, data, len) ? 0 : EPERM;
}

static void probe(void)
{
	__u32 id;

	tried(ATTEMPT_SYSCTL_READ, try_file(COLLECT_PATH, NULL), try_file(PEER_SYSCTL, NULL));
	tried(ATTEMPT_SYSCTL_WRITE, try_file(COLLECT_PATH, "1"), try_file(PEER_SYSCTL, "0"));
	tried(ATTEMPT_SYSCTL_FD, write(sysctl_fd, "1", 1) < 0 ? errno : 0,
	      write(peer_sysctl_fd, "0", 1) < 0 ? errno : 0);
	tried(ATTEMPT_STAT, try_task(0, "stat"), try_task(0, PEER_FILE));
	tried(ATTEMPT_STATUS, try_task(0, "status"), try_task(0, "stat"));
	tried(ATTEMPT_TASK_STAT, try_task(vcpu, "stat"), try_task(vcpu, PEER_FILE));
	tried(ATTEMPT_TASK_STATUS, try_task(vcpu, "status"), try_task(vcpu, "stat"));
	tried(ATTEMPT_STAT_FD, try_passed(stat_fd), try_passed(peer_fd));
	tried(ATTEMPT_STATUS_FD, try_passed(status_fd), try_passed(peer_fd));
	tried(ATTEMPT_PROC_STAT, try_file("/proc/stat", NULL), try_file("/proc/uptime", NULL));
	id = vcpu;
	tried(ATTEMPT_TASKSTATS_TID, try_taskstats(TASKSTATS_CMD_ATTR_PID, &id, sizeof(id)), NONE);
	id = vmm;
	tried(ATTEMPT_TASKSTATS_TGID,
	      try_taskstats(TASKSTATS_CMD_ATTR_TGID, &id, sizeof(id)), NONE);
	tried(ATTEMPT_TASKSTATS_LISTEN,
	      try_taskstats(TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, "0", 2), NONE);
	tried(ATTEMPT_TRACE_ENABLE, try_file(TRACE_EVENT "enable", "0"),
	      try_file(PEER_EVENT "enable", "0"));
	tried(ATTEMPT_PERF_OTHER, try_perf(event_id, vcpu), try_perf(peer_event_id, vcpu));
	tried(ATTEMPT_PERF_SELF, try_perf(event_id, 0), try_perf(peer_event_id, 0));

	if (!outcome->error[ATTEMPT_STAT])
		outcome->process = read_stat(vmm, 0);
	if (!outcome->error[ATTEMPT_STATUS])
		outcome->process_status = read_status(vmm, 0);
	if (!outcome->error[ATTEMPT_TASK_STAT])
		outcome->thread = read_stat(vmm, vcpu);
	if (!outcome->error[ATTEMPT_TASK_STATUS])
		outcome->thread_status = read_status(vmm, vcpu);
	outcome->done = true;
}

static void become(int uid)
{
	/* Be dumpable, as after an execve(): otherwise root would still own /proc/self. */
	if (setgroups(0, NULL) || setgid(uid) || setuid(uid) || prctl(PR_SET_DUMPABLE, 1)) {
		perror("setuid");
		_exit(1);
	}
}

/* Mount a new /proc, in a new mount namespace. */
static void mount_proc(const char *options)
{
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, options)) {
		perror("mount of /proc");
		_exit(1);
	}
}

/* Go on in a child: the first process of the PID namespace. */
static void fork_and_wait(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		return;
	_exit(pid < 0 || waitpid(pid, &status, 0) != pid || status);
}

/* Become root of new user, PID and mount namespaces, and stay @uid outside. */
static void enter_container(int uid)
{
	char map[32];

	if (uid)
		become(uid);
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS)) {
		perror("unshare");
		_exit(1);
	}
	snprintf(map, sizeof(map), "0 %d 1", uid);
	put_file("/proc/self/setgroups", "deny");
	put_file("/proc/self/uid_map", map);
	put_file("/proc/self/gid_map", map);
	fork_and_wait();
	mount_proc(NULL);
}

static void as_root(void) { }
static void as_nobody(void) { become(NOBODY); }
static void as_container_of_root(void) { enter_container(0); }
static void as_container_of_nobody(void) { enter_container(NOBODY); }

static void as_nobody_hidepid(const char *options)
{
	if (unshare(CLONE_NEWNS)) {
		perror("unshare");
		_exit(1);
	}
	mount_proc(options);
	become(NOBODY);
}

static void as_hidepid_noaccess(void) { as_nobody_hidepid("hidepid=noaccess"); }
static void as_hidepid_invisible(void) { as_nobody_hidepid("hidepid=2"); }
static void as_hidepid_ptraceable(void) { as_nobody_hidepid("hidepid=ptraceable"); }
static void as_subset_pid(void) { as_nobody_hidepid("subset=pid"); }

/* /proc has hidepid=2, and the role is in the group of gid=. */
static void as_hidepid_gid(void)
{
	char options[32];

	snprintf(options, sizeof(options), "hidepid=2,gid=%d", NOBODY);
	as_nobody_hidepid(options);
}

static struct outcome *share_outcome(void)
{
	void *shared = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return shared;
}

FIXTURE(permissions)
{
	struct stat_times process, thread;
	struct status_times process_status, thread_status;
};

FIXTURE_VARIANT(permissions)
{
	void (*enter)(void);
	int error[ATTEMPT_COUNT];
	/* The error of each file of the VMM. */
	int tasks;
};

#define NO_TASKSTATS							\
	[ATTEMPT_TASKSTATS_TID] = EPERM, [ATTEMPT_TASKSTATS_TGID] = EPERM, \
	[ATTEMPT_TASKSTATS_LISTEN] = EPERM

/* An ordinary user may read /proc, and no more. */
#define UNPRIVILEGED	NO_PRIVILEGE, [ATTEMPT_SYSCTL_WRITE] = EACCES

#define NO_PRIVILEGE							\
	[ATTEMPT_SYSCTL_FD] = EPERM, NO_TASKSTATS,			\
	[ATTEMPT_TRACE_ENABLE] = EACCES, [ATTEMPT_PERF_OTHER] = EACCES,	\
	[ATTEMPT_PERF_SELF] = EACCES

FIXTURE_VARIANT_ADD(permissions, root) { .enter = as_root };

FIXTURE_VARIANT_ADD(permissions, nobody) { .enter = as_nobody, .error = { UNPRIVILEGED } };

/*
 * Nobody in a container sees the VMM.  Root of a container that root has made owns root's files:
 * accesses that need a capability are refused, those that need the owner are not.
 */
FIXTURE_VARIANT_ADD(permissions, container_of_root)
{
	.enter = as_container_of_root, .tasks = ENOENT,
	.error = {
		[ATTEMPT_SYSCTL_WRITE] = EPERM, [ATTEMPT_SYSCTL_FD] = EPERM,
		NO_TASKSTATS, [ATTEMPT_PERF_OTHER] = EACCES, [ATTEMPT_PERF_SELF] = EACCES,
	},
};

FIXTURE_VARIANT_ADD(permissions, container_of_nobody)
{
	.enter = as_container_of_nobody,
	.error = { UNPRIVILEGED }, .tasks = ENOENT,
};

FIXTURE_VARIANT_ADD(permissions, hidepid_noaccess)
{
	.enter = as_hidepid_noaccess, .error = { UNPRIVILEGED }, .tasks = EPERM,
};

FIXTURE_VARIANT_ADD(permissions, hidepid_invisible)
{
	.enter = as_hidepid_invisible, .error = { UNPRIVILEGED }, .tasks = ENOENT,
};

FIXTURE_VARIANT_ADD(permissions, hidepid_ptraceable)
{
	.enter = as_hidepid_ptraceable, .error = { UNPRIVILEGED }, .tasks = ENOENT,
};

FIXTURE_VARIANT_ADD(permissions, hidepid_gid)
{
	.enter = as_hidepid_gid, .error = { UNPRIVILEGED },
};

FIXTURE_VARIANT_ADD(permissions, subset_pid)
{
	.enter = as_subset_pid,
	.error = {
		NO_PRIVILEGE, [ATTEMPT_SYSCTL_READ] = ENOENT, [ATTEMPT_SYSCTL_WRITE] = ENOENT,
		[ATTEMPT_PROC_STAT] = ENOENT,
	},
};

FIXTURE_SETUP(permissions)
{
	collect_set(1);
	vmm = vm_start(&(struct vmm_load) { .user_insns = 30000, .system_insns = 10000 }, 1);
	vm_wait_samples(vmm, 200);
	ASSERT_EQ(read_threads(vmm, VMM_VCPU_COMM, &vcpu, 1), 1);
	/* The VMM stops, so that all roles read the same numbers. */
	vm_pause(vmm);
	self->process = read_stat(vmm, 0);
	self->process_status = read_status(vmm, 0);
	self->thread = read_stat(vmm, vcpu);
	self->thread_status = read_status(vmm, vcpu);
	ASSERT_GE(self->process_status.guest_user, 100 * TICK_US);

	mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	event_id = number_in(TRACE_EVENT "id");
	peer_event_id = number_in(PEER_EVENT "id");
	sysctl_fd = open(COLLECT_PATH, O_WRONLY);
	peer_sysctl_fd = open(PEER_SYSCTL, O_WRONLY);
	ASSERT_GE(sysctl_fd, 0);
	ASSERT_GE(peer_sysctl_fd, 0);
	stat_fd = open_task("stat");
	status_fd = open_task("status");
	peer_fd = open_task(PEER_FILE);
	ASSERT_GE(stat_fd, 0);
	ASSERT_GE(status_fd, 0);
	ASSERT_GE(peer_fd, 0);
	outcome = share_outcome();
}

FIXTURE_TEARDOWN(permissions)
{
	kill(vmm, SIGCONT);
	vm_stop(vmm);
	collect_set(0);
}

static bool is_of_task(enum attempt attempt)
{
	return attempt == ATTEMPT_STAT || attempt == ATTEMPT_STATUS ||
	       attempt == ATTEMPT_TASK_STAT || attempt == ATTEMPT_TASK_STATUS;
}

/*
 * Red: another mode of the sysctl, or no check of a capability in its handler; an export that
 * needs less or more than its peer, at open or at a read.
 */
TEST_F_TIMEOUT(permissions, role_reads_what_it_may, 120)
{
	int status, i;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		variant->enter();
		probe();
		_exit(0);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	ASSERT_EQ(status, 0);
	ASSERT_TRUE(outcome->done);

	for (i = 0; i < ATTEMPT_COUNT; i++) {
		int expected = is_of_task(i) ? variant->tasks : variant->error[i];

		EXPECT_EQ(outcome->error[i], expected)
			TH_LOG("%s: error %d", attempt_names[i], outcome->error[i]);
		if (outcome->peer[i] != NONE)
			EXPECT_EQ(outcome->error[i], outcome->peer[i])
				TH_LOG("%s: error %d, of its peer %d", attempt_names[i],
				       outcome->error[i], outcome->peer[i]);
	}
	/* A role that sees the VMM sees its split, together with its guest time. */
	if (!variant->tasks) {
		EXPECT_EQ(outcome->process.gtime, self->process.gtime);
		EXPECT_EQ(outcome->process.gutime, self->process.gutime);
		EXPECT_EQ(outcome->process.gstime, self->process.gstime);
		EXPECT_EQ(outcome->thread.gtime, self->thread.gtime);
		EXPECT_EQ(outcome->thread.gutime, self->thread.gutime);
		EXPECT_EQ(outcome->thread.gstime, self->thread.gstime);
		EXPECT_EQ(outcome->process_status.guest_user, self->process_status.guest_user);
		EXPECT_EQ(outcome->process_status.guest_system, self->process_status.guest_system);
		EXPECT_EQ(outcome->thread_status.guest_user, self->thread_status.guest_user);
		EXPECT_EQ(outcome->thread_status.guest_system, self->thread_status.guest_system);
	}
	/* No role has switched collection. */
	EXPECT_EQ(collect_read(), 1);
}

FIXTURE(container) { };

FIXTURE_SETUP(container)
{
	collect_set(1);
	outcome = share_outcome();
	ASSERT_EQ(chmod("/dev/kvm", 0666), 0);
}

FIXTURE_TEARDOWN(container)
{
	chmod("/dev/kvm", 0600);
	collect_set(0);
}

/*
 * The times of a VMM in a container go to the parent that reaps it, then to the process on the
 * host that reaps the parent.  Red: the children's children not folded.
 */
TEST_F_TIMEOUT(container, vm_is_charged_to_its_reapers, 120)
{
	const struct vmm_load load = { .user_insns = 30000, .system_insns = 10000 };
	struct stat_times own;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid) {
		as_container_of_nobody();
		vmm = vm_start(&load, 1);
		vm_wait_samples(vmm, 200);
		vm_stop_vcpus(vmm);
		outcome->process = read_stat(vmm, 0);
		outcome->process_status = read_status(vmm, 0);
		vm_stop(vmm);
		/* 1 is this process, the VMM the next one. */
		_exit(vmm != 2);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_EQ(status, 0);
	EXPECT_GE(classified(outcome->process_status), 200 * TICK_US);
	EXPECT_LE(outcome->process.gutime + outcome->process.gstime, outcome->process.gtime);
	own = read_stat(getpid(), 0);
	EXPECT_EQ(own.cgtime, outcome->process.gtime);
	EXPECT_EQ(own.cgutime, outcome->process_status.guest_user / CLOCK_TICK_US);
	EXPECT_EQ(own.cgstime, outcome->process_status.guest_system / CLOCK_TICK_US);
}

TEST_HARNESS_MAIN
