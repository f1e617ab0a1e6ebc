/*
 * catalog.h - what both databases are made of: one model, read from Oracle's dictionary
 *
 * Tables are shapes (model/shape.h) with their keys, foreign keys, checks,
 * indexes and defaults; beside them sequences and triggers.  Names, types and
 * expressions of the PostgreSQL side are in it already, so that load, follow,
 * verify, runbook and DDL all mean the same table.
 *
 * A table that this version cannot carry whole makes cw_catalog_read() fail and
 * names it; a thing beside the rows that has no plain equivalent (a function in
 * a check, a default that calls code) is kept with pg_... NULL and is told as a
 * comment in the DDL.
 *
 * Owns		everything hangs off the catalog's arena; read-only once built
 * Errors	CW7301 type not covered	CW7302 kind of table not covered
 *		CW7303 name too long or taken twice on PostgreSQL	CW7304 the
 *		dictionary says something impossible	CW7305 no table found
 *		CW7306 a table left out that is not there
 *		CW7307 character set not covered
 *		CW7308 a name that LogMiner does not tell	(config)
 * Threads	shared freely once built
 */
#ifndef CW_SCHEMA_CATALOG_H
#define CW_SCHEMA_CATALOG_H

/* LogMiner tells no change of a table with a longer name in it: owner's, table's, column's (CW7308). */
#define CW_ORA_NAME_TOLD_BYTES 30u

#include "base/arena.h"
#include "model/shape.h"
#include "oracle/session.h"
#include "schema/config.h"

struct cw_table;

struct cw_key {
	const char *name, *pg_name;
	bool primary;
	bool deferrable; /* in Oracle; PostgreSQL's is immediate, or it could not tell rows apart */
	uint16_t count;
	const uint16_t *column; /* indexes into shape.column[] */
	bool renamed;		/* pg_name is another, since a table has that name there */
};

struct cw_foreign {
	const char *name, *pg_name;
	uint16_t count;
	const uint16_t *column;	       /* of this table */
	const struct cw_table *parent; /* NULL: outside the crossing, not made */
	const char *parent_text;       /* "OWNER.TABLE", for people */
	const uint16_t *parent_column; /* of the parent */
	const char *delete_rule;       /* "NO ACTION", "CASCADE", "SET NULL" */
	bool enabled, deferrable, deferred;
	bool validated; /* false: rows may break it, PostgreSQL is not asked to look */
};

struct cw_check {
	const char *name, *pg_name;
	const char *condition;	  /* Oracle's words */
	bool validated;		  /* false: rows may break it, and PostgreSQL looks at every change of one */
	const char *pg_condition; /* NULL: not validated or not plain, not made */
};

struct cw_index {
	const char *name, *pg_name;
	bool unique;
	const char *why_not; /* NULL: it is made */
	uint16_t count;
	const uint16_t *column;
	bool renamed; /* as a key's */
};

struct cw_table {
	struct cw_shape shape; /* first member: a shape of the catalog is its table */
	uint64_t data_object_id;
	const char **ora_default; /* by column; NULL: none */
	const char **pg_default;  /* NULL: none, or not plain */
	const char *comment, **column_comment; /* NULL: none */
	uint16_t unique_count;		       /* the primary key is keys[0] if there is one */
	const struct cw_key *key;
	uint16_t foreign_count, check_count, index_count;
	struct cw_foreign *foreign;
	const struct cw_check *check;
	const struct cw_index *index;
};

struct cw_sequence {
	const char *owner, *name, *pg_schema, *pg_name;
	int64_t min, max, increment, cache; /* clamped to what a bigint holds */
	int64_t last_number;		    /* the first value not yet handed to a cache */
	bool cycle;
};

struct cw_trigger {
	const char *owner, *name, *table_owner, *table_name;
	bool enabled;
};

struct cw_catalog {
	struct cw_arena arena;
	uint32_t table_count, sequence_count, trigger_count;
	struct cw_table **table; /* by owner and name */
	struct cw_sequence *sequence;
	struct cw_trigger *trigger;
};

/*
 * All tables, sequences and triggers of @schemas (names as Oracle stores them) but those @left_out,
 * OWNER.TABLE each, temporary tables and what materialized views keep.
 */
bool cw_catalog_read(struct cw_ora *ora, const struct cw_config_list *schemas,
		     const struct cw_config_list *left_out, struct cw_catalog *ret,
		     struct cw_err *err) CW_MUST_CHECK;
void cw_catalog_release(struct cw_catalog *catalog);

static inline const struct cw_table *cw_table_of(const struct cw_shape *shape)
{
	return (const struct cw_table *)shape;
}

/* NULL when there is none. */
const struct cw_shape *cw_catalog_by_object(const struct cw_catalog *catalog, uint64_t object_id);
const struct cw_shape *cw_catalog_by_name(const struct cw_catalog *catalog, const char *owner,
					  const char *name);
const struct cw_shape *cw_catalog_by_pg_name(const struct cw_catalog *catalog, const char *schema,
					     const char *name);

/* The name of @name on PostgreSQL: lower case if it is all upper case, else as it is. */
const char *cw_pg_name_of(struct cw_arena *arena, const char *name);

/*
 * Fill pg_type and pg_oid of @column from what Oracle declares; false (CW7301)
 * for a type that is not covered.  @data_type is ALL_TAB_COLS.DATA_TYPE.
 */
bool cw_map_column(struct cw_arena *arena, struct cw_column *column, const char *data_type,
		   struct cw_err *err) CW_MUST_CHECK;

/*
 * The default of @column, and a condition of @shape's columns, in PostgreSQL's words; NULL if it is
 * not plain.  Plain are, of types that both sides treat alike or that a cast makes so: literals,
 * columns, comparisons, AND OR NOT IN BETWEEN LIKE IS NULL, + - *, days added to dates, LENGTH,
 * TRUNC, TO_DATE of literals, REGEXP_LIKE of simple patterns; and of defaults SYSDATE and its like,
 * SYS_GUID(), sequence.NEXTVAL.
 */
const char *cw_map_default(struct cw_arena *arena, const struct cw_column *column,
			   const char *owner, const char *text);
const char *cw_map_condition(struct cw_arena *arena, const struct cw_shape *shape,
			     const char *text);

#endif
