/*
 * logminer_text.c - SQL_REDO and SQL_UNDO of a row change
 *
 * Two ways to write the same change.  With DICT_FROM_ONLINE_CATALOG names and literals:
 *	insert into "DEBEZIUM"."TEST"("ID","NAME","TS","DATE") values
 *	('1','Acme',TO_TIMESTAMP('2020-02-01 00:00:00.'),TO_DATE('2020-02-01 00:00:00',
 *	'YYYY-MM-DD HH24:MI:SS'))		(Debezium, LogMinerDmlParserTest, DBZ-3078)
 * Without a dictionary object numbers and storage bytes:
 *	insert into "UNKNOWN"."OBJ# 74858"("COL 1") values (...)	(DBZ-3258)
 *	update ... set "COL 1" = HEXTORAW('c') where "COL 1" = HEXTORAW('a') and ... (DBZ-3401)
 * The tail `and ROWID = '...'` and its absence in SQL under NO_ROWID_IN_STMT: oracdc,
 * OraCdcLogMinerWorkerThread; compensation with a ROWID alone: Debezium, RollbackTest.
 */
#include "moment.h"

#include "codec/num.h"
#include "codec/real.h"
#include "model/shape.h"
#include "rehearsal/db_text.h"
#include "rehearsal/rowid.h"

#define COLUMNS_MAX  1000 /* of an Oracle table */
#define UNISTR_UNITS 512

#define LOB_IN_ROW_BYTES 3964u /* longer ones lie apart from their row */
#define LOB_WRITE_UNITS	 1024u
#define LOB_BUFFER_BYTES 6156u
#define LONG_TOLD_BYTES	 4000u /* longer ones have rows of their own */

struct mined_value {
	struct rh_msg_column head;
	const uint8_t *at;
};

struct mined_row {
	int old_count, new_count;
	struct mined_value *old, *new;
};

struct writer {
	StringInfo out;
	const struct rh_rec *rec;
	const struct mined_table *table;
	int options;
	bool is_undo;	 /* LOBs have their own: they are not set back by SQL */
	bool in_where;
	bool lobs_apart; /* EMPTY_CLOB() stands for what comes in rows of its own */
};

static const uint8_t *read_columns(const uint8_t *at, const uint8_t *end, int count,
				   struct mined_value *ret)
{
	for (int i = 0; i < count; i++) {
		if ((size_t)(end - at) < sizeof(ret[i].head))
			elog(ERROR, "a redo record is cut");
		memcpy(&ret[i].head, at, sizeof(ret[i].head));
		at += sizeof(ret[i].head);
		if ((size_t)(end - at) < ret[i].head.len)
			elog(ERROR, "a redo record is cut");
		ret[i].at = at;
		at += ret[i].head.len;
	}
	return at;
}

static void read_row(const struct rh_rec *rec, const uint8_t *body, struct mined_row *ret)
{
	const uint8_t *end = body + rh_rec_body_len(rec);

	if (rec->old_count > COLUMNS_MAX || rec->new_count > COLUMNS_MAX)
		elog(ERROR, "a redo record has too many columns");
	ret->old_count = rec->old_count;
	ret->new_count = rec->new_count;
	ret->old = palloc(sizeof(*ret->old) * (size_t)(rec->old_count + 1));
	ret->new = palloc(sizeof(*ret->new) * (size_t)(rec->new_count + 1));
	body = read_columns(body, end, ret->old_count, ret->old);
	(void)read_columns(body, end, ret->new_count, ret->new);
}

static bool is_set(const struct mined_value *value)
{
	return value->head.flags & RH_COLUMN_SET;
}

static bool is_same(const struct mined_value *a, const struct mined_value *b)
{
	return is_set(a) == is_set(b) && a->head.len == b->head.len &&
	       memcmp(a->at, b->at, a->head.len) == 0;
}

/* ---- values ------------------------------------------------------------------- */

