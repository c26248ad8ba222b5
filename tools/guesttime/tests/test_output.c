// SPDX-License-Identifier: GPL-2.0-only
/* The three formats, to the byte. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output_csv.h"
#include "output_json.h"
#include "output_openmetrics.h"
#include "output_table.h"

static const struct vm_identity someone = {
	.uuid = "4dea22b3-1d52-d8f3-2516-782e98ab3fa0", .vmm = "qemu", .domain = "",
	.namespace = "", .pod = "", .container = "", .cgroup = "/a\"b",
};

static struct row row_of(uint32_t pid, const char *vm, uint64_t gtime, uint64_t gutime,
			 uint64_t gstime)
{
	struct row row = {
		.pid = pid, .tid = pid + 1, .vm = vm, .thread = "CPU 0/KVM", .from = "record",
		.vcpus = { 2, true }, .vcpu = { 0, true }, .id = &someone, .scale = 0.01,
		.start_time = { 1e9 + 0.25, true },
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
		" PID  VM    VCPUS  TOTAL  GUEST  GUEST-USER  GUEST-SYS  UNCLASS  HOST-USER  HOST-SYS\n"
		"   7  vm1       2  10.50   9.00        6.00       2.00     1.00       1.00      0.50\n"
		"4711  b\\nc      2  10.50   9.00           -          -     9.00       1.00      0.50\n");
	free(text);
	/* No rows, no heading. */
	assert_string_equal(table_of(&table, v, 0), "");
	free(text);
}

static void table_of_threads_with_rates_and_colour(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200) };
	struct table table = { .threads = true, .rates = true, .colour = true };

	(void)state;
	assert_string_equal(table_of(&table, v, 1),
		"\033[1mPID  TID  VM   VCPU  THREAD     %TOTAL  %GUEST  %GUEST-USER  %GUEST-SYS"
		"  %UNCLASS  %HOST-USER  %HOST-SYS\033[0m\n"
		"  7    8  vm1     0  CPU 0/KVM   10.50    9.00         6.00        2.00"
		"      1.00        1.00       0.50\n");
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
		for (width = 1; width < 160; width++) {
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
		"PID  VM   VCPUS  TOTAL  GUEST  GUEST-USER  GUEST-SYS  UNCLASS  HOST-USER  HOST-SYS"
		"  FROM\n"
		"  7  vm1      2  10.50   9.00        6.00       2.00     1.00       1.00      0.50"
		"  record\n");
	free(text);
	assert_string_equal(table_of(&table, v + 1, 1),
		"4711  b        2  10.50   9.00           -          -     9.00       1.00      0.50"
		"  record\n");
	free(text);
}

static void json_totals(void **state)
{
	struct row v[] = { row_of(7, "vm\"1", 900, 600, 200), row_of(8, "\xff", 900, 0, 0) };
	struct rows rows = { .v = v, .n = 2 };
	struct record_format format = { .time = 1.5, .host = "h\n", .source = "kernel" };
	FILE *f = open_text();

	(void)state;
	v[1].vcpus.known = false;
	v[1].id = NULL;
	v[1].start_time.known = false;
	json_print(f, &format, &rows);
	check_text(f,
		"{\"pid\":7,\"vm\":\"vm\\\"1\",\"vcpus\":2,\"total_seconds\":10.50,"
		"\"guest_seconds\":9.00,\"guest_user_seconds\":6.00,"
		"\"guest_system_seconds\":2.00,\"unclassified_seconds\":1.00,"
		"\"host_user_seconds\":1.00,\"host_system_seconds\":0.50,"
		"\"uuid\":\"4dea22b3-1d52-d8f3-2516-782e98ab3fa0\",\"vmm\":\"qemu\","
		"\"domain\":null,\"namespace\":null,\"pod\":null,\"container\":null,"
		"\"cgroup\":\"/a\\\"b\",\"start_time\":\"2001-09-09T01:46:40.250Z\","
		"\"source\":\"kernel\",\"time\":\"1970-01-01T00:00:01.500Z\",\"host\":\"h\\n\","
		"\"schema\":1}\n"
		"{\"pid\":8,\"vm\":\"\xef\xbf\xbd\",\"vcpus\":null,\"total_seconds\":10.50,"
		"\"guest_seconds\":9.00,\"guest_user_seconds\":null,"
		"\"guest_system_seconds\":null,\"unclassified_seconds\":9.00,"
		"\"host_user_seconds\":1.00,\"host_system_seconds\":0.50,"
		"\"uuid\":null,\"vmm\":null,"
		"\"domain\":null,\"namespace\":null,\"pod\":null,\"container\":null,"
		"\"cgroup\":null,\"start_time\":null,"
		"\"source\":\"kernel\",\"time\":\"1970-01-01T00:00:01.500Z\",\"host\":\"h\\n\","
		"\"schema\":1}\n");
}

