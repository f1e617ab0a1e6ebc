/*
 * exec_shape.h - what the columns of a cursor are, as a text that travels with it
 *
 * PostgreSQL tells of a cursor's columns less than Oracle does, and of the fields of a record hardly anything.  So the
 * query of a cursor that leaves its block holds a comment, "rh:SHAPE", and a CURSOR(...) of a query hands
 * its own shape to the statement that reads it.  Each column: its name in hexadecimal digits, numbers, and in
 * parentheses the shape of a CURSOR in it.
 *
 * Threads	any
 */
#ifndef CW_REHEARSAL_EXEC_SHAPE_H
#define CW_REHEARSAL_EXEC_SHAPE_H

#include "base/arena.h"
#include "base/wr.h"
#include "rehearsal/sql_tree.h"

void rh_shape_write(const struct sql_query *query, struct cw_wr *out);
/* The query in PostgreSQL's words with its comment, behind the first word: PL/pgSQL cuts off what stands at the end. */
bool rh_shape_print_query(const struct sql_query *query, struct cw_wr *out, struct rh_error *error);
/* The shape in the first such comment of @sql; NULL: there is none. */
const char *rh_shape_find(const char *sql);

/*
 * The column at *@shape, which goes on to the next; false: there is none.  Of one that is not the column of a table
 * ora_type is 0.  *ret_nested: the shape of the CURSOR in it, NULL: it is none.  All in @arena.
 */
bool rh_shape_read(struct cw_arena *arena, const char **shape, struct sql_column *ret,
		   const char **ret_nested);

#endif
