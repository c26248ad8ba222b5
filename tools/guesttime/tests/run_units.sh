#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run_units.sh DIR TEST... : runs DIR/test_TEST for each, from the folder of the
# tool. RUN_UNDER may name a program to run them under. Each test has a line: PASS,
# FAIL or SKIP. The output of a program that fails is shown, and how to repeat it.
set -euo pipefail

dir=$1
shift
read -ra under <<<"${RUN_UNDER:-}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0
for name in "$@"; do
	status=0
	CMOCKA_MESSAGE_OUTPUT=TAP "${under[@]}" "$dir/test_$name" >"$log" 2>&1 || status=$?
	if ! awk -v program="${dir##*/}/test_$name" -v status="$status" '
		function say(result, what) {
			printf "  %-8s %s: %s\n", result, program, what
			failed += result == "FAIL"
		}
		/^1\.\.[0-9]+/ { planned = substr($0, 4) + 0 }
		/^(not )?ok [0-9]+ / {
			result = /^ok/ ? "PASS" : "FAIL"
			# cmocka 1.1.5 calls a skipped test "not ok".
			if (/# SKIP/) result = "SKIP"
			sub(/^(not )?ok [0-9]+ (- )?/, "")
			sub(/ *# SKIP */, "")
			say(result, $0)
			n++
		}
		END {
			if (n < planned || !n || (status && !failed))
				say("FAIL", "status " status " after " n + 0 " of " planned + 0 " tests")
			exit failed > 0
		}' "$log"; then
		tail -n 40 "$log"
		echo "repeat with: ${RUN_UNDER:+$RUN_UNDER }$dir/test_$name"
		failed=1
	fi
done
exit "$failed"
