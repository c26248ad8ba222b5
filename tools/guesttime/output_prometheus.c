// SPDX-License-Identifier: GPL-2.0-only
/* Metrics in Prometheus' text format, 0.0.4. */
#include "output_prometheus.h"

#include <string.h>

#include "escape.h"
#include "prometheus_line.h"

/* Longer labels are cut: a cgroup may be of any length. */
#define LABEL_MAX	1024

static const char *const help[MARK_TIMES] = {
	[MARK_GUEST_USER] = "Guest time that passed in the guest's user rings (CPL 1-3, EL0).",
	[MARK_GUEST_SYSTEM] = "Guest time that passed in the guest's kernel (CPL 0, EL1).",
	[MARK_GUEST] = "CPU time spent running the guest, in any ring.",
	[MARK_CPU] = "All CPU time of the process: guest, host user and host system.",
	[MARK_HOST_SYSTEM] = "CPU time of the process in the host's kernel.",
};

static void print_head(FILE *out, const char *name, const char *type, const char *text)
{
	fprintf(out, "# HELP guesttime_%s %s\n# TYPE guesttime_%s %s\n", name, text, name, type);
}

static void print_number(FILE *out, const char *name, const char *type, const char *text,
			 unsigned long long v)
{
	print_head(out, name, type, text);
	fprintf(out, "guesttime_%s %llu\n", name, v);
}

static void print_label(FILE *out, const char *name, const char *raw)
{
	char value[ESCAPE_ROOM(LABEL_MAX)];

	escape_prometheus(raw, value, sizeof(value));
	fprintf(out, ",%s=\"%s\"", name, value);
}

static void print_info(FILE *out, const struct metrics *metrics)
{
	size_t i;

	print_head(out, "vm_info", "gauge", "Where a VM is found: its process and who runs it.");
	for (i = 0; i < metrics->vms_n; i++) {
		const struct metrics_vm *vm = &metrics->vms[i];

		fprintf(out, "guesttime_vm_info{%s,pid=\"%u\"", vm->mark->labels, vm->mark->pid);
		print_label(out, "vmm", vm->id->vmm);
		print_label(out, "domain", vm->id->domain);
		print_label(out, "namespace", vm->id->namespace);
		print_label(out, "pod", vm->id->pod);
		print_label(out, "cgroup", vm->id->cgroup);
		fputs("} 1\n", out);
	}
}

static void print_time(FILE *out, const char *prefix, const struct mark *mark, enum mark_time time)
{
	if (mark->known[time])
		fprintf(out, "guesttime_%s_%s_seconds_total{%s} %.2f\n", prefix,
			prometheus_times[time], mark->labels, mark->seconds[time]);
}

static void print_times(FILE *out, const struct metrics *metrics, const char *prefix, bool vcpus)
{
	int time;
	size_t i;

	for (time = 0; time < MARK_TIMES; time++) {
		char name[64];

		snprintf(name, sizeof(name), "%s_%s_seconds_total", prefix, prometheus_times[time]);
		print_head(out, name, "counter", help[time]);
		for (i = 0; vcpus && i < metrics->vcpus_n; i++)
			print_time(out, prefix, metrics->vcpus[i], (enum mark_time)time);
		for (i = 0; !vcpus && i < metrics->vms_n; i++)
			print_time(out, prefix, metrics->vms[i].mark, (enum mark_time)time);
	}
}

static void print_vms(FILE *out, const struct metrics *metrics)
{
	size_t i;

	print_info(out, metrics);
	print_head(out, "vm_start_time_seconds", "gauge", "Start of the process since 1970.");
	for (i = 0; i < metrics->vms_n; i++) {
		const struct mark *mark = metrics->vms[i].mark;

		fprintf(out, "guesttime_vm_start_time_seconds{%s} %.2f\n", mark->labels,
			mark->start);
	}
	print_head(out, "vm_vcpus", "gauge", "vCPU threads alive that ran the guest.");
	for (i = 0; i < metrics->vms_n; i++) {
		const struct metrics_vm *vm = &metrics->vms[i];

		if (vm->vcpus >= 0)
			fprintf(out, "guesttime_vm_vcpus{%s} %.0f\n", vm->mark->labels, vm->vcpus);
	}
	print_times(out, metrics, "vm", false);
}

void prometheus_print(FILE *out, const struct metrics *metrics)
{
	print_head(out, "build_info", "gauge", "The version of guesttime.");
	fprintf(out, "guesttime_build_info{version=\"%s\"} 1\n", GUESTTIME_VERSION);
	print_head(out, "source_info", "gauge", "Where the split comes from: kernel, sampled, none.");
	fprintf(out, "guesttime_source_info{source=\"%s\"} 1\n", metrics->source);
	if (metrics->state != FEATURE_UNREADABLE)
		print_number(out, "collecting", "gauge",
			     "Whether guest time that passes now is split (1) or not (0).",
			     metrics->collecting);
	print_number(out, "scrape_errors_total", "counter", "Readings of /proc that failed.",
		     metrics->errors);
	if (metrics->scans)
		print_number(out, "scans_total", "counter", "Readings of /proc made for scrapes.",
			     metrics->scans);
	if (!strcmp(metrics->source, "sampled"))
		print_number(out, "samples_lost_total", "counter", "Samples that came too fast.",
			     metrics->samples_lost);
	print_number(out, "series_limit", "gauge", "Series of VMs and vCPUs shown at most, 0: all.",
		     metrics->max_series);
	print_number(out, "series_cut", "gauge", "Series left out because of the limit.",
		     metrics->series_cut);
	print_vms(out, metrics);
	if (metrics->per_vcpu)
		print_times(out, metrics, "vcpu", true);
}
