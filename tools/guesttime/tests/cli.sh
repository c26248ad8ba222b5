#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# cli.sh PROGRAM : the whole program on directories that look like /proc.
# RUN_UNDER may name a program to run it under.
set -euo pipefail

prog=$(realpath "$1")
read -ra under <<<"${RUN_UNDER:-}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
proc=$dir/proc
export LC_ALL=C NO_COLOR=
unset NO_COLOR
checks=0

fail()
{
	printf '  %-8s %s\n' FAIL "cli: $1"
	printf 'output:\n%s\nerrors:\n%s\n' "$(cat "$dir/out")" "$(cat "$dir/err")"
	exit 1
}

# stat_line PID COMM FIELDS START UTIME STIME GTIME GUTIME GSTIME
stat_line()
{
	local i v line="$1 ($2) S"

	for ((i = 4; i <= $3; i++)); do
		case $i in
		14) v=$5 ;;
		15) v=$6 ;;
		22) v=$4 ;;
		43) v=$7 ;;
		53) v=$8 ;;
		54) v=$9 ;;
		*) v=0 ;;
		esac
		line+=" $v"
	done
	printf '%s\n' "$line"
}

# process PID COMM FIELDS START UTIME STIME GTIME GUTIME GSTIME
process()
{
	mkdir -p "$proc/$1/task/$1"
	stat_line "$@" >"$proc/$1/new"
	mv "$proc/$1/new" "$proc/$1/stat"
	stat_line "$1" "$2" "$3" "$4" 10 1 0 0 0 >"$proc/$1/task/$1/stat"
	printf 'Name:\t%s\nTgid:\t%s\n' "$2" "$1" >"$proc/$1/status"
	: >"$proc/$1/cmdline"
}

# thread PID TID COMM UTIME STIME GTIME GUTIME GSTIME
thread()
{
	mkdir -p "$proc/$1/task/$2" "$proc/$2"
	stat_line "$2" "$3" 56 100 "${@:4}" >"$proc/$1/task/$2/stat"
	printf 'Name:\tx\nTgid:\t%s\n' "$1" >"$proc/$2/status"
}

sysctl_is()
{
	mkdir -p "$proc/sys/kernel"
	echo "$1" >"$proc/sys/kernel/collect_guest_utilization"
}

# feature_is there|absent
feature_is()
{
	mkdir -p "$proc/self"
	printf 'Name:\tx\nTgid:\t1\n' >"$proc/self/status"
	[[ $1 == absent ]] || printf 'GuestUser:\t0 us\nGuestSystem:\t0 us\n' >>"$proc/self/status"
}

# run STATUS [ARGUMENT...] : runs the program, keeps what it prints.
run()
{
	local expected=$1 status=0

	shift
	"${under[@]}" "$prog" --proc "$proc" "$@" >"$dir/out" 2>"$dir/err" || status=$?
	[[ $status == "$expected" ]] || fail "exit status $status of: $*"
	checks=$((checks + 1))
}

says()
{
	grep -qF -- "$1" "$dir/$2" || fail "no '$1' in $2"
	checks=$((checks + 1))
}

silent()
{
	[[ ! -s $dir/$1 ]] || fail "$1 is not empty"
	checks=$((checks + 1))
}

output_is()
{
	[[ "$(cat "$dir/out")" == "$1" ]] || fail "unexpected output"
	checks=$((checks + 1))
}

machine()
{
	rm -rf "$proc"
	process 100 qemu-system-x86 56 100 6000 300 5000 3000 1500
	printf 'qemu-system-x86_64\0-name\0guest=web,debug-threads=on\0' >"$proc/100/cmdline"
	thread 100 101 'CPU 0/KVM' 3000 100 2500 1500 800
	thread 100 102 'CPU 1/KVM' 2900 100 2500 1500 700
	process 200 'kvm) x' 56 100 900 50 800 0 0
	thread 200 201 'CPU 0/KVM' 800 50 800 0 0
	process 300 bash 56 100 70 20 0 0 0
	sysctl_is 1
	feature_is there
}

