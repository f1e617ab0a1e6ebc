/* catalog_row.c - see catalog_parts.h */
#include "schema/catalog_parts.h"

#include "codec/num.h"

#include <stdlib.h>
#include <string.h>

#define OWNER_BYTES_MAX	  128u
#define FETCH_ROWS	  500u

void *catalog_grow(struct cw_arena *arena, void *old, size_t count, size_t size)
{
	void *bigger;

	if (count & (count - 1))
		return old;
	bigger = cw_arena_take(arena, count ? 2 * count : 1, size, _Alignof(max_align_t));
	if (count)
		memcpy(bigger, old, count * size);
	return bigger;
}

bool catalog_is_set(const struct cw_row *row, unsigned i)
{
	return i < row->count && row->value[i].state == CW_VALUE_SET;
}

const char *catalog_text(struct catalog_reading *reading, const struct cw_row *row, unsigned i)
{
	char *copy;

	if (!catalog_is_set(row, i))
		return "";
	copy = cw_new(reading->arena, char, (size_t)row->value[i].len + 1);
	memcpy(copy, row->value[i].at, row->value[i].len);
	return copy;
}

int64_t catalog_number(const struct cw_row *row, unsigned i, int64_t otherwise)
{
	char shown[256];
	struct cw_err err = { 0 };

	if (!catalog_is_set(row, i) || !cw_num_to_text(cw_value_bytes(&row->value[i]), shown, &err))
		return otherwise;
	return strtoll(shown, NULL, 10);
}

bool catalog_each(struct catalog_reading *reading, const char *sql, catalog_row_fn *fn)
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

bool catalog_pg_name(struct catalog_reading *reading, const char *name, const char **ret)
{
	*ret = cw_pg_name_of(reading->arena, name);
	if (strlen(*ret) <= CATALOG_PG_NAME_BYTES_MAX)
		return true;
	return cw_fail(reading->err, CW_ERR_CONFIG, 7303,
		       "the name %s has more than the %u bytes that PostgreSQL keeps", name,
		       CATALOG_PG_NAME_BYTES_MAX);
}

struct cw_table *catalog_find_table(const struct cw_catalog *catalog, const char *owner,
				    const char *name)
{
	for (uint32_t i = 0; i < catalog->table_count; i++)
		if (strcmp(catalog->table[i]->shape.name, name) == 0 &&
		    strcmp(catalog->table[i]->shape.owner, owner) == 0)
			return catalog->table[i];
	return NULL;
}

int catalog_column(const struct cw_shape *shape, const char *name)
{
	for (uint16_t i = 0; i < shape->column_count; i++)
		if (strcmp(shape->column[i].name, name) == 0)
			return i;
	return -1;
}

bool catalog_impossible(struct catalog_reading *reading, const char *what, const char *name)
{
	return cw_fail(reading->err, CW_ERR_CONFIG, 7304, "%s %s.%s is not what it should be", what,
		       reading->owner, name);
}
