/*
 * sql_parse_partition.c - PARTITION BY and what ALTER TABLE does to partitions; see sql_parse.h
 * Source: Oracle Database SQL Language Reference 19c, table_partitioning_clauses, alter_table_partitioning.
 */
#include "rehearsal/sql_parse_parts.h"

#include <string.h>

/* What lies behind a partition's bounds: storage, subpartitions of its own. */
static void partition_tail(struct sql_parser *p, struct sql_partition *to)
{
	struct sql_physical own = { 0 }; /* the dictionary tells the table's */
	bool again = true;

	while (again && !sql_parse_failed(p)) {
		again = sql_parse_physical(p, SQL_TABLE | SQL_IOT, &own) ||
			sql_parse_lob_storage(p) || sql_skip_words(p, "INDEXING", "ON") ||
			sql_skip_words(p, "INDEXING", "OFF");
		if (sql_at_op(p, "(")) { /* its own subpartitions */
			sql_skip_parentheses(p);
			to->subpartitions = again = true;
		} else if (sql_skip_word(p, "SUBPARTITIONS")) {
			sql_next(p);
			to->subpartitions = again = true;
		}
	}
}

/* MAXVALUE and DEFAULT are X_DEFAULT. */
static struct sql_expr *bound(struct sql_parser *p)
{
	if (!sql_at_word(p, "MAXVALUE") && !sql_at_word(p, "DEFAULT"))
		return sql_parse_expr(p);
	sql_next(p);
	return sql_new_expr(p, X_DEFAULT);
}

