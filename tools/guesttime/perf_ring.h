/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_PERF_RING_H
#define GUESTTIME_PERF_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct perf_counts - samples by what they interrupted
 * @user:	a guest's user mode
 * @system:	a guest's kernel mode
 * @host:	no guest
 * @lost:	not known, since the buffer was full
 * @doubtful:	in a guest's user mode, as the kernel says, at an address of a kernel
 */
struct perf_counts {
	uint64_t user;
	uint64_t system;
	uint64_t host;
	uint64_t lost;
	uint64_t doubtful;
};

/**
 * enum perf_ring_rule - how the ring of a guest is told
 * @PERF_RING_MODE:	by the mode that the kernel gives
 * @PERF_RING_ADDRESS:	by the address: kernels of 64-bit guests have the upper half
 */
enum perf_ring_rule {
	PERF_RING_MODE,
	PERF_RING_ADDRESS,
};

#define PERF_PLACES	16

/**
 * struct perf_places - where the host was when samples in a guest's modes were taken
 * @v:	the heaviest addresses.  A weight is a number of samples.  Those in user mode count
 *	more.
 *
 * An interrupt of a guest is taken at one place of KVM, which becomes the heaviest one.  On
 * arm64 perf has samples of the host's own work in KVM in the guest's modes, too.
 */
struct perf_places {
	struct {
		uint64_t address;
		uint64_t weight;
	} v[PERF_PLACES];
};

/**
 * perf_ring_decode - count the records of a perf ring buffer
 * @data:	the buffer
 * @size:	its size, a power of two
 * @tail:	position of the first record not read yet
 * @head:	position after the last record written
 * @rule:	how the ring is told of samples that have an address (PERF_SAMPLE_IP)
 * @places:	learns where the host was (PERF_SAMPLE_REGS_INTR of one register), and tells
 *		guests from KVM by it; NULL: all samples in a guest's modes are of the guest
 * @counts:	added to
 *
 * Positions only ever grow. Decoding ends at an impossible record: the rest counts as one
 * sample lost.
 */
void perf_ring_decode(const void *data, size_t size, uint64_t tail, uint64_t head,
		      enum perf_ring_rule rule, struct perf_places *places,
		      struct perf_counts *counts);

/**
 * perf_ring_is_stale - is the mode that this kernel gives an old one?
 * @release:	as uname(2) has it
 *
 * On x86, Linux 5.17 to 6.6 gives the ring of the vCPU's last preemption.
 */
bool perf_ring_is_stale(const char *release);

#endif
