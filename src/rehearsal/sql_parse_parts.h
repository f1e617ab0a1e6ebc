/*
 * sql_parse_parts.h - what the files of the parser need of each other
 */
#ifndef CW_REHEARSAL_SQL_PARSE_PARTS_H
#define CW_REHEARSAL_SQL_PARSE_PARTS_H

#include "rehearsal/sql_parse.h"

#define SQL_DEPTH_MAX 400

struct sql_expr *sql_new_expr(struct sql_parser *p, enum sql_expr_kind kind);
/* The expression ends with the token taken last; NULL after an error. */
struct sql_expr *sql_end_expr(struct sql_parser *p, struct sql_expr *expr);
struct sql_expr *sql_parse_primary(struct sql_parser *p);
/* A call of @name, which stands at @at, without arguments yet. */
struct sql_expr *sql_new_call(struct sql_parser *p, const char *name, uint32_t at);
/* Behind the name of @expr: the parenthesis is the current token. */
struct sql_expr *sql_parse_call(struct sql_parser *p, struct sql_expr *expr);
/* What stands on a side of a comparison: no condition. */
struct sql_expr *sql_parse_sum(struct sql_parser *p);
/* a, b, c: chained, at least one. */
struct sql_expr *sql_parse_expr_list(struct sql_parser *p, uint32_t *ret_count);
void sql_add_arg(struct sql_expr *expr, struct sql_expr *arg);
struct sql_order *sql_parse_order_list(struct sql_parser *p);
/* PARTITION (p) behind a table's name, if it stands there. */
void sql_parse_one_partition(struct sql_parser *p, struct sql_from *from);
struct sql_from *sql_parse_table_name(struct sql_parser *p, bool alias);
struct sql_expr *sql_parse_bind_list(struct sql_parser *p, uint32_t *ret_count);
/* (a, b, c) as names. */
const char *const *sql_parse_columns(struct sql_parser *p, uint32_t *ret_count);
bool sql_reserved(const char *word);
/* At PL/SQL's own words, not at those of a statement of SQL's in it. */
bool sql_in_block(const struct sql_parser *p);
/* INTO's targets: in PL/SQL they are its names. */
struct sql_expr *sql_parse_into(struct sql_parser *p);
bool sql_at_ident(const struct sql_parser *p);
bool sql_at_query(const struct sql_parser *p);
void sql_add_bind(struct sql_parser *p, const char *name);

/* What DML writes to, (a, b) behind it, and VALUES' (x, y). */
struct sql_from *sql_parse_target(struct sql_parser *p);
struct sql_expr *sql_parse_column_list(struct sql_parser *p);
struct sql_expr *sql_parse_values(struct sql_parser *p);
struct sql_stmt *sql_parse_insert(struct sql_parser *p);
struct sql_stmt *sql_parse_update(struct sql_parser *p);
struct sql_stmt *sql_parse_delete(struct sql_parser *p);
struct sql_stmt *sql_parse_merge(struct sql_parser *p);
struct sql_stmt *sql_parse_lock(struct sql_parser *p);
struct sql_stmt *sql_parse_transaction(struct sql_parser *p);
struct sql_stmt *sql_new_stmt(struct sql_parser *p, enum sql_stmt_kind kind, uint16_t sql_type);
/* CREATE, ALTER, DROP, COMMENT, TRUNCATE, RENAME and what goes to the hooks. */
struct sql_stmt *sql_parse_ddl(struct sql_parser *p);
struct sql_stmt *sql_parse_create_table(struct sql_parser *p);
struct sql_stmt *sql_parse_alter_table(struct sql_parser *p);
bool sql_parse_sequence_option(struct sql_parser *p, struct sql_sequence_options *o);

/* ---- sql_parse_values.c --------------------------------------------------------------------------- */

bool sql_at_values(const struct sql_parser *p);
struct sql_query *sql_parse_values_query(struct sql_parser *p);
void sql_parse_values_columns(struct sql_parser *p, struct sql_query *query);
/* FROM DUAL, said of a SELECT without FROM. */
struct sql_from *sql_from_dual(struct sql_parser *p);

/* ---- sql_parse_collate.c -------------------------------------------------------------------------- */

/* @value [COLLATE name] */
struct sql_expr *sql_parse_collate(struct sql_parser *p, struct sql_expr *value);
/* Operands of a comparison, where one is collated: their keys are compared. */
void sql_compare_collated(struct sql_parser *p, struct sql_expr *expr);
struct sql_expr *sql_order_collated(struct sql_parser *p, struct sql_expr *expr);

/* ---- sql_parse_json.c ---------------------------------------------------------------------------- */

/* JSON_TABLE (...), without its alias. */
struct sql_from *sql_parse_json_table(struct sql_parser *p);
/* JSON_VALUE (...) and JSON_EXISTS (...): the name is the current token. */
struct sql_expr *sql_parse_json_value(struct sql_parser *p);
/* The call's name, its ( and document and the literal of its path; NULL after an error. */
struct sql_expr *sql_parse_json_path(struct sql_parser *p);
/* ---- sql_parse_json_made.c: the name is the current token ----------------------------------------- */
struct sql_expr *sql_parse_json_query(struct sql_parser *p);
struct sql_expr *sql_parse_json_object(struct sql_parser *p); /* and JSON_OBJECTAGG */
struct sql_expr *sql_parse_json_array(struct sql_parser *p);  /* and JSON_ARRAYAGG */
struct sql_expr *sql_parse_json_mergepatch(struct sql_parser *p);
/* sql_parse_document.c */
struct sql_expr *sql_parse_json_serialize(struct sql_parser *p);
struct sql_expr *sql_parse_json_scalar(struct sql_parser *p);
struct sql_expr *sql_parse_xmlserialize(struct sql_parser *p);
struct sql_expr *sql_parse_truth(struct sql_parser *p);
struct sql_expr *sql_parse_json_exists(struct sql_parser *p);
/* IS [NOT] JSON ...: JSON is the current token. */
struct sql_expr *sql_parse_is_json(struct sql_parser *p, struct sql_expr *left, bool negated);

/* ---- sql_parse_physical.c: where and how rows lie, which cannot be seen here --------------------- */

/* What it is said of. */
enum {
	SQL_TABLE = 1, /* CREATE TABLE, and a partition */
	SQL_IOT = 2,   /* and it is organized as its index */
	SQL_ALTER_TABLE = 4,
	SQL_MOVE = 8,
	SQL_INDEX = 16, /* CREATE INDEX, REBUILD, USING INDEX */
	SQL_ALTER_INDEX = 32,
};
/* One option of it, if there is one that @where takes. */
bool sql_parse_physical(struct sql_parser *p, unsigned where, struct sql_physical *into);
bool sql_parse_lob_storage(struct sql_parser *p);
/* From ( to its ). */
void sql_skip_parentheses(struct sql_parser *p);

/* ---- sql_parse_partition.c ----------------------------------------------------------------------- */

bool sql_parse_partitioning(struct sql_parser *p, struct sql_stmt *stmt);
struct sql_partition *sql_parse_partition(struct sql_parser *p);
/* SPLIT, MERGE, EXCHANGE, MOVE; false: none of them */
bool sql_parse_reshape_partition(struct sql_parser *p, struct sql_alter *alter);
bool sql_parse_alter_partition(struct sql_parser *p, struct sql_alter *alter,
			       enum sql_alter_kind what);

#endif
