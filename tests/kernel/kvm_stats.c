// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM's binary statistics of a vCPU (KVM_GET_STATS_FD): the split of its guest time, as
 * QEMU's query-stats and libvirt read it.  tests/packages/inside reads debugfs, as kvm_stat does.
 */
#include "kselftest_harness.h"

#include <dirent.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <sys/ioctl.h>

#include "collect.h"
#include "proc_read.h"
#include "vm.h"

/* The guest exits to the VMM in each loop, since KVM_GET_STATS_FD waits for the end of KVM_RUN. */
static const struct vmm_load user3_system1_exits = {
	.user_insns = 30000, .system_insns = 10000, .exit_ring0 = true,
};

/* Runs the VM of @load for two seconds. */
static void *run_vcpu(void *load)
{
	vmm_run_here(load, 2000);
	return NULL;
}

/* The descriptor of a vCPU of this process that is not @known; -1 if there is none yet. */
static int find_vcpu(int known)
{
	struct dirent *entry;
	int found = -1;
	DIR *dir;

	dir = opendir("/proc/self/fd");
	while (dir && (entry = readdir(dir))) {
		char path[300], target[64] = "";
		int fd = atoi(entry->d_name);

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (fd != known && readlink(path, target, sizeof(target) - 1) > 0 &&
		    !strncmp(target, "anon_inode:kvm-vcpu:", 20))
			found = fd;
	}
	if (dir)
		closedir(dir);
	return found;
}

/* The statistic @name of @fd, which must be cumulative, in nanoseconds. */
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
FIXTURE_SETUP(kvm_stats) { collect_set(1); }
FIXTURE_TEARDOWN(kvm_stats) { collect_set(0); }

/*
 * Each vCPU has its own times, whose sum is that of the process.  Red: a sample not added, added
 * to the wrong ring or to another vCPU, or added when the ring is not known.
 */
TEST_F_TIMEOUT(kvm_stats, vcpus_have_times_of_their_process, 300)
{
	const struct vmm_load *loads[] = { &user1_system3_exits, &user3_system1_exits };
	long long user[2], system[2];
	int vcpus[2], stats[2], i;
	struct status_times times;
	pthread_t threads[2];

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(pthread_create(&threads[i], NULL, run_vcpu, (void *)loads[i]), 0);
		/*
		 * The younger vCPU may have the lower descriptor, as find_vcpu() opens and closes
		 * descriptors, too.
		 */
		while ((vcpus[i] = find_vcpu(i ? vcpus[0] : -1)) < 0)
			usleep(10000);
	}
	for (i = 0; i < 2; i++) {
		stats[i] = ioctl(vcpus[i], KVM_GET_STATS_FD, NULL);
		ASSERT_GE(stats[i], 0);
	}
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);

	times = read_status(getpid(), 0);
	for (i = 0; i < 2; i++) {
		user[i] = read_stat_ns(stats[i], "guest_user_ns") / 1000;
		system[i] = read_stat_ns(stats[i], "guest_system_ns") / 1000;
		close(stats[i]);
	}
	/* Each is rounded down. */
	EXPECT_LE(llabs(times.guest_user - user[0] - user[1]), 1);
	EXPECT_LE(llabs(times.guest_system - system[0] - system[1]), 1);
	EXPECT_GT(system[0], user[0]);
	EXPECT_GT(user[1], system[1]);
	EXPECT_GE(classified(times), 1000000);
}

TEST_HARNESS_MAIN
