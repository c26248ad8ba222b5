/* SPDX-License-Identifier: GPL-2.0-only */
/* The sysctl, again and again. */
#ifndef TESTS_FLIP_H
#define TESTS_FLIP_H

/*
 * For helper_start(): write each of the sysctl's values, in random order, and read it back,
 * until figures->stop.  Counts as toggles.
 */
void flip(void);

#endif /* TESTS_FLIP_H */
