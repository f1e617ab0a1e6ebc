/* net_result.c - what an execution brings back, as it goes out; see net_work.h */
#include "rehearsal/net_work.h"

#include <stdlib.h>

#define NO_DATA_FOUND 1403
#define BATCH_ERRORS  24381

/* Rows go straight from the engine into the packet. */
struct sink {
	struct net_work *work;
	struct cw_wr *wr;
	bool headed;
	struct rh_error failed; /* a LOB that could not be kept */
};

static bool put_row(void *context, const struct cw_value *values, uint16_t count)
{
	struct sink *sink = context;
	struct net_work *work = sink->work;

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

void net_put_rows(struct net_work *work, struct cw_wr *wr)
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

void net_put_parameter(struct net_work *work, struct cw_wr *wr, const struct rh_result *result)
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

static void put_batch_errors(struct net_work *work, const struct rh_result *result,
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

void net_put_summary(struct net_work *work, struct cw_wr *wr, const struct rh_result *result)
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

bool net_answer_failure(struct net_work *work)
{
	net_put_summary(work, net_answer(work->conn), NULL);
	return net_send_answer(work->conn);
}

bool net_locate_out(struct net_work *work, struct rh_result *result)
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

bool net_locate_returned(struct net_work *work, struct rh_result *result)
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

static void put_array(struct net_work *work, struct cw_wr *wr, const struct cw_ttc_oac *oac,
		      const struct rh_elements *elements)
{
	cw_ttc_put_ub(wr, elements->count);
	for (uint32_t i = 0; i < elements->count; i++)
		net_put_out(work->conn, wr, oac, &elements->at[i]);
}

void net_put_out_binds(struct net_work *work, struct cw_wr *wr, const struct rh_result *result,
		       bool first)
{
	struct net_cursor *cursor = work->cursor;
	bool any = false;

	free(cursor->direction);
	cursor->direction = net_must_alloc(cursor->oac_count, 1);
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

void net_put_returning_vector(struct net_work *work, struct cw_wr *wr)
{
	const struct rh_stmt_info *info = &work->cursor->info;
	uint8_t *direction = cw_new(&work->conn->arena, uint8_t, info->bind_count);

	for (uint32_t i = 0; i < info->bind_count; i++)
		direction[i] = i < info->returning_from ? CW_BIND_IN : CW_BIND_OUT;
	cw_ttc_put_io_vector(wr, direction, info->bind_count);
}

void net_put_returned(struct net_work *work, struct cw_wr *wr, const struct rh_result *result)
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
