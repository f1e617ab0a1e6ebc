/* exec_stmt.c - a statement from its text to its end: what engine.h asks for; see exec.h */
#include "rehearsal/db_text.h"
#include "rehearsal/exec_parts.h"
#include "rehearsal/in_doubt.h"
#include "rehearsal/long_name.h"

#include <stdlib.h>
#include <string.h>

#define SQL_BYTES_MAX (4u << 20)
/* libpq 15 loses the connection at a longer list of parameters: fe-protocol3.c, 't' over 30000 bytes */
#define BINDS_MAX 7400u

static struct rh_stmt *new_stmt(struct rh_session *session)
{
	struct rh_stmt *stmt = calloc(1, sizeof(*stmt));

	if (!stmt)
		abort();
	stmt->session = session;
	session->cursors++;
	stmt->arena = stmt->tree = stmt->run = stmt->row = CW_ARENA(EXEC_ARENA_LIMIT);
	return stmt;
}

/* The text in characters of the database's set, its literals among them. */
static bool take_text(struct rh_stmt *stmt, struct cw_bytes sql, struct rh_error *error)
{
	uint8_t *text = cw_new(&stmt->arena, uint8_t, RH_TEXT_GROWTH * sql.len + 1);

	stmt->sql = (const char *)text;
	return rh_text_from_client(sql, false, text, &stmt->len) ||
	       rh_fail(error, 3001, 0, "unimplemented feature: characters U+10FF00 to U+10FFFF");
}

void rh_stmt_free(struct rh_stmt *stmt)
{
	struct rh_error ignored = { 0 };

	if (!stmt)
		return;
	stmt->session->cursors--;
	rh_query_close(stmt);
	if (stmt->session->pg && PQstatus(stmt->session->pg) == CONNECTION_OK)
		(void)rh_stmt_unprepare(stmt, &ignored);
	if (stmt->plsql)
		rh_plsql_free(stmt->plsql);
	cw_arena_release(&stmt->arena);
	cw_arena_release(&stmt->tree);
	cw_arena_release(&stmt->run);
	cw_arena_release(&stmt->row);
	free(stmt);
}

static bool is_dml(const struct rh_stmt *stmt)
{
	enum sql_stmt_kind kind = stmt->parsed->kind;

	return kind == S_INSERT || kind == S_UPDATE || kind == S_DELETE || kind == S_MERGE;
}

static bool parse_plsql(struct rh_stmt *stmt, struct rh_error *error)
{
	struct rh_plsql_info info = { 0 };

	stmt->generation = rh_exec_generation(); /* first, as in rh_stmt_compile() */
	stmt->schema_serial = stmt->session->exec->schema_serial;
	if (!rh_plsql_parse(stmt->session, stmt->sql, stmt->len, &stmt->plsql, &info, error))
		return false;
	stmt->bind_count = info.bind_count;
	stmt->returning_from = info.bind_count;
	stmt->sql_type = info.sql_type;
	return true;
}

static bool parse(struct rh_stmt *stmt, struct rh_error *error)
{
	struct sql_parser parser;

	sql_parse_init(&parser, &stmt->tree, stmt->session->server->profile->release, stmt->sql,
		       stmt->len, error);
	stmt->parsed = sql_parse_statement(&parser);
	if (!stmt->parsed)
		return false;
	stmt->sql_type = stmt->parsed->sql_type;
	if (stmt->parsed->kind == S_PLSQL)
		return parse_plsql(stmt, error);
	if (stmt->parsed->bind_count > 65535)
		return rh_fail(error, 1745, 0, "invalid host/bind variable name");
	if (stmt->parsed->bind_count > BINDS_MAX)
		return rh_fail(error, 3001, 0, "unimplemented feature: more than %u binds",
			       BINDS_MAX);
	stmt->bind_count = stmt->parsed->bind_count;
	stmt->returning_from =
		stmt->parsed->returning ? stmt->parsed->returning_from : stmt->bind_count;
	rh_stmt_name_binds(stmt);
	if (stmt->parsed->kind != S_SELECT && !is_dml(stmt))
		return true;
	if (!rh_stmt_compile(stmt, NULL, 0, error))
		return false;
	/* without binds the types of all columns can be told before it is run */
	return stmt->parsed->kind != S_SELECT || stmt->bind_count > 0 ||
	       rh_stmt_prepare(stmt, NULL, error);
}

bool rh_parse(struct rh_session *session, const char *sql, size_t sql_len, struct rh_stmt **ret,
	      struct rh_error *error)
{
	struct rh_stmt *stmt;

