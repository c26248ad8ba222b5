/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_OPTIONS_H
#define GUESTTIME_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "column.h"
#include "proc_scan.h"

/* Subcommands; their names and option tables are in options.c. */
enum command {
	COMMAND_SHOW,		/* none given */
	COMMAND_TOP,
	COMMAND_EXITS,
	COMMAND_EXPORTER,
	COMMAND_STATUS,
	COMMANDS,
};

enum output_format {
	OUTPUT_TABLE,
	OUTPUT_JSON,
	OUTPUT_CSV,
	OUTPUT_JOURNAL,
	OUTPUT_PROMETHEUS,
};

enum source_choice {
	SOURCE_AUTO,		/* the kernel's counters, else samples */
	SOURCE_KERNEL,
	SOURCE_SAMPLED,
};

/**
 * struct options - the command line
 * @command:	what to do
 * @select:	which processes
 * @threads:	a line for each thread
 * @all:	also what ran no guest
 * @interval:	seconds, 0 if not given
 * @count:	reports (or VMs, for exits) after which to stop, 0 for no end
 * @sort:	order of rows
 * @format:	of the output
 * @source:	where the split comes from
 * @rate:	samples a second and vCPU
 * @record:	file to write a recording to, NULL for none
 * @replay:	recording to show instead of this host, NULL for none
 * @output:	file to replace with metrics, NULL for standard output
 * @listen_address: of the exporter, NULL for the default
 * @per_vcpu:	the exporter shows each vCPU, too
 * @max_series:	the exporter shows so many at most
 * @proc:	where /proc is, for tests
 * @cpus:	file with the list of possible CPUs, for tests
 * @rcvbuf:	netlink receive buffer [bytes], 0 for the default, for tests
 */
struct options {
	enum command command;
	struct proc_select select;
	bool threads;
	bool all;
	double interval;
	uint32_t count;
	struct sort_order sort;
	enum output_format format;
	enum source_choice source;
	uint32_t rate;
	const char *record;
	const char *replay;
	const char *output;
	const char *listen_address;
	bool per_vcpu;
	uint32_t max_series;
	const char *proc;
	const char *cpus;
	int rcvbuf;
};

enum options_action {
	OPTIONS_RUN,
	OPTIONS_DONE,		/* --help or --version was printed */
	OPTIONS_WRONG,		/* the error was printed */
};

/** options_parse - understand the command line */
enum options_action options_parse(int argc, char **argv, struct options *opts);

/** options_free - what options_parse() allocated */
void options_free(struct options *opts);

#endif