static void put_hex(StringInfo out, const uint8_t *at, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	appendStringInfoString(out, "HEXTORAW('");
	for (size_t i = 0; i < len; i++) {
		appendStringInfoCharMacro(out, digits[at[i] >> 4]);
		appendStringInfoCharMacro(out, digits[at[i] & 15]);
	}
	appendStringInfoString(out, "')");
}

static void put_quoted(StringInfo out, const char *at, size_t len)
{
	appendStringInfoCharMacro(out, '\'');
	for (size_t i = 0; i < len; i++) {
		if (at[i] == '\'')
			appendStringInfoCharMacro(out, '\'');
		appendStringInfoCharMacro(out, at[i]);
	}
	appendStringInfoCharMacro(out, '\'');
}

/* Text of the database's character set: what is no character stays the byte it is (db_text.h). */
static void put_text(const struct writer *to, const struct mined_value *value)
{
	struct cw_bytes stored = { value->at, value->head.len };
	uint8_t *inside = palloc(RH_TEXT_GROWTH * stored.len + 1);
	size_t len = rh_text_from_stored(stored, inside);

	/* set 'C'est mon livre' where ... (Debezium, LogMinerDmlParserTest, DBZ-8200; where clauses double them, DBZ-2070) */
	if (value->head.flags & RH_COLUMN_EXTENDED && to->options & LOGMNR_BARE_QUOTES &&
	    !to->in_where)
		appendStringInfo(to->out, "'%.*s'", (int)len, (const char *)inside);
	else
		put_quoted(to->out, (const char *)inside, len);
	pfree(inside);
}

/* '1', '-3.14', '.5': no zero in front of the point (Debezium documentation, ROWS of LogMiner) */
static void put_number(StringInfo out, const struct mined_value *value)
{
	char text[256], *at = text;
	struct cw_err err;

	if (!cw_num_to_text((struct cw_bytes){ value->at, value->head.len }, text, &err))
		elog(ERROR, "%s", err.text);
	appendStringInfoCharMacro(out, '\'');
	if (*at == '-') {
		appendStringInfoCharMacro(out, '-');
		at++;
	}
	if (at[0] == '0' && at[1] == '.')
		at++;
	appendStringInfo(out, "%s'", at);
}

static struct cw_date date_of(const struct mined_value *value, size_t len)
{
	struct cw_date date;
	struct cw_err err;

	if (!cw_date_read((struct cw_bytes){ value->at, len }, &date, &err))
		elog(ERROR, "%s", err.text);
	return date;
}

/*
 * TO_DATE('2020-02-01 00:00:00', 'YYYY-MM-DD HH24:MI:SS'), and the others by the session's format alone;
 * a TIMESTAMP(0) ends in the point, whatever FF says: '2020-02-01 00:00:00.' (DBZ-3078)
 */
static void put_moment(StringInfo out, const struct mined_value *value, int scale)
{
	bool zoned = value->head.ora_type == CW_ORA_TIMESTAMP_TZ;
	bool is_date = value->head.ora_type == CW_ORA_DATE;
	struct cw_date date = zoned ? zoned_read(value->at) : date_of(value, value->head.len);

	appendStringInfoString(out, zoned     ? "TO_TIMESTAMP_TZ('"
				    : is_date ? "TO_DATE('"
				    : value->head.ora_type == CW_ORA_TIMESTAMP_LTZ
					    ? "TO_TIMESTAMP_LTZ('"
					    : "TO_TIMESTAMP('");
	mask_put(out,
		 zoned	   ? nls_timestamp_tz_format
		 : is_date ? nls_date_format
			   : nls_timestamp_format,
		 &date, zoned ? value->at + STAMP_BYTES : NULL, is_date ? 0 : scale, scale);
	if (is_date)
		appendStringInfo(out, "', '%s')", nls_date_format);
	else
		appendStringInfoString(out, "')");
}

