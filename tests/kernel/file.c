// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

int write_file(const char *path, const char *text)
{
	ssize_t len = strlen(text), written;
	int fd, ret = 0;

	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return errno;
	written = write(fd, text, len);
	if (written < 0)
		ret = errno;
	else if (written != len)
		errx(1, "%s: short write", path);
	close(fd);
	return ret;
}

void put_file(const char *path, const char *text)
{
	errno = write_file(path, text);
	if (errno)
		err(1, "%s: %s", path, text);
}

int number_in(const char *path)
{
	FILE *file = fopen(path, "re");
	int number;

	if (!file || fscanf(file, "%d", &number) != 1)
		err(1, "%s", path);
	fclose(file);
	return number;
}
