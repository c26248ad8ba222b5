// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink messages as the kernel builds them, written from its source and not
 * from our decoder: offsets come from the stock header where it has the field.
 */
#include "wire.h"

#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/taskstats.h>

static void append(struct wire *w, const void *data, size_t len)
{
	memcpy(w->buf + w->len, data, len);
	w->len += len;
}

static size_t attr_begin(struct wire *w, uint16_t type)
{
	struct nlattr attr = { .nla_type = type };
	size_t at = w->len;

	append(w, &attr, sizeof(attr));
	return at;
}

static void attr_end(struct wire *w, size_t at)
{
	uint16_t len = (uint16_t)(w->len - at);

	memcpy(w->buf + at, &len, sizeof(len));
	while (w->len % NLA_ALIGNTO)
		w->buf[w->len++] = 0;
}

void wire_begin(struct wire *w, uint16_t type, uint8_t cmd)
{
	struct nlmsghdr nl = { .nlmsg_type = type };
	struct genlmsghdr genl = { .cmd = cmd, .version = TASKSTATS_GENL_VERSION };

	memset(w, 0, sizeof(*w));
	append(w, &nl, sizeof(nl));
	append(w, &genl, sizeof(genl));
}

static void put(unsigned char *stats, size_t len, size_t off, const void *data, size_t size)
{
	if (off + size <= len)
		memcpy(stats + off, data, size);
}

#define PUT(field, value)	do {						\
		__typeof__(((struct taskstats *)0)->field) v_ = (value);	\
		put(stats, s->len, offsetof(struct taskstats, field), &v_, sizeof(v_)); \
	} while (0)

void wire_aggregate(struct wire *w, uint16_t aggr_type, uint32_t id, const struct wire_stats *s)
{
	uint16_t id_type = aggr_type == TASKSTATS_TYPE_AGGR_PID ? TASKSTATS_TYPE_PID :
								   TASKSTATS_TYPE_TGID;
	unsigned char stats[1024] = { 0 };
	size_t aggr, at;

	PUT(version, s->version);
	PUT(ac_flag, s->flag);
	PUT(ac_exitcode, s->exit_code);
	PUT(ac_tgetime, s->process_us);
	PUT(ac_pid, s->pid);
	PUT(ac_utime, s->utime);
	PUT(ac_stime, s->stime);
	PUT(ac_tgid, s->tgid);
	if (s->comm)
		put(stats, s->len, offsetof(struct taskstats, ac_comm), s->comm, strlen(s->comm));
	if (s->off_split) {
		put(stats, s->len, s->off_split, &s->gtime, sizeof(s->gtime));
		put(stats, s->len, s->off_split + 8, &s->gutime, sizeof(s->gutime));
		put(stats, s->len, s->off_split + 16, &s->gstime, sizeof(s->gstime));
	}

	aggr = attr_begin(w, aggr_type);
	at = attr_begin(w, id_type);
	append(w, &id, sizeof(id));
	attr_end(w, at);
	at = attr_begin(w, TASKSTATS_TYPE_NULL);
	attr_end(w, at);
	at = attr_begin(w, TASKSTATS_TYPE_STATS);
	append(w, stats, s->len);
	attr_end(w, at);
	attr_end(w, aggr);
}

void wire_end(struct wire *w)
{
	uint32_t len = (uint32_t)w->len;

	memcpy(w->buf, &len, sizeof(len));
}

void wire_ack(struct wire *w, uint32_t seq, int error)
{
	struct nlmsghdr nl = { .nlmsg_type = NLMSG_ERROR, .nlmsg_seq = seq };
	struct nlmsgerr body = { .error = error };

	memset(w, 0, sizeof(*w));
	append(w, &nl, sizeof(nl));
	append(w, &body, sizeof(body));
	wire_end(w);
}
