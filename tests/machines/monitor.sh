# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# QEMU's monitor. When a machine times out, tests/machines/run prints the CPU time of QEMU's threads
# and the addresses of the machine's CPUs. Machines source this file, which is no machine itself.

MONITOR=(-chardev pipe,id=monitor,path=monitor -mon chardev=monitor)

machine_prepare() {
	mkfifo monitor.in monitor.out
}

# A stuck CPU shows the same address three times. The pipes are opened for reading and writing, so
# that no open waits for a stuck QEMU.
machine_state() {
	local i

	echo "the CPU time of QEMU's threads, then the addresses of the CPUs, three times:"
	ps -L -o time=,comm= -p "$EMULATOR" || true
	for ((i = 0; i < 3; i++)); do
		echo "info registers -a" 1<>monitor.in
		sleep 0.3
	done
	timeout 3 cat 0<>monitor.out | tr -d '\r' | grep -E '^CPU#|[RE]IP=|CR3=|PC=|PSTATE=' || true
}
