// SPDX-License-Identifier: GPL-2.0-only
/* The screens and keys of guesttime top. */
#include "view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"

/* In this order by one key. */
static const enum column_id sorts[] = {
	COLUMN_TOTAL, COLUMN_GUEST_USER, COLUMN_GUEST_SYSTEM, COLUMN_HOST, COLUMN_UNCLASSIFIED,
	COLUMN_WAIT, COLUMN_VM,
};

#define SORTS	(sizeof(sorts) / sizeof(sorts[0]))

static int add_line(struct view *view, const struct row *row, bool thread)
{
	if (grow(&view->lines, &view->room, view->n + 1, sizeof(*view->lines)))
		return -ENOMEM;
	view->lines[view->n++] = (struct view_line){ .row = row, .thread = thread };
	return 0;
}

static bool matches(const char *filter, const struct row *row)
{
	const struct vm_identity *id = row->id;

	if (!*filter || strcasestr(row->vm, filter))
		return true;
	return id && (strcasestr(id->uuid, filter) || strcasestr(id->domain, filter) ||
		      strcasestr(id->pod, filter));
}

/* vCPUs by index, then the other threads, the busiest first. */
static int compare_threads(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->vcpu.known != y->vcpu.known)
		return x->vcpu.known ? -1 : 1;
	if (x->vcpu.known && x->vcpu.v != y->vcpu.v)
		return x->vcpu.v < y->vcpu.v ? -1 : 1;
	if (!x->vcpu.known && x->split.total.v != y->split.total.v)
		return x->split.total.v > y->split.total.v ? -1 : 1;
	return (x->tid > y->tid) - (x->tid < y->tid);
}

static int add_threads(struct view *view, const struct rows *threads, uint32_t pid)
{
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < threads->n; i++) {
		if (threads->v[i].pid == pid)
			rc = add_line(view, &threads->v[i], true);
	}
	return rc;
}

/* The line that was selected, else the one that is now where it was. */
static void find_selected(struct view *view)
{
	size_t i;

	for (i = 0; i < view->n; i++) {
		const struct view_line *line = &view->lines[i];

		if (line->row->pid == view->pid && line->thread == (view->tid != 0) &&
		    (!line->thread || line->row->tid == view->tid)) {
			view->at = i;
			return;
		}
	}
	if (view->at >= view->n)
		view->at = view->n ? view->n - 1 : 0;
}

static void select_line(struct view *view, size_t at)
{
	if (!view->n)
		return;
	view->at = at < view->n ? at : view->n - 1;
	view->pid = view->lines[view->at].row->pid;
	view->tid = view->lines[view->at].thread ? view->lines[view->at].row->tid : 0;
}

static void scroll(struct view *view)
{
	if (view->at < view->first)
		view->first = view->at;
	if (view->page && view->at >= view->first + view->page)
		view->first = view->at - view->page + 1;
	if (view->first + view->page > view->n)
		view->first = view->n > view->page ? view->n - view->page : 0;
}

int view_show(struct view *view, struct frame *frame, size_t page)
{
	size_t i;
	int rc = 0;

	rows_sort(&frame->vms, &view->sort);
	if (view->open && frame->threads.n)
		qsort(frame->threads.v, frame->threads.n, sizeof(*frame->threads.v),
		      compare_threads);
	view->n = 0;
	view->page = page;
	for (i = 0; !rc && i < frame->vms.n; i++) {
		const struct row *row = &frame->vms.v[i];

		if (!matches(view->filter, row))
			continue;
		rc = add_line(view, row, false);
		if (!rc && row->pid == view->open)
			rc = add_threads(view, &frame->threads, row->pid);
	}
	/* Until a line is chosen, the first one is selected, whichever it is. */
	if (view->pid)
		find_selected(view);
	scroll(view);
	return rc;
}

static void sort_next(struct view *view)
{
	size_t i;

	for (i = 0; i < SORTS && sorts[i] != view->sort.column; i++)
		;
	view->sort.column = sorts[i + 1 < SORTS ? i + 1 : 0];
	view->sort.descending = view->sort.column != COLUMN_VM;
}

