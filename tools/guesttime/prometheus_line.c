// SPDX-License-Identifier: GPL-2.0-only
/* Reads back what output_prometheus.c has written: a pure function of bytes. */
#include "prometheus_line.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX		"guesttime_vm_"
#define SUFFIX		"_seconds_total"

const char *const prometheus_times[MARK_TIMES] = {
	[MARK_GUEST_USER] = "guest_user",
	[MARK_GUEST_SYSTEM] = "guest_system",
	[MARK_GUEST] = "guest",
	[MARK_CPU] = "cpu",
	[MARK_HOST_SYSTEM] = "host_system",
};

/* What is left of a line. */
struct rest {
	const char *p;
	const char *end;
};

static bool skip(struct rest *r, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(r->end - r->p) < len || memcmp(r->p, text, len))
		return false;
	r->p += len;
	return true;
}

/* A label value after its opening quote, and the closing one. */
static bool skip_value(struct rest *r)
{
	for (; r->p < r->end && *r->p != '\n' && *r->p; r->p++) {
		if (*r->p == '"') {
			r->p++;
			return true;
		}
		if (*r->p == '\\' && (++r->p == r->end || !*r->p || *r->p == '\n'))
			return false;
	}
	return false;
}

static bool number(struct rest *r, double *value)
{
	size_t len = (size_t)(r->end - r->p);
	char text[32], *end;

	if (len < 2 || len > sizeof(text) || r->end[-1] != '\n' || *r->p < '0' || *r->p > '9')
		return false;
	memcpy(text, r->p, len - 1);
	text[len - 1] = '\0';
	*value = strtod(text, &end);
	return !*end && end == text + len - 1 && isfinite(*value) && *value >= 0;
}

static bool pid(struct rest *r, uint32_t *value)
{
	uint64_t v = 0;

	if (!skip(r, ",pid=\""))
		return false;
	for (; r->p < r->end && *r->p >= '0' && *r->p <= '9' && v <= INT32_MAX; r->p++)
		v = v * 10 + (uint64_t)(*r->p - '0');
	*value = (uint32_t)v;
	return v && v <= INT32_MAX && skip(r, "\",");
}

static bool family(struct rest *r, struct prometheus_line *line)
{
	int time;

	if (!skip(r, PREFIX))
		return false;
	if (skip(r, "info{")) {
		line->kind = PROMETHEUS_LINE_INFO;
		return true;
	}
	if (skip(r, "start_time_seconds{")) {
		line->kind = PROMETHEUS_LINE_START;
		return true;
	}
	line->kind = PROMETHEUS_LINE_TIME;
	for (time = 0; time < MARK_TIMES; time++) {
		struct rest tried = *r;

		if (skip(&tried, prometheus_times[time]) && skip(&tried, SUFFIX "{")) {
			line->time = (enum mark_time)time;
			*r = tried;
			return true;
		}
	}
	return false;
}

int prometheus_line_decode(const char *buf, size_t len, struct prometheus_line *line)
{
	struct rest r = { buf, buf + len };

	memset(line, 0, sizeof(*line));
	if (!family(&r, line))
		return -EBADMSG;
	line->labels = r.p;
	if (!skip(&r, "vm=\"") || !skip_value(&r) || !skip(&r, ",uuid=\"") || !skip_value(&r))
		return -EBADMSG;
	line->labels_len = (size_t)(r.p - line->labels);
	if (line->kind == PROMETHEUS_LINE_INFO)
		return pid(&r, &line->pid) ? 0 : -EBADMSG;
	return skip(&r, "} ") && number(&r, &line->value) ? 0 : -EBADMSG;
}
