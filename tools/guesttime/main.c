// SPDX-License-Identifier: GPL-2.0-only
/* guesttime: CPU time of virtual machines, split by the guest's ring. */
#include <err.h>
#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include "command.h"
#include "options.h"

static int (*const run[COMMANDS])(const struct options *opts, const struct environment *env) = {
	[COMMAND_SHOW] = command_show,
	[COMMAND_TOP] = command_top,
	[COMMAND_EXITS] = command_exits,
	[COMMAND_STATUS] = command_status,
	[COMMAND_EXPORTER] = command_exporter,
};

int main(int argc, char **argv)
{
	struct environment env;
	struct options opts;
	int rc;

	/* Characters as the terminal has them; numbers always with a point. */
	setlocale(LC_CTYPE, "");
	switch (options_parse(argc, argv, &opts)) {
	case OPTIONS_RUN:
		break;
	case OPTIONS_DONE:
		return 0;
	case OPTIONS_WRONG:
		return EXIT_USAGE;
	}
	env.procfd = open(opts.proc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (env.procfd < 0)
		err(EXIT_TROUBLE, "cannot open %s", opts.proc);
	env.feature = feature_read(env.procfd);
	env.hz = (double)sysconf(_SC_CLK_TCK);
	if (opts.format == OUTPUT_PROMETHEUS)
		rc = command_prometheus(&opts, &env);
	else
		rc = run[opts.command](&opts, &env);
	close(env.procfd);
	options_free(&opts);
	return rc;
}
