// SPDX-License-Identifier: GPL-2.0-only
/*
 * How near the split comes to the truth: runs the workloads of tests/bench/workloads
 * (/workloads on the test machine) that the environment's rows= names, all without it.
 *
 * Prints for each "accuracy workload=NAME truth=SHARE ...": see print_row().
 */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../e2e/collect.h"
#include "../e2e/proc_read.h"
#include "../e2e/vm.h"

struct row {
	char name[32];
	long samples;
	struct vmm_load load;
};

#define MAX_ROWS	64

static bool parse(char *line, struct row *row)
{
	char exits[8];

	if (*line == '#' || *line == '\n')
		return false;
	memset(row, 0, sizeof(*row));
	if (sscanf(line, "%31s %lu %lu %7s %ld", row->name, &row->load.user_insns,
		   &row->load.system_insns, exits, &row->samples) != 5)
		errx(1, "workloads: %s", line);
	row->load.exit_ring0 = strchr(exits, '0');
	row->load.exit_ring3 = strchr(exits, '3');
	return true;
}

static void run(const struct row *row)
{
	struct status_times times;
	pid_t pid;

	pid = vm_start(&row->load, 1);
	vm_wait_samples(pid, row->samples);
	times = read_status(pid, 0);
	printf("accuracy workload=%s truth=%.3f user=%lld system=%lld guest=%lld share=%.3f\n", row->name,
	       100 * vmm_load_user_share(&row->load), times.user, times.system,
	       read_stat(pid, 0).gtime * CLOCK_TICK_US, 100.0 * times.user / (times.user + times.system));
	vm_stop(pid);
}

int main(void)
{
	FILE *file = fopen("/workloads", "r");
	static struct row rows[MAX_ROWS];
	int count = 0, i;
	char line[256];

	if (!file)
		err(1, "/workloads");
	collect_set(1);
	/* All of it first: a child that exits puts the file's offset back. */
	while (fgets(line, sizeof(line), file))
		if (count < MAX_ROWS && parse(line, &rows[count]))
			count++;
	fclose(file);
	for (i = 0; i < count; i++)
		run(&rows[i]);
	return 0;
}
