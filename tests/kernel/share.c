// SPDX-License-Identifier: GPL-2.0-only
#include "proc_read.h"
#include "share.h"
#include "vm.h"

struct share measure_share(const struct vmm_load *load, long samples)
{
	pid_t pid = vm_start(load, 1);
	struct status_times times;
	struct share share;
	long long sum;

	vm_wait_samples(pid, samples);
	vm_stop_vcpus(pid);
	times = read_status(pid, 0);
	sum = classified(times);
	share.user = 100.0 * times.guest_user / sum;
	/* Guest time is rounded down. */
	share.classified = 100.0 * sum / ((read_stat(pid, 0).gtime + 1) * CLOCK_TICK_US);
	share.samples = sum / TICK_US;
	vm_stop(pid);
	return share;
}
