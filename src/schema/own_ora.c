/* own_ora.c - what Causeway keeps in Oracle: see ddl.h */
#include "schema/ddl.h"

#define TAKEN 955 /* ORA-00955: another process was faster */

static bool own_ora_exists(struct cw_ora *ora, bool *ret, struct cw_err *err)
{
	struct cw_ora_stmt *stmt;
	struct cw_ora_result result;
	struct cw_ora_rows rows;
	bool ok;

	if (!cw_ora_prepare(ora,
			    "SELECT table_name FROM user_tables "
			    "WHERE table_name = 'CAUSEWAY_PROGRESS'",
			    &stmt, err))
		return false;
	ok = cw_ora_execute(stmt, NULL, 0, 0, &result, err) && cw_ora_fetch(stmt, 1, &rows, err);
	*ret = ok && rows.count > 0;
	cw_ora_stmt_free(stmt);
	return ok;
}

bool cw_ddl_apply_own_ora(struct cw_ora *ora, struct cw_err *err)
{
	bool exists;

	if (!own_ora_exists(ora, &exists, err))
		return cw_err_add(err, "looking for CAUSEWAY_PROGRESS");
	if (exists)
		return true;
	if (!cw_ora_run(ora,
			"CREATE TABLE CAUSEWAY_PROGRESS (STREAM VARCHAR2(64) NOT NULL, "
			"SEQ NUMBER(18) NOT NULL, POSITION VARCHAR2(200) NOT NULL, "
			"AT TIMESTAMP(6) NOT NULL)",
			err))
		return err->native == TAKEN || cw_err_add(err, "making CAUSEWAY_PROGRESS");
	return true;
}
