/* redo_text.c - see redo_text.h */
#include "endpoint/redo_text.h"

#include "endpoint/redo_value.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES_MAX (1u << 30) /* offsets fit 32 bits */
#define QUOTES_DOUBLED_BYTES                                                                       \
	4000u /* of longer columns LogMiner leaves them single: Debezium DBZ-8034, DBZ-8200 */

/* The text, how far it is read, and where the first thing went wrong. */
struct scan {
	const uint8_t *at0, *at, *end;
	const char *wanted; /* NULL until something was missing */
	struct cw_redo_parser *parser;
};

void cw_redo_release(struct cw_redo_parser *parser)
{
	free(parser->part);
	free(parser->bytes);
	free(parser->value);
	*parser = (struct cw_redo_parser){ 0 };
}

static bool miss(struct scan *scan, const char *wanted)
{
	if (!scan->wanted)
		scan->wanted = wanted;
	return false;
}

static void skip_blanks(struct scan *scan)
{
	while (scan->at < scan->end && *scan->at == ' ')
		scan->at++;
}

/* Does @word come next?  If so it is taken. */
static bool take(struct scan *scan, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, word, len) != 0)
		return false;
	scan->at += len;
	return true;
}

static bool want(struct scan *scan, const char *word)
{
	return take(scan, word) || miss(scan, word);
}

/* "name", no quote inside: Oracle's names cannot have one. */
static bool read_name(struct scan *scan, struct cw_bytes *ret)
{
	const uint8_t *end;

	if (!want(scan, "\""))
		return false;
	end = memchr(scan->at, '"', (size_t)(scan->end - scan->at));
	if (!end || end == scan->at)
		return miss(scan, "a name");
	*ret = (struct cw_bytes){ scan->at, (size_t)(end - scan->at) };
	scan->at = end + 1;
	return true;
}

/* '...' where '' stands for one quote. */
static bool read_string(struct scan *scan, struct cw_bytes *ret)
{
	const uint8_t *from;

	if (!want(scan, "'"))
		return false;
	from = scan->at;
	for (;;) {
		const uint8_t *quote = memchr(scan->at, '\'', (size_t)(scan->end - scan->at));

		if (!quote)
			return miss(scan, "the end of a string");
		scan->at = quote + 1;
		if (scan->at == scan->end || *scan->at != '\'') {
			*ret = (struct cw_bytes){ from, (size_t)(quote - from) };
			return true;
		}
		scan->at++;
	}
}

/* What is behind "NAME(": a string, perhaps a mask, the end. */
static bool read_arguments(struct scan *scan, struct cw_redo_part *part)
{
	if (!read_string(scan, &part->text))
		return false;
	if (take(scan, ",")) {
		skip_blanks(scan);
		if (!read_string(scan, &part->mask))
			return false;
	}
	return want(scan, ")");
}

static bool read_unistr(struct scan *scan, struct cw_redo_part *part)
{
	const uint8_t *from = scan->at;

	do {
		struct cw_bytes one;
		const uint8_t *end;

		if (!want(scan, "UNISTR(") || !read_string(scan, &one) || !want(scan, ")"))
			return false;
		end = scan->at;
		part->text = (struct cw_bytes){ from, (size_t)(end - from) };
		skip_blanks(scan);
		if (!take(scan, "||")) {
			scan->at = end;
			return true;
		}
		skip_blanks(scan);
	} while (true);
}

static bool read_bare_number(struct scan *scan, struct cw_redo_part *part)
{
	const uint8_t *from = scan->at;

	while (scan->at < scan->end && memchr("0123456789+-.eE", *scan->at, 15))
		scan->at++;
	part->text = (struct cw_bytes){ from, (size_t)(scan->at - from) };
	return scan->at > from || miss(scan, "a value");
}

/* Forms that LogMiner writes for types that are not captured: known, so that they can be named. */
static bool read_other(struct scan *scan, struct cw_redo_part *part)
{
	static const char *const whole[] = { "EMPTY_CLOB()", "EMPTY_BLOB()", "Unsupported Type" };
	const uint8_t *from = scan->at;
	bool found = false;

	part->literal = CW_REDO_OTHER;
	for (unsigned i = 0; i < CW_ARRAY_LEN(whole) && !found; i++)
		found = take(scan, whole[i]);
	part->text = (struct cw_bytes){ from, (size_t)(scan->at - from) };
	return found;
}

