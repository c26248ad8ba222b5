/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_TESTS_CMOCKA_ALL_H
#define GUESTTIME_TESTS_CMOCKA_ALL_H

/* cmocka.h wants these before it, in this order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
