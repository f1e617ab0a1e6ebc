/*
 * ora_apply.h - a target (pipe/target.h): changes of PostgreSQL applied to Oracle
 *
 * Changes of one statement in a row become an array; every UPDATE and DELETE
 * must touch exactly one row, each is counted.  Rows without a key are found by
 * all their columns, one of equal ones by ROWID.  Progress goes into
 * CAUSEWAY_PROGRESS of the login's schema (schema/ddl.h makes it) in the same
 * transaction, which also marks it as ours for the capture of the redo.
 *
 * Triggers and foreign keys of Oracle are the runbook's business: they must be
 * off.
 *
 * Errors	CW5301 UPDATE or DELETE found no row; CW5302 found several; CW5303
 *		a row with that key is there already (ORA-00001); CW5304 lacks
 *		columns; those of codec/convert.h; CW7xxx
 */
#ifndef CW_ENDPOINT_ORA_APPLY_H
#define CW_ENDPOINT_ORA_APPLY_H

#include "oracle/session.h"
#include "pipe/target.h"

struct cw_ora_apply_options {
	const char *crossing; /* its name: the stream is "reverse" of it */
};

bool cw_ora_apply_open(const struct cw_ora_login *login, const struct cw_ora_apply_options *options,
		       struct cw_target **ret, struct cw_err *err) CW_MUST_CHECK;

#endif
