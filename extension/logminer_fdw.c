/*
 * logminer_fdw.c - V$LOGMNR_CONTENTS as a foreign table, one row at a time off the logs
 *
 * Rows come in the order of the redo.  Nothing is kept but who began the transactions
 * that are open at the place of reading.
 */
#include "logminer_scan.h"

#include "executor/executor.h"
#include "foreign/fdwapi.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "utils/memutils.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(rh_logmnr_handler);

/* ---- planning: nothing to choose -------------------------------------------------- */

static void rel_size(PlannerInfo *root, RelOptInfo *rel, Oid relid)
{
	(void)root;
	(void)relid;
	rel->rows = 1000;
}

static void paths(PlannerInfo *root, RelOptInfo *rel, Oid relid)
{
	(void)relid;
	add_path(rel, (Path *)create_foreignscan_path(root, rel, NULL, rel->rows, 10, 1000, NIL,
						      NULL, NULL, NIL));
}

/* fdw_private: the columns that are read, so that SQL text is written for those who ask. */
static ForeignScan *plan(PlannerInfo *root, RelOptInfo *rel, Oid relid, ForeignPath *path,
			 List *targets, List *clauses, Plan *outer)
{
	Bitmapset *used = NULL;
	List *columns = NIL;
	ListCell *cell;
	int at = -1;

	(void)root;
	(void)relid;
	(void)path;
	pull_varattnos((Node *)rel->reltarget->exprs, rel->relid, &used);
	foreach (cell, rel->baserestrictinfo)
		pull_varattnos((Node *)((RestrictInfo *)lfirst(cell))->clause, rel->relid, &used);
	while ((at = bms_next_member(used, at)) >= 0)
		columns = lappend_int(columns, at + FirstLowInvalidHeapAttributeNumber);
	return make_foreignscan(targets, extract_actual_clauses(clauses, false), rel->relid, NIL,
				columns, NIL, NIL, outer);
}

/* ---- opening ------------------------------------------------------------------------ */

static void map_columns(struct scan *scan, TupleDesc desc, List *used)
{
	scan->natts = desc->natts;
	scan->field = palloc(sizeof(*scan->field) * (size_t)desc->natts);
	scan->wanted = palloc0(sizeof(*scan->wanted) * (size_t)desc->natts);
	for (int i = 0; i < desc->natts; i++) {
		Form_pg_attribute att = TupleDescAttr(desc, i);

		scan->field[i] = -1;
		/* 0 is a whole-row reference: all */
		scan->wanted[i] = list_member_int(used, i + 1) || list_member_int(used, 0);
		if (scan->wanted[i])
			scan->field[i] = field_find(NameStr(att->attname));
	}
}

