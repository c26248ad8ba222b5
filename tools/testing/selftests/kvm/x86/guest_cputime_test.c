// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring: a guest of which three loops in four run in ring 3.
 *
 * The kernel must leave the guest time unclassified while collection is off, and split
 * it 3 to 1 while collection is on.  The split must never exceed the guest time.  The time
 * of a guest with encrypted registers (SEV-ES) must stay unclassified.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kvm_util.h"
#include "processor.h"
#include "sev.h"
#include "test_util.h"

#define SYSCTL		"/proc/sys/kernel/collect_guest_utilization"
#define LOOP		1000000
#define PTE_USER_MASK	BIT_ULL(2)

/* At CONFIG_HZ=100 these are 400 samples, with a standard error of 2.2 points. */
#define GUEST_SECONDS	4
#define TOLERANCE	10

/* Fields 43, 53 and 54 of /proc/self/stat, in clock ticks. */
struct times {
	long long guest;
	long long user;
	long long system;
};

static void guest_code(void)
{
	for (;;)
		asm volatile("mov %0, %%ecx; 1: dec %%ecx; jnz 1b; out %%al, $0x80"
			     : : "i" (LOOP) : "ecx", "cc");
}

static struct times read_times(void)
{
	long long fields[57] = { };
	char buf[1024], *word;
	struct times times;
	int fd, i = 3;
	ssize_t len;

	fd = open("/proc/self/stat", O_RDONLY);
	TEST_ASSERT(fd >= 0, "open /proc/self/stat");
	len = read(fd, buf, sizeof(buf) - 1);
	TEST_ASSERT(len > 0, "read /proc/self/stat");
	close(fd);
	buf[len] = '\0';
	word = strtok(strrchr(buf, ')') + 1, " ");
	for (; word && i < 57; word = strtok(NULL, " "))
		fields[i++] = atoll(word);
	times = (struct times) { fields[43], fields[53], fields[54] };
	TEST_ASSERT(times.user + times.system <= times.guest,
		    "guest user %lld and guest system %lld exceed guest time %lld",
		    times.user, times.system, times.guest);
	return times;
}

static int read_switch(void)
{
	int value = -1;
	FILE *file;

	file = fopen(SYSCTL, "r");
	if (!file)
		return -1;
	TEST_ASSERT(fscanf(file, "%d", &value) == 1, "read " SYSCTL);
	fclose(file);
	return value;
}

/* The old value of the switch, restored at exit. */
static int old_switch;

static bool write_switch(int value)
{
	FILE *file;
	bool ok;

	file = fopen(SYSCTL, "w");
	if (!file)
		return false;
	ok = fprintf(file, "%d\n", value) > 0;
	return !fclose(file) && ok;
}

static void restore_switch(void)
{
	write_switch(old_switch);
}

/* Let ring 3 use all that is mapped. */
static void map_for_user(struct kvm_vm *vm, uint64_t table, int level)
{
	uint64_t *pte = addr_gpa2hva(vm, table);
	int i;

	for (i = 0; i < 512; i++) {
		if (!(pte[i] & PTE_PRESENT_MASK))
			continue;
		pte[i] |= PTE_USER_MASK;
		if (level > 1 && !(pte[i] & PTE_LARGE_MASK))
			map_for_user(vm, PTE_GET_PA(pte[i]), level - 1);
	}
}

static void set_ring(struct kvm_vcpu *vcpu, int ring)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs;

	vcpu_sregs_get(vcpu, &sregs);
	sregs.cs.dpl = ring;
	sregs.ss.dpl = ring;
	sregs.cs.selector = (sregs.cs.selector & ~3) | ring;
	sregs.ss.selector = (sregs.ss.selector & ~3) | ring;
	vcpu_sregs_set(vcpu, &sregs);
	/* IOPL 3: ring 3 may exit by port I/O. IF: else the host's ticks do not exit in Bochs. */
	vcpu_regs_get(vcpu, &regs);
	regs.rflags |= 0x3200;
	vcpu_regs_set(vcpu, &regs);
}