/* TO_DATE('...') and its like: false if none of them stands there. */
static bool read_call(struct scan *scan, struct cw_redo_part *part, bool *ret_ok)
{
	static const struct {
		const char *word;
		enum cw_redo_literal literal;
	} calls[] = {
		{ "TO_DATE(", CW_REDO_DATE },
		{ "TO_TIMESTAMP(", CW_REDO_TIMESTAMP },
		{ "TO_TIMESTAMP_TZ(", CW_REDO_TIMESTAMP_TZ },
		{ "TO_TIMESTAMP_LTZ(", CW_REDO_TIMESTAMP_LTZ },
		{ "TO_YMINTERVAL(", CW_REDO_YM },
		{ "TO_DSINTERVAL(", CW_REDO_DS },
	};

	for (size_t i = 0; i < CW_ARRAY_LEN(calls); i++)
		if (take(scan, calls[i].word)) {
			part->literal = calls[i].literal;
			*ret_ok = read_arguments(scan, part);
			return true;
		}
	return false;
}

static bool read_value(struct scan *scan, struct cw_redo_part *part)
{
	bool ok;

	(void)take(scan, "/* JSON */ ");
	part->offset = (uint32_t)(scan->at - scan->at0);
	if (scan->at < scan->end && *scan->at == '\'') {
		part->literal = CW_REDO_STRING;
		return read_string(scan, &part->text);
	}
	if (take(scan, "NULL")) {
		part->literal = CW_REDO_NULL;
		return true;
	}
	if (take(scan, "HEXTORAW(")) {
		part->literal = CW_REDO_HEX;
		return read_string(scan, &part->text) && want(scan, ")");
	}
	if (read_call(scan, part, &ok))
		return ok;
	if (scan->end - scan->at > 7 && memcmp(scan->at, "UNISTR(", 7) == 0) {
		part->literal = CW_REDO_UNISTR;
		return read_unistr(scan, part);
	}
	if (read_other(scan, part))
		return true;
	if (scan->wanted)
		return false;
	part->literal = CW_REDO_NUMBER;
	return read_bare_number(scan, part);
}

/* One more part, zeroed; the array grows with the widest statement seen. */
static struct cw_redo_part *add_part(struct cw_redo_parser *parser)
{
	if (parser->part_count == parser->part_room) {
		size_t room = parser->part_room ? parser->part_room * 2 : 64;
		void *grown = reallocarray(parser->part, room, sizeof(*parser->part));

		if (!grown)
			abort(); /* as cw_new(): a few bytes a column */
		parser->part = grown;
		parser->part_room = room;
	}
	parser->part[parser->part_count] = (struct cw_redo_part){ 0 };
	return &parser->part[parser->part_count++];
}

static bool read_table(struct scan *scan, struct cw_redo_stmt *stmt)
{
	return read_name(scan, &stmt->owner) && want(scan, ".") && read_name(scan, &stmt->table);
}

/* insert into tab[ ](names) values (values) */
static bool read_insert(struct scan *scan, struct cw_redo_stmt *stmt)
{
	stmt->kind = CW_INSERT;
	if (!read_table(scan, stmt))
		return false;
	skip_blanks(scan);
	if (!want(scan, "("))
		return false;
	do {
		if (!read_name(scan, &add_part(scan->parser)->name))
			return false;
	} while (take(scan, ","));
	if (!want(scan, ") values ("))
		return false;
	for (size_t i = 0; i < scan->parser->part_count; i++)
		if ((i > 0 && !want(scan, ",")) || !read_value(scan, &scan->parser->part[i]))
			return false;
	return want(scan, ")");
}

/* [a.]"name" */
static bool read_column(struct scan *scan, struct cw_bytes *ret)
{
	(void)take(scan, "a.");
	return read_name(scan, ret);
}

static bool read_condition(struct scan *scan, struct cw_redo_stmt *stmt)
{
	struct cw_redo_part *part;

	if (take(scan, "ROWID = "))
		return read_string(scan, &stmt->rowid);
	part = add_part(scan->parser);
	part->is_where = true;
	if (!read_column(scan, &part->name))
		return false;
	if (take(scan, " IS NULL")) {
		part->literal = CW_REDO_NULL;
		return true;
	}
	return want(scan, " = ") && read_value(scan, part);
}

static bool read_where(struct scan *scan, struct cw_redo_stmt *stmt)
{
	if (!take(scan, " where "))
		return true;
	do {
		if (!read_condition(scan, stmt))
			return false;
	} while (take(scan, " and "));
	return true;
}

static bool read_update(struct scan *scan, struct cw_redo_stmt *stmt)
{
	stmt->kind = CW_UPDATE;
	if (!read_table(scan, stmt))
		return false;
	(void)take(scan, " a");
	if (!want(scan, " set "))
		return false;
	do {
		struct cw_redo_part *part = add_part(scan->parser);

		if (!read_column(scan, &part->name) || !want(scan, " = ") ||
		    !read_value(scan, part))
			return false;
	} while (take(scan, ", "));
	return read_where(scan, stmt);
}