	*error = (struct rh_error){ 0 };
	if (sql_len > SQL_BYTES_MAX)
		return rh_fail(error, 4031, 0,
			       "unable to allocate %zu bytes of shared memory (\"shared pool\")",
			       sql_len);
	while (sql_len > 0 && sql[sql_len - 1] == '\0')
		sql_len--;
	stmt = new_stmt(session);
	session->parses++;
	rh_exec_catalog_refresh(session);
	if (!take_text(stmt, (struct cw_bytes){ (const uint8_t *)sql, sql_len }, error) ||
	    !parse(stmt, error)) {
		rh_stmt_free(stmt);
		return false;
	}
	*ret = stmt;
	return true;
}

/* PostgreSQL says what its parameters have to be, as the binds of an expression are numbers, or each is a text. */
static bool prepare_unbound(struct rh_stmt *stmt, struct rh_error *error)
{
	struct rh_bind *binds;
	bool ok;

	if (rh_stmt_compile(stmt, NULL, 0, error) && rh_stmt_prepare(stmt, NULL, error))
		return true;
	binds = calloc(stmt->bind_count + 1u, sizeof(*binds));
	if (!binds)
		abort();
	for (uint32_t i = 0; i < stmt->bind_count; i++)
		binds[i] = (struct rh_bind){ .ora_type = CW_ORA_VARCHAR2,
					     .value = { .state = CW_VALUE_NULL } };
	*error = (struct rh_error){ 0 };
	ok = rh_stmt_compile(stmt, binds, 1, error) && rh_stmt_prepare(stmt, binds, error);
	free(binds);
	return ok;
}

bool rh_stmt_tell_columns(struct rh_stmt *stmt, struct rh_error *error)
{
	*error = (struct rh_error){ 0 };
	if (stmt->parsed->kind != S_SELECT || stmt->name[0])
		return true;
	/* it is prepared anew for the binds that come */
	return prepare_unbound(stmt, error) && rh_stmt_unprepare(stmt, error);
}

void rh_stmt_info(const struct rh_stmt *stmt, struct rh_stmt_info *ret)
{
	*ret = (struct rh_stmt_info){ .kind = RH_DDL,
				      .sql_type = stmt->sql_type,
				      .bind_count = (uint16_t)stmt->bind_count,
				      .returning_from = (uint16_t)stmt->returning_from,
				      .changed_session = stmt->changed_session };
	if (stmt->parsed->kind == S_SELECT) {
		ret->kind = RH_QUERY;
		ret->column_count = stmt->column_count;
		ret->column = stmt->column;
	} else if (is_dml(stmt)) {
		ret->kind = RH_DML;
	} else if (stmt->parsed->kind == S_PLSQL) {
		ret->kind = RH_PLSQL;
	}
}

/* ---- the transaction by statements ---------------------------------------------------------------- */

static bool begin_if_none(struct rh_session *session, const char *how, struct rh_error *error)
{
	if (session->transaction_open)
		return true;
	session->transaction_open = rh_exec_command(session, how, error);
	return session->transaction_open;
}

static bool savepoint(struct rh_session *session, const struct sql_stmt *parsed, const char *words,
		      struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	PGresult *result;
	bool ok;

	cw_wr_text(&sql, words);
	sql_print_ident(&sql, parsed->name);
	cw_wr_u8(&sql, 0);
	if (parsed->kind == S_SAVEPOINT) {
		ok = rh_exec_idle(session, error) && begin_if_none(session, "BEGIN", error) &&
		     rh_exec_savepoints_begin(session, error) &&
		     rh_exec_command(session, (const char *)sql.at0, error);
		cw_wr_release(&sql);
		return ok;
	}
	/* the savepoint of the statement dies with those after the one gone back to */
	ok = rh_exec_idle(session, error) && session->transaction_open &&
	     rh_exec_command(session, "SAVEPOINT \"cw$\"", error);
	if (ok) {
		result = PQexec(session->pg, (const char *)sql.at0);
		ok = PQresultStatus(result) == PGRES_COMMAND_OK ||
		     rh_exec_error(session, result, error);
		PQclear(result);
		if (!ok)
			rh_exec_undo(session, false);
	}
	cw_wr_release(&sql);
	if (!ok && (!error->code || error->code == 1086))
		return rh_fail(error, 1086, 0,
			       "savepoint '%s' never established in this session or is invalid",
			       parsed->name);
	return ok;
}

