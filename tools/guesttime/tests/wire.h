/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_TESTS_WIRE_H
#define GUESTTIME_TESTS_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define WIRE_FAMILY	0x1b

/* A message under construction. */
struct wire {
	unsigned char buf[8192];
	size_t len;
};

/**
 * struct wire_stats - a struct taskstats to put into a message
 *
 * @len bytes are sent. Guest time, user and system stand at @off_split if not 0.
 */
struct wire_stats {
	uint16_t version;
	size_t len;
	size_t off_split;
	const char *comm;
	uint32_t pid;
	uint32_t tgid;
	uint8_t flag;
	uint32_t exit_code;
	uint64_t process_us;
	uint64_t utime;
	uint64_t stime;
	uint64_t gtime;
	uint64_t gutime;
	uint64_t gstime;
};

/** wire_begin - netlink and generic netlink headers */
void wire_begin(struct wire *w, uint16_t type, uint8_t cmd);

/** wire_aggregate - an AGGR_PID or AGGR_TGID attribute with id, padding and struct */
void wire_aggregate(struct wire *w, uint16_t aggr_type, uint32_t id, const struct wire_stats *s);

/** wire_end - set the length of the message */
void wire_end(struct wire *w);

/** wire_ack - a whole NLMSG_ERROR message */
void wire_ack(struct wire *w, uint32_t seq, int error);

#endif
