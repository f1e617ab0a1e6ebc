/* catalog_constraint.c - see catalog_parts.h */
#include "schema/catalog_parts.h"

#include <stdio.h>
#include <string.h>

bool catalog_read_constraint(struct catalog_reading *reading, const struct cw_row *row)
{
	struct catalog_constraint *con;

	GROW(reading->arena, reading->constraint, reading->constraint_count);
	con = &reading->constraint[reading->constraint_count++];
	*con = (struct catalog_constraint){
		.owner = reading->owner,
		.name = catalog_text(reading, row, 0),
		.type = catalog_text(reading, row, 1)[0],
		.table = catalog_text(reading, row, 2),
		.r_owner = catalog_text(reading, row, 3),
		.r_name = catalog_text(reading, row, 4),
		.delete_rule = catalog_text(reading, row, 5),
		.enabled = strcmp(catalog_text(reading, row, 6), "ENABLED") == 0,
		.condition = catalog_text(reading, row, 7),
		.deferrable = strcmp(catalog_text(reading, row, 8), "DEFERRABLE") == 0,
		.deferred = strcmp(catalog_text(reading, row, 9), "DEFERRED") == 0,
		.validated = strcmp(catalog_text(reading, row, 10), "VALIDATED") == 0
	};
	return true;
}

static struct catalog_constraint *find_constraint(const struct catalog_reading *reading,
						  const char *owner, const char *name)
{
	for (uint32_t i = 0; i < reading->constraint_count; i++)
		if (strcmp(reading->constraint[i].name, name) == 0 &&
		    strcmp(reading->constraint[i].owner, owner) == 0)
			return &reading->constraint[i];
	return NULL;
}

bool catalog_read_constraint_column(struct catalog_reading *reading, const struct cw_row *row)
{
	struct catalog_constraint *con =
		find_constraint(reading, reading->owner, catalog_text(reading, row, 0));

	if (!con)
		return true;
	GROW(reading->arena, con->column, con->count);
	con->column[con->count++] = catalog_text(reading, row, 1);
	return true;
}

/* Indexes into the shape's columns; NULL if one is not among them. */
static const uint16_t *indexes(struct catalog_reading *reading, const struct cw_shape *shape,
			       const char *const *column, uint16_t count)
{
	uint16_t *list = cw_new(reading->arena, uint16_t, count ? count : 1);

	for (uint16_t i = 0; i < count; i++) {
		int at = catalog_column(shape, column[i]);

		if (at < 0)
			return NULL;
		list[i] = (uint16_t)at;
	}
	return list;
}

struct cw_key *catalog_add_key(struct catalog_reading *reading, struct cw_table *table)
{
	GROW(reading->arena, table->key, table->unique_count);
	return (struct cw_key *)(uintptr_t)&table->key[table->unique_count++];
}

static bool build_key(struct catalog_reading *reading, struct cw_table *table,
		      const struct catalog_constraint *con)
{
	struct cw_key *key = catalog_add_key(reading, table);
	struct cw_column *columns = (struct cw_column *)(uintptr_t)table->shape.column;

	*key = (struct cw_key){ .name = con->name,
				.primary = con->type == 'P',
				.deferrable = con->deferrable,
				.count = con->count };
	key->column = indexes(reading, &table->shape, con->column, con->count);
	if (!key->column || con->count == 0)
		return catalog_impossible(reading, "the key", con->name);
	if (!catalog_pg_name(reading, con->name, &key->pg_name))
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
static bool is_not_null(const struct catalog_constraint *con)
{
	size_t len = strlen(con->condition);
	static const char end[] = "\" IS NOT NULL";

	return con->condition[0] == '"' && len > sizeof(end) &&
	       strcmp(con->condition + len - (sizeof(end) - 1), end) == 0 &&
	       strchr(con->condition + 1, '"') == con->condition + len - (sizeof(end) - 1);
}

static bool build_check(struct catalog_reading *reading, struct cw_table *table,
			const struct catalog_constraint *con)
{
	struct cw_check *check;

	if (is_not_null(con))
		return true;
	GROW(reading->arena, table->check, table->check_count);
	check = (struct cw_check *)(uintptr_t)&table->check[table->check_count++];
	*check = (struct cw_check){ .name = con->name,
				    .condition = con->condition,
				    .validated = con->validated };
	if (check->validated)
		check->pg_condition =
			cw_map_condition(reading->arena, &table->shape, con->condition);
	return catalog_pg_name(reading, con->name, &check->pg_name);
}

static bool build_foreign(struct catalog_reading *reading, struct cw_table *table,
			  const struct catalog_constraint *con)
{
	const struct catalog_constraint *parent =
		find_constraint(reading, con->r_owner, con->r_name);
	struct cw_table *to =
		parent ? catalog_find_table(reading->catalog, parent->owner, parent->table) : NULL;
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
					.deferred = con->deferred,
					.validated = con->validated };
	foreign->column = indexes(reading, &table->shape, con->column, con->count);
	if (to)
		foreign->parent_column =
			indexes(reading, &to->shape, parent->column, parent->count);
	if (!foreign->column || (to && (!foreign->parent_column || parent->count != con->count)))
		return catalog_impossible(reading, "the foreign key", con->name);
	return catalog_pg_name(reading, con->name, &foreign->pg_name);
}

/* The primary key first, so that it is keys[0]. */
bool catalog_build_keys(struct catalog_reading *reading)
{
	static const char order[] = "PU";

	for (const char *type = order; *type; type++) {
		for (uint32_t i = 0; i < reading->constraint_count; i++) {
			const struct catalog_constraint *con = &reading->constraint[i];
			struct cw_table *table;

			if (con->type != *type || !con->enabled || con->owner != reading->owner)
				continue;
			table = catalog_find_table(reading->catalog, con->owner, con->table);
			if (table && !build_key(reading, table, con))
				return false;
		}
	}
	return true;
}

bool catalog_build_others(struct catalog_reading *reading)
{
	for (uint32_t i = 0; i < reading->constraint_count; i++) {
		const struct catalog_constraint *con = &reading->constraint[i];
		struct cw_table *table =
			catalog_find_table(reading->catalog, con->owner, con->table);

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
