/*
 * plsql_call.c - calls of stored procedures, and of functions whose parameters come out; see sql_unit.h
 *
 * What comes out lands in a variable of its parameter's type first, "a$0" ..., and is assigned from there.
 */
#include "rehearsal/plsql_fit.h"
#include "rehearsal/plsql_parts.h"
#include "rehearsal/sql_unit.h"

#include <stdio.h>
#include <string.h>

static struct sql_expr *value_of(struct sql_expr *argument)
{
	return argument->kind == X_NAMED_ARG ? argument->arg : argument;
}

static bool write_given(struct plsql *pl, struct sql_expr *value, const char *type)
{
	return plsql_resolve_tree(pl, value) && sql_print_given(value, type, &pl->out, pl->error);
}

/* Binds are counted as they stand in the text, and the call is written in another order. */
static bool count_binds(struct plsql *pl, const struct sql_unit *unit, struct sql_expr *call)
{
	unsigned place = 0;

	for (struct sql_expr *arg = call->arg; arg; arg = arg->next, place++) {
		const struct sql_parameter *parameter =
			sql_unit_parameter(unit, arg, place, pl->error);
		struct sql_expr *value = value_of(arg);

		if (!parameter)
			return false;
		if (parameter->mode != SQL_OUT && !plsql_resolve_tree(pl, value))
			return false;
		if (value->kind == X_BIND && !pl->new_name)
			(void)plsql_bind_index(pl, value->text);
	}
	return true;
}

/* DECLARE a variable for each argument that comes out, with what goes in. */
static bool declare_out(struct plsql *pl, const struct sql_unit *unit, struct sql_expr *call)
{
	unsigned place = 0;

	if (!count_binds(pl, unit, call))
		return false;
	cw_wr_text(&pl->out, "DECLARE\n");
	if (unit->function)
		cw_wr_printf(&pl->out, PLSQL_RESULT " %s;\n", unit->result);
	for (struct sql_expr *arg = call->arg; arg; arg = arg->next, place++) {
		const struct sql_parameter *parameter =
			sql_unit_parameter(unit, arg, place, pl->error);

		if (parameter->mode == SQL_IN)
			continue;
		cw_wr_printf(&pl->out, "\"a$%u\" %s", (unsigned)(parameter - unit->parameter),
			     parameter->type);
		if (parameter->mode == SQL_IN_OUT) {
			cw_wr_text(&pl->out, " := ");
			if (!write_given(pl, value_of(arg), parameter->type))
				return false;
		}
		cw_wr_text(&pl->out, ";\n");
	}
	cw_wr_text(&pl->out, "BEGIN\n");
	return true;
}

static bool assign_out(struct plsql *pl, const struct sql_unit *unit, struct sql_expr *call)
{
	unsigned place = 0;
	char name[24];

	for (struct sql_expr *arg = call->arg; arg; arg = arg->next, place++) {
		const struct sql_parameter *parameter =
			sql_unit_parameter(unit, arg, place, pl->error);
		struct sql_expr *target = value_of(arg);

		if (parameter->mode == SQL_IN)
			continue;
		(void)snprintf(name, sizeof(name), "\"a$%u\"",
			       (unsigned)(parameter - unit->parameter));
		if (!plsql_assign_text(pl, target, name))
			return false;
	}
	return true;
}

/* "S"."P"(args[, result]) */
static bool write_call(struct plsql *pl, const struct sql_unit *unit, struct sql_expr *call)
{
	unsigned place = 0;

	sql_print_ident(&pl->out, unit->schema);
	cw_wr_text(&pl->out, ".");
	sql_print_ident(&pl->out, unit->name);
	cw_wr_text(&pl->out, "(");
	cw_wr_text(&pl->out, unit->frames ? unit->frames : "");
	for (struct sql_expr *arg = call->arg; arg; arg = arg->next, place++) {
		const struct sql_parameter *parameter =
			sql_unit_parameter(unit, arg, place, pl->error);

		if (!parameter)
			return false;
		cw_wr_text(&pl->out, place || unit->frames ? ", " : "");
		if (arg->kind == X_NAMED_ARG) {
			plsql_write_variable(&pl->out, parameter->name);
			cw_wr_text(&pl->out, " => ");
		}
		if (parameter->mode != SQL_IN)
			cw_wr_printf(&pl->out, "\"a$%u\"", (unsigned)(parameter - unit->parameter));
		else if (!write_given(pl, value_of(arg), parameter->type))
			return false;
	}
	sql_unit_put_missing(unit, call, place, &pl->out);
	if (unit->function)
		cw_wr_printf(&pl->out, "%s" PLSQL_RESULT " => " PLSQL_RESULT,
			     place || unit->frames ? ", " : "");
	cw_wr_text(&pl->out, ");\n");
	return true;
}

