// SPDX-License-Identifier: GPL-2.0-only
/*
 * The split of guests that run a known share of their instructions in ring 3.  They exit to the VMM
 * from ring 0, ring 3, both or not at all.
 *
 * Every instruction takes the same time on the test machines, so the share of
 * ring 3 in the guest's instructions is the share of guest user time.
 *
 * Red when: rings are swapped; a hook is missing; a tick that did not interrupt the guest is a
 * sample (the ring is then that of the guest's exit).  On arm64 each sample of a guest that exits
 * to the VMM is compared with the guest's address at that exit.
 */
#include "kselftest_harness.h"

#include <math.h>
#include <signal.h>
#include <time.h>

#include "../vmm/guest.h"
#include "collect.h"
#include "exits.h"
#include "proc_read.h"
#include "vm.h"

FIXTURE(split)
{
	bool traced;
	pid_t pid;
};

/*
 * With n samples of a share p, the standard error is sqrt(p * (1 - p) / n), 0.48
 * percentage points for 8 000 samples of 75 %: the tolerance of two points is
 * four of them.
 *
 * A guest that stays in one ring and never exits on its own leaves nothing to
 * chance: 0.2 points allow for the few instructions in the other ring at its start.
 *
 * Another guest runs one instruction in 40 000 in the other ring, from which it exits to the VMM.
 * Ticks that come while the host enters the guest with interrupts disabled interrupt it before its
 * first instruction, and find that ring.  On arm64 these ticks are counted, and the truth includes
 * them.
 */
#define ENTRY_SHARE(loop)	(1.0 * GUEST_ENTRY_INSNS / (GUEST_ENTRY_INSNS + (loop)))
#define SAMPLES		8000
#define TOLERANCE	2.0
#define SAMPLES_PURE	2000
#define TOLERANCE_PURE	0.2
#define TOLERANCE_ENTRY	(100 * ENTRY_SHARE(40000) + TOLERANCE_PURE)
/*
 * Three quarters of the ticks at entry find the wrong ring.  Ticks at exit cancel most of them; the
 * excess remains.  The numbers of both kinds vary, as samples do.
 *
 * On arm64 this is 0, and no share is judged: neighbouring ticks are a few loops apart, and find
 * the same place again and again.  Each sample is compared with the guest's address instead.
 */
#define SAMPLES_SHORT	16000
#define TOLERANCE_SHORT	(!GUEST_ENTRY_INSNS ? 0 :						\
			 75.0 * GUEST_ENTRY_EXCESS / (GUEST_ENTRY_EXCESS + 4000) + 4 * 100 *	\
			 sqrt(0.75 * (0.25 + 0.75 * 2 * ENTRY_SHARE(4000)) / SAMPLES_SHORT))

FIXTURE_VARIANT(split)
{
	struct vmm_load load;
	long samples;
	double tolerance;
};

#define MIXED(name, ...)							\
FIXTURE_VARIANT_ADD(split, name)						\
{										\
	.load = { __VA_ARGS__ }, .samples = SAMPLES, .tolerance = TOLERANCE,	\
}

#define PURE(name, tolerated, ...)						\
FIXTURE_VARIANT_ADD(split, name)						\
{										\
	.load = { __VA_ARGS__ },						\
	.samples = SAMPLES_PURE, .tolerance = (tolerated),			\
}

PURE(user, TOLERANCE_PURE, .user_insns = 40000);
PURE(user_exit0, TOLERANCE_ENTRY, .user_insns = 40000, .exit_ring0 = true);
PURE(user_exit3, TOLERANCE_PURE, .user_insns = 40000, .exit_ring3 = true);
PURE(system, TOLERANCE_PURE, .system_insns = 40000);
PURE(system_exit0, TOLERANCE_PURE, .system_insns = 40000, .exit_ring0 = true);
PURE(system_exit3, TOLERANCE_ENTRY, .system_insns = 40000, .exit_ring3 = true);
MIXED(u3s1, .user_insns = 30000, .system_insns = 10000);
MIXED(u3s1_exit0, .user_insns = 30000, .system_insns = 10000, .exit_ring0 = true);
MIXED(u3s1_exit3, .user_insns = 30000, .system_insns = 10000, .exit_ring3 = true);
MIXED(u1s3, .user_insns = 10000, .system_insns = 30000);
MIXED(u1s3_exit0, .user_insns = 10000, .system_insns = 30000, .exit_ring0 = true);
MIXED(u1s3_exit3, .user_insns = 10000, .system_insns = 30000, .exit_ring3 = true);
/* These loops are a hundred times longer, so that neighbouring ticks find the same ring. */
MIXED(long_u3s1, .user_insns = 3000000, .system_insns = 1000000);
/*
 * These loops are a tenth as long, so that more ticks than elsewhere come just after an exit to the
 * VMM. Taken for samples, they would shift the share by some ten points.
 */
