/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_TESTS_CMOCKA_ALL_H
#define GUESTTIME_TESTS_CMOCKA_ALL_H

/* cmocka.h wants these before it, in this order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* cmocka passes each test a state, which few use. The linker calls what a test wraps. */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

#endif
