/*
 * net_execute.c - EXECUTE, REEXECUTE and FETCH through the engine; see net_work.h
 *
 * A request is read to its end before anything is answered, or given up with
 * net_refuse(): so the stream stays in step.  Array DML runs in one engine call.
 */
#include "rehearsal/net_work.h"

#include <time.h>

/*
 * Some drivers prefetch 2^32 - 1 rows.  FETCH has no such bound: node-oracledb takes an answer
 * with fewer rows than it asked for as the end of the data.
 */
#define PREFETCH_MAX 100000u

/* ---- cursors ----------------------------------------------------------------------- */

static bool find_cursor(struct net_work *work, uint32_t id)
{
	if (id == 0 || id > NET_CURSORS_MAX || !work->conn->cursor[id].stmt)
		return rh_fail(&work->error, 1001, 0, "invalid cursor");
	work->id = id;
	work->cursor = &work->conn->cursor[id];
	return true;
}

static bool parse_statement(struct net_work *work, struct cw_bytes sql, uint32_t reuse)
{
	struct net_conn *conn = work->conn;
	uint32_t id = reuse && reuse <= NET_CURSORS_MAX ? reuse : net_cursor_free(conn);
	struct net_cursor *cursor;

	if (id == 0)
		return rh_fail(&work->error, 1000, 0, "maximum open cursors exceeded");
	net_cursor_close(conn, id);
	cursor = &conn->cursor[id];
	if (!rh_parse(conn->session, (const char *)sql.at, sql.len, &cursor->stmt, &work->error)) {
		cursor->stmt = NULL;
		return false;
	}
	rh_stmt_info(cursor->stmt, &cursor->info);
	net_cursor_set_columns(cursor);
	work->id = id;
	work->cursor = cursor;
	return true;
}

/* ---- running ------------------------------------------------------------------------------ */

static bool run(struct net_work *work, struct rh_result *result)
{
	unsigned flags =
		(work->commit ? RH_COMMIT : 0u) | (work->batch_errors ? RH_BATCH_ERRORS : 0u);

	*result = (struct rh_result){ 0 };
	work->cursor->rows_fetched = 0;
	work->cursor->open = false;
	net_cursor_close_nested(work->conn, work->id);
	if (work->binds)
		net_zone_binds(work->conn, work->binds,
			       (size_t)work->iterations * work->cursor->oac_count);
	if (work->binds &&
	    !net_lob_binds(work->conn, work->binds,
			   (size_t)work->iterations * work->cursor->oac_count, &work->error))
		return false;
	return rh_execute(work->conn->session, work->cursor->stmt, work->binds, work->iterations,
			  flags, result, &work->error);
}

/* With its definitions a query brings its first rows: python-oracledb, test_8054. */
static bool fetches(const struct net_work *work)
{
	return work->options & (CW_EXEC_FETCH | CW_EXEC_DEFINE);
}

/* A client that scrolls is told by the count which row was the last. */
static bool scroll(struct net_work *work)
{
	uint64_t row = 0;

	if (!work->scrollable)
		return true;
	if (!rh_scroll(work->cursor->stmt, work->scroll_to, &row, &work->error))
		return false;
	work->cursor->rows_fetched = row - 1;
	return true;
}

static void now_as_date(uint8_t ret[7])
{
	time_t now = time(NULL);
	struct tm utc;

	(void)gmtime_r(&now, &utc);
	ret[0] = (uint8_t)((utc.tm_year + 1900) / 100 + 100);
	ret[1] = (uint8_t)((utc.tm_year + 1900) % 100 + 100);
	ret[2] = (uint8_t)(utc.tm_mon + 1);
	ret[3] = (uint8_t)utc.tm_mday;
	ret[4] = (uint8_t)(utc.tm_hour + 1);
	ret[5] = (uint8_t)(utc.tm_min + 1);
	ret[6] = (uint8_t)(utc.tm_sec + 1);
}

