/* plsql_names.c - what a name means inside a block: variable, bind, row of a trigger, package */
#include "rehearsal/plsql_names.h"

#include "rehearsal/exec.h"
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_parts.h"
#include "rehearsal/sql_collection.h"
#include "rehearsal/sql_hooks.h"
#include "rehearsal/sql_resolve.h"

#include <stdio.h>
#include <strings.h>

struct plsql_variable *plsql_declare(struct plsql *pl, const char *name, uint8_t type)
{
	struct plsql_variable *made = cw_new(pl->arena, struct plsql_variable, 1);

	made->name = name;
	made->at = pl->parser.last_end;
	made->level = pl->level;
	made->type = type;
	made->next = pl->variables;
	pl->variables = made;
	return made;
}

/* What lies in no frame only its own subprogram sees. */
static bool may_use(const struct plsql *pl, const struct plsql_variable *variable)
{
	return variable->level == pl->level || variable->state || variable->exception ||
	       rh_fail(pl->error, 3001, pl->parser.last_end,
		       "unimplemented feature: %s, of the block around, in a local subprogram",
		       variable->name);
}

const struct plsql_variable *plsql_find(const struct plsql *pl, const char *name)
{
	for (const struct plsql_variable *one = pl->variables; one; one = one->next)
		if (strcmp(one->name, name) == 0)
			return may_use(pl, one) ? one : NULL;
	for (const struct plsql_variable *one = pl->globals; one; one = one->next)
		if (strcmp(one->name, name) == 0)
			return one;
	return NULL;
}

void plsql_write_variable(struct cw_wr *out, const char *name)
{
	cw_wr_text(out, "\"v$");
	for (const char *at = name; *at; at++) {
		if (*at == '"')
			cw_wr_u8(out, '"');
		cw_wr_u8(out, (uint8_t)*at);
	}
	cw_wr_u8(out, '"');
}

char *plsql_keep_text(struct plsql *pl, struct cw_wr *text)
{
	char *kept = cw_new(pl->arena, char, text->len + 1);

	if (text->len > 0)
		memcpy(kept, text->at0, text->len);
	cw_wr_release(text);
	return kept;
}

static void make_room_for_binds(struct plsql *pl)
{
	uint32_t room = pl->bind_room ? 2 * pl->bind_room : 16;
	struct plsql_bind *bind = cw_new(pl->arena, struct plsql_bind, room);

	if (pl->bind_count > 0)
		memcpy(bind, pl->bind, pl->bind_count * sizeof(*bind));
	pl->bind = bind;
	pl->bind_room = room;
}

/* A bind by its name; the same name is the same bind. */
int plsql_bind_index(struct plsql *pl, const char *name)
{
	for (uint32_t i = 0; i < pl->bind_count; i++) {
		if (strcmp(pl->bind[i].name, name) == 0)
			return (int)i;
	}
	if (pl->bind_count == PLSQL_BINDS_MAX)
		return -1;
	if (pl->bind_count == pl->bind_room)
		make_room_for_binds(pl);
	pl->bind[pl->bind_count] = (struct plsql_bind){ .name = name };
	return (int)pl->bind_count++;
}

/* NEW or OLD of a trigger, else NULL. */
static const char *trigger_row(const struct plsql *pl, const char *name)
{
	if (!pl->new_name)
		return NULL;
	if (strcasecmp(name, pl->new_name) == 0)
		return "NEW";
	return strcasecmp(name, pl->old_name) == 0 ? "OLD" : NULL;
}

/* A column of NEW or OLD; false: the trigger's table has none of that name. */
static bool write_row_column(struct plsql *pl, struct sql_expr *expr, const char *row,
			     const char *column)
{
	struct cw_wr text = { 0 };

	for (uint32_t i = 0; i < pl->row->column_count; i++) {
		if (strcmp(pl->row->column[i].name, column) != 0)
			continue;
		cw_wr_printf(&text, "%s.", row);
		sql_print_ident(&text, column);
		expr->printed = plsql_keep_text(pl, &text);
		expr->type = pl->row->column[i].type;
		return true;
	}
	return false;
}

