/*
 * output.c - the lines of DBMS_OUTPUT, until the session takes them
 *
 * They are the session's, no transaction's: what a block that failed had written is there.
 * Source: Oracle Database PL/SQL Packages and Types Reference 19c, "DBMS_OUTPUT".
 */
#include "causeway_redo.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

PG_FUNCTION_INFO_V1(rh_output_switch);
PG_FUNCTION_INFO_V1(rh_output_put);
PG_FUNCTION_INFO_V1(rh_output_get);

#define BYTES_MAX                                                                                  \
	1000000 /* of lines that nobody takes, whatever ENABLE asks for; one more is ORA-20000 */

static bool enabled;
static bool taken;  /* some line since the last PUT: then that one forgets the rest */
static List *lines; /* char * */
static StringInfo unfinished;
static size_t bytes;

static void forget(void)
{
	list_free_deep(lines);
	lines = NIL;
	bytes = 0;
	if (unfinished)
		resetStringInfo(unfinished);
}

/* rh.output_switch(on boolean) */
Datum rh_output_switch(PG_FUNCTION_ARGS)
{
	enabled = PG_GETARG_BOOL(0);
	if (!enabled)
		forget();
	PG_RETURN_VOID();
}

/* rh.output_put(part text, ends_line boolean) */
Datum rh_output_put(PG_FUNCTION_ARGS)
{
	MemoryContext own;

	if (!enabled)
		PG_RETURN_VOID();
	if (taken)
		forget();
	taken = false;
	own = MemoryContextSwitchTo(TopMemoryContext);
	if (!unfinished)
		unfinished = makeStringInfo();
	if (!PG_ARGISNULL(0))
		appendStringInfoString(unfinished, text_to_cstring(PG_GETARG_TEXT_PP(0)));
	if (PG_GETARG_BOOL(1)) {
		bytes += (size_t)unfinished->len;
		if (bytes <= BYTES_MAX)
			lines = lappend(lines, pstrdup(unfinished->data));
		resetStringInfo(unfinished);
	}
	MemoryContextSwitchTo(own);
	if (bytes > BYTES_MAX)
		ora_error("20000", "ORU-10027: buffer overflow, limit of %d bytes", BYTES_MAX);
	PG_RETURN_VOID();
}

/* rh.output_get() returns text: the oldest line; NULL: there is none, '' is an empty one */
Datum rh_output_get(PG_FUNCTION_ARGS)
{
	text *ret;

	(void)fcinfo;
	taken = true;
	if (lines == NIL)
		PG_RETURN_NULL();
	bytes -= strlen(linitial(lines));
	ret = cstring_to_text(linitial(lines));
	pfree(linitial(lines));
	lines = list_delete_first(lines);
	PG_RETURN_TEXT_P(ret);
}
