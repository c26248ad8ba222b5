#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh DIR: what guesttime costs, with the programs in DIR: a round beside a bare loop
# that reads the same files, a round of top, memory over many rounds, and the size of a
# recording. Environment: PROCESSES, THREADS (in each), REPEATS, ROUNDS.
#
# Without VMs guesttime need not look at threads, so that --all treats each process as a VM.
# CPU time counts, user and system: the machine may be busy. A round is one of several of
# one process, since a start costs something too.
set -euo pipefail

dir=$(realpath "$1")
prog=$dir/guesttime
processes=${PROCESSES:-1000}
threads=${THREADS:-20}
repeats=${REPEATS:-5}
rounds=${ROUNDS:-10000}
round_limit=1.3		# times the bare loop
top_limit=2		# percent of a CPU at 3 s
export TERM=xterm LINES=50 COLUMNS=120 LC_ALL=C

tmp=$(mktemp -d)
crowd_pid=
trap 'kill "$crowd_pid" 2>/dev/null || true; rm -rf "$tmp"' EXIT
status=0

# crowd PROCESSES: as many, of $threads threads each; those of before end
crowd()
{
	local ready

	if [[ -n $crowd_pid ]]; then
		exec {end}>&-	# which ends them
		wait "$crowd_pid"
	fi
	mkfifo "$tmp/crowd.$1" "$tmp/end.$1"
	"$dir/bench/spawn_threads" "$1" "$threads" <"$tmp/end.$1" >"$tmp/crowd.$1" &
	crowd_pid=$!
	exec {end}>"$tmp/end.$1"
	read -r ready <"$tmp/crowd.$1"
	[[ $ready == ready ]]
	echo "$(ps -e -o pid= | wc -l) processes, $(ps -eL -o tid= | wc -l) threads"
}

# milliseconds COMMAND... : CPU time of a run of 11 rounds less that of one of 1, by 10: the
# median of several. The number of rounds is the last argument.
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

# instructions RUN COMMAND... : of a round, in user mode; the kernel's are not counted. RUN
# is what to run it with: on_terminal, or command.
instructions()
{
	local n

	for n in 2 12; do
		"$1" valgrind --tool=callgrind --callgrind-out-file="$tmp/callgrind" "${@:2}" "$n" \
			>/dev/null 2>&1 </dev/null
		sed -n 's/^totals: //p' "$tmp/callgrind"
	done | awk '{ v[NR] = $1 } END { printf "%d\n", (v[2] - v[1]) / 10 }'
}

# allocations COMMAND... : of a round
allocations()
{
	local n

	for n in 12 22; do
		valgrind "$@" "$n" 2>&1 >/dev/null </dev/null |
			sed -n 's/.*total heap usage: \([0-9,]*\) allocs.*/\1/p' | tr -d ,
	done | awk '{ v[NR] = $1 } END { printf "%.1f\n", (v[2] - v[1]) / 10 }'
}

# shellcheck disable=SC2317 # run by name
# on_terminal COMMAND... : its arguments have no blanks
on_terminal()
{
	script -qefc "$*" /dev/null
}

# judge TEXT VALUE LIMIT
judge()
{
	local verdict=ok

	if awk -v v="$2" -v limit="$3" 'BEGIN { exit v <= limit }'; then
		verdict='TOO MUCH'
		status=1
	fi
	echo "  $1: $verdict (at most $3)"
}

mkfifo "$tmp/json"
crowd "$processes"
bare_ms=$(milliseconds "$dir/bench/bare_read")
echo "  bare loop: $bare_ms ms of CPU a round"
for format in --json --csv ''; do
	# shellcheck disable=SC2206 # no word, or one
	args=(-t --all -i 0.01 --source kernel $format -n)
	ms=$(milliseconds "$prog" "${args[@]}")
	ratio=$(awk -v ms="$ms" -v bare="$bare_ms" 'BEGIN { printf "%.2f", ms / bare }')
	judge "guesttime -t ${format:-(table)}: $ms ms, $ratio of the bare loop" "$ratio" $round_limit
done
echo "  guesttime -t --json: $(instructions command "$prog" -t --all -i 0.01 --source kernel --json -n) instructions a round"
n=$(allocations "$prog" -t --all -i 0.01 --source kernel --json -n)
judge "guesttime -t --json: $n allocations a round of all rows" "$n" 16

args=(top --all -i 0.05 --source kernel -n)
ms=$(milliseconds on_terminal "$prog" "${args[@]}")
percent=$(awk -v ms="$ms" 'BEGIN { printf "%.2f", ms / 30 }')
n=$(instructions on_terminal "$prog" "${args[@]}")
judge "guesttime top: $ms ms and $n instructions a round, $percent % of a CPU at 3 s" \
	"$percent" $top_limit

# Memory: resident after a tenth of the rounds, and after the last but one. Buffers
# hold the largest round so far, and the machine does not stand still: rows beyond
# the most until then may take 1 KiB each. Process 1 is the first row of a round.
crowd $((processes / 20))
"$prog" -t --all --json --sort tid -i 0.01 -n "$rounds" --source kernel >"$tmp/json" 2>/dev/null &
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
			"%d KiB after %d (%d): %s\n", early, rounds / 10, most_early,
			late, rounds - 1, most, flat ? "flat" : "GROWS"
		exit !flat
	}' "$tmp/json" || status=1
wait "$watched"

"$dir/bench/record_size" "$tmp/recording"
# As root: perf events of the kernel need a right.
"$dir/bench/many_events" 1000 || status=1
exit "$status"
