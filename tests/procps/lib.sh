# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Helpers for the procps tests: results, and a made-up /proc.
#
# The tests need no patched kernel. A directory on tmpfs holds just the files
# that ps and top read, in the format of a patched (or an old) kernel; each
# command runs in a mount namespace of its own where that directory is bind
# mounted over /proc. Time is made up too: /proc/uptime only moves when a test
# writes it, so that every rate has one right value, derived by arithmetic.
#
# Set by the runner: BUILD (patched procps), STOCK (unpatched one; empty for arm64),
# BOOTTIME (built of boottime.c), WORK (a scratch directory), HERE (this directory).

# shellcheck disable=SC2154  # the runner exports them
: "${BUILD:?}" "${BOOTTIME:?}" "${WORK:?}" "${HERE:?}" "${STOCK=}"

export LC_ALL=C
[[ ${TMUX:-} ]] || export TERM=xterm
unset COLUMNS LINES XDG_CONFIG_HOME PS_FORMAT PS_PERSONALITY LIBPROC_HIDE_KERNEL

# shellcheck source=../tap.sh
. "$HERE/../tap.sh"
# shellcheck source=../screen.sh
. "$HERE/../screen.sh"

# like NAME GOT PATTERN (bash's)
like() {
	local status=0

	# shellcheck disable=SC2053
	[[ $2 == $3 ]] || status=1
	result $status "$1" "got:" "$2" "want something like:" "$3"
}

# ---- the programs

# prog BUILD ps|top: the real binary, not libtool's wrapper script
prog() {
	case $2 in
	ps)  echo "$1/src/ps/.libs/pscommand" ;;
	top) echo "$1/src/top/.libs/top" ;;
	esac
}

# since VERSION: whether procps is of that version or a later one
since() {
	local version
	version=$(sed -n 's/^#define PACKAGE_VERSION "\(.*\)"/\1/p' "$BUILD/config.h")
	[[ $(printf '%s\n' "$1" "$version" | sort -V | head -n 1) == "$1" ]]
}

# ---- the made-up /proc

PROC=$WORK/proc

# proc_new CPU_COUNT: a system up for 10000 s, whose process 1 has done nothing
proc_new() {
	local cpu cpus=$1

	rm -rf "$PROC"
	mkdir -p "$PROC/self/task" "$PROC/sys/kernel"
	echo 32768 >"$PROC/sys/kernel/pid_max"
	echo 6.12.0 >"$PROC/sys/kernel/osrelease"
	echo "0.00 0.00 0.00 1/1 1" >"$PROC/loadavg"
	printf '%s: %s kB\n' MemTotal 1000000 MemFree 500000 MemAvailable 700000 \
		Buffers 1000 Cached 1000 SwapTotal 0 SwapFree 0 SReclaimable 0 \
		>"$PROC/meminfo"
	for ((cpu = 0; cpu < cpus; cpu++)); do
		printf 'processor\t: %d\ncore id\t: %d\n\n' $cpu $cpu
	done >"$PROC/cpuinfo"
	stat_line 1 >"$PROC/self/stat"
	kernel_splits
	proc_add 1 comm=self
	proc_uptime 10000
	proc_cpus "0 0 0 0 0 0 0 0 0 0" "$cpus"
}