static bool read_delete(struct scan *scan, struct cw_redo_stmt *stmt)
{
	stmt->kind = CW_DELETE;
	if (!read_table(scan, stmt))
		return false;
	(void)take(scan, " a");
	return read_where(scan, stmt);
}

static bool read_stmt(struct scan *scan, struct cw_redo_stmt *stmt)
{
	bool ok;

	if (take(scan, "insert into "))
		ok = read_insert(scan, stmt);
	else if (take(scan, "update "))
		ok = read_update(scan, stmt);
	else if (take(scan, "delete from "))
		ok = read_delete(scan, stmt);
	else
		return miss(scan, "insert, update or delete");
	if (!ok)
		return false;
	(void)take(scan, ";");
	return scan->at == scan->end || miss(scan, "the end");
}

bool cw_redo_split(struct cw_redo_parser *parser, struct cw_bytes text, struct cw_redo_stmt *ret,
		   struct cw_err *err)
{
	struct scan scan = { text.at, text.at, text.at + text.len, NULL, parser };

	*ret = (struct cw_redo_stmt){ 0 };
	parser->part_count = 0;
	if (text.len > TEXT_BYTES_MAX)
		return cw_fail(err, CW_ERR_LIMIT, 7201, "SQL_REDO of %zu bytes", text.len);
	if (!read_stmt(&scan, ret))
		return cw_fail(err, CW_ERR_DATA, 7201,
			       "SQL_REDO cannot be read: %s is missing at byte %zu of %zu",
			       scan.wanted, (size_t)(scan.at - scan.at0), text.len);
	ret->part = parser->part;
	ret->part_count = (uint32_t)parser->part_count;
	return true;
}

/* Bytes of a value: as many as its text has, three for two digits of a byte that becomes UTF-8, a moment's. */
static size_t value_room(size_t text_len)
{
	return text_len * 3 / 2 + 24;
}

/* Room that cannot move while values point into it: an upper bound for all parts. */
static void make_room(struct cw_redo_parser *parser, const struct cw_redo_stmt *stmt,
		      uint16_t columns)
{
	size_t bytes = 0;

	for (uint32_t i = 0; i < stmt->part_count; i++)
		bytes += value_room(stmt->part[i].text.len);
	if (bytes > parser->bytes_room) {
		free(parser->bytes);
		parser->bytes_room = bytes + bytes / 2;
		parser->bytes = malloc(parser->bytes_room);
	}
	if (2u * columns > parser->value_room) {
		free(parser->value);
		parser->value_room = 2u * columns;
		parser->value = calloc(parser->value_room, sizeof(*parser->value));
	}
	if ((bytes && !parser->bytes) || !parser->value)
		abort(); /* a bounded multiple of a text that is in memory already */
	parser->bytes_used = 0;
}

static bool same_text(struct cw_bytes bytes, const char *text)
{
	return bytes.len == strlen(text) && memcmp(bytes.at, text, bytes.len) == 0;
}

/* "OBJ# 74238" or "COL 12": the number behind @lead, or 0. */
static uint64_t number_behind(struct cw_bytes name, const char *lead)
{
	size_t len = strlen(lead);
	uint64_t value = 0;

	if (name.len <= len || name.len > len + 18 || memcmp(name.at, lead, len) != 0)
		return 0;
	for (size_t i = len; i < name.len; i++) {
		if (name.at[i] < '0' || name.at[i] > '9')
			return 0;
		value = value * 10 + name.at[i] - '0';
	}
	return value;
}

static bool is_column(const struct cw_column *column, enum cw_redo_mode mode, struct cw_bytes name,
		      uint64_t number)
{
	return mode == CW_REDO_RAW ? number && column->internal == number
				   : same_text(name, column->name);
}

/* Columns come in the table's order more often than not: look at @guess first. */
static int find_column(const struct cw_shape *shape, enum cw_redo_mode mode, struct cw_bytes name,
		       uint16_t guess)
{
	uint64_t number = mode == CW_REDO_RAW ? number_behind(name, "COL ") : 0;

	for (uint16_t i = 0; i < shape->column_count; i++) {
		uint16_t at = (uint16_t)((guess + i) % shape->column_count);

		if (is_column(&shape->column[at], mode, name, number))
			return at;
	}
	return -1;
}

