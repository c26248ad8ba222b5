// SPDX-License-Identifier: GPL-2.0-only
/* The screens and keys of guesttime top, without a terminal. */
#include "cmocka_all.h"

#include <stdio.h>
#include <math.h>
#include <string.h>

#include "view.h"

static const struct vm_identity ids[] = {
	{ .uuid = "4dea22b3", .domain = "", .pod = "" },
	{ .uuid = "", .domain = "Prod", .pod = "" },
	{ .uuid = "", .domain = "", .pod = "8c3f" },
};

static struct row vms[3], threads[4];
static struct frame frame;

static struct value known(double v)
{
	return (struct value){ .v = v, .known = true };
}

static struct row row_of(uint32_t pid, uint32_t tid, const char *vm, double total, double user)
{
	return (struct row){
		.pid = pid, .tid = tid, .vm = vm,
		.split = { .total = known(total), .guest_user = known(user) },
	};
}

static struct view begin(void)
{
	int i;

	vms[0] = row_of(1, 1, "alpha", 10, 9);
	vms[1] = row_of(2, 2, "beta", 30, 2);
	vms[2] = row_of(3, 3, "gamma", 20, 5);
	for (i = 0; i < 3; i++)
		vms[i].id = &ids[i];
	threads[0] = row_of(2, 2, "beta", 1, 0);
	threads[1] = row_of(2, 22, "beta", 3, 1);
	threads[1].vcpu = known(1);
	threads[2] = row_of(2, 23, "beta", 4, 1);
	threads[2].vcpu = known(0);
	threads[3] = row_of(2, 24, "beta", 5, 1);
	frame = (struct frame){
		.vms = { .v = vms, .n = 3 }, .threads = { .v = threads, .n = 4 },
	};
	return (struct view){ .sort = { COLUMN_TOTAL, true } };
}

/* The lines, as "2 3 1"; threads as "2/23". The selected one in brackets. */
static const char *shown(struct view *view, size_t page)
{
	static char text[256];
	size_t i, len = 0;

	assert_int_equal(view_show(view, &frame, page), 0);
	text[0] = '\0';
	for (i = view->first; i < view->n && i < view->first + page; i++) {
		const struct view_line *line = &view->lines[i];
		bool at = i == view->at;

		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s%u", i > view->first ?
					" " : "", at ? "[" : "", line->row->pid);
		if (line->thread)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "/%u", line->row->tid);
		if (at)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "]");
	}
	return text;
}

static void press(struct view *view, const char *keys)
{
	for (; *keys; keys++) {
		enum view_key key = *keys == 'k' ? VIEW_UP : *keys == 'j' ? VIEW_DOWN :
				    *keys == 'o' ? VIEW_OPEN : *keys == 's' ? VIEW_SORT :
				    *keys == 'r' ? VIEW_REVERSE : *keys == 'e' ? VIEW_ESCAPE :
				    *keys == 'h' ? VIEW_HELP : *keys == 'G' ? VIEW_LAST :
				    *keys == 'd' ? VIEW_PAGE_DOWN : *keys == 'p' ? VIEW_PAUSE :
				    VIEW_FILTER;

		assert_true(view_press(view, key));
	}
}

static void keys_sort_vms(void **state)
{
	struct view view = begin();

	assert_string_equal(shown(&view, 9), "[2] 3 1");
	press(&view, "r");
	assert_string_equal(shown(&view, 9), "[1] 3 2");
	press(&view, "rs");
	assert_int_equal(view.sort.column, COLUMN_GUEST_USER);
	assert_string_equal(shown(&view, 9), "[1] 3 2");
	press(&view, "sssss");
	assert_int_equal(view.sort.column, COLUMN_VM);
	assert_string_equal(shown(&view, 9), "[1] 2 3");
	press(&view, "s");
	assert_int_equal(view.sort.column, COLUMN_TOTAL);
	view_free(&view);
}

/* The selected VM stays selected wherever it goes; until one is chosen, the worst is. */
static void selection_follows_its_vm(void **state)
{
	struct view view = begin();

	assert_string_equal(shown(&view, 9), "[2] 3 1");
	press(&view, "j");
	assert_string_equal(shown(&view, 9), "2 [3] 1");
	press(&view, "r");
	vms[1].split.total.v = 25;
	assert_string_equal(shown(&view, 9), "1 [3] 2");
	press(&view, "G");
	assert_string_equal(shown(&view, 2), "3 [2]");
	press(&view, "kk");
	assert_string_equal(shown(&view, 2), "[1] 3");
	press(&view, "k");
	assert_string_equal(shown(&view, 2), "[1] 3");
	press(&view, "d");
	assert_string_equal(shown(&view, 2), "3 [2]");
	/* Two of them end. */
	frame.vms.n = 1;
	shown(&view, 2);
	assert_int_equal(view.n, 1);
	assert_int_equal(view.at, 0);
	frame.vms.n = 0;
	assert_string_equal(shown(&view, 2), "");
	press(&view, "jkod");
	view_free(&view);
}

