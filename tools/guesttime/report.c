// SPDX-License-Identifier: GPL-2.0-only
/* Rows to standard output, in one of the formats. */
#include "report.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "output_csv.h"
#include "output_journal.h"
#include "output_json.h"

#define WIDTH_DEFAULT	80

static unsigned int terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return WIDTH_DEFAULT;
	return size.ws_col;
}

bool terminal_colour(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term &&
	       strcmp(term, "dumb") != 0;
}

bool terminal_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

void report_init(struct report *report, const struct options *opts,
		 const struct feature *feature, const char *source)
{
	*report = (struct report){
		.opts = opts,
		.feature = feature->state,
		.source = source,
		.table = {
			.threads = opts->threads,
			.rates = opts->interval > 0 && opts->command != COMMAND_EXITS,
			.exits = opts->command == COMMAND_EXITS,
			.colour = terminal_colour(),
			.utf8 = terminal_utf8(),
		},
	};
	if (gethostname(report->host, sizeof(report->host) - 1))
		report->host[0] = '\0';
}

void report_host(struct report *report, const char *host)
{
	snprintf(report->host, sizeof(report->host), "%s", host);
}

int report_print(struct report *report, const struct rows *rows, double interval, double time)
{
	const struct options *opts = report->opts;
	struct record_format format = {
		.threads = opts->threads,
		.exits = opts->command == COMMAND_EXITS,
		.interval = interval,
		.time = time,
		.host = report->host,
		.source = report->source,
	};

	switch (opts->format) {
	case OUTPUT_JSON:
		json_print(stdout, &format, rows);
		break;
	case OUTPUT_CSV:
		csv_print(stdout, &format, rows, !report->started);
		break;
	case OUTPUT_JOURNAL:
		return journal_send(JOURNAL_SOCKET, &format, rows);
	case OUTPUT_PROMETHEUS:		/* no rows: command_prometheus() */
		break;
	case OUTPUT_TABLE:
		report->table.width = terminal_width();	/* it may have changed */
		table_print(stdout, &report->table, rows);
		break;
	}
	report->started |= rows->n > 0;
	errno = 0;
	if (fflush(stdout) || ferror(stdout))
		return errno ? -errno : -EIO;
	return 0;
}