static bool check_table(const struct cw_redo_stmt *stmt, enum cw_redo_mode mode,
			const struct cw_shape *shape, struct cw_err *err)
{
	bool same = mode == CW_REDO_RAW ? number_behind(stmt->table, "OBJ# ") == shape->object_id
					: same_text(stmt->owner, shape->owner) &&
						  same_text(stmt->table, shape->name);

	return same || cw_fail(err, CW_ERR_DATA, 7203,
			       "SQL_REDO is of \"%.*s\".\"%.*s\", the dictionary says %s.%s (%llu)",
			       (int)stmt->owner.len, (const char *)stmt->owner.at,
			       (int)stmt->table.len, (const char *)stmt->table.at, shape->owner,
			       shape->name, (unsigned long long)shape->object_id);
}

static bool is_text_type(uint8_t type)
{
	return type == CW_ORA_VARCHAR2 || type == CW_ORA_CHAR;
}

/* The masks that our own session settings can bring about, and none. */
static bool is_known_mask(struct cw_bytes mask)
{
	return mask.len == 0 || same_text(mask, "YYYY-MM-DD HH24:MI:SS") ||
	       same_text(mask, "SYYYY-MM-DD HH24:MI:SS") ||
	       same_text(mask, "YYYY-MM-DD HH24:MI:SS.FF9") ||
	       same_text(mask, "SYYYY-MM-DD HH24:MI:SS.FF9") ||
	       same_text(mask, "SYYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM");
}

static bool unfit(const struct cw_column *column, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 7202, "this form of value is not one of type %u",
		       column->ora_type);
}

/* A datetime or an interval: of the function that its type has, and no other. */
static bool convert_time(const struct cw_redo_part *part, const struct cw_column *column,
			 uint8_t *to, size_t *ret_len, struct cw_err *err)
{
	static const uint8_t type_of[] = { [CW_REDO_DATE] = CW_ORA_DATE,
					   [CW_REDO_TIMESTAMP] = CW_ORA_TIMESTAMP,
					   [CW_REDO_TIMESTAMP_TZ] = CW_ORA_TIMESTAMP_TZ,
					   [CW_REDO_TIMESTAMP_LTZ] = CW_ORA_TIMESTAMP_LTZ,
					   [CW_REDO_YM] = CW_ORA_INTERVAL_YM,
					   [CW_REDO_DS] = CW_ORA_INTERVAL_DS,
					   [CW_REDO_OTHER] = 0 };

	if (type_of[part->literal] == 0 || type_of[part->literal] != column->ora_type ||
	    !is_known_mask(part->mask))
		return unfit(column, err);
	switch (part->literal) {
	case CW_REDO_TIMESTAMP_TZ:
		return cw_redo_zoned(part->text, to, ret_len, err);
	case CW_REDO_YM:
		return cw_redo_ym(part->text, to, ret_len, err);
	case CW_REDO_DS:
		return cw_redo_ds(part->text, to, ret_len, err);
	default:
		return cw_redo_moment(part->text, part->literal != CW_REDO_DATE, to, ret_len, err);
	}
}

/* A value with a name and a type: one of the catalog's. */
static bool convert_typed(const struct cw_redo_part *part, const struct cw_column *column,
			  uint8_t *to, size_t *ret_len, struct cw_err *err)
{
	uint8_t type = column->ora_type;

	switch (part->literal) {
	case CW_REDO_STRING:
		if (type == CW_ORA_NUMBER)
			return cw_redo_number(part->text, to, ret_len, err);
		if (type == CW_ORA_BINARY_FLOAT || type == CW_ORA_BINARY_DOUBLE)
			return cw_redo_real(part->text, type == CW_ORA_BINARY_FLOAT, to, ret_len,
					    err);
		if (!is_text_type(type))
			return unfit(column, err);
		if (column->byte_length > QUOTES_DOUBLED_BYTES)
			return cw_fail(
				err, CW_ERR_CONFIG, 7204,
				"column %s holds up to %u bytes: quotes in it need not be doubled",
				column->name, column->byte_length);
		*ret_len = cw_redo_string(part->text, to);
		return true;
	case CW_REDO_NUMBER:
		return type == CW_ORA_NUMBER ? cw_redo_number(part->text, to, ret_len, err)
					     : unfit(column, err);
	case CW_REDO_HEX:
		return type == CW_ORA_RAW ? cw_redo_hex(part->text, to, ret_len, err)
					  : unfit(column, err);
	case CW_REDO_UNISTR:
		return is_text_type(type) ? cw_redo_unistr(part->text, to, ret_len, err)
					  : unfit(column, err);
	default:
		return convert_time(part, column, to, ret_len, err);
	}
}

