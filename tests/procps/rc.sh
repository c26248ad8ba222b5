# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# rc files: stock's in ours, ours in stock's, and old ones.
# shellcheck source=lib.sh
. ./lib.sh
trap screen_stop EXIT

proc_new 2
proc_add 200 utime=1000 gtime=700 gutime=400 gstime=250

# home NAME [STOCK]: a rc file as top's W writes it, after KEYS
home() {
	TESTHOME=$WORK/$1
	mkdir -p "$TESTHOME"
	screen_start 150x60 ${2:+"$2"} -d 2
	if (($# > 2)); then keys "${@:3}"; fi
	keys W
	screen_wait 'Wrote configuration'
	screen_stop
}
rcfile() { echo "$TESTHOME/.config/procps/toprc"; }

# stock's own file, with fields toggled and moved, and colors
# Mutation: raise RCF_VERSION_ID without a case for 'k'; more than 86 fields.
home stock STOCK z x f Down Down Space Down Right Down Down Left Down Space q
cp "$(rcfile)" "$WORK/stock.rc"
header=$(top_in STOCK -b -n 1 -w 300 | grep COMMAND)
is "an rc file of stock top shows the same columns" \
	"$(top_in -b -n 1 -w 300 | grep COMMAND)" "$header"
screen_start 150x60 -d 2
keys W
screen_wait 'Wrote configuration'
screen_stop
is "an rc file of stock top is written as it was" \
	"$(diff "$WORK/stock.rc" "$(rcfile)")" ""
is "stock top shows the same columns of the file as written" "$(top_in STOCK -b -n 1 -w 300 | grep COMMAND)" "$header"

# ours, where new fields are on, but neither moved to the front nor sorted by
# Mutation: insert the new fields before EU_NS8.
home ours "" f End Space Up Space Up Up Space q
like "our rc file turns new columns on" "$(top_in -b -n 1 -w 300 | grep COMMAND | squeeze)" \
	"* COMMAND %GS GUTIME GSTIME"
is "stock top loads our rc file, without the new columns" "$(top_in STOCK -b -n 1 -w 300 2>&1 | grep COMMAND | squeeze)" \
	"PID USER PR NI VIRT RES SHR S %CPU %MEM TIME+ COMMAND"
# sorted by one of them, stock rejects the file by name, as it would any
# newer field: it says so and how to get out of it
sed -i "0,/sortindx=18/s//sortindx=${FIELD[%GU]}/" "$(rcfile)"
like "stock top rejects an unknown sort field, and names the file" "$(top_in STOCK -b -n 1 2>&1)" \
	"*window entry #1 corrupt, please delete '$(rcfile)'*"
is "our top sorts by the new sort field" "$(top_in -b -n 1 | column PID)" "200 1"

# files of older procps, whose fields are one letter each
# Mutation: more fields than the 86 letters there are.
letters() {
	TESTHOME=$WORK/letters
	rm -rf "$TESTHOME"
	mkdir -p "$TESTHOME"
	{
		echo "top's Config File (Linux processes with windows)"
		echo "Id:$1, Mode_altscr=0, Mode_irixps=1, Delay_time=1.5, Curwin=0"
		for name in Def Job Mem Usr; do
			printf '%s\tfieldscur=%b%s\n' "$name" "$2" "$3"
			printf '\twinflags=193844, sortindx=18, maxtasks=0, graph_cpus=0, graph_mems=0\n'
			printf '\tsummclr=1, msgsclr=1, headclr=3, taskclr=1\n'
		done
		echo "Fixed_widest=0, Summ_mscale=1, Task_mscale=0, Zero_suppress=0"
	} >"$TESTHOME/.toprc"
}
# PID, USER (0xa5, 0xa8: bit 7 is "on"), the others off, up to letter '['
rest="&')*+,-./012345689:;<=>?@ABCDFGHIJKLMNOPQRSTUVWXYZ["
on='\xa5\xa8\xb7\xc5' # PID USER %CPU COMMAND
off=${rest//7/}
off="&'"${off:2}
off=${off//E/}
tail_j='\]^_`abcdefghijklmnopqrstuvwxyz'
off=$(tr -d '(' <<<"$off")
letters j "$on" "${off}$tail_j"
is "an rc file of 3.3.17 shows its columns" "$(top_in -b -n 1 -w 300 2>&1 | grep -E 'COMMAND|corrupt' | squeeze)" "PID USER %CPU COMMAND"
letters g "$on" "$off"
is "an rc file of 3.3.8 shows its columns" "$(top_in -b -n 1 -w 300 2>&1 | grep -E 'COMMAND|corrupt' | squeeze)" "PID USER %CPU COMMAND"

# damaged ones are refused, by name. Mutation: drop the test of f in configs_file().
rc_new PID COMMAND
sed -i 's/\(fieldscur=.*\) 230/\1 260/' "$(rcfile)"
like "an rc file with an unknown field is refused" "$(top_in -b -n 1 2>&1)" "*window entry #1 corrupt*"
finish
