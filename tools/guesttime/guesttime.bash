# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# bash completion for guesttime(8)

_guesttime()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words word
	local columns='pid tid vm thread vcpus guest-user guest-system unclassified
		host-user host-system total' sign=
	local exits=

	COMPREPLY=()
	# "--sort=x" comes as three words.
	if [[ $cur == '=' ]]; then
		cur=
	elif [[ $prev == '=' ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		[[ $word != exits ]] || exits=1
	done

	case $prev in
	--sort)
		words=$columns
		[[ $cur != [+-]* ]] || sign=${cur:0:1}
		;;
	-p | --pid)
		words=$(cd /proc && printf '%s ' [0-9]*)
		;;
	--output)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-i | --interval | -n | --count)
		return
		;;
	*)
		words='-p --pid -i --interval -n --count --json -h --help -V --version'
		if [[ -z $exits ]]; then
			words+=' exits -t --threads -a --all --sort --prometheus --output'
		fi
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -P "$sign" -W "$words" -- "${cur#"$sign"}")
}

complete -F _guesttime guesttime