static bool convert(struct cw_redo_parser *parser, enum cw_redo_mode mode,
		    const struct cw_redo_part *part, const struct cw_column *column,
		    struct cw_value *ret, struct cw_err *err)
{
	uint8_t *to = parser->bytes + parser->bytes_used;
	size_t len = 0;

	if (part->literal == CW_REDO_NULL) {
		*ret = (struct cw_value){ .state = CW_VALUE_NULL };
		return true;
	}
	if (mode == CW_REDO_RAW) {
		if (part->literal != CW_REDO_HEX)
			return unfit(column, err);
		if (!cw_redo_hex(part->text, to, &len, err) ||
		    (column->national && !cw_redo_national(to, part->text.len, &len, err)))
			return false;
		if (column->charset)
			len = cw_redo_stored(column->charset, to, len);
	} else if (!convert_typed(part, column, to, &len, err)) {
		return false;
	}
	assert(len <= value_room(part->text.len));
	parser->bytes_used += len;
	/* Oracle has no empty value: '' and HEXTORAW('') are NULL. */
	*ret = len ? cw_value_set((struct cw_bytes){ to, len })
		   : (struct cw_value){ .state = CW_VALUE_NULL };
	return true;
}

static void fill(struct cw_value *value, uint16_t count, enum cw_value_state state)
{
	for (uint16_t i = 0; i < count; i++)
		value[i] = (struct cw_value){ .state = (uint8_t)state };
}

#define NOT_YET 0xee /* reserved: no part has named this column */

static bool place_part(struct cw_redo_parser *parser, enum cw_redo_mode mode,
		       const struct cw_redo_part *part, const struct cw_shape *shape,
		       struct cw_row *row, uint16_t *guess, struct cw_err *err)
{
	int at = find_column(shape, mode, part->name, *guess);

	if (at < 0) {
		/* a hidden column that row archival adds: not data of the table */
		if (mode == CW_REDO_CATALOG && same_text(part->name, "ORA_ARCHIVE_STATE"))
			return true;
		return cw_fail(err, CW_ERR_DATA, 7203,
			       "SQL_REDO has a column \"%.*s\" that %s.%s has not",
			       (int)part->name.len, (const char *)part->name.at, shape->owner,
			       shape->name);
	}
	if (row->value[at].reserved != NOT_YET)
		return cw_fail(err, CW_ERR_DATA, 7201, "SQL_REDO names column %s.%s.%s twice",
			       shape->owner, shape->name, shape->column[at].name);
	if (!convert(parser, mode, part, &shape->column[at], &row->value[at], err))
		return cw_err_add(err, "value at byte %u of SQL_REDO, column %s.%s.%s",
				  part->offset, shape->owner, shape->name, shape->column[at].name);
	*guess = (uint16_t)(at + 1);
	return true;
}

static void mark_all(struct cw_value *value, uint16_t count, uint8_t mark)
{
	for (uint16_t i = 0; i < count; i++)
		value[i].reserved = mark;
}

bool cw_redo_change(struct cw_redo_parser *parser, enum cw_redo_mode mode,
		    const struct cw_redo_stmt *stmt, const struct cw_shape *shape,
		    struct cw_change *ret, struct cw_err *err)
{
	uint16_t count = shape->column_count, guess = 0;

	if (!check_table(stmt, mode, shape, err))
		return false;
	make_room(parser, stmt, count);
	*ret = (struct cw_change){ .kind = stmt->kind, .shape = shape };
	ret->before.value = parser->value;
	ret->after.value = parser->value + count;
	ret->before.count = stmt->kind == CW_INSERT ? 0 : count;
	ret->after.count = stmt->kind == CW_DELETE ? 0 : count;
	fill(ret->before.value, count, CW_VALUE_UNLOGGED);
	fill(ret->after.value, count, stmt->kind == CW_INSERT ? CW_VALUE_NULL : CW_VALUE_UNCHANGED);
	mark_all(parser->value, (uint16_t)(2 * count), NOT_YET);
	for (uint32_t i = 0; i < stmt->part_count; i++) {
		const struct cw_redo_part *part = &stmt->part[i];

		if (!place_part(parser, mode, part, shape,
				part->is_where ? &ret->before : &ret->after, &guess, err))
			return false;
	}
	mark_all(parser->value, (uint16_t)(2 * count), 0);
	if (stmt->rowid.len >= sizeof(ret->rowid))
		return cw_fail(err, CW_ERR_DATA, 7201, "ROWID of %zu bytes", stmt->rowid.len);
	if (stmt->rowid.len)
		memcpy(ret->rowid, stmt->rowid.at, stmt->rowid.len);
	return true;
}
