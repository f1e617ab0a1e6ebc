/*
 * sql_hierarchy.h - START WITH and CONNECT BY: read, resolved and printed
 *
 * Printed as a recursion over the rows of FROM, which get numbers in the order of siblings: a row's path of numbers sorts it below its parent.
 * Source: Oracle Database SQL Language Reference 19c, Hierarchical Queries: joins first, then CONNECT BY, then the rest of WHERE.
 */
#ifndef CW_REHEARSAL_SQL_HIERARCHY_H
#define CW_REHEARSAL_SQL_HIERARCHY_H

#include "rehearsal/sql_parse_parts.h"
#include "rehearsal/sql_print_parts.h"
#include "rehearsal/sql_resolve.h"

/* What a row takes from its parent or its root: "v1", "v2" ... */
struct sql_inherited {
	struct sql_inherited *next;
	struct sql_expr *expr; /* X_UNARY PRIOR or CONNECT_BY_ROOT, or SYS_CONNECT_BY_PATH */
	uint32_t nr;
};

struct sql_hierarchy {
	struct sql_expr *start, *connect;
	bool nocycle;
	struct sql_order *siblings;
	/* resolved */
	bool in_connect, has_leaf, has_cycle,
		endless;		    /* endless: PRIOR of what is never twice the same */
	struct sql_expr *joins;		    /* of WHERE, those of several tables; ANDed */
	struct sql_inherited *inherited;
};

/* START WITH ... CONNECT BY ..., in either order, or nothing. */
void sql_parse_hierarchy(struct sql_parser *p, struct sql_select *select);
/* LEVEL, CONNECT_BY_ISLEAF and their like in a block that has a hierarchy: 1, 0 it is none of them, -1 after an error. */
int sql_resolve_hierarchy_name(struct resolver *r, struct sql_expr *expr);
/* PRIOR x, CONNECT_BY_ROOT x, SYS_CONNECT_BY_PATH (x, y), whose arguments are resolved. */
bool sql_resolve_inherited(struct resolver *r, struct sql_expr *expr);
/* After WHERE. */
bool sql_resolve_hierarchy(struct resolver *r, struct sql_query *query);

/* The block whose columns are those of "h$" or "b$" while a part of it is printed. */
struct sql_hierarchy_print {
	struct sql_hierarchy_print *outer;
	const struct sql_select *select;
	const char *row, *prior, *level; /* prior NULL: PRIOR is a value of "h$" */
};
bool sql_has_prior(const struct sql_expr *expr);
/* Its FROM; afterwards the columns of p->hierarchy are those of what is printed. */
void sql_put_hierarchy(struct printer *p, const struct sql_select *select);
/* A column, PRIOR, LEVEL ... of such a block; false: it is none. */
bool sql_put_hierarchy_expr(struct printer *p, const struct sql_expr *expr);

#endif
