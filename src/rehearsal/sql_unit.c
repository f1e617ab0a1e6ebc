/* sql_unit.c - see sql_unit.h */
#include "rehearsal/sql_unit.h"

#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"
#include "rehearsal/sql_collection.h"
#include "rehearsal/sql_print_parts.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	uint8_t type;	      /* enum sql_type */
	const char *function; /* takes what has a type only when it runs; NULL: a cast does */
} types[] = {
	{ "numeric", SQL_NUMBER, "ora.as_number" },
	{ "ora.date", SQL_DATE, "ora.as_date" },
	{ "character varying", SQL_TEXT, "ora.as_text" },
	{ "text", SQL_CLOB, "ora.as_text" },
	{ "bpchar", SQL_TEXT, "ora.as_text" },
	{ "bytea", SQL_RAW, "ora.as_raw" },
	{ "ora.stamp", SQL_TIMESTAMP, "ora.as_stamp" },
	{ "ora.stamp_tz", SQL_TIMESTAMP_TZ, "ora.as_stamp_tz" },
	{ "ora.stamp_ltz", SQL_TIMESTAMP_LTZ, "ora.as_stamp_ltz" },
	{ "ora.ds", SQL_INTERVAL, NULL },
	{ "ora.ym", SQL_INTERVAL_YM, NULL },
	{ "real", SQL_FLOAT, NULL },
	{ "double precision", SQL_DOUBLE, NULL },
	{ "boolean", SQL_BOOL, NULL },
};

/* Its place in the table, or past the end. */
static size_t type_index(const char *type)
{
	size_t i = 0;

	while (i < CW_ARRAY_LEN(types) && strcmp(types[i].name, type) != 0)
		i++;
	return i;
}

uint8_t sql_type_of_pg_name(const char *type)
{
	size_t i = type_index(type);

	return i < CW_ARRAY_LEN(types) ? types[i].type : SQL_ANY;
}

bool sql_unit_refuses(const struct sql_unit *unit, uint32_t at, struct rh_error *error)
{
	const char *name = unit->told ? unit->told : unit->name;
	const char *dot = strrchr(name, '.'); /* behind the package's */

	return rh_fail(error, 6550, at,
		       "PLS-00306: wrong number or types of arguments in call to '%s'",
		       dot ? dot + 1 : name);
}

const struct sql_parameter *sql_unit_parameter(const struct sql_unit *unit,
					       const struct sql_expr *argument, unsigned place,
					       struct rh_error *error)
{
	bool named = argument->kind == X_NAMED_ARG;

	for (unsigned i = 0; i < unit->count; i++)
		if (named ? strcmp(unit->parameter[i].name, argument->name.part[0]) == 0
			  : i == place)
			return &unit->parameter[i];
	(void)sql_unit_refuses(unit, argument->at, error);
	return NULL;
}

static bool is_given(const struct sql_unit *unit, const struct sql_expr *call,
		     const struct sql_parameter *parameter)
{
	struct rh_error ignored = { 0 };
	unsigned place = 0;

	for (const struct sql_expr *arg = call->arg; arg; arg = arg->next, place++)
		if (sql_unit_parameter(unit, arg, place, &ignored) == parameter)
			return true;
	return false;
}

bool sql_unit_takes(const struct sql_unit *unit, const struct sql_expr *call)
{
	struct rh_error ignored = { 0 };
	unsigned place = 0;

	for (const struct sql_expr *arg = call->arg; arg; arg = arg->next, place++)
		if (!sql_unit_parameter(unit, arg, place, &ignored))
			return false;
	for (unsigned i = 0; i < unit->count; i++)
		if (unit->parameter[i].required && !is_given(unit, call, &unit->parameter[i]))
			return false;
	return true;
}

void sql_unit_put_missing(const struct sql_unit *unit, const struct sql_expr *call, unsigned place,
			  struct cw_wr *out)
{
	for (unsigned i = 0; i < unit->count; i++) {
		const struct sql_parameter *one = &unit->parameter[i];

		if (one->value && !is_given(unit, call, one))
			cw_wr_printf(out, "%s\"v$%s\" => (%s)::%s",
				     place++ || unit->frames ? ", " : "", one->name, one->value,
				     one->type);
	}
}

/* ---- what goes in ------------------------------------------------------------------- */

void sql_put_given(struct printer *p, const struct sql_expr *value, const char *type)
{
	size_t i = type_index(type);
	bool wrapped;

	if (i == CW_ARRAY_LEN(types)) {
		sql_put_expr(p, value);
		return;
	}
	put(p, "(");
	wrapped = (value->type == SQL_ANY ||
		   (types[i].type == SQL_RAW && sql_is_text(value->type))) &&
		  types[i].function && value->kind != X_NULL;
	if (wrapped) {
		put(p, types[i].function);
		put(p, "(");
		sql_put_expr(p, value);
		put(p, ")");
	} else {
		sql_put_assigned(p, value, types[i].type);
	}
	cw_wr_printf(p->out, ")::%s", type);
}

