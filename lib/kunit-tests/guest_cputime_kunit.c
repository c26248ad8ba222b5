// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit tests of guest CPU time split by ring.
 *
 * Mutations that turn them red stand beside the tests.
 */

#include <kunit/test.h>
#include <linux/guest_cputime.h>
#include <linux/irqflags.h>
#include <linux/kernel_stat.h>
#include <linux/kvm_host.h>
#include <linux/ptrace.h>
#include <linux/sched/cputime.h>
#include <linux/sched/signal.h>
#include <linux/taskstats.h>
#include <linux/guest_cputime_compat.h>

#include <asm/irq_regs.h>
#include <trace/events/guest_cputime.h>

#include "../../arch/x86/kvm/guest_cputime.h"
#include "../../arch/x86/kvm/x86.h"
#include "../../kernel/guest_cputime.h"

/* Ring classification: vCPU -> ring. */

/**
 * struct ring_case - a vCPU at the moment of the host's tick, and what to say
 * @name:      what the case is about
 * @no_vcpu:   no vCPU is running on this CPU
 * @handling:  kvm_vcpu_arch::handling_intr_from_guest
 * @boundary:  kvm_vcpu_arch::at_instruction_boundary
 * @protected: kvm_vcpu_arch::guest_state_protected
 * @irqs_on:   interrupts were enabled in the interrupted context
 * @no_regs:   not in an interrupt at all
 * @end:       asked at the end of guest time, not by a tick
 * @cpl:       the CPL of the vCPU
 * @ring:      the answer expected
 */
struct ring_case {
	const char *name;
	bool no_vcpu;
	u8 handling;
	bool boundary;
	bool protected;
	bool irqs_on;
	bool no_regs;
	bool end;
	int cpl;
	enum guest_cputime_ring ring;
};

/*
 * SVM handles the interrupt that ended the guest's run with interrupts enabled
 * and the boundary flag set; VMX with interrupts disabled and the flag not yet
 * set.  Turned red by: "cpl == 3" for "cpl != 0" (CPL 1, 2), user and system
 * swapped (all), no check of guest_state_protected, of handling, of the flag and
 * the interrupted context ("exit of the guest's own making"), the tick's check at
 * the end of guest time or the other way round.
 */
