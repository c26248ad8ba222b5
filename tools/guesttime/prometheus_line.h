/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_PROMETHEUS_LINE_H
#define GUESTTIME_PROMETHEUS_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "marks.h"

enum prometheus_line_kind {
	PROMETHEUS_LINE_INFO,		/* pid of a VM */
	PROMETHEUS_LINE_START,		/* when it began */
	PROMETHEUS_LINE_TIME,		/* one of its counters */
};

/**
 * struct prometheus_line - one sample of a VM, as guesttime has written it
 * @labels:	vm="...",uuid="...", into the line
 * @labels_len:	how many bytes
 * @pid:	of information
 * @time:	of a counter
 * @value:	of a counter or a start: finite, not negative
 */
struct prometheus_line {
	enum prometheus_line_kind kind;
	const char *labels;
	size_t labels_len;
	uint32_t pid;
	enum mark_time time;
	double value;
};

/* Names of the counters of a VM, without "guesttime_vm_" and "_seconds_total". */
extern const char *const prometheus_times[MARK_TIMES];

/**
 * prometheus_line_decode - decode one line that output_prometheus.c has written
 * @buf:	bytes, with the newline; need not be terminated
 *
 * Return: 0, or -EBADMSG if it is another line, or one that is cut.
 */
int prometheus_line_decode(const char *buf, size_t len, struct prometheus_line *line);

#endif
