# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# ps: the columns, their order, and threads.
# shellcheck source=lib.sh
. ./lib.sh

all=%cpu,%hu,%hs,%gu,%gs,time,gtime,gutime,gstime

# All processes are 1000 s (100 000 ticks) old, so 1000 ticks are 1 % of a life.
# 101 has a user-bound guest, 102 a system-bound one, 103 is a busy host process,
# 104 sleeps; they are as an administrator would find them.
system() {
	proc_new 2
	proc_add 101 start=900000 utime=61000 stime=2500 gtime=60000 gutime=52000 gstime=7900 "$@"
	proc_add 102 start=900000 utime=40500 stime=4500 gtime=40000 gutime=1000 gstime=38000 "$@"
	proc_add 103 start=900000 utime=70000 stime=1500 "$@"
	proc_add 104 start=900000 "$@"
}

# Mutation: swap pr_pgu and pr_pgs (or pr_phu and pr_phs) in format_array[].
system
is "each column has its header and its value" "$(ps_in -N -p 1 -o "pid,$all" --sort=pid | squeeze)" \
	"PID %CPU %HU %HS %GU %GS TIME GTIME GUTIME GSTIME
101 63.5 1.0 2.5 52.0 7.9 00:10:35 00:10:00 00:08:40 00:01:19
102 45.0 0.5 4.5 1.0 38.0 00:07:30 00:06:40 00:00:10 00:06:20
103 71.5 70.0 1.5 0.0 0.0 00:11:55 00:00:00 00:00:00 00:00:00
104 0.0 0.0 0.0 0.0 0.0 00:00:00 00:00:00 00:00:00 00:00:00"

# Mutation: a row of the table in ps.1 left out, its header misspelt, two rows out of order.
for column in %gs %gu %hs %hu gstime gtime gutime; do
	echo "$column $(ps_in -p 1 -o "$column" | sed -n 1p | squeeze)"
done > "$WORK/columns"
is "ps(1) has the new columns with their headers, in order" \
	"$(grep -P '^(%[gh][us]|g[us]?time)\t' "$BUILD/man/ps.1" | cut -f 1,2 | tr '\t' ' ')" "$(cat "$WORK/columns")"

# Mutation: return "0.0" instead of "-" in pr_pgu() and the like.
for fields in 52 44; do
	system fields=$fields
	is "with stat of $fields fields, a split is shown as -" \
		"$(ps_in -o "pid,$all" -p 101,103 --sort=pid | tail -n +2 | squeeze)" \
		"101 63.5 1.0 2.5 - - 00:10:35 00:10:00 - -
103 71.5 70.0 1.5 - - 00:11:55 00:00:00 - -"
done

# Mutation: format_time() without its days.
proc_new 2
proc_add 101 start=0 utime=40000000 gtime=40000000 gutime=17280100 gstime=8640000
is "guest times show days as TIME does" "$(ps_in -o time,gtime,gutime,gstime -p 101 | tail -n 1 | squeeze)" \
	"4-15:06:40 4-15:06:40 2-00:00:01 1-00:00:00"

# Mutation: let HOST_user() subtract without its test.
proc_new 2
proc_add 101 start=900000 utime=1000 gtime=1003 gutime=1003
is "%HU is 0 if guest time exceeds user time" "$(ps_in -o %hu,%gu -p 101 | tail -n 1 | squeeze)" "0.0 1.0"

# Four vCPUs: more than 100 % (as %CPU then is, without a fraction)
# Mutation: limit pcpu to 999 in format_pcpu().
proc_add 102 start=900000 threads=6 utime=390000 gtime=380000 gutime=250000 gstime=125500
is "four vCPUs can have more than 100 %" "$(ps_in -o %cpu,%hu,%gu,%gs -p 102 | tail -n 1 | squeeze)" "390 10.0 250 125"

# Sorting. The order of each column is its own, and no two columns share one;
# a process whose numbers are not known is the least of all.
# Mutation: exchange the .sr of any two of these in format_array[].
proc_new 2
proc_add 11 start=900000 utime=71000 stime=1000 gtime=70000 gutime=10000 gstime=40000
proc_add 12 start=900000 utime=64000 stime=4000 gtime=60000 gutime=30000 gstime=30000
proc_add 13 start=900000 utime=83000 stime=3000 gtime=80000 gutime=20000 gstime=10000
proc_add 14 start=900000 utime=92000 stime=2000 gtime=90000 gutime=40000 gstime=20000
proc_add 15 start=900000 utime=50005 stime=5000 gtime=50000 fields=52
# 16 is young: few ticks, but a large share of its life
proc_add 16 start=999800 utime=198 stime=20 gtime=180 gutime=90 gstime=85
order() { ps_in -N -p 1 -o pid --sort="$1" --no-headers | xargs; }
is "--sort=gtime puts the smallest first" "$(order gtime)" "16 15 12 11 13 14"
is "--sort=gutime puts unknown first, then the smallest" "$(order gutime)" "15 16 11 13 12 14"
is "--sort=gstime puts unknown first, then the smallest" "$(order gstime)" "15 16 13 14 12 11"
is "--sort=%hu puts the smallest first" "$(order %hu)" "15 11 14 13 12 16"
is "--sort=%hs puts the smallest first" "$(order %hs)" "11 14 13 12 15 16"
is "--sort=%gu puts unknown first, then the smallest" "$(order %gu)" "15 11 13 12 14 16"
is "--sort=%gs puts unknown first, then the smallest" "$(order %gs)" "15 13 14 12 11 16"
for column in gtime gutime gstime %hu %hs %gu %gs; do
	is "--sort=-$column is the reverse of --sort=$column" "$(order "-$column")" \
		"$(order "$column" | tr ' ' '\n' | tac | xargs)"
