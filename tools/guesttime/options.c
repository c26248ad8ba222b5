// SPDX-License-Identifier: GPL-2.0-only
/* The command line. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef GUESTTIME_VERSION
#define GUESTTIME_VERSION	"unknown"
#endif

#define INTERVAL_MIN	0.01
#define INTERVAL_MAX	86400

static const char usage[] =
	"Usage: guesttime [OPTIONS]          CPU time of processes that run guests\n"
	"       guesttime exits [OPTIONS]    a line for each VM that ends\n"
	"       guesttime exporter [OPTIONS] serve metrics to Prometheus\n"
	"\n"
	"Times are seconds since the process began; '-' means not known.\n"
	"\n"
	"  -t, --threads         one line for each vCPU thread\n"
	"  -p, --pid PID         only this process\n"
	"  -a, --all             also what never ran a guest\n"
	"  -i, --interval SEC    percent of one CPU over each SEC seconds instead of totals;\n"
	"                        for exits: how often to look at /proc\n"
	"  -n, --count N         stop after N reports; for exits: after N VMs\n"
	"      --sort COLUMN     pid, tid, vm, thread, vcpus, guest-user, guest-system,\n"
	"                        unclassified, host-user, host-system, or total (default);\n"
	"                        times largest first, +COLUMN and -COLUMN to choose\n"
	"      --json            one JSON object a line\n"
	"      --prometheus      counters in Prometheus' text format\n"
	"      --output FILE     with --prometheus: replace FILE at once, for node_exporter\n"
	"      --web.listen-address ADDRESS  for exporter: 127.0.0.1:9819, [::1]:PORT or\n"
	"                        unix:PATH\n"
	"      --per-vcpu        for exporter: each vCPU, too\n"
	"      --vm PATTERN      for exporter: only VMs of such a name, as in sh(1)\n"
	"      --max-series N    for exporter: leave out the youngest VMs above N series\n"
	"                        (50000)\n"
	"  -h, --help            this text\n"
	"  -V, --version         the version\n"
	"\n"
	"Guest user and guest system need a kernel with CONFIG_GUEST_CPUTIME=y and\n"
	"sysctl kernel.collect_guest_utilization=1. See guesttime(8).\n";

static enum options_action wrong(const char *problem, const char *what)
{
	fprintf(stderr, "guesttime: %s%s%s%s\nTry 'guesttime --help'.\n", problem,
		what ? " '" : "", what ? what : "", what ? "'" : "");
	return OPTIONS_WRONG;
}

static bool parse_u32(const char *text, uint32_t max, uint32_t *val)
{
	unsigned long v;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	v = strtoul(text, &end, 10);
	if (errno || *end || !v || v > max)
		return false;
	*val = (uint32_t)v;
	return true;
}

static bool parse_seconds(const char *text, double *val)
{
	char *end;

	if ((*text < '0' || *text > '9') && *text != '.')
		return false;
	*val = strtod(text, &end);
	return end != text && !*end && isfinite(*val) && *val >= INTERVAL_MIN &&
	       *val <= INTERVAL_MAX;
}

enum {
	OPT_SORT = 256,
	OPT_JSON,
	OPT_PROMETHEUS,
	OPT_OUTPUT,
	OPT_LISTEN_ADDRESS,
	OPT_PER_VCPU,
	OPT_VM,
	OPT_MAX_SERIES,
	OPT_PROC,
	OPT_CPUS,
	OPT_RCVBUF,
};

static const struct option long_options[] = {
	{ "threads",		no_argument,		NULL, 't' },
	{ "pid",		required_argument,	NULL, 'p' },
	{ "all",		no_argument,		NULL, 'a' },
	{ "interval",		required_argument,	NULL, 'i' },
	{ "count",		required_argument,	NULL, 'n' },
	{ "sort",		required_argument,	NULL, OPT_SORT },
	{ "json",		no_argument,		NULL, OPT_JSON },
	{ "prometheus",	no_argument,		NULL, OPT_PROMETHEUS },
	{ "output",		required_argument,	NULL, OPT_OUTPUT },
	{ "web.listen-address",	required_argument,	NULL, OPT_LISTEN_ADDRESS },
	{ "per-vcpu",		no_argument,		NULL, OPT_PER_VCPU },
	{ "vm",			required_argument,	NULL, OPT_VM },
	{ "max-series",		required_argument,	NULL, OPT_MAX_SERIES },
	{ "help",		no_argument,		NULL, 'h' },
	{ "version",		no_argument,		NULL, 'V' },
	/* For tests, not documented. */
	{ "proc",		required_argument,	NULL, OPT_PROC },
	{ "cpus",		required_argument,	NULL, OPT_CPUS },
	{ "rcvbuf",		required_argument,	NULL, OPT_RCVBUF },
	{ NULL, 0, NULL, 0 }
};

