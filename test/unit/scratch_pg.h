/*
 * scratch_pg.h - a PostgreSQL cluster of the test's own, gone afterwards
 *
 * PostgreSQL refuses to run as root, so under root it runs as account postgres.
 */
#ifndef TEST_SCRATCH_PG_H
#define TEST_SCRATCH_PG_H

#include "postgres/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char scratch_dir[64];
static char scratch_conninfo[160];

static inline int scratch_shell(const char *script)
{
	char command[2048];
	int len = snprintf(command, sizeof(command),
			   "set -e; d=%s; bin=/usr/lib/postgresql/15/bin; as=; "
			   "[ $(id -u) != 0 ] || as='setpriv --reuid=postgres --regid=postgres "
			   "--init-groups'; cd /; %s",
			   scratch_dir, script);

	assert(len < (int)sizeof(command));
	return system(command);
}

static inline int scratch_start(void **state)
{
	(void)state;
	strcpy(scratch_dir, "/tmp/causeway-unit-XXXXXX");
	if (!mkdtemp(scratch_dir))
		return -1;
	(void)snprintf(scratch_conninfo, sizeof(scratch_conninfo),
		       "host=%s port=5432 dbname=postgres user=postgres", scratch_dir);
	return scratch_shell(
		"[ $(id -u) != 0 ] || chown postgres $d; "
		"$as $bin/initdb -D $d/data -U postgres -A trust --no-sync --locale=C.UTF-8 "
		"-E UTF8 >$d.log 2>&1; "
		"$as $bin/pg_ctl -D $d/data -w -l $d/server.log -o \"-c listen_addresses='' "
		"-c unix_socket_directories=$d -c wal_level=logical -c fsync=off "
		"-c shared_buffers=32MB -c max_connections=30\" start >>$d.log 2>&1");
}

static inline int scratch_stop(void **state)
{
	(void)state;
	return scratch_shell("$as $bin/pg_ctl -D $d/data -m immediate -w stop >>$d.log 2>&1 || :; "
			     "rm -rf $d $d.log");
}

static inline struct cw_pg_login scratch_login(void)
{
	return (struct cw_pg_login){ .conninfo = scratch_conninfo,
				     .application_name = "causeway test",
				     .connect_timeout_ms = 10000,
				     .call_timeout_ms = 60000,
				     .cancel_fd = -1 };
}

static inline struct cw_pg *scratch_open(void)
{
	struct cw_pg_login login = scratch_login();
	struct cw_err err = { 0 };
	struct cw_pg *pg = NULL;

	if (!cw_pg_open(&login, &pg, &err)) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	return pg;
}

static inline void scratch_run(struct cw_pg *pg, const char *sql)
{
	struct cw_err err = { 0 };

	if (!cw_pg_run(pg, sql, &err)) {
		fprintf(stderr, "%s: %s\n", sql, err.text);
		abort();
	}
}

/* The first column of the first row as text; good until the fourth next call. */
static inline const char *scratch_ask(struct cw_pg *pg, const char *sql)
{
	static char answer[4][4096];
	static unsigned next;
	char *ret = answer[next++ % 4];
	struct cw_pg_rows rows;
	struct cw_err err = { 0 };

	if (!cw_pg_query(pg, sql, 0, NULL, CW_PG_AS_TEXT, &rows, &err)) {
		fprintf(stderr, "%s: %s\n", sql, err.text);
		abort();
	}
	(void)snprintf(ret, sizeof(answer[0]), "%s", rows.row_count ? cw_pg_text(&rows, 0, 0) : "");
	cw_pg_rows_free(&rows);
	return ret;
}

#endif
