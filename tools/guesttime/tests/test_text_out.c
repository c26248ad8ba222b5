// SPDX-License-Identifier: GPL-2.0-only
/* Numbers beside printf(), and text in pieces. */
#include "cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text_out.h"

static const char *number(double v, int decimals)
{
	static char out[NUMBER_ROOM + 1];

	out[number_format(out, v, decimals)] = '\0';
	return out;
}

/* All that a percentage can be, and all that a time in microseconds begins with. */
static void prints_as_printf(void **state)
{
	char want[NUMBER_ROOM];
	int i, decimals;

	for (i = 0; i < 100000; i++) {
		for (decimals = 0; decimals <= 6; decimals++) {
			double v = i / pow(10, decimals);

			snprintf(want, sizeof(want), "%.*f", decimals, v);
			assert_string_equal(number(v, decimals), want);
		}
	}
}

static void rounds_to_the_nearest(void **state)
{
	assert_string_equal(number(0.125, 2), "0.13");
	assert_string_equal(number(0.124999, 2), "0.12");
	assert_string_equal(number(9.995001, 2), "10.00");
	assert_string_equal(number(0.5, 0), "1");
	assert_string_equal(number(0.49, 0), "0");
}

/* Beyond whole numbers that a double has exactly, printf() does it. */
static void prints_any_double(void **state)
{
	static const double values[] = {
		9.1e15, 1e17, 1.7976931348623157e308, -1, -0.004, 8999999999999998.0, INFINITY, NAN,
	};
	char want[NUMBER_ROOM];
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(want, sizeof(want), "%.2f", values[i]);
		assert_string_equal(number(values[i], 2), want);
	}
}

/* Red: bytes lost or doubled where the buffer is full. */
static void keeps_every_byte(void **state)
{
	static struct text_out text;
	char *got = NULL, want[16];
	size_t len = 0, at = 0;
	FILE *f = open_memstream(&got, &len);
	int i;

	text.out = f;
	for (i = 0; i < 50000; i++) {
		text_number(&text, i, 0);
		text_string(&text, "abc");
		text_char(&text, '\n');
	}
	text_flush(&text);
	fclose(f);
	for (i = 0; i < 50000; i++) {
		snprintf(want, sizeof(want), "%dabc\n", i);
		assert_memory_equal(got + at, want, strlen(want));
		at += strlen(want);
	}
	assert_int_equal(at, len);
	free(got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_as_printf),
		cmocka_unit_test(rounds_to_the_nearest),
		cmocka_unit_test(prints_any_double),
		cmocka_unit_test(keeps_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
