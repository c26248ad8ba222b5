// SPDX-License-Identifier: GPL-2.0-only
/* Ring buffers as the kernel leaves them, and as it would not. */
#include "cmocka_all.h"

#include <string.h>

#include <linux/perf_event.h>

#include "perf_ring.h"

#define SIZE	256

struct ring {
	unsigned char data[SIZE];
	uint64_t head;
};

static void put(struct ring *ring, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len--)
		ring->data[ring->head++ % SIZE] = *p++;
}

static void record(struct ring *ring, uint32_t type, uint16_t misc, uint16_t size)
{
	const struct perf_event_header header = { .type = type, .misc = misc, .size = size };

	put(ring, &header, sizeof(header));
}

static void sample(struct ring *ring, uint16_t misc)
{
	record(ring, PERF_RECORD_SAMPLE, misc, 8);
}

static void sample_at(struct ring *ring, uint16_t misc, uint64_t address)
{
	record(ring, PERF_RECORD_SAMPLE, misc, 16);
	put(ring, &address, sizeof(address));
}

static void lost(struct ring *ring, uint64_t n)
{
	const uint64_t body[2] = { 7, n };

	record(ring, PERF_RECORD_LOST, 0, 24);
	put(ring, body, sizeof(body));
}

static struct perf_counts decode(const struct ring *ring, uint64_t tail)
{
	struct perf_counts counts = { 0 };

	perf_ring_decode(ring->data, SIZE, tail, ring->head, PERF_RING_MODE, NULL, &counts);
	return counts;
}

static void counts_samples(void **state)
{
	/* The last one wraps: a header in two halves. */
	struct ring ring = { .head = 3 * SIZE - 96 };
	uint64_t tail = ring.head;
	struct perf_counts counts;

	sample(&ring, PERF_RECORD_MISC_GUEST_USER);
	sample(&ring, PERF_RECORD_MISC_GUEST_USER | PERF_RECORD_MISC_EXACT_IP);
	sample(&ring, PERF_RECORD_MISC_GUEST_KERNEL);
	sample(&ring, PERF_RECORD_MISC_KERNEL);
	sample(&ring, PERF_RECORD_MISC_USER);
	sample(&ring, PERF_RECORD_MISC_HYPERVISOR);
	lost(&ring, 41);
	record(&ring, PERF_RECORD_THROTTLE, 0, 12);
	put(&ring, "1234", 4);
	sample(&ring, PERF_RECORD_MISC_GUEST_USER);
	assert_true(ring.head > 3 * SIZE - 8);
	sample(&ring, PERF_RECORD_MISC_GUEST_USER);
	counts = decode(&ring, tail);
	assert_int_equal(counts.user, 4);
	assert_int_equal(counts.system, 1);
	assert_int_equal(counts.host, 3);
	assert_int_equal(counts.lost, 41);
	counts = decode(&ring, ring.head);
	assert_int_equal(counts.user, 0);
}

/* Red: the address decides under PERF_RING_MODE, or does not under PERF_RING_ADDRESS. */
static void tells_rings_by_addresses(void **state)
{
	struct ring ring = { .head = SIZE - 8 };
	uint64_t tail = ring.head;
	struct perf_counts counts;

	sample_at(&ring, PERF_RECORD_MISC_GUEST_USER, 0x1000);
	sample_at(&ring, PERF_RECORD_MISC_GUEST_USER, 0x7fffffffffff);
	sample_at(&ring, PERF_RECORD_MISC_GUEST_USER, 0xffffffff81000000);
	sample_at(&ring, PERF_RECORD_MISC_GUEST_USER, 0xffff800000000000);
	sample_at(&ring, PERF_RECORD_MISC_GUEST_USER, 0xffffffffff600400);	/* vsyscall */
	sample_at(&ring, PERF_RECORD_MISC_GUEST_KERNEL, 0x400000);
	sample_at(&ring, PERF_RECORD_MISC_GUEST_KERNEL, 0xffffffff81000000);
	sample_at(&ring, PERF_RECORD_MISC_KERNEL, 0xffffffff81000000);
	sample_at(&ring, PERF_RECORD_MISC_USER, 0x400000);
	/* Without an address the mode decides. */
	sample(&ring, PERF_RECORD_MISC_GUEST_KERNEL);
	sample(&ring, PERF_RECORD_MISC_GUEST_KERNEL);

	counts = decode(&ring, tail);
	assert_int_equal(counts.user, 5);
	assert_int_equal(counts.system, 4);
	assert_int_equal(counts.host, 2);
	assert_int_equal(counts.doubtful, 2);

	memset(&counts, 0, sizeof(counts));
	perf_ring_decode(ring.data, SIZE, tail, ring.head, PERF_RING_ADDRESS, NULL, &counts);
	assert_int_equal(counts.user, 4);
	assert_int_equal(counts.system, 5);
	assert_int_equal(counts.host, 2);
	assert_int_equal(counts.lost, 0);
}

