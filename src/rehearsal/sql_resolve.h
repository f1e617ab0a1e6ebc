/*
 * sql_resolve.h - what the files of the resolver need of each other
 *
 * A scope is one query block; names are looked for in it and then outwards.
 */
#ifndef CW_REHEARSAL_SQL_RESOLVE_H
#define CW_REHEARSAL_SQL_RESOLVE_H

#include "rehearsal/sql_print.h"

struct scope {
	struct scope *outer;
	struct sql_from *from; /* chained; joins have leaves below */
	struct sql_select *select;
	bool grouping; /* GROUP BY and HAVING are looked at, where aliases may stand */
};

struct resolver {
	const struct sql_env *env;
	struct cw_arena *arena;
	struct rh_error *error;
	struct sql_stmt *stmt; /* NULL for an expression by itself */
	struct scope *scope;
	const struct sql_query *top;	/* whose items may be NEXTVAL; NULL: none's */
	const struct sql_query *cursor; /* the CURSOR(...) that is being resolved; NULL: none */
	bool no_number;			/* neither NEXTVAL nor CURRVAL may stand here */
	struct with {
		struct with *outer;
		struct sql_with *list, *end; /* those before @end are known */
	} * with;
};

struct found {
	struct sql_from *from;
	uint32_t column, count;
};

bool sql_resolve_list(struct resolver *r, struct sql_expr *list);
bool sql_resolve_one(struct resolver *r, struct sql_expr *expr);
bool sql_resolve_query(struct resolver *r, struct sql_query *query);
bool sql_resolve_table(struct resolver *r, struct sql_from *from);
bool sql_resolve_from(struct resolver *r, struct sql_from *from);
/* sql_collection.c: TABLE (...), which may take its collection from the tables before it, and MEMBER OF */
bool sql_resolve_table_of(struct resolver *r, struct sql_from *from);
bool sql_resolve_member(struct resolver *r, struct sql_expr *expr);
bool sql_resolve_collected(struct resolver *r, struct sql_expr *expr);
bool sql_expand_members(struct resolver *r, struct sql_expr *call);
/* WHERE without its ROWNUM <= n, which becomes *ret_limit; *ret_less: it was ROWNUM < n. */
struct sql_expr *sql_take_limit(struct sql_expr *where, struct sql_expr **ret_limit,
				bool *ret_less);
/* Of a set operation whose two queries have as many columns. */
void sql_unite_columns(struct cw_arena *arena, struct sql_query *query);
/* The columns of INSERT, and whether so many values of such kinds go there; the values are resolved. */
bool sql_resolve_inserted(struct resolver *r, struct sql_stmt *stmt, const struct sql_expr *value);
/* WHERE a.x = b.y (+) becomes a LEFT JOIN; after WHERE is resolved. */
bool sql_resolve_outer(struct resolver *r, struct sql_select *select);
/* Where LOBs may not stand: ORA-00932. */
bool sql_no_lob(struct resolver *r, const struct sql_expr *expr);
/* Where a LONG may not stand: ORA-00997. */
bool sql_no_long(struct resolver *r, const struct sql_expr *list);
bool sql_invalid_identifier(struct rh_error *error, const struct sql_name *name);
bool sql_matches_from(const struct sql_from *from, const struct sql_name *name);
void sql_find_column(struct sql_from *from, const struct sql_name *name, struct found *found);
void sql_use_column(struct sql_expr *expr, struct sql_from *from, uint32_t column);

#endif