bool plsql_name_bind(void *context, struct sql_expr *expr, struct rh_error *error)
{
	struct plsql *pl = context;
	const char *row = trigger_row(pl, expr->text);
	struct cw_wr text = { 0 };
	int index;

	if (row && !pl->row_is_there)
		return rh_fail(error, 4082, expr->at,
			       "NEW or OLD references not allowed in table level triggers");
	if (row) {
		if (expr->name.count == 1 && write_row_column(pl, expr, row, expr->name.part[0]))
			return true;
		return rh_fail(error, 6550, expr->at, "PLS-00049: bad bind variable '%s%s%s'", row,
			       expr->name.count ? "." : "",
			       expr->name.count ? expr->name.part[0] : "");
	}
	if (pl->new_name || expr->name.count)
		return rh_fail(error, 6550, expr->at, "PLS-00049: bad bind variable '%s'",
			       expr->text);
	index = plsql_bind_index(pl, expr->text);
	if (index < 0)
		return rh_fail(error, 3001, expr->at, "unimplemented feature: more than %u binds",
			       PLSQL_BINDS_MAX);
	pl->bind[index].use |= PLSQL_READ;
	cw_wr_printf(&text, "\"b$%d\"", index + 1);
	expr->printed = plsql_keep_text(pl, &text);
	return true;
}

/* INSERTING and its like. */
static const char *trigger_event(const struct plsql *pl, const struct sql_name *name)
{
	static const struct {
		const char *word, *test;
	} events[] = { { "INSERTING", "(TG_OP = 'INSERT')" },
		       { "UPDATING", "(TG_OP = 'UPDATE')" },
		       { "DELETING", "(TG_OP = 'DELETE')" } };

	for (size_t i = 0; pl->new_name && name->count == 1 && i < CW_ARRAY_LEN(events); i++) {
		if (strcmp(name->part[0], events[i].word) == 0)
			return events[i].test;
	}
	return NULL;
}

/* TRUE and FALSE. */
static const struct {
	const char *word, *text;
	uint8_t type;
} constants[] = {
	{ "TRUE", "true", SQL_BOOL },
	{ "FALSE", "false", SQL_BOOL },
};

/* SQL%ROWCOUNT, SQL%FOUND, SQL%NOTFOUND, and those of a cursor */
static bool attribute(struct plsql *pl, struct sql_expr *expr, struct rh_error *error)
{
	if (strcmp(expr->name.part[0], "SQL") != 0) {
		const struct plsql_variable *cursor = plsql_find(pl, expr->name.part[0]);
		struct cw_wr text = { 0 };

		if (pl->error->code)
			return false;
		if (!cursor || !cursor->cursor)
			return rh_fail(error, 6550, expr->at,
				       "PLS-00201: identifier '%s' must be declared",
				       expr->name.part[0]);
		expr->type = plsql_cursor_attribute(&text, cursor->name, expr->text);
		expr->printed = plsql_keep_text(pl, &text);
		return true;
	}
	expr->type = SQL_BOOL;
	if (strcmp(expr->text, "FOUND") == 0) {
		expr->printed = "(\"sql$rowcount\" > 0)";
	} else if (strcmp(expr->text, "NOTFOUND") == 0) {
		expr->printed = "(\"sql$rowcount\" = 0)";
	} else {
		expr->printed = "\"sql$rowcount\"::numeric";
		expr->type = SQL_NUMBER;
	}
	return true;
}

void plsql_write_callee(struct cw_wr *out, const struct sql_name *name)
{
	unsigned first = name->count > 1 && strcmp(name->part[0], "SYS") == 0 ? 1 : 0;

	for (unsigned i = first; i < name->count; i++) {
		if (i > first)
			cw_wr_u8(out, '.');
		sql_print_ident(out, name->part[i]);
	}
}

/* SQL's own statements and queries say it in SQL's words. */
static bool undeclared(struct plsql *pl, const struct sql_name *name, uint32_t at, const char *told)
{
	if (pl->in_sql)
		return sql_invalid_identifier(pl->error, name);
	return rh_fail(pl->error, 6550, at, "PLS-00201: identifier '%s' must be declared", told);
}

