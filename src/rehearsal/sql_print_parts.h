/*
 * sql_print_parts.h - what the files of the printer need of each other
 */
#ifndef CW_REHEARSAL_SQL_PRINT_PARTS_H
#define CW_REHEARSAL_SQL_PRINT_PARTS_H

#include "rehearsal/sql_function.h"
#include "rehearsal/sql_print.h"

struct printer {
	struct cw_wr *out;
	struct rh_error *error;
	bool homed_lobs; /* of the top block: see lob.h */
	bool numbered;	 /* of the block: ROWNUM is a column */
	struct sql_hierarchy_print *hierarchy; /* sql_hierarchy.h; NULL: none around */
	const struct sql_set
		*set; /* columns that are printed as what they are set to; NULL: none */
};

void sql_put_expr(struct printer *p, const struct sql_expr *expr);
/* The same as a value of @want (enum sql_type): Oracle converts where PostgreSQL refuses. */
void sql_put_as(struct printer *p, const struct sql_expr *expr, uint8_t want);
/* Does that take a function? */
bool sql_converts(uint8_t have, uint8_t want);
/* The value as @want, if that takes a function; false, and nothing printed, if it does not. */
bool sql_put_converted(struct printer *p, const struct sql_expr *expr, uint8_t want);
/* A value that is stored into a column of type @want. */
void sql_put_assigned(struct printer *p, const struct sql_expr *expr, uint8_t want);
/* A value that CASE or one of its like may choose: it is one of several of @type. */
void sql_put_branch(struct printer *p, const struct sql_expr *expr, uint8_t type);
void sql_put_list(struct printer *p, const struct sql_expr *list);
void sql_put_query(struct printer *p, const struct sql_query *query, bool top);
void sql_put_call(struct printer *p, const struct sql_expr *expr);
/* The call of a stored unit, and one argument of it; what comes out lands in "a$0" ... by its parameter. */
void sql_put_unit(struct printer *p, const struct sql_expr *call);

/* A CHAR as text with the blanks that Oracle has: the width of a column (@c, or the one that @expr is) may be bytes, bpchar's is characters. */
void sql_put_padded(struct printer *p, const struct sql_expr *expr, const struct sql_column *c);

/* ---- sql_print_compare.c ---- */

void sql_put_comparison(struct printer *p, const struct sql_expr *left, const char *op,
			const struct sql_expr *right);
/* Without regard to blanks at the end. */
bool sql_compares_padded(const struct sql_expr *left, const struct sql_expr *right);
/* A ROWID that is told as text, checked by @function. */
void sql_put_rowid(struct printer *p, const struct sql_expr *expr, const char *function);
bool sql_is_rowid(const struct sql_expr *expr);
void sql_put_in(struct printer *p, const struct sql_expr *expr);
void sql_put_between(struct printer *p, const struct sql_expr *expr);
void sql_put_quantified(struct printer *p, const struct sql_expr *expr);

/* ---- sql_collection.c ---- */

void sql_put_collection(struct printer *p, const struct sql_expr *call); /* type (a, b) */
void sql_put_table_of(struct printer *p, const struct sql_from *from);	 /* TABLE (...) */
void sql_put_member(struct printer *p, const struct sql_expr *expr);	 /* MEMBER OF */
void sql_put_collected(struct printer *p, const struct sql_expr *expr);	 /* CAST to a collection */

/* ---- sql_print_within.c ---- */

/* Behind an aggregate's argument: the group's rows, or the window's, in the order of KEEP. */
void sql_put_keep_rows(struct printer *p, const struct sql_expr *expr);
/* SUM, AVG and their like with KEEP, and what does it. */
bool sql_is_kept(const struct sql_expr *expr, const char **ret_function);
void sql_put_kept(struct printer *p, const struct sql_expr *expr, const char *function);
void sql_put_hypothetical(struct printer *p, const struct sql_expr *expr);
void sql_put_given(struct printer *p, const struct sql_expr *value, const char *type);
void sql_put_order(struct printer *p, const struct sql_order *order);
void sql_put_table(struct printer *p, const struct sql_from *from);
void sql_put_json_table(struct printer *p, const struct sql_from *from);
/* JSON_OBJECT, JSON_ARRAY, their aggregates, and JSON_QUERY. */
void sql_put_json_made(struct printer *p, const struct sql_function *function,
		       const struct sql_expr *expr);
/* FROM and the tables, of DUAL alone nothing. */
void sql_put_tables(struct printer *p, const struct sql_select *select);
bool sql_only_dual(const struct sql_from *from);
/* LIMIT of WHERE ROWNUM <= n. */
void sql_put_limit(struct printer *p, const struct sql_expr *limit, bool less);

/* t AS a (x, y): what INSERT INTO takes, and values for those columns. */
void sql_put_inserted(struct printer *p, const struct sql_from *target,
		      const struct sql_expr *column);

/* How ORA-00932 calls it; NULL: text, or not known. */
const char *sql_type_family(uint8_t type);

/* ---- sql_print_stored.c ---- */

/* A value for a column: converted, and refused, as Oracle does it. */
void sql_put_stored(struct printer *p, const struct sql_expr *value, const struct sql_expr *column);
void sql_put_stored_list(struct printer *p, const struct sql_expr *column,
			 const struct sql_expr *value);
/* The rows of a query for these columns. */
void sql_put_stored_query(struct printer *p, const struct sql_expr *column,
			  const struct sql_query *query);

static inline void put(struct printer *p, const char *text)
{
	cw_wr_text(p->out, text);
}

static inline bool sql_is_text(uint8_t type)
{
	return type == SQL_TEXT || type == SQL_CHAR || type == SQL_CLOB;
}

#endif