static void bounds(struct sql_parser *p, struct sql_partition *to)
{
	struct sql_expr **last = &to->value;

	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	do {
		*last = bound(p);
		if (!*last)
			return;
		last = &(*last)->next;
		to->count++;
	} while (sql_skip_op(p, ","));
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

/* [name] [VALUES LESS THAN (...) | VALUES (...)] storage, behind PARTITION */
struct sql_partition *sql_parse_partition(struct sql_parser *p)
{
	struct sql_partition *to = cw_new(p->arena, struct sql_partition, 1);

	if (!sql_at_word(p, "VALUES") && sql_at_ident(p))
		to->name = sql_want_ident(p, 14007, "missing LESS keyword");
	if (sql_skip_word(p, "VALUES")) {
		to->less_than = sql_skip_words(p, "LESS", "THAN");
		bounds(p, to);
	}
	partition_tail(p, to);
	return to;
}

static void partition_list(struct sql_parser *p, struct sql_partitioning *to)
{
	struct sql_partition **last = &to->partition;

	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	do {
		(void)sql_want_word(p, "PARTITION", 14004, "missing PARTITION keyword");
		*last = sql_parse_partition(p);
		last = &(*last)->next;
	} while (sql_skip_op(p, ",") && !sql_parse_failed(p));
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
}

static char kind(struct sql_parser *p)
{
	if (sql_skip_word(p, "RANGE"))
		return 'R';
	if (sql_skip_word(p, "LIST"))
		return 'L';
	if (sql_skip_word(p, "HASH"))
		return 'H';
	(void)sql_parse_fail(p, 3001, "unimplemented feature: this kind of partitioning");
	return 0;
}

/* SUBPARTITION BY kind (columns) [SUBPARTITION TEMPLATE (...) | SUBPARTITIONS n]: kept by kind and columns */
static void subpartitioning(struct sql_parser *p, struct sql_partitioning *to)
{
	if (!sql_skip_words(p, "SUBPARTITION", "BY"))
		return;
	to->sub_kind = kind(p);
	to->sub_column = sql_parse_columns(p, &to->sub_column_count);
	if (sql_skip_words(p, "SUBPARTITION", "TEMPLATE"))
		sql_skip_parentheses(p);
	else if (sql_skip_word(p, "SUBPARTITIONS"))
		sql_next(p);
}

static void interval(struct sql_parser *p, struct sql_partitioning *to)
{
	uint32_t from;
	char *text;

	if (!sql_skip_word(p, "INTERVAL"))
		return;
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	from = p->token.at;
	to->interval = sql_parse_expr(p);
	if (to->interval && p->last_end > from) {
		text = cw_new(p->arena, char, p->last_end - from + 1);
		to->interval_text = memcpy(text, p->lexer.sql + from, p->last_end - from);
	}
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	if (sql_skip_words(p, "STORE", "IN"))
		sql_skip_parentheses(p);
}

bool sql_parse_partitioning(struct sql_parser *p, struct sql_stmt *stmt)
{
	struct sql_partitioning *to;

	if (!sql_skip_words(p, "PARTITION", "BY"))
		return false;
	to = stmt->partitioning = cw_new(p->arena, struct sql_partitioning, 1);
	to->kind = kind(p);
	if (!to->kind)
		return false;
	to->column = sql_parse_columns(p, &to->column_count);
	interval(p, to);
	subpartitioning(p, to);
	if (to->kind == 'H' && sql_skip_word(p, "PARTITIONS")) {
		to->hash_count = p->token.kind == T_NUMBER ? p->token.text : "0";
		sql_next(p);
		if (sql_skip_words(p, "STORE", "IN"))
			sql_skip_parentheses(p);
	} else if (!sql_parse_failed(p)) {
		partition_list(p, to);
	}
	return !sql_parse_failed(p);
}

static void update_indexes(struct sql_parser *p)
{
	if (sql_skip_words(p, "UPDATE", "GLOBAL") || sql_skip_word(p, "UPDATE"))
		(void)sql_want_word(p, "INDEXES", 905, "missing keyword");
}

/* Behind ADD, DROP, TRUNCATE or RENAME: PARTITION ...; false: none of it */
bool sql_parse_alter_partition(struct sql_parser *p, struct sql_alter *alter,
			       enum sql_alter_kind what)
{
	if (!sql_skip_word(p, "PARTITION"))
		return false;
	alter->kind = what;
	if (what == A_ADD_PARTITION) {
		alter->partition = sql_parse_partition(p);
		return true;
	}
	alter->name = sql_want_ident(p, 14006, "invalid partition name");
	if (what == A_RENAME_PARTITION) {
		(void)sql_want_word(p, "TO", 14047, "ALTER TABLE|INDEX RENAME may not be combined "
						    "with other operations");
		alter->new_name = sql_want_ident(p, 14006, "invalid partition name");
	}
	update_indexes(p);
	if (sql_skip_word(p, "DROP") || sql_skip_word(p, "REUSE"))
		(void)sql_want_word(p, "STORAGE", 3291,
				    "Invalid truncate option - missing STORAGE keyword");
	return true;
}

static const char *partition_name(struct sql_parser *p)
{
	return sql_want_ident(p, 14006, "invalid partition name");
}

/* p {AT | VALUES} (...) INTO (PARTITION a ..., PARTITION b ...) */
static void split(struct sql_parser *p, struct sql_alter *alter)
{
	const char **name = cw_new(p->arena, const char *, 2);

	alter->name = partition_name(p);
	if (!sql_skip_word(p, "AT"))
		(void)sql_want_word(p, "VALUES", 14126,
				    "only a <parallel clause> may follow description(s) of "
				    "resulting partitions");
	alter->partition = cw_new(p->arena, struct sql_partition, 1);
	bounds(p, alter->partition);
	(void)sql_want_word(p, "INTO", 925, "missing INTO keyword");
	(void)sql_want_op(p, "(", 906, "missing left parenthesis");
	for (unsigned i = 0; i < 2; i++) {
		struct sql_partition half = { 0 };

		if (i > 0)
			(void)sql_want_op(p, ",", 14004, "missing PARTITION keyword");
		(void)sql_want_word(p, "PARTITION", 14004, "missing PARTITION keyword");
		if (sql_at_ident(p) && !sql_at_word(p, "TABLESPACE"))
			name[i] = partition_name(p);
		partition_tail(p, &half);
	}
	(void)sql_want_op(p, ")", 907, "missing right parenthesis");
	alter->names = name;
	alter->name_count = 2;
}

/* a, b [INTO PARTITION c] */
static void merge(struct sql_parser *p, struct sql_alter *alter)
{
	const char **name = cw_new(p->arena, const char *, 2);

	name[0] = partition_name(p);
	(void)sql_want_op(p, ",", 905, "missing keyword");
	name[1] = partition_name(p);
	alter->names = name;
	alter->name_count = 2;
	if (sql_skip_word(p, "INTO")) {
		(void)sql_want_word(p, "PARTITION", 14004, "missing PARTITION keyword");
		alter->new_name = partition_name(p);
	}
}

/* p WITH TABLE t [{INCLUDING | EXCLUDING} INDEXES] [{WITH | WITHOUT} VALIDATION] */
static void exchange(struct sql_parser *p, struct sql_alter *alter)
{
	alter->name = partition_name(p);
	(void)sql_want_word(p, "WITH", 905, "missing keyword");
	(void)sql_want_word(p, "TABLE", 905, "missing keyword");
	alter->other = sql_parse_table_name(p, false);
	if (sql_skip_word(p, "INCLUDING") || sql_skip_word(p, "EXCLUDING"))
		(void)sql_want_word(p, "INDEXES", 905, "missing keyword");
	alter->validate = !sql_skip_words(p, "WITHOUT", "VALIDATION");
	if (alter->validate)
		(void)sql_skip_words(p, "WITH", "VALIDATION");
}

bool sql_parse_reshape_partition(struct sql_parser *p, struct sql_alter *alter)
{
	struct sql_physical own = { 0 };

	alter->kind = sql_skip_words(p, "SPLIT", "PARTITION")	   ? A_SPLIT_PARTITION
		      : sql_skip_words(p, "MERGE", "PARTITIONS")   ? A_MERGE_PARTITIONS
		      : sql_skip_words(p, "EXCHANGE", "PARTITION") ? A_EXCHANGE_PARTITION
		      : sql_skip_words(p, "MOVE", "PARTITION")	   ? A_MOVE_PARTITION
								   : A_PHYSICAL;
	if (alter->kind == A_SPLIT_PARTITION)
		split(p, alter);
	else if (alter->kind == A_MERGE_PARTITIONS)
		merge(p, alter);
	else if (alter->kind == A_EXCHANGE_PARTITION)
		exchange(p, alter);
	else if (alter->kind == A_MOVE_PARTITION)
		alter->name = partition_name(p);
	else
		return false;
	while (sql_parse_physical(p, SQL_MOVE, &own) || sql_parse_lob_storage(p))
		;
	update_indexes(p);
	return true;
}
