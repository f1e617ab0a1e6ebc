/*
 * exec.h - run statements on a session's backend as Oracle would
 *
 * Oracle undoes a failing statement, PostgreSQL the transaction: so each
 * statement of a transaction runs under a savepoint pipelined with it.  A query
 * streams its rows from the backend; before anything else runs on the session
 * the rest is spooled, so open cursors live over COMMIT.
 *
 * The other parts of the rehearsal run their own SQL on a session through here.
 *
 * Errors	struct rh_error with Oracle's numbers and words; functions of schema
 *		ora and rh raise SQLSTATE 'ORA00' with a message "ORA-nnnnn: ..."
 * Threads	the session's own
 */
#ifndef CW_REHEARSAL_EXEC_H
#define CW_REHEARSAL_EXEC_H

#include "rehearsal/session.h"

struct cw_arena;

/* Made at login by session_list.c after session->pg is there; freed before PQfinish(). */
bool rh_exec_open(struct rh_session *session, struct rh_error *error);
void rh_exec_close(struct rh_session *session);

/* Spool open cursors: after it session->pg is idle and in no pipeline. */
bool rh_exec_idle(struct rh_session *session, struct rh_error *error);

enum rh_exec_flags {
	RH_EXEC_TRANSACTION = 1, /* BEGIN if none is open, under a savepoint */
	RH_EXEC_BINARY = 2,	 /* result columns in binary */
	RH_EXEC_COMMIT = 4,	 /* and COMMIT in the same round trip, if it went well */
};

struct rh_exec_params {
	int count;
	const uint32_t *type; /* PostgreSQL oids, 0 unknown */
	const char *const *value;
	const int *length, *format;
};

/*
 * One PostgreSQL statement; *ret (never NULL on true) is the caller's to PQclear().  A failure
 * is undone as far as the statement goes and told in Oracle's words.
 */
bool rh_exec_statement(struct rh_session *session, const char *sql,
		       const struct rh_exec_params *params, unsigned flags, PGresult **ret,
		       struct rh_error *error);

/*
 * A DO that may COMMIT and ROLLBACK, in the session's transaction.  No savepoint outlives a COMMIT: what
 * fails in front of its first one has undone all that was open, which is told as ORA-03001 if that was not its own.
 * The savepoints in front of it end with its beginning: one that comes to no COMMIT keeps the changes and leaves
 * none to go back to (ORA-01086), where Oracle would.
 */
bool rh_exec_block(struct rh_session *session, const char *sql, struct rh_error *error);

/*
 * A cursor that a block opened and gives away, by its name in the backend: a query of its own whose rows are
 * read, so that it outlives the transaction.
 */
struct rh_stmt;
bool rh_exec_take_cursor(struct rh_session *session, const char *name, struct rh_stmt **ret,
			 struct rh_error *error);
/* Those that a block gave to the client since this was asked (DBMS_SQL.RETURN_RESULT); the list in @arena. */
void rh_exec_forget_returned(struct rh_session *session);
bool rh_exec_take_returned(struct rh_session *session, struct cw_arena *arena,
			   struct rh_stmt ***ret, uint32_t *ret_count, struct rh_error *error);

/* What a failed result means on Oracle.  Always returns false. */
bool rh_exec_error(struct rh_session *session, const PGresult *result, struct rh_error *error);

/*
 * The table, view or sequence that a name means to this session (synonyms followed); NULL without
 * error->code: there is none.  Good until the session's next statement looks at the catalog anew.
 */
struct sql_name;
struct sql_relation;
const struct sql_relation *rh_exec_relation(struct rh_session *session, const struct sql_name *name,
					    struct rh_error *error);
/*
 * plsql_invalid.c: a view of that name that became INVALID is compiled again; *ret_changed: it is there now.  Of no such view nothing
 * happens, of one that still has errors ORA-04063.  @schema NULL: the session's, and public synonyms.
 */
bool rh_view_validate(struct rh_session *session, const char *schema, const char *name,
		      bool *ret_changed, struct rh_error *error);
/* From now on there may be one. */
void rh_view_is_invalid(void);

/*
 * plsql_depend.c: behind DDL that changed the shape of a relation or made a unit, in no transaction.  Units that are INVALID since
 * (rh.outdate_units) are compiled again when they are called, triggers now.
 */
bool rh_units_outdated(struct rh_session *session, struct rh_error *error);

/* The type of a record with these fields ("A" numeric, ...), which is there for everybody. */
struct cw_arena;
bool rh_exec_record_type(struct rh_session *session, const char *fields, struct cw_arena *arena,
			 const char **ret, struct rh_error *error);

/* A variable's text or RAW that holds at most so many (1 .. 32767) of a unit: b bytes, c characters, n units of UTF-16, r bytes of a RAW. */
bool rh_exec_text_type(struct rh_session *session, char unit, uint32_t most, struct cw_arena *arena,
		       const char **ret, struct rh_error *error);

/* Some relation was made, changed or dropped: every session looks again.  Any thread. */
void rh_exec_catalog_changed(void);

/* ---- binds: Oracle storage bytes to a parameter and back --------------------- */

struct rh_param {
	uint32_t type;	    /* 0 for character binds: the backend infers it */
	const char *value;  /* NULL: SQL NULL */
	int length, format; /* format 1: binary */
};

bool rh_param_from_bind(struct cw_arena *arena, const struct rh_bind *bind, uint32_t number,
			struct rh_param *ret, struct rh_error *error);

/* The oid of a result as sql_type.h numbers our own types; any other as it is. */
uint32_t rh_pg_type_known(const struct rh_session *session, uint32_t oid);

/* A binary result value of PostgreSQL type @pg_type as storage bytes of @ora_type. */
bool rh_value_from_pg(struct cw_arena *arena, uint32_t pg_type, struct cw_bytes in,
		      uint8_t ora_type, uint32_t byte_length, struct cw_value *ret,
		      struct rh_error *error);

#endif
