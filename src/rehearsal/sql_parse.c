/* sql_parse.c - tokens, names, types and which statement it is; see sql_parse.h */
#include "rehearsal/sql_parse_parts.h"

#include <stdlib.h>
#include <string.h>

#define NAME_BYTES_BEFORE_12_2 30

/* ORA- words: SQL Language Reference 19c, appendix E "Oracle SQL Reserved Words". */
static const char *const reserved[] = {
	"ACCESS",    "ADD",	"ALL",	      "ALTER",	    "AND",	  "ANY",       "AS",
	"ASC",	     "AUDIT",	"BETWEEN",    "BY",	    "CHAR",	  "CHECK",     "CLUSTER",
	"COLUMN",    "COMMENT", "COMPRESS",   "CONNECT",    "CREATE",	  "CURRENT",   "DATE",
	"DECIMAL",   "DEFAULT", "DELETE",     "DESC",	    "DISTINCT",	  "DROP",      "ELSE",
	"EXCLUSIVE", "EXISTS",	"FILE",	      "FLOAT",	    "FOR",	  "FROM",      "GRANT",
	"GROUP",     "HAVING",	"IDENTIFIED", "IMMEDIATE",  "IN",	  "INCREMENT", "INDEX",
	"INITIAL",   "INSERT",	"INTEGER",    "INTERSECT",  "INTO",	  "IS",	       "LEVEL",
	"LIKE",	     "LOCK",	"LONG",	      "MAXEXTENTS", "MINUS",	  "MLSLABEL",  "MODE",
	"MODIFY",    "NOAUDIT", "NOCOMPRESS", "NOT",	    "NOWAIT",	  "NULL",      "NUMBER",
	"OF",	     "OFFLINE", "ON",	      "ONLINE",	    "OPTION",	  "OR",	       "ORDER",
	"PCTFREE",   "PRIOR",	"PUBLIC",     "RAW",	    "RENAME",	  "RESOURCE",  "REVOKE",
	"ROW",	     "ROWID",	"ROWNUM",     "ROWS",	    "SELECT",	  "SESSION",   "SET",
	"SHARE",     "SIZE",	"SMALLINT",   "START",	    "SUCCESSFUL", "SYNONYM",   "SYSDATE",
	"TABLE",     "THEN",	"TO",	      "TRIGGER",    "UID",	  "UNION",     "UNIQUE",
	"UPDATE",    "USER",	"VALIDATE",   "VALUES",	    "VARCHAR",	  "VARCHAR2",  "VIEW",
	"WHENEVER",  "WHERE",	"WITH",
};

/* Those of them that PL/SQL reserves, too: PL/SQL Language Reference 19c, appendix D, table D-1. */
static const char *const reserved_in_block[] = {
	"ALL",	      "ALTER",	  "AND",     "ANY",	   "AS",	"ASC",	  "BETWEEN",
	"BY",	      "CHECK",	  "CLUSTER", "COMPRESS",   "CONNECT",	"CREATE", "DEFAULT",
	"DESC",	      "DISTINCT", "DROP",    "ELSE",	   "EXCLUSIVE", "FOR",	  "FROM",
	"GRANT",      "GROUP",	  "HAVING",  "IDENTIFIED", "IN",	"INDEX",  "INSERT",
	"INTERSECT",  "INTO",	  "IS",	     "LIKE",	   "LOCK",	"MINUS",  "MODE",
	"NOCOMPRESS", "NOT",	  "NOWAIT",  "NULL",	   "OF",	"ON",	  "OPTION",
	"OR",	      "ORDER",	  "PUBLIC",  "RESOURCE",   "REVOKE",	"SELECT", "SHARE",
	"SIZE",	      "START",	  "TABLE",   "THEN",	   "TO",	"UNION",  "UNIQUE",
	"UPDATE",     "VALUES",	  "VIEW",    "WHERE",	   "WITH",
};

