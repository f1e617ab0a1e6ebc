/* plsql_block.c - declarations, statements and handlers of a block; see plsql.h */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_names.h"

#include <stdio.h>
#include <stdlib.h>

static bool block(struct plsql *pl, const char *returns);
static bool statements(struct plsql *pl, const char *const *stops);

void plsql_init(struct plsql *pl, struct rh_session *session, struct cw_arena *arena,
		const char *sql, size_t len, struct rh_error *error)
{
	*pl = (struct plsql){ .session = session, .arena = arena, .error = error };
	pl->last_segment = &pl->segments;
	sql_parse_init(&pl->parser, arena, session->server->profile->release, sql, len, error);
	pl->parser.plsql = true;
}

void plsql_release(struct plsql *pl)
{
	cw_wr_release(&pl->out);
}

/* ---- SQL and expressions ------------------------------------------------------ */

static const struct sql_relation *find_relation(void *context, const struct sql_name *name,
						struct rh_error *error)
{
	struct plsql *pl = context;

	return rh_exec_relation(pl->session, name, error);
}

static struct sql_env env_of(struct plsql *pl)
{
	struct sql_env env = { .context = pl,
			       .relation = find_relation,
			       .name = plsql_name_other,
			       .bind = plsql_name_bind,
			       .user = pl->session->user };

	return env;
}

bool plsql_write_tree(struct plsql *pl, struct cw_wr *out, struct sql_expr *expr)
{
	struct sql_env env = env_of(pl);

	return sql_resolve_expr(&env, pl->arena, expr, NULL, pl->error) &&
	       sql_print_expr(expr, out, pl->error);
}

bool plsql_write_expr(struct plsql *pl, struct cw_wr *out)
{
	struct sql_expr *expr = sql_parse_expr(&pl->parser);

	return !sql_parse_failed(&pl->parser) && plsql_write_tree(pl, out, expr);
}

/* A variable that can be given a value; a row also as a whole. */
static bool write_variable_target(struct plsql *pl, struct sql_expr *target, bool *ret_ok)
{
	const struct plsql_variable *variable = plsql_find(pl, target->name.part[0]);

	if (!variable || variable->integer || variable->exception || variable->constant)
		return false;
	*ret_ok = true;
	if (variable->record && target->name.count == 1)
		plsql_write_variable(&pl->out, variable->name);
	else
		*ret_ok = plsql_write_tree(pl, &pl->out, target);
	return true;
}

/* Where a value goes: variable, bind, or column of :NEW. */
bool plsql_write_target(struct plsql *pl, struct sql_expr *target)
{
	uint8_t use;
	int index;
	bool ok;

	if (target->kind == X_BIND && !pl->new_name && target->name.count == 0) {
		index = plsql_bind_index(pl, target->text);
		use = index >= 0 ? pl->bind[index].use : 0;
		if (!plsql_write_tree(pl, &pl->out, target))
			return false;
		pl->bind[index].use = (uint8_t)(use | PLSQL_WRITTEN);
		return true;
	}
	if (target->kind == X_NAME && write_variable_target(pl, target, &ok))
		return ok;
	if (target->kind == X_BIND && pl->new_name)
		return plsql_write_tree(pl, &pl->out, target);
	return rh_fail(pl->error, 6550, target->at,
		       "PLS-00363: expression cannot be used as an assignment target");
}

static bool is_record(const struct plsql *pl, const struct sql_expr *target)
{
	const struct plsql_variable *variable =
		target->kind == X_NAME ? plsql_find(pl, target->name.part[0]) : NULL;

	return variable && variable->record;
}

static bool is_lob_variable(const struct plsql *pl, const struct sql_expr *target)
{
	const struct plsql_variable *variable =
		target->kind == X_NAME ? plsql_find(pl, target->name.part[0]) : NULL;

	return variable && (variable->record || sql_is_lob(variable->type));
}

static bool write_targets(struct plsql *pl, struct sql_expr *target)
{
	for (; target; target = target->next) {
		pl->located_lobs |= sql_is_lob(target->type) || target->kind == X_BIND ||
				    is_lob_variable(pl, target);
		if (!plsql_write_target(pl, target))
			return false;
		if (target->next)
			cw_wr_text(&pl->out, ", ");
	}
	return true;
}

static bool want_end(struct plsql *pl)
{
	return sql_want_op(&pl->parser, ";", 6550, "PLS-00103: a semicolon was expected");
}

