// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's KVM protects guests (kvm-arm.mode=protected).  Tests that run beside this one
 * would pass without.  Red: the parameter misspelt, or a CPU on which it has no effect.
 */
#include "kselftest_harness.h"

#include <fcntl.h>
#include <string.h>

TEST(host_protects_guests)
{
	char record[1024];
	bool found = false;
	ssize_t len;
	int fd;

	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	ASSERT_GE(fd, 0);
	while ((len = read(fd, record, sizeof(record) - 1)) > 0) {
		record[len] = '\0';
		found |= strstr(record, "Protected") && strstr(record, "mode initialized");
	}
	close(fd);
	EXPECT_TRUE(found);
}

TEST_HARNESS_MAIN
