/*
 * partition.c - in which object a row of a partitioned table lies: its partition, or that partition's subpartition
 *
 * The catalog says it as one expression on the row (rh.partition_number(), src/rehearsal/sql/ora_partition.sql), which is
 * made ready once for a shape.  The number is the upper half of the row's ROWID$, so all that shows a ROWID or an object
 * has it at hand.
 */
#include "causeway_redo.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "optimizer/optimizer.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

PG_FUNCTION_INFO_V1(rh_partition_changed);

struct partitioning {
	MemoryContext context; /* of all that is here */
	EState *estate;
	ExprState *number;
	TupleTableSlot *slot;
	AttrNumber interval_key; /* whose values make partitions; 0: none */
	bool moves;		 /* ENABLE ROW MOVEMENT */
};

/* What the text says of a row of @relation; operators are those of the types, wherever the session looks for its names. */
static Expr *parse(Relation relation, const char *text)
{
	ParseState *state = make_parsestate(NULL);
	OverrideSearchPath path = { .schemas = list_make1_oid(get_namespace_oid("ora", false)),
				    .addCatalog = true };
	RawStmt *statement = linitial_node(RawStmt, raw_parser(text, RAW_PARSE_DEFAULT));
	ResTarget *target = linitial(castNode(SelectStmt, statement->stmt)->targetList);
	Node *made;

	PushOverrideSearchPath(&path);
	addNSItemToQuery(
		state,
		addRangeTableEntryForRelation(state, relation, AccessShareLock, NULL, false, true),
		false, true, true);
	made = transformExpr(state, target->val, EXPR_KIND_OTHER);
	assign_expr_collations(state, made);
	PopOverrideSearchPath();
	free_parsestate(state);
	return (Expr *)made;
}

static char *text_of(int column)
{
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column);
}

struct partitioning *partitioning_of(Relation relation)
{
	Oid type = OIDOID;
	Datum value = ObjectIdGetDatum(RelationGetRelid(relation));
	struct partitioning *made;
	MemoryContext context, saved;
	char *key;

	if (SPI_execute_with_args(
		    "select 'select ' operator(pg_catalog.||) rh.partition_number(p.relid),"
		    " case when p.interval_value is not null then p.columns[1] end,"
		    " (select x.row_movement from rh.physical x"
		    " where x.relid operator(pg_catalog.=) p.relid)"
		    " from rh.partitioned p where p.relid operator(pg_catalog.=) $1",
		    1, &type, &value, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "the catalog of the rehearsal does not answer");
	if (SPI_processed == 0)
		return NULL;
	context = AllocSetContextCreate(TopMemoryContext, "partitions", ALLOCSET_SMALL_SIZES);
	saved = MemoryContextSwitchTo(context);
	made = palloc0(sizeof(*made));
	made->context = context;
	made->estate = CreateExecutorState();
	made->slot = MakeSingleTupleTableSlot(CreateTupleDescCopy(RelationGetDescr(relation)),
					      &TTSOpsHeapTuple);
	made->number = ExecPrepareExpr(parse(relation, text_of(1)), made->estate);
	key = text_of(2);
	made->interval_key = (AttrNumber)(key ? atoi(key) : 0);
	key = text_of(3);
	made->moves = key && key[0] == 't';
	MemoryContextSwitchTo(saved);
	return made;
}

void partitioning_forget(struct partitioning *partitioning)
{
	if (partitioning)
		MemoryContextDelete(partitioning->context);
}

bool partitioning_moves(const struct partitioning *partitioning)
{
	return partitioning->moves;
}

static uint32_t number_of(struct partitioning *partitioning, HeapTuple tuple)
{
	ExprContext *context = GetPerTupleExprContext(partitioning->estate);
	bool is_null;
	Datum number;

	ExecForceStoreHeapTuple(tuple, partitioning->slot, false);
	context->ecxt_scantuple = partitioning->slot;
	number = ExecEvalExprSwitchContext(partitioning->number, context, &is_null);
	ResetExprContext(context);
	ExecClearTuple(partitioning->slot);
	return is_null ? 0 : (uint32_t)DatumGetInt64(number);
}

/* INTERVAL: another transaction makes the partition of the row's key; false: the key is NULL. */
static bool make_partition(const struct partitioning *partitioning, Relation relation,
			   HeapTuple tuple)
{
	TupleDesc desc = RelationGetDescr(relation);
	Oid type[2] = { OIDOID, TEXTOID }, output;
	Datum value[2] = { ObjectIdGetDatum(RelationGetRelid(relation)), 0 };
	bool is_null, is_varlena;
	Datum key = heap_getattr(tuple, partitioning->interval_key, desc, &is_null);

	if (is_null)
		return false;
	getTypeOutputInfo(TupleDescAttr(desc, partitioning->interval_key - 1)->atttypid, &output,
			  &is_varlena);
	value[1] = CStringGetTextDatum(OidOutputFunctionCall(output, key));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect");
	if (SPI_execute_with_args("select rh.interval_partition($1, $2)", 2, type, value, NULL,
				  false, 0) != SPI_OK_SELECT)
		elog(ERROR, "the catalog of the rehearsal does not answer");
	SPI_finish();
	return true;
}

uint32_t partition_of(struct shape *shape, Relation relation, HeapTuple tuple)
{
	uint32_t number = number_of(shape->partitioning, tuple);

	if (number == 0 && shape->partitioning->interval_key > 0 &&
	    make_partition(shape->partitioning, relation, tuple)) {
		shape->valid = false;
		number = number_of(shape_of(relation)->partitioning, tuple);
	}
	if (number == 0)
		ora_error("14400", "inserted partition key does not map to any partition");
	return number;
}

Datum rh_partition_changed(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *)fcinfo->context;
	bool is_null;
	Oid relid;

	if (!CALLED_AS_TRIGGER(fcinfo))
		elog(ERROR, "rh.partition_changed is a trigger");
	relid = DatumGetObjectId(
		heap_getattr(data->tg_trigtuple, 1, RelationGetDescr(data->tg_relation), &is_null));
	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)))
		CacheInvalidateRelcacheByRelid(relid);
	return PointerGetDatum(NULL);
}
