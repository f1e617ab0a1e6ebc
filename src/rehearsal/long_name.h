/*
 * long_name.h - Oracle's names have up to 128 bytes, PostgreSQL's 63
 *
 * A name of more than RH_NAME_INSIDE_MAX bytes has a shorter one inside: its first bytes, U+10FE00, and sixteen
 * hexadecimal digits of its SHA-256.  The lexer makes it, so that everything behind the lexer knows names inside
 * alone; what goes back to people is unfolded: errors by rh_fail(), descriptions by rh_column_set(), the dictionary and
 * V$LOGMNR_CONTENTS by rh.full_name(), which reads rh.long_names.  RH_NAME_INSIDE_MAX leaves room for what the
 * rehearsal itself puts before or behind a name ("trigger$NAME").
 *
 * Owns		the names that the process has met: those of objects for good, others ("as" in a query) while they are
 *		among the last RH_NAMES_SEEN
 * Errors	none: an unknown name inside stays as it is
 * Threads	any
 * Sources	SQL Language Reference 19c, "Database Object Naming Rules" (128 bytes from 12.2 on); PostgreSQL 15, NAMEDATALEN
 */
#ifndef CW_REHEARSAL_LONG_NAME_H
#define CW_REHEARSAL_LONG_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define RH_NAME_INSIDE_MAX   55u
#define RH_NAME_INSIDE_BYTES 48u /* of a name that was folded, with its NUL */
#define RH_LONG_NAME_BYTES                                                                         \
	513u /* of one as it was: 128 bytes of the database's set can be four times as many inside */
#define RH_NAMES_SEEN	  4096u
#define RH_LONG_NAME_MARK "\xf4\x8f\xb8\x80" /* U+10FE00 */

/* The name inside of @name, which has @len bytes and more than RH_NAME_INSIDE_MAX; *ret_len of it. */
void rh_long_name_fold(const char *name, size_t len, char ret[RH_NAME_INSIDE_BYTES],
		       size_t *ret_len);
/* It is an object's: remembered for good. */
void rh_long_name_keep(const char *name, size_t len);
/* Is it one that was folded? */
bool rh_long_name_is(const char *inside);
/* Names inside @text as they were, as far as @room lasts. */
void rh_long_name_unfold(char *text, size_t room);

#endif