# Totals.
machine
run 0
silent err
output_is 'PID  VM      VCPUS  TOTAL  GUEST  GUEST-USER  GUEST-SYS  UNCLASS  HOST-USER  HOST-SYS
100  web         2  63.00  50.00       30.00      15.00     5.00      10.00      3.00
200  kvm) x      1   9.50   8.00           -          -     8.00       1.00      0.50'
run 0 --sort +total
[[ $(sed -n 2p "$dir/out") == 200* ]] || fail "not sorted"
run 0 --sort guest-user
[[ $(sed -n 2p "$dir/out") == 100* ]] || fail "unknown values not last"
run 0 -t
output_is 'PID  TID  VM      VCPU  THREAD           TOTAL  GUEST  GUEST-USER  GUEST-SYS  UNCLASS  HOST-USER  HOST-SYS
100  101  web        0  CPU 0/KVM        31.00  25.00       15.00       8.00     2.00       5.00      1.00
100  102  web        1  CPU 1/KVM        30.00  25.00       15.00       7.00     3.00       4.00      1.00
200  201  kvm) x     0  CPU 0/KVM         8.50   8.00           -          -     8.00       0.00      0.50
100  100  web        -  qemu-system-x86   0.11   0.00        0.00       0.00     0.00       0.10      0.01
200  200  kvm) x     -  kvm) x            0.11   0.00        0.00       0.00     0.00       0.10      0.01'
run 0 -a
says bash out
run 0 -p 300
output_is 'PID  VM    VCPUS  TOTAL  GUEST  GUEST-USER  GUEST-SYS  UNCLASS  HOST-USER  HOST-SYS
300  bash      0   0.90   0.00        0.00       0.00     0.00       0.70      0.20'
run 1 -p 999
says 'no process with pid 999' err
run 0 -p 100,300
[[ $(wc -l <"$dir/out") == 3 ]] || fail "not two processes"
run 0 -p 300 -p 200
[[ $(wc -l <"$dir/out") == 3 ]] || fail "not two processes"
run 1 -p 100,999
says 'no process with pid 999' err
run 0 --vm 'w?b' --csv
output_is "$(head -n 1 "$dir/out")"$'\n'"$(grep ^100,web,2,63.00,50.00,30.00,15.00,5.00,10.00,3.00,, "$dir/out")"
[[ $(wc -l <"$dir/out") == 2 ]] || fail "not one VM"
run 0 --cgroup /none
says 'no process has run a guest' err
silent out
run 1 -p 101
says '101 is a thread of process 100' err
run 0 --json
says '{"pid":100,"vm":"web","vcpus":2,"total_seconds":63.00,"guest_seconds":50.00,"guest_user_seconds":30.00,' out
says '"source":"kernel",' out
grep -qE '"time":"20[0-9-]{8}T[0-9:.]{12}Z","host":"[^"]+","schema":1}$' "$dir/out" || fail "no time"
says '"guest_user_seconds":null' out

# Prometheus, and its file: counters of one process never fall, those of the next begin anew.
run 0 --prometheus
says 'guesttime_vm_guest_system_seconds_total{vm="web",uuid=""} 15.00' out
awk '/^# TYPE/ { if (seen[$3]++) exit 1 }' "$dir/out" || fail "a family twice"
run 0 --prometheus --output "$dir/g.prom"
[[ ! -s $dir/out && ! -e $dir/g.prom.new ]] || fail "not only the file"
process 100 qemu 56 100 9900 300 4900 2900 1500
printf 'qemu\0-name\0web\0' >"$proc/100/cmdline"
run 0 --prometheus --output "$dir/g.prom"
says 'guesttime_vm_guest_seconds_total{vm="web",uuid=""} 50.00' g.prom
says 'guesttime_vm_cpu_seconds_total{vm="web",uuid=""} 102.00' g.prom
process 100 qemu 56 900 99 3 49 29 15
run 0 --prometheus --output "$dir/g.prom"
says 'guesttime_vm_guest_seconds_total{vm="qemu",uuid=""} 0.49' g.prom
cp "$dir/g.prom" "$dir/before"
run 1 --prometheus --output "$dir/g.prom" --pid 999
cmp -s "$dir/before" "$dir/g.prom" || fail "a failed run changed the file"
[[ ! -e $dir/g.prom.new ]] || fail "a failed run left its file"
run 1 --prometheus --output "$dir/none/g.prom"
says 'cannot write' err
run 1 --prometheus --output "$dir"
says 'no regular file' err
machine