/* '1.5E+000', 'Nan', 'Inf' (oracle-cdc's list of literal forms, [K]; A-320) */
static void put_real(StringInfo out, const struct mined_value *value)
{
	uint8_t ieee[8];
	uint64_t bits = 0;
	char text[REAL_TEXT_BYTES];

	if (value->head.len != 4 && value->head.len != 8)
		elog(ERROR, "a binary float has %u bytes", value->head.len);
	cw_real_from_ora(value->at, value->head.len, ieee);
	for (uint32_t i = 0; i < value->head.len; i++)
		bits = bits << 8 | ieee[i];
	if (value->head.len == 4) {
		uint32_t half = (uint32_t)bits;
		float number;

		memcpy(&number, &half, sizeof(number));
		real_text((double)number, true, text);
	} else {
		double number;

		memcpy(&number, &bits, sizeof(number));
		real_text(number, false, text);
	}
	appendStringInfo(out, "'%s'", text);
}

/* UNISTR('\0412\0435'): letters of ASCII as they are, runs of UNISTR_UNITS joined by || (A-321) */
static void put_unistr(StringInfo out, const struct mined_value *value)
{
	for (uint32_t i = 0; i + 1 < value->head.len; i += 2) {
		unsigned unit = (unsigned)value->at[i] << 8 | value->at[i + 1];
		bool low = (unit & 0xfc00) == 0xdc00;

		if (i == 0)
			appendStringInfoString(out, "UNISTR('");
		else if (i / 2 % UNISTR_UNITS == 0 && !low)
			appendStringInfoString(out, "') || UNISTR('");
		if (unit == '\'' || unit == '\\')
			appendStringInfoChar(out, (char)unit);
		if (unit >= 0x20 && unit < 0x7f)
			appendStringInfoChar(out, (char)unit);
		else
			appendStringInfo(out, "\\%04X", unit);
	}
	appendStringInfoString(out, "')");
}

static int64_t excess(const uint8_t *at)
{
	return (int64_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
			 at[3]) -
	       INT64_C(0x80000000);
}

/* TO_DSINTERVAL('-001 02:03:04.56'), TO_YMINTERVAL('-03-06') */
static void put_interval(StringInfo out, const struct mined_value *value)
{
	const uint8_t *at = value->at;
	long first = (long)excess(at);

	if (value->head.ora_type == CW_ORA_INTERVAL_YM) {
		appendStringInfo(out, "TO_YMINTERVAL('%c%02ld-%02d')",
				 first < 0 || at[4] < 60 ? '-' : '+', labs(first), abs(at[4] - 60));
		return;
	}
	appendStringInfo(out, "TO_DSINTERVAL('%c%03ld %02d:%02d:%02d.%09ld')",
			 first < 0 || at[4] < 60 || at[5] < 60 || at[6] < 60 || excess(at + 7) < 0
				 ? '-'
				 : '+',
			 labs(first), abs(at[4] - 60), abs(at[5] - 60), abs(at[6] - 60),
			 labs((long)excess(at + 7)));
}

static void put_literal(const struct writer *to, const struct mined_value *value)
{
	StringInfo out = to->out;
	int scale = to->table->scale[value->head.internal - 1];

	if (value->head.flags & RH_COLUMN_NATIONAL) {
		put_unistr(out, value);
		return;
	}
	switch (value->head.ora_type) {
	case CW_ORA_NUMBER:
		put_number(out, value);
		break;
	case CW_ORA_DATE:
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_LTZ:
	case CW_ORA_TIMESTAMP_TZ:
		put_moment(out, value, scale);
		break;
	case CW_ORA_BINARY_FLOAT:
	case CW_ORA_BINARY_DOUBLE:
		put_real(out, value);
		break;
	case CW_ORA_INTERVAL_YM:
	case CW_ORA_INTERVAL_DS:
		put_interval(out, value);
		break;
	case CW_ORA_BOOLEAN: /* */
		appendStringInfoString(out, *value->at ? "TRUE" : "FALSE");
		break;
	case CW_ORA_RAW:
	case CW_ORA_LONG_RAW:
		put_hex(out, value->at, value->head.len);
		break;
	default:
		put_text(to, value);
	}
}

