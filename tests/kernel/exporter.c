// SPDX-License-Identifier: GPL-2.0-only
/*
 * "guesttime exporter" beside a guest on an isolated CPU: Prometheus' resets() of each
 * counter is 0.
 *
 * Environment, from the kernel's command line: scrapes (100) is the number of scrapes, one a
 * second. 600 take a quarter of an hour, if the emulator runs alone.
 *
 * Under vtime task_gtime() adds pending time that the next flush may deduct again, so that
 * the guest time of /proc can fall by a tick. The exporter shows the highest reading.
 *
 * on board: /bin/guesttime=$BUILD/guesttime$A/guesttime
 */
#include "kselftest_harness.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "collect.h"
#include "proc_read.h"
#include "vm.h"

#define ADDRESS		"/exporter.sock"
#define SCRAPES_DEFAULT	100
#define SERIES_MAX	64

/* The guest halts, so that CPU 1 enters and leaves vtime's states all the time. */
static const struct vmm_load busy_and_idle = {
	.user_insns = 30000, .system_insns = 10000, .timer_ns = 3713000, .halt = true,
};

struct series {
	char name[256];
	double first, last;
	int scrapes, resets;
};

static struct series series[SERIES_MAX];
static int series_n;

static pid_t start_exporter(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl("/bin/guesttime", "guesttime", "exporter", "--per-vcpu",
		      "--web.listen-address=unix:" ADDRESS, NULL);
		_exit(127);
	}
	return pid;
}

/* The answer of the exporter, or NULL. */
static FILE *scrape(void)
{
	static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = ADDRESS };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0)
		return NULL;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    write(fd, request, sizeof(request) - 1) != sizeof(request) - 1) {
		close(fd);
		return NULL;
	}
	return fdopen(fd, "r");
}

static void note(const char *name, double value)
{
	int i;

	for (i = 0; i < series_n && strcmp(series[i].name, name); i++)
		;
	if (i == SERIES_MAX)
		return;
	if (i == series_n) {
		snprintf(series[i].name, sizeof(series[i].name), "%.255s", name);
		series[i].first = value;
		series_n++;
	} else if (value < series[i].last) {
		series[i].resets++;
	}
	series[i].last = value;
	series[i].scrapes++;
}

/* Counters of the text. Returns how many. */
static int read_counters(FILE *text)
{
	char line[1024], *space;
	int n = 0;

	while (fgets(line, sizeof(line), text)) {
		space = strrchr(line, ' ');
		if (line[0] == '#' || !space || !strstr(line, "_total"))
			continue;
		*space = 0;
		note(line, strtod(space + 1, NULL));
		n++;
	}
	fclose(text);
	return n;
}

static struct series *find(const char *start)
{
	int i;

	for (i = 0; i < series_n; i++) {
		if (!strncmp(series[i].name, start, strlen(start)))
			return &series[i];
	}
	return NULL;
}

FIXTURE(exporter) { };
FIXTURE_SETUP(exporter) { collect_set(2); }
FIXTURE_TEARDOWN(exporter) { collect_set(0); }

/*
 * Red: mark_raise() stores the growth since the last scrape. Readings seldom fall here;
 * test_marks.c has them.
 */
TEST_F_TIMEOUT(exporter, counters_never_reset_on_isolated_cpu, 900)
{
	const char *asked = getenv("scrapes");
	const int scrapes = asked ? atoi(asked) : SCRAPES_DEFAULT;
	long long raw, highest = 0, falls = 0;
	int i, status;
	pid_t vm, vcpu, exporter;
	FILE *text;

	vm = vm_start(&busy_and_idle, 1);
	vcpu = vm_wait_vcpu(vm);
	move_to_cpu(vcpu, 1);
	vm_wait_guest_time(vm, 100000);
	exporter = start_exporter();
	while (!(text = scrape())) {
		ASSERT_EQ(waitpid(exporter, &status, WNOHANG), 0);
		usleep(100000);
	}
	fclose(text);

	for (i = 0; i < scrapes; i++) {
		sleep(1);
		raw = read_stat(vm, vcpu).gtime;
		if (raw < highest)
			falls++;
		else
			highest = raw;
		text = scrape();
		ASSERT_NE(text, NULL);
		ASSERT_GE(read_counters(text), 10);
	}
	for (i = 0; i < series_n; i++) {
		EXPECT_EQ(series[i].resets, 0)
			TH_LOG("%s", series[i].name);
		EXPECT_EQ(series[i].scrapes, scrapes)
			TH_LOG("%s", series[i].name);
	}
	/* The guest ran for a tenth of the time at the least, and was sampled. */
	ASSERT_NE(find("guesttime_vcpu_guest_seconds_total{"), NULL);
	EXPECT_GE(find("guesttime_vcpu_guest_seconds_total{")->last -
		  find("guesttime_vcpu_guest_seconds_total{")->first, scrapes / 10);
	ASSERT_NE(find("guesttime_vcpu_guest_user_seconds_total{"), NULL);
	EXPECT_GT(find("guesttime_vcpu_guest_user_seconds_total{")->last,
		  find("guesttime_vcpu_guest_user_seconds_total{")->first);
	printf("# %lld of %d readings of /proc fell\n", falls, scrapes);
	kill(exporter, SIGTERM);
	ASSERT_EQ(waitpid(exporter, &status, 0), exporter);
	EXPECT_EQ(status, 0);
	vm_stop(vm);
}

TEST_HARNESS_MAIN