done
is "the BSD option k sorts by %gu" "$(ps_in axk-%gu o pid h | grep -v " 1$" | xargs)" "16 14 12 13 11 15"

# Mutation: put a new row of format_array[] out of order (bsearch fails then).
is "ps L lists the seven new columns" "$(ps_in L | awk '$1 ~ /^(%[hg][us]|g[us]?time)$/ { print $1, $2 }' | xargs)" \
	"%gs %GS %gu %GU %hs %HS %hu %HU gstime GSTIME gtime GTIME gutime GUTIME"
is "-o takes each column that ps L lists" "$(ps_in L | while read -r name _; do
	ps_in -p 11 -o "$name" >/dev/null 2>&1 || echo "$name"
done)" ""

# Mutation: a PIDSITEMS of 84, which is less than all columns need.
every=$(ps_in L | awk '$1 !~ /^(_|%gu)/ { printf "%s:99,", $1 }')
is "a column after all others has its value" "$(ps_in -p 11 -o "$every%gu" --no-headers | awk '{ print $NF }')" "10.0"

# '%g' and the like are AIX descriptors, and still work
# Mutation: have aix_format_parse() called first.
is "-o %gu=HEADER sets the header" "$(ps_in -p 11 -o '%gu=GuestUser' | squeeze)" "GuestUser
10.0"
is "-o %gu:9 sets the width" "$(ps_in -p 11 -o '%gu:9' | head -n 1)" "      %GU"
is "AIX descriptors, as %p and %G, still work" "$(ps_in -p 11 -o '%p %G' --no-headers | squeeze)" "11 root"

# With S, dead children count, as they do for %cpu.
# Mutation: exchange TICS_GUEST_USER_C and TICS_GUEST_USER in pr_pgu().
proc_new 2
proc_add 11 start=900000 utime=10000 stime=1000 gtime=8000 gutime=5000 gstime=2000 \
	cutime=20000 cstime=3000 cgtime=16000 cgutime=9000 cgstime=6000
proc_add 12 start=900000 utime=10000 stime=1000 gtime=8000 cutime=20000 fields=52
is "ps S adds the times of dead children" "$(ps_in S -o %cpu,%hu,%hs,%gu,%gs --sort=pid -p 11,12 | tail -n +2 | squeeze)" \
	"34.0 6.0 4.0 14.0 8.0
31.0 22.0 1.0 - -"

# Mutation: drop the test of guest_time_split() in stat2proc_guest().
kernel_splits ""
is "without GuestUser in status, the last fields of stat are not used" "$(ps_in -o %cpu,%hu,%hs,%gu,%gs,gtime,gutime,gstime -p 11 | tail -n 1 | squeeze)" \
	"11.0 2.0 1.0 - - 00:01:20 - -"

# Threads. Mutation: take the call of leader_tics() out of readeither(); have
# simple_spew() show buf, not the whole process, under 'm'.
proc_new 2
proc_add 200 threads=3 start=900000 utime=10000 stime=600 gtime=7000 gutime=4000 gstime=2500
proc_thread 200 200 threads=3 start=900000 utime=900 stime=100
proc_thread 200 201 threads=3 start=900001 utime=6000 stime=200 gtime=5000 gutime=3000 gstime=1500
proc_thread 200 202 threads=3 start=900002 utime=2500 stime=50 gtime=2000 gutime=1000 gstime=1000
proc_add 300 start=900000 utime=500
is "a process has the time of all its threads" "$(ps_in -o pid,%hu,%gu,%gs -p 200 | tail -n 1 | squeeze)" \
	"200 3.0 4.0 2.5"
is "-L shows each thread with its own time" "$(ps_in -L -o lwp,%hu,%hs,%gu,%gs -p 200 | tail -n +2 | squeeze | sort)" \
	"200 0.9 0.1 0.0 0.0
201 1.0 0.2 3.0 1.5
202 0.5 0.0 1.0 1.0"
is "H sorts threads by their own time" \
	"$(ps_in H -o lwp,%gu --sort=-%gu -p 200 | tail -n +2 | squeeze)" "201 3.0
202 1.0
200 0.0"
is "m shows the process with all time, each thread with its own" \
	"$(ps_in m -o pid,lwp,%hu,%gu -p 200,300 | tail -n +2 | squeeze | sort)" \
	"- 200 0.9 0.0
- 201 1.0 3.0
- 202 0.5 1.0
- 300 0.5 0.0
200 - 3.0 4.0
300 - 0.5 0.0"
# ps reads the threads first. The process may end before ps reads it. Mutation: "||" for the "&&"
# before ID_PID in simple_spew().
rm -r "$PROC/200/stat" "$PROC/200/task/200"
is "m shows the oldest remaining thread for a process that is gone" \
	"$(ps_in m -o pid,%hu,%gu -p 200,300 | tail -n +2 | squeeze | grep -v ^-)" "200 1.0 3.0
300 0.5 0.0"

# The output of stock ps stays as it was.
# Mutation: any change to pr_pcpu() or pr_time().
if [[ $STOCK ]]; then
	system
	for args in "-ef" "aux" "-e -o pid,%cpu,c,cp,time,cputime,cuu,args" "axl" "-eF" "axv"; do
		# shellcheck disable=SC2086
		is "ps $args prints what stock ps prints" "$(ps_in $args)" "$(ps_in STOCK $args)"
	done
else
	skip "ps prints what stock ps prints" "no stock build"
fi
finish
