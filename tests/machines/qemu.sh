# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The QEMU machines share this. Not a machine itself.

machine_needs() {
	echo "qemu-system-x86_64 qemu-system-x86"
	echo "setpriv util-linux"
}

machine_has_terminal() {
	true
}

# TCG offers SVM with nested paging (no next-RIP save in QEMU 7.2; KVM copes).
# The kernel, the initramfs and a serial port are all the machine has: no disk and no
# share interrupts it, and no run depends on the load of the machine beneath. The seed is
# that of RDRAND, for the same reason; another one makes another run (MACHINE_SEED).
#
# qemu_start ARG...: becomes QEMU, with ARG... choosing how time passes.
qemu_start() {
	local serial=file,id=serial,path=serial

	! $TERMINAL || serial=pipe,id=serial,path=terminal,logfile=serial
	exec setpriv --pdeathsig KILL qemu-system-x86_64 \
		-nodefaults -no-user-config -no-reboot -display none -monitor none \
		-machine pc -cpu EPYC,+svm,+npt -seed "${MACHINE_SEED:-1}" \
		-smp "$SMP" -m "$MEM" \
		-kernel bzImage -initrd initrd -append "$CMDLINE" \
		-chardev "$serial" -serial chardev:serial \
		"$@"
}
