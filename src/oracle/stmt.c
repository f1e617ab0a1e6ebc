/* stmt.c - statements: prepare, bind, execute, fetch; see session.h */
#include "oracle/wire.h"

#include <stdlib.h>

#define PREFETCH_ROWS	     100u		/* with the answer to EXECUTE */
#define FETCH_BYTES	     ((size_t)16 << 20) /* of one answer, by the described sizes */
#define FETCH_EMPTY_MAX	     100u		/* answers without a row and without an end */
#define ERROR_NO_DATA	     1403u
#define ERROR_BATCH	     24381u
#define ERROR_INVALID_CURSOR 1001u
#define WARNING_COMPILED     0x20u /* the object was made, and has errors */

/* ---- rows of a cursor ------------------------------------------------------------------ */

/* So many that an answer stays within bounds even if every value has its full length. */
static uint32_t rows_to_ask(const struct cw_ora_stmt *stmt, uint32_t rows_max)
{
	size_t bytes = 1, rows;

	for (uint32_t i = 0; i < stmt->describe.count; i++) {
		const struct cw_ttc_column *column = &stmt->describe.column[i];
		bool is_long =
			column->ora_type == CW_ORA_LONG || column->ora_type == CW_ORA_LONG_RAW;

		bytes += is_long ? 65536 : column->bytes_max;
	}
	rows = FETCH_BYTES / bytes;
	if (rows < 1)
		rows = 1;
	return rows_max < rows ? rows_max : (uint32_t)rows;
}

static bool ask_rows(struct cw_ora_stmt *stmt, uint32_t rows_max, struct cw_err *err)
{
	struct cw_ora *ora = stmt->ora;
	struct cw_wr *wr = ora_begin(ora);

	cw_ttc_put_fetch(wr, &ora->ttc, ora_next_sequence(ora), stmt->cursor_id,
			 rows_to_ask(stmt, rows_max));
	if (!ora_send(ora, err))
		return false;
	ora->ahead = stmt;
	ora_deadline(ora, 0); /* nobody waits for it yet */
	return true;
}

/* The answer to ask_rows() into the store. */
static bool take_rows(struct cw_ora_stmt *stmt, struct cw_err *err)
{
	struct ora_reply reply = { .stmt = stmt, .arena = &stmt->rows.arena };
	struct cw_ora *ora = stmt->ora;

	ora->ahead = NULL;
	ora_rows_begin(&stmt->rows, stmt->describe.count, true);
	if (!ora_answer(ora, &reply, err))
		return false;
	if (!ora_rows_check(stmt, err)) {
		stmt->at_end = true;
		return false;
	}
	if (reply.error.number == ERROR_NO_DATA) {
		stmt->at_end = true;
		return true;
	}
	if (reply.error.number != 0) {
		stmt->at_end = true;
		stmt->was_executed = false; /* its cursor is not kept for the next */
	}
	return ora_check(ora, &reply, "fetch", err);
}

/* Rows that were asked for and that nobody wants any more. */
static void drop_ahead(struct cw_ora_stmt *stmt)
{
	struct cw_err ignored;

	if (stmt->ora->ahead != stmt)
		return;
	if (!stmt->ora->broken)
		(void)!take_rows(stmt, &ignored);
	stmt->ora->ahead = NULL;
}

/* ---- life ---------------------------------------------------------------------------- */

void ora_stmt_release(struct cw_ora_stmt *stmt)
{
	ora_drop_results(stmt);
	ora_close_cursor(stmt->ora, stmt->cursor_id);
	ora_rows_release(&stmt->rows);
	cw_arena_release(&stmt->shape_arena);
	cw_arena_release(&stmt->arena);
	free(stmt);
}

void ora_free_idle(struct cw_ora *ora, unsigned left)
{
	struct cw_ora_stmt **at = &ora->idle;

	while (*at && left-- > 0)
		at = &(*at)->next;
	while (*at) {
		struct cw_ora_stmt *stmt = *at;

		*at = stmt->next;
		ora_stmt_release(stmt);
	}
}

