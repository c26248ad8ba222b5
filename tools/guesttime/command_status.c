// SPDX-License-Identifier: GPL-2.0-only
/* guesttime status: what works on this host, what is missing, and what to do. */
#include "command.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "escape.h"
#include "output_json.h"
#include "read_file.h"
#include "report.h"
#include "sampler.h"
#include "source.h"

#define VMMS_MAX	16

struct status {
	const struct options *opts;
	const struct environment *env;
	struct utsname kernel;
	char sysctl[8];			/* empty if there is none */
	char isolated[256];		/* CPUs, as a list; empty for none */
	char paranoid[16];
	const char *sampling;		/* why not, NULL if it works */
	const char *remark;		/* what keeps it from being exact, if anything does */
	enum source_kind source;
	size_t processes;
	size_t vms;
	size_t vcpus;
	uint32_t denied;
	bool hidepid;
	bool procps;			/* its columns show the split */
	struct {
		const char *name;
		size_t n;
	} vmms[VMMS_MAX];
	size_t n_vmms;
};

/* The first line of a file; empty if it cannot be read. */
static void read_line(int dirfd, const char *path, char *buf, size_t size)
{
	ssize_t n = read_file(dirfd, path, buf, size - 1);

	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	if (!strcmp(buf, "(null)"))	/* no CPU, as old kernels say it */
		buf[0] = '\0';
}

/* Can this process sample a VM? Opening an event on itself takes the same right. */
static void try_sampling(struct status *status)
{
	struct sampler *sampler;

	if (!sampler_open(status->opts->rate, &sampler, &status->sampling)) {
		status->sampling = NULL;
		status->remark = sampler_remark(sampler);
		sampler_close(sampler);
	} else if (!status->sampling) {
		status->sampling = strerror(ENOMEM);
	}
}

static void choose_source(struct status *status)
{
	const struct feature *feature = &status->env->feature;

	if (feature->split && feature->state != FEATURE_OFF &&
	    status->opts->source != SOURCE_SAMPLED)
		status->source = SOURCE_IS_KERNEL;
	else if (!status->sampling && status->opts->source != SOURCE_KERNEL)
		status->source = SOURCE_IS_SAMPLED;
	else
		status->source = SOURCE_IS_NONE;
}

static void count_vmm(struct status *status, const char *name)
{
	size_t i;

	for (i = 0; i < status->n_vmms && strcmp(status->vmms[i].name, name); i++)
		;
	if (i == VMMS_MAX)
		return;
	if (i == status->n_vmms)
		status->vmms[status->n_vmms++].name = name;
	status->vmms[i].n++;
}

static int count_vms(struct status *status, struct vm_table *table, struct proc_snapshot *snap)
{
	static const struct proc_select everything;
	const struct proc_scan_options opts = { .select = &everything, .table = table };
	size_t i;
	int rc;

	rc = proc_scan(status->env->procfd, &opts, snap);
	if (rc)
		return rc;
	status->processes = snap->processes.n;
	status->denied = snap->denied;
	for (i = 0; i < snap->processes.n; i++) {
		const struct proc_task *task = &snap->processes.v[i];

		if (!cpu_ran_guest(&task->times))
			continue;
		status->vms++;
		status->vcpus += task->vcpus;
		count_vmm(status, task->vm->vmm);
	}
	return 0;
}

/* Does this user see the processes of others? The mount says so. */
static void read_hidepid(struct status *status)
{
	static char mounts[64 * 1024];
	ssize_t n = read_file(status->env->procfd, "self/mounts", mounts, sizeof(mounts) - 1);
	char *line, *save;

	mounts[n > 0 ? n : 0] = '\0';
	for (line = strtok_r(mounts, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strstr(line, " /proc proc ") && strstr(line, "hidepid=") &&
		    !strstr(line, "hidepid=0") && !strstr(line, "hidepid=off"))
			status->hidepid = geteuid() != 0;
	}
}

/* ps lists its columns: ours are gutime and gstime. */
static void ask_procps(struct status *status)
{
	FILE *f = popen("ps L 2>/dev/null", "r");
	char line[256];

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "gutime ", 7))
			status->procps = true;
	}
	pclose(f);
}

static const char *isolated_meaning(const struct status *status)
{
	if (!status->env->feature.split)
		return "samples split guest time there as elsewhere";
	if (*status->sysctl == '2')
		return "value 2: a timer samples guests there";
	return "guest time there stays unclassified; with value 2 a timer samples it: "
	       "sysctl kernel.collect_guest_utilization=2";
}

static const char *sysctl_meaning(const struct status *status)
{
	switch (*status->sysctl) {
	case '\0':
		return "not readable";
	case '0':
		return "off; sysctl kernel.collect_guest_utilization=1 turns it on";
	}
	return "on";
}

static const char *source_meaning(const struct status *status)
{
	switch (status->source) {
	case SOURCE_IS_KERNEL:
		return "the kernel counts, since the VMs began";
	case SOURCE_IS_SAMPLED:
		return "perf samples give shares of guest time: rates, no totals";
	default:
		return "guest user and guest system are not known";
	}
}

