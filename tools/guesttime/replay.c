// SPDX-License-Identifier: GPL-2.0-only
/* Reading recordings. */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "record_index.h"

/* A frame larger than this was not written by us: 1 000 VMs take some 4 MiB. */
#define TEXT_MAX	(256u << 20)

struct replay {
	void *map;
	size_t len;
	struct record_index index;
	char *text;
	size_t room;
	struct frame frame;
	struct vm_identities ids;
};

static int map_file(struct replay *replay, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		rc = -errno;
	else if (!S_ISREG(st.st_mode) || !st.st_size)
		rc = -EBADMSG;
	if (!rc) {
		replay->map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		replay->len = (size_t)st.st_size;
		if (replay->map == MAP_FAILED) {
			rc = -errno;
			replay->map = NULL;
		}
	}
	close(fd);
	return rc;
}

int replay_open(const char *path, struct replay **replayp)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	int rc;

	*replayp = NULL;
	if (!replay)
		return -ENOMEM;
	rc = map_file(replay, path);
	if (!rc)
		rc = record_index(replay->map, replay->len, &replay->index);
	if (!rc && !replay->index.n)
		rc = -EBADMSG;
	if (rc) {
		replay_close(replay);
		return rc;
	}
	*replayp = replay;
	return 0;
}

size_t replay_frames(const struct replay *replay)
{
	return replay->index.n;
}

bool replay_cut(const struct replay *replay)
{
	return replay->index.end < replay->len;
}

static int unpack(struct replay *replay, size_t at, size_t *len)
{
	const char *packed = (const char *)replay->map + replay->index.offsets[at];
	size_t end = at + 1 < replay->index.n ? replay->index.offsets[at + 1] : replay->index.end;
	size_t packed_len = end - replay->index.offsets[at];
	unsigned long long size = ZSTD_getFrameContentSize(packed, packed_len);
	char *p;

	if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > TEXT_MAX)
		return -EBADMSG;
	if (size > replay->room) {
		p = realloc(replay->text, (size_t)size);
		if (!p)
			return -ENOMEM;
		replay->text = p;
		replay->room = (size_t)size;
	}
	*len = ZSTD_decompress(replay->text, replay->room, packed, packed_len);
	return ZSTD_isError(*len) ? -EBADMSG : 0;
}

struct frame *replay_read(struct replay *replay, size_t at)
{
	size_t len = 0;
	int rc = unpack(replay, at, &len);

	if (!rc)
		rc = frame_decode(replay->text, len, &replay->frame, &replay->ids);
	if (rc) {
		errno = -rc;
		return NULL;
	}
	return &replay->frame;
}

void replay_close(struct replay *replay)
{
	if (!replay)
		return;
	if (replay->map)
		munmap(replay->map, replay->len);
	record_index_free(&replay->index);
	rows_free(&replay->frame.vms);
	rows_free(&replay->frame.threads);
	free(replay->ids.v);
	free(replay->text);
	free(replay);
}
