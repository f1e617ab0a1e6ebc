/* load.c - see load.h */
#include "task/load.h"

#include "base/fault.h"
#include "base/log.h"
#include "base/os.h"
#include "endpoint/ora_snapshot.h"
#include "endpoint/pg_load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSIONS_MAX 16
#define ANEW_MAX     3
#define TELL_ROWS    500

/* Count for others to see, not at each row: both sessions write to that place. */
static void tell(struct cw_load *load, uint32_t at, uint64_t *untold)
{
	atomic_fetch_add(&load->rows[at], *untold);
	atomic_fetch_add(&load->rows_total, *untold);
	*untold = 0;
}

static bool copy_rows(struct cw_load *load, uint32_t at, struct cw_ora *ora, struct cw_pg_load *to,
		      struct cw_err *err)
{
	const struct cw_shape *shape = &load->catalog->table[at]->shape;
	struct cw_snapshot_rows from;
	const struct cw_row *row;
	uint64_t untold = 0;
	bool ok = true;

	if (!cw_snapshot_open(ora, shape, load->start.at, &from, err))
		return false;
	cw_snapshot_read_ahead(&from);
	while (ok && (row = cw_snapshot_row(&from, err)) != NULL) {
		ok = cw_pg_load_row(to, row, err);
		if (++untold == TELL_ROWS) {
			(void)cw_fault("load.mid");
			tell(load, at, &untold);
		}
		if (ok && atomic_load(load->stop))
			ok = cw_fail(err, CW_ERR_CANCELLED, 1202, "stopped");
	}
	tell(load, at, &untold);
	cw_snapshot_close(&from);
	return ok && err->kind == CW_ERR_NONE;
}

static void item_name(const struct cw_shape *shape, char ret[300])
{
	(void)snprintf(ret, 300, "%s.%s", shape->owner, shape->name);
}

static bool load_table(struct cw_load *load, uint32_t at, struct cw_ora *ora, struct cw_pg_load *to,
		       struct cw_err *err)
{
	const struct cw_shape *shape = &load->catalog->table[at]->shape;
	char item[300], note[64];
	uint64_t rows = 0;
	bool done;

	item_name(shape, item);
	if (!cw_pg_load_is_done(to, item, &done, note, sizeof(note), err))
		return false;
	if (done) {
		rows = strtoull(note, NULL, 10);
		atomic_store(&load->rows[at], rows);
		atomic_fetch_add(&load->rows_total, rows);
		return true;
	}
	if (!cw_pg_load_begin(to, shape, err) || !copy_rows(load, at, ora, to, err))
		return cw_err_add(err, "load of %s", item);
	(void)snprintf(note, sizeof(note), "%" PRIu64, atomic_load(&load->rows[at]));
	if (!cw_pg_load_end(to, item, note, &rows, err))
		return cw_err_add(err, "load of %s", item);
	cw_log(CW_LOG_INFO, "table loaded", "table=%s rows=%" PRIu64, item, rows);
	return true;
}

static bool work(struct cw_load *load, struct cw_err *err)
{
	struct cw_pg_load *to = NULL;
	struct cw_ora *ora = NULL;
	bool ok = cw_ora_open(load->ora_login, &ora, err) &&
		  cw_pg_load_open(load->pg_login, load->crossing, &to, err);

	while (ok && !atomic_load(&load->failed)) {
		uint32_t at = atomic_fetch_add(&load->next_table, 1);

		if (at >= load->catalog->table_count)
			break;
		ok = load_table(load, at, ora, to, err);
	}
	cw_pg_load_close(to);
	cw_ora_close(ora);
	return ok;
}

static void *session(void *arg)
{
	struct cw_load *load = arg;
	struct cw_err err;

	if (!work(load, &err)) {
		CW_LOCKED(&load->lock);

		if (!atomic_exchange(&load->failed, true))
			load->err = err;
	}
	return NULL;
}

static bool run_sessions(struct cw_load *load, struct cw_err *err)
{
	unsigned count = load->sessions < SESSIONS_MAX ? load->sessions : SESSIONS_MAX;
	pthread_t thread[SESSIONS_MAX];

	atomic_store(&load->next_table, 0);
	atomic_store(&load->rows_total, 0);
	atomic_store(&load->failed, false);
	for (uint32_t i = 0; i < load->catalog->table_count; i++)
		atomic_store(&load->rows[i], 0);
	(void)pthread_mutex_init(&load->lock, NULL);
	for (unsigned i = 0; i < count; i++)
		if (pthread_create(&thread[i], NULL, session, load) != 0)
			abort();
	for (unsigned i = 0; i < count; i++)
		(void)pthread_join(thread[i], NULL);
	(void)pthread_mutex_destroy(&load->lock);
	if (atomic_load(&load->failed))
		*err = load->err;
	return !atomic_load(&load->failed);
}

/* Empty all, choose a snapshot, and leave it in the target before the first row. */
static bool begin_anew(struct cw_load *load, struct cw_ora *ora, struct cw_pg_load *to,
		       struct cw_err *err)
{
	const struct cw_shape *shape[1024];
	char text[CW_POS_TEXT_BYTES];
	uint64_t rows;

	if (load->catalog->table_count > CW_ARRAY_LEN(shape))
		return cw_fail(err, CW_ERR_LIMIT, 4611, "more than %zu tables",
			       CW_ARRAY_LEN(shape));
	for (uint32_t i = 0; i < load->catalog->table_count; i++)
		shape[i] = &load->catalog->table[i]->shape;
	if (!cw_pg_load_reset(to, shape, load->catalog->table_count, err) ||
	    !cw_snapshot_take(ora, &load->start, err))
		return false;
	cw_pos_text(&load->start, text);
	cw_log(CW_LOG_INFO, "snapshot", "position=%s", text);
	return cw_pg_load_begin(to, shape[0], err) &&
	       cw_pg_load_end(to, "snapshot", text, &rows, err);
}

/* The snapshot of an earlier start, or a new one. */
static bool find_start(struct cw_load *load, bool anew, struct cw_err *err)
{
	struct cw_pg_load *to = NULL;
	struct cw_ora *ora = NULL;
	char text[CW_POS_TEXT_BYTES];
	bool done = false;
	bool ok = cw_ora_open(load->ora_login, &ora, err) &&
		  cw_pg_load_open(load->pg_login, load->crossing, &to, err) &&
		  cw_pg_load_is_done(to, "snapshot", &done, text, sizeof(text), err);

	if (ok && done && !anew)
		ok = cw_pos_parse(text, &load->start, err);
	else if (ok)
		ok = begin_anew(load, ora, to, err);
	cw_pg_load_close(to);
	cw_ora_close(ora);
	return ok;
}

bool cw_load_run(struct cw_load *load, struct cw_err *err)
{
	for (unsigned i = 0; i < ANEW_MAX; i++) {
		if (!find_start(load, i > 0, err))
			return false;
		if (run_sessions(load, err))
			return true;
		if (err->code != 7022)
			return false;
		cw_log_err("load begins anew", err);
	}
	err->code = 4611;
	return cw_err_add(err, "the load began anew %u times", ANEW_MAX);
}
