// SPDX-License-Identifier: GPL-2.0-only
/* Which source of the split: the choice, and one face for all of them. */
#include "source.h"

#include <errno.h>
#include <stdlib.h>

#include "sampler.h"

struct source {
	enum source_kind kind;
	struct source_options opts;
	struct vm_table *table;
	struct sampler *sampler;
};

static bool kernel_counts(const struct feature *feature)
{
	return feature->split && feature->state != FEATURE_OFF;
}

/* Why a source other than the kernel's running counters was taken. */
static const char *why_sampled(const struct feature *feature)
{
	if (feature->split)
		return "collection is off: sampling with perf; the kernel counts with: "
		       "sysctl kernel.collect_guest_utilization=1";
	return "this kernel does not split guest time: sampling with perf; see guesttime status";
}

static int open_sampler(struct source *source, const char **why)
{
	const struct source_options *opts = &source->opts;
	int rc = sampler_open(opts->rate, &source->sampler, why);

	if (rc)
		return rc;
	source->kind = SOURCE_IS_SAMPLED;
	if (opts->choice == SOURCE_AUTO)
		*why = why_sampled(&opts->feature);
	return 0;
}

static int choose(struct source *source, const char **why)
{
	const struct source_options *opts = &source->opts;

	source->kind = opts->feature.split ? SOURCE_IS_KERNEL : SOURCE_IS_NONE;
	if (opts->choice == SOURCE_SAMPLED ||
	    (opts->choice == SOURCE_AUTO && opts->rates && !kernel_counts(&opts->feature)))
		return open_sampler(source, why);
	*why = feature_advice(&opts->feature);
	return 0;
}

int source_open(const struct source_options *opts, struct source **sourcep, const char **why)
{
	struct source *source = calloc(1, sizeof(*source));
	int rc;

	*sourcep = NULL;
	*why = NULL;
	if (!source)
		return -ENOMEM;
	source->opts = *opts;
	source->table = vm_table_new();
	rc = source->table ? choose(source, why) : -ENOMEM;
	if (rc) {
		source_close(source);
		return rc;
	}
	*sourcep = source;
	return 0;
}

enum source_kind source_kind(const struct source *source)
{
	return source->kind;
}

const char *source_name(const struct source *source)
{
	static const char *const names[] = {
		[SOURCE_IS_NONE] = "none",
		[SOURCE_IS_KERNEL] = "kernel",
		[SOURCE_IS_SAMPLED] = "sampled",
	};

	return names[source->kind];
}

int source_scan(struct source *source, struct proc_snapshot *snap)
{
	const struct source_options *opts = &source->opts;
	struct proc_scan_options scan = {
		.select = opts->select,
		.table = source->table,
		.split = opts->feature.split,
		.threads = opts->threads || source->sampler,
		.all = opts->all,
		.wait = opts->wait,
		/* All vCPUs are sampled. */
		.closely = source->sampler ? NULL : opts->closely,
	};
	int rc = proc_scan(opts->procfd, &scan, snap);

	return rc || !source->sampler ? rc : sampler_apply(source->sampler, snap);
}

int source_fd(const struct source *source)
{
	return source->sampler ? sampler_fd(source->sampler) : -1;
}

void source_drain(struct source *source)
{
	if (source->sampler)
		sampler_drain(source->sampler);
}

uint64_t source_lost(struct source *source)
{
	return source->sampler ? sampler_lost(source->sampler) : 0;
}

const char *source_trouble(struct source *source)
{
	return source->sampler ? sampler_trouble(source->sampler) : NULL;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	sampler_close(source->sampler);
	vm_table_free(source->table);
	free(source);
}
