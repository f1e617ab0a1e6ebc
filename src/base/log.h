/*
 * log.h - events for people and machines, one line each, to stderr
 *
 *	2026-01-31T23:59:59.123456Z info follow "table copied" table=ORDERS rows=20000
 *
 * The message names the event, the fields carry what varies, in logfmt.  Never
 * a value of a row, never a secret.  Libraries do not log: only task/,
 * cutover/, rehearsal/ and the programs do.
 *
 * Threads	any: a line is written in one piece
 */
#ifndef CW_BASE_LOG_H
#define CW_BASE_LOG_H

#include "base/err.h"

enum cw_log_level { CW_LOG_INFO, CW_LOG_WARN, CW_LOG_ERROR };

/* Who speaks in this process: "conductor", "forward", "rehearsal". */
void cw_log_set_name(const char *name);

/* @fields: printf format of "key=value key=value", may be "". */
void cw_log(enum cw_log_level level, const char *event, const char *fields, ...) CW_PRINTF(3, 4);

/* An error with its code, as a line of level error. */
void cw_log_err(const char *event, const struct cw_err *err);

#endif
