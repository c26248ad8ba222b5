# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# A QEMU whose clock counts instructions. Machines source this file, which is no machine itself.

# Without turns, busy CPUs starve each other (turns.c).
machine_cmdline() {
	((SMP == 1)) || echo "skew_tick=1 turns=1"
}

# sleep=off: idle virtual time passes at once. turns.c needs a timer of QEMU's that no CPU sees and
# no driver has to set up: that of a network filter, whose interval is in microseconds.
ICOUNT=(-accel "tcg,thread=single" -icount "shift=$SHIFT,sleep=off"
	-rtc "base=2024-01-01T00:00:00,clock=vm")
((SMP == 1)) || ICOUNT+=(-netdev "hubport,id=none,hubid=0"
	-object "filter-buffer,id=timer,netdev=none,interval=122")
