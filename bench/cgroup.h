/* SPDX-License-Identifier: GPL-2.0-only */
/* cgroup v2 on the test machine. */
#ifndef BENCH_CGROUP_H
#define BENCH_CGROUP_H

#define CGROUP_ROOT	"/tmp/cgroup"

/* Mounts the hierarchy at CGROUP_ROOT, once.  A failure of these ends the program. */
void cgroup_mount(void);

/* Makes /1, /1/2, ... to this depth; returns the path of the last below CGROUP_ROOT. */
const char *cgroup_make(int depth);

/* Moves the calling process to the cgroup of that depth, 0 for the root. */
void cgroup_enter(int depth);

#endif /* BENCH_CGROUP_H */
