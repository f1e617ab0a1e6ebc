/*
 * sql_collection.h - a collection type of a schema, as SQL and PL/SQL know it
 *
 * A nested table and a VARRAY are ora.collection inside (plsql_type.c); those of a type have a domain of their own over it,
 * by which what a function gives tells its elements.
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
	const char *inside;   /* PostgreSQL's type of its values */
	const char *element;  /* and of its elements, with their length */
	uint8_t element_type; /* enum sql_type */
	struct sql_name
		nested; /* elements that are collections: their type; no parts: they are not */
	unsigned limit; /* of a VARRAY; 0: none */
};

/* The type that a name means to this session, if it may use it; *ret NULL: none.  PLS-00905 of one that does not compile. */
bool rh_collection_find(struct rh_session *session, struct cw_arena *arena,
			const struct sql_name *name, const char *schema,
			const struct sql_collection **ret, struct rh_error *error);

#endif
