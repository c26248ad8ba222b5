// SPDX-License-Identifier: GPL-2.0-only
/* record_size FILE : the size of a recording of an hour, 100 VMs with 8 vCPUs, every 5 s. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"

#define VMS		100
#define VCPUS		8
#define HELPERS		4
#define INTERVAL	5
#define TRIED		72	/* intervals: a tenth of an hour */

static struct vm_identity ids[VMS];
static char names[VMS][16], uuids[VMS][40], threads_names[VCPUS + HELPERS][16];

/* Percent with two decimals, most of them different from one interval to the next. */
static struct value some(double most)
{
	return (struct value){ .v = (double)(random() % 10000) / 10000 * most, .known = true };
}

static void fill(struct row *row, int vm, double most)
{
	row->pid = 1000 + 100 * (uint32_t)vm;
	row->tid = row->pid;
	row->vm = names[vm];
	row->id = &ids[vm];
	row->start_time = (struct value){ 1.7e9 + vm, true };
	row->split.guest_user = some(most);
	row->split.guest_system = some(most / 4);
	row->split.unclassified = some(0.1);
	row->split.host_user = some(most / 20);
	row->split.host_system = some(most / 10);
	row->split.guest = row->split.total = some(most);
	row->wait = some(most / 50);
}

static int add_rows(struct frame *frame)
{
	int vm, i;

	frame->vms.n = 0;
	frame->threads.n = 0;
	for (vm = 0; vm < VMS; vm++) {
		struct row *row = rows_add(&frame->vms);

		if (!row)
			return 1;
		fill(row, vm, 800);
		row->vcpus = (struct value){ VCPUS, true };
		for (i = 0; i < VCPUS + HELPERS; i++) {
			row = rows_add(&frame->threads);
			if (!row)
				return 1;
			fill(row, vm, i < VCPUS ? 100 : 5);
			row->tid = row->pid + (uint32_t)i;
			row->thread = threads_names[i];
			row->vcpu = (struct value){ i, i < VCPUS };
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct frame frame = {
		.interval = INTERVAL, .hostname = "host", .source = "kernel", .time = 1.7e9,
	};
	struct recorder *recorder;
	struct stat st;
	int i;

	if (argc != 2 || recorder_open(argv[1], &recorder))
		return 1;
	for (i = 0; i < VMS; i++) {
		snprintf(names[i], sizeof(names[i]), "vm%03d", i);
		snprintf(uuids[i], sizeof(uuids[i]), "4dea22b3-1d52-d8f3-%04x-782e98ab3fa0", i * 257);
		ids[i] = (struct vm_identity){
			.name = names[i], .uuid = uuids[i], .vmm = "qemu", .domain = names[i],
			.namespace = "", .pod = "", .container = "",
			.cgroup = "/machine.slice/machine-qemu.scope/libvirt/emulator",
		};
	}
	for (i = 0; i < VCPUS + HELPERS; i++)
		snprintf(threads_names[i], sizeof(threads_names[i]),
			 i < VCPUS ? "CPU %d/KVM" : "worker-%d", i);
	for (i = 0; i < TRIED; i++, frame.time += INTERVAL) {
		if (add_rows(&frame) || recorder_add(recorder, &frame))
			return 1;
	}
	recorder_close(recorder);
	if (stat(argv[1], &st) || unlink(argv[1]))
		return 1;
	printf("  recording of an hour, %d VMs with %d vCPUs and %d other threads every %d s: %.1f MiB\n",
	       VMS, VCPUS, HELPERS, INTERVAL,
	       (double)st.st_size * 3600 / INTERVAL / TRIED / 1048576);
	rows_free(&frame.vms);
	rows_free(&frame.threads);
	return 0;
}
