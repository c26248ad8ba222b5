# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Tables of top, and screens of tmux: tests source this, and have a function tmux with a server
# of their own.  The screen that was seen last is the file "screen" in $WORK, or in $tmp.
#
# on board: awk grep sed sleep tmux

# cell ROW COLUMN: of the last table in the file $CELLS, else in standard input. A row begins with
# ROW. The column that orders may have a mark.
cell() {
	awk -v row="$1" -v column="$2" '
		/PID/ || $1 == "VM" { for (i = 1; i <= NF; i++) { sub(/[v^]$/, "", $i); if ($i == column) c = i } }
		c && $1 == row { value = $c }
		END { print value }' "${CELLS:--}"
}

# squeeze: blanks to one each, none at the ends
squeeze() { sed 's/  */ /g; s/^ //; s/ $//'; }

# seen PATTERN: wait until the screen has it (grep -E), for 30 s at most
seen() {
	local i screen=${WORK:-${tmp:-}}/screen

	for ((i = 0; i < 300; i++)); do
		tmux capture-pane -p > "$screen" 2> /dev/null
		grep -Eq -- "$1" "$screen" && return 0
		sleep 0.1
	done
	echo "# not seen: $1"
	sed 's/^/# /' "$screen"
	return 1
}

# keys KEY...: tmux names them (Down, Enter), all else is typed
keys() {
	local key

	for key in "$@"; do
		tmux send-keys "$key"
		sleep 0.1
	done
}
