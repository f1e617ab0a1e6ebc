/* pg_apply.c - see pg_apply.h */
#include "endpoint/pg_apply.h"

#include "base/fault.h"
#include "codec/convert.h"
#include "endpoint/canon.h"
#include "endpoint/moved.h"
#include "endpoint/pg_held.h"
#include "endpoint/pg_stmt.h"
#include "schema/catalog.h"
#include "schema/ddl.h"
#include "schema/own.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define WINDOW	       1000u /* statements on their way */
#define OPS	       1024u
#define SHOWN_MAX      3u
#define ROW_BYTES_MAX  (1u << 30)
#define TRIM_EVERY     1000u
#define ORIGIN_WAIT_MS 20000
#define COLUMNS_MAX    1000u /* Oracle's own limit before 23ai */

/* What is on its way, to be able to say which row a bad answer belongs to. */
struct op {
	const struct cw_shape *shape;
	enum cw_change_kind kind;
	bool maybe;		/* no row is an answer, too */
	uint8_t rows;		/* that it must touch */
	uint8_t len[SHOWN_MAX]; /* 255: NULL */
	uint8_t shown[SHOWN_MAX][24];
};

struct pg_apply {
	struct cw_target target;
	struct cw_pg *pg;
	struct cw_pg_pipe *pipe;
	struct cw_pg_stmts stmts;
	struct cw_moved moved;
	struct cw_pg_held held; /* inserts not yet sent */
	char stream[CW_OWN_STREAM_BYTES];
	uint64_t tag, seq, maybe_affected, commits;
	struct op op[OPS];
	/* of the change in hand: its columns in binary form */
	struct cw_wr bytes;
	size_t start[2 * COLUMNS_MAX];
	struct cw_value value[2 * COLUMNS_MAX]; /* after, then before */
	uint8_t use[COLUMNS_MAX];
	const char *at[2 * COLUMNS_MAX];
	int len[2 * COLUMNS_MAX];
};

static struct pg_apply *self(struct cw_target *target)
{
	return (struct pg_apply *)target;
}

static const char *show_op(const struct op *op, char *ret, size_t room)
{
	size_t used = 0;

	ret[0] = '\0';
	for (uint16_t i = 0; i < SHOWN_MAX && i < cw_identity_count(op->shape); i++) {
		const struct cw_column *column =
			&op->shape->column[cw_identity_column(op->shape, i)];
		struct cw_value value = { .state = CW_VALUE_NULL };
		char text[40];

		if (op->len[i] != 255)
			value = cw_value_set((struct cw_bytes){ op->shown[i], op->len[i] });
		(void)cw_convert_show(column, value, true, text, sizeof(text));
		if (used + 2 < room)
			used += (size_t)snprintf(ret + used, room - used, "%s%s=%s", i ? ", " : "",
						 column->name, text);
	}
	return ret;
}

static bool fail_count(const struct op *op, uint64_t affected, struct cw_err *err)
{
	static const char *const verb[] = {
		[CW_INSERT] = "INSERT", [CW_UPDATE] = "UPDATE", [CW_DELETE] = "DELETE"
	};
	char row[160];

	return cw_fail(err, CW_ERR_DATA, affected == 0 ? 5001 : 5002,
		       "%s of %s.%s where %s touched %" PRIu64 " rows of the target, must be %u; "
		       "was it changed by others?",
		       verb[op->kind], op->shape->pg_schema, op->shape->pg_name,
		       show_op(op, row, sizeof(row)), affected, op->rows);
}

/* The row of a statement that failed; of several the server's own words say which. */
static bool fail_op(const struct op *op, struct cw_err *err)
{
	char row[160];

	(void)show_op(op, row, sizeof(row));
	if (strcmp(err->sqlstate, "23505") == 0)
		err->code = 5003;
	if (op->rows == 1)
		return cw_err_add(err, "%s.%s, row %s", op->shape->pg_schema, op->shape->pg_name,
				  row);
	return cw_err_add(err, "%s.%s, one of %u rows from %s on", op->shape->pg_schema,
			  op->shape->pg_name, op->rows, row);
}

