/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_OUTPUT_JOURNAL_H
#define GUESTTIME_OUTPUT_JOURNAL_H

#include "member.h"

/* systemd-journald's own socket: an entry is a datagram of lines NAME=value. */
#define JOURNAL_SOCKET	"/run/systemd/journal/socket"

/**
 * journal_send - rows as entries of systemd's journal
 * @path:	the socket
 *
 * An entry has a line of text and a field GUESTTIME_... for each known member that JSON
 * has. Bytes of names that could be taken for something else are escaped as on a
 * terminal. Return: 0 or a negative errno.
 */
int journal_send(const char *path, const struct record_format *format, const struct rows *rows);

#endif
