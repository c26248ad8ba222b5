// SPDX-License-Identifier: GPL-2.0-only
/*
 * The listener against a scripted kernel: the linker sends its socket calls to
 * the functions named __wrap_*.
 */
#include "cmocka_all.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/taskstats.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "netlink.h"
#include "wire.h"

/* One thing recvmsg() returns: an error, an answer to a request, or bytes. */
struct step {
	int error;
	bool ack;
	int ack_error;
	const struct wire *bytes;
	uint32_t from;		/* port of the sender */
	int flags;
};

static const struct step *script;
static int resolved;		/* what the family is */
static uint32_t sent_seq;
static int sent[2];		/* requests: register, deregister */
static char sent_cpus[64];
static int poll_result;
static uint32_t drops;
static bool no_meminfo;
static int records;

int __wrap_genl_connect(struct nl_sock *sock)
{
	return 0;
}

int __wrap_genl_ctrl_resolve(struct nl_sock *sock, const char *name)
{
	assert_string_equal(name, "TASKSTATS");
	return resolved;
}

int __wrap_nl_send_auto(struct nl_sock *sock, struct nl_msg *msg)
{
	struct nlattr *attr;

	nl_complete_msg(sock, msg);
	assert_true(nlmsg_hdr(msg)->nlmsg_flags & NLM_F_ACK);
	assert_int_equal(nlmsg_hdr(msg)->nlmsg_type, WIRE_FAMILY);
	sent_seq = nlmsg_hdr(msg)->nlmsg_seq;
	attr = nlmsg_find_attr(nlmsg_hdr(msg), GENL_HDRLEN, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK);
	sent[0] += !!attr;
	if (!attr) {
		attr = nlmsg_find_attr(nlmsg_hdr(msg), GENL_HDRLEN,
				       TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK);
		sent[1] += !!attr;
	}
	assert_non_null(attr);
	strncpy(sent_cpus, nla_get_string(attr), sizeof(sent_cpus) - 1);
	return 0;
}

int __wrap_nl_socket_get_fd(const struct nl_sock *sock)
{
	return 4711;
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *hdr, int flags)
{
	const struct step *step = script;
	struct sockaddr_nl *from = hdr->msg_name;
	struct wire ack;
	const struct wire *w;

	assert_int_equal(fd, 4711);
	assert_true(flags & MSG_DONTWAIT);
	if (!step->error && !step->ack && !step->bytes) {
		errno = EAGAIN;		/* the end */
		return -1;
	}
	script++;
	if (step->error) {
		errno = step->error;
		return -1;
	}
	if (step->ack)
		wire_ack(&ack, sent_seq, step->ack_error);
	w = step->ack ? &ack : step->bytes;
	assert_true(w->len <= hdr->msg_iov->iov_len);
	memcpy(hdr->msg_iov->iov_base, w->buf, w->len);
	from->nl_pid = step->from;
	hdr->msg_flags = step->flags;
	return (ssize_t)w->len;
}

int __wrap_getsockopt(int fd, int level, int name, void *val, socklen_t *len)
{
	uint32_t *info = val;

	assert_int_equal(level, SOL_SOCKET);
	assert_int_equal(name, SO_MEMINFO);
	if (no_meminfo) {
		errno = ENOPROTOOPT;
		return -1;
	}
	assert_true(*len >= SK_MEMINFO_VARS * sizeof(*info));
	info[SK_MEMINFO_DROPS] = drops;
	return 0;
}

int __wrap_setsockopt(int fd, int level, int name, const void *val, socklen_t len)
{
	return 0;
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout)
{
	assert_true(timeout > 0);
	fds->revents = POLLIN;
	return poll_result;
}

static void count_records(void *arg, const struct taskstats_message *msg)
{
	assert_ptr_equal(arg, &records);
	assert_true(msg->has_task);
	records++;
}

static const struct netlink_options options = {
	.cpus = "0-3", .handler = count_records, .arg = &records,
};

static const struct step end = { .error = 0 };

static int reset(void **state)
{
	resolved = WIRE_FAMILY;
	sent[0] = 0;
	sent[1] = 0;
	poll_result = 1;
	drops = 0;
	no_meminfo = false;
	records = 0;
	return 0;
}

static struct wire record(void)
{
	static const struct wire_stats stats = { .version = 15, .len = 448, .pid = 5 };
	struct wire w;

	wire_begin(&w, WIRE_FAMILY, TASKSTATS_CMD_NEW);
	wire_aggregate(&w, TASKSTATS_TYPE_AGGR_PID, 5, &stats);
	wire_end(&w);
	return w;
}

static struct netlink *open_ok(void)
{
	static const struct step steps[] = { { .ack = true }, { .error = 0 } };
	struct netlink *nl = NULL;

