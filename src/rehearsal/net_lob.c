/* net_lob.c - LOB_OP, and LOBs in rows and binds; see net_conn.h */
#include "codec/oson.h"
#include "codec/ttc_lob.h"
#include "codec/utf16.h"
#include "rehearsal/lob.h"
#include "rehearsal/net_conn.h"

#include <stdlib.h>

#define JSON_CHUNK 8060u
#define BLOB_FORM 0u

/* What a client sent as a locator; ORA-22275 if it cannot be ours.  ojdbc has room for longer ones. */
static bool take_locator(struct cw_bytes bytes, struct rh_locator *ret, struct rh_error *error)
{
	if (bytes.len < RH_LOCATOR_BYTES || bytes.at[0] != 0 ||
	    bytes.at[1] != RH_LOCATOR_BYTES - 2)
		return rh_fail(error, 22275, 0, "invalid LOB locator specified");
	memcpy(ret->at, bytes.at, RH_LOCATOR_BYTES);
	return true;
}

/* ---- operations ------------------------------------------------------------------------ */

struct lob_call {
	struct net_conn *conn;
	struct cw_ttc_lob_op op;
	struct rh_locator locator;
	struct cw_ttc_lob_answer answer;
	struct cw_bytes data; /* that was read */
	struct rh_error error;
};

static bool read_lob(struct lob_call *call)
{
	/* go-ora asks for 0, which is all there is */
	uint64_t amount = call->op.amount ? call->op.amount : UINT64_MAX, got;

	if (!rh_lob_read(call->conn->session, &call->conn->arena, &call->locator,
			 call->op.source_offset, amount, &call->data, &got, &call->error))
		return false;
	call->answer.amount = (int64_t)got;
	return true;
}

static bool length_of(struct lob_call *call)
{
	uint64_t length;

	if (!rh_lob_length(call->conn->session, &call->locator, &length, &call->error))
		return false;
	call->answer.amount = (int64_t)length;
	return true;
}

/* ojdbc believes the amount that comes back. */
static bool write_at(struct lob_call *call, uint64_t offset)
{
	call->answer.amount =
		(int64_t)(call->op.data.len / (rh_lob_is_clob(&call->locator) ? 2 : 1));
	return rh_lob_write(call->conn->session, &call->locator, offset, call->op.data,
			    &call->error);
}

static bool append(struct lob_call *call)
{
	uint64_t length;

	return rh_lob_length(call->conn->session, &call->locator, &length, &call->error) &&
	       write_at(call, length + 1);
}

static bool create(struct lob_call *call)
{
	uint8_t form = call->op.source_offset == CW_CHARSET_FORM_NCHAR ? CW_CHARSET_FORM_NCHAR : 1;

	return rh_lob_create(call->conn->session,
			     call->op.target_offset == CW_ORA_BLOB ? BLOB_FORM : form,
			     &call->locator, &call->error);
}

/* Operations on one LOB: all but CREATE_TEMP begin with its locator. */
static bool run_operation(struct lob_call *call)
{
	struct rh_session *session = call->conn->session;

	if (call->op.operation == CW_LOB_CREATE_TEMP)
		return create(call);
	if (!take_locator(call->op.source, &call->locator, &call->error))
		return false;
	switch (call->op.operation) {
	case CW_LOB_READ:
		return read_lob(call);
	case CW_LOB_LENGTH:
		return length_of(call);
	case CW_LOB_CHUNK_SIZE:
		call->answer.amount = rh_lob_chunk(&call->locator);
		return true;
	case CW_LOB_WRITE:
		return write_at(call, call->op.source_offset);
	case CW_LOB_WRITE_APPEND:
		return append(call);
	case CW_LOB_TRIM:
		call->answer.amount = (int64_t)call->op.amount;
		return rh_lob_trim(session, &call->locator, call->op.amount, &call->error);
	case CW_LOB_FREE_TEMP:
		return rh_lob_free(session, &call->locator, &call->error);
	case CW_LOB_OPEN:
		call->answer.amount = (int64_t)call->op.amount;
		return rh_lob_open(session, &call->locator, &call->error);
	case CW_LOB_CLOSE:
		return rh_lob_close(session, &call->locator, &call->error);
	case CW_LOB_IS_OPEN:
		call->answer.flag = rh_lob_is_open(session, &call->locator);
		return true;
	default:
		return rh_fail(&call->error, 3001, 0, "unimplemented feature: LOB operation %#x",
			       call->op.operation);
	}
}

