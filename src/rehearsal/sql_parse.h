/*
 * sql_parse.h - recursive descent over Oracle's SQL
 *
 * The parser stops at the first thing outside its grammar: it keeps that error and
 * sees only the end of the text from there on, so that callers write straight
 * lines and ask sql_parse_failed() at the end.
 *
 * PL/SQL's translator uses the same parser in the middle of its own text: it
 * sets @plsql, walks with the token helpers and calls sql_parse_expr() or
 * sql_parse_sql() where an expression or a statement begins; both stop in front
 * of what is not theirs (THEN, ';', LOOP ...).
 *
 * Owns		the tree lives in the arena
 * Errors	struct rh_error with the offset of the token
 * Sources	Oracle Database SQL Language Reference 19c
 */
#ifndef CW_REHEARSAL_SQL_PARSE_H
#define CW_REHEARSAL_SQL_PARSE_H

#include "rehearsal/profile.h"
#include "rehearsal/sql_lex.h"
#include "rehearsal/sql_presence.h"
#include "rehearsal/sql_tree.h"

struct sql_parser {
	struct cw_arena *arena;
	enum rh_release release;
	struct sql_lexer lexer;
	struct sql_presence presence;  /* of DDL: stepped over */
	struct sql_token token, ahead; /* the current one and the one behind it */
	uint32_t last_end;	       /* offset behind the token taken last */
	struct rh_error *error;
	bool plsql; /* SELECT ... INTO, named arguments, boolean values; names may be variables */
	unsigned in_sql; /* of PL/SQL: the statements and queries around, whose reserved words are SQL's */
	bool casts;	/* CAST: the type may be a collection's, by its name */
	unsigned depth; /* of nesting; bounded */
	/* binds in order of appearance (one for each place) */
	const char **bind;
	uint32_t bind_count, bind_room;
};

/* @release: whose grammar it is. */
void sql_parse_init(struct sql_parser *p, struct cw_arena *arena, enum rh_release release,
		    const char *sql, size_t len, struct rh_error *error);
bool sql_parse_failed(const struct sql_parser *p);

/* One whole statement, to the end of the text (one ';' may follow). */
struct sql_stmt *sql_parse_statement(struct sql_parser *p);

/* In PL/SQL text: one SELECT, INSERT, UPDATE, DELETE, MERGE, LOCK, COMMIT, ROLLBACK, SAVEPOINT,
 * SET TRANSACTION; the token behind it (';') is left. */
struct sql_stmt *sql_parse_sql(struct sql_parser *p);
struct sql_query *sql_parse_query(struct sql_parser *p);
struct sql_expr *sql_parse_expr(struct sql_parser *p);
/* a, b, c => d ) behind the parenthesis that opens them, added to @call. */
void sql_parse_arguments(struct sql_parser *p, struct sql_expr *call);
struct sql_name sql_parse_name(struct sql_parser *p);
struct sql_type_name *sql_parse_type(struct sql_parser *p);

/* ---- token helpers ---------------------------------------------------------- */

void sql_next(struct sql_parser *p);
bool sql_at_word(const struct sql_parser *p, const char *word); /* upper case */
bool sql_ahead_word(const struct sql_parser *p, const char *word);
bool sql_at_op(const struct sql_parser *p, const char *op);
bool sql_skip_word(struct sql_parser *p, const char *word); /* take it if it is there */
bool sql_skip_words(struct sql_parser *p, const char *word, const char *second);
bool sql_skip_op(struct sql_parser *p, const char *op);
/* It must be there, else ORA-@code: @text. */
bool sql_want_word(struct sql_parser *p, const char *word, int code, const char *text);
bool sql_want_op(struct sql_parser *p, const char *op, int code, const char *text);
/* A name that is no reserved word; NULL and ORA-00904-like failure else. */
const char *sql_want_ident(struct sql_parser *p, int code, const char *text);
/* Keep the first error, at the current token; always NULL. */
void *sql_parse_fail(struct sql_parser *p, int code, const char *text);
void *sql_parse_fail_at(struct sql_parser *p, uint32_t at, int code, const char *text);

#endif
