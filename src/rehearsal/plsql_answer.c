/* plsql_answer.c - see plsql_answer.h */
#include "rehearsal/plsql_answer.h"

#include "rehearsal/exec_parts.h"
#include "rehearsal/exec_shape.h"
#include "rehearsal/plsql_mark.h"

#include "base/log.h"

#include <stdlib.h>
#include <string.h>

static bool twin_of(struct rh_session *session, struct rh_session **ret, struct rh_error *error)
{
	if (!session->twin && !rh_session_open_twin(session, &session->twin, error))
		return false;
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
			       .user = twin->user,
			       .bind_count = parsed->bind_count };
	uint8_t *types = cw_new(arena, uint8_t, parsed->bind_count + 1u);

	memset(types, SQL_ANY, parsed->bind_count);
	env.bind_type = types;
	if (!sql_resolve(&env, arena, parsed, error))
		return false;
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

	if (state && sql && strcmp(state, RH_RETURNS) == 0)
		cw_wr_put(&session->exec->returned, sql, strlen(sql) + 1);
	if (!state || strcmp(state, RH_ASKS) != 0 || !sql || !path)
		return; /* a warning of PostgreSQL's is nothing that Oracle says */
	if (!twin_of(session, &twin, &error) || !answer(twin, &arena, sql, &out, &error)) {
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
