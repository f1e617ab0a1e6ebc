/*
 * engine.h - what the network half of the rehearsal asks of its SQL half
 *
 * The network half (net_*.c) speaks TTC with drivers and knows no SQL; the SQL
 * half parses Oracle's SQL, runs it on a private PostgreSQL and knows no TTC.
 * Values cross in Oracle's storage bytes with Oracle's type numbers.
 *
 * Owns		a statement belongs to its session; what a row sink is given is
 *		good during the call
 * Errors	struct rh_error: an ORA- number, its text as Oracle words it, and the
 *		offset into the SQL text
 * Threads	a session is used by its own thread, but for rh_session_cancel()
 *		and rh_session_kill()
 */
#ifndef CW_REHEARSAL_ENGINE_H
#define CW_REHEARSAL_ENGINE_H

#include "base/base.h"
#include "model/shape.h"
#include "model/value.h"

#define RH_NATIONAL_FORM   2u	 /* character set form of NCLOB */
#define RH_LOB_DATA_LENGTH 4000u /* what the dictionary and a description say of a LOB */

#define RH_JSON_DATA_LENGTH 8200u
#define RH_XML_DATA_LENGTH  2000u

struct rh_server;
struct rh_session;
struct rh_stmt;

struct rh_error {
	int code;	   /* nnnnn of ORA-nnnnn; 0: none */
	uint32_t position; /* offset of the offending token in the SQL text */
	char text[512];	   /* "ORA-00942: table or view does not exist", no line end */
};

/* Always returns false: `return rh_fail(error, 942, 12, "table or view does not exist")`. */
bool rh_fail(struct rh_error *error, int code, uint32_t position, const char *fmt, ...)
	CW_PRINTF(4, 5);

/* ---- logging in ---------------------------------------------------------- */

/* What an account's password is kept as: the 12c verifier (oracle-wire 5.4). */
struct rh_verifier {
	uint8_t salt[16];	/* AUTH_VFR_DATA */
	uint8_t hash[64];	/* SHA512(pk || salt); its first 32 bytes are the AES key */
	uint32_t iterations;	/* AUTH_PBKDF2_VGEN_COUNT; 0: a verifier of 11g, cw_login_hash() */
	bool exists;		/* false: a stable pretence for an unknown user */
	bool locked, expired;
	int grace_days; /* EXPIRED(GRACE): until the password expires; -1: it is not about to */
};

bool rh_user_verifier(struct rh_server *server, const char *user, struct rh_verifier *ret);

/* A wrong password was given: the account is locked when its profile has seen enough of them. */
void rh_login_failed(struct rh_server *server, const char *user);

/* Set the password of an account that proved who it is: ORA-28003 .... */
bool rh_password_change(struct rh_server *server, const char *user, const char *password,
			struct rh_error *error);
/* May @proxy go on as @client?  Else ORA-28150; ORA-28000 if that one is locked. */
bool rh_proxy_check(struct rh_server *server, const char *proxy, const char *client,
		    struct rh_error *error);

struct rh_client_info {
	const char *user;    /* as typed; of a proxy the one it goes on as */
	const char *proxy;   /* who logged in for it; "": nobody */
	const char *program, *machine, *os_user, *terminal, *pid, *driver;
	const char *service; /* SERVICE_NAME or SID of the descriptor */
	const char *cipher, *checksum; /* of native network encryption; NULL: none */
	bool sysdba;
};

/* Is the service known and the listener taking connections?  Else 12514, 12526, 12528 .... */
bool rh_service_check(struct rh_server *server, const char *service, struct rh_error *error);

/* ORA-01045 without CREATE SESSION, ORA-01035 under restricted session, ORA-00018. */
bool rh_session_open(struct rh_server *server, const struct rh_client_info *client,
		     struct rh_session **ret, struct rh_error *error);
void rh_session_close(struct rh_session *session); /* rolls back */

