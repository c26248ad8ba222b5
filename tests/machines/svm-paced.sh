# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# AMD SVM in QEMU TCG, for people to watch: time is counted in instructions, and kept in
# step with the wall clock. In wall time alone the emulator delivers fewer ticks than the
# kernel asks for. Guest time, which is counted in ticks, would then be too small a part of CPU
# time.

# shellcheck source-path=SCRIPTDIR source=qemu.sh
source "$HERE/qemu.sh"

machine_start() {
	qemu_start -accel tcg,thread=single -icount "shift=$SHIFT,align=on"
}
