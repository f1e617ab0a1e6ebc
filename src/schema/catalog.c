/* catalog.c - see catalog.h */
#include "schema/catalog.h"

#include "codec/charset.h"
#include "codec/num.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CATALOG_BYTES_MAX (256u << 20)
#define PG_NAME_BYTES_MAX 63u /* NAMEDATALEN - 1 */
#define OWNER_BYTES_MAX	  128u
#define FETCH_ROWS	  500u

/* What reading is done with: one schema at a time. */
struct reading {
	struct cw_ora *ora;
	struct cw_catalog *catalog;
	struct cw_arena *arena;
	const char *owner;
	const struct cw_config_list *left_out;
	bool *left; /* by left_out: such a table was found */
	struct cw_err *err;
	struct constraint *constraint; /* of this owner */
	uint32_t constraint_count;
	const struct cw_charset *charset; /* of the database; NULL: UTF-8 */
};

struct constraint {
	const char *owner, *name, *table, *r_owner, *r_name, *delete_rule, *condition;
	char type;
	bool enabled, deferrable, deferred;
	uint16_t count;
	const char **column;
};

typedef bool row_fn(struct reading *reading, const struct cw_row *row);

/* Room for one more: doubles whenever @count is a power of two. */
static void *grow(struct cw_arena *arena, void *old, size_t count, size_t size)
{
	void *bigger;

	if (count & (count - 1))
		return old;
	bigger = cw_arena_take(arena, count ? 2 * count : 1, size, _Alignof(max_align_t));
	if (count)
		memcpy(bigger, old, count * size);
	return bigger;
}

#define GROW(arena, list, count)                                                                   \
	((list) = grow((arena), (void *)(uintptr_t)(list), (count), sizeof((list)[0])))

static bool is_set(const struct cw_row *row, unsigned i)
{
	return i < row->count && row->value[i].state == CW_VALUE_SET;
}

/* "" for NULL */
static const char *text(struct reading *reading, const struct cw_row *row, unsigned i)
{
	char *copy;

	if (!is_set(row, i))
		return "";
	copy = cw_new(reading->arena, char, (size_t)row->value[i].len + 1);
	memcpy(copy, row->value[i].at, row->value[i].len);
	return copy;
}

/* A whole number, clamped to 64 bits; @otherwise for NULL. */
static int64_t number(const struct cw_row *row, unsigned i, int64_t otherwise)
{
	char shown[256];
	struct cw_err err = { 0 };

	if (!is_set(row, i) || !cw_num_to_text(cw_value_bytes(&row->value[i]), shown, &err))
		return otherwise;
	return strtoll(shown, NULL, 10);
}

static bool each(struct reading *reading, const char *sql, row_fn *fn)
{
	struct cw_ora_stmt *stmt;
	struct cw_value owner = cw_value_set(
		(struct cw_bytes){ (const uint8_t *)reading->owner, strlen(reading->owner) });
	struct cw_row bind = { .count = 1, .value = &owner };
	struct cw_ora_result result;
	struct cw_ora_rows rows = { .count = 1 };
	bool ok;

	if (!cw_ora_prepare(reading->ora, sql, &stmt, reading->err))
		return false;
	cw_ora_bind(stmt, 0, CW_ORA_VARCHAR2, OWNER_BYTES_MAX);
	ok = cw_ora_execute(stmt, &bind, 1, 0, &result, reading->err);
	while (ok && rows.count > 0) {
		ok = cw_ora_fetch(stmt, FETCH_ROWS, &rows, reading->err);
		for (uint32_t i = 0; ok && i < rows.count; i++)
			ok = fn(reading, &rows.row[i]);
	}
	cw_ora_stmt_free(stmt);
	return ok ? true : cw_err_add(reading->err, "dictionary of %s", reading->owner);
}

static bool pg_name(struct reading *reading, const char *name, const char **ret)
{
	*ret = cw_pg_name_of(reading->arena, name);
	if (strlen(*ret) <= PG_NAME_BYTES_MAX)
		return true;
	return cw_fail(reading->err, CW_ERR_CONFIG, 7303,
		       "the name %s has more than the %u bytes that PostgreSQL keeps", name,
		       PG_NAME_BYTES_MAX);
}

