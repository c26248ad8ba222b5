/* SPDX-License-Identifier: GPL-2.0-only */
/* A Linux guest: boots a bzImage with an initramfs, one vCPU, no devices. */
#ifndef LINUX_VMM_H
#define LINUX_VMM_H

/*
 * The guest reports progress by these two characters on its serial port. They alternate, since the
 * kernel may write a message more than once. Its user space writes them to /dev/kmsg, as it may not
 * write to ports; LINUX_CONSOLE on its command line sends messages to the serial port.
 */
#define LINUX_TELL	"@#"
#define LINUX_CONSOLE	"earlyprintk=ttyS0,keep printk.devkmsg=on"

/**
 * linux_run() - run a Linux guest in the calling thread
 * @kernel:    path of its bzImage
 * @initramfs: path of its initramfs
 * @cmdline:   its command line
 * @told:      called each time that the next character of LINUX_TELL comes, with the number of
 *             earlier ones; the guest ends when it returns other than 0
 *
 * Errors are printed and end the process with status 1. The function is NULL where guests are not
 * x86: the VMM boots no other Linux.
 */
__attribute__((weak))
void linux_run(const char *kernel, const char *initramfs, const char *cmdline,
	       int (*told)(unsigned int count));

#endif /* LINUX_VMM_H */
