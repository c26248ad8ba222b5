// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs other people's test programs one after the other: those of the file
 * /upstream/list, with lines "NAME SECONDS [ARGUMENT...]", as /upstream/NAME.
 *
 * Prints a line "RESULT NAME STATUS OK NOT-OK" for each: whether it passed, skipped
 * (exit status 4), failed or outlasted its time, and how many of its own tests it
 * said were ok and not.  Before it, what a program that did not pass said last.
 *
 * Processes that a program leaves behind are killed before the next program starts.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DIR		"/upstream"
#define OUTPUT		"/tmp/output"
#define KSFT_SKIP	4
#define ARGUMENTS	8
#define TAIL		6

static sigset_t unblocked;

static pid_t start(char **argv)
{
	char path[256];
	pid_t pid;
	int fd;

	pid = fork();
	if (pid)
		return pid;
	setsid();
	sigprocmask(SIG_SETMASK, &unblocked, NULL);
	snprintf(path, sizeof(path), DIR "/%s", argv[0]);
	/* KVM's load themselves into their guests. */
	argv[0] = path;
	fd = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		err(127, OUTPUT);
	close(fd);
	fd = open("/dev/null", O_RDONLY);
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		err(127, "/dev/null");
	execv(path, argv);
	err(127, "%s", path);
}

/* Wait for @pid, @seconds at most; the status of waitpid(), or -1. */
static int wait_for(pid_t pid, int seconds)
{
	struct timespec now, end;
	int status = -1;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	for (;;) {
		struct timespec left;

		if (waitpid(pid, &status, WNOHANG) == pid)
			break;
		clock_gettime(CLOCK_MONOTONIC, &now);
		left.tv_sec = end.tv_sec - now.tv_sec;
		left.tv_nsec = 0;
		if (left.tv_sec <= 0) {
			status = -1;
			break;
		}
		sigtimedwait(&set, NULL, &left);
	}
	return status;
}

/* All processes but init and this one, which is the one that reaps them. */
static void clean_up(void)
{
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

/* Count the results of the program's own tests. */
static void count(int *ok, int *not_ok)
{
	char line[4096];
	FILE *f = fopen(OUTPUT, "r");
	int n;

	*ok = 0;
	*not_ok = 0;
	if (!f)
		err(1, OUTPUT);
	while (fgets(line, sizeof(line), f)) {
		*ok += sscanf(line, "ok %d", &n) == 1;
		*not_ok += sscanf(line, "not ok %d", &n) == 1;
	}
	fclose(f);
}

static void show_tail(void)
{
	static char line[TAIL][256];
	FILE *f = fopen(OUTPUT, "r");
	int n = 0, i;

	if (!f)
		err(1, OUTPUT);
	while (fgets(line[n % TAIL], sizeof(line[0]), f))
		n++;
	fclose(f);
	for (i = n > TAIL ? n - TAIL : 0; i < n; i++)
		printf("# %.200s%s", line[i % TAIL], strchr(line[i % TAIL], '\n') ? "" : "\n");
}

static const char *verdict(int status)
{
	if (status == -1)
		return "timeout";
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return "pass";
	if (WIFEXITED(status) && WEXITSTATUS(status) == KSFT_SKIP)
		return "skip";
	return "fail";
}

int main(void)
{
	char line[512], *argv[ARGUMENTS + 1], *name, *seconds;
	sigset_t set;
	FILE *list;

	/* For sigtimedwait(), and not inherited. */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &unblocked);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (chdir("/tmp"))
		err(1, "/tmp");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		err(1, "prctl");
	list = fopen(DIR "/list", "re");
	if (!list)
		err(1, DIR "/list");
	while (fgets(line, sizeof(line), list)) {
		int ok, not_ok, status, n = 0;

		name = strtok(line, "\n ");
		seconds = strtok(NULL, "\n ");
		if (!name || !seconds)
			errx(1, "bad line in " DIR "/list");
		argv[n++] = name;
		while (n < ARGUMENTS && (argv[n] = strtok(NULL, "\n ")))
			n++;
		argv[n] = NULL;

		status = wait_for(start(argv), atoi(seconds));
		clean_up();
		count(&ok, &not_ok);
		if (strcmp(verdict(status), "pass"))
			show_tail();
		printf("RESULT %s %s %d %d\n", name, verdict(status), ok, not_ok);
	}
	return 0;
}
