/*
 * plsql_invalid.c - units that were made with compilation errors, and compiled again when they are called; see plsql_parts.h
 *
 * CREATE of one goes well all the same, with a warning; its text is kept as INVALID, what was wrong in rh.compile_errors.  A call
 * compiles it again, as its owner and in a transaction of its own: what it missed may be there by now.  So it is with views whose
 * tables went (sql/ora_view.sql), and a statement that names them.
 *
 * Errors	ORA-06550 with PLS-00905 where it still does not compile, ORA-04063 of a view
 * Sources	Oracle Database Development Guide 19c, "Schema Object Dependency", "Invalidation of Dependent Objects"
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"
#include "rehearsal/sql_hooks.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Some unit may be invalid: before that is known nobody is asked. */
static atomic_bool any_invalid = true;

void plsql_some_invalid(void)
{
	atomic_store(&any_invalid, true);
}

void plsql_compiles(struct plsql *pl, const char *kind, const char *schema, const char *name,
		    uint32_t text_at, bool replace)
{
	pl->unit_kind = kind;
	pl->unit_schema = schema;
	pl->unit_name = name;
	pl->unit_at = text_at;
	pl->unit_replaces = replace;
	plsql_some_invalid(); /* or the body of what is made */
}

/* What we do not cover is refused, what the user may not, and of a trigger what Oracle refuses at once, too. */
bool plsql_is_compile_error(const struct rh_error *error)
{
	static const int others[] = { 3001, 1031, 955, 28,   3113, 1013, 600,  4043, 4031,
				      1034, 54,	  60,  4081, 4082, 4084, 4085, 4095, 25029, 2303 };

	for (size_t i = 0; i < CW_ARRAY_LEN(others); i++)
		if (error->code == others[i])
			return false;
	return true;
}

static void place_of(const char *sql, uint32_t from, uint32_t at, unsigned *ret_line,
		     unsigned *ret_column)
{
	*ret_line = 1;
	*ret_column = 1;
	for (uint32_t i = from; i < at && sql[i]; i++) {
		*ret_column = sql[i] == '\n' ? 1 : *ret_column + 1;
		*ret_line += sql[i] == '\n';
	}
}

/* Its number and text, as USER_ERRORS has them. */
static void put_message(struct cw_wr *out, const struct rh_error *cause)
{
	static const char prefix[] = "ORA-06550: ";
	char text[sizeof(cause->text) + 8];

	if (strncmp(cause->text, prefix, sizeof(prefix) - 1) == 0)
		(void)snprintf(text, sizeof(text), "%s", cause->text + sizeof(prefix) - 1);
	else
		(void)snprintf(text, sizeof(text), "PL/SQL: %s", cause->text);
	cw_wr_printf(out, "%d, ", strncmp(text, "PLS-", 4) == 0 ? atoi(text + 4) : 0);
	plsql_put_literal(out, text);
}

void plsql_put_cause(struct cw_wr *out, const char *sql, uint32_t from,
		     const struct rh_error *cause)
{
	unsigned line, column;

	place_of(sql, from, cause->position, &line, &column);
	cw_wr_printf(out, "%u, %u, ", line, column);
	put_message(out, cause);
}

bool plsql_keep_invalid(struct plsql *pl, const char *sql)
{
	struct rh_error cause = *pl->error;
	struct cw_wr text = { 0 };

	*pl->error = (struct rh_error){ 0 };
	if (!rh_rollback(pl->session, pl->error))
		return false;
	cw_wr_text(&text, "SELECT rh.make_invalid(");
	plsql_put_literal(&text, pl->unit_schema);
	cw_wr_text(&text, ", ");
	plsql_put_literal(&text, pl->unit_name);
	cw_wr_printf(&text, ", '%s', ", pl->unit_kind);
	plsql_put_literal(&text, sql + pl->unit_at);
	cw_wr_text(&text, pl->unit_replaces ? ", true, " : ", false, ");
	plsql_put_cause(&text, sql, pl->unit_at, &cause);
	cw_wr_text(&text, ")");
	return plsql_run_text(pl->session, &text, pl->error);
}

/* ---- compiled again -------------------------------------------------------------------------------- */

