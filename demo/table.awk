# SPDX-License-Identifier: GPL-2.0-only
#
# table.awk OLD NEW: what each VM did between two snapshots of /proc/[0-9]*/stat
#
# Percent of one CPU, worst first.  Variables: seconds, between the snapshots.
# A VM is a process that ran a guest.

# Times in clock ticks of 1/100 s: a tick a second is a percent.
{
	comm = $0
	sub(/^[0-9]+ \(/, "", comm)
	sub(/\) [^)]*$/, "", comm)
	rest = $0
	sub(/^.*\) /, "", rest)
	n = split(rest, f, " ")
	pid = $1
	if (n < 54 || f[41] == 0)
		next
	hu = f[12] - f[41]
	value["hu"] = hu < 0 ? 0 : hu
	value["hs"] = f[13]
	value["gu"] = f[51]
	value["gs"] = f[52]
	value["un"] = f[41] - f[51] - f[52]
	if (FILENAME == OLD) {
		for (k in value)
			old[pid, k] = value[k]
		known[pid] = 1
	} else if (pid in known) {
		pids[++count] = pid
		name[pid] = comm
		total[pid] = 0
		for (k in value) {
			rate[pid, k] = (value[k] - old[pid, k]) / seconds
			if (rate[pid, k] < 0)
				rate[pid, k] = 0
			total[pid] += rate[pid, k]
		}
	}
}

END {
	printf "%-12s %6s %9s %9s %9s %9s %9s\n",
		"VM", "PID", "HOST-USR%", "HOST-SYS%", "GUEST-U%", "GUEST-S%", "UNCLASS%"
	for (i = 1; i <= count; i++) {
		worst = i
		for (j = i + 1; j <= count; j++)
			if (total[pids[j]] > total[pids[worst]])
				worst = j
		pid = pids[worst]
		pids[worst] = pids[i]
		pids[i] = pid
		printf "%-12.12s %6d %9.1f %9.1f %9.1f %9.1f %9.1f\n", name[pid], pid,
			rate[pid, "hu"], rate[pid, "hs"], rate[pid, "gu"], rate[pid, "gs"],
			rate[pid, "un"]
	}
}
