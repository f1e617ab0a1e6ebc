/*
 * exec_ddl.h - one DDL statement while it is written as PostgreSQL's
 *
 * Everything a statement needs, down to rh.columns and the redo, is put into one
 * text that runs in one transaction.
 */
#ifndef CW_REHEARSAL_EXEC_DDL_H
#define CW_REHEARSAL_EXEC_DDL_H

#include "rehearsal/exec_parts.h"

struct rh_ddl_name {
	const char *schema, *name;
};

struct rh_ddl {
	struct rh_session *session;
	struct rh_stmt *stmt;
	struct sql_stmt *parsed;
	struct cw_arena *arena;
	struct rh_error *error;
	struct cw_wr sql;
	struct rh_ddl_name table; /* of CREATE and ALTER TABLE */
};

void rh_ddl_name(struct rh_ddl *ddl, const struct sql_name *name, struct rh_ddl_name *ret);
void rh_ddl_put_name(struct rh_ddl *ddl, const struct rh_ddl_name *name);
/* The name that the statement gives is no other object's. */
void rh_ddl_want_free_name(struct rh_ddl *ddl, const char *schema, const char *name);
void rh_ddl_put_regclass(struct rh_ddl *ddl, const struct rh_ddl_name *name);
/* An expression over the columns of @from (may be NULL), stored as @type. */
bool rh_ddl_expr(struct rh_ddl *ddl, struct sql_expr *expr, struct sql_from *from, uint8_t type,
		 bool parentheses);
/* A row of rh.columns. */
void rh_ddl_note_column(struct rh_ddl *ddl, const struct rh_ddl_name *table, unsigned attnum,
			const struct sql_column *column);
/* ddl_rights.c: run the text if the user may, as whom it takes. */
bool rh_ddl_command(struct rh_ddl *ddl, struct rh_error *error);
bool rh_ddl_create_table(struct rh_ddl *ddl);
/* exec_ddl.c: the words behind the name. */
bool rh_ddl_sequence_options(struct rh_ddl *ddl, const struct sql_sequence_options *o, bool alter);
/* ---- exec_ddl_column.c ---- */
/* MODIFY column GENERATED ... AS IDENTITY [(START WITH ...)]; nothing for other columns. */
bool rh_ddl_modify_identity(struct rh_ddl *ddl, const struct sql_column_def *def);
/* MODIFY column DROP IDENTITY */
void rh_ddl_drop_identity(struct rh_ddl *ddl, const struct sql_column_def *def);
/* The sequence of an identity, made before its column. */
bool rh_ddl_identity(struct rh_ddl *ddl, struct sql_column_def *def);
void rh_ddl_put_identity_default(struct rh_ddl *ddl, const struct sql_column_def *def);
/* The type of a foreign key's column is that of the one it refers to. */
bool rh_ddl_refer_type(struct rh_ddl *ddl, struct sql_column_def *def);
bool rh_ddl_infer_type(struct rh_ddl *ddl, struct sql_column_def *def, struct sql_from *table);
void rh_ddl_note_kind(struct rh_ddl *ddl, const struct sql_column_def *def);
/* exec_ddl_index.c: CREATE INDEX @s over @columns, NULL: those of the table that is there. */
bool rh_ddl_create_index(struct rh_ddl *ddl, const struct sql_stmt *s, struct sql_from *columns);
/* It is partitioned as its table is. */
void rh_ddl_note_local(struct rh_ddl *ddl, const struct rh_ddl_name *index);
bool rh_ddl_alter_index(struct rh_ddl *ddl);
/* What was said of where and how rows of a table or an index lie. */
void rh_ddl_note_physical(struct rh_ddl *ddl, const struct rh_ddl_name *name,
			  const struct sql_physical *said);
/* exec_ddl_as.c: how the type of a column that is there would be written. */
void rh_ddl_type_of_column(const struct sql_column *c, struct sql_type_name *ret);
/* The columns of CREATE TABLE ... AS SELECT, and its rows. */
bool rh_ddl_as_columns(struct rh_ddl *ddl);
bool rh_ddl_as_rows(struct rh_ddl *ddl);
/* exec_ddl_partition.c: PARTITION BY of ddl->table, whose columns are @table's. */
bool rh_ddl_partitioning(struct rh_ddl *ddl, const struct sql_from *table);
bool rh_ddl_alter_partition(struct rh_ddl *ddl, const struct sql_alter *part);
/* SPLIT, MERGE, EXCHANGE, MOVE. */
bool rh_ddl_reshape_partition(struct rh_ddl *ddl, const struct sql_alter *part);
/* exec_ddl_constraint.c: one that ddl->table gets, whose columns are @table's. */
bool rh_ddl_add_constraint(struct rh_ddl *ddl, const struct sql_constraint *c,
			   struct sql_from *table);
/* DROP, ENABLE, DISABLE, RENAME of a constraint of ddl->table. */
bool rh_ddl_alter_constraint(struct rh_ddl *ddl, const struct sql_alter *part);
bool rh_ddl_alter_table(struct rh_ddl *ddl);
/* exec_ddl_view.c: CREATE [MATERIALIZED] VIEW, ALTER VIEW ... COMPILE. */
bool rh_ddl_create_view(struct rh_ddl *ddl);
bool rh_ddl_compile_view(struct rh_ddl *ddl);
/* Views that read @name are INVALID from now on. */
void rh_ddl_break_readers(struct rh_ddl *ddl, const struct rh_ddl_name *name);
/* The foreign keys of @column, on either side, until rh.bind_column(). */
void rh_ddl_free_column(struct rh_ddl *ddl, const struct rh_ddl_name *table, const char *column);

#endif
