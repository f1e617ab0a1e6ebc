/*
 * plsql_cursor.c - explicit cursors and SYS_REFCURSOR inside a block
 *
 * A cursor C is a cursor of PL/pgSQL "v$C" and variables beside it, for its attributes: "found$C" and
 * "count$C"; "ended$C" is how many transactions had ended when one that locks rows was opened.  Oracle Database PL/SQL Language Reference 19c, "Cursors Overview".
 */
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_parts.h"

#include <string.h>

static void write_flag(struct cw_wr *out, const char *prefix, const char *name)
{
	cw_wr_printf(out, "\"%s$", prefix);
	for (const char *at = name; *at; at++) {
		if (*at == '"')
			cw_wr_u8(out, '"');
		cw_wr_u8(out, (uint8_t)*at);
	}
	cw_wr_u8(out, '"');
}

void plsql_cursor_flags(struct cw_wr *out, const char *name)
{
	write_flag(out, "found", name);
	cw_wr_text(out, " boolean;\n");
	write_flag(out, "count", name);
	cw_wr_text(out, " numeric;\n");
	write_flag(out, "ended", name);
	cw_wr_text(out, " bigint;\n");
}

void plsql_cursor_opened(struct cw_wr *out, const struct plsql_variable *cursor)
{
	if (!cursor->locks)
		return;
	write_flag(out, "ended", cursor->name);
	cw_wr_text(out, " := rh.transactions_ended();\n");
}

void plsql_cursor_may_fetch(struct cw_wr *out, const struct plsql_variable *cursor)
{
	if (!cursor->locks)
		return;
	cw_wr_text(out, "PERFORM rh.may_fetch(");
	write_flag(out, "ended", cursor->name);
	cw_wr_text(out, ");\n");
}

/* PostgreSQL locks a row where it is fetched: so all are, and the cursor is opened again. */
void plsql_cursor_lock(struct plsql *pl, size_t from, const char *cursor)
{
	struct cw_wr open = { 0 };

	cw_wr_put(&open, pl->out.at0 + from, pl->out.len - from);
	cw_wr_printf(&pl->out, "MOVE FORWARD ALL FROM %s;\nCLOSE %s;\n", cursor, cursor);
	cw_wr_put(&pl->out, open.at0, open.len);
	cw_wr_release(&open);
}

/* name [IN] type [:= expression] */
static bool parameter(struct plsql *pl, struct plsql_field *ret)
{
	struct sql_parser *p = &pl->parser;
	struct plsql_variable *made;
	struct cw_wr value = { 0 };

	ret->name = sql_want_ident(p, 6550, "PLS-00103: a parameter was expected");
	if (!ret->name)
		return false;
	(void)sql_skip_word(p, "IN");
	made = plsql_declare(pl, ret->name, SQL_ANY);
	plsql_write_variable(&pl->out, ret->name);
	cw_wr_u8(&pl->out, ' ');
	if (!plsql_write_type(pl, made, &pl->out))
		return false;
	ret->type = made->type;
	if (!sql_skip_op(p, ":=") && !sql_skip_word(p, "DEFAULT"))
		return true;
	if (!plsql_write_expr(pl, &value)) {
		cw_wr_release(&value);
		return false;
	}
	ret->value = plsql_keep_text(pl, &value);
	return true;
}

/* (name [IN] type, ...) */
static bool parameters(struct plsql *pl, struct plsql_field **ret)
{
	if (!sql_skip_op(&pl->parser, "("))
		return true;
	cw_wr_text(&pl->out, "(");
	do {
		*ret = cw_new(pl->arena, struct plsql_field, 1);
		if (!parameter(pl, *ret))
			return false;
		ret = &(*ret)->next;
		if (sql_at_op(&pl->parser, ","))
			cw_wr_text(&pl->out, ", ");
	} while (sql_skip_op(&pl->parser, ","));
	cw_wr_text(&pl->out, ")");
	return sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected");
}

/* A row's type behind RETURN is what the query has anyway. */
static bool skip_return(struct plsql *pl)
{
	struct plsql_variable row = { 0 };
	struct cw_wr out = { 0 };
	bool ok = !sql_skip_word(&pl->parser, "RETURN") || plsql_write_type(pl, &row, &out);

	cw_wr_release(&out);
	return ok;
}

/* Behind CURSOR: name [(parameters)] IS query; */
bool plsql_cursor_declare(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;
	const char *name = sql_want_ident(p, 6550, "PLS-00103: a cursor was expected");
	struct plsql_variable *outer = pl->variables, *made;
	struct plsql_field *parameter = NULL;

	if (!name)
		return false;
	plsql_cursor_flags(&pl->out, name);
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " CURSOR ");
	if (!parameters(pl, &parameter) || !skip_return(pl))
		return false;
	if (sql_at_op(p, ";"))
		return rh_fail(pl->error, 3001, p->token.at,
			       "unimplemented feature: a cursor whose query comes later");
	if (!sql_want_word(p, "IS", 6550, "PLS-00103: IS was expected"))
		return false;
	cw_wr_text(&pl->out, " FOR ");
	if (!plsql_write_query(pl, false))
		return false;
	cw_wr_text(&pl->out, ";\n");
	pl->variables = outer;
	made = plsql_declare(pl, name, SQL_ANY);
	made->cursor = true;
	made->row = pl->query_row;
	made->locks = pl->query_locks;
	made->parameter = parameter;
	return true;
}

