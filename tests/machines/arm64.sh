# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# arm64 with EL2 in QEMU TCG, which the arm64 machines share; CPU chooses the processor.
# Not a machine itself.
#
# With one CPU time is counted in instructions, so that every run is the same run.
# Several run in parallel, in wall time: QEMU 7.2 has no fair turns for CPUs whose
# instructions it counts (tests/machines/turns.c, which needs an x86). The seed is that
# of the random numbers in the device tree.

PLATFORM=console=ttyAMA0

machine_needs() {
	echo "qemu-system-aarch64 qemu-system-arm"
	echo "setpriv util-linux"
}


machine_start() {
	local time=(-accel "tcg,thread=multi")

	((SMP > 1)) || time=(-accel "tcg,thread=single" -icount "shift=$SHIFT,sleep=off"
		-rtc "base=2024-01-01T00:00:00,clock=vm")
	exec setpriv --pdeathsig KILL qemu-system-aarch64 \
		-nodefaults -no-user-config -no-reboot -display none -monitor none -nic none \
		-machine virt,virtualization=on,gic-version=3 -cpu "$CPU" -seed 1 \
		-smp "$SMP" -m "$MEM" \
		-kernel bzImage -initrd initrd -append "$CMDLINE" \
		-chardev file,id=serial,path=serial -serial chardev:serial \
		"${time[@]}"
}