static bool done(void *arg, const struct cw_pg_done *done, struct cw_err *err)
{
	struct pg_apply *apply = arg;
	const struct op *op = &apply->op[done->tag % OPS];

	if (done->failed)
		return fail_op(op, err);
	if (op->maybe)
		apply->maybe_affected = done->affected;
	else if (done->affected != op->rows)
		return fail_count(op, done->affected, err);
	return true;
}

static void note_op(struct pg_apply *apply, const struct cw_shape *shape, enum cw_change_kind kind,
		    bool maybe, unsigned rows, const struct cw_value *identity)
{
	struct op *op = &apply->op[apply->tag % OPS];

	*op = (struct op){ .shape = shape, .kind = kind, .maybe = maybe, .rows = (uint8_t)rows };
	for (uint16_t i = 0; i < SHOWN_MAX && i < cw_identity_count(shape); i++) {
		const struct cw_value *value = &identity[cw_identity_column(shape, i)];
		size_t len = value->len < sizeof(op->shown[i]) ? value->len : sizeof(op->shown[i]);

		op->len[i] = value->state == CW_VALUE_SET ? (uint8_t)len : 255;
		if (value->state == CW_VALUE_SET)
			memcpy(op->shown[i], value->at, len);
	}
}

static void add_param(struct pg_apply *apply, unsigned at, const struct cw_value *value)
{
	/* an empty value is not NULL: any address will do */
	apply->at[at] = NULL;
	if (value->state == CW_VALUE_SET)
		apply->at[at] = value->len ? (const char *)value->at : "";
	apply->len[at] = (int)value->len;
}

/* One INSERT of @rows rows, their values one row behind the other. */
static bool send_insert(struct pg_apply *apply, const struct cw_shape *shape, unsigned rows,
			const struct cw_value *values, struct cw_err *err)
{
	unsigned count = rows * shape->column_count;
	const struct cw_pg_stmt *stmt;
	uint8_t use[COLUMNS_MAX];

	memset(use, CW_COLUMN_WRITE, shape->column_count);
	if (!cw_pg_stmt_get(&apply->stmts, apply->pipe, shape, CW_INSERT, rows, use, &stmt, err))
		return false;
	for (unsigned i = 0; i < count; i++)
		add_param(apply, i, &values[i]);
	note_op(apply, shape, CW_INSERT, false, rows, values);
	return cw_pg_pipe_run(apply->pipe, stmt->name, count, apply->at, apply->len, apply->tag++,
			      err);
}

/* Send what is held: a full set in one statement, fewer rows one by one. */
static bool send_held(struct pg_apply *apply, struct cw_err *err)
{
	struct cw_pg_held *held = &apply->held;
	const struct cw_value *value;
	unsigned at_once = 1;

	if (held->rows == 0)
		return true;
	value = cw_pg_held_values(held);
	if (held->rows == cw_pg_held_rows_max(held->shape))
		at_once = held->rows;
	for (unsigned row = 0; row < held->rows; row += at_once)
		if (!send_insert(apply, held->shape, at_once,
				 value + row * held->shape->column_count, err))
			return false;
	cw_pg_held_clear(held);
	return true;
}

/*
 * Send one statement: written columns from @after, compared ones from
 * @identity, both in binary form and by column; apply->use says which is which.
 */
static bool run(struct pg_apply *apply, const struct cw_shape *shape, enum cw_change_kind kind,
		bool maybe, const struct cw_value *after, const struct cw_value *identity,
		struct cw_err *err)
{
	const struct cw_pg_stmt *stmt;
	unsigned count = 0;

