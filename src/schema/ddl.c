/* ddl.c - see ddl.h */
#include "schema/ddl.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_ROOM      140
#define TEXT_BYTES_MAX (256u << 20)

const char *cw_ddl_pg_table(const struct cw_shape *shape, char ret[264])
{
	char schema[NAME_ROOM], name[NAME_ROOM];

	(void)snprintf(ret, 264, "%s.%s", cw_pg_quote(shape->pg_schema, schema, sizeof(schema)),
		       cw_pg_quote(shape->pg_name, name, sizeof(name)));
	return ret;
}

/* Oracle's names have no double quote in them: its own rule. */
const char *cw_ddl_ora_table(const struct cw_shape *shape, char ret[264])
{
	(void)snprintf(ret, 264, "\"%s\".\"%s\"", shape->owner, shape->name);
	return ret;
}

/* A text literal. */
static void put_literal(struct cw_wr *out, const char *text)
{
	cw_wr_u8(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			cw_wr_u8(out, '\'');
		cw_wr_u8(out, (uint8_t)*text);
	}
	cw_wr_u8(out, '\'');
}

/* One line whatever the text is: a line feed would end the comment. */
static void put_left_out(struct cw_wr *out, const char *what, const char *text)
{
	cw_wr_printf(out, "-- not converted: %s: ", what);
	for (; *text; text++)
		cw_wr_u8(out, (uint8_t)((unsigned char)*text < ' ' ? ' ' : *text));
	cw_wr_u8(out, '\n');
}

static void put_columns(struct cw_wr *out, const struct cw_shape *shape, const uint16_t *column,
			uint16_t count)
{
	char name[NAME_ROOM];

	for (uint16_t i = 0; i < count; i++)
		cw_wr_printf(out, "%s%s", i ? ", " : "",
			     cw_pg_quote(shape->column[column[i]].pg_name, name, sizeof(name)));
}

/* The relation or constraint is there already? Then the statement in between is left alone. */
static void begin_unless(struct cw_wr *out, const char *catalog, const char *name_column,
			 const char *name, const struct cw_shape *shape)
{
	char table[264];

	cw_wr_printf(out,
		     "DO $causeway$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.%s WHERE %s = ",
		     catalog, name_column);
	put_literal(out, name);
	cw_wr_text(out, " AND conrelid = ");
	put_literal(out, cw_ddl_pg_table(shape, table));
	cw_wr_text(out, "::regclass) THEN ");
}

static void end_unless(struct cw_wr *out)
{
	cw_wr_text(out, "; END IF; END $causeway$;\n");
}

static void put_schemas(const struct cw_catalog *catalog, struct cw_wr *out)
{
	const char *last = "";
	char schema[NAME_ROOM];

	for (uint32_t i = 0; i < catalog->table_count; i++) {
		const struct cw_shape *shape = &catalog->table[i]->shape;

		if (strcmp(shape->pg_schema, last) != 0)
			cw_wr_printf(out, "CREATE SCHEMA IF NOT EXISTS %s;\n",
				     cw_pg_quote(shape->pg_schema, schema, sizeof(schema)));
		last = shape->pg_schema;
	}
	cw_wr_text(out, "\n");
}

static void put_sequence(const struct cw_sequence *sequence, struct cw_wr *out)
{
	char schema[NAME_ROOM], name[NAME_ROOM];
	int64_t start = sequence->last_number;

	if (start < sequence->min)
		start = sequence->min;
	if (start > sequence->max)
		start = sequence->max;
	cw_wr_printf(out,
		     "CREATE SEQUENCE IF NOT EXISTS %s.%s INCREMENT BY %" PRId64
		     " MINVALUE %" PRId64 " MAXVALUE %" PRId64 " START WITH %" PRId64
		     " CACHE %" PRId64 "%s;\n",
		     cw_pg_quote(sequence->pg_schema, schema, sizeof(schema)),
		     cw_pg_quote(sequence->pg_name, name, sizeof(name)), sequence->increment,
		     sequence->min, sequence->max, start, sequence->cache > 0 ? sequence->cache : 1,
		     sequence->cycle ? " CYCLE" : "");
}

static void put_column(const struct cw_table *table, uint16_t i, struct cw_wr *out)
{
	const struct cw_column *column = &table->shape.column[i];
	char name[NAME_ROOM];

	cw_wr_printf(out, "%s\n\t%s %s", i ? "," : "",
		     cw_pg_quote(column->pg_name, name, sizeof(name)), column->pg_type);
	if (table->pg_default[i])
		cw_wr_printf(out, " DEFAULT %s", table->pg_default[i]);
	if (!column->nullable)
		cw_wr_text(out, " NOT NULL");
}

