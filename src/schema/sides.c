/* sides.c - see sides.h */
#include "schema/sides.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/wr.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define CELL_BYTES_MAX 4000
#define ROWS_A_FETCH   500
#define BINDS_MAX      8
#define END_WAIT_MS    5000 /* for a session that was lost to end */
#define END_LOOK_MS    50
#define SETTLE_MS      2000 /* for a connection by who asks no more */

#define NO_SUCH_SESSION 30 /* ORA-00030: it went by itself */
#define MARKED_FOR_KILL 31 /* ORA-00031: on its way */

void cw_sides_start(struct cw_sides *sides, struct cw_config *config, const char *name)
{
	*sides = (struct cw_sides){
		.config = config,
		.name = name,
		.arena = CW_ARENA(64u << 20),
		.connect_timeout_ms = 10000,
		.call_timeout_ms = 60000,
		.wake_fd = -1,
	};
}

void cw_sides_hear(struct cw_sides *sides, int wake_fd)
{
	sides->wake_fd = wake_fd;
	if (sides->ora)
		cw_ora_cancel_by(sides->ora, wake_fd);
	if (sides->pg)
		cw_pg_cancel_by(sides->pg, wake_fd);
}

/*
 * Of several it is the first that was told something: the others came no further than to end it, or to
 * ask for their own name.
 */
static void drop_ora(struct cw_sides *sides)
{
	if (sides->ora && !sides->lost_ora_sid && *sides->ora_audsid) {
		memcpy(sides->lost_ora_audsid, sides->ora_audsid, sizeof(sides->ora_audsid));
		sides->lost_ora_sid = cw_ora_session_id(sides->ora);
		sides->lost_ora_serial = cw_ora_serial(sides->ora);
		sides->lost_ora_instance = cw_ora_instance(sides->ora);
	}
	cw_ora_close(sides->ora);
	sides->ora = NULL;
	*sides->ora_audsid = '\0';
}

static void drop_pg(struct cw_sides *sides)
{
	if (sides->pg && !sides->lost_pg_pid)
		sides->lost_pg_pid = cw_pg_backend_pid(sides->pg);
	cw_pg_close(sides->pg);
	sides->pg = NULL;
}

void cw_sides_stop(struct cw_sides *sides)
{
	drop_ora(sides);
	drop_pg(sides);
	cw_arena_release(&sides->arena);
}

void cw_sides_forget(struct cw_sides *sides)
{
	cw_arena_reset(&sides->arena);
}

/* ---- sessions that broke ------------------------------------------------------------------ */

/*
 * The statement that was not answered may be at work, or still on its way: ended
 * with its session it takes no effect behind what is told from now on.
 */
static bool still_there(const char *side, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_RETRY, 6108,
		       "the session on %s that was lost is still there: what it was told last may "
		       "take effect late",
		       side);
}

static int64_t end_wait_ms(const struct cw_sides *sides)
{
	return sides->call_timeout_ms / 2 < END_WAIT_MS ? sides->call_timeout_ms / 2 : END_WAIT_MS;
}

static bool end_lost_pg(struct cw_sides *sides, struct cw_err *err)
{
	struct cw_pg_rows rows;
	char pid[16], wait_ms[24];
	const char *bind[] = { pid, wait_ms };
	bool gone;

	if (!sides->lost_pg_pid)
		return true;
	(void)snprintf(pid, sizeof(pid), "%d", sides->lost_pg_pid);
	(void)snprintf(wait_ms, sizeof(wait_ms), "%" PRId64, end_wait_ms(sides));
	if (!cw_pg_query(sides->pg,
			 "select pg_terminate_backend(pid, $2::bigint) from pg_stat_activity "
			 "where pid = $1::int and usename = current_user and "
			 "pid <> pg_backend_pid()",
			 2, bind, CW_PG_AS_TEXT, &rows, err))
		return false;
	gone = rows.row_count == 0 || *cw_pg_text(&rows, 0, 0) == 't';
	cw_pg_rows_free(&rows);
	if (!gone)
		return still_there("PostgreSQL", err);
	sides->lost_pg_pid = 0;
	return true;
}

