/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_VM_CMDLINE_H
#define GUESTTIME_VM_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

/* Names are cut to this many bytes. */
#define VM_NAME_MAX	255
#define VM_UUID_LEN	36

/**
 * struct vm_cmdline - what the command line of a VMM says of its VM
 * @vmm:	"qemu", "firecracker", "cloud-hypervisor", "crosvm" or "kvmtool"
 * @name:	NUL-terminated raw bytes as the user gave them; may be empty
 * @uuid:	in lower case; may be empty
 * @id:		Proxmox's number of the VM; may be empty
 * @hidden:	the guest's registers are encrypted: its ring cannot be sampled
 */
struct vm_cmdline {
	const char *vmm;
	char name[VM_NAME_MAX + 1];
	char uuid[VM_UUID_LEN + 1];
	char id[VM_NAME_MAX + 1];
	bool hidden;
};

/**
 * vm_cmdline_decode - understand the command line of a VMM
 * @buf:	contents of /proc/<pid>/cmdline, or their beginning
 * @len:	how many bytes
 * @vm:		result
 *
 * Names are found in qemu's -name ("NAME", "guest=NAME", doubled commas), in
 * --id of Firecracker, in the API socket of Cloud Hypervisor, and in --name of
 * crosvm and kvmtool. The last one given wins, as it does in the VMMs.
 *
 * Return: 0, or -ENOENT if the program is no VMM that we know.
 */
int vm_cmdline_decode(const char *buf, size_t len, struct vm_cmdline *vm);

#endif