static void put_constraints(const struct cw_table *table, struct cw_wr *out)
{
	char name[NAME_ROOM];

	for (uint16_t i = 0; i < table->unique_count; i++) {
		const struct cw_key *key = &table->key[i];

		if (!key->name) /* a unique index: made after the load */
			continue;
		cw_wr_printf(out, ",\n\tCONSTRAINT %s %s (",
			     cw_pg_quote(key->pg_name, name, sizeof(name)),
			     key->primary ? "PRIMARY KEY" : "UNIQUE");
		put_columns(out, &table->shape, key->column, key->count);
		cw_wr_text(out, ")");
	}
	for (uint16_t i = 0; i < table->check_count; i++)
		if (table->check[i].pg_condition)
			cw_wr_printf(out, ",\n\tCONSTRAINT %s CHECK (%s)",
				     cw_pg_quote(table->check[i].pg_name, name, sizeof(name)),
				     table->check[i].pg_condition);
}

static void put_comments(const struct cw_table *table, struct cw_wr *out)
{
	char name[264], column[NAME_ROOM];

	(void)cw_ddl_pg_table(&table->shape, name);
	if (table->comment) {
		cw_wr_printf(out, "COMMENT ON TABLE %s IS ", name);
		put_literal(out, table->comment);
		cw_wr_text(out, ";\n");
	}
	for (uint16_t i = 0; i < table->shape.column_count; i++) {
		if (!table->column_comment || !table->column_comment[i])
			continue;
		cw_wr_printf(out, "COMMENT ON COLUMN %s.%s IS ", name,
			     cw_pg_quote(table->shape.column[i].pg_name, column, sizeof(column)));
		put_literal(out, table->column_comment[i]);
		cw_wr_text(out, ";\n");
	}
}

static void put_table(const struct cw_table *table, struct cw_wr *out)
{
	char name[264], what[400];

	cw_wr_printf(out, "\nCREATE TABLE IF NOT EXISTS %s (",
		     cw_ddl_pg_table(&table->shape, name));
	for (uint16_t i = 0; i < table->shape.column_count; i++)
		put_column(table, i, out);
	put_constraints(table, out);
	cw_wr_text(out, "\n);\n");
	put_comments(table, out);
	for (uint16_t i = 0; i < table->shape.column_count; i++) {
		if (!table->ora_default[i] || table->pg_default[i])
			continue;
		(void)snprintf(what, sizeof(what), "default of %s.%s.%s", table->shape.owner,
			       table->shape.name, table->shape.column[i].name);
		put_left_out(out, what, table->ora_default[i]);
	}
	for (uint16_t i = 0; i < table->check_count; i++) {
		if (table->check[i].pg_condition)
			continue;
		(void)snprintf(what, sizeof(what), "check %s of %s.%s", table->check[i].name,
			       table->shape.owner, table->shape.name);
		put_left_out(out, what, table->check[i].condition);
	}
}

static void put_triggers(const struct cw_catalog *catalog, struct cw_wr *out)
{
	char what[400];

	for (uint32_t i = 0; i < catalog->trigger_count; i++) {
		const struct cw_trigger *trigger = &catalog->trigger[i];

		(void)snprintf(what, sizeof(what), "trigger %s.%s on %s.%s", trigger->owner,
			       trigger->name, trigger->table_owner, trigger->table_name);
		put_left_out(out, what, "write its function for PostgreSQL");
	}
}

void cw_ddl_tables(const struct cw_catalog *catalog, struct cw_wr *out)
{
	put_schemas(catalog, out);
	for (uint32_t i = 0; i < catalog->sequence_count; i++)
		put_sequence(&catalog->sequence[i], out);
	for (uint32_t i = 0; i < catalog->table_count; i++)
		put_table(catalog->table[i], out);
	put_triggers(catalog, out);
}

static void put_index(const struct cw_table *table, const struct cw_index *index, struct cw_wr *out)
{
	char name[NAME_ROOM], where[264], what[400];

	if (index->why_not) {
		(void)snprintf(what, sizeof(what), "index %s on %s.%s", index->name,
			       table->shape.owner, table->shape.name);
		if (*index->why_not)
			put_left_out(out, what, index->why_not);
		return;
	}
	cw_wr_printf(out, "CREATE %sINDEX IF NOT EXISTS %s ON %s (", index->unique ? "UNIQUE " : "",
		     cw_pg_quote(index->pg_name, name, sizeof(name)),
		     cw_ddl_pg_table(&table->shape, where));
	put_columns(out, &table->shape, index->column, index->count);
	cw_wr_text(out, ");\n");
}

static void put_foreign(const struct cw_table *table, const struct cw_foreign *foreign,
			struct cw_wr *out)
{
	char name[NAME_ROOM], where[264], what[400];

