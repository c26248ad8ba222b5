# SPDX-License-Identifier: GPL-2.0-only
#
# awk -v name=NAME -f without.awk FILE: FILE without what it says of NAME
#
# That is, in C: the definition of the function or macro NAME with the comment above
# it and the EXPORT_SYMBOL below it, its declarations, and its one-line stubs; in
# Kconfig: the entry "config NAME".  A NAME with a space in it is a whole line.
#
# Exit status 1 if FILE has nothing of that.

function flush(i) {
	for (i = 1; i <= held; i++)
		keep(hold[i])
	held = 0
}

# Two empty lines that meet where something went are one.
function keep(line) {
	if (line == "" && gap && last == "")
		return
	gap = 0
	last = line
	out[++n] = line
}

function gone() {
	held = 0
	removed = 1
	gap = 1
}

BEGIN {
	word = "(^|[^[:alnum:]_])" name "[[:space:]]*\\("
	whole = index(name, " ")
}

whole {
	if ($0 == name) gone(); else keep($0)
	next
}

# A definition goes on to its end.
skip == "brace" { if (/^}/) skip = ""; next }
skip == "signature" {
	if (/;[[:space:]]*$/ || /}[[:space:]]*$/) skip = ""
	else if (/^{/) skip = "brace"
	next
}
skip == "macro" { if (!/\\$/) skip = ""; next }
skip == "config" {
	if (/^[^[:space:]]/) skip = ""
	else next
}

# A comment may be that of what follows: hold it back.
comment { hold[++held] = $0; if (/\*\//) comment = 0; next }
/^\/\*/ { flush(); hold[++held] = $0; comment = !/\*\//; next }

/^config / && $2 == name { flush(); gone(); skip = "config"; next }
/^EXPORT_SYMBOL/ && $0 ~ "\\(" name "\\)" { gone(); next }
/^#[[:space:]]*define/ && $0 ~ ("define[[:space:]]+" name "[(]") {
	gone()
	if (/\\$/) skip = "macro"
	next
}
/^[[:alpha:]_]/ && $0 ~ word && !/^EXPORT_SYMBOL/ {
	gone()
	if (!/;[[:space:]]*$/ && !/}[[:space:]]*$/)
		skip = "signature"
	next
}
{ flush(); keep($0) }

END {
	flush()
	while (n && out[n] == "")
		n--
	for (i = 1; i <= n; i++)
		print out[i]
	exit !removed
}
