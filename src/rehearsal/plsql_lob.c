/*
 * plsql_lob.c - LOB variables: where what they hold lies, and DBMS_LOB's procedures that write there; see plsql_parts.h
 *
 * "v$X" holds the LOB's content, and beside it "at$X" where that lies, as rh.lob_out() says it (lob.h): NULL is
 * nowhere, a LOB of the block's own; no bytes say that it is not known, and then a write is refused.  What is not a
 * block's own variable has no such companion.
 *
 * Sources	Oracle Database PL/SQL Packages and Types Reference 19c, DBMS_LOB; SecureFiles and Large Objects
 *		Developer's Guide 19c, "LOB locators and transaction boundaries"
 */
#include "rehearsal/engine.h"
#include "rehearsal/plsql_parts.h"

#include <stdio.h>
#include <string.h>

#define NOWHERE	  "NULL::bytea"
#define NOT_KNOWN "'\\x'::bytea"

static void write_home(struct cw_wr *out, const char *name)
{
	cw_wr_text(out, "\"at$");
	for (const char *at = name; *at; at++) {
		if (*at == '"')
			cw_wr_u8(out, '"');
		cw_wr_u8(out, (uint8_t)*at);
	}
	cw_wr_u8(out, '"');
}

static const struct plsql_variable *variable_of(struct plsql *pl, const struct sql_expr *expr)
{
	struct plsql_path path;

	if (expr->kind != X_NAME || !plsql_path_of(pl, expr, &path) || path.count > 0)
		return NULL;
	return path.variable;
}

/* ---- assigned --------------------------------------------------------------------------------- */

/* A function of SQL's that makes a LOB, and does not choose one of its arguments. */
static bool makes_lob(const struct sql_expr *call)
{
	static const char *const choosers[] = { "NVL", "NVL2", "COALESCE", "DECODE", "NULLIF" };

	if (call->kind != X_CALL || call->unit_called || !sql_is_lob(call->type))
		return false;
	for (size_t i = 0; i < CW_ARRAY_LEN(choosers); i++)
		if (strcmp(call->name.part[0], choosers[i]) == 0)
			return false;
	return true;
}

static bool is_of_its_own(const struct sql_expr *expr)
{
	return expr->kind == X_NULL || (expr->type != SQL_ANY && !sql_is_lob(expr->type)) ||
	       (expr->kind == X_BINARY && strcmp(expr->op, "||") == 0) || makes_lob(expr);
}

/* A bind's value may lie in a row: then the block that writes LOBs is not run (plsql_run.c). */
static void take_bind(struct plsql *pl, const struct sql_expr *bind)
{
	int index = plsql_bind_index(pl, bind->text);

	if (index >= 0)
		pl->bind[index].use |= PLSQL_LOB_TAKEN;
}

/* Where the LOB that an expression gives lies, as PL/pgSQL's expression. */
static void put_home_of(struct plsql *pl, const struct sql_expr *value)
{
	const struct plsql_variable *other = variable_of(pl, value);

	if (value->kind == X_BIND && pl->is_anonymous)
		take_bind(pl, value);
	if (other && other->located)
		write_home(&pl->out, other->name);
	else if (value->kind == X_BIND ? pl->is_anonymous : is_of_its_own(value))
		cw_wr_text(&pl->out, NOWHERE);
	else
		cw_wr_text(&pl->out, NOT_KNOWN);
}

void plsql_declare_home(struct plsql *pl, struct plsql_variable *variable,
			const struct sql_expr *value)
{
	variable->located = sql_is_lob(variable->type) && !variable->collection && !variable->state;
	if (!variable->located)
		return;
	write_home(&pl->out, variable->name);
	cw_wr_text(&pl->out, " bytea");
	if (value) {
		cw_wr_text(&pl->out, " := ");
		put_home_of(pl, value);
	}
	cw_wr_text(&pl->out, ";\n");
}

void plsql_assign_home(struct plsql *pl, const struct plsql_path *path,
		       const struct sql_expr *value)
{
	if (!path->variable->located || path->count > 0)
		return;
	write_home(&pl->out, path->variable->name);
	cw_wr_text(&pl->out, " := ");
	if (value)
		put_home_of(pl, value);
	else
		cw_wr_text(&pl->out, NOT_KNOWN);
	cw_wr_text(&pl->out, ";\n");
}

/* ---- selected ---------------------------------------------------------------------------------- */

/* A column of a table's rows: they tell where it lies. */
static bool lies_in_row(const struct sql_expr *expr)
{
	return expr->kind == X_NAME && !expr->printed && sql_is_lob(expr->type) && expr->from &&
	       expr->from->relation && expr->from->relation->has_rowid && expr->from->label;
}

