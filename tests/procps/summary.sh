# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# top's %Cpu lines.
# shellcheck source=lib.sh
. ./lib.sh

# Two CPUs; in the interval each has 1000 ticks, so that 10 ticks are 1 %.
#        user  nice sys idle  io irq soft steal guest gnice
first="100000 3000 9000 500000 10 20 30    40    60000 2000"
#        +600  +50  +90 +200   +10 +10 +20  +20  +500  +40    =  1000
second="100600 3050 9090 500200 20 30 50    60   60500 2040"
cpu_after() {
	proc_uptime 10010
	proc_cpus "$second $guest2" 2
}
frame() {
	proc_new 2
	proc_cpus "$first $guest1" 2
	top_frame2 cpu_after "$@"
}

# Guest user 300 + guest system 150 of 540 guest ticks, 90 unclassified.
# Mutation: exchange stat_GU and stat_GS; add guest to xtot, as stock does.
guest1="30000 20000" guest2="30300 20150"
is "the %Cpu line has gu and gs" "$(frame | grep Cpu | squeeze)" \
	"%Cpu(s): 60.0 us, 9.0 sy, 5.0 ni, 20.0 id, 1.0 wa, 1.0 hi, 2.0 si, 2.0 st, 30.0 gu, 15.0 gs"
is "the first eight states of the %Cpu line stay in their places" "$(frame | grep Cpu | cut -c-79)" \
	"%Cpu(s): 60.0 us,  9.0 sy,  5.0 ni, 20.0 id,  1.0 wa,  1.0 hi,  2.0 si,  2.0 st"
is "-w 90 cuts the %Cpu line" "$(frame -w 90 | grep Cpu | sed 's/ $//')" \
	"%Cpu(s): 60.0 us,  9.0 sy,  5.0 ni, 20.0 id,  1.0 wa,  1.0 hi,  2.0 si,  2.0 st, 30.0 gu,"
# Mutation: keep Cpu_States_over at the end of do_cpus().
# (a load average such as this makes for a line of more than 80 columns)
busy() {
	echo "1234567.00 1234567.00 1234567.00 1/1 1" >"$PROC/loadavg"
	cpu_after
}
proc_new 2
proc_cpus "$first $guest1" 2
is "a long line of load averages is cut at 80 columns" "$(top_frame2 busy | head -n 1 | awk '{ print length }')" 80
rc_new PID COMMAND flags=161076
like "each CPU's line has gu and gs" "$(frame -w 200 | grep '^%Cpu' | squeeze | cut -d' ' -f1-4,17-)" \
	"%Cpu0 : 60.0 us, 2.0 st, 30.0 gu, 15.0 gs
%Cpu1 : 60.0 us, 2.0 st, 30.0 gu, 15.0 gs"
# Two CPUs share a line, which shows the sum of both.  combine_cpus is the number of CPUs in
# a line; until 4.0.2 it was one less.
sed -i "s/combine_cpus=0/combine_cpus=$(since 4.0.3 && echo 2 || echo 1)/" "$TESTHOME/.config/procps/toprc"
proc_new 4
cpu_after4() {
	proc_uptime 10010
	proc_cpus "$second $guest2" 4
}
# Mutation: take the addUNK() lines out of sum_unify().
proc_cpus "$first $guest1" 4
is "a line of two CPUs has the shares of both" "$(top_frame2 cpu_after4 -w 200 | grep '^[0-9]-[0-9]' | squeeze | cut -d' ' -f1-4,17-)" \
	"0-1 : 60.0 us, 2.0 st, 30.0 gu, 15.0 gs
2-3 : 60.0 us, 2.0 st, 30.0 gu, 15.0 gs"
unset TESTHOME

# Mutation: use the longer format without asking whether the values are known.
for guests in "|" "77|88" "77 88 |" "30000 20000|30300 99999999"; do
	guest1=${guests%|*} guest2=${guests#*|}
	is "unusable columns ($guests) leave the %Cpu line as stock's" "$(frame -w 200 | grep Cpu | squeeze)" \
		"%Cpu(s): 60.0 us, 9.0 sy, 5.0 ni, 20.0 id, 1.0 wa, 1.0 hi, 2.0 si, 2.0 st"
done

# Without guests the lines are what stock has, byte by byte (with guests they
# are not: stock counts guest time twice, which makes everything else look less)
for args in "" "-w 200" "-w 40"; do
	# shellcheck disable=SC2086
	for which in "" STOCK; do
		proc_new 2
		proc_cpus "600 50 90 200 10 10 20 20 0 0" 2
		top_in $which -b -n 1 $args | grep Cpu >"$WORK/cpu$which"
	done
	is "on an old kernel 'top -b $args' has stock's %Cpu line" "$(<"$WORK/cpu")" "$(<"$WORK/cpuSTOCK")"
done
# Mutation: drop the test of guest_time_split() in stat_guest_tics().
for which in "" STOCK; do
	proc_new 2
	proc_cpus "600 50 90 200 10 10 20 20 0 0 0 0" 2
	kernel_splits ""
	top_in $which -b -n 1 | grep Cpu >"$WORK/cpu$which"
done
is "without GuestUser in status, the %Cpu line is stock's" "$(<"$WORK/cpu")" "$(<"$WORK/cpuSTOCK")"
finish
