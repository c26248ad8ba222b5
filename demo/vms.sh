# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by what the demo's host runs, in the top of the tree: collection on, and three VMs
# whose consoles are in $work. One VM computes, one is busy in its kernel, one leaves to its VMM
# all the time.
#
# on board: cat grep sleep sysctl ./tests/guests/qemu

sysctl -qw kernel.collect_guest_utilization=1
start() {
	tests/guests/qemu "$1" "$2" "${work:?}/$1" > "${work:?}/$1.errors" 2>&1 &
}
start compute user
start kernel system
start io io
for name in compute kernel io; do
	until grep -aqs '^load: ' "${work:?}/$name"; do
		kill -0 %% 2> /dev/null || { cat "${work:?}"/*.errors >&2; exit 1; }
		sleep 0.2
	done
	echo "VM $name is up."
done
