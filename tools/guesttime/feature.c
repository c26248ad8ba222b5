// SPDX-License-Identifier: GPL-2.0-only
/* Does this kernel split guest time, and is it told to? */
#include "feature.h"

#include <errno.h>
#include <stddef.h>

#include "proc_status.h"
#include "read_file.h"

#define SYSCTL_PATH	"sys/kernel/collect_guest_utilization"

#define STATUS_MAX	(16 * 1024)

static enum feature_state read_state(int procfd)
{
	ssize_t n;
	char c;

	n = read_file(procfd, SYSCTL_PATH, &c, 1);
	if (n == -ENOENT)
		return FEATURE_ABSENT;
	if (n != 1)
		return FEATURE_UNREADABLE;
	switch (c) {
	case '0':
		return FEATURE_OFF;
	case '1':
	case '2':
		return FEATURE_ON;
	}
	return FEATURE_UNREADABLE;
}

struct feature feature_read(int procfd)
{
	static char status[STATUS_MAX];
	ssize_t n = read_file(procfd, "self/status", status, sizeof(status));

	return (struct feature){
		.split = n > 0 && proc_status_has_split(status, (size_t)n),
		.state = read_state(procfd),
	};
}

const char *feature_advice(const struct feature *feature)
{
	if (!feature->split)
		return "this kernel does not split guest time, so guest user and guest system "
		       "are not known ('-') without sampling: guesttime -i 5; "
		       "see guesttime status";
	switch (feature->state) {
	case FEATURE_ON:
		return NULL;
	case FEATURE_OFF:
		return "collection is off, so guest time that passes now stays unclassified; "
		       "turn it on with: sysctl kernel.collect_guest_utilization=1";
	default:
		return "cannot read the sysctl kernel.collect_guest_utilization, so whether "
		       "collection is on is not known; mount /proc without subset=pid";
	}
}