static const struct ring_case ring_cases[] = {
	{
		.name = "SVM, CPL 0", .handling = KVM_HANDLING_IRQ, .boundary = true,
		.irqs_on = true, .cpl = 0, .ring = GUEST_CPUTIME_SYSTEM,
	}, {
		.name = "SVM, CPL 1", .handling = KVM_HANDLING_IRQ, .boundary = true,
		.irqs_on = true, .cpl = 1, .ring = GUEST_CPUTIME_USER,
	}, {
		.name = "SVM, CPL 2", .handling = KVM_HANDLING_IRQ, .boundary = true,
		.irqs_on = true, .cpl = 2, .ring = GUEST_CPUTIME_USER,
	}, {
		.name = "SVM, CPL 3", .handling = KVM_HANDLING_IRQ, .boundary = true,
		.irqs_on = true, .cpl = 3, .ring = GUEST_CPUTIME_USER,
	}, {
		.name = "VMX, CPL 0", .handling = KVM_HANDLING_IRQ,
		.cpl = 0, .ring = GUEST_CPUTIME_SYSTEM,
	}, {
		.name = "VMX, CPL 1", .handling = KVM_HANDLING_IRQ,
		.cpl = 1, .ring = GUEST_CPUTIME_USER,
	}, {
		.name = "VMX, CPL 2", .handling = KVM_HANDLING_IRQ,
		.cpl = 2, .ring = GUEST_CPUTIME_USER,
	}, {
		.name = "VMX, CPL 3", .handling = KVM_HANDLING_IRQ,
		.cpl = 3, .ring = GUEST_CPUTIME_USER,
	}, {
		.name = "VMX, a second interrupt after the first", .handling = KVM_HANDLING_IRQ,
		.boundary = true, .irqs_on = true, .cpl = 3, .ring = GUEST_CPUTIME_USER,
	}, {
		.name = "exit of the guest's own making, CPL 0", .handling = KVM_HANDLING_IRQ,
		.irqs_on = true, .cpl = 0, .ring = GUEST_CPUTIME_UNKNOWN,
	}, {
		.name = "exit of the guest's own making, CPL 3", .handling = KVM_HANDLING_IRQ,
		.irqs_on = true, .cpl = 3, .ring = GUEST_CPUTIME_UNKNOWN,
	}, {
		.name = "hidden state, SVM", .handling = KVM_HANDLING_IRQ, .boundary = true,
		.irqs_on = true, .protected = true, .cpl = 0, .ring = GUEST_CPUTIME_UNKNOWN,
	}, {
		.name = "hidden state, VMX", .handling = KVM_HANDLING_IRQ,
		.protected = true, .cpl = 3, .ring = GUEST_CPUTIME_UNKNOWN,
	}, {
		.name = "vCPU loaded, but not in the exit window", .boundary = true,
		.irqs_on = true, .cpl = 3, .ring = GUEST_CPUTIME_UNKNOWN,
	}, {
		.name = "NMI window", .handling = KVM_HANDLING_NMI, .cpl = 3,
		.ring = GUEST_CPUTIME_UNKNOWN,
	}, {
		.name = "no interrupt", .handling = KVM_HANDLING_IRQ, .no_regs = true,
		.cpl = 3, .ring = GUEST_CPUTIME_UNKNOWN,
	}, {
		.name = "no vCPU", .no_vcpu = true, .cpl = 3, .ring = GUEST_CPUTIME_UNKNOWN,
	}, {
		.name = "end of guest time, interrupted, CPL 0", .boundary = true,
		.no_regs = true, .end = true, .cpl = 0, .ring = GUEST_CPUTIME_SYSTEM,
	}, {
		.name = "end of guest time, interrupted, CPL 3", .boundary = true,
		.no_regs = true, .end = true, .cpl = 3, .ring = GUEST_CPUTIME_USER,
	}, {
		.name = "end of guest time, exit of the guest's own making",
		.no_regs = true, .end = true, .cpl = 3, .ring = GUEST_CPUTIME_UNKNOWN,
	}, {
		.name = "end of guest time, hidden state", .boundary = true, .protected = true,
		.no_regs = true, .end = true, .cpl = 3, .ring = GUEST_CPUTIME_UNKNOWN,
	}, {
		.name = "end of guest time, no vCPU", .no_vcpu = true, .no_regs = true,
		.end = true, .cpl = 3, .ring = GUEST_CPUTIME_UNKNOWN,
	},
};

