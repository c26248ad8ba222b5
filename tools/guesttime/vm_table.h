/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_VM_TABLE_H
#define GUESTTIME_VM_TABLE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct vm_identity - who a VM is
 * @pid:	its process
 * @starttime:	of the process, since boot [ticks]
 * @name:	the VM's name, else the libvirt domain, else the command
 * @uuid:	as given to the VMM
 * @vmm:	the VMM, else the command
 * @domain:	libvirt's domain, or Proxmox's number
 * @namespace:	Kubernetes namespace, as KubeVirt puts it into the name
 * @pod:	uid of the Kubernetes pod
 * @container:	container id
 * @cgroup:	path in the hierarchy
 * @comm:	command as the kernel has it
 * @hidden:	registers are encrypted (SEV-ES, SEV-SNP, TDX)
 *
 * Strings are raw bytes, never NULL; empty if unknown.
 */
struct vm_identity {
	uint32_t pid;
	uint64_t starttime;
	const char *name;
	const char *uuid;
	const char *vmm;
	const char *domain;
	const char *namespace;
	const char *pod;
	const char *container;
	const char *cgroup;
	const char *comm;
	bool hidden;
};

/**
 * struct vm_vcpus - how many vCPUs a VM had when its threads were counted
 * @n:		vCPUs
 * @threads:	threads that it had then; 0 if they have not been counted
 * @age:	passes since
 */
struct vm_vcpus {
	uint32_t n;
	uint64_t threads;
	unsigned int age;
};

/*
 * The identities of processes seen. Command lines and cgroups are read once for a
 * process, not in every pass over /proc.
 */
struct vm_table;

/** vm_table_new - an empty table, NULL if memory is short */
struct vm_table *vm_table_new(void);

/**
 * vm_table_get - the identity of a process
 * @procfd:	directory file descriptor of /proc
 *
 * Reads it if the process is new, or has another command than before. An identity
 * stays where it is until two calls of vm_table_sweep() have come without one for it.
 *
 * Return: NULL if memory is short.
 */
const struct vm_identity *vm_table_get(struct vm_table *table, int procfd, uint32_t pid,
				       uint64_t starttime, const char *comm);

/** vm_table_vcpus - what is to be remembered of a VM that vm_table_get() has found */
struct vm_vcpus *vm_table_vcpus(const struct vm_identity *id);

/** vm_table_sweep - forget those not asked for lately; to be called once a pass */
void vm_table_sweep(struct vm_table *table);

void vm_table_free(struct vm_table *table);

#endif
