# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of this folder: TAP, a line for each check.  Not a test itself.

# Checks so far.
n=0

# ok NAME COMMAND...: the command succeeds.  If not, what it has left in $tmp/out is shown,
# the end of it.
ok() {
	local name=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n $name"
	else
		echo "not ok $n $name"
		tail -n 40 "${tmp:?}/out" | sed 's/^/# /'
	fi
}

to_out() { "$@" > "${tmp:?}/out" 2>&1; }

# The same of a command that only prints what it has to say.
ok_printing() {
	local name=$1
	shift
	ok "$name" to_out "$@"
}