/* An error if no package of ours has it, or one that the user may not run; behind a schema's name the package's is told. */
static bool check_callee(struct plsql *pl, const struct sql_name *name, uint32_t at)
{
	unsigned last = name->count - 1u;
	const char *value[] = { name->count > 1 ? name->part[last - 1] : "", name->part[last] };
	struct rh_exec_params params = { .count = 2, .value = value };
	bool in_schema = name->count > 2 && strcmp(name->part[0], "SYS") != 0;
	char qualified[300];
	const char *told;
	PGresult *rows;

	if (!rh_exec_statement(pl->session, "select rh.undeclared($1, $2)", &params, 0, &rows,
			       pl->error))
		return false;
	told = PQgetvalue(rows, 0, 0);
	if (in_schema)
		(void)snprintf(qualified, sizeof(qualified), "%s.%s", name->part[0], name->part[1]);
	if (*told)
		(void)undeclared(pl, name, at, in_schema ? qualified : told);
	PQclear(rows);
	return !pl->error->code;
}

bool plsql_write_package_call(struct plsql *pl, const struct sql_expr *expr)
{
	if (!check_callee(pl, &expr->name, expr->at))
		return false;
	plsql_write_callee(&pl->out, &expr->name);
	cw_wr_text(&pl->out, "()");
	return true;
}

/* package.name(args), with args by position and by name. */
static bool write_call(struct plsql *pl, struct cw_wr *out, struct sql_expr *call)
{
	unsigned package = call->name.count > 1 ? call->name.count - 2u : 0;
	bool first = true;

	/* its calls commit, by their documentation */
	if (strcmp(call->name.part[package], "DBMS_SCHEDULER") == 0)
		pl->commits = true;
	if (!check_callee(pl, &call->name, call->at))
		return false;
	plsql_write_callee(out, &call->name);
	cw_wr_u8(out, '(');
	for (struct sql_expr *arg = call->arg; arg; arg = arg->next) {
		struct sql_expr *value = arg;

		if (!first)
			cw_wr_text(out, ", ");
		first = false;
		if (arg->kind == X_NAMED_ARG) {
			sql_print_ident(out, arg->name.part[0]);
			cw_wr_text(out, " => ");
			value = arg->arg;
		}
		if (!plsql_write_tree(pl, out, value))
			return false;
	}
	cw_wr_u8(out, ')');
	return true;
}

/* What a handler can ask of what it caught, and what it is where nothing was. */
static const struct caught {
	const char *package, *name, *function, *otherwise;
	uint8_t type;
} caught[] = {
	{ NULL, "SQLERRM", "ora.sqlerrm", "'ORA-0000: normal, successful completion'::varchar",
	  SQL_TEXT },
	{ NULL, "SQLCODE", "ora.sqlcode", "0::numeric", SQL_NUMBER },
	{ "DBMS_UTILITY", "FORMAT_ERROR_STACK", "ora.error_stack", "NULL::varchar", SQL_TEXT },
	{ "DBMS_UTILITY", "FORMAT_ERROR_BACKTRACE", "ora.error_backtrace", "NULL::varchar",
	  SQL_TEXT },
};

static const struct caught *caught_of(const struct sql_expr *expr)
{
	const struct sql_name *name = &expr->name;

	if (expr->kind != X_NAME && expr->kind != X_CALL)
		return NULL;
	for (size_t i = 0; i < CW_ARRAY_LEN(caught); i++) {
		const char *package = caught[i].package;

		if (name->count == (package ? 2 : 1) &&
		    strcmp(name->part[name->count - 1], caught[i].name) == 0 &&
		    (!package || strcmp(name->part[0], package) == 0))
			return &caught[i];
	}
	return NULL;
}

