/*
 * local_time.h - TIMESTAMP WITH LOCAL TIME ZONE is a moment by the database's own time zone
 *
 * Its fields, in rows and in the redo, are local time of DBTIMEZONE, and say
 * nothing of it; PostgreSQL's timestamptz is UTC.  They are carried as they
 * are, so that DBTIMEZONE has to be UTC, or each moment would be another one.
 *
 * Errors	CW7024 it is not (config); those of ora_read.h
 * Threads	any
 */
#ifndef CW_ENDPOINT_LOCAL_TIME_H
#define CW_ENDPOINT_LOCAL_TIME_H

#include "oracle/session.h"
#include "schema/catalog.h"

/* Is @zone, as DBTIMEZONE says it, UTC all the year? */
bool cw_local_time_is_utc(const char *zone);

/* The first column of the type, "OWNER.TABLE.COLUMN"; false: there is none. */
bool cw_local_time_column(const struct cw_catalog *catalog, char *ret, size_t room);

/* A database with such columns must have UTC. */
bool cw_local_time_check(struct cw_ora *ora, const struct cw_catalog *catalog,
			 struct cw_err *err) CW_MUST_CHECK;

#endif
