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
	struct perf_places *places;
};

#define VSYSCALL	0xffffffffff600000ull	/* a page of user mode in the upper half */
#define VSYSCALL_SIZE	4096

#define PLACE_SIZE	8	/* instructions around the heaviest one [bytes] */
#define USER_WEIGHT	64	/* of a sample in user mode, against one in kernel mode */

/* Of a sample with a register: header, address, the register's ABI, register. */
#define REGISTER	24

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

/*
 * KVM takes the interrupts of guests in one window of a few instructions.  Is this place in the
 * window?
 *
 * A new address replaces the lightest one and takes over its weight, so that a frequent address
 * stays.  Guests leave mostly from their kernel, so KVM's own samples are rarely in user mode.
 * With equal weights a loop of KVM's that waits for an idle guest could be the heaviest place.
 */
static bool is_window(struct perf_places *places, uint64_t address, bool user)
{
	size_t i, at = 0, top = 0;

	for (i = 1; i < PERF_PLACES && places->v[at].address != address; i++) {
		if (places->v[i].address == address || places->v[i].weight < places->v[at].weight)
			at = i;
	}
	places->v[at].address = address;
	places->v[at].weight += user ? USER_WEIGHT : 1;
	for (i = 1; i < PERF_PLACES; i++) {
		if (places->v[i].weight > places->v[top].weight)
			top = i;
	}
	return address - places->v[top].address + PLACE_SIZE <= 2 * PLACE_SIZE;
}

/* The host's program counter.  A record without registers is shorter. */
static bool read_place(const struct ring *ring, const struct perf_event_header *header,
		       uint64_t *place)
{
	return ring->places && header->size >= REGISTER + sizeof(*place) &&
	       copy(ring, REGISTER, place, sizeof(*place));
}

static void count_sample(const struct ring *ring, const struct perf_event_header *header,
			 struct perf_counts *counts)
{
	unsigned int mode = header->misc & PERF_RECORD_MISC_CPUMODE_MASK;
	bool user = mode == PERF_RECORD_MISC_GUEST_USER;
	uint64_t address, place;

	if ((!user && mode != PERF_RECORD_MISC_GUEST_KERNEL) ||
	    (read_place(ring, header, &place) && !is_window(ring->places, place, user))) {
		counts->host++;
		return;
	}
	if (header->size >= 16 && copy(ring, 8, &address, sizeof(address))) {
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
	uint64_t lost;

	switch (header->type) {
	case PERF_RECORD_SAMPLE:
		count_sample(ring, header, counts);
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
		      enum perf_ring_rule rule, struct perf_places *places,
		      struct perf_counts *counts)
{
	struct ring ring = {
		.data = data, .size = size, .tail = tail, .head = head, .rule = rule,
		.places = places,
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