static void json_rates_of_threads(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200) };
	struct rows rows = { .v = v, .n = 1 };
	struct record_format format = { .threads = true, .interval = 1.5, .source = "sampled" };
	FILE *f = open_text();

	(void)state;
	json_print(f, &format, &rows);
	check_text(f,
		"{\"pid\":7,\"tid\":8,\"vm\":\"vm1\",\"vcpu\":0,\"thread\":\"CPU 0/KVM\","
		"\"total_percent\":10.50,\"guest_percent\":9.00,"
		"\"guest_user_percent\":6.00,\"guest_system_percent\":2.00,"
		"\"unclassified_percent\":1.00,\"host_user_percent\":1.00,"
		"\"host_system_percent\":0.50,\"interval_seconds\":1.500,"
		"\"uuid\":\"4dea22b3-1d52-d8f3-2516-782e98ab3fa0\","
		"\"start_time\":\"2001-09-09T01:46:40.250Z\",\"source\":\"sampled\","
		"\"time\":\"1970-01-01T00:00:00.000Z\",\"host\":null,\"schema\":1}\n");
}

static void json_exits_are_exact(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200) };
	struct rows rows = { .v = v, .n = 1 };
	struct record_format format = { .exits = true };
	FILE *f = open_text();

	(void)state;
	v[0].split.guest_user.v = 1.234567;
	v[0].end_time = (struct value){ 1e9 + 10.5, true };
	v[0].lifetime = (struct value){ 10.25, true };
	v[0].exit_code = (struct value){ 256, true };
	json_print(f, &format, &rows);
	fclose(f);
	assert_non_null(strstr(text, "\"guest_user_seconds\":1.234567,"));
	assert_non_null(strstr(text, "\"from\":\"record\""));
	assert_non_null(strstr(text, "\"end_time\":\"2001-09-09T01:46:50.500Z\","
				     "\"lifetime_seconds\":10.250000,\"exit_code\":256,"));
	free(text);
}

/* Names that look like separators, quotes, or a formula. */
static void csv_is_safe(void **state)
{
	struct row v[] = { row_of(7, "a,\"b", 900, 600, 200), row_of(8, "=1+1", 900, 0, 0),
			   row_of(9, "x\ny\x1b\xe2\x80\xae", 900, 0, 0) };
	struct rows rows = { .v = v, .n = 3 };
	struct record_format format = { .interval = 2, .source = "kernel", .host = "-h" };
	FILE *f = open_text();

	(void)state;
	v[0].vcpus.known = false;
	csv_print(f, &format, &rows, true);
	fclose(f);
	assert_int_equal(strncmp(text, "pid,vm,vcpus,total_percent,guest_percent,", 41), 0);
	assert_non_null(strstr(text, "\n7,\"a,\"\"b\",,10.50,9.00,6.00,2.00,1.00,1.00,0.50,2.000,"
				     "4dea22b3-1d52-d8f3-2516-782e98ab3fa0,qemu,,,,,\"/a\"\"b\","
				     "2001-09-09T01:46:40.250Z,kernel,1970-01-01T00:00:00.000Z,"
				     "\"\\x2dh\",1\n"));
	assert_non_null(strstr(text, "\n8,\"\\x3d1+1\",2,10.50,9.00,,,"));
	assert_non_null(strstr(text, "\n9,x\\ny\\x1b\\xe2\\x80\\xae,2,"));
	free(text);
	f = open_text();
	csv_print(f, &format, &rows, false);
	fclose(f);
	assert_int_equal(*text, '7');
	free(text);
}