/* A cursor's name at the present token; NULL: an error. */
static const char *want_cursor(struct plsql *pl)
{
	uint32_t at = pl->parser.token.at;
	const char *name;
	const struct plsql_variable *found;

	name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a cursor was expected");
	found = name ? plsql_find(pl, name) : NULL;
	if (pl->error->code)
		return NULL;
	if (name && (!found || !found->cursor)) {
		(void)rh_fail(pl->error, 6550, at, "PLS-00201: identifier '%s' must be declared",
			      name);
		return NULL;
	}
	return name;
}

static bool wrong_arguments(struct plsql *pl, const struct plsql_variable *cursor)
{
	return rh_fail(pl->error, 6550, pl->parser.token.at,
		       "PLS-00306: wrong number or types of arguments in call to '%s'",
		       cursor->name);
}

/* The argument of a parameter: by name, by position, or its default. */
static bool write_argument(struct plsql *pl, const struct plsql_variable *cursor,
			   const struct plsql_field *parameter, struct sql_expr *arguments,
			   unsigned place)
{
	struct sql_expr *found = NULL;

	for (struct sql_expr *one = arguments; one; one = one->next, place--)
		if (one->kind == X_NAMED_ARG ? strcmp(one->name.part[0], parameter->name) == 0
					     : place == 0)
			found = one->kind == X_NAMED_ARG ? one->arg : one;
	if (found)
		return plsql_resolve_tree(pl, found) &&
		       plsql_write_value(pl, &pl->out, found, parameter->type);
	if (!parameter->value)
		return wrong_arguments(pl, cursor);
	cw_wr_text(&pl->out, parameter->value);
	return true;
}

/* [(a, b)] */
bool plsql_cursor_arguments(struct plsql *pl, const struct plsql_variable *cursor)
{
	struct sql_expr call = { .kind = X_CALL };
	unsigned place = 0;

	if (sql_skip_op(&pl->parser, "("))
		sql_parse_arguments(&pl->parser, &call);
	if (sql_parse_failed(&pl->parser))
		return false;
	if (!cursor->parameter)
		return !call.arg || wrong_arguments(pl, cursor);
	cw_wr_text(&pl->out, "(");
	for (const struct plsql_field *one = cursor->parameter; one; one = one->next, place++) {
		cw_wr_text(&pl->out, place ? ", " : "");
		if (!write_argument(pl, cursor, one, call.arg, place))
			return false;
	}
	cw_wr_text(&pl->out, ")");
	return place >= call.count || wrong_arguments(pl, cursor);
}

/* FOR query, or FOR text */
static bool open_for(struct plsql *pl)
{
	pl->query_locks = 0;
	if (!sql_at_word(&pl->parser, "SELECT") && !sql_at_word(&pl->parser, "WITH"))
		return plsql_open_text(pl);
	cw_wr_text(&pl->out, " FOR ");
	return plsql_write_query(pl, true);
}

/* OPEN :bind FOR query; the client fetches it. */
static bool open_bind(struct plsql *pl)
{
	struct sql_expr *bind = sql_parse_expr(&pl->parser);
	size_t from;

	if (sql_parse_failed(&pl->parser) || !plsql_write_target(pl, bind))
		return false;
	cw_wr_text(&pl->out, " := NULL;\n"); /* what was opened for it before stays open */
	from = pl->out.len;
	cw_wr_text(&pl->out, "OPEN ");
	if (!plsql_write_target(pl, bind) ||
	    !sql_want_word(&pl->parser, "FOR", 6550, "PLS-00103: FOR was expected") ||
	    !open_for(pl))
		return false;
	cw_wr_text(&pl->out, ";\n");
	if (pl->query_locks)
		plsql_cursor_lock(pl, from, bind->printed);
	return true;
}