/* SELECT ... INTO, and DML with or without RETURNING ... INTO. */
static bool sql_statement(struct plsql *pl)
{
	struct sql_env env = env_of(pl);
	struct sql_stmt *stmt = sql_parse_sql(&pl->parser);
	struct sql_expr *into = NULL;
	bool query;

	if (sql_parse_failed(&pl->parser))
		return false;
	query = stmt->kind == S_SELECT;
	if (query && stmt->query->select)
		into = stmt->query->select->into;
	if (stmt->returning)
		into = stmt->returning->into;
	if (query && !into)
		return rh_fail(pl->error, 6550, stmt->at,
			       "PLS-00428: an INTO clause is expected in this SELECT statement");
	if (stmt->kind > S_LOCK)
		return rh_fail(pl->error, 3001, stmt->at,
			       "unimplemented feature: transaction control inside this block");
	if (!sql_resolve(&env, pl->arena, stmt, pl->error) || !sql_print(stmt, &pl->out, pl->error))
		return false;
	if (into) {
		cw_wr_text(&pl->out, query ? " INTO STRICT " : " INTO ");
		if (!write_targets(pl, into))
			return false;
	}
	cw_wr_text(&pl->out, ";\n");
	if (!query)
		cw_wr_text(&pl->out, "GET DIAGNOSTICS \"sql$rowcount\" = ROW_COUNT;\n");
	return want_end(pl);
}

bool plsql_write_query(struct plsql *pl)
{
	struct sql_env env = env_of(pl);
	struct sql_stmt stmt = { .kind = S_SELECT, .at = pl->parser.token.at };

	stmt.query = sql_parse_query(&pl->parser);
	return !sql_parse_failed(&pl->parser) && sql_resolve(&env, pl->arena, &stmt, pl->error) &&
	       sql_print_query(stmt.query, &pl->out, pl->error);
}

/* ---- statements ------------------------------------------------------------------ */

static bool is_one_of(const struct sql_parser *p, const char *const *words)
{
	for (; *words; words++) {
		if (sql_at_word(p, *words))
			return true;
	}
	return false;
}

static bool is_sql_word(const struct sql_parser *p)
{
	static const char *const words[] = { "SELECT", "INSERT", "UPDATE", "DELETE",
					     "MERGE",  "LOCK",	 "WITH",   NULL };

	return is_one_of(p, words);
}

/* Statements that are PL/SQL but not ours. */
static bool is_refused_word(const struct sql_parser *p)
{
	static const char *const words[] = { "SAVEPOINT", "GOTO", "FORALL", "ROLLBACK", NULL };

	return is_one_of(p, words);
}

static bool if_statement(struct plsql *pl)
{
	static const char *const stops[] = { "ELSIF", "ELSE", "END", NULL };

	cw_wr_text(&pl->out, "IF ");
	for (;;) {
		if (!plsql_write_expr(pl, &pl->out) ||
		    !sql_want_word(&pl->parser, "THEN", 6550, "PLS-00103: THEN was expected"))
			return false;
		cw_wr_text(&pl->out, " THEN\n");
		if (!statements(pl, stops))
			return false;
		if (!sql_skip_word(&pl->parser, "ELSIF"))
			break;
		cw_wr_text(&pl->out, "ELSIF ");
	}
	if (sql_skip_word(&pl->parser, "ELSE")) {
		cw_wr_text(&pl->out, "ELSE\n");
		if (!statements(pl, stops + 2))
			return false;
	}
	cw_wr_text(&pl->out, "END IF;\n");
	return sql_want_word(&pl->parser, "END", 6550, "PLS-00103: END IF was expected") &&
	       sql_want_word(&pl->parser, "IF", 6550, "PLS-00103: END IF was expected") &&
	       want_end(pl);
}

/* CASE [expr] WHEN ... THEN ... [ELSE ...] END CASE */
static bool case_statement(struct plsql *pl)
{
	static const char *const stops[] = { "WHEN", "ELSE", "END", NULL };

	cw_wr_text(&pl->out, "CASE ");
	if (!sql_at_word(&pl->parser, "WHEN") && !plsql_write_expr(pl, &pl->out))
		return false;
	while (sql_skip_word(&pl->parser, "WHEN")) {
		cw_wr_text(&pl->out, " WHEN ");
		if (!plsql_write_expr(pl, &pl->out) ||
		    !sql_want_word(&pl->parser, "THEN", 6550, "PLS-00103: THEN was expected"))
			return false;
		cw_wr_text(&pl->out, " THEN\n");
		if (!statements(pl, stops))
			return false;
	}
	if (sql_skip_word(&pl->parser, "ELSE")) {
		cw_wr_text(&pl->out, "ELSE\n");
		if (!statements(pl, stops + 2))
			return false;
	}
	cw_wr_text(&pl->out, "END CASE;\n");
	return sql_want_word(&pl->parser, "END", 6550, "PLS-00103: END CASE was expected") &&
	       sql_want_word(&pl->parser, "CASE", 6550, "PLS-00103: END CASE was expected") &&
	       want_end(pl);
}