static void ring_desc(const struct ring_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(ring, ring_cases, ring_desc);

static int stub_cpl(struct kvm_vcpu *vcpu)
{
	const struct ring_case *c = kunit_get_current_test()->param_value;

	return c->cpl;
}

static void ring_of_vcpu(struct kunit *test)
{
	const struct ring_case *c = test->param_value;
	struct pt_regs regs = { .flags = c->irqs_on ? X86_EFLAGS_IF : 0 };
	struct kvm_vcpu *vcpu = NULL;
	enum guest_cputime_ring ring;
	struct pt_regs *old_regs;
	unsigned long flags;

	if (!c->no_vcpu) {
		vcpu = kunit_kzalloc(test, sizeof(*vcpu), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, vcpu);
		vcpu->arch.handling_intr_from_guest = c->handling;
		vcpu->arch.at_instruction_boundary = c->boundary;
		vcpu->arch.guest_state_protected = c->protected;
	}
	kunit_activate_static_stub(test, kvm_guest_cputime_cpl, stub_cpl);

	local_irq_save(flags);
	old_regs = set_irq_regs(c->no_regs ? NULL : &regs);
	ring = kvm_vcpu_guest_cputime_ring(vcpu, !c->end);
	set_irq_regs(old_regs);
	local_irq_restore(flags);

	KUNIT_EXPECT_EQ(test, ring, c->ring);
}

/* The ring of @vcpu at @cpl, for a tick that interrupted it, or found that it had left. */
static enum guest_cputime_ring ring_at(struct kunit *test, struct kvm_vcpu *vcpu, int cpl,
				       bool interrupted)
{
	struct ring_case c = { .cpl = cpl };
	struct pt_regs regs = { .flags = X86_EFLAGS_IF };
	enum guest_cputime_ring ring;
	struct pt_regs *old_regs;
	unsigned long flags;

	test->param_value = &c;
	vcpu->arch.at_instruction_boundary = interrupted;
	local_irq_save(flags);
	old_regs = set_irq_regs(&regs);
	ring = kvm_vcpu_guest_cputime_ring(vcpu, true);
	set_irq_regs(old_regs);
	local_irq_restore(flags);
	test->param_value = NULL;
	return ring;
}

/*
 * As many samples of a ring are passed over as ticks found the guest gone by itself
 * there, and 255 at the most.  Red: none passed over, those of the other ring, all
 * of them, a counter that wraps.
 */
static void ring_passed_over(struct kunit *test)
{
	struct kvm_vcpu *vcpu = kunit_kzalloc(test, sizeof(*vcpu), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, vcpu);
	vcpu->arch.handling_intr_from_guest = KVM_HANDLING_IRQ;
	kunit_activate_static_stub(test, kvm_guest_cputime_cpl, stub_cpl);

	KUNIT_EXPECT_EQ(test, ring_at(test, vcpu, 0, true), GUEST_CPUTIME_SYSTEM);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, ring_at(test, vcpu, 0, false), GUEST_CPUTIME_UNKNOWN);
	KUNIT_EXPECT_EQ(test, ring_at(test, vcpu, 3, false), GUEST_CPUTIME_UNKNOWN);
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, ring_at(test, vcpu, 0, true), GUEST_CPUTIME_UNKNOWN);
	KUNIT_EXPECT_EQ(test, ring_at(test, vcpu, 0, true), GUEST_CPUTIME_SYSTEM);
	KUNIT_EXPECT_EQ(test, ring_at(test, vcpu, 3, true), GUEST_CPUTIME_UNKNOWN);
	KUNIT_EXPECT_EQ(test, ring_at(test, vcpu, 3, true), GUEST_CPUTIME_USER);

	for (i = 0; i < 300; i++)
		ring_at(test, vcpu, 3, false);
	for (i = 0; i < 255; i++)
		KUNIT_EXPECT_EQ(test, ring_at(test, vcpu, 3, true), GUEST_CPUTIME_UNKNOWN);
	KUNIT_EXPECT_EQ(test, ring_at(test, vcpu, 3, true), GUEST_CPUTIME_USER);
}

/* No vCPU runs in the KUnit thread.  Red: a default that is not UNKNOWN. */
static void ring_without_vcpu(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, guest_cputime_sample(true), GUEST_CPUTIME_UNKNOWN);
	KUNIT_EXPECT_EQ(test, guest_cputime_sample(false), GUEST_CPUTIME_UNKNOWN);
	KUNIT_EXPECT_EQ(test, kvm_guest_cputime.ring(true), GUEST_CPUTIME_UNKNOWN);
	KUNIT_EXPECT_EQ(test, kvm_guest_cputime.ring(false), GUEST_CPUTIME_UNKNOWN);
}

