/* logminer_table.c - see logminer_scan.h: names of tables as the dictionary has them now */
#include "logminer_scan.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "rehearsal/long_name.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#define NAME_TOLD_BYTES 30

static uint32_t version_now(Oid relid)
{
	Oid type = OIDOID;
	Datum value = ObjectIdGetDatum(relid);
	uint32_t version = 1;
	bool is_null;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect");
	if (SPI_execute_with_args("select version::bigint from rh.object_version"
				  " where relid operator(pg_catalog.=) $1",
				  1, &type, &value, NULL, true, 1) == SPI_OK_SELECT &&
	    SPI_processed == 1)
		version = (uint32_t)DatumGetInt64(
			SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
	SPI_finish();
	return version;
}

/* Oracle's name for one inside, see rehearsal/long_name.h. */
static char *full_name(const char *inside)
{
	MemoryContext mine = CurrentMemoryContext;
	Oid type = TEXTOID;
	Datum value;
	char *name = NULL;

	if (!strstr(inside, RH_LONG_NAME_MARK))
		return pstrdup(inside);
	value = CStringGetTextDatum(inside);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect");
	if (SPI_execute_with_args("select rh.full_name($1)", 1, &type, &value, NULL, true, 1) ==
		    SPI_OK_SELECT &&
	    SPI_processed == 1)
		name = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	name = MemoryContextStrdup(mine, name ? name : inside);
	SPI_finish();
	return name;
}

/* LogMiner tells no row of a table with a longer name in it, though 12.2 and later have them. */
static bool is_told(const char *name)
{
	return strlen(name) <= NAME_TOLD_BYTES;
}

static void describe_columns(struct mined_table *table, TupleDesc desc, int count)
{
	table->column = palloc0(sizeof(char *) * (size_t)(count + 1));
	table->scale = palloc0(sizeof(int) * (size_t)(count + 1));
	for (int i = 0; i < desc->natts && table->column_count <= count; i++) {
		Form_pg_attribute att = TupleDescAttr(desc, i);

		if (att->attisdropped || att->attgenerated || /* a virtual column has no redo */
		    strcmp(NameStr(att->attname), ROWID_COLUMN) == 0)
			continue;
		if (table->column_count < count) {
			table->column[table->column_count] = full_name(NameStr(att->attname));
			table->untold =
				table->untold || !is_told(table->column[table->column_count]);
			table->scale[table->column_count] =
				att->atttypmod >= 0 ? att->atttypmod : 6;
		}
		table->column_count++;
	}
}

static void describe(struct mined_table *table, const struct rh_rec *rec)
{
	int count = Max(rec->old_count, rec->new_count);
	Relation relation = RelationIdGetRelation(rec->object);

	table->relid = rec->object;
	if (!relation)
		return;
	table->name = full_name(RelationGetRelationName(relation));
	table->owner = full_name(get_namespace_name(RelationGetNamespace(relation)));
	table->untold = !is_told(table->name) || !is_told(table->owner);
	describe_columns(table, RelationGetDescr(relation), count);
	RelationClose(relation);
	/* a change under another definition is not written with the names of this one */
	table->known = table->column_count == count && version_now(table->relid) == rec->version;
}

/* As the table was in the version of the change. */
static void describe_then(struct mined_table *table, const struct rh_rec *rec)
{
	MemoryContext mine = CurrentMemoryContext;
	Oid type[2] = { OIDOID, INT4OID };
	Datum value[2] = { ObjectIdGetDatum(rec->object), Int32GetDatum((int32)rec->version) };
	int count = Max(rec->old_count, rec->new_count);
	SPITupleTable *found;
	bool is_null;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect");
	if (SPI_execute_with_args(
		    "select o.owner, o.name, u.c, u.s from rh.object_shape o, rows from"
		    " (pg_catalog.unnest(o.columns), pg_catalog.unnest(o.scales)) with ordinality u(c, s, n)"
		    " where o.relid operator(pg_catalog.=) $1 and o.version operator(pg_catalog.=) $2"
		    " order by u.n",
		    2, type, value, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "the catalog of the rehearsal does not answer");
	found = SPI_tuptable;
	table->known = count > 0 && SPI_processed == (uint64)count;
	table->column = MemoryContextAllocZero(mine, sizeof(char *) * (size_t)(count + 1));
	table->scale = MemoryContextAllocZero(mine, sizeof(int) * (size_t)(count + 1));
	for (int i = 0; table->known && i < count; i++) {
		table->column[i] =
			MemoryContextStrdup(mine, SPI_getvalue(found->vals[i], found->tupdesc, 3));
		table->scale[i] =
			DatumGetInt32(SPI_getbinval(found->vals[i], found->tupdesc, 4, &is_null));
		table->untold = table->untold || !is_told(table->column[i]);
	}
	if (table->known) {
		table->owner =
			MemoryContextStrdup(mine, SPI_getvalue(found->vals[0], found->tupdesc, 1));
		table->name =
			MemoryContextStrdup(mine, SPI_getvalue(found->vals[0], found->tupdesc, 2));
	}
	SPI_finish();
}

const struct mined_table *mined_table_of(struct scan *scan)
{
	uint32_t key[2] = { scan->rec.object, scan->rec.version };
	struct table_entry *entry;
	MemoryContext saved;
	bool found;

	if (!(miner.options & LOGMNR_DICT_FROM_ONLINE_CATALOG) || key[0] == 0)
		return NULL;
	entry = hash_search(scan->tables, key, HASH_ENTER, &found);
	if (found)
		return &entry->table;
	memset(&entry->table, 0, sizeof(entry->table));
	saved = MemoryContextSwitchTo(MemoryContextGetParent(scan->row_context));
	describe(&entry->table, &scan->rec);
	if (!entry->table.known && scan->old_names_too)
		describe_then(&entry->table, &scan->rec);
	MemoryContextSwitchTo(saved);
	return &entry->table;
}
