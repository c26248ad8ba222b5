// SPDX-License-Identifier: GPL-2.0-only
/*
 * How near the split comes to the truth, and perf's samples of the same guests: for
 * each workload a line
 *
 *	share workload=NAME mode=MODE truth=PERCENT user=PERCENT error=POINTS
 *	      interval=POINTS samples=N classified=PERCENT
 *
 * interval is 1.96 standard errors. Unlike accuracy.c this needs nothing of the kernel
 * beside the feature.
 *
 * Environment, from the kernel's command line: mode=tick; vtime2, vCPUs run on CPU 1, which
 * has no tick, with the sysctl at 2; or perf, cpu-clock samples of the vCPU's thread at 1 kHz.
 * only=PATTERN: some of the workloads. samples=N: how many (10000).
 */
#define _GNU_SOURCE
#include <err.h>
#include <fnmatch.h>
#include <linux/perf_event.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../kernel/collect.h"
#include "../kernel/proc_read.h"
#include "../kernel/vm.h"

static const struct workload {
	const char *name;
	struct vmm_load load;
	int nice;
} workloads[] = {
	{ "4m-u75", { .user_insns = 3000000, .system_insns = 1000000 }, 0 },
	{ "40k-u75", { .user_insns = 30000, .system_insns = 10000 }, 0 },
	{ "40k-u75-exit0", { .user_insns = 30000, .system_insns = 10000, .exit_ring0 = true }, 0 },
	{ "40k-u75-exit3", { .user_insns = 30000, .system_insns = 10000, .exit_ring3 = true }, 0 },
	{ "40k-u25-exit0", { .user_insns = 10000, .system_insns = 30000, .exit_ring0 = true }, 0 },
	{ "40k-u75-exit0-nice",
	  { .user_insns = 30000, .system_insns = 10000, .exit_ring0 = true }, 10 },
	{ "40k-u75-timer", { .user_insns = 30000, .system_insns = 10000, .timer_ns = 371000 }, 0 },
	/* All that is found at EL1 beyond the truth came while the host entered the guest. */
	{ "40k-u100-exit0", { .user_insns = 40000, .exit_ring0 = true }, 0 },
	{ "4k-u75-exit0", { .user_insns = 3000, .system_insns = 1000, .exit_ring0 = true }, 0 },
};

#define RING_PAGES	16

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "CPU %d", cpu);
}

/**
 * struct perf - samples of a thread
 * @fd:   the event
 * @page: its ring buffer
 * @count: samples of guest user and of guest system
 */
struct perf {
	int fd;
	struct perf_event_mmap_page *page;
	long long count[2];
};

static void perf_start(struct perf *perf, pid_t tid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
		/* A prime number beside a tick's: not in step with it. */
		.sample_period = 999983,
	};

	perf->fd = syscall(SYS_perf_event_open, &attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (perf->fd < 0)
		err(1, "perf_event_open");
	perf->page = mmap(NULL, (RING_PAGES + 1) * sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE,
			  MAP_SHARED, perf->fd, 0);
	if (perf->page == MAP_FAILED)
		err(1, "mmap of perf's buffer");
}

static void perf_read(struct perf *perf)
{
	unsigned long size = RING_PAGES * sysconf(_SC_PAGESIZE);
	char *data = (char *)perf->page + sysconf(_SC_PAGESIZE);
	unsigned long long head = __atomic_load_n(&perf->page->data_head, __ATOMIC_ACQUIRE);
	unsigned long long tail = perf->page->data_tail;

	while (tail < head) {
		const struct perf_event_header *header = (void *)(data + tail % size);

		if (header->type == PERF_RECORD_LOST)
			errx(1, "perf lost samples");
		if (header->type == PERF_RECORD_SAMPLE) {
			switch (header->misc & PERF_RECORD_MISC_CPUMODE_MASK) {
			case PERF_RECORD_MISC_GUEST_USER:
				perf->count[0]++;
				break;
			case PERF_RECORD_MISC_GUEST_KERNEL:
				perf->count[1]++;
				break;
			}
		}
		tail += header->size;
	}
	__atomic_store_n(&perf->page->data_tail, tail, __ATOMIC_RELEASE);
}

static void perf_stop(struct perf *perf)
{
	munmap(perf->page, (RING_PAGES + 1) * sysconf(_SC_PAGESIZE));
	close(perf->fd);
}

static void measure(const struct workload *workload, const char *mode, long samples, int cpu)
{
	struct vmm_load load = workload->load;
	double share, truth, n, user, system;
	struct vmm_counts none = { };
	struct status_times times;
	struct perf perf = { };
	pid_t pid, tid;

	load.mem = vmm_memory();
	run_on(cpu);
	pid = vm_start(&load, 1);
	run_on(0);
	if (workload->nice) {
		while (read_threads(pid, VMM_VCPU_COMM, &tid, 1) < 1)
			usleep(10000);
		if (setpriority(PRIO_PROCESS, tid, workload->nice))
			err(1, "setpriority");
	}
	if (strcmp(mode, "perf")) {
		vm_wait_samples(pid, samples);
		kill(pid, SIGSTOP);
		usleep(20000);
		times = read_status(pid, 0);
		user = times.user / (double)TICK_US;
		system = times.system / (double)TICK_US;
	} else {
		while (read_threads(pid, VMM_VCPU_COMM, &tid, 1) < 1)
			usleep(10000);
		perf_start(&perf, tid);
		do {
			usleep(100000);
			perf_read(&perf);
		} while (perf.count[0] + perf.count[1] < samples);
		kill(pid, SIGSTOP);
		perf_stop(&perf);
		user = perf.count[0];
		system = perf.count[1];
	}
	n = user + system;
	truth = 100 * vmm_counts_user_share(&load, none, vmm_read_counts(&load));
	share = 100 * user / n;
	printf("share workload=%s mode=%s truth=%.2f user=%.2f error=%+.2f interval=%.2f samples=%.0f "
	       "classified=%.1f\n", workload->name, mode, truth, share, share - truth,
	       1.96 * sqrt(truth * (100 - truth) / n), n,
	       100 * n / ((read_stat(pid, 0).gtime + 1) * CLOCK_TICK_US / TICK_US));
	kill(pid, SIGCONT);
	vm_stop(pid);
	munmap(load.mem, 0x200000);
}

int main(void)
{
	const char *mode = getenv("mode") ?: "tick", *only = getenv("only") ?: "*";
	long samples = atol(getenv("samples") ?: "10000");
	int vtime = !strcmp(mode, "vtime2");

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (strcmp(mode, "perf"))
		collect_set(vtime ? 2 : 1);
	for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++) {
		if (!fnmatch(only, workloads[i].name, 0))
			measure(&workloads[i], mode, samples, vtime);
	}
	return 0;
}
