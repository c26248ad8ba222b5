# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# procps' own test suite ("make check"), on a copy of the build, which it changes.
# shellcheck source=lib.sh
. ./lib.sh

# Its tests look for processes by name: those of a run that was interrupted, too.
cp -a "$BUILD" "$WORK/suite"
cd "$WORK/suite" || exit
# These tests look for their processes by name at once: those of the program before
# have to be gone, zombies that wait for init included, and the new ones, which give
# themselves the name, have to have it.
# shellcheck disable=SC2016  # Tcl, which has its own variables
sed -i -e '/set testproc1_pid \[ exec/i\
	for {set i 0} {$i < 1000 && ![catch {exec pgrep -x $testproc_comm}]} {incr i} { after 10 }' \
	-e '/set testproc2_pid \[ exec/a\
	foreach pid [list $testproc1_pid $testproc2_pid] {\
		while { [string trim [exec cat /proc/$pid/comm]] ne $testproc_comm } { after 10 }\
	}' testsuite/config/unix.exp
[ "$(grep -c 'after 10' testsuite/config/unix.exp)" -eq 2 ] ||
	fail "testsuite/config/unix.exp has changed"
# Mutation: any that breaks a build of the whole package; a changed header of ps or top.
# In a session of their own: where its leader is outside the PID namespace, as in
# some containers, the session is 0, which pgrep -s takes for its own.
status=0
setsid --wait make check AUTOCONF=: AUTOMAKE=: ACLOCAL=: AUTOHEADER=: \
	>"$WORK/suite.log" 2>&1 </dev/null || status=$?
for sum in testsuite/*.sum; do
	name=$(basename "$sum" .sum)
	if grep -q '^PASS' "$sum" && ! grep -qE '^(FAIL|ERROR|UNRESOLVED|XPASS)' "$sum"; then
		pass "$name: all pass"
	else
		fail "$name: all pass" "$(grep -vE '^PASS' "$sum")"
	fi
done
like "as many programs as there are tests" "$(find testsuite -name '*.sum' | wc -l)" "1[0-9]"
like "library: tables" "$(grep -c '^PASS: library/tests' "$WORK/suite.log")" "[1-9]*"
is "make check succeeds" "$status" 0
finish
