// SPDX-License-Identifier: GPL-2.0-only
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "counters.h"
#include "file.h"

#define PATH	"/proc/guest_cputime_bench"

bool counters_there(void)
{
	return !access(PATH, F_OK);
}

void counters_command(const char *command)
{
	put_file(PATH, command);
}

static void store(struct counters *counters, const char *name, long long value)
{
	const struct {
		const char *name;
		long long *value;
	} singles[] = {
		{ "exits", &counters->exits },
		{ "reentries", &counters->reentries },
		{ "cpl_reads", &counters->cpl_reads },
		{ "vmreads", &counters->vmreads },
	}, pairs[] = {
		{ "rival", counters->rival },
		{ "samples", counters->samples },
	};
	const char *ring = strchr(name, '_');
	size_t i, len;

	for (i = 0; i < sizeof(singles) / sizeof(singles[0]); i++) {
		if (!strcmp(name, singles[i].name)) {
			*singles[i].value = value;
			return;
		}
	}
	if (!ring)
		errx(1, PATH ": unknown line %s", name);
	len = ring++ - name;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (strlen(pairs[i].name) == len && !strncmp(name, pairs[i].name, len)) {
			pairs[i].value[!strcmp(ring, "system")] = value;
			return;
		}
	}
	if (strncmp(name, "age_", 4) || counters->ages == MAX_AGES || !strchr(ring, '_'))
		errx(1, PATH ": unknown line %s", name);
	counters->age[counters->ages].ring = !strncmp(ring, "system", 6);
	counters->age[counters->ages].ticks = strtoll(strchr(ring, '_') + 1, NULL, 10);
	counters->age[counters->ages++].count = value;
}

void counters_read(struct counters *counters)
{
	FILE *file = fopen(PATH, "re");
	long long value;
	char name[32];

	if (!file)
		err(1, PATH);
	memset(counters, 0, sizeof(*counters));
	while (fscanf(file, "%31s %lld", name, &value) == 2)
		store(counters, name, value);
	fclose(file);
}
