// SPDX-License-Identifier: GPL-2.0-only
/*
 * A real guest: Debian's QEMU with KVM runs Linux, the kernel under test.  Its load computes in
 * user space, or has its kernel compute (tests/guests/load.c).
 *
 * Each sample is compared with the guest's address at that exit, by KVM's tracepoint: Linux has
 * its kernel in the upper half of the addresses.
 *
 * Red when: rings are swapped; a guest whose stage 1 MMU is on, and that takes interrupts of
 * its own, has its level read in the wrong place; a tick that interrupted no guest is a sample.
 *
 * on board: /bin/qemu=$BUILD/sysroot-arm64/usr/bin/qemu-system-aarch64
 * on board: /guest/Image=$BUILD/linux-$KERNEL-arm64/arch/arm64/boot/Image
 * on board: /guest/initramfs.cpio=$BUILD/tests-arm64/guest.cpio
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <time.h>

#include "collect.h"
#include "exits.h"
#include "proc_read.h"
#include "vm.h"

#define CONSOLE		"/tmp/console"

#define KERNEL_ADDRESS	(1UL << 63)

#define SAMPLES		2000

FIXTURE(linux_guest)
{
	pid_t pid;
};

FIXTURE_VARIANT(linux_guest)
{
	const char *load;
	bool computes;
};

FIXTURE_VARIANT_ADD(linux_guest, user)
{
	.load = "user", .computes = true,
};

FIXTURE_VARIANT_ADD(linux_guest, system)
{
	.load = "system",
};

static void start_qemu(const char *load)
{
	char append[160];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* In phase with the host's tick, the guest's tick would be sampled always, or never. */
	snprintf(append, sizeof(append),
		 "console=ttyAMA0 quiet panic=-1 kunit.enable=0 tick=10037 load=%s", load);
	execl("/bin/qemu", "qemu", "-name", "guest,debug-threads=on", "-accel", "kvm",
	      "-machine", "virt,gic-version=3", "-cpu", "host", "-m", "96",
	      "-nodefaults", "-no-user-config", "-nic", "none", "-display", "none", "-no-reboot",
	      "-serial", "file:" CONSOLE, "-kernel", "/guest/Image",
	      "-initrd", "/guest/initramfs.cpio", "-append", append, NULL);
	perror("/bin/qemu");
	_exit(1);
}

static char console[4096];

/* Whether the guest has printed that its load runs. */
static bool works(void)
{
	int fd = open(CONSOLE, O_RDONLY);
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, console, sizeof(console) - 1);
	close(fd);
	return len > 0 && strstr(console, "load: ");
}

FIXTURE_SETUP(linux_guest)
{
	collect_set(1);
	unlink(CONSOLE);
	fflush(NULL);
	self->pid = fork();
	ASSERT_GE(self->pid, 0);
	if (!self->pid)
		start_qemu(variant->load);
}

FIXTURE_TEARDOWN(linux_guest)
{
	kill(self->pid, SIGKILL);
	waitpid(self->pid, NULL, 0);
	collect_set(0);
}

static bool in_user_space(unsigned long address)
{
	return !(address & KERNEL_ADDRESS);
}

TEST_F_TIMEOUT(linux_guest, samples_agree_with_program_counters, 900)
{
	struct timespec start, booted;
	struct status_times now;
	struct exit_samples samples;
	struct stat_times stat;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (!works()) {
		ASSERT_EQ(waitpid(self->pid, NULL, WNOHANG), 0)
			TH_LOG("guest lost: QEMU ended. Console: %s", console);
		usleep(100000);
	}
	clock_gettime(CLOCK_MONOTONIC, &booted);
	exits_start();
	vm_wait_samples(self->pid, SAMPLES);
	exits_stop();
	now = read_status(self->pid, 0);
	stat = read_stat(self->pid, 0);
	EXPECT_LE(classified(now), (stat.gtime + 1) * CLOCK_TICK_US);

	samples = exits_read(in_user_space, NULL);
	TH_LOG("%ld samples are user, %ld system; Linux was up after %ld s", samples.user,
	       samples.system, booted.tv_sec - start.tv_sec);
	EXPECT_EQ(samples.wrong, 0);
	EXPECT_EQ(samples.alone, 0);
	EXPECT_GE(samples.user + samples.system, SAMPLES);
	/* While the guest's kernel computes, no user space runs. */
	EXPECT_EQ(samples.user > 0, variant->computes);
	EXPECT_EQ(samples.user > samples.system, variant->computes);
}

TEST_HARNESS_MAIN
