/*
 * parts_to_come.c - stands in for parts that are not written yet, so that the program links
 *
 * Whoever brings the real function deletes its stand-in here; the file goes with the last.
 */
#include "rehearsal/exec.h"
#include "rehearsal/net_conn.h"

/* exec_*.c */
bool rh_exec_open(struct rh_session *session, struct rh_error *error)
{
	(void)session;
	(void)error;
	return true;
}

void rh_exec_close(struct rh_session *session)
{
	(void)session;
}

bool rh_parse(struct rh_session *session, const char *sql, size_t sql_len, struct rh_stmt **ret,
	      struct rh_error *error)
{
	(void)session;
	(void)sql;
	(void)sql_len;
	(void)ret;
	return rh_fail(error, 3001, 0, "unimplemented feature");
}

bool rh_execute(struct rh_session *session, struct rh_stmt *stmt, const struct rh_bind *binds,
		uint32_t iterations, unsigned flags, struct rh_result *ret, struct rh_error *error)
{
	(void)session;
	(void)stmt;
	(void)binds;
	(void)iterations;
	(void)flags;
	(void)ret;
	return rh_fail(error, 3001, 0, "unimplemented feature");
}

void rh_stmt_free(struct rh_stmt *stmt)
{
	(void)stmt;
}

bool rh_commit(struct rh_session *session, struct rh_error *error)
{
	(void)session;
	(void)error;
	return true;
}

void rh_stmt_info(const struct rh_stmt *stmt, struct rh_stmt_info *ret)
{
	(void)stmt;
	*ret = (struct rh_stmt_info){ 0 };
}

bool rh_fetch(struct rh_session *session, struct rh_stmt *stmt, uint32_t rows_max, rh_row_fn *sink,
	      void *context, uint32_t *ret_rows, bool *ret_done, struct rh_error *error)
{
	(void)session;
	(void)stmt;
	(void)rows_max;
	(void)sink;
	(void)context;
	(void)ret_rows;
	(void)ret_done;
	return rh_fail(error, 3001, 0, "unimplemented feature");
}

bool rh_rollback(struct rh_session *session, struct rh_error *error)
{
	(void)session;
	(void)error;
	return true;
}

bool rh_in_transaction(const struct rh_session *session)
{
	(void)session;
	return false;
}

const char *rh_current_schema(const struct rh_session *session)
{
	return session->schema;
}

bool rh_set_current_schema(struct rh_session *session, const char *schema, struct rh_error *error)
{
	(void)session;
	(void)schema;
	return rh_fail(error, 3001, 0, "unimplemented feature");
}