/* What cannot go together. */
static enum options_action check(const struct options *opts, bool sort_given)
{
	if (opts->format == OUTPUT_PROMETHEUS && opts->exits)
		return wrong("exits cannot be printed for Prometheus", NULL);
	if (opts->format == OUTPUT_PROMETHEUS && opts->interval > 0)
		return wrong("Prometheus' counters are totals: leave out --interval", NULL);
	if (opts->output && opts->format != OUTPUT_PROMETHEUS)
		return wrong("--output needs --prometheus", NULL);
	if (opts->output && opts->threads)
		return wrong("--output holds counters of VMs: leave out --threads", NULL);
	if (opts->exits && (opts->threads || opts->all))
		return wrong("exits takes neither --threads nor --all", NULL);
	if (opts->exits && sort_given)
		return wrong("exits come as they happen: leave out --sort", NULL);
	if (!opts->exits && opts->count && !(opts->interval > 0))
		return wrong("--count needs --interval", NULL);
	if (!opts->threads && (opts->sort.column == COLUMN_TID ||
			       opts->sort.column == COLUMN_THREAD))
		return wrong("that --sort needs --threads", NULL);
	if (opts->threads && opts->sort.column == COLUMN_VCPUS)
		return wrong("threads cannot be sorted by vcpus", NULL);
	return OPTIONS_RUN;
}

static enum options_action parse_command(int argc, char **argv, struct options *opts)
{
	if (optind == argc)
		return OPTIONS_RUN;
	opts->exporter = !strcmp(argv[optind], "exporter");
	if (!opts->exporter && strcmp(argv[optind], "exits"))
		return wrong("unknown command", argv[optind]);
	if (optind + 1 < argc)
		return wrong("unexpected argument", argv[optind + 1]);
	opts->exits = !opts->exporter;
	return OPTIONS_RUN;
}

enum options_action options_parse(int argc, char **argv, struct options *opts)
{
	enum options_action action;
	bool sort_given = false;
	uint32_t number;
	int c;

	*opts = (struct options){
		.sort = { COLUMN_TOTAL, true },
		.proc = "/proc",
		.max_series = 50000,
		.cpus = "/sys/devices/system/cpu/possible",
	};
	optind = 0;
	while ((c = getopt_long(argc, argv, "tp:ai:n:hV", long_options, NULL)) != -1) {
		switch (c) {
		case 't':
			opts->threads = true;
			break;
		case 'a':
			opts->all = true;
			break;
		case 'p':
			if (!parse_u32(optarg, INT32_MAX, &opts->pid))
				return wrong("not a process id:", optarg);
			break;
		case 'i':
			if (!parse_seconds(optarg, &opts->interval))
				return wrong("not an interval of 0.01 to 86400 seconds:", optarg);
			break;
		case 'n':
			if (!parse_u32(optarg, UINT32_MAX, &opts->count))
				return wrong("not a count:", optarg);
			break;
		case OPT_SORT:
			if (sort_order_parse(optarg, &opts->sort))
				return wrong("no such column to sort by:", optarg);
			sort_given = true;
			break;
		case OPT_JSON:
		case OPT_PROMETHEUS:
			if (opts->format != OUTPUT_TABLE)
				return wrong("give one output format", NULL);
			opts->format = c == OPT_JSON ? OUTPUT_JSON : OUTPUT_PROMETHEUS;
			break;
		case OPT_OUTPUT:
			opts->output = optarg;
			break;
		case OPT_LISTEN_ADDRESS:
			opts->listen_address = optarg;
			break;
		case OPT_PER_VCPU:
			opts->per_vcpu = true;
			break;
		case OPT_VM:
			opts->vm = optarg;
			break;
		case OPT_MAX_SERIES:
			if (!parse_u32(optarg, 10000000, &opts->max_series))
				return wrong("not a number of series:", optarg);
			break;
		case OPT_PROC:
			opts->proc = optarg;
			break;
		case OPT_CPUS:
			opts->cpus = optarg;
			break;
		case OPT_RCVBUF:
			if (!parse_u32(optarg, INT32_MAX, &number))
				return wrong("not a size:", optarg);
			opts->rcvbuf = (int)number;
			break;
		case 'h':
			fputs(usage, stdout);
			return OPTIONS_DONE;
		case 'V':
			puts("guesttime " GUESTTIME_VERSION);
			return OPTIONS_DONE;
		default:
			fputs("Try 'guesttime --help'.\n", stderr);
			return OPTIONS_WRONG;
		}
	}
	action = parse_command(argc, argv, opts);
	return action == OPTIONS_RUN ? check(opts, sort_given) : action;
}
