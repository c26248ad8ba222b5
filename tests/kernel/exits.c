// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

#include "exits.h"
#include "file.h"
#include "trace_read.h"

#define KVM_EXIT	TRACEFS "events/kvm/kvm_exit/"

void exits_start(void)
{
	mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	/* Trace exits by interrupts first, so that each sample has its exit in the trace. */
	put_file(KVM_EXIT "filter", "ret == 0");
	put_file(KVM_EXIT "enable", "1");
	trace_start();
}

void exits_stop(void)
{
	trace_stop();
	put_file(KVM_EXIT "enable", "0");
}

/* KVM takes the tick after the guest's exit, and before the event of that exit. */
struct exit_samples exits_read(bool (*in_ring3)(unsigned long address),
			       bool (*resumes_at)(unsigned long address))
{
	FILE *trace = fopen(TRACEFS "trace", "r");
	struct exit_samples samples = { };
	bool charged = false, user = false;
	char line[256];

	while (trace && fgets(line, sizeof(line), trace)) {
		const char *charge = strstr(line, ": guest_cputime_charge: ");
		const char *pc = strstr(line, " PC: 0x");
		unsigned long address;

		trace_check(line);
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