# Names that try to break out.
printf 'qemu\0-name\0a\nb\033[2J"\\\xff\xc3\xa9\0' >"$proc/100/cmdline"
run 0
says 'a\nb\x1b[2J"\\\xff\xc3\xa9 ' out
run 0 --json
says $'"vm":"a\\nb\\u001b[2J\\"\\\\\xef\xbf\xbd\xc3\xa9"' out
LC_ALL=C.UTF-8 run 0
says $'a\\nb\\x1b[2J"\\\\\\xff\xc3\xa9 ' out

# A message names the defect of the kernel, and no unknown time is shown as 0.
machine
sysctl_is 0
run 0
says 'sysctl kernel.collect_guest_utilization=1' err
rm -r "$proc/sys"
run 0
says 'whether collection is on is not known' err
# Another kernel's fields 53 and 54 are not ours.
feature_is absent
run 0
says 'this kernel does not split guest time' err
awk 'NR > 1 && ($(NF - 4) != "-" || $(NF - 3) != "-") { exit 1 }' "$dir/out" || fail "a number for the unknown"
for pid in 100 200 300; do
	process $pid qemu 52 100 900 50 800 0 0
done
run 0
says 'guesttime status' err
awk 'NR > 1 && ($(NF - 4) != "-" || $(NF - 3) != "-") { exit 1 }' "$dir/out" || fail "a number for the unknown"
rm -r "$proc/100" "$proc/200" "$proc/300"
run 0
says 'no process has run a guest' err
run 1 --proc "$dir/none"
says 'cannot open' err

# Rates: a change between two looks, at 10 ticks in 0.5 s.
machine
: >"$dir/out"
(
	until [[ -s $dir/out ]]; do
		sleep 0.1
	done
	process 100 qemu-system-x86 56 100 6030 310 5020 3010 1500
) &
run 0 -i 0.5 -n 5 --json -p 100
wait $!
awk -F'[:,]' '{ for (i = 1; i < NF; i++) if ($i == "\"guest_user_percent\"") sum += $(i + 1) }
	END { exit !(sum > 15 && sum < 25) }' "$dir/out" || fail "not 20 % in all"
[[ $(wc -l <"$dir/out") == 5 ]] || fail "not five reports"
says '"guest_user_percent":0.00' out
says '"interval_seconds":0.5' out
run 0 0.1 2
says '%GUEST-USER' out
[[ $(grep -c '%GUEST-USER' "$dir/out") == 2 ]] || fail "not two reports"

# A recording: what is shown again is what was shown.
machine
run 0 0.2 2 --csv --record "$dir/r.zst"
cp "$dir/out" "$dir/shown"
run 0 --replay "$dir/r.zst" --csv
cmp -s "$dir/out" "$dir/shown" || fail "a recording shows something else"
run 0 --replay "$dir/r.zst" -t --json -n 1
says '"tid":101,"vm":"web","vcpu":0,"thread":"CPU 0/KVM"' out
run 0 --replay "$dir/r.zst" --vm none
silent out
[[ $(zstdcat "$dir/r.zst" | grep -c '^{"cpus"') == 2 ]] || fail "not two intervals"
truncate -s -3 "$dir/r.zst"
run 0 --replay "$dir/r.zst" --csv
says 'the last interval was not finished' err
# The host's guest time, which is that of all VMs. Red when: a selection makes it unclassified.
host_split()	# ARGUMENT...
{
	rm -f "$dir/host.zst"
	run 0 0.1 1 --record "$dir/host.zst" "$@"
	zstdcat "$dir/host.zst" | grep -oE '"guest_user_percent":[^,]*|"unclassified_percent":[^,]*' |
		head -n 2 >"$dir/out"
}
printf 'cpu  5000 0 0 0 0 0 0 0 5000 0\ncpu0 0\n' >"$proc/stat"
host_split
output_is $'"guest_user_percent":0.00\n"unclassified_percent":0.00'
for selection in --vm=web --cgroup=/none --pid=100; do
	host_split "$selection"
	output_is $'"guest_user_percent":null\n"unclassified_percent":null'
