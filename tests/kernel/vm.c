// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc_read.h"
#include "vm.h"

const struct vmm_load user_only = { .user_insns = 40000 };
const struct vmm_load user3_system1 = { .user_insns = 30000, .system_insns = 10000 };
const struct vmm_load user1_system3 = { .user_insns = 10000, .system_insns = 30000 };
const struct vmm_load user1_system3_exits = {
	.user_insns = 10000, .system_insns = 30000, .exit_ring0 = true,
};

long vm_tick_us(void)
{
	const char *text = getenv("TICK_US");

	return text ? atol(text) : 1000;
}

pid_t vm_start(const struct vmm_load *loads, int count)
{
	sigset_t vmm_signals, old;
	pid_t pid;

	/* Block the VMM's signals: an early one would kill it before it is ready. */
	sigemptyset(&vmm_signals);
	sigaddset(&vmm_signals, SIGUSR1);
	sigaddset(&vmm_signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &vmm_signals, &old);
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		/* The VM of a failed test ends, and does not run beside the next test. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		vmm_run(loads, count);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid;
}

static void check_alive(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, WNOHANG))
		errx(1, "the VMM ended early, status %#x", status);
}

void vm_wait_samples(pid_t pid, long samples)
{
	struct status_times start = read_status(pid, 0), now;
	long long old, guest = read_stat(pid, 0).gtime;
	const long long due = samples * TICK_US;

	old = classified(start);
	do {
		usleep(50000);
		check_alive(pid);
		now = read_status(pid, 0);
		/* Give up after ten times the guest time of so many ticks. */
		if ((read_stat(pid, 0).gtime - guest) * CLOCK_TICK_US > 10 * due + 5000000)
			errx(1, "%lld us of guest user and system time, %lld us expected",
			     classified(now) - old, due);
	} while (classified(now) - old < due);
}

void vm_wait_guest_time(pid_t pid, long us)
{
	long long start = read_stat(pid, 0).gtime;

	while ((read_stat(pid, 0).gtime - start) * CLOCK_TICK_US < us) {
		usleep(20000);
		check_alive(pid);
	}
}

void vm_wait_vcpus(pid_t pid, pid_t *tids, int count)
{
	while (read_threads(pid, VMM_VCPU_COMM, tids, count) != count) {
		usleep(10000);
		check_alive(pid);
	}
}

pid_t vm_wait_vcpu(pid_t pid)
{
	pid_t tid;

	vm_wait_vcpus(pid, &tid, 1);
	return tid;
}

void move_to_cpu(pid_t tid, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(tid, sizeof(set), &set))
		err(1, "CPU %d", cpu);
}

void vm_stop_vcpus(pid_t pid)
{
	pid_t tid;

	kill(pid, SIGUSR1);
	while (read_threads(pid, VMM_VCPU_COMM, &tid, 1) > 0)
		usleep(10000);
}

void vm_pause(pid_t pid)
{
	int status;

	kill(pid, SIGSTOP);
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
		errx(1, "the VMM did not stop, status %#x", status);
}

void vm_stop(pid_t pid)
{
	int status;

	kill(pid, SIGTERM);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
		errx(1, "the VMM failed, status %#x", status);
}
