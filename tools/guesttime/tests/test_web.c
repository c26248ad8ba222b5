// SPDX-License-Identifier: GPL-2.0-only
/* The HTTP side of the exporter, by socket pairs and a clock that the test sets. */
#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "web.h"

#define GET	"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
#define ROUNDS	200

static struct web *web;
static unsigned int made;
static int failing;
static size_t text_len;
static double clock_now;
static double cpu_now;
static double reading_takes;		/* of the clock */
static double reading_costs;		/* of CPU time */

int __wrap_clock_gettime(clockid_t clock, struct timespec *ts)
{
	double t = clock == CLOCK_PROCESS_CPUTIME_ID ? cpu_now : clock_now;

	ts->tv_sec = (time_t)t;
	ts->tv_nsec = (long)((t - (double)ts->tv_sec) * 1e9);
	return 0;
}

static int make(void *arg, char **text, size_t *len)
{
	made++;
	clock_now += reading_takes;
	cpu_now += reading_costs;
	if (failing)
		return failing;
	*len = text_len;
	*text = malloc(text_len);
	assert_non_null(*text);
	memset(*text, 'a' + (int)(made % 26), text_len);
	return 0;
}

static int setup(void **state)
{
	made = 0;
	failing = 0;
	text_len = 10;
	clock_now = 1000;
	reading_takes = 0;
	reading_costs = 0;
	web = web_open(-1, make, NULL);
	return !web;
}

static int teardown(void **state)
{
	web_close(web);
	return 0;
}

static int client(const char *request)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	assert_true(web_add(web, fds[1]));
	assert_int_equal(send(fds[0], request, strlen(request), 0), strlen(request));
	return fds[0];
}

static void run(void)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		web_run(web);
}

/* The answer of the server, in a static buffer. */
static const char *answer(int fd)
{
	static char buf[8192];
	ssize_t n, len = 0;

	/* A server that closes without reading everything resets the stream, once. */
	while ((n = recv(fd, buf + len, sizeof(buf) - 1 - (size_t)len, 0)) > 0 ||
	       (n < 0 && errno == ECONNRESET))
		len += n > 0 ? n : 0;
	buf[len] = '\0';
	close(fd);
	return buf;
}

static void ask(const char *request, const char *status, const char *body)
{
	int fd = client(request);
	const char *got;

	run();
	got = answer(fd);
	if (strncmp(got, "HTTP/1.1 ", 9) || strncmp(got + 9, status, 3) || !strstr(got, body))
		fail_msg("%s: %s", request, got);
	assert_non_null(strstr(got, "Connection: close"));
	assert_int_equal(web_busy(web), 0);
}

static void each_path_has_its_answer(void **state)
{
	int fd;

	ask(GET, "200", "\r\n\r\nbbbbbbbbbb");
	ask("GET /metrics?x=y HTTP/1.1\r\nHost: x\r\n\r\n", "200", "text/plain; version=0.0.4");
	ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "200", "href=\"metrics\"");
	ask("GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n", "200", "healthy");
	ask("GET /metrics/ HTTP/1.1\r\nHost: x\r\n\r\n", "404", "/metrics");
	ask("GET /%2e%2e/metrics HTTP/1.1\r\nHost: x\r\n\r\n", "404", "/metrics");
	ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n", "405", "Allow: GET");
	ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "200", "Content-Length: 10");
	fd = client("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
	run();
	assert_null(strstr(answer(fd), "bbbb"));
	assert_int_equal(made, 1);
}

static void says_what_failed(void **state)
{
	failing = -EMFILE;
	ask(GET, "503", "Too many open files");
	/* The next reading may succeed. */
	failing = 0;
	clock_now += 1;
	ask(GET, "200", "cccccccccc");
}

/* However many ask at once, /proc is read once. */
static void many_clients_share_one_reading(void **state)
{
	int fds[40];
	size_t i;

	for (i = 0; i < 40; i++)
		fds[i] = client(GET);
	run();
	for (i = 0; i < 40; i++)
		assert_non_null(strstr(answer(fds[i]), "bbbbbbbbbb"));
	assert_int_equal(made, 1);
	clock_now += WEB_REUSE_MIN * 0.9;
	ask(GET, "200", "bbbbbbbbbb");
	clock_now += WEB_REUSE_MIN * 0.2;
	ask(GET, "200", "cccccccccc");
}

