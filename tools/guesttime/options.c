// SPDX-License-Identifier: GPL-2.0-only
/* The command line: one table of subcommands, one of options. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef GUESTTIME_VERSION
#define GUESTTIME_VERSION	"unknown"
#endif

#define INTERVAL_MIN	0.01
#define INTERVAL_MAX	86400
#define RATE_DEFAULT	100
#define RATE_MAX	10000
#define MAX_SERIES_DEFAULT	50000
#define MAX_SERIES_MAX	10000000
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	const char *help;
} commands[COMMANDS] = {
	[COMMAND_SHOW] = { "", "[INTERVAL [COUNT]]  CPU time of VMs: totals, or percent over intervals" },
	[COMMAND_TOP] = { "top", "[INTERVAL]      the same, live on the screen" },
	[COMMAND_EXPORTER] = { "exporter", "           serve metrics to Prometheus" },
	[COMMAND_EXITS] = { "exits", "              a line for each VM that ends" },
	[COMMAND_STATUS] = { "status", "             what works on this host, and what is missing" },
};

#define SHOW	(1u << COMMAND_SHOW)
#define TOP	(1u << COMMAND_TOP)
#define EXITS	(1u << COMMAND_EXITS)
#define EXPORTER	(1u << COMMAND_EXPORTER)
#define STATUS	(1u << COMMAND_STATUS)
#define ALL	((1u << COMMANDS) - 1)

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

/*
 * Setters of options: each returns NULL, or the problem with its argument, which
 * is printed after it.
 */
static bool add_pid(struct proc_select *select, uint32_t pid)
{
	uint32_t *v;
	size_t i;

	for (i = 0; i < select->n_pids; i++) {
		if (select->pids[i] == pid)
			return true;
	}
	v = reallocarray(select->pids, select->n_pids + 1, sizeof(*v));
	if (!v)
		return false;
	select->pids = v;
	v[select->n_pids++] = pid;
	return true;
}

static const char *set_pid(struct options *opts, const char *arg)
{
	static const char problem[] = "not a list of process ids:";
	char *list = strdup(arg), *rest = list, *word;
	bool ok = list;

	while (ok && (word = strsep(&rest, ","))) {
		uint32_t pid;

		ok = parse_u32(word, INT32_MAX, &pid) && add_pid(&opts->select, pid);
	}
	free(list);
	return ok ? NULL : problem;
}

static const char *set_vm(struct options *opts, const char *arg)
{
	opts->select.vm = arg;
	return *arg ? NULL : "not a pattern:";
}

static const char *set_cgroup(struct options *opts, const char *arg)
{
	opts->select.cgroup = arg;
	return *arg == '/' ? NULL : "not a cgroup's path from the root of its hierarchy (/...):";
}

static const char *set_interval(struct options *opts, const char *arg)
{
	return parse_seconds(arg, &opts->interval) ?
	       NULL : "not an interval of 0.01 to 86400 seconds:";
}

static const char *set_count(struct options *opts, const char *arg)
{
	return parse_u32(arg, UINT32_MAX, &opts->count) ? NULL : "not a count:";
}

static const char *set_sort(struct options *opts, const char *arg)
{
	return sort_order_parse(arg, &opts->sort) ? "no such column to sort by:" : NULL;
}

static const char *set_format(struct options *opts, enum output_format format)
{
	if (opts->format != OUTPUT_TABLE)
		return "give one output format";
	opts->format = format;
	return NULL;
}

static const char *set_json(struct options *opts, const char *arg)
{
	(void)arg;
	return set_format(opts, OUTPUT_JSON);
}

static const char *set_csv(struct options *opts, const char *arg)
{
	(void)arg;
	return set_format(opts, OUTPUT_CSV);
}

static const char *set_journal(struct options *opts, const char *arg)
{
	(void)arg;
	return set_format(opts, OUTPUT_JOURNAL);
}

static const char *set_prometheus(struct options *opts, const char *arg)
{
	(void)arg;
	return set_format(opts, OUTPUT_PROMETHEUS);
}

static const char *set_output(struct options *opts, const char *arg)
{
	opts->output = arg;
	return *arg ? NULL : "not a file:";
}

static const char *set_max_series(struct options *opts, const char *arg)
{
	return parse_u32(arg, MAX_SERIES_MAX, &opts->max_series) ? NULL : "not a number of series:";
}

