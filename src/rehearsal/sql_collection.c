/* sql_collection.c - see sql_collection.h */
#include "rehearsal/sql_collection.h"

#include "rehearsal/exec.h"
#include "rehearsal/plsql_parts.h"
#include "rehearsal/sql_type.h"

#include <stdlib.h>
#include <string.h>

enum { C_OWNER, C_NAME, C_VALID, C_LIMIT, C_INSIDE, C_ELEMENT, C_ORA_TYPE, C_OF_OWNER, C_OF_NAME };

static const char *keep(struct cw_arena *arena, const PGresult *rows, int column)
{
	const char *text = PQgetvalue(rows, 0, column);

	return strcpy(cw_new(arena, char, strlen(text) + 1), text);
}

static const struct sql_collection *read_row(struct cw_arena *arena, const PGresult *rows)
{
	struct sql_collection *made = cw_new(arena, struct sql_collection, 1);

	*made = (struct sql_collection){
		.owner = keep(arena, rows, C_OWNER),
		.name = keep(arena, rows, C_NAME),
		.inside = keep(arena, rows, C_INSIDE),
		.element = keep(arena, rows, C_ELEMENT),
		.element_type = sql_type_of_ora((uint8_t)atoi(PQgetvalue(rows, 0, C_ORA_TYPE))),
		.limit = (unsigned)atoi(PQgetvalue(rows, 0, C_LIMIT)),
	};
	if (!PQgetisnull(rows, 0, C_OF_NAME)) {
		made->nested.count = 2;
		made->nested.part[0] = keep(arena, rows, C_OF_OWNER);
		made->nested.part[1] = keep(arena, rows, C_OF_NAME);
	}
	return made;
}

static bool find(struct rh_session *session, struct cw_arena *arena, const struct sql_name *name,
		 const char *schema, const struct sql_collection **ret, bool *ret_stale,
		 struct rh_error *error)
{
	const char *value[] = { name->count > 1 ? name->part[0] : schema,
				name->part[name->count - 1], name->count > 1 ? "f" : "t" };
	struct rh_exec_params params = { .count = 3, .value = value };
	PGresult *rows;

	*ret = NULL;
	*ret_stale = false;
	if (!rh_exec_statement(session,
			       "select owner, name, valid, upper_bound, inside, element, ora_type, "
			       "element_owner, element_name from rh.find_collection($1, $2, $3)",
			       &params, 0, &rows, error))
		return false;
	if (PQntuples(rows) > 0) {
		*ret_stale = PQgetvalue(rows, 0, C_VALID)[0] != 't';
		*ret = read_row(arena, rows);
	}
	PQclear(rows);
	return true;
}

bool rh_collection_find(struct rh_session *session, struct cw_arena *arena,
			const struct sql_name *name, const char *schema,
			const struct sql_collection **ret, struct rh_error *error)
{
	bool stale, changed;

	*ret = NULL;
	if (name->count > 2 || name->link)
		return true;
	if (!find(session, arena, name, schema, ret, &stale, error))
		return false;
	if (!stale)
		return true;
	*ret = NULL;
	return plsql_validate(session, name, &changed, error) &&
	       (!changed || find(session, arena, name, schema, ret, &stale, error));
}
