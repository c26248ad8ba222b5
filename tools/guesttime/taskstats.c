// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoder of taskstats netlink messages: bytes in, struct out.
 *
 * struct taskstats grows at its end and says its version. The build machine's
 * header tells nothing about the kernel we run on, so the offsets stand here,
 * counted on the wire layout. The version alone does not tell: the next field of
 * the kernel may take ours.
 */
#include "taskstats.h"

#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/taskstats.h>

/* Offsets that every version but 15 shares. */
enum {
	OFF_VERSION = 0,
	OFF_EXITCODE = 4,
	OFF_FLAG = 8,
	OFF_COMM = 80,
	OFF_PID = 128,
	OFF_UTIME = 152,
	OFF_STIME = 160,
	OFF_TGID = 368,
	OFF_TGETIME = 376,
};

#define FLAG_LAST_OF_GROUP	0x20	/* AGROUP in linux/acct.h */
#define VERSION_WITH_TGID	12	/* and with FLAG_LAST_OF_GROUP */
#define VERSION_MIDDLE_CHANGED	15	/* it moved everything */

/* The struct that carries guest time and its split. */
enum {
	SPLIT_VERSION = 18,
	SPLIT_LEN = 712,
	OFF_GUEST_TIME = 688,
	OFF_GUEST_UTIME = 696,
	OFF_GUEST_STIME = 704,
};

struct bytes {
	const unsigned char *p;
	size_t len;
};

static bool get(struct bytes b, size_t off, void *val, size_t size)
{
	if (off > b.len || size > b.len - off)
		return false;
	memcpy(val, b.p + off, size);
	return true;
}

static void decode_stats(struct bytes b, bool split, struct taskstats_record *rec)
{
	struct cpu_times *t = &rec->times;
	uint8_t flag;

	if (!get(b, OFF_VERSION, &rec->version, sizeof(rec->version)) ||
	    rec->version == VERSION_MIDDLE_CHANGED)
		return;
	/*
	 * Older kernels fill in neither the version nor the times of a group: zeros would be
	 * taken for a VM that never ran.
	 */
	if (!rec->version)
		return;

	get(b, OFF_PID, &rec->self_pid, sizeof(rec->self_pid));
	get(b, OFF_EXITCODE, &rec->exit_code, sizeof(rec->exit_code));
	if (get(b, OFF_COMM, rec->comm, TASKSTATS_COMM_MAX))
		rec->comm[TASKSTATS_COMM_MAX] = '\0';
	t->has_cpu = get(b, OFF_UTIME, &t->utime, sizeof(t->utime)) &&
		     get(b, OFF_STIME, &t->stime, sizeof(t->stime));
	if (rec->version >= VERSION_WITH_TGID) {
		get(b, OFF_TGID, &rec->tgid, sizeof(rec->tgid));
		get(b, OFF_TGETIME, &rec->process_us, sizeof(rec->process_us));
		if (get(b, OFF_FLAG, &flag, sizeof(flag)))
			rec->group_dead = flag & FLAG_LAST_OF_GROUP;
	}
	if (!split || rec->version != SPLIT_VERSION || b.len != SPLIT_LEN)
		return;
	t->has_gtime = get(b, OFF_GUEST_TIME, &t->gtime, sizeof(t->gtime));
	t->has_split = get(b, OFF_GUEST_UTIME, &t->gutime, sizeof(t->gutime)) &&
		       get(b, OFF_GUEST_STIME, &t->gstime, sizeof(t->gstime));
}

