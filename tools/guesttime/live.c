// SPDX-License-Identifier: GPL-2.0-only
/* Frames of this host: the difference of two looks at it. */
#include "live.h"

#include <err.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "read_file.h"

#define STAT_MAX	(256 * 1024)	/* the CPU lines of /proc/stat come first */

int live_open(struct live *live, const struct options *opts, const struct environment *env,
	      const struct live_options *live_opts)
{
	struct source_options source_opts = {
		.choice = opts->source,
		.rate = opts->rate,
		.rates = true,
		.procfd = env->procfd,
		.feature = env->feature,
		.select = &opts->select,
		.threads = live_opts->threads,
		.all = opts->all,
		.wait = live_opts->wait,
		.closely = live_opts->closely,
	};
	const char *why;
	int rc;

	*live = (struct live){ .opts = opts, .env = env, .threads = live_opts->threads };
	if (gethostname(live->hostname, sizeof(live->hostname) - 1))
		live->hostname[0] = '\0';
	rc = source_open(&source_opts, &live->source, &why);
	if (why)
		warnx("%s", why);
	if (!rc) {
		live->frame.hostname = live->hostname;
		live->frame.source = source_name(live->source);
		return 0;
	}
	if (!why)
		warnx("%s", strerror(-rc));
	return rc == -EPERM || rc == -EOPNOTSUPP ? EXIT_SAMPLING : EXIT_TROUBLE;
}

static int look(struct live *live)
{
	static char stat[STAT_MAX];
	unsigned int now = live->now;
	int rc = source_scan(live->source, &live->snaps[now]);
	ssize_t n;

	if (rc)
		return rc;
	n = read_file(live->env->procfd, "stat", stat, sizeof(stat));
	live->has_host[now] = n > 0 && !host_cpu_decode(stat, (size_t)n, &live->host[now]);
	return 0;
}

int live_begin(struct live *live)
{
	return look(live);
}

static struct value percent(uint64_t now, uint64_t before, double scale)
{
	return (struct value){ .v = now > before ? (double)(now - before) * scale : 0, .known = true };
}

static void add(struct value *sum, struct value v)
{
	if (!v.known)
		return;
	sum->v += v.v;
	sum->known = true;
}

/*
 * Guest user and guest system of the host are the sums over its VMs; the rest is unclassified.
 * If only some VMs are selected, all three are unknown: the others' time is missing.
 */
static void split_host(struct live *live, double scale)
{
	const struct host_cpu *now = &live->host[live->now], *before = &live->host[!live->now];
	const struct proc_select *select = &live->opts->select;
	struct host_split *host = &live->frame.host;
	double rest;
	size_t i;

	memset(host, 0, sizeof(*host));
	if (!live->has_host[0] || !live->has_host[1])
		return;
	host->cpus = (struct value){ .v = now->cpus, .known = true };
	host->user = percent(now->user, before->user, scale);
	host->system = percent(now->system, before->system, scale);
	host->idle = percent(now->idle, before->idle, scale);
	host->steal = percent(now->steal, before->steal, scale);
	if (select->n_pids || select->vm || select->cgroup)
		return;
	for (i = 0; i < live->frame.vms.n; i++) {
		add(&host->guest_user, live->frame.vms.v[i].split.guest_user);
		add(&host->guest_system, live->frame.vms.v[i].split.guest_system);
	}
	host->unclassified = percent(now->guest, before->guest, scale);
	rest = host->unclassified.v - host->guest_user.v - host->guest_system.v;
	host->unclassified.v = rest > 0 ? rest : 0;
}

int live_next(struct live *live)
{
	const struct options *opts = live->opts;
	struct row_options row_opts = { .hz = live->env->hz };
	struct proc_snapshot *before, *now;
	struct frame *frame = &live->frame;
	int rc;

	live->now = !live->now;
	rc = look(live);
	if (rc) {
		live->now = !live->now;
		return rc;
	}
	now = &live->snaps[live->now];
	before = &live->snaps[!live->now];
	frame->interval = now->monotonic - before->monotonic;
	frame->time = now->realtime;
	frame->lost = source_lost(live->source);
	/* A process asked for by number is shown whatever it did. */
	row_opts.all = opts->all || opts->select.n_pids;
	rc = rows_from_rates(&frame->vms, before, now, &row_opts);
	if (!rc && live->threads) {
		row_opts.threads = true;
		row_opts.all = opts->all;
		rc = rows_from_rates(&frame->threads, before, now, &row_opts);
	}
	if (rc)
		return rc;
	split_host(live, frame->interval > 0 ? 100 / live->env->hz / frame->interval : 0);
	return 0;
}

double live_monotonic(const struct live *live)
{
	return live->snaps[live->now].monotonic;
}

uint32_t live_denied(const struct live *live)
{
	return live->snaps[live->now].denied;
}

void live_close(struct live *live)
{
	rows_free(&live->frame.vms);
	rows_free(&live->frame.threads);
	proc_snapshot_free(&live->snaps[0]);
	proc_snapshot_free(&live->snaps[1]);
	source_close(live->source);
}
