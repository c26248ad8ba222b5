/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_OUTPUT_PROMETHEUS_H
#define GUESTTIME_OUTPUT_PROMETHEUS_H

#include <stdio.h>

#include "metrics.h"

/**
 * prometheus_print - print metrics in Prometheus' text format, 0.0.4
 *
 * Counters never fall. Unclassified time and the host's user time are
 * differences, which can: rules derive them from the rates of the counters.
 * Values that are not known have no sample.
 */
void prometheus_print(FILE *out, const struct metrics *metrics);

#endif
