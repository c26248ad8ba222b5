/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A small VMM that uses /dev/kvm. It runs the guest of guest.S, whose split between the rings is
 * known to the instruction. On arm64 ring 3 is EL0, and ring 0 is EL1.  As in QEMU, a vCPU runs
 * in a thread of its own, not in the thread-group leader.
 */
#ifndef VMM_H
#define VMM_H

#include <stdbool.h>
#include <stdnoreturn.h>

/**
 * enum vmm_mode - the mode of the processor that a guest runs in
 * @VMM_LONG:         64-bit, rings 3 and 0: guest.S; all others are in x86/modes.S
 * @VMM_REAL:         real mode
 * @VMM_HALT:         real mode, HLT and nothing else
 * @VMM_VM86:         virtual 8086 mode, and ring 0 by interrupts
 * @VMM_PROTECTED16:  16-bit protected mode, ring 3
 * @VMM_RING0:        32-bit protected mode, ring 0
 * @VMM_RING1:        ring 1
 * @VMM_RING2:        ring 2
 * @VMM_RING3:        ring 3
 * @VMM_TRIPLE_FAULT: ring 3 until it triple-faults, then again
 * @VMM_SMM:          64-bit ring 3, and system management mode
 * @VMM_NESTED_RING0: a hypervisor (SVM) and its guest, which is in ring 0
 * @VMM_NESTED_RING3: the same with a guest in ring 3
 * @VMM_AARCH32_USR:  arm64: 32-bit state, user mode, a loop of one instruction
 * @VMM_AARCH32_SVC:  supervisor mode
 * @VMM_AARCH32_SYS:  system mode, privileged as well
 */
enum vmm_mode {
	VMM_LONG,
	VMM_REAL,
	VMM_HALT,
	VMM_VM86,
	VMM_PROTECTED16,
	VMM_RING0,
	VMM_RING1,
	VMM_RING2,
	VMM_RING3,
	VMM_TRIPLE_FAULT,
	VMM_SMM,
	VMM_NESTED_RING0,
	VMM_NESTED_RING3,
	VMM_AARCH32_USR,
	VMM_AARCH32_SVC,
	VMM_AARCH32_SYS,
};

/**
 * struct vmm_load - what a guest does, over and over
 * @mode:         the mode of the processor; not every mode has all that follows
 * @user_insns:   instructions in ring 3 (1, 2) a loop, on average; those of a nested guest
 * @system_insns: instructions in ring 0, real mode or SMM a loop, on average
 * @exit_ring3:   leave to the VMM from ring 3 each loop
 * @exit_ring0:   leave to the VMM from ring 0 each loop
 * @fastpath:     x86: this exit is one that KVM may answer without leaving its inner loop
 * @vhost:        these exits wake a worker of vhost-net, and not the VMM
 * @timer_ns:     period of a timer whose interrupts the guest takes; 0 for none
 * @halt:         wait for the next of these interrupts each loop
 * @mem:          memory for the guest, vmm_memory(), to read counts from; or NULL
 */
struct vmm_load {
	enum vmm_mode mode;
	unsigned long user_insns;
	unsigned long system_insns;
	bool exit_ring3;
	bool exit_ring0;
	bool fastpath;
	bool vhost;
	unsigned long timer_ns;
	bool halt;
	char *mem;
};

/* Whether a guest can run in that mode on this machine. */
bool vmm_has_mode(enum vmm_mode mode);

/* The share of ring 3 in the guest's instructions, 0 to 1, without its interrupts. */
double vmm_load_user_share(const struct vmm_load *load);

/* The guest's instructions in a loop, on average, without its interrupts. */
double vmm_load_insns(const struct vmm_load *load);

/* Memory for a guest, zeroed, shared with the caller's children. */
char *vmm_memory(void);

/**
 * struct vmm_counts - what a guest has done so far
 * @loops:      loops
 * @interrupts: interrupts of its own
 */
struct vmm_counts {
	unsigned long loops;
	unsigned long interrupts;
};

/* The counts of the guest that has vmm_load::mem. */
struct vmm_counts vmm_read_counts(const struct vmm_load *load);

/* The share of ring 3 in the instructions between two readings, with the guest's interrupts. */
double vmm_counts_user_share(const struct vmm_load *load, struct vmm_counts from,
			     struct vmm_counts to);

/*
 * The names of the threads that run vCPUs begin with this.  KVM may add a thread
 * of its own to the process (kvm-nx-lpage-recovery).
 */
#define VMM_VCPU_COMM	"vcpu"

/**
 * vmm_run() - run guests until a signal ends it
 * @loads: a load for each VM, which has one vCPU
 * @count: number of VMs
 *
 * The calling thread waits for signals: SIGUSR1 ends the threads of all vCPUs
 * and the process stays, SIGTERM ends the process with status 0.
 *
 * Does not return.  Errors are printed and end the process with status 1.
 */
noreturn void vmm_run(const struct vmm_load *loads, int count);

/**
 * vmm_run_here() - run a guest in the calling thread for a while
 * @load: what it does
 * @ms:   for how long, in milliseconds
 *
 * Several threads may do this at a time.  Uses SIGUSR2.  Errors are printed and
 * end the process with status 1.
 */
void vmm_run_here(const struct vmm_load *load, long ms);

/*
 * Kinds of exits.  The kernel handles CPUID (arm64: HVC), and HLT (WFI) without waiting.  The VMM
 * handles OUT (a store to a device).  The host's tick and another timer of the host interrupt the
 * guest.  ICR and DEADLINE, of x86 alone, are writes to the x2APIC's MSRs: an interrupt to a CPU
 * that does not exist, and a deadline of the timer.  KVM may re-enter the guest at once.  EXPIRY is
 * the end of a deadline: VMX's preemption timer, or a timer of the host on SVM.
 */
enum vmm_probe {
	VMM_PROBE_CPUID,
	VMM_PROBE_OUT,
	VMM_PROBE_HLT,
	VMM_PROBE_TICK,
	VMM_PROBE_INTERRUPT,
	VMM_PROBE_ICR,
	VMM_PROBE_DEADLINE,
	VMM_PROBE_EXPIRY,
};

/**
 * vmm_probe() - measure how long exits take, in the guest
 * @kind:  the kind of exits
 * @ticks: gets the durations, in ticks of the guest's clock, including the few instructions
 *         around the exit
 * @count: the number of exits, at most 131072
 *
 * Runs the guest in the calling thread.  Errors are printed and end the process
 * with status 1.
 */
void vmm_probe(enum vmm_probe kind, unsigned int *ticks, int count);

/*
 * Whether guest.S is in ring 3 at an address, and whether it resumes there after an exit to the
 * VMM.  NULL where the kernel's tracepoint has no such addresses.
 */
__attribute__((weak))
bool vmm_in_ring3(unsigned long address);
__attribute__((weak))
bool vmm_resumes_at(unsigned long address);

#endif /* VMM_H */
