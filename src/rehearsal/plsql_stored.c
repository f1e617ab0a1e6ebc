/*
 * plsql_stored.c - CREATE and DROP PROCEDURE and FUNCTION, and who means one by its name
 *
 * A procedure becomes a PL/pgSQL procedure that runs as its owner, a function a function; their
 * parameters are variables of the body.  rh.sources keeps the text, rh.arguments the parameters.
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_parts.h"
#include "rehearsal/sql_hooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SQL_TYPE_CREATE_FUNCTION = 91,
	SQL_TYPE_DROP_FUNCTION = 93,
	SQL_TYPE_ALTER_FUNCTION = 92,
	SQL_TYPE_CREATE_PROCEDURE = 24,
	SQL_TYPE_ALTER_PROCEDURE = 25,
	SQL_TYPE_DROP_PROCEDURE = 68
};

bool plsql_run_text(struct rh_session *session, struct cw_wr *sql, struct rh_error *error)
{
	PGresult *result;
	bool ok;

	cw_wr_u8(sql, 0);
	ok = rh_exec_statement(session, (const char *)sql->at0, NULL, RH_EXEC_TRANSACTION, &result,
			       error);
	cw_wr_release(sql);
	if (ok)
		PQclear(result);
	return ok;
}

void plsql_put_literal(struct cw_wr *out, const char *text)
{
	sql_print_literal(out, text, strlen(text));
}

/* ---- parameters ------------------------------------------------------------------- */

static const char *read_mode(struct sql_parser *p)
{
	if (sql_skip_word(p, "OUT")) {
		(void)sql_skip_word(p, "NOCOPY");
		return "OUT";
	}
	if (!sql_skip_word(p, "IN"))
		return "IN";
	if (!sql_skip_word(p, "OUT"))
		return "IN";
	(void)sql_skip_word(p, "NOCOPY");
	return "INOUT";
}

/* The names of a type in ALL_ARGUMENTS: DATA_TYPE and, of numbers, PLS_TYPE; @word: the one that it began with. */
static const char *data_type(const struct plsql_variable *variable, const char *word,
			     const char **ret_pls)
{
	static const char *const names[] = {
		[SQL_NUMBER] = "NUMBER",
		[SQL_TEXT] = "VARCHAR2",
		[SQL_CHAR] = "CHAR",
		[SQL_DATE] = "DATE",
		[SQL_TIMESTAMP] = "TIMESTAMP",
		[SQL_TIMESTAMP_TZ] = "TIMESTAMP WITH TIME ZONE",
		[SQL_TIMESTAMP_LTZ] = "TIMESTAMP WITH LOCAL TIME ZONE",
		[SQL_INTERVAL] = "INTERVAL DAY TO SECOND",
		[SQL_INTERVAL_YM] = "INTERVAL YEAR TO MONTH",
		[SQL_RAW] = "RAW",
		[SQL_BOOL] = "PL/SQL BOOLEAN",
		[SQL_CLOB] = "CLOB",
		[SQL_BLOB] = "BLOB",
		[SQL_FLOAT] = "BINARY_FLOAT",
		[SQL_DOUBLE] = "BINARY_DOUBLE",
	};
	static const char *const numbers[] = { "PLS_INTEGER", "BINARY_INTEGER", "INTEGER",
					       "INT",	      "SMALLINT",	"DECIMAL",
					       "DEC",	      "NUMERIC",	"FLOAT",
					       "REAL" };

	*ret_pls = variable->type == SQL_NUMBER ? "NUMBER" : NULL;
	if (variable->collection && variable->collection->inside)
		return variable->collection->limit ? "VARRAY" : "TABLE";
	if (variable->record)
		return "PL/SQL RECORD";
	if (variable->cursor)
		return "REF CURSOR";
	if (variable->type >= CW_ARRAY_LEN(names) || !names[variable->type])
		return "UNDEFINED";
	for (size_t i = 0; *ret_pls && i < CW_ARRAY_LEN(numbers); i++)
		if (strcmp(word, numbers[i]) == 0)
			*ret_pls = numbers[i];
	return strstr(word, "_INTEGER") ? "BINARY_INTEGER" : names[variable->type];
}

