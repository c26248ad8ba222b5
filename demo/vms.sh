# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Switch collection on, and start three VMs with their consoles in $work. The demo's hosts source
# this in the top of the tree. One VM computes, one is busy in its kernel, one exits to its VMM
# all the time.
#
# on board: grep sleep sysctl tail ./tests/guests/qemu

sysctl -qw kernel.collect_guest_utilization=1
start() {
	tests/guests/qemu "$1" "$2" "${work:?}/$1" > "${work:?}/$1.errors" 2>&1 &
	vms+=("$!")
}
all_run() {
	local vm

	for vm in "${vms[@]}"; do
		kill -0 "$vm" 2> /dev/null || return
	done
}
# end_as_lost: a VM has ended, or hangs
end_as_lost() {
	echo "guest lost. The consoles of all VMs, and their errors:" >&2
	tail -n 20 "${work:?}"/{compute,kernel,io}{,.errors} >&2
	exit 1
}
vms=()
start compute user
start kernel system
start io io
for name in compute kernel io; do
	until grep -aqs '^load: ' "${work:?}/$name"; do
		if [ $SECONDS -ge 600 ] || ! all_run; then end_as_lost; fi
		sleep 0.2
	done
	echo "VM $name is up."
done
