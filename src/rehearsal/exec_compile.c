/* exec_compile.c - text to tree to a statement prepared on the backend; see exec.h */
#include "rehearsal/exec_parts.h"
#include "rehearsal/exec_shape.h"
#include "rehearsal/long_name.h"
#include "rehearsal/sql_collection.h"
#include "rehearsal/sql_unit.h"

#include <stdlib.h>
#include <string.h>

static void bind_types(struct rh_stmt *stmt, const struct rh_bind *binds, uint8_t *ret)
{
	for (uint32_t i = 0; i < stmt->bind_count; i++)
		ret[i] = binds ? sql_type_of_ora(binds[i].ora_type) : (uint8_t)SQL_ANY;
}

static bool is_same_value(const struct rh_bind *a, const struct rh_bind *b)
{
	return a->ora_type == b->ora_type && a->national == b->national &&
	       !sql_is_lob(sql_type_of_ora(a->ora_type)) && a->value.state == b->value.state &&
	       a->value.len == b->value.len &&
	       (a->value.len == 0 || memcmp(a->value.at, b->value.at, a->value.len) == 0);
}

struct named {
	const char *name;
	uint16_t place;
};

static int by_name(const void *a, const void *b)
{
	const struct named *one = a, *other = b;
	int order = strcmp(one->name, other->name);

	return order ? order : (int)one->place - (int)other->place;
}

void rh_stmt_name_binds(struct rh_stmt *stmt)
{
	struct named *all = cw_new(&stmt->tree, struct named, stmt->bind_count + 1u);

	stmt->bind_named = cw_new(&stmt->arena, uint16_t, stmt->bind_count + 1u);
	for (uint32_t i = 0; i < stmt->bind_count; i++)
		all[i] = (struct named){ stmt->parsed->bind[i], (uint16_t)i };
	qsort(all, stmt->bind_count, sizeof(*all), by_name);
	for (uint32_t i = 0; i < stmt->bind_count; i++) {
		bool again = i > 0 && strcmp(all[i].name, all[i - 1].name) == 0;

		stmt->bind_named[all[i].place] =
			again ? stmt->bind_named[all[i - 1].place] : all[i].place;
	}
}

/*
 * A driver that binds by name sends the value once for each place of a name, and GROUP BY :x || a means the :x || a that is
 * selected: PostgreSQL is told so by one parameter for both.  By place a name may have two values: then they are two.
 */
static bool may_stand_for(const struct rh_stmt *stmt, const struct rh_bind *binds,
			  uint32_t iterations, uint32_t first, uint32_t other)
{
	for (uint32_t row = 0; row < iterations; row++) {
		const struct rh_bind *of_row = binds + (size_t)row * stmt->bind_count;

		if (!is_same_value(&of_row[first], &of_row[other]))
			return false;
	}
	return true;
}

/* RETURNING INTO's are no parameters. */
static void find_same(const struct rh_stmt *stmt, const struct rh_bind *binds, uint32_t iterations,
		      uint16_t *ret)
{
	for (uint32_t i = 0; i < stmt->bind_count; i++) {
		uint32_t first = stmt->bind_named[i];

		ret[i] = (uint16_t)(first < i && i < stmt->returning_from &&
						    may_stand_for(stmt, binds, iterations, first, i)
					    ? first
					    : i);
	}
}

uint32_t rh_stmt_param_type(const struct rh_stmt *stmt, uint32_t bind, uint8_t ora_type)
{
	uint32_t type = rh_param_type(ora_type);

	return type == 0 && stmt->bind_same[bind] != bind ? CW_PG_TEXT : type;
}

static bool up_to_date(const struct rh_stmt *stmt, const uint8_t *types, const uint16_t *same)
{
	return stmt->compiled && stmt->generation == rh_exec_generation() &&
	       stmt->schema_serial == stmt->session->exec->schema_serial &&
	       (stmt->bind_count == 0 ||
		(memcmp(types, stmt->bind_type, stmt->bind_count) == 0 &&
		 memcmp(same, stmt->bind_same, stmt->bind_count * sizeof(*same)) == 0));
}

static bool print(struct rh_stmt *stmt, struct rh_error *error)
{
	struct cw_wr out = { 0 };
	bool ok = sql_print(stmt->parsed, &out, error);

	if (ok) {
		char *text = cw_new(&stmt->tree, char, out.len + 1);

		memcpy(text, out.at0, out.len);
		stmt->printed = text;
	}
	cw_wr_release(&out);
	return ok;
}

