/* bind.c - what a statement is bound to: declared, checked, sent, given back; see session.h */
#include "oracle/wire.h"

#include "codec/convert.h"
#include "codec/utf16.h"

/* What is declared at all; padding is not to be compared. */
static bool is_declared_as(const struct cw_ttc_oac *oac, const struct cw_ttc_oac *other)
{
	return oac->ora_type == other->ora_type && oac->bytes_max == other->bytes_max &&
	       oac->charset_form == other->charset_form;
}

static void declare(struct cw_ora_stmt *stmt, unsigned index, struct cw_ttc_oac oac)
{
	assert(index < stmt->bind_count);
	for (uint32_t i = 0; i < stmt->place_count; i++) {
		if (stmt->place[i] != index)
			continue;
		if (!is_declared_as(&stmt->oac[i], &oac))
			stmt->binds_changed = true;
		stmt->oac[i] = oac;
	}
}

void cw_ora_bind(struct cw_ora_stmt *stmt, unsigned index, uint8_t ora_type, uint32_t bytes_max)
{
	declare(stmt, index, cw_ttc_oac_of(ora_type, bytes_max));
}

void cw_ora_bind_national(struct cw_ora_stmt *stmt, unsigned index, uint8_t ora_type,
			  uint32_t bytes_max)
{
	struct cw_ttc_oac oac = cw_ttc_oac_of(ora_type, bytes_max);

	oac.charset_form = CW_CHARSET_FORM_NCHAR;
	declare(stmt, index, oac);
}

/* The server says which binds come back; what is declared is the same. */
void cw_ora_bind_out(struct cw_ora_stmt *stmt, unsigned index, uint8_t ora_type, uint32_t bytes_max)
{
	cw_ora_bind(stmt, index, ora_type, bytes_max);
}

struct cw_value cw_ora_out(const struct cw_ora_stmt *stmt, unsigned index)
{
	assert(index < stmt->bind_count);
	return stmt->out[index];
}

const struct cw_value *cw_ora_returned(const struct cw_ora_stmt *stmt, unsigned index,
				       uint32_t *ret_count)
{
	assert(index < stmt->bind_count);
	*ret_count = stmt->returned[index].count;
	return stmt->returned[index].value;
}

unsigned cw_ora_bind_count(const struct cw_ora_stmt *stmt)
{
	return stmt->bind_count;
}

/* ---- what is sent ------------------------------------------------------------------------- */

/* Of an NCLOB the locator travels, which is no text. */
static bool is_national(const struct cw_ttc_oac *oac)
{
	return oac->charset_form == CW_CHARSET_FORM_NCHAR && !cw_ttc_type_is_lob(oac->ora_type);
}

/* ora_binds_check() has seen that it is UTF-8. */
static struct cw_value national_value(struct cw_arena *arena, const struct cw_value *value)
{
	uint8_t *wide = cw_new(arena, uint8_t, 2 * value->len + 1);
	size_t len = 0;

	(void)cw_utf8_to_utf16(cw_value_bytes(value), wide, &len);
	return cw_value_set((struct cw_bytes){ wide, len });
}

/* A timestamp without fraction is sent as a DATE: the server refuses 11 bytes with zeros. */
static struct cw_value sent_value(struct cw_arena *arena, const struct cw_ttc_oac *oac,
				  const struct cw_value *value)
{
	static const uint8_t zeros[4];
	struct cw_value sent = *value;

	if (is_national(oac) && value->state == CW_VALUE_SET)
		return national_value(arena, value);
	if ((oac->ora_type == CW_ORA_TIMESTAMP || oac->ora_type == CW_ORA_TIMESTAMP_LTZ) &&
	    value->state == CW_VALUE_SET && value->len == 11 &&
	    memcmp(value->at + 7, zeros, sizeof(zeros)) == 0)
		sent.len = 7;
	return sent;
}