/* SESSIONID is of a sequence: another session of the same SID and SERIAL# has another. */
static bool learn_name(struct cw_sides *sides, struct cw_err *err)
{
	struct cw_answer answer;

	if (!cw_ask_ora(sides, "select sys_context('USERENV', 'SESSIONID') from dual", 0, NULL,
			&answer, err))
		return false;
	if (answer.rows != 1 || !cw_cell(&answer, 0, 0))
		return cw_fail(err, CW_ERR_DATA, 7002, "the session has no SESSIONID");
	(void)snprintf(sides->ora_audsid, sizeof(sides->ora_audsid), "%s", cw_cell(&answer, 0, 0));
	return true;
}

static bool is_there(struct cw_sides *sides, const char *const session[4], bool *ret,
		     struct cw_err *err)
{
	struct cw_answer answer;

	if (!cw_ask_ora(sides,
			"select 1 from gv$session where sid = to_number(:1) and serial# = "
			"to_number(:2) and inst_id = to_number(:3) and audsid = to_number(:4)",
			4, session, &answer, err))
		return false;
	*ret = answer.rows > 0;
	return true;
}

/* The one that @of lost, by way of @sides, which is open. */
static bool end_lost_ora(struct cw_sides *sides, struct cw_sides *of, struct cw_err *err)
{
	int64_t until = cw_clock_ms() + end_wait_ms(sides);
	char sid[16], serial[16], instance[16];
	const char *session[] = { sid, serial, instance, of->lost_ora_audsid };
	bool told = false, there;

	(void)snprintf(sid, sizeof(sid), "%" PRIu32, of->lost_ora_sid);
	(void)snprintf(serial, sizeof(serial), "%" PRIu32, of->lost_ora_serial);
	(void)snprintf(instance, sizeof(instance), "%" PRIu32, of->lost_ora_instance);
	while (of->lost_ora_sid) {
		if (!is_there(sides, session, &there, err))
			return false;
		if (!there)
			of->lost_ora_sid = 0;
		else if (told && cw_clock_ms() > until)
			return still_there("Oracle", err);
		else if (!told && !cw_sides_disconnect(sides, session, "immediate", err))
			return false;
		told = true;
		if (there)
			cw_sleep_ms(END_LOOK_MS);
	}
	return true;
}

/* ---- opening ------------------------------------------------------------------------------- */

bool cw_sides_need_ora(struct cw_sides *sides, struct cw_err *err)
{
	struct cw_ora_login login;

	if (sides->ora)
		return true;
	if (!cw_config_ora_login(sides->config, sides->name, &login, err))
		return false;
	login.connect_timeout_ms = sides->connect_timeout_ms;
	login.call_timeout_ms = sides->call_timeout_ms;
	login.cancel_fd = sides->wake_fd;
	if (!cw_ora_open(&login, &sides->ora, err))
		return false;
	if (learn_name(sides, err) && end_lost_ora(sides, sides, err))
		return true;
	drop_ora(sides);
	return false;
}

bool cw_sides_end_lost_of(struct cw_sides *sides, struct cw_sides *other, struct cw_err *err)
{
	return cw_sides_need_ora(sides, err) && end_lost_ora(sides, other, err);
}

static bool need_pg(struct cw_sides *sides, struct cw_err *err)
{
	struct cw_pg_login login;

	if (sides->pg)
		return true;
	if (!cw_config_pg_login(sides->config, sides->name, &login, err))
		return false;
	login.connect_timeout_ms = sides->connect_timeout_ms;
	login.call_timeout_ms = sides->call_timeout_ms;
	login.cancel_fd = sides->wake_fd;
	if (!cw_pg_open(&login, &sides->pg, err))
		return false;
	/* What is changed here must never make the applications queue up behind it. */
	if (cw_pg_run(sides->pg, "set lock_timeout = '3s'; set client_min_messages = warning",
		      err) &&
	    end_lost_pg(sides, err))
		return true;
	drop_pg(sides);
	return false;
}

void cw_sides_settle(struct cw_sides *sides)
{
	struct cw_err err;

	cw_sides_hear(sides, -1);
	if (sides->connect_timeout_ms > SETTLE_MS)
		sides->connect_timeout_ms = SETTLE_MS;
	if (sides->lost_pg_pid && !need_pg(sides, &err))
		cw_log_err("what PostgreSQL was told last", &err);
	if (sides->lost_ora_sid && !cw_sides_need_ora(sides, &err))
		cw_log_err("what Oracle was told last", &err);
}