/* A statement of the same text that was executed before: the server need not parse it again. */
static struct cw_ora_stmt *take_idle(struct cw_ora *ora, const char *sql)
{
	for (struct cw_ora_stmt **at = &ora->idle; *at; at = &(*at)->next) {
		struct cw_ora_stmt *stmt = *at;

		if (strcmp(stmt->sql, sql) == 0) {
			*at = stmt->next;
			return stmt;
		}
	}
	return NULL;
}

/* One whose rows were not all fetched would hold on to what it reads. */
static bool may_be_idle(const struct cw_ora_stmt *stmt)
{
	return !stmt->ora->broken && stmt->cursor_id && stmt->was_executed && stmt->at_end &&
	       stmt->kind != ORA_OTHER && !stmt->by_locator && !stmt->is_child;
}

static void enlist(struct cw_ora_stmt **list, struct cw_ora_stmt *stmt)
{
	stmt->next = *list;
	*list = stmt;
}

bool cw_ora_prepare(struct cw_ora *ora, const char *sql, struct cw_ora_stmt **ret,
		    struct cw_err *err)
{
	uint16_t place[ORA_BINDS_MAX];
	enum ora_kind kind = ora_kind_of(sql);
	struct cw_ora_stmt *stmt = take_idle(ora, sql);
	uint32_t binds;
	int places;

	*ret = stmt;
	if (stmt) {
		enlist(&ora->stmts, stmt);
		return true;
	}
	places = ora_find_places(sql, kind, place, &binds);
	if (places < 0)
		return cw_fail(err, CW_ERR_LIMIT, 7106,
			       "a statement with more than %d placeholders", ORA_BINDS_MAX);
	stmt = calloc(1, sizeof(*stmt));
	if (!stmt)
		abort();
	*stmt = (struct cw_ora_stmt){
		.ora = ora,
		.kind = kind,
		.bind_count = binds,
		.place_count = (uint32_t)places,
		.arena = CW_ARENA(64u << 20),
		.shape_arena = CW_ARENA(64u << 20),
		.binds_changed = true,
		.at_end = true,
	};
	stmt->sql = cw_new(&stmt->arena, char, strlen(sql) + 1);
	memcpy(stmt->sql, sql, strlen(sql));
	stmt->place = cw_new(&stmt->arena, uint16_t, stmt->place_count + 1);
	memcpy(stmt->place, place, stmt->place_count * sizeof(*place));
	stmt->oac = cw_new(&stmt->arena, struct cw_ttc_oac, stmt->place_count + 1);
	stmt->direction = cw_new(&stmt->arena, uint8_t, stmt->place_count + 1);
	memset(stmt->direction, CW_BIND_IN, stmt->place_count);
	stmt->out = cw_new(&stmt->arena, struct cw_value, binds + 1);
	stmt->returning_from = ora_find_returning(sql, kind);
	stmt->returned = cw_new(&stmt->arena, struct ora_returned, binds + 1);
	enlist(&ora->stmts, stmt);
	*ret = stmt;
	return true;
}

void cw_ora_stmt_free(struct cw_ora_stmt *stmt)
{
	struct cw_ora_stmt **at;

	if (!stmt)
		return;
	for (at = &stmt->ora->stmts; *at != stmt; at = &(*at)->next)
		;
	drop_ahead(stmt);
	*at = stmt->next;
	if (!may_be_idle(stmt)) {
		ora_stmt_release(stmt);
		return;
	}
	ora_drop_results(stmt);
	ora_rows_release(&stmt->rows);
	stmt->ahead_rows = 0;
	enlist(&stmt->ora->idle, stmt);
	ora_free_idle(stmt->ora, ORA_IDLE_MAX);
}

