/*
 * net_execute.c - EXECUTE, REEXECUTE and FETCH through the engine; see net_conn.h
 *
 * A request is read to its end before anything is answered, or given up with
 * net_refuse(): so the stream stays in step.  Array DML runs in one engine call.
 */
#include "rehearsal/net_conn.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NO_DATA_FOUND 1403
#define BATCH_ERRORS  24381
/*
 * Some drivers prefetch 2^32 - 1 rows.  FETCH has no such bound: node-oracledb takes an answer
 * with fewer rows than it asked for as the end of the data.
 */
#define PREFETCH_MAX 100000u

/* What one call is about, from request to answer. */
struct work {
	struct net_conn *conn;
	struct net_cursor *cursor;
	uint32_t id; /* of the cursor; 0: none */
	uint32_t options;
	uint32_t rows; /* to fetch */
	uint32_t iterations;
	bool commit, batch_errors, row_counts, io_vector, is_query;
	bool scrollable, open_at_end;
	uint64_t scroll_to; /* a row, from 1, or RH_LAST_ROW */
	struct rh_bind *binds;
	struct rh_error error;
};

/* ---- cursors ----------------------------------------------------------------------- */

static bool find_cursor(struct work *work, uint32_t id)
{
	if (id == 0 || id > NET_CURSORS_MAX || !work->conn->cursor[id].stmt)
		return rh_fail(&work->error, 1001, 0, "invalid cursor");
	work->id = id;
	work->cursor = &work->conn->cursor[id];
	return true;
}

static void *must_alloc(size_t count, size_t size)
{
	void *room = calloc(count ? count : 1, size);

	if (!room)
		abort();
	return room;
}

static bool parse_statement(struct work *work, struct cw_bytes sql, uint32_t reuse)
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

/* ---- binds ------------------------------------------------------------------------- */

static void keep_oacs(struct net_cursor *cursor, const struct cw_ttc_oac *oac, uint32_t count)
{
	free(cursor->oac);
	cursor->oac = must_alloc(count, sizeof(*oac));
	if (count)
		memcpy(cursor->oac, oac, count * sizeof(*oac));
	cursor->oac_count = count;
}

/*
 * Which binds have no value on the wire: of RETURNING, unless the I/O vector is asked for (then
 * go-ora and ojdbc send a NULL in their places), and OUT ones when executed again.
 */
static bool *skipped_binds(struct work *work, uint32_t count, bool again)
{
	bool *skip = cw_new(&work->conn->arena, bool, count ? count : 1);
	const struct net_cursor *cursor = work->cursor;

	for (uint32_t i = 0; cursor && i < count; i++) {
		if (cursor->info.kind == RH_DML && i >= cursor->info.returning_from)
			skip[i] = !work->io_vector;
		if (again && cursor->info.kind == RH_PLSQL && cursor->direction)
			skip[i] = cursor->direction[i] == CW_BIND_OUT;
	}
	return skip;
}

/* Text of the national character set is UTF-8 from here on. */
static void turn_national(struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
			  struct cw_value *value)
{
	if (oac->charset_form == CW_CHARSET_FORM_NCHAR &&
	    (oac->ora_type == CW_ORA_VARCHAR2 || oac->ora_type == CW_ORA_CHAR ||
	     oac->ora_type == CW_ORA_LONG) &&
	    !cw_ttc_turn_to_utf8(in, value))
		(void)cw_ttc_bad(in, "a text of the national character set is no UTF-16");
}

static bool has_arrays(const struct cw_ttc_oac *oac, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (oac[i].flags & CW_OAC_ARRAY)
			return true;
	return false;
}

/* One row of a block that has arrays. */
static void read_block_row(struct work *work, struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
			   uint32_t count, const bool *skip, struct rh_bind *binds)
{
	struct cw_arena *arena = &work->conn->arena;
	struct cw_ttc_elements *row = cw_new(arena, struct cw_ttc_elements, count);

	cw_ttc_get_block_row(in, oac, row, skip, count, arena);
	for (uint32_t i = 0; i < count && !cw_ttc_failed(in); i++) {
		for (uint32_t j = 0; j < row[i].count; j++)
			turn_national(in, &oac[i], &row[i].at[j]);
		binds[i] = (struct rh_bind){
			.ora_type = oac[i].ora_type,
			.bytes_max = oac[i].bytes_max,
			.national = oac[i].charset_form == CW_CHARSET_FORM_NCHAR,
			.is_array = oac[i].flags & CW_OAC_ARRAY,
			.array_max = oac[i].array_max,
			.element_count = row[i].count,
			.element = row[i].at,
			.value = row[i].at[0],
		};
	}
}

