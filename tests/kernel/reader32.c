// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 32-bit reader, which tests/kernel/compat.c runs on a 64-bit kernel. It is built with the
 * kernel's nolibc, so that no 32-bit C library is needed.
 *
 *	reader32 cat FILE	print FILE
 *	reader32 set VALUE	write VALUE to the sysctl; the exit status is the error
 *	reader32 taskstats	print the size of a long, and of the answer on standard input: the
 *				version, the length, and guest, guest user and guest system time
 */
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/taskstats.h>

#include "collect.h"

static char buf[4096];

static int cat(const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t len;

	if (fd < 0)
		return errno;
	while ((len = read(fd, buf, sizeof(buf))) > 0)
		write(1, buf, len);
	return len ? errno : 0;
}

static int set(const char *value)
{
	int fd = open(COLLECT_PATH, O_WRONLY);

	if (fd < 0)
		return errno;
	return write(fd, value, strlen(value)) < 0 ? errno : 0;
}

/* The attribute of @type in the @len bytes at @at. */
static const struct nlattr *find(const void *at, int len, int type)
{
	const struct nlattr *attr = at;

	while (len >= NLA_HDRLEN && attr->nla_len >= NLA_HDRLEN && attr->nla_len <= len) {
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		len -= NLA_ALIGN(attr->nla_len);
		attr = (const void *)((const char *)attr + NLA_ALIGN(attr->nla_len));
	}
	return NULL;
}

static int taskstats(void)
{
	const int head = NLMSG_HDRLEN + GENL_HDRLEN;
	const struct nlattr *attr;
	struct taskstats stats;

	attr = find(buf + head, read(0, buf, sizeof(buf)) - head, TASKSTATS_TYPE_AGGR_TGID);
	if (attr)
		attr = find(attr + 1, attr->nla_len - NLA_HDRLEN, TASKSTATS_TYPE_STATS);
	if (!attr || attr->nla_len - NLA_HDRLEN < (int)sizeof(stats))
		return 1;
	memcpy(&stats, attr + 1, sizeof(stats));
	printf("%u %u %u %llu %llu %llu\n", (int)sizeof(long), stats.version,
	       attr->nla_len - NLA_HDRLEN, stats.ac_guest_time, stats.ac_guest_utime,
	       stats.ac_guest_stime);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "cat"))
		return cat(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "set"))
		return set(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "taskstats"))
		return taskstats();
	return 2;
}