static void locate(struct plsql *pl, struct sql_expr *expr, struct sql_expr *target)
{
	const struct plsql_variable *variable = variable_of(pl, target);

	if (!variable || !variable->located)
		return;
	expr->home = lies_in_row(expr)	   ? SQL_HOME_ROW
		     : is_of_its_own(expr) ? SQL_HOME_NONE
					   : SQL_HOME_ANY;
	target->home = expr->home;
}

static void locate_selected(struct plsql *pl, const struct sql_select *select)
{
	const struct sql_item *item = select->item;

	if (select->hierarchy || select->distinct)
		return;
	for (struct sql_expr *into = select->into; into && item; into = into->next) {
		locate(pl, item->expr, into);
		item = item->next;
	}
}

void plsql_locate_lobs(struct plsql *pl, const struct sql_stmt *stmt)
{
	struct sql_expr *expr = stmt->returning ? stmt->returning->expr : NULL;
	struct sql_expr *into = stmt->returning ? stmt->returning->into : NULL;

	if (stmt->kind == S_SELECT && stmt->query->select)
		locate_selected(pl, stmt->query->select);
	for (; into && expr; into = into->next, expr = expr->next)
		locate(pl, expr, into);
}

void plsql_land_lob(struct plsql *pl, const struct sql_expr *target,
		    const struct plsql_variable *variable, struct plsql_into *into)
{
	unsigned number = ++pl->numbers;

	if (target->home == SQL_HOME_ROW) {
		cw_wr_printf(&into->declares, "\"t$%u\" bytea;\n", number);
		cw_wr_printf(&into->names, "\"t$%u\"", number);
		plsql_write_variable(&into->after, variable->name);
		cw_wr_printf(
			&into->after,
			variable->type == SQL_CLOB
				? " := pg_catalog.convert_from(pg_catalog.substr(\"t$%u\", %u), 'UTF8');\n"
				: " := pg_catalog.substr(\"t$%u\", %u);\n",
			number, RH_LOB_HOME_BYTES + 1);
	} else {
		plsql_write_variable(&into->names, variable->name);
	}
	write_home(&into->after, variable->name);
	if (target->home == SQL_HOME_ROW)
		cw_wr_printf(&into->after, " := pg_catalog.substr(\"t$%u\", 1, %u);\n", number,
			     RH_LOB_HOME_BYTES);
	else
		cw_wr_printf(&into->after, " := %s;\n",
			     target->home == SQL_HOME_NONE ? NOWHERE : NOT_KNOWN);
}

/* ---- written ------------------------------------------------------------------------------------ */

/* DBMS_LOB's procedures whose first argument is IN OUT, and what they do to it. */
static const struct lob_procedure {
	const char *name;
	enum { LOB_WRITES, LOB_MAKES, LOB_FREES, LOB_KEEPS } effect;
} procedures[] = {
	{ "CREATETEMPORARY", LOB_MAKES },
	{ "FREETEMPORARY", LOB_FREES },
	{ "OPEN", LOB_KEEPS },
	{ "CLOSE", LOB_KEEPS },
	{ "WRITE", LOB_WRITES },
	{ "WRITEAPPEND", LOB_WRITES },
	{ "APPEND", LOB_WRITES },
	{ "TRIM", LOB_WRITES },
	{ "COPY", LOB_WRITES },
	{ "CONVERTTOBLOB", LOB_WRITES },
	{ "CONVERTTOCLOB", LOB_WRITES },
};

static const struct lob_procedure *procedure_of(const struct sql_expr *call)
{
	const struct sql_name *name = &call->name;

	if (call->kind != X_CALL || name->count < 2 ||
	    strcmp(name->part[name->count - 2], "DBMS_LOB") != 0)
		return NULL;
	for (size_t i = 0; i < CW_ARRAY_LEN(procedures); i++)
		if (strcmp(name->part[name->count - 1], procedures[i].name) == 0)
			return &procedures[i];
	return NULL;
}

bool plsql_writes_lob(const struct sql_expr *call)
{
	return procedure_of(call) != NULL;
}

/* The argument that is written, by position or by name; NULL: there is none. */
static struct sql_expr *written(struct sql_expr *call)
{
	for (struct sql_expr *arg = call->arg; arg; arg = arg->next) {
		if (arg->kind != X_NAMED_ARG)
			return arg == call->arg ? arg : NULL;
		if (strcmp(arg->name.part[0], "LOB_LOC") == 0 ||
		    strcmp(arg->name.part[0], "DEST_LOB") == 0)
			return arg->arg;
	}
	return NULL;
}

