/*
 * plsql_cursor.h - explicit cursors and SYS_REFCURSOR inside a block
 *
 * Each reads its words at the present token, without the semicolon, and writes PL/pgSQL to pl->out.
 *
 * PL/pgSQL's CURRENT OF finds the row in the locks that its cursor took, and takes a cursor's variable for its name.
 *
 * Errors	ORA-06550 for a name that is no cursor, ORA-01410 where CURRENT OF has no row
 */
#ifndef CW_REHEARSAL_PLSQL_CURSOR_H
#define CW_REHEARSAL_PLSQL_CURSOR_H

#include "rehearsal/plsql.h"

bool plsql_cursor_declare(struct plsql *pl); /* behind CURSOR */
bool plsql_cursor_open(struct plsql *pl);    /* behind OPEN */
bool plsql_cursor_fetch(struct plsql *pl);   /* behind FETCH */
bool plsql_cursor_close(struct plsql *pl);   /* behind CLOSE */
bool plsql_cursor_arguments(struct plsql *pl, const struct plsql_variable *cursor); /* [(a, b)] */

/* UPDATE and DELETE ... WHERE CURRENT OF: its cursor, and what is checked in front of the statement. */
bool plsql_cursor_current_of(struct plsql *pl, struct sql_stmt *stmt);

/* The variables that hold a cursor's attributes, declared. */
void plsql_cursor_flags(struct cw_wr *out, const char *name);
/* Behind OPEN, and in front of each FETCH: of one that locks rows ORA-01002 behind COMMIT and ROLLBACK. */
void plsql_cursor_opened(struct cw_wr *out, const struct plsql_variable *cursor);
void plsql_cursor_may_fetch(struct cw_wr *out, const struct plsql_variable *cursor);
/* Behind the OPEN that stands from @from on, of a query that is FOR UPDATE: its rows are locked there. */
void plsql_cursor_lock(struct plsql *pl, size_t from, const char *cursor);
/* Behind a FETCH in bulk: "got$@number" rows, of "limit$@number". */
void plsql_cursor_fetched(struct cw_wr *out, const char *name, unsigned number);
/* What the attribute says, written to @out; its enum sql_type. */
uint8_t plsql_cursor_attribute(struct cw_wr *out, const char *name, const char *attribute);

#endif