	if (!send_held(apply, err) ||
	    !cw_pg_stmt_get(&apply->stmts, apply->pipe, shape, kind, 1, apply->use, &stmt, err))
		return false;
	for (unsigned pass = 0; pass < 2; pass++) {
		const struct cw_value *from = pass == 0 ? after : identity;
		uint8_t wanted = pass == 0 ? CW_COLUMN_WRITE : CW_COLUMN_EQUAL;

		for (uint16_t i = 0; i < shape->column_count; i++) {
			if (apply->use[i] & wanted)
				add_param(apply, count++, &from[i]);
		}
	}
	note_op(apply, shape, kind, maybe, 1, identity);
	return cw_pg_pipe_run(apply->pipe, stmt->name, count, apply->at, apply->len, apply->tag++,
			      err);
}

static bool insert(struct pg_apply *apply, const struct cw_shape *shape, const struct cw_value *row,
		   struct cw_err *err)
{
	struct cw_pg_held *held = &apply->held;

	if (held->shape != shape && !send_held(apply, err))
		return false;
	return cw_pg_held_add(held, shape, row, err) &&
	       (!cw_pg_held_is_full(held) || send_held(apply, err));
}

/* Put back the rows whose keys were changed: the statement that did it is over. */
static bool settle(struct pg_apply *apply, struct cw_err *err)
{
	struct cw_moved *moved = &apply->moved;
	struct cw_value *row;

	if (!moved->shape)
		return true;
	row = calloc(moved->shape->column_count, sizeof(*row));
	if (!row)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	for (uint32_t i = 0; i < moved->count; i++) {
		if (moved->row[i].gone)
			continue;
		cw_moved_values(moved, i, row);
		if (!insert(apply, moved->shape, row, err)) {
			free(row);
			return false;
		}
	}
	free(row);
	cw_moved_clear(moved);
	return true;
}

static bool is_known(const struct cw_value *value)
{
	return value->state == CW_VALUE_SET || value->state == CW_VALUE_NULL;
}

/* Convert @from to binary form as value[@at]; an absent state is kept as it is. */
static bool convert_value(struct pg_apply *apply, const struct cw_shape *shape, uint16_t column,
			  const struct cw_value *from, unsigned at, struct cw_err *err)
{
	struct cw_value *value = &apply->value[at];
	int32_t len = 0;

	apply->start[at] = apply->bytes.len;
	*value = *from;
	if (!is_known(from))
		return true;
	if (!cw_convert_to_pg(&shape->column[column], *from, &apply->bytes, &len, err))
		return false;
	value->state = len == CW_CONVERT_NULL ? CW_VALUE_NULL : CW_VALUE_SET;
	value->len = len == CW_CONVERT_NULL ? 0 : (uint32_t)len;
	return true;
}

static bool fail_row(const struct cw_change *change, struct cw_err *err)
{
	const struct cw_row *row = change->before.count > 0 ? &change->before : &change->after;
	const struct cw_shape *shape = change->shape;
	char where[160];

	return cw_err_add(err, "%s.%s, row %s", shape->owner, shape->name,
			  cw_canon_show_key(shape, row->value, false, where, sizeof(where)));
}

/* The columns of @row that @use marks (NULL: all) into value[@first..]; the others are UNLOGGED. */
static bool convert_row(struct pg_apply *apply, const struct cw_change *change,
			const struct cw_row *row, const uint8_t *use, unsigned first,
			struct cw_err *err)
{
	const struct cw_shape *shape = change->shape;
	static const struct cw_value none = { .state = CW_VALUE_UNLOGGED };

	for (uint16_t i = 0; i < shape->column_count; i++) {
		bool wanted = row->count > 0 && (!use || use[i]);

		if (!convert_value(apply, shape, i, wanted ? &row->value[i] : &none, first + i, err))
			return fail_row(change, err);
	}
	return true;
}

/* The bytes have stopped moving: let the values point at them. */
static void point_values(struct pg_apply *apply, unsigned first, uint16_t count)
{
	for (unsigned i = first; i < first + count; i++)
		if (apply->value[i].state == CW_VALUE_SET)
			apply->value[i].at = apply->bytes.at0 + apply->start[i];
}

