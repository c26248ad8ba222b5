// SPDX-License-Identifier: GPL-2.0-only
/*
 * Init of the Linux guest.  It alternates instructions in user space and system calls.  The
 * kernel command line gives their amounts (user=N, zeros=BYTES).
 *
 * After each LINUX_GUEST_LOOPS loops it tells the VMM.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linux_vmm.h"
#include "linux_guest.h"

static unsigned long number(const char *name)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : 0;
}

int main(void)
{
	unsigned long user = number("user"), zeros = number("zeros");
	static char buf[65536];
	char tell[] = "<0>.\n";
	unsigned int told = 0;
	int fd, kmsg;

	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	fd = open("/dev/zero", O_RDONLY);
	kmsg = open("/dev/kmsg", O_WRONLY);
	if (fd < 0 || kmsg < 0 || zeros > sizeof(buf))
		return 1;
	for (;;) {
		unsigned long insns = linux_guest_insns(user, told);
		int i;

		tell[3] = LINUX_TELL[told++ % 2];
		if (write(kmsg, tell, sizeof(tell) - 1) < 0)
			return 1;
		for (i = 0; i < LINUX_GUEST_LOOPS; i++) {
			unsigned long n = insns / 2;

			if (n)
				asm volatile("1: dec %0; jnz 1b" : "+r" (n));
			if (zeros && read(fd, buf, zeros) < 0)
				return 1;
		}
	}
}
