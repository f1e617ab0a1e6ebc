/*
 * plsql_local.c - procedures and functions that blocks declare; see plsql_parts.h
 *
 * A local subprogram becomes a routine of PostgreSQL.  What it sees of the blocks around is no variable of PL/pgSQL's but lies in
 * the call's frame (extension/frame.c), whose number is handed down as "frame$0" ...: the unit is read ahead for the words
 * that its local subprograms use.  What cannot lie there (cursors, counters, binds, :NEW) is refused where it is used.  Those
 * of a stored unit are made with it, those of an anonymous block each time that it runs, in front of it.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "PL/SQL Subprograms", "Nested, Package, and Standalone Subprograms"
 */
#include "rehearsal/plsql_parts.h"

#include <stdatomic.h>
#include <string.h>

struct plsql_use {
	struct plsql_use *next;
	const char *word;
	uint32_t within; /* where the local subprogram begins that says it, plus 1 */
};

struct plsql_local {
	struct plsql_local *next;
	const char *name;
	unsigned level;
	bool made; /* false: declared, its body comes later */
	struct sql_unit *unit;
};

/* ---- what the subprograms of a unit use --------------------------------------------------------------- */

struct scan {
	struct sql_parser parser;
	struct rh_error ignored;
	struct plsql *pl;    /* notes what is used; NULL: nothing does */
	uint32_t refused_at; /* a word that no local subprogram may use, plus 1 */
	bool at_item;	     /* a declaration may begin here */
	bool ends;	     /* transactions, perhaps */
};

static bool is_event(const struct sql_parser *p)
{
	return sql_at_word(p, "INSERTING") || sql_at_word(p, "UPDATING") ||
	       sql_at_word(p, "DELETING");
}

static void note_use(struct scan *scan, uint32_t within)
{
	const struct sql_token *token = &scan->parser.token;
	struct plsql_use *made;

	if (token->kind == T_BIND || (scan->pl->new_name && is_event(&scan->parser)))
		scan->refused_at = token->at + 1;
	if (token->kind != T_WORD && token->kind != T_QUOTED)
		return;
	made = cw_new(scan->pl->arena, struct plsql_use, 1);
	*made = (struct plsql_use){ scan->pl->uses, token->text, within };
	scan->pl->uses = made;
}

static void next(struct scan *scan, uint32_t within)
{
	struct sql_parser *p = &scan->parser;

	if (scan->pl && within)
		note_use(scan, within);
	scan->ends |= sql_at_word(p, "COMMIT") || sql_at_word(p, "ROLLBACK") ||
		      sql_at_word(p, "IMMEDIATE");
	scan->at_item = sql_at_op(p, ";") || sql_at_word(p, "DECLARE") || sql_at_word(p, "IS") ||
			sql_at_word(p, "AS");
	sql_next(p);
}

static void over_body(struct scan *scan, uint32_t within);

/* At PROCEDURE or FUNCTION: up to its ';'. */
static void over_subprogram(struct scan *scan)
{
	struct sql_parser *p = &scan->parser;
	uint32_t within = p->token.at + 1;
	unsigned depth = 0;

	if (scan->pl)
		scan->pl->has_locals = true;
	for (; p->token.kind != T_END; next(scan, within)) {
		depth += sql_at_op(p, "(");
		depth -= sql_at_op(p, ")") && depth > 0;
		if (depth > 0)
			continue;
		if (sql_at_op(p, ";"))
			return;
		if (sql_at_word(p, "IS") || sql_at_word(p, "AS")) {
			next(scan, within);
			over_body(scan, within);
			return;
		}
	}
}

/* Over a local subprogram, if one is declared here. */
static void over_local(struct scan *scan)
{
	if (scan->at_item &&
	    (sql_at_word(&scan->parser, "PROCEDURE") || sql_at_word(&scan->parser, "FUNCTION")))
		over_subprogram(scan);
}