static void read_block_rows(struct work *work, struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
			    uint32_t count, const bool *skip)
{
	for (uint32_t row = 0; row < work->iterations && !cw_ttc_failed(in); row++)
		read_block_row(work, in, oac, count, skip, work->binds + (size_t)row * count);
}

static void read_plain_rows(struct work *work, struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
			    uint32_t count, const bool *skip, bool plsql)
{
	struct cw_value *values = cw_new(&work->conn->arena, struct cw_value, count);
	bool sent = false;

	for (uint32_t i = 0; i < count; i++)
		sent = sent || !skip[i];
	for (uint32_t row = 0; row < work->iterations && !cw_ttc_failed(in); row++) {
		memset(values, 0, count * sizeof(*values));
		if (sent) /* where no bind has a value there is no row either */
			cw_ttc_get_bind_row(in, oac, values, skip, count, plsql);
		for (uint32_t i = 0; i < count; i++)
			turn_national(in, &oac[i], &values[i]);
		for (uint32_t i = 0; work->binds && i < count; i++)
			work->binds[(size_t)row * count + i] =
				(struct rh_bind){ .ora_type = oac[i].ora_type,
						  .bytes_max = oac[i].bytes_max,
						  .national = oac[i].charset_form ==
							      CW_CHARSET_FORM_NCHAR,
						  .value = values[i] };
	}
}

/* The rows of binds behind the request, all of them, also after an error. */
static void read_binds(struct work *work, struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
		       uint32_t count, bool again, bool plsql)
{
	struct cw_arena *arena = &work->conn->arena;
	bool *skip = skipped_binds(work, count, again);
	struct cw_err err;

	if (count == 0)
		return;
	work->binds = cw_try_new(arena, struct rh_bind, (size_t)work->iterations * count, &err);
	if (plsql && work->binds && has_arrays(oac, count))
		read_block_rows(work, in, oac, count, skip);
	else
		read_plain_rows(work, in, oac, count, skip, plsql);
	if (!work->binds && work->error.code == 0)
		(void)rh_fail(&work->error, 4030, 0, "out of process memory: %u rows of binds",
			      work->iterations);
}

static void keep_defines(struct net_cursor *cursor, const struct cw_ttc_execute *request)
{
	free(cursor->define);
	cursor->define_count = request->define_count;
	cursor->define = must_alloc(request->define_count, sizeof(*cursor->define));
	memcpy(cursor->define, request->oac, request->define_count * sizeof(*cursor->define));
}

/* Where no cursor can stand, and no array. */
static bool check_bind(struct work *work, const struct cw_ttc_oac *oac, bool in_sql, bool is_out)
{
	if (in_sql && (oac->flags & CW_OAC_ARRAY))
		return rh_fail(&work->error, 1484, 0,
			       "arrays can only be bound to PL/SQL statements");
	if ((!cw_ttc_bind_is_known(oac) && !cw_ttc_array_is_known(oac)) ||
	    (in_sql && oac->ora_type == CW_ORA_CURSOR) ||
	    (oac->ora_type == CW_ORA_ROWID && (!in_sql || is_out)) ||
	    (in_sql && oac->ora_type == CW_ORA_BOOLEAN &&
	     work->conn->ttc.field_version < CW_FV_23_1))
		return rh_fail(&work->error, 3001, 0, "unimplemented feature: binds of type %u",
			       oac->ora_type);
	return true;
}

static bool check_binds(struct work *work, const struct cw_ttc_oac *oac, uint32_t count)
{
	bool in_sql = work->cursor && work->cursor->info.kind != RH_PLSQL;

	for (uint32_t i = 0; i < count; i++)
		if (!check_bind(work, &oac[i], in_sql,
				work->cursor && i >= work->cursor->info.returning_from))
			return false;
	if (work->cursor && count != work->cursor->info.bind_count &&
	    !(work->cursor->info.kind == RH_QUERY && count > work->cursor->info.bind_count))
		return rh_fail(&work->error, count < work->cursor->info.bind_count ? 1008 : 1036, 0,
			       count < work->cursor->info.bind_count
				       ? "not all variables bound"
				       : "illegal variable name/number");
	return true;
}

/* ---- answers --------------------------------------------------------------------------- */

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