/* LOOP ... END LOOP, behind what stands in front of LOOP. */
static bool loop_body(struct plsql *pl)
{
	static const char *const stops[] = { "END", NULL };
	bool ok;

	if (!sql_want_word(&pl->parser, "LOOP", 6550, "PLS-00103: LOOP was expected"))
		return false;
	cw_wr_text(&pl->out, " LOOP\n");
	pl->loops++;
	ok = statements(pl, stops);
	pl->loops--;
	if (!ok || !sql_want_word(&pl->parser, "END", 6550, "PLS-00103: END LOOP was expected") ||
	    !sql_want_word(&pl->parser, "LOOP", 6550, "PLS-00103: END LOOP was expected"))
		return false;
	cw_wr_text(&pl->out, "END LOOP;\n");
	if (pl->parser.token.kind == T_WORD)
		sql_next(&pl->parser); /* the label again */
	return want_end(pl);
}

static bool while_statement(struct plsql *pl)
{
	cw_wr_text(&pl->out, "WHILE ");
	return plsql_write_expr(pl, &pl->out) && loop_body(pl);
}

/* FOR r IN (SELECT ...) LOOP: r is a record; PL/pgSQL wants it declared. */
static bool for_query(struct plsql *pl, const char *name)
{
	struct sql_env env = env_of(pl);
	struct plsql_variable *outer = pl->variables;
	struct sql_stmt stmt = { .kind = S_SELECT, .at = pl->parser.token.at };
	bool ok;

	stmt.query = sql_parse_query(&pl->parser);
	if (sql_parse_failed(&pl->parser) ||
	    !sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected"))
		return false;
	cw_wr_text(&pl->out, "DECLARE ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " record;\nBEGIN\nFOR ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " IN ");
	if (!sql_resolve(&env, pl->arena, &stmt, pl->error) ||
	    !sql_print_query(stmt.query, &pl->out, pl->error))
		return false;
	plsql_declare(pl, name, SQL_ANY)->record = true;
	ok = loop_body(pl);
	pl->variables = outer;
	cw_wr_text(&pl->out, "END;\n");
	return ok;
}

/* FOR r IN cursor[(arguments)] LOOP */
static bool for_cursor(struct plsql *pl, const char *name)
{
	struct plsql_variable *outer = pl->variables;
	bool ok;

	cw_wr_text(&pl->out, "FOR ");
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, " IN ");
	plsql_write_variable(&pl->out, pl->parser.token.text);
	sql_next(&pl->parser);
	if (!plsql_cursor_arguments(pl))
		return false;
	plsql_declare(pl, name, SQL_ANY)->record = true;
	ok = loop_body(pl);
	pl->variables = outer;
	return ok;
}

static bool at_cursor(const struct plsql *pl)
{
	const struct plsql_variable *found =
		pl->parser.token.kind == T_WORD ? plsql_find(pl, pl->parser.token.text) : NULL;

	return found && found->cursor;
}

static bool for_statement(struct plsql *pl)
{
	const char *name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	struct plsql_variable *outer = pl->variables;
	struct cw_wr low = { 0 }, high = { 0 };
	bool reverse, ok;

	if (!name || !sql_want_word(&pl->parser, "IN", 6550, "PLS-00103: IN was expected"))
		return false;
	if (sql_at_op(&pl->parser, "(") &&
	    (sql_ahead_word(&pl->parser, "SELECT") || sql_ahead_word(&pl->parser, "WITH"))) {
		sql_next(&pl->parser);
		return for_query(pl, name);
	}
	if (at_cursor(pl))
		return for_cursor(pl, name);
	reverse = sql_skip_word(&pl->parser, "REVERSE");
	ok = plsql_write_expr(pl, &low) &&
	     sql_want_op(&pl->parser, "..", 6550, "PLS-00103: .. was expected") &&
	     plsql_write_expr(pl, &high);
	if (ok) {
		cw_wr_text(&pl->out, "FOR ");
		plsql_write_variable(&pl->out, name);
		cw_wr_text(&pl->out, reverse ? " IN REVERSE (" : " IN (");
		cw_wr_put(&pl->out, reverse ? high.at0 : low.at0, reverse ? high.len : low.len);
		cw_wr_text(&pl->out, ")::int .. (");
		cw_wr_put(&pl->out, reverse ? low.at0 : high.at0, reverse ? low.len : high.len);
		cw_wr_text(&pl->out, ")::int");
		plsql_declare(pl, name, SQL_NUMBER)->integer = true;
		ok = loop_body(pl);
	}
	pl->variables = outer;
	cw_wr_release(&low);
	cw_wr_release(&high);
	return ok;
}