static void over_declarations(struct scan *scan, uint32_t within)
{
	scan->at_item = true;
	for (;;) {
		over_local(scan);
		if (sql_at_word(&scan->parser, "BEGIN") || scan->parser.token.kind == T_END)
			return;
		next(scan, within);
	}
}

/* Declarations, BEGIN, statements, END and the name behind. */
static void over_body(struct scan *scan, uint32_t within)
{
	struct sql_parser *p = &scan->parser;
	unsigned depth = 0;
	bool after_end = false;

	over_declarations(scan, within);
	for (; p->token.kind != T_END; next(scan, within)) {
		bool end, opens;

		over_local(scan);
		end = sql_at_word(p, "END");
		opens = sql_at_word(p, "BEGIN") || sql_at_word(p, "IF") || sql_at_word(p, "LOOP") ||
			sql_at_word(p, "CASE");
		depth += opens && !after_end;
		depth -= end;
		after_end = end;
		if (depth == 0)
			break;
	}
	next(scan, within);
	if (p->token.kind == T_WORD || p->token.kind == T_QUOTED)
		next(scan, within);
}

static void begin_scan(struct scan *scan, const struct sql_parser *from)
{
	*scan = (struct scan){ .parser = *from };
	scan->parser.error = scan->parser.lexer.error = &scan->ignored;
}

static void take_parser(struct sql_parser *p, const struct scan *scan)
{
	struct rh_error *error = p->error;

	*p = scan->parser;
	p->error = p->lexer.error = error;
}

void plsql_skip_body(struct sql_parser *p, bool *ret_ends)
{
	struct scan scan;

	begin_scan(&scan, p);
	over_body(&scan, 0);
	take_parser(p, &scan);
	*ret_ends = scan.ends;
}

void plsql_skip_declarations(struct sql_parser *p)
{
	struct scan scan;

	begin_scan(&scan, p);
	over_declarations(&scan, 0);
	take_parser(p, &scan);
}

/* ---- frames ----------------------------------------------------------------------------------------------- */

static bool is_used(const struct plsql *pl, const struct plsql_variable *variable)
{
	for (const struct plsql_use *one = pl->uses; one; one = one->next)
		if (one->within > variable->at && strcmp(one->word, variable->name) == 0)
			return true;
	return false;
}

static void put_set(const struct plsql_variable *variable, struct cw_wr *out)
{
	cw_wr_printf(out, "rh.state_set(%s, ", variable->state);
	plsql_write_variable(out, variable->name);
	cw_wr_text(out, "::text)");
}

bool plsql_lies_in_frame(struct plsql *pl, struct plsql_variable *variable)
{
	struct cw_wr state = { 0 };

	if (!pl->has_locals || variable->cursor || variable->exception || !is_used(pl, variable))
		return false;
	if (!variable->text && variable->row)
		variable->text = plsql_record_type(pl, variable->row);
	if (!variable->text)
		return false;
	cw_wr_printf(&state, "\"frame$%u\", %u", pl->level, ++pl->numbers);
	variable->state = plsql_keep_text(pl, &state);
	return true;
}

void plsql_put_in_frame(struct plsql *pl, const struct plsql_variable *variable)
{
	struct cw_wr *out = pl->inits ? pl->inits : &pl->out;

	cw_wr_printf(out, pl->inits ? "PERFORM " : "\"s$%u\" boolean := (", ++pl->numbers);
	put_set(variable, out);
	cw_wr_text(out, pl->inits ? ";\n" : " IS NULL);\n");
}

/* The parameters that are declared already; what comes out is taken from the frame where the call ends. */
static void put_parameters(struct plsql *pl)
{
	struct cw_wr back = { 0 };

	for (struct plsql_variable *one = pl->variables; one; one = one->next) {
		if (one->level != pl->level || !plsql_lies_in_frame(pl, one))
			continue;
		cw_wr_text(&pl->out, "PERFORM ");
		put_set(one, &pl->out);
		cw_wr_text(&pl->out, ";\n");
		if (one->constant)
			continue;
		plsql_write_variable(&back, one->name);
		cw_wr_printf(&back, " := (rh.state_get(%s))::%s;\n", one->state, one->text);
	}
	pl->copy_back = plsql_keep_text(pl, &back);
}

