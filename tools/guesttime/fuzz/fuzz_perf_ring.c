// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the decoder of perf's ring buffers: the first bytes say where it begins and ends. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "perf_ring.h"

#define SIZE	512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *ring = malloc(SIZE);
	struct perf_counts counts = { 0 };
	struct perf_places places = { 0 };
	uint16_t tail, len;

	if (!ring)
		abort();
	memset(ring, 0, SIZE);
	if (size >= 4) {
		memcpy(&tail, data, 2);
		memcpy(&len, data + 2, 2);
		memcpy(ring, data + 4, size - 4 < SIZE ? size - 4 : SIZE);
		perf_ring_decode(ring, SIZE, tail, (uint64_t)tail + len % (2 * SIZE),
				 len & 1 ? PERF_RING_ADDRESS : PERF_RING_MODE,
				 len & 2 ? &places : NULL, &counts);
		if (counts.user + counts.system + counts.host > SIZE / 8 ||
		    counts.doubtful > counts.user + counts.system)
			abort();
	}
	free(ring);
	return 0;
}
