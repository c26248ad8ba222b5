// SPDX-License-Identifier: GPL-2.0-only
#include "proc_read.h"
#include "share.h"
#include "vm.h"

struct measured_share measure_share(const struct vmm_load *load, long samples)
{
	pid_t pid = vm_start(load, 1);
	struct status_times times;
	struct measured_share share;
	long long guest_us;

	vm_wait_samples(pid, samples);
	vm_stop_vcpus(pid);
	times = read_status(pid, 0);
	share.user = user_share(times);
	/* Guest time is rounded down. */
	guest_us = (read_stat(pid, 0).gtime + 1) * CLOCK_TICK_US;
	share.classified = 100.0 * classified(times) / guest_us;
	share.samples = classified(times) / TICK_US;
	vm_stop(pid);
	return share;
}