unsigned cw_ora_column_count(const struct cw_ora_stmt *stmt)
{
	return stmt->describe.count;
}

const struct cw_ora_column *cw_ora_column(const struct cw_ora_stmt *stmt, unsigned index)
{
	assert(index < stmt->describe.count);
	return &stmt->column[index];
}

/* ---- execute --------------------------------------------------------------------------- */

static uint32_t options_of(const struct cw_ora_stmt *stmt, unsigned flags, bool with_sql)
{
	uint32_t options = CW_EXEC_EXECUTE;

	if (with_sql)
		options |= CW_EXEC_PARSE;
	if (stmt->kind == ORA_QUERY && !stmt->needs_define)
		options |= CW_EXEC_FETCH;
	if (stmt->kind != ORA_PLSQL)
		options |= CW_EXEC_NOT_PLSQL;
	else if (stmt->place_count > 0)
		options |= CW_EXEC_IO_VECTOR;
	if (stmt->place_count > 0)
		options |= CW_EXEC_BIND;
	if (flags & CW_ORA_COMMIT)
		options |= CW_EXEC_COMMIT;
	if (flags & CW_ORA_BATCH_ERRORS)
		options |= CW_EXEC_BATCH_ERRORS;
	return options;
}

static void put_full(struct cw_ora_stmt *stmt, struct cw_wr *wr, uint32_t row_count, unsigned flags)
{
	bool with_sql = stmt->cursor_id == 0 || stmt->kind == ORA_OTHER;
	bool query = stmt->kind == ORA_QUERY;
	struct cw_ttc_execute execute = {
		.options = options_of(stmt, flags, with_sql),
		.cursor_id = stmt->cursor_id,
		.sql = with_sql ? cw_bytes_of(stmt->sql) : (struct cw_bytes){ NULL, 0 },
		.prefetch_rows = query ? PREFETCH_ROWS : 1,
		.bind_count = stmt->place_count,
		.oac = stmt->oac,
	};

	execute.al8i4[0] = with_sql;
	execute.al8i4[1] = !query ? row_count : with_sql ? 0 : PREFETCH_ROWS;
	execute.al8i4[7] = query;
	execute.al8i4[9] = CW_EXEC_IMPLICIT_RESULTS;
	if (flags & CW_ORA_ROW_COUNTS)
		execute.al8i4[9] |= CW_EXEC_ROW_COUNTS;
	cw_ttc_put_execute(wr, &stmt->ora->ttc, ora_next_sequence(stmt->ora), &execute);
}

/*
 * Columns that cannot come with the row as they are: the server is told how to send them, and
 * sends the first rows at once, or with the next FETCH.  Values of any length: one row.
 */
static bool define(struct cw_ora_stmt *stmt, struct cw_err *err)
{
	struct ora_reply reply = { .stmt = stmt, .arena = &stmt->rows.arena };
	uint32_t count = stmt->describe.count, row_count = stmt->by_locator ? PREFETCH_ROWS : 1;
	struct cw_ttc_oac *oac = cw_new(&stmt->shape_arena, struct cw_ttc_oac, count);
	struct cw_ttc_execute execute = {
		.options = CW_EXEC_NOT_PLSQL | CW_EXEC_DEFINE,
		.cursor_id = stmt->cursor_id,
		.prefetch_rows = row_count,
		.define_count = count,
		.oac = oac,
		.al8i4 = { [1] = row_count, [7] = 1 },
	};
	struct cw_wr *wr;

	if (stmt->rows.count > 0)
		return cw_fail(err, CW_ERR_DATA, 7109,
			       "the server sent rows with LOB columns before they were defined");
	for (uint32_t i = 0; i < count; i++)
		oac[i] = ora_define(&stmt->describe.column[i], stmt->by_locator);
	wr = ora_begin(stmt->ora);
	cw_ttc_put_execute(wr, &stmt->ora->ttc, ora_next_sequence(stmt->ora), &execute);
	ora_rows_begin(&stmt->rows, count, false);
	if (!ora_call(stmt->ora, &reply, err))
		return false;
	stmt->at_end = reply.error.number == ERROR_NO_DATA;
	if (!stmt->at_end && !ora_check(stmt->ora, &reply, "define", err))
		return false;
	stmt->is_defined = true;
	stmt->at_end |= stmt->rows.bad_row > 0;
	return ora_rows_check(stmt, err);
}

