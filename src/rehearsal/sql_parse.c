/* sql_parse.c - tokens, names, types and which statement it is; see sql_parse.h */
#include "rehearsal/sql_parse_parts.h"

#include <stdlib.h>
#include <string.h>

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

static int compare_word(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

bool sql_reserved(const char *word)
{
	return bsearch(word, reserved, CW_ARRAY_LEN(reserved), sizeof(reserved[0]), compare_word);
}

/* ---- tokens ----------------------------------------------------------------- */

void sql_parse_init(struct sql_parser *p, struct cw_arena *arena, const char *sql, size_t len,
		    struct rh_error *error)
{
	*p = (struct sql_parser){ .arena = arena, .error = error };
	*error = (struct rh_error){ 0 };
	sql_lex_init(&p->lexer, arena, sql, len, error);
	p->token = sql_lex_next(&p->lexer);
	p->ahead = sql_lex_next(&p->lexer);
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
	p->ahead = sql_lex_next(&p->lexer);
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
	return p->token.kind == T_QUOTED ||
	       (p->token.kind == T_WORD && !sql_reserved(p->token.text));
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

/* ---- names and types ---------------------------------------------------------- */

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
	struct sql_name name = { .at = p->token.at };

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

/* A whole number between the limits; 0 and ORA-@code else. */
static long whole(struct sql_parser *p, long low, long high, int code, const char *text)
{
	bool negative = sql_skip_op(p, "-");
	char *end;
	long value;

	if (p->token.kind != T_NUMBER) {
		(void)sql_parse_fail(p, code, text);
		return 0;
	}
	value = strtol(p->token.text, &end, 10);
	if (negative)
		value = -value;
	if (*end || value < low || value > high) {
		(void)sql_parse_fail(p, code, text);
		return 0;
	}
	sql_next(p);
	return value;
}

/* DECIMAL and its like are fixed: without a scale they have none, where NUMBER floats. */
static void number_type(struct sql_parser *p, struct sql_type_name *type, bool integer, bool fixed)
{
	type->ora_type = CW_ORA_NUMBER;
	type->scale = CW_SCALE_NONE;
	if (integer || (fixed && !sql_at_op(p, "("))) {
		type->precision = 38;
		type->any_precision = true;
		type->scale = 0;
		return;
	}
	if (!sql_skip_op(p, "("))
		return;
	type->any_precision = sql_skip_op(p, "*");
	if (type->any_precision)
		type->precision = 38;
	else
		type->precision = (int16_t)whole(
			p, 1, 38, 1727, "numeric precision specifier is out of range (1 to 38)");
	type->scale = 0;
	if (sql_skip_op(p, ","))
		type->scale = (int16_t)whole(
			p, -84, 127, 1728, "numeric scale specifier is out of range (-84 to 127)");
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

static void character_type(struct sql_parser *p, struct sql_type_name *type, uint8_t ora_type,
			   long max, bool optional)
{
	type->ora_type = ora_type;
	type->length = 1;
	if (!sql_at_op(p, "(")) {
		if (!optional && !p->plsql)
			(void)sql_parse_fail(p, 906, "missing left parenthesis");
		type->length = optional ? 1 : (uint32_t)max;
		return;
	}
	sql_next(p);
	type->length = (uint32_t)whole(p, 1, p->plsql ? 32767 : max, 910,
				       "specified length too long for its datatype");
	if (sql_skip_word(p, "BYTE"))
		type->char_used = 'B';
	else if (sql_skip_word(p, "CHAR"))
		type->char_used = 'C';
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

static void timestamp_type(struct sql_parser *p, struct sql_type_name *type)
{
	type->ora_type = CW_ORA_TIMESTAMP;
	type->precision = 6;
	if (sql_skip_op(p, "(")) {
		type->precision = (int16_t)whole(p, 0, 9, 30088,
						 "datetime/interval precision is out of range");
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	}
	if (sql_skip_word(p, "WITH")) {
		type->ora_type =
			sql_skip_word(p, "LOCAL") ? CW_ORA_TIMESTAMP_LTZ : CW_ORA_TIMESTAMP_TZ;
		(void)sql_want_word(p, "TIME", 905, "missing keyword");
		(void)sql_want_word(p, "ZONE", 905, "missing keyword");
	}
}

static const struct {
	const char *word;
	uint8_t ora_type;
	bool integer, fixed;
} simple_types[] = {
	{ "DATE", CW_ORA_DATE, false, false },
	{ "NUMBER", CW_ORA_NUMBER, false, false },
	{ "NUMERIC", CW_ORA_NUMBER, false, true },
	{ "DECIMAL", CW_ORA_NUMBER, false, true },
	{ "DEC", CW_ORA_NUMBER, false, true },
	{ "INTEGER", CW_ORA_NUMBER, true, true },
	{ "INT", CW_ORA_NUMBER, true, true },
	{ "SMALLINT", CW_ORA_NUMBER, true, true },
	{ "CLOB", CW_ORA_CLOB, false, false },
	{ "NCLOB", CW_ORA_CLOB, false, false },
	{ "BLOB", CW_ORA_BLOB, false, false },
	{ "ROWID", CW_ORA_ROWID, false, false },
	{ "BINARY_FLOAT", CW_ORA_BINARY_FLOAT, false, false },
	{ "BINARY_DOUBLE", CW_ORA_BINARY_DOUBLE, false, false },
	{ "PLS_INTEGER", CW_ORA_NUMBER, true, true },
	{ "BINARY_INTEGER", CW_ORA_NUMBER, true, true },
	{ "NATURAL", CW_ORA_NUMBER, true, true },
	{ "POSITIVE", CW_ORA_NUMBER, true, true },
};

static bool simple_type(struct sql_parser *p, struct sql_type_name *type)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(simple_types); i++) {
		if (!sql_skip_word(p, simple_types[i].word))
			continue;
		type->ora_type = simple_types[i].ora_type;
		type->national = simple_types[i].word[0] == 'N' && type->ora_type == CW_ORA_CLOB;
		if (type->ora_type == CW_ORA_NUMBER)
			number_type(p, type, simple_types[i].integer, simple_types[i].fixed);
		return true;
	}
	return false;
}

static bool sized_type(struct sql_parser *p, struct sql_type_name *type)
{
	if (sql_skip_word(p, "VARCHAR2") || sql_skip_word(p, "VARCHAR") ||
	    (p->plsql && sql_skip_word(p, "STRING"))) {
		character_type(p, type, CW_ORA_VARCHAR2, 4000, false);
	} else if (sql_skip_word(p, "CHAR") || sql_skip_word(p, "CHARACTER")) {
		bool varying = sql_skip_word(p, "VARYING");

		character_type(p, type, varying ? CW_ORA_VARCHAR2 : CW_ORA_CHAR,
			       varying ? 4000 : 2000, !varying);
	} else if (sql_skip_word(p, "RAW")) {
		character_type(p, type, CW_ORA_RAW, 2000, false);
	} else if (sql_skip_word(p, "TIMESTAMP")) {
		timestamp_type(p, type);
	} else {
		return false;
	}
	return true;
}

/* A type that is a name: owner.type, table.column%TYPE, table%ROWTYPE; BOOLEAN is one, too. */
static void named_type(struct sql_parser *p, struct sql_type_name *type)
{
	if (p->token.kind != T_WORD && p->token.kind != T_QUOTED) {
		(void)sql_parse_fail(p, 902, "invalid datatype");
		return;
	}
	type->name = sql_parse_name(p);
	if (!p->plsql) {
		(void)sql_parse_fail_at(p, type->at, 902, "invalid datatype");
		return;
	}
	if (sql_skip_op(p, "%")) {
		type->percent_type = sql_skip_word(p, "TYPE");
		type->percent_rowtype = !type->percent_type && sql_skip_word(p, "ROWTYPE");
		if (!type->percent_type && !type->percent_rowtype)
			(void)sql_parse_fail(p, 902, "invalid datatype");
	}
}

struct sql_type_name *sql_parse_type(struct sql_parser *p)
{
	struct sql_type_name *type = cw_new(p->arena, struct sql_type_name, 1);

	type->at = p->token.at;
	if (sql_at_word(p, "NVARCHAR2") || sql_at_word(p, "NCHAR") || sql_at_word(p, "LONG") ||
	    sql_at_word(p, "BFILE") || sql_at_word(p, "XMLTYPE") || sql_at_word(p, "FLOAT") ||
	    sql_at_word(p, "REAL") || sql_at_word(p, "DOUBLE") || sql_at_word(p, "INTERVAL"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	if (!simple_type(p, type) && !sized_type(p, type))
		named_type(p, type);
	return type;
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
	else
		stmt = sql_parse_transaction(p);
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
	static const char *const admin[] = { "GRANT", "REVOKE", "AUDIT", "NOAUDIT", "ANALYZE" };

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
	static const char *const words[] = { "CREATE",	 "ALTER",  "DROP",  "COMMENT",
					     "TRUNCATE", "RENAME", "PURGE", "FLASHBACK" };

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
	return stmt;
}
