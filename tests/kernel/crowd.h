/* SPDX-License-Identifier: GPL-2.0-only */
/* VMMs of all kinds that come, are pushed around, and go. */
#ifndef TESTS_CROWD_H
#define TESTS_CROWD_H

#include <stdbool.h>
#include <sys/types.h>

#include "../vmm/vmm.h"

#define CROWD_MAX	12

/**
 * struct crowd - VMM processes, children of the caller
 * @pids:  their PIDs
 * @count: their number
 */
struct crowd {
	pid_t pids[CROWD_MAX];
	int count;
};

/* The load of a guest, drawn at random from those that this machine can run. */
const struct vmm_load *any_load(void);

/* Any VMM: one or two VMs, or a process whose vCPU threads come and go. */
void crowd_add(struct crowd *crowd);

/* End a VMM, by SIGKILL or by SIGTERM, and reap it. */
void crowd_remove(struct crowd *crowd, int index, bool by_kill);

void crowd_end(struct crowd *crowd);

/* Move, renice or stop a VMM, or end it and start another. */
void crowd_event(struct crowd *crowd);

/* Cgroups for crowd_event() to move threads to. */
void crowd_make_cgroups(void);

#endif /* TESTS_CROWD_H */
