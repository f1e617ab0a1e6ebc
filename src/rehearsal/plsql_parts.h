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
 * Never guarded, so never handled: COMMIT and ROLLBACK, and calls of units with one.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "PL/SQL Error Handling"
 */
#ifndef CW_REHEARSAL_PLSQL_PARTS_H
#define CW_REHEARSAL_PLSQL_PARTS_H

#include "rehearsal/plsql_names.h"
#include "rehearsal/sql_unit.h"

/* ---- plsql_sql.c ------------------------------------------------------------------ */

bool plsql_want_end(struct plsql *pl);	    /* the semicolon */
bool plsql_want_end_word(struct plsql *pl); /* END, and the name again */
bool plsql_sql_statement(struct plsql *pl);
/* The same inside FORALL: what is returned in bulk is added. */
bool plsql_sql_repeated(struct plsql *pl);
/* A query at the present token; @leaves: of a cursor that may be given away (exec_shape.h). */
bool plsql_write_query(struct plsql *pl, bool leaves);
/* A value for a variable of that enum sql_type, converted as Oracle does it. */
bool plsql_write_value(struct plsql *pl, struct cw_wr *out, struct sql_expr *value, uint8_t type);
/* Where a value goes: variable, bind, or column of :NEW. */
bool plsql_write_target(struct plsql *pl, struct sql_expr *target);
/* An error: @why, unless nothing is called so. */
bool plsql_no_target(struct plsql *pl, const struct sql_expr *target, const char *why);
/* A statement that assigns PostgreSQL's expression. */
bool plsql_assign_text(struct plsql *pl, struct sql_expr *target, const char *value);
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
bool plsql_at_opening(const struct sql_parser *p); /* a word that END closes */
bool plsql_ahead_next(struct plsql_ahead *ahead);  /* false: behind its END */

bool plsql_has_handlers(const struct sql_parser *at_begin);

/* ---- plsql_goto.c ----------------------------------------------------------------------- */

/* In front of statements; true: some have labels that GOTO may want, and what follows is to be called. */
bool plsql_goto_begin(struct plsql *pl, const char *const *stops);
void plsql_goto_label(struct plsql *pl); /* in front of each statement */
void plsql_goto_end(struct plsql *pl);
bool plsql_goto_statement(struct plsql *pl); /* behind GOTO */

/* ---- plsql_stored.c, plsql_package.c --------------------------------------------------- */

struct plsql_parameter {
	struct plsql_parameter *next;
	const char *name;
	const char *type;  /* PostgreSQL's; NULL: known when it runs */
	const char *plain; /* the same without its length */
	const char *value; /* of a local subprogram's: the default; NULL: none */
	uint8_t mode;	   /* enum sql_mode */
};