static const char *set_source(struct options *opts, const char *arg)
{
	static const char *const names[] = {
		[SOURCE_AUTO] = "auto", [SOURCE_KERNEL] = "kernel", [SOURCE_SAMPLED] = "sampled",
	};
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		if (!strcmp(arg, names[i])) {
			opts->source = (enum source_choice)i;
			return NULL;
		}
	}
	return "a source is auto, kernel or sampled, not";
}

static const char *set_rate(struct options *opts, const char *arg)
{
	return parse_u32(arg, RATE_MAX, &opts->rate) ?
	       NULL : "not a rate of 1 to 10000 samples a second:";
}

static const char *set_rcvbuf(struct options *opts, const char *arg)
{
	uint32_t number;

	if (!parse_u32(arg, INT32_MAX, &number))
		return "not a size:";
	opts->rcvbuf = (int)number;
	return NULL;
}

#define FIELD(name)	offsetof(struct options, name)

/**
 * struct spec - an option
 * @name:	long name
 * @letter:	short name, or 0
 * @arg:	its argument in the help, or NULL if it takes none
 * @commands:	those that take it
 * @set:	stores it, or returns the problem; NULL if @field takes it as it is
 * @help:	NULL if it is there for tests
 * @field:	offset in struct options, of a string with @arg, of a bool without
 */
static const struct spec {
	const char *name;
	char letter;
	const char *arg;
	unsigned int commands;
	const char *(*set)(struct options *opts, const char *arg);
	const char *help;
	size_t field;
} specs[] = {
	{ "threads", 't', NULL, SHOW, NULL, "one line for each thread of a VM", FIELD(threads) },
	{ "pid", 'p', "PID[,PID...]", SHOW | TOP | EXITS, set_pid, "only these processes; adds up", 0 },
	{ "vm", 0, "PATTERN", SHOW | TOP | EXITS | EXPORTER, set_vm, "only VMs of such a name or uuid, as in sh(1)", 0 },
	{ "cgroup", 0, "PATH", SHOW | TOP | EXITS | EXPORTER, set_cgroup, "only VMs in this cgroup, or below it", 0 },
	{ "all", 'a', NULL, SHOW | TOP, NULL, "also what never ran a guest", FIELD(all) },
	{ "interval", 'i', "SEC", SHOW | TOP | EXITS, set_interval,
	  "percent of one CPU over each SEC seconds instead of totals;\n"
	  "for exits: how often to look at /proc", 0 },
	{ "count", 'n', "N", SHOW | TOP | EXITS, set_count, "stop after N reports; for exits: after N VMs", 0 },
	{ "sort", 0, "COLUMN", SHOW | TOP, set_sort,
	  "pid, tid, vm, vcpu, thread, vcpus, guest-user, guest-system,\n"
	  "unclassified, host-user, host-system, host, guest,\n"
	  "or total (default); times largest first, +COLUMN and -COLUMN to choose", 0 },
	{ "source", 0, "SOURCE", SHOW | TOP | STATUS | EXPORTER, set_source,
	  "kernel: its counters; sampled: shares from perf samples;\n"
	  "auto (default): the first of them that works", 0 },
	{ "rate", 0, "HZ", SHOW | TOP | EXPORTER, set_rate, "samples a second of each running vCPU (100)", 0 },
	{ "json", 0, NULL, SHOW | EXITS | STATUS, set_json, "one JSON object a line", 0 },
	{ "csv", 0, NULL, SHOW | EXITS, set_csv, "comma-separated values", 0 },
	{ "journal", 0, NULL, EXITS, set_journal, "entries of systemd's journal, with fields", 0 },
	{ "prometheus", 0, NULL, SHOW, set_prometheus, "counters in Prometheus' text format", 0 },
	{ "output", 0, "FILE", SHOW, set_output,
	  "with --prometheus: replace FILE at once, for node_exporter", 0 },
	{ "web.listen-address", 0, "ADDRESS", EXPORTER, NULL,
	  "127.0.0.1:PORT, [::1]:PORT or unix:/PATH (127.0.0.1:9819)", FIELD(listen_address) },
	{ "per-vcpu", 0, NULL, EXPORTER, NULL, "each vCPU, too", FIELD(per_vcpu) },
	{ "max-series", 0, "N", EXPORTER, set_max_series,
	  "leave out the youngest VMs above N series (50000)", 0 },
	{ "record", 0, "FILE", SHOW | TOP, NULL, "add each interval to FILE, for --replay", FIELD(record) },
	{ "replay", 0, "FILE", SHOW | TOP, NULL, "show a recording instead of this host", FIELD(replay) },
	{ "help", 'h', NULL, ALL, NULL, "this text", 0 },
	{ "version", 'V', NULL, ALL, NULL, "the version", 0 },
	{ "proc", 0, "DIR", ALL, NULL, NULL, FIELD(proc) },
	{ "cpus", 0, "FILE", ALL, NULL, NULL, FIELD(cpus) },
	{ "rcvbuf", 0, "BYTES", ALL, set_rcvbuf, NULL, 0 },
};