/* @column: NULL: the table's own name and its owner's. */
static bool is_told(struct reading *reading, const char *table, const char *column)
{
	const char *name = column				    ? column
			   : strlen(table) > CW_ORA_NAME_TOLD_BYTES ? table
								    : reading->owner;

	return strlen(name) <= CW_ORA_NAME_TOLD_BYTES ||
	       cw_fail(reading->err, CW_ERR_CONFIG, 7308,
		       "%s.%s: the name %s has more than %u bytes, and LogMiner tells no change of "
		       "such a table; leave it out (source.leave_out)",
		       reading->owner, table, name, CW_ORA_NAME_TOLD_BYTES);
}

static struct cw_table *find_table(const struct cw_catalog *catalog, const char *owner,
				   const char *name)
{
	for (uint32_t i = 0; i < catalog->table_count; i++)
		if (strcmp(catalog->table[i]->shape.name, name) == 0 &&
		    strcmp(catalog->table[i]->shape.owner, owner) == 0)
			return catalog->table[i];
	return NULL;
}

/* crossing.yaml names it as OWNER.TABLE */
static bool is_left_out(struct reading *reading, const char *name)
{
	size_t owner_len = strlen(reading->owner);
	bool found = false;

	for (unsigned i = 0; i < reading->left_out->count; i++) {
		const char *one = reading->left_out->at[i];

		if (strncmp(one, reading->owner, owner_len) == 0 && one[owner_len] == '.' &&
		    strcmp(one + owner_len + 1, name) == 0)
			found = reading->left[i] = true;
	}
	return found;
}

static bool read_table(struct reading *reading, const struct cw_row *row)
{
	struct cw_catalog *catalog = reading->catalog;
	struct cw_table *table = cw_new(reading->arena, struct cw_table, 1);
	const char *name = text(reading, row, 0), *cluster = text(reading, row, 4);
	bool temporary = text(reading, row, 1)[0] == 'Y', nested = text(reading, row, 2)[0] == 'Y';

	if (is_left_out(reading, name) || temporary)
		return true; /* a temporary one's rows are no one's but the session's */
	if (nested || is_set(row, 3) || *cluster)
		return cw_fail(reading->err, CW_ERR_CONFIG, 7302,
			       "%s.%s is %s, which is not covered; leave it out (source.leave_out)",
			       reading->owner, name,
			       nested	  ? "a nested table"
			       : *cluster ? "in a cluster"
					  : "index-organized");
	if (!is_told(reading, name, NULL))
		return false;
	table->shape.owner = reading->owner;
	table->shape.name = name;
	table->shape.version = 1;
	if (!pg_name(reading, reading->owner, &table->shape.pg_schema) ||
	    !pg_name(reading, name, &table->shape.pg_name))
		return false;
	if (cw_catalog_by_pg_name(catalog, table->shape.pg_schema, table->shape.pg_name))
		return cw_fail(reading->err, CW_ERR_CONFIG, 7303,
			       "two tables would be named %s.%s on PostgreSQL",
			       table->shape.pg_schema, table->shape.pg_name);
	GROW(reading->arena, catalog->table, catalog->table_count);
	catalog->table[catalog->table_count++] = table;
	return true;
}

static bool read_object(struct reading *reading, const struct cw_row *row)
{
	struct cw_table *table =
		find_table(reading->catalog, reading->owner, text(reading, row, 0));

	if (!table)
		return true;
	table->shape.object_id = (uint64_t)number(row, 1, 0);
	table->data_object_id = (uint64_t)number(row, 2, 0);
	return true;
}

static bool fail_column(struct reading *reading, const struct cw_table *table, const char *name,
			const char *why)
{
	return cw_fail(reading->err, CW_ERR_CONFIG, 7301, "%s.%s: column %s is %s, not covered",
		       table->shape.owner, table->shape.name, name, why);
}

/* Columns that Oracle made for itself hold nothing of the user's. */
static bool skip_column(struct reading *reading, const struct cw_table *table,
			const struct cw_row *row, bool *ret_skip)
{
	const char *name = text(reading, row, 1);
	bool hidden = text(reading, row, 11)[0] == 'Y', virtual = text(reading, row, 12)[0] == 'Y';

	*ret_skip = hidden && (virtual || strncmp(name, "SYS_", 4) == 0);
	if (*ret_skip)
		return true;
	if (virtual)
		return fail_column(reading, table, name, "virtual");
	return !hidden || fail_column(reading, table, name, "invisible");
}

