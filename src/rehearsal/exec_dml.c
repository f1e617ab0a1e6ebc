/* exec_dml.c - INSERT, UPDATE, DELETE and MERGE, once or for an array of binds; see exec.h */
#include "rehearsal/db_text.h"
#include "rehearsal/exec_parts.h"
#include "rehearsal/rowid.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_ROWS 500u /* of one pipeline and one savepoint */

struct dml {
	struct rh_stmt *stmt;
	const struct rh_bind *binds;
	uint32_t iterations;
	bool commit; /* in the same round trip */
	uint32_t returned_room;
	struct rh_result *result;
};

static const struct rh_bind *binds_of(const struct dml *dml, uint32_t row)
{
	return dml->binds + (size_t)row * dml->stmt->bind_count;
}

/* ---- a value too long for its column: PostgreSQL does not say whose ------------------------- */

static bool check_length(const struct dml *dml, uint32_t row, const struct sql_expr *column,
			 const struct sql_expr *value, struct rh_error *error)
{
	const struct sql_column *c = &column->from->column[column->column];
	const struct rh_bind *bind;
	uint32_t length = 0, max = c->char_used == 'C' ? c->char_length : c->byte_length;

	if (value->kind != X_BIND || value->column >= dml->stmt->bind_count)
		return true;
	bind = &binds_of(dml, row)[value->column];
	if (bind->value.state != CW_VALUE_SET || !rh_bind_is_text(bind->ora_type) ||
	    (c->ora_type != CW_ORA_VARCHAR2 && c->ora_type != CW_ORA_CHAR))
		return true;
	length = bind->value.len;
	if (c->char_used == 'C' || rh_text_charset()->high) {
		for (uint32_t i = 0; i < bind->value.len; i++)
			length -= (bind->value.at[i] & 0xc0) == 0x80;
	}
	if (length <= max)
		return true;
	return rh_fail(error, 12899, 0,
		       "value too large for column \"%s\".\"%s\".\"%s\" (actual: %u, maximum: %u)",
		       column->from->relation->schema, column->from->relation->name, c->name,
		       length, max);
}

static bool check_lengths(const struct dml *dml, uint32_t row, struct rh_error *error)
{
	const struct sql_stmt *parsed = dml->stmt->parsed;
	const struct sql_expr *column = parsed->column;

	for (const struct sql_expr *value = parsed->value; value && column;
	     value = value->next, column = column->next)
		if (!check_length(dml, row, column, value, error))
			return false;
	for (const struct sql_set *set = parsed->set; set; set = set->next)
		if (set->column->kind == X_NAME &&
		    !check_length(dml, row, set->column, set->value, error))
			return false;
	return true;
}

/* ---- one pipeline ------------------------------------------------------------------------------ */

static bool send_row(const struct dml *dml, uint32_t row, struct rh_error *error)
{
	struct rh_stmt *stmt = dml->stmt;
	uint32_t count = stmt->bind_count;
	const char **value = cw_new(&stmt->row, const char *, count + 1);
	int *length = cw_new(&stmt->row, int, count + 1);
	int *format = cw_new(&stmt->row, int, count + 1);

	for (uint32_t i = 0; i < count && i < stmt->returning_from; i++) {
		struct rh_param param;

		if (!rh_param_from_bind(&stmt->row, &binds_of(dml, row)[i], i + 1, &param, error))
			return false;
		value[i] = param.value;
		length[i] = param.length;
		format[i] = param.format;
	}
	if (stmt->returning_from < count)
		count = stmt->returning_from;
	if (PQsendQueryPrepared(stmt->session->pg, stmt->name, (int)count, value, length, format,
				1))
		return true;
	return rh_exec_lost(stmt->session, error);
}

static void grow_returned(struct dml *dml, uint32_t values)
{
	struct rh_stmt *stmt = dml->stmt;
	uint32_t per_row = stmt->bind_count - stmt->returning_from;
	uint32_t have = dml->result->returned_count * per_row;
	struct cw_value *more;

	if (have + values <= dml->returned_room)
		return;
	dml->returned_room = 2 * (have + values);
	more = cw_new(&stmt->run, struct cw_value, dml->returned_room);
	if (have > 0)
		memcpy(more, stmt->returned, have * sizeof(*more));
	stmt->returned = more;
}

/* One value that came back; a LOB comes with where it lies, which only a LOB's bind wants. */
static bool returned_value(struct dml *dml, const PGresult *rows, int row, uint32_t k,
			   const struct sql_expr *expr, struct cw_value *ret,
			   struct rh_error *error)
{
	struct rh_stmt *stmt = dml->stmt;
	uint8_t ora_type = dml->binds[stmt->returning_from + k].ora_type;
	struct cw_bytes in = { (const uint8_t *)PQgetvalue(rows, row, (int)k),
			       (size_t)PQgetlength(rows, row, (int)k) };

