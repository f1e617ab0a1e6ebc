/* catalog_index.c - see catalog_parts.h */
#include "schema/catalog_parts.h"

#include <string.h>

static struct cw_index *find_index(struct cw_table *table, const char *name)
{
	for (uint16_t i = 0; i < table->index_count; i++)
		if (strcmp(table->index[i].name, name) == 0)
			return (struct cw_index *)(uintptr_t)&table->index[i];
	return NULL;
}

bool catalog_read_index(struct catalog_reading *reading, const struct cw_row *row)
{
	struct cw_table *table =
		catalog_find_table(reading->catalog, reading->owner, catalog_text(reading, row, 1));
	const char *type = catalog_text(reading, row, 2);
	struct cw_index *index;

	if (!table || strcmp(type, "LOB") == 0)
		return true;
	GROW(reading->arena, table->index, table->index_count);
	index = (struct cw_index *)(uintptr_t)&table->index[table->index_count++];
	*index =
		(struct cw_index){ .name = catalog_text(reading, row, 0),
				   .unique = strcmp(catalog_text(reading, row, 3), "UNIQUE") == 0 };
	if (strncmp(type, "NORMAL", 6) != 0 && strcmp(type, "BITMAP") != 0)
		index->why_not = type;
	return catalog_pg_name(reading, index->name, &index->pg_name);
}

bool catalog_read_index_column(struct catalog_reading *reading, const struct cw_row *row)
{
	struct cw_table *table =
		catalog_find_table(reading->catalog, reading->owner, catalog_text(reading, row, 1));
	struct cw_index *index = table ? find_index(table, catalog_text(reading, row, 0)) : NULL;
	int at;

	if (!index)
		return true;
	at = catalog_column(&table->shape, catalog_text(reading, row, 2));
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
void catalog_settle_indexes(struct catalog_reading *reading, struct cw_table *table)
{
	for (uint16_t i = 0; i < table->index_count; i++) {
		struct cw_index *index = (struct cw_index *)(uintptr_t)&table->index[i];
		uint16_t keys = table->unique_count;

		for (uint16_t k = 0; k < keys && !index->why_not; k++)
			if (same_columns(&table->key[k], index))
				index->why_not = ""; /* nothing is lost */
		if (index->unique && !index->why_not)
			*catalog_add_key(reading, table) =
				(struct cw_key){ .count = index->count, .column = index->column };
	}
}
