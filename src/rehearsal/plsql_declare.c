/* plsql_declare.c - types, variables and what else a block declares; see plsql_parts.h */
#include "rehearsal/exec_parts.h"
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_parts.h"

#include <string.h>

/* variable%TYPE, record.field%TYPE */
static bool write_same_type(struct plsql *pl, const struct plsql_path *path,
			    struct plsql_variable *variable, struct cw_wr *out)
{
	struct plsql_variable same;

	if (!plsql_path_type(pl, path, &same))
		return false;
	same.next = variable->next;
	same.name = variable->name;
	*variable = same;
	if (variable->text)
		cw_wr_text(out, variable->text);
	else
		plsql_write_plain(out, path);
	cw_wr_text(out, variable->text ? "" : "%TYPE");
	return true;
}

/* "S"."T", a row's type */
static const char *row_type(struct plsql *pl, const struct sql_relation *relation)
{
	struct cw_wr text = { 0 };

	sql_print_ident(&text, relation->schema);
	cw_wr_u8(&text, '.');
	sql_print_ident(&text, relation->name);
	return plsql_keep_text(pl, &text);
}

/* table%ROWTYPE; where the type of some column is not known, PL/pgSQL's own */
static bool write_row_of(struct plsql *pl, const struct sql_relation *relation,
			 struct plsql_variable *variable, struct cw_wr *out)
{
	variable->row = plsql_row_of(pl, relation->column, relation->column_count, NULL);
	if (plsql_row_is_known(variable->row)) {
		variable->text = plsql_record_type(pl, variable->row);
		cw_wr_text(out, variable->text ? variable->text : "");
		return variable->text != NULL;
	}
	cw_wr_text(out, row_type(pl, relation));
	cw_wr_text(out, "%ROWTYPE");
	return true;
}

/* table.column%TYPE */
static void write_column_of(struct plsql *pl, const struct sql_relation *relation,
			    const char *column, struct plsql_variable *variable, struct cw_wr *out)
{
	for (uint32_t i = 0; i < relation->column_count; i++) {
		if (strcmp(relation->column[i].name, column) != 0)
			continue;
		variable->type = relation->column[i].type;
		variable->text = plsql_column_type(pl, &relation->column[i]);
	}
	if (variable->text) {
		cw_wr_text(out, variable->text);
		return;
	}
	cw_wr_text(out, row_type(pl, relation));
	cw_wr_u8(out, '.');
	sql_print_ident(out, column);
	cw_wr_text(out, "%TYPE");
}

/* variable%TYPE, table.column%TYPE, table%ROWTYPE: tables by their full names, wherever it runs. */
static bool write_type_of(struct plsql *pl, const struct sql_type_name *type,
			  struct plsql_variable *variable, struct cw_wr *out)
{
	struct sql_name table = type->name;
	const struct plsql_variable *other = plsql_find(pl, table.part[0]);
	struct sql_expr named = { .kind = X_NAME, .name = type->name, .at = type->at };
	const struct sql_relation *relation;
	struct plsql_path path;

	if (type->percent_rowtype && other && other->cursor) {
		variable->record = true;
		variable->row = other->row;
		cw_wr_text(out, "record");
		return true;
	}
	if (type->percent_type && plsql_path_of(pl, &named, &path) && path.variable != variable)
		return write_same_type(pl, &path, variable, out);
	if (pl->error->code)
		return false;
	variable->record = type->percent_rowtype;
	if (type->percent_type && table.count > 1)
		table.count--;
	relation = rh_exec_relation(pl->session, &table, pl->error);
	if (!relation)
		return pl->error->code ? false
				       : rh_fail(pl->error, 6550, type->at,
						 "PLS-00201: identifier '%s' must be declared",
						 table.part[table.count - 1]);
	plsql_note_shape(pl, relation,
			 type->percent_rowtype ? "" : type->name.part[type->name.count - 1]);
	if (type->percent_rowtype)
		return write_row_of(pl, relation, variable, out);
	write_column_of(pl, relation, type->name.part[type->name.count - 1], variable, out);
	return true;
}

/* One of Oracle's own, with its length; NULL: an error. */
static const char *own_type(struct plsql *pl, const struct sql_type_name *type)
{
	char used = type->char_used			? type->char_used
		    : pl->session->exec->char_semantics ? 'C'
							: 'B';
	struct cw_wr text = { 0 };

	if ((type->ora_type == CW_ORA_VARCHAR2 || type->ora_type == CW_ORA_RAW) && type->length > 0)
		return plsql_text_type(pl, type->ora_type,
				       type->national ? 'n'
				       : used == 'C'  ? 'c'
						      : 'b',
				       type->length);
	sql_print_type(&text, type);
	return plsql_keep_text(pl, &text);
}

static bool not_declared(struct plsql *pl, const struct sql_type_name *type)
{
	bool qualified = type->name.count > 1;

	return rh_fail(pl->error, 6550, type->at, "PLS-00201: identifier '%s%s%s' must be declared",
		       type->name.part[0], qualified ? "." : "",
		       qualified ? type->name.part[1] : "");
}

