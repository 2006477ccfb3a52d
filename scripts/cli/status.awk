# SPDX-License-Identifier: GPL-2.0
# What "dma-bypass status" and "metrics" say of the devices, from lines that status.sh has read of them:
#   D<tab>value<tab>...    a device: the fields below
#   X<tab>address<tab>driver<tab>location<tab>"gone" or nothing    a device that went away meanwhile, or cannot be read
#   N<tab>address<tab>name a disk or network interface of a device
#   B<tab>address<tab>direct<tab>translated<tab>errors    its counts at the beginning of the time that was measured
# Variables: FORM (text, json, metrics), MEASURED, COUNTED, DISARMED, ONLY (unhealthy), COLUMNS, HEADERS, WIDTH, MODULE, KERNEL.
# The exit status is 10 when something is unhealthy.

BEGIN {
	FS = "\t"
	n = split("address driver location mode state reason kernel_path window dma_base window_size direct_size " \
		"direct_maps translated_maps map_errors stranded bits harm_id harm", field, " ")
}

$1 == "N" { names[$2] = names[$2] (names[$2] == "" ? "" : " ") $3 }
$1 == "B" { direct_before[$2] = $3; translated_before[$2] = $4; errors_before[$2] = $5 }
$1 == "X" {
	count++
	d[count, "address"] = $2
	d[count, "driver"] = $3
	d[count, "location"] = $4
	d[count, "state"] = "unknown"
	d[count, "reason"] = "nothing is known of it"
	d[count, "unread"] = $5 == "gone" ? "it went away meanwhile" : "its files in sysfs cannot be read"
}
$1 == "D" {
	count++
	for (i = 1; i <= n; i++)
		d[count, field[i]] = $(i + 1)
}

function since(i,	a) {
	a = d[i, "address"]
	if (!MEASURED || !(a in direct_before))
		return
	d[i, "direct_maps"] -= direct_before[a]
	d[i, "translated_maps"] -= translated_before[a]
	d[i, "map_errors"] -= errors_before[a]
}

# What the counts say: the word for it, and the share of direct maps in per cent, where that is known.
function judge_counts(i,	direct, translated) {
	direct = d[i, "direct_maps"] + 0
	translated = d[i, "translated_maps"] + 0
	d[i, "share"] = "-"
	if (d[i, "unread"] != "")
		return
	if (d[i, "state"] != "attached" && d[i, "state"] != "pinned")
		d[i, "does"] = "kernel:" d[i, "kernel_path"]
	else if (!COUNTED && !MEASURED)
		# Only what goes through TCEs is known.
		d[i, "does"] = translated ? "some-tces" : "no-tces"
	else if (direct + translated == 0)
		d[i, "does"] = "idle"
	else {
		d[i, "share"] = int(direct * 100 / (direct + translated))
		# 100 means all.
		if (translated && d[i, "share"] == 100)
			d[i, "share"] = 99
		d[i, "does"] = !translated ? "direct" : direct ? "mixed" : "translated"
	}
}

function bad(i, id, problem, action) {
	d[i, "id"] = id
	d[i, "problem"] = problem
	d[i, "action"] = action
}

# What is wrong with it, and what to do.
function judge_health(i,	why) {
	why = "dma-bypass why " d[i, "address"]
	bad(i, "", "", "")
	if (d[i, "unread"] != "") {
		bad(i, "DBP-0060", d[i, "unread"], "Call it again; when that does not help, see dmesg, and send the file of dma-bypass report")
		return
	}
	if (d[i, "driver"] == "-")
		return
	# A driver may have tried again, so only those that fail now count.
	if (MEASURED && d[i, "map_errors"] != 0)
		bad(i, "DBP-0004", d[i, "map_errors"] " maps failed in that time",
			"See " why ". If its TCE table is full, fewer buffers at a time or mode auto help.")
	else if (d[i, "harm"] != "")
		bad(i, d[i, "harm_id"], d[i, "harm"], "dma-bypass set " d[i, "address"] " auto")
	else if (d[i, "mode"] ~ /^(off|translate)$/ || d[i, "state"] == "refused" || d[i, "bits"] <= 32)
		return	# asked for, or nothing can be done
	else if (d[i, "window"] == "none")
		bad(i, "DBP-0005", "it has no direct window, so every buffer costs hypercalls", why)
	else if (d[i, "window"] == "dma64")
		bad(i, "DBP-0006", "its window is not pre-mapped, so every buffer costs hypercalls", why)
	else if (d[i, "state"] == "attached" && d[i, "direct_size"] == 0)
		bad(i, "DBP-0007", "the hypervisor confirmed nothing of its window, so every buffer costs hypercalls",
			why "; then send the file of dma-bypass report to who supports you")
}