static void fill_column(struct reading *reading, const struct cw_row *row, struct cw_column *column)
{
	int64_t scale = number(row, 7, CW_SCALE_NONE);

	column->name = text(reading, row, 1);
	column->position = (uint16_t)number(row, 2, 0);
	column->internal = (uint16_t)number(row, 3, 0);
	column->byte_length = (uint32_t)number(row, 5, 0);
	column->precision = (int16_t)number(row, 6, 0);
	column->scale = (int16_t)scale;
	column->char_length = (uint32_t)number(row, 8, 0);
	column->char_semantics = text(reading, row, 9)[0] == 'C';
	column->nullable = text(reading, row, 10)[0] != 'N';
}

static bool is_text(const struct cw_column *column)
{
	return column->ora_type == CW_ORA_VARCHAR2 || column->ora_type == CW_ORA_CHAR;
}

static const char charset_sql[] = "select value from nls_database_parameters where parameter = "
				   "'NLS_CHARACTERSET' and :1 is not null";

/* Text of a single-byte set is converted by the server, and its redo by us. */
static bool read_charset(struct reading *reading, const struct cw_row *row)
{
	const char *name = text(reading, row, 0);

	if (strcmp(name, "AL32UTF8") == 0 || strcmp(name, "UTF8") == 0)
		return true;
	reading->charset = cw_charset_find(name);
	return reading->charset ||
	       cw_fail(reading->err, CW_ERR_CONFIG, 7307,
		       "the source's character set is %s; covered are AL32UTF8, UTF8, " CW_CHARSET_NAMES,
		       name);
}

static bool read_column(struct reading *reading, const struct cw_row *row)
{
	struct cw_table *table =
		find_table(reading->catalog, reading->owner, text(reading, row, 0));
	struct cw_column *columns, *column;
	const char *fallback;
	bool skip;

	if (!table)
		return true;
	if (!skip_column(reading, table, row, &skip))
		return false;
	if (skip)
		return true;
	GROW(reading->arena, table->shape.column, table->shape.column_count);
	GROW(reading->arena, table->ora_default, table->shape.column_count);
	GROW(reading->arena, table->pg_default, table->shape.column_count);
	GROW(reading->arena, table->column_comment, table->shape.column_count);
	columns = (struct cw_column *)(uintptr_t)table->shape.column;
	column = &columns[table->shape.column_count];
	fill_column(reading, row, column);
	if (!is_told(reading, table->shape.name, column->name))
		return false;
	if (!pg_name(reading, column->name, &column->pg_name) ||
	    !cw_map_column(reading->arena, column, text(reading, row, 4), reading->err))
		return cw_err_add(reading->err, "table %s.%s", reading->owner, table->shape.name);
	if (is_text(column) && !column->national)
		column->charset = reading->charset;
	fallback = text(reading, row, 13);
	table->ora_default[table->shape.column_count] = *fallback ? fallback : NULL;
	table->pg_default[table->shape.column_count] =
		*fallback ? cw_map_expression(reading->arena, NULL, reading->owner, fallback)
			  : NULL;
	table->column_comment[table->shape.column_count] = NULL;
	table->shape.column_count++;
	return true;
}

static bool read_constraint(struct reading *reading, const struct cw_row *row)
{
	struct constraint *con;

	GROW(reading->arena, reading->constraint, reading->constraint_count);
	con = &reading->constraint[reading->constraint_count++];
	*con = (struct constraint){ .owner = reading->owner,
				    .name = text(reading, row, 0),
				    .type = text(reading, row, 1)[0],
				    .table = text(reading, row, 2),
				    .r_owner = text(reading, row, 3),
				    .r_name = text(reading, row, 4),
				    .delete_rule = text(reading, row, 5),
				    .enabled = strcmp(text(reading, row, 6), "ENABLED") == 0,
				    .condition = text(reading, row, 7),
				    .deferrable = strcmp(text(reading, row, 8), "DEFERRABLE") == 0,
				    .deferred = strcmp(text(reading, row, 9), "DEFERRED") == 0 };
	return true;
}

