// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the exporter with requests: each has at most one answer, and its connection ends. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "web.h"

#define ROUNDS	20

static int make(void *arg, char **text, size_t *len)
{
	(void)arg;
	*text = strdup("x 1\n");
	*len = 4;
	return *text ? 0 : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct web *web;
	char buf[4096];
	ssize_t n;
	int fds[2], i;

	if (!web)
		web = web_open(-1, make, NULL);
	if (!web || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds))
		abort();
	if (!web_add(web, fds[1]))
		abort();
	if (send(fds[0], data, size, 0) < 0)
		abort();
	shutdown(fds[0], SHUT_WR);
	for (i = 0; i < ROUNDS; i++)
		web_run(web);
	n = recv(fds[0], buf, sizeof(buf) - 1, 0);
	if (n > 0) {
		buf[n] = '\0';
		/* libmicrohttpd 0.9.75 sends the head of some of its own errors twice. */
		if (strncmp(buf, "HTTP/1.", 7) || strstr(buf + 1, "\nHTTP/1.1 200"))
			abort();
	}
	close(fds[0]);
	for (i = 0; i < ROUNDS; i++)
		web_run(web);
	if (web_busy(web))
		abort();
	return 0;
}
