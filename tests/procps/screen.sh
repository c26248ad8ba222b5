# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Interactive top: choose fields, sort, threads, write the rc file, restart.
# shellcheck source=lib.sh
. ./lib.sh
trap screen_stop EXIT

cpus="100000 3000 9000 500000 10 20 30 40 60000 2000 30000 20000"
#          +600   +50  +90 +200   +10 +10 +20 +20 +500  +40  +300  +150
cpus_next="100600 3050 9090 500200 20 30 50 60 60500 2040 30300 20150"

# The summary: ten states where they fit, without blanks where they'd not
# Mutation: always use the longer format (or always the other one).
TESTHOME=$WORK/home1
mkdir -p "$TESTHOME"
for size in 80x24 97x24 98x24; do
	proc_new 2
	proc_cpus "$cpus" 2
	screen_start $size -d 3
	proc_uptime 10010
	proc_cpus "$cpus_next" 2
	screen_wait 'Cpu.* 5.0 ?ni'
	line=$(screen_text | grep '%Cpu')
	if [[ $size == 98* ]]; then
		is "${size%x*} columns show the longer %Cpu line" "$line" \
			"%Cpu(s): 60.0 us,  9.0 sy,  5.0 ni, 20.0 id,  1.0 wa,  1.0 hi,  2.0 si,  2.0 st, 30.0 gu, 15.0 gs"
	else
		is "${size%x*} columns show the shorter %Cpu line" "$line" \
			"%Cpu(s):60.0us, 9.0sy, 5.0ni,20.0id, 1.0wa, 1.0hi, 2.0si, 2.0st,30.0gu,15.0gs"
	fi
done

# A guest of two vCPUs and one that slept so far
system() {
	proc_new 2
	proc_add 200 threads=3 utime=1000 stime=60 gtime=700 gutime=400 gstime=250
	proc_thread 200 200 threads=3 utime=90 stime=10
	proc_thread 200 201 threads=3 utime=600 stime=20 gtime=500 gutime=300 gstime=150
	proc_thread 200 202 threads=3 utime=250 stime=5 gtime=200 gutime=100 gstime=100
	proc_add 300
	proc_add 301 utime=5000
}

# Turn all of them on in the fields screen, make %GS the sort field
# Mutation: leave one of them out of Fieldstab[] or of top_nls.c's tables.
system
screen_start 150x60 -d 2
before=$(screen_header)
keys f
screen_wait "Fields Management"
is "the fields screen describes the seven new columns" \
	"$(screen_text | grep -Eo '(%[HG][US]|G[US]?TIME) +=.*' | squeeze)" "%HU = Host User (no guest)
%HS = Host System
%GU = Guest User
%GS = Guest System
GTIME = Guest Time, total
GUTIME = Guest User Time
GSTIME = Guest System Time"
# they are the last seven
keys End Up Up Up Up Up Up
keys Space Down Space Down Space Down Space s Down Space Down Space Down Space
screen_wait '\* *GSTIME'
is "the fields screen turns all seven on" "$(screen_text | grep -Eo '\* *(%[HG][US]|G[US]?TIME)' | tr -d '*' | xargs)" \
	"%HU %HS %GU %GS GTIME GUTIME GSTIME"
is "the fields screen sorts by %GS" "$(screen_text | grep -o 'current sort field is *[^ ]*' | squeeze)" "current sort field is %GS"
keys q
screen_wait 'COMMAND *%HU'
is "new columns follow the default ones" "$(screen_header)" "$before %HU %HS %GU %GS GTIME GUTIME GSTIME"

# An interval of 10 s, sorted by %GS
# Mutation: drop the four rows of deltas from pids_make_hist().
proc_uptime 10010
proc_add 200 threads=3 utime=1500 stime=70 gtime=1150 gutime=700 gstime=350
proc_add 300 utime=600 stime=20 gtime=590 gutime=90 gstime=480
screen_wait '^ *300 .* 48.0 '
is "rows have their values, and are sorted by %GS" "$(screen_text | grep -E '^ *(200|300|301) ' | squeeze | cut -d' ' -f 1,13-)" \
	"300 1.0 2.0 9.0 48.0 0:05.90 0:00.90 0:04.80
200 5.0 1.0 30.0 10.0 0:11.50 0:07.00 0:03.50
301 0.0 0.0 0.0 0.0 0:00.00 0:00.00 0:00.00"

# Threads. Mutation: take the call of leader_tics() out of readeither().
proc_thread 200 200 threads=3 utime=90 stime=10
keys H
screen_wait '^ *202 '
is "H shows threads with their own times" "$(screen_text | grep -E '^ *20[012] ' | squeeze | cut -d' ' -f 1,17- | sort)" \
	"200 0:00.00 0:00.00 0:00.00
201 0:05.00 0:03.00 0:01.50
202 0:02.00 0:01.00 0:01.00"
keys H
screen_wait 'Tasks:'

# W and a restart: the same screen, the same file
# Mutation: make write_rcfile() end with EU_NS8.
keys W
screen_wait 'Wrote configuration'
header=$(screen_header)
screen_start 150x60
is "after W and a restart the columns are the same" "$(screen_header)" "$header"
rc=$TESTHOME/.config/procps/toprc
like "W writes the sort field" "$(grep -m 1 sortindx "$rc")" "*sortindx=${FIELD[%GS]},*"
cp "$rc" "$WORK/rc1"
keys W
screen_wait 'Wrote configuration'
is "W writes the same file after a restart" "$(diff "$WORK/rc1" "$rc")" ""

# Other filters know them, too. Mutation: leave EU_TM5 out of task_show().
keys o
screen_wait 'filter'
tmux send-keys -l '%GS>9.0'
keys Enter
proc_uptime 10020
proc_add 300 utime=1600 stime=20 gtime=1590 gutime=90 gstime=1480
screen_wait '^ *300 .* 100.0 +0:'
is "a filter on %GS chooses rows" "$(screen_text | grep -Eo '^ *(200|300|301) ' | xargs)" "300"

# A collapsed parent includes what its children did, as it does for %CPU
# Mutation: take the loop over rSv_Gst() out of forest_begin().
proc_new 2
proc_add 400 start=1
proc_add 401 ppid=400 start=2
proc_add 402 ppid=400 start=3
proc_add 403 start=4 fields=52
rc_new PID %CPU %HU %HS %GU %GS COMMAND
screen_start 100x30 -d 2
keys V
# (what 'v' acts upon is the topmost task: process 1, then 400)
keys Down v
sleep 2.5
proc_uptime 10010
proc_add 400 start=1 utime=10 stime=10
proc_add 401 ppid=400 start=2 utime=90 stime=10 gtime=70 gutime=40 gstime=20
proc_add 402 ppid=400 start=3 utime=50 stime=5 gtime=20 gutime=5 gstime=15
proc_add 403 start=4 fields=52 utime=30 gtime=20
screen_wait '^ *400 +[1-9]'
is "a collapsed parent includes its children" "$(screen_text | grep -E '^ *40[0-3] ' | squeeze | cut -d' ' -f 1-6)" \
	"400 17.5 6.0 2.5 4.5 3.5
403 3.0 1.0 0.0 - -"
finish
