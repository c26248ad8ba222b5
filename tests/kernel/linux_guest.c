// SPDX-License-Identifier: GPL-2.0-only
/*
 * A real guest: Debian's QEMU with KVM, and in it Linux, of the kernel under test.  Its load
 * computes in user space, or has its kernel compute (tests/guests/load.c).
 *
 * Red when: rings are swapped; a guest whose stage 1 MMU is on, and that takes interrupts of
 * its own, has its level read in the wrong place.
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
#include "proc_read.h"
#include "vm.h"

#define CONSOLE		"/tmp/console"

/*
 * The guest's own tick and its VM exits are guest system for a guest that computes: some
 * percent where a tick is 125 000 instructions.  Its kernel has no user space beside.
 */
#define TOLERANCE	10.0
#define SAMPLES		2000

FIXTURE(linux_guest)
{
	pid_t pid;
};

FIXTURE_VARIANT(linux_guest)
{
	const char *load;
	double truth;
};

FIXTURE_VARIANT_ADD(linux_guest, user)
{
	.load = "user", .truth = 100,
};

FIXTURE_VARIANT_ADD(linux_guest, system)
{
	.load = "system", .truth = 0,
};

static void start_qemu(const char *load)
{
	char append[160];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* In phase with the host's, its tick would be found always, or never. */
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

/* Whether the guest has said that it is at its load. */
static bool works(void)
{
	int fd = open(CONSOLE, O_RDONLY);
	char text[4096] = "";
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	return len > 0 && strstr(text, "load: ");
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

TEST_F_TIMEOUT(linux_guest, share, 900)
{
	struct status_times since, now;
	struct timespec start, booted;
	struct stat_times stat;
	double share;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (!works()) {
		ASSERT_EQ(waitpid(self->pid, NULL, WNOHANG), 0);
		usleep(100000);
	}
	clock_gettime(CLOCK_MONOTONIC, &booted);
	since = read_status(self->pid, 0);
	vm_wait_samples(self->pid, SAMPLES);
	now = read_status(self->pid, 0);
	stat = read_stat(self->pid, 0);
	EXPECT_LE(now.user + now.system, (stat.gtime + 1) * CLOCK_TICK_US);

	now.user -= since.user;
	now.system -= since.system;
	share = 100.0 * now.user / (now.user + now.system);
	TH_LOG("guest user %.2f %%, truth %.0f, tolerance %.0f; Linux was up after %ld s", share,
	       variant->truth, TOLERANCE, booted.tv_sec - start.tv_sec);
	EXPECT_LE(share, variant->truth + TOLERANCE);
	EXPECT_GE(share, variant->truth - TOLERANCE);
}

TEST_HARNESS_MAIN