static void keys_open_and_close_a_vm(void **state)
{
	struct view view = begin();

	shown(&view, 9);
	press(&view, "o");
	/* vCPUs in their order, then the busiest of the others. */
	assert_string_equal(shown(&view, 9), "[2] 2/23 2/22 2/24 2/2 3 1");
	press(&view, "jj");
	assert_string_equal(shown(&view, 9), "2 2/23 [2/22] 2/24 2/2 3 1");
	press(&view, "o");
	assert_string_equal(shown(&view, 9), "[2] 3 1");
	press(&view, "o");
	shown(&view, 9);
	press(&view, "e");
	assert_string_equal(shown(&view, 9), "[2] 3 1");
	view_free(&view);
}

static void type(struct view *view, const char *text)
{
	for (; *text; text++)
		view_type(view, *text);
}

static void typed_filter_chooses_vms(void **state)
{
	static const struct {
		const char *text, *lines;
	} cases[] = {
		{ "ALPH", "[1]" }, { "4dea", "[1]" }, { "prod", "[2]" }, { "8C3F", "[3]" },
		{ "a", "[2] 3 1" }, { "zzz", "" },
	};
	struct view view = begin();
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		press(&view, "/");
		assert_true(view.typing);
		type(&view, cases[i].text);
		press(&view, "o");
		assert_false(view.typing);
		assert_string_equal(shown(&view, 9), cases[i].lines);
		press(&view, "e");
		assert_string_equal(view.filter, "");
	}
	assert_string_equal(shown(&view, 9), "[2] 3 1");
	type(&view, "x\xc3\xa9\b\x1b\x7f");
	assert_string_equal(view.filter, "x");
	type(&view, "\b\b");
	assert_string_equal(view.filter, "");
	for (i = 0; i < 100; i++)
		type(&view, "y");
	assert_int_equal(strlen(view.filter), VIEW_FILTER_MAX);
	view_free(&view);
}

static void keys_show_help_and_quit(void **state)
{
	struct view view = begin();

	press(&view, "h");
	assert_true(view.help);
	press(&view, "r");		/* leaves the help, and does no more */
	assert_false(view.help);
	assert_true(view.sort.descending);
	press(&view, "p");
	assert_true(view.paused);
	press(&view, "p");
	assert_false(view.paused);
	assert_false(view_press(&view, VIEW_QUIT));
}

/* Red when: a number is converted before it is bounded, or NaN passes the bound. */
static void draws_bars_of_any_numbers(void **state)
{
	static const double fulls[] = { 100, 1e-300, 1e308, INFINITY, NAN };
	struct cpu_split split = {
		.guest_user = known(50), .guest_system = known(1e300), .unclassified = known(NAN),
		.host_user = known(1e308), .host_system = known(1e308),
	};
	size_t cells[VIEW_PARTS], sum, i, k;

	for (k = 0; k < sizeof(fulls) / sizeof(fulls[0]); k++) {
		view_bar(&split, fulls[k], 16, cells);
		for (sum = 0, i = 0; i < VIEW_PARTS; i++) {
			assert_true(cells[i] <= 16);
			sum += cells[i];
		}
		assert_true(sum <= 16);
	}
}

static void draws_bars(void **state)
{
	struct cpu_split split = {
		.guest_user = known(50), .guest_system = known(25), .unclassified = known(0),
		.host_user = known(12.5), .host_system = known(12.5),
	};
	size_t cells[VIEW_PARTS], width, sum, i;

	view_bar(&split, 200, 16, cells);
	assert_int_equal(cells[0], 4);
	assert_int_equal(cells[1], 2);
	assert_int_equal(cells[2], 0);
	assert_int_equal(cells[3], 1);
	assert_int_equal(cells[4], 1);
	/* Never longer than it may be; full if it is. */
	for (width = 0; width < 100; width++) {
		view_bar(&split, 100, width, cells);
		for (sum = 0, i = 0; i < VIEW_PARTS; i++)
			sum += cells[i];
		assert_int_equal(sum, width);
		view_bar(&split, 10, width, cells);
		for (sum = 0, i = 0; i < VIEW_PARTS; i++)
			sum += cells[i];
		assert_int_equal(sum, width);
	}
	split.guest_user.known = false;
	view_bar(&split, 100, 100, cells);
	assert_int_equal(cells[0], 0);
	assert_int_equal(cells[1], 25);
	view_bar(&split, 0, 10, cells);
	assert_int_equal(cells[1], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_sort_vms),
		cmocka_unit_test(selection_follows_its_vm),
		cmocka_unit_test(keys_open_and_close_a_vm),
		cmocka_unit_test(typed_filter_chooses_vms),
		cmocka_unit_test(keys_show_help_and_quit),
		cmocka_unit_test(draws_bars),
		cmocka_unit_test(draws_bars_of_any_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
