/* sql_parse_ddl.c - CREATE, ALTER, DROP and their like, but tables; see sql_parse.h */
#include "rehearsal/sql_parse_parts.h"

#include <stdlib.h>
#include <string.h>

static struct sql_from *object_name(struct sql_parser *p)
{
	return sql_parse_table_name(p, false);
}

/* ---- sequences ---------------------------------------------------------------------- */

static const char *signed_number(struct sql_parser *p)
{
	bool negative = sql_skip_op(p, "-");
	const char *digits = p->token.text;
	char *ret;

	if (p->token.kind != T_NUMBER || strspn(digits, "0123456789") != strlen(digits) ||
	    strlen(digits) > 28)
		return sql_parse_fail(p, 922, "missing or invalid option");
	ret = cw_new(p->arena, char, strlen(digits) + 2);
	if (negative)
		ret[0] = '-';
	strcat(ret, digits);
	sql_next(p);
	return ret;
}

static bool sequence_flag(struct sql_parser *p, struct sql_sequence_options *o)
{
	if (sql_skip_word(p, "NOMAXVALUE"))
		o->has_max = o->no_max = true;
	else if (sql_skip_word(p, "NOMINVALUE"))
		o->has_min = o->no_min = true;
	else if (sql_skip_word(p, "NOCACHE"))
		o->has_cache = o->no_cache = true;
	else if (sql_skip_word(p, "CYCLE"))
		o->has_cycle = o->cycle = true;
	else if (sql_skip_word(p, "NOCYCLE"))
		o->has_cycle = true;
	else if (sql_skip_word(p, "ORDER"))
		o->has_order = o->ordered = true;
	else if (sql_skip_word(p, "NOORDER"))
		o->has_order = true;
	else
		return sql_skip_word(p, "KEEP") || sql_skip_word(p, "NOKEEP") ||
		       sql_skip_word(p, "GLOBAL") || sql_skip_word(p, "SESSION") ||
		       sql_skip_word(p, "NOPARTITION") || sql_skip_word(p, "NOSCALE");
	return true;
}

bool sql_parse_sequence_option(struct sql_parser *p, struct sql_sequence_options *o)
{
	if (sql_skip_words(p, "START", "WITH")) {
		o->has_start = true;
		o->start_limit = sql_skip_words(p, "LIMIT", "VALUE");
		if (!o->start_limit)
			o->start = signed_number(p);
	} else if (sql_skip_words(p, "INCREMENT", "BY")) {
		o->has_increment = true;
		o->increment = signed_number(p);
	} else if (sql_skip_word(p, "MAXVALUE")) {
		o->has_max = true;
		o->max = signed_number(p);
	} else if (sql_skip_word(p, "MINVALUE")) {
		o->has_min = true;
		o->min = signed_number(p);
	} else if (sql_skip_word(p, "CACHE")) {
		o->has_cache = true;
		o->cache = signed_number(p);
	} else if (p->release >= RH_18 && sql_skip_word(p, "RESTART")) {
		o->restart = true;
	} else {
		return sequence_flag(p, o);
	}
	return true;
}

static struct sql_stmt *sequence(struct sql_parser *p, enum sql_stmt_kind kind, uint16_t type)
{
	struct sql_stmt *stmt = sql_new_stmt(p, kind, type);

	stmt->target = object_name(p);
	stmt->sequence = cw_new(p->arena, struct sql_sequence_options, 1);
	while (sql_parse_sequence_option(p, stmt->sequence))
		;
	if (stmt->sequence->start_limit)
		return sql_parse_fail(p, 1722, "invalid number");
	if (p->token.kind != T_END)
		return sql_parse_fail(p, 922, "missing or invalid option");
	return stmt;
}

/* ---- indexes, views, synonyms ----------------------------------------------------------- */

