// SPDX-License-Identifier: GPL-2.0-only
/*
 * This runs last in a kernel with lockdep: lockdep still works, and its reports reach the console,
 * which tests/run reads.
 *
 * Red when: lockdep has found an error (it reports one, and switches itself off), the
 * kernel has no lockdep, its warnings are not shown.
 */
#include "kselftest_harness.h"

#include <stdio.h>

/* Lockdep reports at KERN_WARNING, 4: the console shows it at a loglevel above. */
#define CONSOLE_LOGLEVEL_WARNING	5

TEST(still_watches)
{
	char line[256];
	int value, found = 0;
	FILE *f;

	f = fopen("/proc/lockdep_stats", "r");
	ASSERT_NE(f, NULL);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " debug_locks: %d", &value) == 1) {
			EXPECT_EQ(value, 1);
			found |= 1;
		}
		if (sscanf(line, " lock-classes: %d", &value) == 1) {
			EXPECT_GT(value, 0);
			found |= 2;
		}
	}
	fclose(f);
	EXPECT_EQ(found, 3);
}

TEST(warnings_are_shown)
{
	int level;
	FILE *f;

	f = fopen("/proc/sys/kernel/printk", "r");
	ASSERT_NE(f, NULL);
	ASSERT_EQ(fscanf(f, "%d", &level), 1);
	fclose(f);
	EXPECT_GE(level, CONSOLE_LOGLEVEL_WARNING);
}

TEST_HARNESS_MAIN