/* Rows go straight from the engine into the packet. */
struct sink {
	struct work *work;
	struct cw_wr *wr;
	bool headed;
	struct rh_error failed; /* a LOB that could not be kept */
};

static bool put_row(void *context, const struct cw_value *values, uint16_t count)
{
	struct sink *sink = context;
	struct work *work = sink->work;

	(void)count;
	values = net_zone_row(work->conn, &work->cursor->columns, values);
	if (!sink->headed)
		cw_ttc_put_row_header(sink->wr, work->cursor->columns.count, work->rows);
	sink->headed = true;
	if (work->cursor->has_lobs || work->cursor->has_objects || work->cursor->has_cursors)
		return net_put_lob_row(work->conn, work->id, sink->wr, values, &sink->failed) &&
		       !cw_wr_failed(sink->wr);
	cw_ttc_put_row(sink->wr, &work->conn->ttc, &work->cursor->columns, values);
	return !cw_wr_failed(sink->wr);
}

/* Fetch work->rows rows into the answer; what is left to say stands in work->error. */
static void put_rows(struct work *work, struct cw_wr *wr)
{
	struct sink sink = { .work = work, .wr = wr };
	struct net_cursor *cursor = work->cursor;
	uint32_t got = 0;
	bool done = false;

	if (work->rows > 0)
		(void)rh_fetch(work->conn->session, cursor->stmt, work->rows, put_row, &sink, &got,
			       &done, &work->error);
	if (work->error.code == 0)
		work->error = sink.failed;
	cursor->rows_fetched += got;
	if (work->error.code == 0 && done)
		(void)rh_fail(&work->error, NO_DATA_FOUND, 0, "no data found");
	if (work->error.code &&
	    !(work->open_at_end && done)) /* the next FETCH is out of sequence */
		cursor->open = false;
}

static void put_parameter(struct work *work, struct cw_wr *wr, const struct rh_result *result)
{
	struct cw_ttc_parameter parameter = { .cursor_id = work->id };

	if (work->row_counts) {
		parameter.has_row_counts = true;
		parameter.row_count_count = result ? result->iterations_done : 0;
		parameter.row_count = result ? result->row_counts : NULL;
		if (!parameter.row_count)
			parameter.row_count_count = 0;
	}
	cw_ttc_put_parameter(wr, &parameter);
}

static void put_batch_errors(struct work *work, const struct rh_result *result,
			     struct cw_ttc_error *summary)
{
	struct cw_ttc_batch_error *batch =
		cw_new(&work->conn->arena, struct cw_ttc_batch_error, result->batch_error_count);

	for (uint32_t i = 0; i < result->batch_error_count; i++)
		batch[i] = (struct cw_ttc_batch_error){
			.code = (uint32_t)result->batch_error[i].error.code,
			.row = result->batch_error[i].row,
			.text = cw_bytes_of(result->batch_error[i].error.text),
		};
	summary->number = BATCH_ERRORS;
	summary->text = cw_bytes_of("ORA-24381: error(s) in array DML");
	summary->batch_count = result->batch_error_count;
	summary->batch = batch;
}

/* ERROR, the summary that ends every answer here. */
static void put_summary(struct work *work, struct cw_wr *wr, const struct rh_result *result)
{
	struct cw_ttc_error summary = net_summary(work->conn);

	summary.cursor_id = (uint16_t)work->id;
	if (work->cursor) {
		summary.sql_type = (uint8_t)work->cursor->info.sql_type;
		summary.row_count = work->cursor->rows_fetched;
	}
	if (result) {
		summary.row_count = result->row_count;
		summary.iterations = result->iterations_done;
		summary.warning = result->compiled_with_errors ? 0x20 : 0;
		(void)cw_ttc_rowid_parse(cw_bytes_of(result->last_rowid), &summary.rowid);
	}
	if (work->error.code) {
		summary.number = (uint32_t)work->error.code;
		summary.text = cw_bytes_of(work->error.text);
		summary.position =
			(int16_t)(work->error.position > INT16_MAX ? INT16_MAX
								   : work->error.position);
	} else if (result && result->batch_error_count) {
		put_batch_errors(work, result, &summary);
	}
	cw_ttc_put_error(wr, &work->conn->ttc, &summary);
}

static bool answer_failure(struct work *work)
{
	put_summary(work, net_answer(work->conn), NULL);
	return net_send_answer(work->conn);
}

