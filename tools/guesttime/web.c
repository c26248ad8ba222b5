// SPDX-License-Identifier: GPL-2.0-only
/*
 * The HTTP side of the exporter, on libmicrohttpd.
 *
 * One thread serves all clients. Two readings of /proc at once would only do the
 * same work twice.
 *
 * Clients are not trusted. Connections, bytes of a request and generations of the
 * text are bounded in number. A connection gets one answer, within a deadline. The
 * oldest connection makes room for a new one. Else clients that never finish would
 * keep out a good one.
 */
#include "web.h"

#include <microhttpd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clock_seconds.h"

/* Of a request: its line and headers. */
#define REQUEST_MAX	(16 * 1024)
/* Slow readers may hold this many texts beside the newest. */
#define OLD_TEXTS	2
#define TEXT_TYPE	"text/plain; version=0.0.4; charset=utf-8"

/* Oldest first in a list. @text is the number of the text it is being sent, or 0. */
struct connection {
	struct connection *prev, *next;
	int fd;
	double deadline;
	uint64_t text;
	bool ended;
};

struct web {
	struct MHD_Daemon *daemon;
	web_metrics_fn metrics;
	void *arg;
	struct connection oldest;	/* head of the list */
	unsigned int connections;
	struct MHD_Response *current;
	unsigned int status;
	uint64_t text;
	double reuse_until;
};

static double now(void)
{
	return clock_seconds(CLOCK_MONOTONIC);
}

/* libmicrohttpd sees the end of the stream and closes the connection. */
static void end_connection(struct connection *connection)
{
	if (!connection->ended)
		shutdown(connection->fd, SHUT_RDWR);
	connection->ended = true;
}

static void connection_begins(struct web *web, struct MHD_Connection *mhd, void **context)
{
	struct connection *connection = calloc(1, sizeof(*connection)), *last = web->oldest.prev;
	int fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	struct connection *oldest = web->oldest.next;

	*context = connection;
	if (!connection) {
		shutdown(fd, SHUT_RDWR);
		return;
	}
	connection->fd = fd;
	connection->deadline = now() + WEB_DEADLINE;
	connection->prev = last;
	connection->next = &web->oldest;
	last->next = connection;
	web->oldest.prev = connection;
	if (++web->connections <= WEB_CONNECTIONS)
		return;
	while (oldest->ended && oldest != connection)
		oldest = oldest->next;
	end_connection(oldest);
}

static void connection_ends(struct web *web, struct connection *connection)
{
	if (!connection)
		return;
	connection->prev->next = connection->next;
	connection->next->prev = connection->prev;
	web->connections--;
	free(connection);
}

static void notify(void *arg, struct MHD_Connection *mhd, void **context,
		   enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		connection_begins(arg, mhd, context);
	else
		connection_ends(arg, *context);
}

static struct MHD_Response *response_of(char *text, size_t len, const char *type,
					enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(len, text, mode);

	if (!response) {
		if (mode == MHD_RESPMEM_MUST_FREE)
			free(text);
		return NULL;
	}
	MHD_add_response_header(response, "Content-Type", type);
	MHD_add_response_header(response, "Connection", "close");
	return response;
}

static enum MHD_Result send_text(struct MHD_Connection *mhd, unsigned int status, const char *type,
				 const char *text)
{
	struct MHD_Response *response = response_of((char *)text, strlen(text), type,
						    MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, "Allow", "GET, HEAD");
	result = MHD_queue_response(mhd, status, response);
	MHD_destroy_response(response);
	return result;
}

/* Slow readers keep a text in memory until they have read it: not too many of them. */
static void end_readers_of_old_texts(struct web *web)
{
	struct connection *c;

	for (c = web->oldest.next; c != &web->oldest; c = c->next) {
		if (c->text && c->text + OLD_TEXTS < web->text)
			end_connection(c);
	}
}

/* The cost of a text is CPU time: on a busy host a text takes longer, but costs no more. */
static void make_text(struct web *web)
{
	double began = clock_seconds(CLOCK_PROCESS_CPUTIME_ID), took;
	char *text = NULL;
	size_t len = 0;
	int rc;

	rc = web->metrics(web->arg, &text, &len);
	took = clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - began;
	if (web->current)
		MHD_destroy_response(web->current);
	web->text++;
	web->status = rc ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK;
	if (rc) {
		free(text);
		if (asprintf(&text, "cannot read /proc: %s\n", strerror(-rc)) < 0)
			text = NULL;
		len = text ? strlen(text) : 0;
	}
	web->current = text ? response_of(text, len, TEXT_TYPE, MHD_RESPMEM_MUST_FREE) : NULL;
	took *= WEB_REUSE_TIMES;
	web->reuse_until = now() + (took > WEB_REUSE_MIN ? took : WEB_REUSE_MIN);
	end_readers_of_old_texts(web);
}