struct rh_profile;
struct rh_session_facts {
	uint32_t sid, serial; /* V$SESSION.SID, SERIAL# (16 bits) */
	uint32_t user_id;
	unsigned instance; /* of the cluster, from 1 */
	char db_name[32], instance_name[32], service_name[128], host[64];
	uint64_t dbid;
	int64_t start_wall_us; /* when the instance was started */
	uint16_t charset; /* id of the database's character set */
	const struct rh_profile *profile;
	const char *folder; /* of the rehearsal: sqlnet.ora lies there */
};
void rh_session_facts(const struct rh_session *session, struct rh_session_facts *ret);
/* The same before anybody logged in, for ACCEPT and PROTOCOL. */
void rh_server_facts(const struct rh_server *server, struct rh_session_facts *ret);

/* From any thread: what runs ends with ORA-01013. */
void rh_session_cancel(struct rh_session *session);

/*
 * Set by ALTER SYSTEM KILL / DISCONNECT SESSION of somebody else: 0 go on, else the
 * ORA- number (28, 31 ...) to tell with the next answer before the socket is closed.  The
 * kill also shuts the socket down for reading when @fd was registered.
 */
int rh_session_doomed(const struct rh_session *session);
/* Between its calls a session rests, and its profile may say how long. */
void rh_session_rests(struct rh_session *session, bool rests);
void rh_session_register_fd(struct rh_session *session, int fd);

/* ---- statements ------------------------------------------------------------ */

enum rh_kind {
	RH_QUERY,
	RH_DML,
	RH_DDL,	   /* and everything else without binds and rows: ALTER SESSION ... */
	RH_PLSQL,
};

struct rh_column {
	char name[132];
	uint8_t ora_type;
	int8_t precision;
	int16_t scale;		/* CW_SCALE_NONE for NUMBER without */
	uint32_t byte_length, char_length;
	uint8_t charset_form;	/* 1 for character types */
	bool nullable;
};

struct rh_stmt_info {
	enum rh_kind kind;
	uint16_t sql_type;	/* V$SQLCOMMAND code for OER: 1 create table, 2 insert, 3 select ... */
	uint16_t column_count;	/* RH_QUERY, known after parse (or after the first execute) */
	const struct rh_column *column;
	uint16_t bind_count;	/* placeholders; a name used twice in PL/SQL is one bind */
	uint16_t returning_from; /* binds from here on are of RETURNING INTO; bind_count: none */
	bool changed_session;	/* ALTER SESSION SET CURRENT_SCHEMA: tell the driver */
};

bool rh_parse(struct rh_session *session, const char *sql, size_t sql_len, struct rh_stmt **ret,
	      struct rh_error *error);
/* A table or view by its name, as a query of its columns that is never run; ORA-04043: there is none. */
bool rh_describe(struct rh_session *session, const char *name, size_t len, struct rh_stmt **ret,
		 bool *ret_view, struct rh_error *error);
void rh_stmt_info(const struct rh_stmt *stmt, struct rh_stmt_info *ret);

/* Before a query runs that has binds: the types of its columns, as they are without knowing those of the binds. */
bool rh_stmt_tell_columns(struct rh_stmt *stmt, struct rh_error *error);
void rh_stmt_free(struct rh_stmt *stmt);

struct rh_bind {
	uint8_t ora_type;
	uint32_t bytes_max;
	struct cw_value value; /* in: NULL or SET */
	bool lies_in_row; /* a LOB whose locator came from a row */
	bool national;	  /* text of the national character set */
	bool is_array;	  /* of PL/SQL, @element_count of at most @array_max: @value says nothing */
	uint32_t element_count, array_max;
	const struct cw_value *element;
};

/* What an array of PL/SQL has when its block has ended. */
struct rh_elements {
	const struct cw_value *at;
	uint32_t count;
};

enum rh_execute_flags { RH_COMMIT = 1, RH_BATCH_ERRORS = 2 };

struct rh_batch_error {
	uint32_t row;
	struct rh_error error;
};

