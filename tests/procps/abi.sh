# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The library's public face: programs built against stock Debian's libproc2 keep
# working with ours.
# shellcheck source=lib.sh
. ./lib.sh

# procps' own self-check of its item tables ("make check-lib", which cleans the
# build), on a library built with ITEMTABLE_DEBUG
# Mutation: exchange two rows of Item_table[].
gcc -w -DITEMTABLE_DEBUG -DHAVE_CONFIG_H -include "$BUILD/config.h" -D_GNU_SOURCE -DLOCALEDIR='""' \
	-I"$BUILD" -I"$BUILD/library/include" -I"$BUILD/local" -o "$WORK/tables" \
	"$BUILD"/library/*.c "$BUILD/library/tests/test_Itemtables.c"
is "libproc2's item tables agree with its enumerations" "$("$WORK/tables" 2>&1 | grep -vc ^PASS)" 0
is "all six item tables were checked" "$("$WORK/tables" 2>&1 | grep -c ^PASS)" 6

lib=$BUILD/library/.libs/libproc2.so

# Before 4.0.5 our items come last, and stock's keep their numbers.  Since 4.0.5 items are
# inserted where they belong (upstream raises the soname), and stock's keep their order.
# Mutation: before 4.0.5 insert an item before the end of enum pids_item or stat_item; since
# 4.0.5 exchange two of stock's items.
{
	echo '#include "pids.h"'
	echo '#include "stat.h"'
	printf '#include <%s.h>\nint main(void) {\n' stdio
	sed -n 's/^ *\(\(PIDS\|STAT\)_[A-Za-z0-9_]*\)[ ,=].*/\1/p' \
		"$STOCK/library/include/pids.h" "$STOCK/library/include/stat.h" |
		sort -u | sed 's/.*/printf("& %d\\n", &);/'
	echo 'return 0; }'
} >"$WORK/enums.c"
for tree in "$STOCK" "$BUILD"; do
	gcc -o "$WORK/enums" -I"$tree/library/include" "$WORK/enums.c" 2>&1 && "$WORK/enums" >>"$WORK/enums.out"
	mv "$WORK/enums.out" "$WORK/enums.$([[ $tree == "$STOCK" ]] && echo stock || echo ours)"
done
count=$(wc -l <"$WORK/enums.stock")
like "200 to 299 enumerators are compared with stock's" "$count" "2[0-9][0-9]"
if since 4.0.5; then
	order() { for e in PIDS STAT; do grep "^${e}_" "$1" | sort -k 2n | cut -d ' ' -f 1; done; }
	is "stock's enumerators keep their order" "$(order "$WORK/enums.ours")" "$(order "$WORK/enums.stock")"
else
	is "stock's enumerators keep their numbers" "$(diff "$WORK/enums.stock" "$WORK/enums.ours")" ""
fi

# Mutation: drop "static" from stat2proc_guest() and mark it PROCPS_EXPORT.
symbols() { nm -D --defined-only "$1" | awk '{ print $2, $3 }' | sort; }
is "libproc2 exports stock's symbols and no others" "$(symbols "$lib")" "$(symbols "$STOCK/library/.libs/libproc2.so")"

# Mutation: another -version-info in Makefile.am.
soname() { readelf -d "$1" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p'; }
is "libproc2 keeps stock's soname" "$(soname "$lib")" "$(soname "$STOCK/library/.libs/libproc2.so")"
like "libproc2 has a soname" "$(soname "$lib")" "libproc2.so.*"

if since 4.0.5; then
	finish
	exit
fi
# A program built with the old headers runs on the new library.
# Mutation: as the first one.
cat >"$WORK/old.c" <<'C'
#include <stdio.h>
#include "pids.h"
#include "stat.h"
int main(void)
{
	enum pids_item items[] = { PIDS_ID_PID, PIDS_TICS_GUEST, PIDS_VM_RSS, PIDS_UTILIZATION };
	struct pids_info *info = NULL;
	struct stat_info *stat = NULL;
	struct pids_fetch *f;
	unsigned int pid = 100;

	if (procps_pids_new(&info, items, 4) < 0 || procps_stat_new(&stat) < 0)
		return 1;
	if (!(f = procps_pids_select(info, &pid, 1, PIDS_SELECT_PID)) || f->counts->total != 1)
		return 1;
	printf("%d %llu %lu %.1f ", PIDS_VAL(0, s_int, f->stacks[0], info),
	       PIDS_VAL(1, ull_int, f->stacks[0], info), PIDS_VAL(2, ul_int, f->stacks[0], info),
	       PIDS_VAL(3, real, f->stacks[0], info));
	printf("%llu\n", STAT_GET(stat, STAT_TIC_GUEST, ull_int));
	return 0;
}
C
proc_new 2
proc_cpus "500 0 0 0 0 0 0 0 300 0" 2
proc_add 100 utime=5000 gtime=3000 start=990000
gcc -o "$WORK/old" -I"$STOCK/library/include" "$WORK/old.c" -L"$BUILD/library/.libs" -lproc2
is "a program built with stock headers runs on our library" \
	"$(LD_LIBRARY_PATH=$BUILD/library/.libs in_proc "$WORK/old")" "100 3000 400 50.0 600"
finish
