/*
 * ora_stmt.h - the statements of one session that applies to Oracle
 *
 * As pg_stmt.h: a table, a kind and what happens to each column make one
 * statement; binds are numbered in the order written columns, compared ones.
 *
 *	UPDATE t SET c = :1 WHERE ROWID =
 *		(SELECT ROWID FROM t WHERE c = :2 AND d IS NULL AND ROWNUM = 1)
 *						for a table without a key
 *
 * Owns		the cache owns its statements; when it is full all are closed
 */
#ifndef CW_ENDPOINT_ORA_STMT_H
#define CW_ENDPOINT_ORA_STMT_H

#include "endpoint/pg_stmt.h"
#include "oracle/session.h"

struct cw_ora_applied {
	struct cw_ora_stmt *stmt;
	const struct cw_shape *shape;
	enum cw_change_kind kind;
	unsigned bind_count;
	struct cw_ora_applied *next;
	uint8_t use[]; /* a column, of enum cw_column_use */
};

struct cw_ora_stmts {
	unsigned count;
	struct cw_ora_applied *bucket[256];
};

/* NULL if it is not there yet. */
struct cw_ora_applied *cw_ora_stmt_find(struct cw_ora_stmts *stmts, const struct cw_shape *shape,
					enum cw_change_kind kind, const uint8_t *use);
bool cw_ora_stmt_make(struct cw_ora_stmts *stmts, struct cw_ora *ora, const struct cw_shape *shape,
		      enum cw_change_kind kind, const uint8_t *use, struct cw_ora_applied **ret,
		      struct cw_err *err) CW_MUST_CHECK;
/* Is it so full that the next one needs cw_ora_stmts_release() before? */
bool cw_ora_stmts_are_full(const struct cw_ora_stmts *stmts);
void cw_ora_stmts_release(struct cw_ora_stmts *stmts);

#endif
