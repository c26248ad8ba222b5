# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# top in batch mode: the fields and their intervals.
# shellcheck source=lib.sh
. ./lib.sh

# Two CPUs. Between top's frames 10 s go by, so that 10 ticks are 1 % of a CPU.
# 101 is a user-bound guest, 102 a system-bound one, 103 a busy host process.
before() {
	proc_new 2
	proc_uptime 10000
	proc_add 101 threads=2 utime=60000 stime=2000 gtime=50000 gutime=30000 gstime=15000 "$@"
	proc_add 102 threads=2 utime=40000 stime=3000 gtime=39000 gutime=20000 gstime=10000 "$@"
	proc_add 103 utime=70000 stime=1000 comm=busy "$@"
	proc_add 104 "$@"
}
after() {
	proc_uptime 10010
	proc_add 101 threads=2 utime=60960 stime=2030 gtime=50950 gutime=30800 gstime=15120 \
		cgtime=6000 cgutime=3000 cgstime=1500 "${change[@]}"
	proc_add 102 threads=2 utime=40820 stime=3045 gtime=39800 gutime=20050 gstime=10740 "${change[@]}"
	proc_add 103 utime=70970 stime=1015 comm=busy "${change[@]}"
}
change=()
all=(%CPU %HU %HS %GU %GS GTIME GUTIME GSTIME)

# Mutation: exchange EU_CGU and EU_CGS (or others) in task_show() or Fieldstab[].
before
rc_new PID "${all[@]}" COMMAND
rows=$(top_frame2 after -w 200)
is "columns stand in the order of the rc file" "$(grep PID <<<"$rows" | squeeze)" "PID %CPU %HU %HS %GU %GS GTIME GUTIME GSTIME COMMAND"
row() { awk -v pid="$1" '$1 == pid' <<<"$rows" | squeeze; }
is "a user-bound guest has its time in %GU" "$(row 101)" "101 99.0 1.0 3.0 80.0 12.0 8:29.50 5:08.00 2:31.20 qemu"
is "a system-bound guest has its time in %GS" "$(row 102)" "102 86.5 2.0 4.5 5.0 74.0 6:38.00 3:20.50 1:47.40 qemu"
is "a busy host process has its time in %HU and %HS" "$(row 103)" "103 98.5 97.0 1.5 0.0 0.0 0:00.00 0:00.00 0:00.00 busy"
is "an idle process has zeros" "$(row 104)" "104 0.0 0.0 0.0 0.0 0.0 0:00.00 0:00.00 0:00.00 qemu"

# Mutation: show u instead of "-" when u < 0, or t when it is PIDS_TICS_UNKNOWN.
for fields in 52 44; do
	before fields=$fields
	change=("fields=$fields")
	rc_new PID "${all[@]}" COMMAND
	rows=$(top_frame2 after -w 200)
	is "with stat of $fields fields, a VM has - for its split" "$(row 101)" \
		"101 99.0 1.0 3.0 - - 8:29.50 - - qemu"
	is "with stat of $fields fields, a host process has - for a split" "$(row 103)" \
		"103 98.5 97.0 1.5 - - 0:00.00 - - busy"
done
change=()

# In Solaris mode all CPUs together are 100 %.
# Mutation: leave "u *= Frame_etscale" out of the new case in task_show().
before
rc_new PID "${all[@]}" COMMAND irix=0
rows=$(top_frame2 after -w 200)
is "in Solaris mode all CPUs together are 100 %" "$(row 101)" "101 49.5 0.5 1.5 40.0 6.0 8:29.50 5:08.00 2:31.20 qemu"

