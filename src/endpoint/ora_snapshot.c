/* ora_snapshot.c - see ora_snapshot.h */
#include "endpoint/ora_snapshot.h"

#include "base/clock.h"
#include "endpoint/ora_read.h"

#include <inttypes.h>
#include <string.h>

#define FETCH_ROWS	 1000
#define TRIES		 50
#define BETWEEN_TRIES_MS 100

bool cw_snapshot_scn(struct cw_ora *ora, uint64_t *ret, struct cw_err *err)
{
	const struct cw_value *value;
	struct cw_ora_read read;
	bool ok;

	if (!cw_ora_read_begin(ora, "select current_scn from v$database", 0, NULL, &read, err))
		return false;
	value = cw_ora_read_row(&read, err);
	ok = value && cw_ora_to_u64(value[0], ret, err);
	cw_ora_read_end(&read);
	if (!value && err->kind == CW_ERR_NONE)
		return cw_fail(err, CW_ERR_DATA, 7002, "V$DATABASE is empty");
	return ok;
}

/* One look: SCN, history and the oldest open transaction; *ret_again: one has no start yet. */
static bool look(struct cw_ora *ora, struct cw_pos *ret, bool *ret_again, struct cw_err *err)
{
	const struct cw_value *value;
	struct cw_ora_read read;
	bool ok = true;

	*ret = (struct cw_pos){ .kind = CW_POS_ORACLE, .thread = UINT32_MAX };
	*ret_again = false;
	if (!cw_ora_read_begin(ora,
			       "select d.current_scn, d.dbid, d.resetlogs_change#, t.xidusn, "
			       "t.start_scn from v$database d left join gv$transaction t on 1 = 1",
			       0, NULL, &read, err))
		return cw_err_add(err, "snapshot");
	while (ok && (value = cw_ora_read_row(&read, err)) != NULL) {
		uint64_t usn, start;

		ok = cw_ora_to_u64(value[0], &ret->at, err) &&
		     cw_ora_to_u64(value[1], &ret->history[0], err) &&
		     cw_ora_to_u64(value[2], &ret->history[1], err) &&
		     cw_ora_to_u64(value[3], &usn, err) && cw_ora_to_u64(value[4], &start, err);
		if (!ok)
			break;
		if (ret->restart == 0)
			ret->restart = ret->at;
		if (value[3].state == CW_VALUE_SET && start == 0)
			*ret_again = true;
		else if (value[3].state == CW_VALUE_SET && start < ret->restart)
			ret->restart = start;
	}
	cw_ora_read_end(&read);
	return ok && err->kind == CW_ERR_NONE;
}

/* Asked between the list and S: what was prepared before the list and commits behind S is there. */
static bool none_in_doubt(struct cw_ora *ora, struct cw_err *err)
{
	const struct cw_value *value;
	struct cw_ora_read read;
	bool none;

	if (!cw_ora_read_begin(ora,
			       "select local_tran_id from dba_2pc_pending where state in "
			       "('collecting', 'prepared')",
			       0, NULL, &read, err))
		return cw_err_add(err, "transactions in doubt");
	value = cw_ora_read_row(&read, err);
	none = !value && err->kind == CW_ERR_NONE;
	if (value)
		(void)cw_fail(
			err, CW_ERR_CONFIG, 7023,
			"distributed transaction %.*s is in doubt, nothing says where it began: let its "
			"coordinator recover, or end it with COMMIT FORCE or ROLLBACK FORCE",
			(int)value[0].len, (const char *)value[0].at);
	cw_ora_read_end(&read);
	return none;
}

bool cw_snapshot_take(struct cw_ora *ora, struct cw_pos *ret, struct cw_err *err)
{
	bool again;

	for (unsigned i = 0; i < TRIES; i++) {
		if (!look(ora, ret, &again, err))
			return false;
		/*
		 * What was open when the list was read and began before that SCN is in
		 * restart.  S is read after the list: a transaction that committed while it
		 * was read would be in neither else.
		 */
		if (!again && ret->at)
			return none_in_doubt(ora, err) && cw_snapshot_scn(ora, &ret->at, err);
		cw_sleep_ms(BETWEEN_TRIES_MS);
	}
	return cw_fail(err, CW_ERR_RETRY, 7021,
		       "a transaction in V$TRANSACTION keeps having no START_SCN");
}

