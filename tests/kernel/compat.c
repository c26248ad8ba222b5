// SPDX-License-Identifier: GPL-2.0-only
/*
 * On a 64-bit kernel, a 32-bit reader gets the same values as a 64-bit reader.
 *
 * on board: /bin/reader32=$BUILD/tests/reader32
 */
#include "kselftest_harness.h"

#include <errno.h>
#include <netlink/netlink.h>

#include "collect.h"
#include "command.h"
#include "proc_read.h"
#include "taskstats_read.h"
#include "vm.h"

FIXTURE(compat) {
	pid_t pid;
};

/* The vCPUs have ended, so that no number changes between two reads. */
FIXTURE_SETUP(compat)
{
	collect_set(1);
	self->pid = vm_start(&user3_system1, 1);
	vm_wait_samples(self->pid, 500);
	vm_stop_vcpus(self->pid);
}

FIXTURE_TEARDOWN(compat)
{
	vm_stop(self->pid);
	collect_set(0);
}

static int reader32(char *command, char *word)
{
	char * const argv[] = { "reader32", command, word, NULL };

	return command_run(0, argv);
}

/* Red: another file, or a line less. */
TEST_F_TIMEOUT(compat, proc_has_the_same_text, 300)
{
	static const char * const files[] = { "stat", "status" };
	char path[64], text[4096];
	unsigned int i;
	FILE *file;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", self->pid, files[i]);
		file = fopen(path, "r");
		ASSERT_NE(file, NULL);
		text[fread(text, 1, sizeof(text) - 1, file)] = 0;
		fclose(file);
		ASSERT_EQ(reader32("cat", path), 0);
		EXPECT_STREQ(output, text);
	}
	EXPECT_NE(strstr(text, "GuestUser:"), NULL);
	EXPECT_GE(read_status(self->pid, 0).guest_user, 300 * TICK_US);
}

/*
 * struct taskstats has the same layout in 32-bit programs, although these align u64 to 4 bytes.
 * Red: guest user and guest system time swapped, or a u32 before them.
 */
TEST_F_TIMEOUT(compat, taskstats_has_one_layout, 300)
{
	unsigned long long guest, user, system;
	struct taskstats_record record;
	unsigned int size, version, len;
	struct nl_sock *sock;
	int count;

	record = taskstats_get(TASKSTATS_CMD_ATTR_TGID, self->pid);
	sock = taskstats_ask(TASKSTATS_CMD_ATTR_TGID, self->pid);
	dup2(nl_socket_get_fd(sock), STDIN_FILENO);
	EXPECT_EQ(reader32("taskstats", NULL), 0);
	nl_socket_free(sock);
	count = sscanf(output, "%u %u %u %llu %llu %llu", &size, &version, &len, &guest, &user,
		       &system);
	ASSERT_EQ(count, 6)
		TH_LOG("%s", output);
	EXPECT_EQ(size, 4);
	EXPECT_EQ(version, 18);
	EXPECT_EQ(len, 712);
	EXPECT_EQ(guest, record.stats.ac_guest_time);
	EXPECT_EQ(user, record.stats.ac_guest_utime);
	EXPECT_EQ(system, record.stats.ac_guest_stime);
	EXPECT_GT(user, system);
}

/* Red: a handler that takes another size from such a writer. */
TEST_F_TIMEOUT(compat, sysctl_takes_what_it_takes, 300)
{
	EXPECT_EQ(reader32("set", "2"), 0);
	EXPECT_EQ(collect_read(), 2);
	EXPECT_EQ(reader32("set", "3"), EINVAL);
	EXPECT_EQ(collect_read(), 2);
	EXPECT_EQ(reader32("set", "0"), 0);
	EXPECT_EQ(collect_read(), 0);
}

TEST_HARNESS_MAIN
