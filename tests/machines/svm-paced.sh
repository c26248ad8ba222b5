# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# AMD SVM in QEMU TCG, for people to watch: time is counted in instructions, but kept in
# step with the wall clock. In wall time alone the emulator delivers fewer ticks than the
# kernel asked for, and guest time, which is counted in ticks, falls behind the CPU time
# that contains it.

# shellcheck source-path=SCRIPTDIR source=qemu.sh
source "$HERE/qemu.sh"

machine_start() {
	qemu_start -accel tcg,thread=single -icount "shift=$SHIFT,align=on"
}
