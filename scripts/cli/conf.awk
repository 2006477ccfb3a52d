# SPDX-License-Identifier: GPL-2.0
# The file /etc/dma-bypass.conf: what its lines mean, and for which device each counts. Its input is the file, and behind it, for TASK
# plan, the fleet: lines "ADDRESS<tab>DRIVER<tab>LOCATION". Editors of other systems may have left a byte order mark and CRs.
#
# TASK plan      prints "bad<tab>LINE<tab>WHY", "set<tab>ADDRESS<tab>MODE<tab>SELECTOR<tab>LINE<tab>DRIVER" for each device for which a line counts,
#                "none<tab>LINE<tab>SELECTOR<tab>MODE" for a line that counts for none, "covered<tab>LINE<tab>SELECTOR<tab>MODE<tab>N<tab>ADDRESS" for
#                one that another line comes before with another mode, for N devices
# TASK change    prints the file without the lines of the selectors in GONE, and with a line for each of those in NAMES, of mode MODE:
#                addresses before location codes before drivers, since the first line that fits a device counts

# An address in full and in small letters; all else as it is.
function normal(selector) {
	if (selector !~ /^[0-9a-fA-F]+:[0-9a-fA-F:]+\.[0-7]$/)
		return selector
	selector = tolower(selector)
	return selector ~ /^[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]\.[0-7]$/ ? "0000:" selector : selector
}

function is_address(selector) {
	return selector ~ /^[0-9a-f][0-9a-f][0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[01][0-9a-f]\.[0-7]$/
}

function kind(selector) {
	return selector ~ /^driver:/ ? 2 : selector ~ /^loc:/ ? 1 : 0
}

function insert(below,	i) {
	for (; level < below; level++)
		for (i = 1; i <= nr_names; i++)
			if (kind(name[i]) == level)
				print name[i], MODE
}

BEGIN {
	n = split(ENVIRON["GONE"], name, " ")
	for (i = 1; i <= n; i++)
		out[normal(name[i])] = 1
	nr_names = split(ENVIRON["NAMES"], name, " ")
	FS = "[ \t]+"
}

# The fleet comes behind the file.
TASK == "plan" && FILENAME == "-" {
	split($0, part, "\t")
	n = 0
	for (i = 1; i <= 3; i++) {
		selector = i == 1 ? part[1] : i == 2 ? "driver:" part[2] : "loc:" part[3]
		if (!(selector in first))
			continue
		# Lines of the same selector, in their order.
		for (line = first[selector]; line; line = later[line])
			fits[++n] = line
	}
	best = 0
	for (i = 1; i <= n; i++)
		if (!best || fits[i] < best)
			best = fits[i]
	if (!best)
		next
	print "set\t" part[1] "\t" mode_of[best] "\t" selector_of[best] "\t" best "\t" part[2]
	counts[best] = 1
	for (i = 1; i <= n; i++)
		if (mode_of[fits[i]] != mode_of[best]) {
			covered[fits[i]]++
			example[fits[i]] = part[1]
		}
	next
}

{ raw = $0 }
FNR == 1 && sub(/^\357\273\277/, "") { sub(/^\357\273\277/, "", raw) }
{ sub(/\r$/, ""); sub(/^[ \t]+/, ""); sub(/[ \t]+$/, "") }

TASK == "change" {
	if ($0 !~ /^#/ && $1 != "" && normal($1) in out)
		next
	if ($0 ~ /^(loc|driver):/)
		insert(kind($1))
	print raw
	next
}

/^#/ || /^$/ { next }
{
	selector = normal($1)
	if (NF != 2 || $2 !~ /^(auto|direct|translate|off)$/) {
		print "bad\t" FNR "\tis not SELECTOR MODE with a mode of auto, direct, translate or off"
		next
	}
	if (selector == "driver:-" || selector !~ /^(driver|loc):./ && !is_address(selector)) {
		gsub(/[^ -~]/, "?", selector)
		print "bad\t" FNR "\tbegins with '" selector "', which is no PCI address, driver:NAME or loc:CODE"
		next
	}
	selector_of[FNR] = selector
	mode_of[FNR] = $2
	if (selector in last)
		later[last[selector]] = FNR
	else
		first[selector] = FNR
	last[selector] = FNR
	lines = FNR
}

END {
	if (TASK == "change")
		insert(3)
	else
		for (line = 1; line <= lines; line++)
			if (line in selector_of) {
				if (!(line in counts))
					print "none\t" line "\t" selector_of[line] "\t" mode_of[line]
				if (line in covered)
					print "covered\t" line "\t" selector_of[line] "\t" mode_of[line] "\t" covered[line] "\t" example[line]
			}
}
