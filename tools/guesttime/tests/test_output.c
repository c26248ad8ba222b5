// SPDX-License-Identifier: GPL-2.0-only
/* The three formats, to the byte. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output_json.h"
#include "output_prometheus.h"
#include "output_table.h"

static struct row row_of(uint32_t pid, const char *vm, uint64_t gtime, uint64_t gutime,
			 uint64_t gstime)
{
	struct row row = {
		.pid = pid, .tid = pid + 1, .vm = vm, .thread = "CPU 0/KVM", .from = "record",
		.vcpus = { 2, true }, .scale = 0.01,
		.times = { .utime = 1000, .stime = 50, .gtime = gtime, .gutime = gutime,
			   .gstime = gstime, .has_cpu = true, .has_gtime = true,
			   .has_split = true },
	};

	row.split = cpu_split_of(&row.times, row.scale, CPU_SPLIT_TOTALS);
	return row;
}

static char *text;
static size_t text_len;

static FILE *open_text(void)
{
	FILE *f = open_memstream(&text, &text_len);

	assert_non_null(f);
	return f;
}

static void check_text(FILE *f, const char *expected)
{
	fclose(f);
	assert_string_equal(text, expected);
	free(text);
}

static char *table_of(struct table *table, struct row *v, size_t n)
{
	struct rows rows = { .v = v, .n = n };
	FILE *f = open_text();

	table_print(f, table, &rows);
	fclose(f);
	return text;
}

static void table_plain(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200), row_of(4711, "b\nc", 900, 0, 0) };
	struct table table = { 0 };

	(void)state;
	assert_string_equal(table_of(&table, v, 2),
		" PID  VM    VCPUS  GUEST-USER  GUEST-SYS  UNCLASS  HOST-USER  HOST-SYS\n"
		"   7  vm1       2        6.00       2.00     1.00       1.00      0.50\n"
		"4711  b\\nc      2           -          -     9.00       1.00      0.50\n");
	free(text);
}

static void table_of_threads_with_rates_and_colour(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200) };
	struct table table = { .threads = true, .rates = true, .colour = true };

	(void)state;
	assert_string_equal(table_of(&table, v, 1),
		"\033[1mPID  TID  VM   THREAD     %GUEST-USER  %GUEST-SYS  %UNCLASS  %HOST-USER"
		"  %HOST-SYS\033[0m\n"
		"  7    8  vm1  CPU 0/KVM         6.00        2.00      1.00        1.00"
		"       0.50\n");
	free(text);
	/* The next round begins with an empty line. */
	assert_int_equal(*table_of(&table, v, 1), '\n');
	free(text);
}

/* At any width no line is wider, and no number is cut. */
static void table_fits(void **state)
{
	struct row v[] = {
		row_of(7, "a-virtual-machine-with-quite-a-long-name", 900, 600, 200),
		row_of(4711, "x", 123456789, 12345678, 0),
	};
	unsigned int width;
	int threads;

	(void)state;
	for (threads = 0; threads < 2; threads++) {
		for (width = 1; width < 150; width++) {
			struct table table = { .width = width, .threads = threads };
			char *line, *save = NULL;

			table_of(&table, v, 2);
			for (line = strtok_r(text, "\n", &save); line;
			     line = strtok_r(NULL, "\n", &save)) {
				if (strlen(line) > width)
					fail_msg("width %u: %s", width, line);
			}
			free(text);
		}
	}
	for (width = 80; width < 82; width++) {
		struct table table = { .width = 80 };

		/* At 80 columns everything is still there, shortened. */
		table_of(&table, v, 2);
		assert_non_null(strstr(text, "SYS\n"));
		assert_non_null(strstr(text, "+"));
		assert_non_null(strstr(text, "123456.78"));
		free(text);
	}
}

static void table_of_exits_has_one_heading(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200), row_of(4711, "b", 900, 0, 0) };
	struct table table = { .exits = true };

	(void)state;
	assert_string_equal(table_of(&table, v, 1),
		"PID  VM   VCPUS  GUEST-USER  GUEST-SYS  UNCLASS  HOST-USER  HOST-SYS  FROM\n"
		"  7  vm1      2        6.00       2.00     1.00       1.00      0.50  record\n");
	free(text);
	assert_string_equal(table_of(&table, v + 1, 1),
		"4711  b        2           -          -     9.00       1.00      0.50  record\n");
	free(text);
}

static void json_totals(void **state)
{
	struct row v[] = { row_of(7, "vm\"1", 900, 600, 200), row_of(8, "\xff", 900, 0, 0) };
	struct rows rows = { .v = v, .n = 2 };
	struct json_format format = { 0 };
	FILE *f = open_text();

	(void)state;
	v[1].vcpus.known = false;
	json_print(f, &format, &rows);
	check_text(f,
		"{\"pid\":7,\"vm\":\"vm\\\"1\",\"vcpus\":2,\"guest_user_seconds\":6.00,"
		"\"guest_system_seconds\":2.00,\"unclassified_seconds\":1.00,"
		"\"host_user_seconds\":1.00,\"host_system_seconds\":0.50,\"total_seconds\":10.50}\n"
		"{\"pid\":8,\"vm\":\"\xef\xbf\xbd\",\"vcpus\":null,\"guest_user_seconds\":null,"
		"\"guest_system_seconds\":null,\"unclassified_seconds\":9.00,"
		"\"host_user_seconds\":1.00,\"host_system_seconds\":0.50,\"total_seconds\":10.50}\n");
}

