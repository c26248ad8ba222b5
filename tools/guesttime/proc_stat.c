// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoder of /proc/<pid>/stat.
 *
 * The command name stands in parentheses and may hold parentheses, spaces and
 * newlines itself, so the fields after it are found from the last ')' of the
 * line: no later field can contain one. The kernel terminates the line with a
 * newline; without it the last number may have lost digits, so such a line is
 * refused whole.
 */
#include "proc_stat.h"

#include <errno.h>
#include <string.h>

/* Field numbers as in proc(5), the first being 1. */
enum {
	FIELD_STATE = 3,
	FIELD_UTIME = 14,
	FIELD_STIME = 15,
	FIELD_NUM_THREADS = 20,
	FIELD_STARTTIME = 22,
	FIELD_GTIME = 43,
	FIELD_GUTIME = 53,
	FIELD_GSTIME = 54,
	FIELD_CGSTIME = 56,
};

static bool decode_u64(const char *p, const char *end, uint64_t *val)
{
	uint64_t v = 0;

	if (p == end)
		return false;
	for (; p < end; p++) {
		unsigned int digit = (unsigned int)(*p - '0');

		if (digit > 9 || v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*val = v;
	return true;
}

static bool decode_u32(const char *p, const char *end, uint32_t *val)
{
	uint64_t v;

	if (!decode_u64(p, end, &v) || v > UINT32_MAX)
		return false;
	*val = (uint32_t)v;
	return true;
}

static bool store_field(unsigned int field, const char *p, const char *end,
			struct proc_stat *st)
{
	switch (field) {
	case FIELD_STATE:
		return end - p == 1;
	case FIELD_UTIME:
		return decode_u64(p, end, &st->utime);
	case FIELD_STIME:
		return decode_u64(p, end, &st->stime);
	case FIELD_NUM_THREADS:
		return decode_u32(p, end, &st->num_threads);
	case FIELD_STARTTIME:
		return decode_u64(p, end, &st->starttime);
	case FIELD_GTIME:
		return decode_u64(p, end, &st->gtime);
	case FIELD_GUTIME:
		return decode_u64(p, end, &st->gutime);
	case FIELD_GSTIME:
		return decode_u64(p, end, &st->gstime);
	default:
		return p < end;
	}
}

static void store_comm(const char *p, const char *end, struct proc_stat *st)
{
	size_t len = (size_t)(end - p);
	const char *nul;

	if (len > PROC_STAT_COMM_MAX)
		len = PROC_STAT_COMM_MAX;
	nul = memchr(p, '\0', len);
	if (nul)
		len = (size_t)(nul - p);
	memcpy(st->comm, p, len);
	st->comm[len] = '\0';
}

int proc_stat_decode(const char *buf, size_t len, struct proc_stat *st)
{
	const char *end, *open, *close, *p;
	unsigned int field;

	memset(st, 0, sizeof(*st));
	if (!len || buf[len - 1] != '\n')
		return -EMSGSIZE;
	end = buf + len - 1;

	open = memchr(buf, '(', (size_t)(end - buf));
	if (!open || open == buf || open[-1] != ' ')
		return -EBADMSG;
	close = memrchr(open, ')', (size_t)(end - open));
	if (!close)
		return -EBADMSG;
	if (!decode_u32(buf, open - 1, &st->pid))
		return -EBADMSG;
	store_comm(open + 1, close, st);

	p = close + 1;
	for (field = FIELD_STATE; p < end; field++) {
		const char *stop;

		if (*p++ != ' ')
			return -EBADMSG;
		stop = memchr(p, ' ', (size_t)(end - p));
		if (!stop)
			stop = end;
		if (!store_field(field, p, stop, st))
			return -EBADMSG;
		p = stop;
	}
	/* @field is now the number of the first field that is not there. */
	if (field <= FIELD_STARTTIME)
		return -EBADMSG;
	st->has_gtime = field > FIELD_GTIME;
	st->has_split = field > FIELD_CGSTIME;
	return 0;
}
