/*
 * ddl.h - the catalog as PostgreSQL's DDL, in the order it has to be applied
 *
 *	cw_ddl_tables		schemas, sequences, tables with their primary and
 *				unique keys and checks		before the load
 *	cw_ddl_after_load	indexes, foreign keys NOT VALID	after the load
 *	cw_ddl_validate		VALIDATE CONSTRAINT, one by one	at a commit boundary
 *
 * What was not converted stands there as a comment.  `causeway schema
 * --dry-run` prints the text; --apply runs it.  Everything is IF NOT EXISTS or
 * asks the catalog first, so that a second run after a crash goes on.
 *
 * Errors	those of postgres/session.h, with the statement named
 */
#ifndef CW_SCHEMA_DDL_H
#define CW_SCHEMA_DDL_H

#include "base/wr.h"
#include "postgres/session.h"
#include "schema/catalog.h"

/* The comment of a foreign key that Oracle does not vouch for, either: it stays NOT VALID. */
#define CW_DDL_NEVER_VALID "not validated on Oracle"

void cw_ddl_tables(const struct cw_catalog *catalog, struct cw_wr *out);
void cw_ddl_after_load(const struct cw_catalog *catalog, struct cw_wr *out);
void cw_ddl_validate(const struct cw_catalog *catalog, struct cw_wr *out);

/* How many things were left out, each a line "-- not converted: ..." of the text. */
unsigned cw_ddl_left_out(const struct cw_catalog *catalog);

/* Make schemas, sequences, tables; all in one transaction. */
bool cw_ddl_apply_tables(struct cw_pg *pg, const struct cw_catalog *catalog,
			 struct cw_err *err) CW_MUST_CHECK;
/* Indexes, foreign keys NOT VALID, VACUUM ANALYZE. */
bool cw_ddl_apply_after_load(struct cw_pg *pg, const struct cw_catalog *catalog,
			     struct cw_err *err) CW_MUST_CHECK;
bool cw_ddl_apply_validate(struct cw_pg *pg, const struct cw_catalog *catalog,
			   struct cw_err *err) CW_MUST_CHECK;

/* "schema"."name" of a table, quoted for PostgreSQL resp. Oracle. */
const char *cw_ddl_pg_table(const struct cw_shape *shape, char ret[264]);
const char *cw_ddl_ora_table(const struct cw_shape *shape, char ret[264]);

#endif
