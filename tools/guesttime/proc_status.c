// SPDX-License-Identifier: GPL-2.0-only
/* Decoder of the lines of /proc/<pid>/status that we need. */
#include "proc_status.h"

#include <errno.h>
#include <string.h>

/* The number behind @key at the start of a whole line. */
static int find_number(const char *buf, size_t len, const char *key, uint64_t *val)
{
	const size_t key_len = strlen(key);
	const char *p = buf, *end = buf + len, *eol;

	/* The name in the first line is escaped: it cannot forge a line. */
	for (; p < end && (eol = memchr(p, '\n', (size_t)(end - p))); p = eol + 1) {
		uint64_t v = 0;

		if ((size_t)(eol - p) <= key_len || memcmp(p, key, key_len))
			continue;
		for (p += key_len; p < eol && *p >= '0' && *p <= '9'; p++) {
			v = v * 10 + (uint64_t)(*p - '0');
			if (v > UINT32_MAX)
				return -EBADMSG;
		}
		*val = v;
		return p == eol ? 0 : -EBADMSG;
	}
	return -ENOENT;
}

int proc_status_tgid(const char *buf, size_t len, uint32_t *tgid)
{
	uint64_t v;

	if (find_number(buf, len, "Tgid:\t", &v))
		return -EBADMSG;
	*tgid = (uint32_t)v;
	return 0;
}

bool proc_status_has_split(const char *buf, size_t len)
{
	static const char key[] = "\nGuestUser:\t";

	return memmem(buf, len, key, sizeof(key) - 1);
}
