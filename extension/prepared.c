/*
 * prepared.c - transactions that were prepared and left: COMMIT and ROLLBACK of them
 *
 * Row changes carry an origin that decoding filters, and so would the commit record that
 * COMMIT PREPARED writes, for no callback of the transaction's own runs before it.
 */
#include "causeway_redo.h"

#include "access/xact.h"
#include "nodes/parsenodes.h"
#include "replication/origin.h"
#include "tcop/utility.h"

PG_FUNCTION_INFO_V1(rh_write_abort);

static ProcessUtility_hook_type former;

static bool is_commit_of_prepared(const PlannedStmt *planned)
{
	const Node *node = planned->utilityStmt;

	return IsA(node, TransactionStmt) &&
	       ((const TransactionStmt *)node)->kind == TRANS_STMT_COMMIT_PREPARED;
}

static void utility(PlannedStmt *planned, const char *text, bool read_only,
		    ProcessUtilityContext context, ParamListInfo params, QueryEnvironment *env,
		    DestReceiver *dest, QueryCompletion *completion)
{
	if (is_commit_of_prepared(planned))
		show_commit_of_prepared();
	(former ? former : standard_ProcessUtility)(planned, text, read_only, context, params, env,
						    dest, completion);
}

void prepared_init(void)
{
	former = ProcessUtility_hook;
	ProcessUtility_hook = utility;
}

/* rh.write_abort(xid): ROLLBACK PREPARED was done; a crash before this is found by its restart. */
Datum rh_write_abort(PG_FUNCTION_ARGS)
{
	emit_abort(PG_GETARG_TRANSACTIONID(0));
	PG_RETURN_VOID();
}