static bool has_names(const struct writer *to)
{
	return to->table && to->table->known;
}

static bool is_lob(const struct mined_value *value)
{
	return rh_is_lob(value->head.ora_type);
}

static bool is_clob(const struct mined_value *value)
{
	return value->head.ora_type == CW_ORA_CLOB;
}

/* UTF-16 units of @len bytes of UTF-8. */
static uint32_t units_of(const uint8_t *at, size_t len)
{
	uint32_t units = 0;

	for (size_t i = 0; i < len; i++)
		units += ((at[i] & 0xc0) != 0x80) + (at[i] >= 0xf0);
	return units;
}

/* Does it lie in its row?  A CLOB as UTF-16. */
static bool is_in_row(const struct mined_value *value)
{
	size_t len =
		is_clob(value) ? 2 * (size_t)units_of(value->at, value->head.len) : value->head.len;

	return len <= LOB_IN_ROW_BYTES;
}

static bool is_xml(const struct mined_value *value)
{
	return value->head.ora_type == CW_ORA_OBJECT;
}

/* In a statement nothing, for its document comes apart. */
static void put_xml(const struct writer *to, const struct mined_value *value)
{
	if (to->lobs_apart) {
		appendStringInfoString(to->out, "NULL");
		return;
	}
	appendStringInfoString(to->out, "XMLType(");
	put_quoted(to->out, (const char *)value->at, value->head.len);
	appendStringInfoChar(to->out, ')');
}

/* In a statement: EMPTY_CLOB() where its content comes apart. */
static void put_lob(const struct writer *to, const struct mined_value *value)
{
	if (value->head.len == 0 || (to->lobs_apart && !is_in_row(value)) ||
	    (to->lobs_apart && to->rec->op == RH_OP_INSERT))
		appendStringInfoString(to->out, value->head.ora_type == CW_ORA_JSON
							? "/* JSON */ EMPTY_BLOB()"
						: is_clob(value) ? "EMPTY_CLOB()"
								 : "EMPTY_BLOB()");
	else if (is_clob(value))
		put_quoted(to->out, (const char *)value->at, value->head.len);
	else
		put_hex(to->out, value->at, value->head.len);
}

static bool is_long(const struct mined_value *value)
{
	return value->head.ora_type == CW_ORA_LONG || value->head.ora_type == CW_ORA_LONG_RAW;
}

static bool is_long_apart(const struct writer *to, const struct mined_value *value)
{
	return is_long(value) && value->head.len > LONG_TOLD_BYTES &&
	       to->options & LOGMNR_LONGS_APART;
}

static void put_value(const struct writer *to, const struct mined_value *value)
{
	if (!is_set(value))
		appendStringInfoString(to->out, "NULL");
	else if (is_xml(value))
		put_xml(to, value);
	else if (is_lob(value))
		put_lob(to, value);
	else if (is_long_apart(to, value))
		appendStringInfoString(to->out, "'LONG DATA'");
	else if (has_names(to))
		put_literal(to, value);
	else
		put_hex(to->out, value->at, value->head.len);
}

/* ---- names --------------------------------------------------------------------- */

static void put_table(const struct writer *to)
{
	if (to->table && to->table->name)
		appendStringInfo(to->out, "\"%s\".\"%s\"", to->table->owner, to->table->name);
	else
		appendStringInfo(to->out, "\"UNKNOWN\".\"OBJ# %u\"", to->rec->object);
}

