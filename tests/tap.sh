# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# TAP for shell: tests source this.  Each result is one line, and what explains a failure
# is in comments after it.  finish prints the plan, last.

# Results and failures so far.
n=0 failures=0
# With "-r NAME" only that result is looked for.
only=''
[ "${1:-}" != -r ] || only=${2:?}

wanted() { [ -z "$only" ] || [ "$only" = "$1" ]; }

# result STATUS NAME [LINE...]: LINES explain a failure
result() {
	local status=$1 name=$2
	shift 2
	n=$((n + 1))
	if [ "$status" = 0 ]; then
		echo "ok $n $name"
	else
		# A test may know a better reason, and end here.
		! declare -F before_failure > /dev/null || before_failure
		failures=$((failures + 1))
		echo "not ok $n $name"
		[ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/# /'
	fi
}

# ok NAME COMMAND...: COMMAND succeeds.  The end of $tmp/out explains a failure.
ok() {
	local name=$1
	shift
	if "$@"; then
		result 0 "$name"
	else
		result 1 "$name" "$(tail -n 40 "${tmp:-/none}/out" 2> /dev/null)"
	fi
}

to_out() { "$@" > "${tmp:?}/out" 2>&1; }

# says TEXT: $tmp/out has it
says() { grep -qF -- "$1" "$tmp/out"; }

not() { ! "$@"; }

# silent COMMAND...: succeeds and prints nothing
silent() { to_out "$@" && [ ! -s "$tmp/out" ]; }

# copy_tree DIR: make DIR a copy of $top, without what is built
copy_tree() {
	mkdir -p "$1"
	(cd "${top:?}" && git ls-files -z --cached --others --exclude-standard |
		while IFS= read -r -d '' file; do
			[ ! -e "$file" ] || printf '%s\0' "$file"
		done | xargs -0 cp -P --parents -t "$1")
}

# ok_printing NAME COMMAND...: the same, of a COMMAND whose output explains a failure
ok_printing() {
	local name=$1
	shift
	ok "$name" to_out "$@"
}

# is NAME GOT WANT
is() {
	wanted "$1" || return 0
	local status=0
	[ "$2" = "$3" ] || status=1
	result $status "$1" "got:" "$2" "want:" "$3"
}

# within NAME GOT LOW HIGH
within() {
	wanted "$1" || return 0
	local status=0
	awk -v got="$2" -v low="$3" -v high="$4" \
		'BEGIN { exit !(got ~ /^-?[0-9.]+$/ && got >= low && got <= high) }' || status=1
	result $status "$1" "got: $2" "want: $3 to $4"
}

# skip NAME REASON
skip() {
	n=$((n + 1))
	echo "ok $n $1 # SKIP $2"
}

# xfail NAME REASON: an expected failure
xfail() {
	n=$((n + 1))
	echo "not ok $n $1 # TODO $2"
}

# finish: the plan; fails if a result did.  A test ends with it.
finish() {
	! declare -F before_plan > /dev/null || before_plan
	echo "1..$n"
	[ "$failures" -eq 0 ]
}

# die MESSAGE: the test cannot go on
die() {
	echo "not ok $((n + 1)) $*"
	exit 1
}
