/* own_pg.c - the half on PostgreSQL: see own.h */
#include "base/wr.h"
#include "schema/own.h"

#define SQL_BYTES_MAX 4096

/* A crossing's name has letters, digits and _ alone: a stream's needs no quoting. */
bool cw_own_make_pg(struct cw_pg *pg, const char *crossing, struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = SQL_BYTES_MAX };
	char stream[CW_OWN_STREAM_BYTES];

	(void)cw_own_stream("crossing", crossing, stream);
	cw_wr_printf(&sql,
		     CW_OWN_LOCK
		     "CREATE SCHEMA IF NOT EXISTS causeway;"
		     "CREATE TABLE IF NOT EXISTS causeway.progress (stream text NOT NULL, "
		     "seq bigint NOT NULL, position text NOT NULL, at timestamptz NOT NULL);"
		     "INSERT INTO causeway.progress SELECT '%s', 0, 'begun', clock_timestamp() "
		     "WHERE NOT EXISTS (SELECT FROM causeway.progress WHERE stream = '%s')",
		     stream, stream);
	return cw_pg_run_wr(pg, &sql, err) || cw_err_add(err, "making causeway.progress");
}

bool cw_own_drop_pg(struct cw_pg *pg, const char *crossing, struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = SQL_BYTES_MAX };
	char own[CW_OWN_STREAM_BYTES], forward[CW_OWN_STREAM_BYTES], load[CW_OWN_STREAM_BYTES];

	cw_wr_printf(&sql,
		     CW_OWN_LOCK "DO $$ BEGIN "
				 "IF to_regclass('causeway.journal') IS NOT NULL THEN "
				 "DELETE FROM causeway.journal WHERE crossing = '%s'; END IF; "
				 "IF to_regclass('causeway.progress') IS NULL THEN RETURN; END IF; "
				 "DELETE FROM causeway.progress WHERE stream IN ('%s', '%s') "
				 "OR starts_with(stream, '%s:'); "
				 "IF NOT EXISTS (SELECT FROM causeway.progress) THEN "
				 "DROP SCHEMA causeway CASCADE; END IF; END $$",
		     crossing, cw_own_stream("crossing", crossing, own),
		     cw_own_stream("forward", crossing, forward),
		     cw_own_stream("load", crossing, load));
	return cw_pg_run_wr(pg, &sql, err) || cw_err_add(err, "dropping causeway.progress");
}