/* Each value goes to the place of its own number, as it is. */
static bool goes_straight(const struct cw_ora_stmt *stmt)
{
	for (uint32_t i = 0; i < stmt->place_count; i++)
		if (stmt->place[i] != i || stmt->oac[i].ora_type == CW_ORA_TIMESTAMP ||
		    stmt->oac[i].ora_type == CW_ORA_TIMESTAMP_LTZ || is_national(&stmt->oac[i]))
			return false;
	return true;
}

/* Nothing stands between the values and the wire. */
static bool is_plain(const struct cw_ora_stmt *stmt, const bool *skip)
{
	for (uint32_t i = 0; i < stmt->place_count; i++)
		if (skip[i])
			return false;
	return goes_straight(stmt) &&
	       cw_ttc_binds_are_plain(&stmt->ora->ttc, stmt->oac, stmt->place_count);
}

void ora_binds_put(struct cw_ora_stmt *stmt, struct cw_wr *wr, const struct cw_row *rows,
		   uint32_t row_count, bool again)
{
	struct cw_value *value = cw_new(&stmt->rows.arena, struct cw_value, stmt->place_count + 1);
	bool *skip = cw_new(&stmt->rows.arena, bool, stmt->place_count + 1);
	const struct cw_ttc *ttc = &stmt->ora->ttc;
	uint32_t row = 0;

	if (stmt->place_count == 0)
		return;
	for (uint32_t i = 0; i < stmt->place_count; i++)
		skip[i] = i >= stmt->returning_from || (again && stmt->direction[i] == CW_BIND_OUT);
	if (rows && is_plain(stmt, skip))
		for (; row < row_count; row++)
			cw_ttc_put_plain_bind_row(wr, ttc, rows[row].value, stmt->place_count);
	for (; row < row_count; row++) {
		for (uint32_t i = 0; rows && i < stmt->place_count; i++)
			value[i] = sent_value(&stmt->rows.arena, &stmt->oac[i],
					      &rows[row].value[stmt->place[i]]);
		cw_ttc_put_bind_row(wr, ttc, stmt->oac, value, skip, stmt->place_count,
				    stmt->kind == ORA_PLSQL);
	}
}

/* ---- what may be sent ---------------------------------------------------------------------- */

/* Before anything is written: text that is none never leaves half a request behind. */
static bool check_national(const struct cw_ora_stmt *stmt, const struct cw_row *rows,
			   uint32_t row_count, struct cw_err *err)
{
	size_t chars;

	for (uint32_t i = 0; i < stmt->place_count; i++)
		for (uint32_t row = 0; is_national(&stmt->oac[i]) && row < row_count; row++)
			if (!cw_utf8_length(cw_value_bytes(&rows[row].value[stmt->place[i]]),
					    &chars, err) &&
			    err->code != 2011) /* a NUL is text here */
				return cw_err_add(err, "row %u, bind %u", row + 1,
						  stmt->place[i] + 1u);
	return true;
}

bool ora_binds_check(const struct cw_ora_stmt *stmt, const struct cw_row *rows, uint32_t row_count,
		     struct cw_err *err)
{
	for (uint32_t i = 0; i < stmt->place_count; i++)
		if (stmt->oac[i].ora_type == 0)
			return cw_fail(err, CW_ERR_CONFIG, 7107, "bind %u was not declared",
				       stmt->place[i] + 1u);
	for (uint32_t row = 0; rows && row < row_count; row++)
		if (rows[row].count != stmt->bind_count)
			return cw_fail(err, CW_ERR_CONFIG, 7107,
				       "row %u has %u values, the statement %u binds", row,
				       rows[row].count, stmt->bind_count);
	if (rows && !check_national(stmt, rows, row_count, err))
		return false;
	if (!rows && stmt->bind_count > 0 && stmt->kind != ORA_PLSQL)
		return cw_fail(err, CW_ERR_CONFIG, 7107, "the statement has %u binds and got none",
			       stmt->bind_count);
	return true;
}
