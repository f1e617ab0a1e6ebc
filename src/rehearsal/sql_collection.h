/*
 * sql_collection.h - a collection type of a schema, as SQL and PL/SQL know it
 *
 * A nested table and a VARRAY are ora.collection inside (plsql_type.c); those of a type have a domain of their own over it,
 * by which what a function gives tells its elements; TABLE (...) makes rows of any.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "CREATE TYPE Statement"
 */
#ifndef CW_REHEARSAL_SQL_COLLECTION_H
#define CW_REHEARSAL_SQL_COLLECTION_H

#include "rehearsal/sql_tree.h"

struct cw_arena;
struct rh_error;
struct rh_session;

struct sql_collection {
	const char *owner, *name;
	const char *inside; /* PostgreSQL's type of its values; NULL: of no schema's type */
	const char *element, *plain; /* and of its elements, with and without their length */
	const char *row;	     /* the same as a column that tells its length */
	uint8_t element_type;	     /* enum sql_type */
	bool local;		     /* of a block, where SQL does not take it */
	struct sql_name nested;	     /* of elements that are no scalars: their type */
	unsigned limit;		     /* of a VARRAY; 0: none */
};

/*
 * The type that a name means to this session, if it may use it; *ret NULL: none.
 * @schema: whose a bare name is.  PLS-00905 of one that does not compile.
 */
bool rh_collection_find(struct rh_session *session, struct cw_arena *arena,
			const struct sql_name *name, const char *schema,
			const struct sql_collection **ret, struct rh_error *error);
/* That of what a function gives, by its type inside; *ret NULL: it is none. */
bool rh_collection_inside(struct rh_session *session, struct cw_arena *arena, const char *inside,
			  const struct sql_collection **ret, struct rh_error *error);
/* For struct sql_env, whose context is a struct rh_session. */
bool rh_collection_made(void *session, struct cw_arena *arena, struct sql_expr *call,
			struct rh_error *error);

#endif
