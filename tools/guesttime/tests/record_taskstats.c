// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records the exit records of one child of ours, byte for byte, for the tests.
 *
 * Usage: record_taskstats FILE COMMAND [ARGUMENT...]
 *
 * FILE gets the messages about COMMAND's process as they came. Needs root.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/taskstats.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

/* The message names the process: as a pid or tgid attribute with this value. */
static int is_about(const unsigned char *buf, size_t len, uint32_t id)
{
	size_t off;

	for (off = NLMSG_HDRLEN + GENL_HDRLEN; off + 8 <= len; off += 4) {
		struct nlattr attr;
		uint32_t value;

		memcpy(&attr, buf + off, sizeof(attr));
		memcpy(&value, buf + off + 4, sizeof(value));
		if (attr.nla_len == 8 && value == id &&
		    (attr.nla_type == TASKSTATS_TYPE_PID || attr.nla_type == TASKSTATS_TYPE_TGID))
			return 1;
	}
	return 0;
}

static struct nl_sock *listen_on(const char *cpus)
{
	struct nl_sock *sock = nl_socket_alloc();
	struct nl_msg *msg = nlmsg_alloc();
	int family;

	if (!sock || !msg || genl_connect(sock) < 0)
		errx(1, "cannot open a netlink socket");
	family = genl_ctrl_resolve(sock, TASKSTATS_GENL_NAME);
	if (family < 0)
		errx(1, "no taskstats in this kernel");
	fprintf(stderr, "family %d\n", family);
	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, 0, TASKSTATS_CMD_GET,
		    TASKSTATS_GENL_VERSION);
	nla_put_string(msg, TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, cpus);
	if (nl_send_auto(sock, msg) < 0)
		errx(1, "cannot register");
	nlmsg_free(msg);
	nl_socket_set_buffer_size(sock, 1 << 20, 0);
	return sock;
}

int main(int argc, char **argv)
{
	unsigned char buf[16384];
	struct nl_sock *sock;
	struct pollfd pfd;
	char cpus[256];
	FILE *file, *out;
	pid_t child;

	if (argc < 3)
		errx(2, "usage: record_taskstats FILE COMMAND [ARGUMENT...]");
	file = fopen("/sys/devices/system/cpu/possible", "r");
	if (!file || !fgets(cpus, sizeof(cpus), file))
		err(1, "possible CPUs");
	fclose(file);
	cpus[strcspn(cpus, "\n")] = '\0';
	sock = listen_on(cpus);
	out = fopen(argv[1], "w");
	if (!out)
		err(1, "%s", argv[1]);

	child = fork();
	if (!child) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	waitpid(child, NULL, 0);

	pfd = (struct pollfd){ .fd = nl_socket_get_fd(sock), .events = POLLIN };
	while (poll(&pfd, 1, 500) > 0) {
		ssize_t n = recv(pfd.fd, buf, sizeof(buf), 0);

		if (n < 0 && errno == ENOBUFS)
			continue;
		if (n < 0)
			err(1, "recv");
		if (is_about(buf, (size_t)n, (uint32_t)child))
			fwrite(buf, 1, (size_t)n, out);
	}
	if (fclose(out))
		err(1, "%s", argv[1]);
	nl_socket_free(sock);
	return 0;
}