static void begin(ForeignScanState *node, int flags)
{
	ForeignScan *planned = (ForeignScan *)node->ss.ps.plan;
	HASHCTL who = { .keysize = sizeof(TransactionId), .entrysize = sizeof(struct who) };
	HASHCTL tables = { .keysize = sizeof(((struct table_entry *)NULL)->key),
			   .entrysize = sizeof(struct table_entry) };
	struct scan *scan;

	if (flags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	if (!miner.started)
		ora_error("01306",
			  "dbms_logmnr.start_logmnr() must be invoked before selecting from "
			  "v$logmnr_contents");
	scan = palloc0(sizeof(*scan));
	scan_close(scan); /* a zeroed reader is a closed one */
	scan->closer = (MemoryContextCallback){ .func = scan_close, .arg = scan };
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &scan->closer);
	who.hcxt = tables.hcxt = CurrentMemoryContext;
	scan->who = hash_create("who", 64, &who, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	scan->tables =
		hash_create("mined tables", 64, &tables, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	scan->row_context =
		AllocSetContextCreate(CurrentMemoryContext, "mined row", ALLOCSET_DEFAULT_SIZES);
	scan->whole_text = !habit_is_on(RH_HABIT_CSF_PIECES);
	scan->in_blocks = habit_is_on(RH_HABIT_CHAINED_ROWS);
	scan->lobs_apart = habit_is_on(RH_HABIT_LOB_ROWS);
	scan->bare_quotes = habit_is_on(RH_HABIT_BARE_QUOTES);
	scan->wide_apart = habit_is_on(RH_HABIT_WIDE_ROWS);
	scan->longs_apart = habit_is_on(RH_HABIT_LONG_ROWS);
	scan->long_names_too = !habit_is_on(RH_HABIT_LONG_NAMES);
	scan->cut_xids = habit_is_on(RH_HABIT_CUT_XIDS);
	scan->old_names_too = !habit_is_on(RH_HABIT_OLD_DEFINITIONS);
	map_columns(scan, RelationGetDescr(node->ss.ss_currentRelation), planned->fdw_private);
	node->fdw_state = scan;
}

/* ---- rows --------------------------------------------------------------------------------- */

static void remember_who(struct scan *scan)
{
	const uint8_t *at = scan->body, *end = at + rh_rec_body_len(&scan->rec);
	struct who *who = hash_search(scan->who, &scan->rec.xid, HASH_ENTER, NULL);

	memset(who->text, 0, sizeof(who->text));
	who->start_us = scan->rec.time_us;
	for (int i = 0; i < WHO_STRINGS; i++) {
		uint16_t len;

		if (end - at < (ptrdiff_t)sizeof(len))
			return;
		memcpy(&len, at, sizeof(len));
		at += sizeof(len);
		if (end - at < len)
			return;
		memcpy(who->text[i], at, Min((size_t)len, sizeof(who->text[i]) - 1));
		at += len;
	}
}

static bool start_record(struct scan *scan)
{
	if (scan->has_record && !(scan->rec.supplemental & RH_LOG_PARALLEL) &&
	    (scan->rec.op == RH_OP_COMMIT || scan->rec.op == RH_OP_ROLLBACK))
		(void)hash_search(scan->who, &scan->rec.xid, HASH_REMOVE, NULL);
	MemoryContextReset(scan->row_context);
	scan->has_record = scan_next_record(scan);
	if (!scan->has_record)
		return false;
	if (scan->rec.op == RH_OP_START)
		remember_who(scan);
	scan->table =
		record_has_table(scan) && scan->rec.op != RH_OP_DDL ? mined_table_of(scan) : NULL;
	scan->redo_at = scan->undo_at = 0;
	scan->op = scan->rec.op;
	scan->lobs = NIL;
	record_write_text(scan);
	scan->inner_left = record_inner_rows(scan);
	return true;
}

static TupleTableSlot *iterate(ForeignScanState *node)
{
	struct scan *scan = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	MemoryContext saved = MemoryContextSwitchTo(scan->row_context);

	ExecClearTuple(slot);
	if (scan->inner_left > 0) {
		scan->inner_left--;
	} else if (scan->has_record && record_continues(scan)) {
		scan->redo_at += record_piece_len(scan, &scan->text.redo, scan->redo_at);
		scan->undo_at += record_piece_len(scan, &scan->text.undo, scan->undo_at);
	} else if (scan->has_record && scan->lobs) {
		record_next_lob(scan);
	} else if (!start_record(scan)) {
		MemoryContextSwitchTo(saved);
		return slot;
	}
	fields_fill(scan, slot);
	MemoryContextSwitchTo(saved);
	return ExecStoreVirtualTuple(slot);
}

static void rescan(ForeignScanState *node)
{
	struct scan *scan = node->fdw_state;

	scan_close(scan);
	scan->has_record = false;
	scan->inner_left = 0;
}

static void end(ForeignScanState *node)
{
	struct scan *scan = node->fdw_state;

	if (scan)
		scan_close(scan);
}

Datum rh_logmnr_handler(PG_FUNCTION_ARGS)
{
	FdwRoutine *routine = makeNode(FdwRoutine);

	(void)fcinfo;
	routine->GetForeignRelSize = rel_size;
	routine->GetForeignPaths = paths;
	routine->GetForeignPlan = plan;
	routine->BeginForeignScan = begin;
	routine->IterateForeignScan = iterate;
	routine->ReScanForeignScan = rescan;
	routine->EndForeignScan = end;
	PG_RETURN_POINTER(routine);
}
