/*
 * expression.h - what the two files that put Oracle's expressions in PostgreSQL's words share
 *
 *	expression.c		operands: literals, columns, arithmetic, the functions that are known; defaults
 *	expression_condition.c	what check constraints say of them
 *
 * Both know types.  Oracle converts text to numbers and adds numbers to dates
 * unasked; PostgreSQL refuses the first, and with it the whole table, and calls
 * the second an interval.  What is not known to mean the same is not plain.
 */
#ifndef CW_SCHEMA_EXPRESSION_H
#define CW_SCHEMA_EXPRESSION_H

#include "schema/catalog.h"

enum expression_kind {
	K_NONE, /* not plain */
	K_NULL,
	K_NUMBER,
	K_TEXT, /* VARCHAR2 */
	K_CHAR,
	K_LITERAL, /* text in quotes: it has the type of what it meets */
	K_MOMENT,
	K_SPAN, /* INTERVAL DAY TO SECOND */
	K_GUID,
	K_OTHER, /* a column of which only NULL is asked */
};

struct operand {
	enum expression_kind kind;
	const char *text;		/* PostgreSQL's words */
	const char *digits;		/* a whole number written out, its sign before it */
	const struct cw_column *column; /* when it is a column alone */
	bool zone;			/* K_MOMENT: of timestamptz */
	bool date; /* K_MOMENT: Oracle's DATE, to which numbers are added as days */
	bool hex;  /* K_GUID: as text */
};

struct expression {
	const char *at;
	const struct cw_shape *shape; /* NULL: a default */
	struct cw_arena *arena;
	const char *owner; /* of sequences that say none */
	unsigned depth;	   /* of parentheses */
};

const char *expression_text(struct expression *e, const char *fmt, ...) CW_PRINTF(2, 3);
/* These skip blanks before what they look for, and go behind it where it stands there. */
bool expression_skip(struct expression *e, const char *op);
bool expression_word(struct expression *e, const char *word);
bool expression_call(struct expression *e, const char *name); /* with its parenthesis */
bool expression_ends(struct expression *e);
/* 'text', its quotes as they stand; NULL: there is none */
const char *expression_string(struct expression *e);
/* A sum of products, a column, a literal. */
struct operand expression_operand(struct expression *e);
/* False: it is none, and Oracle makes none of it in the way PostgreSQL would. */
bool expression_as_number(struct expression *e, struct operand *o);

#endif