/* A tenth of a CPU, however long the host keeps us waiting. Red when: the clock is measured. */
static void readings_cost_cpu_time(void **state)
{
	reading_takes = 3;
	reading_costs = 0.5;
	ask(GET, "200", "bbbbbbbbbb");
	clock_now += 0.5 * WEB_REUSE_TIMES - 0.1;
	ask(GET, "200", "bbbbbbbbbb");
	clock_now += 0.2;
	ask(GET, "200", "cccccccccc");
}

/* One connection, one answer: an endless pipeline ends. */
static void connection_gets_one_answer(void **state)
{
	int fd = client(GET GET GET GET);
	const char *got;

	run();
	got = answer(fd);
	assert_null(strstr(got + 1, "HTTP/1.1"));
	assert_int_equal(web_busy(web), 0);
}

static void long_requests_are_refused(void **state)
{
	static char request[200000];
	int fd;

	strcpy(request, "GET /metrics HTTP/1.1\r\nHost: x\r\nX: ");
	memset(request + strlen(request), 'x', sizeof(request) - 1 - strlen(request));
	fd = client("");
	send(fd, request, sizeof(request), 0);
	run();
	assert_non_null(strstr(answer(fd), "431"));
	strcpy(request, "GET /");
	memset(request + strlen(request), 'x', sizeof(request) - 1 - strlen(request));
	fd = client("");
	send(fd, request, sizeof(request), 0);
	run();
	assert_non_null(strstr(answer(fd), "414"));
	assert_int_equal(web_busy(web), 0);
}

/* Clients that never ask do not keep out one that does. */
static void idle_clients_make_room(void **state)
{
	int fds[300], good;
	size_t i;

	for (i = 0; i < 300; i++) {
		fds[i] = client(i % 2 ? "" : "GET /metr");
		web_run(web);
		assert_true(web_busy(web) <= WEB_CONNECTIONS + 1);
	}
	good = client(GET);
	run();
	assert_non_null(strstr(answer(good), "bbbbbbbbbb"));
	for (i = 0; i < 300; i++)
		close(fds[i]);
	run();
	assert_int_equal(web_busy(web), 0);
}

static void slow_requests_end_at_the_deadline(void **state)
{
	int slow, idle = client("");

	run();
	clock_now += 1;
	slow = client("G");
	run();
	clock_now += WEB_DEADLINE - 1.01;
	/* A byte now and then does not help. */
	assert_int_equal(send(slow, "E", 1, 0), 1);
	run();
	assert_int_equal(web_busy(web), 2);
	clock_now += 0.02;
	run();
	assert_int_equal(web_busy(web), 1);
	clock_now += 1;
	assert_int_equal(send(slow, "T", 1, 0), 1);
	run();
	assert_int_equal(web_busy(web), 0);
	close(slow);
	close(idle);
}

/* Those who do not read keep at most three texts in memory. */
static void slow_readers_are_let_go(void **state)
{
	int fds[10];
	size_t i;

	text_len = 4000000;
	for (i = 0; i < 10; i++) {
		fds[i] = client(GET);
		run();
		assert_int_equal(made, i + 1);
		assert_true(web_busy(web) <= 3);
		clock_now += 0.5;
	}
	for (i = 0; i < 10; i++)
		close(fds[i]);
	run();
	assert_int_equal(web_busy(web), 0);
}

int main(void)
{
#define CASE(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(each_path_has_its_answer),
		CASE(says_what_failed),
		CASE(many_clients_share_one_reading),
		CASE(readings_cost_cpu_time),
		CASE(connection_gets_one_answer),
		CASE(long_requests_are_refused),
		CASE(idle_clients_make_room),
		CASE(slow_requests_end_at_the_deadline),
		CASE(slow_readers_are_let_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
