/*
 * catalog_parts.h - what the files that read the catalog share; see catalog.h
 *
 *	catalog.c		tables and columns, and what is beside them
 *	catalog_constraint.c	keys, foreign keys, checks
 *	catalog_index.c		indexes, and the keys that unique ones are
 *	catalog_name.c		names that are one table's or index's alone
 *	catalog_row.c		rows of the dictionary, names, growing lists
 */
#ifndef CW_SCHEMA_CATALOG_PARTS_H
#define CW_SCHEMA_CATALOG_PARTS_H

#include "schema/catalog.h"

/* What reading is done with: one schema at a time. */
struct catalog_reading {
	struct cw_ora *ora;
	struct cw_catalog *catalog;
	struct cw_arena *arena;
	const char *owner;
	const struct cw_config_list *left_out;
	bool *left; /* by left_out: such a table was found */
	struct cw_err *err;
	struct catalog_constraint *constraint; /* of this owner */
	uint32_t constraint_count;
	const struct cw_charset *charset; /* of the database; NULL: UTF-8 */
};

/* As the dictionary has it; columns by name, in their order. */
struct catalog_constraint {
	const char *owner, *name, *table, *r_owner, *r_name, *delete_rule, *condition;
	char type;
	bool enabled, deferrable, deferred, validated;
	uint16_t count;
	const char **column;
};

typedef bool catalog_row_fn(struct catalog_reading *reading, const struct cw_row *row);

/* catalog_row.c */

#define CATALOG_PG_NAME_BYTES_MAX 63u /* NAMEDATALEN - 1 */

/* Room for one more: doubles whenever @count is a power of two. */
void *catalog_grow(struct cw_arena *arena, void *old, size_t count, size_t size);
bool catalog_is_set(const struct cw_row *row, unsigned i);
/* "" for NULL */
const char *catalog_text(struct catalog_reading *reading, const struct cw_row *row, unsigned i);
/* A whole number, clamped to 64 bits; @otherwise for NULL. */
int64_t catalog_number(const struct cw_row *row, unsigned i, int64_t otherwise);
/* @sql has one bind, the owner that is read; @fn takes each of its rows. */
bool catalog_each(struct catalog_reading *reading, const char *sql, catalog_row_fn *fn);
/* False (CW7303) where it is longer than PostgreSQL keeps. */
bool catalog_pg_name(struct catalog_reading *reading, const char *name, const char **ret);
struct cw_table *catalog_find_table(const struct cw_catalog *catalog, const char *owner,
				    const char *name);
/* -1: there is none */
int catalog_column(const struct cw_shape *shape, const char *name);
/* CW7304 */
bool catalog_impossible(struct catalog_reading *reading, const char *what, const char *name);

#define GROW(arena, list, count)                                                                   \
	((list) = catalog_grow((arena), (void *)(uintptr_t)(list), (count), sizeof((list)[0])))

/* catalog_constraint.c */
bool catalog_read_constraint(struct catalog_reading *reading, const struct cw_row *row);
bool catalog_read_constraint_column(struct catalog_reading *reading, const struct cw_row *row);
/* Keys of the owner that is read, once its constraints are; the others when those of every owner are. */
bool catalog_build_keys(struct catalog_reading *reading);
bool catalog_build_others(struct catalog_reading *reading);
struct cw_key *catalog_add_key(struct catalog_reading *reading, struct cw_table *table);

/* catalog_index.c */
bool catalog_read_index(struct catalog_reading *reading, const struct cw_row *row);
bool catalog_read_index_column(struct catalog_reading *reading, const struct cw_row *row);
void catalog_settle_indexes(struct catalog_reading *reading, struct cw_table *table);

/* catalog_name.c; behind all the others */
bool catalog_settle_names(struct catalog_reading *reading);

#endif