/* The locator goes back in as many bytes as it came. */
static struct cw_bytes in_its_room(struct lob_call *call)
{
	size_t len = call->op.source_len;
	uint8_t *room = cw_new(&call->conn->arena, uint8_t, len + RH_LOCATOR_BYTES);

	memcpy(room, call->locator.at, RH_LOCATOR_BYTES);
	return (struct cw_bytes){ room, len };
}

static bool answer(struct lob_call *call)
{
	struct net_conn *conn = call->conn;
	struct cw_wr *wr = net_answer(conn);
	struct cw_pass pass = cw_pass_writing(wr, &conn->ttc);
	struct cw_ttc_error done = net_summary(conn);

	if (call->error.code) {
		net_put_error(conn, wr, &call->error, 0);
		return net_send_answer(conn);
	}
	if (call->data.len > 0) {
		cw_wr_u8(wr, CW_TTC_LOB_DATA);
		cw_ttc_put_chunks(wr, &conn->ttc, call->data);
	}
	cw_wr_u8(wr, CW_TTC_PARAMETER);
	call->answer.source = in_its_room(call);
	call->answer.target = call->op.target;
	call->answer.charset = call->op.charset;
	cw_ttc_pass_lob_answer(&pass, &call->op, &call->answer);
	cw_ttc_put_error(wr, &conn->ttc, &done);
	return net_send_answer(conn);
}

bool net_lob_op(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct lob_call call = { .conn = conn };
	struct cw_pass pass = cw_pass_reading(in);

	cw_ttc_pass_lob_op(&pass, &call.op);
	if (cw_ttc_failed(in))
		return false;
	net_call_begins(conn);
	if (conn->deferred.code)
		call.error = conn->deferred;
	else if (call.op.has_source && call.op.source_len < RH_LOCATOR_BYTES)
		(void)rh_fail(&call.error, 22275, 0, "invalid LOB locator specified");
	else
		(void)run_operation(&call);
	return answer(&call);
}

/* Locators one behind the other; one that is no temporary LOB any more is none of our business. */
void net_lob_piggyback(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct cw_pass pass = cw_pass_reading(in);
	struct cw_ttc_lob_op op = { 0 };
	struct rh_error ignored = { 0 };
	struct rh_locator locator;

	cw_ttc_pass_lob_op(&pass, &op);
	if (cw_ttc_failed(in) || op.operation != (CW_LOB_FREE_TEMP | CW_LOB_ARRAY))
		return;
	for (size_t at = 0; at + RH_LOCATOR_BYTES <= op.source.len; at += RH_LOCATOR_BYTES)
		if (take_locator((struct cw_bytes){ op.source.at + at, RH_LOCATOR_BYTES }, &locator,
				 &ignored))
			(void)rh_lob_free(conn->session, &locator, &ignored);
}

/* ---- rows -------------------------------------------------------------------------------- */

/* What a driver was given for a LOB: a locator, in the arena of the call. */
static bool make_lob(struct net_conn *conn, const struct cw_value *value, uint8_t form, bool homed,
		     struct cw_ttc_lob *ret, struct rh_error *error)
{
	struct rh_locator *locator = cw_new(&conn->arena, struct rh_locator, 1);

	if (homed ? !rh_lob_locate(conn->session, value, form, locator, error)
		  : !rh_lob_make(conn->session, form, cw_value_bytes(value), locator, error))
		return false;
	ret->locator = (struct cw_bytes){ locator->at, RH_LOCATOR_BYTES };
	ret->chunk = rh_lob_chunk(locator);
	return rh_lob_length(conn->session, locator, &ret->size, error);
}

/* What the define has room for, to a whole character. */
static struct cw_bytes cut(struct cw_bytes content, const struct cw_ttc_oac *define, bool is_clob)
{
	size_t len = content.len;

