/*
 * db_text.h - text as clients send it, as PostgreSQL holds it, and as the database's character set stores it
 *
 *	client	UTF-8, whatever the database's character set is: thin drivers say AL32UTF8
 *	inside	UTF-8 that PostgreSQL takes; a byte hh that is no character there - a NUL, what is no UTF-8, one
 *		that a single-byte set has no letter for - is U+10FFhh, a private character that no client may send
 *	stored	bytes of the database's character set, as redo and LENGTHB have them
 *
 * A NUL is a character of Oracle's as any other.  With AL32UTF8 on both sides nothing is converted, so stored bytes
 * that are no UTF-8 reach the client as they are; a single-byte set is converted by the server, and what has no
 * character there arrives as U+FFFD, what the set has no byte for is stored as its replacement character.
 *
 * Owns		nothing
 * Errors	false where a client sends one of those private characters itself
 * Threads	any, once rh_text_use() has said which set it is
 * Sources	Globalization Support Guide 19c, "Choosing a Character Set" (replacement characters), "Data Conversion";
 *		Unicode's CP1252.TXT, 8859-15.TXT; A-440
 */
#ifndef CW_REHEARSAL_DB_TEXT_H
#define CW_REHEARSAL_DB_TEXT_H

#include "codec/charset.h"

#define RH_TEXT_GROWTH                                                                             \
	4u /* inside has at most so many bytes for one of a client's, or one stored */
#define RH_ODD_FIRST 0x10ff00u

#define RH_CHARSET_NAMES "AL32UTF8, " CW_CHARSET_NAMES

/* AL32UTF8, which has no @high, or one of charset.h; NULL: there is none of that name. */
const struct cw_charset *rh_charset_find(const char *name);

/* Which one this database has; AL32UTF8 until it is said. */
void rh_text_use(const struct cw_charset *charset);
const struct cw_charset *rh_text_charset(void);

/* @out: RH_TEXT_GROWTH bytes for each of @in.  @national: text that the database's set has no part in. */
bool rh_text_from_client(struct cw_bytes in, bool national, uint8_t *out, size_t *ret_len);
size_t rh_text_from_stored(struct cw_bytes in, uint8_t *out);

/* @out: as many bytes as @in; may be @in itself. */
size_t rh_text_to_stored(struct cw_bytes in, uint8_t *out);
size_t rh_text_to_client(struct cw_bytes in, uint8_t *out);
/* The same, but nothing that is no character: NUL and U+FFFD. */
size_t rh_text_to_characters(struct cw_bytes in, uint8_t *out);

/* Is there nothing to convert on the way to a client or a log? */
bool rh_text_is_plain(struct cw_bytes inside);
/* LENGTHB */
size_t rh_text_stored_len(struct cw_bytes inside);

#endif
