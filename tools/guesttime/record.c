// SPDX-License-Identifier: GPL-2.0-only
/* Writing recordings. */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "grow.h"
#include "output_json.h"
#include "record_index.h"

#define LEVEL	3

struct recorder {
	int fd;
	ZSTD_CCtx *zstd;
	FILE *text;
	char *text_buf;
	size_t text_len;
	void *packed;
	size_t packed_room;
};

/* Each of our frames begins with this. */
#define HEADER		"{\"cpus\":"
/* A first frame that is larger than this, and has no end, was damaged, or is not ours. */
#define FIRST_MAX	(1u << 20)

/* Refuses another program's archive. A frame that was cut may decompress to nothing: it passes. */
static int check_header(const void *map, size_t len, bool whole)
{
	char text[sizeof(HEADER) - 1];
	ZSTD_outBuffer out = { .dst = text, .size = sizeof(text) };
	ZSTD_inBuffer in = { .src = map, .size = len };
	ZSTD_DCtx *zstd = ZSTD_createDCtx();

	if (!zstd)
		return -ENOMEM;
	ZSTD_decompressStream(zstd, &out, &in);
	ZSTD_freeDCtx(zstd);
	return memcmp(text, HEADER, out.pos) || (whole && out.pos < out.size) ? -EBADMSG : 0;
}

/*
 * A frame without an end is the last one of a recorder that was killed, or a damaged one. The
 * latter has others behind it, which would be lost if the file were cut off there.
 */
static int check_tail(const void *map, size_t len, const struct record_index *index)
{
	const char *tail = (const char *)map + index->end;
	size_t tail_len = len - index->end;

	if (!index->n && tail_len > FIRST_MAX)
		return -EUCLEAN;
	if (tail_len && memmem(tail + 1, tail_len - 1, record_magic, RECORD_MAGIC_LEN))
		return -EUCLEAN;
	return check_header(map, len, index->n);
}

/* Cuts off the frame that was not finished, and goes to the end. */
static int recover(int fd)
{
	struct record_index index = { 0 };
	struct stat st;
	void *map;
	int rc;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return 0;	/* a pipe */
	if (!st.st_size)
		return 0;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	rc = record_index(map, (size_t)st.st_size, &index);
	if (!rc)
		rc = check_tail(map, (size_t)st.st_size, &index);
	munmap(map, (size_t)st.st_size);
	if (!rc && index.end < (size_t)st.st_size && ftruncate(fd, (off_t)index.end))
		rc = -errno;
	record_index_free(&index);
	return rc;
}

int recorder_open(const char *path, struct recorder **recorderp)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));
	int rc = 0;

	*recorderp = NULL;
	if (!recorder)
		return -ENOMEM;
	recorder->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (recorder->fd < 0)
		rc = -errno;
	else if (flock(recorder->fd, LOCK_EX | LOCK_NB))
		rc = -errno;
	else
		rc = recover(recorder->fd);
	if (!rc) {
		recorder->zstd = ZSTD_createCCtx();
		recorder->text = open_memstream(&recorder->text_buf, &recorder->text_len);
		if (!recorder->zstd || !recorder->text)
			rc = -ENOMEM;
	}
	if (rc) {
		recorder_close(recorder);
		return rc;
	}
	*recorderp = recorder;
	return 0;
}

static void print_percent(FILE *out, const char *key, struct value v, int decimals)
{
	if (v.known)
		fprintf(out, "\"%s\":%.*f,", key, decimals, v.v);
	else
		fprintf(out, "\"%s\":null,", key);
}

static void print_host(FILE *out, const struct frame *frame)
{
	const struct host_split *host = &frame->host;
	char time[MEMBER_TIME_LEN + 1];

	member_time(frame->time, time);
	fputc('{', out);
	print_percent(out, "cpus", host->cpus, 0);
	print_percent(out, "user_percent", host->user, 2);
	print_percent(out, "system_percent", host->system, 2);
	print_percent(out, "guest_user_percent", host->guest_user, 2);
	print_percent(out, "guest_system_percent", host->guest_system, 2);
	print_percent(out, "unclassified_percent", host->unclassified, 2);
	print_percent(out, "idle_percent", host->idle, 2);
	print_percent(out, "steal_percent", host->steal, 2);
	fprintf(out, "\"lost_samples\":%llu,\"interval_seconds\":%.3f,\"source\":\"%s\","
		"\"time\":\"%s\",\"host\":", (unsigned long long)frame->lost, frame->interval,
		frame->source, time);
	json_print_text(out, *frame->hostname ? frame->hostname : NULL);
	fprintf(out, ",\"schema\":%d}\n", MEMBER_SCHEMA);
}

static void print_frame(FILE *out, const struct frame *frame)
{
	struct record_format format = {
		.wait = true,
		.interval = frame->interval,
		.time = frame->time,
		.host = frame->hostname,
		.source = frame->source,
	};

	print_host(out, frame);
	json_print(out, &format, &frame->vms);
	format.threads = true;
	json_print(out, &format, &frame->threads);
}

/* A frame that was written in part is taken back: the next one would be lost with it. */
static int write_all(struct recorder *recorder, const void *data, size_t len)
{
	off_t before = lseek(recorder->fd, 0, SEEK_END);
	size_t done = 0;
	int rc;

	while (done < len) {
		ssize_t n = write(recorder->fd, (const char *)data + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = n ? -errno : -EIO;
			if (before >= 0 && ftruncate(recorder->fd, before))
				return rc;
			return rc;
		}
		done += (size_t)n;
	}
	return 0;
}

int recorder_add(struct recorder *recorder, const struct frame *frame)
{
	size_t n, need;

	rewind(recorder->text);
	print_frame(recorder->text, frame);
	if (fflush(recorder->text) || ferror(recorder->text))
		return -ENOMEM;
	need = ZSTD_compressBound(recorder->text_len);
	if (grow(&recorder->packed, &recorder->packed_room, need, 1))
		return -ENOMEM;
	n = ZSTD_compressCCtx(recorder->zstd, recorder->packed, recorder->packed_room,
			      recorder->text_buf, recorder->text_len, LEVEL);
	if (ZSTD_isError(n))
		return -ENOMEM;
	return write_all(recorder, recorder->packed, n);
}

const char *recorder_error(int rc)
{
	switch (rc) {
	case -EBADMSG:
		return "not a recording of guesttime, or damaged";
	case -EWOULDBLOCK:
		return "another guesttime is recording to it";
	case -EUCLEAN:
		return "damaged; it was left as it is: move it away, or record to another file; "
		       "--replay shows what comes before the damage";
	}
	return strerror(-rc);
}

void recorder_close(struct recorder *recorder)
{
	if (!recorder)
		return;
	if (recorder->fd >= 0)
		close(recorder->fd);
	if (recorder->text)
		fclose(recorder->text);
	ZSTD_freeCCtx(recorder->zstd);
	free(recorder->text_buf);
	free(recorder->packed);
	free(recorder);
}