static void put_short(struct cw_ora_stmt *stmt, struct cw_wr *wr, uint32_t row_count,
		      unsigned flags)
{
	bool query = stmt->kind == ORA_QUERY;
	struct cw_ttc_reexecute reexecute = {
		.cursor_id = stmt->cursor_id,
		.iterations = query ? PREFETCH_ROWS : row_count,
		.options1 = query ? CW_EXEC_EXECUTE : 0,
		.options2 = flags & CW_ORA_COMMIT ? 1 : 0,
	};

	cw_ttc_put_reexecute(wr, &stmt->ora->ttc, ora_next_sequence(stmt->ora),
			     query ? CW_FN_REEXECUTE_AND_FETCH : CW_FN_REEXECUTE, &reexecute);
}

static bool refuse_column(const struct cw_ora_column *column, struct cw_err *err)
{
	if (column->type_name[0])
		return cw_fail(err, CW_ERR_CONFIG, 7108,
			       "column %s has type %s.%s, which is not supported", column->name,
			       column->type_schema, column->type_name);
	return cw_fail(err, CW_ERR_CONFIG, 7108, "column %s has type %u, which is not supported",
		       column->name, column->ora_type);
}

bool ora_check_columns(const struct cw_ora_stmt *stmt, struct cw_err *err)
{
	for (uint32_t i = 0; i < stmt->describe.count; i++)
		if (!stmt->describe.column[i].is_xml &&
		    (!cw_ttc_column_is_known(stmt->describe.column[i].ora_type) ||
		     stmt->describe.column[i].ora_type == CW_ORA_BFILE))
			return refuse_column(&stmt->column[i], err);
	return true;
}

static bool give_batch_errors(struct cw_ora_stmt *stmt, const struct cw_ttc_error *error,
			      struct cw_ora_result *ret, struct cw_err *err)
{
	struct cw_ora_batch_error *list = cw_try_new(&stmt->rows.arena, struct cw_ora_batch_error,
						     error->batch_count + 1, err);

	if (!list)
		return false;
	for (uint32_t i = 0; i < error->batch_count; i++) {
		struct cw_bytes text = error->batch[i].text;
		char *copy = cw_try_new(&stmt->rows.arena, char, text.len + 1, err);

		if (!copy)
			return false;
		if (text.len > 0)
			memcpy(copy, text.at, text.len);
		list[i] = (struct cw_ora_batch_error){
			.row = error->batch[i].row,
			.ora_code = (int32_t)error->batch[i].code,
			.text = copy,
		};
	}
	ret->batch_error = list;
	ret->batch_error_count = error->batch_count;
	return true;
}

static void give_result(const struct ora_reply *reply, uint32_t row_count,
			struct cw_ora_result *ret)
{
	uint32_t done = reply->error.iterations; /* */

	ret->row_count = reply->error.row_count;
	ret->has_warning = reply->error.number == 0 && reply->error.warning & WARNING_COMPILED;
	ret->rows_done = reply->error.number == 0 || done > row_count ? row_count : done;
	ret->count = reply->parameter.row_count;
	ret->count_count = reply->parameter.row_count_count;
}

