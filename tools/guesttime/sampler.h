/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_SAMPLER_H
#define GUESTTIME_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

#include "proc_scan.h"

/*
 * Shares of guest user and guest system from samples of perf's clock event, on any
 * kernel. Each vCPU thread has an event and a ring buffer of its own: events of
 * threads cost nothing while the threads sleep.
 */
struct sampler;

/**
 * sampler_open - find out whether this process may sample
 * @rate:	samples a second of each running vCPU
 * @why:	set to what is wrong, on failure
 *
 * Return: 0; -EPERM if it is not allowed; -EOPNOTSUPP if the kernel cannot; -ENOMEM.
 */
int sampler_open(uint32_t rate, struct sampler **sampler, const char **why);

/**
 * sampler_apply - split the guest time of a snapshot
 * @snap:	with threads; gets guest user and guest system in all entries
 *
 * Guest time that passed since the last call is split as the samples of the same time
 * were; that of a thread without samples stays unclassified. New vCPU threads are
 * sampled from now on. Return: 0 or -ENOMEM.
 */
int sampler_apply(struct sampler *sampler, struct proc_snapshot *snap);

/** sampler_remark - what keeps shares from being exact, NULL if nothing does */
const char *sampler_remark(const struct sampler *sampler);

/** sampler_fd - readable when it is time for sampler_drain(): poll() it, the sampler owns it */
int sampler_fd(const struct sampler *sampler);

/** sampler_drain - count the samples in all buffers and empty them; does not block */
void sampler_drain(struct sampler *sampler);

/** sampler_lost - samples that found no room since the last call */
uint64_t sampler_lost(struct sampler *sampler);

/**
 * sampler_trouble - why some vCPUs are not sampled
 *
 * Return: a message, each one once; NULL if there is none left. It is valid until the next call.
 */
const char *sampler_trouble(struct sampler *sampler);
/** sampler_rights - why sampling is refused, by kernel.perf_event_paranoid, and what to do */
const char *sampler_rights(long paranoid);

void sampler_close(struct sampler *sampler);

#endif
