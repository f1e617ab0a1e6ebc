/*
 * sql_text.h - where things end in the text of a statement
 *
 * A small knowledge of Oracle's lexical rules: blanks, comments, 'text', q'[text]',
 * "names".  No grammar: servers have that.
 *
 * Owns		nothing; what is returned points into the text
 * Threads	any
 * Sources	Oracle Database SQL Language Reference 19c, Literals, Comments; SQL*Plus
 *		User's Guide 19c, chapter 4 (how statements end)
 */
#ifndef CW_ORACLE_SQL_TEXT_H
#define CW_ORACLE_SQL_TEXT_H

#include "base/base.h"

/* Past blanks and comments. */
const char *cw_sql_skip_blanks(const char *at);
/* Past the literal or the "name" that begins at @at; past one character if none does. */
const char *cw_sql_skip_token(const char *at, char before);
/* Past the "name" or 'text' whose quote is at @at. */
const char *cw_sql_skip_quoted(const char *at);
bool cw_sql_is_word(const char *at, const char *word);

/*
 * The first statement of a script.  One of SQL ends at its semicolon, one with PL/SQL
 * (a block, CREATE of a procedure, a trigger ...) at a line that holds a slash alone, which
 * ends the other, too.
 *
 * @whole: nothing follows, so what is left is a statement as it stands
 * @ret: the statement without what ends it; empty if there were only blanks
 * Returns how much of @text it took; 0: it does not end here, more has to come.
 */
size_t cw_sql_statement(const char *text, bool whole, struct cw_bytes *ret);

#endif
