/* exec_run.c - statements on the session's backend, undone one by one; see exec.h */
#include "rehearsal/exec_parts.h"

#include <stdlib.h>
#include <string.h>

#define SAVEPOINT "SAVEPOINT \"cw$\""
#define RELEASE	  "RELEASE SAVEPOINT \"cw$\""
#define BACK	  "ROLLBACK TO SAVEPOINT \"cw$\""

bool rh_exec_open(struct rh_session *session, struct rh_error *error)
{
	(void)error;
	session->exec = calloc(1, sizeof(*session->exec));
	if (!session->exec)
		abort();
	session->exec->catalog = CW_ARENA(EXEC_ARENA_LIMIT);
	return true;
}

void rh_exec_close(struct rh_session *session)
{
	if (!session->exec)
		return;
	if (session->exec->streaming)
		rh_query_close(session->exec->streaming);
	cw_arena_release(&session->exec->catalog);
	cw_wr_release(&session->exec->settings);
	cw_wr_release(&session->exec->returned);
	free(session->exec);
	session->exec = NULL;
}

bool rh_exec_idle(struct rh_session *session, struct rh_error *error)
{
	struct rh_stmt *streaming = session->exec->streaming;

	return !streaming || rh_query_spool(streaming, error);
}

bool rh_exec_lost(struct rh_session *session, struct rh_error *error)
{
	int doomed = rh_session_doomed(session);

	if (doomed == 28)
		return rh_fail(error, 28, 0, "your session has been killed");
	if (doomed)
		return rh_fail(error, doomed, 0, "session was disconnected");
	return rh_fail(error, 3113, 0, "end-of-file on communication channel");
}

/* ---- pipelines ------------------------------------------------------------------------------ */

bool rh_exec_send(struct rh_session *session, const char *sql, struct rh_error *error)
{
	if (PQsendQueryParams(session->pg, sql, 0, NULL, NULL, NULL, NULL, 0))
		return true;
	return rh_exec_lost(session, error);
}

PGresult *rh_exec_next(PGconn *pg)
{
	PGresult *last = PQgetResult(pg), *next;

	/* COPY is never sent, so a command has one result and a NULL behind it */
	while (last && PQresultStatus(last) != PGRES_PIPELINE_SYNC && (next = PQgetResult(pg))) {
		PQclear(last);
		last = next;
	}
	return last;
}

void rh_exec_leave(PGconn *pg)
{
	PGresult *result;

	/* the sync; NULLs part what lies before it */
	while (PQstatus(pg) == CONNECTION_OK) {
		bool sync;

		result = PQgetResult(pg);
		sync = result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
		PQclear(result);
		if (sync)
			break;
	}
	(void)PQexitPipelineMode(pg);
}

bool rh_exec_enter(struct rh_session *session, bool transaction, unsigned *ret_commands,
		   bool *ret_began, struct rh_error *error)
{
	*ret_commands = 0;
	*ret_began = false;
	if (!PQenterPipelineMode(session->pg))
		return rh_exec_lost(session, error);
	if (session->transaction_open) {
		*ret_commands = 1;
		return rh_exec_send(session, SAVEPOINT, error);
	}
	if (!transaction)
		return true;
	*ret_commands = 1;
	*ret_began = true;
	return rh_exec_send(session, "BEGIN", error);
}

/* Outside of pipelines. */
bool rh_exec_command(struct rh_session *session, const char *sql, struct rh_error *error)
{
	PGresult *result = PQexec(session->pg, sql);
	bool ok = PQresultStatus(result) == PGRES_COMMAND_OK ||
		  PQresultStatus(result) == PGRES_TUPLES_OK;

	if (!ok)
		(void)rh_exec_error(session, result, error);
	PQclear(result);
	return ok;
}

