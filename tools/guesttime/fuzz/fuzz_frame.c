// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes recordings: their index, and the lines of a frame; and /proc/stat. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host_cpu.h"
#include "record.h"
#include "record_index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vm_identities ids = { 0 };
	struct record_index index = { 0 };
	struct frame frame = { 0 };
	struct host_cpu cpu;
	char *text = malloc(size + 1);
	size_t i;

	if (!text)
		abort();
	memcpy(text, data, size);
	host_cpu_decode(text, size, &cpu);
	if (!record_index(data, size, &index) && index.end > size)
		abort();
	record_index_free(&index);
	if (!frame_decode(text, size, &frame, &ids)) {
		for (i = 0; i < frame.vms.n; i++) {
			if (!frame.vms.v[i].id || !frame.vms.v[i].vm)
				abort();
		}
		if (!frame.hostname || !frame.source || ids.n != frame.vms.n + frame.threads.n)
			abort();
	}
	rows_free(&frame.vms);
	rows_free(&frame.threads);
	free(ids.v);
	free(text);
	return 0;
}
