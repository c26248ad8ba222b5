// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "kvm.h"
#include "vcpu.h"
#include "vmm.h"

/**
 * struct vcpu - a VM and its only vCPU
 * @load:   what its guest does
 * @index:  number of the VM in the process
 * @mem:    the guest's memory
 * @kvm:    the VM
 * @thread: runs the vCPU
 */
struct vcpu {
	const struct vmm_load *load;
	int index;
	char *mem;
	struct kvm kvm;
	pthread_t thread;
};

static unsigned int load_flags(const struct vmm_load *load)
{
	unsigned int flags = 0;

	if (load->user_insns || load->exit_ring3)
		flags |= GUEST_RING3;
	if (load->system_insns || load->exit_ring0)
		flags |= GUEST_RING0;
	if (load->exit_ring3)
		flags |= GUEST_EXIT3;
	if (load->exit_ring0)
		flags |= GUEST_EXIT0;
	if (load->fastpath)
		flags |= GUEST_FASTPATH | GUEST_TIMER;
	if (load->timer_ns)
		flags |= GUEST_TIMER;
	if (load->halt)
		flags |= GUEST_RING0 | GUEST_HLT;
	return flags;
}

/* Instructions of a loop in each ring. */
static void load_insns(const struct vmm_load *load, double *user, double *system)
{
	const int exit0 = load->fastpath ? GUEST_FASTPATH_INSNS : GUEST_EXIT0_INSNS;
	unsigned int flags = load_flags(load);

	*user = 0;
	*system = 0;
	if (flags & GUEST_RING3)
		*user = load->user_insns + GUEST_USER_OVERHEAD + load->exit_ring3;
	if (flags & GUEST_RING0)
		*system = load->system_insns + GUEST_SYSTEM_OVERHEAD + load->halt +
			  load->exit_ring0 * exit0;
}

double vmm_load_insns(const struct vmm_load *load)
{
	double user, system;

	load_insns(load, &user, &system);
	return user + system;
}

double vmm_counts_user_share(const struct vmm_load *load, struct vmm_counts from,
			     struct vmm_counts to)
{
	unsigned long loops = to.loops - from.loops;
	double user, system;

	load_insns(load, &user, &system);
	user *= loops;
	system *= loops;
	system += (double)GUEST_INTERRUPT_OVERHEAD * (to.interrupts - from.interrupts);
	return user / (user + system);
}

double vmm_load_user_share(const struct vmm_load *load)
{
	const struct vmm_counts none = { }, one = { .loops = 1 };

	return vmm_counts_user_share(load, none, one);
}

void put64(char *mem, unsigned long gpa, uint64_t value)
{
	memcpy(mem + gpa, &value, sizeof(value));
}

static uint64_t get64(const char *mem, unsigned long gpa)
{
	unsigned long value;

	memcpy(&value, mem + gpa, sizeof(value));
	return value;
}

struct vmm_counts vmm_read_counts(const struct vmm_load *load)
{
	return (struct vmm_counts) {
		.loops = get64(load->mem, GUEST_PARAMS + PARAM_LOOPS),
		.interrupts = get64(load->mem, GUEST_PARAMS + PARAM_INTERRUPTS),
	};
}

char *vmm_memory(void)
{
	char *mem = mmap(NULL, GUEST_MEM_SIZE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED)
		err(1, "mmap of guest memory");
	return mem;
}

static void put_parameters(char *mem, const struct vmm_load *load)
{
	if (load->fastpath && load->halt)
		errx(1, "a guest that leaves by the fastpath does not halt");
	put64(mem, GUEST_PARAMS + PARAM_USER, load->user_insns / 2);
	put64(mem, GUEST_PARAMS + PARAM_SYSTEM, load->system_insns / 2);
	put64(mem, GUEST_PARAMS + PARAM_FLAGS, load_flags(load));
	put64(mem, GUEST_PARAMS + PARAM_TIMER, arch_timer_period(load->timer_ns));
}

/* A worker that wakes at each exit. Its queue has no backend. It lives as long as the VMM. */
static void attach_vhost(const struct kvm *kvm)
{
	const int tx_queue = 1, exits = eventfd(0, EFD_CLOEXEC);
	struct vhost_vring_file kick = { .index = tx_queue, .fd = exits };
	struct kvm_ioeventfd ioeventfd = { .fd = exits };
	int vhost = open("/dev/vhost-net", O_RDWR | O_CLOEXEC);

	if (vhost < 0 || exits < 0)
		err(1, "vhost-net");
	kvm_ioctl(vhost, VHOST_SET_OWNER, NULL, "VHOST_SET_OWNER");
	kvm_ioctl(vhost, VHOST_SET_VRING_KICK, &kick, "VHOST_SET_VRING_KICK");
	arch_exit_address(&ioeventfd);
	kvm_ioctl(kvm->vm, KVM_IOEVENTFD, &ioeventfd, "KVM_IOEVENTFD");
}

static void create(struct vcpu *vcpu, bool irqchip)
{
	kvm_create_vm(&vcpu->kvm);
	arch_create_irqchip(&vcpu->kvm, irqchip);
	vcpu->mem = vcpu->load->mem ?: vmm_memory();
	memcpy(vcpu->mem + GUEST_CODE, guest_start, guest_end - guest_start);
	put_parameters(vcpu->mem, vcpu->load);
	kvm_set_memory(&vcpu->kvm, vcpu->mem, GUEST_MEM_SIZE);
	kvm_create_vcpu(&vcpu->kvm);
	arch_prepare(vcpu->load, &vcpu->kvm, vcpu->mem);
	if (vcpu->load->vhost)
		attach_vhost(&vcpu->kvm);
}

