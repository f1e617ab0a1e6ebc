/*
 * xml.c - XMLTYPE columns as text; see wire.h
 *
 * Their values stay images while rows come in, for rows may refer to the ones before; what is
 * given out is a copy with texts.  A document that comes as a locator is read by it: a few
 * calls more for each.
 */
#include "codec/xmltype.h"
#include "oracle/lob.h"
#include "oracle/wire.h"

/* All of it, into what lives as long as the rows. */
static bool read_by_locator(struct cw_ora_stmt *stmt, struct cw_bytes locator, struct cw_value *ret,
			    struct cw_err *err)
{
	struct cw_ora_lob *lob = ora_lob_new(stmt->ora, CW_ORA_CLOB, false, locator);
	struct cw_wr text = { .limit_bytes = ORA_REPLY_BYTES_MAX };
	struct cw_bytes piece;
	uint8_t *at;
	bool good;

	while ((good = cw_ora_lob_next(lob, &piece, err)) && piece.len > 0 && !cw_wr_failed(&text))
		cw_wr_put(&text, piece.at, piece.len);
	cw_ora_lob_free(lob);
	if (good && cw_wr_failed(&text))
		good = cw_fail(err, CW_ERR_LIMIT, 7109, "an XMLTYPE of more than %zu MiB",
			       ORA_REPLY_BYTES_MAX >> 20);
	at = good ? cw_try_new(&stmt->rows.arena, uint8_t, text.len + 1, err) : NULL;
	if (at) {
		memcpy(at, text.at0, text.len);
		*ret = cw_value_set((struct cw_bytes){ at, text.len });
	}
	cw_wr_release(&text);
	return at;
}

static bool turn_to_text(struct cw_ora_stmt *stmt, struct cw_value *value, struct cw_err *err)
{
	struct cw_xmltype xml;

	if (value->state != CW_VALUE_SET)
		return true;
	if (!cw_xmltype_read(cw_value_bytes(value), &xml, err))
		return false;
	if (xml.is_locator)
		return read_by_locator(stmt, xml.content, value, err);
	*value = cw_value_set(xml.content);
	return true;
}

bool ora_xml_give(struct cw_ora_stmt *stmt, struct cw_ora_rows *rows, struct cw_err *err)
{
	uint32_t columns = stmt->describe.count;
	struct cw_row *row = cw_try_new(&stmt->rows.arena, struct cw_row, rows->count + 1, err);

	for (uint32_t r = 0; row && r < rows->count; r++) {
		struct cw_value *value =
			cw_try_new(&stmt->rows.arena, struct cw_value, columns + 1, err);

		if (!value)
			return false;
		memcpy(value, rows->row[r].value, columns * sizeof(*value));
		row[r] = (struct cw_row){ .count = (uint16_t)columns, .value = value };
		for (uint32_t c = 0; c < columns; c++)
			if (stmt->describe.column[c].is_xml && !turn_to_text(stmt, &value[c], err))
				return cw_err_add(err, "column %s", stmt->column[c].name);
	}
	rows->row = row;
	return row;
}
