#!/bin/sh
# setup.sh - install what building and testing need, and say so
#
#	tools/setup.sh [build|demo|check|bench|fuzz]
#
# Debian packages through apt-get (as root or with sudo), python's drivers from Debian, node's from npm
# into build/node.  Nothing is installed that is there already; nothing outside Debian and npm is used.
set -eu
cd "$(dirname "$0")/.."
goal=${1:-build}

build="gcc make meson ninja-build pkg-config libpq-dev libssl-dev libsqlite3-dev libjansson-dev libyaml-dev
libxxhash-dev libcmocka-dev postgresql-15 postgresql-15-orafce dpkg-dev"
demo="python3 python3-oracledb python3-psycopg procps util-linux"
bench="python3-psycopg2"
check="openssl pmccabe libasan8 libubsan1 libtsan2"
fuzz="clang-14 libclang-rt-14-dev"

case $goal in
build) wanted=$build ;;
demo) wanted="$build $demo" ;;
bench) wanted="$build $demo $bench" ;;
fuzz) wanted="$build $fuzz" ;;
*) wanted="$build $demo $bench $check" ;;
esac

have() {
	dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

missing=
for package in $wanted; do
	have "$package" || missing="$missing $package"
done
if [ "$goal" = check ] && ! command -v npm >/dev/null; then
	missing="$missing nodejs npm"
fi

if [ -n "$missing" ]; then
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	echo "setup: installing from Debian:$missing"
	export DEBIAN_FRONTEND=noninteractive
	$sudo apt-get update -qq
	# A cluster of its own for each demo and test: the packaged one is of no use.
	# shellcheck disable=SC2086
	$sudo apt-get install -y -qq --no-install-recommends $missing >build-setup.log 2>&1 || {
		cat build-setup.log
		exit 1
	}
	rm -f build-setup.log
fi

if [ "$goal" = check ] && [ ! -d build/node/node_modules/oracledb ]; then
	echo "setup: installing node-oracledb from npm into build/node"
	mkdir -p build/node
	npm install --silent --no-audit --no-fund --prefix build/node oracledb >/dev/null
fi
exit 0