	*ret = (struct cw_value){ .state = CW_VALUE_NULL };
	if (PQgetisnull(rows, row, (int)k))
		return true;
	if (expr && sql_is_lob(expr->type) && !sql_is_lob(sql_type_of_ora(ora_type)) &&
	    in.len >= RH_LOB_HOME_BYTES) {
		in.at += RH_LOB_HOME_BYTES;
		in.len -= RH_LOB_HOME_BYTES;
	}
	return rh_value_from_pg(&stmt->run, rh_pg_type_known(stmt->session, PQftype(rows, (int)k)),
				in, ora_type, 0, ret, error);
}

static bool take_returned(struct dml *dml, const PGresult *rows, struct rh_error *error)
{
	struct rh_stmt *stmt = dml->stmt;
	uint32_t per_row = stmt->bind_count - stmt->returning_from;

	if (stmt->returning_from >= stmt->bind_count)
		return true;
	if ((uint32_t)PQnfields(rows) != per_row)
		return rh_fail(error, 947, 0, "not enough values");
	grow_returned(dml, (uint32_t)PQntuples(rows) * per_row);
	for (int i = 0; i < PQntuples(rows); i++) {
		const struct sql_expr *expr = stmt->parsed->returning->expr;
		struct cw_value *to = stmt->returned + dml->result->returned_count * per_row;

		for (uint32_t k = 0; k < per_row; k++) {
			if (!returned_value(dml, rows, i, k, expr, &to[k], error))
				return false;
			expr = expr ? expr->next : NULL;
		}
		dml->result->returned_count++;
	}
	return true;
}

/* Results of @count rows from @from on; *ret_done is how many went well before the first failure. */
static bool collect_rows(struct dml *dml, uint32_t from, uint32_t count, uint32_t *ret_done,
			 struct rh_error *error)
{
	PGconn *pg = dml->stmt->session->pg;
	bool ok = true;

	*ret_done = 0;
	for (uint32_t i = 0; i < count; i++) {
		PGresult *result = rh_exec_next(pg);
		ExecStatusType status = PQresultStatus(result);

		if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
			dml->stmt->row_counts[from + i] = strtoull(PQcmdTuples(result), NULL, 10);
			ok = ok && take_returned(dml, result, error);
			++*ret_done;
		} else if (ok && status != PGRES_PIPELINE_ABORTED) {
			ok = rh_exec_error_of(dml->stmt->session, dml->stmt, result, error);
		}
		PQclear(result);
	}
	return ok;
}

static bool send_rows(struct dml *dml, uint32_t from, uint32_t count, uint32_t *ret_sent,
		      struct rh_error *error)
{
	cw_arena_reset(&dml->stmt->row);
	for (*ret_sent = 0; *ret_sent < count; ++*ret_sent)
		if (!check_lengths(dml, from + *ret_sent, error) ||
		    !send_row(dml, from + *ret_sent, error))
			return false;
	return true;
}

static bool result_ok(PGresult *result, struct rh_session *session, struct rh_error *error)
{
	bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;

	if (!ok && PQresultStatus(result) != PGRES_PIPELINE_ABORTED)
		(void)rh_exec_error(session, result, error);
	PQclear(result);
	return ok;
}

struct range {
	uint32_t from, count, sent;
	bool savepoint, began, sent_all, commit;
	struct rh_error refused; /* a value that was refused before it was sent */
};

static bool send_range(struct dml *dml, struct range *r, struct rh_error *error)
{
	struct rh_session *session = dml->stmt->session;
	unsigned before;

	r->savepoint = session->transaction_open;
	if (!rh_exec_enter(session, true, &before, &r->began, error))
		return false;
	r->sent_all = send_rows(dml, r->from, r->count, &r->sent, &r->refused);
	r->commit = dml->commit && r->sent_all;
	if (r->savepoint && r->sent_all &&
	    !rh_exec_send(session, "RELEASE SAVEPOINT \"cw$\"", error))
		return false;
	if (r->commit && !rh_exec_send(session, "COMMIT", error))
		return false;
	return PQpipelineSync(session->pg) || rh_exec_lost(session, error);
}

static bool collect_range(struct dml *dml, const struct range *r, uint32_t *ret_done,
			  struct rh_error *error)
{
	struct rh_session *session = dml->stmt->session;
	bool ok = result_ok(rh_exec_next(session->pg), session, error);

	ok = collect_rows(dml, r->from, r->sent, ret_done, error) && ok;
	if (r->savepoint && r->sent_all)
		ok = result_ok(rh_exec_next(session->pg), session, error) && ok;
	if (r->commit)
		ok = result_ok(rh_exec_next(session->pg), session, error) && ok;
	rh_exec_leave(session->pg);
	return ok;
}

/* All or nothing; on failure *ret_done rows before the bad one would have gone well. */
static bool run_range(struct dml *dml, uint32_t from, uint32_t count, uint32_t *ret_done,
		      struct rh_error *error)
{
	struct rh_session *session = dml->stmt->session;
	struct range r = { .from = from, .count = count };
	bool ok;