/* The cursor that the answer names; one that the server has lost is forgotten. */
static void keep_cursor(struct cw_ora_stmt *stmt, const struct ora_reply *reply)
{
	if (reply->error.cursor_id)
		stmt->cursor_id = reply->error.cursor_id;
	else if (reply->parameter.cursor_id)
		stmt->cursor_id = reply->parameter.cursor_id;
	if (reply->error.number == 0 || reply->error.number == ERROR_BATCH) {
		stmt->was_executed = true;
		stmt->binds_changed = false;
		return;
	}
	if (reply->error.number != ERROR_INVALID_CURSOR)
		ora_close_cursor(stmt->ora, stmt->cursor_id);
	stmt->cursor_id = 0;
	stmt->was_executed = false;
}

static bool run(struct cw_ora_stmt *stmt, const struct cw_row *rows, uint32_t row_count,
		unsigned flags, struct ora_reply *reply, struct cw_err *err)
{
	bool again = stmt->cursor_id && stmt->was_executed && !stmt->binds_changed &&
		     stmt->kind != ORA_OTHER && !stmt->needs_define && !stmt->counts_rows &&
		     !(flags & (CW_ORA_BATCH_ERRORS | CW_ORA_ROW_COUNTS));
	struct cw_wr *wr;

	assert(!stmt->is_child);
	drop_ahead(stmt);
	ora_drop_results(stmt);
	ora_rows_begin(&stmt->rows, stmt->describe.count, false);
	for (uint32_t i = 0; i < stmt->bind_count; i++) {
		stmt->out[i] = (struct cw_value){ .state = CW_VALUE_NULL };
		stmt->returned[i] = (struct ora_returned){ 0 };
	}
	reply->stmt = stmt;
	reply->arena = &stmt->rows.arena;
	stmt->counts_rows = flags & CW_ORA_ROW_COUNTS;
	reply->parameter.has_row_counts = stmt->counts_rows;
	wr = ora_begin(stmt->ora);
	if (again)
		put_short(stmt, wr, row_count, flags);
	else
		put_full(stmt, wr, row_count, flags);
	ora_binds_put(stmt, wr, rows, row_count, again);
	return ora_call(stmt->ora, reply, err);
}

static bool execute(struct cw_ora_stmt *stmt, const struct cw_row *rows, uint32_t row_count,
		    unsigned flags, struct cw_ora_result *ret, struct cw_err *err)
{
	struct ora_reply reply = { 0 };

	*ret = (struct cw_ora_result){ 0 };
	if (stmt->ora->broken)
		return cw_fail(err, CW_ERR_RETRY, 7104, "%s: the session is lost",
			       stmt->ora->where);
	if (!ora_binds_check(stmt, rows, row_count, err))
		return false;
	stmt->at_end = true;
	if (!run(stmt, rows, row_count, flags, &reply, err)) {
		stmt->was_executed = false;
		return false;
	}
	if (stmt->kind == ORA_QUERY) {
		stmt->at_end = reply.error.number != 0;
		if (reply.error.number == ERROR_NO_DATA)
			reply.error.number = 0;
	}
	keep_cursor(stmt, &reply);
	give_result(&reply, row_count, ret);
	if (reply.error.number == ERROR_BATCH)
		return give_batch_errors(stmt, &reply.error, ret, err);
	if (!ora_check(stmt->ora, &reply, "execute", err) || !ora_check_columns(stmt, err) ||
	    !ora_rows_check(stmt, err))
		return false;
	if (!stmt->needs_define || stmt->is_defined)
		return true;
	return define(stmt, err);
}

/*
 * Before 12.1 the server tells only how many rows all iterations touched: who wants to know of each
 * gets one execution for each.
 */
static bool execute_by_ones(struct cw_ora_stmt *stmt, const struct cw_row *rows, uint32_t row_count,
			    unsigned flags, uint64_t *counts, struct cw_ora_result *ret,
			    struct cw_err *err)
{
	struct cw_ora_result one;