/* Charging one set of counters.  Red: rings swapped, "=" for "+=". */
static void charge(struct kunit *test)
{
	struct guest_cputime gct = { };

	guest_cputime_charge(&gct, GUEST_CPUTIME_USER, 3);
	KUNIT_EXPECT_EQ(test, gct.gutime, 3);
	KUNIT_EXPECT_EQ(test, gct.gstime, 0);
	guest_cputime_charge(&gct, GUEST_CPUTIME_SYSTEM, 5);
	KUNIT_EXPECT_EQ(test, gct.gutime, 3);
	KUNIT_EXPECT_EQ(test, gct.gstime, 5);
	guest_cputime_charge(&gct, GUEST_CPUTIME_USER, 7);
	KUNIT_EXPECT_EQ(test, gct.gutime, 10);
	KUNIT_EXPECT_EQ(test, gct.gstime, 5);
}

/* 200 years in ns, beyond 2^62.  Red: a 32-bit counter, or ns narrowed. */
static void charge_large(struct kunit *test)
{
	const u64 years = 200ULL * 365 * 24 * 3600 * NSEC_PER_SEC;
	struct guest_cputime gct = { .gutime = years, .gstime = U32_MAX };

	guest_cputime_charge(&gct, GUEST_CPUTIME_USER, 1);
	guest_cputime_charge(&gct, GUEST_CPUTIME_SYSTEM, 1ULL + U32_MAX);
	KUNIT_EXPECT_EQ(test, gct.gutime, years + 1);
	KUNIT_EXPECT_EQ(test, gct.gstime, 0x1ffffffffULL);
}

/* What the documents say of memory: bytes for each task, process, CPU and virtual CPU. */
static void sizes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof_field(struct task_struct, guest_cputime), 16);
	KUNIT_EXPECT_EQ(test, sizeof_field(struct task_struct, guest_cputime_vtime),
			IS_ENABLED(CONFIG_GUEST_CPUTIME_VTIME) ? 16 : 0);
	KUNIT_EXPECT_EQ(test, sizeof_field(struct signal_struct, guest_cputime), 32);
	KUNIT_EXPECT_EQ(test, sizeof(struct guest_cputime_cpu), 32);
	KUNIT_EXPECT_EQ(test, sizeof_field(struct kvm_vcpu_arch, guest_cputime), 3);
}

/*
 * Accounting, through the hooks: guest time charged to the KUnit thread, on the
 * CPU that it runs on, and the same time in both totals.
 */

/**
 * struct snap - the counters that account_guest_time() writes, in ns
 * @gtime:      guest time of the task
 * @guest:      guest time of the CPU
 * @guest_nice: niced guest time of the CPU
 * @task:       the split of the task's
 * @cpu:        the split of the CPU's
 */
struct snap {
	u64 gtime, guest, guest_nice;
	struct guest_cputime task;
	struct guest_cputime_cpu cpu;
};

static struct snap take(void)
{
	const u64 *cpustat = kcpustat_this_cpu->cpustat;
	struct snap s = {
		.gtime = current->gtime,
		.guest = cpustat[CPUTIME_GUEST],
		.guest_nice = cpustat[CPUTIME_GUEST_NICE],
	};

	task_guest_cputime(current, &s.task.gutime, &s.task.gstime);
	guest_cputime_add_cpu(&s.cpu, smp_processor_id());
	return s;
}

static enum guest_cputime_ring stub_ring(bool irq)
{
	return *(enum guest_cputime_ring *)kunit_get_current_test()->priv;
}

/* Charge @ns of guest time that was interrupted in @ring; return the growth. */
static struct snap account(struct kunit *test, enum guest_cputime_ring ring, u64 ns)
{
	struct snap old, new;
	unsigned long flags;

	test->priv = &ring;
	kunit_activate_static_stub(test, guest_cputime_sample, stub_ring);
	local_irq_save(flags);
	old = take();
	account_guest_time(current, ns);
	new = take();
	local_irq_restore(flags);
	kunit_deactivate_static_stub(test, guest_cputime_sample);

