// SPDX-License-Identifier: GPL-2.0-only
/* A file that is replaced at once, or stays. */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_replace.h"

static char dir[64], path[128], beside[160];

static int setup(void **state)
{
	strcpy(dir, "/tmp/guesttime-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/x.prom", dir);
	snprintf(beside, sizeof(beside), "%s.new", path);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	rmdir(path);
	unlink(beside);
	rmdir(dir);
	return 0;
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void contains(const char *text)
{
	char buf[64] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	buf[fread(buf, 1, sizeof(buf) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(buf, text);
}

static void commit_replaces_the_old_file(void **state)
{
	struct file_replace file;

	write_file(path, "old");
	write_file(beside, "left by a writer that was killed");
	assert_int_equal(file_replace_begin(&file, path), 0);
	fputs("new", file.out);
	fflush(file.out);
	contains("old");
	assert_int_equal(file_replace_commit(&file), 0);
	contains("new");
	assert_int_equal(access(beside, F_OK), -1);
}

static void abort_leaves_the_old_file(void **state)
{
	struct file_replace file;

	write_file(path, "old");
	assert_int_equal(file_replace_begin(&file, path), 0);
	fputs("new", file.out);
	file_replace_abort(&file);
	contains("old");
	assert_int_equal(access(beside, F_OK), -1);
}

static void second_writer_is_refused(void **state)
{
	struct file_replace first, second;

	assert_int_equal(file_replace_begin(&first, path), 0);
	assert_int_equal(file_replace_begin(&second, path), -EBUSY);
	fputs("first", first.out);
	assert_int_equal(file_replace_commit(&first), 0);
	contains("first");
	assert_int_equal(file_replace_begin(&second, path), 0);
	assert_int_equal(file_replace_commit(&second), 0);
	contains("");
}

static void other_than_regular_files_are_refused(void **state)
{
	struct file_replace file;

	assert_int_equal(file_replace_begin(&file, "/dev/null"), -EINVAL);
	assert_int_equal(file_replace_begin(&file, dir), -EINVAL);
	assert_int_equal(mkfifo(beside, 0600), 0);
	assert_true(file_replace_begin(&file, path) < 0);
	unlink(beside);
	/* Nobody is led to another file by a link in a folder of others. */
	assert_int_equal(symlink("/dev/null", beside), 0);
	assert_int_equal(file_replace_begin(&file, path), -ELOOP);
	strcpy(beside + strlen(dir), "/none/x");
	assert_int_equal(file_replace_begin(&file, beside), -ENOENT);
	snprintf(beside, sizeof(beside), "%s.new", path);
}

static void says_that_the_disk_is_full(void **state)
{
	struct file_replace file;

	write_file(path, "old");
	assert_int_equal(file_replace_begin(&file, path), 0);
	fclose(file.out);
	file.out = fopen("/dev/full", "w");
	fputs("new", file.out);
	assert_int_equal(file_replace_commit(&file), -ENOSPC);
	contains("old");
}

int main(void)
{
#define CASE(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(commit_replaces_the_old_file),
		CASE(abort_leaves_the_old_file),
		CASE(second_writer_is_refused),
		CASE(other_than_regular_files_are_refused),
		CASE(says_that_the_disk_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
