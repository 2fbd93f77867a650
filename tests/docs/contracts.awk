# SPDX-License-Identifier: Apache-2.0
# What a caller has to know of each public header and function: the header's opening comment says which threads may use
# it and what blocks; a function has a comment, and one that returns live_err names its errors; a time says its unit.
#
#   awk -f contracts.awk HEADER...

function bad(text) {
    print name_of_file ": " text > "/dev/stderr"
    failed = 1
}

function end_of_file() {
    if (functions == 0) return
    if (opening !~ /[Tt]hread/) bad("the opening comment says nothing of threads")
    if (opening !~ /[Bb]lock/) bad("the opening comment does not say what blocks")
}

function judge(declaration, comment,    name) {
    name = declaration
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
    count++
    functions++
    if (comment == "") {
        bad(name "() has no comment")
        return
    }
    if (declaration ~ /live_err [a-z_]*\(.*live_error \*error/ && comment opening !~ /LIVE_E_|[Rr]eturns[ *]+`code`|[Aa]s (by )?(live|agent)_|@see/)
        bad(name "() does not name its errors")
    if (declaration ~ /int(64_t)? [a-z_]*(timeout|interval|duration|delay|wait|age|every|time)[,)]/)
        bad(name "() takes a time without its unit")
}

FNR == 1 { if (NR > 1) end_of_file(); name_of_file = FILENAME; functions = 0; opening = ""; comment = ""; in_comment = 0; seen = 0; declaration = "" }
/^\/\*\*/ { in_comment = 1; comment = "" }
in_comment {
    comment = comment " " $0
    if (/\*\//) {
        in_comment = 0
        if (!seen && comment ~ /@file/) { opening = comment; seen = 1; comment = "" }
    }
    next
}
/^(LIVE_API|AGENT_API) / { declaration = $0 }
declaration != "" {
    if ($0 != declaration) declaration = declaration " " $0
    if (/;$/) {
        judge(declaration, comment)
        declaration = ""
        comment = ""
    }
    next
}
/^[^ \/]/ { comment = "" }
END {
    end_of_file()
    if (count < 150) { print "contracts.awk: only " count + 0 " functions were found" > "/dev/stderr"; failed = 1 }
    print count " functions"
    exit failed
}