static int compare_word(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

bool sql_reserved(const char *word)
{
	return bsearch(word, reserved, CW_ARRAY_LEN(reserved), sizeof(reserved[0]), compare_word);
}

bool sql_in_block(const struct sql_parser *p)
{
	return p->plsql && p->in_sql == 0;
}

/* ---- tokens ----------------------------------------------------------------- */

/* The next one, behind IF [NOT] EXISTS if it stands there. */
static struct sql_token read_token(struct sql_parser *p)
{
	struct sql_token token = sql_lex_next(&p->lexer);

	if (!p->presence.said || token.at != p->presence.at)
		return token;
	p->lexer.at = p->presence.end;
	return sql_lex_next(&p->lexer);
}

void sql_parse_init(struct sql_parser *p, struct cw_arena *arena, enum rh_release release,
		    const char *sql, size_t len, struct rh_error *error)
{
	*p = (struct sql_parser){ .arena = arena, .release = release, .error = error };
	*error = (struct rh_error){ 0 };
	sql_lex_init(&p->lexer, arena, sql, len, error);
	if (release < RH_12_2)
		p->lexer.name_bytes_max = NAME_BYTES_BEFORE_12_2;
	if (release >= RH_23)
		sql_presence_read(p->lexer, &p->presence, error);
	p->token = read_token(p);
	p->ahead = read_token(p);
}

bool sql_parse_failed(const struct sql_parser *p)
{
	return p->error->code != 0;
}

void *sql_parse_fail_at(struct sql_parser *p, uint32_t at, int code, const char *text)
{
	if (!p->error->code)
		(void)rh_fail(p->error, code, at, "%s", text);
	p->token.kind = p->ahead.kind = T_END;
	p->token.text = p->ahead.text = "";
	p->lexer.at = p->lexer.len;
	return NULL;
}

void *sql_parse_fail(struct sql_parser *p, int code, const char *text)
{
	return sql_parse_fail_at(p, p->token.at, code, text);
}

void sql_next(struct sql_parser *p)
{
	if (p->token.kind != T_END)
		p->last_end = p->token.end;
	p->token = p->ahead;
	p->ahead = read_token(p);
	if (p->error->code)
		(void)sql_parse_fail(p, p->error->code, "");
}

bool sql_at_word(const struct sql_parser *p, const char *word)
{
	return p->token.kind == T_WORD && strcmp(p->token.text, word) == 0;
}

bool sql_ahead_word(const struct sql_parser *p, const char *word)
{
	return p->ahead.kind == T_WORD && strcmp(p->ahead.text, word) == 0;
}

bool sql_at_op(const struct sql_parser *p, const char *op)
{
	return p->token.kind == T_OP && strcmp(p->token.text, op) == 0;
}

bool sql_skip_word(struct sql_parser *p, const char *word)
{
	if (!sql_at_word(p, word))
		return false;
	sql_next(p);
	return true;
}

bool sql_skip_words(struct sql_parser *p, const char *word, const char *second)
{
	if (!sql_at_word(p, word) || !sql_ahead_word(p, second))
		return false;
	sql_next(p);
	sql_next(p);
	return true;
}

bool sql_skip_op(struct sql_parser *p, const char *op)
{
	if (!sql_at_op(p, op))
		return false;
	sql_next(p);
	return true;
}

bool sql_want_word(struct sql_parser *p, const char *word, int code, const char *text)
{
	if (sql_skip_word(p, word))
		return true;
	(void)sql_parse_fail(p, code, text);
	return false;
}

bool sql_want_op(struct sql_parser *p, const char *op, int code, const char *text)
{
	if (sql_skip_op(p, op))
		return true;
	(void)sql_parse_fail(p, code, text);
	return false;
}

bool sql_at_ident(const struct sql_parser *p)
{
	if (p->token.kind != T_WORD)
		return p->token.kind == T_QUOTED;
	if (!sql_in_block(p))
		return !sql_reserved(p->token.text);
	return !bsearch(p->token.text, reserved_in_block, CW_ARRAY_LEN(reserved_in_block),
			sizeof(reserved_in_block[0]), compare_word);
}

const char *sql_want_ident(struct sql_parser *p, int code, const char *text)
{
	const char *name = p->token.text;

	if (!sql_at_ident(p))
		return sql_parse_fail(p, code, text);
	sql_next(p);
	return name;
}

void sql_add_bind(struct sql_parser *p, const char *name)
{
	if (p->bind_count == p->bind_room) {
		uint32_t room = p->bind_room ? 2 * p->bind_room : 16;
		const char **bind = cw_new(p->arena, const char *, room);

		if (p->bind_count > 0)
			memcpy(bind, p->bind, p->bind_count * sizeof(*bind));
		p->bind = bind;
		p->bind_room = room;
	}
	p->bind[p->bind_count++] = name;
}

/* ---- names ---------------------------------------------------------- */

static const char *link_name(struct sql_parser *p)
{
	const char *name;

	if (!sql_skip_op(p, "@"))
		return NULL;
	name = sql_want_ident(p, 1729, "database link name expected");
	while (sql_skip_op(p, "."))
		(void)sql_want_ident(p, 1729, "database link name expected");
	return name;
}

struct sql_name sql_parse_name(struct sql_parser *p)
{
	struct sql_name name = { .at = p->token.at, .sql = p->lexer.sql };

	do {
		if (name.count == SQL_NAME_PARTS) {
			(void)sql_parse_fail(p, 900, "invalid SQL statement");
			return name;
		}
		/* A reserved word may not begin a name, but may follow a dot (SEQ.NEXTVAL is none,
		 * T.ROWID is). */
		if (p->token.kind != T_QUOTED && p->token.kind != T_WORD) {
			(void)sql_parse_fail(p, 1747,
					     "invalid user.table.column, table.column, or column "
					     "specification");
			return name;
		}
		name.quoted = p->token.kind == T_QUOTED;
		name.part[name.count++] = p->token.text;
		sql_next(p);
	} while (p->token.kind == T_OP && strcmp(p->token.text, ".") == 0 &&
		 (p->ahead.kind == T_WORD || p->ahead.kind == T_QUOTED) && (sql_next(p), true));
	name.link = link_name(p);
	return name;
}

/* ---- statements ------------------------------------------------------------- */

struct sql_stmt *sql_new_stmt(struct sql_parser *p, enum sql_stmt_kind kind, uint16_t sql_type)
{
	struct sql_stmt *stmt = cw_new(p->arena, struct sql_stmt, 1);

	stmt->kind = kind;
	stmt->sql_type = sql_type;
	stmt->sql = p->lexer.sql;
	stmt->at = p->token.at;
	return stmt;
}

static struct sql_stmt *select_statement(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_SELECT, 3);

	stmt->query = sql_parse_query(p);
	stmt->for_update = stmt->query && stmt->query->for_update;
	return stmt;
}

