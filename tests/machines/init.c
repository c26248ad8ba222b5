// SPDX-License-Identifier: GPL-2.0-only
/*
 * Init of the test machines.  The kernel parameter tests=PROGRAM[:TEST],... names programs.  Init
 * runs them one after the other, and powers off.  A program is /bin/test-PROGRAM, and gets
 * "-r TEST" if there is a TEST.
 *
 * The last line on the console is "L1-EXIT: N": 0 if all programs passed, else the exit
 * status of the first one that did not, or 128 and the number of the signal that ended it.
 *
 * With turns=1 CPUs give each other turns (turns.h).
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "turns.h"

static void end(int status)
{
	/* All other processes are killed first, so that none writes into or after the last line. */
	kill(-1, SIGKILL);
	tcdrain(STDOUT_FILENO);
	printf("L1-EXIT: %d\n", status);
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	usleep(100000);
	reboot(RB_POWER_OFF);
	pause();
}

static void fail(const char *what)
{
	printf("init: %s: %s\n", what, strerror(errno));
	end(126);
}

/* Do not fail if the kernel lacks a file system. */
static void mount_at(const char *type, const char *path, const char *options)
{
	mkdir(path, 0755);
	if (mount(type, path, type, 0, options) && errno != EBUSY && errno != ENODEV &&
	    errno != ENOENT)
		fail(path);
}

static void make_files(void)
{
	/* udev makes these links on other systems. */
	static const char * const links[][2] = {
		{ "/proc/self/fd", "/dev/fd" }, { "/proc/self/fd/0", "/dev/stdin" },
		{ "/proc/self/fd/1", "/dev/stdout" }, { "/proc/self/fd/2", "/dev/stderr" },
	};

	mount_at("proc", "/proc", NULL);
	mount_at("sysfs", "/sys", NULL);
	mount_at("debugfs", "/sys/kernel/debug", NULL);
	mount_at("devtmpfs", "/dev", NULL);
	mount_at("devpts", "/dev/pts", "ptmxmode=0666");
	mount_at("tmpfs", "/dev/shm", NULL);
	/* The root is memory already; files on board may be below. */
	mkdir("/run", 0755);
	mkdir("/tmp", 0755);
	chmod("/tmp", 01777);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		if (symlink(links[i][0], links[i][1]) && errno != EEXIST)
			fail(links[i][1]);
}

/* With maxcpus=1 on the kernel command line, init brings the other CPUs up. */
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
			fail(path);
		close(fd);
	}
}

/* The console becomes the terminal of a session, so that programs on it have job control. */
static void become_session(void)
{
	int fd;

	setsid();
	fd = open("/dev/ttyS0", O_RDWR);
	if (fd < 0)
		return;
	ioctl(fd, TIOCSCTTY, 0);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

/* Reaps zombies of other processes, too. */
static int wait_for(pid_t pid)
{
	int status;
	pid_t ended;

	do
		ended = wait(&status);
	while (ended != pid && (ended > 0 || errno == EINTR));
	if (ended < 0)
		fail("wait");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int run(char *arg)
{
	char path[64], *test = strchr(arg, ':');
	int status;
	pid_t pid;

	if (test)
		*test++ = 0;
	snprintf(path, sizeof(path), "/bin/test-%s", arg);
	pid = fork();
	if (!pid) {
		become_session();
		/*
		 * When the leader of a session ends, the kernel hangs up its terminal, which drops
		 * unsent output.  The leader is therefore a process that waits for the terminal.
		 */
		pid = fork();
		if (!pid) {
			execl(path, arg, test ? "-r" : NULL, test, NULL);
			err(126, "%s", path);
		}
		if (pid < 0)
			err(126, "fork");
		/* The program, and not the leader, reads keys. */
		signal(SIGINT, SIG_IGN);
		signal(SIGQUIT, SIG_IGN);
		signal(SIGTSTP, SIG_IGN);
		status = wait_for(pid);
		/* The program may leave a process that writes, or another foreground group. */
		signal(SIGTTOU, SIG_IGN);
		alarm(10);
		tcdrain(STDOUT_FILENO);
		_exit(status);
	}
	if (pid < 0)
		fail("fork");
	return wait_for(pid);
}

int main(void)
{
	/* The kernel passes unknown parameters of its command line to init's environment. */
	char *tests = getenv("tests"), *turns = getenv("turns"), *test, *save;
	int status = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/tmp", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	make_files();
	start_cpus();
	if (turns && !strcmp(turns, "1"))
		turns_start();
	for (test = strtok_r(tests ?: "", ",", &save); test; test = strtok_r(NULL, ",", &save)) {
		int result = run(test);

		if (!status)
			status = result;
	}
	end(status);
}
