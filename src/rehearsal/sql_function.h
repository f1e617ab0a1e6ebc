/*
 * sql_function.h - the functions of Oracle that are known here, and what they give
 *
 * A function not in the table is no function: ORA-00904.  @print is the PostgreSQL
 * function; @form says what more than NAME(args) has to be written.
 */
#ifndef CW_REHEARSAL_SQL_FUNCTION_H
#define CW_REHEARSAL_SQL_FUNCTION_H

#include "rehearsal/sql_tree.h"

enum sql_form {
	F_CALL,
	F_COUNT,   /* an integer becomes numeric */
	F_EXTREME, /* MIN, MAX: of a DATE it is a DATE */
	F_AVERAGE,
	F_LISTAGG,
	F_RANKING,  /* only with OVER; integer becomes numeric */
	F_GROUPING, /* integer becomes numeric */
	F_NVL,	    /* COALESCE of values of the first one's type */
	F_NVL2,
	F_DECODE,
	F_NULLIF,
	F_GREATEST,   /* all of the first one's type */
	F_PERCENTILE, /* WITHIN GROUP (ORDER BY value), or MEDIAN (value) */
	F_RATIO,      /* value over the sum of its window */
	F_SHARE,      /* of the rows of its window, those before */
	F_NTH,	      /* the second argument an integer, the third of the first one's type */
	F_NTILE,      /* its argument an integer */
	F_CLOCK,      /* of so many digits */
	F_TRUTH,      /* of a condition: not true */
	F_JSON,	      /* made of keys and values, or JSON_QUERY */
	F_STORED,     /* of the value as Oracle's storage has it */
};

struct sql_function {
	const char *name, *print;
	uint8_t type; /* enum sql_type; SQL_ANY: of the first argument */
	uint8_t form;
	uint8_t arg;	  /* enum sql_type the first argument is made to; SQL_ANY: as it is */
	int8_t low, high; /* how many arguments; high < 0: any */
	bool aggregate;
};

/* NAME, or PACKAGE.NAME with or without SYS before it; NULL: none. */
struct sql_name;
const struct sql_function *sql_function_of(const struct sql_name *name);
/* RANK (value) WITHIN GROUP (ORDER BY ...): of a row that might be. */
bool sql_is_hypothetical(const struct sql_function *function, const struct sql_expr *call);
/* A function of Oracle's that is none of ours. */
bool sql_function_is_unplayed(const char *name);

/* SYSDATE and its like, without parentheses; NULL: none. */
struct sql_pseudo {
	const char *name, *print;
	uint8_t type;
	bool reserved; /* no column can be called so */
};
const struct sql_pseudo *sql_pseudo_find(const char *name);

#endif