/* VISIBLE, INVISIBLE, UNUSABLE, LOCAL, COMPRESS [n]: what the dictionary tells. */
static bool index_looks(struct sql_parser *p, struct sql_index_looks *looks)
{
	if (sql_skip_word(p, "VISIBLE"))
		looks->visible = 'V';
	else if (sql_skip_word(p, "INVISIBLE"))
		looks->visible = 'I';
	else if (sql_skip_word(p, "UNUSABLE"))
		looks->usable = 'U';
	else if (sql_skip_word(p, "NOCOMPRESS"))
		looks->compressed = 'N';
	else if (sql_skip_word(p, "LOCAL"))
		looks->local = true;
	else if (sql_at_word(p, "COMPRESS") && !sql_ahead_word(p, "ADVANCED")) {
		sql_next(p);
		looks->compressed = 'C';
		looks->prefix = p->token.kind == T_NUMBER ? (unsigned)atoi(p->token.text) : 0;
		if (looks->prefix > 0)
			sql_next(p);
	} else {
		return false;
	}
	return true;
}

/* GLOBAL PARTITION BY ... (...) [PARTITIONS n]: rows lie so, which cannot be seen here. */
static bool global_partition(struct sql_parser *p)
{
	if (!sql_skip_words(p, "PARTITION", "BY"))
		return false;
	if (!sql_skip_word(p, "RANGE"))
		(void)sql_want_word(p, "HASH", 14151, "invalid table partitioning method");
	sql_skip_parentheses(p);
	if (sql_skip_word(p, "PARTITIONS"))
		sql_next(p);
	return true;
}

/* Of CREATE INDEX and of REBUILD; of the rest nothing can be seen here. */
static void index_options(struct sql_parser *p, struct sql_stmt *stmt)
{
	static const char *const words[] = { "USABLE", "GLOBAL", "DEFERRED", "INVALIDATION" };
	bool again = true;

	while (again && !sql_parse_failed(p)) {
		again = index_looks(p, &stmt->looks);
		if (again && stmt->looks.compressed)
			stmt->physical.compress = "NONE"; /* of the other kind */
		again = again || sql_parse_physical(p, SQL_INDEX, &stmt->physical) ||
			global_partition(p);
		for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
			again |= sql_skip_word(p, words[i]);
		if (again && sql_at_op(p, "(")) /* the partitions of a LOCAL one */
			sql_skip_parentheses(p);
	}
}

static struct sql_stmt *create_index(struct sql_parser *p, bool unique)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_CREATE_INDEX, 9);

	stmt->unique = unique;
	stmt->source = object_name(p); /* the index */
	(void)sql_want_word(p, "ON", 969, "missing ON keyword");
	stmt->target = object_name(p);
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	stmt->index_column = sql_parse_order_list(p);
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	if (sql_at_word(p, "INDEXTYPE")) /* none is installed */
		return sql_parse_fail(p, 29833, "indextype does not exist");
	index_options(p, stmt);
	return stmt;
}

static const char *source_text(struct sql_parser *p, uint32_t from)
{
	size_t len = p->last_end > from ? p->last_end - from : 0;
	char *text = cw_new(p->arena, char, len + 1);

	return memcpy(text, p->lexer.sql + from, len);
}

static void view_restriction(struct sql_parser *p, struct sql_stmt *stmt)
{
	if (sql_skip_words(p, "READ", "ONLY")) {
		stmt->read_only = true;
	} else {
		(void)sql_want_word(p, "CHECK", 905, "missing keyword");
		(void)sql_want_word(p, "OPTION", 905, "missing keyword");
		stmt->check_option = "";
	}
	if (sql_skip_word(p, "CONSTRAINT"))
		stmt->check_option = sql_want_ident(p, 2250, "missing or invalid constraint name");
}

static struct sql_stmt *create_view(struct sql_parser *p, bool replace, bool force)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_CREATE_VIEW, 21);
	uint32_t name_at = p->token.at, from;

	stmt->or_replace = replace;
	stmt->force = force;
	stmt->target = object_name(p);
	if (sql_at_op(p, "("))
		stmt->view_column = sql_parse_columns(p, &stmt->view_column_count);
	(void)sql_want_word(p, "AS", 905, "missing keyword");
	from = p->token.at;
	stmt->query = sql_parse_query(p);
	stmt->query_text = source_text(p, from);
	if (sql_skip_word(p, "WITH"))
		view_restriction(p, stmt);
	stmt->text = source_text(p, name_at);
	return stmt;
}

