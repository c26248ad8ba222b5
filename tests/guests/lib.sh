# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tests with real guests share this file: TAP results, and guests.  Such a test runs on an
# emulated machine without devices; all files are in its initramfs.  A device would interrupt
# QEMU's turns, which crashes guests (tests/guests/qemu).  "on board" names the files
# (scripts/initramfs).
#
# on board: bash awk basename cat cp cut date dirname echo grep head ln mkdir mktemp ps rm
# on board: sed sleep sort stty tail touch tr wc xargs /bin/bash
# on board: /etc/passwd /etc/group /etc/nsswitch.conf /lib/terminfo /usr/lib/locale/C.utf8
# on board: ./tests/guests/qemu ./tests/tap.sh ./tests/screen.sh

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 126
: "${KERNEL:=6.12}" "${BUILD:=$PWD/build}"
export KERNEL BUILD
# Lost with the machine.
WORK=$(mktemp -d)

# shellcheck source=../tap.sh
. tests/tap.sh
# shellcheck source=../screen.sh
. tests/screen.sh

# guest NAME LOAD [OPTION...]: start a guest; PID[NAME] is its process
declare -A PID
guest() {
	tests/guests/qemu "$1" "$2" "$WORK/$1.console" "${@:3}" > "$WORK/$1.errors" 2>&1 &
	PID[$1]=$!
	GUESTS+=("$1")
}
GUESTS=()

# lost: print a line for each guest that no longer runs
lost() {
	local name stat before

	for name in "${GUESTS[@]}"; do
		if ! kill -0 "${PID[$name]}" 2> /dev/null; then
			echo "guest lost: $name ended"
		elif grep -aqE 'Kernel panic|Oops|BUG: ' "$WORK/$name.console"; then
			echo "guest lost: $name crashed"
		elif stat=$(sed 's/^.*) //' "/proc/${PID[$name]}/stat") && [[ $stat != T* ]]; then
			before=$(stat_of "${PID[$name]}" | cut -d' ' -f3)
			sleep 1
			[ "$(stat_of "${PID[$name]}" | cut -d' ' -f3)" -gt "$before" ] ||
				echo "guest lost: $name has no guest time in a second"
		else
			continue
		fi
	done
}

# end_as_lost MESSAGE: end the test, and show the output of the guests
end_as_lost() {
	local name

	for name in "${GUESTS[@]}"; do
		sed "s/^/# $name: /" "$WORK/$name.errors" "$WORK/$name.console"
	done
	die "$1"
}

# end_if_lost: end the test so if a guest is lost
end_if_lost() {
	local said

	said=$(lost)
	[ -z "$said" ] || end_as_lost "${said//$'\n'/, }"
}

# A result of a lost guest says nothing about shares, whether it failed or passed: report the
# loss instead.
before_failure() { end_if_lost; }
before_plan() { end_if_lost; }

# guests_work: wait until each guest has begun its load, for a minute of the machine's time at most
guests_work() {
	local name end=$((SECONDS + 60))

	for name in "${GUESTS[@]}"; do
		until grep -aqs '^load: ' "$WORK/$name.console"; do
			kill -0 "${PID[$name]}" 2> /dev/null || end_if_lost
			[ $SECONDS -lt $end ] || end_as_lost "guest lost: $name has not come up"
			sleep 0.1
		done
	done
}

# stat_of PID: print utime stime gtime gutime gstime, in clock ticks
stat_of() { sed 's/^.*) //' "/proc/$1/stat" | cut -d' ' -f 12,13,41,51,52; }
