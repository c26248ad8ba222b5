/* SPDX-License-Identifier: GPL-2.0-only */
/* The sysctl kernel.collect_guest_utilization. */
#ifndef TESTS_COLLECT_H
#define TESTS_COLLECT_H

#define COLLECT_PATH	"/proc/sys/kernel/collect_guest_utilization"

/* Write @value by one write(2).  Returns 0, or the error number. */
int collect_write(const char *value);

int collect_read(void);

/* Set it; a failure ends the test program. */
void collect_set(int value);

#endif /* TESTS_COLLECT_H */
