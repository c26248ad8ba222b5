// SPDX-License-Identifier: GPL-2.0-only
/*
 * A taskstats listener.
 *
 * libnl opens the socket, finds the family and builds the requests. Replies are
 * read with recvmsg(): one socket carries answers and records mixed, errno must
 * arrive unchanged (ENOBUFS is news here, not a failure), and the bytes go to
 * our own decoder.
 */
#include "netlink.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/taskstats.h>

#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#define RCVBUF_DEFAULT		(4 * 1024 * 1024)
#define ANSWER_TIMEOUT_MS	5000
#define MESSAGE_MAX		(32 * 1024)

struct netlink {
	struct nl_sock *sock;
	const struct netlink_options *opts;
	uint16_t family;
	bool registered;
	uint32_t overruns;
	uint32_t drops_seen;
	uint32_t malformed;
	uint32_t awaited_seq;
	bool answered;
	int answer;
};

static void handle_bytes(struct netlink *nl, const char *buf, size_t len)
{
	struct taskstats_message msg;
	size_t used;

	for (; len; buf += used, len -= used) {
		if (taskstats_decode(buf, len, nl->family, nl->opts->split, &msg, &used)) {
			nl->malformed++;
			return;
		}
		if (msg.kind == TASKSTATS_STATS) {
			nl->opts->handler(nl->opts->arg, &msg);
		} else if (msg.kind == TASKSTATS_ACK && msg.seq == nl->awaited_seq) {
			nl->answered = true;
			nl->answer = msg.error;
		}
	}
}

int netlink_receive(struct netlink *nl)
{
	static char buf[MESSAGE_MAX];

	for (;;) {
		struct sockaddr_nl from = { 0 };
		struct iovec iov = { buf, sizeof(buf) };
		struct msghdr hdr = {
			.msg_name = &from,
			.msg_namelen = sizeof(from),
			.msg_iov = &iov,
			.msg_iovlen = 1,
		};
		ssize_t n = recvmsg(netlink_fd(nl), &hdr, MSG_DONTWAIT);

		if (n < 0) {
			switch (errno) {
			case EINTR:
				continue;
			case ENOBUFS:
				nl->overruns++;
				continue;
			case EAGAIN:
				return 0;
			}
			return -errno;
		}
		/* Only the kernel has port 0: anyone else may be lying. */
		if (from.nl_pid)
			continue;
		if (hdr.msg_flags & MSG_TRUNC)
			nl->malformed++;
		else
			handle_bytes(nl, buf, (size_t)n);
	}
}

/* Sends one request and waits for its answer: 0 or a negative errno. */
static int request(struct netlink *nl, int attr)
{
	struct pollfd pfd = { .fd = netlink_fd(nl), .events = POLLIN };
	struct nl_msg *msg = nlmsg_alloc();
	int rc;

	if (!msg)
		return -ENOMEM;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0, NLM_F_ACK,
			 TASKSTATS_CMD_GET, TASKSTATS_GENL_VERSION) ||
	    nla_put_string(msg, attr, nl->opts->cpus)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	rc = nl_send_auto(nl->sock, msg);
	nl->awaited_seq = nlmsg_hdr(msg)->nlmsg_seq;
	nl->answered = false;
	nlmsg_free(msg);
	if (rc < 0)
		return -EIO;

	while (!nl->answered) {
		rc = poll(&pfd, 1, ANSWER_TIMEOUT_MS);
		if (!rc)
			return -ETIMEDOUT;
		if (rc < 0 && errno != EINTR)
			return -errno;
		rc = netlink_receive(nl);
		if (rc)
			return rc;
	}
	return nl->answer;
}

static enum netlink_status status_of(int error)
{
	switch (error) {
	case 0:
		return NETLINK_OK;
	case -EPERM:
	case -EACCES:
		return NETLINK_NO_PERMISSION;
	case -EINVAL:
		return NETLINK_NAMESPACE;
	}
	errno = -error;
	return NETLINK_FAILED;
}

/* As large as asked for if we may, else as large as allowed. */
static void set_rcvbuf(struct netlink *nl)
{
	int size = nl->opts->rcvbuf ? nl->opts->rcvbuf : RCVBUF_DEFAULT;
	int fd = netlink_fd(nl);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static enum netlink_status start(struct netlink *nl)
{
	int rc;

	nl->sock = nl_socket_alloc();
	if (!nl->sock)
		return status_of(-ENOMEM);
	rc = genl_connect(nl->sock);
	if (rc < 0)
		return status_of(-EIO);
	rc = genl_ctrl_resolve(nl->sock, TASKSTATS_GENL_NAME);
	if (rc < 0)
		return rc == -NLE_OBJ_NOTFOUND ? NETLINK_NO_FAMILY : status_of(-EIO);
	nl->family = (uint16_t)rc;
	set_rcvbuf(nl);
	rc = request(nl, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK);
	nl->registered = !rc;
	return status_of(rc);
}

enum netlink_status netlink_open(const struct netlink_options *opts, struct netlink **nlp)
{
	struct netlink *nl = calloc(1, sizeof(*nl));
	enum netlink_status status;
	int saved;

	*nlp = NULL;
	if (!nl)
		return status_of(-ENOMEM);
	nl->opts = opts;
	status = start(nl);
	if (status != NETLINK_OK) {
		saved = errno;
		netlink_close(nl);
		errno = saved;
		return status;
	}
	*nlp = nl;
	return NETLINK_OK;
}

int netlink_fd(const struct netlink *nl)
{
	return nl_socket_get_fd(nl->sock);
}

uint32_t netlink_lost(struct netlink *nl)
{
	uint32_t info[SK_MEMINFO_VARS] = { 0 }, lost;
	socklen_t len = sizeof(info);

	if (!getsockopt(netlink_fd(nl), SOL_SOCKET, SO_MEMINFO, info, &len) &&
	    len > SK_MEMINFO_DROPS * sizeof(info[0])) {
		lost = info[SK_MEMINFO_DROPS] - nl->drops_seen;
		nl->drops_seen = info[SK_MEMINFO_DROPS];
	} else {
		lost = nl->overruns;
	}
	nl->overruns = 0;
	return lost;
}

uint32_t netlink_malformed(struct netlink *nl)
{
	uint32_t n = nl->malformed;

	nl->malformed = 0;
	return n;
}

void netlink_close(struct netlink *nl)
{
	if (!nl)
		return;
	if (nl->registered)
		request(nl, TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK);
	nl_socket_free(nl->sock);
	free(nl);
}

const char *netlink_advice(enum netlink_status status)
{
	switch (status) {
	case NETLINK_OK:
		break;
	case NETLINK_NO_FAMILY:
		return "this kernel has no taskstats (CONFIG_TASKSTATS)";
	case NETLINK_NO_PERMISSION:
		return "the kernel refuses exit records without CAP_NET_ADMIN; run as root, or "
		       "give the program that capability with setcap(8)";
	case NETLINK_NAMESPACE:
		return "the kernel gives exit records only to the initial user and pid "
		       "namespaces; run outside the container";
	case NETLINK_FAILED:
		return "cannot listen for exit records";
	}
	return NULL;
}