static void json_rates_of_threads(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200) };
	struct rows rows = { .v = v, .n = 1 };
	struct json_format format = { .threads = true, .interval = 1.5 };
	FILE *f = open_text();

	(void)state;
	json_print(f, &format, &rows);
	check_text(f,
		"{\"pid\":7,\"tid\":8,\"vm\":\"vm1\",\"thread\":\"CPU 0/KVM\","
		"\"guest_user_percent\":6.00,\"guest_system_percent\":2.00,"
		"\"unclassified_percent\":1.00,\"host_user_percent\":1.00,"
		"\"host_system_percent\":0.50,\"total_percent\":10.50,"
		"\"interval_seconds\":1.500}\n");
}

static void json_exits_are_exact(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200) };
	struct rows rows = { .v = v, .n = 1 };
	struct json_format format = { .exits = true };
	FILE *f = open_text();

	(void)state;
	v[0].split.guest_user.v = 1.234567;
	json_print(f, &format, &rows);
	fclose(f);
	assert_non_null(strstr(text, "\"guest_user_seconds\":1.234567,"));
	assert_non_null(strstr(text, "\"from\":\"record\""));
	free(text);
}

/* One VM with two vCPUs and all its counters, one of which only the total is known. */
static void prometheus_text(void **state)
{
	struct mark web = {
		.pid = 7, .start = 1e9, .labels = "vm=\"a\\\\b\",uuid=\"u\"",
		.seconds = { 6, 2, 9, 10.5, 0.5 }, .known = { true, true, true, true, true },
	}, db = {
		.pid = 8, .start = 2e9, .labels = "vm=\"db\",uuid=\"\"",
		.seconds = { 0, 0, 9 }, .known = { false, false, true, false, false },
	}, vcpu = {
		.pid = 7, .tid = 9, .labels = "vm=\"a\\\\b\",uuid=\"u\",vcpu=\"0\"",
		.seconds = { 6, 2, 9, 9.5, 0.25 }, .known = { true, true, true, true, true },
	}, *vcpus[] = { &vcpu };
	struct metrics_vm vms[] = {
		{ .mark = &web, .vcpus = 2, .id = { "a\\b", "u", "qemu", "d\n", "ns", "p", "/c" } },
		{ .mark = &db, .vcpus = -1, .id = { "db", "", "", "", "", "", "" } },
	};
	struct metrics metrics = {
		.vms = vms, .vms_n = 2, .vcpus = vcpus, .vcpus_n = 1, .per_vcpu = true,
		.feature = FEATURE_ON, .collecting = true, .source = "kernel", .errors = 3,
		.max_series = 100, .series_cut = 8,
	};
	FILE *f = open_text();
	char *line, *save = NULL, samples[4096] = "";

	(void)state;
	prometheus_print(f, &metrics);
	fclose(f);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (*line == '#')
			continue;
		strcat(samples, line);
		strcat(samples, "\n");
	}
	free(text);
	assert_string_equal(samples,
		"guesttime_build_info{version=\"" GUESTTIME_VERSION "\"} 1\n"
		"guesttime_source_info{source=\"kernel\"} 1\n"
		"guesttime_collecting 1\n"
		"guesttime_scrape_errors_total 3\n"
		"guesttime_series_limit 100\n"
		"guesttime_series_cut 8\n"
		"guesttime_vm_info{vm=\"a\\\\b\",uuid=\"u\",pid=\"7\",vmm=\"qemu\","
		"domain=\"d\\n\",namespace=\"ns\",pod=\"p\",cgroup=\"/c\"} 1\n"
		"guesttime_vm_info{vm=\"db\",uuid=\"\",pid=\"8\",vmm=\"\",domain=\"\","
		"namespace=\"\",pod=\"\",cgroup=\"\"} 1\n"
		"guesttime_vm_start_time_seconds{vm=\"a\\\\b\",uuid=\"u\"} 1000000000.00\n"
		"guesttime_vm_start_time_seconds{vm=\"db\",uuid=\"\"} 2000000000.00\n"
		"guesttime_vm_vcpus{vm=\"a\\\\b\",uuid=\"u\"} 2\n"
		"guesttime_vm_guest_user_seconds_total{vm=\"a\\\\b\",uuid=\"u\"} 6.00\n"
		"guesttime_vm_guest_system_seconds_total{vm=\"a\\\\b\",uuid=\"u\"} 2.00\n"
		"guesttime_vm_guest_seconds_total{vm=\"a\\\\b\",uuid=\"u\"} 9.00\n"
		"guesttime_vm_guest_seconds_total{vm=\"db\",uuid=\"\"} 9.00\n"
		"guesttime_vm_cpu_seconds_total{vm=\"a\\\\b\",uuid=\"u\"} 10.50\n"
		"guesttime_vm_host_system_seconds_total{vm=\"a\\\\b\",uuid=\"u\"} 0.50\n"
		"guesttime_vcpu_guest_user_seconds_total{vm=\"a\\\\b\",uuid=\"u\",vcpu=\"0\"} 6.00\n"
		"guesttime_vcpu_guest_system_seconds_total{vm=\"a\\\\b\",uuid=\"u\",vcpu=\"0\"} 2.00\n"
		"guesttime_vcpu_guest_seconds_total{vm=\"a\\\\b\",uuid=\"u\",vcpu=\"0\"} 9.00\n"
		"guesttime_vcpu_cpu_seconds_total{vm=\"a\\\\b\",uuid=\"u\",vcpu=\"0\"} 9.50\n"
		"guesttime_vcpu_host_system_seconds_total{vm=\"a\\\\b\",uuid=\"u\",vcpu=\"0\"} 0.25\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_plain),
		cmocka_unit_test(table_of_threads_with_rates_and_colour),
		cmocka_unit_test(table_fits),
		cmocka_unit_test(table_of_exits_has_one_heading),
		cmocka_unit_test(json_totals),
		cmocka_unit_test(json_rates_of_threads),
		cmocka_unit_test(json_exits_are_exact),
		cmocka_unit_test(prometheus_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
