// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guest CPU time split by ring: the places of the numbers in procfs.
 *
 * A process that has run no guest has zeros in fields 53 to 56 of stat.  With the lines
 * GuestUser and GuestSystem in status, all cpu lines of /proc/stat have twelve columns.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KSFT_SKIP	4

static char buf[65536];

static void slurp(const char *path)
{
	ssize_t len;
	int fd;

	fd = open(path, O_RDONLY);
	assert(fd >= 0);
	len = read(fd, buf, sizeof(buf) - 1);
	assert(len > 0);
	buf[len] = '\0';
	close(fd);
}

static int count_words(const char *line)
{
	int count = 0;

	for (; *line && *line != '\n'; line++)
		count += line[0] == ' ' && line[1] != ' ' && line[1] != '\n';
	return count;
}

int main(void)
{
	unsigned long long user, system;
	char *cpu_line = NULL;
	const char *line;
	size_t size = 0;
	FILE *file;

	slurp("/proc/self/status");
	line = strstr(buf, "\nGuestUser:");
	if (!line) {
		fprintf(stderr, "SKIP: this kernel has no CONFIG_GUEST_CPUTIME\n");
		return KSFT_SKIP;
	}
	assert(sscanf(line, "\nGuestUser:\t%llu us\nGuestSystem:\t%llu us", &user, &system) == 2);
	assert(user == 0 && system == 0);

	slurp("/proc/self/stat");
	line = strrchr(buf, ')');
	assert(line);
	assert(count_words(line) == 54);
	assert(!strcmp(line + strlen(line) - strlen(" 0 0 0 0\n"), " 0 0 0 0\n"));

	file = fopen("/proc/stat", "r");
	assert(file);
	while (getline(&cpu_line, &size, file) > 0 && !strncmp(cpu_line, "cpu", 3))
		assert(count_words(cpu_line) == 12);
	free(cpu_line);
	fclose(file);
	return 0;
}
