// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the netlink decoder. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "taskstats.h"

#define FAMILY	0x1b

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct taskstats_message msg;
	size_t used;

	for (; size; data += used, size -= used) {
		if (taskstats_decode(data, size, FAMILY, true, &msg, &used))
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