static const char **nested_shapes(struct rh_stmt *stmt, const struct sql_query *query)
{
	const char **shapes = cw_new(&stmt->tree, const char *, query->column_count);

	for (uint32_t i = 0; i < query->column_count; i++) {
		struct cw_wr shape = { 0 };

		if (!query->column[i].cursor)
			continue;
		rh_shape_write(query->column[i].cursor, &shape);
		cw_wr_u8(&shape, 0);
		shapes[i] = memcpy(cw_new(&stmt->tree, char, shape.len), shape.at0, shape.len);
		cw_wr_release(&shape);
	}
	return shapes;
}

/* What the columns are called and, where they are plain columns, their types. */
static void query_columns(struct rh_stmt *stmt)
{
	const struct sql_query *query = stmt->parsed->query;

	stmt->column_count = (uint16_t)query->column_count;
	stmt->column = cw_new(&stmt->tree, struct rh_column, query->column_count);
	stmt->pg_type = cw_new(&stmt->tree, uint32_t, query->column_count);
	stmt->values = cw_new(&stmt->tree, struct cw_value, query->column_count);
	for (uint32_t i = 0; i < query->column_count; i++)
		rh_column_set(&stmt->column[i], &query->column[i]);
	stmt->nested = nested_shapes(stmt, query);
}

void rh_column_set(struct rh_column *to, const struct sql_column *from)
{
	if (to->name[0] == '\0') {
		(void)snprintf(to->name, sizeof(to->name), "%s", from->name);
		rh_long_name_unfold(to->name, sizeof(to->name));
	}
	to->ora_type = from->ora_type;
	to->precision = (int8_t)from->precision;
	to->scale = from->scale;
	to->byte_length = from->byte_length;
	to->char_length = from->char_length;
	to->charset_form = from->ora_type == CW_ORA_VARCHAR2 || from->ora_type == CW_ORA_CHAR ||
			   from->ora_type == CW_ORA_CLOB || from->ora_type == CW_ORA_LONG;
	if (from->national)
		to->charset_form = RH_NATIONAL_FORM;
	to->nullable = from->nullable;
}

bool rh_exec_find_function(void *session, struct cw_arena *arena, struct sql_expr *call,
			   struct rh_error *error)
{
	const struct sql_unit *unit;

	if (!rh_unit_find(session, arena, call, NULL, &unit, error))
		return strstr(error->text, "PLS-00905")
			       ? rh_fail(error, 6575, call->at,
					 "Package or function %s is in an invalid state",
					 call->name.part[0])
			       : false;
	if (unit && unit->comes_out)
		return rh_fail(error, 6572, call->at, "Function %s has out arguments", unit->name);
	call->unit_called = unit && unit->function ? unit : NULL;
	if (call->unit_called && !sql_unit_takes(unit, call))
		return rh_fail(error, 6553, call->at,
			       "PLS-306: wrong number or types of arguments in call to '%s'",
			       unit->name);
	return true;
}

static const char *tells_missing(const struct rh_session *session)
{
	return session->server->profile->release >= RH_23 ? session->schema : NULL;
}

bool rh_stmt_compile(struct rh_stmt *stmt, const struct rh_bind *binds, uint32_t iterations,
		     struct rh_error *error)
{
	uint8_t types[65536]; /* binds are counted by 16 bits */
	uint16_t same[65536];
	struct sql_env env = { .context = stmt->session,
			       .missing_schema = tells_missing(stmt->session),
			       .relation = rh_exec_find,
			       .unit = rh_exec_find_function,
			       .collection = rh_collection_made,
			       .user = stmt->session->user,
			       .bind_type = types,
			       .bind_same = same,
			       .bind_count = stmt->bind_count };
	struct sql_parser parser;

	bind_types(stmt, binds, types);
	find_same(stmt, binds, iterations, same);
	if (up_to_date(stmt, types, same))
		return true;
	stmt->compiled = false;
	stmt->printed = NULL;
	cw_arena_reset(&stmt->tree);
	stmt->generation = rh_exec_generation(); /* first: what comes later is noticed next time */
	rh_exec_catalog_refresh(stmt->session);
	sql_parse_init(&parser, &stmt->tree, stmt->session->server->profile->release, stmt->sql,
		       stmt->len, error);
	stmt->parsed = sql_parse_statement(&parser);
	if (!stmt->parsed)
		return false;
	stmt->schema_serial = stmt->session->exec->schema_serial;
	stmt->parsed->homed_lobs = true;
	if (!sql_resolve(&env, &stmt->tree, stmt->parsed, error) || !print(stmt, error))
		return false;
	stmt->bind_type = cw_new(&stmt->tree, uint8_t, stmt->bind_count + 1u);
	memcpy(stmt->bind_type, types, stmt->bind_count);
	stmt->bind_same = cw_new(&stmt->tree, uint16_t, stmt->bind_count + 1u);
	memcpy(stmt->bind_same, same, stmt->bind_count * sizeof(*same));
	if (stmt->parsed->kind == S_SELECT)
		query_columns(stmt);
	stmt->compiled = true;
	return rh_stmt_unprepare(stmt, error);
}