function pad(text, width) {
	while (length(text) < width)
		text = text " "
	return text
}

function cell(i, column) {
	if (column == "direct")
		return d[i, "share"] == "-" ? "-" : d[i, "share"] "%"
	if (column == "name")
		return d[i, "address"] in names ? names[d[i, "address"]] : "-"
	if (column == "healthy")
		return d[i, "problem"] == "" ? "yes" : "no"
	return d[i, column] == "" ? "-" : d[i, column]
}

function row(i,	text, c) {
	for (c = 1; c <= nr_columns; c++)
		text = text (c > 1 ? "  " : "") (c < nr_columns ? pad(i ? cell(i, column[c]) : toupper(column[c]), width[c]) : \
			i ? cell(i, column[c]) : toupper(column[c]))
	print WIDTH ? substr(text, 1, WIDTH) : text
}

function block(i) {
	printf "\n  device: %s\n   state: %s, and %s\n  reason: %s\n  action: %s\n     see: %s in dma-bypass-findings(7)\n",
		d[i, "address"], d[i, "state"], d[i, "problem"], d[i, "reason"], d[i, "action"], d[i, "id"]
}

function print_text(	i, c, healthy, shown) {
	nr_columns = split(COLUMNS, column, ",")
	# Wide enough for what is usual, so that the rows of two calls stand in line.
	width["address"] = 12; width["driver"] = 12; width["mode"] = 9; width["does"] = 16; width["window"] = 8; width["direct"] = 6
	for (c = 1; c <= nr_columns; c++) {
		width[c] = width[column[c]] > length(column[c]) ? width[column[c]] : length(column[c])
		for (i = 1; i <= count; i++)
			if (length(cell(i, column[c])) > width[c])
				width[c] = length(cell(i, column[c]))
	}
	shown = ONLY ? unhealthy : count
	if (shown && HEADERS)
		row(0)
	for (healthy = 0; healthy <= !ONLY; healthy++)
		for (i = 1; i <= count; i++)
			if ((d[i, "problem"] == "") == healthy)
				row(i)
	if (!shown && !DISARMED && HEADERS)
		print ONLY ? "all devices are healthy" : "no PCI device does DMA here"
	if (!HEADERS)
		return
	if (DISARMED)
		print "\n  module: disarmed after unclean boots, so all devices are left to the kernel\n" \
			"  action: When the cause is found: systemctl restart dma-bypass\n" \
			"     see: DBP-0003 in dma-bypass-findings(7)"
	for (i = 1; i <= count; i++)
		if (d[i, "problem"] != "")
			block(i)
	for (i = 1; i <= count; i++)
		if (!MEASURED && !ONLY && d[i, "map_errors"] != 0)
			print "\n    note: " d[i, "address"] ": " d[i, "map_errors"] \
				" maps failed since the module was loaded; do they still? status -m SECONDS"
}

function strings(i, list,	k, part, text) {
	k = split(list, part, " ")
	for (list = 1; list <= k; list++)
		text = text "," quote(part[list]) ":" quote(d[i, part[list]])
	return text
}

function numbers(i, list,	k, part, text) {
	k = split(list, part, " ")
	for (list = 1; list <= k; list++)
		text = text "," quote(part[list]) ":" d[i, part[list]]
	return text
}