# Never more than the threads a process has, nor than all CPUs.
# Mutation: leave out "u > 100.0 * n".
burst() {
	proc_uptime 10001
	proc_add 101 threads=8 utime=60600 gtime=50550 gutime=30550 gstime=15000
	proc_add 103 utime=70150 gtime=150 gutime=150 comm=busy
}
before
rc_new PID "${all[@]}" COMMAND
rows=$(top_frame2 burst -w 200)
is "%GU is at most 100 % for each thread of the process" "$(cell 103 %GU <<<"$rows")" "100.0"
is "%GU is at most 100 % for each CPU of the host" "$(cell 101 %GU <<<"$rows")" "200.0"

# Sorting by each field, also by one which isn't shown; not known comes last.
# Mutation: exchange .item of two fields in Fieldstab[].
orders() {
	proc_new 4
	proc_add 11 threads=4
	proc_add 12 threads=4
	proc_add 13 threads=4
	proc_add 14 threads=4 fields=52
}
orders_after() {
	proc_uptime 10010
	#                       %HU 10      %HS 3    %GU 5      %GS 50
	proc_add 11 threads=4 utime=800 stime=30 gtime=700 gutime=50 gstime=500
	#                       %HU 20      %HS 1    %GU 40     %GS 30
	proc_add 12 threads=4 utime=1000 stime=10 gtime=800 gutime=400 gstime=300
	#                       %HU 5       %HS 2    %GU 60     %GS 10
	proc_add 13 threads=4 utime=950 stime=20 gtime=900 gutime=600 gstime=100
	#                       %HU 1       %HS 4    unknown
	proc_add 14 threads=4 utime=1010 stime=40 gtime=1000 fields=52
}
for want in "%HU 12 11 13 14" "%HS 14 11 13 12" "%GU 13 12 11 14" "%GS 11 12 13 14" \
	"GTIME 14 13 12 11" "GUTIME 13 12 11 14" "GSTIME 11 12 13 14"; do
	field=${want%% *}
	orders
	rc_new "$field" PID COMMAND
	is "-o $field puts the largest first, unknown last" "$(top_frame2 orders_after -o "$field" | column PID | tr ' ' '\n' | grep -vx 1 | xargs)" \
		"${want#* }"
	orders
	rc_new PID COMMAND
	is "-o -$field puts the smallest first, by a column that is not shown" \
		"$(top_frame2 orders_after -o "-$field" | column PID | tr ' ' '\n' | grep -vx 1 | tac | xargs)" \
		"${want#* }"
done

# Cumulative mode: dead children count in the three TIME fields, sorting included.
# Mutation: use rSv(i, ull_int) alone in the new TIME case; drop the item change
# in window_show().
children() {
	proc_new 2
	proc_add 11 gtime=1000 gutime=600 gstime=300 cgtime=100 cgutime=50 cgstime=30
	proc_add 12 gtime=500 gutime=250 gstime=200 cgtime=9000 cgutime=5000 cgstime=3000
	proc_add 13 gtime=2000 cgtime=10 fields=52
}
children
rc_new PID GTIME GUTIME GSTIME COMMAND
is "without -S, guest times are those of the process alone" "$(top_in -b -n 1 -w 200 -o GUTIME | grep -A 3 PID | squeeze)" "PID GTIME GUTIME GSTIME COMMAND
11 0:10.00 0:06.00 0:03.00 qemu
12 0:05.00 0:02.50 0:02.00 qemu
1 0:00.00 0:00.00 0:00.00 self"
is "-S adds the guest times of dead children" "$(top_in -b -n 1 -w 200 -S -o GUTIME | grep -A 4 PID | squeeze)" "PID GTIME GUTIME GSTIME COMMAND
12 1:35.00 0:52.50 0:32.00 qemu
11 0:11.00 0:06.50 0:03.30 qemu
1 0:00.00 0:00.00 0:00.00 self
13 0:20.10 - - qemu"
rc_new PID COMMAND
is "-S sorts with dead children, by a column that is not shown" \
	"$(top_in -b -n 1 -w 200 -S -o GSTIME 2>&1 | column PID)" "12 11 1 13"

