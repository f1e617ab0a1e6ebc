/*
 * load.h - all rows as of one SCN, by several sessions at once
 *
 * Every table is a piece of work; each session takes the next one, reads it
 * AS OF the snapshot and writes it by COPY, in one transaction with the mark
 * that it is there.  After kill -9 the pieces without a mark are done again,
 * as of the same SCN, which the target keeps; if Oracle can no longer tell
 * that SCN everything is emptied and a new snapshot taken.
 *
 * Errors	those of ora_snapshot.h and pg_load.h; CW4611 the load began anew
 *		three times (config)
 */
#ifndef CW_TASK_LOAD_H
#define CW_TASK_LOAD_H

#include "base/err.h"
#include "model/position.h"
#include "schema/catalog.h"
#include "schema/config.h"

#include <pthread.h>
#include <stdatomic.h>

struct cw_load {
	const struct cw_catalog *catalog;
	const char *crossing; /* its name */
	const struct cw_ora_login *ora_login;
	const struct cw_pg_login *pg_login;
	unsigned sessions;
	atomic_bool *stop;
	_Atomic uint64_t *rows; /* one a table: rows loaded so far */
	_Atomic uint64_t rows_total;
	struct cw_pos start; /* the snapshot */
	/* of the sessions */
	_Atomic uint32_t next_table;
	atomic_bool failed;
	pthread_mutex_t lock;
	struct cw_err err; /* the first failure */
};

/* On true all tables are loaded as of load->start. */
bool cw_load_run(struct cw_load *load, struct cw_err *err) CW_MUST_CHECK;

#endif
