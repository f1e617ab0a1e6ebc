/*
 * sql_parse_physical.c - words of tables, indexes and partitions that say where and how rows lie
 *
 * The dictionary tells some of it, and nothing else of it can be seen here; dump scripts are full of it, so all of it is read.
 * Source: Oracle Database SQL Language Reference 19c, physical_properties, physical_attributes_clause, storage_clause,
 * table_compression, LOB_storage_clause, parallel_clause; what a statement takes of them: CREATE TABLE, ALTER TABLE, CREATE INDEX, ALTER INDEX.
 */
#include "rehearsal/sql_parse_parts.h"

#include <stdlib.h>
#include <string.h>

#define ANY_TABLE (SQL_TABLE | SQL_ALTER_TABLE | SQL_MOVE)
#define ANY_INDEX (SQL_INDEX | SQL_ALTER_INDEX)

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

/* ---- compression, parallel work ------------------------------------------------------------------ */

/* COMPRESS ADVANCED [LOW | HIGH] of an index; its prefix compression is none of these (index_looks()). */
static bool index_compression(struct sql_parser *p, struct sql_physical *into)
{
	if (!sql_skip_word(p, "ADVANCED"))
		return false;
	into->compress = sql_skip_word(p, "HIGH") ? "ADVANCED HIGH" : "ADVANCED LOW";
	(void)sql_skip_word(p, "LOW");
	return true;
}

/* COMPRESS [n | BASIC | ADVANCED | FOR {OLTP | ALL OPERATIONS | QUERY HIGH ...}] */
static void compression(struct sql_parser *p, struct sql_physical *into)
{
	static const char *const columns[] = { "QUERY", "ARCHIVE" };
	static const char *const advanced[] = { "ADVANCED", "OLTP", "ALL" };
	static const char *const others[] = { "BASIC",	    "FOR",  "DIRECT_LOAD",
					      "OPERATIONS", "HIGH", "LOW" };

	into->compress = "BASIC";
	if (p->token.kind == T_NUMBER)
		sql_next(p);
	for (;;) {
		if (skip_one_of(p, columns, CW_ARRAY_LEN(columns)))
			(void)sql_parse_fail(
				p, 64307,
				"Exadata Hybrid Columnar Compression is not supported for "
				"tablespaces on this storage type");
		else if (skip_one_of(p, advanced, CW_ARRAY_LEN(advanced)))
			into->compress = "ADVANCED";
		else if (!skip_one_of(p, others, CW_ARRAY_LEN(others)))
			return;
	}
}

/* [COLUMN STORE | ROW STORE] COMPRESS ..., NOCOMPRESS */
static bool compressed(struct sql_parser *p, unsigned where, struct sql_physical *into)
{
	bool store = (where & ANY_TABLE) &&
		     (sql_skip_words(p, "ROW", "STORE") || sql_skip_words(p, "COLUMN", "STORE"));

	if (!(where & (ANY_TABLE | SQL_INDEX)))
		return false;
	if (sql_skip_word(p, "NOCOMPRESS"))
		into->compress = "NONE";
	else if (!sql_skip_word(p, "COMPRESS"))
		return store && sql_parse_fail(p, 905, "missing keyword");
	else if (!(where & SQL_INDEX) || !index_compression(p, into))
		compression(p, into);
	return true;
}

static const char *number_or_default(struct sql_parser *p)
{
	const char *text = p->token.text;

	if (sql_skip_word(p, "DEFAULT"))
		return "DEFAULT";
	if (p->token.kind != T_NUMBER)
		return sql_parse_fail(p, 12813,
				      "value for PARALLEL or DEGREE must be greater than 0");
	sql_next(p);
	return text;
}