	if (len <= define->bytes_max)
		return content;
	len = define->bytes_max;
	while (is_clob && len > 0 && (content.at[len] & 0xc0) == 0x80)
		len--;
	return (struct cw_bytes){ content.at, len };
}

/* As a LONG: text of the form that the define names; an empty LOB is NULL there. */
static bool long_value(struct net_conn *conn, const struct cw_ttc_oac *define, bool is_clob,
		       struct cw_value *value, struct rh_error *error)
{
	struct cw_bytes content = rh_lob_content(value);
	size_t len;
	uint8_t *wide;

	if (is_clob && !rh_lob_characters(&conn->arena, &content, error))
		return false;
	content = cut(content, define, is_clob);
	if (is_clob && define->charset_form == CW_CHARSET_FORM_NCHAR) {
		wide = cw_new(&conn->arena, uint8_t, 2 * content.len + 1);
		if (!cw_utf8_to_utf16(content, wide, &len))
			return rh_fail(error, 29275, 0, "partial multibyte character");
		content = (struct cw_bytes){ wide, len };
	}
	*value = content.len ? cw_value_set(content) : (struct cw_value){ .state = CW_VALUE_NULL };
	return true;
}

/* The beginning of it, where the define asks for some. */
static bool take_data(struct net_conn *conn, const struct cw_ttc_oac *define, uint8_t form,
		      struct cw_ttc_lob *lob, struct rh_error *error)
{
	struct rh_locator locator;
	uint64_t got;

	if (!define || !(define->cont_flags & CW_OAC_LOB_PREFETCH) || define->chars_max == 0)
		return true;
	memcpy(locator.at, lob->locator.at, RH_LOCATOR_BYTES);
	lob->has_charset = form != BLOB_FORM;
	lob->charset = CW_CHARSET_UTF16;
	lob->charset_form = form;
	return rh_lob_read(conn->session, &conn->arena, &locator, 1, define->chars_max, &lob->image,
			   &got, error);
}

struct lob_cell {
	bool is_lob, is_long, is_object;
	uint32_t cursor; /* its number; 0: it is none */
	struct cw_ttc_lob lob;
	struct cw_value value;
};

static bool json_text(struct net_conn *conn, struct cw_bytes image, struct cw_value *ret,
		      struct rh_error *error)
{
	struct cw_wr out = { 0 };
	struct cw_err err;
	uint8_t *text;

	if (!cw_oson_show(image, &out, &err) || cw_wr_failed(&out)) {
		cw_wr_release(&out);
		return rh_fail(error, 40441, 0, "JSON syntax error");
	}
	text = cw_new(&conn->arena, uint8_t, out.len + 1);
	memcpy(text, out.at0, out.len);
	*ret = cw_value_set((struct cw_bytes){ text, out.len });
	cw_wr_release(&out);
	return true;
}

/* The whole image, behind a locator that says no more than how long it is. */
static struct cw_ttc_lob json_lob(struct net_conn *conn, const struct cw_value *value)
{
	static const uint8_t head[] = {
		0x00, 0x26, 0x00, 0x04, 0x61, 0x08, 0x00, 0x00, 0x00, 0x01
	};
	uint8_t *locator = cw_new(&conn->arena, uint8_t, RH_LOCATOR_BYTES);

	memcpy(locator, head, sizeof(head));
	for (int i = 0; i < 4; i++)
		locator[14 + i] = (uint8_t)(value->len >> (24 - 8 * i));
	return (struct cw_ttc_lob){ .locator = { locator, RH_LOCATOR_BYTES },
				    .size = value->len,
				    .chunk = JSON_CHUNK,
				    .image = cw_value_bytes(value) };
}

