/*
 * sql_multi.h - INSERT ALL and INSERT FIRST into several tables: read, resolved and printed
 *
 * PostgreSQL does it with one WITH: the query once, an INSERT a branch, and the rows of all branches are counted by an INSERT into
 * rh.counted, which keeps none.
 * Source: Oracle Database SQL Language Reference 19c, INSERT, multi_table_insert and conditional_insert_clause.
 */
#ifndef CW_REHEARSAL_SQL_MULTI_H
#define CW_REHEARSAL_SQL_MULTI_H

#include "rehearsal/sql_parse_parts.h"
#include "rehearsal/sql_print_parts.h"
#include "rehearsal/sql_resolve.h"

/* One INTO t (...) VALUES (...), under the WHEN before it. */
struct sql_branch {
	struct sql_branch *next;
	struct sql_expr
		*when;	/* shared by all INTO of one WHEN; NULL: ALL without conditions, or ELSE */
	bool otherwise; /* of ELSE */
	struct sql_from *target;
	struct sql_expr *column; /* NULL: all */
	struct sql_expr *value;	 /* NULL: the columns of the query */
};

/* Behind INSERT, at ALL or FIRST.  Rows of one table from DUAL are left to INSERT ... VALUES with several rows. */
struct sql_stmt *sql_parse_multi(struct sql_parser *p, struct sql_stmt *stmt);
bool sql_resolve_multi(struct resolver *r, struct sql_stmt *stmt);
void sql_put_multi(struct printer *p, const struct sql_stmt *stmt);

#endif