static void open_line(struct view *view)
{
	uint32_t pid;

	if (!view->n)
		return;
	select_line(view, view->at);
	pid = view->lines[view->at].row->pid;
	view->open = view->open == pid ? 0 : pid;
	view->tid = 0;
}

static void escape(struct view *view)
{
	if (view->help) {
		view->help = false;
	} else if (view->typing || *view->filter) {
		view->typing = false;
		view->filter[0] = '\0';
	} else {
		view->open = 0;
	}
}

bool view_press(struct view *view, enum view_key key)
{
	size_t page = view->page ? view->page : 1;

	/* Any key leaves the help, and does no more. */
	if (view->help && key != VIEW_QUIT && key != VIEW_NONE) {
		view->help = false;
		return true;
	}
	switch (key) {
	case VIEW_QUIT:
		return false;
	case VIEW_UP:
		select_line(view, view->at ? view->at - 1 : 0);
		break;
	case VIEW_DOWN:
		select_line(view, view->at + 1);
		break;
	case VIEW_PAGE_UP:
		select_line(view, view->at > page ? view->at - page : 0);
		break;
	case VIEW_PAGE_DOWN:
		select_line(view, view->at + page);
		break;
	case VIEW_FIRST:
		select_line(view, 0);
		break;
	case VIEW_LAST:
		select_line(view, view->n);
		break;
	case VIEW_OPEN:
		if (view->typing)
			view->typing = false;
		else
			open_line(view);
		break;
	case VIEW_SORT:
		sort_next(view);
		break;
	case VIEW_REVERSE:
		view->sort.descending = !view->sort.descending;
		break;
	case VIEW_FILTER:
		view->typing = true;
		break;
	case VIEW_PAUSE:
		view->paused = !view->paused;
		break;
	case VIEW_HELP:
		view->help = true;
		break;
	case VIEW_ESCAPE:
		escape(view);
		break;
	default:
		break;
	}
	return true;
}

static int compare_pids(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int view_closely(const struct view *view, struct proc_closely *closely)
{
	size_t i, last = view->first + view->page;

	closely->all = !view->n || view->sort.column == COLUMN_WAIT;
	closely->n = 0;
	if (grow(&closely->pids, &closely->room, view->page, sizeof(*closely->pids)))
		return -ENOMEM;
	for (i = view->first; i < view->n && i < last; i++)
		closely->pids[closely->n++] = view->lines[i].row->pid;
	if (closely->n)
		qsort(closely->pids, closely->n, sizeof(*closely->pids), compare_pids);
	return 0;
}

/* Takes back a whole character of UTF-8. */
static void take_back(struct view *view)
{
	size_t len = strlen(view->filter);

	while (len && ((unsigned char)view->filter[len - 1] & 0xc0) == 0x80)
		len--;
	if (len)
		len--;
	view->filter[len] = '\0';
}

void view_type(struct view *view, char c)
{
	size_t len = strlen(view->filter);

	if (c == '\b') {
		take_back(view);
		return;
	}
	if ((unsigned char)c < 0x20 || c == 0x7f || len == VIEW_FILTER_MAX)
		return;
	view->filter[len] = c;
	view->filter[len + 1] = '\0';
}

void view_free(struct view *view)
{
	free(view->lines);
	view->lines = NULL;
	view->n = 0;
	view->room = 0;
}

void view_bar(const struct cpu_split *split, double full, size_t width,
	      size_t cells[VIEW_PARTS])
{
	const struct value *parts[VIEW_PARTS] = {
		&split->guest_user, &split->guest_system, &split->unclassified,
		&split->host_user, &split->host_system,
	};
	double sum = 0, wanted;
	size_t used = 0, end;
	int i;

	/* Each part ends where the sum so far does, so that rounding does not add up. */
	for (i = 0; i < VIEW_PARTS; i++) {
		if (parts[i]->known && parts[i]->v > 0)
			sum += parts[i]->v;
		wanted = full > 0 ? sum / full * (double)width + 0.5 : 0;
		/* A recording may hold any number: no size_t has 1e300, or NaN. */
		end = wanted < (double)width ? (size_t)wanted : width;
		cells[i] = end - used;
		used = end;
	}
}
