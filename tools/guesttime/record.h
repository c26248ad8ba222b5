/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_RECORD_H
#define GUESTTIME_RECORD_H

#include "frame.h"

/*
 * Recordings: the lines of --json of each interval, those of the host, of VMs and of
 * threads, in one zstd frame. zstdcat reads them.
 */
struct recorder;

/**
 * recorder_open - begin to add to a file
 *
 * A frame at its end that was not finished is cut off: its recorder was killed.
 *
 * Return: 0; -EBADMSG if the file is something else, -EUCLEAN if it is damaged, which
 * both leave it as it is; another negative errno.
 */
int recorder_open(const char *path, struct recorder **recorder);

/** recorder_add - add a frame. 0 or a negative errno */
int recorder_add(struct recorder *recorder, const struct frame *frame);

/** recorder_error - what an error means for a recording */
const char *recorder_error(int rc);

void recorder_close(struct recorder *recorder);

struct replay;

/** replay_open - 0; -EBADMSG if it is no recording; another negative errno */
int replay_open(const char *path, struct replay **replay);

/** replay_frames - how many whole frames there are */
size_t replay_frames(const struct replay *replay);

/** replay_cut - does the recording end within a frame? */
bool replay_cut(const struct replay *replay);

/**
 * replay_read - decode a frame
 * @at:		which one
 *
 * Return: the frame, which lives until the next call; NULL with errno set if it
 * cannot be decoded.
 */
struct frame *replay_read(struct replay *replay, size_t at);

/* Identities of the rows of a frame. Zero-initialise before first use. */
struct vm_identities {
	struct vm_identity *v;
	size_t n;
	size_t room;
};

/**
 * frame_decode - decode the lines of a frame
 * @text:	the lines; overwritten
 * @ids:	get the identities of rows
 *
 * Strings of the frame point into @text. Return: 0, -EBADMSG or -ENOMEM.
 */
int frame_decode(char *text, size_t len, struct frame *frame, struct vm_identities *ids);

void replay_close(struct replay *replay);

#endif
