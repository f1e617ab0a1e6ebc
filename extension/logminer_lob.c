/*
 * logminer_lob.c - rows of LogMiner that a LOB, a document or a long LONG has beside its change's own
 *
 * Sources	Debezium, SelectLobParserTest, LobWriteParser, XmlBeginParserTest
 */
#include "logminer_row.h"

#define LOB_WRITE_UNITS	 1024u
#define LOB_BUFFER_BYTES 6156u

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

	while ((is_clob(value) || is_xml(value) || value->head.ora_type == CW_ORA_LONG ||
		value->head.ora_type == CW_ORA_VARCHAR2) &&
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

size_t apart_bytes(const struct rh_rec *rec, const uint8_t *body, bool lobs_apart)
{
	struct mined_row row;
	size_t bytes = 0;

	read_row(rec, body, &row);
	for (int i = 0; lobs_apart && i < row.old_count; i++)
		bytes += is_lob(&row.old[i]) ? row.old[i].head.len : 0;
	for (int i = 0; lobs_apart && i < row.new_count; i++)
		bytes += is_lob(&row.new[i]) ? row.new[i].head.len : 0;
	for (int i = 0; i < Min(row.old_count, row.new_count); i++)
		bytes += is_long(&row.new[i]) && is_same(&row.old[i], &row.new[i])
				 ? 2 * row.new[i].head.len
				 : 0;
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

/* Its text, or without names its bytes. */
static void put_wide_pieces(bool as_text, List **rows, const struct mined_value *value)
{
	struct cw_bytes stored = { value->at, value->head.len };
	uint8_t *inside = palloc(RH_TEXT_GROWTH * stored.len + 1);
	struct mined_value text = *value;

	if (as_text) {
		text.head.len = (uint32_t)rh_text_from_stored(stored, inside);
		text.at = inside;
	}
	for (size_t at = 0, len; at < text.head.len; at += len) {
		StringInfo piece = &new_row(rows, RH_OP_32K_WRITE)->text;

		len = piece_bytes(&text, at, text.head.len, LOB_WRITE_UNITS);
		appendStringInfoString(piece, "  buf_c := ");
		if (as_text)
			appendStringInfo(piece, "'%.*s'", (int)len, (const char *)text.at + at);
		else
			put_hex(piece, text.at + at, len);
		appendStringInfo(piece, "; \n  DBMS_LOB.WriteAppend(TempLob, %u, buf_c);",
				 as_text ? units_of(text.at + at, len) : (unsigned)len);
	}
}

/* A block that sets the column, of which the text comes in pieces: Debezium, ExtendedStringParserTest. */
static void put_wide(struct writer to, List **rows, const struct mined_row *row,
		     const struct mined_value *value)
{
	StringInfoData update;
	bool first = true;

	initStringInfo(&update);
	to.out = &update;
	appendStringInfoString(to.out, "update ");
	put_table(&to);
	appendStringInfoString(to.out, " set ");
	put_name(&to, value);
	appendStringInfo(to.out, " = :COL%u", value->head.internal);
	put_place(&to, row, &first);
	to.out = &new_row(rows, RH_OP_32K_BEGIN)->text;
	appendStringInfoString(to.out, "DECLARE\n TempLob CLOB;\n buf_c   VARCHAR2(32767);\n Stmt    "
				       "CLOB;\nBEGIN\n DBMS_LOB.CreateTemporary(TempLob, FALSE);\n "
				       "Stmt := ");
	appendStringInfoChar(&update, ';');
	put_quoted(to.out, update.data, (size_t)update.len);
	appendStringInfoChar(to.out, ';');
	put_wide_pieces(has_names(&to), rows, value);
	(void)new_row(rows, RH_OP_32K_END);
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
		if (is_wide_apart(&to, new))
			put_wide(to, &rows, &row, new);
		else if (is_long_apart(&to, new))
			put_long(to, &rows, new);
		else if (is_lob(new) && to.lobs_apart)
			put_apart(to, &rows, &row, old, new);
	}
	return rows;
}