static struct constraint *find_constraint(const struct reading *reading, const char *owner,
					  const char *name)
{
	for (uint32_t i = 0; i < reading->constraint_count; i++)
		if (strcmp(reading->constraint[i].name, name) == 0 &&
		    strcmp(reading->constraint[i].owner, owner) == 0)
			return &reading->constraint[i];
	return NULL;
}

static bool read_constraint_column(struct reading *reading, const struct cw_row *row)
{
	struct constraint *con = find_constraint(reading, reading->owner, text(reading, row, 0));

	if (!con)
		return true;
	GROW(reading->arena, con->column, con->count);
	con->column[con->count++] = text(reading, row, 1);
	return true;
}

static int column_index(const struct cw_shape *shape, const char *name)
{
	for (uint16_t i = 0; i < shape->column_count; i++)
		if (strcmp(shape->column[i].name, name) == 0)
			return i;
	return -1;
}

/* Indexes into the shape's columns; NULL if one is not among them. */
static const uint16_t *indexes(struct reading *reading, const struct cw_shape *shape,
			       const char *const *column, uint16_t count)
{
	uint16_t *list = cw_new(reading->arena, uint16_t, count ? count : 1);

	for (uint16_t i = 0; i < count; i++) {
		int at = column_index(shape, column[i]);

		if (at < 0)
			return NULL;
		list[i] = (uint16_t)at;
	}
	return list;
}

static bool fail_impossible(struct reading *reading, const char *what, const char *name)
{
	return cw_fail(reading->err, CW_ERR_CONFIG, 7304, "%s %s.%s is not what it should be", what,
		       reading->owner, name);
}

static struct cw_key *add_key(struct reading *reading, struct cw_table *table)
{
	GROW(reading->arena, table->key, table->unique_count);
	return (struct cw_key *)(uintptr_t)&table->key[table->unique_count++];
}

static bool build_key(struct reading *reading, struct cw_table *table, const struct constraint *con)
{
	struct cw_key *key = add_key(reading, table);
	struct cw_column *columns = (struct cw_column *)(uintptr_t)table->shape.column;

	*key = (struct cw_key){ .name = con->name,
				.primary = con->type == 'P',
				.deferrable = con->deferrable,
				.count = con->count };
	key->column = indexes(reading, &table->shape, con->column, con->count);
	if (!key->column || con->count == 0)
		return fail_impossible(reading, "the key", con->name);
	if (!pg_name(reading, con->name, &key->pg_name))
		return false;
	if (!key->primary)
		return true;
	table->shape.key = key->column;
	table->shape.key_count = key->count;
	for (uint16_t i = 0; i < key->count; i++)
		columns[key->column[i]].key_position = (uint16_t)(i + 1);
	return true;
}

/* "COL" IS NOT NULL is what nullable says already. */
static bool is_not_null(const struct constraint *con)
{
	size_t len = strlen(con->condition);
	static const char end[] = "\" IS NOT NULL";

	return con->condition[0] == '"' && len > sizeof(end) &&
	       strcmp(con->condition + len - (sizeof(end) - 1), end) == 0 &&
	       strchr(con->condition + 1, '"') == con->condition + len - (sizeof(end) - 1);
}

static bool build_check(struct reading *reading, struct cw_table *table,
			const struct constraint *con)
{
	struct cw_check *check;

	if (is_not_null(con))
		return true;
	GROW(reading->arena, table->check, table->check_count);
	check = (struct cw_check *)(uintptr_t)&table->check[table->check_count++];
	*check = (struct cw_check){ .name = con->name, .condition = con->condition };
	check->pg_condition =
		cw_map_expression(reading->arena, &table->shape, reading->owner, con->condition);
	return pg_name(reading, con->name, &check->pg_name);
}

