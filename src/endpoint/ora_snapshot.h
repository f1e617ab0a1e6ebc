/*
 * ora_snapshot.h - one SCN for the load and for the capture that follows it
 *
 * Let S be CURRENT_SCN.  AS OF SCN S shows exactly what was committed at or
 * before S.  Capture therefore keeps the transactions that commit after S, and
 * has to see them whole: it begins at the START_SCN of the oldest transaction
 * that was open at S.  No one statement reads SCN and V$TRANSACTION at one
 * moment, so an SCN is read before the list (R) and S after it.
 *
 *	start.at = S, start.restart = min(R, START_SCN of open transactions)
 *
 * Errors	CW7021 a transaction without a START_SCN does not go away (retry)
 *		CW7023 a distributed transaction is in doubt: V$TRANSACTION lacks it (config)
 *		CW7022 the SCN is too old for undo, ORA-01555 (config: load anew)
 * Threads	one at a time for each session
 * Sources	A-603: AS OF SCN S includes commits with SCN = S
 */
#ifndef CW_ENDPOINT_ORA_SNAPSHOT_H
#define CW_ENDPOINT_ORA_SNAPSHOT_H

#include "base/wr.h"
#include "model/position.h"
#include "model/shape.h"
#include "oracle/session.h"

bool cw_snapshot_take(struct cw_ora *ora, struct cw_pos *ret, struct cw_err *err) CW_MUST_CHECK;

/* V$DATABASE.CURRENT_SCN. */
bool cw_snapshot_scn(struct cw_ora *ora, uint64_t *ret, struct cw_err *err) CW_MUST_CHECK;

/* OBJ# of a table of the login itself; 0 if there is none. */
bool cw_snapshot_object(struct cw_ora *ora, const char *name, uint64_t *ret,
			struct cw_err *err) CW_MUST_CHECK;

/*
 * Rows of a table as of an SCN, columns in the shape's order.
 */
struct cw_snapshot_rows {
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	uint32_t at;
	const struct cw_shape *shape;
};

bool cw_snapshot_open(struct cw_ora *ora, const struct cw_shape *shape, uint64_t scn,
		      struct cw_snapshot_rows *ret, struct cw_err *err) CW_MUST_CHECK;
/* For a session that serves nothing else meanwhile, see cw_ora_read_ahead(). */
void cw_snapshot_read_ahead(struct cw_snapshot_rows *rows);
/* NULL: at the end (err->kind NONE) or failed. */
const struct cw_row *cw_snapshot_row(struct cw_snapshot_rows *rows, struct cw_err *err);
void cw_snapshot_close(struct cw_snapshot_rows *rows);

/* "select columns from table as of scn :1", without the end. */
void cw_snapshot_select(const struct cw_shape *shape, struct cw_wr *sql);

#endif
