// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"
#include "vmm.h"

#define CR0_PE		(1UL << 0)
#define CR0_NE		(1UL << 5)
#define CR0_PG		(1UL << 31)
#define CR4_PAE		(1UL << 5)
#define EFER_LME	(1UL << 8)
#define EFER_LMA	(1UL << 10)

/* Page table entry: present, writable, user; and a 2 MiB page. */
#define PTE_PWU		7UL
#define PTE_LARGE	(1UL << 7)

#define MAX_CPUID	128

/**
 * struct vcpu - a VM and its only vCPU
 * @load:   what its guest does
 * @index:  number of the VM in the process
 * @mem:    the guest's memory
 * @fd:     the vCPU
 * @run:    shared with the kernel
 * @thread: runs the vCPU
 */
struct vcpu {
	const struct vmm_load *load;
	int index;
	char *mem;
	int fd;
	struct kvm_run *run;
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
	return flags;
}

double vmm_load_user_share(const struct vmm_load *load)
{
	unsigned int flags = load_flags(load);
	double user = 0, system = 0;

	if (flags & GUEST_RING3)
		user = load->user_insns + GUEST_USER_OVERHEAD + load->exit_ring3;
	if (flags & GUEST_RING0)
		system = load->system_insns + GUEST_SYSTEM_OVERHEAD + load->exit_ring0;
	return user / (user + system);
}

static int xioctl(int fd, unsigned long request, void *arg, const char *what)
{
	int ret = ioctl(fd, request, arg);

	if (ret < 0)
		err(1, "%s", what);
	return ret;
}

static void put64(char *mem, unsigned long gpa, uint64_t value)
{
	memcpy(mem + gpa, &value, sizeof(value));
}

static void make_memory(char *mem, const struct vmm_load *load)
{
	unsigned long trap = GUEST_CODE + (guest_trap - guest_start);
	const unsigned long tss_limit = 0x67;

	put64(mem, GUEST_PML4, GUEST_PDPT | PTE_PWU);
	put64(mem, GUEST_PDPT, GUEST_PD | PTE_PWU);
	put64(mem, GUEST_PD, PTE_PWU | PTE_LARGE);

	/* Present, accessed; 64-bit code (DPL 0, 3), data (DPL 0, 3). */
	put64(mem, GUEST_GDT + (GUEST_CS0 & ~7), 0x00af9b000000ffff);
	put64(mem, GUEST_GDT + (GUEST_DS0 & ~7), 0x00cf93000000ffff);
	put64(mem, GUEST_GDT + (GUEST_CS3 & ~7), 0x00affb000000ffff);
	put64(mem, GUEST_GDT + (GUEST_DS3 & ~7), 0x00cff3000000ffff);
	/* A busy 64-bit TSS. */
	put64(mem, GUEST_GDT + GUEST_TR, 0x00008b0000000000 | GUEST_TSS << 16 | tss_limit);
	put64(mem, GUEST_GDT + GUEST_TR + 8, 0);
	/* Its stack for ring 0; the field is not aligned. */
	put64(mem, GUEST_TSS + 4, GUEST_STACK0);

	/* A trap gate for ring 3: interrupts stay enabled. */
	put64(mem, GUEST_IDT + 16 * GUEST_VECTOR,
	      (trap & 0xffff) | GUEST_CS0 << 16 | 0xefUL << 40 | (trap >> 16) << 48);

	put64(mem, GUEST_PARAMS + PARAM_USER, load->user_insns / 2);
	put64(mem, GUEST_PARAMS + PARAM_SYSTEM, load->system_insns / 2);
	put64(mem, GUEST_PARAMS + PARAM_FLAGS, load_flags(load));

	memcpy(mem + GUEST_CODE, guest_start, guest_end - guest_start);
}

static void set_registers(int vcpu)
{
	struct kvm_segment code = {
		.limit = 0xffffffff, .selector = GUEST_CS0, .type = 0xb, .present = 1,
		.s = 1, .l = 1, .g = 1,
	};
	struct kvm_segment data = {
		.limit = 0xffffffff, .selector = GUEST_DS0, .type = 3, .present = 1,
		.s = 1, .db = 1, .g = 1,
	};
	struct kvm_regs regs = {
		.rip = GUEST_CODE, .rsp = GUEST_STACK0, .rflags = 2,
	};
	struct kvm_sregs sregs;

	xioctl(vcpu, KVM_GET_SREGS, &sregs, "KVM_GET_SREGS");
	sregs.cs = code;
	sregs.ds = data;
	sregs.es = data;
	sregs.fs = data;
	sregs.gs = data;
	sregs.ss = data;
	sregs.tr = (struct kvm_segment) {
		.base = GUEST_TSS, .limit = 0x67, .selector = GUEST_TR, .type = 0xb,
		.present = 1,
	};
	sregs.gdt.base = GUEST_GDT;
	sregs.gdt.limit = GUEST_TR + 16 - 1;
	sregs.idt.base = GUEST_IDT;
	sregs.idt.limit = 16 * (GUEST_VECTOR + 1) - 1;
	sregs.cr0 = CR0_PE | CR0_NE | CR0_PG;
	sregs.cr3 = GUEST_PML4;
	sregs.cr4 = CR4_PAE;
	sregs.efer = EFER_LME | EFER_LMA;
	xioctl(vcpu, KVM_SET_SREGS, &sregs, "KVM_SET_SREGS");
	xioctl(vcpu, KVM_SET_REGS, &regs, "KVM_SET_REGS");
}

