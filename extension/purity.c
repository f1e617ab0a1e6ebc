/*
 * purity.c - what PL/SQL may do inside of a statement of SQL's: no change in a query, nothing with a table that is being changed
 *
 * PL/pgSQL says by its plugin which function it is in and at which statement; the statements that run say what they read and
 * change.  A statement is looked at when a unit of a user's runs it: what checks of foreign keys and our own functions do is none.
 *
 * ORA-04091 is of row triggers and of functions that a statement calls: its own triggers for the whole statement see the table.  Of an
 * INSERT of one row by VALUES the table is not mutating until the row is there.
 *
 * Sources: Oracle Database PL/SQL Language Reference 19c, "Mutating-Table Restriction" and "Subprogram Side Effects"; Oracle's note 132569.1
 * (BEFORE row triggers of single-row INSERTs); Oracle Database Error Messages, ORA-04091, ORA-14551, ORA-14552.
 */
#include "running.h"

#include "access/genam.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "commands/trigger.h"
#include "nodes/plannodes.h"
#include "parser/parsetree.h"
#include "plpgsql.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/* A function of PL/pgSQL's that runs. */
struct frame {
	PLpgSQL_execstate *estate;
	Oid function; /* invalid: a block */
	PLpgSQL_stmt_type at;
	const struct running *inside;  /* of which statement; NULL: of the client's own block */
	bool for_statement, after_row; /* such a trigger */
	bool block;		       /* a block or a procedure */
};

static struct frame *frames;
static int frame_count, frame_room;

/* An error may have left it: PL/pgSQL has a callback for messages while it runs, whose argument is its state. */
static bool is_running(const struct frame *frame)
{
	const ErrorContextCallback *one = error_context_stack;

	while (one && one->arg != frame->estate)
		one = one->previous;
	return one != NULL;
}

int purity_frames(void)
{
	while (frame_count > 0 && !is_running(&frames[frame_count - 1]))
		frame_count--;
	return frame_count;
}

/* @estate's, and what is inside of it, is over. */
static void forget(const PLpgSQL_execstate *estate)
{
	for (int i = frame_count; i-- > 0;)
		if (frames[i].estate == estate)
			frame_count = i;
}

static void function_begins(PLpgSQL_execstate *estate, PLpgSQL_function *function)
{
	TriggerEvent event = estate->trigdata ? estate->trigdata->tg_event : 0;
	bool trigger = estate->trigdata != NULL;

	forget(estate); /* one that an error has left lay at its place */
	(void)purity_frames();
	if (frame_count == frame_room) {
		frame_room = frame_room ? 2 * frame_room : 32;
		frames =
			frames ? repalloc(frames, frame_room * sizeof(*frames))
			       : MemoryContextAlloc(TopMemoryContext, frame_room * sizeof(*frames));
	}
	frames[frame_count++] = (struct frame){
		.estate = estate,
		.function = function->fn_oid,
		.at = PLPGSQL_STMT_BLOCK,
		.inside = running_innermost(),
		.block = !OidIsValid(function->fn_oid) || function->fn_prokind == PROKIND_PROCEDURE,
		.for_statement = trigger && !TRIGGER_FIRED_FOR_ROW(event),
		.after_row = trigger && TRIGGER_FIRED_FOR_ROW(event) && TRIGGER_FIRED_AFTER(event),
	};
}

static void function_ends(PLpgSQL_execstate *estate, PLpgSQL_function *function)
{
	if (purity_frames() > 0 && frames[frame_count - 1].estate == estate)
		savepoint_unit_ends(estate);
	forget(estate);
}

static void statement_ends(PLpgSQL_execstate *estate, PLpgSQL_stmt *statement)
{
	savepoint_statement_ends(estate);
	block_statement_ends(estate);
}

const void *purity_unit(void)
{
	const struct frame *frame = purity_frames() > 0 ? &frames[frame_count - 1] : NULL;

	return frame && frame->block ? frame->estate : NULL;
}

static void statement_begins(PLpgSQL_execstate *estate, PLpgSQL_stmt *statement)
{
	if (purity_frames() > 0 && frames[frame_count - 1].estate == estate)
		frames[frame_count - 1].at = statement->cmd_type;
}

/* The schemas of our own functions are the server's. */
static bool is_of_user(const struct frame *frame)
{
	HeapTuple schema;
	Oid owner = InvalidOid;

	if (!OidIsValid(frame->function))
		return true;
	schema = SearchSysCache1(NAMESPACEOID,
				 ObjectIdGetDatum(get_func_namespace(frame->function)));
	if (HeapTupleIsValid(schema)) {
		owner = ((Form_pg_namespace)GETSTRUCT(schema))->nspowner;
		ReleaseSysCache(schema);
	}
	return owner != BOOTSTRAP_SUPERUSERID;
}

