/*
 * session.h - one session with an Oracle server, over our own thin client
 *
 * Blocking calls with a deadline each, from the first byte of the request to the
 * last of the answer; a break from another thread goes through cancel_fd.  Values
 * are Oracle's storage bytes in both directions.
 *
 *	struct cw_ora *ora;
 *	struct cw_ora_stmt *stmt;
 *
 *	cw_ora_open(&login, &ora, &err)
 *	cw_ora_prepare(ora, "select id, name from t where id > :1", &stmt, &err)
 *	cw_ora_bind(stmt, 0, CW_ORA_NUMBER, 22)
 *	cw_ora_execute(stmt, &row, 1, 0, &result, &err)
 *	while (cw_ora_fetch(stmt, 1000, &rows, &err) && rows.count > 0) ...
 *	cw_ora_stmt_free(stmt)
 *
 * Shapes	the wire is knowledge of codec/ttc_*.h; nothing of it shows here
 * Owns		the session owns its statements' server cursors; cw_ora_close()
 *		frees every statement that was not
 * Errors	native holds the nnnnn of ORA-nnnnn; code CW7001 for any error the
 *		server told, CW71xx for those of the connection; kind RETRY where
 *		trying again (on a new session) can help
 * Threads	one at a time for each session
 */
#ifndef CW_ORACLE_SESSION_H
#define CW_ORACLE_SESSION_H

#include "base/err.h"
#include "model/shape.h"
#include "model/value.h"

struct cw_ora;
struct cw_ora_stmt;

/* What opening a session consists of, in this order; each attempt begins again. */
enum cw_ora_stage {
	CW_ORA_NAME,	    /* the host's name is looked up */
	CW_ORA_TCP,	    /* connected to one of its addresses */
	CW_ORA_TLS,	    /* shaken hands, and the server's certificate believed; tcps only */
	CW_ORA_LISTENER,    /* CONNECT, and sent on as often as it takes, to ACCEPT */
	CW_ORA_NEGOTIATION, /* what both sides can */
	CW_ORA_LOGIN,	    /* who we are, and who the server is */
	CW_ORA_STAGES,	    /* must stay last */
};

/* Who wants to know how it goes; cw_ora_open() calls it once a stage, from its thread. */
struct cw_ora_watch {
	/* @failure: NULL, or why it went no further on this road */
	void (*passed)(void *context, enum cw_ora_stage stage, int64_t took_us,
		       const char *detail, const struct cw_err *failure);
	void *context;
};

/* In which part one logs in; as SYSDBA one is SYS, whatever the account. */
enum cw_ora_role {
	CW_ORA_NORMAL = 0,
	CW_ORA_SYSDBA,
	CW_ORA_SYSOPER,
	CW_ORA_SYSBACKUP,
	CW_ORA_SYSDG,
	CW_ORA_SYSKM,
	CW_ORA_SYSRAC,
};

struct cw_ora_login {
	const char *connect; /* any form of connect string: see destination.h */
	const char *user; /* "proxy[user]": logs in as proxy, and is user from then on */
	struct cw_bytes password; /* in locked memory; copied nowhere but into the handshake */
	struct cw_bytes new_password; /* to be from now on; none: { NULL, 0 } */
	enum cw_ora_role role;
	const char *wallet; /* its folder, where the connect string names none; NULL: none */
	struct cw_bytes wallet_password; /* of ewallet.pem or ewallet.p12; none: { NULL, 0 } */
	/*
	 * Native network encryption, where the connect string does not say: levels as in
	 * sqlnet.ora and lists of algorithms; NULL: accepted, and those that are good today.
	 */
	const char *encryption, *encryption_types, *checksum, *checksum_types;
	const char *program; /* shown in V$SESSION.PROGRAM; "causeway" */
	/*
	 * For one address from its name to ACCEPT (CONNECT_TIMEOUT of the connect string goes
	 * before it), then for negotiation and login; for one call.  0: none.
	 */
	int connect_timeout_ms, call_timeout_ms;
	int cancel_fd; /* -1: none */
	const struct cw_ora_watch *watch; /* NULL: nobody */
};

