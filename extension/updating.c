/*
 * updating.c - rh.updating(table, column): whether the UPDATE that fires the trigger names the column in its SET
 *
 * PL/pgSQL does not say; the statement that is being run does.  Those that run are kept in a list, the innermost first.
 *
 * Source: Oracle Database PL/SQL Language Reference 19c, "Conditional Predicates for Detecting Triggering DML Statement".
 */
#include "running.h"

#include "access/sysattr.h"
#include "executor/executor.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

PG_FUNCTION_INFO_V1(rh_updating);

static const struct running *innermost;
static ExecutorRun_hook_type next_run;
static ExecutorFinish_hook_type next_finish;

static void run(QueryDesc *query, ScanDirection direction, uint64 count, bool once)
{
	struct running one = { innermost, query, purity_frames(), purity_is_sql() };

	purity_check(query);
	innermost = &one;
	PG_TRY();
	{
		if (next_run)
			next_run(query, direction, count, once);
		else
			standard_ExecutorRun(query, direction, count, once);
	}
	PG_FINALLY();
	{
		innermost = one.outer;
	}
	PG_END_TRY();
}

/* AFTER triggers fire here. */
static void finish(QueryDesc *query)
{
	struct running one = { innermost, query, purity_frames(), purity_is_sql() };

	innermost = &one;
	PG_TRY();
	{
		if (next_finish)
			next_finish(query);
		else
			standard_ExecutorFinish(query);
	}
	PG_FINALLY();
	{
		innermost = one.outer;
	}
	PG_END_TRY();
}

void updating_init(void)
{
	next_run = ExecutorRun_hook;
	ExecutorRun_hook = run;
	next_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = finish;
}

const struct running *running_innermost(void)
{
	return innermost;
}

unsigned running_depth(void)
{
	unsigned depth = 0;

	for (const struct running *one = innermost; one; one = one->outer)
		depth++;
	return depth;
}

/* Of the statement's tables the one, as it is updated; NULL: it is not. */
static RangeTblEntry *updated(const PlannedStmt *planned, Oid table)
{
	ListCell *cell;

	foreach (cell, planned->rtable) {
		RangeTblEntry *one = lfirst(cell);

		if (one->rtekind == RTE_RELATION && one->relid == table &&
		    !bms_is_empty(one->updatedCols))
			return one;
	}
	return NULL;
}

Datum rh_updating(PG_FUNCTION_ARGS)
{
	Oid table = PG_GETARG_OID(0);
	AttrNumber number = get_attnum(table, text_to_cstring(PG_GETARG_TEXT_PP(1)));

	for (const struct running *one = innermost; one; one = one->outer) {
		const RangeTblEntry *found = updated(one->query->plannedstmt, table);

		if (found)
			PG_RETURN_BOOL(number != InvalidAttrNumber &&
				       bms_is_member(number - FirstLowInvalidHeapAttributeNumber,
						     found->updatedCols));
	}
	PG_RETURN_BOOL(false);
}
