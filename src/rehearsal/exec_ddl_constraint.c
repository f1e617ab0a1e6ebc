/*
 * exec_ddl_constraint.c - constraints: added, dropped, switched on and off; see exec_ddl.h
 *
 * PostgreSQL has no constraint that is off, no NOT NULL with a name, and a key that an index
 * made before may serve only under the index's name: functions of rh (sql/ora_constraint.sql) know these.
 */
#include "rehearsal/exec_ddl.h"

#include <stdlib.h>
#include <string.h>

static void put(struct rh_ddl *ddl, const char *text)
{
	cw_wr_text(&ddl->sql, text);
}

static void put_literal(struct rh_ddl *ddl, const char *text)
{
	if (text)
		sql_print_literal(&ddl->sql, text, strlen(text));
	else
		put(ddl, "NULL");
}

/* ARRAY['A', 'B']::text[] */
static void put_array(struct rh_ddl *ddl, const char *const *names, uint32_t count)
{
	put(ddl, "ARRAY[");
	for (uint32_t i = 0; i < count; i++) {
		put(ddl, i ? ", " : "");
		put_literal(ddl, names[i]);
	}
	put(ddl, "]::text[]");
}

static void put_columns(struct rh_ddl *ddl, const char *const *names, uint32_t count)
{
	put(ddl, "(");
	for (uint32_t i = 0; i < count; i++) {
		put(ddl, i ? ", " : "");
		sql_print_ident(&ddl->sql, names[i]);
	}
	put(ddl, ")");
}

/* SELECT rh.function('"S"."T"'::regclass, */
static void call(struct rh_ddl *ddl, const char *function)
{
	cw_wr_printf(&ddl->sql, "SELECT rh.%s(", function);
	rh_ddl_put_regclass(ddl, &ddl->table);
	put(ddl, ", ");
}

/* Its own or SYS_C0012345; NULL: failed. */
static const char *name_of(struct rh_ddl *ddl, const struct sql_constraint *c)
{
	PGresult *result;
	char *made;

	if (c->name)
		return c->name;
	if (!rh_exec_statement(ddl->session, "select nextval('rh.constraint_nr')", NULL, 0, &result,
			       ddl->error))
		return NULL;
	made = cw_new(ddl->arena, char, 40);
	(void)snprintf(made, 40, "SYS_C%07ld", atol(PQgetvalue(result, 0, 0)));
	PQclear(result);
	return made;
}

/* ---- adding --------------------------------------------------------------------------------------- */

/* Oracle looks at keys when the statement ends, as PostgreSQL does at deferrable ones. */
static const char *deferral(const struct sql_constraint *c)
{
	bool key = c->kind == C_PRIMARY || c->kind == C_UNIQUE;

	if (c->initially_deferred)
		return " DEFERRABLE INITIALLY DEFERRED";
	return key || (c->deferrable && c->kind == C_FOREIGN) ? " DEFERRABLE" : "";
}

static void put_foreign_key(struct rh_ddl *ddl, const struct sql_constraint *c,
			    const struct rh_ddl_name *parent)
{
	put(ddl, "FOREIGN KEY ");
	put_columns(ddl, c->column, c->column_count);
	put(ddl, " REFERENCES ");
	rh_ddl_put_name(ddl, parent);
	if (c->ref_column)
		put_columns(ddl, c->ref_column, c->ref_column_count);
	if (c->on_delete == REF_CASCADE)
		put(ddl, " ON DELETE CASCADE");
	else if (c->on_delete == REF_SET_NULL)
		put(ddl, " ON DELETE SET NULL");
}

/*
 * PostgreSQL looks at a check at once.  One that may be deferred is a trigger, and its definition
 * what must not be true of the row "new".
 */
static bool is_late_check(const struct sql_constraint *c)
{
	return c->kind == C_CHECK && c->deferrable;
}

static bool put_late_check(struct rh_ddl *ddl, const struct sql_constraint *c,
			   struct sql_from *table)
{
	table->label = "new";
	if (!rh_ddl_expr(ddl, c->check, table, SQL_BOOL, true))
		return false;
	table->label = NULL;
	put(ddl, " IS FALSE");
	return true;
}

/* The words behind CONSTRAINT name. */
static bool put_definition(struct rh_ddl *ddl, const struct sql_constraint *c,
			   struct sql_from *table, const struct rh_ddl_name *parent)
{
	if (is_late_check(c))
		return put_late_check(ddl, c, table);
	switch (c->kind) {
	case C_PRIMARY:
	case C_UNIQUE:
		put(ddl, c->kind == C_PRIMARY ? "PRIMARY KEY " : "UNIQUE ");
		put_columns(ddl, c->column, c->column_count);
		break;
	case C_FOREIGN:
		put_foreign_key(ddl, c, parent);
		break;
	default:
		put(ddl, "CHECK ");
		if (!rh_ddl_expr(ddl, c->check, table, SQL_BOOL, true))
			return false;
	}
	put(ddl, c->kind == C_CHECK ? "" : deferral(c));
	return true;
}