/* BUILD, REFRESH, QUERY REWRITE: when it is filled again is the caller's affair here */
static void mview_options(struct sql_parser *p, struct sql_stmt *stmt)
{
	static const char *const words[] = { "REFRESH", "FAST",	  "COMPLETE", "FORCE",	 "ON",
					     "DEMAND",	"COMMIT", "PRIMARY",  "KEY",	 "NEVER",
					     "ENABLE",	"QUERY",  "REWRITE",  "DISABLE", "BUILD" };
	/* where its rows lie, and what a refresh uses */
	static const char *const pairs[][2] = {
		{ "ORGANIZATION", "HEAP" }, { "USING", "INDEX" },   { "USING", "DEFAULT" },
		{ "USING", "ENFORCED" },    { "USING", "TRUSTED" }, { "ROLLBACK", "SEGMENT" }
	};
	bool again = true;

	while (again && !sql_parse_failed(p)) {
		again = sql_parse_physical(p, SQL_TABLE, &stmt->physical);
		if (sql_skip_words(p, "BUILD", "DEFERRED"))
			stmt->force = again = true;
		if (sql_skip_word(p, "WITH")) {
			stmt->by_rowid = sql_skip_word(p, "ROWID");
			again = true;
		}
		if (sql_at_word(p, "ON") && sql_ahead_word(p, "PREBUILT"))
			(void)sql_parse_fail(p, 3001, "unimplemented feature: ON PREBUILT TABLE");
		if (sql_at_word(p, "START") || sql_at_word(p, "NEXT"))
			(void)sql_parse_fail(p, 3001,
					     "unimplemented feature: REFRESH by the clock");
		for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
			again |= sql_skip_word(p, words[i]);
		again |= sql_skip_word(p, "IMMEDIATE");
		for (size_t i = 0; i < CW_ARRAY_LEN(pairs); i++)
			again |= sql_skip_words(p, pairs[i][0], pairs[i][1]);
		again |= sql_skip_word(p, "CONSTRAINTS") || sql_skip_word(p, "LOCAL");
	}
}

static struct sql_stmt *create_mview(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_CREATE_MVIEW, 74);
	uint32_t from;

	stmt->target = object_name(p);
	if (sql_at_op(p, "("))
		stmt->view_column = sql_parse_columns(p, &stmt->view_column_count);
	mview_options(p, stmt);
	(void)sql_want_word(p, "AS", 905, "missing keyword");
	from = p->token.at;
	stmt->query = sql_parse_query(p);
	stmt->query_text = source_text(p, from);
	return stmt;
}

static struct sql_stmt *create_synonym(struct sql_parser *p, bool replace, bool is_public)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_CREATE_SYNONYM, 19);

	stmt->or_replace = replace;
	stmt->is_public = is_public;
	stmt->target = object_name(p);
	(void)sql_want_word(p, "FOR", 905, "missing keyword");
	stmt->synonym_for = sql_parse_name(p);
	return stmt;
}

/* ---- CREATE ------------------------------------------------------------------------------ */

static bool at_plsql_unit(const struct sql_parser *p)
{
	return sql_at_word(p, "TRIGGER") || sql_at_word(p, "PROCEDURE") ||
	       sql_at_word(p, "FUNCTION") || sql_at_word(p, "PACKAGE") || sql_at_word(p, "TYPE");
}

static bool at_admin_object(const struct sql_parser *p)
{
	static const char *const words[] = { "USER",	  "ROLE",     "PROFILE", "TABLESPACE",
					     "DIRECTORY", "DATABASE", "SYSTEM",	 "RESTORE",
					     "PFILE",	  "SPFILE",   "CONTEXT", "PLUGGABLE",
					     "BIGFILE",	  "TEMPORARY" };

	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (sql_at_word(p, words[i]))
			return true;
	return false;
}

