// SPDX-License-Identifier: GPL-2.0-only
/* The exporter: metrics for whoever asks, on a socket that only this host reaches. */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "listen_address.h"
#include "output_prometheus.h"
#include "source.h"
#include "stop.h"
#include "web.h"

#define ACTIVATED_FD	3	/* the first that systemd passes */
#define BACKLOG		128

struct exporter {
	const struct options *opts;
	const struct environment *env;
	struct source *source;
	struct metrics metrics;
	struct metrics_options show;
	struct proc_snapshot snap;
};

/* Samples split time whatever the switch says. */
static void take_state(struct exporter *exporter)
{
	struct metrics *metrics = &exporter->metrics;
	bool sampled = source_kind(exporter->source) == SOURCE_IS_SAMPLED;
	const char *trouble = source_trouble(exporter->source);

	if (trouble)
		warnx("%s", trouble);
	metrics->state = feature_read(exporter->env->procfd).state;
	metrics->collecting = sampled || metrics->state == FEATURE_ON;
	metrics->source = source_name(exporter->source);
	metrics->samples_lost += source_lost(exporter->source);
	metrics->scans++;
}

static int make_metrics(void *arg, char **text, size_t *len)
{
	struct exporter *exporter = arg;
	FILE *out;
	int rc;

	rc = source_scan(exporter->source, &exporter->snap);
	take_state(exporter);
	if (!rc)
		rc = metrics_update(&exporter->metrics, &exporter->snap, &exporter->show);
	if (rc) {
		exporter->metrics.errors++;
		warnx("cannot read %s: %s", exporter->opts->proc, strerror(-rc));
		return rc;
	}
	out = open_memstream(text, len);
	if (!out)
		return -errno;
	prometheus_print(out, &exporter->metrics);
	return fclose(out) ? -ENOMEM : 0;
}

/*
 * With --source auto the exporter also runs where sampling is not possible.  Guest time is then
 * unclassified, and the other counters are still useful.
 */
static int open_source(struct exporter *exporter)
{
	const struct options *opts = exporter->opts;
	struct source_options what = {
		.choice = opts->source,
		.rate = opts->rate,
		.rates = true,
		.procfd = exporter->env->procfd,
		.feature = exporter->env->feature,
		.select = &opts->select,
		.threads = opts->per_vcpu,
	};
	const char *why;
	int rc;

	rc = source_open(&what, &exporter->source, &why);
	if (why)
		warnx("%s", why);
	if (!rc)
		return 0;
	if (opts->source == SOURCE_AUTO && (rc == -EPERM || rc == -EOPNOTSUPP)) {
		what.rates = false;
		rc = source_open(&what, &exporter->source, &why);
		if (!rc)
			return 0;
	}
	if (!why)
		warnx("%s", strerror(-rc));
	return rc == -EPERM || rc == -EOPNOTSUPP ? EXIT_SAMPLING : EXIT_TROUBLE;
}

/* A listening socket that systemd has passed, or -1. */
static int activated_socket(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");

	if (!pid || !fds || strtol(pid, NULL, 10) != getpid())
		return -1;
	if (strcmp(fds, "1")) {
		warnx("systemd passes %s sockets; one ListenStream= is served", fds);
		return -1;
	}
	fcntl(ACTIVATED_FD, F_SETFD, FD_CLOEXEC);
	return ACTIVATED_FD;
}

