/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_PROC_STATUS_H
#define GUESTTIME_PROC_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * proc_status_tgid - find the process a task belongs to
 * @buf:	contents of /proc/<pid>/status, or their beginning
 * @len:	how many bytes
 * @tgid:	result: thread group id
 *
 * Return: 0, or -EBADMSG if there is no whole "Tgid:" line with a number.
 */
int proc_status_tgid(const char *buf, size_t len, uint32_t *tgid);

/**
 * proc_status_has_split - is there a "GuestUser:" line?
 * @buf:	contents of /proc/<pid>/status
 * @len:	how many bytes
 *
 * Only a kernel that splits guest time prints it.
 */
bool proc_status_has_split(const char *buf, size_t len);

#endif