static void destroy(struct vcpu *vcpu)
{
	kvm_destroy(&vcpu->kvm);
	if (!vcpu->load->mem)
		munmap(vcpu->mem, GUEST_MEM_SIZE);
}

/*
 * Run the guest until it says that it has ended, or a signal comes while immediate_exit is set.
 */
static void run(struct vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->kvm.run;

	for (;;) {
		if (ioctl(vcpu->kvm.vcpu, KVM_RUN, NULL) < 0) {
			if (errno == EINTR && run->immediate_exit)
				return;
			if (errno == EINTR)
				continue;
			err(1, "KVM_RUN");
		}
		switch (arch_exit(vcpu->load, &vcpu->kvm, vcpu->mem)) {
		case EXIT_CONTINUE:
			continue;
		case EXIT_END:
			return;
		case EXIT_UNEXPECTED:
			errx(1, "guest of VM %d: unexpected exit %u", vcpu->index,
			     run->exit_reason);
		}
	}
}

static void *vcpu_thread(void *arg)
{
	struct vcpu *vcpu = arg;
	char comm[16];

	snprintf(comm, sizeof(comm), VMM_VCPU_COMM "%d", vcpu->index);
	pthread_setname_np(pthread_self(), comm);
	run(vcpu);
	return NULL;
}

/* The vCPU that the calling thread runs, in vmm_run_here(). */
static __thread struct vcpu *here;

/* SIGUSR2 interrupts KVM_RUN. */
static void kick(int signo)
{
	(void)signo;
	if (here)
		here->kvm.run->immediate_exit = 1;
}

static void stop(struct vcpu *vcpus, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		vcpus[i].kvm.run->immediate_exit = 1;
		pthread_kill(vcpus[i].thread, SIGUSR2);
		pthread_join(vcpus[i].thread, NULL);
	}
}

void vmm_run_here(const struct vmm_load *load, long ms)
{
	struct itimerspec in = { .it_value = { ms / 1000, ms % 1000 * 1000000 } };
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR2 };
	struct sigaction action = { .sa_handler = kick };
	struct vcpu vcpu = { .load = load };
	timer_t timer;

	create(&vcpu, load_flags(load) & GUEST_TIMER);
	here = &vcpu;
	event._sigev_un._tid = gettid();
	sigaction(SIGUSR2, &action, NULL);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &in, NULL))
		err(1, "timer");
	run(&vcpu);
	timer_delete(timer);
	here = NULL;
	destroy(&vcpu);
}

void vmm_probe(enum vmm_probe kind, unsigned int *ticks, int count)
{
	static const unsigned int flags[] = {
		[VMM_PROBE_CPUID] = GUEST_PROBE_CPUID,
		[VMM_PROBE_OUT] = GUEST_PROBE_OUT,
		[VMM_PROBE_HLT] = GUEST_PROBE_HLT | GUEST_TIMER,
		[VMM_PROBE_TICK] = GUEST_PROBE_GAPS,
		[VMM_PROBE_INTERRUPT] = GUEST_PROBE_GAPS | GUEST_TIMER,
		[VMM_PROBE_ICR] = GUEST_PROBE_ICR | GUEST_TIMER,
		[VMM_PROBE_DEADLINE] = GUEST_PROBE_DEADLINE | GUEST_TIMER,
		[VMM_PROBE_EXPIRY] = GUEST_PROBE_EXPIRY | GUEST_TIMER,
	};
	/*
	 * The period is longer than a VM entry that flushes the L1 data cache (some 250 us on vmx):
	 * with a shorter one the guest would never run. HLT needs the APIC, and no timer.
	 */
	const struct vmm_load load = { .timer_ns = kind == VMM_PROBE_INTERRUPT ? 731000 : 0 };
	struct vcpu vcpu = { .load = &load };

	if (count < 1 || count > GUEST_MAX_SAMPLES)
		errx(1, "%d probes", count);
	create(&vcpu, flags[kind] & GUEST_TIMER);
	put64(vcpu.mem, GUEST_PARAMS + PARAM_PROBES, count);
	put64(vcpu.mem, GUEST_PARAMS + PARAM_FLAGS, flags[kind]);
	run(&vcpu);
	memcpy(ticks, vcpu.mem + GUEST_SAMPLES, count * sizeof(*ticks));
	destroy(&vcpu);
}

noreturn void vmm_run(const struct vmm_load *loads, int count)
{
	struct sigaction action = { .sa_handler = kick };
	struct vcpu *vcpus = calloc(count, sizeof(*vcpus));
	bool running = true;
	sigset_t wait_for;
	int i, signo;

	if (!vcpus)
		err(1, "calloc");

	/* SIGUSR2 interrupts a vCPU in the kernel. This thread waits for the other two signals. */
	sigaction(SIGUSR2, &action, NULL);
	sigemptyset(&wait_for);
	sigaddset(&wait_for, SIGUSR1);
	sigaddset(&wait_for, SIGTERM);
	sigprocmask(SIG_BLOCK, &wait_for, NULL);

	for (i = 0; i < count; i++) {
		vcpus[i].load = &loads[i];
		vcpus[i].index = i;
		create(&vcpus[i], load_flags(&loads[i]) & GUEST_TIMER);
	}
	for (i = 0; i < count; i++) {
		errno = pthread_create(&vcpus[i].thread, NULL, vcpu_thread, &vcpus[i]);
		if (errno)
			err(1, "pthread_create");
	}

	for (;;) {
		sigwait(&wait_for, &signo);
		if (signo == SIGTERM)
			exit(0);
		if (running)
			stop(vcpus, count);
		running = false;
	}
}