static bool answer_query(struct net_work *work, bool describe)
{
	struct cw_wr *wr = net_answer(work->conn);
	uint8_t date[7];

	if (describe) {
		now_as_date(date);
		cw_ttc_put_describe(wr, &work->conn->ttc, &work->cursor->columns, date);
		work->cursor->described = true;
	}
	if (!scroll(work))
		work->rows = 0;
	if (work->rows > PREFETCH_MAX)
		work->rows = PREFETCH_MAX;
	if (work->cursor->has_lobs && (work->cursor->define_count == 0 || !fetches(work)))
		work->rows =
			0; /* a driver says first how it wants them, or with FETCH that it takes them */
	net_put_rows(work, wr);
	net_put_parameter(work, wr, NULL);
	net_put_summary(work, wr, NULL);
	return net_send_answer(work->conn);
}

static bool run_query(struct net_work *work)
{
	struct rh_result result;

	if (!run(work, &result))
		return net_answer_failure(work);
	work->cursor->open = true;
	rh_stmt_info(work->cursor->stmt, &work->cursor->info);
	net_cursor_set_columns(work->cursor);
	return answer_query(work, true);
}

static bool has_returning(const struct net_cursor *cursor)
{
	return cursor->info.kind == RH_DML && cursor->info.returning_from < cursor->info.bind_count;
}

/* Array DML with RETURNING: one ROW_DATA for each iteration. */
static bool run_returning(struct net_work *work)
{
	struct cw_wr *wr = net_answer(work->conn);
	uint32_t iterations = work->iterations, count = work->cursor->info.bind_count;
	struct rh_result result = { 0 }, total = { 0 };
	uint64_t *row_counts = cw_new(&work->conn->arena, uint64_t, iterations + 1u);
	bool commit = work->commit;

	work->iterations = 1;
	total.row_counts = row_counts;
	if (work->io_vector)
		net_put_returning_vector(work, wr);
	for (uint32_t i = 0; i < iterations; i++) {
		work->commit = commit && i + 1 == iterations;
		if (!run(work, &result) || !net_locate_returned(work, &result))
			break;
		net_put_returned(work, wr, &result);
		total.row_count += result.row_count;
		row_counts[total.iterations_done++] = result.row_count;
		memcpy(total.last_rowid, result.last_rowid, sizeof(total.last_rowid));
		work->binds += count;
	}
	if (work->error.code == 0)
		net_put_parameter(work, wr, &total);
	net_put_summary(work, wr, &total);
	return net_send_answer(work->conn);
}

/* A block once for each row of binds: as with RETURNING, one ROW_DATA for each. */
static bool run_blocks(struct net_work *work)
{
	struct cw_wr *wr = net_answer(work->conn);
	struct rh_result result = { 0 }, total = { 0 };
	uint32_t iterations = work->iterations;
	bool commit = work->commit;

	work->iterations = 1;
	for (uint32_t i = 0; i < iterations; i++) {
		work->commit = commit && i + 1 == iterations;
		if (!run(work, &result) || !net_locate_out(work, &result))
			break;
		net_put_out_binds(work, wr, &result, i == 0);
		total.row_count += result.row_count;
		total.iterations_done++;
		work->binds += work->cursor->oac_count;
	}
	if (work->error.code == 0)
		net_put_parameter(work, wr, &total);
	net_put_summary(work, wr, &total);
	return net_send_answer(work->conn);
}

static bool run_other(struct net_work *work)
{
	struct net_conn *conn = work->conn;
	struct rh_result result;
	struct cw_wr *wr;
	bool ok;

	if (has_returning(work->cursor))
		return run_returning(work);
	if (work->cursor->info.kind == RH_PLSQL && work->iterations > 1 && work->binds)
		return run_blocks(work);
	ok = run(work, &result) && net_locate_out(work, &result);
	wr = net_answer(conn);
	if (!ok) {
		if (work->row_counts) /* of the rows before the bad one: python-oracledb, test_3217 */
			net_put_parameter(work, wr, &result);
		net_put_summary(work, wr, &result);
		return net_send_answer(conn);
	}
	if (work->cursor->info.kind == RH_PLSQL) {
		net_put_out_binds(work, wr, &result, true);
		ok = work->error.code == 0 && net_put_results(conn, wr, &result, &work->error);
	}
	net_put_parameter(work, wr, &result);
	rh_stmt_info(work->cursor->stmt, &work->cursor->info);
	if (work->cursor->info.changed_session)
		cw_ttc_put_schema_changed(wr, &conn->ttc,
					  cw_bytes_of(rh_current_schema(conn->session)));
	net_put_summary(work, wr, &result);
	return net_send_answer(conn);
}