# Threads. Mutation: take the call of leader_tics() out of readeither().
threads() {
	proc_new 2
	proc_add 200 threads=3 utime=1000 stime=60 gtime=700 gutime=400 gstime=250
	proc_thread 200 200 threads=3 utime=90 stime=10
	proc_thread 200 201 threads=3 utime=600 stime=20 gtime=500 gutime=300 gstime=150
	proc_thread 200 202 threads=3 utime=250 stime=5 gtime=200 gutime=100 gstime=100
}
threads_after() {
	proc_uptime 10010
	proc_add 200 threads=3 utime=1600 stime=100 gtime=1220 gutime=600 gstime=520
	proc_thread 200 200 threads=3 utime=120 stime=30
	proc_thread 200 201 threads=3 utime=900 stime=25 gtime=770 gutime=490 gstime=200
	proc_thread 200 202 threads=3 utime=520 stime=20 gtime=450 gutime=110 gstime=320
}
threads
rc_new PID %CPU %HU %HS %GU %GS GUTIME COMMAND
rows=$(top_frame2 threads_after -w 200)
is "without -H, a process has the time of all its threads" "$(row 200)" "200 64.0 8.0 4.0 20.0 27.0 0:06.00 qemu"
threads
rows=$(top_frame2 threads_after -w 200 -H)
is "with -H, the main thread has its own time" "$(row 200)" "200 5.0 3.0 2.0 0.0 0.0 0:00.00 qemu"
is "with -H, a user-bound vCPU has its own time" "$(row 201)" "201 30.5 3.0 0.5 19.0 5.0 0:04.90 qemu"
is "with -H, a system-bound vCPU has its own time" "$(row 202)" "202 28.5 2.0 1.5 1.0 22.0 0:01.10 qemu"

# The default layout has none of them, and is what stock top has.
# Mutation: drop the test of guest_time_split() in stat2proc_guest().
before
kernel_splits ""
rc_new PID "${all[@]}" COMMAND
is "without GuestUser in status, the last fields of stat are not used" \
	"$(top_in -b -n 1 -w 300 | awk '$1 == 101' | squeeze | cut -d ' ' -f 5-9)" "- - 8:20.00 - -"

# Mutation: turn one of them on in DEF_FIELDS.
before
TESTHOME=$WORK/home.none
like "the default layout has none of the new columns" "$(top_in -b -n 1 -w 500 | grep PID | squeeze)" "PID USER * %CPU %MEM TIME+ COMMAND"
is "-O lists the seven new columns last" "$(top_in -O | tail -n 7 | xargs)" "%HU %HS %GU %GS GTIME GUTIME GSTIME"
# Mutation: a field of top.1 left out or misspelt, two fields out of order.
is "top(1) has the seven new fields, in order" \
	"$(grep -oP '^\\fB\K(%[GH][US]|G[US]?TIME)(?= )' "$BUILD/man/top.1" | xargs)" "%GS %GU %HS %HU GSTIME GTIME GUTIME"
clock() { sed '1s/^top - [0-9:]* up/top - up/'; }
for args in "" "-w 300" "-H" "-o TIME+" "-1 -w 200"; do
	# shellcheck disable=SC2086
	is "on an old kernel 'top -b $args' prints what stock top prints" \
		"$(before fields=52 && top_in -b -n 1 $args | clock)" \
		"$(before fields=52 && top_in STOCK -b -n 1 $args | clock)"
done
# shellcheck disable=SC2034  # read by rc_new
others=(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29
	30 31 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55
	57 58 59 66 67 68 69 70 71 72 73 74 75 76 77)
for f in "${others[@]}"; do FIELD[$f]=$f; done
rc_new 0 "${others[@]:1}" COMMAND
is "on an old kernel all columns of stock top print the same" \
	"$(before fields=52 && top_in -b -n 1 -w 512 | clock)" \
	"$(before fields=52 && top_in STOCK -b -n 1 -w 512 | clock)"
finish
