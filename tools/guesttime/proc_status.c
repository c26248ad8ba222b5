// SPDX-License-Identifier: GPL-2.0-only
/* Decoder of the one line of /proc/<pid>/status that we need. */
#include "proc_status.h"

#include <errno.h>
#include <string.h>

int proc_status_tgid(const char *buf, size_t len, uint32_t *tgid)
{
	static const char key[] = "Tgid:\t";
	const size_t key_len = sizeof(key) - 1;
	const char *p = buf, *end = buf + len, *eol;

	/* The name in the first line is escaped: it cannot forge a line. */
	for (; (eol = memchr(p, '\n', (size_t)(end - p))); p = eol + 1) {
		uint64_t v = 0;

		if ((size_t)(eol - p) <= key_len || memcmp(p, key, key_len))
			continue;
		for (p += key_len; p < eol; p++) {
			if (*p < '0' || *p > '9')
				return -EBADMSG;
			v = v * 10 + (uint64_t)(*p - '0');
			if (v > UINT32_MAX)
				return -EBADMSG;
		}
		*tgid = (uint32_t)v;
		return 0;
	}
	return -EBADMSG;
}