/* The function that runs what comes next itself; NULL: none of a user's. */
static const struct frame *caller(void)
{
	const struct frame *frame = purity_frames() > 0 ? &frames[frame_count - 1] : NULL;

	return frame && frame->inside == running_innermost() && is_of_user(frame) ? frame : NULL;
}

static bool changes(const QueryDesc *query)
{
	return query->operation != CMD_SELECT || query->plannedstmt->hasModifyingCTE;
}

static bool locks(const QueryDesc *query)
{
	ListCell *cell;

	foreach (cell, query->plannedstmt->rowMarks)
		if (lfirst_node(PlanRowMark, cell)->strength != LCS_NONE)
			return true;
	return false;
}

bool purity_is_sql(void)
{
	const struct frame *frame = caller();

	if (!frame)
		return frame_count == 0 && !running_innermost();
	switch (frame->at) {
	case PLPGSQL_STMT_EXECSQL:
	case PLPGSQL_STMT_DYNEXECUTE:
	case PLPGSQL_STMT_FORS:
	case PLPGSQL_STMT_FORC:
	case PLPGSQL_STMT_DYNFORS:
	case PLPGSQL_STMT_OPEN:
	case PLPGSQL_STMT_FETCH:
		return true;
	default:
		return false; /* an expression */
	}
}

static bool inside_query(void)
{
	for (const struct running *one = running_innermost(); one; one = one->outer)
		if (one->sql && !changes(one->query))
			return true;
	return false;
}

bool purity_inside_sql(void)
{
	for (const struct running *one = running_innermost(); one; one = one->outer)
		if (one->sql)
			return true;
	return false;
}

/* ---- mutating -------------------------------------------------------------------------- */

static Oid whole_table(Oid table)
{
	return get_rel_relispartition(table) ? llast_oid(get_partition_ancestors(table)) : table;
}

static bool names_table(const PlannedStmt *planned, Oid table)
{
	ListCell *cell;

	foreach (cell, planned->rtable) {
		const RangeTblEntry *one = lfirst(cell);

		if (one->rtekind == RTE_RELATION && whole_table(one->relid) == table)
			return true;
	}
	return false;
}

/* VALUES of one row: what SELECT gives has a name of the parser's. */
static bool inserts_one(const QueryDesc *query)
{
	ListCell *cell;

	if (query->operation != CMD_INSERT)
		return false;
	foreach (cell, query->plannedstmt->rtable) {
		const RangeTblEntry *one = lfirst(cell);

		if (one->rtekind == RTE_VALUES ||
		    (one->rtekind == RTE_SUBQUERY && strcmp(one->eref->aliasname, "*SELECT*") == 0))
			return false;
	}
	return true;
}

/* What runs now was called for a row of it, whose table may not be seen. */
static bool is_mutating(const struct running *outer)
{
	const struct frame *first = &frames[outer->frames];

	if (outer->frames >= purity_frames() || (first->inside == outer && first->for_statement))
		return false;
	return first->after_row || !inserts_one(outer->query);
}

static void refuse_mutating(const struct running *outer, const PlannedStmt *planned)
{
	ListCell *cell;

	foreach (cell, outer->query->plannedstmt->resultRelations) {
		Oid table = rt_fetch(lfirst_int(cell), outer->query->plannedstmt->rtable)->relid;

		table = whole_table(table);
		if (get_rel_relkind(table) != RELKIND_VIEW && names_table(planned, table))
			ora_error(
				"04091", "table %s.%s is mutating, trigger/function may not see it",
				get_namespace_name(get_rel_namespace(table)), get_rel_name(table));
	}
}

void purity_check(const QueryDesc *query)
{
	if (!running_innermost() || !caller())
		return;
	if ((changes(query) || locks(query)) && inside_query())
		ora_error("14551", "cannot perform a DML operation inside a query");
	for (const struct running *one = running_innermost(); one; one = one->outer)
		if (changes(one->query) && is_mutating(one))
			refuse_mutating(one, query->plannedstmt);
}

void purity_init(void)
{
	static PLpgSQL_plugin plugin = { .func_beg = function_begins,
					 .func_end = function_ends,
					 .stmt_beg = statement_begins,
					 .stmt_end = statement_ends };

	*(PLpgSQL_plugin **)find_rendezvous_variable("PLpgSQL_plugin") = &plugin;
}
