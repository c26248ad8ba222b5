// SPDX-License-Identifier: GPL-2.0-only
/* Does this kernel split guest time, and is it told to? */
#include "feature.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#define SYSCTL_PATH	"sys/kernel/collect_guest_utilization"

enum feature_state feature_read(int procfd)
{
	ssize_t n;
	char c;
	int fd;

	fd = openat(procfd, SYSCTL_PATH, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? FEATURE_ABSENT : FEATURE_UNREADABLE;
	n = read(fd, &c, 1);
	close(fd);
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

const char *feature_advice(enum feature_state state, bool split_seen)
{
	switch (state) {
	case FEATURE_ON:
		return NULL;
	case FEATURE_OFF:
		return "collection is off, so guest time that passes now stays unclassified; "
		       "turn it on with: sysctl kernel.collect_guest_utilization=1";
	case FEATURE_ABSENT:
		if (!split_seen)
			return "this kernel does not split guest time, so guest user and guest "
			       "system are not known ('-'); boot one built with "
			       "CONFIG_GUEST_CPUTIME=y";
		break;
	case FEATURE_UNREADABLE:
		break;
	}
	return "cannot read the sysctl kernel.collect_guest_utilization, so whether collection "
	       "is on is not known; mount /proc without subset=pid";
}