bool sql_print_given(const struct sql_expr *value, const char *type, struct cw_wr *out,
		     struct rh_error *error)
{
	struct printer p = { .out = out, .error = error };

	sql_put_given(&p, value, type);
	return error->code == 0;
}

void sql_put_unit(struct printer *p, const struct sql_expr *call)
{
	const struct sql_unit *unit = call->unit_called;
	unsigned place = 0;

	sql_print_ident(p->out, unit->schema);
	put(p, ".");
	sql_print_ident(p->out, unit->name);
	put(p, "(");
	put(p, unit->frames ? unit->frames : "");
	for (const struct sql_expr *arg = call->arg; arg; arg = arg->next, place++) {
		const struct sql_parameter *parameter =
			sql_unit_parameter(unit, arg, place, p->error);

		if (!parameter)
			return;
		put(p, place || unit->frames ? ", " : "");
		if (arg->kind == X_NAMED_ARG)
			cw_wr_printf(p->out, "\"v$%s\" => ", parameter->name);
		if (parameter->mode & SQL_OUT)
			cw_wr_printf(p->out, "\"a$%u\"", (unsigned)(parameter - unit->parameter));
		else
			sql_put_given(p, arg->kind == X_NAMED_ARG ? arg->arg : arg,
				      parameter->type);
	}
	sql_unit_put_missing(unit, call, place, p->out);
	put(p, ")");
}

/* ---- by name -------------------------------------------------------------------------- */

static const char *keep(struct cw_arena *arena, const char *text)
{
	return strcpy(cw_new(arena, char, strlen(text) + 1), text);
}

static uint8_t mode_of(const char *text)
{
	if (strcmp(text, "IN") == 0)
		return SQL_IN;
	return strcmp(text, "OUT") == 0 ? SQL_OUT : SQL_IN_OUT;
}

enum {
	F_OWNER,
	F_NAME,
	F_KIND,
	F_ARGUMENT,
	F_MODE,
	F_ENDS,
	F_TYPE,
	F_RESULT,
	F_OVERLOAD,
	F_REQUIRED,
	F_STALE,
	F_ORACLE_TYPE
};

/* PostgreSQL has one type for two of Oracle's. */
static uint8_t oracle_type(const char *type, const char *name)
{
	if (strcmp(type, "bytea") != 0)
		return sql_type_of_pg_name(type);
	if (strcmp(name, "BLOB") == 0)
		return SQL_BLOB;
	return strcmp(name, "RAW") == 0 ? SQL_RAW : SQL_ANY;
}

/* The rows from @first on that are of one overload; *ret_next: the first of another. */
static struct sql_unit *read_unit(struct cw_arena *arena, const PGresult *rows, int first,
				  int *ret_next)
{
	struct sql_unit *made = cw_new(arena, struct sql_unit, 1);
	struct sql_parameter *parameter =
		cw_new(arena, struct sql_parameter, (size_t)PQntuples(rows));
	const char *overload = PQgetvalue(rows, first, F_OVERLOAD);
	int i;

	*made = (struct sql_unit){
		.schema = keep(arena, PQgetvalue(rows, first, F_OWNER)),
		.name = keep(arena, PQgetvalue(rows, first, F_NAME)),
		.function = strcmp(PQgetvalue(rows, first, F_KIND), "FUNCTION") == 0,
		.ends = PQgetvalue(rows, first, F_ENDS)[0] == 't',
		.result = keep(arena, PQgetvalue(rows, first, F_RESULT)),
		.stale = PQgetvalue(rows, first, F_STALE)[0] == 't',
		.parameter = parameter,
	};
	for (i = first;
	     i < PQntuples(rows) && strcmp(PQgetvalue(rows, i, F_OVERLOAD), overload) == 0; i++) {
		if (PQgetisnull(rows, i, F_ARGUMENT))
			continue;
		parameter[made->count++] = (struct sql_parameter){
			.name = keep(arena, PQgetvalue(rows, i, F_ARGUMENT)),
			.type = keep(arena, PQgetvalue(rows, i, F_TYPE)),
			.sql_type = oracle_type(PQgetvalue(rows, i, F_TYPE),
						PQgetvalue(rows, i, F_ORACLE_TYPE)),
			.mode = mode_of(PQgetvalue(rows, i, F_MODE)),
			.required = PQgetvalue(rows, i, F_REQUIRED)[0] == 't',
		};
		made->comes_out |= parameter[made->count - 1].mode != SQL_IN;
	}
	*ret_next = i;
	return made;
}

/* PostgreSQL chooses among overloads by the arguments' own types, where theirs differ. */
static void forget_types(struct sql_unit *unit, const struct sql_unit *other)
{
	struct sql_parameter *parameter = (struct sql_parameter *)(uintptr_t)unit->parameter;

	for (unsigned i = 0; i < unit->count && i < other->count; i++)
		if (strcmp(parameter[i].type, other->parameter[i].type) != 0)
			parameter[i].type = "", parameter[i].sql_type = SQL_ANY;
}

