/*
 * block.c - a block of PL/SQL that ends transactions, inside of one that is open
 *
 * PL/pgSQL may COMMIT in a DO that no transaction block holds.  A session's transaction is such a block, so: a DO
 * whose text begins with RH_ENDS runs as if none did, rh.end_transaction() in front of each COMMIT and ROLLBACK
 * turns the block into one that has come to its end, and behind the DO a block is open again.  So it is with each CALL inside.
 */
#include "running.h"

#include "access/xact.h"
#include "commands/defrem.h"
#include "nodes/parsenodes.h"
#include "parser/parse_node.h"
#include "rehearsal/plsql_mark.h"
#include "tcop/utility.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(rh_end_transaction);

static ProcessUtility_hook_type next_hook;
static bool inside; /* of such a DO */
static bool ending; /* COMMIT or ROLLBACK comes next, and savepoints are open */

/* NULL: it is no DO. */
static char *text_of_do(const Node *statement)
{
	ListCell *cell;

	if (!IsA(statement, DoStmt))
		return NULL;
	foreach (cell, ((const DoStmt *)statement)->args) {
		DefElem *element = lfirst(cell);

		if (strcmp(element->defname, "as") == 0)
			return strVal(element->arg);
	}
	return NULL;
}

/* A DO without the block of transaction around it, which is there again behind it. */
static void run_do(DoStmt *statement, char *text, const char *sql)
{
	ParseState *state = make_parsestate(NULL);
	bool outer = inside;

	/* they were released; its COMMIT would fail, and what PL/pgSQL leaves behind then ends the backend later */
	if (IsSubTransaction())
		ereport(ERROR, (errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				errmsg("a block that ends transactions runs behind a savepoint")));
	state->p_sourcetext = sql;
	cursors_forget();
	inside = true;
	PG_TRY();
	{
		if (inline_sets_savepoints(text))
			inline_run(text, false);
		else
			ExecuteDoStmt(state, statement, false);
	}
	PG_FINALLY();
	{
		inside = outer;
	}
	PG_END_TRY();
	if (!IsTransactionBlock())
		BeginTransactionBlock();
}

static void run_utility(PlannedStmt *planned, const char *sql, bool read_only,
			ProcessUtilityContext context, ParamListInfo params,
			QueryEnvironment *environment, DestReceiver *dest,
			QueryCompletion *completion)
{
	Node *statement = planned->utilityStmt;
	char *text = text_of_do(statement);

	if (text && context == PROCESS_UTILITY_TOPLEVEL &&
	    strncmp(text, RH_ENDS, sizeof(RH_ENDS) - 1) == 0)
		run_do((DoStmt *)statement, text, sql);
	else if (text && inline_sets_savepoints(text))
		inline_run(text, true);
	else if (context == PROCESS_UTILITY_QUERY_NONATOMIC && inside && IsA(statement, CallStmt))
		ExecuteCallStmt((CallStmt *)statement, params, false, dest);
	else if (next_hook)
		next_hook(planned, sql, read_only, context, params, environment, dest, completion);
	else
		standard_ProcessUtility(planned, sql, read_only, context, params, environment, dest,
					completion);
}

/* A unit that an error leaves may have set savepoints, of which PL/pgSQL does not know. */
static void utility(PlannedStmt *planned, const char *sql, bool read_only,
		    ProcessUtilityContext context, ParamListInfo params,
		    QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *completion)
{
	const Node *statement = planned->utilityStmt;
	int level = GetCurrentTransactionNestLevel();

	if (context == PROCESS_UTILITY_TOPLEVEL && IsA(statement, TransactionStmt))
		savepoint_of_client((const TransactionStmt *)statement);
	if (context == PROCESS_UTILITY_TOPLEVEL ||
	    (!IsA(statement, CallStmt) && !IsA(statement, DoStmt))) {
		run_utility(planned, sql, read_only, context, params, environment, dest,
			    completion);
		return;
	}
	PG_TRY();
	{
		run_utility(planned, sql, read_only, context, params, environment, dest,
			    completion);
	}
	PG_CATCH();
	{
		savepoint_undo(level);
		PG_RE_THROW();
	}
	PG_END_TRY();
}

void block_init(void)
{
	next_hook = ProcessUtility_hook;
	ProcessUtility_hook = utility;
}

static void end_block(void)
{
	if (IsTransactionBlock() && !IsSubTransaction())
		(void)EndTransactionBlock(false);
}

void block_statement_ends(const void *unit)
{
	if (!ending)
		return;
	ending = false;
	savepoint_unit_ends(unit);
	end_block();
}

/* COMMIT or ROLLBACK comes next, the argument says which. */
Datum rh_end_transaction(PG_FUNCTION_ARGS)
{
	if (DatumGetInt32(pg_trigger_depth(fcinfo)) > 0)
		ora_error("04092", "cannot %s in a trigger", text_to_cstring(PG_GETARG_TEXT_PP(0)));
	if (purity_inside_sql())
		ora_error("14552",
			  "cannot perform a DDL, commit or rollback inside a query or DML");
	cursors_keep();
	ending = savepoint_transaction_ends();
	if (!ending)
		end_block();
	PG_RETURN_VOID();
}