/* EXIT | CONTINUE [WHEN condition] */
static bool leave_statement(struct plsql *pl, const char *word)
{
	if (pl->loops == 0)
		return rh_fail(
			pl->error, 6550, pl->parser.token.at,
			"PLS-00376: illegal EXIT/CONTINUE statement; it must appear inside a loop");
	cw_wr_text(&pl->out, word);
	if (sql_skip_word(&pl->parser, "WHEN")) {
		cw_wr_text(&pl->out, " WHEN ");
		if (!plsql_write_expr(pl, &pl->out))
			return false;
	}
	cw_wr_text(&pl->out, ";\n");
	return want_end(pl);
}

static bool raise_application_error(struct plsql *pl)
{
	if (!sql_want_op(&pl->parser, "(", 6550, "PLS-00103: ( was expected"))
		return false;
	cw_wr_text(&pl->out, "PERFORM ora.raise_application_error(");
	if (!plsql_write_expr(pl, &pl->out) ||
	    !sql_want_op(&pl->parser, ",", 6550, "PLS-00306: wrong number of arguments"))
		return false;
	cw_wr_text(&pl->out, ", ");
	if (!plsql_write_expr(pl, &pl->out))
		return false;
	if (sql_skip_op(&pl->parser, ",") && !sql_skip_word(&pl->parser, "TRUE") &&
	    !sql_skip_word(&pl->parser, "FALSE"))
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00306: wrong number or types of arguments");
	cw_wr_text(&pl->out, ");\n");
	return sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected") && want_end(pl);
}

/* The predefined exceptions; OTHERS is none of them. */
static const struct {
	const char *name;
	int code; /* what SQLCODE says of it is its negative, but for NO_DATA_FOUND's 100 */
	const char *text;
} exceptions[] = {
	{ "NO_DATA_FOUND", 1403, "no data found" },
	{ "TOO_MANY_ROWS", 1422, "exact fetch returns more than requested number of rows" },
	{ "DUP_VAL_ON_INDEX", 1, "unique constraint violated" },
	{ "ZERO_DIVIDE", 1476, "divisor is equal to zero" },
	{ "INVALID_NUMBER", 1722, "invalid number" },
	{ "VALUE_ERROR", 6502, "PL/SQL: numeric or value error" },
	{ "INVALID_CURSOR", 1001, "invalid cursor" },
	{ "CURSOR_ALREADY_OPEN", 6511, "PL/SQL: cursor already open" },
	{ "CASE_NOT_FOUND", 6592, "PL/SQL: CASE not found while executing CASE statement" },
	{ "TIMEOUT_ON_RESOURCE", 51, "timeout occurred while waiting for a resource" },
	{ "LOGIN_DENIED", 1017, "invalid username/password; logon denied" },
	{ "PROGRAM_ERROR", 6501, "PL/SQL: program error" },
};

static const char *predefined_text(const char *name, int *ret_code)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(exceptions); i++) {
		if (strcmp(name, exceptions[i].name) == 0) {
			*ret_code = exceptions[i].code;
			return exceptions[i].text;
		}
	}
	return NULL;
}

/* A declared exception has its code by PRAGMA EXCEPTION_INIT, or its name alone. */
static bool raise_statement(struct plsql *pl)
{
	const struct plsql_variable *declared;
	const char *name, *text;
	int code = 6510;

	if (sql_at_op(&pl->parser, ";")) {
		cw_wr_text(&pl->out, "RAISE;\n");
		return want_end(pl);
	}
	name = sql_want_ident(&pl->parser, 6550, "PLS-00103: an exception was expected");
	if (!name)
		return false;
	declared = plsql_find(pl, name);
	text = declared ? "PL/SQL: unhandled user-defined exception" : predefined_text(name, &code);
	if (!text || (declared && !declared->exception))
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00201: identifier '%s' must be declared", name);
	if (declared && declared->code)
		code = declared->code;
	cw_wr_printf(&pl->out,
		     "RAISE EXCEPTION USING MESSAGE = 'ORA-%05d: %s', ERRCODE = 'ORA00', CONSTRAINT = ",
		     code, text);
	sql_print_literal(&pl->out, name, strlen(name));
	cw_wr_text(&pl->out, ";\n");
	return want_end(pl);
}

/* RETURN [expr]; a trigger returns what its kind wants. */
static bool return_statement(struct plsql *pl)
{
	if (sql_at_op(&pl->parser, ";")) {
		cw_wr_text(&pl->out, pl->returns ? pl->returns : "RETURN;\n");
		return want_end(pl);
	}
	cw_wr_text(&pl->out, "RETURN ");
	if (!plsql_write_expr(pl, &pl->out))
		return false;
	cw_wr_text(&pl->out, ";\n");
	return want_end(pl);
}

