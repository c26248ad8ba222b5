# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# arm64 with EL2 in QEMU TCG. The arm64 machines source this file, which is no machine itself; CPU
# chooses the processor. MACHINE_SEED is the seed of the device tree's random numbers: another seed
# makes another run.

PLATFORM=console=ttyAMA0

# shellcheck source-path=SCRIPTDIR source=icount.sh
source "$HERE/icount.sh"
# shellcheck source-path=SCRIPTDIR source=monitor.sh
source "$HERE/monitor.sh"

machine_needs() {
	echo "qemu-system-aarch64 qemu-system-arm"
	echo "setpriv util-linux"
}

machine_start() {
	exec setpriv --pdeathsig KILL qemu-system-aarch64 \
		-nodefaults -no-user-config -no-reboot -display none "${MONITOR[@]}" -nic none \
		-machine virt,virtualization=on,gic-version=3 -cpu "$CPU" -seed "${MACHINE_SEED:-1}" \
		-smp "$SMP" -m "$MEM" \
		-kernel bzImage -initrd initrd -append "$CMDLINE" \
		-chardev file,id=serial,path=serial -serial chardev:serial \
		"${ICOUNT[@]}"
}
