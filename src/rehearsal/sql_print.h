/*
 * sql_print.h - find out what the names mean, then say it in PostgreSQL's SQL
 *
 * sql_resolve() walks the tree with scopes: it finds each table through
 * env->relation(), expands *, ties each name to the column of a table in scope,
 * and turns ROWNUM, (+), ROWID, NEXTVAL and functions without parentheses into
 * what they are.  sql_print_*() then writes the tree; it cannot meet a name that
 * was not resolved.  A name that no table in scope has is offered to env->name()
 * (a PL/SQL variable), else it is ORA-00904.
 *
 * Errors	struct rh_error with the offset of the name
 * Threads	any; everything is in the arena and the env
 */
#ifndef CW_REHEARSAL_SQL_PRINT_H
#define CW_REHEARSAL_SQL_PRINT_H

#include "base/arena.h"
#include "base/wr.h"
#include "rehearsal/sql_type.h"

struct sql_env {
	void *context;
	const char
		*missing_schema; /* of what ORA-00942 is told by name; NULL: it is told without */
	/* NULL without error->code: there is none (the resolver says which error that is). */
	const struct sql_relation *(*relation)(void *context, const struct sql_name *name,
					       struct rh_error *error);
	/*
	 * A name (or a call of something not built in) that is not in scope.  Set expr->printed
	 * and expr->type and return true; NULL function: there are no such names.
	 */
	bool (*name)(void *context, struct sql_expr *expr, struct rh_error *error);
	/* Some such name is there that hides SYSDATE, LEVEL and their like; NULL: none ever does. */
	bool (*hides)(void *context, const struct sql_expr *expr);
	/*
	 * A call of something not built in, before name() is asked (a name without arguments: if there is no name()): sets expr->unit_called if the schema has
	 * such a function.  NULL: none has.
	 */
	bool (*unit)(void *context, struct cw_arena *arena, struct sql_expr *call,
		     struct rh_error *error);
	/* A call of something that is neither built in nor of the schema: sets call->collection if it makes one of a type.  NULL: none does. */
	bool (*collection)(void *context, struct cw_arena *arena, struct sql_expr *call,
			   struct rh_error *error);
	/* Same for X_BIND; NULL: $1, $2 ... in order of appearance. */
	bool (*bind)(void *context, struct sql_expr *expr, struct rh_error *error);
	const char *user; /* USER */
	/* What each bind holds (enum sql_type), in order of appearance; NULL: not known yet. */
	const uint8_t *bind_type;
	/* And which one stands for it: of the same name and value. */
	const uint16_t *bind_same;
	uint32_t bind_count;
};

bool sql_resolve(const struct sql_env *env, struct cw_arena *arena, struct sql_stmt *stmt,
		 struct rh_error *error);
/* An expression by itself (PL/SQL, DEFAULT, CHECK); @from: the tables in scope or NULL. */
bool sql_resolve_expr(const struct sql_env *env, struct cw_arena *arena, struct sql_expr *expr,
		      struct sql_from *from, struct rh_error *error);

/* The statement as PostgreSQL wants it: SELECT, INSERT, UPDATE, DELETE, MERGE, LOCK.
 * SELECT ... INTO and RETURNING ... INTO lists are left out: the caller has them in the tree. */
bool sql_print(const struct sql_stmt *stmt, struct cw_wr *out, struct rh_error *error);
bool sql_print_query(const struct sql_query *query, struct cw_wr *out, struct rh_error *error);
bool sql_print_expr(const struct sql_expr *expr, struct cw_wr *out, struct rh_error *error);

/* As a value for a column of @type (enum sql_type): INSERT, SET, DEFAULT. */
bool sql_print_assigned(const struct sql_expr *expr, uint8_t type, struct cw_wr *out,
			struct rh_error *error);

/* As an argument of PostgreSQL's @type (sql_unit.h). */
bool sql_print_given(const struct sql_expr *value, const char *type, struct cw_wr *out,
		     struct rh_error *error);

/* "NAME" with quotes doubled. */
void sql_print_ident(struct cw_wr *out, const char *name);
/* 'text' with quotes doubled; backslashes stay (standard_conforming_strings). */
void sql_print_literal(struct cw_wr *out, const char *text, size_t len);

#endif