/* LOBs that come back are their locators; ORA- if one cannot be made. */
static bool locate_out(struct work *work, struct rh_result *result)
{
	const struct net_cursor *cursor = work->cursor;
	uint32_t count = cursor->oac_count;
	struct cw_value *out;

	if (!result->out || !result->direction || count == 0)
		return true;
	out = cw_new(&work->conn->arena, struct cw_value, count);
	memcpy(out, result->out, count * sizeof(*out));
	result->out = out;
	for (uint32_t i = 0; i < count; i++)
		if (result->direction[i] != CW_BIND_IN &&
		    !net_lob_out(work->conn, &cursor->oac[i], false, &out[i], &work->error))
			return false;
	return true;
}

static bool locate_returned(struct work *work, struct rh_result *result)
{
	const struct rh_stmt_info *info = &work->cursor->info;
	uint32_t width = (uint32_t)info->bind_count - info->returning_from;
	size_t count = (size_t)result->returned_count * width;
	struct cw_value *returned = cw_new(&work->conn->arena, struct cw_value, count + 1);

	if (count > 0)
		memcpy(returned, result->returned, count * sizeof(*returned));
	result->returned = returned;
	for (size_t i = 0; i < count; i++)
		if (!net_lob_out(work->conn, &work->cursor->oac[info->returning_from + i % width],
				 true, &returned[i], &work->error))
			return false;
	return true;
}

/* A bind that is a cursor: a number, under which the client fetches it, and its columns. */
static bool put_cursor(struct net_conn *conn, struct cw_wr *wr, const struct cw_ttc_oac *oac,
		       struct rh_stmt **opened, struct rh_error *error)
{
	struct cw_ttc_form form = cw_ttc_form_of_bind(oac, CW_IN_OUT);
	struct rh_stmt *stmt = *opened;
	uint32_t id = 0;

	*opened = NULL;
	if (stmt && !net_cursor_adopt(conn, stmt, 0, &id, error))
		return false;
	net_put_cursor(conn, wr, &form, id);
	cw_ttc_put_sb(wr, 0);
	return true;
}

static void put_array(struct work *work, struct cw_wr *wr, const struct cw_ttc_oac *oac,
		      const struct rh_elements *elements)
{
	cw_ttc_put_ub(wr, elements->count);
	for (uint32_t i = 0; i < elements->count; i++)
		net_put_out(work->conn, wr, oac, &elements->at[i]);
}

/* OUT and IN OUT values of a block; which binds they are is told in front of the first row. */
static void put_out_binds(struct work *work, struct cw_wr *wr, const struct rh_result *result,
			  bool first)
{
	struct net_cursor *cursor = work->cursor;
	bool any = false;

	free(cursor->direction);
	cursor->direction = must_alloc(cursor->oac_count, 1);
	for (uint32_t i = 0; i < cursor->oac_count; i++) {
		cursor->direction[i] = result->direction ? result->direction[i] : CW_BIND_IN;
		any = any || cursor->direction[i] != CW_BIND_IN;
	}
	if (!work->io_vector)
		return;
	if (first)
		cw_ttc_put_io_vector(wr, cursor->direction, cursor->oac_count);
	if (!any)
		return;
	cw_wr_u8(wr, CW_TTC_ROW_DATA);
	for (uint32_t i = 0; i < cursor->oac_count; i++) {
		if (cursor->direction[i] == CW_BIND_IN)
			continue;
		if (cursor->oac[i].flags & CW_OAC_ARRAY)
			put_array(work, wr, &cursor->oac[i], &result->elements[i]);
		else if (cursor->oac[i].ora_type != CW_ORA_CURSOR)
			net_put_out(work->conn, wr, &cursor->oac[i], &result->out[i]);
		else if (!put_cursor(work->conn, wr, &cursor->oac[i], &result->cursor[i],
				     &work->error))
			wr->failed = true;
	}
}

/* Which binds of a statement with RETURNING come back: go-ora believes nothing else. */
static void put_returning_vector(struct work *work, struct cw_wr *wr)
{
	const struct rh_stmt_info *info = &work->cursor->info;
	uint8_t *direction = cw_new(&work->conn->arena, uint8_t, info->bind_count);

	for (uint32_t i = 0; i < info->bind_count; i++)
		direction[i] = i < info->returning_from ? CW_BIND_IN : CW_BIND_OUT;
	cw_ttc_put_io_vector(wr, direction, info->bind_count);
}

