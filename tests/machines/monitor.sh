# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# QEMU's monitor: the log of a machine that does not end gets the processor time of QEMU's threads
# and where the machine's CPUs are. Machines source this file, which is no machine itself.

MONITOR=(-chardev pipe,id=monitor,path=monitor -mon chardev=monitor)

machine_prepare() {
	mkfifo monitor.in monitor.out
}

# Three times, since a CPU that is stuck is where it was. The pipes are opened in a way that does
# not wait for QEMU, which may be stuck itself.
machine_state() {
	local i

	echo "threads of QEMU, their processor time, and the CPUs of the machine three times:"
	ps -L -o time=,comm= -p "$EMULATOR" || true
	for ((i = 0; i < 3; i++)); do
		echo "info registers -a" 1<>monitor.in
		sleep 0.3
	done
	timeout 1 cat 0<>monitor.out | tr -d '\r' | grep -E '^CPU#|[RE]IP=|CR3=|PC=|PSTATE=' || true
}
