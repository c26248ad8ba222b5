// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print what libproc2 makes of the /proc it sees.
 *
 *   items pid PID...      the guest items of each process, one line each
 *   items threads PID     the same of its threads
 *   items sort ITEM +|-   pids of all processes, sorted
 *   items delta           the intervals of all processes: twice, as "next" lets it
 *   items stat [next]     the summary and CPU lines of /proc/stat (and deltas)
 *   items cpus user|system +|-
 *                         numbers of all CPUs, sorted by their guest ticks
 *   items cuts FILE PID   every prefix of FILE as the stat line of PID
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pids.h"
#include "stat.h"

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))

static enum pids_item items[] = {
	PIDS_ID_PID, PIDS_ID_TGID, PIDS_TICS_GUEST, PIDS_TICS_GUEST_USER,
	PIDS_TICS_GUEST_SYSTEM, PIDS_TICS_GUEST_USER_C, PIDS_TICS_GUEST_SYSTEM_C,
	PIDS_TICS_HOST_USER, PIDS_TICS_HOST_USER_C, PIDS_TICS_SYSTEM,
	PIDS_UTILIZATION_HOST_USER, PIDS_UTILIZATION_HOST_SYSTEM,
	PIDS_UTILIZATION_GUEST_USER, PIDS_UTILIZATION_GUEST_SYSTEM,
	PIDS_TICS_HOST_USER_DELTA, PIDS_TICS_SYSTEM_DELTA,
	PIDS_TICS_GUEST_USER_DELTA, PIDS_TICS_GUEST_SYSTEM_DELTA,
};

enum { PID, TGID, G, GU, GS, GUC, GSC, HU, HUC, HS, UHU, UHS, UGU, UGS, DHU, DHS, DGU, DGS };

#define ULL(s, i) ((s)->head[i].result.ull_int)
#define INT(s, i) ((s)->head[i].result.s_int)
#define REAL(s, i) ((s)->head[i].result.real)

