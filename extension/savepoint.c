/*
 * savepoint.c - SAVEPOINT and ROLLBACK TO of a block or procedure: subtransactions that stand open between its statements
 *
 * What is to be done is checked by a function that the statement calls, where its error can be handled, and done at that
 * statement's end, where no query runs.  A subtransaction cannot be undone from inside of what began in it: so a unit goes back to its
 * own savepoints alone, and those that it leaves are released with it.  Names that Oracle still knew are remembered and refused.
 *
 * Sources: Oracle Database SQL Language Reference 19c, SAVEPOINT and ROLLBACK; Oracle Database Error Messages, ORA-01086, ORA-04092.
 */
#include "running.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/resowner.h"

PG_FUNCTION_INFO_V1(rh_savepoint);
PG_FUNCTION_INFO_V1(rh_rollback_to);
PG_FUNCTION_INFO_V1(rh_savepoint_now);

struct savepoint {
	char name[NAMEDATALEN];
	const void *unit; /* purity_unit() */
	SubTransactionId id;
	int level;
};

/* name "": it was used again */
static struct savepoint *saved; /* the innermost last */
static int saved_count, saved_room;
static List *clients;	  /* names of the client's own */
static List *left_behind; /* and of units that are over */
static char wanted[NAMEDATALEN];
static bool wants_back, due;

static bool is_in(const List *names, const char *name)
{
	ListCell *cell;

	foreach (cell, names)
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	return false;
}

static void forget(List **names, const char *name)
{
	ListCell *cell;

	foreach (cell, *names)
		if (strcmp(lfirst(cell), name) == 0)
			*names = foreach_delete_current(*names, cell);
}

static void note(List **names, const char *name)
{
	MemoryContext before = MemoryContextSwitchTo(TopMemoryContext);

	if (!is_in(*names, name))
		*names = lappend(*names, pstrdup(name));
	MemoryContextSwitchTo(before);
}

void savepoint_of_client(const TransactionStmt *statement)
{
	const char *name = statement->savepoint_name;

	if (statement->kind == TRANS_STMT_SAVEPOINT) {
		note(&clients, name);
		forget(&left_behind, name);
	} else if (statement->kind == TRANS_STMT_ROLLBACK_TO && is_in(left_behind, name)) {
		ora_error("03001",
			  "unimplemented feature: ROLLBACK TO a savepoint of a block that is over");
	}
}

static void subtransaction(SubXactEvent event, SubTransactionId own, SubTransactionId parent,
			   void *arg)
{
	if (event != SUBXACT_EVENT_COMMIT_SUB && event != SUBXACT_EVENT_ABORT_SUB)
		return;
	while (saved_count > 0 && saved[saved_count - 1].id >= own)
		saved_count--;
}

static void transaction(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT)
		return;
	saved_count = 0;
	list_free_deep(clients);
	list_free_deep(left_behind);
	clients = left_behind = NIL;
}

void savepoint_init(void)
{
	RegisterSubXactCallback(subtransaction, NULL);
	RegisterXactCallback(transaction, NULL);
}

/* ---- looked at ---------------------------------------------------------------------------- */

static void want(FunctionCallInfo fcinfo, bool back)
{
	text_to_cstring_buffer(PG_GETARG_TEXT_PP(0), wanted, sizeof(wanted));
	wants_back = back;
	due = false;
}

static const struct savepoint *find(const char *name, const void *unit)
{
	for (int i = saved_count; i-- > 0 && saved[i].unit == unit;)
		if (strcmp(saved[i].name, name) == 0)
			return &saved[i];
	return NULL;
}

static bool is_callers(const char *name)
{
	for (int i = 0; i < saved_count; i++)
		if (strcmp(saved[i].name, name) == 0)
			return true;
	return false;
}

/* What was opened behind the savepoint would be closed with it, and PL/pgSQL goes on fetching. */
static void refuse_cursors(const struct savepoint *to)
{
	if (SPI_connect() != SPI_OK_CONNECT ||
	    SPI_execute("SELECT name FROM pg_catalog.pg_cursors", true, 0) != SPI_OK_SELECT)
		elog(ERROR, "open cursors are not told");
	for (uint64 i = 0; i < SPI_processed; i++) {
		Portal portal = GetPortalByName(
			SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));

		if (PortalIsValid(portal) && portal->createSubid >= to->id)
			ora_error("03001", "unimplemented feature: ROLLBACK TO a savepoint while a "
					   "cursor is open that was opened behind it");
	}
	SPI_finish();
}