/* The text is known when it runs, and then it is refused: ORA-03001. */
static bool execute_immediate(struct plsql *pl)
{
	cw_wr_text(&pl->out, "PERFORM rh.execute_immediate(");
	if (!plsql_write_expr(pl, &pl->out))
		return false;
	cw_wr_text(&pl->out, ");\n");
	return want_end(pl);
}

/* CALL "S"."P"(args): what goes in is an expression, what comes out a variable. */
static bool call_unit(struct plsql *pl, const struct plsql_unit *unit, struct sql_expr *call)
{
	unsigned place = 0;

	if (unit->function)
		return rh_fail(pl->error, 6550, call->at,
			       "PLS-00221: '%s' is not a procedure or is undefined", unit->name);
	cw_wr_text(&pl->out, "CALL ");
	plsql_write_unit(&pl->out, unit);
	cw_wr_text(&pl->out, "(");
	for (struct sql_expr *arg = call->arg; arg; arg = arg->next, place++) {
		bool named = arg->kind == X_NAMED_ARG;
		struct sql_expr *value = named ? arg->arg : arg;

		cw_wr_text(&pl->out, place ? ", " : "");
		if (named) {
			plsql_write_variable(&pl->out, arg->name.part[0]);
			cw_wr_text(&pl->out, " => ");
		}
		if (!(plsql_argument_out(unit, named ? arg->name.part[0] : NULL, place)
			      ? plsql_write_target(pl, value)
			      : plsql_write_tree(pl, &pl->out, value)))
			return false;
	}
	cw_wr_text(&pl->out, ");\n");
	return want_end(pl);
}

/* DBMS_LOB's procedures whose first argument is IN OUT. */
static bool writes_lob(const struct sql_expr *call)
{
	static const char *const procedures[] = { "CREATETEMPORARY", "FREETEMPORARY", "OPEN",
						  "CLOSE", "WRITE", "WRITEAPPEND", "APPEND",
						  "TRIM", "COPY" };
	const struct sql_name *name = &call->name;

	if (call->kind != X_CALL || name->count < 2 ||
	    strcmp(name->part[name->count - 2], "DBMS_LOB") != 0)
		return false;
	for (size_t i = 0; i < CW_ARRAY_LEN(procedures); i++)
		if (strcmp(name->part[name->count - 1], procedures[i]) == 0)
			return true;
	return false;
}

/*
 * lob := DBMS_LOB.procedure(lob, ...): a variable is the LOB's content.  One that may lie in a row
 * would be written there on Oracle: refused.
 */
static bool write_lob(struct plsql *pl, struct sql_expr *call)
{
	struct sql_expr *lob = call->arg;
	int index;

	if (!lob || lob->kind == X_NAMED_ARG)
		return rh_fail(pl->error, 3001, call->at,
			       "unimplemented feature: DBMS_LOB with named arguments");
	if (pl->located_lobs || !pl->is_anonymous || is_record(pl, lob))
		return rh_fail(pl->error, 3001, call->at,
			       "unimplemented feature: DBMS_LOB on what may lie in a row");
	if (!plsql_write_target(pl, lob))
		return false;
	index = lob->kind == X_BIND ? plsql_bind_index(pl, lob->text) : -1;
	if (index >= 0)
		pl->bind[index].use |= PLSQL_READ | PLSQL_LOB_WRITTEN;
	cw_wr_text(&pl->out, " := ");
	lob->printed = NULL;
	if (!plsql_name_other(pl, call, pl->error))
		return false;
	cw_wr_text(&pl->out, call->printed);
	cw_wr_text(&pl->out, ";\n");
	return want_end(pl);
}

/* name := expr; or a procedure's call. */
static bool assignment_or_call(struct plsql *pl)
{
	struct sql_expr *left = sql_parse_expr(&pl->parser);
	struct plsql_unit unit;

	if (sql_parse_failed(&pl->parser))
		return false;
	if (sql_skip_op(&pl->parser, ":=")) {
		if (!plsql_write_target(pl, left))
			return false;
		cw_wr_text(&pl->out, " := ");
		if (!plsql_write_expr(pl, &pl->out))
			return false;
		cw_wr_text(&pl->out, ";\n");
		return want_end(pl);
	}
	if (left->kind != X_CALL && left->kind != X_NAME)
		return rh_fail(pl->error, 6550, left->at, "PLS-00103: a statement was expected");
	if (writes_lob(left))
		return write_lob(pl, left);
	if (plsql_unit_find(pl, &left->name, &unit))
		return call_unit(pl, &unit, left);
	if (pl->error->code)
		return false;
	cw_wr_text(&pl->out, "PERFORM ");
	if (left->kind == X_NAME) {
		if (!plsql_write_package_call(pl, left))
			return false;
	} else if (!plsql_name_other(pl, left, pl->error)) {
		return false;
	} else {
		cw_wr_text(&pl->out, left->printed);
	}
	cw_wr_text(&pl->out, ";\n");
	return want_end(pl);
}

