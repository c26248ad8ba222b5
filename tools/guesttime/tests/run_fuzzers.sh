#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run_fuzzers.sh DIR RUNS NAME... : runs DIR/fuzz_NAME for RUNS inputs, from the
# folder of the tool, starting with corpus/NAME. New inputs stay in DIR/found.
# An input that fails is kept there too: move it to corpus/NAME once fixed.
set -euo pipefail

dir=$1 runs=$2
shift 2
for name in "$@"; do
	found=$dir/found/$name
	mkdir -p "$found"
	log=$found.log
	if ! "$dir/fuzz_$name" -runs="$runs" -seed=1 -max_len=4096 -timeout=10 -verbosity=1 \
		-print_final_stats=1 -artifact_prefix="$found/" "$found" "corpus/$name" \
		>"$log" 2>&1; then
		printf '  %-8s %s\n' FAIL "fuzz_$name"
		tail -n 40 "$log"
		exit 1
	fi
	printf '  %-8s %s: %s inputs\n' PASS "fuzz_$name" \
		"$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
done
