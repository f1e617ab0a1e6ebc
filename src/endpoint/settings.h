/*
 * settings.h - settings of the database that columns of the crossing depend on
 *
 * A TIMESTAMP WITH LOCAL TIME ZONE is, in rows and in the redo, local time of
 * DBTIMEZONE, and says nothing of it; PostgreSQL's timestamptz is UTC.  It is
 * carried as it is, so that DBTIMEZONE has to be UTC, or each moment would be
 * another one.  National text lies in raw redo as bytes of the national
 * character set, which are read as UTF-16: of UTF8 they would be other letters.
 *
 * Objects and transactions have their numbers in each pluggable database anew.  A session in
 * one is given its redo alone (19c Reference, V$LOGMNR_CONTENTS), one in the root that of all: another's
 * rows and commits would be taken for ours.
 *
 * Errors	CW7025 the session is in the root of a container database, CW7024 the time zone is not UTC, CW7307 the national character set
 *		is not AL16UTF16 (config); those of ora_read.h
 * Threads	any
 */
#ifndef CW_ENDPOINT_SETTINGS_H
#define CW_ENDPOINT_SETTINGS_H

#include "oracle/session.h"
#include "schema/catalog.h"

enum cw_setting { CW_SETTING_CONTAINER, CW_SETTING_TIME_ZONE, CW_SETTING_NATIONAL_SET };

/* Is @value one with which columns cross as what they are? */
bool cw_setting_suits(enum cw_setting setting, const char *value);

/* The first column that depends on it, "OWNER.TABLE.COLUMN"; false: there is none. */
bool cw_setting_column(enum cw_setting setting, const struct cw_catalog *catalog, char *ret,
		       size_t room);

/* Do those that columns depend on suit?  @raw: the redo is read as bytes. */
bool cw_settings_check(struct cw_ora *ora, const struct cw_catalog *catalog, bool raw,
		       struct cw_err *err) CW_MUST_CHECK;

#endif
