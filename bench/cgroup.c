// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"

void cgroup_mount(void)
{
	static int mounted;

	if (mounted++)
		return;
	mkdir(CGROUP_ROOT, 0755);
	if (mount("cgroup2", CGROUP_ROOT, "cgroup2", 0, NULL) && errno != EBUSY)
		err(1, "mount " CGROUP_ROOT);
}

const char *cgroup_make(int depth)
{
	static char path[256] = CGROUP_ROOT;
	int i;

	cgroup_mount();
	path[strlen(CGROUP_ROOT)] = 0;
	for (i = 1; i <= depth; i++) {
		sprintf(path + strlen(path), "/%d", i);
		if (mkdir(path, 0755) && errno != EEXIST)
			err(1, "%s", path);
	}
	return path;
}

void cgroup_enter(int depth)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup_make(depth));
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		err(1, "%s", path);
	close(fd);
}
