/*
 * last_row.c - the ROWID of the row that a statement changed last, told to the client as a parameter
 *
 * The row trigger has it at hand, so it costs nothing for each row, no privilege on the table and no command of its
 * own: when a statement that changed rows has ended, a ParameterStatus goes in front of what ends it, and a client
 * looks it up by RH_LAST_ROWID.  Only rows of the client's own statement count, not those of triggers and functions
 * in it; "": they are not captured.
 *
 * Source: PostgreSQL 15, "Message Flow", Asynchronous Operations: ParameterStatus may come at any time.
 */
#include "causeway_redo.h"

#include "executor/executor.h"
#include "libpq/pqformat.h"
#include "rehearsal/rowid.h"
#include "tcop/tcopprot.h"

static struct {
	Oid table; /* InvalidOid: none */
	uint64_t number;
} last;

static ExecutorStart_hook_type next_start;
static ExecutorEnd_hook_type next_end;

void last_row_note(Oid table, uint64_t number)
{
	if (running_depth() != 1)
		return;
	last.table = table;
	last.number = number;
}

static void tell(void)
{
	char rowid[RH_ROWID_CHARS + 1] = "";
	StringInfoData message;

	if (OidIsValid(last.table))
		rh_rowid_text(last.table, last.number, rowid);
	pq_beginmessage(&message, 'S');
	pq_sendstring(&message, RH_LAST_ROWID);
	pq_sendstring(&message, rowid);
	pq_endmessage(&message);
}

static void start(QueryDesc *query, int flags)
{
	if (running_depth() == 0)
		last.table = InvalidOid;
	if (next_start)
		next_start(query, flags);
	else
		standard_ExecutorStart(query, flags);
}

/* Blocks and functions run their statements through SPI: there the client is told nothing. */
static void end(QueryDesc *query)
{
	bool own = running_depth() == 0 && query->operation != CMD_SELECT &&
		   query->dest->mydest != DestSPI;

	if (own && query->estate->es_processed > 0 && whereToSendOutput == DestRemote)
		tell();
	if (next_end)
		next_end(query);
	else
		standard_ExecutorEnd(query);
}

void last_row_init(void)
{
	next_start = ExecutorStart_hook;
	ExecutorStart_hook = start;
	next_end = ExecutorEnd_hook;
	ExecutorEnd_hook = end;
}
