#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh PROGRAM SPAWNER : one round against ps, and memory over many rounds,
# with 2 000 processes and 20 000 threads. Environment: PROCESSES, THREADS (in
# each), REPEATS, ROUNDS.
#
# Without VMs "guesttime -t" need not look at threads at all, so the harder case
# is timed too: --all treats each process as a VM and prints each thread. Both
# must take at most 1.5 times what ps takes.
set -euo pipefail

prog=$(realpath "$1")
spawner=$(realpath "$2")
processes=${PROCESSES:-2000}
threads=${THREADS:-10}
repeats=${REPEATS:-9}
rounds=${ROUNDS:-1000}
limit=1.5

coproc crowd { exec "$spawner" "$processes" "$threads"; }
# shellcheck disable=SC2154 # set by coproc
crowd_pid=$crowd_PID
trap 'kill "$crowd_pid" 2>/dev/null || true' EXIT
read -r ready <&"${crowd[0]}"
[[ $ready == ready ]]

# milliseconds COMMAND... : the median of several runs
milliseconds()
{
	local i begin end

	for ((i = 0; i < repeats; i++)); do
		begin=$(date +%s%N)
		"$@" >/dev/null 2>&1
		end=$(date +%s%N)
		echo $(((end - begin) / 1000))
	done | sort -n | awk '{ v[NR] = $1 } END { printf "%.1f\n", v[int((NR + 1) / 2)] / 1000 }'
}

echo "$(ps -e -o pid= | wc -l) processes," \
	"$(ps -eL -o tid= | wc -l) threads, median of $repeats runs"
ps_ms=$(milliseconds ps -eL -o pid,tid,time)
status=0
report()	# NAME MILLISECONDS
{
	awk -v name="$1" -v ms="$2" -v ps="$ps_ms" -v limit="$limit" 'BEGIN {
		printf "  %-28s %8.1f ms  %5.2f of ps  %s\n", name, ms, ms / ps,
			ms / ps <= limit ? "ok" : "TOO SLOW"
		exit ms / ps > limit
	}' || status=1
}
report 'ps -eL -o pid,tid,time' "$ps_ms"
report 'guesttime -t' "$(milliseconds "$prog" -t)"
report 'guesttime -t --all' "$(milliseconds "$prog" -t --all)"

# Memory: resident after a tenth of the rounds, and after the last but one. Buffers
# hold the largest round so far, and the machine does not stand still: rows beyond
# the most until then may take 1 KiB each. Process 1 is the first row of a round.
dir=$(mktemp -d)
trap 'kill "$crowd_pid" 2>/dev/null || true; rm -rf "$dir"' EXIT
mkfifo "$dir/json"
"$prog" -t --all --json --sort tid -i 0.01 -n "$rounds" >"$dir/json" 2>/dev/null &
watched=$!
awk -v pid="$watched" -v rounds="$rounds" '
	function resident(	line, kb) {
		file = "/proc/" pid "/status"
		while ((getline line < file) > 0)
			if (line ~ /^VmRSS:/)
				kb = line
		close(file)
		gsub(/[^0-9]/, "", kb)
		return kb + 0
	}
	/^{"pid":1,"tid":1,/ {
		if (rows > most)
			most = rows
		rows = 0
		if (++n == int(rounds / 10)) {
			early = resident()
			most_early = most
		}
		if (n == rounds - 1)
			late = resident()
	}
	{ rows++ }
	END {
		flat = early && late && late - early <= 64 + most - most_early
		printf "  resident memory: %d KiB after %d rounds (at most %d rows), " \
			"%d KiB after %d (%d)  %s\n", early, rounds / 10, most_early,
			late, rounds - 1, most, flat ? "flat" : "GROWS"
		exit !flat
	}' "$dir/json" || status=1
wait "$watched"
exit "$status"
