/*
 * sql_presence.h - IF EXISTS and IF NOT EXISTS of 23ai's DDL
 *
 * The clause stands between the kind of an object and its name: who reads the statement steps over it, and who runs
 * it looks first whether there is such an object, and leaves the statement alone if it is not wanted then.
 *
 * Sources	Oracle Database SQL Language Reference 23ai, "CREATE TABLE" and its like (IF NOT EXISTS does not go with
 *		OR REPLACE: ORA-11541); 19c (19.28), "Changes in This Release": which statements take it
 */
#ifndef CW_REHEARSAL_SQL_PRESENCE_H
#define CW_REHEARSAL_SQL_PRESENCE_H

#include "rehearsal/sql_lex.h"

struct sql_presence {
	bool said;
	bool absent;	  /* IF NOT EXISTS: the statement is for an object that is not there */
	uint32_t at, end; /* of the clause in the text */
	const char *
		object; /* its kind, as ALL_OBJECTS.OBJECT_TYPE says it, or USER, TABLESPACE, DIRECTORY */
	bool is_public;	    /* PUBLIC SYNONYM */
	const char *schema; /* of its name; NULL: none was said */
	const char *name;
};

/* @lexer stands at the statement's beginning, and is a copy.  ORA-11541 by @error. */
void sql_presence_read(struct sql_lexer lexer, struct sql_presence *ret, struct rh_error *error);

#endif