/*
 * What a transaction that is more than READ COMMITTED sees is what was committed when it began: PostgreSQL fixes that
 * with its first query (Concepts, "Data Concurrency and Consistency"; SQL Language Reference, SET TRANSACTION).
 */
#define FIXED "; SELECT 1"

static bool set_transaction(struct rh_session *session, const struct sql_stmt *parsed,
			    struct rh_error *error)
{
	const char *how;

	if (session->transaction_open)
		return rh_fail(error, 1453, 0,
			       "SET TRANSACTION must be first statement of transaction");
	if (parsed->read_only)
		how = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" FIXED;
	else if (parsed->serializable)
		how = "BEGIN ISOLATION LEVEL REPEATABLE READ" FIXED;
	else if (parsed->read_committed && session->exec->serializable)
		how = "BEGIN ISOLATION LEVEL READ COMMITTED";
	else
		return true;
	return rh_exec_idle(session, error) && begin_if_none(session, how, error);
}

/* ISOLATION_LEVEL = SERIALIZABLE: a query begins a transaction, too, which outlives a statement that fails. */
static bool begin_serializable(struct rh_session *session, struct rh_error *error)
{
	return !session->exec->serializable || session->transaction_open ||
	       (rh_exec_idle(session, error) && begin_if_none(session, "BEGIN", error));
}

static bool run_text(struct rh_session *session, const char *sql, struct rh_error *error)
{
	PGresult *result;

	if (!rh_exec_statement(session, sql, NULL, RH_EXEC_TRANSACTION, &result, error))
		return false;
	PQclear(result);
	return true;
}

static bool lock_table(struct rh_stmt *stmt, struct rh_error *error)
{
	char sql[64];
	bool ok;

	if (!rh_stmt_compile(stmt, NULL, 0, error))
		return false;
	if (!stmt->parsed->wait)
		return run_text(stmt->session, stmt->printed, error);
	(void)snprintf(sql, sizeof(sql), "SET lock_timeout = '%.6ss'", stmt->parsed->wait);
	ok = run_text(stmt->session, sql, error) && run_text(stmt->session, stmt->printed, error);
	return run_text(stmt->session, "SET lock_timeout = 0", error) && ok;
}

/* Those alone that were made DEFERRABLE: every key is so to PostgreSQL, since Oracle looks at it when a statement ends. */
static bool set_constraints(struct rh_session *session, const struct sql_stmt *parsed,
			    struct rh_error *error)
{
	struct cw_wr sql = { 0 };
	bool ok;

	cw_wr_text(&sql, "SELECT rh.set_constraints(ARRAY[");
	for (const struct sql_from *one = parsed->target; one; one = one->next) {
		const char *schema =
			one->name.count > 1 ? one->name.part[one->name.count - 2] : session->schema;
		const char *name = one->name.part[one->name.count - 1];

		cw_wr_text(&sql, one == parsed->target ? "ARRAY[" : ", ARRAY[");
		sql_print_literal(&sql, schema, strlen(schema));
		cw_wr_text(&sql, ", ");
		sql_print_literal(&sql, name, strlen(name));
		cw_wr_text(&sql, "]");
	}
	cw_wr_printf(&sql, "]::text[], '%s')", parsed->text);
	cw_wr_u8(&sql, 0);
	ok = run_text(session, (const char *)sql.at0, error);
	cw_wr_release(&sql);
	return ok;
}

static bool keep_name(struct rh_session *session, const char *inside, struct rh_error *error)
{
	char name[RH_LONG_NAME_BYTES];
	const char *value[] = { inside, name };
	struct rh_exec_params params = { .count = 2, .value = value };
	PGresult *result;

	(void)snprintf(name, sizeof(name), "%s", inside);
	rh_long_name_unfold(name, sizeof(name));
	if (!rh_exec_statement(session, "select rh.keep_name($1, $2)", &params, 0, &result, error))
		return false;
	PQclear(result);
	rh_long_name_keep(name, strlen(name));
	return true;
}

/* What the statement makes may be called by any long name in it. */
static bool keep_names(struct rh_stmt *stmt, struct rh_error *error)
{
	struct sql_lexer lexer;
	struct sql_token token;
	struct rh_error ignored = { 0 };
	bool ok = true;

	sql_lex_init(&lexer, &stmt->run, stmt->sql, stmt->len, &ignored);
	do {
		token = sql_lex_next(&lexer);
		if ((token.kind == T_WORD || token.kind == T_QUOTED) && rh_long_name_is(token.text))
			ok = keep_name(stmt->session, token.text, error);
	} while (ok && token.kind != T_END);
	return ok;
}

