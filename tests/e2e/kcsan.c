// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a kernel that looks for data races: first of all "on", which makes it look for
 * those between functions of ours; last of all "has_looked", which sees that it did, and,
 * after a long run, "has_seen", that it found what there is.
 * A race makes such a kernel panic (panic_on_warn=1).
 *
 * Red when: a read or write of the counters is not marked (READ_ONCE, WRITE_ONCE)
 * where another CPU may write or read; KCSAN is not there, or off.
 */
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define KCSAN	"/sys/kernel/debug/kcsan"

/* One write(2): 0, or the error number. */
static int kcsan_write(const char *what)
{
	int fd, ret;

	fd = open(KCSAN, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	ret = write(fd, what, strlen(what)) < 0 ? errno : 0;
	close(fd);
	return ret;
}

/* Those that are compiled in: inlined ones have their callers' names. */
static int add_our_functions(void)
{
	char line[512], name[256], command[272], type;
	int count = 0;
	FILE *f;

	f = fopen("/proc/kallsyms", "re");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%*x %c %255s", &type, name) != 2 || (type | 0x20) != 't' ||
		    !strstr(name, "guest_cputime") || !strncmp(name, "__pfx_", 6) ||
		    !strncmp(name, "__SC", 4))
			continue;
		snprintf(command, sizeof(command), "!%s", name);
		if (kcsan_write(command))
			return -1;
		count++;
	}
	fclose(f);
	return count;
}

TEST(on)
{
	ASSERT_TRUE(!mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL) || errno == EBUSY);
	ASSERT_EQ(kcsan_write("whitelist"), 0);
	ASSERT_GE(add_our_functions(), 10);
	ASSERT_EQ(kcsan_write("on"), 0);
}

/* A number that KCSAN tells, or -1. */
static long kcsan_read(const char *name)
{
	long value = -1, found;
	char line[256], key[64];
	FILE *f;

	f = fopen(KCSAN, "re");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63[^:]: %ld", key, &found) == 2 && !strcmp(key, name))
			value = found;
	}
	fclose(f);
	return value;
}

TEST(has_looked)
{
	EXPECT_EQ(kcsan_read("enabled"), 1);
	TH_LOG("%ld accesses watched", kcsan_read("setup_watchpoints"));
	EXPECT_GE(kcsan_read("setup_watchpoints"), 1000);
}

/* The kernel has races that are not ours: seeing none is seeing nothing. */
TEST(has_seen)
{
	TH_LOG("%ld data races of all functions", kcsan_read("data_races"));
	EXPECT_GE(kcsan_read("data_races"), 1);
}

TEST_HARNESS_MAIN
