/* net_describe.c - columns as the wire has them; DESCRIBE STATEMENT and DESCRIBE OBJECT; see net_conn.h */
#include "codec/charset.h"
#include "codec/ttc_describe_any.h"
#include "rehearsal/net_conn.h"

#include <stdlib.h>

/* A NUMBER without scale is shown as a float; the wire knows no other word for it. */
static int8_t wire_scale(const struct rh_column *column)
{
	if (column->ora_type == CW_ORA_NUMBER && column->scale == CW_SCALE_NONE)
		return CW_TTC_SCALE_FLOAT;
	return column->scale == CW_SCALE_NONE ? 0 : (int8_t)column->scale;
}

/* SYS.XMLTYPE */
static const uint8_t xmltype_id[16] = { [13] = 0x02, [14] = 0x01 };

struct cw_ttc_column net_column(const struct rh_column *column)
{
	struct cw_ttc_column made = {
		.name = cw_bytes_of(column->name),
		.ora_type = column->ora_type,
		.precision = (uint8_t)column->precision,
		.scale = wire_scale(column),
		.charset_form = column->charset_form,
		.charset = column->charset_form == CW_CHARSET_FORM_NCHAR ? CW_CHARSET_UTF16
			   : column->charset_form			 ? CW_CHARSET_UTF8
									 : 0,
		.nullable = column->nullable,
		.bytes_max = column->byte_length,
		.chars_max = column->char_length,
	};

	if (column->ora_type == CW_ORA_OBJECT) {
		made.object_id = (struct cw_bytes){ xmltype_id, sizeof(xmltype_id) };
		made.type_schema = cw_bytes_of("SYS");
		made.type_name = cw_bytes_of("XMLTYPE");
	}
	return made;
}

static struct cw_ttc_column *columns_of(struct net_conn *conn, const struct rh_stmt_info *info)
{
	struct cw_ttc_column *column = cw_new(&conn->arena, struct cw_ttc_column,
					      info->column_count ? info->column_count : 1);

	for (uint16_t i = 0; i < info->column_count; i++) {
		column[i] = net_column(&info->column[i]);
		cw_ttc_complete_column(&column[i], i);
	}
	return column;
}

static bool answer(struct net_conn *conn, struct rh_stmt *made, const struct rh_error *error)
{
	struct cw_ttc_error done = net_summary(conn);

	if (made)
		rh_stmt_free(made);
	if (error->code != 0)
		net_put_error(conn, net_answer(conn), error, 0);
	else
		cw_ttc_put_error(&conn->link.out, &conn->ttc, &done);
	return net_send_answer(conn);
}

/* Of a cursor that is known; else the text is parsed for this alone. */
bool net_describe_statement(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct cw_pass reading = cw_pass_reading(in), writing;
	struct cw_ttc_describe_statement asked = { 0 };
	struct rh_error error = { 0 };
	struct rh_stmt_info info = { 0 };
	struct rh_stmt *made = NULL;

	cw_ttc_pass_describe_statement(&reading, &asked);
	if (cw_ttc_failed(in))
		return false;
	net_call_begins(conn);
	if (asked.cursor_id > 0 && (uint32_t)asked.cursor_id <= NET_CURSORS_MAX &&
	    conn->cursor[asked.cursor_id].stmt)
		info = conn->cursor[asked.cursor_id].info;
	else if (rh_parse(conn->session, (const char *)asked.sql.at, asked.sql.len, &made, &error))
		rh_stmt_info(made, &info);
	if (error.code == 0) {
		struct cw_ttc_describe columns = { .count = info.column_count,
						   .column = columns_of(conn, &info) };
		struct cw_wr *wr = net_answer(conn);

		cw_wr_u8(wr, CW_TTC_PARAMETER);
		writing = cw_pass_writing(wr, &conn->ttc);
		cw_ttc_pass_statement_columns(&writing, &columns);
	}
	return answer(conn, made, &error);
}

bool net_describe_object(struct net_conn *conn, struct cw_ttc_in *in)
{
	struct cw_pass reading = cw_pass_reading(in), writing;
	struct cw_ttc_describe_object asked = { 0 };
	struct rh_error error = { 0 };
	struct rh_stmt_info info;
	struct rh_stmt *made = NULL;
	bool view;

	cw_ttc_pass_describe_object(&reading, &asked);
	if (cw_ttc_failed(in))
		return false;
	net_call_begins(conn);
	if (rh_describe(conn->session, (const char *)asked.name.at, asked.name.len, &made, &view,
			&error)) {
		struct cw_wr *wr = net_answer(conn);
		struct cw_ttc_described object = { .kind = view ? CW_OBJECT_VIEW
								: CW_OBJECT_TABLE };

		rh_stmt_info(made, &info);
		object.count = info.column_count;
		object.column = columns_of(conn, &info);
		cw_wr_u8(wr, CW_TTC_PARAMETER);
		writing = cw_pass_writing(wr, &conn->ttc);
		cw_ttc_pass_object(&writing, &object);
	}
	return answer(conn, made, &error);
}
