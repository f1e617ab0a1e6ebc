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
#include "logminer_row.h"

#include "rehearsal/rowid.h"

#define COLUMNS_MAX 1000 /* of an Oracle table */

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

void read_row(const struct rh_rec *rec, const uint8_t *body, struct mined_row *ret)
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

void put_lob(const struct writer *to, const struct mined_value *value)
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
	else if (is_wide_apart(to, value))
		appendStringInfoString(to->out, "'LM_EMPTY_STRING'");
	else if (has_names(to))
		put_literal(to, value);
	else
		put_hex(to->out, value->at, value->head.len);
}

/* ---- names --------------------------------------------------------------------- */

void put_table(const struct writer *to)
{
	if (to->table && to->table->name)
		appendStringInfo(to->out, "\"%s\".\"%s\"", to->table->owner, to->table->name);
	else
		appendStringInfo(to->out, "\"UNKNOWN\".\"OBJ# %u\"",
				 rh_row_object(to->rec->object, to->rec->row_id));
}

void put_name(const struct writer *to, const struct mined_value *value)
{
	if (has_names(to))
		appendStringInfo(to->out, "\"%s\"", to->table->column[value->head.internal - 1]);
	else
		appendStringInfo(to->out, "\"COL %u\"", value->head.internal);
}

/* ---- clauses -------------------------------------------------------------------- */

void put_predicate(const struct writer *from, const struct mined_value *value, bool *first)
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
	if (is_lob(value) || is_extended(to, value)) /* never logged beside a change */
		return false;
	if (is_long(value))
		return !other || !is_same(value, other);
	return to->rec->supplemental & RH_LOG_ALL || !other || !is_same(value, other) ||
	       (to->rec->supplemental & RH_LOG_PK && value->head.flags & RH_COLUMN_KEY);
}

void put_where(const struct writer *to, const struct mined_value *value,
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

		if ((same && (any || is_lob(&into[i]) || is_long(&into[i]))) ||
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
