# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Scripts that call the kernel's make source this: its environment.

# The options of the calling make are not for the kernel's.
unset MAKEFLAGS MAKELEVEL MFLAGS
# ccache, where it is installed, by way of PATH: command lines stay what they are,
# and one checkout's objects serve another.
if [ -x "/usr/lib/ccache/${CROSS_COMPILE:-}gcc" ]; then
	export PATH=/usr/lib/ccache:$PATH CCACHE_NOHASHDIR=1
	export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
fi
