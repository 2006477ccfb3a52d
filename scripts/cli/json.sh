# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# -j: what a command has found and printed, as JSON. docs/dma-bypass.schema.json describes it.

json_done() {
	rm -rf "$json_dir"
}

# in_json ARGUMENT...: runs the command and ends with its status. Its sentences go to the standard error as well.
in_json() {
	case $command:$# in
	stat:0 | stat:1) die usage "stat -j needs SECONDS and COUNT, or it would never end" ;;
	esac
	json_dir=$(mktemp -d) || die refused "no temporary file can be made"
	at_exit json_done
	records=$json_dir/records code=0
	: >"$records"
	# The process of its own has its own trap, and must not run this one. As part of an "||" it would not end at a failure.
	set +e
	(
		set -e
		trap - EXIT
		"cmd_$command" "$@"
	) >"$json_dir/out" 2>"$json_dir/err"
	code=$?
	set -e
	cat "$json_dir/err" >&2
	get "$root/sys/module/dma_bypass/version"
	{
		cat "$records"
		sed 's/^/text /' "$json_dir/out" "$json_dir/err"
	} | awk -v COMMAND="$command" -v STATUS="$code" -v MODULE="$got" -v KERNEL="$(kernel_release)" -f "$lib/json.awk" || unwritten
	exit "$code"
}
