/* pipeline.c - see pipeline.h */
#include "postgres/pipeline.h"

#include "postgres/wait.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 4096u /* parameters of one statement */

struct cw_pg_pipe {
	struct cw_pg *pg;
	cw_pg_done_fn *done;
	void *arg;
	bool broken;
	unsigned window, first, count; /* ring of tags on their way */
	unsigned unasked; /* of them, the last so many, whose answers the server may keep back */
	int binary[COLUMNS_MAX];       /* all 1: every parameter is */
	uint64_t tag[];
};

#define TAG_SYNC    (UINT64_MAX - 1)
#define FLUSH_EVERY 64u

bool cw_pg_pipe_open(struct cw_pg *pg, unsigned window, cw_pg_done_fn *done, void *arg,
		     struct cw_pg_pipe **ret, struct cw_err *err)
{
	struct cw_pg_pipe *pipe = calloc(1, sizeof(*pipe) + window * sizeof(pipe->tag[0]));

	if (!pipe)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	assert(window >= 8);
	*pipe = (struct cw_pg_pipe){ .pg = pg, .done = done, .arg = arg, .window = window };
	for (size_t i = 0; i < CW_ARRAY_LEN(pipe->binary); i++)
		pipe->binary[i] = 1;
	if (!PQenterPipelineMode(pg->conn)) {
		free(pipe);
		return cw_pg_fail_link(pg, "entering pipeline mode", err);
	}
	*ret = pipe;
	return true;
}

void cw_pg_pipe_close(struct cw_pg_pipe *pipe)
{
	free(pipe);
}

static bool fail_server(struct cw_pg_pipe *pipe, const PGresult *result, uint64_t tag,
			struct cw_err *err)
{
	struct cw_pg_done done = { .tag = tag, .failed = true };

	(void)cw_pg_fail_answer(result, "pipeline", err);
	if (tag != CW_PG_NO_TAG && tag != TAG_SYNC)
		(void)pipe->done(pipe->arg, &done, err);
	return false;
}

static bool take_result(struct cw_pg_pipe *pipe, const PGresult *result, uint64_t tag,
			struct cw_err *err)
{
	struct cw_pg_done done = { .tag = tag };

	switch (PQresultStatus(result)) {
	case PGRES_PIPELINE_SYNC:
		return true;
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		if (tag == CW_PG_NO_TAG || tag == TAG_SYNC)
			return true;
		done.affected = strtoull(PQcmdTuples((PGresult *)(uintptr_t)result), NULL, 10);
		return pipe->done(pipe->arg, &done, err);
	default:
		return fail_server(pipe, result, tag, err);
	}
}

/* One statement's answer: its result, then NULL; a sync has no NULL. */
static bool take_one(struct cw_pg_pipe *pipe, struct cw_err *err)
{
	uint64_t tag = pipe->tag[pipe->first];
	PGresult *result = NULL, *end = NULL;
	bool ok;

	assert(pipe->count > 0);
	if (!cw_pg_result(pipe->pg, &result, err))
		return false;
	if (!result)
		return cw_pg_fail_link(pipe->pg, "pipeline", err);
	ok = take_result(pipe, result, tag, err);
	PQclear(result);
	if (ok && tag != TAG_SYNC) {
		ok = cw_pg_result(pipe->pg, &end, err);
		if (ok && end)
			ok = cw_pg_fail_answer(end, "pipeline", err);
		PQclear(end);
	}
	pipe->first = (pipe->first + 1) % pipe->window;
	pipe->count--;
	return ok;
}

/* Take the answers that are here already. */
static bool take_ready(struct cw_pg_pipe *pipe, struct cw_err *err)
{
	if (!PQconsumeInput(pipe->pg->conn))
		return cw_pg_fail_link(pipe->pg, "pipeline", err);
	while (pipe->count > 0 && !PQisBusy(pipe->pg->conn))
		if (!take_one(pipe, err))
			return false;
	return true;
}

static bool break_unless(struct cw_pg_pipe *pipe, bool ok)
{
	pipe->broken |= !ok;
	return ok;
}