	new.gtime -= old.gtime;
	new.guest -= old.guest;
	new.guest_nice -= old.guest_nice;
	new.task.gutime -= old.task.gutime;
	new.task.gstime -= old.task.gstime;
	new.cpu.guest.gutime -= old.cpu.guest.gutime;
	new.cpu.guest.gstime -= old.cpu.guest.gstime;
	new.cpu.guest_nice.gutime -= old.cpu.guest_nice.gutime;
	new.cpu.guest_nice.gstime -= old.cpu.guest_nice.gstime;
	return new;
}

static bool was_enabled;

static int account_init(struct kunit *test)
{
	was_enabled = static_key_enabled(&guest_cputime_key);
	static_branch_enable(&guest_cputime_key);
	set_user_nice(current, 0);
	return 0;
}

static void account_exit(struct kunit *test)
{
	set_user_nice(current, 0);
	if (!was_enabled)
		static_branch_disable(&guest_cputime_key);
}

/* Red: the hook in account_guest_time() removed, rings swapped. */
static void account_rings(struct kunit *test)
{
	struct snap s;

	s = account(test, GUEST_CPUTIME_USER, 1001);
	KUNIT_EXPECT_EQ(test, s.gtime, 1001);
	KUNIT_EXPECT_EQ(test, s.task.gutime, 1001);
	KUNIT_EXPECT_EQ(test, s.task.gstime, 0);
	KUNIT_EXPECT_EQ(test, s.cpu.guest.gutime, 1001);
	KUNIT_EXPECT_EQ(test, s.cpu.guest.gstime, 0);

	s = account(test, GUEST_CPUTIME_SYSTEM, 2003);
	KUNIT_EXPECT_EQ(test, s.gtime, 2003);
	KUNIT_EXPECT_EQ(test, s.task.gutime, 0);
	KUNIT_EXPECT_EQ(test, s.task.gstime, 2003);
	KUNIT_EXPECT_EQ(test, s.cpu.guest.gutime, 0);
	KUNIT_EXPECT_EQ(test, s.cpu.guest.gstime, 2003);
}

/* Guest time without a sample is in the totals only.  Red: UNKNOWN charged. */
static void account_unknown(struct kunit *test)
{
	struct snap s = account(test, GUEST_CPUTIME_UNKNOWN, 4001);

	KUNIT_EXPECT_EQ(test, s.gtime, 4001);
	KUNIT_EXPECT_EQ(test, s.guest, 4001);
	KUNIT_EXPECT_EQ(test, s.task.gutime + s.task.gstime, 0);
	KUNIT_EXPECT_EQ(test, s.cpu.guest.gutime + s.cpu.guest.gstime, 0);
}

/*
 * A niced guest counts, beside the total that its time goes to.  Red: the hook
 * in the niced branch removed, or its index wrong.
 */
static void account_niced(struct kunit *test)
{
	struct snap s;

	set_user_nice(current, 5);
	s = account(test, GUEST_CPUTIME_USER, 5003);
	KUNIT_EXPECT_EQ(test, s.guest_nice, 5003);
	KUNIT_EXPECT_EQ(test, s.guest, 0);
	KUNIT_EXPECT_EQ(test, s.task.gutime, 5003);
	KUNIT_EXPECT_EQ(test, s.cpu.guest_nice.gutime, 5003);
	KUNIT_EXPECT_EQ(test, s.cpu.guest.gutime, 0);

	s = account(test, GUEST_CPUTIME_SYSTEM, 6007);
	KUNIT_EXPECT_EQ(test, s.task.gstime, 6007);
	KUNIT_EXPECT_EQ(test, s.cpu.guest_nice.gstime, 6007);
	KUNIT_EXPECT_EQ(test, s.cpu.guest.gstime, 0);
}

