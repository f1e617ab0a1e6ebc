/* rows.c - rows of an answer, and what is kept of the last; see wire.h */
#include "oracle/wire.h"

#include <stdlib.h>

#define ROWS_MIN	 64u
#define LONG_BYTES_MAX	 0x7fffffffu
#define LOCATOR_BYTES	 112u	     /* as python-oracledb asks */
#define UTF8_BYTES_MAX	 4u	     /* of a character */
#define JSON_BYTES_MAX	 (32u << 20) /* as python-oracledb asks */
#define VECTOR_BYTES_MAX (1u << 20)

static void *must_alloc(void *old, size_t bytes)
{
	void *room = realloc(old, bytes);

	if (!room)
		abort();
	return room;
}

/*
 * Keep the bytes of the last row: a bit vector of the next answer may refer to them.  They
 * may lie in the other carry buffer already, hence two.
 */
static struct cw_value *carry_last(struct ora_rows *rows, uint32_t column_count)
{
	unsigned turn = rows->carry_turn ^ 1;
	size_t bytes = column_count * sizeof(struct cw_value);
	struct cw_value *value;
	uint8_t *at;

	for (uint32_t i = 0; i < column_count; i++)
		bytes += rows->last[i].len;
	if (rows->carry_room[turn] < bytes) {
		rows->carry[turn] = must_alloc(rows->carry[turn], bytes);
		rows->carry_room[turn] = bytes;
	}
	value = (struct cw_value *)(void *)rows->carry[turn];
	at = (uint8_t *)(value + column_count);
	for (uint32_t i = 0; i < column_count; i++) {
		value[i] = rows->last[i];
		if (value[i].len == 0)
			continue;
		memcpy(at, rows->last[i].at, value[i].len);
		value[i].at = at;
		at += value[i].len;
	}
	rows->carry_turn = turn;
	return value;
}

void ora_rows_begin(struct ora_rows *rows, uint32_t column_count, bool keep_last)
{
	rows->last =
		keep_last && rows->last && column_count > 0 ? carry_last(rows, column_count) : NULL;
	rows->bits.present = false;
	rows->before = keep_last ? rows->before + rows->count : 0;
	rows->bad_row = 0;
	rows->row = NULL;
	rows->count = rows->room = rows->given = 0;
	rows->value = NULL;
	rows->value_left = 0;
	rows->arena.limit_bytes = ORA_REPLY_BYTES_MAX;
	cw_arena_reset(&rows->arena);
}

static bool grow(struct ora_rows *rows)
{
	uint32_t room = rows->room ? rows->room * 2 : ROWS_MIN;
	struct cw_err err;
	struct cw_row *bigger = cw_try_room(&rows->arena, struct cw_row, room, &err);

	if (!bigger)
		return false;
	if (rows->count > 0)
		memcpy(bigger, rows->row, rows->count * sizeof(*bigger));
	rows->row = bigger;
	rows->room = room;
	return true;
}

/*
 * Values of one row, out of room that is taken for many: as many as there is room for rows.  A
 * description in mid-answer may have changed how many a row has.
 */
static struct cw_value *take_values(struct ora_rows *rows, uint32_t columns)
{
	size_t many = (size_t)(rows->room - rows->count) * columns;
	struct cw_value *value;
	struct cw_err err;

	if (rows->value_left < columns) {
		rows->value = cw_try_room(&rows->arena, struct cw_value, many, &err);
		if (!rows->value) /* for this one there may be room yet */
			rows->value =
				cw_try_room(&rows->arena, struct cw_value, many = columns, &err);
		rows->value_left = rows->value ? many : 0;
	}
	value = rows->value;
	if (!value)
		return NULL;
	rows->value += columns;
	rows->value_left -= columns;
	return value;
}

static bool add_row(struct cw_ora_stmt *stmt, struct cw_ttc_in *in)
{
	struct ora_rows *rows = &stmt->rows;
	uint32_t columns = stmt->describe.count;
	struct cw_value *value;
	uint32_t bad;

	if (rows->count == rows->room && !grow(rows))
		return cw_ttc_bad(in, "more rows than an answer may bring");
	value = take_values(rows, columns);
	if (!value)
		return cw_ttc_bad(in, "more rows than an answer may bring");
	if (rows->bits.present) {
		if (!rows->last)
			return cw_ttc_bad(in, "a row refers to one before the first");
		memcpy(value, rows->last, columns * sizeof(*value));
	}
	bad = cw_ttc_get_row(in, &stmt->describe, &rows->bits, value);
	if (cw_ttc_failed(in))
		return false;
	if (bad && !rows->bad_row) {
		rows->bad_row = rows->before + rows->count + 1;
		rows->bad_column = bad;
	}
	rows->row[rows->count++] = (struct cw_row){ .count = (uint16_t)columns, .value = value };
	rows->last = value;
	return true;
}

bool ora_rows_add(struct cw_ora_stmt *stmt, struct cw_ttc_in *in)
{
	do {
		if (!add_row(stmt, in))
			return false;
	} while (cw_ttc_take_if(in, CW_TTC_ROW_DATA));
	return true;
}

bool ora_rows_check(const struct cw_ora_stmt *stmt, struct cw_err *err)
{
	const struct ora_rows *rows = &stmt->rows;

	return !rows->bad_row ||
	       cw_fail(err, CW_ERR_DATA, 2012,
		       "row %llu, column %s: a text of the national character set is no UTF-16",
		       (unsigned long long)rows->bad_row, stmt->column[rows->bad_column - 1].name);
}

void ora_rows_release(struct ora_rows *rows)
{
	free(rows->carry[0]);
	free(rows->carry[1]);
	cw_arena_release(&rows->arena);
	*rows = (struct ora_rows){ 0 };
}