static void put_name(const struct writer *to, const struct mined_value *value)
{
	if (has_names(to))
		appendStringInfo(to->out, "\"%s\"", to->table->column[value->head.internal - 1]);
	else
		appendStringInfo(to->out, "\"COL %u\"", value->head.internal);
}

/* ---- clauses -------------------------------------------------------------------- */

static void put_predicate(const struct writer *from, const struct mined_value *value, bool *first)
{
	struct writer predicate = *from, *to = &predicate;

	to->in_where = true;
	appendStringInfoString(to->out, *first ? " where " : " and ");
	*first = false;
	put_name(to, value);
	if (!is_set(value)) {
		appendStringInfoString(to->out, " IS NULL");
		return;
	}
	appendStringInfoString(to->out, " = ");
	put_value(to, value);
}

/* What was logged beside the change decides which columns are there. */
static bool is_logged(const struct writer *to, const struct mined_value *value,
		      const struct mined_value *other)
{
	if (is_lob(value)) /* never logged beside a change */
		return false;
	if (is_long(value))
		return !other || !is_same(value, other);
	return to->rec->supplemental & RH_LOG_ALL || !other || !is_same(value, other) ||
	       (to->rec->supplemental & RH_LOG_PK && value->head.flags & RH_COLUMN_KEY);
}

static void put_where(const struct writer *to, const struct mined_value *value,
		      const struct mined_value *other, int count)
{
	char row_id[19];
	bool first = true;

	bool by_rowid = to->rec->rollback && !(to->options & LOGMNR_KEYED_ROLLBACK);

	for (int i = 0; i < count && !by_rowid; i++) {
		if (is_logged(to, &value[i], other ? &other[i] : NULL))
			put_predicate(to, &value[i], &first);
	}
	if (to->options & LOGMNR_NO_ROWID_IN_STMT)
		return;
	text_rowid(to->rec->object, to->rec->row_id, row_id);
	appendStringInfo(to->out, "%s ROWID = '%s'", first ? " where" : " and", row_id);
}

static void put_insert(const struct writer *to, const struct mined_value *value, int count)
{
	/* trailing NULLs are not stored in a row, without a dictionary nobody knows of them */
	while (!to->table && count > 1 && !is_set(&value[count - 1]))
		count--;
	appendStringInfoString(to->out, "insert into ");
	put_table(to);
	for (int i = 0; i < count; i++) {
		appendStringInfoChar(to->out, i == 0 ? '(' : ',');
		put_name(to, &value[i]);
	}
	appendStringInfoString(to->out, ") values ");
	for (int i = 0; i < count; i++) {
		appendStringInfoChar(to->out, i == 0 ? '(' : ',');
		put_value(to, &value[i]);
	}
	appendStringInfoChar(to->out, ')');
}

static void put_delete(const struct writer *to, const struct mined_value *value, int count)
{
	appendStringInfoString(to->out, "delete from ");
	put_table(to);
	put_where(to, value, NULL, count);
}

static void put_update(const struct writer *to, const struct mined_value *from,
		       const struct mined_value *into, int count)
{
	bool first = true, any = false;
	int began = to->out->len;

	for (int i = 0; i < count; i++)
		any = any || !is_same(&from[i], &into[i]);
	appendStringInfoString(to->out, "update ");
	put_table(to);
	for (int i = 0; i < count; i++) {
		bool same = is_same(&from[i], &into[i]);

		if ((same && (any || is_lob(&into[i]))) ||
		    (is_lob(&into[i]) && to->is_undo && to->lobs_apart))
			continue;
		appendStringInfoString(to->out, first ? " set " : ", ");
		first = false;
		put_name(to, &into[i]);
		appendStringInfoString(to->out, " = ");
		put_value(to, &into[i]);
	}
	if (first) { /* nothing but LOBs, which are not set back so */
		to->out->len = began;
		to->out->data[began] = '\0';
		return;
	}
	put_where(to, from, into, count);
}

