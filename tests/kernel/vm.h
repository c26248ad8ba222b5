/* SPDX-License-Identifier: GPL-2.0-only */
/* VMM processes for the tests. */
#ifndef TESTS_VM_H
#define TESTS_VM_H

#include <sys/types.h>

#include "../vmm/vmm.h"

/*
 * The length of a tick in microseconds. Each sample is a tick. The test kernel has CONFIG_HZ=1000
 * (configs/test.config); tests/hardware sets the variable TICK_US.
 */
long vm_tick_us(void);
#define TICK_US		vm_tick_us()

/* A clock tick of /proc, in microseconds: USER_HZ is 100. */
#define CLOCK_TICK_US	10000

/* Loads of the tests, by their instructions; some leave to the VMM each loop. */
extern const struct vmm_load user_only, user3_system1, user1_system3, user1_system3_exits;

/* Start a VMM with @count VMs, as a child of the caller. */
pid_t vm_start(const struct vmm_load *loads, int count);

/*
 * Wait until the guests of @pid have been sampled @samples times more.  If they run without
 * samples, the test program ends with an error.
 */
void vm_wait_samples(pid_t pid, long samples);

/* Wait until the guests of @pid have run @us longer, sampled or not. */
void vm_wait_guest_time(pid_t pid, long us);

/* Wait until the @count vCPU threads of @pid have started; @tids are theirs, oldest first. */
void vm_wait_vcpus(pid_t pid, pid_t *tids, int count);

/* Wait until the only vCPU thread of @pid has started.  Returns its TID. */
pid_t vm_wait_vcpu(pid_t pid);

/* Run the thread @tid, 0 for the caller, on @cpu alone. */
void move_to_cpu(pid_t tid, int cpu);

/* End the vCPU threads of @pid, and wait until they are gone. */
void vm_stop_vcpus(pid_t pid);

/* Stop all threads of @pid until SIGCONT, and wait until they have stopped. */
void vm_pause(pid_t pid);

/* End @pid and reap it; a failure of the VMM ends the test program. */
void vm_stop(pid_t pid);

#endif /* TESTS_VM_H */
