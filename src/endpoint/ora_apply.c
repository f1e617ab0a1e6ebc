/* ora_apply.c - see ora_apply.h */
#include "endpoint/ora_apply.h"

#include "base/fault.h"
#include "base/rd.h"
#include "codec/convert.h"
#include "codec/num.h"
#include "endpoint/moved.h"
#include "endpoint/ora_stmt.h"
#include "schema/catalog.h"
#include "schema/ddl.h"
#include "schema/own.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define BATCH_ROWS    500u
#define BATCH_BYTES   (4u << 20)
#define ROW_BYTES_MAX (64u << 20)
#define COLUMNS_MAX   1000u
#define TRIM_EVERY    1000u
#define TRIM_KEEP     10

/* Where a bind of the batch lies in bytes, which may still move. */
struct place {
	size_t at;
	int32_t len; /* CW_CONVERT_NULL */
};

struct ora_apply {
	struct cw_target target;
	struct cw_ora *ora;
	struct cw_ora_stmts stmts;
	char stream[CW_OWN_STREAM_BYTES];
	struct cw_ora_stmt *lock, *insert_progress, *trim;
	int64_t seq;
	uint64_t commits;
	/* the batch: rows of one statement */
	struct cw_ora_applied *of;
	uint32_t rows;
	struct cw_wr bytes;
	struct place *place;
	size_t places, place_room;
	uint8_t use[COLUMNS_MAX];
};

static struct ora_apply *self(struct cw_target *target)
{
	return (struct ora_apply *)target;
}

/* The binds of row @row that find it, as text: "ID=5". */
static const char *show_row(const struct ora_apply *apply, uint32_t row, char *ret, size_t room)
{
	const struct cw_ora_applied *of = apply->of;
	uint8_t wanted = of->kind == CW_INSERT ? CW_COLUMN_WRITE : CW_COLUMN_EQUAL;
	size_t used = 0, bind = (size_t)row * of->bind_count;
	unsigned shown = 0;

	ret[0] = '\0';
	for (uint16_t i = 0; wanted == CW_COLUMN_EQUAL && i < of->shape->column_count; i++)
		bind += (of->use[i] & CW_COLUMN_WRITE) != 0;
	for (uint16_t i = 0; i < of->shape->column_count && shown < 3; i++) {
		const struct cw_column *column = &of->shape->column[i];
		struct cw_value value = { .state = CW_VALUE_NULL };
		const struct place *place = &apply->place[bind];
		char text[48];

		if (!(of->use[i] & wanted))
			continue;
		bind++;
		if (of->shape->key_count && column->key_position == 0)
			continue;
		if (place->len != CW_CONVERT_NULL)
			value = cw_value_set((struct cw_bytes){ apply->bytes.at0 + place->at,
								(size_t)place->len });
		(void)cw_convert_show(column, value, false, text, sizeof(text));
		if (used + 2 < room)
			used += (size_t)snprintf(ret + used, room - used, "%s%s=%s",
						 shown ? ", " : "", column->name, text);
		shown++;
	}
	return ret;
}

static bool fail_server(const struct ora_apply *apply, uint32_t rows_done, struct cw_err *err)
{
	static const char *const verb[] = { "INSERT", "UPDATE", "DELETE" };
	const struct cw_shape *shape = apply->of->shape;
	uint32_t row = rows_done < apply->rows ? rows_done : 0;
	char where[200];

	if (err->native == 1) /* ORA-00001: unique constraint violated */
		err->code = 5303;
	return cw_err_add(err, "%s of %s.%s, row %s", verb[apply->of->kind], shape->owner,
			  shape->name, show_row(apply, row, where, sizeof(where)));
}

static bool check_counts(const struct ora_apply *apply, const struct cw_ora_result *result,
			 struct cw_err *err)
{
	const struct cw_shape *shape = apply->of->shape;
	const char *verb = apply->of->kind == CW_UPDATE ? "UPDATE" : "DELETE";
	char where[200];

