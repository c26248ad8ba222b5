/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_FILE_REPLACE_H
#define GUESTTIME_FILE_REPLACE_H

#include <limits.h>
#include <stdio.h>

/**
 * struct file_replace - a file that is replaced at once, or not at all
 * @out:	what is written takes the place of the file
 *
 * The new file stands beside the old one until it is complete: PATH.new, locked
 * by its writer. What a killed writer leaves is overwritten by the next.
 */
struct file_replace {
	FILE *out;
	const char *path;
	char beside[PATH_MAX];
};

/**
 * file_replace_begin - open the new file
 *
 * Return: 0; -EBUSY if another process writes it; -EINVAL if there is something
 * that is no regular file; another negative errno.
 */
int file_replace_begin(struct file_replace *file, const char *path);

/** file_replace_commit - write it to disk and put it in place */
int file_replace_commit(struct file_replace *file);

/** file_replace_abort - leave the old file as it is */
void file_replace_abort(struct file_replace *file);

#endif