/* NUMBER, t.c%TYPE, t%ROWTYPE, BOOLEAN, PLS_INTEGER. */
bool plsql_write_type(struct plsql *pl, struct plsql_variable *variable, struct cw_wr *out)
{
	const struct plsql_type *named = NULL;
	struct sql_type_name *type;

	if (sql_skip_word(&pl->parser, "BOOLEAN")) {
		variable->type = SQL_BOOL;
		variable->text = "boolean";
		cw_wr_text(out, "boolean");
		return true;
	}
	if (sql_skip_word(&pl->parser, "PLS_INTEGER") ||
	    sql_skip_word(&pl->parser, "BINARY_INTEGER") ||
	    sql_skip_word(&pl->parser, "SIMPLE_INTEGER")) {
		variable->type = SQL_NUMBER;
		variable->text = "numeric(10)";
		cw_wr_text(out, "numeric(10)");
		return true;
	}
	if (sql_skip_word(&pl->parser, "SYS_REFCURSOR")) {
		variable->cursor = true;
		variable->text = "refcursor";
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
	if (named)
		return plsql_write_named_type(pl, named, variable, out);
	if (type->ora_type == 0)
		return not_declared(pl, type);
	variable->type = sql_type_of_ora(type->ora_type);
	variable->text = own_type(pl, type);
	cw_wr_text(out, variable->text ? variable->text : "");
	return variable->text != NULL;
}

/* CURSOR, PRAGMA, types and subprograms; false: it is a name. */
static bool declares_other(struct plsql *pl, const char *name, bool *ret_ok)
{
	if (strcmp(name, "CURSOR") == 0) {
		*ret_ok = plsql_cursor_declare(pl) && plsql_want_end(pl);
		return true;
	}
	if (strcmp(name, "PRAGMA") == 0) {
		*ret_ok = plsql_pragma(pl) && plsql_want_end(pl);
		return true;
	}
	if (strcmp(name, "TYPE") == 0 || strcmp(name, "SUBTYPE") == 0) {
		*ret_ok =
			plsql_type_declare(pl, strcmp(name, "SUBTYPE") == 0) && plsql_want_end(pl);
		return true;
	}
	if (strcmp(name, "PROCEDURE") == 0 || strcmp(name, "FUNCTION") == 0) {
		*ret_ok = plsql_local_declare(pl, strcmp(name, "FUNCTION") == 0) &&
			  plsql_want_end(pl);
		return true;
	}
	return false;
}

/* A record whose fields have defaults. */
static bool first_row(const struct plsql_type *type, struct cw_wr *out)
{
	bool any = false;

	for (const struct plsql_field *field = type->field; field; field = field->next)
		any |= field->value != NULL;
	if (!any)
		return false;
	cw_wr_text(out, "ROW(");
	for (const struct plsql_field *field = type->field; field; field = field->next)
		cw_wr_printf(out, "%s%s", field->value ? field->value : "NULL",
			     field->next ? ", " : "");
	cw_wr_printf(out, ")::%s", type->element);
	return true;
}

/* What it has without a value of its own: a collection INDEX BY is never NULL. */
static bool without_value(const struct plsql_variable *variable, struct cw_wr *out)
{
	if (variable->collection && variable->collection->kind != PLSQL_NESTED)
		cw_wr_text(out, "'{}'");
	else if (variable->row && first_row(variable->row, out))
		return true;
	return variable->collection && variable->collection->kind != PLSQL_NESTED;
}

/* [:= expression], or what it has without; *ret_is: whether that is something, *ret_value: the expression */
static bool first_value(struct plsql *pl, const struct plsql_variable *variable, struct cw_wr *out,
			bool *ret_is, struct sql_expr **ret_value)
{
	struct sql_expr *value;
	const char *plain = plsql_plain_type(variable->type);

	if (!sql_skip_op(&pl->parser, ":=") && !sql_skip_word(&pl->parser, "DEFAULT")) {
		*ret_is = without_value(variable, out);
		return true;
	}
	*ret_is = true;
	if (pl->skips_values) {
		while (!sql_at_op(&pl->parser, ";") && pl->parser.token.kind != T_END)
			sql_next(&pl->parser);
		return true;
	}
	value = sql_parse_expr(&pl->parser);
	*ret_value = value;
	if (!variable->state)
		return !sql_parse_failed(&pl->parser) &&
		       plsql_write_value(pl, out, value, variable->type);
	return !sql_parse_failed(&pl->parser) && plsql_resolve_tree(pl, value) &&
	       sql_print_given(value, plain ? plain : variable->text, out, pl->error);
}

/* Where an exception of the declaration is handled, the first value is a statement behind BEGIN. */
static void put_first(struct plsql *pl, const char *name, const struct cw_wr *value)
{
	struct cw_wr out = pl->out;

	if (!pl->inits) {
		cw_wr_text(&pl->out, " := ");
		cw_wr_put(&pl->out, value->at0, value->len);
		return;
	}
	pl->out = *pl->inits;
	plsql_guard_open(pl);
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " := ");
	cw_wr_put(&pl->out, value->at0, value->len);
	cw_wr_text(&pl->out, ";\n");
	plsql_guard_close(pl);
	*pl->inits = pl->out;
	pl->out = out;
}

