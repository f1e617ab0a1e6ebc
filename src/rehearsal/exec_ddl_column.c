/*
 * exec_ddl_column.c - columns that fill themselves or hide: identity, virtual, DEFAULT ON NULL, INVISIBLE; see exec_ddl.h
 *
 * An identity is a default over a sequence ISEQ$$_n, as on Oracle; a virtual column is a generated
 * one of PostgreSQL's; DEFAULT ON NULL is a trigger that sorts first (sql/ora_table.sql).
 */
#include "rehearsal/exec_ddl.h"

#include <stdlib.h>
#include <string.h>

static void put(struct rh_ddl *ddl, const char *text)
{
	cw_wr_text(&ddl->sql, text);
}

bool rh_ddl_identity(struct rh_ddl *ddl, struct sql_column_def *def)
{
	struct rh_ddl_name name = { .schema = ddl->table.schema };
	PGresult *result;
	char *made;

	if (!def->identity)
		return true;
	if (!rh_exec_statement(ddl->session, "select nextval('rh.identity_nr')", NULL, 0, &result,
			       ddl->error))
		return false;
	made = cw_new(ddl->arena, char, 40);
	(void)snprintf(made, 40, "ISEQ$$_%ld", atol(PQgetvalue(result, 0, 0)));
	PQclear(result);
	name.name = def->sequence = made;
	put(ddl, "CREATE SEQUENCE ");
	rh_ddl_put_name(ddl, &name);
	if (!rh_ddl_sequence_options(ddl, def->identity, false))
		return false;
	put(ddl, ";\n");
	return true;
}

bool rh_ddl_modify_identity(struct rh_ddl *ddl, const struct sql_column_def *def)
{
	const struct sql_sequence_options *o = def->identity;

	if (!o)
		return true;
	if (o->has_increment || o->has_cache || o->has_min || o->has_max || o->has_cycle ||
	    o->has_order || o->restart)
		return rh_fail(ddl->error, 3001, def->at, "unimplemented feature");
	put(ddl, "SELECT rh.modify_identity(");
	rh_ddl_put_regclass(ddl, &ddl->table);
	put(ddl, ", ");
	sql_print_literal(&ddl->sql, def->name, strlen(def->name));
	cw_wr_printf(&ddl->sql, ", %s, %s);\n", o->has_start ? "true" : "false",
		     o->start ? o->start : "NULL");
	return true;
}

void rh_ddl_drop_identity(struct rh_ddl *ddl, const struct sql_column_def *def)
{
	put(ddl, "SELECT rh.drop_identity(");
	rh_ddl_put_regclass(ddl, &ddl->table);
	put(ddl, ", ");
	sql_print_literal(&ddl->sql, def->name, strlen(def->name));
	put(ddl, ");\n");
}

void rh_ddl_put_identity_default(struct rh_ddl *ddl, const struct sql_column_def *def)
{
	struct rh_ddl_name name = { .schema = ddl->table.schema, .name = def->sequence };

	put(ddl, " DEFAULT nextval(");
	rh_ddl_put_regclass(ddl, &name);
	put(ddl, ")");
}

/* A virtual column without a type has that of its expression. */
bool rh_ddl_infer_type(struct rh_ddl *ddl, struct sql_column_def *def, struct sql_from *table)
{
	static const struct {
		uint8_t type, ora_type;
		int16_t precision, scale;
		uint32_t length;
	} types[] = {
		{ SQL_NUMBER, CW_ORA_NUMBER, 0, CW_SCALE_NONE, 22 },
		{ SQL_TEXT, CW_ORA_VARCHAR2, 0, CW_SCALE_NONE, 4000 },
		{ SQL_CHAR, CW_ORA_VARCHAR2, 0, CW_SCALE_NONE, 2000 },
		{ SQL_DATE, CW_ORA_DATE, 0, 0, 7 },
		{ SQL_TIMESTAMP, CW_ORA_TIMESTAMP, 6, 0, 11 },
	};
	struct sql_env env = { .context = ddl->session,
			       .relation = rh_exec_find,
			       .user = ddl->session->user };

	if (!sql_resolve_expr(&env, ddl->arena, def->default_value, table, ddl->error))
		return false;
	for (size_t i = 0; i < CW_ARRAY_LEN(types); i++) {
		if (types[i].type != def->default_value->type)
			continue;
		def->type = cw_new(ddl->arena, struct sql_type_name, 1);
		*def->type = (struct sql_type_name){ .ora_type = types[i].ora_type,
						     .precision = types[i].precision,
						     .scale = types[i].scale,
						     .length = types[i].length,
						     .at = def->at };
		return true;
	}
	return rh_fail(ddl->error, 3001, def->at,
		       "unimplemented feature: a virtual column of such a type needs it written");
}