/* target := "DBMS_LOB"."X"(...): what a procedure does to its argument, the function gives back. */
static bool put_call(struct plsql *pl, struct sql_expr *target, struct sql_expr *call)
{
	int index = target->kind == X_BIND ? plsql_bind_index(pl, target->text) : -1;

	if (!plsql_write_target(pl, target))
		return false;
	if (index >= 0)
		pl->bind[index].use |= PLSQL_READ | PLSQL_LOB_WRITTEN;
	if (!plsql_name_other(pl, call, pl->error))
		return false;
	cw_wr_printf(&pl->out, " := %s;\n", call->printed);
	return true;
}

/* The call gets what lies in the row now, and what it makes of that goes there. */
static bool write_located(struct plsql *pl, struct sql_expr *lob, struct sql_expr *call,
			  const struct plsql_variable *variable)
{
	struct plsql_variable *outer = pl->variables;
	struct sql_expr target = *lob;
	char *name = cw_new(pl->arena, char, 24);
	bool ok;

	(void)snprintf(name, 24, "lob$%u", ++pl->numbers);
	cw_wr_text(&pl->out, "DECLARE\n");
	plsql_write_variable(&pl->out, name);
	cw_wr_printf(&pl->out, " %s := rh.lob_now(", plsql_plain_type(variable->type));
	plsql_write_variable(&pl->out, variable->name);
	cw_wr_text(&pl->out, ", ");
	write_home(&pl->out, variable->name);
	cw_wr_text(&pl->out, ");\nBEGIN\n");
	plsql_declare(pl, name, variable->type);
	lob->name = (struct sql_name){ .count = 1, .part = { name } };
	ok = put_call(pl, &target, call);
	pl->variables = outer;
	cw_wr_text(&pl->out, "PERFORM rh.lob_keep(");
	plsql_write_variable(&pl->out, variable->name);
	cw_wr_text(&pl->out, ", ");
	write_home(&pl->out, variable->name);
	cw_wr_text(&pl->out, ");\nEND;\n");
	return ok;
}

static bool write_variable(struct plsql *pl, struct sql_expr *lob, struct sql_expr *call,
			   const struct plsql_variable *variable)
{
	struct sql_expr target = *lob;

	switch (procedure_of(call)->effect) {
	case LOB_WRITES:
		return write_located(pl, lob, call, variable);
	case LOB_KEEPS:
		return put_call(pl, &target, call);
	case LOB_FREES:
		cw_wr_text(&pl->out, "PERFORM rh.lob_is_temporary(");
		write_home(&pl->out, variable->name);
		cw_wr_text(&pl->out, ");\n");
		break;
	case LOB_MAKES:
		break;
	}
	if (!put_call(pl, &target, call))
		return false;
	write_home(&pl->out, variable->name);
	cw_wr_text(&pl->out, " := NULL;\n");
	return true;
}

static bool write_one(struct plsql *pl, struct sql_expr *lob, struct sql_expr *call)
{
	const struct plsql_variable *variable = variable_of(pl, lob);
	struct sql_expr target = *lob;

	pl->writes_lobs = true;
	if (variable && variable->located)
		return write_variable(pl, lob, call, variable);
	if (pl->located_lobs || !pl->is_anonymous || plsql_is_record(pl, lob))
		return pl->error->code == 0 &&
		       rh_fail(pl->error, 3001, call->at,
			       "unimplemented feature: DBMS_LOB on what may lie in a row");
	return put_call(pl, &target, call);
}

static bool wrong_arguments(struct plsql *pl, const struct sql_expr *call)
{
	return rh_fail(pl->error, 6550, call->at,
		       "PLS-00306: wrong number or types of arguments in call to '%s'",
		       call->name.part[call->name.count - 1]);
}

/* ---- converted ----------------------------------------------------------------------------------- */

/* Of CONVERTTOBLOB and CONVERTTOCLOB. */
enum { DEST_LOB, SOURCE, AMOUNT, DEST_OFFSET, SRC_OFFSET, CSID, LANG_CONTEXT, WARNING, ARGUMENTS };

