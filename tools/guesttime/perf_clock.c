// SPDX-License-Identifier: GPL-2.0-only
/* perf's task-clock event of a thread, and its ring buffer. */
#include "perf_clock.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/perf_event.h>

#define DATA_PAGES	1

/* See struct perf_places: the host's program counter is needed on arm64. */
#ifdef __aarch64__
#include <asm/perf_regs.h>
#define SAMPLE_REGS	(1ull << PERF_REG_ARM64_PC)
#else
#define SAMPLE_REGS	0
#endif

/* A header and the address, 256 a page of 4 KiB; with a register and its ABI, 128. */
#define SAMPLE_SIZE	(SAMPLE_REGS ? 32 : 16)

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/*
 * A guest's tick is most likely a multiple of 100 Hz. Samples in phase with it would
 * hit its handler always or never, so the period is off by a part in 97.
 */
static uint64_t period_ns(uint32_t rate)
{
	uint64_t ns = 1000000000ull / rate;

	return ns - ns / 97;
}

static int open_event(struct perf_event_attr *attr, pid_t tid)
{
	return (int)syscall(SYS_perf_event_open, attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

int perf_clock_open(pid_t tid, uint32_t rate, struct perf_clock *clock)
{
	struct perf_event_attr attr;
	int rc;

	memset(&attr, 0, sizeof(attr));
	attr.type = PERF_TYPE_SOFTWARE;
	attr.config = PERF_COUNT_SW_TASK_CLOCK;
	attr.size = sizeof(attr);
	attr.sample_period = period_ns(rate);
	attr.sample_type = PERF_SAMPLE_IP | (SAMPLE_REGS ? PERF_SAMPLE_REGS_INTR : 0);
	attr.sample_regs_intr = SAMPLE_REGS;
	/* Nobody is to be woken up: buffers are looked at in time. */
	attr.watermark = 1;
	attr.wakeup_watermark = (uint32_t)(DATA_PAGES * page_size());
	clock->ring = NULL;
	clock->fd = open_event(&attr, tid);
	if (clock->fd < 0 && errno == EPERM && SAMPLE_REGS) {
		/* A kernel that is locked down for confidentiality gives no registers. */
		attr.sample_type = PERF_SAMPLE_IP;
		attr.sample_regs_intr = 0;
		clock->fd = open_event(&attr, tid);
	}
	if (clock->fd < 0)
		return -errno;
	clock->ring = mmap(NULL, (1 + DATA_PAGES) * page_size(), PROT_READ | PROT_WRITE,
			   MAP_SHARED, clock->fd, 0);
	if (clock->ring != MAP_FAILED)
		return 0;
	rc = errno == EPERM ? -EDQUOT : -errno;
	close(clock->fd);
	clock->ring = NULL;
	clock->fd = -1;
	return rc;
}

double perf_clock_room(uint32_t rate)
{
	double samples = (double)(DATA_PAGES * page_size() / SAMPLE_SIZE);

	return samples * (double)period_ns(rate) / 1e9;
}

void perf_clock_read(struct perf_clock *clock, enum perf_ring_rule rule,
		     struct perf_places *places, struct perf_counts *counts)
{
	struct perf_event_mmap_page *page = clock->ring;
	uint64_t head, tail = page->data_tail;

	head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	if (head == tail)
		return;
	perf_ring_decode((char *)clock->ring + page_size(), DATA_PAGES * page_size(), tail, head,
			 rule, SAMPLE_REGS ? places : NULL, counts);
	__atomic_store_n(&page->data_tail, head, __ATOMIC_RELEASE);
}

void perf_clock_close(struct perf_clock *clock)
{
	if (clock->ring)
		munmap(clock->ring, (1 + DATA_PAGES) * page_size());
	if (clock->fd >= 0)
		close(clock->fd);
	*clock = (struct perf_clock){ .fd = -1 };
}