#define LONG_BASE	256	/* of long options' values */

static void print_usage(void)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++) {
		if (!commands[i].name)
			continue;
		printf("%s guesttime%s%s %s\n", i ? "      " : "Usage:", *commands[i].name ? " " : "",
		       commands[i].name, commands[i].help);
	}
	puts("\nTimes are seconds since the process began; '-' means not known.\n");
	for (i = 0; i < COUNT(specs); i++) {
		const struct spec *spec = &specs[i];
		const char *line = spec->help;
		int used;

		if (!line)
			continue;
		used = printf("  %s%c%s --%s%s%s", spec->letter ? "-" : " ",
			      spec->letter ? spec->letter : ' ', spec->letter ? "," : " ",
			      spec->name, spec->arg ? " " : "", spec->arg ? spec->arg : "");
		if (used > 24)
			used = printf("\n") - 1;
		for (;;) {
			int len = (int)strcspn(line, "\n");

			printf("%*s%.*s\n", 26 - used, "", len, line);
			if (!line[len])
				break;
			line += len + 1;
			used = 0;
		}
	}
	puts("\n'guesttime status' tells where the split comes from on this host. See guesttime(8).");
}

static enum options_action wrong(const char *problem, const char *what)
{
	fprintf(stderr, "guesttime: %s%s%s%s\nTry 'guesttime --help'.\n", problem,
		what ? " '" : "", what ? what : "", what ? "'" : "");
	return OPTIONS_WRONG;
}

/* Options that contradict each other. */
static enum options_action check(const struct options *opts)
{
	bool rates = opts->interval > 0;

	if (opts->format == OUTPUT_PROMETHEUS && rates)
		return wrong("Prometheus' counters are totals: leave out --interval", NULL);
	if (opts->output && opts->format != OUTPUT_PROMETHEUS)
		return wrong("--output needs --prometheus", NULL);
	if (opts->output && opts->threads)
		return wrong("--output holds counters of VMs: leave out --threads", NULL);
	if (opts->replay && (opts->record || opts->select.n_pids || opts->all))
		return wrong("--replay goes with neither --record nor --pid nor --all", NULL);
	if (opts->replay && (opts->source != SOURCE_AUTO || opts->format == OUTPUT_PROMETHEUS))
		return wrong("--replay has its own source and no totals", NULL);
	if (opts->command == COMMAND_SHOW && opts->record && !rates)
		return wrong("--record needs --interval", NULL);
	if (opts->command == COMMAND_SHOW && opts->count && !rates && !opts->replay)
		return wrong("--count needs --interval", NULL);
	if (opts->command == COMMAND_SHOW && opts->source == SOURCE_SAMPLED && !rates)
		return wrong("samples tell nothing of the past: --source sampled needs --interval",
			     NULL);
	if (!opts->threads && (opts->sort.column == COLUMN_TID ||
			       opts->sort.column == COLUMN_VCPU ||
			       opts->sort.column == COLUMN_THREAD))
		return wrong("that --sort needs --threads", NULL);
	if (opts->threads && opts->sort.column == COLUMN_VCPUS)
		return wrong("threads cannot be sorted by vcpus", NULL);
	return OPTIONS_RUN;
}

/* The words that are no options: [COMMAND] [INTERVAL [COUNT]]. */
static enum options_action parse_words(int argc, char **argv, struct options *opts)
{
	const char *problem;
	int i;