/* RETURNING: for each bind how many rows, then its value in each. */
static void put_returned(struct work *work, struct cw_wr *wr, const struct rh_result *result)
{
	const struct rh_stmt_info *info = &work->cursor->info;
	uint32_t width = (uint32_t)info->bind_count - info->returning_from;

	cw_wr_u8(wr, CW_TTC_ROW_DATA);
	for (uint32_t i = 0; i < width; i++) {
		cw_ttc_put_ub(wr, result->returned_count);
		for (uint32_t row = 0; row < result->returned_count; row++)
			net_put_out(work->conn, wr, &work->cursor->oac[info->returning_from + i],
				    &result->returned[(size_t)row * width + i]);
	}
}

static bool has_returning(const struct net_cursor *cursor)
{
	return cursor->info.kind == RH_DML && cursor->info.returning_from < cursor->info.bind_count;
}

/* ---- running ------------------------------------------------------------------------------ */

static bool run(struct work *work, struct rh_result *result)
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

/* One that came as a value is fetched by its definition: python-oracledb asks a second time for others alone. */
static bool fetches(const struct work *work)
{
	return (work->options & CW_EXEC_FETCH) ||
	       (work->cursor && work->cursor->is_value && (work->options & CW_EXEC_DEFINE));
}

/* A client that scrolls is told by the count which row was the last. */
static bool scroll(struct work *work)
{
	uint64_t row = 0;

	if (!work->scrollable)
		return true;
	if (!rh_scroll(work->cursor->stmt, work->scroll_to, &row, &work->error))
		return false;
	work->cursor->rows_fetched = row - 1;
	return true;
}

static bool answer_query(struct work *work, bool describe)
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
	put_rows(work, wr);
	put_parameter(work, wr, NULL);
	put_summary(work, wr, NULL);
	return net_send_answer(work->conn);
}

static bool run_query(struct work *work)
{
	struct rh_result result;

	if (!run(work, &result))
		return answer_failure(work);
	work->cursor->open = true;
	rh_stmt_info(work->cursor->stmt, &work->cursor->info);
	net_cursor_set_columns(work->cursor);
	return answer_query(work, true);
}

/* Array DML with RETURNING: one ROW_DATA for each iteration. */
static bool run_returning(struct work *work)
{
	struct cw_wr *wr = net_answer(work->conn);
	uint32_t iterations = work->iterations, count = work->cursor->info.bind_count;
	struct rh_result result = { 0 }, total = { 0 };
	uint64_t *row_counts = cw_new(&work->conn->arena, uint64_t, iterations + 1u);
	bool commit = work->commit;

	work->iterations = 1;
	total.row_counts = row_counts;
	if (work->io_vector)
		put_returning_vector(work, wr);
	for (uint32_t i = 0; i < iterations; i++) {
		work->commit = commit && i + 1 == iterations;
		if (!run(work, &result) || !locate_returned(work, &result))
			break;
		put_returned(work, wr, &result);
		total.row_count += result.row_count;
		row_counts[total.iterations_done++] = result.row_count;
		memcpy(total.last_rowid, result.last_rowid, sizeof(total.last_rowid));
		work->binds += count;
	}
	if (work->error.code == 0)
		put_parameter(work, wr, &total);
	put_summary(work, wr, &total);
	return net_send_answer(work->conn);
}

/* A block once for each row of binds: as with RETURNING, one ROW_DATA for each. */
static bool run_blocks(struct work *work)
{
	struct cw_wr *wr = net_answer(work->conn);
	struct rh_result result = { 0 }, total = { 0 };
	uint32_t iterations = work->iterations;
	bool commit = work->commit;

	work->iterations = 1;
	for (uint32_t i = 0; i < iterations; i++) {
		work->commit = commit && i + 1 == iterations;
		if (!run(work, &result) || !locate_out(work, &result))
			break;
		put_out_binds(work, wr, &result, i == 0);
		total.row_count += result.row_count;
		total.iterations_done++;
		work->binds += work->cursor->oac_count;
	}
	if (work->error.code == 0)
		put_parameter(work, wr, &total);
	put_summary(work, wr, &total);
	return net_send_answer(work->conn);
}

static bool run_other(struct work *work)
{
	struct net_conn *conn = work->conn;
	struct rh_result result;
	struct cw_wr *wr;
	bool ok;

	if (has_returning(work->cursor))
		return run_returning(work);
	if (work->cursor->info.kind == RH_PLSQL && work->iterations > 1 && work->binds)
		return run_blocks(work);
	ok = run(work, &result) && locate_out(work, &result);
	wr = net_answer(conn);
	if (!ok) {
		put_summary(work, wr, &result);
		return net_send_answer(conn);
	}
	if (work->cursor->info.kind == RH_PLSQL) {
		put_out_binds(work, wr, &result, true);
		ok = work->error.code == 0 && net_put_results(conn, wr, &result, &work->error);
	}
	put_parameter(work, wr, &result);
	rh_stmt_info(work->cursor->stmt, &work->cursor->info);
	if (work->cursor->info.changed_session)
		cw_ttc_put_schema_changed(wr, &conn->ttc,
					  cw_bytes_of(rh_current_schema(conn->session)));
	put_summary(work, wr, &result);
	return net_send_answer(conn);
}