/* What OR REPLACE does not go with. */
static struct sql_stmt *create_new(struct sql_parser *p)
{
	if (sql_at_word(p, "TABLE") || sql_at_word(p, "GLOBAL") || sql_at_word(p, "PRIVATE"))
		return sql_parse_create_table(p);
	if (sql_skip_word(p, "SEQUENCE"))
		return sequence(p, S_CREATE_SEQUENCE, 13);
	if (sql_skip_words(p, "UNIQUE", "INDEX"))
		return create_index(p, true);
	if (sql_skip_word(p, "INDEX"))
		return create_index(p, false);
	if (sql_skip_words(p, "BITMAP", "INDEX")) {
		struct sql_stmt *stmt = create_index(p, false);

		stmt->bitmap = true;
		return stmt;
	}
	if (sql_skip_words(p, "MATERIALIZED", "VIEW"))
		return sql_at_word(p, "LOG")
			       ? sql_parse_fail(p, 3001,
						"unimplemented feature: materialized view logs")
			       : create_mview(p);
	if (sql_at_word(p, "MATERIALIZED") || sql_at_word(p, "CLUSTER") ||
	    sql_at_word(p, "DIMENSION"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	return sql_parse_fail(p, 901, "invalid CREATE command");
}

static struct sql_stmt *create(struct sql_parser *p)
{
	bool replace = sql_skip_words(p, "OR", "REPLACE");
	bool force, is_public;

	if (!sql_skip_word(p, "EDITIONABLE"))
		(void)sql_skip_word(p, "NONEDITIONABLE");
	if (at_plsql_unit(p))
		return sql_new_stmt(p, S_PLSQL_DDL, 0);
	if (at_admin_object(p) || (sql_at_word(p, "PUBLIC") && sql_ahead_word(p, "DATABASE")))
		return sql_new_stmt(p, S_ADMIN, 0);
	force = sql_skip_word(p, "FORCE");
	if (!force)
		(void)sql_skip_words(p, "NO", "FORCE");
	is_public = sql_skip_word(p, "PUBLIC");
	if (sql_skip_word(p, "SYNONYM"))
		return create_synonym(p, replace, is_public);
	if (sql_skip_word(p, "VIEW"))
		return create_view(p, replace, force);
	return replace ? sql_parse_fail(p, 922, "missing or invalid option") : create_new(p);
}

/* ---- ALTER ------------------------------------------------------------------------------- */

/* NAME = value or NAME = 'text'; the words are kept as one text. */
/* parameter = value */
static struct sql_set *session_parameter(struct sql_parser *p)
{
	struct sql_set *set = cw_new(p->arena, struct sql_set, 1);

	set->column = sql_new_expr(p, X_NAME);
	if (p->token.kind != T_WORD && p->token.kind != T_QUOTED)
		return sql_parse_fail(p, 2248, "invalid option for ALTER SESSION");
	set->column->text = p->token.text;
	sql_next(p);
	(void)sql_want_op(p, "=", 927, "missing equal sign");
	set->value = sql_new_expr(p, X_STRING);
	set->value->negated = sql_skip_op(p, "-");
	if (p->token.kind == T_END || p->token.kind == T_OP || p->token.kind == T_BIND)
		return sql_parse_fail(p, 2017, "integer value required");
	set->value->text = p->token.text;
	set->value->text_len = p->token.len;
	if (sql_skip_words(p, "READ", "COMMITTED"))
		set->value->text = "READ COMMITTED";
	else
		sql_next(p);
	return set;
}

/* As if ALTER SESSION SET @parameter = @value stood there. */
static struct sql_set *as_parameter(struct sql_parser *p, const char *parameter, const char *value)
{
	struct sql_set *set = cw_new(p->arena, struct sql_set, 1);

	set->column = sql_new_expr(p, X_NAME);
	set->column->text = parameter;
	set->value = sql_new_expr(p, X_STRING);
	set->value->text = value;
	set->value->text_len = (uint32_t)strlen(value);
	return set;
}

static struct sql_stmt *alter_session(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_ALTER_SESSION, 42);
	struct sql_set **last = &stmt->set;

	if (sql_at_word(p, "ENABLE") || sql_at_word(p, "DISABLE") || sql_at_word(p, "FORCE")) {
		const char *value = sql_at_word(p, "FORCE") ? "on" : "off";

		sql_next(p);
		if (sql_skip_words(p, "PARALLEL", "DML"))
			stmt->set = as_parameter(p, "PARALLEL_DML", value);
		if (stmt->set || sql_skip_words(p, "PARALLEL", "QUERY") ||
		    sql_skip_words(p, "PARALLEL", "DDL") || sql_skip_words(p, "COMMIT", "IN"))
			while (p->token.kind != T_END && !sql_at_op(p, ";"))
				sql_next(p);
		return stmt;
	}
	(void)sql_want_word(p, "SET", 927, "missing equal sign");
	do {
		struct sql_set *set = session_parameter(p);

		if (!set)
			return NULL;
		*last = set;
		last = &set->next;
	} while (p->token.kind == T_WORD);
	return stmt;
}

/* What needs no REBUILD: [IN]VISIBLE, UNUSABLE, how it is written; false: none of it */
static bool index_attributes(struct sql_parser *p, struct sql_stmt *stmt)
{
	bool any = false;

	for (;; any = true) {
		if (sql_skip_word(p, "VISIBLE"))
			stmt->looks.visible = 'V';
		else if (sql_skip_word(p, "INVISIBLE"))
			stmt->looks.visible = 'I';
		else if (sql_skip_word(p, "UNUSABLE")) {
			stmt->looks.usable = 'U';
			(void)sql_skip_word(p, "ONLINE");
			if (!sql_skip_words(p, "DEFERRED", "INVALIDATION"))
				(void)sql_skip_words(p, "IMMEDIATE", "INVALIDATION");
		} else if (!sql_parse_physical(p, SQL_ALTER_INDEX, &stmt->physical)) {
			return any;
		}
	}
}

static struct sql_stmt *alter_index(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_ALTER_INDEX, 11);

