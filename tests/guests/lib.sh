# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What tests in a machine that has the root of the one beneath share: results, as
# TAP, and guests.

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 126
: "${KERNEL:=6.12}" "${BUILD:=$PWD/build}"
export KERNEL BUILD
# Lost with the machine.
WORK=$(mktemp -d)

# "-r NAME" runs one test.
only=''
[ "${1:-}" != -r ] || only=$2

tests=0 failures=0
wanted() { [ -z "$only" ] || [ "$only" = "$1" ]; }

# result STATUS NAME [LINE...]
result() {
	local status=$1 name=$2
	shift 2
	tests=$((tests + 1))
	if [ "$status" = 0 ]; then
		echo "ok $tests $name"
	else
		failures=$((failures + 1))
		echo "not ok $tests $name"
		[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/# /'
	fi
}

# is NAME GOT WANT
is() {
	wanted "$1" || return 0
	local status=0
	[ "$2" = "$3" ] || status=1
	result $status "$1" "got:" "$2" "want:" "$3"
}

# within NAME GOT LOW HIGH
within() {
	wanted "$1" || return 0
	local status=0
	awk -v got="$2" -v low="$3" -v high="$4" \
		'BEGIN { exit !(got ~ /^-?[0-9.]+$/ && got >= low && got <= high) }' || status=1
	result $status "$1" "got: $2" "want: $3 to $4"
}

# finish: the plan, and the exit status
finish() {
	echo "1..$tests"
	[ "$failures" = 0 ]
	exit
}

die() {
	echo "not ok $((tests + 1)) $*"
	exit 1
}

# preload PROGRAM...: read them and their libraries, before there are guests: what reads the
# root beneath may end a turn of QEMU's, which guests do not survive (tests/guests/qemu).
preload() {
	local program

	for program in "$@"; do
		program=$(command -v "$program") || continue
		{ echo "$program"; ldd "$program" 2> /dev/null | grep -o '/[^ ]*'; }
	done | sort -u | xargs cat > /dev/null
}

# guest NAME LOAD: start one; its process is in PID[NAME]
declare -A PID
guest() {
	# At once: guests_work may look for it before the other process runs.
	: > "$WORK/$1.errors"
	tests/guests/qemu "$1" "$2" "$WORK/$1.console" > "$WORK/$1.errors" 2>&1 &
	PID[$1]=$!
}

# guests_work: wait until all are at what they are to do
guests_work() {
	local name

	for name in "${!PID[@]}"; do
		[ -e "$WORK/$name.errors" ] || continue
		until grep -aqs '^load: ' "$WORK/$name.console"; do
			kill -0 "${PID[$name]}" 2> /dev/null || break
			sleep 0.1
		done
		if ! kill -0 "${PID[$name]}" 2> /dev/null; then
			cat "$WORK/$name.errors" "$WORK/$name.console"
			die "guest $name ended"
		fi
	done
}

# stat_of PID: utime stime gtime gutime gstime, in clock ticks
stat_of() { sed 's/^.*) //' "/proc/$1/stat" | cut -d' ' -f 12,13,41,51,52; }
