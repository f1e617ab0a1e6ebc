#!/bin/sh
# check_errors.sh - every CWnnnn code that the sources raise has a page in doc/errors with its causes and its cure, and
# no page is left over
set -eu
cd "$(dirname "$0")/.."
raised=$(mktemp)
paged=$(mktemp)
trap 'rm -f "$raised" "$paged"' EXIT
# cw_fail(err, KIND, nnnn, ...) and cw_fail_errno(err, nnnn, ...), over line ends
cat $(find src -name '*.c' -o -name '*.h' | sort) | tr '\n\t' '  ' |
	grep -oE 'cw_fail(_errno)?\([^;"]*[^0-9][1-9][0-9]{3}, *"' |
	grep -oE '[1-9][0-9]{3}, *"$' | grep -oE '[0-9]{4}' | sort -u >"$raised"
ls doc/errors | sed -n 's/^CW\([0-9]*\)\.md$/\1/p' | sort -u >"$paged"
bad=0
for code in $(comm -23 "$raised" "$paged"); do
	echo "CW$code is raised but doc/errors/CW$code.md is missing"
	bad=1
done
# a code may also be put into an error that is there already, or be told as text: its number is enough
for code in $(cat $(find src -name '*.c') | grep -oE '[1-9][0-9]{3,}' | sort -u | comm -13 - "$paged"); do
	echo "doc/errors/CW$code.md: nothing in src knows that code"
	bad=1
done
for page in $(grep -L '^## Likely causes$' doc/errors/*.md) $(grep -L '^## What to do$' doc/errors/*.md); do
	echo "$page lacks '## Likely causes' or '## What to do'"
	bad=1
done
exit $bad