/* A server that answered with an error is alive; anything else is a broken line. */
static bool is_alive(const struct cw_err *err, uint16_t told)
{
	return err->code == told && err->kind != CW_ERR_RETRY;
}

bool cw_sides_wake(struct cw_sides *sides, struct cw_err *err)
{
	struct cw_answer answer;

	if (sides->ora && !cw_ora_ping(sides->ora, err))
		drop_ora(sides);
	if (!cw_sides_need_ora(sides, err))
		return cw_err_add(err, "Oracle");
	if (sides->pg && !cw_ask_pg(sides, "select 1", 0, NULL, &answer, err))
		drop_pg(sides);
	return need_pg(sides, err) || cw_err_add(err, "PostgreSQL");
}

/* ---- Oracle ------------------------------------------------------------------------ */

static const char *keep_value(struct cw_sides *sides, const struct cw_value *value)
{
	char *copy;

	if (value->state != CW_VALUE_SET)
		return NULL;
	copy = cw_new(&sides->arena, char, value->len + 1);
	memcpy(copy, value->at, value->len);
	return copy;
}

static void grow(struct cw_sides *sides, struct cw_answer *answer, unsigned more)
{
	const char **cell = cw_new(&sides->arena, const char *,
				   (size_t)(answer->rows + more) * answer->columns + 1);

	if (answer->rows > 0)
		memcpy(cell, answer->cell, (size_t)answer->rows * answer->columns * sizeof(*cell));
	answer->cell = cell;
}

static bool fetch_all(struct cw_sides *sides, struct cw_ora_stmt *stmt, struct cw_answer *ret,
		      struct cw_err *err)
{
	struct cw_ora_rows rows;

	ret->columns = cw_ora_column_count(stmt);
	for (;;) {
		if (!cw_ora_fetch(stmt, ROWS_A_FETCH, &rows, err))
			return false;
		if (rows.count == 0)
			return true;
		grow(sides, ret, rows.count);
		for (uint32_t r = 0; r < rows.count; r++, ret->rows++)
			for (unsigned c = 0; c < ret->columns; c++)
				ret->cell[ret->rows * ret->columns + c] =
					keep_value(sides, &rows.row[r].value[c]);
	}
}

static bool execute(struct cw_sides *sides, struct cw_ora_stmt *stmt, unsigned bind_count,
		    const char *const *bind, struct cw_answer *ret, struct cw_err *err)
{
	struct cw_value value[BINDS_MAX];
	struct cw_row row = { .count = (uint16_t)bind_count, .value = value };
	struct cw_ora_result result;

	for (unsigned i = 0; i < bind_count; i++) {
		cw_ora_bind(stmt, i, CW_ORA_VARCHAR2, CELL_BYTES_MAX);
		value[i] = cw_value_set(
			(struct cw_bytes){ (const uint8_t *)bind[i], strlen(bind[i]) });
	}
	if (!cw_ora_execute(stmt, bind_count ? &row : NULL, bind_count ? 1 : 0, 0, &result, err))
		return false;
	return !ret || fetch_all(sides, stmt, ret, err);
}

bool cw_ask_ora(struct cw_sides *sides, const char *sql, unsigned bind_count,
		const char *const *bind, struct cw_answer *ret, struct cw_err *err)
{
	struct cw_ora_stmt *stmt;
	bool ok;

	assert(bind_count <= BINDS_MAX);
	if (ret)
		*ret = (struct cw_answer){ 0 };
	if (!cw_sides_need_ora(sides, err))
		return false;
	if (!cw_ora_prepare(sides->ora, sql, &stmt, err))
		return cw_err_add(err, "%.60s", sql);
	ok = execute(sides, stmt, bind_count, bind, ret, err);
	cw_ora_stmt_free(stmt);
	if (ok)
		return true;
	if (!is_alive(err, 7001))
		drop_ora(sides);
	return cw_err_add(err, "%.60s", sql);
}

/* ---- PostgreSQL ---------------------------------------------------------------------- */

