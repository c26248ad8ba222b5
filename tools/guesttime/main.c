// SPDX-License-Identifier: GPL-2.0-only
/* guesttime: CPU time of virtual machines, split by the guest's ring. */
#include <err.h>
#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include "command.h"
#include "options.h"

enum {
	EXIT_TROUBLE = 1,
	EXIT_USAGE = 2,
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
	if (opts.exits)
		rc = command_exits(&opts, &env);
	else if (opts.exporter)
		rc = command_exporter(&opts, &env);
	else if (opts.format == OUTPUT_PROMETHEUS)
		rc = command_prometheus(&opts, &env);
	else
		rc = command_show(&opts, &env);
	close(env.procfd);
	return rc;
}
