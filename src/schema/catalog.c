/* catalog.c - see catalog.h */
#include "schema/catalog_parts.h"

#include "codec/charset.h"

#include <string.h>

#define CATALOG_BYTES_MAX (256u << 20)

/* @column: NULL: the table's own name and its owner's. */
static bool is_told(struct catalog_reading *reading, const char *table, const char *column)
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

/* crossing.yaml names it as OWNER.TABLE */
static bool is_left_out(struct catalog_reading *reading, const char *name)
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

static bool read_table(struct catalog_reading *reading, const struct cw_row *row)
{
	struct cw_catalog *catalog = reading->catalog;
	struct cw_table *table = cw_new(reading->arena, struct cw_table, 1);
	const char *name = catalog_text(reading, row, 0), *cluster = catalog_text(reading, row, 4);
	bool temporary = catalog_text(reading, row, 1)[0] == 'Y',
	     nested = catalog_text(reading, row, 2)[0] == 'Y';

	if (is_left_out(reading, name) || temporary)
		return true; /* a temporary one's rows are no one's but the session's */
	if (nested || catalog_is_set(row, 3) || *cluster)
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
	if (!catalog_pg_name(reading, reading->owner, &table->shape.pg_schema) ||
	    !catalog_pg_name(reading, name, &table->shape.pg_name))
		return false;
	if (cw_catalog_by_pg_name(catalog, table->shape.pg_schema, table->shape.pg_name))
		return cw_fail(reading->err, CW_ERR_CONFIG, 7303,
			       "two tables would be named %s.%s on PostgreSQL",
			       table->shape.pg_schema, table->shape.pg_name);
	GROW(reading->arena, catalog->table, catalog->table_count);
	catalog->table[catalog->table_count++] = table;
	return true;
}

static bool read_object(struct catalog_reading *reading, const struct cw_row *row)
{
	struct cw_table *table =
		catalog_find_table(reading->catalog, reading->owner, catalog_text(reading, row, 0));

	if (!table)
		return true;
	table->shape.object_id = (uint64_t)catalog_number(row, 1, 0);
	table->data_object_id = (uint64_t)catalog_number(row, 2, 0);
	return true;
}

static bool fail_column(struct catalog_reading *reading, const struct cw_table *table,
			const char *name, const char *why)
{
	return cw_fail(reading->err, CW_ERR_CONFIG, 7301, "%s.%s: column %s is %s, not covered",
		       table->shape.owner, table->shape.name, name, why);
}

/* Columns that Oracle made for itself hold nothing of the user's. */
static bool skip_column(struct catalog_reading *reading, const struct cw_table *table,
			const struct cw_row *row, bool *ret_skip)
{
	const char *name = catalog_text(reading, row, 1);
	bool hidden = catalog_text(reading, row, 11)[0] == 'Y',
	     virtual = catalog_text(reading, row, 12)[0] == 'Y';

	*ret_skip = hidden && (virtual || strncmp(name, "SYS_", 4) == 0);
	if (*ret_skip)
		return true;
	if (virtual)
		return fail_column(reading, table, name, "virtual");
	return !hidden || fail_column(reading, table, name, "invisible");
}

static void fill_column(struct catalog_reading *reading, const struct cw_row *row,
			struct cw_column *column)
{
	int64_t scale = catalog_number(row, 7, CW_SCALE_NONE);

	column->name = catalog_text(reading, row, 1);
	column->position = (uint16_t)catalog_number(row, 2, 0);
	column->internal = (uint16_t)catalog_number(row, 3, 0);
	column->byte_length = (uint32_t)catalog_number(row, 5, 0);
	column->precision = (int16_t)catalog_number(row, 6, 0);
	column->scale = (int16_t)scale;
	column->char_length = (uint32_t)catalog_number(row, 8, 0);
	column->char_semantics = catalog_text(reading, row, 9)[0] == 'C';
	column->nullable = catalog_text(reading, row, 10)[0] != 'N';
}

static bool is_text(const struct cw_column *column)
{
	return column->ora_type == CW_ORA_VARCHAR2 || column->ora_type == CW_ORA_CHAR;
}

static const char charset_sql[] = "select value from nls_database_parameters where parameter = "
				  "'NLS_CHARACTERSET' and :1 is not null";

/* Text of a single-byte set is converted by the server, and its redo by us. */
static bool read_charset(struct catalog_reading *reading, const struct cw_row *row)
{
	const char *name = catalog_text(reading, row, 0);

	if (strcmp(name, "AL32UTF8") == 0 || strcmp(name, "UTF8") == 0)
		return true;
	reading->charset = cw_charset_find(name);
	return reading->charset ||
	       cw_fail(reading->err, CW_ERR_CONFIG, 7307,
		       "the source's character set is %s; covered are AL32UTF8, UTF8, " CW_CHARSET_NAMES,
		       name);
}