static void keep_rows(struct cw_sides *sides, const struct cw_pg_rows *rows, struct cw_answer *ret)
{
	ret->columns = rows->column_count;
	grow(sides, ret, rows->row_count);
	for (ret->rows = 0; ret->rows < rows->row_count; ret->rows++)
		for (unsigned c = 0; c < ret->columns; c++) {
			struct cw_value value = cw_pg_value(rows, ret->rows, (uint16_t)c);

			ret->cell[ret->rows * ret->columns + c] = keep_value(sides, &value);
		}
}

bool cw_ask_pg(struct cw_sides *sides, const char *sql, unsigned bind_count,
	       const char *const *bind, struct cw_answer *ret, struct cw_err *err)
{
	struct cw_pg_rows rows;

	if (ret)
		*ret = (struct cw_answer){ 0 };
	if (!need_pg(sides, err))
		return false;
	if (!cw_pg_query(sides->pg, sql, bind_count, bind, CW_PG_AS_TEXT, &rows, err)) {
		if (!is_alive(err, 8001))
			drop_pg(sides);
		return cw_err_add(err, "%.60s", sql);
	}
	if (ret)
		keep_rows(sides, &rows, ret);
	cw_pg_rows_free(&rows);
	return true;
}

/* ---- statements made here --------------------------------------------------------------- */

static const char *print(struct cw_sides *sides, const char *fmt, va_list args)
{
	va_list again;
	char *text;
	int len;

	assert(fmt);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	assert(len >= 0);
	text = cw_new(&sides->arena, char, (size_t)len + 1);
	(void)vsnprintf(text, (size_t)len + 1, fmt, args);
	return text;
}

bool cw_tell_ora(struct cw_sides *sides, struct cw_err *err, const char *fmt, ...)
{
	const char *sql;
	va_list args;

	va_start(args, fmt);
	sql = print(sides, fmt, args);
	va_end(args);
	return cw_ask_ora(sides, sql, 0, NULL, NULL, err);
}

bool cw_tell_pg(struct cw_sides *sides, struct cw_err *err, const char *fmt, ...)
{
	const char *sql;
	va_list args;

	va_start(args, fmt);
	sql = print(sides, fmt, args);
	va_end(args);
	return cw_ask_pg(sides, sql, 0, NULL, NULL, err);
}

bool cw_sides_disconnect(struct cw_sides *sides, const char *const session[3], const char *how,
			 struct cw_err *err)
{
	return cw_tell_ora(sides, err, "alter system disconnect session '%s,%s,@%s' %s", session[0],
			   session[1], session[2], how) ||
	       err->native == NO_SUCH_SESSION || err->native == MARKED_FOR_KILL;
}

bool cw_number_of(const struct cw_answer *answer, const char *what, int64_t *ret,
		  struct cw_err *err)
{
	const char *text = answer->rows == 1 && answer->columns > 0 ? cw_cell(answer, 0, 0) : NULL;
	char *end;

	errno = 0;
	*ret = text ? strtoll(text, &end, 10) : 0;
	if (!text || errno || end == text || *end)
		return cw_fail(err, CW_ERR_DATA, 6107, "%s: '%.40s' where a number was expected",
			       what, text ? text : "nothing");
	return true;
}

const char *cw_quoted(struct cw_sides *sides, const char *name)
{
	size_t room = 2 * strlen(name) + 3;
	char *text = cw_new(&sides->arena, char, room);

	return cw_pg_quote(name, text, room); /* Oracle doubles nothing: it forbids the quote */
}

const char *cw_array_text(struct cw_sides *sides, const struct cw_config_list *list)
{
	struct cw_wr out = { 0 };
	const char *text;

	cw_wr_u8(&out, '{');
	for (unsigned i = 0; i < list->count; i++) {
		cw_wr_text(&out, i ? ",\"" : "\"");
		for (const char *c = list->at[i]; *c; c++) {
			if (*c == '"' || *c == '\\')
				cw_wr_u8(&out, '\\');
			cw_wr_u8(&out, (uint8_t)*c);
		}
		cw_wr_u8(&out, '"');
	}
	cw_wr_put(&out, "}", 2);
	assert(!cw_wr_failed(&out));
	text = memcpy(cw_new(&sides->arena, char, out.len), out.at0, out.len);
	cw_wr_release(&out);
	return text;
}
