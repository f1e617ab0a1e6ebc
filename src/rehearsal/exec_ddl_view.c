/*
 * exec_ddl_view.c - views; see exec_ddl.h
 *
 * What a view reads may be dropped or changed: the view is INVALID then, kept as text (sql/ora_view.sql) and compiled again by
 * the next statement that names it (plsql_invalid.c).  CREATE FORCE VIEW begins there.
 *
 * Errors	ORA-00955, and what its query has; of a FORCE VIEW a warning
 * Sources	Oracle Database SQL Language Reference 19c, "CREATE VIEW"; Development Guide 19c, "Schema Object Dependency"
 */
#include "rehearsal/exec_ddl.h"

#include "rehearsal/sql_collection.h"
#include "rehearsal/sql_resolve.h"

#include <string.h>

static void put(struct rh_ddl *ddl, const char *text)
{
	cw_wr_text(&ddl->sql, text);
}

static void put_literal(struct rh_ddl *ddl, const char *text)
{
	sql_print_literal(&ddl->sql, text, strlen(text));
}

/* The text as it was written, and what the catalog has no place for. */
static void note_view(struct rh_ddl *ddl, const struct rh_ddl_name *name)
{
	const struct sql_stmt *s = ddl->parsed;

	put(ddl, "SELECT rh.note_view(");
	rh_ddl_put_regclass(ddl, name);
	put(ddl, ", ");
	put_literal(ddl, s->query_text);
	put(ddl, s->read_only ? ", true, " : ", false, ");
	if (s->check_option)
		put_literal(ddl, s->check_option);
	else
		put(ddl, "NULL");
	put(ddl, ", ");
	if (s->text)
		put_literal(ddl, s->text);
	else
		put(ddl, "NULL");
	put(ddl, ");\n");
}

static void put_call(struct rh_ddl *ddl, const char *function, const struct rh_ddl_name *name)
{
	cw_wr_printf(&ddl->sql, "SELECT rh.%s(", function);
	put_literal(ddl, name->schema);
	put(ddl, ", ");
	put_literal(ddl, name->name);
}

/* What is not covered is refused, and so is what cannot be asked. */
static bool is_compile_error(const struct rh_error *error)
{
	static const int others[] = { 3001, 1031, 28, 3113, 1013, 600, 604, 4031 };

	for (size_t i = 0; i < CW_ARRAY_LEN(others); i++)
		if (error->code == others[i])
			return false;
	return error->code != 0;
}

/* CREATE FORCE VIEW of what does not compile yet. */
static bool keep_invalid(struct rh_ddl *ddl, const struct rh_ddl_name *name)
{
	put_call(ddl, "keep_invalid_view", name);
	put(ddl, ", ");
	put_literal(ddl, ddl->parsed->text);
	cw_wr_printf(&ddl->sql, ", %d, ", ddl->error->code);
	put_literal(ddl, ddl->error->text);
	put(ddl, ");\n");
	*ddl->error = (struct rh_error){ 0 };
	ddl->stmt->compile_errors = true;
	rh_view_is_invalid();
	return true;
}

static bool put_query(struct rh_ddl *ddl, const struct rh_ddl_name *name)
{
	struct sql_stmt *s = ddl->parsed;

	put(ddl, s->kind == S_CREATE_MVIEW ? "CREATE MATERIALIZED VIEW " : "CREATE VIEW ");
	rh_ddl_put_name(ddl, name);
	put(ddl, " (");
	for (uint32_t i = 0; i < s->query->column_count; i++) {
		put(ddl, i ? ", " : "");
		sql_print_ident(&ddl->sql, i < s->view_column_count ? s->view_column[i]
								    : s->query->column[i].name);
	}
	put(ddl, ") AS ");
	if (!sql_print(s, &ddl->sql, ddl->error))
		return false;
	put(ddl, s->check_option && !s->read_only	 ? " WITH CASCADED CHECK OPTION;\n"
		 : s->kind == S_CREATE_MVIEW && s->force ? " WITH NO DATA;\n"
							 : ";\n");
	return true;
}

/*
 * A materialized view of one table's rows has the table's primary key, unless it is WITH ROWID (SQLAlchemy's
 * test/requirements.py, materialized_views_reflect_pk).
 */
static void put_key(struct rh_ddl *ddl, const struct rh_ddl_name *name)
{
	const struct sql_stmt *s = ddl->parsed;
	const struct sql_select *select = s->query->select;
	const struct sql_from *from = select ? select->from : NULL;

	if (s->kind != S_CREATE_MVIEW || s->by_rowid || !from || from->next || !from->relation ||
	    select->distinct || select->group || select->aggregated || select->hierarchy)
		return;
	put(ddl, "SELECT rh.key_mview(");
	rh_ddl_put_regclass(ddl, name);
	cw_wr_printf(&ddl->sql, ", %u, ARRAY[", from->relation->oid);
	for (const struct sql_item *item = select->item; item; item = item->next) {
		bool column = item->expr->kind == X_NAME && item->expr->from == from;

		put_literal(ddl, column ? from->column[item->expr->column].name : "");
		put(ddl, item->next ? ", " : "]);\n");
	}
}

bool rh_ddl_create_view(struct rh_ddl *ddl)
{
	struct sql_stmt *s = ddl->parsed;
	struct sql_env env = { .context = ddl->session,
			       .relation = rh_exec_find,
			       .unit = s->kind == S_CREATE_VIEW ? rh_exec_find_function : NULL,
			       .collection = s->kind == S_CREATE_VIEW ? rh_collection_made : NULL,
			       .user = ddl->session->user };
	struct rh_ddl_name name;
	bool resolved;

	rh_ddl_name(ddl, &s->target->name, &name);
	resolved = sql_resolve(&env, ddl->arena, s, ddl->error);
	if (!resolved && !(s->kind == S_CREATE_VIEW && s->force && is_compile_error(ddl->error)))
		return false;
	if (!s->or_replace) {
		rh_ddl_want_free_name(ddl, name.schema, name.name);
	} else {
		put_call(ddl, "replace_view", &name);
		put(ddl, ");\n");
	}
	if (!resolved)
		return keep_invalid(ddl, &name);
	if (!put_query(ddl, &name))
		return false;
	for (uint32_t i = 0; i < s->query->column_count; i++)
		if (s->query->column[i].ora_type)
			rh_ddl_note_column(ddl, &name, i + 1, &s->query->column[i]);
	note_view(ddl, &name);
	put_key(ddl, &name);
	return true;
}

/* One that has errors is left as it is, with a warning. */
bool rh_ddl_compile_view(struct rh_ddl *ddl)
{
	const struct sql_relation *relation =
		rh_exec_relation(ddl->session, &ddl->parsed->target->name, ddl->error);

	if (ddl->error->code == 4063) {
		*ddl->error = (struct rh_error){ 0 };
		ddl->stmt->compile_errors = true;
		return true;
	}
	if (ddl->error->code)
		return false;
	return (relation && relation->kind == 'v') ||
	       rh_fail(ddl->error, 942, ddl->parsed->target->at, "table or view does not exist");
}

void rh_ddl_break_readers(struct rh_ddl *ddl, const struct rh_ddl_name *name)
{
	put(ddl, "SELECT rh.break_readers(");
	rh_ddl_put_regclass(ddl, name);
	put(ddl, ");\n");
	rh_view_is_invalid();
}