/* Of the row as it was, only what finds it and what a key is made of is looked at. */
static void use_keys(struct pg_apply *apply, const struct cw_shape *shape)
{
	const struct cw_table *table = cw_table_of(shape);

	memset(apply->use, 0, shape->column_count);
	for (uint16_t i = 0; i < cw_identity_count(shape); i++)
		apply->use[cw_identity_column(shape, i)] = 1;
	for (uint16_t k = 0; k < table->unique_count; k++)
		for (uint16_t i = 0; i < table->key[k].count; i++)
			apply->use[table->key[k].column[i]] = 1;
}

static bool convert_change(struct pg_apply *apply, const struct cw_change *change,
			   struct cw_err *err)
{
	const struct cw_shape *shape = change->shape;
	uint16_t count = shape->column_count;

	if (count > COLUMNS_MAX)
		return cw_fail(err, CW_ERR_LIMIT, 5004, "%s.%s has %u columns, %u at most",
			       shape->owner, shape->name, count, COLUMNS_MAX);
	assert(change->after.count == 0 || change->after.count == count);
	assert(change->before.count == 0 || change->before.count == count);
	cw_wr_reset(&apply->bytes);
	use_keys(apply, shape);
	if (!convert_row(apply, change, &change->after, NULL, 0, err) ||
	    !convert_row(apply, change, &change->before, apply->use, count, err))
		return false;
	point_values(apply, 0, count);
	point_values(apply, count, count);
	return true;
}

static bool fail_lacks(const struct cw_change *change, uint16_t column, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 5004,
		       "the change of %s.%s does not tell column %s; turn on supplemental logging "
		       "for the table",
		       change->shape->owner, change->shape->name,
		       change->shape->column[column].name);
}

/* Mark the columns that find the row and see that before tells them. */
static bool use_identity(struct pg_apply *apply, const struct cw_change *change, struct cw_err *err)
{
	const struct cw_shape *shape = change->shape;
	struct cw_value *before = apply->value + shape->column_count;

	for (uint16_t i = 0; i < cw_identity_count(shape); i++) {
		uint16_t c = cw_identity_column(shape, i);

		if (!is_known(&before[c]) && change->before.count == 0)
			before[c] = apply->value[c];
		if (!is_known(&before[c]))
			return fail_lacks(change, c, err);
		apply->use[c] |=
			before[c].state == CW_VALUE_SET ? CW_COLUMN_EQUAL : CW_COLUMN_IS_NULL;
	}
	return true;
}

static bool differs(const struct cw_value *after, const struct cw_value *before)
{
	if (!is_known(after))
		return false;
	return after->state != before->state || after->len != before->len ||
	       (after->len > 0 && memcmp(after->at, before->at, after->len) != 0);
}

/* Is a column of any unique key given a new value? */
static bool moves_key(const struct pg_apply *apply, const struct cw_change *change)
{
	const struct cw_table *table = cw_table_of(change->shape);
	uint16_t count = change->shape->column_count;

	for (uint16_t k = 0; k < table->unique_count; k++) {
		for (uint16_t i = 0; i < table->key[k].count; i++) {
			uint16_t c = table->key[k].column[i];

			if (differs(&apply->value[c], &apply->value[count + c]))
				return true;
		}
	}
	return false;
}

/* Is every column told by after or before? */
static bool can_complete(const struct pg_apply *apply, const struct cw_change *change)
{
	for (uint16_t i = 0; i < change->shape->column_count; i++)
		if (!is_known(&apply->value[i]) &&
		    (change->before.count == 0 || !is_known(&change->before.value[i])))
			return false;
	return true;
}

/* Complete after by before. */
static bool complete_after(struct pg_apply *apply, const struct cw_change *change,
			   struct cw_err *err)
{
	const struct cw_shape *shape = change->shape;

	for (uint16_t i = 0; i < shape->column_count; i++)
		if (!is_known(&apply->value[i]) &&
		    !convert_value(apply, shape, i, &change->before.value[i], i, err))
			return false;
	point_values(apply, 0, shape->column_count);
	point_values(apply, shape->column_count, shape->column_count);
	return true;
}

