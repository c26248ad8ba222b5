// SPDX-License-Identifier: GPL-2.0-only
/* Rows as entries of systemd's journal. */
#include "output_journal.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "escape.h"
#include "vm_cgroup.h"

#define PREFIX	"GUESTTIME_"

static void put_text(FILE *out, const char *text)
{
	char escaped[ESCAPE_ROOM(VM_CGROUP_MAX)];

	escape_terminal(text, true, (size_t)-1, escaped, sizeof(escaped));
	fputs(escaped, out);
}

static void put_upper(FILE *out, const char *name)
{
	for (; *name; name++)
		fputc(toupper((unsigned char)*name), out);
}

static void put_member(FILE *out, const struct member *m)
{
	char time[MEMBER_TIME_LEN + 1];

	if (m->kind == MEMBER_TEXT ? !m->text : !m->value.known)
		return;
	fputs(PREFIX, out);
	put_upper(out, m->key);
	put_upper(out, m->unit);
	fputc('=', out);
	switch (m->kind) {
	case MEMBER_TEXT:
		put_text(out, m->text);
		break;
	case MEMBER_NUMBER:
		fprintf(out, "%.*f", m->decimals, m->value.v);
		break;
	case MEMBER_TIME:
		member_time(m->value.v, time);
		fputs(time, out);
		break;
	}
	fputc('\n', out);
}

static void put_part(FILE *out, const char *name, struct value v)
{
	if (v.known)
		fprintf(out, ", %s %.2f s", name, v.v);
}

static void put_entry(FILE *out, const struct record_format *format, const struct row *row)
{
	struct member members[MEMBERS_MAX];
	size_t i, n;

	fputs("PRIORITY=6\nSYSLOG_IDENTIFIER=guesttime\nMESSAGE=VM ", out);
	put_text(out, row->vm);
	fprintf(out, " (pid %u) has ended", row->pid);
	put_part(out, "guest user", row->split.guest_user);
	put_part(out, "guest system", row->split.guest_system);
	put_part(out, "unclassified", row->split.unclassified);
	put_part(out, "host user", row->split.host_user);
	put_part(out, "host system", row->split.host_system);
	fputc('\n', out);
	n = members_of(format, row, members);
	for (i = 0; i < n; i++)
		put_member(out, &members[i]);
}

int journal_send(const char *path, const struct record_format *format, const struct rows *rows)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc = 0;
	size_t i, len = 0;
	char *text = NULL;
	FILE *out;

	if (fd < 0)
		return -errno;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	for (i = 0; !rc && i < rows->n; i++) {
		out = open_memstream(&text, &len);
		if (!out) {
			rc = -ENOMEM;
			break;
		}
		put_entry(out, format, &rows->v[i]);
		if (fclose(out))
			rc = -ENOMEM;
		else if (sendto(fd, text, len, 0, (struct sockaddr *)&address, sizeof(address)) < 0)
			rc = -errno;
		free(text);
		text = NULL;
	}
	close(fd);
	return rc;
}
