/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_READ_FILE_H
#define GUESTTIME_READ_FILE_H

#include <stddef.h>
#include <sys/types.h>

/**
 * read_file - read a small file of /proc with one read
 *
 * Return: its length, cut to @size; or a negative errno.
 */
ssize_t read_file(int dirfd, const char *path, char *buf, size_t size);

#endif
