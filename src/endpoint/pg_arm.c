/* pg_arm.c - identity of the tables, publication and slot are made and dropped: see pg_slot.h */
#include "base/fault.h"
#include "endpoint/pg_slot.h"
#include "postgres/slot.h"
#include "schema/ddl.h"

#include <stdio.h>
#include <string.h>

#define SQL_BYTES_MAX (16u << 20)
#define DROP_WAIT_MS  20000

static bool ask(struct cw_pg *pg, const char *sql, const char *name, bool *ret, struct cw_err *err)
{
	struct cw_pg_rows rows;

	if (!cw_pg_query(pg, sql, 1, &name, CW_PG_AS_TEXT, &rows, err))
		return false;
	*ret = rows.row_count > 0;
	cw_pg_rows_free(&rows);
	return true;
}

static bool slot_exists(struct cw_pg *pg, const char *slot, bool *ret, struct cw_err *err)
{
	return ask(pg, "SELECT 1 FROM pg_replication_slots WHERE slot_name = $1", slot, ret, err);
}

bool cw_pg_slot_exists(const struct cw_pg_login *login, const char *slot, bool *ret,
		       struct cw_err *err)
{
	struct cw_pg *pg;
	bool ok;

	if (!cw_pg_open(login, &pg, err))
		return false;
	ok = slot_exists(pg, slot, ret, err);
	cw_pg_close(pg);
	return ok;
}

/* A published table without identity would refuse UPDATE and DELETE: identity comes first. */
static void put_identity(const struct cw_catalog *catalog, struct cw_wr *sql)
{
	char table[264];

	for (uint32_t i = 0; i < catalog->table_count; i++)
		if (catalog->table[i]->shape.key_count == 0)
			cw_wr_printf(sql, "ALTER TABLE %s REPLICA IDENTITY FULL;\n",
				     cw_ddl_pg_table(&catalog->table[i]->shape, table));
}

static void put_publication(const struct cw_catalog *catalog, const char *name, struct cw_wr *sql)
{
	char table[264], quoted[140];

	cw_wr_printf(sql, "CREATE PUBLICATION %s FOR TABLE ",
		     cw_pg_quote(name, quoted, sizeof(quoted)));
	for (uint32_t i = 0; i < catalog->table_count; i++)
		cw_wr_printf(sql, "%s%s", i ? ", " : "",
			     cw_ddl_pg_table(&catalog->table[i]->shape, table));
	cw_wr_text(sql, ";\n");
}

/* Is @shape's table among @rows of schema and name? */
static bool is_among(const struct cw_pg_rows *rows, const struct cw_shape *shape)
{
	for (uint32_t i = 0; i < rows->row_count; i++)
		if (strcmp(cw_pg_text(rows, i, 1), shape->pg_name) == 0 &&
		    strcmp(cw_pg_text(rows, i, 0), shape->pg_schema) == 0)
			return true;
	return false;
}

static bool are_just(const struct cw_pg_rows *published, const struct cw_catalog *catalog,
		     const char *name, struct cw_err *err)
{
	for (uint32_t i = 0; i < catalog->table_count; i++)
		if (!is_among(published, &catalog->table[i]->shape))
			return cw_fail(err, CW_ERR_CONFIG, 5205,
				       "publication %s does not give all changes of %s.%s", name,
				       catalog->table[i]->shape.pg_schema,
				       catalog->table[i]->shape.pg_name);
	for (uint32_t i = 0; i < published->row_count; i++)
		if (!cw_catalog_by_pg_name(catalog, cw_pg_text(published, i, 0),
					   cw_pg_text(published, i, 1)))
			return cw_fail(err, CW_ERR_CONFIG, 5202,
				       "%s.%s is published by %s but is not of the crossing",
				       cw_pg_text(published, i, 0), cw_pg_text(published, i, 1),
				       name);
	return true;
}

bool cw_pg_slot_publishes(struct cw_pg *pg, const char *slot, const struct cw_catalog *catalog,
			  struct cw_err *err)
{
	struct cw_pg_rows rows;
	bool ok;

	/* row filters and column lists came with PostgreSQL 15 */
	if (!cw_pg_query(pg,
			 "SELECT n.nspname, c.relname FROM pg_publication_rel r "
			 "JOIN pg_publication p ON p.oid = r.prpubid "
			 "JOIN pg_class c ON c.oid = r.prrelid "
			 "JOIN pg_namespace n ON n.oid = c.relnamespace "
			 "WHERE p.pubname = $1 AND p.pubinsert AND p.pubupdate AND p.pubdelete "
			 "AND p.pubtruncate AND to_jsonb(r) ->> 'prqual' IS NULL "
			 "AND to_jsonb(r) ->> 'prattrs' IS NULL",
			 1, &slot, CW_PG_AS_TEXT, &rows, err))
		return false;
	ok = are_just(&rows, catalog, slot, err);
	cw_pg_rows_free(&rows);
	return ok;
}

