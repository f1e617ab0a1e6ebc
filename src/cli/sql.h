/*
 * sql.h - the parts of `causeway sql`: rows printed, failures explained, the road told
 *
 * Threads	one
 */
#ifndef CW_CLI_SQL_H
#define CW_CLI_SQL_H

#include "oracle/session.h"

#include <stdio.h>

enum cw_sql_form { CW_SQL_ALIGNED, CW_SQL_CSV, CW_SQL_JSON };

struct cw_sql_out {
	FILE *rows, *words; /* what was asked for; what is said about it */
	enum cw_sql_form form;
};

/*
 * Fetch and print all rows of an executed query; of those that are cursors, behind them.  Widths of aligned columns follow the
 * first FETCH and the names; what comes later and is wider stands out, nothing is cut.
 */
bool cw_sql_print(const struct cw_sql_out *out, struct cw_ora *ora, struct cw_ora_stmt *stmt,
		  struct cw_err *err) CW_MUST_CHECK;
/* The rows that a block gave back: by its placeholders, which are REF CURSORs, and as results. */
bool cw_sql_print_more(const struct cw_sql_out *out, struct cw_ora *ora, struct cw_ora_stmt *stmt,
		       struct cw_err *err) CW_MUST_CHECK;
/* What a statement without rows did. */
void cw_sql_print_done(const struct cw_sql_out *out, const char *sql,
		       const struct cw_ora_result *result);

/* What an ORA- error means and what to do; NULL: not one of the common ones. */
const char *cw_sql_explain(int32_t ora_code);

/* For a terminal: control characters are spelled, but for line ends. */
void cw_sql_put_safe(FILE *to, const char *text);

/* "text" as JSON writes it. */
void cw_sql_json_text(FILE *to, const char *text, size_t len);

/* Open a session, telling each stage; one query; close.  false: the road is not open. */
bool cw_sql_ping(const struct cw_sql_out *out, const struct cw_ora_login *login,
		 struct cw_err *err) CW_MUST_CHECK;

#endif