	script = steps;
	assert_int_equal(netlink_open(&options, &nl), NETLINK_OK);
	assert_non_null(nl);
	return nl;
}

static void close_ok(struct netlink *nl)
{
	static const struct step steps[] = { { .ack = true }, { .error = 0 } };

	script = steps;
	netlink_close(nl);
}

static void registers_and_deregisters(void **state)
{
	struct netlink *nl = open_ok();

	assert_int_equal(sent[0], 1);
	assert_int_equal(sent[1], 0);
	assert_string_equal(sent_cpus, "0-3");
	sent_cpus[0] = '\0';
	close_ok(nl);
	assert_int_equal(sent[1], 1);
	assert_string_equal(sent_cpus, "0-3");
}

static void tells_refusals_apart(void **state)
{
	static const struct {
		int error;
		enum netlink_status expected;
	} cases[] = {
		{ -EPERM, NETLINK_NO_PERMISSION },
		{ -EINVAL, NETLINK_NAMESPACE },
		{ -ENOMEM, NETLINK_FAILED },
	};
	struct netlink *nl;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct step steps[] = { { .ack = true, .ack_error = cases[i].error }, end };

		script = steps;
		nl = (struct netlink *)&i;
		assert_int_equal(netlink_open(&options, &nl), cases[i].expected);
		assert_null(nl);
		assert_non_null(netlink_advice(cases[i].expected));
	}
	assert_int_equal(errno, ENOMEM);
	assert_int_equal(sent[1], 0);	/* nothing was registered */

	resolved = -12;			/* NLE_OBJ_NOTFOUND */
	assert_int_equal(netlink_open(&options, &nl), NETLINK_NO_FAMILY);
	resolved = WIRE_FAMILY;
	script = &end;
	poll_result = 0;
	assert_int_equal(netlink_open(&options, &nl), NETLINK_FAILED);
	assert_int_equal(errno, ETIMEDOUT);
	assert_null(netlink_advice(NETLINK_OK));
}

/* Records may come before the answer, from several processes at once. */
static void records_before_the_answer_count(void **state)
{
	struct wire w = record();
	struct step steps[] = { { .bytes = &w }, { .ack = true }, { .bytes = &w }, end };
	struct netlink *nl;

	script = steps;
	assert_int_equal(netlink_open(&options, &nl), NETLINK_OK);
	assert_int_equal(records, 2);
	close_ok(nl);
}

static void counts_what_is_lost(void **state)
{
	struct netlink *nl = open_ok();
	struct wire w = record();
	struct step steps[] = {
		{ .bytes = &w }, { .error = ENOBUFS }, { .error = EINTR }, { .bytes = &w }, end,
	};

	assert_int_equal(netlink_lost(nl), 0);
	script = steps;
	drops = 17;
	assert_int_equal(netlink_receive(nl), 0);
	assert_int_equal(records, 2);
	assert_int_equal(netlink_lost(nl), 17);
	assert_int_equal(netlink_lost(nl), 0);

	no_meminfo = true;	/* an old kernel: at least once */
	script = steps;
	assert_int_equal(netlink_receive(nl), 0);
	assert_int_equal(netlink_lost(nl), 1);
	assert_int_equal(netlink_lost(nl), 0);
	close_ok(nl);
}

static void ignores_liars_and_rubbish(void **state)
{
	struct netlink *nl = open_ok();
	struct wire w = record(), cut = record(), stranger = record();
	struct step steps[] = {
		{ .bytes = &w, .from = 1234 },			/* not the kernel */
		{ .bytes = &cut },
		{ .bytes = &w, .flags = MSG_TRUNC },
		{ .bytes = &stranger },
		end,
	};

	cut.len -= 4;
	stranger.buf[4]++;		/* another family */
	script = steps;
	assert_int_equal(netlink_receive(nl), 0);
	assert_int_equal(records, 0);
	assert_int_equal(netlink_malformed(nl), 2);
	assert_int_equal(netlink_malformed(nl), 0);
	close_ok(nl);
}

static void reports_a_broken_socket(void **state)
{
	struct netlink *nl = open_ok();
	struct step steps[] = { { .error = EBADF }, end };

	script = steps;
	assert_int_equal(netlink_receive(nl), -EBADF);
	close_ok(nl);
	netlink_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(registers_and_deregisters, reset),
		cmocka_unit_test_setup(tells_refusals_apart, reset),
		cmocka_unit_test_setup(records_before_the_answer_count, reset),
		cmocka_unit_test_setup(counts_what_is_lost, reset),
		cmocka_unit_test_setup(ignores_liars_and_rubbish, reset),
		cmocka_unit_test_setup(reports_a_broken_socket, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
