/*
 * sequence.c - rh.number_of_row(sequence, place): one number for all places of a sequence in a row;
 * rh.sequence_last(sequence): the last number drawn, NULL of none and of a sequence that was dropped meanwhile
 *
 * Source: Oracle Database SQL Language Reference 19c, Sequence Pseudocolumns: a statement that refers to NEXTVAL more than
 * once for a row increments the sequence once and gives the same value to all, CURRVAL included, in whatever order they stand.
 * PostgreSQL looks at the places in an order of its own.  So: a place that was looked at already begins another row.
 */
#include "causeway_redo.h"

#include "access/relation.h"
#include "access/xact.h"
#include "commands/sequence.h"
#include "utils/fmgrprotos.h"
#include "utils/rel.h"

#define SEQUENCES 16
#define PLACES	  64

PG_FUNCTION_INFO_V1(rh_number_of_row);
PG_FUNCTION_INFO_V1(rh_sequence_last);

static struct row {
	Oid sequence;
	SubTransactionId statement; /* each runs under a savepoint of its own */
	uint64 seen;
	int64 number;
} rows[SEQUENCES];

static struct row *row_of(Oid sequence)
{
	static unsigned next;
	struct row *row;

	for (unsigned i = 0; i < SEQUENCES; i++)
		if (rows[i].sequence == sequence)
			return &rows[i];
	row = &rows[next++ % SEQUENCES];
	*row = (struct row){ .sequence = sequence };
	return row;
}

Datum rh_number_of_row(PG_FUNCTION_ARGS)
{
	struct row *row = row_of(PG_GETARG_OID(0));
	int32 place = PG_GETARG_INT32(1);
	uint64 bit = UINT64CONST(1) << (place - 1) % PLACES;

	if (row->seen == 0 || row->seen & bit || row->statement != GetCurrentSubTransactionId()) {
		row->number = nextval_internal(row->sequence, true);
		row->statement = GetCurrentSubTransactionId();
		row->seen = 0;
	}
	row->seen |= bit;
	PG_RETURN_INT64(row->number);
}

Datum rh_sequence_last(PG_FUNCTION_ARGS)
{
	LOCAL_FCINFO(call, 1);
	Relation sequence = try_relation_open(PG_GETARG_OID(0), AccessShareLock);
	Datum last;

	if (!sequence)
		PG_RETURN_NULL();
	InitFunctionCallInfoData(*call, NULL, 1, InvalidOid, NULL, NULL);
	call->args[0].value = PG_GETARG_DATUM(0);
	call->args[0].isnull = false;
	last = pg_sequence_last_value(call);
	relation_close(sequence, AccessShareLock);
	if (call->isnull)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(last);
}
