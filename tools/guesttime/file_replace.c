// SPDX-License-Identifier: GPL-2.0-only
/* Replace a file so that readers see the old or the new one. */
#include "file_replace.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* 1 if @fd is the file at @path, 0 if not, or a negative errno. */
static int is_at(int fd, const char *path)
{
	struct stat opened, there;

	if (fstat(fd, &opened))
		return -errno;
	if (stat(path, &there))
		return errno == ENOENT ? 0 : -errno;
	return opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

/*
 * Between open() and flock() the last writer may have renamed its file into place.
 * Truncating the locked file would then empty the file that readers see.
 */
static int open_locked(const char *path)
{
	int fd, rc;

	for (;;) {
		fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX | LOCK_NB))
			rc = errno == EWOULDBLOCK ? -EBUSY : -errno;
		else
			rc = is_at(fd, path);
		if (rc == 1)
			return fd;
		close(fd);
		if (rc)
			return rc;
	}
}

int file_replace_begin(struct file_replace *file, const char *path)
{
	struct stat st;
	int fd;

	file->path = path;
	if (strlen(path) >= sizeof(file->beside) - 4)
		return -ENAMETOOLONG;
	sprintf(file->beside, "%s.new", path);
	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		return -EINVAL;
	fd = open_locked(file->beside);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	file->out = ftruncate(fd, 0) ? NULL : fdopen(fd, "w");
	if (!file->out) {
		int error = errno;

		close(fd);
		return -error;
	}
	return 0;
}

int file_replace_commit(struct file_replace *file)
{
	int error = 0;

	errno = 0;
	if (fflush(file->out) || ferror(file->out) || fsync(fileno(file->out)) ||
	    rename(file->beside, file->path))
		error = errno ? errno : EIO;
	if (error)
		file_replace_abort(file);
	else
		fclose(file->out);
	return -error;
}

/* Removed before it is closed, while the lock is held. */
void file_replace_abort(struct file_replace *file)
{
	unlink(file->beside);
	fclose(file->out);
}
