// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "file.h"
#include "trace_read.h"

void trace_start(void)
{
	mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	put_file(TRACEFS "buffer_size_kb", "4096");
	put_file(TRACEFS "trace", "");
	put_file(TRACE_EVENT "enable", "1");
}

void trace_stop(void)
{
	put_file(TRACE_EVENT "enable", "0");
}

void trace_check(const char *line)
{
	long kept, written;

	if (sscanf(line, "# entries-in-buffer/entries-written: %ld/%ld", &kept, &written) == 2 &&
	    kept != written)
		errx(1, "%ld of %ld events lost", written - kept, written);
}

struct charges read_trace(pid_t tid)
{
	FILE *trace = fopen(TRACEFS "trace", "r");
	struct charges charges = { };
	char line[256];

	while (trace && fgets(line, sizeof(line), trace)) {
		const char *event = strstr(line, ": guest_cputime_charge: ");
		unsigned long long ns;
		char ring[8];
		int pid;

		trace_check(line);
		if (!event)
			continue;
		if (sscanf(event, ": guest_cputime_charge: pid=%d ring=%7s ns=%llu",
			   &pid, ring, &ns) != 3)
			errx(1, "not in the format: %s", line);
		if (tid && pid != tid)
			continue;
		charges.count++;
		if (!strcmp(ring, "user"))
			charges.user += ns;
		else if (!strcmp(ring, "system"))
			charges.system += ns;
	}
	if (!trace || fclose(trace))
		err(1, TRACEFS "trace");
	return charges;
}