static void openmetrics_totals(void **state)
{
	struct row v[] = { row_of(7, "a\\b", 900, 600, 200), row_of(8, "c", 900, 0, 0) };
	struct rows rows = { .v = v, .n = 2 };
	FILE *f = open_text();

	(void)state;
	openmetrics_print(f, false, FEATURE_ON, &rows);
	check_text(f,
		"# TYPE guesttime_collection_enabled gauge\n"
		"# HELP guesttime_collection_enabled Whether the kernel splits guest time now (1) "
		"or not (0).\n"
		"guesttime_collection_enabled 1\n"
		"# TYPE guesttime_guest_seconds counter\n"
		"# UNIT guesttime_guest_seconds seconds\n"
		"# HELP guesttime_guest_seconds CPU time spent running the guest, in any ring.\n"
		"guesttime_guest_seconds_total{pid=\"7\",vm=\"a\\\\b\"} 9.00\n"
		"guesttime_guest_seconds_total{pid=\"8\",vm=\"c\"} 9.00\n"
		"# TYPE guesttime_guest_ring_seconds counter\n"
		"# UNIT guesttime_guest_ring_seconds seconds\n"
		"# HELP guesttime_guest_ring_seconds Guest time known to have passed in the "
		"guest's user (CPL 1-3) or system (CPL 0) ring.\n"
		"guesttime_guest_ring_seconds_total{pid=\"7\",vm=\"a\\\\b\",ring=\"user\"} 6.00\n"
		"guesttime_guest_ring_seconds_total{pid=\"7\",vm=\"a\\\\b\",ring=\"system\"} 2.00\n"
		"# TYPE guesttime_guest_unclassified_seconds gauge\n"
		"# UNIT guesttime_guest_unclassified_seconds seconds\n"
		"# HELP guesttime_guest_unclassified_seconds Guest time whose ring is not known.\n"
		"guesttime_guest_unclassified_seconds{pid=\"7\",vm=\"a\\\\b\"} 1.00\n"
		"guesttime_guest_unclassified_seconds{pid=\"8\",vm=\"c\"} 9.00\n"
		"# TYPE guesttime_cpu_seconds counter\n"
		"# UNIT guesttime_cpu_seconds seconds\n"
		"# HELP guesttime_cpu_seconds CPU time by mode of the host's CPU; user includes "
		"guest time.\n"
		"guesttime_cpu_seconds_total{pid=\"7\",vm=\"a\\\\b\",mode=\"user\"} 10.00\n"
		"guesttime_cpu_seconds_total{pid=\"7\",vm=\"a\\\\b\",mode=\"system\"} 0.50\n"
		"guesttime_cpu_seconds_total{pid=\"8\",vm=\"c\",mode=\"user\"} 10.00\n"
		"guesttime_cpu_seconds_total{pid=\"8\",vm=\"c\",mode=\"system\"} 0.50\n"
		"# TYPE guesttime_host_user_seconds gauge\n"
		"# UNIT guesttime_host_user_seconds seconds\n"
		"# HELP guesttime_host_user_seconds CPU time in user mode of the host, guest time "
		"excluded.\n"
		"guesttime_host_user_seconds{pid=\"7\",vm=\"a\\\\b\"} 1.00\n"
		"guesttime_host_user_seconds{pid=\"8\",vm=\"c\"} 1.00\n"
		"# TYPE guesttime_vcpu_threads gauge\n"
		"# HELP guesttime_vcpu_threads Threads alive that ran a guest.\n"
		"guesttime_vcpu_threads{pid=\"7\",vm=\"a\\\\b\"} 2\n"
		"guesttime_vcpu_threads{pid=\"8\",vm=\"c\"} 2\n"
		"# EOF\n");
}

static void openmetrics_says_nothing_it_does_not_know(void **state)
{
	struct row v[] = { row_of(7, "x", 900, 600, 200) };
	struct rows rows = { .v = v, .n = 1 };
	FILE *f = open_text();

	(void)state;
	openmetrics_print(f, true, FEATURE_ABSENT, &rows);
	fclose(f);
	assert_null(strstr(text, "collection_enabled"));
	assert_null(strstr(text, "vcpu_threads"));
	assert_non_null(strstr(text, "{pid=\"7\",tid=\"8\",vm=\"x\",ring=\"user\"} 6.00\n"));
	free(text);
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
		cmocka_unit_test(csv_is_safe),
		cmocka_unit_test(openmetrics_totals),
		cmocka_unit_test(openmetrics_says_nothing_it_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