	*ret_done = 0;
	if (!send_range(dml, &r, error))
		return false;
	ok = collect_range(dml, &r, ret_done, error);
	session->transaction_open = true;
	if (ok && r.sent_all) {
		if (r.commit) {
			session->transaction_open = session->exec->savepoints = false;
			rh_session_transaction_ended(session);
		}
		return true;
	}
	if (ok) /* what went well is undone, too */
		*error = r.refused;
	rh_exec_undo(session, r.began);
	return false;
}

/* ---- arrays --------------------------------------------------------------------------------------- */

static void note_batch_error(struct dml *dml, uint32_t row, const struct rh_error *error)
{
	struct rh_stmt *stmt = dml->stmt;

	if (!stmt->batch_error)
		stmt->batch_error = cw_new(&stmt->run, struct rh_batch_error, dml->iterations);
	stmt->batch_error[dml->result->batch_error_count++] =
		(struct rh_batch_error){ .row = row, .error = *error };
	dml->result->batch_error = stmt->batch_error;
}

/* Rows that a key refuses, or a foreign key. */
static bool refuses_row(int code)
{
	return code == 1 || code == 2291;
}

/* An INSERT has all rows' values before the first row goes in: what refuses a value is told first. */
static void order_batch_errors(struct rh_stmt *stmt, uint32_t count)
{
	struct rh_batch_error *ordered;
	uint32_t at = 0;

	if (stmt->parsed->kind != S_INSERT || count < 2)
		return;
	ordered = cw_new(&stmt->run, struct rh_batch_error, count);
	for (int late = 0; late < 2; late++)
		for (uint32_t i = 0; i < count; i++)
			if (refuses_row(stmt->batch_error[i].error.code) == late)
				ordered[at++] = stmt->batch_error[i];
	memcpy(stmt->batch_error, ordered, count * sizeof(*ordered));
}

static bool is_fatal(int code)
{
	return code == 3113 || code == 28 || code == 1013 || code == 60 || code == 2396;
}

static uint32_t chunk_of(const struct dml *dml, uint32_t at)
{
	return dml->iterations - at < CHUNK_ROWS ? dml->iterations - at : CHUNK_ROWS;
}

/* Oracle keeps the rows before the bad one; PostgreSQL has undone them: once more. */
static bool run_all(struct dml *dml, unsigned flags, struct rh_error *error)
{
	uint32_t at = 0;

	while (at < dml->iterations) {
		uint32_t count = chunk_of(dml, at), done, ignored,
			 had = dml->result->returned_count;
		struct rh_error bad = { 0 };

		if (run_range(dml, at, count, &done, &bad)) {
			at += count;
			continue;
		}
		dml->result->returned_count = had;
		dml->commit = false;
		if (done > 0 && !is_fatal(bad.code) && !run_range(dml, at, done, &ignored, error))
			return false;
		at += done;
		dml->stmt->row_counts[at] = 0;
		if (!(flags & RH_BATCH_ERRORS) || is_fatal(bad.code)) {
			*error = bad;
			dml->iterations = at; /* only these count */
			return false;
		}
		note_batch_error(dml, at, &bad);
		at++;
	}
	return true;
}

/* An INSERT into several tables has none: node-oracledb, test/lastRowid.js. */
static void take_last_rowid(const struct rh_stmt *stmt, struct rh_result *result)
{
	const char *rowid = PQparameterStatus(stmt->session->pg, RH_LAST_ROWID);
	bool multi = stmt->parsed->branch || stmt->parsed->insert_all;

	if (rowid && result->row_count > 0 && !multi)
		(void)snprintf(result->last_rowid, sizeof(result->last_rowid), "%s", rowid);
}

bool rh_dml(struct rh_stmt *stmt, const struct rh_bind *binds, uint32_t iterations, unsigned flags,
	    struct rh_result *ret, struct rh_error *error)
{
	struct dml dml = { .stmt = stmt,
			   .binds = binds,
			   .iterations = iterations,
			   .commit = (flags & RH_COMMIT) && iterations <= CHUNK_ROWS &&
				     !(flags & RH_BATCH_ERRORS),
			   .result = ret };
	bool ok;

	cw_arena_reset(&stmt->run);
	stmt->batch_error = NULL;
	stmt->returned = NULL;
	if (!rh_stmt_compile(stmt, binds, iterations, error) ||
	    !rh_exec_idle(stmt->session, error) || !rh_stmt_prepare(stmt, binds, error))
		return false;
	stmt->row_counts = cw_new(&stmt->run, uint64_t, iterations + 1u);
	ok = run_all(&dml, flags, error);
	ret->iterations_done = dml.iterations;
	ret->row_counts = stmt->row_counts;
	for (uint32_t i = 0; i < dml.iterations; i++)
		ret->row_count += stmt->row_counts[i];
	ret->returned = stmt->returned;
	order_batch_errors(stmt, ret->batch_error_count);
	take_last_rowid(stmt, ret);
	if (ok && (flags & RH_COMMIT) && stmt->session->transaction_open)
		ok = rh_commit(stmt->session, error);
	return ok;
}