bool plsql_begin_frame(struct plsql *pl)
{
	static atomic_uint blocks;

	if (pl->level == 0) {
		struct scan scan;

		begin_scan(&scan, &pl->parser);
		scan.pl = pl;
		over_body(&scan, 0);
		pl->block_number = pl->has_locals && pl->is_anonymous ? ++blocks : 0;
		if (pl->has_locals && scan.refused_at)
			return rh_fail(
				pl->error, 3001, scan.refused_at - 1,
				"unimplemented feature: a bind, :NEW, :OLD or the event of a "
				"trigger in a local subprogram");
	}
	pl->copy_back = "";
	if (!pl->has_locals)
		return true;
	cw_wr_printf(&pl->out, "DECLARE\n\"frame$%u\" int := rh.frame();\nBEGIN\n", pl->level);
	put_parameters(pl);
	return true;
}

void plsql_end_frame(struct plsql *pl)
{
	if (pl->has_locals)
		cw_wr_text(&pl->out, "END;\n");
}

/* ---- one of them ------------------------------------------------------------------------------------------ */

static const struct plsql_local *find(const struct plsql *pl, const struct sql_expr *call,
				      bool *ret_many)
{
	const struct plsql_local *first = NULL, *chosen = NULL;

	*ret_many = false;
	for (const struct plsql_local *one = pl->locals; one; one = one->next) {
		if (strcmp(one->name, call->name.part[0]) != 0)
			continue;
		if (first && one->level != first->level)
			break; /* hidden by those inside */
		first = first ? first : one;
		if (!sql_unit_takes(one->unit, call))
			continue;
		*ret_many = chosen != NULL;
		chosen = one;
	}
	return chosen ? chosen : first;
}

bool plsql_local_of(struct plsql *pl, const struct sql_expr *call, const struct sql_unit **ret)
{
	const struct plsql_local *found;
	bool many;

	*ret = NULL;
	if (call->name.count != 1)
		return true;
	found = find(pl, call, &many);
	if (!found)
		return true;
	if (many)
		return rh_fail(
			pl->error, 3001, call->at,
			"unimplemented feature: local subprograms that differ in the types of "
			"their parameters alone");
	if (pl->in_sql && found->unit->frames)
		return rh_fail(pl->error, 6550, call->at,
			       "PLS-00231: function '%s' may not be used in SQL", found->name);
	*ret = found->unit;
	return true;
}

/* The name of its routine: of a stored unit's always the same. */
static void name_routine(struct plsql *pl, struct sql_unit *unit)
{
	struct cw_wr name = { 0 };
	unsigned number = ++pl->local_numbers;

	if (pl->is_anonymous) {
		unit->schema = "pg_temp";
		cw_wr_printf(&name, "l$%u$%u", pl->block_number, number);
	} else {
		unit->schema = pl->unit_schema;
		cw_wr_printf(&name, "%s$%u",
			     plsql_locals_prefix(pl, pl->unit_schema, pl->unit_name), number);
	}
	unit->name = plsql_keep_text(pl, &name);
}

static void list_frames(struct plsql *pl, const char *before, const char *behind, struct cw_wr *out)
{
	for (unsigned i = 0; i < pl->level; i++)
		cw_wr_printf(out, "%s%s\"frame$%u\"%s", i ? ", " : "", before, i, behind);
}

static struct sql_unit *unit_of(struct plsql *pl, const struct plsql_stored *stored)
{
	struct sql_unit *made = cw_new(pl->arena, struct sql_unit, 1);
	struct sql_parameter *parameter =
		cw_new(pl->arena, struct sql_parameter, stored->count + 1);
	struct cw_wr frames = { 0 };

