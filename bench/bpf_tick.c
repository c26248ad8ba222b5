// SPDX-License-Identifier: GPL-2.0-only
/*
 * bpf_tick OBJECT PROGRAM [WORD...]: run PROGRAM while the BPF program of OBJECT
 * (bench/bpf_tick.bpf.c) splits guest time, then print the split of each process, and the number
 * of these lines:
 *
 *	bpf process=PID user_ns=N system_ns=N
 *	1..1
 *	ok 1 rows N
 *
 * Fails if there is none.
 */
#include <err.h>
#include <linux/types.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf_tick.h"

static int print_splits(int map)
{
	struct bpf_tick_split split;
	__u32 process, *last = NULL;
	int rows = 0;

	while (!bpf_map_get_next_key(map, last, &process)) {
		if (!bpf_map_lookup_elem(map, &process, &split)) {
			printf("bpf process=%u user_ns=%llu system_ns=%llu\n", process,
			       split.user_ns, split.system_ns);
			rows++;
		}
		last = &process;
	}
	printf("1..1\nok 1 rows %d\n", rows);
	return rows;
}

int main(int argc, char **argv)
{
	struct bpf_program *program;
	struct bpf_object *object;
	int status;
	pid_t pid;

	if (argc < 3)
		errx(2, "usage: bpf_tick OBJECT PROGRAM [WORD...]");
	libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
	object = bpf_object__open_file(argv[1], NULL);
	if (!object || bpf_object__load(object))
		err(1, "%s", argv[1]);
	program = bpf_object__find_program_by_name(object, "bpf_tick");
	if (!program || !bpf_program__attach(program))
		err(1, "%s: account_guest_time()", argv[1]);

	pid = fork();
	if (!pid) {
		execvp(argv[2], argv + 2);
		err(127, "%s", argv[2]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(1, "%s", argv[2]);
	if (!print_splits(bpf_object__find_map_fd_by_name(object, "splits")))
		errx(1, "the BPF program has split nothing");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
