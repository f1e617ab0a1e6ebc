#!/bin/sh
# check_size.sh - functions of 70 lines and a complexity of 15 at most
#
# Needs Debian's pmccabe.  tools/size_allowed lists "file function" pairs that
# may be more, each with its reason in a comment; the list may only shrink.
set -eu
allowed=$(cd "$(dirname "$0")" && pwd)/size_allowed
cd "$(dirname "$0")/.."
find src extension -name '*.c' | sort | xargs pmccabe | awk -v list="$allowed" '
BEGIN { while ((getline line < list) > 0) { split(line, w); ok[w[1] " " w[2]] = 1 } }
{
	where = $6; sub(/\(.*/, "", where); sub(/^\.\//, "", where)
	if (($1 > 15 || $5 > 70) && !((where " " $7) in ok)) {
		printf "%s: %s: complexity %d, %d lines\n", where, $7, $1, $5
		bad = 1
	}
}
END { exit bad }'
