/*
 * plsql_names.h - what a name means inside a block
 *
 * Inside SQL a column of a table in scope comes first, as on Oracle; the resolver asks
 * here for what it does not find.
 */
#ifndef CW_REHEARSAL_PLSQL_NAMES_H
#define CW_REHEARSAL_PLSQL_NAMES_H

#include "rehearsal/plsql.h"

struct plsql_variable *plsql_declare(struct plsql *pl, const char *name, uint8_t type);
const struct plsql_variable *plsql_find(const struct plsql *pl, const char *name); /* NULL: none */
/* What was written, in the arena; the writer is released. */
char *plsql_keep_text(struct plsql *pl, struct cw_wr *text);
void plsql_write_variable(struct cw_wr *out, const char *name);
int plsql_bind_index(struct plsql *pl, const char *name); /* -1: too many */

/* "PACKAGE"."NAME", without the SYS in front. */
void plsql_write_callee(struct cw_wr *out, const struct sql_name *name);
/* name() of a package, to pl->out. */
bool plsql_write_package_call(struct plsql *pl, const struct sql_expr *expr);

/* The callbacks of struct sql_env: binds; variables, package calls, trigger predicates. */
bool plsql_name_bind(void *context, struct sql_expr *expr, struct rh_error *error);
bool plsql_name_other(void *context, struct sql_expr *expr, struct rh_error *error);

bool plsql_resolve_tree(struct plsql *pl, struct sql_expr *expr);
/* Resolve and print a parsed expression. */
bool plsql_write_tree(struct plsql *pl, struct cw_wr *out, struct sql_expr *expr);

#endif
