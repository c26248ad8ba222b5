#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants.sh DIR : proves that the tests can fail. Each mutation, made to a copy
# of the sources in DIR, must turn the named test red. Lines of the table:
#
#	TEST | FILE | PERL SUBSTITUTION
set -euo pipefail

dir=$1
rm -rf "$dir"
mkdir -p "$dir"
dir=$(realpath "$dir")
cp -r ./*.[ch] Makefile tests fuzz "$dir"

mutants()
{
	cat <<'EOF'
proc_stat | proc_stat.c | s/memrchr\(open/memchr(open/
proc_stat | proc_stat.c | s/FIELD_GUTIME = 53/FIELD_GUTIME = 55/
proc_stat | proc_stat.c | s/field > FIELD_CGSTIME/field > FIELD_GSTIME/
proc_stat | proc_stat.c | s/buf\[len - 1\] != '\\n'/0/
proc_stat | proc_stat.c | s/v > \(UINT64_MAX - digit\) \/ 10/0/
proc_status | proc_status.c | s/memcmp\(p, key, key_len\)/0/
proc_status | proc_status.c | s/"\\nGuestUser:/"GuestUser:/
vm_cmdline | vm_cmdline.c | s/\|\| s\.p\[i \+ 1\] != ','/|| 1/
vm_cmdline | vm_cmdline.c | s/"guest"/"gast"/
vm_cmdline | vm_cmdline.c | s/dash \? s\.p\[i\] != '-' :/0 ? 0 :/
vm_cmdline | vm_cmdline.c | s/SEV_POLICY_ES\t0x4/SEV_POLICY_ES\t0x1/
vm_cgroup | vm_cgroup.c | s/path->len > 1 \? 3 : 1/3/
vm_cgroup | vm_cgroup.c | s/cgroup->pod\[i\] == '_'/0/
vcpu_name | vcpu_name.c | s/strcmp\(p, forms\[i\]\.suffix\)/0/
cpu_split | cpu_split.c | s/sum \|\| no_guest/true/
cpu_split | cpu_split.c | s/sub_clamped\(t->utime, t->gtime\)/t->utime - t->gtime/
cpu_split | cpu_split.c | s/ \|\| kind == CPU_SPLIT_DELTA//
cpu_split | cpu_split.c | s/t->gutime, scale/t->gstime, scale/
escape | escape.c | s/c < least\[len\]/0/
escape | escape.c | s/ \|\| is_deceptive\(c\)//
escape | escape.c | s/case '"':\n\t\treturn "\\\\\\""/case '"':\n\t\treturn "\\""/
taskstats | taskstats.c | s/b\.len != SPLIT_LEN/b.len < SPLIT_LEN/
taskstats | taskstats.c | s/!split \|\| //
taskstats | taskstats.c | s/OFF_GUEST_UTIME = 696/OFF_GUEST_UTIME = 688/
taskstats | taskstats.c | s/OFF_TGETIME = 376/OFF_TGETIME = 384/
taskstats | taskstats.c | s/self_pid != msg->task.id/self_pid == 0xffffffff/
taskstats | taskstats.c | s/rec->version == VERSION_MIDDLE_CHANGED/0/
taskstats | taskstats.c | s/attr\.nla_len < NLA_HDRLEN/0/
taskstats | taskstats.c | s/rec->version >= VERSION_WITH_TGID/1/
column | column.c | s/return x\.known \? -1 : 1/return x.known ? 1 : -1/
column | column.c | s/kind == COLUMN_TIME \|\| id == COLUMN_VCPUS/false/
row | row.c | s/ && found->starttime == task->starttime//
row | row.c | s/< before->boottime/< 0/
row | row.c | s/, percent, CPU_SPLIT_DELTA/, percent, CPU_SPLIT_TOTALS/; s/100 \/ opts->hz \/ seconds/1 \/ opts->hz \/ seconds/
proc_scan | proc_scan.c | s/process->vcpus\+\+/process->vcpus += 2/
proc_scan | proc_scan.c | s/\tsort_tasks\(snap->processes\.v, snap->processes\.n\)/\t(void)0/
proc_scan | proc_scan.c | s/split && st->has_split/st->has_split/
proc_scan | proc_scan.c | s/\tnumber_vcpus\(/\t(void)(/
proc_scan | proc_scan.c | s/\|\| vm->cgroup\[len\] == '\/'/|| 1/
proc_scan | vm_table.c | s/define KEEP\t\t2/define KEEP 0/
proc_scan | proc_scan.c | s/process->has_vcpus = !rc/process->has_vcpus = true/; s/return -errno;\n\trc = visit_numbers\(scan/return process->has_vcpus = true, -errno;\n\trc = visit_numbers(scan/
feature | feature.c | s/n > 0 && proc_status_has_split/n > 0 || proc_status_has_split/
feature | feature.c | s/case '0':\n\t\treturn FEATURE_OFF/case '0':\n\t\treturn FEATURE_ON/
output | output_table.c | s/at \+ gap \+ width > table->width/0/
output | output_table.c | s/"-"\);/"0");/
output | output_json.c | s/fputs\("null", out\);\n}/fputs("0", out);\n}/
output | output_csv.c | s/if \(\*p == '"'\)/if (0)/
output | output_csv.c | s/ && !strchr\("=\+-@", \*escaped\)//
output | output_prometheus.c | s/if \(mark->known\[time\]\)//
output | output_prometheus.c | s/if \(vm->vcpus >= 0\)//
marks | marks.c | s/if \(seconds > mark->seconds\[time\]\)//
marks | marks.c | s/mark && fabs\(mark->start - start\) >= SAME_START/0/
marks | marks.c | s/complete && //
marks | marks.c | s/\tdrop_ambiguous\(marks\)/\t(void)drop_ambiguous/
marks | prometheus_line.c | s/r->end\[-1\] != '\\n' \|\| //
marks | prometheus_line.c | s/ && isfinite\(\*value\)//
metrics | metrics.c | s/!alone \|\| looks_numbered\(vm->id->name\)/!alone/
metrics | metrics.c | s/for \(alone = 1; mark->labels/for (alone = 1; 0 \&\& mark->labels/
metrics | metrics.c | s{< t->task->starttime \? -1 : 1}{< t->task->starttime ? 1 : -1}
metrics | metrics.c | s/taken\[index \/ 8\] & 1u << index % 8/0/
metrics | metrics.c | s/metrics->series_cut \+= METRICS_VCPU_SERIES/(void)0/
listen_address | listen_address.c | s/>> 24 == 127/>> 24 != 0/
listen_address | listen_address.c | s/ && v <= UINT16_MAX;\n\}/;\n}/
web | web.c | s/\|\| now\(\) >= web->reuse_until//
web | web.c | s/if \(!web->current \|\| now\(\) >= web->reuse_until\)//
web | web.c | s/\tend_connection\(oldest\);\n//
web | web.c | s/c->deadline <= time/0/
web | web.c | s/\tend_readers_of_old_texts\(web\);\n\}/\t(void)end_readers_of_old_texts;\n}/
web | web.c | s/rc \? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK/MHD_HTTP_OK/
file_replace | file_replace.c | s/O_CREAT \| O_NOFOLLOW/O_CREAT/
file_replace | file_replace.c | s/errno == EWOULDBLOCK \? -EBUSY/0 ? -EBUSY/
file_replace | file_replace.c | s/ \|\| ferror\(file->out\)//; s/fflush\(file->out\)/0/
options | options.c | s/ \|\| !v \|\| v > max/ || v > max/
exits | exits.c | s/\t\tvm->seen = true;\n\t\}/\t}/
exits | exits.c | s/if \(vm && vm->reported\)\n\t\treturn;//
exits | exits.c | s/ && !vm->reported\)\n\t\t\treport/)\n\t\t\treport/
exits | exits.c | s/\(double\)\(sum - us->gtime\) < us_per_tick/0/
exits | exits.c | s/if \(rec->tgid != rec->id\)/if (0)/
exits | exits.c | s/age \+ AGE_SLACK < /0 \&\& age < /
exits | exits.c | s/\*fresh = NULL;//
exits | exits.c | s/if \(rec->process_us && end \+ AGE_SLACK < vm->seen_at\)/if (0)/
exits | exits.c | s/\tnote_exit_code\(exits, msg\);//
exits | exits.c | s/\*rec = msg->group/*rec = msg->task/
netlink | netlink.c | s/if \(from\.nl_pid\)\n\t\t\tcontinue;//
netlink | netlink.c | s/lost = info\[SK_MEMINFO_DROPS\] - nl->drops_seen/lost = 0/
netlink | netlink.c | s/TASKSTATS_CMD_ATTR_DEREGISTER_CPUMASK/TASKSTATS_CMD_ATTR_REGISTER_CPUMASK/
netlink | netlink.c | s/case ENOBUFS:\n\t\t\t\tnl->overruns\+\+;\n\t\t\t\tcontinue;//
netlink | netlink.c | s/msg_flags & MSG_TRUNC/msg_flags & 0/
EOF
}

survived=0 killed=0
log=$dir/log
build()		# TEST
{
	make -C "$dir" O="$dir/out" "$dir/out/plain/test_$1" >"$log" 2>&1
}

while IFS='|' read -r name file change; do
	name=${name// } file=${file// } change=${change# }
	# A '|' inside the substitution is part of it.
	cp "$file" "$dir/$file"
	perl -0pi -e "$change" "$dir/$file"
	if cmp -s "$file" "$dir/$file"; then
		printf '  %-8s %s\n' STALE "$file: $change"
		survived=$((survived + 1))
		continue
	fi
	if ! build "$name"; then
		printf '  %-8s %s\n' BROKEN "$file: $change"
		tail -n 10 "$log"
		survived=$((survived + 1))
	elif (cd "$dir" && timeout 20 "out/plain/test_$name" >"$log" 2>&1); then
		printf '  %-8s %s\n' SURVIVED "$file: $change"
		survived=$((survived + 1))
	else
		killed=$((killed + 1))
	fi
	cp "$file" "$dir/$file"
	touch "$dir/$file"
done < <(mutants)
printf '  %-8s mutants: %s found by the tests, %s not\n' \
	"$([[ $survived == 0 ]] && echo PASS || echo FAIL)" "$killed" "$survived"
[[ $survived == 0 ]]
