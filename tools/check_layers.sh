#!/bin/sh
# check_layers.sh - no file may include from a layer that is not below its own
#
# The order is the architecture; a new folder has to be put into it by hand.
set -eu
cd "$(dirname "$0")/.."

rank() {
	case $1 in
	base) echo 0 ;;
	model) echo 1 ;;
	codec) echo 2 ;;
	oracle | postgres | store | control) echo 3 ;;
	pipe | schema) echo 4 ;;
	endpoint | rehearsal) echo 5 ;;
	task | assess) echo 6 ;;
	cutover) echo 7 ;;
	api) echo 8 ;;
	cli | daemon) echo 9 ;;
	programs | test) echo 10 ;;
	*)
		echo "check_layers.sh: no rank for '$1'" >&2
		return 1
		;;
	esac
}

bad=0
for file in $(find src test fuzz -name '*.[ch]'); do
	own=${file#src/}
	own=${own%%/*}
	[ "$own" = fuzz ] && own=test
	own_rank=$(rank "$own")
	for used in $(sed -n 's|^#include "\([a-z]*\)/.*|\1|p' "$file"); do
		used_rank=$(rank "$used")
		[ "$used" = "$own" ] && continue
		[ "$used_rank" -lt "$own_rank" ] && continue
		echo "$file: $own may not include from $used"
		bad=1
	done
done
exit $bad
