// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the decoder of command lines and the three ways to print a name. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "vm_cmdline.h"

/* No control byte, and no quote or backslash that does not belong to an escape. */
static void check_json(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < 0x20 || *s == '"')
			abort();
		if (*s == '\\' && !strchr("\"\\ntru", *++s))
			abort();
	}
}

static void check_terminal(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char out[ESCAPE_ROOM(VM_NAME_MAX)];
	struct vm_cmdline vm;
	const char *name = vm.name;
	size_t room;

	if (vm_cmdline_decode((const char *)data, size, &vm))
		return 0;
	if (!vm.vmm || strlen(name) > VM_NAME_MAX || strlen(vm.id) > VM_NAME_MAX ||
	    (*vm.uuid && strlen(vm.uuid) != VM_UUID_LEN))
		abort();
	escape_json(name, out, sizeof(out));
	check_json(out);
	escape_prometheus(name, out, sizeof(out));
	if (strchr(out, '\n'))
		abort();
	escape_terminal(name, false, (size_t)-1, out, sizeof(out));
	check_terminal(out);
	for (room = 1; room < 16; room++) {
		escape_json(name, out, room);
		if (strlen(out) >= room)
			abort();
		escape_terminal(name, true, room, out, room);
		if (strlen(out) >= room)
			abort();
	}
	return 0;
}