bool cw_snapshot_object(struct cw_ora *ora, const char *name, uint64_t *ret, struct cw_err *err)
{
	struct cw_value value = cw_ora_string(name);
	struct cw_row row = { 1, &value };
	struct cw_ora_result result;
	struct cw_ora_rows rows;
	struct cw_ora_stmt *stmt;
	bool ok;

	*ret = 0;
	if (!cw_ora_prepare(ora,
			    "select object_id from user_objects where object_type = 'TABLE' and "
			    "object_name = :1",
			    &stmt, err))
		return false;
	cw_ora_bind(stmt, 0, CW_ORA_VARCHAR2, 128);
	ok = cw_ora_execute(stmt, &row, 1, 0, &result, err) && cw_ora_fetch(stmt, 1, &rows, err);
	if (ok && rows.count)
		ok = cw_ora_to_u64(rows.row[0].value[0], ret, err);
	cw_ora_stmt_free(stmt);
	return ok;
}

/* Oracle's names cannot hold a quote, so that quoting is all there is to do. */
void cw_snapshot_select(const struct cw_shape *shape, struct cw_wr *sql)
{
	cw_wr_text(sql, "select ");
	for (uint16_t i = 0; i < shape->column_count; i++)
		cw_wr_printf(sql, "%s\"%s\"", i ? ", " : "", shape->column[i].name);
	cw_wr_printf(sql, " from \"%s\".\"%s\" as of scn :1", shape->owner, shape->name);
}

static bool too_old(const struct cw_shape *shape, uint64_t scn, struct cw_err *err)
{
	if (err->native == 1555 || err->native == 1466) {
		err->kind = CW_ERR_CONFIG;
		err->code = 7022;
	}
	return cw_err_add(err, "%s.%s as of SCN %" PRIu64, shape->owner, shape->name, scn);
}

bool cw_snapshot_open(struct cw_ora *ora, const struct cw_shape *shape, uint64_t scn,
		      struct cw_snapshot_rows *ret, struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = 1u << 20 };
	uint8_t room[24];
	struct cw_value value = cw_ora_number(scn, room);
	struct cw_row row = { 1, &value };
	struct cw_ora_result result;
	bool ok;

	*ret = (struct cw_snapshot_rows){ .shape = shape };
	cw_snapshot_select(shape, &sql);
	cw_wr_u8(&sql, '\0');
	ok = cw_ora_prepare(ora, (const char *)sql.at0, &ret->stmt, err);
	cw_wr_release(&sql);
	if (!ok)
		return false;
	cw_ora_bind(ret->stmt, 0, CW_ORA_NUMBER, 22);
	if (!cw_ora_execute(ret->stmt, &row, 1, 0, &result, err)) {
		cw_snapshot_close(ret);
		return too_old(shape, scn, err);
	}
	return true;
}

void cw_snapshot_read_ahead(struct cw_snapshot_rows *rows)
{
	cw_ora_read_ahead(rows->stmt, FETCH_ROWS);
}

const struct cw_row *cw_snapshot_row(struct cw_snapshot_rows *rows, struct cw_err *err)
{
	err->kind = CW_ERR_NONE;
	if (rows->at == rows->rows.count) {
		if (!cw_ora_fetch(rows->stmt, FETCH_ROWS, &rows->rows, err)) {
			(void)too_old(rows->shape, 0, err);
			return NULL;
		}
		rows->at = 0;
		if (rows->rows.count == 0)
			return NULL;
	}
	return &rows->rows.row[rows->at++];
}

void cw_snapshot_close(struct cw_snapshot_rows *rows)
{
	if (rows->stmt)
		cw_ora_stmt_free(rows->stmt);
	*rows = (struct cw_snapshot_rows){ 0 };
}