/*
 * DELETE now, INSERT when the statement is over.  If a row held back has the
 * old key, too, it depends on what is in the table: a row there has not been
 * touched by this statement and is the one meant (two rows have one key only
 * in the middle of a statement); if there is none, the held one is meant.
 */
static bool move_row(struct pg_apply *apply, const struct cw_shape *shape, struct cw_err *err)
{
	struct cw_value *after = apply->value, *before = apply->value + shape->column_count;
	struct cw_moved_row *held;

	if (apply->moved.shape && apply->moved.shape != shape && !settle(apply, err))
		return false;
	/* settle() spoils use[] only if it had rows of another table: then it is made anew */
	memset(apply->use, 0, shape->column_count);
	for (uint16_t i = 0; i < cw_identity_count(shape); i++) {
		uint16_t c = cw_identity_column(shape, i);

		apply->use[c] =
			before[c].state == CW_VALUE_SET ? CW_COLUMN_EQUAL : CW_COLUMN_IS_NULL;
	}
	held = cw_moved_find(&apply->moved, before);
	if (!run(apply, shape, CW_DELETE, held != NULL, after, before, err))
		return false;
	if (held) {
		if (!cw_pg_pipe_wait(apply->pipe, err))
			return false;
		held->gone = apply->maybe_affected == 0;
	}
	return cw_moved_add(&apply->moved, shape, after, err);
}

static bool write_update(struct pg_apply *apply, const struct cw_change *change, struct cw_err *err)
{
	const struct cw_shape *shape = change->shape;
	struct cw_value *after = apply->value, *before = apply->value + shape->column_count;
	unsigned written = 0;

	if (cw_fault("apply.swallow_update"))
		return true;
	memset(apply->use, 0, shape->column_count);
	if (!use_identity(apply, change, err))
		return false;
	if (moves_key(apply, change) && can_complete(apply, change))
		return complete_after(apply, change, err) && move_row(apply, shape, err);
	if (!settle(apply, err))
		return false;
	memset(apply->use, 0, shape->column_count);
	for (uint16_t i = 0; i < shape->column_count; i++) {
		bool same_key =
			shape->column[i].key_position > 0 && !differs(&after[i], &before[i]);

		if (is_known(&after[i]) && !same_key) {
			apply->use[i] = CW_COLUMN_WRITE;
			written++;
		}
	}
	if (!use_identity(apply, change, err))
		return false;
	if (written == 0) { /* nothing new, but the row must be there */
		uint16_t c = cw_identity_column(shape, 0);

		apply->use[c] |= CW_COLUMN_WRITE;
		after[c] = before[c];
	}
	return run(apply, shape, CW_UPDATE, false, after, before, err);
}

static bool write_delete(struct pg_apply *apply, const struct cw_change *change, struct cw_err *err)
{
	const struct cw_shape *shape = change->shape;

	if (!settle(apply, err))
		return false;
	memset(apply->use, 0, shape->column_count);
	return use_identity(apply, change, err) && run(apply, shape, CW_DELETE, false, apply->value,
						       apply->value + shape->column_count, err);
}

static bool write_insert(struct pg_apply *apply, const struct cw_change *change, struct cw_err *err)
{
	if (!settle(apply, err))
		return false;
	for (uint16_t i = 0; i < change->shape->column_count; i++)
		if (!is_known(&apply->value[i]))
			return fail_lacks(change, i, err);
	return insert(apply, change->shape, apply->value, err);
}

static bool write_truncate(struct pg_apply *apply, const struct cw_change *change,
			   struct cw_err *err)
{
	char table[264], sql[300];

	(void)snprintf(sql, sizeof(sql), "TRUNCATE %s", cw_ddl_pg_table(change->shape, table));
	return settle(apply, err) && send_held(apply, err) &&
	       cw_pg_pipe_command(apply->pipe, sql, err);
}