static bool make_publication(struct cw_pg *pg, const struct cw_pg_slot_options *options,
			     struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = SQL_BYTES_MAX };

	cw_wr_text(&sql, "BEGIN; SET LOCAL lock_timeout = '10s';\n");
	put_identity(options->catalog, &sql);
	put_publication(options->catalog, options->slot, &sql);
	cw_wr_text(&sql, "COMMIT;");
	return cw_pg_run_wr(pg, &sql, err) ||
	       cw_err_add(err, "making publication %s", options->slot);
}

static bool make_slot(const struct cw_pg_login *login, const char *slot, struct cw_err *err)
{
	struct cw_pg_login replication = *login;
	struct cw_pg *pg;
	bool ok;

	replication.replication = true;
	if (!cw_pg_open(&replication, &pg, err))
		return false;
	ok = cw_pg_slot_create(pg, slot, err);
	cw_pg_close(pg);
	return ok;
}

/*
 * A publication younger than the slot's position is none to the slot, nor is what was added to it
 * since: first it, then the slot.  So both are made anew, unless the slot has what is still needed.
 */
static bool need_publication(struct cw_pg *pg, const struct cw_pg_slot_options *options,
			     bool *ret_slot, struct cw_err *err)
{
	struct cw_err unlike;

	if (!slot_exists(pg, options->slot, ret_slot, err))
		return false;
	if (cw_pg_slot_publishes(pg, options->slot, options->catalog, &unlike))
		return true;
	if (unlike.kind != CW_ERR_CONFIG || (*ret_slot && !options->renew)) {
		*err = unlike;
		return false;
	}
	*ret_slot = false;
	return cw_pg_slot_drop(pg, options->slot, err) && make_publication(pg, options, err);
}

bool cw_pg_slot_arm(const struct cw_pg_login *login, const struct cw_pg_slot_options *options,
		    bool *ret_made, struct cw_err *err)
{
	struct cw_pg *pg;
	bool exists = false, ok;

	*ret_made = false;
	if (!cw_pg_open(login, &pg, err))
		return false;
	ok = need_publication(pg, options, &exists, err);
	cw_pg_close(pg);
	if (!ok)
		return cw_err_add(err, "arming the way back");
	(void)cw_fault("slot.published");
	if (!exists && !make_slot(login, options->slot, err))
		return cw_err_add(err, "arming the way back");
	*ret_made = !exists;
	return true;
}

/* Its tables without a key have the identity again that they had. */
static bool drop_publication(struct cw_pg *pg, const char *name, struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = SQL_BYTES_MAX };
	struct cw_pg_rows rows;
	char quoted[140];

	if (!cw_pg_query(pg,
			 "SELECT r.prrelid::regclass FROM pg_publication_rel r "
			 "JOIN pg_publication p ON p.oid = r.prpubid "
			 "JOIN pg_class c ON c.oid = r.prrelid "
			 "WHERE p.pubname = $1 AND c.relreplident = 'f'",
			 1, &name, CW_PG_AS_TEXT, &rows, err))
		return false;
	cw_wr_printf(&sql,
		     "BEGIN; SET LOCAL lock_timeout = '10s'; DROP PUBLICATION IF EXISTS %s;\n",
		     cw_pg_quote(name, quoted, sizeof(quoted)));
	for (uint32_t i = 0; i < rows.row_count; i++)
		cw_wr_printf(&sql, "ALTER TABLE %s REPLICA IDENTITY DEFAULT;\n",
			     cw_pg_text(&rows, i, 0));
	cw_pg_rows_free(&rows);
	cw_wr_text(&sql, "COMMIT;");
	return cw_pg_run_wr(pg, &sql, err) || cw_err_add(err, "dropping publication %s", name);
}

bool cw_pg_slot_drop(struct cw_pg *pg, const char *slot, struct cw_err *err)
{
	if (!cw_pg_run_when_free(pg,
				 "SELECT pg_drop_replication_slot(slot_name) "
				 "FROM pg_replication_slots WHERE slot_name = $1",
				 slot, DROP_WAIT_MS, err))
		return cw_err_add(err, "dropping slot %s", slot);
	return drop_publication(pg, slot, err);
}
