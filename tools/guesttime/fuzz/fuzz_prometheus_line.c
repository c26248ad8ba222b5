// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the reader of files in Prometheus' text format. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "prometheus_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *exact = malloc(size);
	struct prometheus_line line;

	/* Of the size that it has, for the sanitizer to see an access beyond. */
	if (!exact)
		return 0;
	memcpy(exact, data, size);
	if (!prometheus_line_decode(exact, size, &line)) {
		if (line.labels < exact || line.labels_len > (size_t)(exact + size - line.labels))
			abort();
		if (memchr(line.labels, '\n', line.labels_len) ||
		    memchr(line.labels, '\0', line.labels_len))
			abort();
		if (!isfinite(line.value) || line.value < 0)
			abort();
		if (line.kind == PROMETHEUS_LINE_INFO && !line.pid)
			abort();
		if ((unsigned int)line.time >= MARK_TIMES)
			abort();
	}
	free(exact);
	return 0;
}