Datum rh_savepoint(PG_FUNCTION_ARGS)
{
	if (!purity_unit())
		ora_error("03001", "unimplemented feature: SAVEPOINT in a function");
	want(fcinfo, false);
	PG_RETURN_VOID();
}

Datum rh_rollback_to(PG_FUNCTION_ARGS)
{
	const void *unit = purity_unit();
	const struct savepoint *to;

	if (!unit)
		ora_error("03001", "unimplemented feature: ROLLBACK TO in a function");
	want(fcinfo, true);
	to = find(wanted, unit);
	if (!to && (is_in(clients, wanted) || is_in(left_behind, wanted) || is_callers(wanted)))
		ora_error(
			"03001",
			"unimplemented feature: ROLLBACK TO a savepoint of another block or unit");
	if (!to)
		ora_error("01086", "savepoint '%s' never established in this session or is invalid",
			  wanted);
	refuse_cursors(to);
	PG_RETURN_VOID();
}

Datum rh_savepoint_now(PG_FUNCTION_ARGS)
{
	due = true;
	PG_RETURN_VOID();
}

/* ---- done ----------------------------------------------------------------------------------- */

/* Nothing else may stand open on top of it. */
static bool is_innermost(const struct savepoint *one)
{
	return one->level == GetCurrentTransactionNestLevel();
}

/* A name that is used again leaves its first place, so that a loop does not nest them. */
static void leave_place(const void *unit)
{
	struct savepoint *old = (struct savepoint *)find(wanted, unit);

	if (!old)
		return;
	if (old == &saved[saved_count - 1] && is_innermost(old))
		ReleaseCurrentSubTransaction();
	else
		old->name[0] = '\0';
}

static void begin(const void *unit)
{
	struct savepoint made = { .unit = unit };

	leave_place(unit);
	if (saved_count == saved_room) {
		saved_room = saved_room ? 2 * saved_room : 16;
		saved = saved ? repalloc(saved, saved_room * sizeof(*saved))
			      : MemoryContextAlloc(TopMemoryContext, saved_room * sizeof(*saved));
	}
	BeginInternalSubTransaction(NULL);
	forget(&left_behind, wanted);
	strlcpy(made.name, wanted, sizeof(made.name));
	made.id = GetCurrentSubTransactionId();
	made.level = GetCurrentTransactionNestLevel();
	saved[saved_count++] = made;
}

static void back_to(const struct savepoint *to)
{
	SubTransactionId id = to->id;

	while (saved_count > 0 && saved[saved_count - 1].id >= id) {
		if (!is_innermost(&saved[saved_count - 1]))
			elog(ERROR, "a subtransaction is open in front of the savepoint");
		RollbackAndReleaseCurrentSubTransaction();
	}
}

void savepoint_statement_ends(const void *unit)
{
	MemoryContext before = CurrentMemoryContext;

	if (!due)
		return;
	due = false;
	if (wants_back)
		back_to(find(wanted, unit));
	begin(unit);
	MemoryContextSwitchTo(before);
}

void savepoint_unit_ends(const void *unit)
{
	MemoryContext before = CurrentMemoryContext;

	while (saved_count > 0 && saved[saved_count - 1].unit == unit &&
	       is_innermost(&saved[saved_count - 1])) {
		note(&left_behind, saved[saved_count - 1].name);
		ReleaseCurrentSubTransaction();
	}
	MemoryContextSwitchTo(before);
}

void savepoint_undo(int level)
{
	while (GetCurrentTransactionNestLevel() > level)
		RollbackAndReleaseCurrentSubTransaction();
}

bool savepoint_transaction_ends(void)
{
	if (saved_count > 0 &&
	    (saved[0].unit != purity_unit() || !is_innermost(&saved[saved_count - 1])))
		ora_error("03001",
			  "unimplemented feature: a procedure that ends a transaction in which its "
			  "caller has set savepoints");
	return saved_count > 0;
}
