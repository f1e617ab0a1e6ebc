/*
 * sql_lex.h - Oracle's SQL and PL/SQL as a run of tokens
 *
 * A token points into the text and carries its offset, which is what an Oracle
 * error tells.  Words are folded to upper case into the arena; "quoted" names and
 * literals are unescaped there; a long name is the one inside (long_name.h).  After the first error only T_END follows.
 *
 * Owns		tokens' text lives in the arena
 * Errors	ORA-00911 ORA-01756 ORA-01740 ORA-00972, by struct rh_error
 * Sources	Oracle Database SQL Language Reference 19c, "Lexical Conventions",
 *		"Text Literals" (q'[...]'), "Database Object Names and Qualifiers"
 */
#ifndef CW_REHEARSAL_SQL_LEX_H
#define CW_REHEARSAL_SQL_LEX_H

#include "base/arena.h"
#include "rehearsal/engine.h"

enum sql_token_kind {
	T_END,
	T_WORD,	  /* text: folded to upper case */
	T_QUOTED, /* "Name": text as it is */
	T_NUMBER, /* text as written, without f or d */
	T_STRING, /* text: unescaped, len bytes */
	T_BIND,	  /* :name or :1, text folded, without the colon */
	T_OP,	  /* text: the operator, one to three characters */
};

struct sql_token {
	enum sql_token_kind kind;
	const char *text; /* with NUL */
	uint32_t len;
	uint32_t at;   /* offset into the SQL text */
	uint32_t end;  /* offset behind it */
	bool national; /* n'...' */
	char real;     /* 'F' or 'D' behind a number */
};

struct sql_lexer {
	struct cw_arena *arena;
	const char *sql;
	uint32_t len, at;
	bool plsql;		 /* in a block: $$name is a word */
	uint32_t name_bytes_max; /* of a name; longer ones are ORA-00972 */
	struct rh_error *error;	 /* the first error; then T_END only */
};

void sql_lex_init(struct sql_lexer *lexer, struct cw_arena *arena, const char *sql, size_t len,
		  struct rh_error *error);
struct sql_token sql_lex_next(struct sql_lexer *lexer);

#endif
