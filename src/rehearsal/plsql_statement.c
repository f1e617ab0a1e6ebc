/* plsql_statement.c - the simple statements of a block, and which kind one is; see plsql_parts.h */
#include "rehearsal/plsql_cursor.h"
#include "rehearsal/plsql_parts.h"

#include <string.h>

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

/* RETURN [expr]; a trigger returns what its kind wants. */
static bool return_statement(struct plsql *pl)
{
	if (pl->pipe)
		return plsql_return_piped(pl);
	if (sql_at_op(&pl->parser, ";")) {
		cw_wr_text(&pl->out, pl->copy_back ? pl->copy_back : "");
		cw_wr_text(&pl->out, pl->returns ? pl->returns : "RETURN;\n");
		return plsql_want_end(pl);
	}
	cw_wr_text(&pl->out, pl->result_comes_out ? PLSQL_RESULT " := " : "RETURN ");
	if (!plsql_write_expr(pl, &pl->out))
		return false;
	cw_wr_text(&pl->out, ";\n");
	if (pl->result_comes_out)
		cw_wr_printf(&pl->out, "%sRETURN;\n", pl->copy_back ? pl->copy_back : "");
	return plsql_want_end(pl);
}

static bool assignment(struct plsql *pl, struct sql_expr *left)
{
	struct sql_expr *value = sql_parse_expr(&pl->parser);
	const struct sql_unit *unit;
	struct plsql_path path;

	if (sql_parse_failed(&pl->parser))
		return false;
	unit = plsql_unit_of(pl, value);
	if (pl->error->code)
		return false;
	if (unit && unit->function && unit->comes_out)
		return plsql_assign_function(pl, unit, left, value);
	if (left->kind != X_BIND && plsql_path_of(pl, left, &path))
		return plsql_may_assign(pl, &path) && plsql_assign_tree(pl, &path, value) &&
		       plsql_want_end(pl);
	if (pl->error->code || !plsql_write_target(pl, left))
		return false;
	cw_wr_text(&pl->out, " := ");
	if (!plsql_resolve_tree(pl, value))
		return false;
	/* a bind may be a text; and what looks like a number a date, in which a bind is */
	cw_wr_text(&pl->out, value->type == SQL_NUMBER ? "ora.plain_number(" : "(");
	if (!plsql_write_tree(pl, &pl->out, value))
		return false;
	cw_wr_text(&pl->out, ");\n");
	return plsql_want_end(pl);
}

/* A call of a package that is SQL's. */
static bool perform(struct plsql *pl, struct sql_expr *call)
{
	cw_wr_text(&pl->out, "PERFORM ");
	if (call->kind == X_NAME) {
		if (!plsql_write_package_call(pl, call))
			return false;
	} else if (!plsql_name_other(pl, call, pl->error)) {
		return false;
	} else {
		cw_wr_text(&pl->out, call->printed);
	}
	cw_wr_text(&pl->out, ";\n");
	return plsql_want_end(pl);
}

/* A call of what is no stored unit. */
static bool other_call(struct plsql *pl, struct sql_expr *call)
{
	if (plsql_is_change(pl, call))
		return plsql_change_collection(pl, call) && plsql_want_end(pl);
	return plsql_writes_lob(call) ? plsql_write_lob(pl, call) : perform(pl, call);
}

/* Whose transaction is that of the statement that fires it. */
static bool of_trigger(const struct plsql *pl)
{
	return pl->new_name && !pl->autonomous;
}

/* name := expr; or a procedure's call. */
static bool assignment_or_call(struct plsql *pl)
{
	struct sql_expr *left = sql_parse_expr(&pl->parser);
	const struct sql_unit *unit = NULL;
	bool assigns, ok;

	if (sql_parse_failed(&pl->parser))
		return false;
	assigns = sql_skip_op(&pl->parser, ":=");
	if (!assigns && left->kind != X_CALL && left->kind != X_NAME && !plsql_is_change(pl, left))
		return rh_fail(pl->error, 6550, left->at, "PLS-00103: a statement was expected");
	if (!assigns && !plsql_writes_lob(left))
		unit = plsql_unit_of(pl, left);
	if (pl->error->code)
		return false;
	if (unit && unit->ends && !of_trigger(pl)) {
		pl->ends = true;
		return plsql_call_procedure(pl, unit, left);
	}
	plsql_guard_open(pl);
	ok = assigns ? assignment(pl, left)
	     : unit  ? plsql_call_procedure(pl, unit, left)
		     : other_call(pl, left);
	plsql_guard_close(pl);
	return ok;
}

