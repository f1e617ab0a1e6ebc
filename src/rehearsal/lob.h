/*
 * lob.h - large objects of a session: what a locator stands for, and what can be done with it
 *
 * Rows carry a LOB as 16 bytes that say where it lies (rh.lob_out(): row number, table, column;
 * zeros: nowhere) and then its content, text as UTF-8.  For a driver that wants a locator the content
 * is kept in a file of the session as it was read, so the locator shows the statement's snapshot
 * for as long as the file reaches back, then ORA-22924; what belongs to no row becomes a temporary
 * LOB.  CLOBs are kept as UTF-16BE, as they travel, so every place in them is found at once.
 *
 *	locator	0 u16 38	2 u16 1		4 1 BLOB, 2 CLOB	5 8
 *		6 0x80: UTF-16	7 1: temporary	8 u16 character set form
 *		10 u64 where its content is	18 u64 bytes of it	26 u32 table	30 u16 column
 *		32 u64 row number
 *
 * Where the content is: the place in the session's file; after a write that of what was written;
 * all ones: in the row, to be read again.  A temporary LOB has its number there.
 *
 * Owns		what the session made, until its end; temporary LOBs until they are freed
 * Errors	struct rh_error: ORA-22275 no locator of this session, 22920 row not locked,
 *		22924 snapshot too old, 1652 no room
 * Threads	the session's own
 * Sources	Oracle Database SecureFiles and Large Objects Developer's Guide 19c, "LOB locators and
 *		transaction boundaries", "read-consistent locators"; codec/ttc_lob.h for what drivers look at
 */
#ifndef CW_REHEARSAL_LOB_H
#define CW_REHEARSAL_LOB_H

#include "rehearsal/engine.h"

#define RH_LOCATOR_BYTES   40u
#define RH_CLOB_CHUNK	   8060u
#define RH_BLOB_CHUNK	   8132u

struct cw_arena;

struct rh_locator {
	uint8_t at[RH_LOCATOR_BYTES];
};

/* Text of a CLOB that holds what is no character: NUL, and U+FFFD for the rest (db_text.h). */
bool rh_lob_characters(struct cw_arena *arena, struct cw_bytes *content, struct rh_error *error);
/* The content of a LOB as a row carries it, text as UTF-8. */
struct cw_bytes rh_lob_content(const struct cw_value *value);

/* A locator for a value that came with a row; @form: of its character set, 0 of a BLOB. */
bool rh_lob_locate(struct rh_session *session, const struct cw_value *value, uint8_t form,
		   struct rh_locator *ret, struct rh_error *error);
bool rh_lob_create(struct rh_session *session, uint8_t form, struct rh_locator *ret,
		   struct rh_error *error);
/* A temporary LOB of this content, text as UTF-8. */
bool rh_lob_make(struct rh_session *session, uint8_t form, struct cw_bytes content,
		 struct rh_locator *ret, struct rh_error *error);
bool rh_lob_free(struct rh_session *session, const struct rh_locator *locator,
		 struct rh_error *error);

/* In UTF-16 units of a CLOB, bytes of a BLOB; offsets from 1. */
bool rh_lob_length(struct rh_session *session, struct rh_locator *locator, uint64_t *ret,
		   struct rh_error *error);
/* *ret is in @arena, text as UTF-16BE; *ret_amount may be less than @amount, 0 at the end. */
bool rh_lob_read(struct rh_session *session, struct cw_arena *arena, struct rh_locator *locator,
		 uint64_t offset, uint64_t amount, struct cw_bytes *ret, uint64_t *ret_amount,
		 struct rh_error *error);
/* The locator shows what was written from then on. */
bool rh_lob_write(struct rh_session *session, struct rh_locator *locator, uint64_t offset,
		  struct cw_bytes data, struct rh_error *error);
bool rh_lob_trim(struct rh_session *session, struct rh_locator *locator, uint64_t length,
		 struct rh_error *error);
uint32_t rh_lob_chunk(const struct rh_locator *locator);
bool rh_lob_is_clob(const struct rh_locator *locator);

bool rh_lob_open(struct rh_session *session, const struct rh_locator *locator,
		 struct rh_error *error);
bool rh_lob_close(struct rh_session *session, const struct rh_locator *locator,
		  struct rh_error *error);
bool rh_lob_is_open(struct rh_session *session, const struct rh_locator *locator);

/* All of it as a bind's value: text as UTF-8, an empty one set and 0 bytes long. */
bool rh_lob_value(struct rh_session *session, struct cw_arena *arena, struct rh_locator *locator,
		  struct cw_value *ret, struct rh_error *error);

#endif