/* A row for rh.arguments. */
static void note_argument(struct plsql_stored *unit, unsigned place, const char *name,
			  const char *mode, const struct plsql_variable *variable, const char *word,
			  bool defaulted)
{
	const struct plsql_type *of =
		variable->collection && variable->collection->inside ? variable->collection : NULL;
	const char *pls, *type = data_type(variable, word, &pls);

	cw_wr_printf(&unit->notes, "%s(%u, ", unit->notes.len ? ", " : "", place);
	plsql_put_literal(&unit->notes, name);
	cw_wr_printf(&unit->notes, ", '%s', '%s', ", mode, type);
	cw_wr_printf(&unit->notes, pls ? "'%s', " : "NULL, ", pls);
	cw_wr_text(&unit->notes, defaulted ? "true, " : "false, ");
	plsql_put_literal(&unit->notes, of ? of->owner : "");
	cw_wr_text(&unit->notes, ", ");
	plsql_put_literal(&unit->notes, of ? of->name : "");
	cw_wr_text(&unit->notes, ")");
}

static const char *plain_type(const struct plsql_variable *variable)
{
	const char *plain = plsql_plain_type(variable->type);

	return plain && variable->text && !variable->row && !variable->collection ? plain
										  : variable->text;
}

/* [:= expression]; of a local subprogram the call says it, for it may be of the block around. */
static bool read_default(struct plsql *pl, struct plsql_stored *unit, const char **ret_value,
			 bool *ret_is)
{
	struct cw_wr value = { 0 };

	*ret_is = sql_skip_op(&pl->parser, ":=") || sql_skip_word(&pl->parser, "DEFAULT");
	if (!*ret_is)
		return true;
	if (!plsql_write_expr(pl, &value)) {
		cw_wr_release(&value);
		return false;
	}
	if (pl->level == 0) {
		cw_wr_text(&unit->parameters, " DEFAULT ");
		cw_wr_put(&unit->parameters, value.at0, value.len);
	}
	*ret_value = plsql_keep_text(pl, &value);
	return true;
}

static void add_parameter(struct plsql *pl, struct plsql_stored *unit,
			  const struct plsql_variable *variable, const char *mode,
			  const char *value)
{
	struct plsql_parameter **last = &unit->parameter;

	while (*last)
		last = &(*last)->next;
	*last = cw_new(pl->arena, struct plsql_parameter, 1);
	(*last)->name = variable->name;
	(*last)->type = variable->text;
	(*last)->plain = plain_type(variable);
	(*last)->value = value;
	(*last)->mode = strcmp(mode, "IN") == 0	   ? SQL_IN
			: strcmp(mode, "OUT") == 0 ? SQL_OUT
						   : SQL_IN_OUT;
}

/* PostgreSQL wants a default there, and has none of what only comes out: the call has to give it all the same. */
static bool is_behind_default(const struct plsql *pl, const struct plsql_stored *unit,
			      const struct plsql_variable *variable)
{
	return unit->defaulted && pl->level == 0 && variable->text &&
	       !sql_at_op(&pl->parser, ":=") && !sql_at_word(&pl->parser, "DEFAULT");
}

/* name [IN | OUT | IN OUT] type [:= expression] */
static bool read_parameter(struct plsql *pl, struct plsql_stored *unit)
{
	const char *name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a parameter was expected");
	struct plsql_variable *variable;
	struct cw_wr type = { 0 };
	const char *mode, *word, *value = NULL;
	bool ok, is_wanted, defaulted = false;

	if (!name)
		return false;
	mode = read_mode(&pl->parser);
	variable = plsql_declare(pl, name, SQL_ANY);
	variable->constant = strcmp(mode, "IN") == 0;
	word = pl->parser.token.text;
	unit->comes_out |= !variable->constant;
	ok = plsql_write_type(pl, variable, &type);
	variable->text = plain_type(variable); /* a parameter takes any length */
	is_wanted = is_behind_default(pl, unit, variable);
	cw_wr_printf(&unit->parameters, "%s%s ", unit->count ? ", " : "",
		     is_wanted && !variable->constant ? "INOUT" : mode);
	plsql_write_variable(&unit->parameters, name);
	cw_wr_u8(&unit->parameters, ' ');
	if (variable->text)
		cw_wr_text(&unit->parameters, variable->text);
	else
		cw_wr_put(&unit->parameters, type.at0, type.len);
	cw_wr_release(&type);
	ok = ok && read_default(pl, unit, &value, &defaulted);
	if (ok && is_wanted)
		cw_wr_printf(&unit->parameters, " DEFAULT rh.wanted%s(NULL::%s)",
			     strcmp(mode, "OUT") == 0 ? "_out" : "", variable->text);
	unit->defaulted |= defaulted;
	note_argument(unit, ++unit->count, name, mode, variable, word, defaulted);
	add_parameter(pl, unit, variable, mode, value);
	return ok && !sql_parse_failed(&pl->parser);
}