/* Removes the socket of an exporter that was killed: nobody accepts connections there. */
static void remove_stale(const struct listen_address *address)
{
	struct stat st;
	int fd;

	if (address->u.any.sa_family != AF_UNIX || lstat(address->u.local.sun_path, &st) ||
	    !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (connect(fd, &address->u.any, address->len) && errno == ECONNREFUSED)
		unlink(address->u.local.sun_path);
	close(fd);
}

static int open_socket(const struct listen_address *address)
{
	int fd = socket(address->u.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, error;

	if (fd < 0)
		return -errno;
	if (address->u.any.sa_family != AF_UNIX)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	remove_stale(address);
	if (!bind(fd, &address->u.any, address->len) && !listen(fd, BACKLOG))
		return fd;
	error = errno;
	close(fd);
	return -error;
}

static int wrong_address(const char *text, int rc)
{
	if (rc == -EADDRNOTAVAIL)
		warnx("%s can be reached from other hosts; this exporter has neither TLS nor "
		      "passwords, so it listens on 127.0.0.1:PORT, [::1]:PORT or unix:/PATH only; "
		      "guesttime(8) shows a reverse proxy", text);
	else
		warnx("not an address to listen on: '%s'; 127.0.0.1:PORT, [::1]:PORT or unix:/PATH",
		      text);
	return -1;
}

/* Finds out where it listens, and that nobody else reaches it. -1 after an error was printed. */
static int get_socket(const struct options *opts, struct listen_address *address)
{
	const char *text = opts->listen_address ? opts->listen_address : LISTEN_ADDRESS_DEFAULT;
	int fd = activated_socket(), rc;
	char name[128];

	if (fd < 0) {
		rc = listen_address_decode(text, address);
		if (rc)
			return wrong_address(text, rc);
		fd = open_socket(address);
		if (fd < 0) {
			warnx("cannot listen on %s: %s%s", text, strerror(-fd),
			      fd == -EADDRINUSE ? "; is another exporter running?" : "");
			return -1;
		}
	}
	address->len = sizeof(address->u);
	if (getsockname(fd, &address->u.any, &address->len)) {
		warn("the socket that systemd has passed");
		return -1;
	}
	listen_address_text(address, name);
	if (!listen_address_is_local(address)) {
		close(fd);
		return wrong_address(name, -EADDRNOTAVAIL);
	}
	fcntl(fd, F_SETFL, O_NONBLOCK);
	warnx("listening on %s", name);
	return fd;
}

/* Until a signal comes. */
static void loop(struct exporter *exporter, struct web *web, int stopfd)
{
	struct pollfd fds[] = {
		{ .fd = stopfd, .events = POLLIN },
		{ .fd = web_fd(web), .events = POLLIN },
		{ .fd = source_fd(exporter->source), .events = POLLIN },
	};

	do {
		double wait = web_run(web);

		if (poll(fds, 3, (int)(wait * 1000) + (wait > 0)) > 0 && fds[2].revents)
			source_drain(exporter->source);
	} while (!fds[0].revents);
}

static int serve(struct exporter *exporter, int listenfd, int stopfd)
{
	struct web *web = web_open(listenfd, make_metrics, exporter);

	if (!web) {
		warnx("cannot serve: %s", strerror(errno));
		return EXIT_TROUBLE;
	}
	loop(exporter, web, stopfd);
	web_close(web);
	return 0;
}

int command_exporter(const struct options *opts, const struct environment *env)
{
	struct exporter exporter = {
		.opts = opts,
		.env = env,
		.show = {
			.per_vcpu = opts->per_vcpu,
			.max_series = opts->max_series,
			.hz = env->hz,
			.boot = metrics_boot_time(),
		},
	};
	struct listen_address address;
	int listenfd, stopfd, rc;

	signal(SIGPIPE, SIG_IGN);
	stopfd = stop_open();
	if (stopfd < 0) {
		warnx("cannot wait for signals: %s", strerror(-stopfd));
		return EXIT_TROUBLE;
	}
	rc = open_source(&exporter);
	if (rc)
		return rc;
	listenfd = get_socket(opts, &address);
	rc = listenfd < 0 ? EXIT_TROUBLE : serve(&exporter, listenfd, stopfd);
	if (listenfd >= 0 && listenfd != ACTIVATED_FD && address.u.any.sa_family == AF_UNIX)
		unlink(address.u.local.sun_path);
	source_close(exporter.source);
	metrics_free(&exporter.metrics);
	proc_snapshot_free(&exporter.snap);
	close(stopfd);
	return rc;
}
