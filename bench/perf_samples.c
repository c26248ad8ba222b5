// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "perf_samples.h"

#define PAGE	4096UL
/* Samples of 8 bytes: a second of 16 kHz. */
#define PAGES	32UL

void perf_samples_open(struct perf_samples *samples, pid_t tid, unsigned long period_ns)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK, .sample_period = period_ns,
	};

	memset(samples, 0, sizeof(*samples));
	samples->fd = syscall(SYS_perf_event_open, &attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (samples->fd < 0)
		err(1, "perf_event_open");
	samples->ring = mmap(NULL, (1 + PAGES) * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			     samples->fd, 0);
	if (samples->ring == MAP_FAILED)
		err(1, "mmap of the ring buffer");
}

static void count(struct perf_samples *samples, const struct perf_event_header *header)
{
	if (header->type == PERF_RECORD_LOST)
		samples->lost += ((const unsigned long long *)(header + 1))[1];
	if (header->type != PERF_RECORD_SAMPLE)
		return;
	switch (header->misc & PERF_RECORD_MISC_CPUMODE_MASK) {
	case PERF_RECORD_MISC_GUEST_USER:
		samples->user++;
		break;
	case PERF_RECORD_MISC_GUEST_KERNEL:
		samples->system++;
		break;
	default:
		samples->host++;
	}
}

/* Each record's length is a multiple of 8 bytes: no header is split at the ring's end. */
void perf_samples_read(struct perf_samples *samples)
{
	struct perf_event_mmap_page *page = samples->ring;
	unsigned long long head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	unsigned long long tail = page->data_tail;
	const char *data = (const char *)samples->ring + PAGE;

	while (tail < head) {
		const struct perf_event_header *header;

		header = (const void *)(data + tail % (PAGES * PAGE));
		count(samples, header);
		tail += header->size;
	}
	__atomic_store_n(&page->data_tail, tail, __ATOMIC_RELEASE);
}

void perf_samples_close(struct perf_samples *samples)
{
	munmap(samples->ring, (1 + PAGES) * PAGE);
	close(samples->fd);
}
