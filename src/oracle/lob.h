/*
 * lob.h - large objects by their locators: read and written in pieces, of any size in constant memory
 *
 *	cw_ora_lobs_by_locator(stmt, true);
 *	... execute, fetch ...
 *	cw_ora_lob_of(ora, cw_ora_column(stmt, 1), &row.value[1], &lob, &err);
 *	while ((good = cw_ora_lob_next(lob, &piece, &err)) && piece.len > 0)
 *		use(piece);
 *	cw_ora_lob_free(lob);
 *
 * Without cw_ora_lobs_by_locator() a LOB comes whole with its row.  What is written through a
 * locator needs a lock of its row (SELECT ... FOR UPDATE, ORA-22920 without).
 *
 * Lengths and offsets count from 1 in UTF-16 units of a CLOB or NCLOB (a character beyond U+FFFF
 * is two) and in bytes of a BLOB; text is UTF-8 here, whatever it is on the wire.
 *
 * Owns		a LOB is the caller's, freed before its session is closed; what reading gives is
 *		good until the next call on the same LOB; a temporary LOB ends when it is freed
 * Errors	as session.h; CW7130 text that is none, or that a place in the middle of a character
 *		cuts
 * Threads	the session's
 * Sources	codec/ttc_lob.h; python-oracledb thin/lob.pyx for what is sent when
 */
#ifndef CW_ORACLE_LOB_H
#define CW_ORACLE_LOB_H

#include "oracle/session.h"

struct cw_ora_lob;

/* Whether CLOB and BLOB columns of this query come as locators; before it is executed. */
void cw_ora_lobs_by_locator(struct cw_ora_stmt *stmt, bool wanted);

/* @value: of @column in a fetched row; *ret is NULL if it is NULL.  An empty LOB is none. */
void cw_ora_lob_of(struct cw_ora *ora, const struct cw_ora_column *column,
		   const struct cw_value *value, struct cw_ora_lob **ret);
/* A temporary one: CW_ORA_CLOB or CW_ORA_BLOB; @national: an NCLOB. */
bool cw_ora_lob_create(struct cw_ora *ora, uint8_t ora_type, bool national, struct cw_ora_lob **ret,
		       struct cw_err *err) CW_MUST_CHECK;
/* Of an OUT bind of CLOB or BLOB; NULL if that is NULL. */
struct cw_ora_lob *cw_ora_lob_out(struct cw_ora_stmt *stmt, unsigned index);
/* NULL is fine.  The server hears of a temporary one with the next call. */
void cw_ora_lob_free(struct cw_ora_lob *lob);

/* For a bind that was declared as CW_ORA_CLOB or CW_ORA_BLOB; good while the LOB lives. */
struct cw_value cw_ora_lob_bind(const struct cw_ora_lob *lob);

bool cw_ora_lob_length(struct cw_ora_lob *lob, uint64_t *ret, struct cw_err *err) CW_MUST_CHECK;
/* Writing multiples of it is what the server likes best. */
bool cw_ora_lob_chunk(struct cw_ora_lob *lob, uint32_t *ret, struct cw_err *err) CW_MUST_CHECK;

/* One call: all of it in memory; fewer than @amount units, or none, where the LOB ends. */
bool cw_ora_lob_read(struct cw_ora_lob *lob, uint64_t offset, uint32_t amount, struct cw_bytes *ret,
		     struct cw_err *err) CW_MUST_CHECK;
/* The next piece from the beginning on, cut between characters; 0 bytes: the end. */
bool cw_ora_lob_next(struct cw_ora_lob *lob, struct cw_bytes *ret, struct cw_err *err) CW_MUST_CHECK;
void cw_ora_lob_rewind(struct cw_ora_lob *lob);

/* Whole characters of a CLOB; a long one goes in several calls. */
bool cw_ora_lob_write(struct cw_ora_lob *lob, uint64_t offset, struct cw_bytes bytes,
		      struct cw_err *err) CW_MUST_CHECK;
bool cw_ora_lob_append(struct cw_ora_lob *lob, struct cw_bytes bytes,
		       struct cw_err *err) CW_MUST_CHECK;
bool cw_ora_lob_trim(struct cw_ora_lob *lob, uint64_t length, struct cw_err *err) CW_MUST_CHECK;

/* Between the two, indexes and triggers on the LOB are left alone. */
bool cw_ora_lob_open(struct cw_ora_lob *lob, struct cw_err *err) CW_MUST_CHECK;
bool cw_ora_lob_close(struct cw_ora_lob *lob, struct cw_err *err) CW_MUST_CHECK;
bool cw_ora_lob_is_open(struct cw_ora_lob *lob, bool *ret, struct cw_err *err) CW_MUST_CHECK;

#endif
