// SPDX-License-Identifier: GPL-2.0-only
/* Counters to columns: the only place that knows when a number is unknown. */
#include "cpu_split.h"

#include <stddef.h>

static struct value value_if(bool known, uint64_t counter, double scale)
{
	struct value v = { .known = known };

	if (known)
		v.v = (double)counter * scale;
	return v;
}

static uint64_t sub_clamped(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* Hostile input may overflow the sum; it then exceeds every guest time. */
static uint64_t classified(const struct cpu_times *t)
{
	uint64_t sum;

	if (!t->has_split)
		return 0;
	if (__builtin_add_overflow(t->gutime, t->gstime, &sum))
		return UINT64_MAX;
	return sum;
}

bool cpu_ran_guest(const struct cpu_times *t)
{
	return (t->has_gtime && t->gtime) || classified(t);
}

struct cpu_times cpu_times_sub(const struct cpu_times *now, const struct cpu_times *before)
{
	return (struct cpu_times){
		.utime = sub_clamped(now->utime, before->utime),
		.stime = sub_clamped(now->stime, before->stime),
		.gtime = sub_clamped(now->gtime, before->gtime),
		.gutime = sub_clamped(now->gutime, before->gutime),
		.gstime = sub_clamped(now->gstime, before->gstime),
		.has_cpu = now->has_cpu && before->has_cpu,
		.has_gtime = now->has_gtime && before->has_gtime,
		.has_split = now->has_split && before->has_split,
	};
}

struct cpu_split cpu_split_of(const struct cpu_times *t, double scale, enum cpu_split_kind kind)
{
	uint64_t sum = classified(t);
	bool no_guest = t->has_gtime && !t->gtime;
	bool ring_known = t->has_split && (sum || no_guest);
	bool rest_known = t->has_gtime && (sum <= t->gtime || kind == CPU_SPLIT_DELTA);
	bool host_known = t->has_cpu && t->has_gtime;
	struct cpu_split s = {
		.guest_user = value_if(ring_known, t->gutime, scale),
		.guest_system = value_if(ring_known, t->gstime, scale),
		.unclassified = value_if(rest_known, sub_clamped(t->gtime, sum), scale),
		.host_user = value_if(host_known, sub_clamped(t->utime, t->gtime), scale),
		.host_system = value_if(t->has_cpu, t->stime, scale),
		.guest = value_if(t->has_gtime, t->gtime, scale),
	};

	s.host.known = host_known;
	s.host.v = s.host_user.v + s.host_system.v;
	s.total.known = t->has_cpu;
	if (t->has_cpu)
		s.total.v = ((double)t->utime + (double)t->stime) * scale;
	return s;
}
