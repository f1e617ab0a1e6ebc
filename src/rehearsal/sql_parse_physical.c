/*
 * sql_parse_physical.c - words of tables, indexes and partitions that say where and how rows lie
 *
 * Nothing of it can be seen here, but dump scripts are full of it, so all of it is read.
 * Source: Oracle Database SQL Language Reference 19c, physical_properties, physical_attributes_clause, storage_clause,
 * table_compression, LOB_storage_clause, parallel_clause.
 */
#include "rehearsal/sql_parse_parts.h"

#include <string.h>

void sql_skip_parentheses(struct sql_parser *p)
{
	unsigned depth = 0;

	do {
		if (sql_at_op(p, "("))
			depth++;
		else if (sql_at_op(p, ")"))
			depth--;
		else if (p->token.kind == T_END) {
			(void)sql_parse_fail(p, 907, "missing right parenthesis");
			return;
		}
		sql_next(p);
	} while (depth > 0 && !sql_parse_failed(p));
}

static bool skip_one_of(struct sql_parser *p, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sql_skip_word(p, words[i]))
			return true;
	return false;
}

/* COMPRESS [n | BASIC | ADVANCED [LOW | HIGH] | FOR {OLTP | ALL OPERATIONS | QUERY HIGH ...}] */
static void compression(struct sql_parser *p)
{
	static const char *const words[] = { "BASIC",  "ADVANCED",   "FOR",  "OLTP", "ALL",   "DIRECT_LOAD",
					     "QUERY",  "OPERATIONS", "HIGH", "LOW",  "ARCHIVE" };

	if (p->token.kind == T_NUMBER)
		sql_next(p);
	while (skip_one_of(p, words, CW_ARRAY_LEN(words)))
		;
}

/* PARALLEL [n | (DEGREE n INSTANCES n)] */
static void parallel(struct sql_parser *p)
{
	if (p->token.kind == T_NUMBER)
		sql_next(p);
	else if (sql_at_op(p, "("))
		sql_skip_parentheses(p);
}

/* SEGMENT CREATION {IMMEDIATE | DEFERRED} and other pairs */
static bool skip_pair(struct sql_parser *p)
{
	if (sql_skip_words(p, "SEGMENT", "CREATION")) {
		if (!sql_skip_word(p, "IMMEDIATE"))
			(void)sql_want_word(p, "DEFERRED", 922, "missing or invalid option");
		return true;
	}
	if ((sql_at_word(p, "ENABLE") || sql_at_word(p, "DISABLE")) && sql_ahead_word(p, "ROW")) {
		sql_next(p);
		sql_next(p);
		(void)sql_want_word(p, "MOVEMENT", 922, "missing or invalid option");
		return true;
	}
	if (sql_skip_words(p, "ROW", "STORE")) {
		if (sql_skip_word(p, "COMPRESS"))
			compression(p);
		return true;
	}
	return sql_skip_words(p, "COMPUTE", "STATISTICS") || sql_skip_words(p, "NO", "INMEMORY") ||
	       sql_skip_words(p, "MAPPING", "TABLE");
}

bool sql_parse_physical(struct sql_parser *p)
{
	static const char *const alone[] = { "LOGGING",	     "NOLOGGING",	"NOCOMPRESS",
					     "NOCACHE",	     "CACHE",		"NOPARALLEL",
					     "MONITORING",   "NOMONITORING",	"ROWDEPENDENCIES",
					     "NOROWDEPENDENCIES", "ONLINE",	"NOSORT",
					     "NOMAPPING",    "OVERFLOW",	"INMEMORY",
					     "FILESYSTEM_LIKE_LOGGING" };
	static const char *const valued[] = { "TABLESPACE", "PCTFREE",	   "PCTUSED",  "INITRANS",
					      "MAXTRANS",   "PCTTHRESHOLD", "INCLUDING" };

	if (skip_one_of(p, alone, CW_ARRAY_LEN(alone)) || skip_pair(p))
		return true;
	if (sql_skip_word(p, "COMPRESS")) {
		compression(p);
		return true;
	}
	if (sql_skip_word(p, "PARALLEL")) {
		parallel(p);
		return true;
	}
	if (skip_one_of(p, valued, CW_ARRAY_LEN(valued))) {
		sql_next(p);
		return true;
	}
	if ((sql_at_word(p, "STORAGE") || sql_at_word(p, "RESULT_CACHE"))) {
		sql_next(p);
		sql_skip_parentheses(p);
		return true;
	}
	return false;
}

/* LOB (column, ...) STORE AS [SECUREFILE | BASICFILE] [segment] [(parameters)] */
bool sql_parse_lob_storage(struct sql_parser *p)
{
	if (!sql_skip_word(p, "LOB"))
		return false;
	sql_skip_parentheses(p);
	(void)sql_want_word(p, "STORE", 922, "missing or invalid option");
	(void)sql_want_word(p, "AS", 922, "missing or invalid option");
	if (!sql_skip_word(p, "SECUREFILE"))
		(void)sql_skip_word(p, "BASICFILE");
	if (!sql_at_op(p, "(") && (p->token.kind == T_QUOTED || p->token.kind == T_WORD))
		sql_next(p);
	if (sql_at_op(p, "("))
		sql_skip_parentheses(p);
	return true;
}
