// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host's KVM protects guests (kvm-arm.mode=protected).  The other tests of its case would also
 * pass on a host that protects none.  Red: the parameter misspelt, or a CPU on which it has no
 * effect.
 */
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

TEST(host_protects_guests)
{
	char record[8192];
	bool found = false;
	ssize_t len;
	int fd;

	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	ASSERT_GE(fd, 0);
	for (;;) {
		len = read(fd, record, sizeof(record) - 1);
		/* The kernel has overwritten records meanwhile. */
		if (len < 0 && errno == EPIPE)
			continue;
		if (len <= 0)
			break;
		record[len] = '\0';
		found |= strstr(record, "Protected") && strstr(record, "mode initialized");
	}
	close(fd);
	EXPECT_TRUE(found);
}

TEST_HARNESS_MAIN
