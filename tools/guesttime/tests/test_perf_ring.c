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

static void lost(struct ring *ring, uint64_t n)
{
	const uint64_t body[2] = { 7, n };

	record(ring, PERF_RECORD_LOST, 0, 24);
	put(ring, body, sizeof(body));
}

static struct perf_counts decode(const struct ring *ring, uint64_t tail)
{
	struct perf_counts counts = { 0 };

	perf_ring_decode(ring->data, SIZE, tail, ring->head, &counts);
	return counts;
}

static void counts_samples(void **state)
{
	/* The last one wraps: a header in two halves. */
	struct ring ring = { .head = 3 * SIZE - 96 };
	uint64_t tail = ring.head;
	struct perf_counts counts;

	(void)state;
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

static void skips_nonsense(void **state)
{
	struct ring ring = { .head = 0 };
	struct perf_counts counts;
	uint64_t head;

	(void)state;
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
		cmocka_unit_test(skips_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
