/*
 * cursor.c - cursors that a block has opened live on behind its COMMIT and ROLLBACK; those that lock rows are ORA-01002 there
 *
 * PL/pgSQL keeps the cursors of its FOR loops then, which are pinned: the others are pinned for as long as the transaction takes
 * to end.  Those that a block leaves open are there for the client to take, and closed when the session's next block begins.
 *
 * Sources: Oracle Database Error Messages, ORA-01002; Oracle Database PL/SQL Language Reference 19c, "SELECT FOR UPDATE and FOR UPDATE
 * Cursors": a FOR UPDATE cursor cannot be fetched from behind the COMMIT or ROLLBACK.
 */
#include "causeway_redo.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "utils/memutils.h"
#include "utils/portal.h"

PG_FUNCTION_INFO_V1(rh_transactions_ended);
PG_FUNCTION_INFO_V1(rh_may_fetch);

static int64 ended; /* by blocks */
static List *kept;  /* names, in TopMemoryContext */
static int pinned;  /* of these, from the last one on */

void cursors_keep(void)
{
	MemoryContext before;

	ended++;
	pinned = 0;
	if (SPI_connect() != SPI_OK_CONNECT ||
	    SPI_execute("SELECT name FROM pg_catalog.pg_cursors WHERE NOT is_holdable", true, 0) !=
		    SPI_OK_SELECT)
		elog(ERROR, "open cursors are not told");
	before = MemoryContextSwitchTo(TopMemoryContext);
	for (uint64 i = 0; i < SPI_processed; i++) {
		char *name = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);
		Portal portal = GetPortalByName(name);

		if (portal->portalPinned || portal->autoHeld ||
		    portal->strategy != PORTAL_ONE_SELECT || portal->status != PORTAL_READY)
			continue;
		PinPortal(portal);
		kept = lappend(kept, MemoryContextStrdup(TopMemoryContext, name));
		pinned++;
	}
	MemoryContextSwitchTo(before);
	SPI_finish();
}

static void unpin(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT)
		return;
	for (; pinned > 0; pinned--) {
		Portal portal = GetPortalByName(list_nth(kept, list_length(kept) - pinned));

		if (PortalIsValid(portal) && portal->portalPinned)
			UnpinPortal(portal);
	}
}

void cursors_forget(void)
{
	ListCell *cell;

	foreach (cell, kept) {
		Portal portal = GetPortalByName(lfirst(cell));

		if (PortalIsValid(portal) && portal->autoHeld && !portal->portalPinned)
			PortalDrop(portal, false);
	}
	list_free_deep(kept);
	kept = NIL;
}

void cursors_init(void)
{
	RegisterXactCallback(unpin, NULL);
}

Datum rh_transactions_ended(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(ended);
}

/* Of a cursor that locks rows; the argument is how many had ended when it was opened. */
Datum rh_may_fetch(PG_FUNCTION_ARGS)
{
	if (PG_GETARG_INT64(0) != ended)
		ora_error("01002", "fetch out of sequence");
	PG_RETURN_VOID();
}