static bool apply_write(struct cw_target *target, const struct cw_change *change,
			struct cw_err *err)
{
	struct pg_apply *apply = self(target);

	if (change->kind == CW_TRUNCATE)
		return write_truncate(apply, change, err);
	if (!convert_change(apply, change, err))
		return false;
	switch (change->kind) {
	case CW_INSERT:
		return write_insert(apply, change, err);
	case CW_UPDATE:
		return write_update(apply, change, err);
	default:
		return write_delete(apply, change, err);
	}
}

static bool apply_begin(struct cw_target *target, struct cw_err *err)
{
	return cw_pg_pipe_command(self(target)->pipe, "BEGIN", err);
}

static bool put_progress(struct pg_apply *apply, const struct cw_pos *pos, struct cw_err *err)
{
	char text[CW_POS_TEXT_BYTES], seq[24], lsn[24];
	const char *at[4] = { apply->stream, seq, text, lsn };
	int len[4];

	cw_pos_text(pos, text);
	(void)snprintf(seq, sizeof(seq), "%" PRIu64, ++apply->seq);
	(void)snprintf(lsn, sizeof(lsn), "%X/%X", (unsigned)(pos->at >> 32), (unsigned)pos->at);
	for (unsigned i = 0; i < 4; i++)
		len[i] = (int)strlen(at[i]);
	if (!cw_pg_pipe_run(apply->pipe, "cw_progress", 4, at, len, CW_PG_NO_TAG, err))
		return false;
	/* what nobody needs any more goes now and then; rows are never updated */
	return ++apply->commits % TRIM_EVERY != 0 ||
	       cw_pg_pipe_run(apply->pipe, "cw_trim", 2, at, len, CW_PG_NO_TAG, err);
}

static bool apply_commit(struct cw_target *target, const struct cw_pos *pos, struct cw_err *err)
{
	struct pg_apply *apply = self(target);

	if (!settle(apply, err) || !send_held(apply, err) || !put_progress(apply, pos, err) ||
	    !cw_pg_pipe_wait(apply->pipe, err) || !cw_pg_pipe_command(apply->pipe, "COMMIT", err))
		return false;
	(void)cw_fault("apply.commit_sent");
	return cw_pg_pipe_sync(apply->pipe, err);
}

/* The pipeline carries no questions: it is left for this one. */
static bool apply_progress(struct cw_target *target, struct cw_pos *ret, struct cw_err *err)
{
	struct pg_apply *apply = self(target);
	const char *params[1] = { apply->stream };
	struct cw_pg_rows rows;
	bool ok;

	if (!cw_pg_pipe_suspend(apply->pipe, err) ||
	    !cw_pg_query(apply->pg,
			 "SELECT position, seq FROM causeway.progress WHERE stream = $1 "
			 "ORDER BY seq DESC LIMIT 1",
			 1, params, CW_PG_AS_TEXT, &rows, err))
		return cw_err_add(err, "reading the position from the target");
	*ret = (struct cw_pos){ .kind = CW_POS_NONE };
	ok = rows.row_count == 0 || cw_pos_parse(cw_pg_text(&rows, 0, 0), ret, err);
	if (ok && rows.row_count > 0)
		apply->seq = strtoull(cw_pg_text(&rows, 0, 1), NULL, 10);
	cw_pg_rows_free(&rows);
	return ok && cw_pg_pipe_resume(apply->pipe, err);
}

static void apply_close(struct cw_target *target)
{
	struct pg_apply *apply = self(target);

	cw_pg_pipe_close(apply->pipe);
	cw_pg_stmts_release(&apply->stmts);
	cw_moved_release(&apply->moved);
	cw_pg_held_release(&apply->held);
	cw_wr_release(&apply->bytes);
	cw_pg_close(apply->pg);
	free(apply);
}

static const struct cw_target_ops apply_ops = {
	.name = "postgres",
	.progress = apply_progress,
	.begin = apply_begin,
	.write = apply_write,
	.commit = apply_commit,
	.close = apply_close,
};

