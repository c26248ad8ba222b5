// SPDX-License-Identifier: GPL-2.0-only
/*
 * spawn_threads PROCESSES THREADS : makes that many processes of that many
 * threads each, all asleep; prints "ready"; ends with them when standard input
 * is closed.
 */
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void *sleep_forever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void child(int threads, int ready)
{
	pthread_attr_t attr;
	pthread_t thread;
	int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 * 1024);
	for (i = 1; i < threads; i++) {
		if (pthread_create(&thread, &attr, sleep_forever, NULL))
			_exit(1);
	}
	if (write(ready, "x", 1) != 1)
		_exit(1);
	sleep_forever(NULL);
}

int main(int argc, char **argv)
{
	int processes = argc == 3 ? atoi(argv[1]) : 0, threads = argc == 3 ? atoi(argv[2]) : 0;
	int ready[2], i;
	pid_t *pids;
	char c;

	if (processes < 1 || threads < 1)
		errx(2, "usage: spawn_threads PROCESSES THREADS");
	pids = calloc((size_t)processes, sizeof(*pids));
	if (!pids || pipe(ready))
		err(1, "cannot start");
	for (i = 0; i < processes; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			err(1, "fork");
		if (!pids[i])
			child(threads, ready[1]);
		if (read(ready[0], &c, 1) != 1)
			errx(1, "a process failed");
	}
	puts("ready");
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	for (i = 0; i < processes; i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	return 0;
}
