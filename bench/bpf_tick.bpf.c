// SPDX-License-Identifier: GPL-2.0-only
/*
 * The split as a BPF program does it on AMD: account_guest_time() is about to charge a tick, and
 * the CPL of the guest is in the VMCB, which is memory.  As arch/x86/kvm/guest_cputime.c does, the
 * program checks that the guest has just exited, and that an interrupt was the reason.  It looks
 * neither for softirqs nor for hidden guests, and passes over no sample.
 *
 * Intel has no such program: the CPL takes a VMREAD, and BPF has no helper that does one.
 */
#include <linux/types.h>
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "bpf_tick.h"

char _license[] SEC("license") = "GPL";

#define KVM_HANDLING_IRQ	1

/* The members that the program reads.  libbpf finds their offsets. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct {
	int tgid;
};

struct kvm_vcpu_arch {
	bool at_instruction_boundary;
	__u8 handling_intr_from_guest;
};

struct kvm_vcpu {
	struct kvm_vcpu_arch arch;
};

struct vmcb_save_area {
	__u8 cpl;
};

struct vmcb {
	struct vmcb_save_area save;
};

struct vcpu_svm {
	struct kvm_vcpu vcpu;
	struct vmcb *vmcb;
};

#pragma clang attribute pop

extern struct kvm_vcpu *kvm_running_vcpu __ksym;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct bpf_tick_split);
} splits SEC(".maps");

SEC("fentry/account_guest_time")
int BPF_PROG(bpf_tick, struct task_struct *p, __u64 ns)
{
	struct bpf_tick_split *split, none = { };
	__u32 process = p->tgid;
	struct vcpu_svm *svm;

	/* The vCPU is the first member. */
	svm = *(struct vcpu_svm **)bpf_this_cpu_ptr(&kvm_running_vcpu);
	if (!svm ||
	    BPF_CORE_READ(svm, vcpu.arch.handling_intr_from_guest) != KVM_HANDLING_IRQ ||
	    !BPF_CORE_READ(svm, vcpu.arch.at_instruction_boundary))
		return 0;

	split = bpf_map_lookup_elem(&splits, &process);
	if (!split) {
		bpf_map_update_elem(&splits, &process, &none, BPF_NOEXIST);
		split = bpf_map_lookup_elem(&splits, &process);
		if (!split)
			return 0;
	}
	if (BPF_CORE_READ(svm, vmcb, save.cpl))
		__sync_fetch_and_add(&split->user_ns, ns);
	else
		__sync_fetch_and_add(&split->system_ns, ns);
	return 0;
}
