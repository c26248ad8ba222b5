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
	char buf[256], *argv[16] = { (char *)"guesttime" }, *word, *save = NULL;
	int argc = 1;

	snprintf(buf, sizeof(buf), "%s", line);
	for (word = strtok_r(buf, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	return options_parse(argc, argv, opts);
}

static void understands(void **state)
{
	struct options o;

	(void)state;
	assert_int_equal(parse("", &o), OPTIONS_RUN);
	assert_int_equal(o.sort.column, COLUMN_TOTAL);
	assert_true(o.sort.descending);
	assert_false(o.exits || o.threads || o.all);
	assert_string_equal(o.proc, "/proc");

	assert_int_equal(parse("-t -p 4711 -a -i 0.5 -n 3 --sort guest-system --json", &o),
			 OPTIONS_RUN);
	assert_true(o.threads && o.all);
	assert_int_equal(o.pid, 4711);
	assert_float_equal(o.interval, 0.5, 1e-9);
	assert_int_equal(o.count, 3);
	assert_int_equal(o.sort.column, COLUMN_GUEST_SYSTEM);
	assert_int_equal(o.format, OUTPUT_JSON);

	assert_int_equal(parse("exits --json -n 1 -i 2", &o), OPTIONS_RUN);
	assert_true(o.exits);
	assert_int_equal(parse("--threads --sort=+tid", &o), OPTIONS_RUN);
	assert_false(o.sort.descending);
	assert_int_equal(parse("--prometheus -t", &o), OPTIONS_RUN);
	assert_int_equal(parse("--prometheus --output f", &o), OPTIONS_RUN);
	assert_string_equal(o.output, "f");
}

static void refuses(void **state)
{
	static const char *const lines[] = {
		"-p", "-p 0", "-p -1", "-p x", "-p 1x", "-p 99999999999", "-i 0", "-i -1", "-i x",
		"-i 1s", "-i nan", "-i inf", "-i 1e9", "-n 3", "-n 0 -i 1", "-n x -i 1",
		"--sort nothing", "--sort tid", "--sort thread", "-t --sort vcpus",
		"--json --prometheus", "--json --json", "--prometheus -i 1",
		"exits --prometheus", "--output f", "--prometheus --output f -t",
		"exits -t", "exits -a", "exits --sort pid", "exit",
		"exits exits", "exits 5", "foo", "--foo", "-x",
	};
	struct options o;
	size_t i;
	int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);

	(void)state;
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
		cmocka_unit_test(understands),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
