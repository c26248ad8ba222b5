// SPDX-License-Identifier: GPL-2.0-only
/* The decoder of the Tgid line. */
#include "cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "proc_status.h"

static int decode(const char *text, uint32_t *tgid)
{
	return proc_status_tgid(text, strlen(text), tgid);
}

static void finds_the_tgid(void **state)
{
	uint32_t tgid = 0;

	assert_int_equal(decode("Name:\tCPU 0/KVM\nTgid:\t4711\nPid:\t1\n", &tgid), 0);
	assert_int_equal(tgid, 4711);
}

static void refuses_lines_that_are_no_tgid(void **state)
{
	static const char *const texts[] = {
		"", "Name:\tx\n", "NStgid:\t5\n", "Tgid:\t\n", "Tgid:\t12", "Tgid:\t1x\n",
		"Tgid:\t-1\n", "Tgid:\t99999999999\n", "Name:\tTgid:\t7\n",
	};
	uint32_t tgid;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (decode(texts[i], &tgid) != -EBADMSG)
			fail_msg("accepted: %s", texts[i]);
	}
}

static void finds_the_split(void **state)
{
	static const char with[] = "Name:\tx\nGuestUser:\t0 us\nGuestSystem:\t0 us\n";
	static const char without[] = "Name:\tGuestUser:\t1\nxGuestUser:\t1\nGuestUsers:\t1\n";
	size_t i;

	assert_true(proc_status_has_split(with, sizeof(with) - 1));
	assert_false(proc_status_has_split(without, sizeof(without) - 1));
	for (i = 0; i < 10; i++)
		assert_false(proc_status_has_split(with, i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_tgid),
		cmocka_unit_test(refuses_lines_that_are_no_tgid),
		cmocka_unit_test(finds_the_split),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