static bool read_parameters(struct plsql *pl, struct plsql_stored *unit)
{
	if (!sql_skip_op(&pl->parser, "("))
		return true;
	do {
		if (!read_parameter(pl, unit))
			return false;
	} while (sql_skip_op(&pl->parser, ","));
	return sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected");
}

static bool read_return(struct plsql *pl, struct plsql_stored *unit)
{
	struct plsql_variable returned = { 0 };
	struct cw_wr type = { 0 };
	const char *word;
	bool ok;

	if (!sql_want_word(&pl->parser, "RETURN", 6550, "PLS-00103: RETURN was expected"))
		return false;
	word = pl->parser.token.text;
	ok = plsql_write_type(pl, &returned, &type);
	unit->result = unit->plain_result =
		plain_type(&returned); /* of any length, as a parameter */
	unit->result_type = returned.collection;
	if (unit->result)
		cw_wr_text(&unit->returns, unit->result);
	else
		cw_wr_put(&unit->returns, type.at0, type.len);
	cw_wr_release(&type);
	if (!ok)
		return false;
	note_argument(unit, 0, "", "OUT", &returned, word, false);
	return true;
}

/* RESULT_CACHE [RELIES_ON (source, ...)], whose list is of no meaning since 11.2 */
static bool skip_result_cache(struct sql_parser *p)
{
	if (!sql_skip_word(p, "RESULT_CACHE"))
		return false;
	if (sql_skip_word(p, "RELIES_ON") &&
	    sql_want_op(p, "(", 6550, "PLS-00103: ( was expected")) {
		do
			(void)sql_parse_name(p);
		while (sql_skip_op(p, ","));
		(void)sql_want_op(p, ")", 6550, "PLS-00103: ) was expected");
	}
	return true;
}

/* RETURN type and what stands between it and IS, or the end of a declaration. */
bool plsql_read_header(struct plsql *pl, struct plsql_stored *unit)
{
	struct sql_parser *p = &pl->parser;
	if (!read_parameters(pl, unit) || (unit->function && !read_return(pl, unit)))
		return false;
	if (unit->function && unit->comes_out) {
		pl->result_comes_out = true;
		cw_wr_text(&unit->parameters, ", OUT " PLSQL_RESULT " ");
		cw_wr_put(&unit->parameters, unit->returns.at0, unit->returns.len);
	}
	while (sql_skip_word(p, "DETERMINISTIC") || sql_skip_word(p, "PARALLEL_ENABLE") ||
	       skip_result_cache(p) || sql_skip_words(p, "AUTHID", "DEFINER"))
		;
	return plsql_pipelined(pl, unit) && !sql_parse_failed(p);
}

bool plsql_want_is(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;

	if (!sql_skip_word(p, "IS") && !sql_want_word(p, "AS", 6550, "PLS-00103: IS was expected"))
		return false;
	return !sql_at_word(p, "LANGUAGE") ||
	       rh_fail(pl->error, 3001, p->token.at, "unimplemented feature: LANGUAGE");
}

/* ---- making it ------------------------------------------------------------------------ */

bool plsql_may_create(struct plsql *pl, const char *schema)
{
	bool own = strcmp(schema, pl->session->user) == 0;

	return pl->session->dba ||
	       rh_session_may(pl->session, own ? "CREATE PROCEDURE" : "CREATE ANY PROCEDURE") ||
	       rh_fail(pl->error, 1031, 0, "insufficient privileges");
}

/* A collection INDEX BY that comes out is never NULL. */
static void begin_collections(const struct plsql *pl, struct cw_wr *body)
{
	for (const struct plsql_variable *one = pl->variables; one; one = one->next) {
		if (one->level != pl->level || !one->collection ||
		    one->collection->kind == PLSQL_NESTED || one->constant)
			continue;
		plsql_write_variable(body, one->name);
		cw_wr_text(body, " := coalesce(");
		plsql_write_variable(body, one->name);
		cw_wr_text(body, ", '{}');\n");
	}
}

