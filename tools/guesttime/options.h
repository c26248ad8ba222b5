/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_OPTIONS_H
#define GUESTTIME_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "column.h"

enum output_format {
	OUTPUT_TABLE,
	OUTPUT_JSON,
	OUTPUT_PROMETHEUS,
};

/**
 * struct options - the command line
 * @exits:	listen for VMs that end
 * @threads:	a line for each thread
 * @all:	also what ran no guest
 * @pid:	only this process, 0 for all
 * @interval:	seconds, 0 if not given
 * @count:	reports (or VMs, for exits) after which to stop, 0 for no end
 * @sort:	order of rows
 * @format:	of the output
 * @output:	file to replace, NULL for standard output
 * @exporter:	serve metrics
 * @listen_address: for the exporter, NULL for the default
 * @per_vcpu:	for the exporter: each vCPU, too
 * @vm:		for the exporter: a pattern of names, NULL for all
 * @max_series:	for the exporter: how many at most
 * @proc:	where /proc is, for tests
 * @cpus:	file with the list of possible CPUs, for tests
 * @rcvbuf:	netlink receive buffer [bytes], 0 for the default, for tests
 */
struct options {
	bool exits;
	bool threads;
	bool all;
	uint32_t pid;
	double interval;
	uint32_t count;
	struct sort_order sort;
	enum output_format format;
	const char *output;
	bool exporter;
	const char *listen_address;
	bool per_vcpu;
	const char *vm;
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

#endif
