// SPDX-License-Identifier: GPL-2.0-only
/*
 * Init of the test machines: runs the test programs that the kernel command line
 * names as e2e=WHAT,..., each as PROGRAM or PROGRAM:TEST, and powers off.
 * With turns=1 CPUs give each other turns (turns.h).
 *
 * The last line on the console is "L1-EXIT: N", 0 if all of them passed.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "turns.h"

static void mount_at(const char *type, const char *path)
{
	mkdir(path, 0755);
	if (mount(type, path, type, 0, NULL) && errno != EBUSY)
		warn("mount %s", path);
}

/* CPUs that the kernel command line (maxcpus=1) has left to us. */
static void start_cpus(void)
{
	char path[64];
	int fd;

	for (int cpu = 1;; cpu++) {
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online", cpu);
		fd = open(path, O_WRONLY);
		if (fd < 0)
			break;
		if (write(fd, "1", 1) != 1)
			err(1, "%s", path);
		close(fd);
	}
}

static int run(char *arg)
{
	char path[64], *test, *colon = strchr(arg, ':');
	int status;
	pid_t pid;

	test = colon ? colon + 1 : NULL;
	if (colon)
		*colon = 0;
	snprintf(path, sizeof(path), "/bin/test-%s", arg);
	pid = fork();
	if (!pid) {
		execl(path, arg, test ? "-r" : NULL, test, NULL);
		err(127, "%s", path);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(1, "%s", path);
	return status ? 1 : 0;
}

int main(void)
{
	/* The kernel gives what it does not know of its command line to init. */
	char *what = getenv("e2e"), *turns = getenv("turns"), *save;
	int failed = 0;

	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("devtmpfs", "/dev");
	mount_at("tmpfs", "/tmp");
	setvbuf(stdout, NULL, _IOLBF, 0);
	start_cpus();
	if (turns && !strcmp(turns, "1"))
		turns_start();
	for (what = strtok_r(what ?: "", ",", &save); what; what = strtok_r(NULL, ",", &save))
		failed |= run(what);
	/* Whole and last: after what the kernel has still to print. */
	tcdrain(STDOUT_FILENO);
	printf("L1-EXIT: %d\n", failed);
	tcdrain(STDOUT_FILENO);
	usleep(100000);
	reboot(RB_POWER_OFF);
}