/* It was only parsed. */
static bool answer_parsed(struct net_work *work)
{
	struct cw_wr *wr = cw_tns_link_write(&work->conn->link);

	net_put_parameter(work, wr, NULL);
	net_put_summary(work, wr, NULL);
	return net_send_answer(work->conn);
}

static bool describe_query(struct net_work *work)
{
	struct net_cursor *cursor = work->cursor;
	bool describes = work->options & CW_EXEC_DESCRIBE;

	if (describes && !cursor->open) {
		if (!rh_stmt_tell_columns(cursor->stmt, &work->error))
			return net_answer_failure(work);
		rh_stmt_info(cursor->stmt, &cursor->info);
		net_cursor_set_columns(cursor);
	}
	return answer_query(work, describes);
}

/* ---- the functions ---------------------------------------------------------------------------- */

static bool finish(struct net_work *work, bool executes)
{
	net_call_begins(work->conn);
	if (work->error.code == 0 && work->conn->deferred.code)
		work->error = work->conn->deferred;
	if (work->error.code)
		return net_answer_failure(work);
	if (work->cursor->info.kind != RH_QUERY)
		return executes ? run_other(work) : answer_parsed(work);
	if (executes)
		return run_query(work);
	if (work->rows > 0 && !work->cursor->open) {
		(void)rh_fail(&work->error, 1002, 0, "fetch out of sequence");
		return net_answer_failure(work);
	}
	return describe_query(work);
}

/* Also where it goes by so many rows the row itself is told. */
static void take_scrolling(struct net_work *work, const struct cw_ttc_execute *request)
{
	uint32_t orientation = request->al8i4[10];

	work->scrollable = request->al8i4[9] & CW_EXEC_SCROLLABLE;
	work->open_at_end = request->al8i4[9] & CW_EXEC_OPEN_AT_END;
	work->scroll_to = orientation == CW_FETCH_LAST	  ? RH_LAST_ROW
			  : orientation == CW_FETCH_FIRST ? 1
							  : request->al8i4[11];
}

/* What the options say, and the statement they are about. */
static void take_options(struct net_work *work, const struct cw_ttc_execute *request)
{
	bool executes = request->options & CW_EXEC_EXECUTE;

	work->options = request->options;
	work->commit = request->options & CW_EXEC_COMMIT;
	work->batch_errors = request->options & CW_EXEC_BATCH_ERRORS;
	/* go-ora asks 11.2 for them as well and does not wait for what that release never sends. */
	work->row_counts = request->al8i4[9] & CW_EXEC_ROW_COUNTS &&
			   work->conn->ttc.field_version >= CW_FV_12_1;
	work->io_vector = request->options & CW_EXEC_IO_VECTOR;
	take_scrolling(work, request);
	if (request->sql.len > 0)
		(void)parse_statement(work, request->sql, request->cursor_id);
	else
		(void)find_cursor(work, request->cursor_id);
	work->is_query = work->cursor && work->cursor->info.kind == RH_QUERY;
	if (work->cursor && executes)
		work->cursor->row_counts = work->row_counts;
	if (!work->is_query && request->al8i4[7] == 0 && request->al8i4[1] > 0)
		work->iterations = request->al8i4[1];
	if (executes)
		work->rows = request->prefetch_rows;
	else
		work->rows = fetches(work) ? request->al8i4[1] : 0;
}