/* OPEN cursor[(arguments)]; OPEN variable FOR query; */
bool plsql_cursor_open(struct plsql *pl)
{
	struct cw_wr cursor = { 0 };
	const char *name;
	unsigned locks;
	size_t from;

	if (pl->parser.token.kind == T_BIND)
		return open_bind(pl);
	name = want_cursor(pl);
	if (!name)
		return false;
	if (sql_at_word(&pl->parser, "FOR")) {
		plsql_write_variable(&pl->out, name);
		cw_wr_text(&pl->out, " := NULL;\n");
	}
	from = pl->out.len;
	locks = plsql_find(pl, name)->locks;
	cw_wr_text(&pl->out, "OPEN ");
	plsql_write_variable(&pl->out, name);
	if (!sql_skip_word(&pl->parser, "FOR")) {
		if (!plsql_cursor_arguments(pl, plsql_find(pl, name)))
			return false;
	} else if (!open_for(pl)) {
		return false;
	} else {
		locks = pl->query_locks;
	}
	cw_wr_text(&pl->out, ";\n");
	if (locks) {
		plsql_write_variable(&cursor, name);
		plsql_cursor_lock(pl, from, plsql_keep_text(pl, &cursor));
	}
	write_flag(&pl->out, "found", name);
	cw_wr_text(&pl->out, " := NULL;\n");
	write_flag(&pl->out, "count", name);
	cw_wr_text(&pl->out, " := 0;\n");
	plsql_cursor_opened(&pl->out, plsql_find(pl, name));
	return true;
}

/* FETCH cursor INTO targets; */
bool plsql_cursor_fetch(struct plsql *pl)
{
	const char *name = want_cursor(pl);
	struct plsql_into into = { 0 };
	struct sql_expr *targets;
	bool bulk, ok;

	bulk = name && sql_skip_words(&pl->parser, "BULK", "COLLECT");
	if (!name || !sql_want_word(&pl->parser, "INTO", 6550, "PLS-00103: INTO was expected"))
		return false;
	plsql_cursor_may_fetch(&pl->out, plsql_find(pl, name));
	if (bulk)
		return plsql_fetch_bulk(pl, name);
	pl->located_lobs = true;
	targets = plsql_read_list(pl);
	ok = targets && plsql_into_targets(pl, targets, &into);
	plsql_into_begin(pl, &into);
	cw_wr_text(&pl->out, "FETCH ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " INTO ");
	cw_wr_put(&pl->out, into.names.at0, into.names.len);
	cw_wr_text(&pl->out, ";\n");
	write_flag(&pl->out, "found", name);
	cw_wr_text(&pl->out, " := FOUND;\n");
	write_flag(&pl->out, "count", name);
	cw_wr_text(&pl->out, " := ");
	write_flag(&pl->out, "count", name);
	cw_wr_text(&pl->out, " + FOUND::int;\n");
	plsql_into_end(pl, &into);
	plsql_into_release(&into);
	return ok;
}

void plsql_cursor_fetched(struct cw_wr *out, const char *name, unsigned number)
{
	write_flag(out, "found", name);
	cw_wr_printf(out, " := coalesce(\"got$%u\" >= \"limit$%u\", false);\n", number, number);
	write_flag(out, "count", name);
	cw_wr_text(out, " := ");
	write_flag(out, "count", name);
	cw_wr_printf(out, " + \"got$%u\";\n", number);
}

bool plsql_cursor_close(struct plsql *pl)
{
	const char *name = want_cursor(pl);

	if (!name)
		return false;
	cw_wr_text(&pl->out, "CLOSE ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, ";\n");
	return true;
}

/* c%FOUND, c%NOTFOUND, c%ROWCOUNT, c%ISOPEN */
uint8_t plsql_cursor_attribute(struct cw_wr *out, const char *name, const char *attribute)
{
	if (strcmp(attribute, "ISOPEN") == 0) {
		cw_wr_text(out, "EXISTS (SELECT FROM pg_catalog.pg_cursors WHERE name = ");
		plsql_write_variable(out, name);
		cw_wr_text(out, "::text)");
		return SQL_BOOL;
	}
	if (strcmp(attribute, "ROWCOUNT") == 0) {
		write_flag(out, "count", name);
		return SQL_NUMBER;
	}
	cw_wr_text(out, strcmp(attribute, "NOTFOUND") == 0 ? "(NOT " : "(");
	write_flag(out, "found", name);
	cw_wr_text(out, ")");
	return SQL_BOOL;
}

/* Behind the end of its transaction as FETCH is. */
bool plsql_cursor_current_of(struct plsql *pl, struct sql_stmt *stmt)
{
	const struct plsql_variable *cursor = plsql_find(pl, stmt->current_of);
	struct cw_wr name = { 0 };

	if (pl->error->code)
		return false;
	if (!cursor)
		return rh_fail(pl->error, 6550, stmt->at,
			       "PLS-00201: identifier '%s' must be declared", stmt->current_of);
	if (!cursor->cursor)
		return rh_fail(pl->error, 6550, stmt->at,
			       "PLS-00413: identifier in CURRENT OF clause is not a cursor name");
	if (!cursor->locks)
		return rh_fail(
			pl->error, 6550, stmt->at,
			"PLS-00404: cursor '%s' must be declared with FOR UPDATE to use with "
			"CURRENT OF",
			cursor->name);
	if (cursor->locks > 1)
		return rh_fail(
			pl->error, 3001, stmt->at,
			"unimplemented feature: CURRENT OF a cursor that locks rows of several tables");
	plsql_cursor_may_fetch(&pl->out, cursor);
	plsql_write_variable(&name, cursor->name);
	stmt->current_of = plsql_keep_text(pl, &name);
	return true;
}
