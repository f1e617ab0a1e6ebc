/*
 * canon.h - rows of a table of either side, in canonical form
 *
 * A canonical row is the bytes COPY BINARY would have for it: a count, and
 * each value's length and bytes in PostgreSQL's form.  Rows of Oracle go
 * through the one converter that load and follow use (codec/convert.h), rows
 * of PostgreSQL are read by COPY TO and made canonical where they lie.
 *
 * Owns		a reader its statement or copy; the row is good until the next
 * Errors	those of the sessions and of codec/convert.h, the table named
 * Threads	one at a time for each session
 */
#ifndef CW_ENDPOINT_CANON_H
#define CW_ENDPOINT_CANON_H

#include "base/wr.h"
#include "endpoint/digest.h"
#include "endpoint/ora_snapshot.h"
#include "oracle/session.h"
#include "postgres/session.h"

#define CW_CANON_KEYS 32 /* in one look-up */

struct cw_canon_row {
	struct cw_bytes bytes;	      /* all of the row */
	const struct cw_value *value; /* column by column, PostgreSQL's binary form */
};

/* Called for each row; false ends the scan with *err. */
typedef bool cw_canon_fn(void *arg, const struct cw_canon_row *row, struct cw_err *err);

/* All rows of @shape: as of @scn on Oracle, in the open transaction on PostgreSQL. */
bool cw_canon_scan_ora(struct cw_ora *ora, const struct cw_shape *shape, uint64_t scn,
		       cw_canon_fn *fn, void *arg, struct cw_err *err) CW_MUST_CHECK;
bool cw_canon_scan_pg(struct cw_pg *pg, const struct cw_shape *shape, cw_canon_fn *fn, void *arg,
		      struct cw_err *err) CW_MUST_CHECK;

/*
 * The rows with one of @count keys (CW_CANON_KEYS at most).  A key is the
 * values of the key's columns in canonical bytes, in key order.
 */
struct cw_canon_key {
	const struct cw_value *value; /* shape->key_count of them */
};

bool cw_canon_find_ora(struct cw_ora *ora, const struct cw_shape *shape, uint64_t scn,
		       const struct cw_canon_key *key, unsigned count, cw_canon_fn *fn, void *arg,
		       struct cw_err *err) CW_MUST_CHECK;
bool cw_canon_find_pg(struct cw_pg *pg, const struct cw_shape *shape,
		      const struct cw_canon_key *key, unsigned count, cw_canon_fn *fn, void *arg,
		      struct cw_err *err) CW_MUST_CHECK;

/*
 * Append the key of a row, each value as its length and bytes.  @is_pg: values
 * are PostgreSQL's, else Oracle's.  False: a key column is not SET, or not
 * convertible (err->kind says which: NONE or more).
 */
bool cw_canon_put_key(const struct cw_shape *shape, const struct cw_value *value, bool is_pg,
		      struct cw_wr *out, struct cw_err *err);

/*
 * Append a row as the scans give it.  @value: every column, SET or NULL;
 * @is_pg: PostgreSQL's, else Oracle's.  Afterwards they are those in @out.
 */
bool cw_canon_put_row(const struct cw_shape *shape, struct cw_value *value, bool is_pg,
		      struct cw_wr *out, struct cw_err *err) CW_MUST_CHECK;

/*
 * "ID=17, LINE=3", cut at room: for messages that name a row, by its key or, without one, by
 * all it has.  @is_pg: the values are PostgreSQL's, else Oracle's.
 */
const char *cw_canon_show_key(const struct cw_shape *shape, const struct cw_value *row, bool is_pg,
			      char *ret, size_t room);

#endif
