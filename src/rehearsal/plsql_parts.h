/*
 * plsql_parts.h - what the parts of the translator call of each other
 *
 * A part reads its words at the present token and writes PL/pgSQL to pl->out; false: pl->error tells.
 *
 * What an exception undoes.  On Oracle a handler finds the work of its block standing but for the
 * statement that failed; PL/pgSQL's EXCEPTION undoes the whole block.  So in a block with handlers, and
 * in all that stands inside of it, each simple statement is a block of its own ("guarded"): it fails alone,
 * notes the error in "err$N" and leaves for the handlers of block N.  Conditions and bounds are
 * computed in such statements.  Without a handler anywhere around, nothing is guarded: the call fails as a whole.
 * Never guarded, so never handled: COMMIT and ROLLBACK, calls of units with one, and the query of a loop around one.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "PL/SQL Error Handling"
 */
#ifndef CW_REHEARSAL_PLSQL_PARTS_H
#define CW_REHEARSAL_PLSQL_PARTS_H

#include "rehearsal/plsql_names.h"
#include "rehearsal/sql_unit.h"

/* ---- plsql_sql.c ------------------------------------------------------------------ */

bool plsql_want_end(struct plsql *pl); /* the semicolon */
bool plsql_sql_statement(struct plsql *pl);
bool plsql_write_query(struct plsql *pl); /* a query at the present token */
/* Where a value goes: variable, bind, or column of :NEW. */
bool plsql_write_target(struct plsql *pl, struct sql_expr *target);
/* A list of targets behind INTO, whose types nobody knows yet: read and written. */
bool plsql_read_targets(struct plsql *pl);
bool plsql_is_record(const struct plsql *pl, const struct sql_expr *target);

/* ---- plsql_exception.c -------------------------------------------------------------- */

/* Around the text of a simple statement; they write nothing where nothing is guarded. */
void plsql_guard_open(struct plsql *pl);
void plsql_guard_close(struct plsql *pl);

bool plsql_raise_statement(struct plsql *pl);	      /* behind RAISE */
bool plsql_raise_application_error(struct plsql *pl); /* behind its name */
bool plsql_pragma(struct plsql *pl);		      /* behind PRAGMA, without the semicolon */
/* From the first WHEN to END, of block @number; @returns: what stands behind each. */
bool plsql_handlers(struct plsql *pl, unsigned number, const char *returns);

/* Tokens of the block or loop at whose BEGIN or LOOP a parser stands, one by one, the parser itself staying. */
struct plsql_ahead {
	struct sql_parser parser;
	struct rh_error ignored;
	unsigned depth; /* of BEGIN, IF, LOOP and CASE around the token */
	bool after_end;
};

void plsql_ahead_begin(struct plsql_ahead *ahead, const struct sql_parser *from);
bool plsql_ahead_next(struct plsql_ahead *ahead); /* false: behind its END */

bool plsql_has_handlers(const struct sql_parser *at_begin);

/* ---- plsql_stored.c, plsql_package.c --------------------------------------------------- */

struct plsql_stored {
	bool function;
	bool comes_out; /* some parameter does */
	const char *schema, *name;
	struct cw_wr parameters; /* as PostgreSQL wants them */
	struct cw_wr notes;	 /* rows for rh.arguments */
	struct cw_wr returns;
	unsigned count;
};

bool plsql_read_header(struct plsql *pl, struct plsql_stored *unit);
bool plsql_want_is(struct plsql *pl);
/* What stands between AS and the end of PostgreSQL's routine. */
void plsql_write_body(const struct plsql *pl, struct cw_wr *body);
void plsql_stored_release(struct plsql_stored *unit);
bool plsql_may_create(struct plsql *pl, const char *schema);
/* DROP, whose name comes next: a PROCEDURE, a FUNCTION, a PACKAGE or its PACKAGE BODY. */
bool plsql_drop(struct plsql *pl, const char *kind);
bool plsql_run_text(struct rh_session *session, struct cw_wr *sql, struct rh_error *error);
void plsql_put_literal(struct cw_wr *out, const char *text);
/* Behind PACKAGE; @sql: the whole text. */
bool plsql_package_ddl(struct plsql *pl, enum plsql_verb verb, bool replace, const char *sql,
		       uint16_t *ret_sql_type);

/* ---- plsql_collection.c ------------------------------------------------------------- */

/* Behind TYPE or SUBTYPE, its name included: without the semicolon. */
struct plsql_type *plsql_type_declare(struct plsql *pl, bool is_subtype);
/* The type that a name means in the block, in its package or in another; NULL: none, or an error. */
const struct plsql_type *plsql_type_find(struct plsql *pl, const struct sql_name *name);
void plsql_write_named_type(const struct plsql_type *type, struct plsql_variable *variable,
			    struct cw_wr *out);
const char *plsql_type_kind_name(uint8_t kind);
/* c(i), c.COUNT, c.EXISTS(i): sets expr->printed. */
bool plsql_use_collection(struct plsql *pl, struct sql_expr *expr,
			  const struct plsql_variable *variable);
/* Is it c(i) := ..., or c.DELETE and its like as a statement? */
const struct plsql_variable *plsql_collection_of(const struct plsql *pl,
						 const struct sql_expr *expr);
bool plsql_assign_item(struct plsql *pl, struct sql_expr *item, struct sql_expr *value);
bool plsql_change_collection(struct plsql *pl, struct sql_expr *call);

/* ---- plsql_call.c -------------------------------------------------------------------- */

/* The stored unit that a call or a bare name means; NULL: none, or an error. */
const struct sql_unit *plsql_unit_of(struct plsql *pl, const struct sql_expr *call);
bool plsql_call_procedure(struct plsql *pl, const struct sql_unit *unit, struct sql_expr *call);
/* target := function(args), some of which come out */
bool plsql_assign_function(struct plsql *pl, const struct sql_unit *unit, struct sql_expr *target,
			   struct sql_expr *call);
/* The callback of struct sql_env. */
bool plsql_function_of(void *context, struct cw_arena *arena, struct sql_expr *call,
		       struct rh_error *error);

/* ---- plsql_dynamic.c ----------------------------------------------------------------- */

bool plsql_execute_immediate(struct plsql *pl); /* behind its words */
bool plsql_open_text(struct plsql *pl);		/* FOR, at a text: without the semicolon */

/* ---- the others ----------------------------------------------------------------------- */

bool plsql_if(struct plsql *pl);
bool plsql_case(struct plsql *pl);
bool plsql_loop(struct plsql *pl); /* at LOOP */
bool plsql_while(struct plsql *pl);
bool plsql_for(struct plsql *pl);
bool plsql_leave(struct plsql *pl, const char *word); /* EXIT, CONTINUE */

bool plsql_declaration(struct plsql *pl);

/* Up to one of the words in @stops, which is left. */
bool plsql_statements(struct plsql *pl, const char *const *stops);
bool plsql_block(struct plsql *pl, const char *returns);

#endif
