/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For "make bench" alone: what VM exits do, and the estimator that the guest time
 * split is compared with.
 */
#ifndef ARCH_X86_KVM_GUEST_CPUTIME_BENCH_H
#define ARCH_X86_KVM_GUEST_CPUTIME_BENCH_H

#include <linux/jump_label.h>
#include <linux/percpu.h>
#include <asm/msr.h>

struct kvm_vcpu;

/* Four bins for each power of two of TSC ticks. */
#define GUEST_CPUTIME_BENCH_BINS	256

/**
 * struct guest_cputime_bench - counts of a CPU
 * @exits:     VM exits
 * @reentries: of these, followed by an entry without leaving vcpu_enter_guest()
 * @cpl_reads: calls of the vendor's get_cpl(), whoever asks
 * @vmreads:   VMREAD instructions
 * @entered:   TSC at the last VM entry
 * @ran:       how long the guest ran until the last VM exit, TSC ticks
 * @rival:     time between VM entry and exit by the ring found at the exit, user
 *             and system, TSC ticks
 * @samples:   how often the guest time split charged a ring, user and system
 * @age:       samples by the time from VM entry to the exit that they came with
 */
struct guest_cputime_bench {
	u64	exits;
	u64	reentries;
	u64	cpl_reads;
	u64	vmreads;
	u64	entered;
	u64	ran;
	u64	rival[2];
	u64	samples[2];
	u64	age[2][GUEST_CPUTIME_BENCH_BINS];
};

DECLARE_PER_CPU(struct guest_cputime_bench, guest_cputime_bench);

DECLARE_STATIC_KEY_FALSE(guest_cputime_bench_rival);

/* Samples of a ring that may wait to be passed over: 0 is no compensation. */
extern u8 guest_cputime_bench_skip_max;

/* One instruction without a static key: these events are counted in every state. */
#define guest_cputime_bench_count(what)	this_cpu_inc(guest_cputime_bench.what)

void __guest_cputime_bench_exit(struct kvm_vcpu *vcpu);

static __always_inline void guest_cputime_bench_enter(void)
{
	if (static_branch_unlikely(&guest_cputime_bench_rival))
		this_cpu_write(guest_cputime_bench.entered, rdtsc());
}

static __always_inline void guest_cputime_bench_exit(struct kvm_vcpu *vcpu)
{
	guest_cputime_bench_count(exits);
	if (static_branch_unlikely(&guest_cputime_bench_rival))
		__guest_cputime_bench_exit(vcpu);
}

#endif /* ARCH_X86_KVM_GUEST_CPUTIME_BENCH_H */
