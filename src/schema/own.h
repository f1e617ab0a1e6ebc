/*
 * own.h - what Causeway keeps on both sides: where each stream of each crossing is
 *
 *	PostgreSQL	schema causeway, table progress (stream text, seq bigint, position text,
 *			at timestamptz), no index
 *	Oracle		table CAUSEWAY_PROGRESS (STREAM, SEQ, POSITION, AT) in the schema of the login; a
 *			transaction that touches it was written by Causeway
 *
 * Several crossings may have these in common: a stream's name ends with its crossing's, and the
 * stream "crossing" of each says that it uses them, from the first moment until it is cleaned.
 * Several processes may make them at once.
 *
 * Errors	those of postgres/session.h and oracle/session.h
 */
#ifndef CW_SCHEMA_OWN_H
#define CW_SCHEMA_OWN_H

#include "base/err.h"
#include "oracle/session.h"
#include "postgres/session.h"

#include <stdio.h>

#define CW_OWN_STREAM_BYTES 64

/*
 * IF NOT EXISTS fails when two sessions make the same thing at once (23505).  Stands in front
 * of such statements, in the same transaction.
 */
#define CW_OWN_LOCK "SELECT pg_advisory_xact_lock(hashtext('causeway'));"

/* "forward:shop"; @what: forward, reverse, load, crossing. */
static inline const char *cw_own_stream(const char *what, const char *crossing,
					char ret[CW_OWN_STREAM_BYTES])
{
	(void)snprintf(ret, CW_OWN_STREAM_BYTES, "%s:%s", what, crossing);
	return ret;
}

bool cw_own_make_pg(struct cw_pg *pg, const char *crossing, struct cw_err *err) CW_MUST_CHECK;
bool cw_own_make_ora(struct cw_ora *ora, const char *crossing, struct cw_err *err) CW_MUST_CHECK;

/* The crossing's rows; all of it, if no other crossing uses it.  What is not there is no error. */
bool cw_own_drop_pg(struct cw_pg *pg, const char *crossing, struct cw_err *err) CW_MUST_CHECK;
bool cw_own_drop_ora(struct cw_ora *ora, const char *crossing, struct cw_err *err) CW_MUST_CHECK;

#endif
