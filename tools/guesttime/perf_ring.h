/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_PERF_RING_H
#define GUESTTIME_PERF_RING_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct perf_counts - samples by what they interrupted
 * @user:	a guest's user mode
 * @system:	a guest's kernel mode
 * @host:	no guest
 * @lost:	not known, since the buffer was full
 */
struct perf_counts {
	uint64_t user;
	uint64_t system;
	uint64_t host;
	uint64_t lost;
};

/**
 * perf_ring_decode - count the records of a perf ring buffer
 * @data:	the buffer
 * @size:	its size, a power of two
 * @tail:	position of the first record not read yet
 * @head:	position after the last record written
 * @counts:	added to
 *
 * Positions only ever grow. What follows a record that cannot be one is skipped: it
 * counts as one sample lost.
 */
void perf_ring_decode(const void *data, size_t size, uint64_t tail, uint64_t head,
		      struct perf_counts *counts);

#endif
