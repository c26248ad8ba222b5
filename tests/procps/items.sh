# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# libproc2's process items: what it reads out of /proc/<pid>/stat.
# shellcheck source=lib.sh
. ./lib.sh

$CC -Wall -Werror -o "$WORK/items" -I"$BUILD/library/include" "$HERE/items.c" \
	-L"$BUILD/library/.libs" -lproc2 -ldl || exit 1
items() { LD_LIBRARY_PATH=$BUILD/library/.libs in_proc "$WORK/items" "$@"; }

# A process 1000 s old (100 000 ticks): host user is 60000 - 50000 = 10000 ticks,
# 10 % of its life; with children 10000 + (9000 - 8000).
full=(start=900000 utime=60000 stime=5000 gtime=50000 gutime=30000 gstime=15000
	cutime=9000 cstime=100 cgtime=8000 cgutime=4000 cgstime=1000)
values="g=50000 gu=30000 gs=15000 guc=34000 gsc=16000 hu=10000 huc=11000 hs=5000 10.00 5.00 30.00 15.00"
unknown="g=50000 gu=? gs=? guc=? gsc=? hu=10000 huc=11000 hs=5000 10.00 5.00 -1.00 -1.00"

proc_new 2
proc_add 100 "${full[@]}"
# Mutation: swap nums[0] and nums[1] in stat2proc_guest().
is "stat of 56 fields gives each item its value" "$(items pid 100)" "100 $values"

# Mutation: have stat2proc_guest() skip 7 fields, not 8 (it reads field 52 then).
proc_add 100 "${full[@]}" fields=60
is "fields of stat after the 56th are ignored" "$(items pid 100)" "100 $values"

# Mutation: drop the default of PIDS_TICS_UNKNOWN in stat2proc().
for fields in 52 44; do
	proc_add 100 "${full[@]}" fields=$fields
	is "stat of $fields fields has no split" "$(items pid 100)" "100 $unknown"
done
proc_add 100 "${full[@]}" fields=42
is "stat of 42 fields has no guest time" "$(items pid 100)" \
	"100 g=0 gu=? gs=? guc=? gsc=? hu=60000 huc=69000 hs=5000 60.00 5.00 -1.00 -1.00"

# Mutation: drop the test of *str at the end of tail_numbers().
stat_line 100 "${full[@]}" >"$WORK/line"
is "a stat line that is cut off has no split" "$(items cuts "$WORK/line" 100)" "1 known, 0 of them cut"
is "a stat line without a newline has no split" \
	"$(printf '%s' "$(<"$WORK/line")" >"$PROC/100/stat" && items pid 100)" "100 $unknown"

# Mutation: drop the tests of nums[] against gtime and cgtime.
for tail in "30000 20001 0 0" "50001 0 0 0" "0 50001 0 0" "1 1 8000 1" \
	"18446744073709551615 2 0 0" "18446744073709551615 18446744073709551615 0 0"; do
	proc_add 100 "${full[@]}" tail="$tail"
	is "parts beyond the whole ($tail) are unknown" "$(items pid 100)" "100 $unknown"
done
proc_add 100 "${full[@]}" tail="30000 20000 0 8000"
like "parts equal to the whole are known" "$(items pid 100)" "100 g=50000 gu=30000 gs=20000 *"

# Mutation: drop the overflow tests (the 3rd wraps to 1); allow any character.
for tail in "1 2 3" "1 2 3 x" "18446744073709551617 0 0 0" "99999999999999999999 0 0 0" \
	"-1 0 0 0" "+1 0 0 0" "1  2 3 4" "1 2 3 4x" "0x10 0 0 0" "1.5 0 0 0" "" " "; do
	proc_add 100 "${full[@]}" fields=52
	if [[ $tail ]]; then
		sed -i "s/\$/ $tail/" "$PROC/100/stat"
	fi
	is "damaged fields ($tail) are unknown" "$(items pid 100)" "100 $unknown"
done

# The named line tells whose numbers these are, not that there are 56 fields or more.
# Mutation: have guest_time_split() return 1; have it accept any line with that text.
for fields in 56 60; do
	proc_add 100 "${full[@]}" fields=$fields
	kernel_splits $'GuestUsers:\t7' $'Seccomp:\tGuestUser:' " GuestUser: 7 us"
	is "lines that resemble GuestUser leave $fields fields without a split" \
		"$(items pid 100)" "100 $unknown"
	kernel_splits ""
	is "without GuestUser in status, $fields fields have no split" "$(items pid 100)" "100 $unknown"
	rm "$PROC/self/status"
	is "without status, $fields fields have no split" "$(items pid 100)" "100 $unknown"
done
# Mutation: have it read the first 4096 characters alone.
proc_add 100 "${full[@]}"
kernel_splits "Groups:$(seq -s ' ' 1000 65000)" $'GuestUser:\t0 us'
is "a GuestUser line behind many groups is found" "$(items pid 100)" "100 $values"
# Mutation: take the test of split < 0 out of guest_time_split(): it looks again.
kernel_splits
is "status is searched for GuestUser once" "$(items again 100)" "100 $values
100 $values"
kernel_splits

# Mutation: search for the first ')' rather than the last.
proc_add 100 "${full[@]}" comm="a) S 1 (b"
is "a name with parentheses and blanks moves no field" "$(items pid 100)" "100 $values"