/* The first one that takes the arguments, or the first: then what is wrong is told. */
static const struct sql_unit *choose(struct cw_arena *arena, const PGresult *rows,
				     const struct sql_expr *call)
{
	struct sql_unit *chosen = NULL, *first = NULL;
	int next = 0;

	while (next < PQntuples(rows)) {
		struct sql_unit *one = read_unit(arena, rows, next, &next);

		first = first ? first : one;
		if (!sql_unit_takes(one, call))
			continue;
		if (chosen)
			forget_types(chosen, one);
		else
			chosen = one;
	}
	return chosen ? chosen : first;
}

static bool look_up(struct rh_session *session, struct cw_arena *arena, const char *sql,
		    const char *const *value, int count, const struct sql_expr *call,
		    const struct sql_unit **ret, struct rh_error *error)
{
	struct rh_exec_params params = { .count = count, .value = value };
	PGresult *rows;

	*ret = NULL;
	if (!rh_exec_statement(session, sql, &params, 0, &rows, error))
		return false;
	*ret = choose(arena, rows, call);
	PQclear(rows);
	return true;
}

static bool find_stored(struct rh_session *session, struct cw_arena *arena,
			const struct sql_expr *call, const struct sql_unit **ret,
			struct rh_error *error)
{
	const struct sql_name *name = &call->name;
	const char *value[] = { name->count > 1 ? name->part[name->count - 2] : session->schema,
				name->part[name->count - 1], name->count > 1 ? "f" : "t" };

	return look_up(session, arena,
		       "select owner, name, type, argument, mode, ends, argument_type, result, "
		       "1, required, stale, data_type from rh.find_unit($1, $2, $3) order by place",
		       value, 3, call, ret, error);
}

static bool find_packaged(struct rh_session *session, struct cw_arena *arena, const char *schema,
			  const char *package, bool unqualified, const struct sql_expr *call,
			  const char *inside, const struct sql_unit **ret, struct rh_error *error)
{
	const char *value[] = { schema, package, call->name.part[call->name.count - 1],
				unqualified ? "t" : "f", inside };

	return look_up(session, arena,
		       "select owner, name, type, argument, mode, ends, argument_type, result, "
		       "overload, required, stale, null from rh.find_subprograms($1, $2, $3, $4, $5)",
		       value, 5, call, ret, error);
}

/* A bare name in the body of a package. */
static bool find_beside(struct rh_session *session, struct cw_arena *arena,
			const struct sql_expr *call, const char *inside,
			const struct sql_unit **ret, struct rh_error *error)
{
	const char *dot = strrchr(inside, '.');
	char *owner = cw_new(arena, char, strlen(inside) + 1);

	memcpy(owner, inside, (size_t)(dot - inside));
	return find_packaged(session, arena, owner, dot + 1, false, call, inside, ret, error);
}

static bool find_valid(struct rh_session *session, struct cw_arena *arena, const struct sql_expr *call,
		  const char *inside, const struct sql_unit **ret, struct rh_error *error)
{
	const struct sql_name *name = &call->name;

	*ret = NULL;
	if (name->count == 1 && inside &&
	    (!find_beside(session, arena, call, inside, ret, error) || *ret))
		return error->code == 0;
	if (name->count < 3 && (!find_stored(session, arena, call, ret, error) || *ret))
		return error->code == 0;
	if (name->count == 2)
		return find_packaged(session, arena, session->schema, name->part[0], true, call,
				     inside, ret, error);
	return name->count < 3 || find_packaged(session, arena, name->part[0], name->part[1], false,
						call, inside, ret, error);
}

/* What a function gives may be one. */
static bool note_collection(struct rh_session *session, struct cw_arena *arena,
			    const struct sql_unit *unit, struct rh_error *error)
{
	struct sql_unit *made = (struct sql_unit *)(uintptr_t)unit;

	if (!unit || !unit->function)
		return true;
	made->pipelined = strncmp(unit->result, "rh_record.p", 11) == 0;
	return
	       rh_collection_inside(session, arena, unit->result, &made->collection, error);
}

bool rh_unit_find(struct rh_session *session, struct cw_arena *arena, const struct sql_expr *call,
		  const char *inside, const struct sql_unit **ret, struct rh_error *error)
{
	bool changed = false;

	if (!find_valid(session, arena, call, inside, ret, error))
		return false;
	if ((!*ret || (*ret)->stale) && call->name.count < 4 &&
	    !plsql_validate(session, &call->name, &changed, error)) {
		*ret = NULL;
		return false;
	}
	if (changed && !find_valid(session, arena, call, inside, ret, error))
		return false;
	return note_collection(session, arena, *ret, error);
}
