// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "exits.h"
#include "trace_read.h"

#define KVM_EXIT	TRACEFS "events/kvm/kvm_exit/"

static void put(const char *path, const char *value)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(value, file) < 0 || fclose(file))
		err(1, "%s", path);
}

void exits_start(void)
{
	mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	/* Of interrupts.  Before the samples, so that each has its exit. */
	put(KVM_EXIT "filter", "ret == 0");
	put(KVM_EXIT "enable", "1");
	trace_start();
}

void exits_stop(void)
{
	trace_stop();
	put(KVM_EXIT "enable", "0");
}

/* KVM takes the tick after the guest's exit, and before the event of that exit. */
struct exit_samples exits_read(bool (*in_ring3)(unsigned long address),
			       bool (*resumes_at)(unsigned long address))
{
	FILE *trace = fopen(TRACEFS "trace", "r");
	struct exit_samples samples = { };
	bool charged = false, user = false;
	char line[256];
	long kept, written;

	while (trace && fgets(line, sizeof(line), trace)) {
		const char *charge = strstr(line, ": guest_cputime_charge: ");
		const char *pc = strstr(line, " PC: 0x");
		unsigned long address;

		if (sscanf(line, "# entries-in-buffer/entries-written: %ld/%ld", &kept,
			   &written) == 2 && kept != written)
			errx(1, "%ld of %ld events lost", written - kept, written);
		if (charge) {
			samples.alone += charged;
			charged = true;
			user = strstr(charge, "ring=user");
			samples.user += user;
			samples.system += !user;
		} else if (pc && charged) {
			address = strtoul(pc + strlen(" PC: "), NULL, 16);
			samples.wrong += user != in_ring3(address);
			samples.at_entry += resumes_at && resumes_at(address);
			charged = false;
		}
	}
	if (!trace || fclose(trace))
		err(1, TRACEFS "trace");
	samples.alone += charged;
	return samples;
}
