/* plsql_declare.c - types, variables and what else a block declares; see plsql_parts.h */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_parts.h"

#include <string.h>

/* variable%TYPE, table.column%TYPE, table%ROWTYPE: tables by their full names, wherever it runs. */
static bool write_type_of(struct plsql *pl, const struct sql_type_name *type,
			  struct plsql_variable *variable, struct cw_wr *out)
{
	struct sql_name table = type->name;
	const struct plsql_variable *other = plsql_find(pl, table.part[0]);
	const struct sql_relation *relation;

	variable->record = type->percent_rowtype;
	if (type->percent_rowtype && other && other->cursor) {
		cw_wr_text(out, "record");
		return true;
	}
	if (type->percent_type && table.count == 1 && other) {
		variable->type = other->type;
		plsql_write_variable(out, other->name);
		cw_wr_text(out, "%TYPE");
		return true;
	}
	if (type->percent_type && table.count > 1)
		table.count--;
	relation = rh_exec_relation(pl->session, &table, pl->error);
	if (!relation)
		return pl->error->code ? false
				       : rh_fail(pl->error, 6550, type->at,
						 "PLS-00201: identifier '%s' must be declared",
						 table.part[table.count - 1]);
	sql_print_ident(out, relation->schema);
	cw_wr_u8(out, '.');
	sql_print_ident(out, relation->name);
	if (type->percent_type) {
		const char *column = type->name.part[type->name.count - 1];

		for (uint32_t i = 0; i < relation->column_count; i++)
			if (strcmp(relation->column[i].name, column) == 0)
				variable->type = relation->column[i].type;
		cw_wr_u8(out, '.');
		sql_print_ident(out, column);
	}
	cw_wr_text(out, type->percent_type ? "%TYPE" : "%ROWTYPE");
	return true;
}

/* NUMBER, t.c%TYPE, t%ROWTYPE, BOOLEAN, PLS_INTEGER. */
bool plsql_write_type(struct plsql *pl, struct plsql_variable *variable, struct cw_wr *out)
{
	const struct plsql_type *named = NULL;
	struct sql_type_name *type;

	if (sql_skip_word(&pl->parser, "BOOLEAN")) {
		variable->type = SQL_BOOL;
		cw_wr_text(out, "boolean");
		return true;
	}
	if (sql_skip_word(&pl->parser, "PLS_INTEGER") ||
	    sql_skip_word(&pl->parser, "BINARY_INTEGER")) {
		variable->type = SQL_NUMBER;
		cw_wr_text(out, "numeric(10)");
		return true;
	}
	if (sql_skip_word(&pl->parser, "SYS_REFCURSOR")) {
		variable->cursor = true;
		cw_wr_text(out, "refcursor");
		return true;
	}
	type = sql_parse_type(&pl->parser);
	if (sql_parse_failed(&pl->parser))
		return false;
	if (type->percent_type || type->percent_rowtype)
		return write_type_of(pl, type, variable, out);
	if (type->ora_type == 0)
		named = plsql_type_find(pl, &type->name);
	if (pl->error->code)
		return false;
	if (named) {
		plsql_write_named_type(named, variable, out);
		return true;
	}
	if (type->ora_type == 0)
		return rh_fail(pl->error, 6550, type->at,
			       "PLS-00201: identifier '%s' must be declared", type->name.part[0]);
	variable->type = sql_type_of_ora(type->ora_type);
	sql_print_type(out, type);
	if (type->ora_type == CW_ORA_VARCHAR2 && type->length > 0) /* what is longer is refused */
		cw_wr_printf(out, "(%u)", type->length);
	return true;
}

/* A record's type would have to be there before the block is compiled. */
static bool declare_type(struct plsql *pl, bool is_subtype)
{
	const struct plsql_type *type = plsql_type_declare(pl, is_subtype);

	if (type && type->kind == PLSQL_RECORD)
		return rh_fail(pl->error, 3001, pl->parser.last_end,
			       "unimplemented feature: TYPE ... IS RECORD in a block");
	return type != NULL;
}

/* CURSOR and PRAGMA, and what begins like a declaration and is none of ours; false: it is a name. */
static bool declares_other(struct plsql *pl, const char *name, bool *ret_ok)
{
	static const char *const refused[] = { "PROCEDURE", "FUNCTION" };

	if (strcmp(name, "CURSOR") == 0) {
		*ret_ok = plsql_cursor_declare(pl) && plsql_want_end(pl);
		return true;
	}
	if (strcmp(name, "PRAGMA") == 0) {
		*ret_ok = plsql_pragma(pl) && plsql_want_end(pl);
		return true;
	}
	if (strcmp(name, "TYPE") == 0 || strcmp(name, "SUBTYPE") == 0) {
		*ret_ok = declare_type(pl, strcmp(name, "SUBTYPE") == 0) && plsql_want_end(pl);
		return true;
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(refused); i++) {
		if (strcmp(name, refused[i]) == 0) {
			*ret_ok = rh_fail(pl->error, 3001, pl->parser.token.at,
					  "unimplemented feature: %s in a block", name);
			return true;
		}
	}
	return false;
}

/* A collection INDEX BY is never NULL. */
static void begin_empty(struct plsql *pl, const char *name)
{
	const struct plsql_type *type = plsql_find(pl, name)->collection;

	if (type && type->kind != PLSQL_NESTED)
		cw_wr_text(&pl->out, " := '{}'");
}

/* := expression.  Where an exception of the declaration is handled, it is a statement behind BEGIN. */
static bool first_value(struct plsql *pl, const char *name)
{
	struct cw_wr out;
	bool ok;

	if (!sql_skip_op(&pl->parser, ":=") && !sql_skip_word(&pl->parser, "DEFAULT")) {
		begin_empty(pl, name);
		return true;
	}
	if (!pl->inits) {
		cw_wr_text(&pl->out, " := ");
		return plsql_write_expr(pl, &pl->out);
	}
	out = pl->out;
	pl->out = *pl->inits;
	plsql_guard_open(pl);
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " := ");
	ok = plsql_write_expr(pl, &pl->out);
	cw_wr_text(&pl->out, ";\n");
	plsql_guard_close(pl);
	*pl->inits = pl->out;
	pl->out = out;
	return ok;
}

static bool variable_declaration(struct plsql *pl, const char *name)
{
	struct plsql_variable *variable = plsql_declare(pl, name, SQL_ANY);
	struct cw_wr type = { 0 };

	if (sql_skip_word(&pl->parser, "EXCEPTION")) {
		variable->exception = true;
		return true;
	}
	variable->constant = sql_skip_word(&pl->parser, "CONSTANT");
	if (!plsql_write_type(pl, variable, &type)) {
		cw_wr_release(&type);
		return false;
	}
	if (variable->cursor)
		plsql_cursor_flags(&pl->out, name);
	plsql_write_variable(&pl->out, name);
	cw_wr_u8(&pl->out, ' ');
	cw_wr_put(&pl->out, type.at0, type.len);
	cw_wr_release(&type);
	if (sql_skip_words(&pl->parser, "NOT", "NULL") && !pl->inits)
		cw_wr_text(&pl->out, " NOT NULL");
	if (!first_value(pl, name))
		return false;
	cw_wr_text(&pl->out, ";\n");
	return true;
}

bool plsql_declaration(struct plsql *pl)
{
	const char *name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	bool ok;

	if (!name)
		return false;
	if (declares_other(pl, name, &ok))
		return ok;
	return variable_declaration(pl, name) && plsql_want_end(pl);
}
