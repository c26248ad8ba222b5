# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# bash completion for guesttime(8)

_guesttime()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words word
	local columns='pid tid vm vcpu thread vcpus guest-user guest-system unclassified
		host-user host-system host guest total' sign='' command=''

	COMPREPLY=()
	# "--sort=x" comes as three words.
	if [[ $cur == '=' ]]; then
		cur=
	elif [[ $prev == '=' ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
		exits | exporter | status | top)
			command=$word
			;;
		esac
	done

	case $prev in
	--sort)
		words=$columns
		[[ $cur != [+-]* ]] || sign=${cur:0:1}
		;;
	--source)
		words='auto kernel sampled'
		;;
	-p | --pid)
		words=$(cd /proc && printf '%s ' [0-9]*)
		;;
	--record | --replay | --output)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-i | --interval | -n | --count | --vm | --cgroup | --rate | --web.listen-address | --max-series)
		return
		;;
	*)
		words='-h --help -V --version '
		case $command in
		exits)
			words+='-p --pid --vm --cgroup -i --interval -n --count --json --csv --journal'
			;;
		exporter)
			words+='--vm --cgroup --source --rate --web.listen-address --per-vcpu --max-series'
			;;
		status)
			words+='--source --json'
			;;
		top)
			words+='-a --all -p --pid --vm --cgroup -i --interval -n --count --sort --source
				--rate --record --replay'
			;;
		*)
			words+='exits exporter status top -t --threads -a --all -p --pid --vm --cgroup
				-i --interval -n --count --sort --source --rate --json --csv
				--prometheus --output --record --replay'
			;;
		esac
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -P "$sign" -W "$words" -- "${cur#"$sign"}")
}

complete -F _guesttime guesttime
