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

static bool ends_transactions(const PlannedStmt *planned)
{
	ListCell *cell;

	if (!IsA(planned->utilityStmt, DoStmt))
		return false;
	foreach (cell, ((DoStmt *)planned->utilityStmt)->args) {
		DefElem *element = lfirst(cell);

		if (strcmp(element->defname, "as") == 0)
			return strncmp(strVal(element->arg), RH_ENDS, sizeof(RH_ENDS) - 1) == 0;
	}
	return false;
}

/* A DO without the block of transaction around it, which is there again behind it. */
static void run_do(DoStmt *statement, const char *sql)
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

static void utility(PlannedStmt *planned, const char *sql, bool read_only,
		    ProcessUtilityContext context, ParamListInfo params,
		    QueryEnvironment *environment, DestReceiver *dest, QueryCompletion *completion)
{
	Node *statement = planned->utilityStmt;

	if (context == PROCESS_UTILITY_TOPLEVEL && ends_transactions(planned))
		run_do((DoStmt *)statement, sql);
	else if (context == PROCESS_UTILITY_QUERY_NONATOMIC && inside && IsA(statement, CallStmt))
		ExecuteCallStmt((CallStmt *)statement, params, false, dest);
	else if (next_hook)
		next_hook(planned, sql, read_only, context, params, environment, dest, completion);
	else
		standard_ProcessUtility(planned, sql, read_only, context, params, environment, dest,
					completion);
}

void block_init(void)
{
	next_hook = ProcessUtility_hook;
	ProcessUtility_hook = utility;
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
	if (IsTransactionBlock() && !IsSubTransaction())
		(void)EndTransactionBlock(false);
	PG_RETURN_VOID();
}
