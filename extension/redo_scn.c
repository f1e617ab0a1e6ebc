/*
 * redo_scn.c - SCN, padding, flush, the horizon, and snapshots of the past
 *
 * SCN = LSN >> 12.  Whoever reads CURRENT_SCN pads the WAL to the end of that granule,
 * so that every later commit has a higher SCN.
 */
#include "causeway_redo.h"

#include "access/subtrans.h"
#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlog_internal.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "replication/message.h"
#include "replication/origin.h"
#include "replication/slot.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(rh_current_scn);
PG_FUNCTION_INFO_V1(rh_mark);
PG_FUNCTION_INFO_V1(rh_flush);
PG_FUNCTION_INFO_V1(rh_undo_horizon);
PG_FUNCTION_INFO_V1(rh_xact_ended);
PG_FUNCTION_INFO_V1(rh_flashback_install);

#define SCN_SHIFT 12
#define GRANULE	  (UINT64_C(1) << SCN_SHIFT)
#define UNDO_SLOT "rh_undo"
#define PAD_CHUNK (4096 + 256)

static XLogRecPtr mark(size_t padding)
{
	static uint8_t room[sizeof(struct rh_msg) + PAD_CHUNK];
	struct rh_msg msg = { .kind = RH_MSG_MARK,
			      .time_us =
				      GetCurrentTimestamp() +
				      (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY };
	RepOriginId saved = replorigin_session_origin;
	XLogRecPtr end;

	memcpy(room, &msg, sizeof(msg));
	replorigin_session_origin = InvalidRepOriginId;
	end = LogLogicalMessage(RH_MSG_PREFIX, (const char *)room,
				sizeof(msg) + Min(padding, (size_t)PAD_CHUNK), false);
	replorigin_session_origin = saved;
	return end;
}

/*
 * Ends in a mark of a later granule: who reads that mark has read all of granule S, and
 * all that was written before *ret_before.
 */
static uint64_t pad(XLogRecPtr *ret_before, XLogRecPtr *ret_end)
{
	XLogRecPtr at = GetXLogInsertRecPtr();
	uint64_t scn = at >> SCN_SHIFT;

	while ((at = GetXLogInsertRecPtr()) >> SCN_SHIFT <= scn)
		(void)mark(GRANULE - (at & (GRANULE - 1)));
	*ret_before = at;
	*ret_end = mark(0);
	return scn;
}

void scn_advance(void)
{
	XLogRecPtr before, end;

	(void)pad(&before, &end);
}

XLogRecPtr scn_mark(void)
{
	XLogRecPtr before, end;

	(void)pad(&before, &end);
	XLogFlush(end);
	return before;
}

/* rh.current_scn() numeric */
Datum rh_current_scn(PG_FUNCTION_ARGS)
{
	XLogRecPtr before, end;

	(void)fcinfo;
	PG_RETURN_NUMERIC(int64_to_numeric((int64)pad(&before, &end)));
}

/* rh.mark() bigint: flushes; a reader that is past the LSN returned has all there was before. */
Datum rh_mark(PG_FUNCTION_ARGS)
{
	(void)fcinfo;
	PG_RETURN_INT64((int64)scn_mark());
}

/* rh.flush() bigint: LGWR's habit; the LSN up to which the WAL is on disk. */
Datum rh_flush(PG_FUNCTION_ARGS)
{
	XLogRecPtr at = GetXLogInsertRecPtr();
	uint64_t in_page = at % XLOG_BLCKSZ;

	(void)fcinfo;
	/* just behind a page header is the end of the page before */
	if (in_page == SizeOfXLogShortPHD || in_page == SizeOfXLogLongPHD)
		at -= in_page;
	if (GetFlushRecPtr(NULL) < at)
		XLogFlush(at);
	PG_RETURN_INT64((int64)at);
}

/*
 * rh.undo_horizon(xid bigint) boolean: rows deleted by transactions from @xid on stay.  A
 * slot that nobody reads holds them, which survives restarts; 0 takes the caller's own
 * xmin, for the first time.
 */
Datum rh_undo_horizon(PG_FUNCTION_ARGS)
{
	TransactionId xid = (TransactionId)PG_GETARG_INT64(0);
	ReplicationSlot *slot;

	if (!TransactionIdIsNormal(xid))
		xid = TransactionXmin;
	ReplicationSlotAcquire(UNDO_SLOT, true);
	slot = MyReplicationSlot;
	if (!TransactionIdIsValid(slot->data.xmin) || TransactionIdPrecedes(slot->data.xmin, xid)) {
		SpinLockAcquire(&slot->mutex);
		slot->data.xmin = xid;
		slot->effective_xmin = xid;
		SpinLockRelease(&slot->mutex);
		ReplicationSlotMarkDirty();
		ReplicationSlotsComputeRequiredXmin(false);
	}
	ReplicationSlotRelease();
	PG_RETURN_BOOL(true);
}

/* rh.xact_ended(xid bigint) text: 'running', 'committed' or 'aborted' (a crash aborts). */
Datum rh_xact_ended(PG_FUNCTION_ARGS)
{
	TransactionId xid = (TransactionId)PG_GETARG_INT64(0);
	const char *how = "aborted";

	if (TransactionIdIsInProgress(xid))
		how = "running";
	else if (TransactionIdDidCommit(xid))
		how = "committed";
	PG_RETURN_TEXT_P(cstring_to_text(how));
}

/* ---- a snapshot of the past --------------------------------------------------- */

static int compare_xid(const void *a, const void *b)
{
	TransactionId x = *(const TransactionId *)a, y = *(const TransactionId *)b;

	return TransactionIdPrecedes(x, y) ? -1 : x != y;
}

/*
 * A transaction that is to be seen may have written its commit record and still stand
 * in the process array: reading its rows now would mark them as aborted for good.
 */
static bool all_seen_have_ended(Snapshot now, TransactionId xmin, TransactionId xmax,
				const TransactionId *unseen, size_t unseen_count)
{
	if (TransactionIdFollows(xmax, now->xmax))
		return false;
	for (uint32 i = 0; i < now->xcnt; i++) {
		TransactionId xid = now->xip[i];

		if (TransactionIdPrecedes(xid, xmin) || TransactionIdFollowsOrEquals(xid, xmax))
			continue;
		if (!bsearch(&xid, unseen, unseen_count, sizeof(xid), compare_xid))
			return false;
	}
	return true;
}

/*
 * Nothing that @xmin needs may be gone.  The slot's xmin only grows: if it is not past
 * ours after we have shown ours, whoever computed a horizon before met the slot's, and
 * whoever does so later meets ours.
 */
static void hold_xmin(TransactionId xmin)
{
	TransactionId held = InvalidTransactionId, catalog;

	MyProc->xmin = xmin;
	TransactionXmin = xmin;
	pg_memory_barrier();
	ProcArrayGetReplicationSlotXmin(&held, &catalog);
	if (!TransactionIdIsValid(held) || TransactionIdPrecedes(xmin, held))
		ora_error("01555",
			  "snapshot too old: rollback segment number  with name \"\" too small");
}

/* Subtransactions are looked up by their top one; what aborted is invisible anyway. */
static uint32 keep_unseen(const TransactionId *unseen, size_t count, TransactionId *ret)
{
	uint32 kept = 0;

	for (size_t i = 0; i < count; i++) {
		CHECK_FOR_INTERRUPTS();
		if (TransactionIdIsValid(SubTransGetParent(unseen[i])))
			continue;
		if (!TransactionIdIsInProgress(unseen[i]) && TransactionIdDidAbort(unseen[i]))
			continue;
		ret[kept++] = unseen[i];
	}
	return kept;
}

/*
 * rh.flashback_install(xmin bigint, xmax bigint, unseen bytea) boolean
 *
 * From the next statement on this REPEATABLE READ transaction sees the transactions
 * before xmax but for those in unseen (xids, 4 bytes each, ascending).  False: one that
 * is to be seen has not left the process array yet; roll back and try again.
 */
Datum rh_flashback_install(PG_FUNCTION_ARGS)
{
	TransactionId xmin = (TransactionId)PG_GETARG_INT64(0);
	TransactionId xmax = (TransactionId)PG_GETARG_INT64(1);
	bytea *list = PG_GETARG_BYTEA_PP(2);
	size_t count = VARSIZE_ANY_EXHDR(list) / sizeof(TransactionId);
	TransactionId *unseen = palloc((count + 1) * sizeof(*unseen));
	Snapshot snapshot;

	if (!IsolationUsesXactSnapshot() || IsInParallelMode())
		elog(ERROR, "rh.flashback_install wants REPEATABLE READ");
	memcpy(unseen, VARDATA_ANY(list), count * sizeof(*unseen));
	snapshot = GetTransactionSnapshot();
	if (!all_seen_have_ended(snapshot, xmin, xmax, unseen, count))
		PG_RETURN_BOOL(false);
	hold_xmin(xmin);
	snapshot->xip =
		MemoryContextAlloc(TopTransactionContext, (count + 1) * sizeof(TransactionId));
	snapshot->xcnt = keep_unseen(unseen, count, snapshot->xip);
	snapshot->xmin = xmin;
	snapshot->xmax = xmax;
	snapshot->subxcnt = 0;
	snapshot->suboverflowed = true;
	snapshot->snapXactCompletionCount = 0;
	PG_RETURN_BOOL(true);
}
