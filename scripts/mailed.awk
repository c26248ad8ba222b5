# SPDX-License-Identifier: GPL-2.0-only
#
# awk -v steps=STEPS -f mailed.awk FILE: FILE, one of ours, as it is mailed
#
# Our files serve several kernels, what is mailed is for one: in the place of OLD of the
# lines "say OLD => NEW" of STEPS comes NEW, and a line of which nothing is left goes.

BEGIN {
	while ((getline line < steps) > 0) {
		if (line !~ /^say .* =>/)
			continue
		sub(/^say /, "", line)
		at = index(line, " =>")
		old[++n] = substr(line, 1, at - 1)
		new[n] = substr(line, at + 3)
		sub(/^ /, "", new[n])
	}
}

{
	changed = 0
	for (i = 1; i <= n; i++) {
		done = ""
		while ((at = index($0, old[i]))) {
			done = done substr($0, 1, at - 1) new[i]
			$0 = substr($0, at + length(old[i]))
			changed = 1
		}
		$0 = done $0
	}
	if (!changed || /[^[:space:]]/)
		print
}
