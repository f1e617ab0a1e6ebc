/*
 * pg_load.h - rows of Oracle into a table of PostgreSQL, by COPY BINARY
 *
 *	open -> begin -> row ... row -> end -> begin ... -> close
 *
 * One begin..end is one transaction: all its rows and the mark that they are
 * there, or none.  Sessions run as replica, so no trigger fires and no foreign
 * key is looked up.  Several may load at the same time.
 *
 * Errors	those of codec/convert.h with the table named; CW5101 the server
 *		counted other rows than were sent; CW80xx.  After false only close
 * Threads	one at a time for each
 */
#ifndef CW_ENDPOINT_PG_LOAD_H
#define CW_ENDPOINT_PG_LOAD_H

#include "model/shape.h"
#include "model/value.h"
#include "postgres/session.h"

struct cw_pg_load;

/* @crossing: its name, whose pieces of work these are. */
bool cw_pg_load_open(const struct cw_pg_login *login, const char *crossing, struct cw_pg_load **ret,
		     struct cw_err *err) CW_MUST_CHECK;
void cw_pg_load_close(struct cw_pg_load *load); /* NULL is fine; what is open is rolled back */

bool cw_pg_load_begin(struct cw_pg_load *load, const struct cw_shape *shape,
		      struct cw_err *err) CW_MUST_CHECK;
/* @row: every column of the shape, SET (Oracle's storage bytes) or NULL. */
bool cw_pg_load_row(struct cw_pg_load *load, const struct cw_row *row,
		    struct cw_err *err) CW_MUST_CHECK;
/*
 * Commit.  @item, if not NULL, names this piece of work: it is appended to
 * causeway.progress as stream "load:CROSSING:ITEM" with position @note in the same
 * transaction.
 */
bool cw_pg_load_end(struct cw_pg_load *load, const char *item, const char *note, uint64_t *ret_rows,
		    struct cw_err *err) CW_MUST_CHECK;

/* Was @item committed by this or an earlier process? *ret_note: "" or the note, cut at room. */
bool cw_pg_load_is_done(struct cw_pg_load *load, const char *item, bool *ret_done, char *ret_note,
			size_t room, struct cw_err *err) CW_MUST_CHECK;

/* Begin anew: forget every mark of the crossing and empty the tables, in one transaction. */
bool cw_pg_load_reset(struct cw_pg_load *load, const struct cw_shape *const *shapes, unsigned count,
		      struct cw_err *err) CW_MUST_CHECK;

#endif
