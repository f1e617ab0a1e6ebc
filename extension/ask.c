/*
 * ask.c - rh.ask(text): what EXECUTE IMMEDIATE of a text is here, asked of the server that this session belongs to
 *
 * Only the server knows Oracle's SQL.  The question goes out as an INFO, which is always sent, of SQLSTATE RHASK, whose DETAIL names the file
 * that the answer will be; see src/rehearsal/plsql_answer.c.  NULL: it is done already.
 *
 * rh.autonomous(block) asks for it to be run by another backend, in a transaction of its own (SQLSTATE RHRUN).
 */
#include "causeway_redo.h"

#include "miscadmin.h"
#include "rehearsal/plsql_mark.h"
#include "storage/fd.h"
#include "utils/builtins.h"

#include <unistd.h>

PG_FUNCTION_INFO_V1(rh_ask);
PG_FUNCTION_INFO_V1(rh_autonomous);

extern bool pq_check_connection(void); /* libpq/libpq.h, whose own includes are not here */

#define LOOK_EVERY_US	200
#define LOOKS_PER_CHECK 500 /* of whether the server is still there */

static FILE *wait_for(const char *path)
{
	FILE *file;

	for (unsigned looks = 1; !(file = AllocateFile(path, "r")); looks++) {
		CHECK_FOR_INTERRUPTS();
		if (looks % LOOKS_PER_CHECK == 0 && !pq_check_connection())
			ora_error("03113", "end-of-file on communication channel");
		pg_usleep(LOOK_EVERY_US);
	}
	return file;
}

static void read_all(FILE *file, StringInfo ret)
{
	char piece[8192];
	size_t got;

	initStringInfo(ret);
	while ((got = fread(piece, 1, sizeof(piece), file)) > 0)
		appendBinaryStringInfo(ret, piece, (int)got);
	FreeFile(file);
}

/* The answer, or its error; NULL: it is done. */
static text *answer_to(int state, const char *question)
{
	char path[MAXPGPATH];
	StringInfoData answer;

	(void)snprintf(path, sizeof(path), "%s/rh_answer.%d", DataDir, MyProcPid);
	(void)unlink(path);
	ereport(INFO,
		(errcode(state), errmsg_internal("%s", question), errdetail_internal("%s", path)));
	read_all(wait_for(path), &answer);
	(void)unlink(path);
	if (answer.data[0] == RH_ANSWER_SQL)
		return cstring_to_text(answer.data + 1);
	if (answer.data[0] != RH_ANSWER_DONE)
		ereport(ERROR, (errcode(ORA_SQLSTATE), errmsg_internal("%s", answer.data + 1)));
	return NULL;
}

static Datum asked(PG_FUNCTION_ARGS, int state)
{
	text *answer = answer_to(state, text_to_cstring(PG_GETARG_TEXT_PP(0)));

	if (!answer)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(answer);
}

Datum rh_ask(PG_FUNCTION_ARGS)
{
	return asked(fcinfo, MAKE_SQLSTATE('R', 'H', 'A', 'S', 'K'));
}

Datum rh_autonomous(PG_FUNCTION_ARGS)
{
	return asked(fcinfo, MAKE_SQLSTATE('R', 'H', 'R', 'U', 'N'));
}