/*
 * CW7101 refused by the listener (12514 ...), CW7102 login refused (1017 ...), CW711x the
 * connect string, TLS, certificates; CW71xx protocol.
 */
bool cw_ora_open(const struct cw_ora_login *login, struct cw_ora **ret,
		 struct cw_err *err) CW_MUST_CHECK;

/* What the server said at the login, "ORA-28002: the password will expire ..."; "" if nothing. */
const char *cw_ora_warning(const struct cw_ora *ora);

/* Log off if the connection still answers, then free.  NULL is fine. */
void cw_ora_close(struct cw_ora *ora);

/* "19.0.0.0.0", and the same as a number: 19 << 24 ... of AUTH_VERSION_NO. */
const char *cw_ora_version(const struct cw_ora *ora);
/* From now on another descriptor breaks calls; -1: none does. */
void cw_ora_cancel_by(struct cw_ora *ora, int cancel_fd);

uint32_t cw_ora_session_id(const struct cw_ora *ora);
uint32_t cw_ora_serial(const struct cw_ora *ora);
/* GV$SESSION.INST_ID; 1 where there is no cluster. */
uint32_t cw_ora_instance(const struct cw_ora *ora);
/* Is a transaction open, as far as the last answer tells? */
bool cw_ora_in_transaction(const struct cw_ora *ora);

struct cw_ora_column {
	const char *name;
	uint8_t ora_type; /* enum cw_ora_type */
	int16_t precision, scale; /* CW_SCALE_NONE if unspecified */
	uint32_t byte_length, char_length;
	bool nullable;
	bool national; /* text of the national character set: NCHAR, NVARCHAR2, NCLOB */
	const char *type_schema, *type_name; /* of an object type, "" of others */
};

/*
 * Binds are :1 .. :n or :name in order of first appearance; nothing goes over the wire yet.
 * The cursor of a freed statement stays open for a while, for the next of the same text.
 */
bool cw_ora_prepare(struct cw_ora *ora, const char *sql, struct cw_ora_stmt **ret,
		    struct cw_err *err) CW_MUST_CHECK;
void cw_ora_stmt_free(struct cw_ora_stmt *stmt);
unsigned cw_ora_bind_count(const struct cw_ora_stmt *stmt);

/* Declare bind @index (from 0): its type and the longest value in bytes. */
void cw_ora_bind(struct cw_ora_stmt *stmt, unsigned index, uint8_t ora_type, uint32_t bytes_max);
/*
 * The same for text of the national character set: VARCHAR2, CHAR.  Values are UTF-8 here in
 * either direction and UTF-16 on the wire, where @bytes_max counts: 2 for each unit.  CLOB is
 * an NCLOB by its locator, see lob.h.
 */
void cw_ora_bind_national(struct cw_ora_stmt *stmt, unsigned index, uint8_t ora_type,
			  uint32_t bytes_max);
/* The same for a value that comes back from PL/SQL: read with cw_ora_out(). */
void cw_ora_bind_out(struct cw_ora_stmt *stmt, unsigned index, uint8_t ora_type,
		     uint32_t bytes_max);

enum cw_ora_execute_flags {
	CW_ORA_COMMIT = 1,	 /* commit when all rows went well */
	CW_ORA_BATCH_ERRORS = 2, /* array DML: go on after a bad row */
	/*
	 * Array DML: rows touched by each iteration.  Before 12.1 each is an execution of its own;
	 * there neither with batch errors nor with RETURNING: CW7107.
	 */
	CW_ORA_ROW_COUNTS = 4,
};

struct cw_ora_batch_error {
	uint32_t row; /* index into the rows given */
	int32_t ora_code;
	const char *text;
};