struct sql_stmt *sql_parse_sql(struct sql_parser *p)
{
	uint32_t at = p->token.at, first_bind = p->bind_count;
	struct sql_stmt *stmt;

	p->in_sql++;
	if (sql_at_query(p))
		stmt = select_statement(p);
	else if (sql_at_word(p, "INSERT"))
		stmt = sql_parse_insert(p);
	else if (sql_at_word(p, "UPDATE"))
		stmt = sql_parse_update(p);
	else if (sql_at_word(p, "DELETE"))
		stmt = sql_parse_delete(p);
	else if (sql_at_word(p, "MERGE"))
		stmt = sql_parse_merge(p);
	else if (sql_at_word(p, "LOCK"))
		stmt = sql_parse_lock(p);
	else if (sql_at_word(p, "EXPLAIN") && !p->plsql)
		return sql_parse_fail(p, 3001, "unimplemented feature: EXPLAIN PLAN");
	else
		stmt = sql_parse_transaction(p);
	p->in_sql--;
	if (sql_parse_failed(p))
		return NULL;
	stmt->at = at;
	stmt->end = p->last_end;
	stmt->bind = p->bind ? p->bind + first_bind : NULL;
	stmt->bind_count = p->bind_count - first_bind;
	return stmt;
}

/* Text that a hook takes as it is. */
static struct sql_stmt *handed_on(struct sql_parser *p)
{
	static const char *const block[] = { "BEGIN", "DECLARE", "CALL" };
	static const char *const admin[] = { "GRANT",	"REVOKE",  "AUDIT",
					     "NOAUDIT", "ANALYZE", "PURGE" };

	for (size_t i = 0; i < CW_ARRAY_LEN(block); i++)
		if (sql_at_word(p, block[i]))
			return sql_new_stmt(p, S_PLSQL, i == 2 ? 170 : 47);
	if (sql_at_op(p, "<<"))
		return sql_new_stmt(p, S_PLSQL, 47);
	for (size_t i = 0; i < CW_ARRAY_LEN(admin); i++)
		if (sql_at_word(p, admin[i]))
			return sql_new_stmt(p, S_ADMIN, 0);
	if (sql_at_word(p, "SET") && sql_ahead_word(p, "ROLE"))
		return sql_new_stmt(p, S_ADMIN, 0);
	return NULL;
}

static bool at_ddl(const struct sql_parser *p)
{
	static const char *const words[] = { "CREATE",	 "ALTER",  "DROP",     "COMMENT",
					     "TRUNCATE", "RENAME", "FLASHBACK" };

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (sql_at_word(p, words[i]))
			return true;
	return false;
}

struct sql_stmt *sql_parse_statement(struct sql_parser *p)
{
	struct sql_stmt *stmt = handed_on(p);

	if (p->error->code)
		return NULL;
	if (p->token.kind == T_END)
		return sql_parse_fail(p, 900, "invalid SQL statement");
	if (stmt)
		return stmt;
	stmt = at_ddl(p) ? sql_parse_ddl(p) : sql_parse_sql(p);
	if (sql_parse_failed(p))
		return NULL;
	if (stmt->kind == S_PLSQL_DDL || stmt->kind == S_ADMIN)
		return stmt;
	if (sql_at_op(p, ";"))
		return sql_parse_fail(p, 911, "invalid character");
	if (p->token.kind != T_END)
		return sql_parse_fail(p, 933, "SQL command not properly ended");
	stmt->has_booleans = p->release >= RH_23;
	return stmt;
}