/* Of a package: a statement of the routine that starts it. */
static bool state_declaration(struct plsql *pl, struct plsql_variable *variable)
{
	struct sql_expr *given = NULL;
	struct cw_wr value = { 0 };
	bool is, ok;

	if (!variable->text && variable->row)
		variable->text = plsql_record_type(pl, variable->row);
	if (!variable->text)
		return pl->error->code == 0 &&
		       rh_fail(pl->error, 3001, pl->parser.last_end,
			       "unimplemented feature: a type that is known when it runs");
	variable->state = plsql_state_key(pl, variable->name);
	(void)sql_skip_words(&pl->parser, "NOT", "NULL");
	ok = first_value(pl, variable, &value, &is, &given);
	if (ok && is && !pl->skips_values)
		cw_wr_printf(&pl->out, "PERFORM rh.state_set(%s, (%.*s)::%s::text);\n",
			     variable->state, (int)value.len, (const char *)value.at0,
			     variable->text);
	else if (ok && !pl->skips_values)
		cw_wr_printf(&pl->out, "PERFORM rh.state_set(%s, NULL);\n", variable->state);
	cw_wr_release(&value);
	return ok;
}

/* The variable of which all that is read is its value. */
static bool block_declaration(struct plsql *pl, struct plsql_variable *variable,
			      const struct cw_wr *type)
{
	struct sql_expr *given = NULL;
	struct cw_wr value = { 0 };
	bool not_null, is, ok;

	if (variable->cursor)
		plsql_cursor_flags(&pl->out, variable->name);
	plsql_write_variable(&pl->out, variable->name);
	cw_wr_u8(&pl->out, ' ');
	if (variable->bounded)
		cw_wr_text(&pl->out, variable->bounded);
	else
		cw_wr_put(&pl->out, type->at0, type->len);
	not_null = sql_skip_words(&pl->parser, "NOT", "NULL");
	if (not_null && !pl->inits)
		cw_wr_text(&pl->out, " NOT NULL");
	ok = first_value(pl, variable, &value, &is, &given);
	if (ok && is)
		put_first(pl, variable->name, &value);
	cw_wr_text(&pl->out, ";\n");
	cw_wr_release(&value);
	if (ok && !not_null && plsql_lies_in_frame(pl, variable))
		plsql_put_in_frame(pl, variable);
	if (ok)
		plsql_declare_home(pl, variable, given);
	return ok;
}

/* Known by the package's name everywhere. */
static void exception_declaration(struct plsql *pl, struct plsql_variable *variable)
{
	struct cw_wr text = { 0 };

	variable->exception = true;
	if (!pl->package_level)
		return;
	cw_wr_printf(&text, "%s.%s.%s", pl->package_owner, pl->package, variable->name);
	variable->text = plsql_keep_text(pl, &text);
}

/* Of an integer at the present token the type that has its bounds; NULL: it is another. */
static const char *bounded_type(const struct sql_parser *p)
{
	static const char *const types[][2] = { { "PLS_INTEGER", "ora.pls_integer" },
						{ "BINARY_INTEGER", "ora.pls_integer" },
						{ "SIMPLE_INTEGER", "ora.pls_integer" },
						{ "NATURAL", "ora.\"natural\"" },
						{ "POSITIVE", "ora.positive" } };

	for (size_t i = 0; i < CW_ARRAY_LEN(types); i++)
		if (sql_at_word(p, types[i][0]))
			return types[i][1];
	return NULL;
}

static bool variable_declaration(struct plsql *pl, const char *name)
{
	struct plsql_variable *variable = plsql_declare(pl, name, SQL_ANY);
	const char *bounded;
	struct cw_wr type = { 0 };
	bool constant, ok;

	if (sql_skip_word(&pl->parser, "EXCEPTION")) {
		exception_declaration(pl, variable);
		return true;
	}
	constant = sql_skip_word(&pl->parser, "CONSTANT");
	bounded = bounded_type(&pl->parser);
	ok = plsql_write_type(pl, variable, &type);
	variable->name = name;
	variable->bounded = bounded;
	if (ok && pl->package_level)
		ok = state_declaration(pl, variable);
	else if (ok)
		ok = block_declaration(pl, variable, &type);
	variable->constant = constant;
	cw_wr_release(&type);
	return ok;
}

bool plsql_declaration(struct plsql *pl)
{
	const char *name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	bool ok;

	if (!name)
		return false;
	if (declares_other(pl, name, &ok))
		return ok;
	if (pl->after_local)
		return rh_fail(pl->error, 6550, pl->parser.last_end,
			       "PLS-00103: encountered the symbol \"%s\" behind a subprogram",
			       name);
	return variable_declaration(pl, name) && plsql_want_end(pl);
}
