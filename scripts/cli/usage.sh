# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # variables of common.sh
# What the commands are called, and what they take. One line each, which help, "help COMMAND" and -h show.

commands() {
	cat <<-'END'
	status [DEVICE...] [-e] [-m SECONDS] [-o COLUMNS] [--no-headers]|what each device does (also without a command); -e: only unhealthy ones
	why DEVICE|the first thing that keeps a device from going direct
	set DEVICE MODE [--persist] [--force]|auto, direct, translate or off
	unset DEVICE [--persist] [--force]|back to the policy of the module
	apply [DEVICE]|set what /etc/dma-bypass.conf says
	list|what /etc/dma-bypass.conf keeps, and what differs
	verify DEVICE [SECONDS]|proves where its buffers really go
	stat [SECONDS [COUNT]]|rates
	plan [SECONDS]|what each device could gain
	bench DISK [MEGABYTES]|reads a disk direct and translated in turn, and compares how fast that is
	trial DISK [MEGABYTES]|before you trust it: reads a disk both ways, and compares every byte
	preflight [-k KERNEL] [-p]|will the module build, load and work on a kernel?
	metrics|for the node exporter of Prometheus
	report [-o FILE]|all that support needs, in one file
	version|of this program, of the module that is loaded, and of that on disk
	help [COMMAND]|this
	END
}

usage() {
	{
		echo "usage: dma-bypass COMMAND [ARGUMENT...]"
		echo
		commands | awk -F '|' '{ printf length($1) < 37 ? "  %-37s%s\n" : "  %s\n                                       %s\n", $1, $2 }'
		echo
		echo "  -j prints JSON, -h says what a command takes, -V is version."
		echo "DEVICE is a PCI address, a disk or network interface by any of its names, driver:NAME or loc:CODE."
	} || unwritten
}

# usage_of COMMAND: what it takes; ends.
usage_of() {
	commands | WORD=$1 awk -F '|' '
	{ split($1, word, " ") }
	word[1] == ENVIRON["WORD"] { print "usage: dma-bypass " $1 "\n\n  " $2 "\n\nSee dma-bypass(8)."; found = 1 }
	END { exit !found }' && exit
	die usage "there is no command '$1'$(did_you_mean "$1"); dma-bypass help lists them"
}

# did_you_mean WORD: " (did you mean COMMAND?)" for the command that differs least, when that is little.
did_you_mean() {
	commands | WORD=$1 awk '
	# The number of letters to add, to leave out or to change.
	function distance(a, b,	i, j, d, m) {
		for (i = 0; i <= length(a); i++)
			d[i, 0] = i
		for (j = 0; j <= length(b); j++)
			d[0, j] = j
		for (i = 1; i <= length(a); i++)
			for (j = 1; j <= length(b); j++) {
				m = d[i - 1, j - 1] + (substr(a, i, 1) != substr(b, j, 1))
				if (d[i - 1, j] + 1 < m)
					m = d[i - 1, j] + 1
				if (d[i, j - 1] + 1 < m)
					m = d[i, j - 1] + 1
				# Two that were swapped.
				if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j - 1, 1) && substr(a, i - 1, 1) == substr(b, j, 1) && \
				    d[i - 2, j - 2] + 1 < m)
					m = d[i - 2, j - 2] + 1
				d[i, j] = m
			}
		return d[length(a), length(b)]
	}
	BEGIN { best = 3 }
	{
		sub(/[|].*/, "", $1)
		n = distance(ENVIRON["WORD"], $1)
		if (n < best && n < length($1)) {
			best = n
			word = $1
		}
	}
	END { if (word != "") printf " (did you mean %s?)", word }'
}
