# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The view of virtual machines: doc/vmtoprc, and the one-liner of ps(1).
# shellcheck source=lib.sh
. ./lib.sh
trap screen_stop EXIT

system() {
	proc_new 2
	proc_add 101 threads=2 utime=60000 gtime=50000 gutime=30000 gstime=15000 start=10 \
		cmdline="qemu-system-x86_64 -accel kvm -name web" "$@"
	proc_add 102 threads=2 utime=40000 gtime=39000 gutime=20000 gstime=10000 start=10 \
		cmdline="qemu-system-x86_64 -accel kvm -name db" "$@"
	proc_add 103 utime=70000 comm=busy start=10 "$@"
	proc_add 104 comm=idle "$@"
	# 10 minutes sharp: 10:00.00 is not 0:00.00
	proc_add 105 gtime=60000 start=10 cmdline="qemu-system-x86_64 -accel kvm -name sharp" "$@"
	# 7 hours, shown as 7,00
	proc_add 106 gtime=2520000 start=10 cmdline="qemu-system-x86_64 -accel kvm -name old" "$@"
}
work() {
	proc_uptime 10010
	proc_add 101 threads=2 utime=60100 stime=5 gtime=50090 gutime=30080 gstime=15006 start=10 \
		cmdline="qemu-system-x86_64 -accel kvm -name web" "$@"
	proc_add 102 threads=2 utime=41000 stime=50 gtime=39900 gutime=20050 gstime=10800 start=10 \
		cmdline="qemu-system-x86_64 -accel kvm -name db" "$@"
	proc_add 103 utime=71000 comm=busy start=10 "$@"
}

TESTHOME=$WORK/home2
mkdir -p "$TESTHOME"
cp "$BUILD/doc/vmtoprc" "$TESTHOME/.vmtoprc"
# run as vmtop, top reads vmtoprc
ln -sf "$(prog "$BUILD" top)" "$WORK/vmtop"
vmtop() { LD_LIBRARY_PATH=$BUILD/library/.libs in_proc "$WORK/vmtop" "$@"; }
top_in() { vmtop "$@"; }

# Mutations: drop a filter line from doc/vmtoprc, or change its sortindx.
system
is "vmtop shows only processes with guest time, the worst first" \
	"$(top_frame2 work -w 120 | grep -A 20 PID | squeeze)" \
	"PID %CPU %HU %HS %GU %GS GTIME COMMAND
102 105.0 10.0 5.0 5.0 80.0 6:39.00 qemu-system-x86_64 -accel kvm -name db
101 10.5 1.0 0.5 8.0 0.6 8:20.90 qemu-system-x86_64 -accel kvm -name web
106 0.0 0.0 0.0 0.0 0.0 7,00 qemu-system-x86_64 -accel kvm -name old
105 0.0 0.0 0.0 0.0 0.0 10:00.00 qemu-system-x86_64 -accel kvm -name sharp"
old() { work fields=52; }
system fields=52
is "without the feature, vmtop shows - for %GU and %GS" \
	"$(top_frame2 old -w 120 | grep -A 20 PID | squeeze)" \
	"PID %CPU %HU %HS %GU %GS GTIME COMMAND
102 105.0 10.0 5.0 - - 6:39.00 qemu-system-x86_64 -accel kvm -name db
101 10.5 1.0 0.5 - - 8:20.90 qemu-system-x86_64 -accel kvm -name web
106 0.0 0.0 0.0 - - 7,00 qemu-system-x86_64 -accel kvm -name old
105 0.0 0.0 0.0 - - 10:00.00 qemu-system-x86_64 -accel kvm -name sharp"

# With zeros suppressed, too (its field is blank then)
# Mutation: drop the second filter line.
system
sed -i 's/Zero_suppress=0/Zero_suppress=1/' "$TESTHOME/.vmtoprc"
is "with zeros suppressed, vmtop shows the same processes" "$(vmtop -b -n 1 | column PID | tr ' ' '\n' | sort | xargs)" \
	"101 102 105 106"

# On a screen of 100 columns the name is to be seen; '=' shows all processes
cp "$BUILD/doc/vmtoprc" "$TESTHOME/.vmtoprc"
system
# shellcheck disable=SC2016
tmux new-session -d -x 100 -y 30 "$BASH" -c \
	'. "$0"; LD_LIBRARY_PATH=$1 PATIENCE=300 TESTHOME=$2 in_proc "$3"' \
	"$HERE/lib.sh" "$BUILD/library/.libs" "$TESTHOME" "$WORK/vmtop"
screen_wait 'name old'
like "100 columns show the name of each VM" "$(screen_text | grep -Eo 'name [a-z]+' | sort | xargs)" "name db name old name sharp name web"
is "the view shows no process without guest time" "$(screen_text | grep -Ec 'busy|idle')" 0
keys '='
screen_wait ' busy'
is "the key = shows all processes" "$(screen_text | grep -Ec 'busy|idle')" 2
screen_stop

# Mutation: a filter that is not quoted from the manual; a typo in ps.1.
system
proc_add 103 utime=990000 comm=busy start=10
oneliner=$(sed -n '/^To see what virtual machines/,/^\.TP/p' "$BUILD/man/ps.1" | sed -n 's/^\.B //p' | tr '\n' ' ' | sed 's/\\//g')
like "ps(1) has a one-liner for VMs" "$oneliner" "ps -eo *|*awk*"
is "the one-liner of ps(1) lists the VMs" "$(eval "${oneliner/#ps /ps_in }" | squeeze | sed 1d)" \
	"101 6.0 1.0 0.0 3.0 1.5 00:08:20 qemu-system-x86_64 -accel kvm -name web
102 4.0 0.1 0.0 2.0 1.0 00:06:30 qemu-system-x86_64 -accel kvm -name db
106 0.0 0.0 0.0 0.0 0.0 07:00:00 qemu-system-x86_64 -accel kvm -name old
105 0.0 0.0 0.0 0.0 0.0 00:10:00 qemu-system-x86_64 -accel kvm -name sharp"
finish
