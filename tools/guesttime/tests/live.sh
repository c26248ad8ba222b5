#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# live.sh PROGRAM : exit records of the running kernel. Needs root and taskstats.
# No VM need run: records of ordinary processes must be received and decoded,
# lost ones counted, and CPUs that are offline accepted.
set -euo pipefail

prog=$(realpath "$1")
dir=$(mktemp -d)
proc=$dir/proc
pid=
trap '[[ -z $pid ]] || kill -9 "$pid" 2>/dev/null || true; rm -rf "$dir"' EXIT

if [[ $(id -u) != 0 ]]; then
	printf '  %-8s %s\n' SKIP 'live: needs root'
	exit 0
fi

fail()
{
	printf '  %-8s %s\n' FAIL "live: $1"
	cat "$dir/out" "$dir/err"
	exit 1
}

# start [ARGUMENT...] : begins to listen, and waits until it does.
start()
{
	"$prog" exits --proc "$proc" "$@" >"$dir/out" 2>"$dir/err" &
	pid=$!
	sleep 0.5
	if grep -q 'looking at /proc every' "$dir/err"; then
		printf '  %-8s %s\n' SKIP "live: $(head -n 1 "$dir/err")"
		exit 0
	fi
}

stop()
{
	kill -INT "$pid"
	wait "$pid" || fail "exit status $?"
	pid=
}

# vm PID : a stat line that makes an ordinary process look like a VM.
vm()
{
	local i line="$1 (sleeper) S"

	for ((i = 4; i <= 52; i++)); do
		case $i in
		14) line+=' 1000' ;;
		43) line+=' 900' ;;
		*) line+=' 0' ;;
		esac
	done
	mkdir -p "$proc/$1/task/$1"
	echo "$line" >"$proc/$1/stat"
	cp "$proc/$1/stat" "$proc/$1/task/$1/stat"
	printf 'qemu\0-name\0sleeper\0' >"$proc/$1/cmdline"
}

mkdir "$proc"

# A process that the tree says is a VM ends: its record arrives, with unknown
# guest user and system on a kernel without the feature.
sleep 2 &
sleeper=$!
vm "$sleeper"
start -i 60 -n 1 --json
wait "$sleeper"
for ((i = 0; i < 50; i++)); do
	[[ ! -s $dir/out ]] || break
	sleep 0.1
done
wait "$pid" || fail "exit status $?"
pid=
grep -q "\"pid\":$sleeper,\"vm\":\"sleeper\"" "$dir/out" || fail 'no record of our process'
grep -q '"from":"record"' "$dir/out" || fail 'not from a record'
if [[ ! -e /proc/sys/kernel/collect_guest_utilization ]]; then
	grep -q '"guest_user_seconds":null,"guest_system_seconds":null' "$dir/out" ||
		fail 'a number for the unknown'
fi
grep -q '"host_system_seconds":0.0[0-9]*,' "$dir/out" || fail 'no system time of a sleep'

# More records than the buffer holds while nobody reads: all counted.
start -i 60 --rcvbuf 4096
kill -STOP "$pid"
for ((i = 0; i < 200; i++)); do
	/bin/true
done
kill -CONT "$pid"
sleep 0.5
stop
lost=$(sed -n 's/.*: \([0-9]*\) exit records lost.*/\1/p' "$dir/err" | head -n 1)
[[ ${lost:-0} -ge 150 ]] || fail "200 processes ended unread, '${lost:-0}' said to be lost"

# CPUs that could come online later.
start -i 60
stop
grep -q ' exit records lost' "$dir/err" && fail 'records lost for no reason'

printf '  %-8s %s\n' PASS "live: a record decoded, $lost counted as lost"
