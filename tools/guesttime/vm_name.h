/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_VM_NAME_H
#define GUESTTIME_VM_NAME_H

#include <stddef.h>

/* Names are cut to this many bytes. */
#define VM_NAME_MAX	255

/**
 * vm_name_decode - find a VM's name in the command line of its process
 * @buf:	contents of /proc/<pid>/cmdline, or their beginning
 * @len:	how many bytes
 * @name:	result, NUL-terminated; raw bytes as the user gave them
 *
 * Understands qemu's -name (and --name) with "NAME", "guest=NAME", further
 * suboptions, and commas doubled to escape them. As in qemu, the last name
 * given wins. Only command lines of a program called *qemu* or *kvm* count.
 *
 * Return: 0, or -ENOENT if the command line names no VM.
 */
int vm_name_decode(const char *buf, size_t len, char name[VM_NAME_MAX + 1]);

#endif
