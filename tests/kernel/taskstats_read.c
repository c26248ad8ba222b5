// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "taskstats_read.h"

/* The records of one message, which the callback fills in. */
struct received {
	struct taskstats_record *records;
	int count;
	int max;
};

static int family;

static struct nl_sock *connect_taskstats(void)
{
	struct nl_sock *sock = nl_socket_alloc();
	int ret;

	if (!sock)
		errx(1, "nl_socket_alloc");
	/* Exit records have the kernel's own sequence numbers. */
	nl_socket_disable_seq_check(sock);
	ret = genl_connect(sock);
	if (ret < 0)
		errx(1, "genl_connect: %s", nl_geterror(ret));
	family = genl_ctrl_resolve(sock, TASKSTATS_GENL_NAME);
	if (family < 0)
		errx(1, "no taskstats: %s", nl_geterror(family));
	return sock;
}

static int receive(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *genl = nlmsg_data(nlmsg_hdr(msg));
	struct received *received = arg;
	struct nlattr *aggr, *stats;
	int rest;

	nla_for_each_attr(aggr, genlmsg_attrdata(genl, 0), genlmsg_attrlen(genl, 0), rest) {
		struct taskstats_record *record = &received->records[received->count];
		int group = nla_type(aggr) == TASKSTATS_TYPE_AGGR_TGID;
		struct nlattr *id;

		if (!group && nla_type(aggr) != TASKSTATS_TYPE_AGGR_PID)
			continue;
		id = nla_find(nla_data(aggr), nla_len(aggr),
			      group ? TASKSTATS_TYPE_TGID : TASKSTATS_TYPE_PID);
		stats = nla_find(nla_data(aggr), nla_len(aggr), TASKSTATS_TYPE_STATS);
		if (!id || !stats || received->count == received->max)
			errx(1, "a taskstats message that is not as expected");
		memset(record, 0, sizeof(*record));
		record->id = nla_get_u32(id);
		record->group = group;
		record->len = nla_len(stats);
		nla_memcpy(&record->stats, stats, sizeof(record->stats));
		received->count++;
	}
	return NL_OK;
}

static void send_command(struct nl_sock *sock, int attr, const void *data, int len)
{
	struct nl_msg *msg = nlmsg_alloc();
	int ret;

	if (!msg || !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, 0,
				 TASKSTATS_CMD_GET, TASKSTATS_GENL_VERSION))
		errx(1, "nlmsg_alloc");
	if (nla_put(msg, attr, len, data))
		errx(1, "nla_put");
	ret = nl_send_auto(sock, msg);
	if (ret < 0)
		errx(1, "nl_send_auto: %s", nl_geterror(ret));
	nlmsg_free(msg);
}

/* Returns the number of records, or a negative error of libnl. */
static int next(struct nl_sock *sock, struct taskstats_record *records, int max)
{
	struct received received = { .records = records, .max = max };
	int ret;

	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, receive, &received);
	ret = nl_recvmsgs_default(sock);
	return ret < 0 ? ret : received.count;
}

int taskstats_next(struct nl_sock *sock, struct taskstats_record *records, int max)
{
	int count = next(sock, records, max);

	if (count < 0)
		errx(1, "taskstats: %s", nl_geterror(count));
	return count;
}

struct nl_sock *taskstats_open(void)
{
	struct nl_sock *sock = connect_taskstats();

	nl_socket_disable_auto_ack(sock);
	return sock;
}

static void ask(struct nl_sock *sock, int attr, pid_t id)
{
	__u32 value = id;

	send_command(sock, attr, &value, sizeof(value));
}

struct nl_sock *taskstats_ask(int attr, pid_t id)
{
	struct nl_sock *sock = taskstats_open();

	ask(sock, attr, id);
	return sock;
}

bool taskstats_query(struct nl_sock *sock, int attr, pid_t id, struct taskstats_record *record)
{
	int count;

	ask(sock, attr, id);
	count = next(sock, record, 1);
	/* ESRCH. */
	if (count == -NLE_OBJ_NOTFOUND)
		return false;
	if (count != 1)
		errx(1, "taskstats of %d: %s", id, nl_geterror(count));
	return true;
}

struct taskstats_record taskstats_get(int attr, pid_t id)
{
	struct nl_sock *sock = taskstats_open();
	struct taskstats_record record;

	if (!taskstats_query(sock, attr, id, &record))
		errx(1, "no taskstats of %d", id);
	nl_socket_free(sock);
	return record;
}

bool taskstats_allowed(int attr, const void *data, int len)
{
	struct nl_sock *sock = connect_taskstats();
	int ret;

	send_command(sock, attr, data, len);
	ret = nl_wait_for_ack(sock);
	nl_socket_free(sock);
	if (ret < 0 && ret != -NLE_PERM)
		errx(1, "taskstats: %s", nl_geterror(ret));
	return ret == 0;
}

/* The kernel asks for the range "0-N" of all possible CPUs. */
static void all_cpus(char *mask, size_t size)
{
	FILE *file = fopen("/sys/devices/system/cpu/possible", "r");

	if (!file || !fgets(mask, size, file))
		err(1, "/sys/devices/system/cpu/possible");
	mask[strcspn(mask, "\n")] = 0;
	fclose(file);
}

struct nl_sock *taskstats_listen(void)
{
	struct nl_sock *sock = connect_taskstats();
	char mask[32];

	nl_socket_set_buffer_size(sock, 1 << 20, 0);
	all_cpus(mask, sizeof(mask));
	send_command(sock, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, mask, strlen(mask) + 1);
	if (nl_wait_for_ack(sock) < 0)
		errx(1, "taskstats does not let us listen");
	return sock;
}

void taskstats_close(struct nl_sock *sock)
{
	char mask[32];

	all_cpus(mask, sizeof(mask));
	send_command(sock, TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK, mask, strlen(mask) + 1);
	nl_socket_free(sock);
}
