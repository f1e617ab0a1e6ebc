/* logminer_table.c - see logminer_scan.h: names of tables as the dictionary has them now */
#include "logminer_scan.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "rehearsal/rowid.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#define NAME_TOLD_BYTES 30

/* LogMiner tells no row of a table with a longer name in it, though 12.2 and later have them. */
static bool is_told(const char *name)
{
	return strlen(name) <= NAME_TOLD_BYTES;
}

static char *text_at(uint64 row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

static int number_at(uint64 row, int column)
{
	bool is_null;

	return DatumGetInt32(
		SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &is_null));
}

/* The rows found: version, owner, name, column, scale. */
static void take_definition(struct mined_table *table, const struct rh_rec *rec, MemoryContext mine)
{
	int count = Max(rec->old_count, rec->new_count);

	*table = (struct mined_table){ .relid = rec->object };
	table->column = MemoryContextAllocZero(mine, sizeof(char *) * (size_t)(count + 1));
	table->scale = MemoryContextAllocZero(mine, sizeof(int) * (size_t)(count + 1));
	for (uint64 i = 0; i < SPI_processed; i++) {
		char *column = text_at(i, 4);

		if (i == 0) {
			table->owner = MemoryContextStrdup(mine, text_at(i, 2));
			table->name = MemoryContextStrdup(mine, text_at(i, 3));
			table->untold = !is_told(table->name) || !is_told(table->owner);
		}
		if (column && table->column_count < count) {
			table->column[table->column_count] = MemoryContextStrdup(mine, column);
			table->scale[table->column_count] = number_at(i, 5);
			table->untold = table->untold || !is_told(column);
		}
		table->column_count += column != NULL;
	}
	/* a change under another definition is not written with the names of this one */
	table->known = table->column_count == count && SPI_processed > 0 &&
		       (uint32_t)number_at(0, 1) == rec->version;
}

/*
 * As the dictionary has it at this moment, in one statement: names of one definition and the number
 * of another would tell a change with names that it did not have.
 */
static void describe(struct mined_table *table, const struct rh_rec *rec, const char *sql)
{
	MemoryContext mine = CurrentMemoryContext;
	Oid type[3] = { OIDOID, INT4OID, OIDOID };
	Datum value[3] = { ObjectIdGetDatum(rec->object), Int32GetDatum((int32)rec->version),
			   ObjectIdGetDatum(RH_ROW_PART(rec->row_id)) };

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect");
	PushActiveSnapshot(GetLatestSnapshot());
	if (SPI_execute_with_args(sql, 3, type, value, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "the catalog of the rehearsal does not answer");
	if (SPI_processed > 0 || !table->name)
		take_definition(table, rec, mine);
	PopActiveSnapshot();
	SPI_finish();
}

const struct mined_table *mined_table_of(struct scan *scan)
{
	uint32_t key[3] = { scan->rec.object, scan->rec.version, RH_ROW_PART(scan->rec.row_id) };
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
	describe(&entry->table, &scan->rec, "select * from rh.definition_now($1, $3)");
	if (!entry->table.known && scan->old_names_too)
		describe(&entry->table, &scan->rec, "select * from rh.definition_then($1, $2)");
	MemoryContextSwitchTo(saved);
	return &entry->table;
}
