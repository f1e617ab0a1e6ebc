#!/bin/sh
# pg_headers.sh - print the folder of PostgreSQL 15's server headers, fetching them if need be
#
#	tools/pg_headers.sh FOLDER
#
# The extension of the rehearsal needs them.  Debian's postgresql-server-dev-15 has them, but
# installing it brings clang and LLVM: so the package is only unpacked, into FOLDER.
set -eu
folder=$1
installed=/usr/include/postgresql/15/server
unpacked=$folder/usr/include/postgresql/15/server
if [ -f "$installed/postgres.h" ]; then
	echo "$installed"
	exit 0
fi
if [ ! -f "$unpacked/postgres.h" ]; then
	mkdir -p "$folder"
	(
		cd "$folder"
		version=$(dpkg-query -W -f '${Version}' postgresql-15 2>/dev/null || true)
		apt-get download "postgresql-server-dev-15${version:+=$version}" >&2 ||
			apt-get download postgresql-server-dev-15 >&2
		dpkg-deb -x postgresql-server-dev-15_*.deb .
		rm -f postgresql-server-dev-15_*.deb
	)
fi
[ -f "$unpacked/postgres.h" ] || {
	echo "pg_headers.sh: no PostgreSQL server headers" >&2
	exit 1
}
echo "$unpacked"
