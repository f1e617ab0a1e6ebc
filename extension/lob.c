/*
 * lob.c - may a LOB of this row be written?  Only if its row is locked by the transaction
 *
 * Oracle asks that of every write through a locator (ORA-22920).  A row that the transaction
 * inserted or updated is locked, too.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/multixact.h"
#include "access/table.h"
#include "access/xact.h"
#include "fmgr.h"
#include "storage/bufmgr.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(rh_row_is_mine);

/* A lock that a foreign key takes of the row it points to does not count. */
static bool locked_by_multi(TransactionId xmax, bool only_locked)
{
	MultiXactMember *member;
	int count = GetMultiXactIdMembers(xmax, &member, false, only_locked);
	bool mine = false;

	for (int i = 0; i < count; i++)
		mine = mine || (member[i].status >= MultiXactStatusForNoKeyUpdate &&
				TransactionIdIsCurrentTransactionId(member[i].xid));
	if (count > 0)
		pfree(member);
	return mine;
}

static bool is_mine(HeapTupleHeader row)
{
	TransactionId xmax = HeapTupleHeaderGetRawXmax(row);

	if (TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(row)))
		return true;
	if (row->t_infomask & HEAP_XMAX_INVALID)
		return false;
	if (row->t_infomask & HEAP_XMAX_IS_MULTI)
		return locked_by_multi(xmax, HEAP_XMAX_IS_LOCKED_ONLY(row->t_infomask));
	return !HEAP_XMAX_IS_KEYSHR_LOCKED(row->t_infomask) &&
	       TransactionIdIsCurrentTransactionId(xmax);
}

Datum rh_row_is_mine(PG_FUNCTION_ARGS)
{
	Relation relation = table_open(PG_GETARG_OID(0), AccessShareLock);
	HeapTupleData tuple = { .t_self = *(ItemPointer)PG_GETARG_POINTER(1) };
	Buffer buffer;
	bool mine = false;

	if (heap_fetch(relation, SnapshotAny, &tuple, &buffer, false)) {
		mine = is_mine(tuple.t_data);
		ReleaseBuffer(buffer);
	}
	table_close(relation, AccessShareLock);
	PG_RETURN_BOOL(mine);
}
