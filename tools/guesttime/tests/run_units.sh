#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run_units.sh DIR TEST... : runs DIR/test_TEST for each, from the folder of the
# tool. RUN_UNDER may name a program to run them under. The output of one that
# fails is shown, and how to repeat it.
set -euo pipefail

dir=$1
shift
read -ra under <<<"${RUN_UNDER:-}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
for name in "$@"; do
	if "${under[@]}" "$dir/test_$name" >"$log" 2>&1; then
		printf '  %-8s %s: %s\n' PASS "test_$name" "$(grep -c '\[       OK \]' "$log") cases"
	else
		printf '  %-8s %s\n' FAIL "test_$name"
		tail -n 40 "$log"
		echo "repeat with: ${RUN_UNDER:+$RUN_UNDER }$dir/test_$name"
		failed=1
	fi
done
exit "$failed"