/* Takes one attribute off @rest. Returns 1, 0 at the end, or -EBADMSG. */
static int next_attr(struct bytes *rest, uint16_t *type, struct bytes *payload)
{
	struct nlattr attr;
	size_t step;

	if (!rest->len)
		return 0;
	if (!get(*rest, 0, &attr, sizeof(attr)) || attr.nla_len < NLA_HDRLEN ||
	    attr.nla_len > rest->len)
		return -EBADMSG;
	*type = attr.nla_type & NLA_TYPE_MASK;
	*payload = (struct bytes){ rest->p + NLA_HDRLEN, attr.nla_len - (size_t)NLA_HDRLEN };
	/* The last attribute may come without its padding. */
	step = NLA_ALIGN((size_t)attr.nla_len);
	if (step > rest->len)
		step = rest->len;
	rest->p += step;
	rest->len -= step;
	return 1;
}

/* The inside of an AGGR_PID or AGGR_TGID attribute: an id and a struct. */
static int decode_aggregate(struct bytes b, uint16_t id_type, bool split,
			    struct taskstats_record *rec, bool *complete)
{
	bool has_id = false, has_stats = false;
	struct bytes payload;
	uint16_t type;
	int rc;

	memset(rec, 0, sizeof(*rec));
	while ((rc = next_attr(&b, &type, &payload)) > 0) {
		if (type == id_type) {
			if (!get(payload, 0, &rec->id, sizeof(rec->id)))
				return -EBADMSG;
			has_id = true;
		} else if (type == TASKSTATS_TYPE_STATS) {
			decode_stats(payload, split, rec);
			has_stats = true;
		}
	}
	if (rc < 0)
		return rc;
	*complete = has_id && has_stats;
	return 0;
}

/* The struct repeats the pid: if it does not, the layout is not what we think. */
static void distrust(struct taskstats_record *rec)
{
	*rec = (struct taskstats_record){ .id = rec->id, .version = rec->version };
}

static int decode_records(struct bytes b, bool split, struct taskstats_message *msg)
{
	struct bytes payload;
	uint16_t type;
	int rc;

	while ((rc = next_attr(&b, &type, &payload)) > 0) {
		if (type == TASKSTATS_TYPE_AGGR_PID) {
			rc = decode_aggregate(payload, TASKSTATS_TYPE_PID, split,
					      &msg->task, &msg->has_task);
		} else if (type == TASKSTATS_TYPE_AGGR_TGID) {
			rc = decode_aggregate(payload, TASKSTATS_TYPE_TGID, split,
					      &msg->group, &msg->has_group);
		}
		if (rc < 0)
			return rc;
	}
	if (msg->has_task && msg->task.self_pid != msg->task.id) {
		distrust(&msg->task);
		distrust(&msg->group);
	}
	return rc;
}

int taskstats_decode(const void *buf, size_t len, uint16_t family, bool split,
		     struct taskstats_message *msg, size_t *used)
{
	struct bytes b = { buf, len };
	struct genlmsghdr genl;
	struct nlmsghdr nl;
	int32_t error;

	memset(msg, 0, sizeof(*msg));
	msg->kind = TASKSTATS_NONE;
	if (!get(b, 0, &nl, sizeof(nl)) || nl.nlmsg_len < NLMSG_HDRLEN || nl.nlmsg_len > len)
		return -EBADMSG;
	*used = NLMSG_ALIGN((size_t)nl.nlmsg_len);
	if (*used > len)
		*used = len;
	msg->seq = nl.nlmsg_seq;
	b = (struct bytes){ b.p + NLMSG_HDRLEN, nl.nlmsg_len - (size_t)NLMSG_HDRLEN };

	if (nl.nlmsg_type == NLMSG_ERROR) {
		if (!get(b, 0, &error, sizeof(error)))
			return -EBADMSG;
		msg->kind = TASKSTATS_ACK;
		msg->error = error;
		return 0;
	}
	if (nl.nlmsg_type != family)
		return 0;
	if (!get(b, 0, &genl, sizeof(genl)))
		return -EBADMSG;
	if (genl.cmd != TASKSTATS_CMD_NEW)
		return 0;
	msg->kind = TASKSTATS_STATS;
	b = (struct bytes){ b.p + GENL_HDRLEN, b.len - GENL_HDRLEN };
	return decode_records(b, split, msg);
}
