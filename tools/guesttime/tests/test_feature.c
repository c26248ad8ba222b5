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

	proc_tree_create(&tree);
	assert_int_equal(feature_read(tree.fd).state, FEATURE_ABSENT);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		proc_tree_write(&tree, SYSCTL, cases[i].text, strlen(cases[i].text));
		assert_int_equal(feature_read(tree.fd).state, cases[i].expected);
	}
	proc_tree_destroy(&tree);
}

/* Only the named line tells: 56 fields may be another kernel's. */
static void recognises_the_feature(void **state)
{
	static const char stock[] = "Name:\tx\nTgid:\t1\n";
	static const char patched[] = "Name:\tx\nTgid:\t1\nGuestUser:\t0 us\n";
	static const struct proc_tree_task task = { .pid = 1, .comm = "x", .fields = 56 };
	struct proc_tree tree;

	proc_tree_create(&tree);
	proc_tree_task(&tree, &task);
	assert_false(feature_read(tree.fd).split);
	proc_tree_write(&tree, "self/status", stock, sizeof(stock) - 1);
	assert_false(feature_read(tree.fd).split);
	proc_tree_write(&tree, "self/status", patched, sizeof(patched) - 1);
	assert_true(feature_read(tree.fd).split);
	proc_tree_destroy(&tree);
}

static const char *advice(bool split, enum feature_state state)
{
	const struct feature feature = { .split = split, .state = state };

	return feature_advice(&feature);
}

static void advice_depends_on_the_state(void **state)
{
	assert_null(advice(true, FEATURE_ON));
	assert_non_null(strstr(advice(true, FEATURE_OFF),
				"sysctl kernel.collect_guest_utilization=1"));
	assert_non_null(strstr(advice(false, FEATURE_ABSENT), "guesttime status"));
	assert_non_null(strstr(advice(false, FEATURE_ON), "guesttime status"));
	assert_non_null(strstr(advice(true, FEATURE_ABSENT), "cannot read"));
	assert_non_null(strstr(advice(true, FEATURE_UNREADABLE), "cannot read"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_sysctl),
		cmocka_unit_test(recognises_the_feature),
		cmocka_unit_test(advice_depends_on_the_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
