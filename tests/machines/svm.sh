# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# AMD SVM in QEMU TCG, deterministic: the clock counts instructions.

# shellcheck source-path=SCRIPTDIR source=qemu.sh
source "$HERE/qemu.sh"

# Else busy CPUs starve each other: tests/machines/turns.c.
machine_cmdline() {
	((SMP == 1)) || echo "skew_tick=1 turns=1"
}

# sleep=off: idle virtual time passes at once.
machine_start() {
	qemu_start -accel tcg,thread=single \
		-icount "shift=$SHIFT,sleep=off" \
		-rtc base=2024-01-01T00:00:00,clock=vm
}
