# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The environment of the kernel's make: scripts that call it source this.

# The kernel's make does not get the options of the calling make.
unset MAKEFLAGS MAKELEVEL MFLAGS
# ccache comes by PATH, if it is installed. Command lines stay the same, so that checkouts share
# objects.
if [ -x "/usr/lib/ccache/${CROSS_COMPILE:-}gcc" ]; then
	export PATH=/usr/lib/ccache:$PATH CCACHE_NOHASHDIR=1
	export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
fi
