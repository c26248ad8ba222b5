// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the decoder of /proc/<pid>/cgroup. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "vm_cgroup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vm_cgroup c;

	vm_cgroup_decode((const char *)data, size, &c);
	if (strlen(c.path) > VM_CGROUP_MAX || strlen(c.domain) > VM_DOMAIN_MAX ||
	    strlen(c.pod) > VM_POD_MAX || strlen(c.container) > VM_CONTAINER_MAX)
		abort();
	if (*c.path && *c.path != '/')
		abort();
	return 0;
}