	if (apply->of->kind == CW_INSERT && result->row_count == apply->rows)
		return true;
	if (result->count_count != apply->rows)
		return cw_fail(err, CW_ERR_DATA, 5302,
			       "%s of %s.%s: Oracle counted %u rows of %u sent", verb, shape->owner,
			       shape->name, result->count_count, apply->rows);
	for (uint32_t i = 0; i < apply->rows; i++)
		if (result->count[i] != 1)
			return cw_fail(err, CW_ERR_DATA, result->count[i] == 0 ? 5301 : 5302,
				       "%s of %s.%s where %s touched %" PRIu64
				       " rows of Oracle, must be one; was it changed by others?",
				       verb, shape->owner, shape->name,
				       show_row(apply, i, where, sizeof(where)), result->count[i]);
	return true;
}

static bool execute(struct ora_apply *apply, struct cw_err *err)
{
	struct cw_row *row = calloc(apply->rows, sizeof(*row));
	struct cw_value *value = calloc(apply->places + 1, sizeof(*value));
	struct cw_ora_result result = { 0 };
	bool ok;

	if (!row || !value) {
		free(row);
		free(value);
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	}
	for (size_t i = 0; i < apply->places; i++)
		if (apply->place[i].len != CW_CONVERT_NULL)
			value[i] = cw_value_set(
				(struct cw_bytes){ apply->bytes.at0 + apply->place[i].at,
						   (size_t)apply->place[i].len });
	for (uint32_t i = 0; i < apply->rows; i++)
		row[i] = (struct cw_row){ .count = (uint16_t)apply->of->bind_count,
					  .value = value + (size_t)i * apply->of->bind_count };
	ok = cw_ora_execute(apply->of->stmt, row, apply->rows, CW_ORA_ROW_COUNTS, &result, err);
	ok = ok ? check_counts(apply, &result, err) : fail_server(apply, result.rows_done, err);
	free(row);
	free(value);
	return ok;
}

/* Send what is held back. */
static bool flush(struct ora_apply *apply, struct cw_err *err)
{
	bool ok = apply->rows == 0 || execute(apply, err);

	apply->rows = 0;
	apply->places = 0;
	apply->of = NULL;
	cw_wr_reset(&apply->bytes);
	return ok;
}

static bool pick_statement(struct ora_apply *apply, const struct cw_shape *shape,
			   enum cw_change_kind kind, struct cw_err *err)
{
	struct cw_ora_applied *of = cw_ora_stmt_find(&apply->stmts, shape, kind, apply->use);

	if (of && of == apply->of && apply->rows < BATCH_ROWS && apply->bytes.len < BATCH_BYTES)
		return true;
	if (!flush(apply, err))
		return false;
	if (!of && cw_ora_stmts_are_full(&apply->stmts))
		cw_ora_stmts_release(&apply->stmts);
	if (!of && !cw_ora_stmt_make(&apply->stmts, apply->ora, shape, kind, apply->use, &of, err))
		return cw_err_add(err, "%s.%s", shape->owner, shape->name);
	apply->of = of;
	return true;
}

static bool add_place(struct ora_apply *apply, const struct cw_column *column,
		      struct cw_value value, struct cw_err *err)
{
	struct place *place;

	if (apply->places == apply->place_room) {
		size_t room = apply->place_room ? 2 * apply->place_room : 256;

		place = realloc(apply->place, room * sizeof(*place));
		if (!place)
			return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
		apply->place = place;
		apply->place_room = room;
	}
	place = &apply->place[apply->places++];
	place->at = apply->bytes.len;
	return cw_convert_to_ora(column, value, &apply->bytes, &place->len, err);
}

