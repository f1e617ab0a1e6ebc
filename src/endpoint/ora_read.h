/*
 * ora_read.h - small queries of Oracle's dictionary and V$ views
 *
 * Thin words over oracle/session.h for statements that bind whole numbers and
 * read whole numbers and short texts.
 *
 * Owns		cw_ora_read holds its statement until cw_ora_read_end()
 * Errors	those of the session; CW7001 kept, CW7002 a column holds what it
 *		cannot (data)
 * Threads	one at a time for each session
 */
#ifndef CW_ENDPOINT_ORA_READ_H
#define CW_ENDPOINT_ORA_READ_H

#include "oracle/session.h"

/* A whole number as NUMBER bytes; @ret has room for 24.  Points into @ret. */
struct cw_value cw_ora_number(uint64_t number, uint8_t ret[24]);
struct cw_value cw_ora_string(const char *text);

/* NULL is 0.  False: CW7002. */
bool cw_ora_to_u64(struct cw_value value, uint64_t *ret, struct cw_err *err) CW_MUST_CHECK;
/* Copies, cut at @room. */
const char *cw_ora_to_text(struct cw_value value, char *ret, size_t room);

struct cw_ora_read {
	struct cw_ora_stmt *stmt;
	struct cw_ora_rows rows;
	uint32_t at;
};

/* Run a query that binds @count whole numbers. */
bool cw_ora_read_begin(struct cw_ora *ora, const char *sql, unsigned count, const uint64_t *numbers,
		       struct cw_ora_read *ret, struct cw_err *err) CW_MUST_CHECK;
/* The next row, or NULL: at the end (err->kind NONE) or failed. */
const struct cw_value *cw_ora_read_row(struct cw_ora_read *read, struct cw_err *err);
void cw_ora_read_end(struct cw_ora_read *read);

/* A block or statement that binds @count values. */
bool cw_ora_call(struct cw_ora *ora, const char *sql, unsigned count, const uint8_t *types,
		 const struct cw_value *values, struct cw_err *err) CW_MUST_CHECK;

#endif