	stmt->target = object_name(p);
	if (sql_skip_words(p, "RENAME", "TO"))
		stmt->name = sql_want_ident(p, 904, "invalid identifier");
	else if (sql_skip_word(p, "REBUILD")) {
		stmt->looks.usable = 'R';
		if (sql_skip_word(p, "PARTITION") || sql_skip_word(p, "SUBPARTITION"))
			(void)sql_want_ident(p, 14006, "invalid partition name");
		index_options(p, stmt);
	} else if (index_attributes(p, stmt)) {
		return stmt;
	} else if (!sql_skip_word(p, "COALESCE") && !sql_skip_words(p, "SHRINK", "SPACE") &&
		   !sql_skip_words(p, "MONITORING", "USAGE") &&
		   !sql_skip_words(p, "NOMONITORING", "USAGE")) {
		return sql_parse_fail(p, 2243,
				      "invalid ALTER INDEX or ALTER MATERIALIZED VIEW option");
	}
	return stmt;
}

static struct sql_stmt *alter_view(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_ALTER_VIEW, 88);

	stmt->target = object_name(p);
	if (!sql_skip_word(p, "COMPILE"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	return stmt;
}

static struct sql_stmt *alter(struct sql_parser *p)
{
	if (sql_skip_word(p, "SESSION"))
		return alter_session(p);
	if (at_plsql_unit(p))
		return sql_new_stmt(p, S_PLSQL_DDL, 0);
	if (at_admin_object(p))
		return sql_new_stmt(p, S_ADMIN, 0);
	if (sql_skip_word(p, "TABLE"))
		return sql_parse_alter_table(p);
	if (sql_skip_word(p, "SEQUENCE"))
		return sequence(p, S_ALTER_SEQUENCE, 14);
	if (sql_skip_word(p, "INDEX"))
		return alter_index(p);
	if (sql_skip_word(p, "VIEW"))
		return alter_view(p);
	if (sql_at_word(p, "SYNONYM") || sql_at_word(p, "MATERIALIZED"))
		return sql_parse_fail(p, 3001, "unimplemented feature");
	return sql_parse_fail(p, 940, "invalid ALTER command");
}

/* ---- DROP and the rest --------------------------------------------------------------------- */

static struct sql_stmt *drop_table(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_DROP_TABLE, 12);

	stmt->target = object_name(p);
	stmt->cascade = sql_skip_words(p, "CASCADE", "CONSTRAINTS");
	stmt->purge = sql_skip_word(p, "PURGE");
	return stmt;
}

static struct sql_stmt *drop(struct sql_parser *p)
{
	static const struct {
		const char *word;
		enum sql_stmt_kind kind;
		uint16_t type;
	} kinds[] = { { "SEQUENCE", S_DROP_SEQUENCE, 16 },
		      { "INDEX", S_DROP_INDEX, 10 },
		      { "SYNONYM", S_DROP_SYNONYM, 20 },
		      { "VIEW", S_DROP_VIEW, 22 },
		      { "MATERIALIZED", S_DROP_MVIEW, 76 } };
	bool is_public;