/* DDL and what goes to the hooks: a transaction of its own. */
static bool committed(struct rh_stmt *stmt, struct rh_error *error)
{
	struct rh_session *session = stmt->session;
	struct sql_presence presence;
	const char *unit;
	size_t len;
	bool ok, runs;

	if (!rh_commit(session, error) || !rh_presence(stmt, &presence, &runs, error))
		return false;
	if (!runs)
		return true;
	if (!keep_names(stmt, error))
		return false;
	rh_exec_catalog_refresh(session);
	switch (stmt->parsed->kind) {
	case S_PLSQL_DDL:
		unit = rh_presence_cut(stmt, &presence, &len);
		ok = rh_plsql_ddl(session, unit, len, &stmt->compile_errors, &stmt->sql_type,
				  error);
		rh_exec_catalog_changed(); /* views that call it may have gone */
		break;
	case S_ADMIN:
		ok = rh_admin_statement(session, stmt->sql, stmt->len, &stmt->sql_type, error);
		break;
	default:
		ok = rh_ddl(stmt, error);
		rh_exec_catalog_changed();
	}
	if (!ok) {
		struct rh_error ignored = { 0 };

		(void)rh_rollback(session, &ignored);
		return false;
	}
	if (!rh_commit(session, error) ||
	    (stmt->parsed->kind == S_PLSQL_DDL && !rh_units_outdated(session, error)))
		return false;
	rh_view_is_invalid(); /* some may be, for all sessions, from now on */
	return true;
}

static bool execute_other(struct rh_stmt *stmt, struct rh_error *error)
{
	struct rh_session *session = stmt->session;
	const struct sql_stmt *parsed = stmt->parsed;

	switch (parsed->kind) {
	case S_COMMIT:
		return rh_commit(session, error);
	case S_ROLLBACK:
		return rh_rollback(session, error);
	case S_FORCE: /* the session's own transaction goes on */
		return rh_in_doubt_force(session, parsed->name, parsed->force_commit, error);
	case S_SAVEPOINT:
		return savepoint(session, parsed, "SAVEPOINT ", error);
	case S_ROLLBACK_TO:
		return savepoint(session, parsed, "ROLLBACK TO SAVEPOINT ", error);
	case S_SET_TRANSACTION:
		return set_transaction(session, parsed, error);
	case S_SET_CONSTRAINTS:
		return set_constraints(session, parsed, error);
	case S_LOCK:
		return lock_table(stmt, error);
	case S_ALTER_SESSION:
		return rh_alter_session(stmt, error);
	default:
		return committed(stmt, error);
	}
}

/* A block that was translated before something was made, changed or dropped is translated again. */
static bool execute_plsql(struct rh_stmt *stmt, const struct rh_bind *binds, uint32_t iterations,
			  unsigned flags, struct rh_result *ret, struct rh_error *error)
{
	struct rh_session *session = stmt->session;
	struct rh_plsql *old = stmt->plsql;

	if (!rh_exec_idle(session, error))
		return false;
	if (stmt->generation != rh_exec_generation() ||
	    stmt->schema_serial != session->exec->schema_serial) {
		rh_exec_catalog_refresh(session);
		if (!parse_plsql(stmt, error))
			return false;
		rh_plsql_free(old);
	}
	return rh_plsql_execute(session, stmt->plsql, binds, iterations, flags, ret, error);
}

bool rh_execute(struct rh_session *session, struct rh_stmt *stmt, const struct rh_bind *binds,
		uint32_t iterations, unsigned flags, struct rh_result *ret, struct rh_error *error)
{
	bool ok;

	*ret = (struct rh_result){ 0 };
	*error = (struct rh_error){ 0 };
	if (stmt->bind_count > 0 && !binds)
		return rh_fail(error, 1008, 0, "not all variables bound");
	if (stmt->parsed->kind == S_SELECT)
		return begin_serializable(session, error) && rh_query_open(stmt, binds, error);
	if (is_dml(stmt))
		return begin_serializable(session, error) &&
		       rh_dml(stmt, binds, iterations, flags, ret, error);
	if (stmt->parsed->kind == S_PLSQL)
		return execute_plsql(stmt, binds, iterations, flags, ret, error);
	if (stmt->bind_count > 0)
		return rh_fail(error, 1027, 0,
			       "bind variables not allowed for data definition operations");
	ok = execute_other(stmt, error);
	ret->iterations_done = 1;
	ret->compiled_with_errors = stmt->compile_errors;
	if (ok && (flags & RH_COMMIT))
		return rh_commit(session, error);
	return ok;
}
