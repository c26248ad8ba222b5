#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh PROGRAM SPAWNER BARE : one round against a bare loop that reads the same files,
# and memory over many rounds, with 1 000 processes of 20 threads. Environment: PROCESSES,
# THREADS (in each), REPEATS, ROUNDS.
#
# Without VMs guesttime need not look at threads, so that --all treats each process as a VM.
# CPU time counts, user and system: the machine may be busy. A round is one of several of
# one process, since a start costs something too. At most 1.3 times the bare loop.
set -euo pipefail

prog=$(realpath "$1")
spawner=$(realpath "$2")
bare=$(realpath "$3")
processes=${PROCESSES:-1000}
threads=${THREADS:-20}
repeats=${REPEATS:-5}
rounds=${ROUNDS:-1000}
limit=1.3

coproc crowd { exec "$spawner" "$processes" "$threads"; }
# shellcheck disable=SC2154 # set by coproc
crowd_pid=$crowd_PID
trap 'kill "$crowd_pid" 2>/dev/null || true' EXIT
read -r ready <&"${crowd[0]}"
[[ $ready == ready ]]

# milliseconds COMMAND... : CPU time of a run of 11 rounds less that of one of 1, by 10: the
# median of several
milliseconds()
{
	local i TIMEFORMAT='%U %S' one eleven

	for ((i = 0; i < repeats; i++)); do
		one=$({ time "$@" 1 >/dev/null 2>&1; } 2>&1)
		eleven=$({ time "$@" 11 >/dev/null 2>&1; } 2>&1)
		awk -v one="$one" -v eleven="$eleven" 'BEGIN {
			split(one, a); split(eleven, b)
			print (b[1] + b[2] - a[1] - a[2]) * 100
		}'
	done | sort -n | awk '{ v[NR] = $1 } END { printf "%.1f\n", v[int((NR + 1) / 2)] }'
}

echo "$(ps -e -o pid= | wc -l) processes, $(ps -eL -o tid= | wc -l) threads, CPU time of a round"
bare_ms=$(milliseconds "$bare")
status=0
report()	# NAME MILLISECONDS
{
	awk -v name="$1" -v ms="$2" -v bare="$bare_ms" -v limit="$limit" 'BEGIN {
		printf "  %-28s %8.1f ms  %5.2f of the bare loop  %s\n", name, ms, ms / bare,
			ms / bare <= limit ? "ok" : "TOO SLOW"
		exit ms / bare > limit
	}' || status=1
}
report 'bare loop' "$bare_ms"
report 'guesttime -t --all -i 0.01' \
	"$(milliseconds "$prog" -t --all -i 0.01 --source kernel --json -n)"

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
