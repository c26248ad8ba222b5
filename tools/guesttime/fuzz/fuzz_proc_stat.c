// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the decoders of /proc/<pid>/stat, status and schedstat, and what comes after. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "proc_stat.h"
#include "proc_status.h"
#include "vcpu_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char out[ESCAPE_ROOM(PROC_STAT_COMM_MAX)];
	struct proc_stat st;
	uint64_t wait;
	uint32_t tgid;

	proc_status_tgid((const char *)data, size, &tgid);
	proc_status_has_split((const char *)data, size);
	if (size <= PROC_STAT_COMM_MAX) {
		memcpy(st.comm, data, size);
		st.comm[size] = '\0';
		vcpu_name_decode(st.comm, &tgid);
	}
	proc_schedstat_wait((const char *)data, size, &wait);
	if (proc_stat_decode((const char *)data, size, &st))
		return 0;
	if (strlen(st.comm) > PROC_STAT_COMM_MAX || (st.has_split && !st.has_gtime))
		abort();
	proc_stat_owner(&st, &tgid);
	escape_json(st.comm, out, sizeof(out));
	if (escape_terminal(st.comm, true, 20, out, sizeof(out)) > 20)
		abort();
	return 0;
}