/* Only one session can hold an origin: who gets it knows that no other is still committing. */
static bool take_origin(struct cw_pg *pg, const char *origin, struct cw_err *err)
{
	struct cw_pg_rows rows;

	if (!cw_pg_query(pg,
			 "SELECT pg_replication_origin_create($1) WHERE NOT EXISTS "
			 "(SELECT FROM pg_replication_origin WHERE roname = $1)",
			 1, &origin, CW_PG_AS_TEXT, &rows, err))
		return cw_err_add(err, "making replication origin %s", origin);
	cw_pg_rows_free(&rows);
	return cw_pg_run_when_free(pg, "SELECT pg_replication_origin_session_setup($1)", origin,
				   ORIGIN_WAIT_MS, err) ||
	       cw_err_add(err, "taking replication origin %s", origin);
}

bool cw_pg_apply_forget(struct cw_pg *pg, const char *origin, struct cw_err *err)
{
	return cw_pg_run_when_free(pg,
				   "SELECT pg_replication_origin_drop(roname) "
				   "FROM pg_replication_origin WHERE roname = $1",
				   origin, ORIGIN_WAIT_MS, err) ||
	       cw_err_add(err, "dropping replication origin %s", origin);
}

/* The origin's position is for people (pg_replication_origin_status); ours is the row. */
static bool prepare_own(struct pg_apply *apply, bool has_origin, struct cw_err *err)
{
	static const uint32_t text[4] = { CW_PG_TEXT, CW_PG_TEXT, CW_PG_TEXT, CW_PG_TEXT };
	const char *insert_sql =
		has_origin ? "INSERT INTO causeway.progress (stream, seq, position, at) SELECT $1, "
			     "$2::bigint, $3, clock_timestamp() FROM "
			     "pg_replication_origin_xact_setup($4::pg_lsn, clock_timestamp())"
			   : "INSERT INTO causeway.progress (stream, seq, position, at) SELECT $1, "
			     "$2::bigint, $3, clock_timestamp() WHERE $4::text IS NOT NULL";

	return cw_pg_pipe_prepare(apply->pipe, "cw_progress", insert_sql, 4, text, err) &&
	       cw_pg_pipe_prepare(apply->pipe, "cw_trim",
				  "DELETE FROM causeway.progress WHERE stream = $1 AND seq < "
				  "$2::bigint - 10",
				  2, text, err) &&
	       cw_pg_pipe_sync(apply->pipe, err);
}

static bool open_session(struct pg_apply *apply, const struct cw_pg_login *login,
			 const struct cw_pg_apply_options *options, struct cw_err *err)
{
	(void)cw_own_stream("forward", options->crossing, apply->stream);
	apply->bytes.limit_bytes = apply->held.bytes.limit_bytes = ROW_BYTES_MAX;
	return cw_pg_open(login, &apply->pg, err) &&
	       cw_pg_run(apply->pg,
			 "SET session_replication_role = replica; SET lock_timeout = '30s'; "
			 "SET plan_cache_mode = force_generic_plan; SET jit = off",
			 err) &&
	       (!options->origin || take_origin(apply->pg, options->origin, err)) &&
	       cw_pg_pipe_open(apply->pg, WINDOW, done, apply, &apply->pipe, err) &&
	       prepare_own(apply, options->origin != NULL, err);
}

bool cw_pg_apply_open(const struct cw_pg_login *login, const struct cw_pg_apply_options *options,
		      struct cw_target **ret, struct cw_err *err)
{
	struct pg_apply *apply = calloc(1, sizeof(*apply));

	if (!apply)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	apply->target = (struct cw_target){ .ops = &apply_ops, .phase = CW_TARGET_OPEN };
	if (!open_session(apply, login, options, err)) {
		apply_close(&apply->target);
		return cw_err_add(err, "apply");
	}
	*ret = &apply->target;
	return true;
}
