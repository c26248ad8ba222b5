// SPDX-License-Identifier: GPL-2.0-only
/* Decoder of perf's ring buffers. */
#include "perf_ring.h"

#include <stdio.h>
#include <string.h>

#include <linux/perf_event.h>

struct ring {
	const unsigned char *data;
	size_t size;
	uint64_t tail;
	uint64_t head;
	enum perf_ring_rule rule;
};

#define VSYSCALL	0xffffffffff600000ull	/* a page of user mode in the upper half */
#define VSYSCALL_SIZE	4096

static bool is_kernel_address(uint64_t address)
{
	return address >> 63 && address - VSYSCALL >= VSYSCALL_SIZE;
}

/* A record may wrap around the end of the buffer. */
static bool copy(const struct ring *ring, uint64_t off, void *out, size_t len)
{
	uint64_t pos = ring->tail + off;
	size_t at = (size_t)(pos & (ring->size - 1)), first = ring->size - at;

	if (pos > ring->head || len > ring->head - pos)
		return false;
	if (first > len)
		first = len;
	memcpy(out, ring->data + at, first);
	memcpy((unsigned char *)out + first, ring->data, len - first);
	return true;
}

static void count_sample(const struct ring *ring, uint16_t misc, bool has_address, uint64_t address,
			 struct perf_counts *counts)
{
	unsigned int mode = misc & PERF_RECORD_MISC_CPUMODE_MASK;
	bool user = mode == PERF_RECORD_MISC_GUEST_USER;

	if (!user && mode != PERF_RECORD_MISC_GUEST_KERNEL) {
		counts->host++;
		return;
	}
	if (has_address) {
		counts->doubtful += user && is_kernel_address(address);
		if (ring->rule == PERF_RING_ADDRESS)
			user = !is_kernel_address(address);
	}
	if (user)
		counts->user++;
	else
		counts->system++;
}

static bool count_record(const struct ring *ring, const struct perf_event_header *header,
			 struct perf_counts *counts)
{
	uint64_t lost, address = 0;
	bool has_address;

	switch (header->type) {
	case PERF_RECORD_SAMPLE:
		has_address = header->size >= 16 && copy(ring, 8, &address, sizeof(address));
		count_sample(ring, header->misc, has_address, address, counts);
		return true;
	case PERF_RECORD_LOST:		/* u64 id, u64 lost */
		if (header->size < 24 || !copy(ring, 16, &lost, sizeof(lost)))
			return false;
		counts->lost += lost;
		return true;
	default:			/* throttling, and what is still to be invented */
		return true;
	}
}

void perf_ring_decode(const void *data, size_t size, uint64_t tail, uint64_t head,
		      enum perf_ring_rule rule, struct perf_counts *counts)
{
	struct ring ring = {
		.data = data, .size = size, .tail = tail, .head = head, .rule = rule,
	};
	struct perf_event_header header;

	if (head - tail > size) {
		counts->lost++;
		return;
	}
	while (ring.tail != head) {
		if (!copy(&ring, 0, &header, sizeof(header)) || header.size < sizeof(header) ||
		    header.size > head - ring.tail || !count_record(&ring, &header, counts)) {
			counts->lost++;
			return;
		}
		ring.tail += header.size;
	}
}

bool perf_ring_is_stale(const char *release)
{
	unsigned int major, minor;

	if (sscanf(release, "%u.%u", &major, &minor) != 2)
		return false;
	return (major == 5 && minor >= 17) || (major == 6 && minor < 7);
}
