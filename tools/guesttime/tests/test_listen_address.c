// SPDX-License-Identifier: GPL-2.0-only
/* Addresses to listen on: those of this host alone. */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "listen_address.h"

static void takes_local_addresses(void **state)
{
	static const char *const cases[][2] = {
		{ "127.0.0.1:9819", "127.0.0.1:9819" }, { "127.9.9.9:0", "127.9.9.9:0" },
		{ "localhost:65535", "127.0.0.1:65535" }, { "[::1]:80", "[::1]:80" },
		{ "unix:/run/guesttime.sock", "unix:/run/guesttime.sock" },
	};
	struct listen_address address;
	char text[128];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(listen_address_decode(cases[i][0], &address), 0);
		listen_address_text(&address, text);
		assert_string_equal(text, cases[i][1]);
	}
}

static void refuses_other_addresses(void **state)
{
	static const char *const elsewhere[] = {
		"0.0.0.0:9819", ":9819", "[::]:9819", "192.168.0.1:80", "128.0.0.1:80",
		"[::ffff:127.0.0.1]:80", "[fe80::1]:80",
	};
	static const char *const wrong[] = {
		"", ":", "9819", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
		"127.0.0.1:99999999999", "127.0.0.1:-1", "127.0.0.1:1 ", "::1:80", "[::1:80", "::1]:80",
		"host.example:80", "[]:80", "[:80", "unix:", "unix:relative", "127.0.0.1.1:5",
		"1111111111111111111111111111111111111111111111111111111111111111111111:1",
	};
	struct listen_address address;
	size_t i;

	for (i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		if (listen_address_decode(elsewhere[i], &address) != -EADDRNOTAVAIL)
			fail_msg("taken: %s", elsewhere[i]);
	}
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (listen_address_decode(wrong[i], &address) != -EINVAL)
			fail_msg("taken: %s", wrong[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_local_addresses),
		cmocka_unit_test(refuses_other_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