static bool build_foreign(struct reading *reading, struct cw_table *table,
			  const struct constraint *con)
{
	const struct constraint *parent = find_constraint(reading, con->r_owner, con->r_name);
	struct cw_table *to =
		parent ? find_table(reading->catalog, parent->owner, parent->table) : NULL;
	struct cw_foreign *foreign;
	size_t room = strlen(con->r_owner) + strlen(con->r_name) + 32;
	char *words = cw_new(reading->arena, char, room);

	GROW(reading->arena, table->foreign, table->foreign_count);
	foreign = &table->foreign[table->foreign_count++];
	(void)snprintf(words, room, "constraint %s.%s", con->r_owner, con->r_name);
	*foreign = (struct cw_foreign){ .name = con->name,
					.count = con->count,
					.parent = to,
					.parent_text = words,
					.delete_rule = con->delete_rule,
					.enabled = con->enabled,
					.deferrable = con->deferrable,
					.deferred = con->deferred };
	foreign->column = indexes(reading, &table->shape, con->column, con->count);
	if (to)
		foreign->parent_column =
			indexes(reading, &to->shape, parent->column, parent->count);
	if (!foreign->column || (to && (!foreign->parent_column || parent->count != con->count)))
		return fail_impossible(reading, "the foreign key", con->name);
	return pg_name(reading, con->name, &foreign->pg_name);
}

/* The primary key first, so that it is keys[0]. */
static bool build_keys(struct reading *reading)
{
	static const char order[] = "PU";

	for (const char *type = order; *type; type++) {
		for (uint32_t i = 0; i < reading->constraint_count; i++) {
			const struct constraint *con = &reading->constraint[i];
			struct cw_table *table;

			if (con->type != *type || !con->enabled || con->owner != reading->owner)
				continue;
			table = find_table(reading->catalog, con->owner, con->table);
			if (table && !build_key(reading, table, con))
				return false;
		}
	}
	return true;
}

static bool build_others(struct reading *reading)
{
	for (uint32_t i = 0; i < reading->constraint_count; i++) {
		const struct constraint *con = &reading->constraint[i];
		struct cw_table *table = find_table(reading->catalog, con->owner, con->table);

		reading->owner = con->owner;
		if (!table)
			continue;
		if (con->type == 'C' && con->enabled && !build_check(reading, table, con))
			return false;
		if (con->type == 'R' && !build_foreign(reading, table, con))
			return false;
	}
	return true;
}

static struct cw_index *find_index(struct cw_table *table, const char *name)
{
	for (uint16_t i = 0; i < table->index_count; i++)
		if (strcmp(table->index[i].name, name) == 0)
			return (struct cw_index *)(uintptr_t)&table->index[i];
	return NULL;
}

static bool read_index(struct reading *reading, const struct cw_row *row)
{
	struct cw_table *table =
		find_table(reading->catalog, reading->owner, text(reading, row, 1));
	const char *type = text(reading, row, 2);
	struct cw_index *index;

	if (!table || strcmp(type, "LOB") == 0)
		return true;
	GROW(reading->arena, table->index, table->index_count);
	index = (struct cw_index *)(uintptr_t)&table->index[table->index_count++];
	*index = (struct cw_index){ .name = text(reading, row, 0),
				    .unique = strcmp(text(reading, row, 3), "UNIQUE") == 0 };
	if (strncmp(type, "NORMAL", 6) != 0 && strcmp(type, "BITMAP") != 0)
		index->why_not = type;
	return pg_name(reading, index->name, &index->pg_name);
}

static bool read_index_column(struct reading *reading, const struct cw_row *row)
{
	struct cw_table *table =
		find_table(reading->catalog, reading->owner, text(reading, row, 1));
	struct cw_index *index = table ? find_index(table, text(reading, row, 0)) : NULL;
	int at;

	if (!index)
		return true;
	at = column_index(&table->shape, text(reading, row, 2));
	if (at < 0) {
		index->why_not = "an expression";
		return true;
	}
	GROW(reading->arena, index->column, index->count);
	((uint16_t *)(uintptr_t)index->column)[index->count++] = (uint16_t)at;
	return true;
}

static bool same_columns(const struct cw_key *key, const struct cw_index *index)
{
	return key->count == index->count &&
	       memcmp(key->column, index->column, key->count * sizeof(key->column[0])) == 0;
}

/* PostgreSQL makes the index of a key itself; a unique index is a key, too. */
static void settle_indexes(struct reading *reading, struct cw_table *table)
{
	for (uint16_t i = 0; i < table->index_count; i++) {
		struct cw_index *index = (struct cw_index *)(uintptr_t)&table->index[i];
		uint16_t keys = table->unique_count;

		for (uint16_t k = 0; k < keys && !index->why_not; k++)
			if (same_columns(&table->key[k], index))
				index->why_not = ""; /* nothing is lost */
		if (index->unique && !index->why_not)
			*add_key(reading, table) =
				(struct cw_key){ .count = index->count, .column = index->column };
	}
}