static int place_of(const char *name)
{
	static const struct {
		const char *name;
		int place;
	} names[] = { { "DEST_LOB", DEST_LOB },		{ "SRC_CLOB", SOURCE },
		      { "SRC_BLOB", SOURCE },		{ "AMOUNT", AMOUNT },
		      { "DEST_OFFSET", DEST_OFFSET },	{ "SRC_OFFSET", SRC_OFFSET },
		      { "BLOB_CSID", CSID },		{ "LANG_CONTEXT", LANG_CONTEXT },
		      { "WARNING", WARNING } };

	for (size_t i = 0; i < CW_ARRAY_LEN(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return names[i].place;
	return ARGUMENTS;
}

/* All of them, by position or by name. */
static bool arguments_of(struct plsql *pl, struct sql_expr *call, struct sql_expr **ret)
{
	int count = 0, place;

	for (int i = 0; i < ARGUMENTS; i++)
		ret[i] = NULL;
	for (struct sql_expr *arg = call->arg; arg; arg = arg->next) {
		bool named = arg->kind == X_NAMED_ARG;

		place = named ? place_of(arg->name.part[0]) : count;
		if (place >= ARGUMENTS || ret[place])
			return wrong_arguments(pl, call);
		ret[place] = named ? arg->arg : arg;
		count++;
	}
	return count == ARGUMENTS || wrong_arguments(pl, call);
}

/* The numbers behind what is read and behind what is written, before either is. */
static bool put_ends(struct plsql *pl, struct sql_expr *const *argument, const char *to,
		     unsigned number)
{
	cw_wr_printf(&pl->out, "DECLARE\n\"d$%u\" numeric; \"s$%u\" numeric;\nBEGIN\n", number,
		     number);
	cw_wr_printf(&pl->out, "SELECT * INTO \"d$%u\", \"s$%u\" FROM rh.lob_converted_%s(", number,
		     number, to);
	for (int i = SOURCE; i <= CSID; i++) {
		cw_wr_text(&pl->out, i == SOURCE ? "" : ", ");
		if (!plsql_write_tree(pl, &pl->out, argument[i]))
			return false;
	}
	cw_wr_text(&pl->out, ");\n");
	return true;
}

static bool assign_number(struct plsql *pl, struct sql_expr *target, const char *name,
			  unsigned number)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "\"%s$%u\"", name, number);
	return plsql_assign_text(pl, target, text);
}

/* The language context stays; nothing was inconvertible, or it is an error. */
static bool convert(struct plsql *pl, struct sql_expr *call)
{
	bool to_blob = strcmp(call->name.part[call->name.count - 1], "CONVERTTOBLOB") == 0;
	struct sql_expr *argument[ARGUMENTS], dest, source, warning;
	unsigned number = ++pl->numbers;

	if (!arguments_of(pl, call, argument))
		return false;
	dest = *argument[DEST_OFFSET];
	source = *argument[SRC_OFFSET];
	warning = *argument[WARNING];
	*argument[WARNING] = (struct sql_expr){ .kind = X_NULL, .at = warning.at };
	if (!put_ends(pl, argument, to_blob ? "blob" : "clob", number) ||
	    !write_one(pl, argument[DEST_LOB], call) || !assign_number(pl, &dest, "d", number) ||
	    !assign_number(pl, &source, "s", number) || !plsql_assign_text(pl, &warning, "0"))
		return false;
	cw_wr_text(&pl->out, "END;\n");
	return true;
}

bool plsql_write_lob(struct plsql *pl, struct sql_expr *call)
{
	struct sql_expr *lob = written(call);
	bool converts =
		strncmp(call->name.part[call->name.count - 1], "CONVERT", strlen("CONVERT")) == 0;

	if (!lob)
		return wrong_arguments(pl, call);
	return (converts ? convert(pl, call) : write_one(pl, lob, call)) && plsql_want_end(pl);
}

/* ---- asked ---------------------------------------------------------------------------------------- */

bool plsql_asks_lob(const struct sql_expr *call)
{
	const struct sql_name *name = &call->name;

	return call->kind == X_CALL && call->count == 1 && name->count > 1 &&
	       strcmp(name->part[name->count - 2], "DBMS_LOB") == 0 &&
	       strcmp(name->part[name->count - 1], "ISTEMPORARY") == 0;
}

/* One that was freed is NULL here, for which the answer is NULL. */
bool plsql_ask_lob(struct plsql *pl, struct sql_expr *call)
{
	struct sql_expr *lob = call->arg->kind == X_NAMED_ARG ? call->arg->arg : call->arg;
	struct cw_wr out = pl->out;
	bool ok;

	pl->out = (struct cw_wr){ 0 };
	cw_wr_text(&pl->out, "rh.lob_temporary((");
	ok = plsql_write_tree(pl, &pl->out, lob);
	cw_wr_text(&pl->out, ") IS NOT NULL, ");
	if (ok)
		put_home_of(pl, lob);
	cw_wr_text(&pl->out, ")");
	call->printed = plsql_keep_text(pl, &pl->out);
	call->type = SQL_NUMBER;
	pl->out = out;
	return ok;
}

/* Binds that went into LOB variables. */
void plsql_end_lobs(struct plsql *pl)
{
	for (uint32_t i = 0; pl->writes_lobs && i < pl->bind_count; i++)
		if (pl->bind[i].use & PLSQL_LOB_TAKEN)
			pl->bind[i].use |= PLSQL_LOB_WRITTEN;
}