done
echo text >"$dir/text"
run 1 --replay "$dir/text"
says 'not a recording of guesttime' err
run 1 0.1 1 --record "$dir/text"
says 'not a recording of guesttime' err
[[ $(cat "$dir/text") == text ]] || fail "a file that is no recording was changed"
run 1 --replay "$dir/none"
run 2 --record "$dir/r.zst"
says '--record needs --interval' err

# The status of a kernel that splits guest time.
run 0 status
says 'this kernel splits guest time' out
says 'sampling    ' out
says 'VMs         2, with 3 vCPUs' out
run 0 status --json
says '"source":"kernel"' out
says '"vms":2,"vcpus":3,"vmms":{"qemu":1,"kvm) x":1}' out
run 1 top
says 'top needs a terminal' err

# Errors.
run 2 -i 0
says "guesttime: not an interval of 0.01 to 86400 seconds: '0'" err
run 2 status -t
says 'status does not take --threads' err
run 2 --no-such-option
run 2 nonsense
says "unknown command 'nonsense'" err
status=0
"${under[@]}" "$prog" --proc "$proc" >/dev/full 2>"$dir/err" || status=$?
[[ $status == 1 ]] || fail "a full disk goes unnoticed"
says 'cannot write' err
run 0 --help
says 'Usage: guesttime' out
run 0 --version
grep -qE '^guesttime [0-9]+\.[0-9]+' "$dir/out" || fail "no version"

# A terminal: colour unless unwanted, and never wider than it is.
terminal()	# COLUMNS COMMAND...
{
	local columns=$1

	shift
	TERM=xterm script -qec "stty cols $columns; $*" /dev/null </dev/null >"$dir/out"
}
bold=$'\033[1m'
terminal 80 "'$prog' --proc '$proc'"
says "$bold" out
terminal 80 "NO_COLOR=1 '$prog' --proc '$proc'"
grep -qF "$bold" "$dir/out" && fail "colour in spite of NO_COLOR"
terminal 80 "'$prog' --proc '$proc' | cat"
grep -qF "$bold" "$dir/out" && fail "colour in a pipe"
for columns in 20 40 60 80; do
	terminal "$columns" "NO_COLOR=1 '$prog' -t --proc '$proc'"
	awk -v max="$columns" '{ sub(/\r$/, "") } length > max { exit 1 }' "$dir/out" ||
		fail "wider than $columns columns"
	checks=$((checks + 1))
done

# Exits without exit records: the machine has no right to them here.
machine
unprivileged=()
[[ $(id -u) != 0 ]] || unprivileged=(setpriv --bounding-set=-net_admin)
"${unprivileged[@]}" "${under[@]}" "$prog" exits --proc "$proc" -i 0.2 >"$dir/out" 2>"$dir/err" &
pid=$!
until grep -q "looking at" "$dir/err"; do
	sleep 0.1
done
sleep 1
mv "$proc/100" "$dir/gone"	# at once, as a process goes
sleep 1
kill -INT $pid
wait $pid || fail "not a clean end"
grep -qE 'CAP_NET_ADMIN|taskstats|namespaces' "$dir/err" || fail "no reason given"
says 'looking at /proc every 0.2 s' err
output_is 'PID  VM   VCPUS  TOTAL  GUEST  GUEST-USER  GUEST-SYS  UNCLASS  HOST-USER  HOST-SYS  FROM
100  web      2  63.00  50.00       30.00      15.00     5.00      10.00      3.00  proc'

# Completion.
completes()	# EXPECTED WORD...
{
	COMP_WORDS=("${@:2}")
	COMP_CWORD=$(($# - 2))
	_guesttime
	[[ "${COMPREPLY[*]}" == "$1" ]] || fail "completion of: ${*:2}: ${COMPREPLY[*]}"
	checks=$((checks + 1))
}
# shellcheck source=guesttime.bash
source guesttime.bash
completes 'guest-user guest-system guest' guesttime --sort gu
completes '+tid +thread +total' guesttime --sort +t
completes 'host-user host-system host' guesttime --sort = ho
completes '--json --journal' guesttime exits --j
completes '' guesttime exits --th
completes 'exits exporter' guesttime ex
completes 'kernel' guesttime top --source k
completes '--record --replay' guesttime top --re
completes '--source' guesttime status --s

printf '  %-8s %s: %s checks\n' PASS cli "$checks"
