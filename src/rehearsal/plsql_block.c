/* plsql_block.c - blocks and bodies of stored units; see plsql.h */
#include "rehearsal/plsql_parts.h"

void plsql_init(struct plsql *pl, struct rh_session *session, struct cw_arena *arena,
		const char *sql, size_t len, struct rh_error *error)
{
	bool ok;

	*pl = (struct plsql){ .session = session, .arena = arena, .error = error };
	pl->parser.release = session->server->profile->release;
	ok = plsql_conditional(pl, &sql, len);
	sql_parse_init(&pl->parser, arena, session->server->profile->release, sql, len, error);
	pl->parser.plsql = pl->parser.lexer.plsql = true;
	if (!ok && error->code == 0)
		(void)rh_fail(error, 3001, 0,
			      "unimplemented feature: this condition of conditional compilation");
}

void plsql_release(struct plsql *pl)
{
	cw_wr_release(&pl->out);
}

/* Declarations up to BEGIN, and what is done first behind it. */
static bool declarations(struct plsql *pl, bool handles, unsigned number, struct plsql_label *label)
{
	struct cw_wr inits = { 0 };
	bool ok = true;

	cw_wr_text(&pl->out, "DECLARE\n");
	if (handles)
		cw_wr_printf(&pl->out, "\"err$%u\" ora.caught; \"code$%u\" numeric;\n", number,
			     number);
	if (sql_skip_word(&pl->parser, "DECLARE") || pl->at_declarations) {
		pl->at_declarations = false;
		pl->inits = pl->guard ? &inits : NULL;
		pl->after_local = false;
		while (ok && !sql_at_word(&pl->parser, "BEGIN")) {
			ok = plsql_declaration(pl);
			label->first = pl->variables;
		}
		pl->inits = NULL;
	}
	cw_wr_text(&pl->out, "BEGIN\n");
	cw_wr_put(&pl->out, inits.at0, inits.len);
	cw_wr_release(&inits);
	return ok;
}

/* BEGIN ... [EXCEPTION ...], without END */
static bool body(struct plsql *pl, bool handles, unsigned number, const char *returns)
{
	static const char *const stops[] = { "EXCEPTION", "END", NULL };
	unsigned outer = pl->guard;

	if (!sql_want_word(&pl->parser, "BEGIN", 6550, "PLS-00103: BEGIN was expected"))
		return false;
	if (handles) {
		cw_wr_printf(&pl->out, "<<\"body$%u\">>\nBEGIN\n", number);
		pl->guard = number;
	}
	if (!plsql_statements(pl, stops))
		return false;
	pl->guard = outer;
	cw_wr_text(&pl->out, returns);
	if (!handles)
		return true;
	if (!returns[0])
		cw_wr_printf(&pl->out, "EXIT \"block$%u\";\n", number);
	cw_wr_text(&pl->out, "END;\n");
	return sql_want_word(&pl->parser, "EXCEPTION", 6550, "PLS-00103: EXCEPTION was expected") &&
	       plsql_handlers(pl, number, returns);
}

/* The words from here to BEGIN are declarations: whether the block behind them has handlers. */
static bool handlers_ahead(const struct plsql *pl)
{
	struct plsql_ahead ahead;

	plsql_ahead_begin(&ahead, &pl->parser);
	plsql_skip_declarations(&ahead.parser);
	return plsql_has_handlers(&ahead.parser);
}