/* The definition as a text of its own. */
static char *definition_of(struct rh_ddl *ddl, const struct sql_constraint *c,
			   struct sql_from *table, const struct rh_ddl_name *parent)
{
	size_t from = ddl->sql.len, len;
	char *text = NULL;

	if (put_definition(ddl, c, table, parent)) {
		len = ddl->sql.len - from;
		text = cw_new(ddl->arena, char, len + 1);
		memcpy(text, ddl->sql.at0 + from, len);
	}
	ddl->sql.len = from;
	return text;
}

static char kind_of(const struct sql_constraint *c)
{
	return c->kind == C_PRIMARY ? 'p' : c->kind == C_UNIQUE ? 'u' : c->kind == C_FOREIGN ? 'f' : 'c';
}

/* Born disabled: kept aside, since PostgreSQL would look at the rows. */
static bool add_disabled(struct rh_ddl *ddl, const struct sql_constraint *c, const char *name,
			 struct sql_from *table, const struct rh_ddl_name *parent)
{
	const char *definition = definition_of(ddl, c, table, parent);

	if (!definition)
		return false;
	call(ddl, "add_disabled");
	put_literal(ddl, name);
	cw_wr_printf(&ddl->sql, ", '%c', ", kind_of(c));
	put_literal(ddl, definition);
	put(ddl, ", ");
	put_literal(ddl, c->check_text);
	put(ddl, ", ");
	put_array(ddl, c->column, c->kind == C_CHECK ? 0 : c->column_count);
	put(ddl, ", ");
	if (c->kind == C_FOREIGN)
		rh_ddl_put_regclass(ddl, parent);
	else
		put(ddl, "NULL");
	put(ddl, ", ");
	put_array(ddl, c->ref_column, c->ref_column_count);
	put(ddl, ");\n");
	return true;
}

static void note_loose(struct rh_ddl *ddl, const struct sql_stmt *made)
{
	struct rh_ddl_name index;

	rh_ddl_name(ddl, &made->source->name, &index);
	index.schema = ddl->table.schema;
	put(ddl, "SELECT rh.note_loose_index(");
	rh_ddl_put_regclass(ddl, &index);
	put(ddl, ");\n");
}

static bool add_key(struct rh_ddl *ddl, const struct sql_constraint *c, const char *name,
		    struct sql_from *table)
{
	struct rh_ddl_name index = ddl->table;

	if (c->index) { /* PostgreSQL's key wants a unique one */
		bool loose = !c->index->unique;

		c->index->unique = true;
		if (!rh_ddl_create_index(ddl, c->index, table))
			return false;
		if (loose)
			note_loose(ddl, c->index);
	}
	call(ddl, "add_key");
	put_literal(ddl, name);
	cw_wr_printf(&ddl->sql, ", '%c', ", kind_of(c));
	put_array(ddl, c->column, c->column_count);
	put(ddl, ", ");
	put_literal(ddl, deferral(c));
	put(ddl, ", ");
	put_literal(ddl, c->index ? c->index->source->name.part[c->index->source->name.count - 1u]
				  : c->index_name);
	put(ddl, ");\n");
	index.name = name;
	rh_ddl_note_physical(ddl, &index, &c->physical);
	if (c->index_local)
		rh_ddl_note_local(ddl, &index);
	return true;
}

static void add_not_null(struct rh_ddl *ddl, const struct sql_constraint *c, const char *name)
{
	call(ddl, "add_not_null");
	put_literal(ddl, c->column[0]);
	put(ddl, ", ");
	put_literal(ddl, name);
	put(ddl, c->disabled ? ", false);\n" : ", true);\n");
}

/* PostgreSQL lets no foreign key refer to a deferrable key: for a moment it is none. */
static void keys_immediate(struct rh_ddl *ddl, const struct rh_ddl_name *table, bool immediate)
{
	put(ddl, "SELECT rh.keys_immediate(");
	rh_ddl_put_regclass(ddl, table);
	put(ddl, immediate ? ", true);\n" : ", false);\n");
}

void rh_ddl_free_column(struct rh_ddl *ddl, const struct rh_ddl_name *table, const char *column)
{
	put(ddl, "SELECT rh.free_column(");
	rh_ddl_put_regclass(ddl, table);
	put(ddl, ", ");
	put_literal(ddl, column);
	put(ddl, ");\n");
}

