// SPDX-License-Identifier: GPL-2.0-only
/* Flat JSON objects, good and bad. */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "json_line.h"

static char seen[512];

static int note(void *arg, const char *key, const struct json_value *value)
{
	size_t len = strlen(seen);

	if (!strcmp(key, "stop"))
		return 7;
	if (value->kind == JSON_TEXT)
		snprintf(seen + len, sizeof(seen) - len, "%s='%s' ", key, value->text);
	else
		snprintf(seen + len, sizeof(seen) - len, "%s:%d:%g ", key, value->kind,
			 value->number);
	return 0;
}

static int decode(const char *text)
{
	char *line = test_malloc(strlen(text) + 1);
	int rc;

	/* Not terminated: no byte after the last may be read. */
	memcpy(line, text, strlen(text));
	seen[0] = '\0';
	rc = json_line_decode(line, strlen(text), note, NULL);
	test_free(line);
	return rc;
}

static void decodes_json_objects(void **state)
{
	assert_int_equal(decode("{\"a\":1.5,\"b\":null , \"c\":true,\"d\":false,\"e\":-2e3}"), 0);
	assert_string_equal(seen, "a:2:1.5 b:0:0 c:1:1 d:1:0 e:2:-2000 ");
	assert_int_equal(decode("{\"a\":\"x\\\"\\\\\\n\\t\\u0041\\u00E9\\u20Ac\\ud83d\\ude00\"}"), 0);
	assert_string_equal(seen, "a='x\"\\\n\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80' ");
	assert_int_equal(decode("{}"), 0);
	assert_int_equal(decode(" { } "), 0);
	assert_int_equal(decode("{\"a\":1,\"stop\":2,\"b\":3}"), 7);
	assert_string_equal(seen, "a:2:1 ");
}

static void refuses_malformed_json(void **state)
{
	static const char *const texts[] = {
		"", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{\"a\":1}x",
		"{\"a\":1 \"b\":2}", "{a:1}", "{\"a\":[1]}", "{\"a\":{}}", "{\"a\":nul}",
		"{\"a\":1x}", "{\"a\":\"x}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u004g\"}", "{\"a\":\"\\u004G\"}",
		"{\"a\":\"\\u0000\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\ud800\\u0041\"}",
		"{\"a\":\"\\udc00\"}", "{\"a\":\"\n\"}", "{\"a\":--1}", "{\"a\":.}", "[1]",
		"{\"a\":\"\\",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (decode(texts[i]) != -EBADMSG)
			fail_msg("accepted: %s", texts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_json_objects),
		cmocka_unit_test(refuses_malformed_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
