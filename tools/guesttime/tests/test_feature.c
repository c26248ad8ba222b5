// SPDX-License-Identifier: GPL-2.0-only
/* The sysctl in all its states, and what the user is told. */
#include "cmocka_all.h"

#include <string.h>

#include "feature.h"
#include "proc_tree.h"

#define SYSCTL	"sys/kernel/collect_guest_utilization"

static void reads_the_sysctl(void **state)
{
	static const struct {
		const char *text;
		enum feature_state expected;
	} cases[] = {
		{ "0\n", FEATURE_OFF }, { "1\n", FEATURE_ON }, { "2\n", FEATURE_ON },
		{ "", FEATURE_UNREADABLE }, { "x\n", FEATURE_UNREADABLE },
	};
	struct proc_tree tree;
	size_t i;

	(void)state;
	proc_tree_create(&tree);
	assert_int_equal(feature_read(tree.fd), FEATURE_ABSENT);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		proc_tree_write(&tree, SYSCTL, cases[i].text, strlen(cases[i].text));
		assert_int_equal(feature_read(tree.fd), cases[i].expected);
	}
	proc_tree_destroy(&tree);
}

static void advises(void **state)
{
	(void)state;
	assert_null(feature_advice(FEATURE_ON, true));
	assert_non_null(strstr(feature_advice(FEATURE_OFF, true),
				"sysctl kernel.collect_guest_utilization=1"));
	assert_non_null(strstr(feature_advice(FEATURE_ABSENT, false), "CONFIG_GUEST_CPUTIME"));
	assert_null(strstr(feature_advice(FEATURE_ABSENT, true), "CONFIG_GUEST_CPUTIME"));
	assert_non_null(strstr(feature_advice(FEATURE_UNREADABLE, true), "cannot read"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_sysctl),
		cmocka_unit_test(advises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