/* A trigger is made with them, and fails when it comes to them. */
static bool ends_in_trigger(struct plsql *pl, const char *what)
{
	plsql_guard_open(pl);
	cw_wr_printf(&pl->out, "PERFORM rh.raise('ORA-04092: cannot %s in a trigger');\n", what);
	plsql_guard_close(pl);
	return plsql_want_end(pl);
}

/* COMMIT and ROLLBACK fail as a whole: no subtransaction may be around them. */
static bool transaction_control(struct plsql *pl)
{
	bool commit = sql_at_word(&pl->parser, "COMMIT");

	sql_next(&pl->parser);
	(void)sql_skip_word(&pl->parser, "WORK");
	if (of_trigger(pl))
		return ends_in_trigger(pl, commit ? "COMMIT" : "ROLLBACK");
	cw_wr_printf(&pl->out, "PERFORM rh.end_transaction('%s');\n%s;\n",
		     commit ? "COMMIT" : "ROLLBACK", commit ? "COMMIT" : "ROLLBACK");
	if (!commit && pl->has_locals && pl->is_anonymous) {
		if (pl->level > 0)
			return rh_fail(
				pl->error, 3001, pl->parser.last_end,
				"unimplemented feature: ROLLBACK in a local subprogram of an "
				"anonymous block");
		cw_wr_text(&pl->out, "EXECUTE " PLSQL_ROUTINES ";\n"); /* they went, too */
	}
	pl->ends = true;
	return plsql_want_end(pl);
}

/* Its test fails alone where somebody handles it; no subtransaction may be around what it does. */
static bool savepoint(struct plsql *pl, const char *function)
{
	const char *name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a savepoint was expected");

	if (!name)
		return false;
	if (of_trigger(pl))
		return ends_in_trigger(pl, "SAVEPOINT");
	plsql_guard_open(pl);
	cw_wr_printf(&pl->out, "PERFORM rh.%s(", function);
	sql_print_literal(&pl->out, name, strlen(name));
	cw_wr_text(&pl->out, ");\n");
	plsql_guard_close(pl);
	cw_wr_text(&pl->out, "PERFORM rh.savepoint_now();\n");
	return plsql_want_end(pl);
}

/* ROLLBACK [WORK] TO [SAVEPOINT] name */
static bool rollback_to(struct plsql *pl, bool *ret_is)
{
	struct sql_parser ahead = pl->parser;

	*ret_is = sql_skip_word(&ahead, "ROLLBACK");
	if (*ret_is)
		(void)sql_skip_word(&ahead, "WORK");
	*ret_is = *ret_is && sql_skip_word(&ahead, "TO");
	if (!*ret_is)
		return true;
	pl->parser = ahead;
	(void)sql_skip_word(&pl->parser, "SAVEPOINT");
	return savepoint(pl, "rollback_to");
}

/* One that fails alone where somebody handles it. */
static bool guarded(struct plsql *pl, bool (*one)(struct plsql *))
{
	plsql_guard_open(pl);
	if (!one(pl))
		return false;
	plsql_guard_close(pl);
	return true;
}

static bool null_statement(struct plsql *pl)
{
	cw_wr_text(&pl->out, "NULL;\n");
	return plsql_want_end(pl);
}