static bool make_json(struct net_conn *conn, const struct cw_ttc_oac *define,
		      const struct cw_value *value, struct lob_cell *ret, struct rh_error *error)
{
	ret->is_long = cw_ttc_long_of_lob(CW_ORA_JSON, define);
	ret->is_lob = !ret->is_long;
	if (value->state != CW_VALUE_SET)
		return true;
	if (ret->is_long)
		return json_text(conn, cw_value_bytes(value), &ret->value, error);
	if (!define || define->ora_type != CW_ORA_BLOB) {
		ret->lob = json_lob(conn, value);
		return true;
	}
	if (!json_text(conn, cw_value_bytes(value), &ret->value, error))
		return false;
	ret->lob = json_lob(conn, &ret->value);
	if (ret->lob.image.len > define->chars_max)
		ret->lob.image.len = define->chars_max;
	return true;
}

static bool make_cell(struct net_conn *conn, const struct cw_ttc_column *column,
		      const struct cw_ttc_oac *define, const struct cw_value *value,
		      struct lob_cell *ret, struct rh_error *error)
{
	bool null = value->state != CW_VALUE_SET, is_clob = column->ora_type == CW_ORA_CLOB;
	uint8_t form;

	ret->value = *value;
	if (column->ora_type == CW_ORA_JSON)
		return make_json(conn, define, value, ret, error);
	ret->is_object = column->ora_type == CW_ORA_OBJECT;
	if (!cw_ttc_type_is_lob(column->ora_type))
		return true;
	ret->is_long = cw_ttc_long_of_lob(column->ora_type, define);
	ret->is_lob = !ret->is_long;
	if (null)
		return true;
	if (ret->is_long)
		return long_value(conn, define, is_clob, &ret->value, error);
	form = is_clob ? column->charset_form : BLOB_FORM;
	return make_lob(conn, value, form, true, &ret->lob, error) &&
	       take_data(conn, define, form, &ret->lob, error);
}

/* An object's image with the text in it: oracle-wire 9.8, read so by python-oracledb and node-oracledb. */
static void put_xml(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_form *form,
		    const struct cw_ttc_column *column, const struct cw_value *value)
{
	static const uint8_t text_follows[] = { 0x01, 0x00, 0x00, 0x00, 0x04 };
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	struct cw_ttc_item item = { .object = { .flags = 1 } };
	struct cw_wr image = { 0 };
	uint32_t len = (uint32_t)(7 + sizeof(text_follows) + value->len);

	if (value->state == CW_VALUE_SET) {
		cw_wr_put(&image, "\x84\x01\xfe", 3);
		cw_wr_u32be(&image, len);
		cw_wr_put(&image, text_follows, sizeof(text_follows));
		cw_wr_put(&image, value->at, value->len);
		item.object = (struct cw_ttc_object){ .type_id = column->object_id,
						      .image_len = len,
						      .flags = 1,
						      .image = cw_wr_bytes(&image) };
		wr->failed = wr->failed || cw_wr_failed(&image);
	}
	cw_ttc_pass_item(&pass, form, &item);
	cw_wr_release(&image);
}

static bool open_nested(struct net_conn *conn, uint32_t id, uint32_t column,
			const struct cw_value *value, struct lob_cell *cell, struct rh_error *error)
{
	struct net_cursor *cursor = &conn->cursor[id];
	struct rh_stmt *opened;

	if (cursor->columns.column[column].ora_type != CW_ORA_CURSOR)
		return true;
	return rh_nested_cursor(conn->session, cursor->stmt, (uint16_t)column, value, &opened,
				error) &&
	       net_cursor_adopt(conn, opened, id, &cell->cursor, error);
}

static void put_cell(struct net_conn *conn, struct cw_wr *wr, struct cw_ttc_column column,
		     const struct cw_ttc_oac *define, const struct lob_cell *cell)
{
	struct cw_ttc_form form = cw_ttc_form_of_column(&column, define);

	if (cell->is_lob) {
		if (!form.is_converted)
			form.ora_type = column.ora_type;
		cw_ttc_put_lob(wr, &conn->ttc, &form, cell->lob.locator.len ? &cell->lob : NULL);
		return;
	}
	if (cell->cursor) {
		net_put_cursor(conn, wr, &form, cell->cursor);
		return;
	}
	if (cell->is_object) {
		put_xml(wr, &conn->ttc, &form, &column, &cell->value);
		return;
	}
	if (cell->is_long)
		column.ora_type = column.ora_type == CW_ORA_BLOB ? CW_ORA_LONG_RAW : CW_ORA_LONG;
	cw_ttc_put_row_value(wr, &conn->ttc, &column, &cell->value);
}

