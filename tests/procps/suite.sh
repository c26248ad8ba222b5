# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# procps' own test suite ("make check"), on a copy of the build, which it changes.
# shellcheck source=lib.sh
. ./lib.sh

# suite NAME BUILD: run it in a copy of BUILD, $WORK/NAME; its exit status
suite() {
	cp -a "$2" "$WORK/$1"
	cd "$WORK/$1" || exit
	# The tests look up their processes by name, without waiting.  So wait until processes of
	# earlier tests and their zombies are gone, and until the new ones have set their name.
	# shellcheck disable=SC2016  # Tcl, which has its own variables
	sed -i -e '/set testproc1_pid \[ exec/i\
		for {set i 0} {$i < 1000 && ![catch {exec pgrep -x $testproc_comm}]} {incr i} { after 10 }' \
		-e '/set testproc2_pid \[ exec/a\
		foreach pid [list $testproc1_pid $testproc2_pid] {\
			while { [string trim [exec cat /proc/$pid/comm]] ne $testproc_comm } { after 10 }\
		}' testsuite/config/unix.exp
	[ "$(grep -c "after 10" testsuite/config/unix.exp)" -ge 2 ] ||
		die "testsuite/config/unix.exp has changed"
	# setsid starts a new session.  In some containers the leader of the old session is outside
	# the PID namespace: the session ID reads 0 there, and pgrep -s 0 means pgrep's own session.
	setsid --wait make -k check AUTOCONF=: AUTOMAKE=: ACLOCAL=: AUTOHEADER=: \
		>"$WORK/$1.log" 2>&1 </dev/null
}
red() { grep -E '^(FAIL|ERROR|UNRESOLVED|XPASS)' "$@" | sort; }

# Mutation: any that breaks a build of the whole package; a changed header of ps or top.
status=0
suite ours "$BUILD" || status=$?
stock=0
if ((status)) && [[ $STOCK ]]; then suite stock "$STOCK" || stock=$?; fi
cd "$WORK/ours" || exit
for sum in testsuite/*.sum; do
	name=$(basename "$sum" .sum)
	red "$sum" >"$WORK/red"
	if grep -q '^PASS' "$sum" && [[ ! -s $WORK/red ]]; then
		result 0 "procps' own tests of $name pass"
	elif [[ -s $WORK/red && -f $WORK/stock/$sum && $(<"$WORK/red") == $(red "$WORK/stock/$sum") ]]; then
		xfail "procps' own tests of $name pass" "the unpatched procps fails in the same $(wc -l <"$WORK/red")"
	else
		result 1 "procps' own tests of $name pass" "$(grep -vE '^PASS' "$sum")"
	fi
done
like "10 to 19 programs have tests of their own" "$(find testsuite -name '*.sum' | wc -l)" "1[0-9]"
like "make check has tests of the library" "$(grep -c '^PASS: library/tests' "$WORK/ours.log")" "[1-9]*"
if ((status && stock)); then
	xfail "make check succeeds" "it fails in the unpatched procps, too"
else
	is "make check succeeds" "$status" 0
fi
finish