static void end_segment(struct plsql *pl, enum plsql_cut cut)
{
	struct plsql_segment *segment = cw_new(pl->arena, struct plsql_segment, 1);

	cw_wr_u8(&pl->out, 0);
	segment->body = memcpy(cw_new(pl->arena, char, pl->out.len), pl->out.at0, pl->out.len);
	segment->cut = cut;
	*pl->last_segment = segment;
	pl->last_segment = &segment->next;
	cw_wr_reset(&pl->out);
}

/* COMMIT and ROLLBACK of the outermost block end a segment. */
static bool transaction_control(struct plsql *pl)
{
	bool commit = sql_at_word(&pl->parser, "COMMIT");

	if (pl->depth > 1 || pl->loops || pl->new_name)
		return rh_fail(
			pl->error, pl->new_name ? 4092 : 3001, pl->parser.token.at,
			pl->new_name
				? "cannot COMMIT or ROLLBACK in a trigger"
				: "unimplemented feature: COMMIT or ROLLBACK in an inner block");
	if (pl->variables)
		return rh_fail(
			pl->error, 3001, pl->parser.token.at,
			"unimplemented feature: COMMIT or ROLLBACK in a block with variables");
	sql_next(&pl->parser);
	(void)sql_skip_word(&pl->parser, "WORK");
	if (!want_end(pl))
		return false;
	cw_wr_text(&pl->out, "END;\n");
	end_segment(pl, commit ? PLSQL_CUT_COMMIT : PLSQL_CUT_ROLLBACK);
	cw_wr_text(&pl->out, "BEGIN\n");
	return true;
}

static bool simple_statement(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;

	if (is_sql_word(p))
		return sql_statement(pl);
	if (sql_skip_word(p, "NULL")) {
		cw_wr_text(&pl->out, "NULL;\n");
		return want_end(pl);
	}
	if (sql_skip_word(p, "EXIT"))
		return leave_statement(pl, "EXIT");
	if (sql_skip_word(p, "CONTINUE"))
		return leave_statement(pl, "CONTINUE");
	if (sql_skip_word(p, "RETURN"))
		return return_statement(pl);
	if (sql_skip_words(p, "EXECUTE", "IMMEDIATE"))
		return execute_immediate(pl);
	if (sql_skip_word(p, "RAISE_APPLICATION_ERROR"))
		return raise_application_error(pl);
	if (sql_skip_word(p, "RAISE"))
		return raise_statement(pl);
	if (sql_at_word(p, "COMMIT") || (sql_at_word(p, "ROLLBACK") && !sql_ahead_word(p, "TO")))
		return transaction_control(pl);
	if (is_refused_word(p))
		return rh_fail(pl->error, 3001, p->token.at, "unimplemented feature: %s in PL/SQL",
			       p->token.text);
	return assignment_or_call(pl);
}

static bool statement(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;

	if (sql_at_word(p, "BEGIN") || sql_at_word(p, "DECLARE"))
		return block(pl, "") && want_end(pl);
	if (sql_skip_word(p, "IF"))
		return if_statement(pl);
	if (sql_at_word(p, "LOOP"))
		return loop_body(pl);
	if (sql_skip_word(p, "WHILE"))
		return while_statement(pl);
	if (sql_skip_word(p, "FOR"))
		return for_statement(pl);
	if (sql_skip_word(p, "CASE"))
		return case_statement(pl);
	if (sql_skip_word(p, "OPEN"))
		return plsql_cursor_open(pl) && want_end(pl);
	if (sql_skip_word(p, "FETCH"))
		return plsql_cursor_fetch(pl) && want_end(pl);
	if (sql_skip_word(p, "CLOSE"))
		return plsql_cursor_close(pl) && want_end(pl);
	return simple_statement(pl);
}

/* Up to one of the words in @stops, which is left. */
static bool statements(struct plsql *pl, const char *const *stops)
{
	for (;;) {
		for (const char *const *stop = stops; *stop; stop++) {
			if (sql_at_word(&pl->parser, *stop))
				return true;
		}
		if (pl->parser.token.kind == T_END)
			return rh_fail(pl->error, 6550, pl->parser.token.at,
				       "PLS-00103: END was expected");
		if (!statement(pl) || sql_parse_failed(&pl->parser))
			return false;
	}
}

