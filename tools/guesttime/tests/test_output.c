// SPDX-License-Identifier: GPL-2.0-only
/* The three formats, to the byte. */
#include "cmocka_all.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "output_csv.h"
#include "output_journal.h"
#include "output_json.h"
#include "output_prometheus.h"
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

static void table_has_totals_of_vms(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200), row_of(4711, "b\nc", 900, 0, 0) };
	struct table table = { 0 };

	assert_string_equal(table_of(&table, v, 2),
		" PID  VM    VCPUS  TOTAL  GUEST  GUEST-USER  GUEST-SYS  UNCLASS  HOST-USER  HOST-SYS\n"
		"   7  vm1       2  10.50   9.00        6.00       2.00     1.00       1.00      0.50\n"
		"4711  b\\nc      2  10.50   9.00           -          -     9.00       1.00      0.50\n");
	free(text);
	/* No rows, no heading. */
	assert_string_equal(table_of(&table, v, 0), "");
	free(text);
}

static void table_colours_rates_of_threads(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200) };
	struct table table = { .threads = true, .rates = true, .colour = true };

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
static void table_fits_any_width(void **state)
{
	struct row v[] = {
		row_of(7, "a-virtual-machine-with-quite-a-long-name", 900, 600, 200),
		row_of(4711, "x", 123456789, 12345678, 0),
	};
	unsigned int width;
	int threads;

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

static void json_has_totals(void **state)
{
	struct row v[] = { row_of(7, "vm\"1", 900, 600, 200), row_of(8, "\xff", 900, 0, 0) };
	struct rows rows = { .v = v, .n = 2 };
	struct record_format format = { .time = 1.5, .host = "h\n", .source = "kernel" };
	FILE *f = open_text();

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

static void json_has_rates_of_threads(void **state)
{
	struct row v[] = { row_of(7, "vm1", 900, 600, 200) };
	struct rows rows = { .v = v, .n = 1 };
	struct record_format format = { .threads = true, .interval = 1.5, .source = "sampled" };
	FILE *f = open_text();

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

/* Red: a name that ends its line, a field of something unknown. */
static void journal_entries_have_fields(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char dir[] = "/tmp/guesttime-test-XXXXXX", entry[4096];
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct record_format format = { .exits = true, .time = 1e9, .host = "h", .source = "kernel" };
	struct row row = row_of(7, "a\nMESSAGE=b", 900, 530, 300);
	struct rows rows = { .v = &row, .n = 1 };
	ssize_t n;

	assert_non_null(mkdtemp(dir));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", dir);
	assert_int_equal(journal_send(address.sun_path, &format, &rows), -ENOENT);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(journal_send(address.sun_path, &format, &rows), 0);
	n = recv(fd, entry, sizeof(entry) - 1, MSG_DONTWAIT);
	assert_true(n > 0);
	entry[n] = '\0';
	assert_non_null(strstr(entry, "\nMESSAGE=VM a\\nMESSAGE=b (pid 7) has ended, "
			       "guest user 5.30 s, guest system 3.00 s, unclassified 0.70 s, "
			       "host user 1.00 s, host system 0.50 s\n"));
	assert_non_null(strstr(entry, "\nGUESTTIME_GUEST_USER_SECONDS=5.300000\n"));
	assert_non_null(strstr(entry, "\nGUESTTIME_UUID=4dea22b3-1d52-d8f3-2516-782e98ab3fa0\n"));
	assert_non_null(strstr(entry, "\nGUESTTIME_START_TIME=2001-09-09T01:46:40.250Z\n"));
	assert_null(strstr(entry, "EXIT_CODE"));
	unlink(address.sun_path);
	rmdir(dir);
	close(fd);
}

/* Beside the C library: each day until 2499, and whatever a double can be. */
static void times_are_rfc3339(void **state)
{
	char got[MEMBER_TIME_LEN + 1], want[32];
	time_t t;

	for (t = 12345; t < 530 * 31556952ll; t += 86400) {
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S.500Z", gmtime(&t));
		member_time((double)t + 0.5, got);
		assert_string_equal(got, want);
	}
	member_time(1.9996, got);
	assert_string_equal(got, "1970-01-01T00:00:02.000Z");
	member_time(-1, got);
	assert_string_equal(got, "1970-01-01T00:00:00.000Z");
	member_time(NAN, got);
	assert_string_equal(got, "1970-01-01T00:00:00.000Z");
	member_time(1e300, got);
	assert_string_equal(got, "9999-12-31T23:59:59.000Z");
}

/* One VM with two vCPUs and all its counters, and one whose total alone is known. */
static void prometheus_has_each_counter(void **state)
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
	const struct vm_identity web_id = {
		.vmm = "qemu", .domain = "d\n", .namespace = "ns", .pod = "p", .cgroup = "/c",
	}, db_id = { .vmm = "", .domain = "", .namespace = "", .pod = "", .cgroup = "" };
	struct metrics_vm vms[] = {
		{ .mark = &web, .vcpus = 2, .id = &web_id },
		{ .mark = &db, .vcpus = -1, .id = &db_id },
	};
	struct metrics metrics = {
		.vms = vms, .vms_n = 2, .vcpus = vcpus, .vcpus_n = 1, .per_vcpu = true,
		.state = FEATURE_ON, .collecting = true, .source = "sampled", .errors = 3,
		.samples_lost = 4, .scans = 5,
		.max_series = 100, .series_cut = 8,
	};
	FILE *f = open_text();
	char *line, *save = NULL, samples[4096] = "";

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
		"guesttime_source_info{source=\"sampled\"} 1\n"
		"guesttime_collecting 1\n"
		"guesttime_scrape_errors_total 3\n"
		"guesttime_scans_total 5\n"
		"guesttime_samples_lost_total 4\n"
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
		cmocka_unit_test(table_has_totals_of_vms),
		cmocka_unit_test(table_colours_rates_of_threads),
		cmocka_unit_test(table_fits_any_width),
		cmocka_unit_test(table_of_exits_has_one_heading),
		cmocka_unit_test(json_has_totals),
		cmocka_unit_test(json_has_rates_of_threads),
		cmocka_unit_test(json_exits_are_exact),
		cmocka_unit_test(csv_is_safe),
		cmocka_unit_test(journal_entries_have_fields),
		cmocka_unit_test(times_are_rfc3339),
		cmocka_unit_test(prometheus_has_each_counter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