/* Off, on, off.  Red: the static key ignored or inverted. */
static void account_toggled(struct kunit *test)
{
	struct snap s;

	static_branch_disable(&guest_cputime_key);
	s = account(test, GUEST_CPUTIME_USER, 7001);
	KUNIT_EXPECT_EQ(test, s.gtime, 7001);
	KUNIT_EXPECT_EQ(test, s.task.gutime + s.task.gstime, 0);
	KUNIT_EXPECT_EQ(test, s.cpu.guest.gutime + s.cpu.guest.gstime, 0);

	static_branch_enable(&guest_cputime_key);
	s = account(test, GUEST_CPUTIME_USER, 7003);
	KUNIT_EXPECT_EQ(test, s.task.gutime, 7003);

	static_branch_disable(&guest_cputime_key);
	s = account(test, GUEST_CPUTIME_SYSTEM, 7005);
	KUNIT_EXPECT_EQ(test, s.task.gutime + s.task.gstime, 0);
}

/* What the probe below was called with. */
struct probed {
	unsigned int calls;
	struct task_struct *p;
	enum guest_cputime_ring ring;
	u64 ns;
};

static void probe_charge(void *data, struct task_struct *p, enum guest_cputime_ring ring, u64 ns)
{
	struct probed *probed = data;

	/* Not of a guest that runs elsewhere meanwhile. */
	if (p != current)
		return;
	probed->calls++;
	probed->p = p;
	probed->ring = ring;
	probed->ns = ns;
}

/*
 * The tracepoint tells each charge, and nothing else.  Red: the call removed, made
 * for unknown guest time, its arguments mixed up.
 */
static void account_traced(struct kunit *test)
{
	struct probed probed = { };

	KUNIT_ASSERT_EQ(test, register_trace_guest_cputime_charge(probe_charge, &probed), 0);
	account(test, GUEST_CPUTIME_UNKNOWN, 8009);
	KUNIT_EXPECT_EQ(test, probed.calls, 0);
	account(test, GUEST_CPUTIME_SYSTEM, 8011);
	KUNIT_EXPECT_EQ(test, probed.calls, 1);
	KUNIT_EXPECT_PTR_EQ(test, probed.p, current);
	KUNIT_EXPECT_EQ(test, probed.ring, GUEST_CPUTIME_SYSTEM);
	KUNIT_EXPECT_EQ(test, probed.ns, 8011);
	account(test, GUEST_CPUTIME_USER, 8017);
	KUNIT_EXPECT_EQ(test, probed.calls, 2);
	KUNIT_EXPECT_EQ(test, probed.ring, GUEST_CPUTIME_USER);
	KUNIT_EXPECT_EQ(test, probed.ns, 8017);
	unregister_trace_guest_cputime_charge(probe_charge, &probed);
	tracepoint_synchronize_unregister();
	account(test, GUEST_CPUTIME_USER, 8039);
	KUNIT_EXPECT_EQ(test, probed.calls, 2);
}

/* A random mix keeps the invariant, exactly: the rest is what was unknown. */
static void account_invariant(struct kunit *test)
{
	u64 sum[3] = { }, gtime = 0, cpu = 0;
	struct guest_cputime task = { };
	u32 seed = 12345;
	int i;

	for (i = 0; i < 3000; i++) {
		enum guest_cputime_ring ring;
		struct snap s;
		u64 ns;

		seed = seed * 1664525 + 1013904223;
		ring = (seed >> 24) % 3;
		ns = (seed >> 8) & 0xffff;
		set_user_nice(current, seed & 0x10000 ? 1 : 0);

		s = account(test, ring, ns);
		sum[ring] += ns;
		gtime += s.gtime;
		task.gutime += s.task.gutime;
		task.gstime += s.task.gstime;
		cpu += s.cpu.guest.gutime + s.cpu.guest.gstime +
		       s.cpu.guest_nice.gutime + s.cpu.guest_nice.gstime;
		KUNIT_ASSERT_LE(test, s.cpu.guest.gutime + s.cpu.guest.gstime, s.guest);
		KUNIT_ASSERT_LE(test, s.cpu.guest_nice.gutime + s.cpu.guest_nice.gstime,
				s.guest_nice);
	}

	KUNIT_EXPECT_EQ(test, task.gutime, sum[GUEST_CPUTIME_USER]);
	KUNIT_EXPECT_EQ(test, task.gstime, sum[GUEST_CPUTIME_SYSTEM]);
	KUNIT_EXPECT_EQ(test, gtime - task.gutime - task.gstime, sum[GUEST_CPUTIME_UNKNOWN]);
	KUNIT_EXPECT_EQ(test, cpu, task.gutime + task.gstime);
}

