/*
 * plsql_pipe.c - functions that give their collection row by row: PIPELINED, PIPE ROW; see plsql_parts.h
 *
 * The rows are gathered, and the collection is there when the function returns: who fetches only the first of them waits for all.
 * What comes out has a domain of its own over ora.collection, so that a caller knows that PL/SQL may not call it.
 *
 * Errors	PLS-00629, PLS-00630, PLS-00633, PLS-00653
 * Sources	Oracle Database PL/SQL Language Reference 19c, "PIPE ROW Statement", "PIPELINED Clause"
 */
#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"

#include <stdio.h>
#include <string.h>

/* One that never ends would gather for ever. */
#define MOST_ROWS 10000000

bool plsql_pipelined(struct plsql *pl, struct plsql_stored *unit)
{
	const struct plsql_type *type = unit->result_type;
	char *domain;

	if (!sql_skip_word(&pl->parser, "PIPELINED"))
		return true;
	if (!unit->function || !type)
		return rh_fail(pl->error, 6550, pl->parser.last_end,
			       "PLS-00630: pipelined functions must have a supported collection "
			       "return type");
	if (!type->inside || type->of || unit->comes_out || pl->level > 0)
		return rh_fail(pl->error, 3001, pl->parser.last_end,
			       "unimplemented feature: PIPELINED of such a function");
	domain = cw_new(pl->arena, char, strlen(type->inside) + 1);
	(void)strcpy(domain, type->inside);
	strchr(domain, '.')[1] = 'p';
	unit->returns.len = 0;
	cw_wr_text(&unit->returns, domain);
	unit->result = unit->plain_result = domain;
	pl->pipe = type;
	return true;
}

bool plsql_pipe_row(struct plsql *pl)
{
	struct sql_expr *value;

	if (!pl->pipe)
		return rh_fail(
			pl->error, 6550, pl->parser.last_end,
			"PLS-00629: PIPE statement cannot be used in non-pipelined functions");
	if (!sql_want_op(&pl->parser, "(", 6550, "PLS-00103: ( was expected"))
		return false;
	value = sql_parse_expr(&pl->parser);
	if (sql_parse_failed(&pl->parser) || !plsql_resolve_tree(pl, value))
		return false;
	cw_wr_text(&pl->out, PLSQL_PIPED " := array_append(" PLSQL_PIPED ", (");
	if (!sql_print_given(value, pl->pipe->plain, &pl->out, pl->error))
		return false;
	cw_wr_printf(&pl->out, ")::%s::text);\nIF cardinality(" PLSQL_PIPED ") > %d THEN\n",
		     pl->pipe->element, MOST_ROWS);
	cw_wr_text(&pl->out, "PERFORM rh.raise('ORA-03001: unimplemented feature: a pipelined "
			     "function of so many rows');\nEND IF;\n");
	return sql_want_op(&pl->parser, ")", 6550, "PLS-00103: ) was expected");
}

bool plsql_return_piped(struct plsql *pl)
{
	if (!sql_at_op(&pl->parser, ";"))
		return rh_fail(pl->error, 6550, pl->parser.token.at,
			       "PLS-00633: RETURN statement in a pipelined function cannot contain "
			       "an expression");
	cw_wr_text(&pl->out, "RETURN ora.items_of(VARIADIC " PLSQL_PIPED ");\n");
	return plsql_want_end(pl);
}
