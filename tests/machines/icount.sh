# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The clock counts instructions: the QEMU machines share this. Not a machine itself.

# Else busy CPUs starve each other: turns.c.
machine_cmdline() {
	((SMP == 1)) || echo "skew_tick=1 turns=1"
}

# sleep=off: idle virtual time passes at once. The timer that turns.c needs is that of a network
# filter, in microseconds: QEMU runs it without a driver, and no CPU sees it.
ICOUNT=(-accel "tcg,thread=single" -icount "shift=$SHIFT,sleep=off"
	-rtc "base=2024-01-01T00:00:00,clock=vm")
((SMP == 1)) || ICOUNT+=(-netdev "hubport,id=none,hubid=0"
	-object "filter-buffer,id=timer,netdev=none,interval=122")
