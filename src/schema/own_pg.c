/* own_pg.c - the half on PostgreSQL: see own.h */
#include "base/wr.h"
#include "schema/own.h"

static bool run_pg(struct cw_pg *pg, struct cw_wr *sql, struct cw_err *err)
{
	bool ok;

	cw_wr_u8(sql, '\0');
	ok = !cw_wr_failed(sql) && cw_pg_run(pg, (const char *)sql->at0, err);
	cw_wr_release(sql);
	return ok;
}

/* A crossing's name has letters, digits and _ alone: it needs no quoting. */
bool cw_own_make_pg(struct cw_pg *pg, const char *crossing, struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = 4096 };

	cw_wr_printf(&sql,
		     CW_OWN_LOCK
		     "CREATE SCHEMA IF NOT EXISTS causeway;"
		     "CREATE TABLE IF NOT EXISTS causeway.progress (stream text NOT NULL, "
		     "seq bigint NOT NULL, position text NOT NULL, at timestamptz NOT NULL);"
		     "INSERT INTO causeway.progress SELECT 'crossing:%s', 0, 'begun', "
		     "clock_timestamp() WHERE NOT EXISTS (SELECT FROM causeway.progress WHERE "
		     "stream = 'crossing:%s')",
		     crossing, crossing);
	return run_pg(pg, &sql, err) || cw_err_add(err, "making causeway.progress");
}

bool cw_own_drop_pg(struct cw_pg *pg, const char *crossing, struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = 4096 };

	cw_wr_printf(&sql,
		     CW_OWN_LOCK
		     "DO $$ BEGIN "
		     "IF to_regclass('causeway.journal') IS NOT NULL THEN "
		     "DELETE FROM causeway.journal WHERE crossing = '%s'; END IF; "
		     "IF to_regclass('causeway.progress') IS NULL THEN RETURN; END IF; "
		     "DELETE FROM causeway.progress WHERE stream IN ('crossing:%s', 'forward:%s') "
		     "OR starts_with(stream, 'load:%s:'); "
		     "IF NOT EXISTS (SELECT FROM causeway.progress) THEN "
		     "DROP SCHEMA causeway CASCADE; END IF; END $$",
		     crossing, crossing, crossing, crossing);
	return run_pg(pg, &sql, err) || cw_err_add(err, "dropping causeway.progress");
}