/* SQLERRM(code) */
static bool use_text_of(struct plsql *pl, struct sql_expr *expr)
{
	struct cw_wr out = { 0 };

	if (pl->handler)
		cw_wr_printf(&out, "ora.sqlerrm_of(\"err$%u\", ", pl->handler);
	else
		cw_wr_text(&out, "ora.sqlerrm_of(NULL, ");
	if (!plsql_resolve_tree(pl, expr->arg) ||
	    !sql_print_given(expr->arg, "numeric", &out, pl->error)) {
		cw_wr_release(&out);
		return true;
	}
	cw_wr_text(&out, ")");
	expr->printed = plsql_keep_text(pl, &out);
	expr->type = SQL_TEXT;
	return true;
}

/* SQLERRM, SQLCODE and their like: of what the handler around caught; true: it is one, or an error. */
static bool use_caught(struct plsql *pl, struct sql_expr *expr)
{
	const struct caught *one = caught_of(expr);
	struct cw_wr out = { 0 };

	if (!one)
		return false;
	if (expr->count == 1 && one == &caught[0])
		return use_text_of(pl, expr);
	if (pl->handler)
		cw_wr_printf(&out, "%s(\"err$%u\")", one->function, pl->handler);
	else
		cw_wr_text(&out, one->otherwise);
	expr->printed = plsql_keep_text(pl, &out);
	expr->type = one->type;
	return true;
}

/* UPDATING('COLUMN') */
static bool use_updating(struct plsql *pl, struct sql_expr *expr)
{
	struct cw_wr text = { 0 };

	if (!pl->new_name || expr->kind != X_CALL || expr->name.count != 1 ||
	    strcmp(expr->name.part[0], "UPDATING") != 0 || expr->count != 1)
		return false;
	if (pl->autonomous)
		return !rh_fail(
			pl->error, 3001, expr->at,
			"unimplemented feature: UPDATING of a column in an autonomous trigger");
	cw_wr_text(&text,
		   "(TG_OP = 'UPDATE' AND rh.updating(TG_RELID, rh.inside_name(pg_catalog.upper(");
	if (!plsql_write_tree(pl, &text, expr->arg)) {
		cw_wr_release(&text);
		return true;
	}
	cw_wr_text(&text, "))))");
	expr->printed = plsql_keep_text(pl, &text);
	expr->type = SQL_BOOL;
	return true;
}

/* $$PLSQL_LINE, $$PLSQL_UNIT; of any other no value was set. */
static bool use_inquiry(struct plsql *pl, struct sql_expr *expr)
{
	const char *word = expr->name.part[0];
	struct cw_wr text = { 0 };
	unsigned line = 1;

	if (expr->kind != X_NAME || strncmp(word, "$$", 2) != 0)
		return false;
	for (uint32_t i = 0; i < expr->at; i++)
		line += pl->parser.lexer.sql[i] == '\n';
	if (strcmp(word, "$$PLSQL_LINE") == 0)
		cw_wr_printf(&text, "%u::numeric", line);
	else if (strcmp(word, "$$PLSQL_UNIT") == 0 && pl->package)
		sql_print_literal(&text, pl->package, strlen(pl->package));
	else
		cw_wr_text(&text, "NULL");
	expr->type = strcmp(word, "$$PLSQL_LINE") == 0 ? SQL_NUMBER : SQL_ANY;
	expr->printed = plsql_keep_text(pl, &text);
	return true;
}

/* TRUE, SQLCODE and INSERTING: words that stand for a value. */
static bool use_word(struct plsql *pl, struct sql_expr *expr)
{
	const char *event = trigger_event(pl, &expr->name);

	if (use_caught(pl, expr) || use_updating(pl, expr) || use_inquiry(pl, expr))
		return true;
	if (event && expr->kind == X_NAME) {
		expr->printed = event;
		expr->type = SQL_BOOL;
		return true;
	}
	for (size_t i = 0; expr->name.count == 1 && i < CW_ARRAY_LEN(constants); i++) {
		if (strcmp(expr->name.part[0], constants[i].word) == 0) {
			expr->printed = constants[i].text;
			expr->type = constants[i].type;
			return true;
		}
	}
	return false;
}

