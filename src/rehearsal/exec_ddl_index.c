/* exec_ddl_index.c - indexes: made, by themselves or with a key, and switched; see exec_ddl.h */
#include "rehearsal/exec_ddl.h"

#include <string.h>

static void put(struct rh_ddl *ddl, const char *text)
{
	cw_wr_text(&ddl->sql, text);
}

/* Its kind and its looks, and its expressions as they were written. */
static void note_index(struct rh_ddl *ddl, const struct sql_stmt *s, const struct rh_ddl_name *name)
{
	put(ddl, "SELECT rh.note_index(");
	rh_ddl_put_regclass(ddl, name);
	put(ddl, s->bitmap ? ", true, ARRAY[" : ", false, ARRAY[");
	for (const struct sql_order *one = s->index_column; one; one = one->next) {
		if (one->expr->kind == X_NAME)
			put(ddl, "NULL");
		else
			sql_print_literal(&ddl->sql, ddl->stmt->sql + one->expr->at,
					  one->expr->end - one->expr->at);
		put(ddl, one->next ? ", " : "]::text[]);\n");
	}
}

static void put_flag(struct rh_ddl *ddl, char said, char yes)
{
	put(ddl, !said ? ", NULL" : said == yes ? ", true" : ", false");
}

/* What was said of how it looks and whether it is kept. */
static void note_looks(struct rh_ddl *ddl, const struct sql_index_looks *looks,
		       const struct rh_ddl_name *name)
{
	if (!looks->visible && !looks->usable && !looks->compressed)
		return;
	put(ddl, "SELECT rh.note_index_looks(");
	rh_ddl_put_regclass(ddl, name);
	put_flag(ddl, looks->visible, 'I');
	put_flag(ddl, looks->usable, 'U');
	put_flag(ddl, looks->compressed, 'C');
	cw_wr_printf(&ddl->sql, looks->prefix ? ", %u);\n" : ", NULL);\n", looks->prefix);
}

static void put_text(struct rh_ddl *ddl, const char *text)
{
	put(ddl, ", ");
	if (text)
		sql_print_literal(&ddl->sql, text, strlen(text));
	else
		put(ddl, "NULL");
}

void rh_ddl_note_physical(struct rh_ddl *ddl, const struct rh_ddl_name *name,
			  const struct sql_physical *said)
{
	static const struct sql_physical nothing;

	if (memcmp(said, &nothing, sizeof(nothing)) == 0)
		return;
	put(ddl, "SELECT rh.note_physical(");
	rh_ddl_put_regclass(ddl, name);
	put_flag(ddl, said->logging, 'Y');
	put_flag(ddl, said->cached, 'Y');
	put_flag(ddl, said->row_movement, 'Y');
	put_flag(ddl, said->reversed, 'Y');
	put_text(ddl, said->compress);
	put_text(ddl, said->degree);
	put_text(ddl, said->instances);
	put_text(ddl, said->pct_free);
	put_text(ddl, said->pct_used);
	put_text(ddl, said->ini_trans);
	put_text(ddl, said->tablespace);
	put(ddl, ");\n");
}

/* A constant, which lets rows without any other value into the index, has no type of its own on PostgreSQL. */
static bool put_index_expr(struct rh_ddl *ddl, struct sql_expr *expr, struct sql_from *from)
{
	bool untyped = expr->kind == X_STRING || expr->kind == X_NULL, ok;

	put(ddl, untyped ? "(" : "");
	ok = rh_ddl_expr(ddl, expr, from, SQL_ANY, !untyped && expr->kind != X_NAME);
	put(ddl, untyped ? "::text)" : "");
	return ok;
}

static bool put_index_columns(struct rh_ddl *ddl, const struct sql_stmt *s, struct sql_from *from)
{
	for (const struct sql_order *one = s->index_column; one; one = one->next) {
		if (!put_index_expr(ddl, one->expr, from))
			return false;
		if (one->descending)
			put(ddl, " DESC");
		if (one->next)
			put(ddl, ", ");
	}
	return true;
}

void rh_ddl_note_local(struct rh_ddl *ddl, const struct rh_ddl_name *index)
{
	put(ddl, "SELECT rh.note_local_index(");
	rh_ddl_put_regclass(ddl, index);
	put(ddl, ");\n");
}

bool rh_ddl_create_index(struct rh_ddl *ddl, const struct sql_stmt *s, struct sql_from *columns)
{
	struct rh_ddl_name table, index;
	struct sql_from from = { .label = NULL };
	const struct sql_relation *relation = NULL;

	rh_ddl_name(ddl, &s->target->name, &table);
	rh_ddl_name(ddl, &s->source->name, &index);
	if (!columns) {
		relation = rh_exec_relation(ddl->session, &s->target->name, ddl->error);
		if (!relation)
			return ddl->error->code ? false
						: rh_fail(ddl->error, 942, s->target->at,
							  "table or view does not exist");
		from.column = relation->column;
		from.column_count = relation->column_count;
		columns = &from;
	}
	put(ddl, s->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	sql_print_ident(&ddl->sql, index.name);
	put(ddl, " ON ");
	rh_ddl_put_name(ddl, &table);
	put(ddl, " (");
	if (!put_index_columns(ddl, s, columns))
		return false;
	put(ddl, ");\n");
	index.schema = table.schema;
	note_index(ddl, s, &index);
	note_looks(ddl, &s->looks, &index);
	rh_ddl_note_physical(ddl, &index, &s->physical);
	if (s->looks.local)
		rh_ddl_note_local(ddl, &index);
	put(ddl, "SELECT rh.index_once(");
	rh_ddl_put_regclass(ddl, &index);
	put(ddl, ");\n");
	return true;
}

bool rh_ddl_alter_index(struct rh_ddl *ddl)
{
	struct rh_ddl_name name;

	rh_ddl_name(ddl, &ddl->parsed->target->name, &name);
	put(ddl, "SELECT ");
	rh_ddl_put_regclass(ddl, &name);
	put(ddl, ";\n");
	note_looks(ddl, &ddl->parsed->looks, &name);
	rh_ddl_note_physical(ddl, &name, &ddl->parsed->physical);
	return true;
}
