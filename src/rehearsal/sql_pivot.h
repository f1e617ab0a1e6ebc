/*
 * sql_pivot.h - PIVOT and UNPIVOT behind a table or subquery: read, and said as a query of what stood before
 *
 * PIVOT groups by the columns that it does not name and takes each aggregate of the rows of one value; UNPIVOT is a UNION ALL of its columns.
 * Source: Oracle Database SQL Language Reference 19c, SELECT, pivot_clause and unpivot_clause.
 */
#ifndef CW_REHEARSAL_SQL_PIVOT_H
#define CW_REHEARSAL_SQL_PIVOT_H

#include "rehearsal/sql_parse_parts.h"
#include "rehearsal/sql_resolve.h"

/* One of IN (...): values of the FOR columns; of UNPIVOT columns, and the texts they become. */
struct sql_pivot_in {
	struct sql_pivot_in *next;
	struct sql_expr *value; /* PIVOT: a list; UNPIVOT: what AS says, NULL: the names */
	const char *const *column;
	uint32_t count;
	const char *alias; /* of PIVOT; NULL: the value as it is written */
};

struct sql_pivot {
	struct sql_from *source;
	bool unpivot, include_nulls;
	struct sql_item *aggregate;
	const char *const *value; /* UNPIVOT: what the values' columns are called */
	uint32_t value_count;
	const char *const *column; /* FOR */
	uint32_t column_count;
	struct sql_pivot_in *in;
};

/* @from, or what PIVOT and UNPIVOT behind it make of it. */
struct sql_from *sql_parse_pivot(struct sql_parser *p, struct sql_from *from);
/* from->pivot becomes from->query, resolved. */
bool sql_resolve_pivot(struct resolver *r, struct sql_from *from);

#endif
