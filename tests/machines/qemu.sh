# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the QEMU machines share. Not a machine itself.

machine_needs() {
	echo "qemu-system-x86_64 qemu-system-x86"
	echo "setpriv util-linux"
}

# TCG offers SVM with nested paging (no next-RIP save in QEMU 7.2; KVM copes).
# The kernel, the initramfs and a serial port are all the machine has.
#
# With --command also the root of this machine: by 9p, since that takes no image, no
# copy and no privilege.
machine_has_root() {
	true
}

# qemu_start ARG...: becomes QEMU, with ARG... choosing how time passes.
qemu_start() {
	! $ROOT || set -- "$@" -virtfs \
		local,path=/,mount_tag=hostroot,security_model=none,readonly=on,multidevs=remap
	[[ -z $SHARE ]] || set -- "$@" -virtfs \
		"local,path=${SHARE//,/,,},mount_tag=share,security_model=none,multidevs=remap"
	exec setpriv --pdeathsig KILL qemu-system-x86_64 \
		-nodefaults -no-user-config -no-reboot -display none -monitor none \
		-machine pc -cpu EPYC,+svm,+npt \
		-smp "$SMP" -m "$MEM" \
		-kernel bzImage -initrd initrd -append "$CMDLINE" \
		-chardev file,id=serial,path=serial -serial chardev:serial \
		"$@"
}
