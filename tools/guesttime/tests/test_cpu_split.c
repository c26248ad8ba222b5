// SPDX-License-Identifier: GPL-2.0-only
/* Known and unknown parts of a time, and their sums. */
#include "cmocka_all.h"

#include "cpu_split.h"

static const struct cpu_times typical = {
	.utime = 1000, .stime = 50, .gtime = 900, .gutime = 600, .gstime = 200,
	.has_cpu = true, .has_gtime = true, .has_split = true,
};

static void assert_value(struct value value, double expected)
{
	assert_true(value.known);
	assert_float_equal(value.v, expected, 1e-9);
}

static void derives_columns(void **state)
{
	struct cpu_split s = cpu_split_of(&typical, 0.01, CPU_SPLIT_TOTALS);

	assert_value(s.guest_user, 6);
	assert_value(s.guest_system, 2);
	assert_value(s.unclassified, 1);
	assert_value(s.host_user, 1);
	assert_value(s.host_system, 0.5);
	assert_value(s.total, 10.5);
}

static void stock_kernel_knows_no_split(void **state)
{
	struct cpu_times t = typical;
	struct cpu_split s;

	t.has_split = false;
	s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);
	assert_false(s.guest_user.known);
	assert_false(s.guest_system.known);
	assert_value(s.unclassified, 900);
	assert_value(s.host_user, 100);

	t.gtime = 0;
	s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);
	assert_false(s.guest_user.known);
}

/* Collection off, or a hidden guest: zero would be a claim nobody can make. */
static void nothing_classified_is_not_zero(void **state)
{
	struct cpu_times t = typical;
	struct cpu_split s;

	t.gutime = 0;
	t.gstime = 0;
	s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);
	assert_false(s.guest_user.known);
	assert_false(s.guest_system.known);
	assert_value(s.unclassified, 900);
	s = cpu_split_of(&t, 1, CPU_SPLIT_DELTA);
	assert_false(s.guest_user.known);

	/* All of it in one ring is a fact about the other. */
	t.gutime = 900;
	s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);
	assert_value(s.guest_system, 0);
	/* And who ran no guest spent no time in either. */
	t.gutime = 0;
	t.gtime = 0;
	s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);
	assert_value(s.guest_user, 0);
	assert_value(s.guest_system, 0);
	assert_value(s.unclassified, 0);
}

static void unknown_guest_time_hides_host_user(void **state)
{
	struct cpu_times t = typical;
	struct cpu_split s;

	t.has_gtime = false;
	s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);
	assert_value(s.guest_user, 600);
	assert_false(s.unclassified.known);
	assert_false(s.host_user.known);
	assert_value(s.host_system, 50);

	t.gutime = 0;
	t.gstime = 0;
	s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);
	assert_false(s.guest_user.known);
}

static void unknown_times_give_no_split(void **state)
{
	struct cpu_times t = { .utime = 1, .stime = 2, .gtime = 3, .gutime = 4, .gstime = 5 };
	struct cpu_split s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);

	assert_false(s.guest_user.known || s.guest_system.known || s.unclassified.known ||
		     s.host_user.known || s.host_system.known || s.total.known);
	assert_false(cpu_ran_guest(&t));
}

static void parts_beyond_the_whole_hide_unclassified(void **state)
{
	struct cpu_times t = typical;
	struct cpu_split s;

	t.gutime = 800;
	s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);
	assert_false(s.unclassified.known);
	/* Waiting time classified within the interval. */
	s = cpu_split_of(&t, 1, CPU_SPLIT_DELTA);
	assert_value(s.unclassified, 0);

	t.gutime = UINT64_MAX;
	t.gstime = UINT64_MAX;
	s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);
	assert_false(s.unclassified.known);
}

static void host_user_is_clamped(void **state)
{
	struct cpu_times t = typical;
	struct cpu_split s;

	t.utime = 890;	/* utime is scaled by the kernel, guest time is not */
	s = cpu_split_of(&t, 1, CPU_SPLIT_TOTALS);
	assert_value(s.host_user, 0);
}

static void differences_never_fall_below_zero(void **state)
{
	struct cpu_times now = typical, before = typical, d;

	now.utime += 7;
	now.gstime += 3;
	before.stime += 1;	/* going back counts as standing still */
	d = cpu_times_sub(&now, &before);
	assert_int_equal(d.utime, 7);
	assert_int_equal(d.stime, 0);
	assert_int_equal(d.gtime, 0);
	assert_int_equal(d.gstime, 3);
	assert_true(d.has_split);
	before.has_split = false;
	assert_false(cpu_times_sub(&now, &before).has_split);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(derives_columns),
		cmocka_unit_test(stock_kernel_knows_no_split),
		cmocka_unit_test(nothing_classified_is_not_zero),
		cmocka_unit_test(unknown_guest_time_hides_host_user),
		cmocka_unit_test(unknown_times_give_no_split),
		cmocka_unit_test(parts_beyond_the_whole_hide_unclassified),
		cmocka_unit_test(host_user_is_clamped),
		cmocka_unit_test(differences_never_fall_below_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
