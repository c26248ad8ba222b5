# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Intel VMX in Bochs, an interpreter whose clock counts instructions. Bochs cannot load a
# kernel, so it boots a CD image that has the kernel. It cannot run without a display, so it draws
# on a pseudo-terminal.

readonly BOCHS_SHARE=/usr/share/bochs
readonly ISOLINUX=/usr/lib/ISOLINUX/isolinux.bin
readonly LDLINUX=/usr/lib/syslinux/modules/bios/ldlinux.c32

machine_needs() {
	cat <<-EOF
		bochs bochs
		/usr/lib/x86_64-linux-gnu/bochs/plugins/libbx_term_gui.so bochs-term
		$BOCHS_SHARE/BIOS-bochs-latest bochsbios
		$BOCHS_SHARE/VGABIOS-lgpl-latest vgabios
		$ISOLINUX isolinux
		$LDLINUX syslinux-common
		xorriso xorriso
		script bsdutils
		setpriv util-linux
	EOF
}

# reboot=t: a panic ends in a triple fault, which ends Bochs (see bochsrc).
# idle=halt: Bochs runs its CPUs in turn; they must give their turn back.
# clearcpuid=28 (HT): the kernel warns of Bochs' CPU, which has more cores in leaf 4 than threads
# in leaf 1.
machine_cmdline() {
	echo "reboot=t idle=halt clearcpuid=28"
}

make_iso() {
	rm -rf iso
	mkdir iso
	cp -L bzImage initrd "$ISOLINUX" "$LDLINUX" iso/
	cat >iso/isolinux.cfg <<-EOF
		DEFAULT l1
		PROMPT 0
		LABEL l1
		  KERNEL /bzImage
		  INITRD /initrd
		  APPEND $CMDLINE
	EOF
	xorriso -as mkisofs -quiet -o boot.iso -b isolinux.bin -c boot.cat \
		-no-emul-boot -boot-load-size 4 -boot-info-table iso >xorriso.log 2>&1 ||
		die 125 "xorriso failed: $(<xorriso.log)"
	rm -rf iso
}

make_bochsrc() {
	cat >bochsrc <<-EOF
		display_library: term
		plugin_ctrl: speaker=0
		sound: driver=dummy
		romimage: file=$BOCHS_SHARE/BIOS-bochs-latest
		vgaromimage: file=$BOCHS_SHARE/VGABIOS-lgpl-latest
		cpu: model=corei7_haswell_4770, count=$SMP, ips=$IPS, reset_on_triple_fault=0, ignore_bad_msrs=1
		memory: guest=$MEM, host=$MEM
		pci: enabled=1, chipset=i440fx
		clock: sync=none, time0=1704067200
		ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
		ata0-master: type=cdrom, path=boot.iso, status=inserted
		boot: cdrom
		com1: enabled=1, mode=file, dev=serial
		log: bochs.log
		debugger_log: /dev/null
		panic: action=fatal
		error: action=report
		info: action=ignore
		debug: action=ignore
	EOF
	# The debugger is built in, and stops before the first instruction.
	echo c >commands
}

machine_prepare() {
	make_iso
	make_bochsrc
}

# read_screen PID: read Bochs' terminal while PID is there.  Bochs draws on it five times a second
# of wall time.  The terminal keeps 20 KB of unread output: without a reader Bochs waits for ever,
# after three minutes or more.
read_screen() {
	local screen=''

	while [[ -z $screen ]]; do
		sleep 0.5
		kill -0 "$1" 2>/dev/null || return 0
		screen=$(sed -n 's/^Bochs connected to screen "\([^"]*\)".*/\1/p' emulator.out)
	done
	exec setpriv --pdeathsig KILL cat "$screen" >/dev/null 2>&1
}

machine_start() {
	read_screen $BASHPID &
	exec setpriv --pdeathsig KILL script -qfc \
		'stty rows 50 cols 140; echo $$ >bochs.pid; exec setpriv --pdeathsig KILL bochs -q -f bochsrc -rc commands' \
		/dev/null
}

# script(1) puts Bochs in a session of its own. Both react slowly to TERM, so they get KILL. Nothing
# is lost: Bochs does not buffer the file of the serial port.
machine_stop() {
	[[ ! -s bochs.pid ]] || kill -KILL "$(<bochs.pid)" 2>/dev/null || true
	rm -f bochs.pid
	kill -KILL "$EMULATOR" 2>/dev/null || true
}
