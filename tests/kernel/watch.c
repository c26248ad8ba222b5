// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"
#include "proc_read.h"
#include "taskstats_read.h"
#include "vm.h"
#include "watch.h"

/* The default of kernel.pid_max. */
#define MAX_PID		32768
#define MAX_THREADS	64
#define KTHREADD	2

/* The last readings of a process or thread, which its start time identifies. */
struct seen {
	struct stat_times stat;
	struct status_times status;
};

static struct seen processes[MAX_PID], threads[MAX_PID];
static struct cpu_times cpus[MAX_CPU_LINES];

static void check_cpus(void)
{
	struct cpu_times lines[MAX_CPU_LINES], *old;
	long long user = 0, system = 0;
	int i, count;

	count = read_cpus(lines);
	figure_add(FIGURE_READS, 1);
	for (i = 0; i < count; i++) {
		const struct cpu_times *now = &lines[i];

		old = &cpus[1 + now->cpu];
		check(now->guest_user + now->guest_system <= now->guest + now->guest_nice,
		      "cpu %d: %lld + %lld, %lld + %lld", now->cpu,
		      now->guest_user, now->guest_system, now->guest, now->guest_nice);
		check(now->guest_user >= old->guest_user && now->guest_system >= old->guest_system,
		      "cpu %d: %lld, %lld after %lld, %lld", now->cpu,
		      now->guest_user, now->guest_system, old->guest_user, old->guest_system);
		*old = *now;
		if (now->cpu >= 0) {
			user += now->guest_user;
			system += now->guest_system;
		}
	}
	/* Each number is rounded down, and only the first line includes CPUs off line. */
	check(user <= lines[0].guest_user + 2 * count, "%lld, %lld", user, lines[0].guest_user);
	check(system <= lines[0].guest_system + 2 * count, "%lld, %lld",
	      system, lines[0].guest_system);
}

/*
 * Compare a stat file and a status file in the order of their reading: the times of the second are
 * not less than those of the first.
 */
static void check_seen(pid_t pid, pid_t tid, struct seen *seen, const struct stat_times *first,
		       const struct status_times *status, const struct stat_times *last)
{
	check(last->gutime + last->gstime <= last->gtime, "%d/%d: %lld + %lld, %lld", pid, tid,
	      last->gutime, last->gstime, last->gtime);
	check(last->cgutime + last->cgstime <= last->cgtime, "%d/%d: %lld + %lld, %lld", pid, tid,
	      last->cgutime, last->cgstime, last->cgtime);
	check(first->gutime <= status->guest_user / CLOCK_TICK_US &&
	      first->gstime <= status->guest_system / CLOCK_TICK_US,
	      "%d/%d: stat %lld, %lld, then status %lld, %lld", pid, tid, first->gutime,
	      first->gstime, status->guest_user, status->guest_system);
	check(status->guest_user / CLOCK_TICK_US <= last->gutime &&
	      status->guest_system / CLOCK_TICK_US <= last->gstime,
	      "%d/%d: status %lld, %lld, then stat %lld, %lld", pid, tid, status->guest_user,
	      status->guest_system, last->gutime, last->gstime);
	if (seen->stat.start == first->start) {
		const struct stat_times *old = &seen->stat;

		check(first->gutime >= old->gutime && first->gstime >= old->gstime,
		      "%d/%d: %lld, %lld after %lld, %lld", pid, tid, first->gutime,
		      first->gstime, old->gutime, old->gstime);
		check(first->cgutime >= old->cgutime && first->cgstime >= old->cgstime,
		      "%d/%d: %lld, %lld after %lld, %lld", pid, tid, first->cgutime,
		      first->cgstime, old->cgutime, old->cgstime);
		check(status->guest_user >= seen->status.guest_user &&
		      status->guest_system >= seen->status.guest_system,
		      "%d/%d: %lld, %lld after %lld, %lld", pid, tid, status->guest_user,
		      status->guest_system, seen->status.guest_user, seen->status.guest_system);
	}
	seen->stat = *last;
	seen->status = *status;
}

static bool check_files(pid_t pid, pid_t tid, struct seen *seen, struct status_times *status)
{
	struct stat_times first, last;

	if (!try_read_stat(pid, tid, &first) || first.ppid == KTHREADD ||
	    !try_read_status(pid, tid, status) || !try_read_stat(pid, tid, &last) ||
	    first.start != last.start)
		return false;
	figure_add(FIGURE_READS, 3);
	check_seen(pid, tid, seen, &first, status, &last);
	return true;
}