bool plsql_run_as_owner(struct rh_session *session, const char *owner, struct cw_wr *sql)
{
	struct rh_session as = *session, *other = NULL;
	struct rh_error error = { 0 };
	struct rh_stmt *stmt = NULL;
	struct rh_result result;
	bool ok;

	(void)snprintf(as.user, sizeof(as.user), "%s", owner);
	(void)snprintf(as.schema, sizeof(as.schema), "%s", owner);
	ok = rh_session_open_twin(&as, &other, &error);
	if (ok) {
		other->dba = true; /* whatever the owner may make by now */
		ok = rh_parse(other, (const char *)sql->at0, sql->len, &stmt, &error) &&
		     rh_execute(other, stmt, NULL, 1, 0, &result, &error) &&
		     !result.compiled_with_errors;
		rh_stmt_free(stmt);
		rh_session_close_twin(other);
	}
	cw_wr_release(sql);
	return ok;
}

/* CREATE OR REPLACE of the text, by its owner. */
static bool compile(struct rh_session *session, const char *owner, const char *text)
{
	struct cw_wr sql = { 0 };

	cw_wr_printf(&sql, "CREATE OR REPLACE %s", text);
	return plsql_run_as_owner(session, owner, &sql);
}

static const char *value_of(const PGresult *rows, int row, int column)
{
	return PQgetvalue(rows, row, column);
}

bool plsql_validate(struct rh_session *session, const struct sql_name *name, bool *ret_changed,
		    struct rh_error *error)
{
	const char *value[] = { name->count > 1 ? name->part[0] : "", name->part[name->count > 1],
				session->schema };
	struct rh_exec_params params = { .count = 3, .value = value };
	PGresult *rows;
	bool ok = true;

	*ret_changed = false;
	if (!atomic_load(&any_invalid))
		return true;
	if (!rh_exec_statement(
		    session,
		    "select owner, name, source, is_there from rh.find_invalid($1, $2, $3)",
		    &params, 0, &rows, error))
		return false;
	if (PQntuples(rows) == 0)
		atomic_store(&any_invalid, false);
	for (int i = 0; ok && i < PQntuples(rows); i++) {
		if (PQgetisnull(rows, i, 0) ||
		    plsql_is_in_making(value_of(rows, i, 0), value_of(rows, i, 1)))
			continue; /* some other is; or it is compiled right now */
		ok = compile(session, value_of(rows, i, 0), value_of(rows, i, 2)) ||
		     rh_fail(error, 6550, name->at, "PLS-00905: object %s.%s is invalid",
			     value_of(rows, i, 0), value_of(rows, i, 1));
		*ret_changed = true;
	}
	PQclear(rows);
	return ok;
}

/* ---- views ----------------------------------------------------------------------------------------- */

static atomic_bool any_invalid_view = true;
/* A view that reads itself, over others, never comes to its end. */
static _Thread_local unsigned views_open;
#define MOST_VIEWS_OPEN 8

void rh_view_is_invalid(void)
{
	atomic_store(&any_invalid_view, true);
}

bool rh_view_validate(struct rh_session *session, const char *schema, const char *name,
		      bool *ret_changed, struct rh_error *error)
{
	const char *value[] = { schema ? schema : session->schema, name, schema ? "f" : "t" };
	struct rh_exec_params params = { .count = 3, .value = value };
	PGresult *rows;
	bool ok = true;

	*ret_changed = false;
	if (!atomic_load(&any_invalid_view) || views_open >= MOST_VIEWS_OPEN)
		return true;
	if (!rh_exec_statement(session,
			       "select owner, name, source from rh.find_invalid_view($1, $2, $3)",
			       &params, 0, &rows, error))
		return false;
	if (PQntuples(rows) == 0)
		atomic_store(&any_invalid_view, false);
	views_open++;
	if (PQntuples(rows) > 0 && !PQgetisnull(rows, 0, 0)) {
		struct cw_wr text = { 0 };

		cw_wr_printf(&text, "VIEW %s", value_of(rows, 0, 2));
		cw_wr_u8(&text, 0);
		ok = *ret_changed = compile(session, value_of(rows, 0, 0), (const char *)text.at0);
		cw_wr_release(&text);
		if (!ok)
			(void)rh_fail(error, 4063, 0, "view \"%s.%s\" has errors",
				      value_of(rows, 0, 0), value_of(rows, 0, 1));
	}
	views_open--;
	PQclear(rows);
	return ok;
}
