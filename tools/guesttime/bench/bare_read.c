// SPDX-License-Identifier: GPL-2.0-only
/*
 * bare_read ROUNDS [PROC] : reads the files that "guesttime -t --all" reads, as fast as a loop
 * can, and ignores their contents.  The speed of guesttime is compared with this floor.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char entries[2][32 * 1024] __attribute__((aligned(8)));
static unsigned long files;

static void read_one(int dirfd, const char *path)
{
	char buf[2048];
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (read(fd, buf, sizeof(buf)) > 0)
		files++;
	close(fd);
}

static void walk(int dirfd, int depth)
{
	char path[64];
	ssize_t n, off;
	int fd;

	while ((n = getdents64(dirfd, entries[depth], sizeof(entries[depth]))) > 0) {
		for (off = 0; off < n;) {
			struct dirent64 *d = (struct dirent64 *)(entries[depth] + off);

			off += d->d_reclen;
			if (*d->d_name < '0' || *d->d_name > '9')
				continue;
			snprintf(path, sizeof(path), "%.10s/stat", d->d_name);
			read_one(dirfd, path);
			if (depth)
				continue;
			snprintf(path, sizeof(path), "%.10s/task", d->d_name);
			fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
			if (fd < 0)
				continue;
			walk(fd, 1);
			close(fd);
		}
	}
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1, fd;

	while (rounds--) {
		fd = open(argc > 2 ? argv[2] : "/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			return 1;
		walk(fd, 0);
		close(fd);
	}
	printf("%lu files\n", files);
	return 0;
}
