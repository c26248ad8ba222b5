# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# libproc2's CPU items: what it reads out of /proc/stat.
# shellcheck source=lib.sh
. ./lib.sh

$CC -Wall -Werror -o "$WORK/items" -I"$BUILD/library/include" "$HERE/items.c" \
	-L"$BUILD/library/.libs" -lproc2 -ldl || exit 1
items() { LD_LIBRARY_PATH=$BUILD/library/.libs in_proc "$WORK/items" "$@"; }
cpus() { grep -v '^node' | sed 's/^-11111/sum/' | grep -o '^[^ ]* gu=[^ ]* gs=[^ ]*'; }

regular="5000 100 700 9000 10 20 30 40 3000 60"

# Mutation: swap nums[0] and nums[1] in stat_guest_tics().
proc_new 2
proc_cpus "$regular 2000 900" 2
is "columns 11 and 12 of a CPU are guest user and system" "$(items stat | cpus)" "sum gu=4000 gs=1800
0 gu=2000 gs=900
1 gu=2000 gs=900"
proc_cpus "$regular 2000 900 77 88" 2
is "columns of a CPU after the 12th are ignored" "$(items stat | cpus)" "sum gu=4000 gs=1800
0 gu=2000 gs=900
1 gu=2000 gs=900"

# Mutation: drop the default of STAT_TIC_UNKNOWN; drop the tests against total.
for columns in "$regular" "5000 100 700 9000 10 20 30 40 3000" "5000 100 700 9000 10 20 30 40" \
	"$regular 2000" "$regular 2000 x" "$regular 2000 1061" "$regular 3061 0" \
	"$regular 18446744073709551615 1" "$regular -1 5"; do
	proc_cpus "$columns" 2
	is "a CPU's columns ...${columns#"$regular"} have no split" "$(items stat | cpus)" "sum gu=? gs=?
0 gu=? gs=?
1 gu=? gs=?"
done

# Mutation: drop the test of guest_time_split() in stat_guest_tics().
proc_cpus "$regular 2000 900" 2
kernel_splits ""
is "without GuestUser in status, columns 11 and 12 are not used" "$(items stat | cpus)" "sum gu=? gs=?
0 gu=? gs=?
1 gu=? gs=?"
kernel_splits

# Guest ticks are part of user and nice: the total has them once.
# Mutation: add guest and gnice to xtot, as stock does.
proc_cpus "$regular 2000 900" 2
is "a CPU's total has guest time once" "$(items stat | sed -n 's/^0 .*total=//p')" \
	"$((5000 + 100 + 700 + 9000 + 10 + 20 + 30 + 40))"

# Unknown sorts below zero. A difference of one tick decides the order. Mutations:
# QS(ull_int) for these items in the table; "+ 2" for one "+ 1" in sort_ull_unk().
proc_new 4
proc_cpus "$regular 0 0" 4
sed -i -e "s/^cpu0 .*/cpu0 $regular 8 5/" -e "s/^cpu1 .*/cpu1 $regular 7 6/" \
	-e "s/^cpu3 .*/cpu3 $regular/" "$PROC/stat"
is "sorting CPUs by guest user, rising, puts unknown first" "$(items cpus user +)" "3 2 1 0"
is "sorting CPUs by guest user, falling, puts unknown last" "$(items cpus user -)" "0 1 2 3"
is "sorting CPUs by guest system, rising, puts unknown first" "$(items cpus system +)" "3 2 0 1"
is "sorting CPUs by guest system, falling, puts unknown last" "$(items cpus system -)" "1 0 2 3"

# Mutation: let UNKsetH forget about unknown, or about new < old.
deltas() {
	local then=$2
	# shellcheck disable=SC2317  # between calls it
	second() { proc_cpus "$then" 1; }
	proc_new 1
	proc_cpus "$1" 1
	between second items stat next | grep -v '^node' | sed -n 's/^0 .*\(dgu=[^ ]* dgs=[^ ]*\).*/\1/p'
}
next="5100 100 710 9000 10 20 30 40 3100 60"
is "an interval has the difference of two readings" "$(deltas "$regular 2000 900" "$next 2070 925")" "dgu=70 dgs=25"
is "an interval that begins unknown is unknown" "$(deltas "$regular" "$next 2070 925")" "dgu=-1 dgs=-1"
is "an interval that ends unknown is unknown" "$(deltas "$regular 2000 900" "$next")" "dgu=-1 dgs=-1"
is "an interval between unknown readings is unknown" "$(deltas "$regular" "$next")" "dgu=-1 dgs=-1"
is "an interval in which counters fall is 0" "$(deltas "$regular 2000 900" "$next 1990 890")" "dgu=0 dgs=0"

# Mutation: take the stat_add_unk() lines out of stat_make_numa_hist().
proc_new 2
proc_cpus "$regular 2000 900" 2
items stat >"$WORK/nodes"
if grep -q '^node' "$WORK/nodes"; then
	nodes=$(awk '/^node/ { sub("gu=", "", $3); sub("gs=", "", $4); u += $3; s += $4 } END { print u, s }' "$WORK/nodes")
	is "NUMA nodes have the sum of their CPUs" "$nodes" "4000 1800"
	proc_cpus "$regular" 2
	like "NUMA nodes of an old kernel have no split" "$(items stat | grep '^node' | head -n 1)" \
		"node 0 gu=[?] gs=[?] dgu=-1 dgs=-1*"
else
	skip "NUMA nodes have the sum of their CPUs" "no NUMA here"
fi
finish