static bool use_call(struct plsql *pl, struct sql_expr *expr)
{
	struct cw_wr text = { 0 };

	expr->type = SQL_ANY;
	if (!write_call(pl, &text, expr)) {
		cw_wr_release(&text);
		return false;
	}
	expr->printed = plsql_keep_text(pl, &text);
	return true;
}

static bool use_row_column(struct plsql *pl, struct sql_expr *expr, const char *row)
{
	return write_row_column(pl, expr, row, expr->name.part[1]) ||
	       rh_fail(pl->error, 904, expr->at, "\"%s\".\"%s\": invalid identifier", row,
		       expr->name.part[1]);
}

/* A stored function without arguments, if the name is one's. */
static bool use_bare_function(struct plsql *pl, struct sql_expr *expr)
{
	if (expr->kind != X_NAME)
		return true;
	if (!plsql_function_of(pl, pl->arena, expr, pl->error))
		return false;
	if (expr->unit_called) {
		expr->kind = X_CALL;
		expr->type = sql_type_of_pg_name(expr->unit_called->result);
		expr->collection = expr->unit_called->collection;
	}
	return true;
}

/* The schema's type of a collection that a call gives; NULL: it gives none, or an error. */
static const struct plsql_type *type_of_result(struct plsql *pl, const struct sql_expr *call)
{
	const struct sql_collection *of = call->collection;
	struct sql_name name = { .count = 2 };

	if (!of || !of->owner)
		return NULL;
	name.part[0] = of->owner;
	name.part[1] = of->name;
	return plsql_schema_type(pl, &name);
}

/* function(...).field, and of a collection function(...)(index) and function(...).method[(index)] */
static bool use_result(struct plsql *pl, struct sql_expr *expr)
{
	bool calls_method = expr->kind == X_ITEM && expr->arg->kind == X_FIELD;
	struct sql_expr *result = calls_method ? expr->arg->arg : expr->arg;
	const struct plsql_type *type;
	struct cw_wr text = { 0 };

	cw_wr_text(&text, "(");
	if (!plsql_write_tree(pl, &text, result)) {
		cw_wr_release(&text);
		return false;
	}
	cw_wr_text(&text, ")");
	type = type_of_result(pl, result);
	if (type && (expr->kind == X_FIELD || expr->count > 1))
		return plsql_read_result(pl, plsql_keep_text(pl, &text), type, expr);
	if (expr->kind == X_ITEM) {
		cw_wr_release(&text);
		return rh_fail(pl->error, 3001, expr->at,
			       "unimplemented feature: an element of what a function gives");
	}
	cw_wr_text(&text, ".");
	sql_print_ident(&text, expr->text);
	expr->printed = plsql_keep_text(pl, &text);
	return true;
}

/* A word, a type or a function, by its name. */
static bool use_named(struct plsql *pl, struct sql_expr *expr)
{
	if (use_word(pl, expr))
		return pl->error->code == 0;
	if (plsql_use_constructor(pl, expr) || pl->error->code)
		return pl->error->code == 0;
	if (!use_bare_function(pl, expr) || expr->unit_called)
		return pl->error->code == 0;
	if (plsql_asks_lob(expr))
		return plsql_ask_lob(pl, expr);
	if (expr->kind == X_CALL || expr->name.count > 1)
		return use_call(pl, expr);
	return undeclared(pl, &expr->name, expr->at, expr->name.part[0]);
}

bool plsql_name_other(void *context, struct sql_expr *expr, struct rh_error *error)
{
	struct plsql *pl = context;
	bool may_be_row = pl->in_when && expr->kind == X_NAME && expr->name.count == 2;
	const char *row = may_be_row ? trigger_row(pl, expr->name.part[0]) : NULL;
	struct plsql_path path;

	if (expr->kind == X_ATTRIBUTE && !plsql_bulk_attribute(expr))
		return attribute(pl, expr, error);
	if (row)
		return use_row_column(pl, expr, row);
	if (plsql_path_of(pl, expr, &path))
		return plsql_read_path(pl, &path, expr);
	if (pl->error->code)
		return false;
	return expr->kind == X_FIELD || expr->kind == X_ITEM ? use_result(pl, expr)
							     : use_named(pl, expr);
}