bool net_put_lob_row(struct net_conn *conn, uint32_t id, struct cw_wr *wr,
		     const struct cw_value *values, struct rh_error *error)
{
	const struct net_cursor *cursor = &conn->cursor[id];
	uint32_t count = cursor->columns.count;
	struct lob_cell *cell = cw_new(&conn->arena, struct lob_cell, count);
	const struct cw_ttc_oac *define = cursor->define_count == count ? cursor->define : NULL;

	for (uint32_t i = 0; i < count; i++)
		if (!make_cell(conn, &cursor->columns.column[i], define ? &define[i] : NULL,
			       &values[i], &cell[i], error) ||
		    !open_nested(conn, id, i, &values[i], &cell[i], error))
			return false;
	cw_wr_u8(wr, CW_TTC_ROW_DATA);
	for (uint32_t i = 0; i < count; i++)
		put_cell(conn, wr, cursor->columns.column[i], define ? &define[i] : NULL, &cell[i]);
	return true;
}

/* ---- binds ---------------------------------------------------------------------------------- */

bool net_lob_binds(struct net_conn *conn, struct rh_bind *binds, size_t count,
		   struct rh_error *error)
{
	struct rh_locator locator;

	for (size_t i = 0; i < count; i++) {
		if (!cw_ttc_type_is_lob(binds[i].ora_type) || binds[i].value.state != CW_VALUE_SET)
			continue;
		binds[i].lies_in_row = !cw_ttc_locator_is_temporary(cw_value_bytes(&binds[i].value));
		if (!take_locator(cw_value_bytes(&binds[i].value), &locator, error) ||
		    !rh_lob_value(conn->session, &conn->arena, &locator, &binds[i].value, error))
			return false;
	}
	return true;
}

bool net_lob_out(struct net_conn *conn, const struct cw_ttc_oac *oac, bool homed,
		 struct cw_value *value, struct rh_error *error)
{
	struct cw_ttc_lob *lob;
	uint8_t form = oac->ora_type == CW_ORA_BLOB ? BLOB_FORM
		       : oac->charset_form	    ? oac->charset_form
						    : 1;

	if (!cw_ttc_type_is_lob(oac->ora_type) || value->state != CW_VALUE_SET)
		return true;
	lob = cw_new(&conn->arena, struct cw_ttc_lob, 1);
	if (!make_lob(conn, value, form, homed, lob, error))
		return false;
	*value = (struct cw_value){ .state = CW_VALUE_SET,
				    .len = sizeof(*lob),
				    .at = (const uint8_t *)lob };
	return true;
}

void net_put_out(struct net_conn *conn, struct cw_wr *wr, const struct cw_ttc_oac *oac,
		 const struct cw_value *value)
{
	struct cw_ttc_form form = cw_ttc_form_of_bind(oac, CW_IN_OUT);
	struct cw_ttc_lob json;

	if (oac->ora_type == CW_ORA_JSON) {
		if (value->state == CW_VALUE_SET)
			json = json_lob(conn, value);
		cw_ttc_put_lob(wr, &conn->ttc, &form, value->state == CW_VALUE_SET ? &json : NULL);
		cw_ttc_put_sb(wr, 0);
		return;
	}
	if (!cw_ttc_type_is_lob(oac->ora_type)) {
		struct cw_value wide = *value;
		struct rh_error error = { 0 };

		if (oac->charset_form == CW_CHARSET_FORM_NCHAR &&
		    !rh_value_to_national(&conn->arena, &wide, &error))
			wr->failed = true; /* PostgreSQL's text is always UTF-8 */
		net_zone_out(conn, oac->ora_type, &wide);
		cw_ttc_put_out(wr, &conn->ttc, oac->ora_type, &wide);
		return;
	}
	cw_ttc_put_lob(wr, &conn->ttc, &form,
		       value->state == CW_VALUE_SET
			       ? (const struct cw_ttc_lob *)(const void *)value->at
			       : NULL);
	cw_ttc_put_sb(wr, 0);
}