/* ---- declarations and handlers --------------------------------------------------- */

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
	type = sql_parse_type(&pl->parser);
	if (sql_parse_failed(&pl->parser))
		return false;
	if (type->percent_type || type->percent_rowtype)
		return write_type_of(pl, type, variable, out);
	if (type->ora_type == 0)
		return rh_fail(pl->error, 6550, type->at,
			       "PLS-00201: identifier '%s' must be declared", type->name.part[0]);
	variable->type = sql_type_of_ora(type->ora_type);
	sql_print_type(out, type);
	return true;
}

/* EXCEPTION_INIT(name, -number) */
static bool pragma(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;
	const char *name;
	struct plsql_variable *one = pl->variables;

	if (!sql_skip_word(p, "EXCEPTION_INIT"))
		return rh_fail(pl->error, 3001, p->token.at, "unimplemented feature: PRAGMA");
	if (!sql_want_op(p, "(", 6550, "PLS-00103: ( was expected"))
		return false;
	name = sql_want_ident(p, 6550, "PLS-00103: an exception was expected");
	while (name && one && strcmp(one->name, name) != 0)
		one = one->next;
	if (!name || !one || !one->exception)
		return name && rh_fail(pl->error, 6550, p->token.at,
				       "PLS-00109: unknown exception name '%s' in PRAGMA EXCEPTION_INIT", name);
	if (!sql_want_op(p, ",", 6550, "PLS-00103: , was expected"))
		return false;
	(void)sql_skip_op(p, "-");
	if (p->token.kind != T_NUMBER)
		return rh_fail(pl->error, 6550, p->token.at, "PLS-00103: a number was expected");
	one->code = atoi(p->token.text);
	sql_next(p);
	return sql_want_op(p, ")", 6550, "PLS-00103: ) was expected");
}

