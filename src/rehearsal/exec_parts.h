/*
 * exec_parts.h - what the files of the SQL half's execution need of each other
 *
 * Owns		struct rh_exec belongs to its session, struct rh_stmt to whoever parsed it
 * Threads	the session's own
 */
#ifndef CW_REHEARSAL_EXEC_PARTS_H
#define CW_REHEARSAL_EXEC_PARTS_H

#include "base/arena.h"
#include "base/wr.h"
#include "rehearsal/exec.h"
#include "rehearsal/sql_hooks.h"
#include "rehearsal/sql_parse.h"
#include "rehearsal/sql_print.h"

#include <stdio.h>

#define EXEC_ARENA_LIMIT ((size_t)256 << 20)

struct rh_known; /* a name and the relation it means */

struct rh_exec {
	struct rh_stmt *streaming; /* its rows are still coming over session->pg */
	unsigned serial;	   /* of prepared statements */
	/* relations looked up, forgotten when the catalog changes */
	struct cw_arena catalog;
	struct rh_known *known;
	unsigned generation;
	unsigned schema_serial; /* counts ALTER SESSION SET CURRENT_SCHEMA */
	bool savepoints;	/* the transaction has some, of the client's own */
	/* NLS and other settings of ALTER SESSION: sent again after a rollback */
	struct cw_wr settings;
	struct cw_wr
		returned; /* names of cursors that the block gave to the client, each with its NUL */
	unsigned ddl_lock_timeout_s;
	bool char_semantics; /* NLS_LENGTH_SEMANTICS = CHAR */
	bool serializable;   /* ISOLATION_LEVEL = SERIALIZABLE */
	uint8_t text_types
		[4][4096]; /* a bit for each length that rh_exec_text_type() made a type of */
};

/* Rows that were read before they were asked for: PostgreSQL's binary values. */
struct rh_spool {
	struct cw_wr memory;
	FILE *file;		/* NULL while they fit in memory */
	uint64_t read_at, rows; /* rows that are left */
	uint64_t rows_put;
	uint64_t written;
};

struct rh_stmt {
	struct rh_session *session;
	struct cw_arena arena; /* text */
	struct cw_arena tree;  /* made anew when bind types or the catalog change */
	struct cw_arena run;   /* of one execution */
	struct cw_arena row;   /* of one row */
	const char *sql;
	size_t len;
	struct sql_stmt *parsed;
	const char *printed;
	uint32_t bind_count, returning_from;
	uint8_t *bind_type;   /* enum sql_type, of the compiled form */
	uint16_t *bind_named; /* of each bind the first one of its name */
	uint16_t *
		bind_same; /* of each bind that one, if it has the same value each time, or itself */
	bool compiled;
	unsigned generation, schema_serial;
	char name[24]; /* prepared on the backend; "" if not */
	/* queries */
	struct rh_column *column;
	uint32_t *pg_type;
	const char **
		nested; /* of each column the shape of the CURSOR in it, NULL: none is (exec_shape.h) */
	uint16_t column_count;
	bool homeless; /* its LOBs come without where they lie */
	bool open, streaming, ended, in_pipeline, savepoint, began;
	uint64_t opened_after; /* so many transactions of the session */
	PGconn *flashback;     /* AS OF: the query runs there */
	PGresult *pending;     /* a row that was read and refused */
	struct rh_spool spool;
	struct cw_value *values;
	/* PL/SQL */
	struct rh_plsql *plsql;
	bool changed_session, compile_errors;
	uint16_t sql_type;
	/* results */
	uint64_t *row_counts;
	struct rh_batch_error *batch_error;
	struct cw_value *returned;
};

/* ---- exec_run.c: commands in one pipeline --------------------------------------------- */

/* In front of each savepoint of the client's own. */
bool rh_exec_savepoints_begin(struct rh_session *session, struct rh_error *error);

/* Begin a pipeline: BEGIN, or a savepoint if a transaction is open; *ret_commands are sent. */
bool rh_exec_enter(struct rh_session *session, bool transaction, unsigned *ret_commands,
		   bool *ret_began, struct rh_error *error);