static bool read_sequence(struct reading *reading, const struct cw_row *row)
{
	struct cw_catalog *catalog = reading->catalog;
	struct cw_sequence *sequence;

	GROW(reading->arena, catalog->sequence, catalog->sequence_count);
	sequence = &catalog->sequence[catalog->sequence_count++];
	*sequence = (struct cw_sequence){ .owner = reading->owner,
					  .name = text(reading, row, 0),
					  .min = number(row, 1, 1),
					  .max = number(row, 2, INT64_MAX),
					  .increment = number(row, 3, 1),
					  .cycle = text(reading, row, 4)[0] == 'Y',
					  .cache = number(row, 5, 0),
					  .last_number = number(row, 6, 1) };
	return pg_name(reading, reading->owner, &sequence->pg_schema) &&
	       pg_name(reading, sequence->name, &sequence->pg_name);
}

/* Of a table where no column is named. */
static bool read_comment(struct reading *reading, const struct cw_row *row)
{
	struct cw_table *table =
		find_table(reading->catalog, reading->owner, text(reading, row, 0));
	int at = table && is_set(row, 2) ? column_index(&table->shape, text(reading, row, 2)) : -1;

	if (at >= 0)
		table->column_comment[at] = text(reading, row, 1);
	else if (table && !is_set(row, 2))
		table->comment = text(reading, row, 1);
	return true;
}

static bool read_trigger(struct reading *reading, const struct cw_row *row)
{
	struct cw_catalog *catalog = reading->catalog;

	if (!is_set(row, 2) || !find_table(catalog, text(reading, row, 1), text(reading, row, 2)))
		return true;
	GROW(reading->arena, catalog->trigger, catalog->trigger_count);
	catalog->trigger[catalog->trigger_count++] =
		(struct cw_trigger){ .owner = reading->owner,
				     .name = text(reading, row, 0),
				     .table_owner = text(reading, row, 1),
				     .table_name = text(reading, row, 2),
				     .enabled = strcmp(text(reading, row, 3), "ENABLED") == 0 };
	return true;
}

static bool read_tables(struct reading *reading)
{
	return each(reading,
		    "SELECT table_name, temporary, nested, iot_type, cluster_name FROM dba_tables t "
		    "WHERE owner = :1 AND NOT EXISTS (SELECT 1 FROM dba_mviews m WHERE "
		    "m.owner = t.owner AND m.container_name = t.table_name) ORDER BY table_name",
		    read_table) &&
	       each(reading,
		    "SELECT object_name, object_id, data_object_id FROM dba_objects "
		    "WHERE owner = :1 AND object_type = 'TABLE'",
		    read_object) &&
	       each(reading,
		    "SELECT table_name, column_name, column_id, internal_column_id, data_type, "
		    "data_length, data_precision, data_scale, char_length, char_used, nullable, "
		    "hidden_column, virtual_column, data_default FROM dba_tab_cols "
		    "WHERE owner = :1 ORDER BY table_name, internal_column_id",
		    read_column) &&
	       each(reading,
		    "SELECT constraint_name, constraint_type, table_name, r_owner, "
		    "r_constraint_name, delete_rule, status, search_condition, deferrable, "
		    "deferred FROM dba_constraints WHERE owner = :1 AND constraint_type IN "
		    "('P', 'U', 'R', 'C') ORDER BY table_name, constraint_name",
		    read_constraint) &&
	       each(reading,
		    "SELECT constraint_name, column_name FROM dba_cons_columns WHERE owner = :1 "
		    "AND position IS NOT NULL ORDER BY constraint_name, position",
		    read_constraint_column);
}