void rh_exec_undo(struct rh_session *session, bool began)
{
	struct rh_error ignored = { 0 };

	if (PQtransactionStatus(session->pg) == PQTRANS_IDLE)
		session->transaction_open = session->exec->savepoints = false;
	else if (began)
		(void)rh_exec_command(session, "ROLLBACK", &ignored);
	else if (session->transaction_open)
		(void)rh_exec_command(session, BACK "; " RELEASE, &ignored);
	if (began)
		session->transaction_open = false;
}

static bool send_main(struct rh_session *session, const char *sql,
		      const struct rh_exec_params *params, unsigned flags, struct rh_error *error)
{
	static const struct rh_exec_params none = { 0 };

	if (!params)
		params = &none;
	if (PQsendQueryParams(session->pg, sql, params->count, params->type, params->value,
			      params->length, params->format, flags & RH_EXEC_BINARY ? 1 : 0))
		return true;
	return rh_exec_lost(session, error);
}

static bool good(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
	       status == PGRES_EMPTY_QUERY;
}

/* Read the results of @before commands, the statement, and @after commands. */
static PGresult *collect(struct rh_session *session, unsigned before, unsigned after,
			 PGresult **ret_failed)
{
	PGresult *main_result = NULL;

	*ret_failed = NULL;
	for (unsigned i = 0; i < before + 1 + after; i++) {
		PGresult *result = rh_exec_next(session->pg);

		if (!good(result) && !*ret_failed &&
		    PQresultStatus(result) != PGRES_PIPELINE_ABORTED)
			*ret_failed = result;
		else if (i == before)
			main_result = result;
		else
			PQclear(result);
	}
	rh_exec_leave(session->pg);
	return main_result;
}

static bool send_statement(struct rh_session *session, const char *sql,
			   const struct rh_exec_params *params, unsigned flags, unsigned *ret_after,
			   struct rh_error *error)
{
	bool release = session->transaction_open, commit = flags & RH_EXEC_COMMIT;

	*ret_after = (unsigned)release + (unsigned)commit;
	if (!send_main(session, sql, params, flags, error) ||
	    (release && !rh_exec_send(session, RELEASE, error)) ||
	    (commit && !rh_exec_send(session, "COMMIT", error)))
		return false;
	return PQpipelineSync(session->pg) || rh_exec_lost(session, error);
}

bool rh_exec_statement(struct rh_session *session, const char *sql,
		       const struct rh_exec_params *params, unsigned flags, PGresult **ret,
		       struct rh_error *error)
{
	bool commit = flags & RH_EXEC_COMMIT, began;
	unsigned before, after;
	PGresult *failed;

	if (!rh_exec_idle(session, error) ||
	    !rh_exec_enter(session, flags & RH_EXEC_TRANSACTION, &before, &began, error) ||
	    !send_statement(session, sql, params, flags, &after, error))
		return false;
	*ret = collect(session, before, after, &failed);
	if (failed || !*ret) {
		PQclear(*ret); /* it went well, and what stood behind it did not */
		*ret = NULL;
		(void)rh_exec_error(session, failed, error);
		PQclear(failed);
		rh_exec_undo(session, began);
		return false;
	}
	session->transaction_open = (session->transaction_open || began) && !commit;
	session->exec->savepoints &= !commit;
	if (commit)
		rh_session_transaction_ended(session);
	return true;
}

/* ---- the transaction -------------------------------------------------------------------------- */

/* Settings made inside the transaction went with it. */
static void settings_again(struct rh_session *session)
{
	struct rh_error ignored = { 0 };

	if (session->exec->settings.len > 0)
		(void)rh_exec_command(session, (const char *)session->exec->settings.at0, &ignored);
}

