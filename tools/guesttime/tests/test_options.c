// SPDX-License-Identifier: GPL-2.0-only
/* Command lines, good and bad. */
#include "cmocka_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

static enum options_action parse(const char *line, struct options *opts)
{
	char *argv[16] = { (char *)"guesttime" }, *word, *save = NULL;
	static char buf[256];	/* the options point into it */
	int argc = 1;

	snprintf(buf, sizeof(buf), "%s", line);
	for (word = strtok_r(buf, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	return options_parse(argc, argv, opts);
}

static void understands_options(void **state)
{
	struct options o;

	assert_int_equal(parse("", &o), OPTIONS_RUN);
	assert_int_equal(o.sort.column, COLUMN_TOTAL);
	assert_true(o.sort.descending);
	assert_int_equal(o.command, COMMAND_SHOW);
	assert_false(o.threads || o.all);
	assert_int_equal(o.rate, 100);
	assert_string_equal(o.proc, "/proc");

	assert_int_equal(parse("-t -p 4711 -a -i 0.5 -n 3 --sort guest-system --json", &o),
			 OPTIONS_RUN);
	assert_true(o.threads && o.all);
	assert_int_equal(o.select.n_pids, 1);
	assert_int_equal(o.select.pids[0], 4711);
	assert_float_equal(o.interval, 0.5, 1e-9);
	assert_int_equal(o.count, 3);
	assert_int_equal(o.sort.column, COLUMN_GUEST_SYSTEM);
	assert_int_equal(o.format, OUTPUT_JSON);
	options_free(&o);

	assert_int_equal(parse("exits --json -n 1 -i 2", &o), OPTIONS_RUN);
	assert_int_equal(o.command, COMMAND_EXITS);
	assert_int_equal(parse("--threads --sort=+tid", &o), OPTIONS_RUN);
	assert_false(o.sort.descending);
	assert_int_equal(parse("--prometheus -t", &o), OPTIONS_RUN);
	assert_int_equal(parse("--prometheus --output f", &o), OPTIONS_RUN);
	assert_string_equal(o.output, "f");
	assert_int_equal(parse("exporter --web.listen-address=x --per-vcpu --max-series 7 --vm a*", &o),
			 OPTIONS_RUN);
	assert_int_equal(o.command, COMMAND_EXPORTER);
	assert_string_equal(o.listen_address, "x");
	assert_true(o.per_vcpu);
	assert_int_equal(o.max_series, 7);
}

static void understands_operands(void **state)
{
	struct options o;

	assert_int_equal(parse("5 3", &o), OPTIONS_RUN);
	assert_float_equal(o.interval, 5, 1e-9);
	assert_int_equal(o.count, 3);
	assert_int_equal(parse("0.5 -t", &o), OPTIONS_RUN);
	assert_float_equal(o.interval, 0.5, 1e-9);
	assert_int_equal(o.count, 0);
	assert_int_equal(parse("-n 4 2", &o), OPTIONS_RUN);
	assert_int_equal(o.count, 4);
	assert_int_equal(parse("--csv exits", &o), OPTIONS_RUN);
	assert_int_equal(o.command, COMMAND_EXITS);
	assert_int_equal(o.format, OUTPUT_CSV);
}

static void collects_pids(void **state)
{
	struct options o;

	assert_int_equal(parse("-p 1,2 -p 3 --pid=2,4", &o), OPTIONS_RUN);
	assert_int_equal(o.select.n_pids, 4);
	assert_int_equal(o.select.pids[0], 1);
	assert_int_equal(o.select.pids[3], 4);
	options_free(&o);
	assert_int_equal(parse("--vm web* --cgroup /machine.slice", &o), OPTIONS_RUN);
	assert_string_equal(o.select.vm, "web*");
	assert_string_equal(o.select.cgroup, "/machine.slice");
}

static void refuses_wrong_options(void **state)
{
	static const char *const lines[] = {
		"-p", "-p 0", "-p -1", "-p x", "-p 1x", "-p 99999999999", "-i 0", "-i -1", "-i x",
		"-i 1s", "-i nan", "-i inf", "-i 1e9", "-n 3", "-n 0 -i 1", "-n x -i 1",
		"-p 1,", "-p ,1", "-p 1,0", "--vm", "--cgroup x", "--rate 0", "--rate 10001",
		"--source none", "--source sampled", "5 0", "5 3 1", "-i 5 5", "5x", "--csv --json",
		"--sort nothing", "--sort tid", "--sort thread", "-t --sort vcpus",
		"--json --prometheus", "--journal", "--json --json", "--prometheus -i 1",
		"exits --prometheus", "--output f", "--prometheus --output f -t",
		"--per-vcpu", "exporter --per-vcpu x", "exporter --max-series 0", "exporter -t",
		"exits -t", "exits -a", "exits --sort pid", "exit",
		"exits exits", "exits 5", "exits --source kernel", "exits --rate 5", "foo", "--foo", "-x",
	};
	struct options o;
	size_t i;
	int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);

	dup2(null, STDERR_FILENO);
	close(null);
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (parse(lines[i], &o) == OPTIONS_WRONG)
			continue;
		dup2(saved, STDERR_FILENO);
		fail_msg("accepted: %s", lines[i]);
	}
	dup2(saved, STDERR_FILENO);
	close(saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(understands_options),
		cmocka_unit_test(understands_operands),
		cmocka_unit_test(collects_pids),
		cmocka_unit_test(refuses_wrong_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
