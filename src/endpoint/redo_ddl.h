/*
 * redo_ddl.h - what the text of a DDL row says of the rows of a table
 *
 * The text is the user's, as it was typed, and is not parsed: what is not
 * known to be harmless to the table that its row names is not.
 *
 * Threads	any
 */
#ifndef CW_ENDPOINT_REDO_DDL_H
#define CW_ENDPOINT_REDO_DDL_H

#include "base/base.h"

#include <stdbool.h>

/* Does it leave rows and columns of its table as they are? */
bool cw_redo_ddl_is_harmless(struct cw_bytes text);

/*
 * EXCHANGE [SUB]PARTITION ... WITH TABLE @name: rows of a table that the row of
 * the DDL does not name change places with a part's, and no row tells of it.
 */
bool cw_redo_ddl_trades(struct cw_bytes text, const char *name);

#endif
