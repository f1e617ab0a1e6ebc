/* canon.c - see canon.h */
#include "endpoint/canon.h"

#include "codec/charset.h"
#include "codec/copy.h"
#include "codec/num.h"
#include "endpoint/ora_read.h"
#include "postgres/copy.h"
#include "schema/ddl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 1600

/* The values lie in a buffer of ours: made canonical there. */
static void make_canonical(const struct cw_shape *shape, struct cw_value *value)
{
	for (uint16_t i = 0; i < shape->column_count; i++)
		if (value[i].state == CW_VALUE_SET)
			cw_convert_canonical(&shape->column[i], (uint8_t *)(uintptr_t)value[i].at,
					     value[i].len);
}

static void put_pg_row(const struct cw_shape *shape, const struct cw_value *value,
		       struct cw_wr *out)
{
	cw_wr_u16be(out, shape->column_count);
	for (uint16_t i = 0; i < shape->column_count; i++) {
		bool is_set = value[i].state == CW_VALUE_SET;

		cw_wr_u32be(out, is_set ? value[i].len : UINT32_MAX);
		if (is_set)
			cw_wr_put(out, value[i].at, value[i].len);
	}
}

/* Written, then read back, so that both sides take one form. */
bool cw_canon_put_row(const struct cw_shape *shape, struct cw_value *value, bool is_pg,
		      struct cw_wr *out, struct cw_err *err)
{
	struct cw_row row = { shape->column_count, value };
	size_t at = out->len;
	struct cw_rd rd;

	if (is_pg)
		put_pg_row(shape, value, out);
	else if (!cw_copy_row(out, shape, &row, err))
		return false;
	if (cw_wr_failed(out))
		return cw_fail(err, CW_ERR_LIMIT, 2021, "no room left for the row");
	rd = cw_rd((struct cw_bytes){ out->at0 + at, out->len - at });
	if (cw_copy_read_row(&rd, shape->column_count, value, err) != CW_COPY_ROW)
		return false;
	make_canonical(shape, value);
	return true;
}

/* One row of Oracle's. */
static bool give_ora(const struct cw_shape *shape, const struct cw_row *row, struct cw_wr *wr,
		     struct cw_value *value, cw_canon_fn *fn, void *arg, struct cw_err *err)
{
	struct cw_canon_row canon = { .value = value };

	cw_wr_reset(wr);
	memcpy(value, row->value, row->count * sizeof(*value));
	if (!cw_canon_put_row(shape, value, false, wr, err))
		return false;
	canon.bytes = cw_wr_bytes(wr);
	return fn(arg, &canon, err);
}

bool cw_canon_scan_ora(struct cw_ora *ora, const struct cw_shape *shape, uint64_t scn,
		       cw_canon_fn *fn, void *arg, struct cw_err *err)
{
	struct cw_value *value = calloc(shape->column_count, sizeof(*value));
	struct cw_wr wr = { 0 };
	struct cw_snapshot_rows rows;
	const struct cw_row *row;
	bool ok;

	if (!value)
		abort();
	ok = cw_snapshot_open(ora, shape, scn, &rows, err);
	if (ok) {
		while (ok && (row = cw_snapshot_row(&rows, err)) != NULL)
			ok = give_ora(shape, row, &wr, value, fn, arg, err);
		ok = ok && err->kind == CW_ERR_NONE;
		cw_snapshot_close(&rows);
	}
	cw_wr_release(&wr);
	free(value);
	return ok || cw_err_add(err, "%s.%s on Oracle", shape->owner, shape->name);
}

/* All rows that lie in one message of the copy. */
static bool give_message(const struct cw_shape *shape, struct cw_rd *rd, bool *done,
			 struct cw_value *value, cw_canon_fn *fn, void *arg, struct cw_err *err)
{
	while (cw_rd_left(rd) > 0 && !*done) {
		const uint8_t *from = rd->at;
		struct cw_canon_row canon = { .value = value };

		switch (cw_copy_read_row(rd, shape->column_count, value, err)) {
		case CW_COPY_BAD:
			return false;
		case CW_COPY_END:
			*done = true;
			break;
		case CW_COPY_ROW:
			make_canonical(shape, value);
			canon.bytes = (struct cw_bytes){ from, (size_t)(rd->at - from) };
			if (!fn(arg, &canon, err))
				return false;
		}
	}
	return true;
}