	list_frames(pl, "", "", &frames);
	*made = (struct sql_unit){ .result = stored->plain_result ? stored->plain_result : "",
				   .function = stored->function,
				   .comes_out = stored->comes_out,
				   .frames = pl->level ? plsql_keep_text(pl, &frames) : NULL,
				   .told = stored->name,
				   .parameter = parameter };
	for (const struct plsql_parameter *one = stored->parameter; one; one = one->next) {
		parameter[made->count++] = (struct sql_parameter){ .name = one->name,
								   .type = one->plain,
								   .mode = one->mode,
								   .value = one->value,
								   .required = !one->value };
	}
	return made;
}

static bool types_are_known(struct plsql *pl, const struct plsql_stored *unit)
{
	const struct plsql_parameter *one = unit->parameter;

	while (one && one->plain)
		one = one->next;
	return (!one && (!unit->function || unit->plain_result)) ||
	       rh_fail(pl->error, 3001, pl->parser.token.at,
		       "unimplemented feature: a local subprogram with a parameter whose type is known "
		       "when it runs");
}

/* The one that was declared and has no body yet, or a new one. */
static struct plsql_local *declared(struct plsql *pl, struct plsql *inside,
				    const struct plsql_stored *stored)
{
	struct plsql_local *one = pl->locals;

	while (one && (one->made || one->level != inside->level ||
		       strcmp(one->name, stored->name) != 0 || one->unit->count != stored->count))
		one = one->next;
	if (one)
		return one;
	one = cw_new(pl->arena, struct plsql_local, 1);
	*one = (struct plsql_local){ pl->locals, stored->name, inside->level, false,
				     unit_of(inside, stored) };
	name_routine(pl, one->unit);
	inside->local_numbers = pl->local_numbers;
	pl->locals = inside->locals = one;
	return one;
}

static void write_routine(struct plsql *inside, const struct sql_unit *unit,
			  const struct plsql_stored *stored, struct cw_wr *sql)
{
	bool function = stored->function && !stored->comes_out;
	struct cw_wr body = { 0 };

	cw_wr_printf(sql, "CREATE OR REPLACE %s ", function ? "FUNCTION" : "PROCEDURE");
	sql_print_ident(sql, unit->schema);
	cw_wr_u8(sql, '.');
	sql_print_ident(sql, unit->name);
	cw_wr_u8(sql, '(');
	list_frames(inside, "IN ", " int", sql);
	cw_wr_text(sql, stored->count || stored->parameters.len ? ", " : "");
	cw_wr_put(sql, stored->parameters.at0, stored->parameters.len);
	cw_wr_text(sql, ") ");
	if (function)
		cw_wr_printf(sql, "RETURNS %.*s ", (int)stored->returns.len,
			     (const char *)stored->returns.at0);
	cw_wr_text(sql, "LANGUAGE plpgsql AS ");
	plsql_write_body(inside, &body);
	sql_print_literal(sql, (const char *)body.at0, body.len);
	cw_wr_release(&body);
}

static bool make_routine(struct plsql *inside, const struct sql_unit *unit,
			 const struct plsql_stored *stored)
{
	struct cw_wr text = { 0 }, sql = { 0 };

	write_routine(inside, unit, stored, &text);
	if (inside->is_anonymous) {
		cw_wr_put(inside->routines, text.at0, text.len);
		cw_wr_text(inside->routines, ";\n");
		cw_wr_printf(inside->routines_end, "EXECUTE 'DROP ROUTINE pg_temp.\"%s\"';\n",
			     unit->name);
		cw_wr_release(&text);
		return true;
	}
	cw_wr_text(&sql, "SELECT rh.make_local(");
	plsql_put_literal(&sql, unit->schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, unit->name);
	cw_wr_text(&sql, ", ");
	sql_print_literal(&sql, (const char *)text.at0, text.len);
	cw_wr_text(&sql, ")");
	cw_wr_release(&text);
	return plsql_run_text(inside->session, &sql, inside->error);
}