static const char *tics(unsigned long long n)
{
	static char buf[8][32];
	static int i;
	char *p = buf[i++ % 8];

	if (n == PIDS_TICS_UNKNOWN)
		return "?";
	sprintf(p, "%llu", n);
	return p;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void show(struct pids_stack *s)
{
	printf("%d g=%s gu=%s gs=%s guc=%s gsc=%s hu=%s huc=%s hs=%s %.2f %.2f %.2f %.2f\n",
	       INT(s, PID), tics(ULL(s, G)), tics(ULL(s, GU)), tics(ULL(s, GS)),
	       tics(ULL(s, GUC)), tics(ULL(s, GSC)), tics(ULL(s, HU)), tics(ULL(s, HUC)),
	       tics(ULL(s, HS)), REAL(s, UHU), REAL(s, UHS), REAL(s, UGU), REAL(s, UGS));
}

static void show_delta(struct pids_stack *s)
{
	printf("%d hu=%d hs=%d gu=%d gs=%d\n", INT(s, PID), INT(s, DHU), INT(s, DHS),
	       INT(s, DGU), INT(s, DGS));
}

static void stat_line(struct stat_stack *s)
{
	printf("%d gu=%s gs=%s dgu=%ld dgs=%ld total=%llu\n", s->head[0].result.s_int,
	       tics(s->head[1].result.ull_int), tics(s->head[2].result.ull_int),
	       s->head[3].result.sl_int, s->head[4].result.sl_int, s->head[5].result.ull_int);
}

static struct stat_reaped *stat_reap(struct stat_info *stat)
{
	static enum stat_item want[] = { STAT_TIC_ID, STAT_TIC_GUEST_USER, STAT_TIC_GUEST_SYSTEM,
		STAT_TIC_DELTA_GUEST_USER, STAT_TIC_DELTA_GUEST_SYSTEM, STAT_TIC_SUM_TOTAL };
	struct stat_reaped *r = procps_stat_reap(stat, STAT_REAP_NUMA_NODES_TOO, want, COUNT(want));

	if (!r)
		die("stat_reap");
	return r;
}

static void stat_show(struct stat_info *stat)
{
	struct stat_reaped *r = stat_reap(stat);
	int i;

	stat_line(r->summary);
	for (i = 0; i < r->cpus->total; i++)
		stat_line(r->cpus->stacks[i]);
	for (i = 0; i < r->numa->total; i++) {
		printf("node ");
		stat_line(r->numa->stacks[i]);
	}
}

static void cpus_show(struct stat_info *stat, const char *item, const char *order)
{
	struct stat_reaped *r = stat_reap(stat);
	int i;

	if (!procps_stat_sort(stat, r->cpus->stacks, r->cpus->total,
			      strcmp(item, "user") ? STAT_TIC_GUEST_SYSTEM : STAT_TIC_GUEST_USER,
			      *order == '+' ? STAT_SORT_ASCEND : STAT_SORT_DESCEND))
		die("stat_sort");
	for (i = 0; i < r->cpus->total; i++)
		printf("%s%d", i ? " " : "", r->cpus->stacks[i]->head[0].result.s_int);
	puts("");
}

/* every prefix of a good line, and of it without its newline: known values
 * may only come from the whole line
 */
static void cuts(struct pids_info *info, const char *file, unsigned int pid)
{
	char line[4096], path[64];
	int len, cut, known = 0, wrong = 0;
	FILE *fp = fopen(file, "r");

	if (!fp || !fgets(line, sizeof(line), fp))
		die(file);
	fclose(fp);
	len = strlen(line);
	sprintf(path, "/proc/%u/stat", pid);
	for (cut = 0; cut <= len; cut++) {
		struct pids_fetch *f;
		struct pids_stack *s;

		if (!(fp = fopen(path, "w")))
			die(path);
		fwrite(line, 1, cut, fp);
		fclose(fp);
		f = procps_pids_select(info, &pid, 1, PIDS_SELECT_PID);
		if (!f || f->counts->total != 1)
			continue;
		s = f->stacks[0];
		if (ULL(s, GU) == PIDS_TICS_UNKNOWN && ULL(s, GS) == PIDS_TICS_UNKNOWN &&
		    ULL(s, GUC) == PIDS_TICS_UNKNOWN && ULL(s, GSC) == PIDS_TICS_UNKNOWN)
			continue;
		known++;
		if (cut != len)
			wrong++;
	}
	printf("%d known, %d of them cut\n", known, wrong);
}

/* Waits until the reader of our output has changed /proc, and sends a line. */
static void next(void)
{
	puts("--");
	fflush(stdout);
	getchar();
}

int main(int argc, char **argv)
{
	struct pids_info *info = NULL;
	struct pids_fetch *f = NULL;
	unsigned int pids[32];
	int i, n = 0;

	if (argc < 2)
		return 2;
	if (!strcmp(argv[1], "stat") || !strcmp(argv[1], "cpus")) {
		struct stat_info *stat = NULL;

		if (procps_stat_new(&stat) < 0)
			die("stat_new");
		if (!strcmp(argv[1], "cpus")) {
			cpus_show(stat, argv[2], argv[3]);
			return 0;
		}
		if (argc > 2) {
			stat_show(stat);
			next();
		}
		stat_show(stat);
		return 0;
	}
	if (procps_pids_new(&info, items, COUNT(items)) < 0)
		die("pids_new");
	if (!strcmp(argv[1], "cuts")) {
		cuts(info, argv[2], atoi(argv[3]));
	} else if (!strcmp(argv[1], "again")) {
		/* Once more when the made-up kernel no longer says that it splits guest time. */
		pids[0] = atoi(argv[2]);
		for (n = 0; n < 2; n++) {
			f = procps_pids_select(info, pids, 1, PIDS_SELECT_PID);
			if (!f || f->counts->total != 1)
				die("select");
			show(f->stacks[0]);
			if (truncate("/proc/self/status", 0))
				die("truncate");
		}
	} else if (!strcmp(argv[1], "pid") || !strcmp(argv[1], "threads")) {
		for (i = 2; i < argc; i++)
			pids[n++] = atoi(argv[i]);
		f = procps_pids_select(info, pids, n, !strcmp(argv[1], "pid") ?
				       PIDS_SELECT_PID : PIDS_SELECT_PID_THREADS);
		if (!f)
			die("select");
		for (i = 0; i < f->counts->total; i++)
			show(f->stacks[i]);
	} else if (!strcmp(argv[1], "sort")) {
		f = procps_pids_reap(info, PIDS_FETCH_TASKS_ONLY);
		if (!f || !procps_pids_sort(info, f->stacks, f->counts->total, items[atoi(argv[2])],
					    *argv[3] == '+' ? PIDS_SORT_ASCEND : PIDS_SORT_DESCEND))
			die("sort");
		for (i = 0; i < f->counts->total; i++)
			printf("%s%d", i ? " " : "", INT(f->stacks[i], PID));
		puts("");
	} else if (!strcmp(argv[1], "delta")) {
		for (n = 0; n < 2; n++) {
			if (n) {
				next();
			}
			f = procps_pids_reap(info, PIDS_FETCH_TASKS_ONLY);
			if (!f || !procps_pids_sort(info, f->stacks, f->counts->total, PIDS_ID_PID,
						    PIDS_SORT_ASCEND))
				die("reap");
			for (i = 0; i < f->counts->total; i++)
				show_delta(f->stacks[i]);
		}
	}
	procps_pids_unref(&info);
	return 0;
}
