/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_HOST_CPU_H
#define GUESTTIME_HOST_CPU_H

#include <stdint.h>
#include <stddef.h>

/**
 * struct host_cpu - CPU time of the host since boot, all CPUs [ticks]
 * @user:	in user mode, niced too, without guests
 * @system:	in kernel mode, interrupts too
 * @guest:	running guests
 * @idle:	waiting for I/O too
 * @steal:	taken by the hypervisor beneath, if there is one
 * @cpus:	online
 */
struct host_cpu {
	uint64_t user;
	uint64_t system;
	uint64_t guest;
	uint64_t idle;
	uint64_t steal;
	uint32_t cpus;
};

/**
 * host_cpu_decode - decode the first lines of /proc/stat
 * @buf:	its contents, or their beginning; CPUs beyond it are not counted
 * @len:	how many bytes
 *
 * Return: 0, or -EBADMSG if there is no whole "cpu" line of ten numbers.
 */
int host_cpu_decode(const char *buf, size_t len, struct host_cpu *cpu);

#endif