static void sample_in(struct ring *ring, uint16_t misc, uint64_t place)
{
	const uint64_t body[3] = { 0x400000, PERF_SAMPLE_REGS_ABI_64, place };

	record(ring, PERF_RECORD_SAMPLE, misc, 32);
	put(ring, body, sizeof(body));
}

/* As the kernel writes it where no registers are known. */
static void no_registers(struct ring *ring, uint16_t misc)
{
	const uint64_t body[2] = { 0x400000, PERF_SAMPLE_REGS_ABI_NONE };

	record(ring, PERF_RECORD_SAMPLE, misc, 24);
	put(ring, body, sizeof(body));
}

/*
 * Two of the samples of a round are at KVM's window for interrupts of guests, two beside it, and
 * eight where KVM waits for an idle guest; 40 other places come once each.  Red: the lightest
 * place is not the one that goes; the heaviest one is not asked; all places are the guest's; all
 * samples weigh the same.
 */
static void tells_guests_from_kvm(void **state)
{
	const uint64_t window = 0xffff800080050000, wait = 0xffff800080055000;
	const uint64_t other = 0xffff800080060000;
	struct perf_places places = { 0 };
	struct perf_counts counts = { 0 };
	struct ring ring;
	uint64_t i, j;

	for (i = 0; i < 40; i++) {
		ring.head = 0;
		for (j = 0; j < 8; j++)
			sample_in(&ring, PERF_RECORD_MISC_GUEST_KERNEL, wait);
		perf_ring_decode(ring.data, SIZE, 0, ring.head, PERF_RING_MODE, &places, &counts);
		ring.head = 0;
		no_registers(&ring, PERF_RECORD_MISC_GUEST_KERNEL);
		sample_in(&ring, PERF_RECORD_MISC_GUEST_KERNEL, other + 64 * i);
		sample_in(&ring, PERF_RECORD_MISC_GUEST_USER, window);
		sample_in(&ring, PERF_RECORD_MISC_GUEST_USER, window);
		sample_in(&ring, PERF_RECORD_MISC_GUEST_USER, window + 8);
		sample_in(&ring, PERF_RECORD_MISC_GUEST_USER, window - 8);
		sample_in(&ring, PERF_RECORD_MISC_GUEST_KERNEL, window + 12);
		sample_in(&ring, PERF_RECORD_MISC_KERNEL, window);
		perf_ring_decode(ring.data, SIZE, 0, ring.head, PERF_RING_MODE, &places, &counts);
	}
	/* The wait is the heaviest place until the first sample in user mode: eight samples. */
	assert_int_equal(counts.user, 40 * 4);
	assert_int_equal(counts.system, 40 + 8);
	assert_int_equal(counts.host, 40 * 11 - 8);
	assert_int_equal(counts.lost, 0);

	/* Without places all of them are the guest's. */
	memset(&counts, 0, sizeof(counts));
	perf_ring_decode(ring.data, SIZE, 0, ring.head, PERF_RING_MODE, NULL, &counts);
	assert_int_equal(counts.system, 3);
	assert_int_equal(counts.host, 1);
}

static void knows_stale_kernels(void **state)
{
	assert_false(perf_ring_is_stale("5.16.20"));
	assert_true(perf_ring_is_stale("5.17.0"));
	assert_true(perf_ring_is_stale("6.1.0-28-amd64"));
	assert_true(perf_ring_is_stale("6.6.63"));
	assert_false(perf_ring_is_stale("6.7.0"));
	assert_false(perf_ring_is_stale("6.12.117"));
	assert_false(perf_ring_is_stale("7.3.4"));
	assert_false(perf_ring_is_stale(""));
}

static void skips_nonsense(void **state)
{
	struct ring ring = { .head = 0 };
	struct perf_counts counts;
	uint64_t head;

	sample(&ring, PERF_RECORD_MISC_GUEST_USER);
	head = ring.head;
	record(&ring, PERF_RECORD_SAMPLE, 0, 0);	/* would never end */
	counts = decode(&ring, 0);
	assert_int_equal(counts.user, 1);
	assert_int_equal(counts.lost, 1);
	ring.head = head;
	record(&ring, PERF_RECORD_SAMPLE, 0, 16);	/* beyond what was written */
	counts = decode(&ring, 0);
	assert_int_equal(counts.lost, 1);
	ring.head = head;
	record(&ring, PERF_RECORD_LOST, 0, 8);		/* without its number */
	counts = decode(&ring, 0);
	assert_int_equal(counts.lost, 1);
	ring.head = 3;					/* half a header */
	counts = decode(&ring, 0);
	assert_int_equal(counts.lost, 1);
	ring.head = 5 * SIZE;				/* overwritten */
	counts = decode(&ring, 0);
	assert_int_equal(counts.lost, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_samples),
		cmocka_unit_test(tells_rings_by_addresses),
		cmocka_unit_test(tells_guests_from_kvm),
		cmocka_unit_test(knows_stale_kernels),
		cmocka_unit_test(skips_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