/* ---- a foreign key's column without a type ------------------------------------------------------------- */

static const struct sql_constraint *reference_of(const struct rh_ddl *ddl,
						 const struct sql_column_def *def, uint32_t *ret_place)
{
	const struct sql_constraint *lists[] = { def->constraint, ddl->parsed->constraint };

	for (size_t l = 0; l < CW_ARRAY_LEN(lists); l++)
		for (const struct sql_constraint *c = lists[l]; c; c = c->next)
			for (*ret_place = 0; c->kind == C_FOREIGN && *ret_place < c->column_count;
			     ++*ret_place)
				if (strcmp(c->column[*ret_place], def->name) == 0)
					return c;
	return NULL;
}

static bool is_primary_of(const struct sql_constraint *c, const char *column, uint32_t place)
{
	for (; c; c = c->next)
		if (c->kind == C_PRIMARY && place < c->column_count &&
		    strcmp(c->column[place], column) == 0)
			return true;
	return false;
}

/* The table refers to itself. */
static const struct sql_type_name *own_type(const struct rh_ddl *ddl, const struct sql_constraint *c,
					    uint32_t place)
{
	for (const struct sql_column_def *one = ddl->parsed->column_def; one; one = one->next)
		if (c->ref_column ? strcmp(one->name, c->ref_column[place]) == 0
				  : is_primary_of(one->constraint, one->name, place) ||
					    is_primary_of(ddl->parsed->constraint, one->name, place))
			return one->type;
	return NULL;
}

/* What the primary key of @relation begins with; NULL: it has none. */
static const char *key_column(struct rh_ddl *ddl, const struct sql_relation *relation, uint32_t place)
{
	char sql[200];
	char *name = NULL;
	PGresult *result;

	(void)snprintf(sql, sizeof(sql),
		       "select attname from pg_catalog.pg_attribute a join pg_catalog.pg_constraint c on "
		       "conrelid = attrelid and contype = 'p' and conkey[%u] = attnum where attrelid = %u",
		       place + 1, relation->oid);
	if (!rh_exec_statement(ddl->session, sql, NULL, 0, &result, ddl->error))
		return NULL;
	if (PQntuples(result) == 1) {
		name = cw_new(ddl->arena, char, 64);
		(void)snprintf(name, 64, "%s", PQgetvalue(result, 0, 0));
	}
	PQclear(result);
	return name;
}

bool rh_ddl_refer_type(struct rh_ddl *ddl, struct sql_column_def *def)
{
	uint32_t place;
	const struct sql_constraint *c = reference_of(ddl, def, &place);
	const struct sql_type_name *own = NULL;
	const struct sql_relation *relation;
	const char *column;

	if (!c)
		return rh_fail(ddl->error, 2263, def->at,
			       "need to specify the datatype for this column");
	if (strcmp(c->ref.part[c->ref.count - 1u], ddl->table.name) == 0)
		own = own_type(ddl, c, place);
	def->type = cw_new(ddl->arena, struct sql_type_name, 1);
	if (own) {
		*def->type = *own;
		return true;
	}
	relation = rh_exec_relation(ddl->session, &c->ref, ddl->error);
	if (!relation)
		return ddl->error->code ? false
					: rh_fail(ddl->error, 942, c->at, "table or view does not exist");
	column = c->ref_column ? c->ref_column[place] : key_column(ddl, relation, place);
	for (uint32_t i = 0; column && i < relation->column_count; i++)
		if (strcmp(relation->column[i].name, column) == 0) {
			rh_ddl_type_of_column(&relation->column[i], def->type);
			return true;
		}
	return ddl->error->code ? false
				: rh_fail(ddl->error, 2270, c->at,
					  "no matching unique or primary key for this column-list");
}

/* What rh.columns keeps beside the type. */
void rh_ddl_note_kind(struct rh_ddl *ddl, const struct sql_column_def *def)
{
	if (!def->generated && !def->default_on_null && !def->invisible && !def->visible)
		return;
	put(ddl, "SELECT rh.note_column(");
	rh_ddl_put_regclass(ddl, &ddl->table);
	put(ddl, ", ");
	sql_print_literal(&ddl->sql, def->name, strlen(def->name));
	if (def->generated)
		cw_wr_printf(&ddl->sql, ", '%c', ", def->generated);
	else
		put(ddl, ", NULL, ");
	put(ddl, def->invisible ? "true, " : def->visible ? "false, " : "NULL, ");
	put(ddl, def->default_on_null ? "true, " : "NULL, ");
	if (def->sequence) {
		struct rh_ddl_name name = { .schema = ddl->table.schema, .name = def->sequence };

		rh_ddl_put_regclass(ddl, &name);
	} else {
		put(ddl, "NULL");
	}
	put(ddl, ");\n");
}