/* After the statement failed: back to what was before rh_exec_enter(). */
void rh_exec_undo(struct rh_session *session, bool began);
bool rh_exec_send(struct rh_session *session, const char *sql, struct rh_error *error);
/* The result of the next command in the pipeline; NULL if the connection is lost. */
PGresult *rh_exec_next(PGconn *pg);
/* The end of a pipeline after PQpipelineSync(). */
void rh_exec_leave(PGconn *pg);
bool rh_exec_command(struct rh_session *session, const char *sql, struct rh_error *error);
/* End the transaction by @how: "COMMIT", "ROLLBACK", "PREPARE TRANSACTION '...'". */
bool rh_exec_end(struct rh_session *session, const char *how, struct rh_error *error);
bool rh_exec_lost(struct rh_session *session, struct rh_error *error);

/* ---- exec_error.c ----------------------------------------------------------------------- */

/* @stmt: what ran, for the names that PostgreSQL does not tell; may be NULL. */
bool rh_exec_error_of(struct rh_session *session, const struct rh_stmt *stmt,
		      const PGresult *result, struct rh_error *error);

/* ---- exec_presence.c -------------------------------------------------------------------- */

/* IF [NOT] EXISTS of DDL: is the object as the statement wants it?  *ret_runs false: nothing is to be done. */
bool rh_presence(struct rh_stmt *stmt, struct sql_presence *ret, bool *ret_runs,
		 struct rh_error *error);
/* The text without that clause: units keep their text. */
const char *rh_presence_cut(struct rh_stmt *stmt, const struct sql_presence *presence,
			    size_t *ret_len);

/* ---- exec_compile.c --------------------------------------------------------------------- */

/* Once, of a statement that is parsed. */
void rh_stmt_name_binds(struct rh_stmt *stmt);
bool rh_stmt_compile(struct rh_stmt *stmt, const struct rh_bind *binds, uint32_t iterations,
		     struct rh_error *error);
/* The parameter's type, which one that is said nowhere (stmt->bind_same) needs; 0: the backend infers it. */
uint32_t rh_stmt_param_type(const struct rh_stmt *stmt, uint32_t bind, uint8_t ora_type);
bool rh_stmt_prepare(struct rh_stmt *stmt, const struct rh_bind *binds, struct rh_error *error);
bool rh_stmt_unprepare(struct rh_stmt *stmt, struct rh_error *error);
bool rh_stmt_describe(struct rh_stmt *stmt, const PGresult *described, struct rh_error *error);
void rh_column_set(struct rh_column *to, const struct sql_column *from);
/* exec_value.c: the oid a bind is declared with; 0: what the statement makes of it */
uint32_t rh_param_type(uint8_t ora_type);
bool rh_bind_is_text(uint8_t ora_type);

/* ---- exec_catalog.c ----------------------------------------------------------------------- */

/* A stored function that can stand in SQL: struct sql_env. */
bool rh_exec_find_function(void *session, struct cw_arena *arena, struct sql_expr *call,
			   struct rh_error *error);
const struct sql_relation *rh_exec_find(void *session, const struct sql_name *name,
					struct rh_error *error);
unsigned rh_exec_generation(void);
/* Forget relations that DDL has changed; between statements. */
void rh_exec_catalog_refresh(struct rh_session *session);
void rh_column_from_pg(uint32_t type, int modifier, struct sql_column *ret);

/* ---- exec_query.c, exec_dml.c, exec_ddl.c -------------------------------------------------- */

bool rh_query_open(struct rh_stmt *stmt, const struct rh_bind *binds, struct rh_error *error);
bool rh_query_spool(struct rh_stmt *stmt, struct rh_error *error); /* read the rest */
void rh_query_close(struct rh_stmt *stmt);
void rh_spool_release(struct rh_spool *spool);
bool rh_spool_put(struct rh_spool *spool, const PGresult *rows, int row);
/* One row into stmt->values; *ret_end when there is none left. */
bool rh_spool_get(struct rh_stmt *stmt, bool *ret_end, struct rh_error *error);

bool rh_dml(struct rh_stmt *stmt, const struct rh_bind *binds, uint32_t iterations, unsigned flags,
	    struct rh_result *ret, struct rh_error *error);
bool rh_ddl(struct rh_stmt *stmt, struct rh_error *error);
bool rh_alter_session(struct rh_stmt *stmt, struct rh_error *error);

#endif
