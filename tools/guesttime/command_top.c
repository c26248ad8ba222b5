// SPDX-License-Identifier: GPL-2.0-only
/* guesttime top: the VMs of this host, or of a recording, live on the screen. */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock_seconds.h"
#include "live.h"
#include "record.h"
#include "report.h"
#include "screen.h"
#include "stop.h"

#define INTERVAL_DEFAULT	3
#define MANY			12	/* a minute, at 5 s */

struct top {
	const struct options *opts;
	const struct environment *env;
	struct view view;
	struct screen *screen;
	struct screen_text text;
	struct frame *frame;		/* on the screen */
	struct live live;
	struct proc_closely closely;
	struct recorder *recorder;
	struct replay *replay;
	size_t at;			/* in the recording */
	char position[64];
	const char *failed;		/* what ended it */
	int error;
	uint32_t reports;
};

static bool fail(struct top *top, const char *what, int rc)
{
	top->failed = what;
	top->error = rc;
	return false;
}

static bool draw(struct top *top)
{
	int rc = view_show(&top->view, top->frame, screen_page(top->screen));

	if (rc)
		return fail(top, "cannot show", rc);
	screen_draw(top->screen, &top->view, top->frame, &top->text);
	rc = view_closely(&top->view, &top->closely);
	if (rc)
		return fail(top, "cannot show", rc);
	return true;
}

/* Goes to another frame of the recording. */
static bool go(struct top *top, long by)
{
	size_t last = replay_frames(top->replay) - 1;

	if (by < 0)
		top->at = top->at > (size_t)-by ? top->at - (size_t)-by : 0;
	else
		top->at = last - top->at > (size_t)by ? top->at + (size_t)by : last;
	top->frame = replay_read(top->replay, top->at);
	if (!top->frame)
		return fail(top, "cannot read the recording", -errno);
	rows_select(&top->frame->vms, &top->opts->select);
	top->text.interval = top->frame->interval;
	snprintf(top->position, sizeof(top->position), "%zu/%zu%s", top->at + 1, last + 1,
		 top->at == last && replay_cut(top->replay) ? " (the next was not finished)" : "");
	return true;
}

/* Draws at once: lines point into the old frame, and the next key may already use them. */
static bool step(struct top *top, long by)
{
	return go(top, by) && draw(top);
}

static bool press(struct top *top, enum view_key key)
{
	if (top->replay && !top->view.help) {
		switch (key) {
		case VIEW_BACK:
			return step(top, -1);
		case VIEW_FORTH:
			return step(top, 1);
		case VIEW_BACK_MANY:
			return step(top, -MANY);
		case VIEW_FORTH_MANY:
			return step(top, MANY);
		default:
			break;
		}
	}
	/* Frames end when they are drawn: those of a pause would be missing in the recording. */
	if (key == VIEW_PAUSE && top->recorder && !top->view.help) {
		top->text.message = "no pause: the recording would have a gap";
		return true;
	}
	return view_press(&top->view, key);
}

static bool keys(struct top *top)
{
	enum view_key key;
	char c;

	while (screen_key(top->screen, top->view.typing, &key, &c)) {
		if (c)
			view_type(&top->view, c);
		else if (!press(top, key))
			return false;
	}
	return draw(top);
}

/* The next frame. False to stop. */
static bool next(struct top *top)
{
	const struct options *opts = top->opts;
	const char *trouble;
	int rc;

	if (top->replay) {
		if (top->at + 1 < replay_frames(top->replay) && !go(top, 1))
			return false;
	} else {
		rc = live_next(&top->live);
		if (rc == -ENOENT && opts->select.n_pids)
			return false;
		if (rc)
			return fail(top, opts->proc, rc);
		trouble = source_trouble(top->live.source);
		if (trouble)
			top->text.message = trouble;
		rc = top->recorder ? recorder_add(top->recorder, &top->live.frame) : 0;
		if (rc)
			return fail(top, "cannot record", rc);
	}
	if (!draw(top))
		return false;
	return !opts->count || ++top->reports < opts->count;
}

