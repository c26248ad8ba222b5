// SPDX-License-Identifier: GPL-2.0-only
/* The CPU lines of /proc/stat. */
#include "cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "host_cpu.h"

static void decodes_the_cpu_line(void **state)
{
	/* The numbers in brackets in proc(5), and two more of a kernel that has the feature. */
	static const char text[] =
		"cpu  1000 200 300 400 50 6 7 8 600 100 9 9\n"
		"cpu0 1 2 3 4 5 6 7 8 9 10\ncpu1 1 2 3 4 5 6 7 8 9 10\nintr 1 2\ncpu9 1\n";
	struct host_cpu cpu;

	assert_int_equal(host_cpu_decode(text, sizeof(text) - 1, &cpu), 0);
	assert_int_equal(cpu.user, 500);	/* 1000 - 600 and 200 - 100 */
	assert_int_equal(cpu.system, 313);
	assert_int_equal(cpu.guest, 700);
	assert_int_equal(cpu.idle, 450);
	assert_int_equal(cpu.steal, 8);
	assert_int_equal(cpu.cpus, 2);
}

static void refuses_other_cpu_lines(void **state)
{
	static const char *const texts[] = {
		"", "cpu ", "cpu  1 2 3 4 5 6 7 8 9 10", "cpu  1 2 3 4 5 6 7 8 9\n",
		"cpu  1 2 3 4 5 6 7 8 9 x\n", "cpu0 1 2 3 4 5 6 7 8 9 10\n", "x\n",
		"cpu  1 2 3 4 5 6 7 8 9 99999999999999999999\n",
	};
	struct host_cpu cpu;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (host_cpu_decode(texts[i], strlen(texts[i]), &cpu) != -EBADMSG)
			fail_msg("accepted: %s", texts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_the_cpu_line),
		cmocka_unit_test(refuses_other_cpu_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
