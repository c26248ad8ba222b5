// SPDX-License-Identifier: GPL-2.0-only
/* The default command: totals once, or rates over intervals. */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "proc_scan.h"
#include "report.h"
#include "stop.h"

struct show {
	const struct options *opts;
	const struct environment *env;
	struct report report;
	struct proc_snapshot snaps[2];
	struct rows rows;
};

static int scan_failed(const struct options *opts, int rc)
{
	if (opts->pid && rc == -ENOENT)
		warnx("no process with pid %u", opts->pid);
	else
		warnx("cannot read %s: %s", opts->proc, strerror(-rc));
	return 1;
}

static int output_failed(int rc)
{
	warnx("cannot write: %s", strerror(-rc));
	return 1;
}

static int scan(struct show *show, struct proc_snapshot *snap)
{
	struct proc_scan_options opts = {
		.pid = show->opts->pid,
		.threads = show->opts->threads,
		.all = show->opts->all,
	};

	return proc_scan(show->env->procfd, &opts, snap);
}

/* Once, before the first report. Nothing is wrong if everything is known. */
static void explain(const struct show *show, const struct proc_snapshot *snap)
{
	const char *advice = feature_advice(show->env->feature, snap->split_seen);

	if (advice)
		warnx("%s", advice);
	if (snap->denied)
		warnx("%u processes are hidden from this user; run as root to see them",
		      snap->denied);
}

static struct row_options row_options(const struct show *show)
{
	return (struct row_options){
		.threads = show->opts->threads,
		/* A process asked for by number is shown whatever it did. */
		.all = show->opts->all || (show->opts->pid && !show->opts->threads),
		.hz = show->env->hz,
	};
}

static int print_rows(struct show *show, double interval)
{
	int rc;

	rows_sort(&show->rows, &show->opts->sort);
	rc = report_print(&show->report, &show->rows, interval);
	return rc ? output_failed(rc) : 0;
}

static int show_totals(struct show *show)
{
	struct row_options opts = row_options(show);
	struct proc_snapshot *snap = &show->snaps[0];
	int rc;

	rc = scan(show, snap);
	if (rc)
		return scan_failed(show->opts, rc);
	explain(show, snap);
	rc = rows_from_totals(&show->rows, snap, &opts);
	if (rc)
		return scan_failed(show->opts, rc);
	if (!show->rows.n && show->opts->format == OUTPUT_TABLE)
		warnx("no %s has run a guest", show->opts->threads ? "thread" : "process");
	return print_rows(show, 0);
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
	rc = scan(show, before);
	if (!rc)
		explain(show, before);
	until = before->monotonic;
	while (!rc) {
		until += show->opts->interval;
		if (until < before->monotonic)	/* a pass took longer than the interval */
			until = before->monotonic;
		if (!stop_wait(stopfd, -1, until, NULL))
			break;
		rc = scan(show, now);
		if (!rc)
			rc = rows_from_rates(&show->rows, before, now, &opts);
		if (rc)
			break;
		if (print_rows(show, now->monotonic - before->monotonic)) {
			close(stopfd);
			return 1;
		}
		if (++reports == show->opts->count)
			break;
		swap = before;
		before = now;
		now = swap;
	}
	close(stopfd);
	/* A process that ends while it is watched is no failure. */
	if (rc == -ENOENT && show->opts->pid && before->processes.n)
		return 0;
	return rc ? scan_failed(show->opts, rc) : 0;
}

/* The number of a thread shows its whole process in /proc: do not be fooled. */
static int check_pid(const struct options *opts, const struct environment *env)
{
	uint32_t tgid;

	if (!opts->pid || proc_tgid_of(env->procfd, opts->pid, &tgid) || tgid == opts->pid)
		return 0;
	warnx("%u is a thread of process %u; try: guesttime -t -p %u", opts->pid, tgid, tgid);
	return 1;
}

int command_show(const struct options *opts, const struct environment *env)
{
	struct show show = { .opts = opts, .env = env };
	int rc;

	if (check_pid(opts, env))
		return 1;
	report_init(&show.report, opts, env->feature);
	rc = opts->interval > 0 ? show_rates(&show) : show_totals(&show);
	rows_free(&show.rows);
	proc_snapshot_free(&show.snaps[0]);
	proc_snapshot_free(&show.snaps[1]);
	return rc;
}
