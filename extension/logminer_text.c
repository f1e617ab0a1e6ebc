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
#include "causeway_redo.h"

#include "codec/date.h"
#include "codec/num.h"
#include "model/shape.h"
#include "rehearsal/rowid.h"

#define COLUMNS_MAX 1000 /* of an Oracle table */

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

static const char *const months[] = { "JAN", "FEB", "MAR", "APR", "MAY", "JUN",
				      "JUL", "AUG", "SEP", "OCT", "NOV", "DEC" };

/* One element of a datetime format; returns how long its name is, 0 if it is none. */
static int put_element(StringInfo out, const char *format, const struct cw_date *date, int scale)
{
	int year = date->year < 0 ? -date->year : date->year;
	int hour12 = date->hour % 12 == 0 ? 12 : date->hour % 12;

#define ELEMENT(name, ...)                                                                         \
	if (pg_strncasecmp(format, name, sizeof(name) - 1) == 0) {                                 \
		appendStringInfo(out, __VA_ARGS__);                                                \
		return (int)sizeof(name) - 1;                                                      \
	}
	ELEMENT("SYYYY", "%s%04d", date->year < 0 ? "-" : " ", year)
	ELEMENT("YYYY", "%04d", year)
	ELEMENT("RRRR", "%04d", year)
	ELEMENT("RR", "%02d", year % 100)
	ELEMENT("YY", "%02d", year % 100)
	ELEMENT("MON", "%s", months[date->month - 1])
	ELEMENT("MM", "%02d", date->month)
	ELEMENT("DD", "%02d", date->day)
	ELEMENT("HH24", "%02d", date->hour)
	ELEMENT("HH12", "%02d", hour12)
	ELEMENT("HH", "%02d", hour12)
	ELEMENT("MI", "%02d", date->minute)
	ELEMENT("SS", "%02d", date->second)
	ELEMENT("AM", "%s", date->hour < 12 ? "AM" : "PM")
	ELEMENT("PM", "%s", date->hour < 12 ? "AM" : "PM")
	ELEMENT("X", ".")
#undef ELEMENT
	if (pg_strncasecmp(format, "FF", 2) == 0) {
		bool sized = format[2] >= '1' && format[2] <= '9';
		char digits[16];
		int wanted = sized ? format[2] - '0' : 9;

		snprintf(digits, sizeof(digits), "%09d", date->nanos);
		/* a TIMESTAMP(0) ends in the point: '2020-02-01 00:00:00.' (DBZ-3078) */
		digits[scale < wanted ? scale : wanted] = '\0';
		appendStringInfoString(out, digits);
		return sized ? 3 : 2;
	}
	return 0;
}

static void put_date(StringInfo out, const struct mined_value *value, const char *format, int scale)
{
	struct cw_date date;
	struct cw_err err;

	if (!cw_date_read((struct cw_bytes){ value->at, value->head.len }, &date, &err))
		elog(ERROR, "%s", err.text);
	appendStringInfoCharMacro(out, '\'');
	while (*format) {
		int len = put_element(out, format, &date, scale);

		if (len == 0) {
			appendStringInfoCharMacro(out, *format);
			len = 1;
		}
		format += len;
	}
	appendStringInfoCharMacro(out, '\'');
}

static void put_literal(const struct writer *to, const struct mined_value *value)
{
	StringInfo out = to->out;
	int scale = to->table->scale[value->head.internal - 1];

	switch (value->head.ora_type) {
	case CW_ORA_NUMBER:
		put_number(out, value);
		break;
	case CW_ORA_DATE:
		appendStringInfoString(out, "TO_DATE(");
		put_date(out, value, nls_date_format, 0);
		appendStringInfo(out, ", '%s')", nls_date_format);
		break;
	case CW_ORA_TIMESTAMP:
		appendStringInfoString(out, "TO_TIMESTAMP(");
		put_date(out, value, nls_timestamp_format, scale);
		appendStringInfoChar(out, ')');
		break;
	case CW_ORA_RAW:
		put_hex(out, value->at, value->head.len);
		break;
	default:
		put_quoted(out, (const char *)value->at, value->head.len);
	}
}

static bool has_names(const struct writer *to)
{
	return to->table && to->table->known;
}

static void put_value(const struct writer *to, const struct mined_value *value)
{
	if (!is_set(value))
		appendStringInfoString(to->out, "NULL");
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

static void put_predicate(const struct writer *to, const struct mined_value *value, bool *first)
{
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

	for (int i = 0; i < count; i++)
		any = any || !is_same(&from[i], &into[i]);
	appendStringInfoString(to->out, "update ");
	put_table(to);
	for (int i = 0; i < count; i++) {
		if (any && is_same(&from[i], &into[i]))
			continue;
		appendStringInfoString(to->out, first ? " set " : ", ");
		first = false;
		put_name(to, &into[i]);
		appendStringInfoString(to->out, " = ");
		put_value(to, &into[i]);
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
	if (!(to->options & LOGMNR_NO_SQL_DELIMITER))
		appendStringInfoChar(to->out, ';');
}

void text_rowid(uint32_t object, uint64_t row_id, char ret[19])
{
	rh_rowid_text(object, row_id, ret);
}

void text_of_row(const struct rh_rec *rec, const uint8_t *body, const struct mined_table *table,
		 int options, struct mined_text *ret)
{
	struct writer to = { .out = &ret->redo, .rec = rec, .table = table, .options = options };
	struct mined_row row, back;

	read_row(rec, body, &row);
	initStringInfo(&ret->redo);
	initStringInfo(&ret->undo);
	put_statement(&to, rec->op, &row);
	if (rec->rollback)
		return; /* undoing an undo: SQL_UNDO is NULL */
	back = (struct mined_row){ row.new_count, row.old_count, row.new, row.old };
	to.out = &ret->undo;
	put_statement(&to,
		      rec->op == RH_OP_INSERT	? RH_OP_DELETE
		      : rec->op == RH_OP_DELETE ? RH_OP_INSERT
						: RH_OP_UPDATE,
		      &back);
}