/* Convert the binds of one row: written columns of @after, compared ones of @identity. */
static bool add_row(struct ora_apply *apply, const struct cw_shape *shape, enum cw_change_kind kind,
		    const struct cw_value *after, const struct cw_value *identity,
		    struct cw_err *err)
{
	if (!pick_statement(apply, shape, kind, err))
		return false;
	for (unsigned pass = 0; pass < 2; pass++) {
		const struct cw_value *from = pass == 0 ? after : identity;
		uint8_t wanted = pass == 0 ? CW_COLUMN_WRITE : CW_COLUMN_EQUAL;

		for (uint16_t i = 0; i < shape->column_count; i++)
			if ((apply->use[i] & wanted) &&
			    !add_place(apply, &shape->column[i], from[i], err))
				return cw_err_add(err, "%s.%s", shape->owner, shape->name);
	}
	apply->rows++;
	return true;
}

static bool is_known(const struct cw_value *value)
{
	return value->state == CW_VALUE_SET || value->state == CW_VALUE_NULL;
}

static bool fail_lacks(const struct cw_shape *shape, uint16_t column, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 5304, "the change of %s.%s does not tell column %s",
		       shape->owner, shape->name, shape->column[column].name);
}

static bool use_identity(struct ora_apply *apply, const struct cw_shape *shape,
			 const struct cw_value *identity, struct cw_err *err)
{
	for (uint16_t i = 0; i < cw_identity_count(shape); i++) {
		uint16_t c = cw_identity_column(shape, i);

		if (!is_known(&identity[c]))
			return fail_lacks(shape, c, err);
		apply->use[c] |=
			identity[c].state == CW_VALUE_SET ? CW_COLUMN_EQUAL : CW_COLUMN_IS_NULL;
	}
	return true;
}

static bool differs(const struct cw_value *a, const struct cw_value *b)
{
	return a->state != b->state || a->len != b->len ||
	       (a->len > 0 && memcmp(a->at, b->at, a->len) != 0);
}

static bool write_insert(struct ora_apply *apply, const struct cw_change *change,
			 struct cw_err *err)
{
	const struct cw_shape *shape = change->shape;

	for (uint16_t i = 0; i < shape->column_count; i++) {
		if (!is_known(&change->after.value[i]))
			return fail_lacks(shape, i, err);
		apply->use[i] = CW_COLUMN_WRITE;
	}
	return add_row(apply, shape, CW_INSERT, change->after.value, change->after.value, err);
}

/* A key that stays is not written: Oracle would look at the children of every row. */
static bool write_update(struct ora_apply *apply, const struct cw_change *change,
			 struct cw_err *err)
{
	const struct cw_shape *shape = change->shape;
	const struct cw_value *after = change->after.value;
	const struct cw_value *identity = change->before.count ? change->before.value : after;
	unsigned written = 0;

	for (uint16_t i = 0; i < shape->column_count; i++) {
		bool in_key = shape->column[i].key_position > 0;

		if (is_known(&after[i]) && (!in_key || differs(&after[i], &identity[i]))) {
			apply->use[i] = CW_COLUMN_WRITE;
			written++;
		}
	}
	if (written == 0) { /* nothing new, but the row must be there */
		after = identity;
		apply->use[cw_identity_column(shape, 0)] = CW_COLUMN_WRITE;
	}
	return use_identity(apply, shape, identity, err) &&
	       add_row(apply, shape, CW_UPDATE, after, identity, err);
}

static bool write_delete(struct ora_apply *apply, const struct cw_change *change,
			 struct cw_err *err)
{
	const struct cw_value *before = change->before.value;

	if (change->before.count == 0)
		return fail_lacks(change->shape, 0, err);
	return use_identity(apply, change->shape, before, err) &&
	       add_row(apply, change->shape, CW_DELETE, before, before, err);
}

/* TRUNCATE would commit what came before it: the rows go one and all. */
static bool write_truncate(struct ora_apply *apply, const struct cw_change *change,
			   struct cw_err *err)
{
	char table[264], sql[300];

	(void)snprintf(sql, sizeof(sql), "DELETE FROM %s", cw_ddl_ora_table(change->shape, table));
	return flush(apply, err) && cw_ora_run(apply->ora, sql, err);
}