static void put_statement(const struct writer *to, int op, const struct mined_row *row)
{
	if (op == RH_OP_INSERT)
		put_insert(to, row->new, row->new_count);
	else if (op == RH_OP_DELETE)
		put_delete(to, row->old, row->old_count);
	else
		put_update(to, row->old, row->new, Min(row->old_count, row->new_count));
	if (to->out->len > 0 && !(to->options & LOGMNR_NO_SQL_DELIMITER))
		appendStringInfoChar(to->out, ';');
}

void text_rowid(uint32_t object, uint64_t row_id, char ret[19])
{
	rh_rowid_text(object, row_id, ret);
}

static bool changes_long(const struct mined_row *row)
{
	for (int i = 0; i < Min(row->old_count, row->new_count); i++)
		if (is_long(&row->new[i]) && !is_same(&row->old[i], &row->new[i]))
			return true;
	return false;
}

void text_of_row(const struct rh_rec *rec, const uint8_t *body, const struct mined_table *table,
		 int options, struct mined_text *ret)
{
	struct writer to = { .out = &ret->redo,
			     .rec = rec,
			     .table = table,
			     .options = options,
			     .is_undo = rec->rollback,
			     .lobs_apart = options & LOGMNR_LOBS_APART };
	struct mined_row row, back;

	read_row(rec, body, &row);
	initStringInfo(&ret->redo);
	initStringInfo(&ret->undo);
	put_statement(&to, rec->op, &row);
	ret->sets_long =
		rec->op == RH_OP_UPDATE && options & LOGMNR_LONGS_APART && changes_long(&row);
	if (rec->rollback)
		return; /* undoing an undo: SQL_UNDO is NULL */
	back = (struct mined_row){ row.new_count, row.old_count, row.new, row.old };
	to.out = &ret->undo;
	to.is_undo = true;
	put_statement(&to,
		      rec->op == RH_OP_INSERT	? RH_OP_DELETE
		      : rec->op == RH_OP_DELETE ? RH_OP_INSERT
						: RH_OP_UPDATE,
		      &back);
}

/* ---- LOBs: rows of their own --------------------------------------------------------- */

static struct mined_lob *new_row(List **rows, int op)
{
	struct mined_lob *row = palloc(sizeof(*row));

	row->op = op;
	initStringInfo(&row->text);
	*rows = lappend(*rows, row);
	return row;
}

static const char *locator_name(const struct mined_value *value)
{
	return !is_clob(value) ? "b" : value->head.flags & RH_COLUMN_NATIONAL ? "nc" : "c";
}

static bool has_key(const struct mined_row *row)
{
	for (int i = 0; i < row->new_count; i++)
		if (row->new[i].head.flags & RH_COLUMN_KEY)
			return true;
	return false;
}

/* Its row: found by its key, else by ROWID. */
static void put_place(const struct writer *to, const struct mined_row *row, bool *first)
{
	char row_id[19];

	for (int i = 0; i < row->new_count; i++)
		if (row->new[i].head.flags & RH_COLUMN_KEY)
			put_predicate(to, &row->new[i], first);
	if (has_key(row))
		return;
	text_rowid(to->rec->object, to->rec->row_id, row_id);
	appendStringInfo(to->out, " where ROWID = '%s'", row_id);
}

/* Where the LOB lies. */
static void put_locator(struct writer to, List **rows, const struct mined_row *row,
			const struct mined_value *value)
{
	bool first = true;

	to.out = &new_row(rows, RH_OP_SELECT_LOB_LOCATOR)->text;
	appendStringInfo(to.out,
			 "DECLARE \n loc_c CLOB; \n buf_c VARCHAR2(%u); \n loc_b BLOB; \n "
			 "buf_b RAW(%u); \n loc_nc NCLOB; \n buf_nc NVARCHAR2(%u); \n"
			 " e_len NUMBER; \nBEGIN\n select ",
			 LOB_BUFFER_BYTES, LOB_BUFFER_BYTES, LOB_BUFFER_BYTES);
	put_name(&to, value);
	appendStringInfo(to.out, " into loc_%s from ", locator_name(value));
	put_table(&to);
	put_place(&to, row, &first);
	appendStringInfoString(to.out, " for update;\n");
}

