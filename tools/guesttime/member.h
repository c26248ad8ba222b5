/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUESTTIME_MEMBER_H
#define GUESTTIME_MEMBER_H

#include "column.h"

/* Changed when a member is renamed or means something else; not for new ones. */
#define MEMBER_SCHEMA	1

/**
 * struct record_format - which members a row has in JSON and CSV
 * @threads:	rows are threads
 * @exits:	rows are ended VMs: says how they ended, and gives microseconds
 *		where the kernel does
 * @wait:	the wait for a CPU was read
 * @interval:	seconds the rates were taken over; 0 if values are totals
 * @time:	of the report [s since the epoch]
 * @host:	name of this host
 * @source:	where the split comes from: "kernel", "sampled", "none"
 */
struct record_format {
	bool threads;
	bool exits;
	bool wait;
	double interval;
	double time;
	const char *host;
	const char *source;
};

enum member_kind {
	MEMBER_TEXT,		/* raw bytes; NULL if unknown */
	MEMBER_NUMBER,
	MEMBER_TIME,		/* seconds since the epoch */
};

/**
 * struct member - a name and its value
 * @key:	the name
 * @unit:	the rest of the name, "" if it has none
 */
struct member {
	const char *key;
	const char *unit;
	enum member_kind kind;
	const char *text;
	struct value value;
	int decimals;
};

#define MEMBERS_MAX	40

/** members_of - the members of a row, the same for all rows of a format */
size_t members_of(const struct record_format *format, const struct row *row,
		  struct member members[MEMBERS_MAX]);

#define MEMBER_TIME_LEN	24

/** member_time - RFC 3339 in UTC with milliseconds; 1970 to 9999 */
void member_time(double time, char out[MEMBER_TIME_LEN + 1]);

#endif