static bool add_enabled(struct rh_ddl *ddl, const struct sql_constraint *c, const char *name,
			struct sql_from *table, const struct rh_ddl_name *parent)
{
	if (c->kind == C_FOREIGN)
		keys_immediate(ddl, parent, true);
	put(ddl, "ALTER TABLE ");
	rh_ddl_put_name(ddl, &ddl->table);
	put(ddl, " ADD CONSTRAINT ");
	sql_print_ident(&ddl->sql, name);
	put(ddl, " ");
	if (!put_definition(ddl, c, table, parent))
		return false;
	put(ddl, c->novalidate ? " NOT VALID;\n" : ";\n");
	if (c->kind == C_FOREIGN)
		keys_immediate(ddl, parent, false);
	if (c->kind == C_CHECK) { /* the dictionary shows it as it was written */
		call(ddl, "note_check");
		put_literal(ddl, name);
		put(ddl, ", ");
		put_literal(ddl, c->check_text);
		put(ddl, ");\n");
	}
	return true;
}

static bool add_late_check(struct rh_ddl *ddl, const struct sql_constraint *c, const char *name,
			   struct sql_from *table)
{
	const char *definition = definition_of(ddl, c, table, NULL);

	if (!definition)
		return false;
	call(ddl, "add_late_check");
	put_literal(ddl, name);
	put(ddl, ", ");
	put_literal(ddl, definition);
	put(ddl, ", ");
	put_literal(ddl, c->check_text);
	put(ddl, c->novalidate ? ", false);\n" : ", true);\n");
	return true;
}

/* PostgreSQL finds the columns that it names while it is there. */
static bool add_check_off(struct rh_ddl *ddl, const struct sql_constraint *c, const char *name,
			  struct sql_from *table)
{
	struct sql_constraint unseen = *c;

	unseen.novalidate = true;
	if (is_late_check(c) ? !add_late_check(ddl, &unseen, name, table)
			     : !add_enabled(ddl, &unseen, name, table, NULL))
		return false;
	call(ddl, "disable_constraint");
	put_literal(ddl, name);
	put(ddl, ", false, NULL);\n");
	return true;
}

static void note_traits(struct rh_ddl *ddl, const struct sql_constraint *c, const char *name)
{
	if (!c->deferrable && !c->rely)
		return;
	call(ddl, "note_traits");
	put_literal(ddl, name);
	put(ddl, c->deferrable ? ", true, " : ", false, ");
	put(ddl, c->initially_deferred ? "true, " : "false, ");
	put(ddl, c->rely ? "true);\n" : "false);\n");
}

bool rh_ddl_add_constraint(struct rh_ddl *ddl, const struct sql_constraint *c,
			   struct sql_from *table)
{
	struct rh_ddl_name parent = { 0 };
	const char *name;

	if (c->kind == C_NULL) {
		call(ddl, "drop_not_null");
		put_literal(ddl, c->column[0]);
		put(ddl, ");\n");
		return true;
	}
	name = name_of(ddl, c);
	if (!name)
		return false;
	note_traits(ddl, c, name);
	if (c->kind == C_FOREIGN)
		rh_ddl_name(ddl, &c->ref, &parent);
	if (c->kind == C_NOT_NULL)
		add_not_null(ddl, c, name);
	else if (c->disabled && c->kind == C_CHECK)
		return add_check_off(ddl, c, name, table);
	else if (c->disabled)
		return add_disabled(ddl, c, name, table, &parent);
	else if (c->kind == C_PRIMARY || c->kind == C_UNIQUE)
		return add_key(ddl, c, name, table);
	else if (is_late_check(c))
		return add_late_check(ddl, c, name, table);
	else
		return add_enabled(ddl, c, name, table, &parent);
	return true;
}

/* ---- what is there --------------------------------------------------------------------------------- */

/* Which one: its name, or found by PRIMARY KEY or UNIQUE (a, b). */
static void put_which(struct rh_ddl *ddl, const struct sql_alter *part)
{
	if (part->name) {
		put_literal(ddl, part->name);
		return;
	}
	put(ddl, "rh.key_name(");
	rh_ddl_put_regclass(ddl, &ddl->table);
	put(ddl, ", ");
	put_array(ddl, part->names, part->name_count);
	put(ddl, ")");
}

bool rh_ddl_alter_constraint(struct rh_ddl *ddl, const struct sql_alter *part)
{
	bool drop = part->kind == A_DROP_CONSTRAINT || part->kind == A_DROP_PRIMARY ||
		    part->kind == A_DROP_UNIQUE;
	bool enable = part->kind == A_ENABLE_CONSTRAINT;

	if (part->kind == A_RENAME_CONSTRAINT) {
		call(ddl, "rename_constraint");
		put_literal(ddl, part->name);
		put(ddl, ", ");
		put_literal(ddl, part->new_name);
		put(ddl, ");\n");
		return true;
	}
	call(ddl, drop ? "drop_constraint" : enable ? "enable_constraint" : "disable_constraint");
	put_which(ddl, part);
	put(ddl, (enable ? part->validate : part->cascade) ? ", true" : ", false");
	if (!enable)
		put(ddl, part->index == 'K' ? ", true" : part->index == 'D' ? ", false" : ", NULL");
	put(ddl, ");\n");
	return true;
}