/* CURSOR and PRAGMA, and what begins like a declaration and is none of ours; false: it is a name. */
static bool declares_other(struct plsql *pl, const char *name, bool *ret_ok)
{
	static const char *const refused[] = { "TYPE", "SUBTYPE", "PROCEDURE", "FUNCTION" };

	if (strcmp(name, "CURSOR") == 0) {
		*ret_ok = plsql_cursor_declare(pl) && want_end(pl);
		return true;
	}
	if (strcmp(name, "PRAGMA") == 0) {
		*ret_ok = pragma(pl) && want_end(pl);
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

static bool declaration(struct plsql *pl)
{
	struct plsql_variable *variable;
	const char *name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	bool ok;

	if (!name)
		return false;
	if (declares_other(pl, name, &ok))
		return ok;
	variable = plsql_declare(pl, name, SQL_ANY);
	if (sql_skip_word(&pl->parser, "EXCEPTION")) {
		variable->exception = true;
		return want_end(pl);
	}
	if (sql_skip_word(&pl->parser, "SYS_REFCURSOR")) {
		plsql_cursor_flags(&pl->out, name);
		plsql_write_variable(&pl->out, name);
		cw_wr_text(&pl->out, " refcursor;\n");
		variable->cursor = true;
		return want_end(pl);
	}
	plsql_write_variable(&pl->out, name);
	cw_wr_text(&pl->out, sql_skip_word(&pl->parser, "CONSTANT") ? " CONSTANT " : " ");
	if (!plsql_write_type(pl, variable, &pl->out))
		return false;
	if (sql_skip_words(&pl->parser, "NOT", "NULL"))
		cw_wr_text(&pl->out, " NOT NULL");
	if (sql_skip_op(&pl->parser, ":=") || sql_skip_word(&pl->parser, "DEFAULT")) {
		cw_wr_text(&pl->out, " := ");
		if (!plsql_write_expr(pl, &pl->out))
			return false;
	}
	cw_wr_text(&pl->out, ";\n");
	return want_end(pl);
}

/* The test of one name behind WHEN. */
static bool handler_test(struct plsql *pl, const char *name)
{
	const struct plsql_variable *declared = plsql_find(pl, name);
	int code = declared ? declared->code : 0;

	if (declared && declared->exception && code == 0) {
		cw_wr_text(&pl->out, "(\"sql$code\" = 1 AND \"sql$raised\" = ");
		sql_print_literal(&pl->out, name, strlen(name));
		cw_wr_text(&pl->out, ")");
		return true;
	}
	if (!declared && !predefined_text(name, &code))
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00201: identifier '%s' must be declared", name);
	cw_wr_printf(&pl->out, "\"sql$code\" = %d", code == 1403 ? 100 : -code);
	return true;
}

/* WHEN a OR b THEN, as a branch of an IF; OTHERS is the last. */
static bool handler_names(struct plsql *pl, bool first)
{
	if (sql_skip_word(&pl->parser, "OTHERS")) {
		cw_wr_text(&pl->out, first ? "IF true" : "ELSIF true");
	} else {
		cw_wr_text(&pl->out, first ? "IF " : "ELSIF ");
		do {
			const char *name =
				sql_want_ident(&pl->parser, 6550, "PLS-00103: an exception");

			if (!name || !handler_test(pl, name))
				return false;
			if (sql_at_word(&pl->parser, "OR"))
				cw_wr_text(&pl->out, " OR ");
		} while (sql_skip_word(&pl->parser, "OR"));
	}
	cw_wr_text(&pl->out, " THEN\n");
	return sql_want_word(&pl->parser, "THEN", 6550, "PLS-00103: THEN was expected");
}

/* All of PL/pgSQL's conditions come to one handler, which asks for Oracle's number. */
static bool handlers(struct plsql *pl, const char *returns)
{
	static const char *const stops[] = { "WHEN", "END", NULL };
	bool first = true;

	cw_wr_text(&pl->out, "EXCEPTION WHEN others THEN\n"
			     "GET STACKED DIAGNOSTICS \"sql$raised\" = CONSTRAINT_NAME;\n"
			     "\"sql$code\" := ora.sqlcode(SQLSTATE, SQLERRM);\n");
	for (; sql_skip_word(&pl->parser, "WHEN"); first = false) {
		if (!handler_names(pl, first) || !statements(pl, stops))
			return false;
	}
	cw_wr_text(&pl->out, first ? "RAISE;\n" : "ELSE RAISE;\nEND IF;\n");
	cw_wr_text(&pl->out, returns);
	return true;
}

/* [DECLARE ...] BEGIN ... [EXCEPTION ...] END [label]; the ';' is left. */
static bool block(struct plsql *pl, const char *returns)
{
	static const char *const stops[] = { "EXCEPTION", "END", NULL };
	struct plsql_variable *outer = pl->variables;

	if (++pl->depth > PLSQL_DEPTH_MAX)
		return rh_fail(pl->error, 3001, pl->parser.token.at,
			       "unimplemented feature: blocks nested deeper than %u",
			       PLSQL_DEPTH_MAX);
	if (sql_skip_word(&pl->parser, "DECLARE") || pl->at_declarations) {
		pl->at_declarations = false;
		cw_wr_text(&pl->out, "DECLARE\n");
		while (!sql_at_word(&pl->parser, "BEGIN")) {
			if (!declaration(pl))
				return false;
		}
	}
	if (!sql_want_word(&pl->parser, "BEGIN", 6550, "PLS-00103: BEGIN was expected"))
		return false;
	cw_wr_text(&pl->out, "BEGIN\n");
	if (!statements(pl, stops))
		return false;
	cw_wr_text(&pl->out, returns);
	if (sql_skip_word(&pl->parser, "EXCEPTION")) {
		if (pl->segments)
			return rh_fail(
				pl->error, 3001, pl->parser.token.at,
				"unimplemented feature: handlers behind a COMMIT or ROLLBACK");
		if (!handlers(pl, returns))
			return false;
	}
	cw_wr_text(&pl->out, "END;\n");
	pl->variables = outer;
	pl->depth--;
	if (!sql_want_word(&pl->parser, "END", 6550, "PLS-00103: END was expected"))
		return false;
	if (pl->parser.token.kind == T_WORD || pl->parser.token.kind == T_QUOTED)
		sql_next(&pl->parser); /* the name again */
	return true;
}

bool plsql_translate_block(struct plsql *pl)
{
	pl->is_anonymous = true;
	if (!block(pl, ""))
		return false;
	end_segment(pl, PLSQL_CUT_END);
	if (!sql_skip_op(&pl->parser, ";"))
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00103: encountered the symbol \"end-of-file\"");
	if (pl->parser.token.kind != T_END)
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00103: encountered text behind the end of the block");
	return !sql_parse_failed(&pl->parser);
}

static bool whole_unit(struct plsql *pl, const char *returns)
{
	if (!block(pl, returns))
		return false;
	(void)sql_skip_op(&pl->parser, ";");
	if (pl->parser.token.kind != T_END)
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00103: encountered text behind the end of the unit");
	return !sql_parse_failed(&pl->parser);
}

bool plsql_translate_body(struct plsql *pl, const char *returns)
{
	pl->returns = returns;
	return whole_unit(pl, returns);
}

bool plsql_translate_unit(struct plsql *pl)
{
	pl->at_declarations = true;
	return whole_unit(pl, "");
}
