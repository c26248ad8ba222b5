// SPDX-License-Identifier: GPL-2.0-only
/* Where the frames of a recording are. */
#include "record_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "grow.h"

static int add(struct record_index *index, size_t offset)
{
	if (grow(&index->offsets, &index->room, index->n + 1, sizeof(*index->offsets)))
		return -ENOMEM;
	index->offsets[index->n++] = offset;
	return 0;
}

const unsigned char record_magic[RECORD_MAGIC_LEN] = { 0x28, 0xb5, 0x2f, 0xfd };

int record_index(const void *data, size_t len, struct record_index *index)
{
	const char *p = data;
	size_t size;
	int rc;

	/* Less than the magic may be the beginning of a frame that was cut. */
	if (memcmp(p, record_magic, len < RECORD_MAGIC_LEN ? len : RECORD_MAGIC_LEN))
		return -EBADMSG;
	while (index->end < len) {
		size = ZSTD_findFrameCompressedSize(p + index->end, len - index->end);
		if (ZSTD_isError(size) || !size)
			break;
		rc = add(index, index->end);
		if (rc)
			return rc;
		index->end += size;
	}
	return 0;
}

void record_index_free(struct record_index *index)
{
	free(index->offsets);
	memset(index, 0, sizeof(*index));
}