static bool read_rest(struct reading *reading)
{
	return each(reading,
		    "SELECT index_name, table_name, index_type, uniqueness FROM dba_indexes "
		    "WHERE table_owner = :1 ORDER BY index_name",
		    read_index) &&
	       each(reading,
		    "SELECT index_name, table_name, column_name FROM dba_ind_columns "
		    "WHERE table_owner = :1 ORDER BY index_name, column_position",
		    read_index_column) &&
	       each(reading,
		    "SELECT table_name, comments, NULL FROM dba_tab_comments WHERE owner = :1 "
		    "AND comments IS NOT NULL",
		    read_comment) &&
	       each(reading,
		    "SELECT table_name, comments, column_name FROM dba_col_comments WHERE "
		    "owner = :1 AND comments IS NOT NULL",
		    read_comment) &&
	       each(reading,
		    "SELECT sequence_name, min_value, max_value, increment_by, cycle_flag, "
		    "cache_size, last_number FROM dba_sequences WHERE sequence_owner = :1 "
		    "ORDER BY sequence_name",
		    read_sequence) &&
	       each(reading,
		    "SELECT trigger_name, table_owner, table_name, status FROM dba_triggers "
		    "WHERE owner = :1 ORDER BY trigger_name",
		    read_trigger);
}

static bool check_tables(struct reading *reading)
{
	for (uint32_t i = 0; i < reading->catalog->table_count; i++) {
		struct cw_table *table = reading->catalog->table[i];

		settle_indexes(reading, table);
		reading->owner = table->shape.owner;
		if (table->shape.column_count == 0 || table->shape.object_id == 0)
			return fail_impossible(reading, "the table", table->shape.name);
	}
	if (reading->catalog->table_count == 0)
		return cw_fail(reading->err, CW_ERR_CONFIG, 7305,
			       "there is no table in the schemas of the crossing, or the user may "
			       "not see them");
	return true;
}

/* A name that is left out and is not there was meant for another table. */
static bool check_left_out(const struct reading *reading)
{
	for (unsigned i = 0; i < reading->left_out->count; i++)
		if (!reading->left[i])
			return cw_fail(reading->err, CW_ERR_CONFIG, 7306,
				       "source.leave_out names %s, and the schemas of the crossing "
				       "have no such table",
				       reading->left_out->at[i]);
	return true;
}

bool cw_catalog_read(struct cw_ora *ora, const struct cw_config_list *schemas,
		     const struct cw_config_list *left_out, struct cw_catalog *ret,
		     struct cw_err *err)
{
	struct reading reading = {
		.ora = ora, .catalog = ret, .arena = &ret->arena, .left_out = left_out, .err = err
	};
	const char **owner;
	bool ok = true;

	*ret = (struct cw_catalog){ .arena = CW_ARENA(CATALOG_BYTES_MAX) };
	owner = cw_new(&ret->arena, const char *, schemas->count + 1);
	reading.left = cw_new(&ret->arena, bool, left_out->count + 1);
	for (unsigned i = 0; i < schemas->count && ok; i++) {
		char *copy = cw_new(&ret->arena, char, strlen(schemas->at[i]) + 1);

		memcpy(copy, schemas->at[i], strlen(schemas->at[i]));
		owner[i] = copy;
		reading.owner = copy;
		ok = (i > 0 || each(&reading, charset_sql, read_charset)) &&
		     read_tables(&reading) && build_keys(&reading);
	}
	ok = ok && check_left_out(&reading) && build_others(&reading);
	for (unsigned i = 0; i < schemas->count && ok; i++) {
		reading.owner = owner[i];
		ok = read_rest(&reading);
	}
	ok = ok && check_tables(&reading);
	if (!ok)
		cw_catalog_release(ret);
	return ok;
}

void cw_catalog_release(struct cw_catalog *catalog)
{
	cw_arena_release(&catalog->arena);
	*catalog = (struct cw_catalog){ 0 };
}

const struct cw_shape *cw_catalog_by_object(const struct cw_catalog *catalog, uint64_t object_id)
{
	for (uint32_t i = 0; i < catalog->table_count; i++)
		if (catalog->table[i]->shape.object_id == object_id)
			return &catalog->table[i]->shape;
	return NULL;
}

const struct cw_shape *cw_catalog_by_name(const struct cw_catalog *catalog, const char *owner,
					  const char *name)
{
	struct cw_table *table = find_table(catalog, owner, name);

	return table ? &table->shape : NULL;
}

const struct cw_shape *cw_catalog_by_pg_name(const struct cw_catalog *catalog, const char *schema,
					     const char *name)
{
	for (uint32_t i = 0; i < catalog->table_count; i++)
		if (strcmp(catalog->table[i]->shape.pg_name, name) == 0 &&
		    strcmp(catalog->table[i]->shape.pg_schema, schema) == 0)
			return &catalog->table[i]->shape;
	return NULL;
}