/* Fork, thread exit, wait: task and signal structs made by hand. */

static struct task_struct *make_task(struct kunit *test, struct signal_struct *sig,
				     u64 gutime, u64 gstime)
{
	struct task_struct *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	p->signal = sig;
	p->guest_cputime.gutime = gutime;
	p->guest_cputime.gstime = gstime;
	return p;
}

static struct signal_struct *make_signal(struct kunit *test)
{
	struct signal_struct *sig = kunit_kzalloc(test, sizeof(*sig), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sig);
	seqlock_init(&sig->stats_lock);
	INIT_LIST_HEAD(&sig->thread_head);
	return sig;
}

/* Red: guest_cputime_fork() empty, or one field forgotten. */
static void fork_clears(struct kunit *test)
{
	struct task_struct *p = make_task(test, NULL, 11, 13);
	u64 gutime = 1, gstime = 1;

	guest_cputime_fork(p);
	task_guest_cputime(p, &gutime, &gstime);
	KUNIT_EXPECT_EQ(test, gutime, 0);
	KUNIT_EXPECT_EQ(test, gstime, 0);
}

/*
 * A process of three threads, one of which dies.  Primes, so that no wrong sum
 * is right by accident.  Red: the dead thread lost or counted twice, live
 * threads left out, a thread shown the group's time.
 */
static void exit_keeps(struct kunit *test)
{
	struct signal_struct *sig = make_signal(test);
	struct task_struct *leader = make_task(test, sig, 2, 3);
	struct task_struct *vcpu = make_task(test, sig, 101, 211);
	struct task_struct *dead = make_task(test, sig, 1009, 2003);
	struct guest_cputime_group sum;

	list_add_tail(&leader->thread_node, &sig->thread_head);
	list_add_tail(&vcpu->thread_node, &sig->thread_head);
	list_add_tail(&dead->thread_node, &sig->thread_head);

	guest_cputime_fetch(leader, true, &sum);
	KUNIT_EXPECT_EQ(test, sum.gutime, 2 + 101 + 1009);
	KUNIT_EXPECT_EQ(test, sum.gstime, 3 + 211 + 2003);

	write_seqlock_irq(&sig->stats_lock);
	guest_cputime_exit(sig, dead);
	list_del(&dead->thread_node);
	write_sequnlock_irq(&sig->stats_lock);
	KUNIT_EXPECT_EQ(test, sig->guest_cputime.gutime, 1009);
	KUNIT_EXPECT_EQ(test, sig->guest_cputime.gstime, 2003);

	guest_cputime_fetch(leader, true, &sum);
	KUNIT_EXPECT_EQ(test, sum.gutime, 2 + 101 + 1009);
	KUNIT_EXPECT_EQ(test, sum.gstime, 3 + 211 + 2003);
	KUNIT_EXPECT_EQ(test, sum.cgutime, 0);
	KUNIT_EXPECT_EQ(test, sum.cgstime, 0);

	guest_cputime_fetch(vcpu, false, &sum);
	KUNIT_EXPECT_EQ(test, sum.gutime, 101);
	KUNIT_EXPECT_EQ(test, sum.gstime, 211);
}

/*
 * A parent with earlier children waits for a child with dead threads and
 * children of its own.  Red: any of the three not folded, user and system
 * swapped, the parent's own time touched.
 */