/* It was only parsed. */
static bool answer_parsed(struct work *work)
{
	struct cw_wr *wr = cw_tns_link_write(&work->conn->link);

	put_parameter(work, wr, NULL);
	put_summary(work, wr, NULL);
	return net_send_answer(work->conn);
}

/* ---- the functions ---------------------------------------------------------------------------- */

static bool finish(struct work *work, bool executes)
{
	net_call_begins(work->conn);
	if (work->error.code == 0 && work->conn->deferred.code)
		work->error = work->conn->deferred;
	if (work->error.code)
		return answer_failure(work);
	if (work->cursor->info.kind != RH_QUERY)
		return executes ? run_other(work) : answer_parsed(work);
	if (executes)
		return run_query(work);
	if (work->rows > 0 && !work->cursor->open) {
		(void)rh_fail(&work->error, 1002, 0, "fetch out of sequence");
		return answer_failure(work);
	}
	return answer_query(work, work->options & CW_EXEC_DESCRIBE);
}

/* Also where it goes by so many rows the row itself is told. */
static void take_scrolling(struct work *work, const struct cw_ttc_execute *request)
{
	uint32_t orientation = request->al8i4[10];

	work->scrollable = request->al8i4[9] & CW_EXEC_SCROLLABLE;
	work->open_at_end = request->al8i4[9] & CW_EXEC_OPEN_AT_END;
	work->scroll_to = orientation == CW_FETCH_LAST	  ? RH_LAST_ROW
			  : orientation == CW_FETCH_FIRST ? 1
							  : request->al8i4[11];
}

/* What the options say, and the statement they are about. */
static void take_options(struct work *work, const struct cw_ttc_execute *request)
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
static bool has_undeclared_binds(const struct work *work, const struct cw_ttc_execute *request)
{
	return work->error.code == 0 && request->bind_count == 0 && request->sql.len == 0 &&
	       (request->options & CW_EXEC_EXECUTE) && work->cursor->oac_count > 0;
}

/* Where python-oracledb scrolls it declares them once more, and sends no values. */
static bool has_values(const struct work *work, const struct cw_ttc_execute *request)
{
	return request->bind_count > 0 &&
	       (!work->scrollable || (request->options & CW_EXEC_EXECUTE));
}

bool net_execute(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct work work = { .conn = conn, .iterations = 1 };
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
		keep_defines(work.cursor, &request);
	if (has_values(&work, &request)) {
		/* Without the statement nobody knows which binds have values. */
		if (work.error.code || !check_binds(&work, request.oac, request.bind_count))
			return net_refuse(conn, &work.error);
		read_binds(&work, in, request.oac, request.bind_count, false,
			   !(request.options & CW_EXEC_NOT_PLSQL));
		if (cw_ttc_failed(in))
			return false;
		if (work.cursor)
			keep_oacs(work.cursor, request.oac, request.bind_count);
	} else if (has_undeclared_binds(&work, &request)) {
		read_binds(&work, in, work.cursor->oac, work.cursor->oac_count, false,
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
	struct work work = { .conn = conn, .iterations = 1 };
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
	read_binds(&work, in, work.cursor->oac, work.cursor->oac_count, true,
		   work.cursor->info.kind == RH_PLSQL);
	if (cw_ttc_failed(in))
		return false;
	return finish(&work, true);
}

bool net_fetch(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct work work = { .conn = conn };
	uint32_t id = 0;
	struct cw_wr *wr;

	cw_ttc_get_fetch(in, &id, &work.rows);
	if (cw_ttc_failed(in))
		return false;
	net_call_begins(conn);
	if (!find_cursor(&work, id))
		return answer_failure(&work);
	if (!work.cursor->open) {
		(void)rh_fail(&work.error, 1002, 0, "fetch out of sequence");
		return answer_failure(&work);
	}
	wr = net_answer(conn);
	put_rows(&work, wr);
	put_summary(&work, wr, NULL);
	return net_send_answer(conn);
}
