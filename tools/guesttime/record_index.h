/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_RECORD_INDEX_H
#define GUESTTIME_RECORD_INDEX_H

#include <stddef.h>

/* A zstd frame begins with these bytes. */
#define RECORD_MAGIC_LEN	4
extern const unsigned char record_magic[RECORD_MAGIC_LEN];

/**
 * struct record_index - where the frames of a recording are
 * @offsets:	of each frame
 * @n:		whole frames
 * @end:	of the last whole frame
 */
struct record_index {
	size_t *offsets;
	size_t n;
	size_t room;
	size_t end;
};

/**
 * record_index - find the zstd frames in a file
 *
 * Return: 0; -EBADMSG if it does not begin with one; -ENOMEM.
 */
int record_index(const void *data, size_t len, struct record_index *index);

void record_index_free(struct record_index *index);

#endif
