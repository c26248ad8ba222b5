// SPDX-License-Identifier: GPL-2.0-only
/* The default command: totals once, rates over intervals, or a recording. */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "live.h"
#include "record.h"
#include "report.h"
#include "stop.h"

struct show {
	const struct options *opts;
	const struct environment *env;
	struct report report;
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

static void report_denied(uint32_t denied)
{
	if (denied)
		warnx("%u processes are hidden from this user; run as root to see them", denied);
}

static int print_rows(struct show *show, struct rows *rows, double interval, double time)
{
	int rc;

	rows_sort(rows, &show->opts->sort);
	rc = report_print(&show->report, rows, interval, time);
	return rc ? output_failed(rc) : 0;
}

static int print_totals(struct show *show, struct source *source)
{
	const struct options *opts = show->opts;
	const struct row_options row_opts = {
		.threads = opts->threads,
		/* A process asked for by number is shown whatever it did. */
		.all = opts->all || (opts->select.n_pids && !opts->threads),
		.hz = show->env->hz,
	};
	struct proc_snapshot snap = { 0 };
	struct rows rows = { 0 };
	int rc;

	rc = source_scan(source, &snap);
	if (!rc)
		rc = rows_from_totals(&rows, &snap, &row_opts);
	if (rc) {
		rc = scan_failed(opts, rc);
	} else {
		report_denied(snap.denied);
		if (!rows.n && opts->format == OUTPUT_TABLE)
			warnx("no %s has run a guest", opts->threads ? "thread" : "process");
		rc = print_rows(show, &rows, 0, snap.realtime);
	}
	rows_free(&rows);
	proc_snapshot_free(&snap);
	return rc;
}

static int show_totals(struct show *show)
{
	const struct options *opts = show->opts;
	const struct source_options source_opts = {
		.choice = opts->source,
		.procfd = show->env->procfd,
		.feature = show->env->feature,
		.select = &opts->select,
		.threads = opts->threads,
		.all = opts->all,
	};
	struct source *source;
	const char *why;
	int rc;

	rc = source_open(&source_opts, &source, &why);
	if (why)
		warnx("%s", why);
	if (rc)
		return EXIT_TROUBLE;
	report_init(&show->report, opts, &show->env->feature, source_name(source));
	rc = print_totals(show, source);
	source_close(source);
	return rc;
}

static void report_samples(struct show *show, struct live *live)
{
	const char *trouble = source_trouble(live->source);
	uint64_t lost = live->frame.lost;

	if (trouble)
		warnx("%s", trouble);
	if (!lost)
		return;
	show->lost += lost;
	live->frame.lost = 0;
	warnx("%llu samples lost (%llu in all): the shares are of those that are left",
	      (unsigned long long)lost, (unsigned long long)show->lost);
}

/* Sleeps until the next report; false to stop. */
static bool wait_until(const struct live *live, int stopfd, double until)
{
	bool input;

	do {
		if (!stop_wait(stopfd, source_fd(live->source), until, &input))
			return false;
		if (input)
			source_drain(live->source);
	} while (input);
	return true;
}

static int record(struct recorder *recorder, const struct frame *frame)
{
	int rc = recorder ? recorder_add(recorder, frame) : 0;

	if (!rc)
		return 0;
	warnx("cannot record: %s", strerror(-rc));
	return EXIT_TROUBLE;
}

static int report_rates(struct show *show, struct live *live, struct recorder *recorder, int stopfd)
{
	const struct options *opts = show->opts;
	uint32_t reports = 0;
	double until;
	int rc, status;

	rc = live_begin(live);
	if (rc)
		return scan_failed(opts, rc);
	report_denied(live_denied(live));
	until = live_monotonic(live);
	for (;;) {
		report_samples(show, live);
		until += opts->interval;
		if (until < live_monotonic(live))	/* a pass took longer than the interval */
			until = live_monotonic(live);
		if (!wait_until(live, stopfd, until))
			return 0;
		rc = live_next(live);
		/* A process that ends while it is watched is no failure. */
		if (rc == -ENOENT && opts->select.n_pids)
			return 0;
		if (rc)
			return scan_failed(opts, rc);
		status = record(recorder, &live->frame);
		if (!status)
			status = print_rows(show, opts->threads ? &live->frame.threads :
								   &live->frame.vms,
					    live->frame.interval, live->frame.time);
		if (status || ++reports == opts->count)
			return status;
	}
}

static int show_rates(struct show *show)
{
	const struct options *opts = show->opts;
	const struct live_options live_opts = {
		.threads = opts->threads || opts->record,
		.wait = opts->record,
	};
	struct recorder *recorder = NULL;
	struct live live;
	int status, stopfd, rc;

	status = live_open(&live, opts, show->env, &live_opts);
	if (status)
		return status;
	report_init(&show->report, opts, &show->env->feature, live.frame.source);
	status = EXIT_TROUBLE;
	stopfd = stop_open();
	rc = opts->record ? recorder_open(opts->record, &recorder) : 0;
	if (stopfd < 0)
		warnx("cannot handle signals: %s", strerror(-stopfd));
	else if (rc)
		warnx("%s: %s", opts->record, recorder_error(rc));
	else
		status = report_rates(show, &live, recorder, stopfd);
	recorder_close(recorder);
	if (stopfd >= 0)
		close(stopfd);
	live_close(&live);
	return status;
}

static int show_replay(struct show *show)
{
	const struct options *opts = show->opts;
	struct replay *replay;
	size_t i;
	int rc;

	rc = replay_open(opts->replay, &replay);
	if (rc) {
		warnx("%s: %s", opts->replay, recorder_error(rc));
		return EXIT_TROUBLE;
	}
	report_init(&show->report, opts, &show->env->feature, "none");
	show->report.table.rates = true;
	for (i = 0; !rc && i < replay_frames(replay) && (!opts->count || i < opts->count); i++) {
		struct frame *frame = replay_read(replay, i);
		struct rows *rows;

		if (!frame) {
			warnx("%s: interval %zu: %s", opts->replay, i + 1, recorder_error(-errno));
			rc = EXIT_TROUBLE;
			break;
		}
		rows = opts->threads ? &frame->threads : &frame->vms;
		rows_select(rows, &opts->select);
		show->report.source = frame->source;
		report_host(&show->report, frame->hostname);
		rc = print_rows(show, rows, frame->interval, frame->time);
	}
	if (!rc && replay_cut(replay))
		warnx("%s: the last interval was not finished", opts->replay);
	replay_close(replay);
	return rc;
}

/*
 * /proc/TID has the times of TID's whole process, so a TID is an error that names the process.
 * A number that does not exist is an error, even if others exist.
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

int command_show(const struct options *opts, const struct environment *env)
{
	struct show show = { .opts = opts, .env = env };
	int status;

	if (opts->replay)
		return show_replay(&show);
	status = check_pids(opts, env);
	if (status)
		return status;
	return opts->interval > 0 ? show_rates(&show) : show_totals(&show);
}
