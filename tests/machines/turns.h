/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Turns for all CPUs of a machine that QEMU emulates with one thread in the time of
 * instructions (tests/machines/icount.sh).
 */
#ifndef TURNS_H
#define TURNS_H

/**
 * turns_start() - Have busy CPUs give turns to those after them.
 *
 * Starts a process of real-time priority for each CPU but the last, which stays. To
 * be called with all CPUs online; they may go off and on line later.
 * Errors end the program.
 */
void turns_start(void);

#endif
