// SPDX-License-Identifier: GPL-2.0-only
/* Lines of JSON back to rows. */
#include "record.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "column.h"
#include "grow.h"
#include "json_line.h"

#define SUFFIX	"_percent"
#define INTERVAL_LONGEST	1e6	/* as ms, poll() can wait for it [s] */

/* Everything that a line may hold; which kind it is shows at its end. */
struct line {
	struct row row;
	struct vm_identity id;
	struct host_split host;
	bool has_pid;
	bool has_tid;
	double lost;
	double interval;
	double time;
	const char *hostname;
	const char *source;
};

static double parse_time(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	double fraction = 0;

	if (!rest)
		return NAN;
	if (*rest == '.')
		fraction = strtod(rest, NULL);
	return (double)timegm(&tm) + (fraction >= 0 && fraction < 1 ? fraction : 0);
}

static bool set_u32(const struct json_value *value, uint32_t *v)
{
	if (value->kind != JSON_NUMBER || !(value->number >= 0 && value->number <= UINT32_MAX))
		return false;
	*v = (uint32_t)value->number;
	return true;
}

static void set_value(const struct json_value *value, struct value *v)
{
	v->known = value->kind == JSON_NUMBER && isfinite(value->number);
	v->v = v->known ? value->number : 0;
}

static void set_text(const struct json_value *value, const char **text)
{
	*text = value->kind == JSON_TEXT ? value->text : "";
}

static bool is_percent(const char *key, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(key, name, len) && !strcmp(key + len, SUFFIX);
}

static bool take_column(struct line *line, const char *key, const struct json_value *value)
{
	int id;

	for (id = 0; id < COLUMNS; id++) {
		const struct column *column = &columns[id];
		bool matches = column->kind == COLUMN_TIME ? is_percent(key, column->key) :
							     !strcmp(key, column->key);

		if (!matches || column->kind == COLUMN_ID || column->kind == COLUMN_NAME)
			continue;
		set_value(value, (struct value *)((char *)&line->row + column->offset));
		return true;
	}
	return false;
}

static void take_host(struct line *line, const char *key, const struct json_value *value)
{
	const struct {
		const char *name;
		struct value *v;
	} members[] = {
		{ "user", &line->host.user }, { "system", &line->host.system },
		{ "idle", &line->host.idle }, { "steal", &line->host.steal },
	};
	size_t i;

	if (!strcmp(key, "cpus"))
		set_value(value, &line->host.cpus);
	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (is_percent(key, members[i].name))
			set_value(value, members[i].v);
	}
}

static void take_identity(struct line *line, const char *key, const struct json_value *value)
{
	const struct {
		const char *name;
		const char **text;
	} members[] = {
		{ "vm", &line->row.vm }, { "thread", &line->row.thread }, { "uuid", &line->id.uuid },
		{ "vmm", &line->id.vmm }, { "domain", &line->id.domain },
		{ "namespace", &line->id.namespace }, { "pod", &line->id.pod },
		{ "container", &line->id.container }, { "cgroup", &line->id.cgroup },
		{ "host", &line->hostname }, { "source", &line->source },
	};
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (!strcmp(key, members[i].name))
			set_text(value, members[i].text);
	}
}

static int take_member(void *arg, const char *key, const struct json_value *value)
{
	struct line *line = arg;

	if (!strcmp(key, "pid")) {
		line->has_pid = true;
		return set_u32(value, &line->row.pid) ? 0 : -EBADMSG;
	}
	if (!strcmp(key, "tid")) {
		line->has_tid = true;
		return set_u32(value, &line->row.tid) ? 0 : -EBADMSG;
	}
	if (!strcmp(key, "start_time") && value->kind == JSON_TEXT) {
		line->row.start_time.v = parse_time(value->text);
		line->row.start_time.known = !isnan(line->row.start_time.v);
	} else if (!strcmp(key, "time") && value->kind == JSON_TEXT) {
		line->time = parse_time(value->text);
	} else if (!strcmp(key, "interval_seconds") && value->kind == JSON_NUMBER) {
		line->interval = fmin(fmax(value->number, 0), INTERVAL_LONGEST);
	} else if (!strcmp(key, "lost_samples") && value->kind == JSON_NUMBER) {
		line->lost = value->number;
	} else if (!take_column(line, key, value)) {
		take_host(line, key, value);
		take_identity(line, key, value);
	}
	return 0;
}


static struct vm_identity *add_identity(struct vm_identities *ids)
{
	if (grow(&ids->v, &ids->room, ids->n + 1, sizeof(*ids->v)))
		return NULL;
	return &ids->v[ids->n++];
}

/* Rows get their identities when no more are to come: the array moves. */
static int keep_line(struct line *line, struct frame *frame, struct vm_identities *ids)
{
	struct vm_identity *id;
	struct row *row;

	if (!line->has_pid) {
		/* The line of the host says how guests' time was split, as rows do. */
		frame->host = line->host;
		frame->host.guest_user = line->row.split.guest_user;
		frame->host.guest_system = line->row.split.guest_system;
		frame->host.unclassified = line->row.split.unclassified;
		frame->lost = line->lost >= 0 && line->lost < 1e18 ? (uint64_t)line->lost : 0;
		frame->interval = line->interval;
		frame->time = isnan(line->time) ? 0 : line->time;
		frame->hostname = line->hostname;
		frame->source = line->source;
		return 0;
	}
	row = rows_add(line->has_tid ? &frame->threads : &frame->vms);
	id = add_identity(ids);
	if (!row || !id)
		return -ENOMEM;
	*row = line->row;
	if (!line->has_tid)
		row->tid = row->pid;
	row->split.host.known = row->split.host_user.known && row->split.host_system.known;
	row->split.host.v = row->split.host_user.v + row->split.host_system.v;
	*id = line->id;
	id->pid = row->pid;
	id->name = row->vm;
	id->comm = "";
	return 0;
}

static const struct line empty_line = {
	.row = { .vm = "", .thread = "" },
	.id = { .uuid = "", .vmm = "", .domain = "", .namespace = "", .pod = "", .container = "",
		.cgroup = "" },
	.hostname = "", .source = "",
};

/* The host's line comes first, then VMs, then threads. */
int frame_decode(char *text, size_t len, struct frame *frame, struct vm_identities *ids)
{
	char *p = text, *end = text + len, *eol;
	size_t i, k = 0;
	int rc;

	frame->vms.n = 0;
	frame->threads.n = 0;
	frame->hostname = "";
	frame->source = "";
	ids->n = 0;
	for (; p < end && (eol = memchr(p, '\n', (size_t)(end - p))); p = eol + 1) {
		struct line line = empty_line;

		rc = json_line_decode(p, (size_t)(eol - p), take_member, &line);
		if (!rc && line.has_tid && !line.has_pid)
			rc = -EBADMSG;
		if (!rc && !line.has_tid && frame->threads.n)
			rc = -EBADMSG;
		if (!rc)
			rc = keep_line(&line, frame, ids);
		if (rc)
			return rc;
	}
	for (i = 0; i < frame->vms.n; i++)
		frame->vms.v[i].id = &ids->v[k++];
	for (i = 0; i < frame->threads.n; i++)
		frame->threads.v[i].id = &ids->v[k++];
	return p == end ? 0 : -EBADMSG;
}
