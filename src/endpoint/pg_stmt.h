/*
 * pg_stmt.h - the prepared statements of one applying session
 *
 * A statement is a table, a kind and what happens to each column: written,
 * compared, compared with NULL, or left alone.  Each combination is prepared
 * once; parameters are numbered in the order written columns, compared ones.
 *
 *	INSERT INTO t (c, ...) VALUES ($1, ...)[, (...) for each further row]
 *	UPDATE t SET c = $1, ... WHERE k = $2 AND ...
 *	DELETE FROM t WHERE k = $1 AND ...
 *	... WHERE ctid = (SELECT ctid FROM t WHERE c = $2 AND d IS NULL LIMIT 1)
 *						for a table without a key
 *
 * Owns		the cache owns its statements; when it is full all are dropped
 */
#ifndef CW_ENDPOINT_PG_STMT_H
#define CW_ENDPOINT_PG_STMT_H

#include "model/change.h"
#include "postgres/pipeline.h"

enum cw_column_use { CW_COLUMN_WRITE = 1, CW_COLUMN_EQUAL = 2, CW_COLUMN_IS_NULL = 4 };

struct cw_pg_stmt {
	char name[16];
	const struct cw_shape *shape;
	enum cw_change_kind kind;
	unsigned rows; /* of an INSERT; 1 else */
	struct cw_pg_stmt *next;
	uint8_t use[]; /* a column, of enum cw_column_use */
};

struct cw_pg_stmts {
	unsigned count, made;
	struct cw_pg_stmt *bucket[256];
};

/* Find it or prepare it in @pipe. */
bool cw_pg_stmt_get(struct cw_pg_stmts *stmts, struct cw_pg_pipe *pipe,
		    const struct cw_shape *shape, enum cw_change_kind kind, unsigned rows,
		    const uint8_t *use, const struct cw_pg_stmt **ret, struct cw_err *err) CW_MUST_CHECK;
void cw_pg_stmts_release(struct cw_pg_stmts *stmts);

#endif