/* Whoever calls into a package starts it. */
static void begin_package(const struct plsql *pl, struct cw_wr *body)
{
	struct cw_wr name = { 0 };

	cw_wr_printf(&name, "%s.%s", pl->package_owner, pl->package);
	cw_wr_text(body, "PERFORM rh.state_begin(");
	sql_print_literal(body, (const char *)name.at0, name.len);
	cw_wr_text(body, ");\n");
	cw_wr_release(&name);
}

void plsql_write_body(const struct plsql *pl, struct cw_wr *body)
{
	cw_wr_text(body, PLSQL_OWN_VARIABLES);
	if (pl->pipe)
		cw_wr_text(body, PLSQL_PIPED " text[] := '{}';\n");
	for (const struct plsql_variable *one = pl->variables; one; one = one->next)
		if (one->cursor && one->level == pl->level)
			plsql_cursor_flags(body, one->name);
	if (pl->cursors)
		cw_wr_put(body, pl->cursors->at0, pl->cursors->len);
	cw_wr_text(body, "BEGIN\n");
	if (pl->package && !pl->starts_package)
		begin_package(pl, body);
	begin_collections(pl, body);
	cw_wr_put(body, pl->out.at0, pl->out.len);
	cw_wr_text(body, "END");
}

static bool make_unit(struct plsql *pl, const struct plsql_stored *unit, const char *source,
		      bool replace)
{
	struct cw_wr sql = { 0 }, body = { 0 };

	if (!pl->autonomous) {
		plsql_write_body(pl, &body);
	} else if (!plsql_make_autonomous(pl, unit, &body)) {
		cw_wr_release(&body);
		return false;
	}
	cw_wr_text(&sql, "SELECT rh.make_unit(");
	plsql_put_literal(&sql, unit->schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, unit->name);
	cw_wr_printf(&sql, ", '%s', ", unit->function ? "FUNCTION" : "PROCEDURE");
	sql_print_literal(&sql, (const char *)unit->parameters.at0, unit->parameters.len);
	cw_wr_text(&sql, ", ");
	sql_print_literal(&sql, (const char *)unit->returns.at0,
			  pl->result_comes_out ? 0 : unit->returns.len);
	cw_wr_text(&sql, ", ");
	sql_print_literal(&sql, (const char *)body.at0, body.len);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, source);
	cw_wr_text(&sql, pl->ends ? ", true" : ", false");
	cw_wr_text(&sql, replace ? ", true)" : ", false)");
	cw_wr_release(&body);
	if (!plsql_run_text(pl->session, &sql, pl->error))
		return false;
	if (unit->notes.len == 0)
		return true;
	cw_wr_text(&sql, "INSERT INTO rh.arguments (owner, name, place, argument, mode, data_type, "
			 "pls_type, defaulted, type_owner, type_name) SELECT ");
	plsql_put_literal(&sql, unit->schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, unit->name);
	cw_wr_text(
		&sql,
		", v.a, v.b, v.c, v.d, v.e, v.f, nullif(v.g, ''), nullif(v.h, '') FROM (VALUES ");
	cw_wr_put(&sql, unit->notes.at0, unit->notes.len);
	cw_wr_text(&sql, ") v (a, b, c, d, e, f, g, h)");
	return plsql_run_text(pl->session, &sql, pl->error);
}

void plsql_stored_release(struct plsql_stored *unit)
{
	cw_wr_release(&unit->parameters);
	cw_wr_release(&unit->notes);
	cw_wr_release(&unit->returns);
}

static bool create_unit(struct plsql *pl, const char *sql, bool function, bool replace)
{
	uint32_t at = pl->parser.last_end - (function ? 8u : 9u); /* FUNCTION, PROCEDURE */
	struct sql_name name = sql_parse_name(&pl->parser);
	struct plsql_stored unit = { .function = function };
	bool ok;

	if (sql_parse_failed(&pl->parser))
		return false;
	unit.schema = name.count > 1 ? name.part[0] : pl->session->schema;
	unit.name = name.part[name.count - 1];
	ok = plsql_may_create(pl, unit.schema);
	if (ok)
		plsql_compiles(pl, function ? "FUNCTION" : "PROCEDURE", unit.schema, unit.name, at,
			       replace);
	ok = ok && plsql_locals_drop(pl, unit.schema, unit.name) && plsql_read_header(pl, &unit) &&
	     plsql_want_is(pl);
	if (ok)
		plsql_know_itself(pl, &unit);
	if (ok && plsql_is_autonomous(pl))
		plsql_begin_autonomous(pl, &unit);
	ok = ok && plsql_translate_unit(pl) && make_unit(pl, &unit, sql + at, replace);
	plsql_stored_release(&unit);
	return ok;
}

