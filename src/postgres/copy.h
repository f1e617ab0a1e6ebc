/*
 * copy.h - COPY FROM STDIN and TO STDOUT as streams
 *
 * Begin with cw_pg_copy_begin() and a COPY statement; then put and end, or
 * next until it says that there is no more.  Memory is what one message takes.
 */
#ifndef CW_POSTGRES_COPY_H
#define CW_POSTGRES_COPY_H

#include "postgres/session.h"

bool cw_pg_copy_begin(struct cw_pg *pg, const char *copy_sql, struct cw_err *err) CW_MUST_CHECK;

bool cw_pg_copy_put(struct cw_pg *pg, struct cw_bytes bytes, struct cw_err *err) CW_MUST_CHECK;
/* *ret_rows: what the server says it stored. */
bool cw_pg_copy_end(struct cw_pg *pg, uint64_t *ret_rows, struct cw_err *err) CW_MUST_CHECK;

/* One message: the header, a row, the trailer.  at NULL: the end, *err says if it was a good one. */
enum cw_pg_copy_next { CW_PG_COPY_DATA, CW_PG_COPY_END, CW_PG_COPY_FAILED };
enum cw_pg_copy_next cw_pg_copy_next(struct cw_pg *pg, struct cw_bytes *ret, struct cw_err *err);

#endif