# kernel_splits [LINE...]: the kernel's lines in our own status; without LINE those of
# one that splits guest time, "" for none
kernel_splits() {
	(($#)) || set -- $'GuestUser:\t0 us' $'GuestSystem:\t0 us'
	printf '%s\n' $'Name:\tself' $'State:\tR (running)' "$@" >"$PROC/self/status"
}

# proc_uptime SECONDS
proc_uptime() { echo "$1 0.00" >"$PROC/uptime"; }

# proc_cpus "COLUMNS" COUNT: /proc/stat where each CPU has these columns, and
# the summary line COUNT times their value
proc_cpus() {
	local c sum=""
	for c in $1; do
		if [[ $c =~ ^[0-9]+$ ]]; then sum+=" $((c * $2))"; else sum+=" $c"; fi
	done
	{
		echo "cpu $sum"
		for ((c = 0; c < $2; c++)); do echo "cpu$c $1"; done
		printf '%s\n' "intr 0" "ctxt 0" "btime 1700000000" "processes 1" \
			"procs_running 1" "procs_blocked 0" "softirq 0"
	} >"$PROC/stat"
}

# stat_line PID [KEY=VALUE...]: one line of /proc/<pid>/stat. Times are ticks
# of 10 ms. fields=N cuts the line after field N, or appends zeros; tail="..."
# replaces all fields from 53 on.
stat_line() {
	local comm=qemu state=S ppid=1 utime=0 stime=0 cutime=0 cstime=0 threads=1
	local start=0 gtime=0 cgtime=0 gutime=0 gstime=0 cgutime=0 cgstime=0
	local fields=56 tail="" pid=$1 set line count
	shift
	for set in "$@"; do local "$set"; done
	line="$state $ppid $pid $pid 0 -1 4194304 11 22 33 44"
	line+=" $utime $stime $cutime $cstime 20 0 $threads 0 $start"
	line+=" 1000000 100 18446744073709551615 1 2 3 4 5 0 0 0 0 0 0 0 17 0 0 0 7"
	line+=" $gtime $cgtime 101 102 103 104 105 106 107 108"
	line+=" ${tail:-$gutime $gstime $cgutime $cgstime}"
	for ((count = 56; count < fields; count++)); do line+=" 9$count"; done
	if ((fields < 56)); then line=$(cut -d' ' -f "1-$((fields - 2))" <<<"$line"); fi
	echo "$pid ($comm) $line"
}

# proc_dir DIR TGID PID [KEY=VALUE...]: the files of one process or thread
proc_dir() {
	local dir=$1 tgid=$2 pid=$3 set comm=qemu threads=1 cmdline=""
	shift 3
	for set in "$@"; do
		case $set in comm=* | threads=* | cmdline=*) local "$set" ;; esac
	done
	mkdir -p "$dir"
	stat_line "$pid" "$@" >"$dir/stat"
	echo "1000 100 50 1 0 1 0" >"$dir/statm"
	printf '%s:\t%s\n' Name "$comm" State "S (sleeping)" Tgid "$tgid" \
		Pid "$pid" PPid 1 Uid "0 0 0 0" Gid "0 0 0 0" VmSize "4000 kB" \
		VmRSS "400 kB" Threads "$threads" >"$dir/status"
	printf '%s' "${cmdline:-$comm}" | tr ' ' '\0' >"$dir/cmdline"
}

# proc_add PID [KEY=VALUE...]: a process (its only thread has the same numbers)
proc_add() {
	proc_dir "$PROC/$1" "$1" "$@"
	proc_dir "$PROC/$1/task/$1" "$1" "$@"
}

# proc_thread TGID TID [KEY=VALUE...]: one thread, whose numbers differ
proc_thread() {
	local tgid=$1 tid=$2
	shift 2
	proc_dir "$PROC/$tgid/task/$tid" "$tgid" "$tid" "$@"
}

# in_proc COMMAND...: run it where the made-up /proc is /proc, and as process 1
# (ps finds itself there)
in_proc() {
	# shellcheck disable=SC2016
	HOME=${TESTHOME:-$WORK/home} timeout --foreground "${PATIENCE:-60}" \
		unshare -m -p -f --kill-child "$BASH" -c \
		'mount --bind "$0" /proc && exec env $2 LD_PRELOAD="$1" "${@:3}"' \
		"$PROC" "$BOOTTIME" "${EMULATOR:+$EMULATOR -E}" "$@"
}

# ps_in [STOCK] ARGS..., top_in [STOCK] ARGS...
run_in() {
	local which=$1 build=$BUILD
	shift
	if [[ ${1:-} == STOCK ]]; then
		build=$STOCK
		shift
	fi
	LD_LIBRARY_PATH=$build/library/.libs in_proc "$(prog "$build" "$which")" "$@"
}
ps_in() { run_in ps "$@"; }
top_in() { run_in top "$@"; }

# between UPDATE COMMAND...: a command that prints "--" and waits for a line; before it
# gets that, call the function UPDATE. Prints what comes behind the "--"
between() {
	local update=$1 line in out
	shift
	coproc "$@"
	exec {out}<&"${COPROC[0]}" {in}>&"${COPROC[1]}"
	while IFS= read -r line <&"$out" && [[ $line != -- ]]; do :; done
	"$update"
	echo >&"$in"
	exec {in}>&-
	cat <&"$out"
	exec {out}<&-
	wait
}

# ---- top's second frame

# top_frame2 UPDATE ARGS...: start top in batch mode, call the function UPDATE
# when the first frame is out, print the second frame. Top waits for a signal, not for a
# time, since a busy machine may need any.
top_frame2() {
	local update=$1 out=$WORK/frames pid top child
	shift
	: >"$out"
	top_in -b -n 2 -d 1000 "$@" >"$out" 2>"$out.err" &
	pid=$!
	while kill -0 "$pid" 2>/dev/null && ! grep -q COMMAND "$out"; do sleep 0.1; done
	"$update"
	top=$pid
	while child=$(<"/proc/$top/task/$top/children") && [[ $child ]]; do top=${child%% *}; done
	# once more if that came before top waited
	while kill -CONT "$top" 2>/dev/null; do sleep 0.2; done
	wait "$pid" || sed 's/^/# /' "$out.err"
	awk '/^top - |^vmtop - / { n++ } n == 2' "$out"
}

# column COLUMN: all its values, in order, on one line
column() {
	awk -v col="$1" '
		/PID/ { for (i = 1; i <= NF; i++) if ($i == col) c = i; next }
		c && NF { printf "%s%s", n++ ? " " : "", $c } END { print "" }'
}

# rc_new FIELD...: a rc file for top (in TESTHOME) where the first window shows
# just these, in top's own numbering (see fields), sorted by the first
declare -A FIELD=([PID]=0 [nTH]=16 [%CPU]=18 [TIME+]=20 [COMMAND]=32)
# Ours come after stock's, which are three more since 4.0.5.
if since 4.0.5; then ours=81; else ours=78; fi
for f in %HU %HS %GU %GS GTIME GUTIME GSTIME; do FIELD[$f]=$((ours++)); done
rc_new() {
	local f i w on=" " flags=193844 irix=1 sort=${FIELD[$1]} line="" win extra=""
	TESTHOME=$WORK/home.rc
	rm -rf "$TESTHOME"
	mkdir -p "$TESTHOME/.config/procps"
	for f in "$@"; do
		case $f in
		flags=*) flags=${f#*=} && continue ;;
		irix=*) irix=${f#*=} && continue ;;
		sort=*) sort=${FIELD[${f#*=}]} && continue ;;
		extra=*) extra=${f#*=} && continue ;;
		esac
		line+=" $(((FIELD[$f] + 37) * 2 + 1))"
		on+="${FIELD[$f]} "
	done
	for ((i = 0; i < 100; i++)); do
		[[ $on == *" $i "* ]] || line+=" $(((i + 37) * 2))"
	done
	{
		echo "top's Config File (Linux processes with windows)"
		echo "Id:k, Mode_altscr=0, Mode_irixps=$irix, Delay_time=1.500, Curwin=0"
		for ((w = 0; w < 4; w++)); do
			win=(Def Job Mem Usr)
			printf '%s\tfieldscur=%s\n' "${win[w]}" "$line"
			printf '\twinflags=%d, sortindx=%d, maxtasks=0, graph_cpus=0, graph_mems=0' \
				"$flags" "$sort"
			printf ', double_up=0, combine_cpus=0, core_types=0\n'
			printf '\tsummclr=1, msgsclr=1, headclr=3, taskclr=1\n'
		done
		echo "Fixed_widest=0, Summ_mscale=1, Task_mscale=0, Zero_suppress=0, Tics_scaled=0"
		[[ -z $extra ]] || printf '%b' "$extra"
	} >"$TESTHOME/.config/procps/toprc"
}

# ---- interactive top, on a screen of tmux

SCREEN=0
tmux() { command tmux -S "$WORK/tmux.$SCREEN" -f /dev/null "$@"; }

# screen_start WIDTHxHEIGHT [STOCK] ARGS...: top there (as process 1 of its /proc)
screen_start() {
	local size=$1
	shift
	screen_stop
	((++SCREEN))
	export TESTHOME
	# shellcheck disable=SC2016  # for the shell which is started there
	tmux new-session -d -x "${size%x*}" -y "${size#*x}" \
		"$BASH" -c '. "$0" && PATIENCE=300 top_in "$@"' "$HERE/lib.sh" "$@"
	screen_wait COMMAND
}

# screen_stop: whatever runs there
screen_stop() {
	tmux kill-server 2>/dev/null
	return 0
}

screen_text() { tmux capture-pane -p; }
screen_wait() { seen "$1"; }

# screen_header: the column headers, blanks squeezed
screen_header() { screen_text | grep -m 1 COMMAND | squeeze; }
