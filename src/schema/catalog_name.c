/* catalog_name.c - see catalog_parts.h: names that Oracle keeps apart and PostgreSQL does not */
#include "schema/catalog_parts.h"

#include <stdio.h>
#include <string.h>

#define TRIES 100

static bool is_name(const char *schema, const char *name, const char *its_schema,
		    const char *its_name)
{
	return strcmp(name, its_name) == 0 && strcmp(schema, its_schema) == 0;
}

static bool is_table_or_sequence(const struct cw_catalog *catalog, const char *schema,
				 const char *name)
{
	for (uint32_t i = 0; i < catalog->sequence_count; i++)
		if (is_name(schema, name, catalog->sequence[i].pg_schema,
			    catalog->sequence[i].pg_name))
			return true;
	return cw_catalog_by_pg_name(catalog, schema, name);
}

static bool is_key(const struct cw_catalog *catalog, const char *schema, const char *name)
{
	for (uint32_t i = 0; i < catalog->table_count; i++) {
		const struct cw_table *table = catalog->table[i];

		for (uint16_t k = 0; k < table->unique_count; k++)
			if (table->key[k].name &&
			    is_name(schema, name, table->shape.pg_schema, table->key[k].pg_name))
				return true;
	}
	return false;
}

/* NULL: not within so many tries. */
static const char *another_name(struct catalog_reading *reading, const char *schema,
				const char *name, const char *suffix)
{
	char text[CATALOG_PG_NAME_BYTES_MAX + 1], *kept;
	int room = (int)CATALOG_PG_NAME_BYTES_MAX - (int)strlen(suffix) - 2;

	while ((int)strlen(name) > room && ((unsigned char)name[room] & 0xc0) == 0x80)
		room--; /* not within a letter */
	for (int i = 1; i < TRIES; i++) {
		if (i == 1)
			(void)snprintf(text, sizeof(text), "%.*s%s", room, name, suffix);
		else
			(void)snprintf(text, sizeof(text), "%.*s%s%d", room, name, suffix, i);
		if (is_table_or_sequence(reading->catalog, schema, text) ||
		    is_key(reading->catalog, schema, text))
			continue;
		kept = cw_new(reading->arena, char, strlen(text) + 1);
		memcpy(kept, text, strlen(text));
		return kept;
	}
	return NULL;
}

/* To Oracle indexes have names of their own, to PostgreSQL they, and with them keys, are among the tables. */
static bool settle_keys(struct catalog_reading *reading, struct cw_table *table)
{
	for (uint16_t i = 0; i < table->unique_count; i++) {
		struct cw_key *key = (struct cw_key *)(uintptr_t)&table->key[i];

		if (!key->name ||
		    !is_table_or_sequence(reading->catalog, table->shape.pg_schema, key->pg_name))
			continue;
		key->renamed = true;
		key->pg_name = another_name(reading, table->shape.pg_schema, key->pg_name, "_key");
		if (!key->pg_name)
			return catalog_impossible(reading, "the name of the key", key->name);
	}
	return true;
}

static bool settle_indexes(struct catalog_reading *reading, struct cw_table *table)
{
	const char *schema = table->shape.pg_schema;

	for (uint16_t i = 0; i < table->index_count; i++) {
		struct cw_index *index = (struct cw_index *)(uintptr_t)&table->index[i];

		if (index->why_not ||
		    (!is_table_or_sequence(reading->catalog, schema, index->pg_name) &&
		     !is_key(reading->catalog, schema, index->pg_name)))
			continue;
		index->renamed = true;
		index->pg_name = another_name(reading, schema, index->pg_name, "_ix");
		if (!index->pg_name)
			return catalog_impossible(reading, "the name of the index", index->name);
	}
	return true;
}

bool catalog_settle_names(struct catalog_reading *reading)
{
	struct cw_catalog *catalog = reading->catalog;

	for (uint32_t i = 0; i < catalog->sequence_count; i++)
		if (cw_catalog_by_pg_name(catalog, catalog->sequence[i].pg_schema,
					  catalog->sequence[i].pg_name))
			return cw_fail(reading->err, CW_ERR_CONFIG, 7303,
				       "a table and a sequence would be named %s.%s on PostgreSQL",
				       catalog->sequence[i].pg_schema,
				       catalog->sequence[i].pg_name);
	for (uint32_t i = 0; i < catalog->table_count; i++)
		if (!settle_keys(reading, catalog->table[i]))
			return false;
	for (uint32_t i = 0; i < catalog->table_count; i++)
		if (!settle_indexes(reading, catalog->table[i]))
			return false;
	return true;
}