bool plsql_drop(struct plsql *pl, const char *kind)
{
	struct sql_name name = sql_parse_name(&pl->parser);
	struct cw_wr sql = { 0 };
	const char *schema;

	if (sql_parse_failed(&pl->parser))
		return false;
	schema = name.count > 1 ? name.part[0] : pl->session->schema;
	cw_wr_text(&sql, "SELECT rh.drop_unit(");
	plsql_put_literal(&sql, schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, name.part[name.count - 1]);
	cw_wr_printf(&sql, ", '%s')", kind);
	return plsql_run_text(pl->session, &sql, pl->error) &&
	       plsql_locals_drop(pl, schema, name.part[name.count - 1]);
}

bool plsql_alter(struct plsql *pl)
{
	struct sql_name name = sql_parse_name(&pl->parser);
	struct rh_error ignored = { 0 };
	bool changed;

	if (sql_parse_failed(&pl->parser) ||
	    !sql_want_word(&pl->parser, "COMPILE", 922, "missing or invalid option"))
		return false;
	(void)plsql_validate(pl->session, &name, &changed, &ignored);
	return true;
}

static bool stored_ddl(struct plsql *pl, enum plsql_verb verb, bool replace, const char *sql,
		       uint16_t *ret_sql_type)
{
	bool function;

	if (sql_skip_word(&pl->parser, "PACKAGE"))
		return plsql_package_ddl(pl, verb, replace, sql, ret_sql_type);
	if (sql_skip_word(&pl->parser, "TYPE"))
		return plsql_type_ddl(pl, verb, replace, sql, ret_sql_type);
	function = sql_skip_word(&pl->parser, "FUNCTION");
	if (!function && !sql_want_word(&pl->parser, "PROCEDURE", 901, "invalid CREATE command"))
		return false;
	switch (verb) {
	case PLSQL_CREATE:
		*ret_sql_type = function ? SQL_TYPE_CREATE_FUNCTION : SQL_TYPE_CREATE_PROCEDURE;
		return create_unit(pl, sql, function, replace);
	case PLSQL_ALTER:
		*ret_sql_type = function ? SQL_TYPE_ALTER_FUNCTION : SQL_TYPE_ALTER_PROCEDURE;
		return plsql_alter(pl);
	default:
		*ret_sql_type = function ? SQL_TYPE_DROP_FUNCTION : SQL_TYPE_DROP_PROCEDURE;
		return plsql_drop(pl, function ? "FUNCTION" : "PROCEDURE");
	}
}

/* The schema that the unit behind its kind is made in. */
static const char *schema_ahead(const struct plsql *pl)
{
	struct sql_parser p = pl->parser;
	struct rh_error ignored = { 0 };
	struct sql_name name;

	p.error = p.lexer.error = &ignored;
	sql_next(&p);
	(void)sql_skip_word(&p, "BODY");
	name = sql_parse_name(&p);
	return name.count > 1 && ignored.code == 0 ? name.part[0] : pl->session->schema;
}

/* A unit's names are its owner's, whoever makes it. */
bool plsql_stored_ddl(struct plsql *pl, enum plsql_verb verb, bool replace, const char *sql,
		      uint16_t *ret_sql_type)
{
	struct rh_session *session = pl->session;
	const char *schema = verb == PLSQL_CREATE ? schema_ahead(pl) : session->schema;
	char before[sizeof(session->schema)];
	struct rh_error ignored = { 0 };
	bool ok;

	if (strcmp(schema, session->schema) == 0)
		return stored_ddl(pl, verb, replace, sql, ret_sql_type);
	memcpy(before, session->schema, sizeof(before));
	if (!rh_set_current_schema(session, schema, pl->error))
		return false;
	ok = stored_ddl(pl, verb, replace, sql, ret_sql_type);
	return rh_set_current_schema(session, before, ok ? pl->error : &ignored) && ok;
}
