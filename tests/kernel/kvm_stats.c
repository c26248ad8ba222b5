// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's binary statistics of a vCPU (KVM_GET_STATS_FD): the split of its guest time, as
 * QEMU's query-stats and libvirt read it.
 */
#include "kselftest_harness.h"

#include <dirent.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sys/ioctl.h>

#include "collect.h"
#include "proc_read.h"
#include "vm.h"

/* Exits to the VMM in each loop: KVM_GET_STATS_FD waits for the end of KVM_RUN. */
static const struct vmm_load user1_system3 = {
	.user_insns = 10000, .system_insns = 30000, .exit_ring0 = true,
};

static void *run_vcpu(void *ms)
{
	vmm_run_here(&user1_system3, (long)ms);
	return NULL;
}

/* The descriptor of this process's vCPU, or -1. */
static int find_vcpu(void)
{
	struct dirent *entry;
	int fd = -1;
	DIR *dir;

	dir = opendir("/proc/self/fd");
	while (dir && (entry = readdir(dir))) {
		char path[300], target[64] = "";

		snprintf(path, sizeof(path), "/proc/self/fd/%s", entry->d_name);
		if (readlink(path, target, sizeof(target) - 1) > 0 &&
		    !strncmp(target, "anon_inode:kvm-vcpu:", 20))
			fd = atoi(entry->d_name);
	}
	if (dir)
		closedir(dir);
	return fd;
}

/* The statistic @name of @fd; its unit must be nanoseconds, cumulative. */
static unsigned long long read_stat_ns(int fd, const char *name)
{
	struct kvm_stats_header header;
	unsigned long long value;
	unsigned int i;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header))
		exit(1);
	for (i = 0; i < header.num_desc; i++) {
		char buf[sizeof(struct kvm_stats_desc) + 64];
		struct kvm_stats_desc *desc = (struct kvm_stats_desc *)buf;
		size_t size = sizeof(*desc) + header.name_size;

		if (size > sizeof(buf) ||
		    pread(fd, buf, size, header.desc_offset + i * size) != (ssize_t)size)
			exit(1);
		if (strcmp(desc->name, name))
			continue;
		if ((desc->flags & KVM_STATS_TYPE_MASK) != KVM_STATS_TYPE_CUMULATIVE ||
		    (desc->flags & KVM_STATS_UNIT_MASK) != KVM_STATS_UNIT_SECONDS ||
		    (desc->flags & KVM_STATS_BASE_MASK) != KVM_STATS_BASE_POW10 ||
		    desc->exponent != -9 || desc->size != 1) {
			fprintf(stderr, "%s is not cumulative nanoseconds\n", name);
			exit(1);
		}
		if (pread(fd, &value, sizeof(value), header.data_offset + desc->offset) !=
		    sizeof(value))
			exit(1);
		return value;
	}
	fprintf(stderr, "no statistic %s\n", name);
	exit(1);
}

FIXTURE(kvm_stats) { };

FIXTURE_SETUP(kvm_stats)
{
	collect_set(1);
}

FIXTURE_TEARDOWN(kvm_stats)
{
	collect_set(0);
}

/*
 * The only vCPU of a process has the process's times.  Red: a sample not added, added to
 * the wrong ring, or added when the ring is not known.
 */
TEST_F_TIMEOUT(kvm_stats, vcpu_has_times_of_its_process, 300)
{
	struct status_times times;
	pthread_t thread;
	int vcpu, fd;

	ASSERT_EQ(pthread_create(&thread, NULL, run_vcpu, (void *)2000L), 0);
	while ((vcpu = find_vcpu()) < 0)
		usleep(10000);
	fd = ioctl(vcpu, KVM_GET_STATS_FD, NULL);
	ASSERT_GE(fd, 0);
	pthread_join(thread, NULL);

	times = read_status(getpid(), 0);
	EXPECT_EQ((long long)(read_stat_ns(fd, "guest_user_ns") / 1000), times.user);
	EXPECT_EQ((long long)(read_stat_ns(fd, "guest_system_ns") / 1000), times.system);
	EXPECT_GE(times.user + times.system, 500 * TICK_US);
	EXPECT_GT(times.system, times.user);
	close(fd);
}

TEST_HARNESS_MAIN
