# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests of this folder, and by bench/fleet: real servers on loopback ports that
# the system chooses, in a folder of their own, ended with the script. Not a test itself.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # for the scripts
guesttime=${BUILD:-$top/build}/guesttime/guesttime
tmp=$(mktemp -d)
pids=()

# shellcheck disable=SC2317 # called by the trap
end_servers() {
	trap - EXIT INT TERM HUP
	for pid in "${pids[@]}"; do
		kill "$pid" 2> /dev/null || :
	done
	for pid in "${pids[@]}"; do
		wait "$pid" 2> /dev/null || :
	done
	rm -rf "$tmp"
}
trap end_servers EXIT
trap 'exit 130' INT TERM HUP

# run_server NAME COMMAND...: in the background, what it prints in $tmp/NAME.log.
run_server() {
	local name=$1

	shift
	"$@" > "$tmp/$name.log" 2>&1 &
	pids+=($!)
	server_pid=$!
}

# until_true SECONDS COMMAND...: wait until the command succeeds, for so long at most. The time that
# it takes is not part of the result.
until_true() {
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }

# wait_for SECONDS WHAT COMMAND...: the same, and ends the script if it does not. Says every half a
# minute that it still waits. A function while_waiting may look after what is waited for.
wait_for() {
	local end=$((SECONDS + $1)) what=$2 next=$((SECONDS + 30))

	shift 2
	until "$@"; do
		! declare -F while_waiting > /dev/null || while_waiting
		if [ "$SECONDS" -ge "$end" ]; then
			say "gave up: no $what, load average $(cut -d ' ' -f 1 /proc/loadavg)${hint:+; $hint}" >&2
			grep -E 'level=(warn|error)' "$tmp/prometheus.log" | tail -n 5 >&2
			exit 1
		fi
		if [ "$SECONDS" -ge "$next" ]; then
			say "waiting for $what"
			next=$((SECONDS + 30))
		fi
		sleep 1
	done
}

# A port that nobody listens on now.
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# query EXPRESSION: the result of an instant query, one line "LABELS VALUE" a series. An error is a
# line that ends in no number.
query() {
	python3 - "$prometheus" "$1" << 'PYTHON'
import json, sys, urllib.error, urllib.parse, urllib.request
data = urllib.parse.urlencode({"query": sys.argv[2]}).encode()
try:
    with urllib.request.urlopen(sys.argv[1] + "/api/v1/query", data, timeout=60) as answer:
        result = json.load(answer)["data"]["result"]
except urllib.error.HTTPError as error:
    sys.exit(error.read().decode() + ": " + sys.argv[2])
for r in result:
    print(json.dumps(r["metric"], sort_keys=True), r["value"][1])
PYTHON
}

# rows EXPRESSION: how many series that gives.
rows() { query "$1" | wc -l; }
has_rows() { [ "$(rows "$1")" -gt 0 ]; }
is_rows() { [ "$(rows "$1")" -eq "$2" ]; }

# run_prometheus PORT: with the console page of this tree, and $tmp/prometheus.yml.
run_prometheus() {
	prometheus=http://127.0.0.1:$1
	promtool check config "$tmp/prometheus.yml" > "$tmp/check-config.log" 2>&1 || { cat "$tmp/check-config.log"; return 1; }
	run_server prometheus prometheus --config.file="$tmp/prometheus.yml" --storage.tsdb.path="$tmp/tsdb" \
		--web.listen-address="127.0.0.1:$1" --web.console.templates="$top/fleet/prometheus/consoles" \
		--web.console.libraries="$top/fleet/prometheus/consoles" --web.enable-admin-api --web.enable-lifecycle
	# shellcheck disable=SC2034 # for the scripts
	prometheus_pid=$server_pid
	until_true 300 curl -fs -o "$tmp/ready" "$prometheus/-/ready" || { tail -n 5 "$tmp/prometheus.log" >&2; return 1; }
}

# start_prometheus INTERVAL SCRAPE_CONFIG: with the rules of this tree too.
start_prometheus() {
	cat > "$tmp/prometheus.yml" <<- CONFIG
	global: {scrape_interval: $1, evaluation_interval: $1}
	rule_files: [$top/fleet/prometheus/rules.yml, $top/fleet/prometheus/joins.yml]
	scrape_configs:
	$2
	CONFIG
	run_prometheus "$(free_port)"
}

# start_simulator [ARGUMENT...]: a fleet; its targets are in $tmp/targets.json.
start_simulator() {
	run_server simulator "$top/tests/fleet/simulator" --port-file "$tmp/port" "$@"
	until_true 300 test -s "$tmp/port" || { cat "$tmp/simulator.log" >&2; return 1; }
	"$top/tests/fleet/simulator" --port-file "$tmp/port" "$@" --targets > "$tmp/targets.json"
}

# The page in a real browser: its DOM once scripts have run.
browse() {
	chromium --headless --no-sandbox --disable-gpu --user-data-dir="$tmp/chromium" \
		--no-first-run --disable-background-networking --disable-component-update --disable-sync \
		--virtual-time-budget=10000 "$@" 2> "$tmp/chromium.log"
}

# A made-up /proc of a host is a folder with a process for each VM.
#
# vm DIR PID NAME UUID START GUEST USER SYSTEM HOST_USER HOST_SYSTEM: times in ticks.
vm() {
	local dir=$1/$2 name=$3 uuid=$4 start=$5 gtime=$6 gutime=$7 gstime=$8 utime=$(($6 + $9)) stime=${10}
	local -a fields=()
	local i

	for ((i = 4; i <= 56; i++)); do fields[i]=0; done
	fields[14]=$utime fields[15]=$stime fields[22]=$start fields[43]=$gtime fields[53]=$gutime fields[54]=$gstime
	mkdir -p "$dir/task/$2"
	printf 'qemu-system-x86_64\0-name\0guest=%s,debug-threads=on\0-uuid\0%s\0' "$name" "$uuid" > "$dir/cmdline"
	printf 'Name:\tqemu\nTgid:\t%s\n' "$2" > "$dir/status"
	printf '0::/machine.slice\n' > "$dir/cgroup"
	echo "$2 (CPU 0/KVM) S ${fields[*]}" > "$dir/task/$2/stat"
	echo "$2 (qemu) S ${fields[*]}" > "$dir/stat.new"
	mv "$dir/stat.new" "$dir/stat"
}

# host DIR COLLECTING: the files of that /proc that belong to no VM; COLLECTING is the sysctl.
host() {
	mkdir -p "$1/sys/kernel" "$1/self"
	printf 'Name:\tself\nGuestUser:\t0 us\nGuestSystem:\t0 us\n' > "$1/self/status"
	echo "$2" > "$1/sys/kernel/collect_guest_utilization"
}

# start_exporter ARGUMENT...: its address in $exporter.
start_exporter() {
	run_server exporter "$guesttime" exporter --web.listen-address=127.0.0.1:0 "$@"
	exporter_pid=$server_pid
	until_true 180 grep -qs 'listening on' "$tmp/exporter.log"
	exporter=http://$(sed -n 's/.*listening on //p' "$tmp/exporter.log")
}
