// SPDX-License-Identifier: GPL-2.0-only
#include <sys/resource.h>
#include <unistd.h>

#include "collect.h"
#include "figures.h"
#include "flip.h"

void flip(void)
{
	static const char * const values[] = { "0", "1", "2" };
	int value;

	/* Each write waits for all CPUs some ten times. Without priority it waits for VMs, too. */
	setpriority(PRIO_PROCESS, 0, -20);
	while (!figures->stop) {
		value = rnd(sizeof(values) / sizeof(values[0]));
		check(collect_write(values[value]) == 0, "%s", values[value]);
		check(collect_read() == value, "%s", values[value]);
		figure_add(FIGURE_TOGGLES, 1);
		usleep(rnd(2) ? rnd(5000) : 0);
	}
}
