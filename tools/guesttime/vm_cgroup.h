/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_VM_CGROUP_H
#define GUESTTIME_VM_CGROUP_H

#include <stddef.h>

#define VM_CGROUP_MAX	1023	/* bytes of a path that are kept */
#define VM_POD_MAX	36
#define VM_CONTAINER_MAX	64
#define VM_DOMAIN_MAX	255

/**
 * struct vm_cgroup - what a process' cgroup says of its VM
 * @path:	from the root of the hierarchy
 * @domain:	libvirt's name of the domain (as systemd-machined has it), or empty
 * @pod:	uid of the Kubernetes pod, or empty
 * @container:	id of the container, or empty
 */
struct vm_cgroup {
	char path[VM_CGROUP_MAX + 1];
	char domain[VM_DOMAIN_MAX + 1];
	char pod[VM_POD_MAX + 1];
	char container[VM_CONTAINER_MAX + 1];
};

/**
 * vm_cgroup_decode - understand /proc/<pid>/cgroup
 * @buf:	its contents
 * @len:	how many bytes
 * @cgroup:	result; all empty if there is no whole line
 *
 * The unified hierarchy counts; where it holds nothing but its root, version 1's
 * cpu controller does.
 */
void vm_cgroup_decode(const char *buf, size_t len, struct vm_cgroup *cgroup);

#endif