static bool run_copy(struct cw_pg *pg, const struct cw_shape *shape, const char *sql,
		     cw_canon_fn *fn, void *arg, struct cw_err *err)
{
	struct cw_value *value = calloc(shape->column_count, sizeof(*value));
	bool first = true, done = false, ok;
	struct cw_bytes message;

	if (!value)
		abort();
	ok = cw_pg_copy_begin(pg, sql, err);
	while (ok) {
		enum cw_pg_copy_next next = cw_pg_copy_next(pg, &message, err);
		struct cw_rd rd;

		if (next != CW_PG_COPY_DATA) {
			ok = next == CW_PG_COPY_END;
			break;
		}
		rd = cw_rd(message);
		ok = (!first || cw_copy_read_begin(&rd, err)) &&
		     give_message(shape, &rd, &done, value, fn, arg, err);
		first = false;
	}
	free(value);
	return ok || cw_err_add(err, "%s.%s on PostgreSQL", shape->owner, shape->name);
}

static void put_pg_columns(const struct cw_shape *shape, struct cw_wr *sql)
{
	char quoted[264];

	for (uint16_t i = 0; i < shape->column_count; i++)
		cw_wr_printf(sql, "%s%s", i ? ", " : "",
			     cw_pg_quote(shape->column[i].pg_name, quoted, sizeof(quoted)));
	cw_wr_printf(sql, " from %s", cw_ddl_pg_table(shape, quoted));
}

bool cw_canon_scan_pg(struct cw_pg *pg, const struct cw_shape *shape, cw_canon_fn *fn, void *arg,
		      struct cw_err *err)
{
	struct cw_wr sql = { 0 };
	bool ok;

	cw_wr_text(&sql, "copy (select ");
	put_pg_columns(shape, &sql);
	cw_wr_text(&sql, ") to stdout (format binary)");
	cw_wr_u8(&sql, '\0');
	ok = run_copy(pg, shape, (const char *)sql.at0, fn, arg, err);
	cw_wr_release(&sql);
	return ok;
}

static const struct cw_column *key_column(const struct cw_shape *shape, uint16_t i)
{
	return &shape->column[shape->key[i]];
}

/* " where (k = :2 and l = :3) or (...)": @lead is ":" or "$", numbered from @from on. */
static void put_where(const struct cw_shape *shape, unsigned count, bool is_pg, struct cw_wr *sql)
{
	unsigned number = is_pg ? 1 : 2;
	char quoted[264];

	for (unsigned k = 0; k < count; k++) {
		cw_wr_text(sql, k ? " or (" : " where (");
		for (uint16_t i = 0; i < shape->key_count; i++, number++) {
			const struct cw_column *column = key_column(shape, i);

			if (is_pg)
				cw_wr_printf(sql, "%s%s = $%u::%s", i ? " and " : "",
					     cw_pg_quote(column->pg_name, quoted, sizeof(quoted)),
					     number, column->pg_type);
			else
				cw_wr_printf(sql, "%s\"%s\" = :%u", i ? " and " : "", column->name,
					     number);
		}
		cw_wr_text(sql, ")");
	}
	cw_wr_u8(sql, '\0');
}

/* Keys as Oracle's bytes: offsets first, since the writer's buffer moves. */
static bool convert_keys(const struct cw_shape *shape, const struct cw_canon_key *key,
			 unsigned count, struct cw_wr *bytes, struct cw_value *to,
			 struct cw_err *err)
{
	size_t total = (size_t)count * shape->key_count;

	for (size_t i = 0; i < total; i++) {
		uint16_t column = (uint16_t)(i % shape->key_count);
		int32_t len;

		if (!cw_convert_to_ora(key_column(shape, column),
				       key[i / shape->key_count].value[column], bytes, &len, err))
			return false;
		to[i] = (struct cw_value){ .state = CW_VALUE_SET, .len = (uint32_t)len };
	}
	for (size_t i = 0, at = 0; i < total; at += to[i].len, i++)
		to[i].at = bytes->at0 + at;
	return true;
}

/* Full look-ups come often and are worth one bind each; the value's type is the column's. */
static bool execute_find(struct cw_ora_stmt *stmt, const struct cw_shape *shape, unsigned count,
			 struct cw_row *row, struct cw_err *err)
{
	struct cw_ora_result result;