/* [DECLARE ...] BEGIN ... [EXCEPTION ...] END [label]; the ';' is left. */
bool plsql_block(struct plsql *pl, const char *returns)
{
	struct plsql_variable *outer = pl->variables;
	struct plsql_type *outer_types = pl->types;
	struct plsql_local *outer_locals = pl->locals;
	struct plsql_label label = {
		.next = pl->labels, .name = pl->label, .first = outer, .end = outer
	};
	bool handles = handlers_ahead(pl);
	unsigned number = ++pl->numbers;

	pl->label = NULL;
	if (sql_parse_failed(&pl->parser))
		return false;
	if (++pl->depth > PLSQL_DEPTH_MAX)
		return rh_fail(pl->error, 3001, pl->parser.token.at,
			       "unimplemented feature: blocks nested deeper than %u",
			       PLSQL_DEPTH_MAX);
	if (handles)
		cw_wr_printf(&pl->out, "<<\"block$%u\">>\n", number);
	if (label.name)
		pl->labels = &label;
	if (!declarations(pl, handles, number, &label) || !plsql_locals_are_made(pl, outer_locals))
		return false;
	if (!body(pl, handles, number, returns))
		return false;
	cw_wr_text(&pl->out, "END;\n");
	pl->labels = label.next;
	pl->variables = outer;
	pl->types = outer_types;
	pl->locals = outer_locals;
	pl->depth--;
	return plsql_want_end_word(pl);
}

/* The block of a unit or a subprogram, around which its frame is. */
static bool framed(struct plsql *pl, const char *returns)
{
	struct cw_wr leaves = { 0 };

	if (!plsql_begin_frame(pl))
		return false;
	cw_wr_text(&leaves, pl->copy_back);
	cw_wr_text(&leaves, pl->copy_back[0] && !returns[0] ? "RETURN;\n" : returns);
	if (!plsql_block(pl, plsql_keep_text(pl, &leaves)))
		return false;
	plsql_end_frame(pl);
	return true;
}

/* There no routine can be made. */
#define REFUSE_READ_ONLY                                                                             \
	"IF pg_catalog.current_setting('transaction_read_only')::boolean THEN\nPERFORM "             \
	"rh.raise('ORA-03001: unimplemented feature: a local subprogram of an anonymous block in a " \
	"READ ONLY transaction');\nEND IF;\n"

/* Its local subprograms are there while it runs. */
static bool with_routines(struct plsql *pl)
{
	struct cw_wr routines = { 0 }, end = { 0 }, whole = { 0 };
	bool ok;

	pl->routines = &routines;
	pl->routines_end = &end;
	ok = framed(pl, "");
	if (ok && routines.len) {
		cw_wr_text(&whole, "DECLARE\n" PLSQL_ROUTINES " text := ");
		sql_print_literal(&whole, (const char *)routines.at0, routines.len);
		cw_wr_text(&whole, ";\nBEGIN\n" REFUSE_READ_ONLY "EXECUTE " PLSQL_ROUTINES ";\n");
		cw_wr_put(&whole, pl->out.at0, pl->out.len);
		cw_wr_put(&whole, end.at0, end.len);
		cw_wr_text(&whole, "END;\n");
		cw_wr_release(&pl->out);
		pl->out = whole;
	}
	cw_wr_release(&routines);
	cw_wr_release(&end);
	return ok;
}

bool plsql_translate_block(struct plsql *pl)
{
	pl->is_anonymous = true;
	if (!plsql_read_label(pl) || !with_routines(pl))
		return false;
	plsql_end_lobs(pl);
	if (!sql_skip_op(&pl->parser, ";"))
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00103: encountered the symbol \"end-of-file\"");
	if (pl->parser.token.kind != T_END)
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00103: encountered text behind the end of the block");
	return !sql_parse_failed(&pl->parser);
}

#define NO_RESULT "PERFORM rh.raise('ORA-06503: PL/SQL: Function returned without value');\n"

static bool whole_unit(struct plsql *pl, const char *returns)
{
	if (!framed(pl, returns))
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

bool plsql_translate_section(struct plsql *pl, const char *returns)
{
	pl->returns = returns;
	pl->at_declarations = true;
	return framed(pl, returns);
}

bool plsql_translate_unit(struct plsql *pl)
{
	pl->at_declarations = true;
	return whole_unit(pl, pl->result_comes_out ? NO_RESULT : "");
}

bool plsql_translate_subprogram(struct plsql *pl)
{
	pl->at_declarations = true;
	return framed(pl, pl->result_comes_out ? NO_RESULT : "");
}