/* Waits for keys, samples and time. False to stop. */
static bool wait_until(struct top *top, int stopfd, double until)
{
	struct pollfd fds[] = {
		{ .fd = stopfd, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = top->replay ? -1 : source_fd(top->live.source), .events = POLLIN },
	};

	for (;;) {
		double left = until - clock_seconds(CLOCK_MONOTONIC);
		int n = 0;

		if (left <= 0 && !top->view.paused)
			return true;
		n = poll(fds, 3, top->view.paused ? -1 : (int)(left * 1000) + 1);
		if (n > 0 && fds[0].revents)
			return false;
		if (n > 0 && (fds[1].revents & (POLLHUP | POLLERR)))
			return false;
		if (n > 0 && fds[2].revents)
			source_drain(top->live.source);
		/* A new size comes as a key, after a signal. */
		if (((n > 0 && fds[1].revents) || n < 0) && !keys(top))
			return false;
	}
}

static void run(struct top *top, int stopfd)
{
	double until = clock_seconds(CLOCK_MONOTONIC), interval;

	if (!draw(top))
		return;
	do {
		interval = top->opts->interval > 0 ? top->opts->interval :
			   top->replay ? top->text.interval : INTERVAL_DEFAULT;
		until += interval;
		if (until < clock_seconds(CLOCK_MONOTONIC))	/* it was paused, or slow */
			until = clock_seconds(CLOCK_MONOTONIC);
	} while (wait_until(top, stopfd, until) && next(top));
}

static int open_live(struct top *top)
{
	const struct options *opts = top->opts;
	const struct live_options live_opts = {
		.threads = true,
		.wait = true,
		.closely = opts->record ? NULL : &top->closely,
	};
	int rc;

	top->closely.all = true;
	rc = live_open(&top->live, opts, top->env, &live_opts);
	if (rc)
		return rc;
	rc = live_begin(&top->live);
	if (rc)
		warnx("cannot read %s: %s", opts->proc, strerror(-rc));
	top->frame = &top->live.frame;
	top->text.interval = opts->interval > 0 ? opts->interval : INTERVAL_DEFAULT;
	if (rc || !opts->record)
		return rc ? EXIT_TROUBLE : 0;
	rc = recorder_open(opts->record, &top->recorder);
	if (rc)
		warnx("%s: %s", opts->record, recorder_error(rc));
	return rc ? EXIT_TROUBLE : 0;
}

static int open_replay(struct top *top)
{
	int rc = replay_open(top->opts->replay, &top->replay);

	if (!rc && !go(top, 0))
		rc = top->error;
	if (rc)
		warnx("%s: %s", top->opts->replay, recorder_error(rc));
	top->text.replay = top->position;
	return rc ? EXIT_TROUBLE : 0;
}

static int show(struct top *top)
{
	int stopfd = stop_open();

	if (stopfd < 0) {
		warnx("cannot handle signals: %s", strerror(-stopfd));
		return EXIT_TROUBLE;
	}
	top->screen = screen_open(terminal_colour(), terminal_utf8());
	if (!top->screen) {
		warnx("this terminal cannot be used (TERM); try: guesttime -i 3");
		close(stopfd);
		return EXIT_TROUBLE;
	}
	run(top, stopfd);
	screen_close(top->screen);
	close(stopfd);
	if (!top->failed)
		return 0;
	warnx("%s: %s", top->failed, strerror(-top->error));
	return EXIT_TROUBLE;
}

int command_top(const struct options *opts, const struct environment *env)
{
	struct top top = { .opts = opts, .env = env, .view = { .sort = opts->sort } };
	int rc;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		warnx("top needs a terminal; try: guesttime -i 3");
		return EXIT_TROUBLE;
	}
	rc = opts->replay ? open_replay(&top) : open_live(&top);
	if (!rc)
		rc = show(&top);
	view_free(&top.view);
	free(top.closely.pids);
	recorder_close(top.recorder);
	replay_close(top.replay);
	if (!opts->replay)
		live_close(&top.live);
	return rc;
}