function print_json(	i, comma, text) {
	head("status", MODULE, KERNEL)
	printf ",\"status\":%d,\"disarmed\":%s,\"devices\":[", (unhealthy || DISARMED) ? 1 : 0, DISARMED ? "true" : "false"
	for (i = 1; i <= count; i++) {
		if (d[i, "problem"] != "")
			record("findings\tid\t" d[i, "id"] "\tdevice\t" d[i, "address"] "\tproblem\t" d[i, "problem"] \
				"\taction\t" d[i, "action"])
		# Nothing is known of it that a field could hold.
		if (d[i, "unread"] != "" || (ONLY && d[i, "problem"] == ""))
			continue
		sub(/^-$/, "", d[i, "driver"])
		text = strings(i, "address driver location mode state reason kernel_path window dma_base") \
			numbers(i, "window_size direct_size direct_maps translated_maps map_errors stranded") \
			strings(i, "does") ",\"share_direct\":" (d[i, "share"] == "-" ? "null" : d[i, "share"]) \
			",\"healthy\":" (d[i, "problem"] == "" ? "true" : "false") strings(i, "problem action id") \
			",\"names\":" quote(names[d[i, "address"]])
		printf "%s\n{%s}", comma, substr(text, 2)
		comma = ","
	}
	printf "\n]"
	if (DISARMED)
		record("findings\tid\tDBP-0003\tdevice\t\tproblem\tdisarmed after unclean boots\taction\tsystemctl restart dma-bypass")
	print_records()
	print "}"
}

function metric(name, type, help, key,	i) {
	print "# HELP dma_bypass_" name " " help
	print "# TYPE dma_bypass_" name " " type
	for (i = 1; i <= count; i++)
		if (d[i, "unread"] == "" || key == "ok")
			print "dma_bypass_" name "{address=\"" d[i, "address"] "\",driver=\"" label(d[i, "driver"]) "\"" \
				(key != "" ? "} " d[i, key] : ",mode=\"" d[i, "mode"] "\",state=\"" d[i, "state"] \
				"\",window=\"" d[i, "window"] "\"} 1")
}

# The name of a driver may have more than letters.
function label(text) {
	gsub(/["\\]/, "\\\\&", text)
	return text
}

function flag(name, help, on) {
	print "# HELP dma_bypass_" name " " help
	print "# TYPE dma_bypass_" name " gauge"
	print "dma_bypass_" name " " (on ? 1 : 0)
}

# One pass for each metric, since all values of one must stand together.
function print_metrics(	i) {
	for (i = 1; i <= count; i++)
		d[i, "ok"] = d[i, "problem"] == "" ? 1 : 0
	flag("up", "Whether the module is loaded.", 1)
	flag("disarmed", "Whether unclean boots have disarmed it, so that all devices are left to the kernel.", DISARMED)
	flag("counts_direct", "Whether direct maps are counted.", COUNTED)
	metric("device_info", "gauge", "Mode, state and window of a device.", "")
	metric("healthy", "gauge", "Whether a device is healthy.", "ok")
	metric("direct_bytes", "gauge", "RAM that goes direct.", "direct_size")
	metric("direct_maps_total", "counter", "Buffers mapped direct, while that is counted.", "direct_maps")
	metric("translated_maps_total", "counter", "Buffers mapped through TCEs.", "translated_maps")
	metric("map_errors_total", "counter", "Maps that failed.", "map_errors")
	metric("stranded", "gauge", "Live buffers that the kernel itself could not release.", "stranded")
}

END {
	for (i = 1; i <= count; i++) {
		since(i)
		judge_counts(i)
		judge_health(i)
		unhealthy += d[i, "problem"] != ""
	}
	if (FORM == "json")
		print_json()
	else if (FORM == "metrics")
		print_metrics()
	else
		print_text()
	exit (unhealthy || DISARMED) ? 10 : 0
}
