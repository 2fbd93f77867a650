# SPDX-License-Identifier: Apache-2.0
# Every exported function that gives a pointer says whose it is, in its comment or in that of its header: yours, borrowed, static.
#
#   awk -f owners.awk HEADER…
FNR == 1 { head = comment = declaration = "" }
/^\/\*\*/ { comment = "" ; inside = 1 }
inside { comment = comment " " $0 }
inside && /\*\// { inside = 0; if (comment ~ /@file/) head = comment; next }
/^LIVE_API/ { declaration = "" ; reading = 1 }
reading { declaration = declaration " " $0 }
reading && /;/ {
    reading = 0
    gives = declaration ~ /\*\*ret_/ || declaration ~ /^ LIVE_API (LIVE_MUST_USE )?(const )?(char|cJSON|void|[a-z_]+) \*/
    if (gives && comment head !~ /[Yy]ours|[Bb]orrow|[Ss]tatic|[Vv]alid until|[Oo]wned|belongs/) {
        match(declaration, /[a-z_]+\(/)
        printf "%s: %s does not say whose its result is\n", FILENAME, substr(declaration, RSTART, RLENGTH - 1)
        failed = 1
    }
    comment = ""
}
END { exit failed }