	if (optind < argc && (*argv[optind] < '0' || *argv[optind] > '9')) {
		for (i = COMMAND_SHOW + 1; i < COMMANDS; i++) {
			if (commands[i].name && !strcmp(argv[optind], commands[i].name))
				break;
		}
		if (i == COMMANDS)
			return wrong("unknown command", argv[optind]);
		opts->command = (enum command)i;
		optind++;
	}
	if (optind < argc && (opts->command == COMMAND_SHOW || opts->command == COMMAND_TOP)) {
		if (opts->interval > 0)
			return wrong("a second interval:", argv[optind]);
		problem = set_interval(opts, argv[optind]);
		if (problem)
			return wrong(problem, argv[optind]);
		optind++;
	}
	if (optind < argc && opts->command == COMMAND_SHOW && !opts->count) {
		problem = set_count(opts, argv[optind]);
		if (problem)
			return wrong(problem, argv[optind]);
		optind++;
	}
	if (optind < argc)
		return wrong("unexpected argument", argv[optind]);
	return OPTIONS_RUN;
}

static enum options_action check_command(const struct options *opts, uint64_t given)
{
	size_t i;

	for (i = 0; i < COUNT(specs); i++) {
		if (!(given >> i & 1) || specs[i].commands >> opts->command & 1)
			continue;
		fprintf(stderr, "guesttime: %s does not take --%s\nTry 'guesttime --help'.\n",
			opts->command ? commands[opts->command].name : "guesttime without a command",
			specs[i].name);
		return OPTIONS_WRONG;
	}
	return OPTIONS_RUN;
}

/* getopt's tables out of ours. */
static void make_tables(struct option *longs, char *letters)
{
	size_t i;

	for (i = 0; i < COUNT(specs); i++) {
		longs[i] = (struct option){
			.name = specs[i].name,
			.has_arg = specs[i].arg ? required_argument : no_argument,
			.val = LONG_BASE + (int)i,
		};
		if (!specs[i].letter)
			continue;
		*letters++ = specs[i].letter;
		if (specs[i].arg)
			*letters++ = ':';
	}
	longs[i] = (struct option){ 0 };
	*letters = '\0';
}

static size_t spec_of(int c)
{
	size_t i;

	if (c >= LONG_BASE)
		return (size_t)(c - LONG_BASE);
	for (i = 0; i < COUNT(specs); i++) {
		if (specs[i].letter == c)
			break;
	}
	return i;
}

static const char *store(struct options *opts, const struct spec *spec, const char *arg)
{
	void *field = (char *)opts + spec->field;

	if (spec->set)
		return spec->set(opts, arg);
	if (spec->arg)
		*(const char **)field = arg;
	else
		*(bool *)field = true;
	return NULL;
}

static enum options_action parse_options(int argc, char **argv, struct options *opts,
					 uint64_t *given)
{
	struct option longs[COUNT(specs) + 1];
	char letters[2 * COUNT(specs) + 1];
	int c;

	make_tables(longs, letters);
	optind = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		size_t at = spec_of(c);
		const struct spec *spec = &specs[at];
		const char *problem;

		if (at == COUNT(specs)) {	/* getopt has said what is wrong */
			fputs("Try 'guesttime --help'.\n", stderr);
			return OPTIONS_WRONG;
		}
		*given |= 1ull << at;
		if (!strcmp(spec->name, "help")) {
			print_usage();
			return OPTIONS_DONE;
		}
		if (!strcmp(spec->name, "version")) {
			puts("guesttime " GUESTTIME_VERSION);
			return OPTIONS_DONE;
		}
		problem = store(opts, spec, optarg);
		if (problem)
			return wrong(problem, spec->arg ? optarg : NULL);
	}
	return OPTIONS_RUN;
}

enum options_action options_parse(int argc, char **argv, struct options *opts)
{
	enum options_action action;
	uint64_t given = 0;

	*opts = (struct options){
		.sort = { COLUMN_TOTAL, true },
		.rate = RATE_DEFAULT,
		.max_series = MAX_SERIES_DEFAULT,
		.proc = "/proc",
		.cpus = "/sys/devices/system/cpu/possible",
	};
	action = parse_options(argc, argv, opts, &given);
	if (action == OPTIONS_RUN)
		action = parse_words(argc, argv, opts);
	if (action == OPTIONS_RUN)
		action = check_command(opts, given);
	if (action == OPTIONS_RUN)
		action = check(opts);
	if (action != OPTIONS_RUN)
		options_free(opts);
	return action;
}

void options_free(struct options *opts)
{
	free(opts->select.pids);
	opts->select.pids = NULL;
	opts->select.n_pids = 0;
}
