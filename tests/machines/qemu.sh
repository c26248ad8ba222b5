# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A QEMU with SVM. Machines source this file, which is no machine itself.

# shellcheck source-path=SCRIPTDIR source=monitor.sh
source "$HERE/monitor.sh"

machine_needs() {
	echo "qemu-system-x86_64 qemu-system-x86"
	echo "setpriv util-linux"
}

machine_has_terminal() {
	true
}

# TCG offers SVM with nested paging (no next-RIP save in QEMU 7.2; KVM copes).
# The machine has a kernel, an initramfs and a serial port. It has no disk and no shared folder,
# whose interrupts would make runs depend on the load of the machine that QEMU runs on. RDRAND has
# a seed for the same reason: another MACHINE_SEED makes another run.
# Each CPU has its socket: the firmware's table of CPUs (MP) has only one CPU of a socket.
#
# qemu_start ARG...: exec QEMU; ARG... choose how time passes.
qemu_start() {
	local serial=file,id=serial,path=serial

	! $TERMINAL || serial=pipe,id=serial,path=terminal,logfile=serial
	exec setpriv --pdeathsig KILL qemu-system-x86_64 \
		-nodefaults -no-user-config -no-reboot -display none "${MONITOR[@]}" \
		-machine pc -cpu EPYC,+svm,+npt -seed "${MACHINE_SEED:-1}" \
		-smp "$SMP,sockets=$SMP" -m "$MEM" \
		-kernel bzImage -initrd initrd -append "$CMDLINE" \
		-chardev "$serial" -serial chardev:serial \
		"$@"
}
