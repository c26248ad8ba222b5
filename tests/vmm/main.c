// SPDX-License-Identifier: GPL-2.0-only
/* Command line of the VMM. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmm.h"

static const char usage[] =
"usage: vmm [--user N] [--system N] [--exit none|ring0|ring3|both]\n"
"Runs a guest that loops N instructions in ring 3 and N in ring 0, until killed.\n"
"  --user N       instructions in ring 3 a loop (0)\n"
"  --system N     instructions in ring 0 a loop (0)\n"
"  --exit WHERE   leave to the VMM once a loop (none)\n";

static unsigned long number(const char *arg, const char *option)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(arg, &end, 10);
	if (errno || *arg < '0' || *arg > '9' || *end || value > INT_MAX)
		errx(2, "--%s %s: not a number of instructions\n%s", option, arg, usage);
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "user", required_argument, NULL, 'u' },
		{ "system", required_argument, NULL, 's' },
		{ "exit", required_argument, NULL, 'e' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct vmm_load load = { };
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'u':
			load.user_insns = number(optarg, "user");
			break;
		case 's':
			load.system_insns = number(optarg, "system");
			break;
		case 'e':
			load.exit_ring0 = !strcmp(optarg, "ring0") || !strcmp(optarg, "both");
			load.exit_ring3 = !strcmp(optarg, "ring3") || !strcmp(optarg, "both");
			if (load.exit_ring0 || load.exit_ring3 || !strcmp(optarg, "none"))
				break;
			errx(2, "--exit %s: none, ring0, ring3 or both\n%s", optarg, usage);
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	if (optind < argc)
		errx(2, "%s: unexpected\n%s", argv[optind], usage);
	if (!load.user_insns && !load.system_insns && !load.exit_ring0 && !load.exit_ring3)
		errx(2, "nothing to do: give --user, --system or --exit\n%s", usage);

	vmm_run(&load, 1);
}