/* Long mode needs a CPUID that has it. */
static void set_cpuid(int kvm, int vcpu)
{
	struct kvm_cpuid2 *cpuid;

	cpuid = calloc(1, sizeof(*cpuid) + MAX_CPUID * sizeof(cpuid->entries[0]));
	if (!cpuid)
		err(1, "calloc");
	cpuid->nent = MAX_CPUID;
	xioctl(kvm, KVM_GET_SUPPORTED_CPUID, cpuid, "KVM_GET_SUPPORTED_CPUID");
	xioctl(vcpu, KVM_SET_CPUID2, cpuid, "KVM_SET_CPUID2");
	free(cpuid);
}

static void create(struct vcpu *vcpu)
{
	struct kvm_userspace_memory_region region = { .memory_size = GUEST_MEM_SIZE };
	int kvm, vm, size;

	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		err(1, "/dev/kvm");
	vm = xioctl(kvm, KVM_CREATE_VM, NULL, "KVM_CREATE_VM");

	vcpu->mem = mmap(NULL, GUEST_MEM_SIZE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (vcpu->mem == MAP_FAILED)
		err(1, "mmap of guest memory");
	make_memory(vcpu->mem, vcpu->load);
	region.userspace_addr = (uintptr_t)vcpu->mem;
	xioctl(vm, KVM_SET_USER_MEMORY_REGION, &region, "KVM_SET_USER_MEMORY_REGION");

	vcpu->fd = xioctl(vm, KVM_CREATE_VCPU, NULL, "KVM_CREATE_VCPU");
	size = xioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, NULL, "KVM_GET_VCPU_MMAP_SIZE");
	vcpu->run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (vcpu->run == MAP_FAILED)
		err(1, "mmap of kvm_run");
	set_cpuid(kvm, vcpu->fd);
	set_registers(vcpu->fd);
}

/*
 * Run the guest until it says that it has come to its end, or immediate_exit is
 * set and a signal comes.
 */
static void run(struct vcpu *vcpu)
{
	for (;;) {
		if (ioctl(vcpu->fd, KVM_RUN, NULL) < 0) {
			if (errno == EINTR && vcpu->run->immediate_exit)
				return;
			if (errno == EINTR)
				continue;
			err(1, "KVM_RUN");
		}
		if (vcpu->run->exit_reason == KVM_EXIT_IO &&
		    vcpu->run->io.port == GUEST_END_PORT)
			return;
		if (vcpu->run->exit_reason != KVM_EXIT_IO ||
		    vcpu->run->io.port != GUEST_PORT)
			errx(1, "guest of VM %d: unexpected exit %u", vcpu->index,
			     vcpu->run->exit_reason);
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
static struct vcpu *here;

/* SIGUSR2: out of KVM_RUN. */
static void kick(int signo)
{
	(void)signo;
	if (here)
		here->run->immediate_exit = 1;
}

static void stop(struct vcpu *vcpus, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		vcpus[i].run->immediate_exit = 1;
		pthread_kill(vcpus[i].thread, SIGUSR2);
		pthread_join(vcpus[i].thread, NULL);
	}
}

void vmm_run_here(const struct vmm_load *load, long ms)
{
	struct itimerspec in = { .it_value = { ms / 1000, ms % 1000 * 1000000 } };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2 };
	struct sigaction action = { .sa_handler = kick };
	struct vcpu vcpu = { .load = load };
	timer_t timer;

	create(&vcpu);
	here = &vcpu;
	sigaction(SIGUSR2, &action, NULL);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &in, NULL))
		err(1, "timer");
	run(&vcpu);
	timer_delete(timer);
	here = NULL;
}

void vmm_probe(enum vmm_probe kind, unsigned int *ticks, int count)
{
	static const struct vmm_load no_load;
	struct vcpu vcpu = { .load = &no_load };

	if (count < 1 || count > GUEST_MAX_SAMPLES)
		errx(1, "%d probes", count);
	create(&vcpu);
	put64(vcpu.mem, GUEST_PARAMS + PARAM_PROBES, count);
	put64(vcpu.mem, GUEST_PARAMS + PARAM_FLAGS,
	      kind == VMM_PROBE_CPUID ? GUEST_PROBE_CPUID : GUEST_PROBE_OUT);
	run(&vcpu);
	memcpy(ticks, vcpu.mem + GUEST_SAMPLES, count * sizeof(*ticks));
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

	/* SIGUSR2 gets a vCPU out of the kernel; the others are waited for. */
	sigaction(SIGUSR2, &action, NULL);
	sigemptyset(&wait_for);
	sigaddset(&wait_for, SIGUSR1);
	sigaddset(&wait_for, SIGTERM);
	sigprocmask(SIG_BLOCK, &wait_for, NULL);

	for (i = 0; i < count; i++) {
		vcpus[i].load = &loads[i];
		vcpus[i].index = i;
		create(&vcpus[i]);
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
