// SPDX-License-Identifier: GPL-2.0-only
/* The fields of a row in JSON and CSV. */
#include "member.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TIME_LAST	253402300799.0	/* the last second of the year 9999 */

struct list {
	struct member *v;
	size_t n;
};

static struct member *add(struct list *list, const char *key, enum member_kind kind)
{
	struct member *m = &list->v[list->n++];

	*m = (struct member){ .key = key, .unit = "", .kind = kind };
	return m;
}

static void add_text(struct list *list, const char *key, const char *text)
{
	add(list, key, MEMBER_TEXT)->text = text && *text ? text : NULL;
}

static struct member *add_number(struct list *list, const char *key, struct value value,
				 int decimals)
{
	struct member *m = add(list, key, MEMBER_NUMBER);

	m->value = value;
	m->decimals = decimals;
	return m;
}

static void add_time(struct list *list, const char *key, struct value value)
{
	add(list, key, MEMBER_TIME)->value = value;
}

static struct value known(double v)
{
	return (struct value){ .v = v, .known = true };
}

static bool has_column(const struct record_format *format, enum column_id id)
{
	switch (id) {
	case COLUMN_TID:
	case COLUMN_VCPU:
	case COLUMN_THREAD:
		return format->threads;
	case COLUMN_VCPUS:
		return !format->threads;
	case COLUMN_FROM:
		return format->exits;
	case COLUMN_WAIT:
		return format->wait;
	case COLUMN_HOST:
		return false;
	default:
		return true;
	}
}

static void add_column(struct list *list, const struct record_format *format,
		       const struct row *row, enum column_id id)
{
	const struct column *column = &columns[id];

	switch (column->kind) {
	case COLUMN_ID:
		add_number(list, column->key, known(column_number(row, id)), 0);
		break;
	case COLUMN_NAME:
		add(list, column->key, MEMBER_TEXT)->text = column_name(row, id);
		break;
	case COLUMN_COUNT:
		add_number(list, column->key, column_value(row, id), 0);
		break;
	case COLUMN_TIME:
		add_number(list, column->key, column_value(row, id), format->exits ? 6 : 2)->unit =
			format->interval > 0 ? "_percent" : "_seconds";
		break;
	}
}

static void add_identity(struct list *list, const struct record_format *format,
			 const struct vm_identity *id)
{
	static const struct vm_identity nobody;

	if (!id)
		id = &nobody;
	add_text(list, "uuid", id->uuid);
	if (format->threads)
		return;
	add_text(list, "vmm", id->vmm);
	add_text(list, "domain", id->domain);
	add_text(list, "namespace", id->namespace);
	add_text(list, "pod", id->pod);
	add_text(list, "container", id->container);
	add_text(list, "cgroup", id->cgroup);
}

size_t members_of(const struct record_format *format, const struct row *row,
		  struct member members[MEMBERS_MAX])
{
	struct list list = { members, 0 };
	int id;

	for (id = 0; id < COLUMNS; id++) {
		if (has_column(format, (enum column_id)id))
			add_column(&list, format, row, (enum column_id)id);
	}
	if (format->interval > 0)
		add_number(&list, "interval_seconds", known(format->interval), 3);
	add_identity(&list, format, row->id);
	add_time(&list, "start_time", row->start_time);
	if (format->exits) {
		add_time(&list, "end_time", row->end_time);
		add_number(&list, "lifetime_seconds", row->lifetime, 6);
		add_number(&list, "exit_code", row->exit_code, 0);
	}
	add_text(&list, "source", format->source);
	add_time(&list, "time", known(format->time));
	add_text(&list, "host", format->host);
	add_number(&list, "schema", known(MEMBER_SCHEMA), 0);
	return list.n;
}

/* @n as @len digits. */
static char *digits(char *at, unsigned int n, int len)
{
	int i;

	for (i = len - 1; i >= 0; i--, n /= 10)
		at[i] = (char)('0' + n % 10);
	return at + len;
}

/*
 * The date of a day since the epoch. Years begin in March here, so that the leap day is
 * the last one of a year: month lengths are then a linear function, rounded.
 */
static char *date(char *at, unsigned int day)
{
	unsigned int era, year, month;

	day += 719468;			/* since 0000-03-01 */
	era = day / 146097;		/* of 400 years */
	day %= 146097;
	year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= 365 * year + year / 4 - year / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	month = month < 10 ? month + 3 : month - 9;
	at = digits(at, 400 * era + year + (month <= 2), 4);
	*at++ = '-';
	at = digits(at, month, 2);
	*at++ = '-';
	return digits(at, day + 1, 2);
}

/* Each row has two times: strftime() would cost as much as all numbers of the row. */
void member_time(double time, char out[MEMBER_TIME_LEN + 1])
{
	long long ms = 0;
	unsigned int second;
	char *at;

	/* Rounded, so that a time that was read from its text is printed as that text. */
	if (time > 0)
		ms = time < TIME_LAST ? llround(time * 1000) : (long long)TIME_LAST * 1000;
	second = (unsigned int)(ms / 1000 % 86400);
	at = date(out, (unsigned int)(ms / 86400000));
	*at++ = 'T';
	at = digits(at, second / 3600, 2);
	*at++ = ':';
	at = digits(at, second / 60 % 60, 2);
	*at++ = ':';
	at = digits(at, second % 60, 2);
	*at++ = '.';
	at = digits(at, (unsigned int)(ms % 1000), 3);
	*at++ = 'Z';
	*at = '\0';
}
