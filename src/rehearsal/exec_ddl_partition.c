/*
 * exec_ddl_partition.c - partitions, as far as they can be seen; see exec_ddl.h
 *
 * The rows stay in one table; bounds are kept as the texts of their values (sql/ora_partition.sql), and what captures
 * the rows knows in which partition each lies (extension/partition.c).
 */
#include "rehearsal/exec_ddl.h"

#include <stdlib.h>
#include <string.h>

static void put(struct rh_ddl *ddl, const char *text)
{
	cw_wr_text(&ddl->sql, text);
}

static void put_literal(struct rh_ddl *ddl, const char *text)
{
	if (text)
		sql_print_literal(&ddl->sql, text, strlen(text));
	else
		put(ddl, "NULL");
}

static void put_names(struct rh_ddl *ddl, const char *const *names, uint32_t count)
{
	put(ddl, "ARRAY[");
	for (uint32_t i = 0; i < count; i++) {
		put(ddl, i ? ", " : "");
		put_literal(ddl, names[i]);
	}
	put(ddl, "]::text[]");
}

static uint8_t type_of(const struct sql_from *table, const char *name)
{
	for (uint32_t i = 0; i < table->column_count; i++)
		if (strcmp(table->column[i].name, name) == 0)
			return table->column[i].type;
	return SQL_ANY;
}

/* ARRAY[value::text, ...]; MAXVALUE and DEFAULT are NULL, and NULL itself is E'\\001' */
static bool put_bounds(struct rh_ddl *ddl, const struct sql_partition *partition, uint8_t *type,
		       uint32_t types)
{
	uint32_t place = 0;

	put(ddl, "ARRAY[");
	for (struct sql_expr *one = partition->value; one; one = one->next, place++) {
		put(ddl, place ? ", " : "");
		if (one->kind == X_DEFAULT) {
			put(ddl, "NULL");
		} else if (one->kind == X_NULL) {
			put(ddl, "E'\\001'");
		} else {
			if (!rh_ddl_expr(ddl, one, NULL, type[place < types ? place : 0], true))
				return false;
			put(ddl, "::text");
		}
	}
	put(ddl, "]::text[]");
	return true;
}

static bool add_partition(struct rh_ddl *ddl, const struct sql_partition *partition, uint8_t *type,
			  uint32_t types)
{
	put(ddl, "SELECT rh.add_partition(");
	rh_ddl_put_regclass(ddl, &ddl->table);
	put(ddl, ", ");
	put_literal(ddl, partition->name);
	put(ddl, ", ");
	if (!put_bounds(ddl, partition, type, types))
		return false;
	put(ddl, ");\n");
	return true;
}

bool rh_ddl_partitioning(struct rh_ddl *ddl, const struct sql_from *table)
{
	const struct sql_partitioning *p = ddl->parsed->partitioning;
	uint8_t *type = cw_new(ddl->arena, uint8_t, p->column_count + 1);

	for (uint32_t i = 0; i < p->column_count; i++)
		type[i] = type_of(table, p->column[i]);
	put(ddl, "SELECT rh.partition_table(");
	rh_ddl_put_regclass(ddl, &ddl->table);
	cw_wr_printf(&ddl->sql, ", '%c', ", p->kind);
	put_names(ddl, p->column, p->column_count);
	put(ddl, ", ");
	put_literal(ddl, p->interval_text);
	put(ddl, ", ");
	if (p->interval && !rh_ddl_expr(ddl, p->interval, NULL, SQL_ANY, true))
		return false;
	put(ddl, p->interval ? "::text, " : "NULL, ");
	cw_wr_printf(&ddl->sql, p->sub_kind ? "'%c', " : "NULL, ", p->sub_kind);
	put_names(ddl, p->sub_column, p->sub_column_count);
	cw_wr_printf(&ddl->sql, ", %s);\n", p->hash_count ? p->hash_count : "0");
	for (const struct sql_partition *one = p->partition; one; one = one->next)
		if (!add_partition(ddl, one, type, p->column_count))
			return false;
	return true;
}

/* function(table, name | names ... */
static void open_call(struct rh_ddl *ddl, const char *function, const char *name)
{
	cw_wr_printf(&ddl->sql, "SELECT rh.%s(", function);
	rh_ddl_put_regclass(ddl, &ddl->table);
	put(ddl, ", ");
	put_literal(ddl, name);
}

bool rh_ddl_reshape_partition(struct rh_ddl *ddl, const struct sql_alter *part)
{
	struct rh_ddl_name other;
	uint8_t any = SQL_ANY;

	if (part->kind == A_MOVE_PARTITION) {
		open_call(ddl, "want_partition", part->name);
	} else if (part->kind == A_MERGE_PARTITIONS) {
		open_call(ddl, "merge_partitions", part->names[0]);
		put(ddl, ", ");
		put_literal(ddl, part->names[1]);
		put(ddl, ", ");
		put_literal(ddl, part->new_name);
	} else if (part->kind == A_SPLIT_PARTITION) {
		open_call(ddl, "split_partition", part->name);
		put(ddl, ", ");
		if (!put_bounds(ddl, part->partition, &any, 1))
			return false;
		put(ddl, ", ");
		put_literal(ddl, part->names[0]);
		put(ddl, ", ");
		put_literal(ddl, part->names[1]);
	} else {
		open_call(ddl, "exchange_partition", part->name);
		put(ddl, ", ");
		rh_ddl_name(ddl, &part->other->name, &other);
		rh_ddl_put_regclass(ddl, &other);
		put(ddl, part->validate ? ", true" : ", false");
	}
	put(ddl, ");\n");
	return true;
}

/* The types of the key are asked for when the text runs: a bound is made of its first literal's type. */
bool rh_ddl_alter_partition(struct rh_ddl *ddl, const struct sql_alter *part)
{
	static const char *const functions[] = { [A_DROP_PARTITION] = "drop_partition",
						 [A_TRUNCATE_PARTITION] = "truncate_partition",
						 [A_RENAME_PARTITION] = "rename_partition" };
	uint8_t any = SQL_ANY;

	if (part->kind == A_ADD_PARTITION)
		return add_partition(ddl, part->partition, &any, 1);
	open_call(ddl, functions[part->kind], part->name);
	if (part->kind == A_RENAME_PARTITION) {
		put(ddl, ", ");
		put_literal(ddl, part->new_name);
	}
	put(ddl, ");\n");
	return true;
}
