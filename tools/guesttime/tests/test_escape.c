// SPDX-License-Identifier: GPL-2.0-only
/* Hostile names in each format. */
#include "cmocka_all.h"

#include <locale.h>
#include <string.h>

#include "escape.h"

#define ALL	((size_t)-1)

static void assert_terminal(const char *in, bool utf8, const char *expected, size_t columns)
{
	char out[256];

	assert_int_equal(escape_terminal(in, utf8, ALL, out, sizeof(out)), columns);
	assert_string_equal(out, expected);
}

static void terminal_escapes(void **state)
{
	assert_terminal("vm 1 (a)", false, "vm 1 (a)", 8);
	assert_terminal("a\nb\tc\rd", false, "a\\nb\\tc\\rd", 10);
	assert_terminal("\033[31m", false, "\\x1b[31m", 8);
	assert_terminal("a\\nb", false, "a\\\\nb", 5);
	assert_terminal("\x7f\xff", true, "\\x7f\\xff", 8);
	assert_terminal("\xc3\xa9", false, "\\xc3\\xa9", 8);	/* é */
}

static void terminal_keeps_utf8(void **state)
{
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		skip();
	assert_terminal("\xc3\xa9", true, "\xc3\xa9", 1);
	assert_terminal("\xe6\xbc\xa2", true, "\xe6\xbc\xa2", 2);	/* wide */
	assert_terminal("\xe2\x80\xae", true, "\\xe2\\x80\\xae", 12);	/* right to left */
	assert_terminal("\xc2\x9b", true, "\\xc2\\x9b", 8);		/* C1 control */
	assert_terminal("\xc0\xaf\xed\xa0\x80", true,			/* overlong, surrogate */
			"\\xc0\\xaf\\xed\\xa0\\x80", 20);
	assert_terminal("\xc3", true, "\\xc3", 4);			/* cut */
}

static void terminal_fits(void **state)
{
	char out[256];

	assert_int_equal(escape_terminal("abcdef", false, 6, out, sizeof(out)), 6);
	assert_string_equal(out, "abcdef");
	assert_int_equal(escape_terminal("abcdef", false, 5, out, sizeof(out)), 5);
	assert_string_equal(out, "abcd+");
	assert_int_equal(escape_terminal("abc\ndef", false, 5, out, sizeof(out)), 4);
	assert_string_equal(out, "abc+");	/* an escape is never cut */
	assert_int_equal(escape_terminal("abc", false, 1, out, sizeof(out)), 1);
	assert_string_equal(out, "+");
	assert_int_equal(escape_terminal("abc", false, 0, out, sizeof(out)), 0);
	assert_string_equal(out, "");
	assert_int_equal(escape_terminal("abcdef", false, ALL, out, 4), 3);
	assert_string_equal(out, "ab+");
	assert_int_equal(escape_terminal("abcdef", false, ALL, out, 1), 0);
	assert_string_equal(out, "");
}

static void json_escapes(void **state)
{
	/* The first and the last one of each length, and those beside the surrogates. */
	static const char bounds[] =
		"\xc2\x80 \xdf\xbf \xe0\xa0\x80 \xed\x9f\xbf "
		"\xee\x80\x80 \xef\xbf\xbf \xf0\x90\x80\x80 \xf4\x8f\xbf\xbf";
	char out[256];

	escape_json("a\"b\\c\nd\te\x01\x7f", out, sizeof(out));
	assert_string_equal(out, "a\\\"b\\\\c\\nd\\te\\u0001\\u007f");
	escape_json("\xc3\xa9 \xff\xc3", out, sizeof(out));
	assert_string_equal(out, "\xc3\xa9 \xef\xbf\xbd\xef\xbf\xbd");
	escape_json("\xf4\x90\x80\x80\xe0\x80\x80", out, sizeof(out));	/* too large, overlong */
	assert_int_equal(strlen(out), 7 * 3);
	escape_json(bounds, out, sizeof(out));
	assert_string_equal(out, bounds);
	escape_json("\xed\xa0\x80\xed\xbf\xbf", out, sizeof(out));	/* surrogates */
	assert_int_equal(strlen(out), 6 * 3);
	escape_json("ab\"", out, 4);	/* no half escapes */
	assert_string_equal(out, "ab");
}

static void prometheus_escapes(void **state)
{
	char out[256];

	escape_prometheus("a\"b\\c\nd\te", out, sizeof(out));
	assert_string_equal(out, "a\\\"b\\\\c\\nd\te");
	escape_prometheus("\xfe", out, sizeof(out));
	assert_string_equal(out, "\xef\xbf\xbd");
}

static void room_suffices(void **state)
{
	char in[32], out[ESCAPE_ROOM(31)];
	int byte;

	for (byte = 1; byte < 256; byte++) {
		memset(in, byte, 31);
		in[31] = '\0';
		escape_json(in, out, sizeof(out));
		assert_true(strlen(out) % 31 == 0 && strlen(out) >= 31);
		escape_prometheus(in, out, sizeof(out));
		assert_true(strlen(out) % 31 == 0 && strlen(out) >= 31);
		escape_terminal(in, true, ALL, out, sizeof(out));
		assert_true(strlen(out) % 31 == 0 && strlen(out) >= 31);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminal_escapes),
		cmocka_unit_test(terminal_keeps_utf8),
		cmocka_unit_test(terminal_fits),
		cmocka_unit_test(json_escapes),
		cmocka_unit_test(prometheus_escapes),
		cmocka_unit_test(room_suffices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
