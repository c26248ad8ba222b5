# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Start guests, and notice when one is lost: for tests and for the demo.
#
# Who reads this has the folder $WORK for consoles, and die MESSAGE.
#
# on board: cut grep sed sleep ./tests/guests/qemu

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

# end_as_lost MESSAGE: show the output of the guests, and die
end_as_lost() {
	local name

	for name in "${GUESTS[@]}"; do
		# A guest that QEMU did not start has no console.
		sed "s/^/# $name: /" "$WORK/$name.errors" "$WORK/$name.console" 2> /dev/null || :
	done
	die "$1"
}

# end_if_lost: end_as_lost if a guest is lost
end_if_lost() {
	local said

	said=$(lost)
	[ -z "$said" ] || end_as_lost "${said//$'\n'/, }"
}

# guests_work SECONDS: wait for that time at most, on the machine's clock, until all guests have begun
# their load
guests_work() {
	local name end=$((SECONDS + $1))

	for name in "${GUESTS[@]}"; do
		until grep -aqs '^load: ' "$WORK/$name.console"; do
			kill -0 "${PID[$name]}" 2> /dev/null || end_if_lost
			[ $SECONDS -lt $end ] || end_as_lost "guest lost: $name has not come up"
			sleep 0.1
		done
		echo "VM $name is up."
	done
}

# stat_of PID: print utime stime gtime gutime gstime, in clock ticks
stat_of() { sed 's/^.*) //' "/proc/$1/stat" | cut -d' ' -f 12,13,41,51,52; }