static bool ask_answers(struct cw_pg_pipe *pipe, struct cw_err *err)
{
	if (!PQsendFlushRequest(pipe->pg->conn))
		return cw_pg_fail_link(pipe->pg, "pipeline", err);
	pipe->unasked = 0;
	return true;
}

static bool sent(struct cw_pg_pipe *pipe, int ok, uint64_t tag, struct cw_err *err)
{
	bool all;

	if (!ok)
		return cw_pg_fail_link(pipe->pg, "pipeline", err);
	pipe->tag[(pipe->first + pipe->count++) % pipe->window] = tag;
	if (++pipe->unasked < FLUSH_EVERY)
		return true;
	return ask_answers(pipe, err) && cw_pg_try_flush(pipe->pg, &all, err) &&
	       (all || cw_pg_flush(pipe->pg, err)) && take_ready(pipe, err);
}

bool cw_pg_pipe_wait(struct cw_pg_pipe *pipe, struct cw_err *err)
{
	assert(!pipe->broken);
	if (pipe->unasked > 0 && !ask_answers(pipe, err))
		return break_unless(pipe, false);
	while (pipe->count > 0)
		if (!take_one(pipe, err))
			return break_unless(pipe, false);
	return true;
}

/* Take half of the answers: the server goes on with the other half meanwhile. */
static bool make_room(struct cw_pg_pipe *pipe, struct cw_err *err)
{
	assert(!pipe->broken);
	if (pipe->count + 2 < pipe->window)
		return true;
	while (pipe->count > pipe->window / 2) {
		bool ok = pipe->unasked < pipe->count || ask_answers(pipe, err);

		if (!break_unless(pipe, ok && take_one(pipe, err)))
			return false;
	}
	return true;
}

bool cw_pg_pipe_prepare(struct cw_pg_pipe *pipe, const char *name, const char *sql,
			unsigned param_count, const uint32_t *types, struct cw_err *err)
{
	return make_room(pipe, err) &&
	       break_unless(pipe,
			    sent(pipe,
				 PQsendPrepare(pipe->pg->conn, name, sql, (int)param_count, types),
				 CW_PG_NO_TAG, err));
}

bool cw_pg_pipe_run(struct cw_pg_pipe *pipe, const char *name, unsigned param_count,
		    const char *const *at, const int *len, uint64_t tag, struct cw_err *err)
{
	assert(param_count <= CW_ARRAY_LEN(pipe->binary));
	return make_room(pipe, err) &&
	       break_unless(pipe, sent(pipe,
				       PQsendQueryPrepared(pipe->pg->conn, name, (int)param_count,
							   at, len, pipe->binary, 1),
				       tag, err));
}

bool cw_pg_pipe_command(struct cw_pg_pipe *pipe, const char *sql, struct cw_err *err)
{
	return make_room(pipe, err) &&
	       break_unless(pipe, sent(pipe,
				       PQsendQueryParams(pipe->pg->conn, sql, 0, NULL, NULL, NULL,
							 NULL, 1),
				       CW_PG_NO_TAG, err));
}

bool cw_pg_pipe_sync(struct cw_pg_pipe *pipe, struct cw_err *err)
{
	if (!make_room(pipe, err))
		return false;
	if (!PQpipelineSync(pipe->pg->conn))
		return break_unless(pipe, cw_pg_fail_link(pipe->pg, "pipeline", err));
	pipe->tag[(pipe->first + pipe->count++) % pipe->window] = TAG_SYNC;
	pipe->unasked = 0;
	while (pipe->count > 0)
		if (!take_one(pipe, err))
			return break_unless(pipe, false);
	return true;
}

bool cw_pg_pipe_suspend(struct cw_pg_pipe *pipe, struct cw_err *err)
{
	if (!cw_pg_pipe_sync(pipe, err))
		return false;
	if (!PQexitPipelineMode(pipe->pg->conn))
		return break_unless(pipe, cw_pg_fail_link(pipe->pg, "leaving the pipeline", err));
	return true;
}

bool cw_pg_pipe_resume(struct cw_pg_pipe *pipe, struct cw_err *err)
{
	if (!PQenterPipelineMode(pipe->pg->conn))
		return break_unless(pipe, cw_pg_fail_link(pipe->pg, "entering the pipeline", err));
	return true;
}
