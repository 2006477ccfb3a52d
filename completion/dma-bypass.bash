# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion of dma-bypass(8) for bash.

_dma_bypass_devices() {
	local path
	for path in /sys/bus/pci/devices/*/dma_bypass; do
		[ -e "$path" ] || continue
		path=${path%/dma_bypass}
		echo "${path##*/}"
	done
	for path in /sys/class/net/*/device /sys/block/*/device; do
		[ -e "$path" ] || continue
		path=${path%/device}
		echo "${path##*/}"
	done
}

_dma_bypass() {
	local cur prev words cword command
	if declare -F _init_completion >/dev/null; then
		# The addresses of devices have colons in them.
		_init_completion -n : || return
	else
		cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
		words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
	fi
	command=${words[1]:-}
	if [ "$cword" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "status set unset apply list why stat verify preflight metrics report plan
			bench trial help version -j -h -V" -- "$cur")
		return
	fi
	case $command:$cword in
	status:*)
		if [ "$prev" = -o ]; then
			mapfile -t COMPREPLY < <(compgen -W "address driver mode does window direct location name" -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -W "-e -m -o -j --no-headers $(_dma_bypass_devices)" -- "$cur")
		fi ;;
	set:2 | unset:2 | why:2 | verify:2 | apply:2)
		mapfile -t COMPREPLY < <(compgen -W "$(_dma_bypass_devices)" -- "$cur") ;;
	bench:2 | trial:2) mapfile -t COMPREPLY < <(cd /sys/block 2>/dev/null && compgen -W "$(echo ./*)" -- "./$cur" | sed 's,^\./,,') ;;
	set:3) mapfile -t COMPREPLY < <(compgen -W "auto direct translate off" -- "$cur") ;;
	set:* | unset:*) mapfile -t COMPREPLY < <(compgen -W "--persist --force -j" -- "$cur") ;;
	help:2) mapfile -t COMPREPLY < <(compgen -W "status set unset apply list why stat verify preflight metrics report plan
			bench trial version" -- "$cur") ;;
	report:2) COMPREPLY=(-o) ;;
	report:3) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
	preflight:*)
		if [ "$prev" = -k ]; then
			mapfile -t COMPREPLY < <(cd /lib/modules 2>/dev/null && compgen -d -- "$cur")
		else
			mapfile -t COMPREPLY < <(compgen -W "-k -p" -- "$cur")
		fi ;;
	esac
	! declare -F __ltrim_colon_completions >/dev/null || __ltrim_colon_completions "$cur"
}

complete -F _dma_bypass dma-bypass
