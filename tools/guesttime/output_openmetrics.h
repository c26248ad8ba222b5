/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_OUTPUT_OPENMETRICS_H
#define GUESTTIME_OUTPUT_OPENMETRICS_H

#include <stdio.h>

#include "feature.h"
#include "row.h"

/**
 * openmetrics_print - print totals as an OpenMetrics text exposition
 * @threads:	rows are threads: adds a label tid
 * @feature:	the kernel's state, exposed as a gauge where it is known
 *
 * Counters are what the kernel counts. What is a difference of counters (host
 * user, unclassified) can go down by a tick, which a reader of a counter would
 * take for a restart, so those are gauges. Unknown values have no sample.
 */
void openmetrics_print(FILE *out, bool threads, enum feature_state feature,
		       const struct rows *rows);

#endif
