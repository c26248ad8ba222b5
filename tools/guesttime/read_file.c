// SPDX-License-Identifier: GPL-2.0-only
/* Small files. */
#include "read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

ssize_t read_file(int dirfd, const char *path, char *buf, size_t size)
{
	ssize_t n;
	int fd;

	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, buf, size);
	if (n < 0)
		n = -errno;
	close(fd);
	return n;
}
