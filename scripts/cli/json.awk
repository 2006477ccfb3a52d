# SPDX-License-Identifier: GPL-2.0
# JSON for dma-bypass: strings, and lines of records. A record is KIND<tab>NAME<tab>VALUE<tab>NAME<tab>VALUE...; those of a kind make an
# array. docs/dma-bypass.schema.json describes what comes out.

function quote(text) {
	gsub(/[\\"]/, "\\\\&", text)
	gsub(/[\001-\037\177-\377]/, "?", text)
	return "\"" text "\""
}

function value(text) {
	# Whole numbers only, which every reader takes for numbers.
	return text ~ /^-?(0|[1-9][0-9]*)$/ || text ~ /^(true|false|null)$/ ? text : quote(text)
}

# record LINE: adds it to those of its kind.
function record(line,	part, n, i, text) {
	n = split(line, part, "\t")
	for (i = 2; i < n; i += 2)
		text = text (i > 2 ? "," : "") "\"" part[i] "\":" value(part[i + 1])
	if (!(part[1] in records))
		kinds[++nr_kinds] = part[1]
	records[part[1]] = records[part[1]] (part[1] in records && records[part[1]] != "" ? "," : "") "\n{" text "}"
}

# print_records: members of the outermost object, each after a comma.
function print_records(	i) {
	for (i = 1; i <= nr_kinds; i++)
		printf ",\"%s\":[%s\n]", kinds[i], records[kinds[i]]
}

function head(command, module, kernel) {
	printf "{\"version\":1,\"command\":%s,\"module\":%s,\"kernel\":%s", quote(command), quote(module), quote(kernel)
}

# Of a command other than status: "record LINE" and "text LINE" in, all of it out.
COMMAND != "" && /^record / { record(substr($0, 8)) }
COMMAND != "" && /^text / { text = text (text == "" ? "" : ",") "\n" quote(substr($0, 6)) }
END {
	if (COMMAND != "") {
		head(COMMAND, MODULE, KERNEL)
		printf ",\"status\":%d,\"devices\":[]", STATUS
		print_records()
		print ",\"text\":[" text "\n]}"
	}
}
