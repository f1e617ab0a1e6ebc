/* net_cursor.c - cursors by their numbers, and cursors as values; see net_conn.h */
#include "rehearsal/net_conn.h"

#include <stdlib.h>

void net_cursor_close_nested(struct net_conn *conn, uint32_t parent)
{
	for (uint32_t id = 1; parent && id <= NET_CURSORS_MAX; id++)
		if (conn->cursor[id].parent == parent)
			net_cursor_close(conn, id);
}

void net_cursor_close(struct net_conn *conn, uint32_t id)
{
	struct net_cursor *cursor;

	if (id == 0 || id > NET_CURSORS_MAX)
		return;
	cursor = &conn->cursor[id];
	if (cursor->stmt)
		rh_stmt_free(cursor->stmt);
	free(cursor->oac);
	free(cursor->columns.column);
	free(cursor->define);
	free(cursor->direction);
	*cursor = (struct net_cursor){ 0 };
	net_cursor_close_nested(conn, id);
}

uint32_t net_cursor_free(const struct net_conn *conn)
{
	for (uint32_t id = 1; id <= NET_CURSORS_MAX; id++) {
		if (!conn->cursor[id].stmt)
			return id;
	}
	return 0;
}

/* The type that a LOB comes as where its column was @before no LOB; 0: as itself. */
static uint8_t long_type(uint8_t before, uint8_t now)
{
	if (now == CW_ORA_CLOB &&
	    (before == CW_ORA_CHAR || before == CW_ORA_VARCHAR2 || before == CW_ORA_LONG))
		return CW_ORA_LONG;
	if (now == CW_ORA_BLOB && (before == CW_ORA_RAW || before == CW_ORA_LONG_RAW))
		return CW_ORA_LONG_RAW;
	return 0;
}

/*
 * A query that runs again and has a LOB where there was a text or RAW gives it as if it were defined as LONG or LONG
 * RAW.  Source: python-oracledb thin/messages/base.pyx, _adjust_metadata().
 */
static void define_as_before(struct net_cursor *cursor, const struct cw_ttc_describe *before)
{
	uint32_t count = cursor->columns.count;

	for (uint32_t i = 0; before->count == count && i < count; i++) {
		const struct cw_ttc_column *column = &cursor->columns.column[i];
		uint8_t type = long_type(before->column[i].ora_type, column->ora_type);

		if (type == 0)
			continue;
		if (cursor->define_count != count) {
			free(cursor->define);
			cursor->define = calloc(count, sizeof(*cursor->define));
			if (!cursor->define)
				abort();
			cursor->define_count = count;
			for (uint32_t j = 0; j < count; j++)
				cursor->define[j] =
					cw_ttc_oac_of(cursor->columns.column[j].ora_type,
						      cursor->columns.column[j].bytes_max);
		}
		cursor->define[i] = cw_ttc_oac_of(type, INT32_MAX);
		if (type == CW_ORA_LONG)
			cursor->define[i].charset_form = before->column[i].charset_form;
	}
}

void net_cursor_set_columns(struct net_cursor *cursor)
{
	const struct rh_stmt_info *info = &cursor->info;
	struct cw_ttc_describe before = cursor->columns;

	cursor->has_lobs = cursor->has_objects = cursor->has_cursors = false;
	cursor->columns.count = info->column_count;
	cursor->columns.column =
		calloc(info->column_count ? info->column_count : 1, sizeof(struct cw_ttc_column));
	if (!cursor->columns.column)
		abort();
	for (uint16_t i = 0; i < info->column_count; i++) {
		const struct rh_column *from = &info->column[i];

		cursor->has_lobs |=
			cw_ttc_type_is_lob(from->ora_type) || from->ora_type == CW_ORA_JSON;
		cursor->has_objects |= from->ora_type == CW_ORA_OBJECT;
		cursor->has_cursors |= from->ora_type == CW_ORA_CURSOR;
		cursor->columns.column[i] = net_column(from);
	}
	define_as_before(cursor, &before);
	free(before.column);
}

bool net_cursor_adopt(struct net_conn *conn, struct rh_stmt *stmt, uint32_t parent, uint32_t *ret,
		      struct rh_error *error)
{
	struct net_cursor *cursor;

	*ret = net_cursor_free(conn);
	if (*ret == 0) {
		rh_stmt_free(stmt);
		return rh_fail(error, 1000, 0, "maximum open cursors exceeded");
	}
	net_cursor_close(conn, *ret);
	cursor = &conn->cursor[*ret];
	cursor->stmt = stmt;
	rh_stmt_info(stmt, &cursor->info);
	net_cursor_set_columns(cursor);
	cursor->parent = parent;
	cursor->open = true;
	return true;
}

void net_put_cursor(struct net_conn *conn, struct cw_wr *wr, const struct cw_ttc_form *form,
		    uint32_t id)
{
	struct cw_pass pass = cw_pass_writing(wr, &conn->ttc);
	struct cw_ttc_item item = { .cursor_len = 1, .cursor_id = id };

	if (id)
		item.describe = conn->cursor[id].columns;
	cw_ttc_pass_item(&pass, form, &item);
}

/* How many, and of each so many bytes that say nothing (none), its columns and its number: python-oracledb thin/messages/base.pyx. */
bool net_put_results(struct net_conn *conn, struct cw_wr *wr, const struct rh_result *result,
		     struct rh_error *error)
{
	struct cw_pass pass = cw_pass_writing(wr, &conn->ttc);

	if (result->returned_cursor_count == 0)
		return true;
	cw_wr_u8(wr, CW_TTC_IMPLICIT_RESULTSET);
	cw_ttc_put_ub(wr, result->returned_cursor_count);
	for (uint32_t i = 0; i < result->returned_cursor_count; i++) {
		struct rh_stmt *stmt = result->returned_cursor[i];
		uint32_t id;

		result->returned_cursor[i] = NULL;
		if (!net_cursor_adopt(conn, stmt, 0, &id, error))
			return false;
		cw_wr_u8(wr, 0);
		cw_ttc_pass_describe_body(&pass, &conn->cursor[id].columns);
		cw_ttc_put_ub(wr, id);
	}
	return true;
}
