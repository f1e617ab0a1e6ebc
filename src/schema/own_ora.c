/* own_ora.c - the half on Oracle: see own.h */
#include "codec/ttc_prim.h"
#include "schema/own.h"

#define TAKEN	 955 /* ORA-00955: another process was faster */
#define NO_TABLE 942

/* @sql with @stream as its bind (NULL: it has none); @ret_any: does it bring rows?  NULL: none are asked for. */
static bool run_ora(struct cw_ora *ora, const char *sql, const char *stream, bool *ret_any,
		    struct cw_err *err)
{
	struct cw_value value = cw_value_set(cw_bytes_of(stream ? stream : ""));
	struct cw_row row = { .count = 1, .value = &value };
	struct cw_ora_result result;
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	bool ok;

	if (!cw_ora_prepare(ora, sql, &stmt, err))
		return false;
	if (stream)
		cw_ora_bind(stmt, 0, CW_ORA_VARCHAR2, CW_OWN_STREAM_BYTES);
	ok = cw_ora_execute(stmt, stream ? &row : NULL, stream ? 1 : 0, 0, &result, err);
	if (ok && ret_any) {
		ok = cw_ora_fetch(stmt, 1, &rows, err);
		*ret_any = ok && rows.count > 0;
	}
	cw_ora_stmt_free(stmt);
	return ok;
}

static bool make_table(struct cw_ora *ora, struct cw_err *err)
{
	bool exists;

	if (!run_ora(ora,
		     "SELECT table_name FROM user_tables WHERE table_name = 'CAUSEWAY_PROGRESS'",
		     NULL, &exists, err))
		return false;
	return exists ||
	       cw_ora_run(ora,
			  "CREATE TABLE CAUSEWAY_PROGRESS (STREAM VARCHAR2(64) NOT NULL, "
			  "SEQ NUMBER(18) NOT NULL, POSITION VARCHAR2(200) NOT NULL, "
			  "AT TIMESTAMP(6) NOT NULL)",
			  err) ||
	       err->native == TAKEN;
}

/* Two processes may both find none: the second row says nothing new. */
static bool say_crossing(struct cw_ora *ora, const char *crossing, struct cw_err *err)
{
	char stream[CW_OWN_STREAM_BYTES];
	bool said;

	(void)cw_own_stream("crossing", crossing, stream);
	if (!run_ora(ora, "SELECT seq FROM causeway_progress WHERE stream = :1", stream, &said,
		     err))
		return false;
	return said || (run_ora(ora,
				"INSERT INTO causeway_progress (stream, seq, position, at) "
				"VALUES (:1, 0, 'begun', SYSTIMESTAMP)",
				stream, NULL, err) &&
			cw_ora_commit(ora, err));
}

bool cw_own_make_ora(struct cw_ora *ora, const char *crossing, struct cw_err *err)
{
	return (make_table(ora, err) && say_crossing(ora, crossing, err)) ||
	       cw_err_add(err, "making CAUSEWAY_PROGRESS");
}

bool cw_own_drop_ora(struct cw_ora *ora, const char *crossing, struct cw_err *err)
{
	static const char *const what[] = { "reverse", "crossing" };
	char stream[CW_OWN_STREAM_BYTES];
	bool ok = true, others;

	for (size_t i = 0; ok && i < CW_ARRAY_LEN(what); i++)
		ok = run_ora(ora, "DELETE FROM causeway_progress WHERE stream = :1",
			     cw_own_stream(what[i], crossing, stream), NULL, err);
	ok = ok && cw_ora_commit(ora, err) &&
	     run_ora(ora, "SELECT stream FROM causeway_progress", NULL, &others, err) &&
	     (others || cw_ora_run(ora, "DROP TABLE causeway_progress", err));
	return ok || err->native == NO_TABLE || cw_err_add(err, "dropping CAUSEWAY_PROGRESS");
}