static bool read_column(struct catalog_reading *reading, const struct cw_row *row)
{
	struct cw_table *table =
		catalog_find_table(reading->catalog, reading->owner, catalog_text(reading, row, 0));
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
	if (!catalog_pg_name(reading, column->name, &column->pg_name) ||
	    !cw_map_column(reading->arena, column, catalog_text(reading, row, 4), reading->err))
		return cw_err_add(reading->err, "table %s.%s", reading->owner, table->shape.name);
	for (uint16_t i = 0; i < table->shape.column_count; i++)
		if (strcmp(columns[i].pg_name, column->pg_name) == 0)
			return cw_fail(reading->err, CW_ERR_CONFIG, 7303,
				       "two columns of %s.%s would be named %s on PostgreSQL",
				       reading->owner, table->shape.name, column->pg_name);
	if (is_text(column) && !column->national)
		column->charset = reading->charset;
	fallback = catalog_text(reading, row, 13);
	table->ora_default[table->shape.column_count] = *fallback ? fallback : NULL;
	table->pg_default[table->shape.column_count] =
		*fallback ? cw_map_default(reading->arena, column, reading->owner, fallback) : NULL;
	table->column_comment[table->shape.column_count] = NULL;
	table->shape.column_count++;
	return true;
}

static bool read_sequence(struct catalog_reading *reading, const struct cw_row *row)
{
	struct cw_catalog *catalog = reading->catalog;
	struct cw_sequence *sequence;

	GROW(reading->arena, catalog->sequence, catalog->sequence_count);
	sequence = &catalog->sequence[catalog->sequence_count++];
	*sequence = (struct cw_sequence){ .owner = reading->owner,
					  .name = catalog_text(reading, row, 0),
					  .min = catalog_number(row, 1, 1),
					  .max = catalog_number(row, 2, INT64_MAX),
					  .increment = catalog_number(row, 3, 1),
					  .cycle = catalog_text(reading, row, 4)[0] == 'Y',
					  .cache = catalog_number(row, 5, 0),
					  .last_number = catalog_number(row, 6, 1) };
	return catalog_pg_name(reading, reading->owner, &sequence->pg_schema) &&
	       catalog_pg_name(reading, sequence->name, &sequence->pg_name);
}

/* Of a table where no column is named. */
static bool read_comment(struct catalog_reading *reading, const struct cw_row *row)
{
	struct cw_table *table =
		catalog_find_table(reading->catalog, reading->owner, catalog_text(reading, row, 0));
	int at = table && catalog_is_set(row, 2)
			 ? catalog_column(&table->shape, catalog_text(reading, row, 2))
			 : -1;

	if (at >= 0)
		table->column_comment[at] = catalog_text(reading, row, 1);
	else if (table && !catalog_is_set(row, 2))
		table->comment = catalog_text(reading, row, 1);
	return true;
}

static bool read_trigger(struct catalog_reading *reading, const struct cw_row *row)
{
	struct cw_catalog *catalog = reading->catalog;

	if (!catalog_is_set(row, 2) || !catalog_find_table(catalog, catalog_text(reading, row, 1),
							   catalog_text(reading, row, 2)))
		return true;
	GROW(reading->arena, catalog->trigger, catalog->trigger_count);
	catalog->trigger[catalog->trigger_count++] =
		(struct cw_trigger){ .owner = reading->owner,
				     .name = catalog_text(reading, row, 0),
				     .table_owner = catalog_text(reading, row, 1),
				     .table_name = catalog_text(reading, row, 2),
				     .enabled = strcmp(catalog_text(reading, row, 3), "ENABLED") ==
						0 };
	return true;
}

static bool read_tables(struct catalog_reading *reading)
{
	return catalog_each(
		       reading,
		       "SELECT table_name, temporary, nested, iot_type, cluster_name FROM dba_tables t "
		       "WHERE owner = :1 AND NOT EXISTS (SELECT 1 FROM dba_mviews m WHERE "
		       "m.owner = t.owner AND m.container_name = t.table_name) ORDER BY table_name",
		       read_table) &&
	       catalog_each(reading,
			    "SELECT object_name, object_id, data_object_id FROM dba_objects "
			    "WHERE owner = :1 AND object_type = 'TABLE'",
			    read_object) &&
	       catalog_each(
		       reading,
		       "SELECT table_name, column_name, column_id, internal_column_id, data_type, "
		       "data_length, data_precision, data_scale, char_length, char_used, nullable, "
		       "hidden_column, virtual_column, data_default FROM dba_tab_cols "
		       "WHERE owner = :1 ORDER BY table_name, internal_column_id",
		       read_column) &&
	       catalog_each(
		       reading,
		       "SELECT constraint_name, constraint_type, table_name, r_owner, "
		       "r_constraint_name, delete_rule, status, search_condition, deferrable, "
		       "deferred, validated FROM dba_constraints WHERE owner = :1 AND constraint_type IN "
		       "('P', 'U', 'R', 'C') ORDER BY table_name, constraint_name",
		       catalog_read_constraint) &&
	       catalog_each(
		       reading,
		       "SELECT constraint_name, column_name FROM dba_cons_columns WHERE owner = :1 "
		       "AND position IS NOT NULL ORDER BY constraint_name, position",
		       catalog_read_constraint_column);
}