/* ojdbc executes a cursor again by EXECUTE with values and without their declarations. */
static bool has_undeclared_binds(const struct net_work *work, const struct cw_ttc_execute *request)
{
	return work->error.code == 0 && request->bind_count == 0 && request->sql.len == 0 &&
	       (request->options & CW_EXEC_EXECUTE) && work->cursor->oac_count > 0;
}

/* Where python-oracledb scrolls it declares them once more, and sends no values. */
static bool has_values(const struct net_work *work, const struct cw_ttc_execute *request)
{
	return request->bind_count > 0 &&
	       (!work->scrollable || (request->options & CW_EXEC_EXECUTE));
}

bool net_execute(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct net_work work = { .conn = conn, .iterations = 1 };
	struct cw_ttc_execute request;

	cw_ttc_get_execute(in, &request);
	if (request.bind_count > CW_TTC_BINDS_MAX) { /* none of them was read */
		in->rd.failed = false;
		(void)rh_fail(&work.error, 1745, 0, "invalid host/bind variable name");
		return net_refuse(conn, &work.error);
	}
	if (cw_ttc_failed(in))
		return false;
	take_options(&work, &request);
	if (work.error.code == 0 && request.define_count > 0)
		net_defines_keep(work.cursor, &request);
	if (has_values(&work, &request)) {
		/* Without the statement nobody knows which binds have values. */
		if (work.error.code || !net_binds_check(&work, request.oac, request.bind_count))
			return net_refuse(conn, &work.error);
		net_binds_read(&work, in, request.oac, request.bind_count, false,
			       !(request.options & CW_EXEC_NOT_PLSQL));
		if (cw_ttc_failed(in))
			return false;
		if (work.cursor)
			net_binds_keep(work.cursor, request.oac, request.bind_count);
	} else if (has_undeclared_binds(&work, &request)) {
		net_binds_read(&work, in, work.cursor->oac, work.cursor->oac_count, false,
			       work.cursor->info.kind == RH_PLSQL);
		if (cw_ttc_failed(in))
			return false;
	} else if (work.error.code == 0 && work.cursor->info.bind_count > 0 &&
		   (request.options & CW_EXEC_EXECUTE)) {
		(void)rh_fail(&work.error, 1008, 0, "not all variables bound");
	}
	return finish(&work, request.options & CW_EXEC_EXECUTE);
}

bool net_reexecute(struct net_conn *conn, struct cw_ttc_in *in, bool fetch)
{
	struct net_work work = { .conn = conn, .iterations = 1 };
	struct cw_ttc_reexecute request;

	cw_ttc_get_reexecute(in, &request);
	if (cw_ttc_failed(in))
		return false;
	work.commit = request.options2 & 1;
	work.options = fetch ? CW_EXEC_FETCH : 0;
	if (!find_cursor(&work, request.cursor_id))
		return net_refuse(conn, &work.error);
	if (work.cursor->info.kind == RH_QUERY)
		work.rows = fetch ? request.iterations : 0;
	else
		work.iterations = request.iterations ? request.iterations : 1;
	work.row_counts = work.cursor->row_counts;
	work.io_vector = work.cursor->info.kind == RH_PLSQL && work.cursor->oac_count > 0;
	net_binds_read(&work, in, work.cursor->oac, work.cursor->oac_count, true,
		       work.cursor->info.kind == RH_PLSQL);
	if (cw_ttc_failed(in))
		return false;
	return finish(&work, true);
}

bool net_fetch(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct net_work work = { .conn = conn };
	uint32_t id = 0;
	struct cw_wr *wr;

	cw_ttc_get_fetch(in, &id, &work.rows);
	if (cw_ttc_failed(in))
		return false;
	net_call_begins(conn);
	if (!find_cursor(&work, id))
		return net_answer_failure(&work);
	if (!work.cursor->open) {
		(void)rh_fail(&work.error, 1002, 0, "fetch out of sequence");
		return net_answer_failure(&work);
	}
	wr = net_answer(conn);
	net_put_rows(&work, wr);
	net_put_summary(&work, wr, NULL);
	return net_send_answer(conn);
}