	cw_ora_bind(stmt, 0, CW_ORA_NUMBER, 22);
	for (unsigned i = 0; i < count * shape->key_count; i++) {
		const struct cw_column *column =
			key_column(shape, (uint16_t)(i % shape->key_count));
		uint32_t bytes = column->charset ? CW_CHARSET_GROWTH * column->byte_length
						 : column->byte_length;

		cw_ora_bind(stmt, i + 1, column->ora_type, bytes > 22 ? bytes : 22);
	}
	return cw_ora_execute(stmt, row, 1, 0, &result, err);
}

static bool fetch_found(struct cw_ora_stmt *stmt, const struct cw_shape *shape, cw_canon_fn *fn,
			void *arg, struct cw_err *err)
{
	struct cw_value *value = calloc(shape->column_count, sizeof(*value));
	struct cw_wr wr = { 0 };
	struct cw_ora_rows rows = { 0 };
	bool ok;

	if (!value)
		abort();
	do {
		ok = cw_ora_fetch(stmt, 2 * CW_CANON_KEYS, &rows, err);
		for (uint32_t i = 0; ok && i < rows.count; i++)
			ok = give_ora(shape, &rows.row[i], &wr, value, fn, arg, err);
	} while (ok && rows.count > 0);
	cw_wr_release(&wr);
	free(value);
	return ok;
}

bool cw_canon_find_ora(struct cw_ora *ora, const struct cw_shape *shape, uint64_t scn,
		       const struct cw_canon_key *key, unsigned count, cw_canon_fn *fn, void *arg,
		       struct cw_err *err)
{
	struct cw_wr sql = { 0 }, bytes = { 0 };
	struct cw_value *value = calloc(1 + (size_t)count * shape->key_count, sizeof(*value));
	struct cw_row row = { (uint16_t)(1 + count * shape->key_count), value };
	struct cw_ora_stmt *stmt = NULL;
	uint8_t room[24];
	bool ok;

	if (!value)
		abort();
	assert(count <= CW_CANON_KEYS);
	value[0] = cw_ora_number(scn, room);
	cw_snapshot_select(shape, &sql);
	put_where(shape, count, false, &sql);
	ok = convert_keys(shape, key, count, &bytes, value + 1, err) &&
	     cw_ora_prepare(ora, (const char *)sql.at0, &stmt, err) &&
	     execute_find(stmt, shape, count, &row, err) && fetch_found(stmt, shape, fn, arg, err);
	if (stmt)
		cw_ora_stmt_free(stmt);
	cw_wr_release(&sql);
	cw_wr_release(&bytes);
	free(value);
	return ok || cw_err_add(err, "%s.%s on Oracle", shape->owner, shape->name);
}

/* A key value as text that PostgreSQL reads back as the same value. */
static bool put_text(const struct cw_column *column, struct cw_value value, struct cw_wr *out,
		     struct cw_err *err)
{
	char text[256];
	int32_t len;
	struct cw_wr number = { 0 };
	bool ok = true;

	switch (column->pg_oid) {
	case CW_PG_NUMERIC:
		ok = cw_convert_to_ora(column, value, &number, &len, err) &&
		     cw_num_to_text(cw_wr_bytes(&number), text, err);
		if (ok)
			cw_wr_text(out, text);
		cw_wr_release(&number);
		return ok;
	case CW_PG_BYTEA:
		cw_wr_text(out, "\\x");
		for (uint32_t i = 0; i < value.len; i++)
			cw_wr_printf(out, "%02x", value.at[i]);
		return true;
	case CW_PG_TIMESTAMP:
	case CW_PG_TIMESTAMPTZ:
	case CW_PG_FLOAT4:
	case CW_PG_FLOAT8:
		(void)cw_convert_show(column, value, true, text, sizeof(text));
		cw_wr_text(out, text);
		return true;
	default:
		cw_wr_put(out, value.at, value.len);
		return true;
	}
}

