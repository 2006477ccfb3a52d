# SPDX-License-Identifier: GPL-2.0
# A reader of "dma-bypass status --json" as one would have been written for version 1 of the format. It
# must never be changed to please a later version: what it wants, every version 1 output gives. What is
# new is passed over. Fails with a sentence when anything is missing, of another type, or not JSON.

function die(text) { print "read-v1: " text; bad = 1; exit 1 }

function blank() { while (substr(s, p, 1) ~ /[ \t\r\n]/) p++ }

function string(	from) {
	from = ++p
	while (substr(s, p, 1) != "\"") {
		if (p > length(s))
			die("a string does not end")
		p += substr(s, p, 1) == "\\" ? 2 : 1
	}
	return substr(s, from, p++ - from)
}

# Reads one value; type["path"] and value["path"] say what it was.
function any(path,	c, n, key) {
	blank()
	c = substr(s, p, 1)
	if (c == "{" || c == "[") {
		type[path] = c == "{" ? "object" : "array"
		p++
		for (n = 0; ; n++) {
			blank()
			if (substr(s, p, 1) ~ /[]}]/ && n == 0)
				break
			key = n
			if (c == "{") {
				if (substr(s, p, 1) != "\"")
					die("no key at " p)
				key = string()
				blank()
				if (substr(s, p++, 1) != ":")
					die("no colon at " p)
			}
			any(path "." key)
			blank()
			if (substr(s, p, 1) != ",")
				break
			p++
		}
		blank()
		if (substr(s, p++, 1) != (c == "{" ? "}" : "]"))
			die(path " does not end at " p)
		value[path] = n + (n || type[path ".0"] != "")
	} else if (c == "\"") {
		type[path] = "string"
		value[path] = string()
	} else if (match(substr(s, p), /^(true|false|null|-?[0-9]+)/)) {
		value[path] = substr(s, p, RLENGTH)
		type[path] = value[path] ~ /[0-9]/ ? "number" : value[path] == "null" ? "null" : "boolean"
		p += RLENGTH
	} else {
		die("no value at " p ": " substr(s, p, 20))
	}
}

function want(path, kind) {
	if (type[path] !~ "^(" kind ")$")
		die(path " is " (type[path] == "" ? "missing" : type[path]) ", wanted " kind)
}

{ s = s $0 "\n" }

END {
	if (bad)
		exit 1
	p = 1
	any("")
	blank()
	if (p <= length(s))
		die("something follows")
	want(".version", "number")
	if (value[".version"] != 1)
		die("version " value[".version"])
	want(".module", "string")
	want(".kernel", "string")
	want(".devices", "array")
	for (i = 0; i < value[".devices"]; i++) {
		d = ".devices." i "."
		n = split("address driver location mode state reason kernel_path window dma_base does problem action", k, " ")
		for (j = 1; j <= n; j++)
			want(d k[j], "string")
		n = split("window_size direct_size direct_maps translated_maps map_errors stranded", k, " ")
		for (j = 1; j <= n; j++)
			want(d k[j], "number")
		want(d "healthy", "boolean")
		want(d "share_direct", "number|null")
		if (value[d "mode"] !~ /^(auto|direct|translate|off)$/)
			die("mode " value[d "mode"])
	}
	print i " devices"
}