struct rh_result {
	uint64_t row_count;
	uint32_t iterations_done;
	uint32_t batch_error_count;
	const struct rh_batch_error *batch_error; /* until the statement runs again */
	const uint64_t *row_counts;	/* one for each iteration; NULL: not kept */
	char last_rowid[24];		/* of the last row touched, "" if none */
	bool compiled_with_errors;
	/* PL/SQL: direction and value of each bind, in Oracle storage bytes of its declared type. */
	const uint8_t *direction;	/* bind_count times 16 OUT, 32 IN, 48 IN OUT; NULL: no OUT */
	const struct cw_value *out;
	const struct rh_elements *elements; /* of each bind that is an array */
	/* For each bind that is a cursor, opened; the taker's to rh_stmt_free(), the rest is freed with the next run. */
	struct rh_stmt **cursor;
	/* DBMS_SQL.RETURN_RESULT: cursors, likewise */
	struct rh_stmt **returned_cursor;
	uint32_t returned_cursor_count;
	/* RETURNING: returned_count rows of (bind_count - returning_from) values each. */
	uint32_t returned_count;
	const struct cw_value *returned;
};

/**
 * rh_execute - run it once for each row of binds
 *
 * @binds: @iterations rows of bind_count binds each, row after row
 * A query is opened; its rows are asked for with rh_fetch().  The statement undoes
 * itself on failure and leaves the transaction as it was.
 */
bool rh_execute(struct rh_session *session, struct rh_stmt *stmt, const struct rh_bind *binds,
		uint32_t iterations, unsigned flags, struct rh_result *ret,
		struct rh_error *error);

/* A LOB comes as so many bytes that say where it lies (lob.h), and its content; text is UTF-8. */
#define RH_LOB_HOME_BYTES 16u

/* Text as the national character set has it: UTF-16, big endian. */
struct cw_arena;
bool rh_value_to_national(struct cw_arena *arena, struct cw_value *value, struct rh_error *error);

/* Called for each row; false stops the fetch (the row counts as not given). */
typedef bool rh_row_fn(void *context, const struct cw_value *values, uint16_t count);

/* Up to @rows_max rows; *ret_done when the data ended. */
bool rh_fetch(struct rh_session *session, struct rh_stmt *stmt, uint32_t rows_max, rh_row_fn *sink,
	      void *context, uint32_t *ret_rows, bool *ret_done, struct rh_error *error);

/*
 * The next rh_fetch() begins at @row, counted from 1; *ret_row: where it does, one behind the last if there is no
 * such row.  To be called before the first fetch of a query, too, if it is ever called: it keeps all rows.
 */
#define RH_LAST_ROW UINT64_MAX
bool rh_scroll(struct rh_stmt *stmt, uint64_t row, uint64_t *ret_row, struct rh_error *error);

/* A cursor that lies in a column, by the value that rh_fetch() gave for it: opened, the taker's to rh_stmt_free(). */
bool rh_nested_cursor(struct rh_session *session, const struct rh_stmt *stmt, uint16_t column,
		      const struct cw_value *value, struct rh_stmt **ret, struct rh_error *error);

bool rh_commit(struct rh_session *session, struct rh_error *error);
bool rh_rollback(struct rh_session *session, struct rh_error *error);
bool rh_in_transaction(const struct rh_session *session);

/* "Current schema" after ALTER SESSION, for the driver's piggyback. */
const char *rh_current_schema(const struct rh_session *session);
bool rh_set_current_schema(struct rh_session *session, const char *schema, struct rh_error *error);
/* module, action, client_info, client_identifier: V$SESSION shows them. */
void rh_set_end_to_end(struct rh_session *session, const char *what, const char *value);

/* Attributes of CLIENTCONTEXT, which SYS_CONTEXT tells whatever their case; ORA-28267: another namespace. */
bool rh_set_context(struct rh_session *session, struct cw_bytes space, struct cw_bytes attribute,
		    struct cw_bytes value, struct rh_error *error);
bool rh_clear_context(struct rh_session *session, struct cw_bytes space, struct rh_error *error);

#endif
