/*
 * session.h - one session with PostgreSQL; libpq is used in this layer alone
 *
 * Every wait is ours: libpq is driven through its non-blocking calls, and the
 * wait ends on data, deadline or cancel.
 *
 * Errors	sqlstate is set when the server told one; code CW8001 for those;
 *		CW81xx for the connection; kind RETRY for 40001 40P01 55P03 57014
 *		08xxx 53xxx 57P0x and lost links, DATA for 22xxx and 23xxx, CONFIG
 *		for 42xxx and 28xxx
 * Threads	one at a time for each session
 */
#ifndef CW_POSTGRES_SESSION_H
#define CW_POSTGRES_SESSION_H

#include "base/err.h"
#include "base/wr.h"
#include "model/value.h"

struct cw_pg;

struct cw_pg_login {
	const char *conninfo;	  /* libpq's, without a password */
	struct cw_bytes password; /* len 0: none */
	const char *application_name;
	bool replication; /* a walsender session: for postgres/slot.h */
	int connect_timeout_ms, call_timeout_ms;
	int cancel_fd;
};

bool cw_pg_open(const struct cw_pg_login *login, struct cw_pg **ret,
		struct cw_err *err) CW_MUST_CHECK;
void cw_pg_close(struct cw_pg *pg); /* NULL is fine */

/* From now on another descriptor cancels what it waits for; -1: none does. */
void cw_pg_cancel_by(struct cw_pg *pg, int cancel_fd);

/* Commands without rows, several parted by ';' allowed. */
bool cw_pg_run(struct cw_pg *pg, const char *sql, struct cw_err *err) CW_MUST_CHECK;

/* A result whose values point into it; text or binary as asked for. */
struct cw_pg_rows {
	void *result; /* PGresult; cw_pg_rows_free() */
	uint32_t row_count;
	uint16_t column_count;
	uint64_t affected;
};

enum cw_pg_format { CW_PG_AS_TEXT = 0, CW_PG_AS_BINARY = 1 };

/* @params: text, NULL pointers are NULLs; types are what the server infers. */
bool cw_pg_query(struct cw_pg *pg, const char *sql, unsigned param_count, const char *const *params,
		 enum cw_pg_format format, struct cw_pg_rows *ret,
		 struct cw_err *err) CW_MUST_CHECK;
struct cw_value cw_pg_value(const struct cw_pg_rows *rows, uint32_t row, uint16_t column);
/* Text value with its NUL ("" for NULL); only for CW_PG_AS_TEXT. */
const char *cw_pg_text(const struct cw_pg_rows *rows, uint32_t row, uint16_t column);
void cw_pg_rows_free(struct cw_pg_rows *rows);

/* The statements in @sql, which is ended here, and released whatever comes of it. */
bool cw_pg_run_wr(struct cw_pg *pg, struct cw_wr *sql, struct cw_err *err) CW_MUST_CHECK;
/*
 * A statement about a slot or an origin, $1 its @name.  While another session holds it (55006), as one
 * may for a moment that is just ending, it is tried again, for @wait_ms at most.
 */
bool cw_pg_run_when_free(struct cw_pg *pg, const char *sql, const char *name, int wait_ms,
			 struct cw_err *err) CW_MUST_CHECK;

/* The process that serves this session, as pg_stat_activity has it; also when the link is broken. */
int cw_pg_backend_pid(const struct cw_pg *pg);

/* Quote an identifier by doubling quotes: the one place that does it on this side. */
const char *cw_pg_quote(const char *name, char *ret, size_t room);

#endif