struct cw_ora_result {
	uint64_t row_count;	   /* touched in all */
	bool has_warning;	   /* CREATE of PL/SQL: done, but it does not compile */
	uint32_t rows_done;	   /* iterations that succeeded before an error stopped the call */
	uint32_t batch_error_count;
	const struct cw_ora_batch_error *batch_error; /* until the next call on this session */
	uint32_t count_count;	   /* with CW_ORA_ROW_COUNTS */
	const uint64_t *count;
};

/**
 * cw_ora_execute - run the statement once for each of @rows
 *
 * @rows: @row_count rows of as many values as there are binds; NULL and 0 or 1
 *	  for a statement without
 * A query is described and its first rows are kept for cw_ora_fetch().  Values come as
 * ttc_call_row.h says; a CLOB and a BLOB come whole, an empty one as NULL, or as locators: lob.h.
 */
bool cw_ora_execute(struct cw_ora_stmt *stmt, const struct cw_row *rows, uint32_t row_count,
		    unsigned flags, struct cw_ora_result *ret, struct cw_err *err) CW_MUST_CHECK;

unsigned cw_ora_column_count(const struct cw_ora_stmt *stmt);
const struct cw_ora_column *cw_ora_column(const struct cw_ora_stmt *stmt, unsigned index);

struct cw_ora_rows {
	uint32_t count; /* 0: the end */
	const struct cw_row *row; /* good until the next call on this statement */
};

bool cw_ora_fetch(struct cw_ora_stmt *stmt, uint32_t rows_max, struct cw_ora_rows *ret,
		  struct cw_err *err) CW_MUST_CHECK;

/*
 * Ask for the next @rows_max rows as soon as some have come, so that the server collects them
 * while the caller works.  Until its last row was fetched or it is freed or executed again, the
 * session serves no other call: CW7122, of which nothing was sent.
 */
void cw_ora_read_ahead(struct cw_ora_stmt *stmt, uint32_t rows_max);

/* Value of an OUT bind after execute. */
struct cw_value cw_ora_out(const struct cw_ora_stmt *stmt, unsigned index);

/*
 * What RETURNING ... INTO gave to a bind: a value for each row that was touched, by all
 * iterations in their order (CW_ORA_ROW_COUNTS tells how many each has).  The values
 * that are executed with have no meaning for such a bind.  Good until the next call on @stmt.
 */
const struct cw_value *cw_ora_returned(const struct cw_ora_stmt *stmt, unsigned index,
				       uint32_t *ret_count);

/*
 * Rows that come by the way.  A cursor is the value of a column or of an OUT bind of type
 * CW_ORA_CURSOR (4 bytes); implicit results are what a block gave to DBMS_SQL.RETURN_RESULT, in
 * their order.  *ret is fetched and freed as a statement, but never executed; of what is
 * not taken the server keeps the cursor: of a value to the session's end, of a result until
 * @stmt is executed again or freed.
 */
bool cw_ora_cursor(struct cw_ora *ora, const struct cw_value *value, struct cw_ora_stmt **ret,
		   struct cw_err *err) CW_MUST_CHECK;
/* *ret: the next that was not taken, NULL: there is none. */
bool cw_ora_next_result(struct cw_ora_stmt *stmt, struct cw_ora_stmt **ret,
			struct cw_err *err) CW_MUST_CHECK;

bool cw_ora_commit(struct cw_ora *ora, struct cw_err *err) CW_MUST_CHECK;
bool cw_ora_rollback(struct cw_ora *ora, struct cw_err *err) CW_MUST_CHECK;
bool cw_ora_ping(struct cw_ora *ora, struct cw_err *err) CW_MUST_CHECK;

/* One statement without binds and rows: ALTER SESSION, DDL, a block. */
bool cw_ora_run(struct cw_ora *ora, const char *sql, struct cw_err *err) CW_MUST_CHECK;

#endif
