// SPDX-License-Identifier: GPL-2.0-only
/*
 * Init of a test machine whose kernel does not split guest time: guesttime samples.
 *
 * Four VMs loop a known number of instructions in each ring, so that the split is
 * arithmetic.  Results are TAP; the last line on the console is "L1-EXIT: N".
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define NOBODY		65534

/*
 * A VM gets a quarter of the CPU: 1 250 samples in 5 s at 1 kHz, of which a share of 75
 * points has a standard deviation of 1.2 points.
 */
#define RATE		"1000"
#define TOLERANCE	4.0

static const struct vm {
	const char *name;
	const char *user;
	const char *system;
	const char *exit;
	double share;		/* of ring 3, in points */
} vms[] = {
	{ "mostly-user", "30000", "10000", "ring0", 75 },
	{ "mostly-system", "10000", "30000", "ring0", 25 },
	{ "all-user", "40000", "0", "none", 100 },
	{ "all-system", "0", "40000", "none", 0 },
};

#define VMS		(sizeof(vms) / sizeof(vms[0]))

static char output[256 * 1024];
static int tests, failures;

/* What led to a failure is printed with it. */
static void result(int ok, const char *format, ...)
{
	char *line, *save;
	va_list args;

	printf("%sok %d ", ok ? "" : "not ", ++tests);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	if (ok)
		return;
	failures++;
	for (line = strtok_r(strdup(output), "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		printf("# %s\n", line);
}

static pid_t start_vm(const struct vm *vm)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	execl("/bin/vmm", "vmm", "--name", vm->name, "--user", vm->user, "--system", vm->system,
	      "--exit", vm->exit, NULL);
	err(127, "/bin/vmm");
}

static void stop_vm(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Begin to run guesttime with @argv, as user @uid: returns where its output comes. */
static FILE *begin(uid_t uid, char * const argv[], pid_t *pid)
{
	int fds[2];

	if (pipe(fds))
		err(1, "pipe");
	*pid = fork();
	if (*pid < 0)
		err(1, "fork");
	if (!*pid) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		if (uid && setuid(uid))
			err(126, "setuid");
		execv("/bin/guesttime", argv);
		err(127, "/bin/guesttime");
	}
	close(fds[1]);
	return fdopen(fds[0], "r");
}

/* Its exit status; output is what it printed, errors too, from @len on. */
static int end(FILE *f, pid_t pid, size_t len)
{
	int status;

	len += fread(output + len, 1, sizeof(output) - 1 - len, f);
	output[len] = 0;
	fclose(f);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int run(uid_t uid, char * const argv[])
{
	pid_t pid;
	FILE *f = begin(uid, argv, &pid);

	return end(f, pid, 0);
}

/* The last line of JSON about a VM. */
static const char *line_of(const char *vm)
{
	const char *at = output, *found = NULL;
	char key[64];

	snprintf(key, sizeof(key), "\"vm\":\"%s\"", vm);
	while ((at = strstr(at, key))) {
		found = at;
		at += strlen(key);
	}
	return found;
}

/* A number of a line of JSON; NAN if it is null or not there. */
static double value(const char *line, const char *name)
{
	const char *end_of_line, *at;
	char key[64];
	double number;

	if (!line)
		return NAN;
	end_of_line = strchr(line, '\n');
	snprintf(key, sizeof(key), "\"%s\":", name);
	at = strstr(line, key);
	if (!at || (end_of_line && at > end_of_line) ||
	    sscanf(at + strlen(key), "%lf", &number) != 1)
		return NAN;
	return number;
}

static double share_of(const char *line)
{
	double user = value(line, "guest_user_percent");
	double system = value(line, "guest_system_percent");

	return 100 * user / (user + system);
}

static int near_truth(const struct vm *vm, const char *line)
{
	double share = share_of(line);

	printf("# %s: %.1f of truth %.0f points\n", vm->name, share, vm->share);
	return fabs(share - vm->share) <= TOLERANCE;
}

/*
 * The parts are no more than the whole, and next to nothing is left over.  The total is
 * scaled by the kernel and guest time is not, so that it may fall short of it a little.
 */
static int adds_up(const char *line)
{
	double guest = value(line, "guest_percent"), total = value(line, "total_percent");
	double parts = value(line, "guest_user_percent") + value(line, "guest_system_percent");

	return guest > 10 && parts <= guest + 0.02 && parts >= 0.98 * guest &&
	       total >= guest - 1;
}

/* Red: a ring taken for the other, shares of host time too, times that are no shares. */
static void splits(void)
{
	char * const argv[] = {
		"guesttime", "-i", "5", "-n", "1", "--json", "--rate", RATE, NULL,
	};
	int status = run(0, argv);
	size_t i;

	result(status == 0, "guesttime -i 5 ends with status 0");
	result(strstr(output, "does not split guest time: sampling with perf") != NULL,
	       "it says that it samples");
	result(!strstr(output, "samples lost"), "no sample is lost");
	for (i = 0; i < VMS; i++) {
		const char *line = line_of(vms[i].name);

		result(line && strstr(line, "\"source\":\"sampled\"") && near_truth(&vms[i], line),
		       "%s: the share of guest user", vms[i].name);
		result(adds_up(line), "%s: the parts are the whole", vms[i].name);
	}
}

/* Red: threads that are no vCPU sampled, or shown as one. */
static void shows_vcpus(void)
{
	char * const argv[] = { "guesttime", "2", "1", "-t", "--json", NULL };
	const char *at;
	int vcpus = 0, others = 0;

	run(0, argv);
	for (at = output; (at = strstr(at, "\"vcpu\":")); at++) {
		vcpus += at[7] == '0';
		others += at[7] == 'n';
	}
	result(vcpus == VMS && others >= (int)VMS, "-t: %d vCPUs, %d other threads", vcpus, others);
}

/* Red: a thread that has ended, or that is new, is not followed. */
static void follows(pid_t pids[VMS])
{
	char * const argv[] = {
		"guesttime", "-i", "3", "-n", "3", "--json", "--rate", RATE, NULL,
	};
	static const struct vm newcomer = { "newcomer", "30000", "10000", "ring0", 75 };
	pid_t pid, vm;
	size_t len;
	FILE *f;

	stop_vm(pids[2]);
	stop_vm(pids[3]);
	f = begin(0, argv, &pid);
	/* Until the first report is there. */
	for (len = 0; fgets(output + len, (int)(sizeof(output) - len), f);) {
		int report = output[len] == '{';

		len += strlen(output + len);
		if (report)
			break;
	}
	stop_vm(pids[0]);
	vm = start_vm(&newcomer);
	result(end(f, pid, len) == 0, "VMs come and go");
	result(near_truth(&newcomer, line_of("newcomer")), "one that came is sampled");
	result(near_truth(&vms[1], line_of("mostly-system")), "one that stayed is sampled on");
	stop_vm(vm);
}

/* Red: no message, or numbers that nobody counted. */
static void needs_rights(void)
{
	char * const argv[] = { "guesttime", "1", "1", NULL };
	char * const kernel[] = { "guesttime", "1", "1", "--json", "--source", "kernel", NULL };
	int status = run(NOBODY, argv);

	result(status == 3 && strstr(output, "CAP_PERFMON") && strstr(output, "run as root"),
	       "without rights: status 3, and both ways to get them");
	status = run(NOBODY, kernel);
	result(status == 0 && strstr(output, "\"guest_user_percent\":null") &&
	       strstr(output, "\"source\":\"none\""), "without samples: not known");
}

static void mount_at(const char *type, const char *path)
{
	mkdir(path, 0755);
	if (mount(type, path, type, 0, NULL) && errno != EBUSY)
		warn("mount %s", path);
}

int main(void)
{
	pid_t pids[VMS];
	size_t i;

	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("devtmpfs", "/dev");
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < VMS; i++)
		pids[i] = start_vm(&vms[i]);
	sleep(2);	/* until each has run for a tick */
	splits();
	shows_vcpus();
	needs_rights();
	follows(pids);
	printf("1..%d\n", tests);
	tcdrain(STDOUT_FILENO);
	printf("L1-EXIT: %d\n", failures != 0);
	tcdrain(STDOUT_FILENO);
	usleep(100000);
	reboot(RB_POWER_OFF);
}
