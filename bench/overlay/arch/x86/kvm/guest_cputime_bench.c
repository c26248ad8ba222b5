// SPDX-License-Identifier: GPL-2.0-only
/*
 * For "make bench" alone.
 *
 * The rival is the estimator that comes to mind first: at each VM exit read the
 * CPL, and charge the time since VM entry to it.  Beside it are counts that tell
 * what the guest time split does, and which of its samples came when.
 *
 * All of it is in /proc/guest_cputime_bench: a line for each number, the sum of
 * all CPUs.  Written to that: "rival=1", "samples=1", "reset", "passed_over=0".
 */

#include <linux/bitops.h>
#include <linux/kvm_host.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <trace/events/guest_cputime.h>

#include "guest_cputime_bench.h"

DEFINE_PER_CPU(struct guest_cputime_bench, guest_cputime_bench);
EXPORT_PER_CPU_SYMBOL_GPL(guest_cputime_bench);
DEFINE_STATIC_KEY_FALSE(guest_cputime_bench_rival);
u8 guest_cputime_bench_skip_max = 8;

/* noinline: it stands for a function of the core, called from the module. */
noinline void __guest_cputime_bench_exit(struct kvm_vcpu *vcpu)
{
	u64 ran = rdtsc() - this_cpu_read(guest_cputime_bench.entered);

	this_cpu_write(guest_cputime_bench.ran, ran);
	this_cpu_add(guest_cputime_bench.rival[!kvm_x86_call(get_cpl)(vcpu)], ran);
}

static unsigned int bin_of(u64 ticks)
{
	unsigned int bits = fls64(ticks);

	if (bits < 3)
		return ticks;
	return 4 * (bits - 2) + ((ticks >> (bits - 3)) & 3);
}

static u64 bin_start(unsigned int bin)
{
	return bin < 4 ? bin : (u64)(4 + bin % 4) << (bin / 4 - 1);
}

static void probe_charge(void *data, struct task_struct *p, enum guest_cputime_ring ring, u64 ns)
{
	struct guest_cputime_bench *bench = this_cpu_ptr(&guest_cputime_bench);
	int side = ring != GUEST_CPUTIME_USER;

	bench->samples[side]++;
	bench->age[side][bin_of(bench->ran)]++;
}

static u64 sum(size_t offset)
{
	u64 total = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		total += *(u64 *)((char *)per_cpu_ptr(&guest_cputime_bench, cpu) + offset);
	return total;
}

#define SUM(field)	sum(offsetof(struct guest_cputime_bench, field))

static void show_pair(struct seq_file *m, const char *name, size_t offset)
{
	seq_printf(m, "%s_user %llu\n%s_system %llu\n", name, sum(offset), name,
		   sum(offset + sizeof(u64)));
}

#define SHOW_PAIR(m, field) \
	show_pair(m, #field, offsetof(struct guest_cputime_bench, field))

static int bench_show(struct seq_file *m, void *v)
{
	unsigned int side, bin;

	seq_printf(m, "exits %llu\n", SUM(exits));
	seq_printf(m, "reentries %llu\n", SUM(reentries));
	seq_printf(m, "cpl_reads %llu\n", SUM(cpl_reads));
	seq_printf(m, "vmreads %llu\n", SUM(vmreads));
	SHOW_PAIR(m, rival);
	SHOW_PAIR(m, samples);
	for (side = 0; side < 2; side++) {
		for (bin = 0; bin < GUEST_CPUTIME_BENCH_BINS; bin++) {
			u64 count = SUM(age[side][bin]);

			if (count)
				seq_printf(m, "age_%s_%llu %llu\n", side ? "system" : "user",
					   bin_start(bin), count);
		}
	}
	return 0;
}

static void bench_reset(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(&guest_cputime_bench, cpu), 0,
		       sizeof(struct guest_cputime_bench));
}

static int bench_command(const char *command)
{
	static bool samples;

	if (!strcmp(command, "rival=1"))
		static_branch_enable(&guest_cputime_bench_rival);
	else if (!strcmp(command, "samples=1") && !samples)
		samples = !register_trace_guest_cputime_charge(probe_charge, NULL);
	else if (!strcmp(command, "reset"))
		bench_reset();
	else if (!strcmp(command, "passed_over=0"))
		guest_cputime_bench_skip_max = 0;
	else if (strcmp(command, "samples=1"))
		return -EINVAL;
	return 0;
}

static ssize_t bench_write(struct file *file, const char __user *from, size_t len, loff_t *pos)
{
	static DEFINE_MUTEX(lock);
	char command[16];
	int error;

	if (len >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, from, len))
		return -EFAULT;
	command[len] = 0;
	mutex_lock(&lock);
	error = bench_command(strim(command));
	mutex_unlock(&lock);
	return error ?: len;
}

static int bench_open(struct inode *inode, struct file *file)
{
	return single_open_size(file, bench_show, NULL, 65536);
}

static const struct proc_ops bench_ops = {
	.proc_open	= bench_open,
	.proc_read	= seq_read,
	.proc_lseek	= seq_lseek,
	.proc_release	= single_release,
	.proc_write	= bench_write,
};

static int __init bench_init(void)
{
	return proc_create("guest_cputime_bench", 0600, NULL, &bench_ops) ? 0 : -ENOMEM;
}
late_initcall(bench_init);
