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
#include <limits.h>
#include <stddef.h>
#include <string.h>

/* Field numbers as in proc(5), the first being 1. */
enum {
	FIELD_STATE = 3,
	FIELD_FLAGS = 9,
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

/* The fields that we use, in order. */
static const struct {
	unsigned int number;
	size_t offset;		/* of a uint64_t in struct proc_stat */
} fields[] = {
	{ FIELD_FLAGS, offsetof(struct proc_stat, flags) },
	{ FIELD_UTIME, offsetof(struct proc_stat, utime) },
	{ FIELD_STIME, offsetof(struct proc_stat, stime) },
	{ FIELD_NUM_THREADS, offsetof(struct proc_stat, num_threads) },
	{ FIELD_STARTTIME, offsetof(struct proc_stat, starttime) },
	{ FIELD_GTIME, offsetof(struct proc_stat, gtime) },
	{ FIELD_GUTIME, offsetof(struct proc_stat, gutime) },
	{ FIELD_GSTIME, offsetof(struct proc_stat, gstime) },
};

#define FIELDS	(sizeof(fields) / sizeof(fields[0]))

static bool ends_field(char c)
{
	return c == ' ' || c == '\n';
}

#define ONES	0x0101010101010101ull

/* A one in each byte of @word that is a space. */
static uint64_t spaces_of(uint64_t word)
{
	uint64_t x = word ^ ONES * ' ';

	return ~(((x & ONES * 0x7f) + ONES * 0x7f) | x | ONES * 0x7f) >> 7;
}

/*
 * Pass over up to @n fields, from the space before the first to the one behind the last,
 * and count them in @field: eight bytes at a time, as most of a line is passed over.
 * False if a field is empty.
 */
static bool skip_fields(const char **p, const char *end, unsigned int n, unsigned int *field)
{
	unsigned int seen = 0;
	const char *at = *p;
	bool empty = false;

	for (; end - at >= 8; at += 8) {
		uint64_t word, spaces;
		unsigned int count;

		memcpy(&word, at, 8);
		spaces = spaces_of(word);
		count = (unsigned int)(spaces * ONES >> 56);
		if (seen + count > n)
			break;
		seen += count;
		/* Two in a row: the second may be in the next word. */
		empty |= (spaces & spaces << 8) || (at[7] == ' ' && ends_field(at[8]));
	}
	for (; at < end; at++) {
		if (*at != ' ')
			continue;
		if (seen == n)
			break;
		seen++;
		empty |= ends_field(at[1]);
	}
	*p = at;
	*field += seen;
	return !empty;
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
	size_t i;

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
	field = FIELD_STATE;
	if (end - p < 2 || p[0] != ' ' || (end - p > 2 && p[2] != ' '))
		return -EBADMSG;
	for (i = 0; i < FIELDS; i++) {
		const char *stop;

		if (!skip_fields(&p, end, fields[i].number - field, &field))
			return -EBADMSG;
		if (p == end)
			break;
		stop = memchr(p + 1, ' ', (size_t)(end - p - 1));
		if (!stop)
			stop = end;
		if (!decode_u64(p + 1, stop, (uint64_t *)((char *)st + fields[i].offset)))
			return -EBADMSG;
		field++;
		p = stop;
	}
	if (!skip_fields(&p, end, UINT_MAX, &field))
		return -EBADMSG;
	/* @field is now the number of the first field that is not there. */
	if (field <= FIELD_STARTTIME)
		return -EBADMSG;
	st->has_gtime = field > FIELD_GTIME;
	st->has_split = field > FIELD_CGSTIME;
	return 0;
}

#define PF_KTHREAD	0x00200000

bool proc_stat_owner(const struct proc_stat *st, uint32_t *owner)
{
	static const char * const prefixes[] = { "vhost-", "kvm-pit/" };
	size_t i, len;

	if (!(st->flags & PF_KTHREAD))
		return false;
	for (i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		len = strlen(prefixes[i]);
		if (!strncmp(st->comm, prefixes[i], len))
			return decode_u32(st->comm + len, st->comm + strlen(st->comm), owner);
	}
	return false;
}

bool proc_schedstat_wait(const char *buf, size_t len, uint64_t *ns)
{
	const char *end = buf + len, *first = memchr(buf, ' ', len), *second;

	if (!first)
		return false;
	first++;
	second = memchr(first, ' ', (size_t)(end - first));
	return second && decode_u64(first, second, ns);
}