/* A record lies between the times of status before and after it. */
static void check_taskstats(struct nl_sock *sock, pid_t pid)
{
	struct status_times before, after;
	struct taskstats_record record;
	long long user, system;

	if (!try_read_status(pid, 0, &before) ||
	    !taskstats_query(sock, TASKSTATS_CMD_ATTR_TGID, pid, &record) ||
	    !try_read_status(pid, 0, &after))
		return;
	figure_add(FIGURE_READS, 1);
	user = record.stats.ac_guest_utime;
	system = record.stats.ac_guest_stime;
	check(before.guest_user <= user && before.guest_system <= system,
	      "%d: %lld, %lld; then taskstats %lld, %lld", pid,
	      before.guest_user, before.guest_system, user, system);
	check(user <= after.guest_user && system <= after.guest_system,
	      "%d: taskstats %lld, %lld; then %lld, %lld", pid, user, system, after.guest_user,
	      after.guest_system);
}

static void check_process(struct nl_sock *sock, pid_t pid)
{
	struct status_times times, sum = { }, after;
	struct stat_times start, end;
	pid_t tids[MAX_THREADS];
	int i, count;

	if (!try_read_stat(pid, 0, &start) || !check_files(pid, 0, &processes[pid], &times))
		return;
	count = read_threads(pid, "", tids, MAX_THREADS);
	for (i = 0; i < count; i++) {
		if (!check_files(pid, tids[i], &threads[tids[i]], &times))
			continue;
		sum.guest_user += times.guest_user;
		sum.guest_system += times.guest_system;
	}
	/* A later reading of the process includes its threads, also those that have died since. */
	if (try_read_status(pid, 0, &after) && try_read_stat(pid, 0, &end) &&
	    start.start == end.start)
		check(sum.guest_user <= after.guest_user && sum.guest_system <= after.guest_system,
		      "%d: threads %lld, %lld, process %lld, %lld", pid,
		      sum.guest_user, sum.guest_system, after.guest_user, after.guest_system);
	check_taskstats(sock, pid);
}

void watch(void)
{
	struct nl_sock *sock = taskstats_open();
	struct dirent *entry;
	DIR *proc;

	while (!figures->stop) {
		check_cpus();
		proc = opendir("/proc");
		if (!proc)
			err(1, "/proc");
		while ((entry = readdir(proc)) && !figures->stop) {
			if (!isdigit(entry->d_name[0]))
				continue;
			if (atoi(entry->d_name) >= MAX_PID)
				errx(1, "process %s", entry->d_name);
			check_process(sock, atoi(entry->d_name));
		}
		closedir(proc);
	}
	nl_socket_free(sock);
}

struct ledger ledger_read(void)
{
	struct cpu_times lines[MAX_CPU_LINES];
	struct stat_times own = read_stat(getpid(), 0);
	struct ledger ledger;

	read_cpus(lines);
	ledger.guest = lines[0].guest + lines[0].guest_nice;
	ledger.user = lines[0].guest_user;
	ledger.system = lines[0].guest_system;
	ledger.children.guest = own.cgtime;
	ledger.children.user = own.cgutime;
	ledger.children.system = own.cgstime;
	return ledger;
}

/* Two numbers of /proc/stat are rounded down in both readings, and one of the process. */
#define ROUNDING	4

static void check_account(const char *what, long long machine, long long children)
{
	check(llabs(machine - children) <= ROUNDING, "%s: machine %lld, children %lld", what,
	      machine, children);
}

void ledger_check(const struct ledger *start)
{
	struct ledger now = ledger_read();
	long long guest = now.guest - start->guest;
	long long user = now.user - start->user;
	long long system = now.system - start->system;

	check_account("guest time", guest, now.children.guest - start->children.guest);
	check_account("guest user", user, now.children.user - start->children.user);
	check_account("guest system", system, now.children.system - start->children.system);
	check(user + system > 0, "of %lld clock ticks of guest time", guest);
	printf("# guest time %lld ms: user %lld, system %lld\n", guest * CLOCK_TICK_US / 1000,
	       user * CLOCK_TICK_US / 1000, system * CLOCK_TICK_US / 1000);
}
