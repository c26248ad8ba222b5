// SPDX-License-Identifier: GPL-2.0-only
/* High-water marks of counters, by task. */
#include "marks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "grow.h"
#include "prometheus_line.h"

/*
 * The time of boot is known to a second only, so the start of one task read
 * twice differs by up to that. A pid is not reused as fast.
 */
#define SAME_START	2.0

/* A reading that falls by more than this has lost the time of a helper [s]. */
#define ROUNDING_MAX	1.0

static int compare(const void *a, const void *b)
{
	const struct mark *s = *(struct mark *const *)a, *t = *(struct mark *const *)b;

	if (s->pid != t->pid)
		return s->pid < t->pid ? -1 : 1;
	return (s->tid > t->tid) - (s->tid < t->tid);
}

static struct mark *find(const struct marks *marks, uint32_t pid, uint32_t tid)
{
	struct mark key = { .pid = pid, .tid = tid }, *key_pointer = &key, **found;

	if (!marks->sorted)
		return NULL;
	found = bsearch(&key_pointer, marks->v, marks->sorted, sizeof(*marks->v), compare);
	return found ? *found : NULL;
}

static void forget(struct mark *mark)
{
	free(mark->labels);
	free(mark);
}

static struct mark *add(struct marks *marks)
{
	struct mark *mark;

	if (grow(&marks->v, &marks->room, marks->n + 1, sizeof(*marks->v)))
		return NULL;
	mark = calloc(1, sizeof(*mark));
	if (mark)
		marks->v[marks->n++] = mark;
	return mark;
}

/* Tasks new in this round stand unsorted at the end: no task is asked for twice. */
struct mark *marks_get(struct marks *marks, uint32_t pid, uint32_t tid, double start)
{
	struct mark *mark = find(marks, pid, tid);

	if (mark && fabs(mark->start - start) >= SAME_START) {
		free(mark->labels);
		memset(mark, 0, sizeof(*mark));
		mark->start = start;
	} else if (!mark) {
		mark = add(marks);
		if (!mark)
			return NULL;
		mark->start = start;
	}
	mark->pid = pid;
	mark->tid = tid;
	mark->seen = true;
	memset(mark->known, 0, sizeof(mark->known));
	return mark;
}

/* @base keeps the time of ended helpers. Without it a counter waits until readings catch up. */
void mark_raise(struct mark *mark, enum mark_time time, double seconds)
{
	double fall = mark->seconds[time] - mark->base[time] - seconds;

	mark->known[time] = true;
	if (fall > ROUNDING_MAX)
		mark->base[time] += fall;
	else if (fall < 0)
		mark->seconds[time] = mark->base[time] + seconds;
}

static void sort(struct marks *marks)
{
	if (marks->n)
		qsort(marks->v, marks->n, sizeof(*marks->v), compare);
	marks->sorted = marks->n;
}

void marks_end_round(struct marks *marks, bool complete)
{
	size_t i, kept = 0;

	for (i = 0; i < marks->n; i++) {
		if (complete && !marks->v[i]->seen) {
			forget(marks->v[i]);
			continue;
		}
		marks->v[i]->seen = false;
		marks->v[kept++] = marks->v[i];
	}
	marks->n = kept;
	sort(marks);
}

void marks_free(struct marks *marks)
{
	size_t i;

	for (i = 0; i < marks->n; i++)
		forget(marks->v[i]);
	free(marks->v);
	memset(marks, 0, sizeof(*marks));
}

/*
 * The mark with these labels. All families list the VMs in one order, so the
 * one after the last asked for is most often right.
 */
static struct mark *by_labels(struct marks *marks, const char *labels, size_t len, size_t *next)
{
	size_t i;

	for (i = 0; i < marks->n; i++) {
		struct mark *mark = marks->v[(*next + i) % marks->n];

		if (!strncmp(mark->labels, labels, len) && !mark->labels[len]) {
			*next = (*next + i + 1) % marks->n;
			return mark;
		}
	}
	return NULL;
}

static int take_line(struct marks *marks, const struct prometheus_line *line, size_t *next)
{
	struct mark *mark;

	/* Information comes first, and is what has the pid. */
	if (line->kind == PROMETHEUS_LINE_INFO) {
		if (by_labels(marks, line->labels, line->labels_len, next))
			return 0;
		mark = add(marks);
		if (!mark)
			return -ENOMEM;
		mark->pid = line->pid;
		mark->labels = strndup(line->labels, line->labels_len);
		return mark->labels ? 0 : -ENOMEM;
	}
	mark = by_labels(marks, line->labels, line->labels_len, next);
	if (!mark)
		return 0;
	if (line->kind == PROMETHEUS_LINE_START)
		mark->start = line->value;
	else
		mark_raise(mark, line->time, line->value);
	return 0;
}

/* Two lines of information with one pid cannot both be right: neither is kept. */
static void drop_ambiguous(struct marks *marks)
{
	size_t i, kept = 0;

	for (i = 0; i < marks->n; i++) {
		if ((i && marks->v[i - 1] && marks->v[i - 1]->pid == marks->v[i]->pid) ||
		    (i + 1 < marks->n && marks->v[i + 1]->pid == marks->v[i]->pid))
			marks->v[i]->seen = true;
	}
	for (i = 0; i < marks->n; i++) {
		if (marks->v[i]->seen)
			forget(marks->v[i]);
		else
			marks->v[kept++] = marks->v[i];
	}
	marks->n = kept;
	marks->sorted = kept;
}

int marks_read(struct marks *marks, FILE *in)
{
	char *text = NULL;
	size_t room = 0, next = 0;
	ssize_t len;
	int rc = 0;

	while (!rc && (len = getline(&text, &room, in)) >= 0) {
		struct prometheus_line line;

		if (!prometheus_line_decode(text, (size_t)len, &line))
			rc = take_line(marks, &line, &next);
	}
	if (!rc && ferror(in))
		rc = errno ? -errno : -EIO;
	free(text);
	if (rc) {
		marks_free(marks);
		return rc;
	}
	sort(marks);
	drop_ambiguous(marks);
	return 0;
}
