// SPDX-License-Identifier: GPL-2.0-only
/* The default command: totals once, or rates over intervals. */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "source.h"
#include "stop.h"

struct show {
	const struct options *opts;
	const struct environment *env;
	struct source *source;
	struct report report;
	struct proc_snapshot snaps[2];
	struct rows rows;
	uint64_t lost;
};

static int scan_failed(const struct options *opts, int rc)
{
	if (opts->select.n_pids && rc == -ENOENT)
		warnx("no such process");
	else
		warnx("cannot read %s: %s", opts->proc, strerror(-rc));
	return EXIT_TROUBLE;
}

static int output_failed(int rc)
{
	warnx("cannot write: %s", strerror(-rc));
	return EXIT_TROUBLE;
}

/* Once, before the first report. Nothing is wrong if everything is known. */
static void explain(const struct proc_snapshot *snap)
{
	if (snap->denied)
		warnx("%u processes are hidden from this user; run as root to see them",
		      snap->denied);
}

static void report_samples(struct show *show)
{
	const char *trouble = source_trouble(show->source);
	uint64_t lost = source_lost(show->source);

	if (trouble)
		warnx("%s", trouble);
	if (!lost)
		return;
	show->lost += lost;
	warnx("%llu samples lost (%llu in all): the shares are of those that are left",
	      (unsigned long long)lost, (unsigned long long)show->lost);
}

static struct row_options row_options(const struct show *show)
{
	const struct options *opts = show->opts;

	return (struct row_options){
		.threads = opts->threads,
		/* A process asked for by number is shown whatever it did. */
		.all = opts->all || (opts->select.n_pids && !opts->threads),
		.hz = show->env->hz,
	};
}

static int print_rows(struct show *show, double interval, double time)
{
	int rc;

	rows_sort(&show->rows, &show->opts->sort);
	rc = report_print(&show->report, &show->rows, interval, time);
	return rc ? output_failed(rc) : 0;
}

static int show_totals(struct show *show)
{
	struct row_options opts = row_options(show);
	struct proc_snapshot *snap = &show->snaps[0];
	int rc;

	rc = source_scan(show->source, snap);
	if (rc)
		return scan_failed(show->opts, rc);
	explain(snap);
	rc = rows_from_totals(&show->rows, snap, &opts);
	if (rc)
		return scan_failed(show->opts, rc);
	if (!show->rows.n && show->opts->format == OUTPUT_TABLE)
		warnx("no %s has run a guest", show->opts->threads ? "thread" : "process");
	return print_rows(show, 0, snap->realtime);
}

/* Sleeps until the next report; false to stop. */
static bool wait_until(struct show *show, int stopfd, double until)
{
	bool input;

	do {
		if (!stop_wait(stopfd, source_fd(show->source), until, &input))
			return false;
		if (input)
			source_drain(show->source);
	} while (input);
	return true;
}

static int show_rates(struct show *show)
{
	struct row_options opts = row_options(show);
	struct proc_snapshot *before = &show->snaps[0], *now = &show->snaps[1], *swap;
	uint32_t reports = 0;
	int rc, stopfd;
	double until;

	stopfd = stop_open();
	if (stopfd < 0)
		return scan_failed(show->opts, stopfd);
	rc = source_scan(show->source, before);
	if (!rc)
		explain(before);
	until = before->monotonic;
	while (!rc) {
		report_samples(show);
		until += show->opts->interval;
		if (until < before->monotonic)	/* a pass took longer than the interval */
			until = before->monotonic;
		if (!wait_until(show, stopfd, until))
			break;
		rc = source_scan(show->source, now);
		if (!rc)
			rc = rows_from_rates(&show->rows, before, now, &opts);
		if (rc)
			break;
		if (print_rows(show, now->monotonic - before->monotonic, now->realtime)) {
			close(stopfd);
			return EXIT_TROUBLE;
		}
		if (++reports == show->opts->count)
			break;
		swap = before;
		before = now;
		now = swap;
	}
	close(stopfd);
	/* A process that ends while it is watched is no failure. */
	if (rc == -ENOENT && show->opts->select.n_pids && before->processes.n)
		return 0;
	return rc ? scan_failed(show->opts, rc) : 0;
}

/*
 * The number of a thread shows its whole process in /proc: do not be fooled. One that
 * does not exist is named, even if others do.
 */
static int check_pids(const struct options *opts, const struct environment *env)
{
	int status = 0;
	size_t i;

	for (i = 0; i < opts->select.n_pids; i++) {
		uint32_t pid = opts->select.pids[i], tgid;
		int rc = proc_tgid_of(env->procfd, pid, &tgid);

		if (rc == -ENOENT) {
			warnx("no process with pid %u", pid);
			status = EXIT_TROUBLE;
		} else if (!rc && tgid != pid) {
			warnx("%u is a thread of process %u; try: guesttime -t -p %u", pid, tgid,
			      tgid);
			status = EXIT_TROUBLE;
		}
	}
	return status;
}

static int open_source(struct show *show)
{
	const struct options *opts = show->opts;
	struct source_options source_opts = {
		.choice = opts->source,
		.rate = opts->rate,
		.rates = opts->interval > 0,
		.procfd = show->env->procfd,
		.feature = show->env->feature,
		.select = &opts->select,
		.threads = opts->threads,
		.all = opts->all,
	};
	const char *why;
	int rc;

	rc = source_open(&source_opts, &show->source, &why);
	if (why)
		warnx("%s", why);
	if (!rc)
		return 0;
	if (!why)
		warnx("%s", strerror(-rc));
	return rc == -EPERM || rc == -EOPNOTSUPP ? EXIT_SAMPLING : EXIT_TROUBLE;
}

int command_show(const struct options *opts, const struct environment *env)
{
	struct show show = { .opts = opts, .env = env };
	int rc;

	rc = check_pids(opts, env);
	if (!rc)
		rc = open_source(&show);
	if (rc)
		return rc;
	report_init(&show.report, opts, &env->feature, source_name(show.source));
	rc = opts->interval > 0 ? show_rates(&show) : show_totals(&show);
	rows_free(&show.rows);
	proc_snapshot_free(&show.snaps[0]);
	proc_snapshot_free(&show.snaps[1]);
	source_close(show.source);
	return rc;
}