bool rh_exec_end(struct rh_session *session, const char *how, struct rh_error *error)
{
	PGresult *result;
	bool ok;

	if (!rh_exec_idle(session, error))
		return false;
	if (!session->transaction_open)
		return true;
	result = PQexec(session->pg, how);
	ok = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!ok) {
		(void)rh_exec_error(session, result, error);
		if (error->code != 3113 && error->code != 28 && error->code != 1013) {
			struct rh_error cause = *error;

			(void)rh_fail(error, 2091, 0, "transaction rolled back\n%s", cause.text);
		}
	}
	PQclear(result);
	session->transaction_open = session->exec->savepoints = false;
	if (!ok || strcmp(how, "ROLLBACK") == 0)
		settings_again(session);
	rh_session_transaction_ended(session);
	return ok;
}

bool rh_commit(struct rh_session *session, struct rh_error *error)
{
	return rh_exec_end(session, "COMMIT", error);
}

bool rh_rollback(struct rh_session *session, struct rh_error *error)
{
	return rh_exec_end(session, "ROLLBACK", error);
}

bool rh_in_transaction(const struct rh_session *session)
{
	return session->transaction_open;
}

const char *rh_current_schema(const struct rh_session *session)
{
	return session->schema;
}

bool rh_set_current_schema(struct rh_session *session, const char *schema, struct rh_error *error)
{
	const char *value[] = { schema };
	struct rh_exec_params params = { .count = 1, .value = value };
	PGresult *result;
	bool exists;

	if (strlen(schema) >= sizeof(session->schema))
		return rh_fail(error, 972, 0, "identifier is too long");
	if (!rh_exec_statement(
		    session,
		    "select set_config('search_path', format('ora, %I, \"SYS\", pg_catalog', "
		    "$1::text), false), set_config('rh.schema', $1, false) where exists "
		    "(select from pg_namespace where nspname = $1)",
		    &params, 0, &result, error))
		return false;
	exists = PQntuples(result) == 1;
	PQclear(result);
	if (!exists)
		return rh_fail(error, 1435, 0, "user does not exist");
	(void)snprintf(session->schema, sizeof(session->schema), "%s", schema);
	session->exec->schema_serial++;
	return true;
}

/* ---- blocks that end transactions -------------------------------------------------------------- */

#define FIRST "\"cw$first\"" /* in front of a transaction's first savepoint: released, it takes them all along */

bool rh_exec_savepoints_begin(struct rh_session *session, struct rh_error *error)
{
	if (!session->exec->savepoints)
		session->exec->savepoints =
			rh_exec_command(session, "SAVEPOINT " FIRST, error);
	return session->exec->savepoints;
}

/* PostgreSQL ends no transaction from inside of a savepoint; on Oracle they end with it. */
static bool end_savepoints(struct rh_session *session, struct rh_error *error)
{
	bool ok = !session->exec->savepoints ||
		  rh_exec_command(session, "RELEASE SAVEPOINT " FIRST, error);

	session->exec->savepoints = false;
	return ok;
}

static bool block_failed(struct rh_session *session, bool was_open, struct rh_error *error)
{
	bool none_ended = PQtransactionStatus(session->pg) == PQTRANS_INERROR;
	struct rh_error cause = *error, ignored = { 0 };

	if (none_ended)
		(void)rh_exec_command(session, "ROLLBACK", &ignored);
	session->transaction_open = session->exec->savepoints = false;
	settings_again(session);
	if (none_ended && was_open && cause.code != 28 && cause.code != 3113)
		return rh_fail(error, 3001, 0,
			       "unimplemented feature: a block with COMMIT or ROLLBACK that fails in an "
			       "open transaction, which was rolled back: %s",
			       cause.text);
	return false;
}

bool rh_exec_block(struct rh_session *session, const char *sql, struct rh_error *error)
{
	bool was_open = session->transaction_open;

	if (!rh_exec_idle(session, error) ||
	    (!was_open && !rh_exec_command(session, "BEGIN", error)))
		return false;
	if (!end_savepoints(session, error) || !rh_exec_command(session, sql, error))
		return block_failed(session, was_open, error);
	session->transaction_open = true;
	settings_again(session);
	rh_session_transaction_ended(session);
	return true;
}
