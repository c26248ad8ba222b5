// SPDX-License-Identifier: GPL-2.0-only
/*
 * KVM as modules (configs/modules.config), loaded and unloaded while collection is on, off,
 * and switched: the files are /modules/NAME.ko.
 *
 * on board: /modules/irqbypass.ko=$BUILD/linux-$KERNEL-modules/virt/lib/irqbypass.ko
 * on board: /modules/kvm.ko=$BUILD/linux-$KERNEL-modules/arch/x86/kvm/kvm.ko
 * on board: /modules/kvm-amd.ko=$BUILD/linux-$KERNEL-modules/arch/x86/kvm/kvm-amd.ko
 * on board: /modules/kvm-intel.ko=$BUILD/linux-$KERNEL-modules/arch/x86/kvm/kvm-intel.ko
 */
#include "kselftest_harness.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "collect.h"
#include "figures.h"
#include "flip.h"
#include "proc_read.h"
#include "share.h"
#include "vm.h"

/* Four standard errors of 8 000 samples of 75 %, in percentage points. */
#define SAMPLES		8000
#define TOLERANCE	2.0

#define ROUNDS		30

/* The name of the loaded module for this machine's CPU. */
static const char *vendor;

/* Returns 0, or the error number. */
static int load(const char *file)
{
	char path[64];
	int fd, error;

	snprintf(path, sizeof(path), "/modules/%s.ko", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	error = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
	close(fd);
	return error;
}

static int unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
}

static void must(int error, const char *what)
{
	errno = error;
	if (error)
		err(1, "%s", what);
}

static void kvm_load(void)
{
	must(load("irqbypass"), "load irqbypass");
	must(load("kvm"), "load kvm");
	vendor = "kvm_amd";
	if (load("kvm-amd")) {
		vendor = "kvm_intel";
		must(load("kvm-intel"), "load kvm-amd, kvm-intel");
	}
}

static void kvm_unload(void)
{
	must(unload(vendor), vendor);
	must(unload("kvm"), "unload kvm");
	must(unload("irqbypass"), "unload irqbypass");
}

static void expect_split(struct __test_metadata *_metadata)
{
	struct measured_share share = measure_share(&user3_system1, SAMPLES);

	EXPECT_LE(fabs(share.user - 75), TOLERANCE)
		TH_LOG("share %.2f", share.user);
}

FIXTURE(modules) { };
FIXTURE_SETUP(modules) { collect_set(0); }
FIXTURE_TEARDOWN(modules) { collect_set(0); }

/* Runs the host for some ticks while no hypervisor is registered. */
static void busy(long us)
{
	clock_t end = clock() + us * (CLOCKS_PER_SEC / 1000000);

	while (clock() < end)
		;
}

/*
 * Collection is on before KVM is loaded, stays on when KVM is unloaded, and works when it is loaded
 * again.  Red: the module does not register, or does not unregister: then the next registration
 * warns, or a tick calls a function that is gone.
 */
TEST_F_TIMEOUT(modules, collection_outlives_module, 120)
{
	struct cpu_times before[MAX_CPU_LINES], after[MAX_CPU_LINES];
	int round;

	collect_set(1);
	for (round = 0; round < 2; round++) {
		read_cpus(before);
		busy(100000);
		read_cpus(after);
		EXPECT_EQ(after[0].guest_user, before[0].guest_user);
		EXPECT_EQ(after[0].guest_system, before[0].guest_system);
		kvm_load();
		expect_split(_metadata);
		kvm_unload();
		EXPECT_EQ(access("/dev/kvm", F_OK), -1);
	}
}

/* Collection is switched on and off while KVM is not loaded, then on once KVM is loaded. */
TEST_F_TIMEOUT(modules, switch_takes_effect_while_unloaded, 120)
{
	kvm_load();
	kvm_unload();
	collect_set(1);
	busy(20000);
	collect_set(0);
	kvm_load();
	collect_set(1);
	expect_split(_metadata);
	kvm_unload();
}

/* A module that a VM uses cannot be unloaded, and the guest's time is still split. */
TEST_F_TIMEOUT(modules, used_module_stays, 120)
{
	pid_t pid;

	collect_set(1);
	kvm_load();
	pid = vm_start(&user3_system1, 1);
	vm_wait_samples(pid, 100);
	EXPECT_EQ(unload(vendor), EWOULDBLOCK);
	vm_wait_samples(pid, 100);
	vm_stop(pid);
	kvm_unload();
}

/*
 * KVM is loaded and unloaded again and again while the sysctl is flipped.  VMs end by themselves,
 * or are killed.  Red: unloading does not unregister the callback first.
 */
TEST_F_TIMEOUT(modules, unloading_again_and_again_is_safe, 300)
{
	struct status_times times;
	pid_t pid;
	int i;

	figures_start();
	helper_start(flip);
	for (i = 0; i < ROUNDS; i++) {
		kvm_load();
		pid = vm_start(&user3_system1, 1);
		figure_add(FIGURE_VMS, 1);
		vm_wait_guest_time(pid, 20000);
		times = read_status(pid, 0);
		check(classified(times) / CLOCK_TICK_US <= read_stat(pid, 0).gtime,
		      "user %lld system %lld", times.guest_user, times.guest_system);
		if (rnd(2)) {
			kill(pid, SIGKILL);
			EXPECT_EQ(waitpid(pid, NULL, 0), pid);
			figure_add(FIGURE_KILLED, 1);
		} else {
			vm_stop(pid);
		}
		kvm_unload();
	}
	helpers_stop();
	figures_print("modules");
	EXPECT_EQ(figure_get(FIGURE_VIOLATIONS), 0);
	EXPECT_GE(figure_get(FIGURE_TOGGLES), ROUNDS);

	collect_set(1);
	kvm_load();
	expect_split(_metadata);
	kvm_unload();
}

TEST_HARNESS_MAIN
