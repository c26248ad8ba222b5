/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Turns for all CPUs of a machine that QEMU emulates with one thread, and whose time is counted
 * in instructions (tests/machines/icount.sh).
 */
#ifndef TURNS_H
#define TURNS_H

/**
 * turns_start() - Have busy CPUs give turns to the CPUs after them.
 *
 * Starts a process of real-time priority for each CPU but the last. The processes do not end. Call
 * it with all CPUs online; CPUs may go off and on line later.
 * Errors end the program.
 */
void turns_start(void);

#endif
