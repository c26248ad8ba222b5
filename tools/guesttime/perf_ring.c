// SPDX-License-Identifier: GPL-2.0-only
/* Decoder of perf's ring buffers. */
#include "perf_ring.h"

#include <stdbool.h>
#include <string.h>

#include <linux/perf_event.h>

struct ring {
	const unsigned char *data;
	size_t size;
	uint64_t tail;
	uint64_t head;
};

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

static void count_sample(uint16_t misc, struct perf_counts *counts)
{
	switch (misc & PERF_RECORD_MISC_CPUMODE_MASK) {
	case PERF_RECORD_MISC_GUEST_USER:
		counts->user++;
		break;
	case PERF_RECORD_MISC_GUEST_KERNEL:
		counts->system++;
		break;
	default:
		counts->host++;
	}
}

static bool count_record(const struct ring *ring, const struct perf_event_header *header,
			 struct perf_counts *counts)
{
	uint64_t lost;

	switch (header->type) {
	case PERF_RECORD_SAMPLE:
		count_sample(header->misc, counts);
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
		      struct perf_counts *counts)
{
	struct ring ring = { .data = data, .size = size, .tail = tail, .head = head };
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