# Mutation: have HOST_user() subtract without its test.
proc_add 100 start=900000 utime=1000 gtime=1200 gutime=1200
like "host user is 0 if guest time exceeds user time" "$(items pid 100)" \
	"100 g=1200 gu=1200 gs=0 *hu=0 huc=0*"

# Nothing of one process may show up with the next: known, unknown, known
proc_add 100 "${full[@]}"
proc_add 101 "${full[@]}" fields=52
proc_add 102 "${full[@]}" fields=20
proc_add 103 "${full[@]}"
is "a process has no values of the process before" "$(items pid 100 101 102 103 | grep -o 'gu=[^ ]*' | xargs)" \
	"gu=30000 gu=? gu=? gu=30000"

# Unknown sorts below everything, zero included. Mutations: QS(ull_int) for
# these items in the table; -1.0 changed to 1e9 in UNKset_U.
proc_new 2
proc_add 11 start=900000 gtime=10 gutime=0 gstime=0
proc_add 12 start=900000 gtime=10 fields=52
proc_add 13 start=900000 gtime=10 gutime=6 gstime=4
proc_add 14 start=900000 gtime=10 gutime=4 gstime=5
order() { items sort "$@" | tr ' ' '\n' | grep -vx 1 | xargs; }
for item in "3 user ticks" "5 user ticks with children" "12 user share"; do
	is "sorting by ${item#* }, rising, puts unknown first" "$(order "${item%% *}" +)" "12 11 14 13"
	is "sorting by ${item#* }, falling, puts unknown last" "$(order "${item%% *}" -)" "13 14 11 12"
done
for item in "4 system ticks" "6 system ticks with children" "13 system share"; do
	is "sorting by ${item#* }, rising, puts unknown first" "$(order "${item%% *}" +)" "12 11 13 14"
	is "sorting by ${item#* }, falling, puts unknown last" "$(order "${item%% *}" -)" "14 13 11 12"
done

# Intervals. 11: plain; 12: never known; 13: becomes known; 14: stops being
# known; 15: runs backwards; 16: is new; 17: guest time grows by more than user
# time; 18: grows by more than an int holds.
# Mutation: let pids_tics_delta() forget about unknown, new < old or INT_MAX.
proc_new 2
proc_add 11 utime=1000 stime=50 gtime=800 gutime=500 gstime=200
proc_add 12 utime=1000 stime=50 gtime=800 fields=52
proc_add 13 utime=1000 stime=50 gtime=800 fields=52
proc_add 14 utime=1000 stime=50 gtime=800 gutime=500 gstime=200
proc_add 15 utime=1000 stime=50 gtime=800 gutime=500 gstime=200
proc_add 17 utime=1000 stime=50 gtime=800 gutime=500 gstime=200
proc_add 18 utime=1000 stime=50 gtime=800 gutime=500 gstime=200
second() {
	proc_add 11 utime=1100 stime=55 gtime=890 gutime=560 gstime=220
	proc_add 12 utime=1100 stime=55 gtime=890 fields=52
	proc_add 13 utime=1100 stime=55 gtime=890 gutime=560 gstime=220
	proc_add 14 utime=1100 stime=55 gtime=890 fields=44
	proc_add 15 utime=900 stime=40 gtime=790 gutime=490 gstime=190
	proc_add 16 utime=10 stime=5 gtime=8 gutime=4 gstime=3
	proc_add 17 utime=1100 stime=55 gtime=901 gutime=560 gstime=220
	proc_add 18 utime=3000000000 stime=55 gtime=3000000000 gutime=2900000000 gstime=220
}
is "an interval has differences: -1 if unknown, 0 if falling" "$(between second items delta | grep -v '^1 ')" "11 hu=10 hs=5 gu=60 gs=20
12 hu=10 hs=5 gu=-1 gs=-1
13 hu=10 hs=5 gu=-1 gs=-1
14 hu=10 hs=5 gu=-1 gs=-1
15 hu=0 hs=0 gu=0 gs=0
16 hu=2 hs=5 gu=4 gs=3
17 hu=0 hs=5 gu=60 gs=20
18 hu=0 hs=5 gu=2147483647 gs=20"

# Threads: the process has the sum (and what threads now dead have left), while
# each thread, the main one included, has its own.
# Mutation: take the call of leader_tics() out of readeither().
proc_new 2
proc_add 200 threads=3 start=900000 utime=1000 stime=60 gtime=700 gutime=400 gstime=250
proc_thread 200 200 threads=3 start=900000 utime=90 stime=10
proc_thread 200 201 threads=3 start=900000 utime=600 stime=20 gtime=500 gutime=300 gstime=150
proc_thread 200 202 threads=3 start=900000 utime=250 stime=5 gtime=200 gutime=100 gstime=100
tics() { grep -o '^[0-9]*\|gu=[^ ]*\|gs=[^ ]*\|hu=[^ ]*\|hs=[^ ]*' | xargs; }
is "a process has the time of all its threads" "$(items pid 200 | tics)" "200 gu=400 gs=250 hu=300 hs=60"
is "each thread, the main one too, has its own time" "$(items threads 200 | sort | tics)" \
	"200 gu=0 gs=0 hu=90 hs=10 201 gu=300 gs=150 hu=100 hs=20 202 gu=100 gs=100 hu=50 hs=5"
finish
