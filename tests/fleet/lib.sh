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

# until_true SECONDS COMMAND...: waits until the command succeeds. For conditions that come or do not: how
# long it takes is no result.
until_true() {
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# A port that nobody listens on now.
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# query EXPRESSION: the result of an instant query, one line "LABELS VALUE" a series.
query() {
	curl -fsS --max-time 60 --data-urlencode "query=$1" "$prometheus/api/v1/query" | python3 -c '
import json, sys
answer = json.load(sys.stdin)
for r in answer["data"]["result"] if answer["data"]["resultType"] == "vector" else []:
    print(json.dumps(r["metric"], sort_keys=True), r["value"][1])'
}

# rows EXPRESSION: how many series that gives.
rows() { query "$1" | wc -l; }
has_rows() { [ "$(rows "$1")" -gt 0 ]; }
is_rows() { [ "$(rows "$1")" -eq "$2" ]; }

# start_prometheus INTERVAL SCRAPE_CONFIG: with the rules and the console page of this tree.
start_prometheus() {
	local port

	port=$(free_port)
	prometheus=http://127.0.0.1:$port
	cat > "$tmp/prometheus.yml" <<- CONFIG
	global: {scrape_interval: $1, evaluation_interval: $1}
	rule_files: [$top/fleet/prometheus/rules.yml, $top/fleet/prometheus/joins.yml]
	scrape_configs:
	$2
	CONFIG
	promtool check config "$tmp/prometheus.yml" > "$tmp/check-config.log" 2>&1 || { cat "$tmp/check-config.log"; return 1; }
	run_server prometheus prometheus --config.file="$tmp/prometheus.yml" --storage.tsdb.path="$tmp/tsdb" \
		--web.listen-address="127.0.0.1:$port" --web.console.templates="$top/fleet/prometheus/consoles" \
		--web.console.libraries="$top/fleet/prometheus/consoles" --web.enable-admin-api \
		--web.enable-lifecycle --storage.tsdb.min-block-duration="${BLOCK_DURATION:-2h}"
	prometheus_pid=$server_pid
	until_true 60 curl -fs -o "$tmp/ready" "$prometheus/-/ready"
}

# start_simulator [ARGUMENT...]: a fleet; its targets are in $tmp/targets.json.
start_simulator() {
	run_server simulator "$top/tests/fleet/simulator" --port-file "$tmp/port" "$@"
	until_true 30 test -s "$tmp/port"
	"$top/tests/fleet/simulator" --port-file "$tmp/port" "$@" --targets > "$tmp/targets.json"
}

# The page in a real browser: its DOM once scripts have run.
browse() {
	chromium --headless --no-sandbox --disable-gpu --user-data-dir="$tmp/chromium" \
		--no-first-run --disable-background-networking --disable-component-update --disable-sync \
		--virtual-time-budget=10000 "$@" 2> "$tmp/chromium.log"
}