static void wait_folds(struct kunit *test)
{
	struct signal_struct *psig = make_signal(test), *sig = make_signal(test);
	struct task_struct *parent = make_task(test, psig, 17, 19);
	struct task_struct *child = make_task(test, sig, 101, 211);
	struct guest_cputime_group sum;

	psig->guest_cputime = (struct guest_cputime_group) {
		.gutime = 5, .gstime = 7, .cgutime = 10007, .cgstime = 20011,
	};
	sig->guest_cputime = (struct guest_cputime_group) {
		.gutime = 1009, .gstime = 2003, .cgutime = 100003, .cgstime = 200003,
	};
	list_add_tail(&parent->thread_node, &psig->thread_head);

	write_seqlock_irq(&psig->stats_lock);
	guest_cputime_wait(psig, child);
	write_sequnlock_irq(&psig->stats_lock);

	guest_cputime_fetch(parent, true, &sum);
	KUNIT_EXPECT_EQ(test, sum.cgutime, 10007 + 101 + 1009 + 100003);
	KUNIT_EXPECT_EQ(test, sum.cgstime, 20011 + 211 + 2003 + 200003);
	KUNIT_EXPECT_EQ(test, sum.gutime, 5 + 17);
	KUNIT_EXPECT_EQ(test, sum.gstime, 7 + 19);
}

/*
 * taskstats: microseconds, rounded down, added to what the record has.  Red: "="
 * for "+=", user and system swapped, a wrong unit.
 */
static void taskstats_adds(struct kunit *test)
{
	struct task_struct *a = make_task(test, NULL, 5 * NSEC_PER_USEC, 7 * NSEC_PER_USEC + 999);
	struct task_struct *b = make_task(test, NULL, 1100 * NSEC_PER_USEC + 1, NSEC_PER_USEC - 1);
	struct taskstats *stats = kunit_kzalloc(test, sizeof(*stats), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, stats);
	guest_cputime_add_tsk(stats, a);
	KUNIT_EXPECT_EQ(test, stats->ac_guest_utime, 5);
	KUNIT_EXPECT_EQ(test, stats->ac_guest_stime, 7);
	guest_cputime_add_tsk(stats, b);
	KUNIT_EXPECT_EQ(test, stats->ac_guest_utime, 1105);
	KUNIT_EXPECT_EQ(test, stats->ac_guest_stime, 7);
}

static struct kunit_case ring_test_cases[] = {
	KUNIT_CASE_PARAM(ring_of_vcpu, ring_gen_params),
	KUNIT_CASE(ring_passed_over),
	KUNIT_CASE(ring_without_vcpu),
	{}
};

static struct kunit_suite ring_suite = {
	.name = "guest_cputime_ring",
	.test_cases = ring_test_cases,
};

static struct kunit_case account_test_cases[] = {
	KUNIT_CASE(charge),
	KUNIT_CASE(charge_large),
	KUNIT_CASE(sizes),
	KUNIT_CASE(account_rings),
	KUNIT_CASE(account_unknown),
	KUNIT_CASE(account_niced),
	KUNIT_CASE(account_toggled),
	KUNIT_CASE(account_traced),
	KUNIT_CASE(account_invariant),
	{}
};

static struct kunit_suite account_suite = {
	.name = "guest_cputime_account",
	.init = account_init,
	.exit = account_exit,
	.test_cases = account_test_cases,
};

static struct kunit_case fold_test_cases[] = {
	KUNIT_CASE(fork_clears),
	KUNIT_CASE(exit_keeps),
	KUNIT_CASE(wait_folds),
	KUNIT_CASE(taskstats_adds),
	{}
};

static struct kunit_suite fold_suite = {
	.name = "guest_cputime_fold",
	.test_cases = fold_test_cases,
};

kunit_test_suites(&ring_suite, &account_suite, &fold_suite);

MODULE_DESCRIPTION("KUnit tests of guest CPU time split by ring");
MODULE_LICENSE("GPL");