static bool read_rest(struct catalog_reading *reading)
{
	return catalog_each(
		       reading,
		       "SELECT index_name, table_name, index_type, uniqueness FROM dba_indexes "
		       "WHERE table_owner = :1 ORDER BY index_name",
		       catalog_read_index) &&
	       catalog_each(reading,
			    "SELECT index_name, table_name, column_name FROM dba_ind_columns "
			    "WHERE table_owner = :1 ORDER BY index_name, column_position",
			    catalog_read_index_column) &&
	       catalog_each(
		       reading,
		       "SELECT table_name, comments, NULL FROM dba_tab_comments WHERE owner = :1 "
		       "AND comments IS NOT NULL",
		       read_comment) &&
	       catalog_each(reading,
			    "SELECT table_name, comments, column_name FROM dba_col_comments WHERE "
			    "owner = :1 AND comments IS NOT NULL",
			    read_comment) &&
	       catalog_each(reading,
			    "SELECT sequence_name, min_value, max_value, increment_by, cycle_flag, "
			    "cache_size, last_number FROM dba_sequences WHERE sequence_owner = :1 "
			    "ORDER BY sequence_name",
			    read_sequence) &&
	       catalog_each(
		       reading,
		       "SELECT trigger_name, table_owner, table_name, status FROM dba_triggers "
		       "WHERE owner = :1 ORDER BY trigger_name",
		       read_trigger);
}

static bool is_made(const struct cw_catalog *catalog, const char *nextval)
{
	char schema[300], name[300], call[640];

	for (uint32_t i = 0; i < catalog->sequence_count; i++) {
		const struct cw_sequence *sequence = &catalog->sequence[i];

		(void)snprintf(call, sizeof(call), "nextval('%s.%s')",
			       cw_pg_quote(sequence->pg_schema, schema, sizeof(schema)),
			       cw_pg_quote(sequence->pg_name, name, sizeof(name)));
		if (strncmp(nextval, call, strlen(call)) == 0)
			return true;
	}
	return false;
}

/* A sequence of a schema that stays is none on PostgreSQL, nor is a default that asks it. */
static void settle_defaults(struct catalog_reading *reading, struct cw_table *table)
{
	for (uint16_t i = 0; i < table->shape.column_count; i++) {
		const char *nextval =
			table->pg_default[i] ? strstr(table->pg_default[i], "nextval('") : NULL;

		if (nextval && !is_made(reading->catalog, nextval))
			table->pg_default[i] = NULL;
	}
}

static bool check_tables(struct catalog_reading *reading)
{
	for (uint32_t i = 0; i < reading->catalog->table_count; i++) {
		struct cw_table *table = reading->catalog->table[i];

		catalog_settle_indexes(reading, table);
		settle_defaults(reading, table);
		reading->owner = table->shape.owner;
		if (table->shape.column_count == 0 || table->shape.object_id == 0)
			return catalog_impossible(reading, "the table", table->shape.name);
	}
	if (reading->catalog->table_count == 0)
		return cw_fail(reading->err, CW_ERR_CONFIG, 7305,
			       "there is no table in the schemas of the crossing, or the user may "
			       "not see them");
	return true;
}

/* A name that is left out and is not there was meant for another table. */
static bool check_left_out(const struct catalog_reading *reading)
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
	struct catalog_reading reading = {
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
		ok = (i > 0 || catalog_each(&reading, charset_sql, read_charset)) &&
		     read_tables(&reading) && catalog_build_keys(&reading);
	}
	ok = ok && check_left_out(&reading) && catalog_build_others(&reading);
	for (unsigned i = 0; i < schemas->count && ok; i++) {
		reading.owner = owner[i];
		ok = read_rest(&reading);
	}
	ok = ok && check_tables(&reading) && catalog_settle_names(&reading);
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
	struct cw_table *table = catalog_find_table(catalog, owner, name);

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