static const char *copy_text(struct cw_ora_stmt *stmt, struct cw_bytes text)
{
	char *copy = cw_new(&stmt->shape_arena, char, text.len + 1);

	if (text.len > 0)
		memcpy(copy, text.at, text.len);
	return copy;
}

/* What is asked for before the rows of such columns come: A-105. */
bool ora_needs_define(const struct cw_ttc_column *column)
{
	switch (column->ora_type) {
	case CW_ORA_CLOB:
	case CW_ORA_BLOB:
	case CW_ORA_JSON:
	case CW_ORA_VECTOR:
		return true;
	default:
		return false;
	}
}

/* What a value of the type may take in our form, where the server's description says less. */
static uint32_t define_bytes(const struct cw_ttc_column *column)
{
	static const struct {
		uint8_t ora_type, bytes;
	} fixed[] = {
		{ CW_ORA_NUMBER, 22 },	     { CW_ORA_DATE, 7 },
		{ CW_ORA_TIMESTAMP, 11 },    { CW_ORA_TIMESTAMP_LTZ, 11 },
		{ CW_ORA_TIMESTAMP_TZ, 13 }, { CW_ORA_BINARY_FLOAT, 4 },
		{ CW_ORA_BINARY_DOUBLE, 8 }, { CW_ORA_INTERVAL_YM, 5 },
		{ CW_ORA_INTERVAL_DS, 11 },  { CW_ORA_BOOLEAN, 4 },
		{ CW_ORA_ROWID, 18 },
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(fixed); i++)
		if (fixed[i].ora_type == column->ora_type)
			return fixed[i].bytes;
	return column->chars_max > 0 ? column->chars_max * UTF8_BYTES_MAX : column->bytes_max;
}

struct cw_ttc_oac ora_define(struct cw_ttc_column *column, bool by_locator)
{
	struct cw_ttc_oac oac = { .flags = 1, .charset_form = column->charset_form };

	switch (column->ora_type) {
	case CW_ORA_CLOB:
	case CW_ORA_BLOB:
		column->lob_prefetch = by_locator;
		oac.cont_flags = by_locator ? CW_OAC_LOB_PREFETCH : 0;
		oac.bytes_max = by_locator ? LOCATOR_BYTES : LONG_BYTES_MAX;
		if (!by_locator)
			column->ora_type =
				column->ora_type == CW_ORA_CLOB ? CW_ORA_LONG : CW_ORA_LONG_RAW;
		break;
	case CW_ORA_JSON:
	case CW_ORA_VECTOR:
		oac.bytes_max = oac.chars_max =
			column->ora_type == CW_ORA_JSON ? JSON_BYTES_MAX : VECTOR_BYTES_MAX;
		oac.cont_flags = CW_OAC_LOB_PREFETCH;
		column->lob_prefetch = true;
		break;
	case CW_ORA_OBJECT:
		oac.bytes_max = LONG_BYTES_MAX;
		oac.charset_form = 1;
		break;
	default:
		oac.bytes_max = define_bytes(column);
		break;
	}
	oac.ora_type = column->ora_type;
	if (oac.charset_form != 0)
		oac.charset = CW_CHARSET_UTF8;
	return oac;
}

static void keep_column(struct cw_ora_stmt *stmt, const struct cw_ttc_column *from,
			struct cw_ttc_column *ret, struct cw_ora_column *ret_shown)
{
	char *name = cw_new(&stmt->shape_arena, char, from->name.len + 1);

	if (from->name.len > 0)
		memcpy(name, from->name.at, from->name.len);
	*ret = (struct cw_ttc_column){ .name = { (const uint8_t *)name, from->name.len },
				       .ora_type = from->ora_type,
				       .charset_form = from->charset_form,
				       .bytes_max = from->bytes_max,
				       .chars_max = from->chars_max };
	*ret_shown = (struct cw_ora_column){
		.name = name,
		.ora_type = from->ora_type,
		.precision = from->precision,
		.scale = from->scale == CW_TTC_SCALE_FLOAT ? CW_SCALE_NONE : from->scale,
		.byte_length = from->bytes_max,
		.char_length = from->chars_max,
		.nullable = from->nullable,
		.national = from->charset_form == CW_CHARSET_FORM_NCHAR,
		.type_schema = copy_text(stmt, from->type_schema),
		.type_name = copy_text(stmt, from->type_name),
	};
	ret->is_xml = from->ora_type == CW_ORA_OBJECT &&
		      strcmp(ret_shown->type_schema, "SYS") == 0 &&
		      strcmp(ret_shown->type_name, "XMLTYPE") == 0;
	switch (from->ora_type) {
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_TIMESTAMP_LTZ:
		ret_shown->precision = from->scale;
		ret_shown->scale = 0;
		break;
	default:
		break;
	}
}

bool ora_describe(struct cw_ora_stmt *stmt, const struct cw_ttc_describe *fresh)
{
	cw_arena_reset(&stmt->shape_arena);
	stmt->describe.count = fresh->count;
	stmt->describe.column = cw_new(&stmt->shape_arena, struct cw_ttc_column, fresh->count + 1);
	stmt->column = cw_new(&stmt->shape_arena, struct cw_ora_column, fresh->count + 1);
	stmt->needs_define = stmt->is_defined = stmt->has_xml = false;
	for (uint32_t i = 0; i < fresh->count; i++) {
		keep_column(stmt, &fresh->column[i], &stmt->describe.column[i], &stmt->column[i]);
		stmt->needs_define |= ora_needs_define(&fresh->column[i]);
		stmt->has_xml |= stmt->describe.column[i].is_xml;
	}
	cw_ttc_count_plain(&stmt->describe);
	stmt->rows.last = NULL;
	return true;
}