static bool simple_statement(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;
	bool is, ok = rollback_to(pl, &is);

	if (is)
		return ok;
	if (is_sql_word(p))
		return guarded(pl, plsql_sql_statement);
	if (sql_skip_word(p, "NULL"))
		return null_statement(pl);
	if (sql_skip_word(p, "GOTO"))
		return plsql_goto_statement(pl);
	if (sql_skip_word(p, "EXIT"))
		return plsql_leave(pl, "EXIT");
	if (sql_skip_word(p, "CONTINUE"))
		return plsql_leave(pl, "CONTINUE");
	if (sql_skip_word(p, "RETURN"))
		return guarded(pl, return_statement);
	if (sql_skip_words(p, "EXECUTE", "IMMEDIATE"))
		return plsql_execute_immediate(pl);
	if (sql_skip_word(p, "FORALL"))
		return plsql_forall(pl);
	if (sql_skip_word(p, "RAISE_APPLICATION_ERROR"))
		return guarded(pl, plsql_raise_application_error);
	if (sql_skip_word(p, "RAISE"))
		return plsql_raise_statement(pl);
	if (sql_at_word(p, "COMMIT") || sql_at_word(p, "ROLLBACK"))
		return transaction_control(pl);
	if (sql_skip_word(p, "SAVEPOINT"))
		return savepoint(pl, "savepoint");
	return assignment_or_call(pl);
}

static bool cursor_statement(struct plsql *pl, bool *ret_ok)
{
	static const struct {
		const char *word;
		bool (*statement)(struct plsql *pl);
	} kinds[] = { { "OPEN", plsql_cursor_open },
		      { "FETCH", plsql_cursor_fetch },
		      { "CLOSE", plsql_cursor_close } };

	if (sql_skip_words(&pl->parser, "PIPE", "ROW")) {
		*ret_ok = guarded(pl, plsql_pipe_row) && plsql_want_end(pl);
		return true;
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(kinds); i++) {
		if (sql_skip_word(&pl->parser, kinds[i].word)) {
			*ret_ok = guarded(pl, kinds[i].statement) && plsql_want_end(pl);
			return true;
		}
	}
	return false;
}

/* <<name>> in front of what comes */
bool plsql_read_label(struct plsql *pl)
{
	if (!sql_skip_op(&pl->parser, "<<"))
		return true;
	pl->label = sql_want_ident(&pl->parser, 6550, "PLS-00103: a label was expected");
	return pl->label && sql_want_op(&pl->parser, ">>", 6550, "PLS-00103: >> was expected");
}

static bool statement(struct plsql *pl)
{
	struct sql_parser *p = &pl->parser;
	bool ok;

	if (!plsql_read_label(pl))
		return false;
	if (p->ahead.kind == T_OP && strcmp(p->ahead.text, ":=") == 0) {
		pl->label = NULL;	       /* which is GOTO's */
		return assignment_or_call(pl); /* a variable may have the name of a statement */
	}
	if (sql_at_word(p, "BEGIN") || sql_at_word(p, "DECLARE"))
		return plsql_block(pl, "") && plsql_want_end(pl);
	if (sql_at_word(p, "LOOP"))
		return plsql_loop(pl);
	if (sql_skip_word(p, "WHILE"))
		return plsql_while(pl);
	if (sql_skip_word(p, "FOR"))
		return plsql_for(pl);
	pl->label = NULL; /* which is GOTO's */
	if (sql_skip_word(p, "IF"))
		return plsql_if(pl);
	if (sql_skip_word(p, "CASE"))
		return plsql_case(pl);
	if (cursor_statement(pl, &ok))
		return ok;
	return simple_statement(pl);
}

static bool at_stop(const struct plsql *pl, const char *const *stops)
{
	while (*stops && !sql_at_word(&pl->parser, *stops))
		stops++;
	return *stops != NULL;
}

bool plsql_statements(struct plsql *pl, const char *const *stops)
{
	bool jumps = plsql_goto_begin(pl, stops);

	while (!at_stop(pl, stops)) {
		if (pl->parser.token.kind == T_END)
			return rh_fail(pl->error, 6550, pl->parser.token.at,
				       "PLS-00103: END was expected");
		if (jumps)
			plsql_goto_label(pl);
		if (!statement(pl) || sql_parse_failed(&pl->parser))
			return false;
	}
	if (jumps)
		plsql_goto_end(pl);
	return true;
}
