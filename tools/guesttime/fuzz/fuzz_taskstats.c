// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the netlink decoder. The first byte says what the kernel is. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "taskstats.h"

#define FAMILY	0x1b

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct taskstats_message msg;
	struct taskstats_kernel kernel;
	size_t used;

	if (!size)
		return 0;
	kernel.feature = *data & 1;
	kernel.is_6_1 = *data++ & 2;
	for (size--; size; data += used, size -= used) {
		if (taskstats_decode(data, size, FAMILY, &kernel, &msg, &used))
			break;
		if (!used || used > size)
			abort();
		if (strlen(msg.task.comm) > TASKSTATS_COMM_MAX)
			abort();
		if ((msg.has_task || msg.has_group) && msg.kind != TASKSTATS_STATS)
			abort();
	}
	return 0;
}