static bool apply_write(struct cw_target *target, const struct cw_change *change,
			struct cw_err *err)
{
	struct ora_apply *apply = self(target);
	const struct cw_shape *shape = change->shape;

	if (shape->column_count > COLUMNS_MAX)
		return cw_fail(err, CW_ERR_LIMIT, 5304, "%s.%s has %u columns, %u at most",
			       shape->owner, shape->name, shape->column_count, COLUMNS_MAX);
	memset(apply->use, 0, shape->column_count);
	switch (change->kind) {
	case CW_INSERT:
		return write_insert(apply, change, err);
	case CW_UPDATE:
		return write_update(apply, change, err);
	case CW_DELETE:
		return write_delete(apply, change, err);
	default:
		return write_truncate(apply, change, err);
	}
}

/*
 * The lock keeps a second session out until this one has ended its
 * transaction: what progress() reads under it is final.  Readers are let in.
 */
static bool take_lock(struct ora_apply *apply, struct cw_err *err)
{
	struct cw_ora_result result;

	return cw_ora_execute(apply->lock, NULL, 0, 0, &result, err)
		       ? true
		       : cw_err_add(err, "locking CAUSEWAY_PROGRESS");
}

static bool apply_begin(struct cw_target *target, struct cw_err *err)
{
	return take_lock(self(target), err);
}

static struct cw_value text_value(const char *text)
{
	return cw_value_set((struct cw_bytes){ (const uint8_t *)text, strlen(text) });
}

static bool trim(struct ora_apply *apply, struct cw_err *err)
{
	uint8_t seq[CW_NUM_BYTES_MAX];
	struct cw_value value[2] = { text_value(apply->stream) };
	struct cw_row row = { .count = 2, .value = value };
	struct cw_ora_result result;

	value[1] = cw_value_set(
		(struct cw_bytes){ seq, cw_num_from_int(apply->seq - TRIM_KEEP, seq) });
	return cw_ora_execute(apply->trim, &row, 1, 0, &result, err);
}

static bool put_progress(struct ora_apply *apply, const struct cw_pos *pos, struct cw_err *err)
{
	char text[CW_POS_TEXT_BYTES];
	uint8_t seq[CW_NUM_BYTES_MAX];
	struct cw_value value[3] = { text_value(apply->stream) };
	struct cw_row row = { .count = 3, .value = value };
	struct cw_ora_result result;

	cw_pos_text(pos, text);
	value[1] = cw_value_set((struct cw_bytes){ seq, cw_num_from_int(++apply->seq, seq) });
	value[2] = text_value(text);
	/* what nobody needs any more goes now and then; rows are never updated */
	if (++apply->commits % TRIM_EVERY == 0 && !trim(apply, err))
		return false;
	return cw_ora_execute(apply->insert_progress, &row, 1, 0, &result, err);
}

static bool apply_commit(struct cw_target *target, const struct cw_pos *pos, struct cw_err *err)
{
	struct ora_apply *apply = self(target);

	if (!flush(apply, err) || !put_progress(apply, pos, err))
		return false;
	(void)cw_fault("reverse.before_commit");
	if (!cw_ora_commit(apply->ora, err))
		return false;
	(void)cw_fault("reverse.after_commit");
	return true;
}

static bool read_progress(struct ora_apply *apply, struct cw_ora_stmt *stmt, struct cw_pos *ret,
			  struct cw_err *err)
{
	struct cw_value value = text_value(apply->stream);
	struct cw_row bind = { .count = 1, .value = &value };
	struct cw_ora_result result;
	struct cw_ora_rows rows;
	char text[CW_POS_TEXT_BYTES], number[256];
	const struct cw_value *found;