static enum MHD_Result send_metrics(struct web *web, struct MHD_Connection *mhd)
{
	const union MHD_ConnectionInfo *info;
	struct connection *connection;

	if (!web->current || now() >= web->reuse_until)
		make_text(web);
	if (!web->current)
		return MHD_NO;
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	connection = info->socket_context;
	if (connection)
		connection->text = web->text;
	return MHD_queue_response(mhd, web->status, web->current);
}

static enum MHD_Result answer(void *arg, struct MHD_Connection *mhd, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_len, void **request)
{
	static const char index[] =
		"<!DOCTYPE html>\n<title>guesttime exporter</title>\n"
		"<h1>guesttime exporter " GUESTTIME_VERSION "</h1>\n"
		"<p>CPU time of the virtual machines of this host, split by the guest's ring: "
		"<a href=\"metrics\">metrics</a></p>\n";

	(void)version;
	(void)upload;
	(void)upload_len;
	(void)request;
	if (strcmp(method, "GET") && strcmp(method, "HEAD"))
		return send_text(mhd, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain", "GET or HEAD\n");
	if (!strcmp(url, "/metrics"))
		return send_metrics(arg, mhd);
	if (!strcmp(url, "/-/healthy"))
		return send_text(mhd, MHD_HTTP_OK, "text/plain", "guesttime is healthy.\n");
	if (!strcmp(url, "/"))
		return send_text(mhd, MHD_HTTP_OK, "text/html; charset=utf-8", index);
	return send_text(mhd, MHD_HTTP_NOT_FOUND, "text/plain", "not here: try /metrics\n");
}

struct web *web_open(int listenfd, web_metrics_fn metrics, void *arg)
{
	unsigned int flags = MHD_USE_EPOLL | (listenfd < 0 ? MHD_USE_NO_LISTEN_SOCKET : 0);
	struct web *web = calloc(1, sizeof(*web));

	if (!web)
		return NULL;
	web->metrics = metrics;
	web->arg = arg;
	web->oldest.prev = &web->oldest;
	web->oldest.next = &web->oldest;
	/* Its own limit leaves room for connections that are about to end. */
	web->daemon = MHD_start_daemon(flags, 0, NULL, NULL, answer, web,
				       MHD_OPTION_NOTIFY_CONNECTION, notify, web,
				       MHD_OPTION_CONNECTION_LIMIT, 2u * WEB_CONNECTIONS,
				       MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST_MAX,
				       MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)WEB_DEADLINE,
				       listenfd < 0 ? MHD_OPTION_END : MHD_OPTION_LISTEN_SOCKET,
				       listenfd, MHD_OPTION_END);
	if (!web->daemon) {
		free(web);
		return NULL;
	}
	return web;
}

int web_fd(const struct web *web)
{
	return MHD_get_daemon_info(web->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

double web_run(struct web *web)
{
	MHD_UNSIGNED_LONG_LONG ms;
	double left = 3600, time = now();
	struct connection *c;

	for (c = web->oldest.next; c != &web->oldest && c->deadline <= time; c = c->next)
		end_connection(c);
	MHD_run(web->daemon);
	if (MHD_get_timeout(web->daemon, &ms) == MHD_YES && (double)ms / 1e3 < left)
		left = (double)ms / 1e3;
	for (c = web->oldest.next; c != &web->oldest; c = c->next) {
		if (c->ended)
			continue;
		if (c->deadline - time < left)
			left = c->deadline - time;
		break;
	}
	return left > 0 ? left : 0;
}

bool web_add(struct web *web, int fd)
{
	static const struct sockaddr unnamed = { .sa_family = AF_UNIX };

	return MHD_add_connection(web->daemon, fd, &unnamed, sizeof(unnamed)) == MHD_YES;
}

unsigned int web_busy(const struct web *web)
{
	return web->connections;
}

void web_close(struct web *web)
{
	MHD_stop_daemon(web->daemon);
	if (web->current)
		MHD_destroy_response(web->current);
	free(web);
}
