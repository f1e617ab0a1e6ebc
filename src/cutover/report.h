/*
 * report.h - what happened, from the journal alone
 *
 * Everything in it is a record or computed from records, so that a report can
 * be made anew, and checked, long after: DIR/report.json and the readable time
 * line both come from here.
 */
#ifndef CW_CUTOVER_REPORT_H
#define CW_CUTOVER_REPORT_H

#include "base/err.h"

#include <jansson.h>
#include <stdio.h>

/* @records: cw_book_all() or cw_book_read(). */
json_t *cw_report_make(const char *crossing, const json_t *records);

/* One line for one record, without a line end; false if it is not for people. */
bool cw_report_line(const json_t *record, FILE *out);

/* Write @report to @path, whole or not at all. */
bool cw_report_save(const json_t *report, const char *path, struct cw_err *err) CW_MUST_CHECK;

#endif