	if (!foreign->parent || !foreign->enabled) {
		(void)snprintf(what, sizeof(what), "foreign key %s of %s.%s", foreign->name,
			       table->shape.owner, table->shape.name);
		put_left_out(out, what,
			     foreign->enabled ? "its parent is not in the crossing"
					      : "it is disabled in Oracle");
		return;
	}
	begin_unless(out, "pg_constraint", "conname", foreign->pg_name, &table->shape);
	cw_wr_printf(out, "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (",
		     cw_ddl_pg_table(&table->shape, where),
		     cw_pg_quote(foreign->pg_name, name, sizeof(name)));
	put_columns(out, &table->shape, foreign->column, foreign->count);
	cw_wr_printf(out, ") REFERENCES %s (", cw_ddl_pg_table(&foreign->parent->shape, where));
	put_columns(out, &foreign->parent->shape, foreign->parent_column, foreign->count);
	cw_wr_text(out, ")");
	if (strcmp(foreign->delete_rule, "CASCADE") == 0 ||
	    strcmp(foreign->delete_rule, "SET NULL") == 0)
		cw_wr_printf(out, " ON DELETE %s", foreign->delete_rule);
	if (foreign->deferrable)
		cw_wr_printf(out, " DEFERRABLE INITIALLY %s",
			     foreign->deferred ? "DEFERRED" : "IMMEDIATE");
	cw_wr_text(out, " NOT VALID");
	if (!foreign->validated)
		cw_wr_printf(out, "; COMMENT ON CONSTRAINT %s ON %s IS '" CW_DDL_NEVER_VALID "'",
			     name, cw_ddl_pg_table(&table->shape, where));
	end_unless(out);
}

void cw_ddl_after_load(const struct cw_catalog *catalog, struct cw_wr *out)
{
	for (uint32_t i = 0; i < catalog->table_count; i++)
		for (uint16_t k = 0; k < catalog->table[i]->index_count; k++)
			put_index(catalog->table[i], &catalog->table[i]->index[k], out);
	for (uint32_t i = 0; i < catalog->table_count; i++)
		for (uint16_t k = 0; k < catalog->table[i]->foreign_count; k++)
			put_foreign(catalog->table[i], &catalog->table[i]->foreign[k], out);
}

void cw_ddl_validate(const struct cw_catalog *catalog, struct cw_wr *out)
{
	char where[264], name[NAME_ROOM];

	for (uint32_t i = 0; i < catalog->table_count; i++) {
		const struct cw_table *table = catalog->table[i];

		for (uint16_t k = 0; k < table->foreign_count; k++)
			if (table->foreign[k].parent && table->foreign[k].enabled &&
			    table->foreign[k].validated)
				cw_wr_printf(
					out, "ALTER TABLE %s VALIDATE CONSTRAINT %s;\n",
					cw_ddl_pg_table(&table->shape, where),
					cw_pg_quote(table->foreign[k].pg_name, name, sizeof(name)));
	}
}

unsigned cw_ddl_left_out(const struct cw_catalog *catalog)
{
	static const char mark[] = "-- not converted:";
	struct cw_wr out = { .limit_bytes = TEXT_BYTES_MAX };
	unsigned count = 0;
	const char *at;

	cw_ddl_tables(catalog, &out);
	cw_ddl_after_load(catalog, &out);
	cw_wr_u8(&out, 0);
	for (at = (const char *)out.at0; !cw_wr_failed(&out) && (at = strstr(at, mark)) != NULL;
	     at += sizeof(mark) - 1)
		count++;
	cw_wr_release(&out);
	return count;
}

typedef void print_fn(const struct cw_catalog *catalog, struct cw_wr *out);

static bool apply(struct cw_pg *pg, const struct cw_catalog *catalog, print_fn *print,
		  const char *what, struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = TEXT_BYTES_MAX };
	bool ok;

	cw_wr_text(&sql, "BEGIN; SET LOCAL lock_timeout = '10s';\n");
	print(catalog, &sql);
	cw_wr_printf(&sql, "COMMIT;%c", 0);
	if (cw_wr_failed(&sql))
		ok = cw_fail(err, CW_ERR_LIMIT, 7304, "the schema is too large");
	else
		ok = cw_pg_run(pg, (const char *)sql.at0, err);
	cw_wr_release(&sql);
	if (!ok) {
		struct cw_err ignored = { 0 };

		(void)!cw_pg_run(pg, "ROLLBACK", &ignored);
		return cw_err_add(err, "making %s", what);
	}
	return true;
}

bool cw_ddl_apply_tables(struct cw_pg *pg, const struct cw_catalog *catalog, struct cw_err *err)
{
	return apply(pg, catalog, cw_ddl_tables, "the tables", err);
}

bool cw_ddl_apply_after_load(struct cw_pg *pg, const struct cw_catalog *catalog, struct cw_err *err)
{
	char table[264], sql[320];

	if (!apply(pg, catalog, cw_ddl_after_load, "indexes and foreign keys", err))
		return false;
	for (uint32_t i = 0; i < catalog->table_count; i++) {
		(void)snprintf(sql, sizeof(sql), "VACUUM (ANALYZE) %s",
			       cw_ddl_pg_table(&catalog->table[i]->shape, table));
		if (!cw_pg_run(pg, sql, err))
			return cw_err_add(err, "%s", sql);
	}
	return true;
}

bool cw_ddl_apply_validate(struct cw_pg *pg, const struct cw_catalog *catalog, struct cw_err *err)
{
	return apply(pg, catalog, cw_ddl_validate, "foreign keys valid", err);
}
