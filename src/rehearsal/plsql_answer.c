/* plsql_answer.c - see plsql_answer.h */
#include "rehearsal/plsql_answer.h"

#include "rehearsal/exec_parts.h"
#include "rehearsal/exec_shape.h"
#include "rehearsal/plsql_mark.h"
#include "rehearsal/session_list.h"
#include "rehearsal/sql_collection.h"

#include "base/log.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

static bool twin_of(struct rh_session *session, struct rh_session **ret, struct rh_error *error)
{
	if (!session->twin) {
		if (!rh_session_open_twin(session, &session->twin, error))
			return false;
		if (session->exec->settings.len > 0 &&
		    !rh_exec_command(session->twin, (const char *)session->exec->settings.at0,
				     error))
			return false;
	}
	session->twin->exec->char_semantics = session->exec->char_semantics;
	*ret = session->twin;
	return true;
}

void rh_answer_close(struct rh_session *session)
{
	if (session->twin)
		rh_session_close_twin(session->twin);
	session->twin = NULL;
}

/* A query or DML in PostgreSQL's words. */
static bool print(struct rh_session *twin, struct cw_arena *arena, struct sql_stmt *parsed,
		  struct cw_wr *out, struct rh_error *error)
{
	struct sql_env env = { .context = twin,
			       .relation = rh_exec_find,
			       .unit = rh_exec_find_function,
			       .collection = rh_collection_made,
			       .user = twin->user,
			       .bind_count = parsed->bind_count };
	uint8_t *types = cw_new(arena, uint8_t, parsed->bind_count + 1u);

	memset(types, SQL_ANY, parsed->bind_count);
	env.bind_type = types;
	if (!sql_resolve(&env, arena, parsed, error))
		return false;
	cw_wr_printf(out, "/*%u*/", parsed->bind_count); /* see rh.bound() */
	return parsed->kind == S_SELECT ? rh_shape_print_query(parsed->query, out, error)
					: sql_print(parsed, out, error);
}

static bool run(struct rh_session *twin, const char *sql, struct rh_error *error)
{
	struct rh_stmt *stmt = NULL;
	struct rh_result result;
	bool ok;

	if (!rh_parse(twin, sql, strlen(sql), &stmt, error))
		return false;
	ok = rh_execute(twin, stmt, NULL, 1, 0, &result, error);
	rh_stmt_free(stmt);
	return ok;
}

/* The answer to @sql, its first byte told by the caller unless it is SQL. */
static bool answer(struct rh_session *twin, struct cw_arena *arena, const char *sql,
		   struct cw_wr *out, struct rh_error *error)
{
	struct sql_parser parser;
	struct sql_stmt *parsed;

	rh_exec_catalog_refresh(twin);
	sql_parse_init(&parser, arena, twin->server->profile->release, sql, strlen(sql), error);
	parsed = sql_parse_statement(&parser);
	if (!parsed)
		return false;
	if (parsed->kind < S_SAVEPOINT) {
		cw_wr_u8(out, RH_ANSWER_SQL);
		return print(twin, arena, parsed, out, error);
	}
	if (parsed->kind == S_PLSQL) {
		cw_wr_u8(out, RH_ANSWER_SQL);
		return rh_plsql_text(twin, sql, strlen(sql), out, error);
	}
	if (parsed->kind < S_CREATE_TABLE || parsed->kind == S_ALTER_SESSION)
		return rh_fail(
			error, 3001, 0,
			"unimplemented feature: EXECUTE IMMEDIATE of transaction control and "
			"ALTER SESSION");
	cw_wr_u8(out, RH_ANSWER_DONE);
	return run(twin, sql, error);
}

/* ---- autonomous transactions --------------------------------------------------------------------- */

#define LOOK_EVERY_MS 200

/* It waits for what this session itself holds: nobody else sees to that. */
static bool waits_for_us(const struct rh_session *session, const struct rh_session *twin)
{
	char own[16], other[16];
	const char *params[] = { own, other };
	struct cw_err err;
	PGresult *result;
	bool waits;

	(void)snprintf(own, sizeof(own), "%d", session->backend_pid);
	(void)snprintf(other, sizeof(other), "%d", twin->backend_pid);
	result = rh_server_admin(session->server,
				 "select $1::int = any (pg_catalog.pg_blocking_pids($2::int))", 2,
				 params, &err);
	waits = result && PQgetvalue(result, 0, 0)[0] == 't';
	PQclear(result);
	return waits;
}

