// SPDX-License-Identifier: GPL-2.0-only
/* Totals as OpenMetrics text, version 1.0.0. */
#include "output_openmetrics.h"

#include "escape.h"
#include "vm_cmdline.h"

static struct value seconds(const struct row *row, bool known, uint64_t counter)
{
	return (struct value){ .v = (double)counter * row->scale, .known = known };
}

static struct value guest(const struct row *row)
{
	return seconds(row, row->times.has_gtime, row->times.gtime);
}

static struct value guest_user(const struct row *row)
{
	return row->split.guest_user;
}

static struct value guest_system(const struct row *row)
{
	return row->split.guest_system;
}

static struct value unclassified(const struct row *row)
{
	return row->split.unclassified;
}

static struct value cpu_user(const struct row *row)
{
	return seconds(row, row->times.has_cpu, row->times.utime);
}

static struct value cpu_system(const struct row *row)
{
	return seconds(row, row->times.has_cpu, row->times.stime);
}

static struct value host_user(const struct row *row)
{
	return row->split.host_user;
}

static struct value vcpus(const struct row *row)
{
	return row->vcpus;
}

/* A family with up to two samples a row, told apart by a label. */
static const struct family {
	const char *name;
	const char *type;
	const char *unit;
	const char *help;
	struct {
		const char *label;
		struct value (*value)(const struct row *row);
	} samples[2];
	bool processes_only;
} families[] = {
	{
		.name = "guesttime_guest_seconds", .type = "counter", .unit = "seconds",
		.help = "CPU time spent running the guest, in any ring.",
		.samples = { { "", guest } },
	}, {
		.name = "guesttime_guest_ring_seconds", .type = "counter", .unit = "seconds",
		.help = "Guest time known to have passed in the guest's user (CPL 1-3) or system "
			"(CPL 0) ring.",
		.samples = { { ",ring=\"user\"", guest_user },
			     { ",ring=\"system\"", guest_system } },
	}, {
		.name = "guesttime_guest_unclassified_seconds", .type = "gauge", .unit = "seconds",
		.help = "Guest time whose ring is not known.",
		.samples = { { "", unclassified } },
	}, {
		.name = "guesttime_cpu_seconds", .type = "counter", .unit = "seconds",
		.help = "CPU time by mode of the host's CPU; user includes guest time.",
		.samples = { { ",mode=\"user\"", cpu_user },
			     { ",mode=\"system\"", cpu_system } },
	}, {
		.name = "guesttime_host_user_seconds", .type = "gauge", .unit = "seconds",
		.help = "CPU time in user mode of the host, guest time excluded.",
		.samples = { { "", host_user } },
	}, {
		.name = "guesttime_vcpu_threads", .type = "gauge", .unit = NULL,
		.help = "Threads alive that ran a guest.",
		.samples = { { "", vcpus } }, .processes_only = true,
	},
};

static void print_metadata(FILE *out, const char *name, const char *type, const char *unit,
			   const char *help)
{
	fprintf(out, "# TYPE %s %s\n", name, type);
	if (unit)
		fprintf(out, "# UNIT %s %s\n", name, unit);
	fprintf(out, "# HELP %s %s\n", name, help);
}

static void print_sample(FILE *out, const struct family *family, const char *label, bool threads,
			 const struct row *row, struct value value)
{
	char vm[ESCAPE_ROOM(VM_NAME_MAX)];

	escape_openmetrics(row->vm, vm, sizeof(vm));
	fprintf(out, "%s%s{pid=\"%u\"", family->name, *family->type == 'c' ? "_total" : "",
		row->pid);
	if (threads)
		fprintf(out, ",tid=\"%u\"", row->tid);
	fprintf(out, ",vm=\"%s\"%s} %.*f\n", vm, label, family->unit ? 2 : 0, value.v);
}

static void print_family(FILE *out, const struct family *family, bool threads,
			 const struct rows *rows)
{
	size_t i, s;

	print_metadata(out, family->name, family->type, family->unit, family->help);
	for (i = 0; i < rows->n; i++) {
		for (s = 0; s < 2 && family->samples[s].value; s++) {
			struct value value = family->samples[s].value(&rows->v[i]);

			if (value.known)
				print_sample(out, family, family->samples[s].label, threads,
					     &rows->v[i], value);
		}
	}
}

void openmetrics_print(FILE *out, bool threads, enum feature_state feature,
		       const struct rows *rows)
{
	size_t i;

	if (feature == FEATURE_ON || feature == FEATURE_OFF) {
		print_metadata(out, "guesttime_collection_enabled", "gauge", NULL,
			       "Whether the kernel splits guest time now (1) or not (0).");
		fprintf(out, "guesttime_collection_enabled %d\n", feature == FEATURE_ON);
	}
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (!threads || !families[i].processes_only)
			print_family(out, &families[i], threads, rows);
	}
	fputs("# EOF\n", out);
}