static bool give_result(const struct cw_pg_rows *rows, const struct cw_shape *shape,
			cw_canon_fn *fn, void *arg, struct cw_err *err)
{
	struct cw_value *value = calloc(shape->column_count, sizeof(*value));
	struct cw_wr wr = { 0 };
	bool ok = true;

	if (!value)
		abort();
	for (uint32_t r = 0; ok && r < rows->row_count; r++) {
		struct cw_canon_row canon = { .value = value };

		for (uint16_t c = 0; c < shape->column_count; c++)
			value[c] = cw_pg_value(rows, r, c);
		make_canonical(shape, value);
		cw_wr_reset(&wr);
		cw_wr_u16be(&wr, shape->column_count);
		for (uint16_t c = 0; c < shape->column_count; c++) {
			bool set = value[c].state == CW_VALUE_SET;

			cw_wr_u32be(&wr, set ? value[c].len : 0xffffffffu);
			if (set)
				cw_wr_put(&wr, value[c].at, value[c].len);
		}
		canon.bytes = cw_wr_bytes(&wr);
		ok = fn(arg, &canon, err);
	}
	cw_wr_release(&wr);
	free(value);
	return ok;
}

bool cw_canon_find_pg(struct cw_pg *pg, const struct cw_shape *shape,
		      const struct cw_canon_key *key, unsigned count, cw_canon_fn *fn, void *arg,
		      struct cw_err *err)
{
	size_t total = (size_t)count * shape->key_count;
	size_t *offset = calloc(total, sizeof(*offset));
	const char **param = calloc(total, sizeof(*param));
	struct cw_wr sql = { 0 }, text = { 0 };
	struct cw_pg_rows rows;
	bool ok = true;

	if (!offset || !param)
		abort();
	cw_wr_text(&sql, "select ");
	put_pg_columns(shape, &sql);
	put_where(shape, count, true, &sql);
	for (size_t i = 0; ok && i < total; i++) {
		uint16_t at = (uint16_t)(i % shape->key_count);

		offset[i] = text.len;
		ok = put_text(key_column(shape, at), key[i / shape->key_count].value[at], &text,
			      err);
		cw_wr_u8(&text, '\0');
	}
	for (size_t i = 0; ok && i < total; i++)
		param[i] = (const char *)text.at0 + offset[i];
	if (ok)
		ok = cw_pg_query(pg, (const char *)sql.at0, (unsigned)total, param, CW_PG_AS_BINARY,
				 &rows, err);
	if (ok) {
		ok = give_result(&rows, shape, fn, arg, err);
		cw_pg_rows_free(&rows);
	}
	cw_wr_release(&sql);
	cw_wr_release(&text);
	free(offset);
	free(param);
	return ok || cw_err_add(err, "%s.%s on PostgreSQL", shape->owner, shape->name);
}

static bool put_key_value(const struct cw_column *column, struct cw_value value, bool is_pg,
			  struct cw_wr *out, struct cw_err *err)
{
	size_t at = out->len;
	int32_t len = (int32_t)value.len;

	cw_wr_u32be(out, 0);
	if (is_pg) {
		cw_wr_put(out, value.at, value.len);
		cw_convert_canonical(column, out->at0 + at + 4, value.len);
	} else if (!cw_convert_to_pg(column, value, out, &len, err)) {
		return false;
	}
	for (unsigned i = 0; i < 4; i++)
		out->at0[at + i] = (uint8_t)((uint32_t)len >> (24 - 8 * i));
	return true;
}

bool cw_canon_put_key(const struct cw_shape *shape, const struct cw_value *value, bool is_pg,
		      struct cw_wr *out, struct cw_err *err)
{
	err->kind = CW_ERR_NONE;
	for (uint16_t i = 0; i < shape->key_count; i++) {
		if (value[shape->key[i]].state != CW_VALUE_SET)
			return false;
		if (!put_key_value(key_column(shape, i), value[shape->key[i]], is_pg, out, err))
			return false;
	}
	return shape->key_count > 0;
}

const char *cw_canon_show_key(const struct cw_shape *shape, const struct cw_value *row, bool is_pg,
			      char *ret, size_t room)
{
	uint16_t count = shape->key_count ? shape->key_count : shape->column_count;
	size_t len = 0;

	ret[0] = '\0';
	for (uint16_t i = 0; i < count && len < room; i++) {
		uint16_t at = shape->key_count ? shape->key[i] : i;
		char text[80];
		int wrote = snprintf(
			ret + len, room - len, "%s%s=%s", i ? ", " : "", shape->column[at].name,
			cw_convert_show(&shape->column[at], row[at], is_pg, text, sizeof(text)));

		len += wrote > 0 ? (size_t)wrote : 0;
	}
	return ret;
}