void plsql_know_itself(struct plsql *pl, const struct plsql_stored *stored)
{
	struct plsql_local *one = cw_new(pl->arena, struct plsql_local, 1);

	*one = (struct plsql_local){ pl->locals, stored->name, 0, true, unit_of(pl, stored) };
	one->unit->schema = stored->schema;
	one->unit->name = stored->name;
	pl->locals = one;
}

/* What stands behind the header. */
static bool read_body(struct plsql *pl, struct plsql *inside, struct plsql_stored *stored)
{
	struct plsql_local *one = declared(pl, inside, stored);

	if (sql_at_op(&inside->parser, ";"))
		return true;
	if (!plsql_want_is(inside) || !plsql_translate_subprogram(inside))
		return false;
	pl->after_local = one->made = true;
	one->unit->ends = inside->ends;
	return make_routine(inside, one->unit, stored);
}

/* A translation of its own, inside of the one around. */
static struct plsql *begin_inside(struct plsql *outer)
{
	struct plsql *pl = cw_new(outer->arena, struct plsql, 1);

	*pl = *outer;
	pl->level++;
	pl->out = (struct cw_wr){ 0 };
	pl->depth = pl->guard = pl->handler = 0;
	pl->loop = NULL;
	pl->gotos = NULL;
	pl->label = NULL;
	pl->inits = NULL;
	pl->returns = NULL;
	pl->pipe = NULL;
	pl->result_comes_out = pl->autonomous = pl->ends = false;
	return pl;
}

bool plsql_local_declare(struct plsql *outer, bool function)
{
	struct plsql_stored stored = { .function = function };
	struct plsql *pl;
	bool ok;

	if (!outer->has_locals)
		return rh_fail(outer->error, 3001, outer->parser.token.at,
			       "unimplemented feature: a local subprogram of what a package begins "
			       "with");
	pl = begin_inside(outer);
	stored.name = sql_want_ident(&pl->parser, 6550, "PLS-00103: a name was expected");
	ok = stored.name && plsql_read_header(pl, &stored) && types_are_known(pl, &stored) &&
	     read_body(outer, pl, &stored);
	outer->parser = pl->parser;
	outer->numbers = pl->numbers;
	outer->local_numbers = pl->local_numbers;
	outer->packages = pl->packages;
	outer->commits |= pl->commits;
	plsql_release(pl);
	plsql_stored_release(&stored);
	return ok;
}

bool plsql_locals_are_made(struct plsql *pl, const struct plsql_local *outer)
{
	for (const struct plsql_local *one = pl->locals; one != outer; one = one->next)
		if (!one->made)
			return rh_fail(
				pl->error, 6550, pl->parser.token.at,
				"PLS-00328: A subprogram body must be defined for the forward "
				"declaration of %s.",
				one->name);
	return true;
}

/* ---- those of a stored unit ------------------------------------------------------------------------------- */

/* "p$...": what the names of its routines begin with. */
const char *plsql_locals_prefix(struct plsql *pl, const char *schema, const char *unit)
{
	struct cw_wr text = { 0 };

	cw_wr_printf(&text, "%s.%s", schema, unit);
	return plsql_hashed_name(pl, "p$", &text);
}

bool plsql_locals_drop(struct plsql *pl, const char *schema, const char *unit)
{
	struct cw_wr sql = { 0 };

	cw_wr_text(&sql, "SELECT rh.drop_locals(");
	plsql_put_literal(&sql, schema);
	cw_wr_text(&sql, ", ");
	plsql_put_literal(&sql, plsql_locals_prefix(pl, schema, unit));
	cw_wr_text(&sql, ")");
	return plsql_run_text(pl->session, &sql, pl->error);
}
