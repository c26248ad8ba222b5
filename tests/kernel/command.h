/* SPDX-License-Identifier: GPL-2.0-only */
/* Programs of the machine, run by tests, and the lines of JSON that guesttime prints. */
#ifndef TESTS_COMMAND_H
#define TESTS_COMMAND_H

#include <stdio.h>
#include <sys/types.h>

/* The output of the last command, errors included. */
extern char output[256 * 1024];

/* Start /bin/argv[0] as user @uid; its output comes from the file. */
FILE *command_start(uid_t uid, char * const argv[], pid_t *pid);

/* Read the output from its byte @len on.  Returns the exit status. */
int command_end(FILE *file, pid_t pid, size_t len);

/* Start a command and read all of its output.  Returns the exit status. */
int command_run(uid_t uid, char * const argv[]);

/* The last line of JSON about the process @pid in the output, NULL if there is none. */
const char *json_line(pid_t pid);

/* A number of a line of JSON; NAN if it is null or not there. */
double json_number(const char *line, const char *name);

#endif /* TESTS_COMMAND_H */