	cw_ora_bind(stmt, 0, CW_ORA_VARCHAR2, 64);
	if (!cw_ora_execute(stmt, &bind, 1, 0, &result, err) || !cw_ora_fetch(stmt, 1, &rows, err))
		return false;
	*ret = (struct cw_pos){ .kind = CW_POS_NONE };
	if (rows.count == 0)
		return true;
	found = rows.row[0].value;
	(void)snprintf(text, sizeof(text), "%.*s", (int)found[0].len, (const char *)found[0].at);
	if (!cw_pos_parse(text, ret, err) ||
	    !cw_num_to_text(cw_value_bytes(&found[1]), number, err))
		return false;
	apply->seq = strtoll(number, NULL, 10);
	return true;
}

static bool apply_progress(struct cw_target *target, struct cw_pos *ret, struct cw_err *err)
{
	struct ora_apply *apply = self(target);
	struct cw_ora_stmt *stmt;
	bool ok;

	if (!cw_ora_prepare(apply->ora,
			    "SELECT position, seq FROM causeway_progress WHERE stream = :1 "
			    "ORDER BY seq DESC",
			    &stmt, err))
		return false;
	ok = take_lock(apply, err) && read_progress(apply, stmt, ret, err) &&
	     cw_ora_rollback(apply->ora, err);
	cw_ora_stmt_free(stmt);
	return ok ? true : cw_err_add(err, "reading the position from Oracle");
}

static void apply_close(struct cw_target *target)
{
	struct ora_apply *apply = self(target);

	cw_ora_stmts_release(&apply->stmts);
	cw_ora_stmt_free(apply->lock);
	cw_ora_stmt_free(apply->insert_progress);
	cw_ora_stmt_free(apply->trim);
	cw_ora_close(apply->ora);
	cw_wr_release(&apply->bytes);
	free(apply->place);
	free(apply);
}

static const struct cw_target_ops apply_ops = {
	.name = "oracle",
	.progress = apply_progress,
	.begin = apply_begin,
	.write = apply_write,
	.commit = apply_commit,
	.close = apply_close,
};

static bool prepare_own(struct ora_apply *apply, struct cw_err *err)
{
	if (!cw_ora_prepare(apply->ora, "LOCK TABLE causeway_progress IN EXCLUSIVE MODE",
			    &apply->lock, err) ||
	    !cw_ora_prepare(apply->ora,
			    "INSERT INTO causeway_progress (stream, seq, position, at) "
			    "VALUES (:1, :2, :3, SYSTIMESTAMP)",
			    &apply->insert_progress, err) ||
	    !cw_ora_prepare(apply->ora,
			    "DELETE FROM causeway_progress WHERE stream = :1 AND seq < :2",
			    &apply->trim, err))
		return false;
	cw_ora_bind(apply->insert_progress, 0, CW_ORA_VARCHAR2, 64);
	cw_ora_bind(apply->insert_progress, 1, CW_ORA_NUMBER, 22);
	cw_ora_bind(apply->insert_progress, 2, CW_ORA_VARCHAR2, 200);
	cw_ora_bind(apply->trim, 0, CW_ORA_VARCHAR2, 64);
	cw_ora_bind(apply->trim, 1, CW_ORA_NUMBER, 22);
	return true;
}

bool cw_ora_apply_open(const struct cw_ora_login *login, const struct cw_ora_apply_options *options,
		       struct cw_target **ret, struct cw_err *err)
{
	struct ora_apply *apply = calloc(1, sizeof(*apply));

	if (!apply)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	apply->target = (struct cw_target){ .ops = &apply_ops, .phase = CW_TARGET_OPEN };
	apply->bytes.limit_bytes = ROW_BYTES_MAX;
	(void)cw_own_stream("reverse", options->crossing, apply->stream);
	if (!cw_ora_open(login, &apply->ora, err) ||
	    !cw_own_make_ora(apply->ora, options->crossing, err) || !prepare_own(apply, err)) {
		apply_close(&apply->target);
		return cw_err_add(err, "reverse apply");
	}
	*ret = &apply->target;
	return true;
}
