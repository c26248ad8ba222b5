// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect.h"

int collect_write(const char *value)
{
	size_t len = strlen(value);
	ssize_t written;
	int fd, ret = 0;

	fd = open(COLLECT_PATH, O_WRONLY);
	if (fd < 0)
		err(1, COLLECT_PATH);
	written = write(fd, value, len);
	if (written < 0)
		ret = errno;
	else if ((size_t)written != len)
		errx(1, "short write to " COLLECT_PATH);
	close(fd);
	return ret;
}

int collect_read(void)
{
	char buf[16] = "";
	int fd;

	fd = open(COLLECT_PATH, O_RDONLY);
	if (fd < 0 || read(fd, buf, sizeof(buf) - 1) <= 0)
		err(1, COLLECT_PATH);
	close(fd);
	return atoi(buf);
}

void collect_set(int value)
{
	char text[16];
	int error;

	snprintf(text, sizeof(text), "%d\n", value);
	error = collect_write(text);

	if (error)
		errx(1, COLLECT_PATH ": %s", strerror(error));
}