/* Run the guest for GUEST_SECONDS, and return how much the times grew. */
static struct times run_rings(struct kvm_vcpu *vcpu)
{
	const long long due = GUEST_SECONDS * sysconf(_SC_CLK_TCK);
	struct times from = read_times(), to;
	int i = 0;

	do {
		set_ring(vcpu, ++i % 4 ? 3 : 0);
		vcpu_run(vcpu);
		TEST_ASSERT_KVM_EXIT_REASON(vcpu, KVM_EXIT_IO);
		to = read_times();
	} while (to.guest - from.guest < due || i % 4);

	return (struct times) {
		to.guest - from.guest, to.user - from.user, to.system - from.system,
	};
}

/* Long enough for some ticks; there is no other exit than the last. */
#define HIDDEN_LOOPS	4000000000UL

static void hidden_guest_code(void)
{
	unsigned long loops = HIDDEN_LOOPS;

	asm volatile("1: dec %0; jnz 1b" : "+r" (loops) : : "cc");
	wrmsr(MSR_AMD64_SEV_ES_GHCB, GHCB_MSR_TERM_REQ);
	asm volatile("rep; vmmcall");
}

static void test_hidden_guest(void)
{
	struct times from, to;
	struct kvm_vcpu *vcpu;
	struct kvm_vm *vm;

	if (!kvm_cpu_has(X86_FEATURE_SEV_ES) || access("/dev/sev", R_OK)) {
		print_skip("hidden: KVM has no SEV-ES here");
		return;
	}
	vm = vm_sev_create_with_one_vcpu(KVM_X86_SEV_ES_VM, hidden_guest_code, &vcpu);
	vm_sev_launch(vm, SEV_POLICY_ES, NULL);
	from = read_times();
	vcpu_run(vcpu);
	TEST_ASSERT_KVM_EXIT_REASON(vcpu, KVM_EXIT_SYSTEM_EVENT);
	to = read_times();
	pr_info("hidden: %lld ticks of guest time\n", to.guest - from.guest);
	TEST_ASSERT(to.guest > from.guest, "no guest time");
	TEST_ASSERT(to.user == from.user && to.system == from.system,
		    "guest time is split though the registers are encrypted");
	kvm_vm_free(vm);
}

int main(int argc, char *argv[])
{
	struct kvm_vcpu *vcpu;
	struct times times;
	struct kvm_vm *vm;
	double share;

	old_switch = read_switch();
	__TEST_REQUIRE(old_switch >= 0, "this kernel has no CONFIG_GUEST_CPUTIME");
	vm = vm_create_with_one_vcpu(&vcpu, guest_code);
	map_for_user(vm, vm->pgd, vm->pgtable_levels);

	__TEST_REQUIRE(write_switch(0), "root is needed to write " SYSCTL);
	atexit(restore_switch);

	times = run_rings(vcpu);
	pr_info("off: %lld ticks of guest time, %lld guest user, %lld guest system\n",
		times.guest, times.user, times.system);
	TEST_ASSERT(!times.user && !times.system, "guest time is split while off");

	/* As 1, and on a CPU without a tick, too. */
	TEST_ASSERT(write_switch(2), "write " SYSCTL);
	times = run_rings(vcpu);
	pr_info("on: %lld ticks of guest time, %lld guest user, %lld guest system\n",
		times.guest, times.user, times.system);
	TEST_ASSERT(times.user + times.system >= times.guest / 2,
		    "most of the guest time is unclassified while on");
	share = 100.0 * times.user / (times.user + times.system);
	TEST_ASSERT(share > 75 - TOLERANCE && share < 75 + TOLERANCE,
		    "guest user is %.1f %%, 75 expected", share);
	kvm_vm_free(vm);

	test_hidden_guest();
	return 0;
}
