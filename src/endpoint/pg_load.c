/* pg_load.c - see pg_load.h */
#include "endpoint/pg_load.h"

#include "base/fault.h"
#include "codec/copy.h"
#include "endpoint/canon.h"
#include "postgres/copy.h"
#include "schema/ddl.h"
#include "schema/own.h"

#include <stdio.h>
#include <stdlib.h>

#define SEND_BYTES    (64u << 10)
#define ROW_BYTES_MAX (64u << 20) /* of COPY data held at once */
#define SQL_BYTES_MAX (1u << 20)

struct cw_pg_load {
	struct cw_pg *pg;
	struct cw_wr wr; /* rows not yet sent */
	char stream[CW_OWN_STREAM_BYTES];
	const struct cw_shape *shape;
	uint64_t rows;
};

bool cw_pg_load_open(const struct cw_pg_login *login, const char *crossing, struct cw_pg_load **ret,
		     struct cw_err *err)
{
	struct cw_pg_load *load = calloc(1, sizeof(*load));

	if (!load)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	load->wr.limit_bytes = ROW_BYTES_MAX;
	(void)cw_own_stream("load", crossing, load->stream);
	if (!cw_pg_open(login, &load->pg, err) ||
	    !cw_pg_run(load->pg, "SET session_replication_role = replica; SET lock_timeout = '30s'",
		       err)) {
		cw_pg_load_close(load);
		return cw_err_add(err, "load");
	}
	*ret = load;
	return true;
}

void cw_pg_load_close(struct cw_pg_load *load)
{
	if (!load)
		return;
	cw_pg_close(load->pg);
	cw_wr_release(&load->wr);
	free(load);
}

static void put_names(struct cw_wr *sql, const struct cw_shape *shape)
{
	char quoted[140];

	for (uint16_t i = 0; i < shape->column_count; i++)
		cw_wr_printf(sql, "%s%s", i ? ", " : "",
			     cw_pg_quote(shape->column[i].pg_name, quoted, sizeof(quoted)));
}

bool cw_pg_load_begin(struct cw_pg_load *load, const struct cw_shape *shape, struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = SQL_BYTES_MAX };
	char table[264];
	bool ok;

	assert(!load->shape);
	cw_wr_printf(&sql, "COPY %s (", cw_ddl_pg_table(shape, table));
	put_names(&sql, shape);
	cw_wr_printf(&sql, ") FROM STDIN (FORMAT binary)%c", 0);
	ok = cw_pg_run(load->pg, "BEGIN", err) &&
	     cw_pg_copy_begin(load->pg, (const char *)sql.at0, err);
	cw_wr_release(&sql);
	if (!ok)
		return cw_err_add(err, "load of %s.%s", shape->owner, shape->name);
	load->shape = shape;
	load->rows = 0;
	cw_wr_reset(&load->wr);
	cw_copy_begin(&load->wr);
	return true;
}

static bool send(struct cw_pg_load *load, struct cw_err *err)
{
	bool ok = cw_pg_copy_put(load->pg, cw_wr_bytes(&load->wr), err);

	cw_wr_reset(&load->wr);
	return ok ? true : cw_err_add(err, "load of %s.%s", load->shape->owner, load->shape->name);
}

bool cw_pg_load_row(struct cw_pg_load *load, const struct cw_row *row, struct cw_err *err)
{
	char where[200];

	load->rows++;
	if (cw_fault("load.drop_row")) {
		load->rows--;
		return true;
	}
	if (!cw_copy_row(&load->wr, load->shape, row, err)) {
		return cw_err_add(err, "load of %s.%s, row %s", load->shape->owner,
				  load->shape->name,
				  cw_canon_show_key(load->shape, row->value, false, where,
						    sizeof(where)));
	}
	return load->wr.len < SEND_BYTES || send(load, err);
}

static bool put_mark(struct cw_pg_load *load, const char *item, const char *note,
		     struct cw_err *err)
{
	const char *params[3] = { load->stream, item, note ? note : "" };
	struct cw_pg_rows rows;
	bool ok = cw_pg_query(load->pg,
			      "INSERT INTO causeway.progress (stream, seq, position, at) "
			      "VALUES ($1 || ':' || $2, 0, $3, clock_timestamp())",
			      3, params, CW_PG_AS_TEXT, &rows, err);

	cw_pg_rows_free(&rows);
	return ok;
}

bool cw_pg_load_end(struct cw_pg_load *load, const char *item, const char *note, uint64_t *ret_rows,
		    struct cw_err *err)
{
	const struct cw_shape *shape = load->shape;
	uint64_t stored;

	cw_copy_end(&load->wr);
	if (!send(load, err) || !cw_pg_copy_end(load->pg, &stored, err))
		return cw_err_add(err, "load of %s.%s", shape->owner, shape->name);
	if (stored != load->rows)
		return cw_fail(err, CW_ERR_DATA, 5101,
			       "load of %s.%s: %llu rows were sent, PostgreSQL stored %llu; look "
			       "for triggers and rules on the table",
			       shape->owner, shape->name, (unsigned long long)load->rows,
			       (unsigned long long)stored);
	if ((item && !put_mark(load, item, note, err)) || !cw_pg_run(load->pg, "COMMIT", err))
		return cw_err_add(err, "load of %s.%s", shape->owner, shape->name);
	*ret_rows = stored;
	load->shape = NULL;
	return true;
}

bool cw_pg_load_is_done(struct cw_pg_load *load, const char *item, bool *ret_done, char *ret_note,
			size_t room, struct cw_err *err)
{
	const char *params[2] = { load->stream, item };
	struct cw_pg_rows rows;

	if (!cw_pg_query(load->pg,
			 "SELECT position FROM causeway.progress WHERE stream = $1 || ':' || $2", 2,
			 params, CW_PG_AS_TEXT, &rows, err))
		return cw_err_add(err, "asking what was loaded");
	*ret_done = rows.row_count > 0;
	(void)snprintf(ret_note, room, "%s", *ret_done ? cw_pg_text(&rows, 0, 0) : "");
	cw_pg_rows_free(&rows);
	return true;
}

bool cw_pg_load_reset(struct cw_pg_load *load, const struct cw_shape *const *shapes, unsigned count,
		      struct cw_err *err)
{
	struct cw_wr sql = { .limit_bytes = SQL_BYTES_MAX };
	char table[264];

	cw_wr_printf(&sql,
		     "BEGIN; DELETE FROM causeway.progress WHERE starts_with(stream, '%s:'); ",
		     load->stream);
	for (unsigned i = 0; i < count; i++)
		cw_wr_printf(&sql, "%s%s", i ? ", " : "TRUNCATE ",
			     cw_ddl_pg_table(shapes[i], table));
	cw_wr_text(&sql, "; COMMIT");
	return cw_pg_run_wr(load->pg, &sql, err) ||
	       cw_err_add(err, "emptying the tables before the load");
}
