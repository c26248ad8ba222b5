// SPDX-License-Identifier: GPL-2.0-only
/* Identities of VMs, read once for a process. */
#include "vm_table.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "read_file.h"
#include "vm_cgroup.h"
#include "vm_cmdline.h"

/* qemu's -name stands early; a name beyond this is not found. */
#define CMDLINE_MAX	(64 * 1024)
#define CGROUP_FILE_MAX	(16 * 1024)
#define BUCKETS		1024
#define KEEP		2	/* passes */

struct entry {
	struct vm_identity id;
	struct vm_vcpus vcpus;
	struct entry *next;
	unsigned int used;	/* in this pass of the table */
	char strings[];
};

struct vm_table {
	unsigned int pass;
	struct entry *buckets[BUCKETS];
	char cmdline[CMDLINE_MAX];
	char cgroup[CGROUP_FILE_MAX];
};

struct vm_table *vm_table_new(void)
{
	return calloc(1, sizeof(struct vm_table));
}

/* KubeVirt calls its domains NAMESPACE_NAME; a namespace has no '_'. */
static size_t namespace_len(const char *name, const char *pod)
{
	const char *bar = *pod ? strchr(name, '_') : NULL;

	return bar ? (size_t)(bar - name) : 0;
}

static const char *put(char **at, const char *text, size_t len)
{
	char *start = *at;

	memcpy(start, text, len);
	start[len] = '\0';
	*at = start + len + 1;
	return start;
}

static struct entry *new_entry(const char *comm, const struct vm_cmdline *cmdline,
			       const struct vm_cgroup *cgroup)
{
	const char *domain = *cgroup->domain ? cgroup->domain : cmdline->id;
	const char *name = *cmdline->name ? cmdline->name : *domain ? domain : comm;
	size_t ns_len = namespace_len(name, cgroup->pod);
	size_t size = strlen(name) + strlen(cmdline->uuid) + strlen(domain) + ns_len +
		      strlen(cgroup->pod) + strlen(cgroup->container) + strlen(cgroup->path) +
		      strlen(comm) + 8;
	struct entry *e = malloc(sizeof(*e) + size);
	char *at;

	if (!e)
		return NULL;
	memset(e, 0, sizeof(*e));
	at = e->strings;
	e->id.name = put(&at, name, strlen(name));
	e->id.uuid = put(&at, cmdline->uuid, strlen(cmdline->uuid));
	e->id.domain = put(&at, domain, strlen(domain));
	e->id.namespace = put(&at, name, ns_len);
	e->id.pod = put(&at, cgroup->pod, strlen(cgroup->pod));
	e->id.container = put(&at, cgroup->container, strlen(cgroup->container));
	e->id.cgroup = put(&at, cgroup->path, strlen(cgroup->path));
	e->id.comm = put(&at, comm, strlen(comm));
	e->id.vmm = cmdline->vmm ? cmdline->vmm : e->id.comm;
	e->id.hidden = cmdline->hidden;
	return e;
}

static struct entry *read_entry(struct vm_table *table, int procfd, uint32_t pid,
				const char *comm)
{
	struct vm_cmdline cmdline;
	struct vm_cgroup cgroup;
	char path[32];
	ssize_t n;

	snprintf(path, sizeof(path), "%u/cmdline", pid);
	n = read_file(procfd, path, table->cmdline, sizeof(table->cmdline));
	if (vm_cmdline_decode(table->cmdline, n > 0 ? (size_t)n : 0, &cmdline))
		memset(&cmdline, 0, sizeof(cmdline));
	snprintf(path, sizeof(path), "%u/cgroup", pid);
	n = read_file(procfd, path, table->cgroup, sizeof(table->cgroup));
	vm_cgroup_decode(table->cgroup, n > 0 ? (size_t)n : 0, &cgroup);
	return new_entry(comm, &cmdline, &cgroup);
}

const struct vm_identity *vm_table_get(struct vm_table *table, int procfd, uint32_t pid,
				       uint64_t starttime, const char *comm)
{
	struct entry **bucket = &table->buckets[pid % BUCKETS], *e;

	for (e = *bucket; e; e = e->next) {
		if (e->id.pid == pid && e->id.starttime == starttime &&
		    !strcmp(e->id.comm, comm)) {
			e->used = table->pass;
			return &e->id;
		}
	}
	e = read_entry(table, procfd, pid, comm);
	if (!e)
		return NULL;
	e->id.pid = pid;
	e->id.starttime = starttime;
	e->used = table->pass;
	e->next = *bucket;
	*bucket = e;
	return &e->id;
}

struct vm_vcpus *vm_table_vcpus(const struct vm_identity *id)
{
	return &((struct entry *)((char *)id - offsetof(struct entry, id)))->vcpus;
}

static void drop(struct vm_table *table, unsigned int keep)
{
	size_t i;

	for (i = 0; i < BUCKETS; i++) {
		struct entry **link = &table->buckets[i], *e;

		while ((e = *link)) {
			if (table->pass - e->used < keep) {
				link = &e->next;
				continue;
			}
			*link = e->next;
			free(e);
		}
	}
}

void vm_table_sweep(struct vm_table *table)
{
	table->pass++;
	drop(table, KEEP + 1);
}

void vm_table_free(struct vm_table *table)
{
	if (!table)
		return;
	drop(table, 0);
	free(table);
}