bool rh_stmt_unprepare(struct rh_stmt *stmt, struct rh_error *error)
{
	char sql[64];

	if (!stmt->name[0])
		return true;
	(void)snprintf(sql, sizeof(sql), "DEALLOCATE \"%s\"", stmt->name);
	stmt->name[0] = '\0';
	return rh_exec_idle(stmt->session, error) && rh_exec_command(stmt->session, sql, error);
}

/* A DATE is a timestamp(0), which CASE and its kin forget of their branches. */
static int modifier_of(const struct rh_stmt *stmt, const PGresult *described, int column)
{
	bool date = stmt->parsed->query->column[column].type == SQL_DATE;

	return date && PQftype(described, column) == CW_PG_TIMESTAMP ? 0
								     : PQfmod(described, column);
}

/* The types of columns that are expressions come from PostgreSQL. */
bool rh_stmt_describe(struct rh_stmt *stmt, const PGresult *described, struct rh_error *error)
{
	if (PQnfields(described) != stmt->column_count)
		return rh_fail(error, 600, 0, "internal error code, arguments: [columns]");
	for (int i = 0; i < stmt->column_count; i++) {
		struct sql_column column = { .nullable = true };

		stmt->pg_type[i] = rh_pg_type_known(stmt->session, PQftype(described, i));
		if (stmt->column[i].ora_type)
			continue;
		rh_column_from_pg(stmt->pg_type[i], modifier_of(stmt, described, i), &column);
		rh_column_set(&stmt->column[i], &column);
	}
	return true;
}

static bool failed(struct rh_stmt *stmt, PGresult *result, bool began, struct rh_error *error)
{
	(void)rh_exec_error_of(stmt->session, stmt, result, error);
	PQclear(result);
	rh_exec_undo(stmt->session, began);
	return false;
}

/* RETURNING INTO's binds are no parameters. */
static int param_count(const struct rh_stmt *stmt)
{
	return (int)(stmt->returning_from < stmt->bind_count ? stmt->returning_from
							     : stmt->bind_count);
}

static bool send_prepare(struct rh_stmt *stmt, const char *name, const struct rh_bind *binds,
			 struct rh_error *error)
{
	PGconn *pg = stmt->session->pg;
	int count = param_count(stmt);
	Oid *types = cw_new(&stmt->run, Oid, (size_t)count + 1);

	for (int i = 0; binds && i < count; i++)
		types[i] = rh_stmt_param_type(stmt, (uint32_t)i, binds[i].ora_type);
	if (!PQsendPrepare(pg, name, stmt->printed, count, types) ||
	    !PQsendDescribePrepared(pg, name) || !PQpipelineSync(pg))
		return rh_exec_lost(stmt->session, error);
	return true;
}

/* PREPARE and describe, in one round trip; under a savepoint if a transaction is open. */
bool rh_stmt_prepare(struct rh_stmt *stmt, const struct rh_bind *binds, struct rh_error *error)
{
	struct rh_session *session = stmt->session;
	PGresult *first, *described;
	unsigned before;
	char name[24];
	bool began, ok;

	if (stmt->name[0])
		return true;
	(void)snprintf(name, sizeof(name), "s%u", ++session->exec->serial);
	if (!rh_exec_idle(session, error) ||
	    !rh_exec_enter(session, false, &before, &began, error) ||
	    !send_prepare(stmt, name, binds, error))
		return false;
	if (before)
		PQclear(rh_exec_next(session->pg));
	first = rh_exec_next(session->pg);
	described = rh_exec_next(session->pg);
	rh_exec_leave(session->pg);
	if (PQresultStatus(first) != PGRES_COMMAND_OK) {
		PQclear(described);
		return failed(stmt, first, false, error);
	}
	PQclear(first);
	ok = stmt->parsed->kind != S_SELECT || rh_stmt_describe(stmt, described, error);
	PQclear(described);
	if (ok)
		(void)snprintf(stmt->name, sizeof(stmt->name), "%s", name);
	/* a savepoint taken before it is let go: PREPARE itself is not undone */
	return (!before || rh_exec_command(session, "RELEASE SAVEPOINT \"cw$\"", error)) && ok;
}