/* PARALLEL [n | (DEGREE n INSTANCES n)] */
static bool parallel(struct sql_parser *p, struct sql_physical *into)
{
	if (sql_skip_word(p, "NOPARALLEL")) {
		into->degree = into->instances = "1";
		return true;
	}
	if (!sql_skip_word(p, "PARALLEL"))
		return false;
	into->degree = "DEFAULT";
	into->instances = "1";
	if (p->token.kind == T_NUMBER) {
		into->degree = p->token.text;
		sql_next(p);
	} else if (sql_skip_op(p, "(")) {
		if (sql_skip_word(p, "DEGREE"))
			into->degree = number_or_default(p);
		if (sql_skip_word(p, "INSTANCES"))
			into->instances = number_or_default(p);
		(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	}
	return true;
}

/* ---- words alone, with a value, and pairs -------------------------------------------------------- */

struct word {
	const char *word;
	unsigned where;
	size_t flag; /* offset of what it says in struct sql_physical */
	char says;   /* 0: nothing that can be seen */
};

#define FLAG(name) offsetof(struct sql_physical, name)

static bool single_word(struct sql_parser *p, unsigned where, struct sql_physical *into)
{
	static const struct word words[] = {
		{ "LOGGING", ANY_TABLE | ANY_INDEX, FLAG(logging), 'Y' },
		{ "NOLOGGING", ANY_TABLE | ANY_INDEX, FLAG(logging), 'N' },
		{ "FILESYSTEM_LIKE_LOGGING", ANY_TABLE, 0, 0 },
		{ "CACHE", SQL_TABLE | SQL_ALTER_TABLE, FLAG(cached), 'Y' },
		{ "NOCACHE", SQL_TABLE | SQL_ALTER_TABLE, FLAG(cached), 'N' },
		{ "MONITORING", SQL_TABLE | SQL_ALTER_TABLE, 0, 0 },
		{ "NOMONITORING", SQL_TABLE | SQL_ALTER_TABLE, 0, 0 },
		{ "ROWDEPENDENCIES", SQL_TABLE, 0, 0 },
		{ "NOROWDEPENDENCIES", SQL_TABLE, 0, 0 },
		{ "INMEMORY", SQL_TABLE | SQL_ALTER_TABLE, 0, 0 },
		{ "ONLINE", SQL_MOVE | SQL_INDEX, 0, 0 },
		{ "SORT", SQL_INDEX, 0, 0 },
		{ "NOSORT", SQL_INDEX, 0, 0 },
		{ "REVERSE", SQL_INDEX, FLAG(reversed), 'Y' },
		{ "NOREVERSE", SQL_INDEX, FLAG(reversed), 'N' },
		{ "NOMAPPING", SQL_IOT | SQL_MOVE, 0, 0 },
		{ "OVERFLOW", SQL_IOT | SQL_ALTER_TABLE | SQL_MOVE, 0, 0 },
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if ((words[i].where & where) && sql_skip_word(p, words[i].word)) {
			if (words[i].says)
				((char *)into)[words[i].flag] = words[i].says;
			return true;
		}
	return false;
}

/* The number that comes, if it is of @least to @most; NULL, and nothing is taken, if not. */
static const char *small_number(struct sql_parser *p, int least, int most)
{
	const char *text = p->token.text;

	if (p->token.kind != T_NUMBER || strspn(text, "0123456789") != strlen(text) ||
	    strlen(text) > 3 || atoi(text) < least || atoi(text) > most)
		return NULL;
	sql_next(p);
	return text;
}

static const char *percent(struct sql_parser *p)
{
	const char *text = small_number(p, 0, 100);

	return text ? text : sql_parse_fail(p, 2211, "invalid value for PCTFREE or PCTUSED");
}

static bool valued_word(struct sql_parser *p, unsigned where, struct sql_physical *into)
{
	static const char *const unseen[] = { "PCTTHRESHOLD", "INCLUDING" };

	if (sql_skip_word(p, "PCTFREE"))
		into->pct_free = percent(p);
	else if ((where & ANY_TABLE) && sql_skip_word(p, "PCTUSED"))
		into->pct_used = percent(p);
	else if (sql_skip_word(p, "INITRANS")) {
		into->ini_trans = small_number(p, 1, 255);
		if (!into->ini_trans)
			return sql_parse_fail(p, 2207, "invalid INITRANS option value");
	} else if (sql_skip_word(p, "MAXTRANS"))
		sql_next(p);
	else if ((where & (SQL_TABLE | SQL_MOVE | SQL_INDEX)) && sql_skip_word(p, "TABLESPACE"))
		into->tablespace = sql_want_ident(p, 2216, "tablespace name expected");
	else if ((where & (SQL_IOT | SQL_ALTER_TABLE | SQL_MOVE)) &&
		 skip_one_of(p, unseen, CW_ARRAY_LEN(unseen)))
		sql_next(p);
	else
		return false;
	return true;
}

/* SEGMENT CREATION {IMMEDIATE | DEFERRED} and other pairs */
static bool pair_of_words(struct sql_parser *p, unsigned where, struct sql_physical *into)
{
	if ((where & SQL_TABLE) && sql_skip_words(p, "SEGMENT", "CREATION")) {
		if (!sql_skip_word(p, "IMMEDIATE"))
			(void)sql_want_word(p, "DEFERRED", 922, "missing or invalid option");
		return true;
	}
	if ((where & SQL_TABLE) && (sql_at_word(p, "ENABLE") || sql_at_word(p, "DISABLE")) &&
	    sql_ahead_word(p, "ROW")) {
		into->row_movement = sql_at_word(p, "ENABLE") ? 'Y' : 'N';
		sql_next(p);
		sql_next(p);
		(void)sql_want_word(p, "MOVEMENT", 922, "missing or invalid option");
		return true;
	}
	return ((where & SQL_INDEX) && sql_skip_words(p, "COMPUTE", "STATISTICS")) ||
	       ((where & (SQL_TABLE | SQL_ALTER_TABLE)) && sql_skip_words(p, "NO", "INMEMORY")) ||
	       ((where & (SQL_IOT | SQL_MOVE)) && sql_skip_words(p, "MAPPING", "TABLE"));
}

bool sql_parse_physical(struct sql_parser *p, unsigned where, struct sql_physical *into)
{
	if (single_word(p, where, into) || pair_of_words(p, where, into) ||
	    compressed(p, where, into) || parallel(p, into) || valued_word(p, where, into))
		return true;
	if (sql_at_word(p, "STORAGE") ||
	    (sql_at_word(p, "RESULT_CACHE") && (where & (SQL_TABLE | SQL_ALTER_TABLE)))) {
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