	for (uint32_t i = 0; i < row_count; i++) {
		unsigned now = i + 1 < row_count ? flags & ~(unsigned)CW_ORA_COMMIT : flags;

		if (!execute(stmt, rows ? &rows[i] : NULL, 1, now & ~(unsigned)CW_ORA_ROW_COUNTS,
			     &one, err))
			return false;
		counts[i] = one.row_count;
		ret->row_count += one.row_count;
		ret->has_warning |= one.has_warning;
		ret->rows_done++;
	}
	return true;
}

static bool count_by_ones(struct cw_ora_stmt *stmt, const struct cw_row *rows, uint32_t row_count,
			  unsigned flags, struct cw_ora_result *ret, struct cw_err *err)
{
	uint64_t *counts, *kept;
	bool good;

	if (flags & CW_ORA_BATCH_ERRORS || stmt->returning_from < stmt->place_count)
		return cw_fail(err, CW_ERR_CONFIG, 7107,
			       "row counts beside batch errors or RETURNING need Oracle 12.1");
	counts = calloc(row_count, sizeof(*counts));
	if (!counts)
		abort();
	good = execute_by_ones(stmt, rows, row_count, flags, counts, ret, err);
	kept = good ? cw_try_new(&stmt->rows.arena, uint64_t, row_count, err) : NULL;
	if (kept) {
		memcpy(kept, counts, row_count * sizeof(*counts));
		ret->count = kept;
		ret->count_count = row_count;
	}
	free(counts);
	return kept;
}

bool cw_ora_execute(struct cw_ora_stmt *stmt, const struct cw_row *rows, uint32_t row_count,
		    unsigned flags, struct cw_ora_result *ret, struct cw_err *err)
{
	struct cw_ora_result ignored;

	ret = ret ? ret : &ignored;
	*ret = (struct cw_ora_result){ 0 };
	row_count = row_count ? row_count : 1;
	if (flags & CW_ORA_ROW_COUNTS && stmt->ora->ttc.field_version < CW_FV_12_1)
		return count_by_ones(stmt, rows, row_count, flags, ret, err);
	return execute(stmt, rows, row_count, flags, ret, err);
}

/* ---- fetch --------------------------------------------------------------------------------- */

static bool fetch_more(struct cw_ora_stmt *stmt, uint32_t rows_max, struct cw_err *err)
{
	struct cw_ora *ora = stmt->ora;

	if (ora->broken)
		return cw_fail(err, CW_ERR_RETRY, 7104, "%s: the session is lost", ora->where);
	if (ora->ahead != stmt && !ask_rows(stmt, rows_max, err))
		return false;
	if (!take_rows(stmt, err))
		return false;
	return !stmt->ahead_rows || stmt->at_end || stmt->has_xml ||
	       ask_rows(stmt, stmt->ahead_rows, err);
}

void cw_ora_read_ahead(struct cw_ora_stmt *stmt, uint32_t rows_max)
{
	stmt->ahead_rows = rows_max;
}

bool cw_ora_fetch(struct cw_ora_stmt *stmt, uint32_t rows_max, struct cw_ora_rows *ret,
		  struct cw_err *err)
{
	struct ora_rows *rows = &stmt->rows;
	uint32_t left;

	*ret = (struct cw_ora_rows){ 0 };
	assert(rows_max > 0);
	if (stmt->is_child && stmt->needs_define && !stmt->is_defined && !define(stmt, err))
		return false;
	for (unsigned tries = 0; rows->given == rows->count && !stmt->at_end; tries++) {
		if (tries == FETCH_EMPTY_MAX)
			return cw_fail(err, CW_ERR_DATA, 7109,
				       "the server sends neither rows nor an end");
		if (!fetch_more(stmt, rows_max, err))
			return false;
	}
	left = rows->count - rows->given;
	ret->count = left < rows_max ? left : rows_max;
	ret->row = ret->count > 0 ? rows->row + rows->given : NULL;
	rows->given += ret->count;
	return !stmt->has_xml || ora_xml_give(stmt, ret, err);
}