	if (at_plsql_unit(p))
		return sql_new_stmt(p, S_PLSQL_DDL, 0);
	if (at_admin_object(p) || (sql_at_word(p, "PUBLIC") && sql_ahead_word(p, "DATABASE")))
		return sql_new_stmt(p, S_ADMIN, 0);
	if (sql_skip_word(p, "TABLE"))
		return drop_table(p);
	is_public = sql_skip_word(p, "PUBLIC");
	for (size_t i = 0; i < CW_ARRAY_LEN(kinds); i++) {
		struct sql_stmt *stmt;

		if (!sql_skip_word(p, kinds[i].word))
			continue;
		stmt = sql_new_stmt(p, kinds[i].kind, kinds[i].type);
		if (kinds[i].kind == S_DROP_MVIEW)
			(void)sql_want_word(p, "VIEW", 905, "missing keyword");
		stmt->is_public = is_public;
		stmt->target = object_name(p);
		stmt->cascade = sql_skip_words(p, "CASCADE", "CONSTRAINTS");
		stmt->force = sql_skip_word(p, "FORCE");
		if (kinds[i].kind == S_DROP_MVIEW && sql_at_word(p, "PRESERVE"))
			return sql_parse_fail(p, 3001, "unimplemented feature: PRESERVE TABLE");
		return stmt;
	}
	return sql_parse_fail(p, 950, "invalid DROP option");
}

static struct sql_stmt *comment(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_COMMENT, 29);
	bool column;

	(void)sql_want_word(p, "ON", 969, "missing ON keyword");
	column = sql_skip_word(p, "COLUMN");
	if (!column && !sql_skip_words(p, "MATERIALIZED", "VIEW"))
		(void)sql_want_word(p, "TABLE", 905, "missing keyword");
	stmt->target = object_name(p);
	if (column && stmt->target) {
		struct sql_name *name = &stmt->target->name;

		if (name->count < 2)
			return sql_parse_fail(p, 1747,
					      "invalid user.table.column, table.column, "
					      "or column specification");
		stmt->name = name->part[--name->count];
	}
	(void)sql_want_word(p, "IS", 905, "missing keyword");
	if (p->token.kind != T_STRING)
		return sql_parse_fail(p, 1780, "string literal required");
	stmt->text = p->token.text;
	sql_next(p);
	return stmt;
}

static struct sql_stmt *truncate_table(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_TRUNCATE, 85);

	(void)sql_want_word(p, "TABLE", 3290,
			    "Invalid truncate command - missing CLUSTER or TABLE keyword");
	stmt->target = object_name(p);
	stmt->cascade = sql_skip_word(p, "CASCADE");
	if (sql_skip_word(p, "DROP") || sql_skip_word(p, "REUSE"))
		(void)sql_want_word(p, "STORAGE", 3291,
				    "Invalid truncate option - missing STORAGE keyword");
	return stmt;
}

static struct sql_stmt *rename_object(struct sql_parser *p)
{
	struct sql_stmt *stmt = sql_new_stmt(p, S_RENAME, 28);

	stmt->target = object_name(p);
	(void)sql_want_word(p, "TO", 905, "missing keyword");
	stmt->name = sql_want_ident(p, 903, "invalid table name");
	return stmt;
}

struct sql_stmt *sql_parse_ddl(struct sql_parser *p)
{
	uint32_t at = p->token.at;
	struct sql_stmt *stmt;

	if (sql_skip_word(p, "CREATE"))
		stmt = create(p);
	else if (sql_skip_word(p, "ALTER"))
		stmt = alter(p);
	else if (sql_skip_word(p, "DROP"))
		stmt = drop(p);
	else if (sql_skip_word(p, "COMMENT"))
		stmt = comment(p);
	else if (sql_skip_word(p, "TRUNCATE"))
		stmt = truncate_table(p);
	else if (sql_skip_word(p, "RENAME"))
		stmt = rename_object(p);
	else
		return sql_parse_fail(p, 3001, "unimplemented feature");
	if (sql_parse_failed(p))
		return NULL;
	stmt->at = at;
	stmt->end = p->last_end;
	stmt->returning_from = UINT32_MAX;
	return stmt;
}