struct plsql_stored {
	struct plsql_parameter *parameter;
	const char *result; /* as a parameter's type */
	const char *plain_result;
	const struct plsql_type *result_type; /* of a collection; NULL: of none */
	bool function;
	bool comes_out; /* some parameter does */
	bool defaulted; /* some parameter was */
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
/* ALTER of one, whose name comes next: COMPILE makes it VALID again, if that can be. */
bool plsql_alter(struct plsql *pl);
bool plsql_run_text(struct rh_session *session, struct cw_wr *sql, struct rh_error *error);
void plsql_put_literal(struct cw_wr *out, const char *text);
/* Behind PACKAGE; @sql: the whole text. */
bool plsql_package_ddl(struct plsql *pl, enum plsql_verb verb, bool replace, const char *sql,
		       uint16_t *ret_sql_type);

/* ---- plsql_collection.c ------------------------------------------------------------------- */

/* Behind TYPE; @sql: the whole text. */
bool plsql_type_ddl(struct plsql *pl, enum plsql_verb verb, bool replace, const char *sql,
		    uint16_t *ret_sql_type);
/* A schema's collection type; NULL: none, or an error. */
const struct plsql_type *plsql_schema_type(struct plsql *pl, const struct sql_name *name);
/* As SQL knows it, whosever it is. */
const struct sql_collection *plsql_collection_of(struct plsql *pl, const struct plsql_type *type);
/* The callback of struct sql_env. */
bool plsql_collection_made(void *context, struct cw_arena *arena, struct sql_expr *call,
			   struct rh_error *error);

/* ---- plsql_pipe.c ------------------------------------------------------------------------- */

#define PLSQL_PIPED "\"sql$piped\"" /* the rows of a pipelined function */

bool plsql_pipelined(struct plsql *pl, struct plsql_stored *unit); /* [PIPELINED] */
bool plsql_pipe_row(struct plsql *pl);				   /* behind PIPE ROW */
bool plsql_return_piped(struct plsql *pl);			   /* behind RETURN */

/* ---- plsql_conditional.c ------------------------------------------------------------------ */

/* *sql becomes the text without what $IF leaves out; false: a condition is not ours. */
bool plsql_conditional(struct plsql *pl, const char **sql, size_t len);

/* ---- plsql_autonomous.c ------------------------------------------------------------------- */

bool plsql_is_autonomous(const struct plsql *pl); /* the body at whose declarations it stands */
void plsql_begin_autonomous(struct plsql *pl, const struct plsql_stored *unit);
/* Of the translated body a procedure of its own; @body: what runs it, between AS and the end. */
bool plsql_make_autonomous(struct plsql *pl, const struct plsql_stored *unit, struct cw_wr *body);
/* The same of a trigger's; @inside: its whole body; @body: statements. */
bool plsql_make_autonomous_trigger(struct plsql *pl, const char *schema, const char *name,
				   const char *table, bool each_row, const struct cw_wr *inside,
				   struct cw_wr *body);

/* @prefix and 16 digits, of the same text always the same; the writer is released. */
const char *plsql_hashed_name(struct plsql *pl, const char *prefix, struct cw_wr *text);

/* ---- plsql_local.c ---------------------------------------------------------------------- */

struct plsql_local;

#define PLSQL_ROUTINES                                                                             \
	"\"sql$routines\"" /* in an anonymous block that has some: the text that makes them */

/* Behind PROCEDURE or FUNCTION in a block: without the semicolon. */
bool plsql_local_declare(struct plsql *pl, bool function);
/* A stored unit whose header was read may call itself. */
void plsql_know_itself(struct plsql *pl, const struct plsql_stored *stored);
/* The one that a call means; *ret NULL: none. */
bool plsql_local_of(struct plsql *pl, const struct sql_expr *call, const struct sql_unit **ret);
/* All down to @outer have their bodies. */
bool plsql_locals_are_made(struct plsql *pl, const struct plsql_local *outer);
/* Around the block of a unit or a subprogram; they write nothing where a unit has none. */
bool plsql_begin_frame(struct plsql *pl);
void plsql_end_frame(struct plsql *pl);
/* Some local subprogram may use it: from here on it lies in the frame; false: it need not, or cannot. */
bool plsql_lies_in_frame(struct plsql *pl, struct plsql_variable *variable);
/* Behind its declaration: its first value goes there. */
void plsql_put_in_frame(struct plsql *pl, const struct plsql_variable *variable);
/* Up to BEGIN, over local subprograms; and behind the name at the END. */
void plsql_skip_declarations(struct sql_parser *p);
void plsql_skip_body(struct sql_parser *p, bool *ret_ends);
const char *plsql_locals_prefix(struct plsql *pl, const char *schema, const char *unit);
bool plsql_locals_drop(struct plsql *pl, const char *schema, const char *unit);

/* ---- plsql_type.c ----------------------------------------------------------------------- */

/* Behind TYPE or SUBTYPE, its name included: without the semicolon. */
bool plsql_type_declare(struct plsql *pl, bool is_subtype);
/* TABLE OF type and its like, what stands behind IS. */
bool plsql_type_body(struct plsql *pl, struct plsql_type *type);
/* The type that a name means in the block, in its package or in another, or of a schema; NULL: none, or an error. */
const struct plsql_type *plsql_type_find(struct plsql *pl, const struct sql_name *name);
bool plsql_write_named_type(struct plsql *pl, const struct plsql_type *type,
			    struct plsql_variable *variable, struct cw_wr *out);
/* PostgreSQL's type of an enum sql_type, without length; NULL: it is not known. */
const char *plsql_plain_type(uint8_t type);
/* The same of a VARCHAR2 or RAW that holds so many of a unit (rh_exec_text_type()); NULL: an error. */
const char *plsql_text_type(struct plsql *pl, uint8_t ora_type, char unit, uint32_t most);
const char *plsql_column_type(struct plsql *pl, const struct sql_column *column);
const struct plsql_type *plsql_row_of(struct plsql *pl, const struct sql_column *column,
				      uint32_t count, const char *element);
bool plsql_row_is_known(const struct plsql_type *row); /* the types of all fields */
/* A record's own type, made if it is not there; NULL: an error. */
const char *plsql_record_type(struct plsql *pl, const struct plsql_type *type);

/* ---- plsql_path.c ----------------------------------------------------------------------- */

#define PLSQL_STEPS_MAX 16u

struct plsql_step {
	const char *field;
	struct sql_expr *index; /* instead of a field */
};

/* A variable, and what part of it. */
struct plsql_path {
	const struct plsql_variable *variable;
	uint32_t at;
	unsigned count;
	struct plsql_step step[PLSQL_STEPS_MAX];
};

/* false: it is none, or an error */
bool plsql_path_of(struct plsql *pl, const struct sql_expr *expr, struct plsql_path *ret);
/* Sets expr->printed. */
bool plsql_read_path(struct plsql *pl, const struct plsql_path *path, struct sql_expr *expr);
/* The same of @expr, an element or a method of the collection that is @printed. */
bool plsql_read_result(struct plsql *pl, const char *printed, const struct plsql_type *type,
		       struct sql_expr *expr);
/* What may be assigned to it: type, text, row or collection. */
bool plsql_path_type(struct plsql *pl, const struct plsql_path *path, struct plsql_variable *ret);
bool plsql_may_assign(struct plsql *pl, const struct plsql_path *path);
/* PL/pgSQL can assign to it as it stands, by plsql_write_plain(). */
bool plsql_path_is_plain(const struct plsql_path *path);
void plsql_write_plain(struct cw_wr *out, const struct plsql_path *path);
/* Statements that assign PostgreSQL's expression @value, or an expression of Oracle's. */
bool plsql_assign_path(struct plsql *pl, const struct plsql_path *path, const char *value);
bool plsql_assign_tree(struct plsql *pl, const struct plsql_path *path, struct sql_expr *value);
/* c.DELETE and its like as a statement. */
bool plsql_is_change(struct plsql *pl, const struct sql_expr *call);
bool plsql_change_collection(struct plsql *pl, struct sql_expr *call);
/* record(a, b): sets expr->printed; false without an error: it is no record's. */
bool plsql_use_constructor(struct plsql *pl, struct sql_expr *expr);

/* ---- plsql_row.c ----------------------------------------------------------------------- */

/* What stmt->record stands for becomes its values; nothing where it is NULL. */
bool plsql_expand_row(struct plsql *pl, struct sql_stmt *stmt);

/* ---- plsql_into.c ----------------------------------------------------------------------- */

struct plsql_into {
	struct cw_wr declares, names,
		after; /* variables to land in; INTO's list; what is done behind */
};

struct sql_expr *plsql_read_list(struct plsql *pl); /* NULL: an error */
bool plsql_into_targets(struct plsql *pl, struct sql_expr *targets, struct plsql_into *into);
void plsql_into_begin(struct plsql *pl, const struct plsql_into *into);
void plsql_into_end(struct plsql *pl, const struct plsql_into *into);
void plsql_into_release(struct plsql_into *into);

/* ---- plsql_lob.c ------------------------------------------------------------------------ */

/* A block's variable, and beside it where its LOB lies, if it holds one; @value: its first, NULL: none. */
void plsql_declare_home(struct plsql *pl, struct plsql_variable *variable,
			const struct sql_expr *value);
/* Behind an assignment; @value: NULL where it is no expression of Oracle's. */
void plsql_assign_home(struct plsql *pl, const struct plsql_path *path,
		       const struct sql_expr *value);
/* What INTO takes is selected, or returned, with where it lies; then it lands. */
void plsql_locate_lobs(struct plsql *pl, const struct sql_stmt *stmt);
void plsql_land_lob(struct plsql *pl, const struct sql_expr *target,
		    const struct plsql_variable *variable, struct plsql_into *into);
/* A call of one of DBMS_LOB's procedures that change their LOB. */
bool plsql_writes_lob(const struct sql_expr *call);
bool plsql_write_lob(struct plsql *pl, struct sql_expr *call);
/* DBMS_LOB.ISTEMPORARY: sets call->printed. */
bool plsql_asks_lob(const struct sql_expr *call);
bool plsql_ask_lob(struct plsql *pl, struct sql_expr *call);
void plsql_end_lobs(struct plsql *pl); /* of a block */

/* ---- plsql_into.c, bulk ------------------------------------------------------------------ */

struct plsql_bulk {
	struct plsql_into into;
	struct cw_wr select, names; /* what is selected of the rows; the rows' columns */
	unsigned columns;
};

/* @joined: behind what the targets have already, as in FORALL */
bool plsql_bulk_targets(struct plsql *pl, struct sql_expr *targets, bool joined,
			struct plsql_bulk *bulk);
void plsql_bulk_query(struct plsql *pl, const struct plsql_bulk *bulk, const struct cw_wr *query,
		      bool is_dml);
/* The same as PL/pgSQL's expression, of a query in "sql$text". */
void plsql_bulk_text(struct plsql *pl, const struct plsql_bulk *bulk, bool is_dml);
void plsql_bulk_release(struct plsql_bulk *bulk);
bool plsql_fetch_bulk(struct plsql *pl, const char *cursor); /* behind BULK COLLECT INTO */

/* ---- plsql_forall.c --------------------------------------------------------------------- */

bool plsql_forall(struct plsql *pl); /* behind FORALL */
/* SQL%BULK_ROWCOUNT, SQL%BULK_EXCEPTIONS; NULL: another attribute */
const struct plsql_variable *plsql_bulk_attribute(const struct sql_expr *expr);

/* ---- plsql_state.c ---------------------------------------------------------------------- */

const char *plsql_state_key(struct plsql *pl, const char *name);
/* One declaration of a package that is no subprogram. */
bool plsql_package_declaration(struct plsql *pl);
/* From PACKAGE to END: what is declared. */
bool plsql_read_specification(struct plsql *pl);
const struct plsql_package *plsql_package_of(struct plsql *pl, const struct sql_name *name);
/* The variable that a name begins with, and how many of its parts that took; NULL: none, or an error. */
const struct plsql_variable *plsql_variable_of(struct plsql *pl, const struct sql_name *name,
					       unsigned *ret_parts);

/* ---- plsql_invalid.c ---------------------------------------------------------------------- */

/* From here on what is wrong is an error of compilation. */
void plsql_compiles(struct plsql *pl, const char *kind, const char *schema, const char *name,
		    uint32_t text_at, bool replace);
bool plsql_is_compile_error(const struct rh_error *error);
/* Line and column behind @from, number and text of an error, as rh.compile_errors has them. */
void plsql_put_cause(struct cw_wr *out, const char *sql, uint32_t from,
		     const struct rh_error *cause);
bool plsql_keep_invalid(struct plsql *pl, const char *sql);
/* Compile again what the name may mean and is invalid; *ret_changed: something was. */
bool plsql_validate(struct rh_session *session, const struct sql_name *name, bool *ret_changed,
		    struct rh_error *error);

void plsql_some_invalid(void);
/* A statement of a user's own, in a transaction of its own; the writer is released. */
bool plsql_run_as_owner(struct rh_session *session, const char *owner, struct cw_wr *sql);

/* ---- plsql_depend.c ----------------------------------------------------------------------- */

/* Around the making of a unit. */
void plsql_begin_unit(struct plsql *pl, struct plsql_reads *reads);
void plsql_end_unit(struct plsql *pl);
/* Some caller of this thread's is making it. */
bool plsql_is_in_making(const char *owner, const char *name);
/* The unit's translation holds the type of a column, or with "" of the row. */
void plsql_note_shape(struct plsql *pl, const struct sql_relation *relation, const char *column);
/* A statement of it names a table, view or sequence, maybe by a synonym. */
void plsql_note_relation(struct plsql *pl, const struct sql_name *name,
			 const struct sql_relation *found);
/* And it calls a routine, or names what a package declares. */
void plsql_note_unit(struct plsql *pl, const char *schema, const char *name);
/* All that was noted, where the unit is made. */
bool plsql_keep_reads(struct plsql *pl, const char *kind, const char *name);

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

/* ---- plsql_trigger.c ------------------------------------------------------------------ */

/* :NEW or :OLD, as a target */
bool plsql_may_change_row(struct plsql *pl, const struct sql_expr *target);
/* No error if there is none. */
bool plsql_drop_trigger(struct rh_session *session, const char *schema, const char *name,
			struct rh_error *error);

/* ---- plsql_system_trigger.c --------------------------------------------------------------- */

/* What stands behind a trigger's name is ON SCHEMA or ON DATABASE. */
bool plsql_is_system_trigger(const struct plsql *pl);
bool plsql_create_system_trigger(struct plsql *pl, const struct sql_name *name, const char *sql,
				 bool replace);

/* ---- plsql_dynamic.c ----------------------------------------------------------------- */

bool plsql_execute_immediate(struct plsql *pl); /* behind its words */
bool plsql_open_text(struct plsql *pl);		/* FOR, at a text: without the semicolon */

/* ---- the others ----------------------------------------------------------------------- */

bool plsql_read_label(struct plsql *pl); /* <<name>>, to pl->label; true if there is none */
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
