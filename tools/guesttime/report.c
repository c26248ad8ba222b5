// SPDX-License-Identifier: GPL-2.0-only
/* Rows to standard output, in one of the formats. */
#include "report.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

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

static bool colour_welcome(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no_color && *no_color) && term &&
	       strcmp(term, "dumb") != 0;
}

void report_init(struct report *report, const struct options *opts, enum feature_state feature)
{
	*report = (struct report){
		.opts = opts,
		.feature = feature,
		.table = {
			.threads = opts->threads,
			.rates = opts->interval > 0 && !opts->exits,
			.exits = opts->exits,
			.colour = colour_welcome(),
			.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		},
	};
}

int report_print(struct report *report, const struct rows *rows, double interval)
{
	const struct options *opts = report->opts;
	struct json_format json = {
		.threads = opts->threads,
		.exits = opts->exits,
		.interval = interval,
	};

	switch (opts->format) {
	case OUTPUT_JSON:
		json_print(stdout, &json, rows);
		break;
	case OUTPUT_PROMETHEUS:		/* no rows: command_prometheus() */
		break;
	case OUTPUT_TABLE:
		report->table.width = terminal_width();	/* it may have changed */
		table_print(stdout, &report->table, rows);
		break;
	}
	errno = 0;
	if (fflush(stdout) || ferror(stdout))
		return errno ? -errno : -EIO;
	return 0;
}
