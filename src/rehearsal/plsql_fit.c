/* plsql_fit.c - see plsql_fit.h */
#include "rehearsal/plsql_fit.h"

#include "rehearsal/engine.h"
#include "rehearsal/plsql_parts.h"
#include "rehearsal/sql_type.h"

#include <string.h>

/* Between which nothing is converted, either way; what is in none fits everywhere. */
enum {
	NUMBERS = 1,
	TIMES = 2,
	BYTES = 4,
	LOB_BYTES = 8,
	TEXTS = 16,
	LOB_TEXTS = 32,
	TRUTHS = 64
};

static unsigned kind_of(uint8_t type)
{
	switch (type) {
	case SQL_NUMBER:
	case SQL_FLOAT:
	case SQL_DOUBLE:
		return NUMBERS;
	case SQL_TEXT:
	case SQL_CHAR:
		return TEXTS;
	case SQL_RAW:
		return BYTES;
	case SQL_BLOB:
		return LOB_BYTES;
	case SQL_CLOB:
		return LOB_TEXTS;
	case SQL_BOOL:
		return TRUTHS;
	default:
		return sql_is_time(type) ? TIMES : 0;
	}
}

bool plsql_fits(uint8_t type, uint8_t other)
{
	static const unsigned pairs[] = { NUMBERS | TIMES,	NUMBERS | BYTES,
					  NUMBERS | LOB_BYTES,	TIMES | BYTES,
					  TIMES | LOB_BYTES,	BYTES | LOB_TEXTS,
					  LOB_BYTES | LOB_TEXTS, LOB_BYTES | TEXTS,
					  TRUTHS | TIMES,	TRUTHS | BYTES,
					  TRUTHS | LOB_BYTES,	TRUTHS | NUMBERS,
					  TRUTHS | TEXTS };
	unsigned both = kind_of(type) | kind_of(other);

	for (size_t i = 0; i < CW_ARRAY_LEN(pairs); i++)
		if (pairs[i] == both)
			return false;
	return true;
}

void plsql_note_given(struct plsql *pl, const struct sql_unit *unit, const struct sql_expr *call)
{
	struct rh_error told_later = { 0 };
	unsigned place = 0;

	for (const struct sql_expr *arg = call->arg; arg && !pl->new_name; arg = arg->next, place++) {
		const struct sql_expr *value = arg->kind == X_NAMED_ARG ? arg->arg : arg;
		const struct sql_parameter *parameter =
			sql_unit_parameter(unit, arg, place, &told_later);
		struct plsql_given *given;

		if (!parameter || value->kind != X_BIND)
			continue;
		given = cw_new(pl->arena, struct plsql_given, 1);
		*given = (struct plsql_given){ .next = pl->given,
					       .bind = value->text,
					       .unit = unit->told ? unit->told : unit->name,
					       .at = call->at,
					       .type = parameter->sql_type };
		pl->given = given;
	}
}

void plsql_place_given(const struct plsql *pl)
{
	for (struct plsql_given *given = pl->given; given; given = given->next)
		while (given->place < pl->bind_count &&
		       strcmp(pl->bind[given->place].name, given->bind) != 0)
			given->place++;
}

bool plsql_given_fits(const struct plsql_given *given, const struct rh_bind *binds, uint32_t count,
		      struct rh_error *error)
{
	for (; given; given = given->next)
		if (given->place < count && !binds[given->place].is_array &&
		    !plsql_fits(sql_type_of_ora(binds[given->place].ora_type), given->type))
			return rh_fail(error, 6550, given->at,
				       "PLS-00306: wrong number or types of arguments in call to "
				       "'%s'",
				       given->unit);
	return true;
}