static bool takes(const struct sql_unit *unit, const struct sql_expr *call, struct rh_error *error)
{
	return sql_unit_takes(unit, call) || sql_unit_refuses(unit, call->at, error);
}

bool plsql_call_procedure(struct plsql *pl, const struct sql_unit *unit, struct sql_expr *call)
{
	if (unit->function)
		return rh_fail(pl->error, 6550, call->at,
			       "PLS-00221: '%s' is not a procedure or is undefined",
			       unit->told ? unit->told : unit->name);
	plsql_note_given(pl, unit, call);
	if (!takes(unit, call, pl->error) || (unit->comes_out && !declare_out(pl, unit, call)))
		return false;
	cw_wr_text(&pl->out, "CALL ");
	if (!write_call(pl, unit, call) || (unit->comes_out && !assign_out(pl, unit, call)))
		return false;
	cw_wr_text(&pl->out, unit->comes_out ? "END;\n" : "");
	return plsql_want_end(pl);
}

bool plsql_assign_function(struct plsql *pl, const struct sql_unit *unit, struct sql_expr *target,
			   struct sql_expr *call)
{
	if (target->kind == X_BIND && !pl->new_name)
		(void)plsql_bind_index(pl, target->text);
	plsql_note_given(pl, unit, call);
	if (!takes(unit, call, pl->error) || !declare_out(pl, unit, call))
		return false;
	cw_wr_text(&pl->out, "CALL ");
	if (!write_call(pl, unit, call) || !assign_out(pl, unit, call) ||
	    !plsql_assign_text(pl, target, PLSQL_RESULT))
		return false;
	cw_wr_text(&pl->out, "END;\n");
	return plsql_want_end(pl);
}

/* "OWNER.PACKAGE" */
static const char *inside(struct plsql *pl)
{
	size_t len;
	char *text;

	if (!pl->package)
		return NULL;
	len = strlen(pl->package_owner) + strlen(pl->package) + 2;
	text = cw_new(pl->arena, char, len);
	(void)snprintf(text, len, "%s.%s", pl->package_owner, pl->package);
	return text;
}

const struct sql_unit *plsql_unit_of(struct plsql *pl, const struct sql_expr *call)
{
	const struct sql_unit *unit = NULL;

	if ((call->kind != X_CALL && call->kind != X_NAME) || plsql_find(pl, call->name.part[0]) ||
	    plsql_is_change(pl, call))
		return NULL;
	if (!plsql_local_of(pl, call, &unit) || unit)
		return unit;
	if (rh_unit_find(pl->session, pl->arena, call, inside(pl), &unit, pl->error) && unit)
		plsql_note_unit(pl, unit->schema, unit->name);
	return unit;
}

/* Where it is called, in an expression. */
static bool gives_value(const struct plsql *pl, const struct sql_unit *unit, uint32_t at,
			struct rh_error *error)
{
	if (!unit->function)
		return rh_fail(error, 6550, at,
			       "PLS-00222: no function with name '%s' exists in this scope",
			       unit->name);
	if (unit->pipelined && !pl->in_sql)
		return rh_fail(error, 6550, at,
			       "PLS-00653: aggregate/table functions are not allowed in PL/SQL "
			       "scope");
	return !unit->comes_out ||
	       rh_fail(error, 3001, at,
		       "unimplemented feature: a function with OUT parameters inside an "
		       "expression");
}

bool plsql_function_of(void *context, struct cw_arena *arena, struct sql_expr *call,
		       struct rh_error *error)
{
	struct plsql *pl = context;
	const struct sql_unit *unit;

	if (plsql_find(pl, call->name.part[0]))
		return true;
	if (!plsql_local_of(pl, call, &unit))
		return false;
	if (!unit && !rh_unit_find(pl->session, arena, call, inside(pl), &unit, error))
		return false;
	if (unit && !unit->frames)
		plsql_note_unit(pl, unit->schema, unit->name);
	if (unit && !gives_value(pl, unit, call->at, error))
		return false;
	if (unit)
		plsql_note_given(pl, unit, call);
	call->unit_called = unit;
	return !unit || takes(unit, call, error);
}
