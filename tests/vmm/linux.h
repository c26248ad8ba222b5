/* SPDX-License-Identifier: GPL-2.0-only */
/* A Linux guest: boots a bzImage with an initramfs, one vCPU, no devices. */
#ifndef VMM_LINUX_H
#define VMM_LINUX_H

/* The guest tells by writes to this port; see tests/bench/linux_guest.c. */
#define LINUX_PORT	0x10

/**
 * linux_run() - run a Linux guest in the calling thread
 * @kernel:    path of its bzImage
 * @initramfs: path of its initramfs
 * @cmdline:   its command line
 * @told:      called for each write of a 32-bit number to LINUX_PORT; the guest
 *             ends when it returns other than 0
 *
 * Errors are printed and end the process with status 1.
 */
void linux_run(const char *kernel, const char *initramfs, const char *cmdline,
	       int (*told)(unsigned int value));

#endif /* VMM_LINUX_H */
