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
