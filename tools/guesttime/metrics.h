/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_METRICS_H
#define GUESTTIME_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "feature.h"
#include "marks.h"
#include "proc_scan.h"

/* Series that a VM has, and that a vCPU has. */
#define METRICS_VM_SERIES	(MARK_TIMES + 3)
#define METRICS_VCPU_SERIES	MARK_TIMES

/**
 * struct metrics_vm - a VM that is shown
 * @task:	its process, in the snapshot
 * @id:	who it is
 * @vcpus:	vCPU threads alive; -1 if not known
 * @named:	has labels of this round
 */
struct metrics_vm {
	const struct proc_task *task;
	struct mark *mark;
	const struct vm_identity *id;
	double vcpus;
	bool named;
};

/**
 * struct metrics_options - which VMs to show
 * @per_vcpu:	also each vCPU
 * @max_series:	at most so many series of VMs and vCPUs, 0 for no limit
 * @hz:		ticks per second
 * @boot:	time of boot, seconds since 1970
 */
struct metrics_options {
	bool per_vcpu;
	size_t max_series;
	double hz;
	double boot;
};

/**
 * struct metrics - everything that is exposed
 * @marks:	from one round to the next
 * @vms:	oldest first
 * @vcpus:	in the order of @vms
 * @series_cut:	series left out to keep to the limit
 * @per_vcpu:	vCPUs were asked for
 * @collecting:	guest time that passes now is split
 * @source:	where the split comes from: kernel, sampled or none
 * @scans:	rounds, 0 for the only one
 * @state:	the kernel's switch
 * @errors:	rounds that failed
 * @samples_lost: of a sampled source
 */
struct metrics {
	struct marks marks;
	struct metrics_vm *vms;
	size_t vms_n;
	size_t vms_room;
	struct mark **vcpus;
	size_t vcpus_n;
	size_t vcpus_room;
	size_t series_cut;
	size_t max_series;
	bool per_vcpu;
	enum feature_state state;
	bool collecting;
	const char *source;
	uint64_t scans;
	uint64_t errors;
	uint64_t samples_lost;
};

/** metrics_boot_time - now, less the time since boot */
double metrics_boot_time(void);

/**
 * metrics_update - take the readings of a snapshot
 * @snap:	must stay until the metrics are printed
 *
 * Two VMs of one host never share labels: the younger one's name is followed
 * by "#" and its pid. The labels of a VM stay as long as it runs.
 *
 * Return: 0 or -ENOMEM.
 */
int metrics_update(struct metrics *metrics, const struct proc_snapshot *snap,
		   const struct metrics_options *opts);

void metrics_free(struct metrics *metrics);

#endif
