/*
 * inline.c - a DO that sets savepoints (savepoint.c)
 *
 * PL/pgSQL's own handler of DO takes an error for one of the subtransaction in which the block began, and what it keeps for
 * that one would outlive its memory.  So such a block is run by PL/pgSQL's parts, and what stands open is undone first.
 */
#include "running.h"

#include "access/xact.h"
#include "commands/defrem.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "plpgsql.h"
#include "utils/resowner.h"

/* PL/pgSQL's library is loaded when a session first needs it. */
struct parts {
	PLpgSQL_function *(*compile)(char *source);
	Datum (*execute)(PLpgSQL_function *function, FunctionCallInfo call, EState *values,
			 ResourceOwner owner, ResourceOwner procedures, bool atomic);
	void (*subtransaction)(SubXactEvent event, SubTransactionId own, SubTransactionId parent,
			       void *arg);
	void (*free)(PLpgSQL_function *function);
};

static struct parts parts;

static void *part(const char *name)
{
	return load_external_function("$libdir/plpgsql", name, true, NULL);
}

static void find_parts(void)
{
	if (parts.free)
		return;
	parts.compile = part("plpgsql_compile_inline");
	parts.execute = part("plpgsql_exec_function");
	parts.subtransaction = part("plpgsql_subxact_cb");
	parts.free = part("plpgsql_free_function_memory");
}

bool inline_sets_savepoints(const char *text)
{
	return strstr(text, "PERFORM rh.savepoint_now()") != NULL;
}

/* What the block's expressions were computed in. */
struct scratch {
	EState *values;
	ResourceOwner owner;
};

static void release(struct scratch *scratch, PLpgSQL_function *function)
{
	FreeExecutorState(scratch->values);
	ResourceOwnerReleaseAllPlanCacheRefs(scratch->owner);
	ResourceOwnerDelete(scratch->owner);
	function->use_count--;
	parts.free(function);
}

void inline_run(char *text, bool atomic)
{
	LOCAL_FCINFO(call, 0);
	FmgrInfo info = { .fn_mcxt = CurrentMemoryContext };
	PLpgSQL_function *function;
	struct scratch scratch;
	int level;

	find_parts();
	if (SPI_connect_ext(atomic ? 0 : SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "a block is not run");
	function = parts.compile(text);
	function->use_count++;
	memset(call, 0, SizeForFunctionCallInfo(0));
	call->flinfo = &info;
	scratch.values = CreateExecutorState();
	scratch.owner = ResourceOwnerCreate(NULL, "a block that sets savepoints");
	level = GetCurrentTransactionNestLevel();
	PG_TRY();
	{
		(void)parts.execute(function, call, scratch.values, scratch.owner, scratch.owner,
				    atomic);
	}
	PG_CATCH();
	{
		savepoint_undo(level);
		parts.subtransaction(SUBXACT_EVENT_ABORT_SUB, GetCurrentSubTransactionId(), 0,
				     NULL);
		release(&scratch, function);
		PG_RE_THROW();
	}
	PG_END_TRY();
	release(&scratch, function);
	if (SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "a block did not end");
}