/* At most @max bytes at @at, in whole characters. */
static size_t piece_bytes(const struct mined_value *value, size_t at, size_t end, size_t max)
{
	size_t len = end - at < max ? end - at : max;

	while ((is_clob(value) || is_xml(value) || value->head.ora_type == CW_ORA_LONG) &&
	       at + len < end && (value->at[at + len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* Bytes @from to @end of it, in pieces; places count in units. */
static void put_writes(struct writer to, List **rows, const struct mined_value *value, size_t from,
		       size_t end)
{
	uint32_t place = 1 + (is_clob(value) ? units_of(value->at, from) : (uint32_t)from);
	const char *name = locator_name(value);

	for (size_t at = from, len; at < end; at += len) {
		uint32_t units;

		len = piece_bytes(value, at, end, LOB_WRITE_UNITS);
		units = is_clob(value) ? units_of(value->at + at, len) : (uint32_t)len;
		to.out = &new_row(rows, RH_OP_LOB_WRITE)->text;
		appendStringInfo(to.out, " buf_%s := ", name);
		if (is_clob(value))
			put_quoted(to.out, (const char *)value->at + at, len);
		else
			put_hex(to.out, value->at + at, len);
		appendStringInfo(to.out, "; \n  dbms_lob.write(loc_%s, %u, %u, buf_%s);\n", name,
				 units, place, name);
		place += units;
	}
}

/* Through a locator: from the first byte that differs to the last; or cut. */
static void put_difference(struct writer to, List **rows, const struct mined_value *old,
			   const struct mined_value *new)
{
	size_t from = 0, end = new->head.len, shorter = Min(old->head.len, new->head.len);
	const char *name = locator_name(new);

	while (from < shorter && old->at[from] == new->at[from])
		from++;
	while (is_clob(new) && from > 0 && from < new->head.len && (new->at[from] & 0xc0) == 0x80)
		from--;
	if (old->head.len == new->head.len)
		while (end > from && old->at[end - 1] == new->at[end - 1])
			end--;
	while (is_clob(new) && end < new->head.len && (new->at[end] & 0xc0) == 0x80)
		end++;
	put_writes(to, rows, new, from, end);
	if (new->head.len >= old->head.len)
		return;
	to.out = &new_row(rows, RH_OP_LOB_TRIM)->text;
	appendStringInfo(to.out, "  dbms_lob.trim(loc_%s, %u);\n", name,
			 is_clob(new) ? units_of(new->at, new->head.len) : new->head.len);
}

/* An INSERT says EMPTY_CLOB() of what lies in its row, too; then an UPDATE sets it. */
static void put_in_row(struct writer to, List **rows, const struct mined_row *row,
		       const struct mined_value *value)
{
	to.out = &new_row(rows, RH_OP_UPDATE)->text;
	appendStringInfoString(to.out, "update ");
	put_table(&to);
	appendStringInfoString(to.out, " set ");
	put_name(&to, value);
	appendStringInfoString(to.out, " = ");
	to.lobs_apart = false;
	put_lob(&to, value);
	put_where(&to, row->new, row->new, row->new_count);
	if (!(to.options & LOGMNR_NO_SQL_DELIMITER))
		appendStringInfoChar(to.out, ';');
}

/* A short document is text with its length, one that lies apart from its row storage bytes: Debezium, XmlWriteParser. */
static void put_document_piece(StringInfo out, const struct mined_value *value, size_t at,
			       size_t len)
{
	appendStringInfoString(out, "XML_REDO := ");
	if (value->head.len <= LOB_IN_ROW_BYTES)
		appendStringInfo(out, "'%.*s'", (int)len, (const char *)value->at + at);
	else
		put_hex(out, value->at + at, len);
	appendStringInfo(out, ":%zu", len);
}

/* Which document, its text in pieces, and its end, as of binary storage: Debezium, XmlBeginParserTest. */
static void put_document(struct writer to, List **rows, const struct mined_row *row,
			 const struct mined_value *value)
{
	size_t piece = value->head.len <= LOB_IN_ROW_BYTES ? LOB_IN_ROW_BYTES : LOB_WRITE_UNITS;
	bool first = true;

	to.out = &new_row(rows, RH_OP_XML_DOC_BEGIN)->text;
	appendStringInfoString(to.out, "XML DOC BEGIN:  select ");
	put_name(&to, value);
	appendStringInfoString(to.out, " from ");
	put_table(&to);
	put_place(&to, row, &first);
	for (size_t at = 0, len; at < value->head.len; at += len) {
		len = piece_bytes(value, at, value->head.len, piece);
		put_document_piece(&new_row(rows, RH_OP_XML_DOC_WRITE)->text, value, at, len);
	}
	(void)new_row(rows, RH_OP_XML_DOC_END);
}

size_t lob_bytes(const struct rh_rec *rec, const uint8_t *body)
{
	struct mined_row row;
	size_t bytes = 0;

	read_row(rec, body, &row);
	for (int i = 0; i < row.old_count; i++)
		bytes += is_lob(&row.old[i]) ? row.old[i].head.len : 0;
	for (int i = 0; i < row.new_count; i++)
		bytes += is_lob(&row.new[i]) ? row.new[i].head.len : 0;
	return bytes;
}

/* The rows of one LOB, or of a document. */
static void put_apart(struct writer to, List **rows, const struct mined_row *row,
		      const struct mined_value *old, const struct mined_value *new)
{
	if (is_xml(new)) {
		put_document(to, rows, row, new);
		return;
	}
	if (is_in_row(new)) {
		if (to.rec->op == RH_OP_INSERT && new->head.len > 0)
			put_in_row(to, rows, row, new);
		return;
	}
	put_locator(to, rows, row, new);
	if (to.rec->supplemental & RH_LOG_BY_LOCATOR && old)
		put_difference(to, rows, old, new);
	else
		put_writes(to, rows, new, 0, new->head.len);
}

/* A LONG in pieces, which name neither column nor row. */
static void put_long(struct writer to, List **rows, const struct mined_value *value)
{
	for (size_t at = 0, len; at < value->head.len; at += len) {
		StringInfo piece = &new_row(rows, RH_OP_LONG_DATA)->text;

		len = piece_bytes(value, at, value->head.len, LOB_WRITE_UNITS);
		if (value->head.ora_type == CW_ORA_LONG)
			put_quoted(piece, (const char *)value->at + at, len);
		else
			put_hex(piece, value->at + at, len);
	}
}

List *text_of_lobs(const struct rh_rec *rec, const uint8_t *body, const struct mined_table *table,
		   int options)
{
	struct writer to = { .rec = rec,
			     .table = table,
			     .options = options,
			     .lobs_apart = options & LOGMNR_LOBS_APART };
	List *rows = NIL;
	struct mined_row row;

	if (rec->rollback || (rec->op != RH_OP_INSERT && rec->op != RH_OP_UPDATE))
		return NIL;
	read_row(rec, body, &row);
	for (int i = 0; i < row.new_count; i++) {
		const struct mined_value *new = &row.new[i];
		const struct mined_value *old = i < row.old_count ? &row.old[i] : NULL;

		if (!is_set(new) || (old && is_same(old, new)))
			continue;
		if (is_long_apart(&to, new))
			put_long(to, &rows, new);
		else if (is_lob(new) && to.lobs_apart)
			put_apart(to, &rows, &row, old, new);
	}
	return rows;
}
