#!/bin/sh
# setup.sh - install what building and testing need, and say so
#
#	tools/setup.sh [build|demo|check|bench|fuzz|drivers]
#
# Debian packages through apt-get (as root or with sudo), python's drivers from Debian, node's from npm
# into build/node.  Nothing is installed that is there already; nothing outside Debian and npm is used.
set -eu
cd "$(dirname "$0")/.."
goal=${1:-build}

build="gcc make meson ninja-build pkg-config libpq-dev libssl-dev libsqlite3-dev libjansson-dev libyaml-dev
libxxhash-dev libcmocka-dev postgresql-15 postgresql-15-orafce dpkg-dev"
demo="python3 python3-oracledb python3-psycopg python3-venv procps util-linux"
bench="python3-psycopg2"
check="openssl pmccabe libasan8 libubsan1 libtsan2"
fuzz="clang-14 libclang-rt-14-dev"

case $goal in
build) wanted=$build ;;
demo) wanted="$build $demo" ;;
bench) wanted="$build $demo $bench" ;;
fuzz) wanted="$build $fuzz" ;;
drivers) wanted="$build $demo openssl" ;;
*) wanted="$build $demo $bench $check" ;;
esac

have() {
	dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

missing=
for package in $wanted; do
	have "$package" || missing="$missing $package"
done
if [ "$goal" = check ] || [ "$goal" = drivers ]; then
	command -v npm >/dev/null || missing="$missing nodejs npm"
fi
if [ "$goal" = drivers ]; then
	command -v go >/dev/null || missing="$missing golang-go"
	command -v cargo >/dev/null || missing="$missing cargo"
	command -v javac >/dev/null || missing="$missing default-jdk-headless"
	command -v mvn >/dev/null || missing="$missing maven"
fi

# The packages' scripts make files for everybody, whatever the caller's umask; sudo passes no variables on.
install() {
	umask 022
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get "$@" </dev/null
}

if [ -n "$missing" ]; then
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	if [ -n "$sudo" ] && ! command -v sudo >/dev/null; then
		echo "setup: these Debian packages are missing, and there is no sudo to install them with:$missing" >&2
		echo "setup: as root: apt-get install --no-install-recommends$missing" >&2
		exit 1
	fi
	echo "setup: installing from Debian:$missing"
	log=$(mktemp)
	# A cluster of its own for each demo and test: the packaged one is of no use.
	# shellcheck disable=SC2086
	(install update -qq && install install -y -qq --no-install-recommends $missing) >"$log" 2>&1 || {
		cat "$log" >&2
		rm -f "$log"
		echo "setup: could not install:$missing" >&2
		exit 1
	}
	rm -f "$log"
fi

if [ "$goal" = check ] && [ ! -d build/node/node_modules/oracledb ]; then
	echo "setup: installing node-oracledb from npm into build/node"
	mkdir -p build/node
	npm install --no-audit --no-fund --prefix build/node oracledb >build/node/npm.log 2>&1 || {
		cat build/node/npm.log >&2
		exit 1
	}
fi
exit 0