/* The result of what was sent to the twin; *ret_deadlock: it was cancelled for waiting for its own session. */
static PGresult *wait_for_twin(const struct rh_session *session, struct rh_session *twin,
			       bool *ret_deadlock)
{
	struct pollfd poll_one = { .fd = PQsocket(twin->pg), .events = POLLIN };
	PGresult *last = NULL, *next;
	char ignored[256];

	*ret_deadlock = false;
	while (PQconsumeInput(twin->pg) && PQisBusy(twin->pg)) {
		if (poll(&poll_one, 1, LOOK_EVERY_MS) != 0 || *ret_deadlock)
			continue;
		*ret_deadlock = waits_for_us(session, twin);
		if (*ret_deadlock || rh_session_doomed(session))
			(void)PQcancel(twin->cancel, ignored, sizeof(ignored));
	}
	while ((next = PQgetResult(twin->pg))) {
		PQclear(last);
		last = next;
	}
	return last;
}

static bool run_block(const struct rh_session *session, struct rh_session *twin, const char *block,
		      struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	bool deadlock = false, ok;
	PGresult *result;

	cw_wr_text(&sql, "DO ");
	sql_print_literal(&sql, block, strlen(block));
	cw_wr_u8(&sql, 0);
	ok = PQsendQuery(twin->pg, (const char *)sql.at0);
	result = ok ? wait_for_twin(session, twin, &deadlock) : NULL;
	ok = PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!ok && deadlock)
		(void)rh_fail(error, 60, 0, "deadlock detected while waiting for resource");
	else if (!ok)
		(void)rh_exec_error(twin, result, error);
	PQclear(result);
	cw_wr_release(&sql);
	return ok;
}

/* What comes out of it, as text[]. */
static bool run_autonomous(const struct rh_session *session, struct rh_session *twin,
			   const char *block, struct cw_wr *out, struct rh_error *error)
{
	PGresult *result;
	bool ok;

	if (!run_block(session, twin, block, error))
		return false;
	result = PQexec(twin->pg, "select pg_catalog.current_setting('rh.autonomous')");
	ok = PQresultStatus(result) == PGRES_TUPLES_OK;
	cw_wr_u8(out, RH_ANSWER_SQL);
	if (ok)
		cw_wr_text(out, PQgetvalue(result, 0, 0));
	else
		(void)rh_exec_error(twin, result, error);
	PQclear(result);
	return ok;
}

/* The file appears whole or not at all. */
static void put_file(const char *path, const struct cw_wr *content)
{
	char unfinished[600];
	FILE *file;
	bool ok;

	(void)snprintf(unfinished, sizeof(unfinished), "%.590s.part", path);
	file = fopen(unfinished, "we");
	ok = file && fwrite(content->at0, 1, content->len, file) == content->len;
	ok = file && fclose(file) == 0 && ok;
	if (!ok || rename(unfinished, path) != 0)
		cw_log(CW_LOG_ERROR, "dynamic SQL got no answer", "file=%s", path);
}

static void on_notice(void *context, const PGresult *notice)
{
	struct rh_session *session = context, *twin;
	const char *state = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
	const char *sql = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
	const char *path = PQresultErrorField(notice, PG_DIAG_MESSAGE_DETAIL);
	struct cw_arena arena = CW_ARENA(EXEC_ARENA_LIMIT);
	struct rh_error error = { 0 };
	struct cw_wr out = { 0 };
	bool runs;

	runs = state && strcmp(state, RH_RUNS) == 0;
	if (state && sql && strcmp(state, RH_RETURNS) == 0)
		cw_wr_put(&session->exec->returned, sql, strlen(sql) + 1);
	if (!state || (!runs && strcmp(state, RH_ASKS) != 0) || !sql || !path)
		return; /* a warning of PostgreSQL's is nothing that Oracle says */
	if (!runs && strcmp(sql, RH_ASKS_COUNTS) == 0) {
		cw_wr_u8(&out, RH_ANSWER_SQL);
		rh_session_counts(session->server, &out);
	} else if (!twin_of(session, &twin, &error) ||
		   !(runs ? run_autonomous(session, twin, sql, &out, &error)
			  : answer(twin, &arena, sql, &out, &error))) {
		cw_wr_reset(&out);
		cw_wr_u8(&out, RH_ANSWER_ERROR);
		cw_wr_text(&out, error.text);
	}
	put_file(path, &out);
	cw_wr_release(&out);
	cw_arena_release(&arena);
}

void rh_answer_open(struct rh_session *session)
{
	(void)PQsetNoticeReceiver(session->pg, on_notice, session);
}