FIXTURE_VARIANT_ADD(split, short_u3s1_exit0)
{
	.load = { .user_insns = 3000, .system_insns = 1000, .exit_ring0 = true },
	.samples = SAMPLES_SHORT, .tolerance = TOLERANCE_SHORT,
};

FIXTURE_SETUP(split)
{
	const struct vmm_load *load = &variant->load;

	collect_set(1);
	self->traced = vmm_in_ring3 && (load->exit_ring0 || load->exit_ring3);
	if (self->traced)
		exits_start();
	self->pid = vm_start(load, 1);
}

FIXTURE_TEARDOWN(split)
{
	vm_stop(self->pid);
	collect_set(0);
}

TEST_F_TIMEOUT(split, has_true_share, 600)
{
	double truth = 100 * vmm_load_user_share(&variant->load), share, samples;
	const struct vmm_load *load = &variant->load;
	struct exit_samples traced = { };
	struct status_times times;
	struct stat_times stat;

	vm_wait_samples(self->pid, variant->samples);
	times = read_status(self->pid, 0);
	stat = read_stat(self->pid, 0);
	samples = (double)classified(times) / TICK_US;
	if (self->traced) {
		exits_stop();
		traced = exits_read(vmm_in_ring3, vmm_resumes_at);
		EXPECT_GE(traced.user + traced.system, variant->samples);
		EXPECT_EQ(traced.wrong, 0);
		EXPECT_EQ(traced.alone, 0);
		truth += traced.at_entry / samples * ((load->exit_ring3 ? 100 : 0) - truth);
	}

	share = user_share(times);
	TH_LOG("guest user %.2f %%, truth %.2f, tolerance %.1f", share, truth, variant->tolerance);
	TH_LOG("samples %.0f, %ld at entry, classified %.1f %%", samples, traced.at_entry,
	       classified(times) / (stat.gtime * CLOCK_TICK_US / 100.0));
	if (variant->tolerance)
		EXPECT_LE(fabs(share - truth), variant->tolerance);

	/* Without exits of its own, the guest is interrupted by every tick. */
	if (!load->exit_ring0 && !load->exit_ring3)
		EXPECT_GE(classified(times), stat.gtime * CLOCK_TICK_US * 98 / 100);
}

/*
 * A guest that exits after some 400 instructions leaves most of the time to the host.  No tick in
 * host time is a sample.  Red: a sample for each tick that finds a vCPU loaded, which is the rule
 * of perf on arm64 (kvm_arch_pmi_in_guest()).
 */
TEST(host_time_is_no_sample)
{
	const struct vmm_load load = {
		.user_insns = 300, .system_insns = 100, .exit_ring0 = true,
	};
	struct status_times times;
	long long all_us, guest_us;
	struct timespec all;
	clockid_t clock;
	pid_t pid;

	collect_set(1);
	pid = vm_start(&load, 1);
	vm_wait_guest_time(pid, 200000);
	ASSERT_EQ(clock_getcpuclockid(pid, &clock), 0);
	ASSERT_EQ(clock_gettime(clock, &all), 0);
	times = read_status(pid, 0);
	guest_us = read_stat(pid, 0).gtime * CLOCK_TICK_US;
	all_us = all.tv_sec * 1000000LL + all.tv_nsec / 1000;
	TH_LOG("CPU time %lld us, guest time %lld, classified %lld", all_us, guest_us,
	       classified(times));
	/* Else there is nothing to see. */
	EXPECT_GE(all_us, 2 * guest_us);
	EXPECT_LE(classified(times), guest_us + CLOCK_TICK_US);
	vm_stop(pid);
	collect_set(0);
}

/*
 * A paused VM gets no guest time and no part of it.  When it is resumed, it has the same share.
 * Red: a charge of the time since the last sample that includes a pause.
 */
TEST(pause_is_not_charged)
{
	const struct vmm_load load = { .user_insns = 30000, .system_insns = 10000 };
	struct status_times old, new;
	struct stat_times stat;
	double share;
	pid_t pid;

	collect_set(1);
	pid = vm_start(&load, 1);
	vm_wait_samples(pid, 500);
	vm_pause(pid);
	old = read_status(pid, 0);
	stat = read_stat(pid, 0);
	usleep(1000000);
	new = read_status(pid, 0);
	EXPECT_EQ(new.guest_user, old.guest_user);
	EXPECT_EQ(new.guest_system, old.guest_system);
	EXPECT_EQ(read_stat(pid, 0).gtime, stat.gtime);

	kill(pid, SIGCONT);
	vm_wait_samples(pid, SAMPLES);
	new = status_since(read_status(pid, 0), old);
	share = user_share(new);
	EXPECT_LE(fabs(share - 75), TOLERANCE)
		TH_LOG("guest user %.2f %% after the pause", share);
	/* The second of the pause is charged to no ring. */
	EXPECT_LE(classified(new),
		  (read_stat(pid, 0).gtime - stat.gtime + 1) * CLOCK_TICK_US);
	vm_stop(pid);
	collect_set(0);
}

TEST_HARNESS_MAIN
