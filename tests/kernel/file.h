/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads and writes of files in /proc, sysfs, debugfs and tracefs. */
#ifndef TESTS_FILE_H
#define TESTS_FILE_H

/* Write @text to the file @path by one write(2).  Returns 0, or the error number. */
int write_file(const char *path, const char *text);

/* Write @text to the file @path; a failure ends the program. */
void put_file(const char *path, const char *text);

/* The number in the file @path; a failure ends the program. */
int number_in(const char *path);

#endif /* TESTS_FILE_H */
