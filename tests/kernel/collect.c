// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "collect.h"
#include "file.h"

int collect_write(const char *value)
{
	return write_file(COLLECT_PATH, value);
}

int collect_read(void)
{
	return number_in(COLLECT_PATH);
}

void collect_set(int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%d\n", value);
	put_file(COLLECT_PATH, text);
}
