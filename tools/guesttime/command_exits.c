// SPDX-License-Identifier: GPL-2.0-only
/* guesttime exits: a line for each VM that ends. */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clock_seconds.h"
#include "exits.h"
#include "netlink.h"
#include "read_file.h"
#include "report.h"
#include "stop.h"

/* Seconds between looks at /proc: it is the fallback, or all there is. */
#define INTERVAL_WITH_RECORDS	5
#define INTERVAL_WITHOUT	1

#define CPULIST_MAX		4096

struct watch {
	const struct options *opts;
	struct report report;
	struct exits exits;
	struct netlink *netlink;
	uint32_t printed;
	uint64_t lost;
	int error;
};

static bool finished(const struct watch *watch)
{
	return watch->error || (watch->opts->count && watch->printed == watch->opts->count);
}

static void print_exit(void *arg, const struct row *row)
{
	struct watch *watch = arg;
	struct row copy = *row;
	struct rows rows = { .v = &copy, .n = 1 };

	if (finished(watch))
		return;
	watch->error = report_print(&watch->report, &rows, 0, row->end_time.v);
	watch->printed++;
}

/* The kernel's own list, without its newline. */
static bool read_cpus(const char *path, char *cpus, size_t size)
{
	ssize_t n = read_file(AT_FDCWD, path, cpus, size - 1);

	cpus[n > 0 ? n : 0] = '\0';
	cpus[strcspn(cpus, "\n")] = '\0';
	return *cpus;
}

static void explain_fallback(const struct watch *watch, const char *advice, int error)
{
	warnx("%s%s%s", advice, error ? ": " : "", error ? strerror(error) : "");
	warnx("looking at /proc every %g s instead: times are those last seen before the end, "
	      "and VMs that live shorter are missed",
	      watch->opts->interval > 0 ? watch->opts->interval : INTERVAL_WITHOUT);
}

static void start_netlink(struct watch *watch, const struct netlink_options *nl_opts)
{
	enum netlink_status status;

	if (!*nl_opts->cpus) {
		explain_fallback(watch, "cannot read the list of possible CPUs", errno);
		return;
	}
	status = netlink_open(nl_opts, &watch->netlink);
	if (status != NETLINK_OK)
		explain_fallback(watch, netlink_advice(status),
				 status == NETLINK_FAILED ? errno : 0);
}

static void report_trouble(struct watch *watch)
{
	uint32_t lost = netlink_lost(watch->netlink);
	uint32_t malformed = netlink_malformed(watch->netlink);

	watch->lost += lost;
	if (lost)
		warnx("%u exit records lost (%llu in all): they came faster than they were read; "
		      "VMs among them are reported from /proc", lost,
		      (unsigned long long)watch->lost);
	if (malformed)
		warnx("%u malformed messages ignored", malformed);
}

static void receive(struct watch *watch)
{
	int rc;

	if (!watch->netlink)
		return;
	rc = netlink_receive(watch->netlink);
	report_trouble(watch);
	if (!rc)
		return;
	netlink_close(watch->netlink);
	watch->netlink = NULL;
	explain_fallback(watch, "cannot receive exit records", -rc);
}

static double interval(const struct watch *watch)
{
	if (watch->opts->interval > 0)
		return watch->opts->interval;
	return watch->netlink ? INTERVAL_WITH_RECORDS : INTERVAL_WITHOUT;
}

/* Handles records until it is time for the next look. False to stop. */
static bool wait_for_records(struct watch *watch, int stopfd)
{
	double until = clock_seconds(CLOCK_MONOTONIC) + interval(watch);
	bool input;

	do {
		int fd = watch->netlink ? netlink_fd(watch->netlink) : -1;

		if (!stop_wait(stopfd, fd, until, &input))
			return false;
		if (input)
			receive(watch);
		if (finished(watch))
			return false;
	} while (clock_seconds(CLOCK_MONOTONIC) < until);
	return true;
}

static int look(struct watch *watch)
{
	int rc;

	/* A VM that ended before it is looked at would seem to be older than its record says. */
	receive(watch);
	rc = exits_scan(&watch->exits);
	if (rc) {
		warnx("cannot read %s: %s", watch->opts->proc, strerror(-rc));
		return rc;
	}
	receive(watch);
	exits_report_vanished(&watch->exits);
	return 0;
}

static int run(struct watch *watch, int stopfd)
{
	do {
		if (look(watch))
			return 1;
	} while (!finished(watch) && wait_for_records(watch, stopfd));
	if (watch->error) {
		warnx("cannot write: %s", strerror(-watch->error));
		return 1;
	}
	return 0;
}

static int watch_exits(struct watch *watch, const struct environment *env)
{
	const struct options *opts = watch->opts;
	char cpus[CPULIST_MAX] = "";
	struct netlink_options nl_opts = {
		.cpus = cpus,
		.rcvbuf = opts->rcvbuf,
		.split = env->feature.split,
		.handler = exits_message,
		.arg = &watch->exits,
	};
	int rc, stopfd;

	stopfd = stop_open();
	if (stopfd < 0) {
		warnx("cannot handle signals: %s", strerror(-stopfd));
		return EXIT_TROUBLE;
	}
	if (!read_cpus(opts->cpus, cpus, sizeof(cpus)))
		cpus[0] = '\0';
	start_netlink(watch, &nl_opts);
	rc = run(watch, stopfd);
	netlink_close(watch->netlink);
	close(stopfd);
	return rc;
}

int command_exits(const struct options *opts, const struct environment *env)
{
	struct watch watch = {
		.opts = opts,
		.exits = {
			.procfd = env->procfd,
			.hz = env->hz,
			.split = env->feature.split,
			.select = &opts->select,
			.table = vm_table_new(),
			.emit = print_exit,
			.arg = &watch,
		},
	};
	const char *advice = feature_advice(&env->feature);
	int rc;

	if (!watch.exits.table) {
		warnx("%s", strerror(ENOMEM));
		return EXIT_TROUBLE;
	}
	report_init(&watch.report, opts, &env->feature,
		    env->feature.split ? "kernel" : "none");
	if (advice)
		warnx("%s", advice);
	rc = watch_exits(&watch, env);
	exits_free(&watch.exits);
	vm_table_free(watch.exits.table);
	return rc;
}
