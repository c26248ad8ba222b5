/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_VCPU_NAME_H
#define GUESTTIME_VCPU_NAME_H

#include <stdbool.h>
#include <stdint.h>

/**
 * vcpu_name_decode - the index of a vCPU from its thread's name
 * @comm:	"CPU 3/KVM" of qemu, "fc_vcpu 3" of Firecracker, "vcpu3" of Cloud
 *		Hypervisor, "crosvm_vcpu3", "kvm-vcpu-3" of kvmtool
 *
 * Return: whether it is such a name, and @index.
 */
bool vcpu_name_decode(const char *comm, uint32_t *index);

#endif
