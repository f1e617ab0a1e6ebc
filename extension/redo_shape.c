/* redo_shape.c - what a captured table looks like, kept until the relation changes */
#include "causeway_redo.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "model/shape.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

static HTAB *shapes;

static void forget(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS scan;
	struct shape *shape;

	(void)arg;
	hash_seq_init(&scan, shapes);
	while ((shape = hash_seq_search(&scan)) != NULL) {
		if (relid == InvalidOid || shape->relid == relid)
			shape->valid = false;
	}
}

void shape_init(void)
{
	HASHCTL how = { .keysize = sizeof(Oid), .entrysize = sizeof(struct shape) };

	shapes = hash_create("rehearsal shapes", 64, &how, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(forget, (Datum)0);
}

/* DATE is a domain over timestamp(0), TIMESTAMP is timestamp itself. */
uint8_t shape_ora_type(Oid type, Oid *ret_base)
{
	Oid base = getBaseType(type);

	*ret_base = base;
	switch (base) {
	case NUMERICOID:
	case INT2OID:
	case INT4OID:
	case INT8OID:
		return CW_ORA_NUMBER;
	case VARCHAROID:
	case TEXTOID:
		return CW_ORA_VARCHAR2;
	case BPCHAROID:
		return CW_ORA_CHAR;
	case TIMESTAMPOID:
		return base != type ? CW_ORA_DATE : CW_ORA_TIMESTAMP;
	case BYTEAOID:
		return CW_ORA_RAW;
	case FLOAT4OID:
		return CW_ORA_BINARY_FLOAT;
	case FLOAT8OID:
		return CW_ORA_BINARY_DOUBLE;
	default:
		return 0;
	}
}

static void fill_columns(struct shape *shape, Relation relation)
{
	TupleDesc desc = RelationGetDescr(relation);
	uint16_t internal = 0;

	shape->column = MemoryContextAllocZero(TopMemoryContext,
					       sizeof(*shape->column) * (size_t)(desc->natts + 1));
	shape->rowid_attnum = 0;
	for (int i = 0; i < desc->natts; i++) {
		Form_pg_attribute att = TupleDescAttr(desc, i);
		struct shape_column *column = &shape->column[internal];

		if (att->attisdropped || att->attgenerated) /* a virtual column has no redo */
			continue;
		if (strcmp(NameStr(att->attname), ROWID_COLUMN) == 0) {
			shape->rowid_attnum = att->attnum;
			continue;
		}
		column->attnum = att->attnum;
		column->internal = ++internal;
		column->ora_type = shape_ora_type(att->atttypid, &column->base_type);
		column->len = att->attlen;
	}
	shape->column_count = internal;
}

static int64_t number_of(int row, int column)
{
	bool is_null;
	Datum value =
		SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &is_null);

	return is_null ? 0 : DatumGetInt64(value);
}

static void ask(const char *sql, Oid relid)
{
	Oid type = OIDOID;
	Datum value = ObjectIdGetDatum(relid);

	if (SPI_execute_with_args(sql, 1, &type, &value, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "the catalog of the rehearsal does not answer");
}

/* As the columns were declared: NVARCHAR2, TIMESTAMP WITH TIME ZONE ... */
static void fill_declared(struct shape *shape, Relation relation)
{
	ask("select attnum::bigint, ora_type::bigint, is_national::int::bigint,"
	    " byte_length::bigint from rh.columns where relid operator(pg_catalog.=) $1",
	    shape->relid);
	for (uint64 row = 0; row < SPI_processed; row++) {
		for (int i = 0; i < shape->column_count; i++) {
			struct shape_column *column = &shape->column[i];

			if (column->attnum != number_of((int)row, 1))
				continue;
			column->ora_type = (uint8_t)number_of((int)row, 2);
			column->national = number_of((int)row, 3) != 0;
			column->bytes_max = (uint32_t)number_of((int)row, 4);
		}
	}
	for (int i = 0; i < shape->column_count; i++)
		if (shape->column[i].ora_type == 0)
			ora_error("03001", "unimplemented feature: redo of column %d of %s",
				  shape->column[i].internal, RelationGetRelationName(relation));
}

/*
 * Primary key, supplemental logging and dictionary version, as they are now: the relation is locked, and
 * a transaction that is SERIALIZABLE may have a snapshot of before its last DDL.
 */
static void fill_facts(struct shape *shape, Relation relation)
{
	bool has_key = false;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect");
	PushActiveSnapshot(GetLatestSnapshot());
	fill_declared(shape, relation);
	ask("select k.attnum::bigint from pg_catalog.pg_index i, pg_catalog.unnest(i.indkey) k(attnum)"
	    " where i.indrelid operator(pg_catalog.=) $1 and i.indisprimary",
	    shape->relid);
	for (uint64 row = 0; row < SPI_processed; row++) {
		for (int i = 0; i < shape->column_count; i++) {
			if (shape->column[i].attnum == number_of((int)row, 1))
				has_key = shape->column[i].key = true;
		}
	}
	ask("select pg_catalog.max(case level when 'ALL' then 2 when 'PK' then 1 else 0 end)::bigint"
	    " from rh.supplemental where relid operator(pg_catalog.=)"
	    " any (array[0::pg_catalog.oid, $1])",
	    shape->relid);
	shape->supplemental = (uint8_t)(SPI_processed ? number_of(0, 1) : 0);
	/* PRIMARY KEY logging of a table without one logs all columns (SQL Reference,
	 * supplemental_id_key_clause) */
	if (shape->supplemental == RH_LOG_PK && !has_key)
		shape->supplemental = RH_LOG_ALL;
	ask("select version::bigint from rh.object_version where relid operator(pg_catalog.=) $1",
	    shape->relid);
	shape->version = (uint32_t)(SPI_processed ? number_of(0, 1) : 1);
	shape->partitioning = partitioning_of(relation);
	PopActiveSnapshot();
	SPI_finish();
}

struct shape *shape_of(Relation relation)
{
	Oid relid = RelationGetRelid(relation);
	bool found;
	struct shape *shape = hash_search(shapes, &relid, HASH_ENTER, &found);

	if (found && shape->valid && shape->ready)
		return shape;
	if (found && shape->column)
		pfree(shape->column);
	if (found)
		partitioning_forget(shape->partitioning);
	shape->column = NULL;
	shape->partitioning = NULL;
	shape->valid = true; /* an invalidation while it is filled in makes it false again */
	shape->ready = false;
	fill_columns(shape, relation);
	fill_facts(shape, relation);
	shape->ready = true;
	return shape;
}