static void print_text(const struct status *status)
{
	size_t i;

	printf("kernel      %s %s\n", status->kernel.release, status->kernel.machine);
	printf("feature     %s\n", status->env->feature.split ?
	       "this kernel splits guest time" :
	       "this kernel does not split guest time (no CONFIG_GUEST_CPUTIME)");
	if (status->env->feature.split)
		printf("collection  %s%s%s\n", status->sysctl, *status->sysctl ? ": " : "",
		       sysctl_meaning(status));
	if (status->sampling)
		printf("sampling    %s\n", status->sampling);
	else
		printf("sampling    possible (kernel.perf_event_paranoid is %s)\n", status->paranoid);
	if (status->remark)
		printf("            %s\n", status->remark);
	printf("source      %s: %s\n", status->source == SOURCE_IS_KERNEL ? "kernel" :
	       status->source == SOURCE_IS_SAMPLED ? "sampled" : "none", source_meaning(status));
	if (*status->isolated)
		printf("isolated    CPUs %s (nohz_full): %s\n", status->isolated,
		       isolated_meaning(status));
	printf("VMs         %zu, with %zu vCPUs", status->vms, status->vcpus);
	for (i = 0; i < status->n_vmms; i++) {
		char name[ESCAPE_ROOM(PROC_STAT_COMM_MAX)];

		escape_terminal(status->vmms[i].name, terminal_utf8(), 32, name, sizeof(name));
		printf("%s %zu %s", i ? "," : ":", status->vmms[i].n, name);
	}
	putchar('\n');
	if (status->hidepid || status->denied)
		puts("hidden      processes of other users are hidden from this one (hidepid); run as root");
	printf("ps, top     %s\n", status->procps ? "show guest user and guest system (procps)" :
	       "this procps has no columns for the split; guesttime top does without");
}

static void print_json(const struct status *status)
{
	const char *comma = "";
	size_t i;

	fputs("{\"kernel\":", stdout);
	json_print_text(stdout, status->kernel.release);
	printf(",\"machine\":\"%s\",\"feature\":%s,\"collect_guest_utilization\":%s",
	       status->kernel.machine, status->env->feature.split ? "true" : "false",
	       *status->sysctl ? status->sysctl : "null");
	printf(",\"source\":\"%s\",\"sampling\":%s,\"sampling_problem\":",
	       status->source == SOURCE_IS_KERNEL ? "kernel" :
	       status->source == SOURCE_IS_SAMPLED ? "sampled" : "none",
	       status->sampling ? "false" : "true");
	json_print_text(stdout, status->sampling);
	fputs(",\"sampling_remark\":", stdout);
	json_print_text(stdout, status->remark);
	printf(",\"perf_event_paranoid\":%s,\"isolated_cpus\":",
	       *status->paranoid ? status->paranoid : "null");
	json_print_text(stdout, *status->isolated ? status->isolated : NULL);
	printf(",\"vms\":%zu,\"vcpus\":%zu,\"vmms\":{", status->vms, status->vcpus);
	for (i = 0; i < status->n_vmms; i++) {
		fputs(comma, stdout);
		json_print_text(stdout, status->vmms[i].name);
		printf(":%zu", status->vmms[i].n);
		comma = ",";
	}
	printf("},\"hidden_processes\":%s,\"procps_columns\":%s,\"schema\":%d}\n",
	       status->hidepid || status->denied ? "true" : "false",
	       status->procps ? "true" : "false", MEMBER_SCHEMA);
}

static int ask(struct status *status, struct vm_table *table, struct proc_snapshot *snap)
{
	int procfd = status->env->procfd, rc;

	uname(&status->kernel);
	read_line(procfd, "sys/kernel/collect_guest_utilization", status->sysctl,
		  sizeof(status->sysctl));
	if (strspn(status->sysctl, "0123456789") != strlen(status->sysctl))
		status->sysctl[0] = '\0';
	read_line(procfd, "sys/kernel/perf_event_paranoid", status->paranoid,
		  sizeof(status->paranoid));
	if (strspn(status->paranoid, "-0123456789") != strlen(status->paranoid))
		status->paranoid[0] = '\0';
	read_line(AT_FDCWD, "/sys/devices/system/cpu/nohz_full", status->isolated,
		  sizeof(status->isolated));
	try_sampling(status);
	choose_source(status);
	rc = count_vms(status, table, snap);
	if (rc) {
		warnx("cannot read %s: %s", status->opts->proc, strerror(-rc));
		return EXIT_TROUBLE;
	}
	read_hidepid(status);
	ask_procps(status);
	if (status->opts->format == OUTPUT_JSON)
		print_json(status);
	else
		print_text(status);
	if (fflush(stdout) || ferror(stdout)) {
		warnx("cannot write: %s", strerror(errno));
		return EXIT_TROUBLE;
	}
	return status->source == SOURCE_IS_KERNEL ? 0 :
	       status->source == SOURCE_IS_SAMPLED ? EXIT_SAMPLING : EXIT_NOTHING;
}

int command_status(const struct options *opts, const struct environment *env)
{
	struct status status = { .opts = opts, .env = env };
	struct vm_table *table = vm_table_new();
	struct proc_snapshot snap = { 0 };
	int rc = EXIT_TROUBLE;

	if (table)
		rc = ask(&status, table, &snap);
	else
		warnx("%s", strerror(ENOMEM));
	proc_snapshot_free(&snap);
	vm_table_free(table);
	return rc;
}
