/*
 * rowid.h - a ROWID made of an object id and the row's number in it, and back
 *
 * An extended ROWID is 18 characters of base 64 (A-Z a-z 0-9 + /): 6 for the data object
 * id, 3 for the relative file, 6 for the block, 3 for the slot.  The rehearsal has no
 * blocks: a row's number, from the hidden column ROWID$, is cut into slot (its low 8
 * bits), block (32 bits) and file (the rest, from 4 on), so that ROWIDs of one table
 * sort as the numbers do and ranges of them can be cut anywhere.
 *
 * The same in SQL: rh.rowid_text(oid, bigint) text, rh.rowid_number(text) bigint,
 * rh.rowid_object(text) oid.
 *
 * Sources	Oracle Database Concepts, "Rowid Format"; OpenLogReplicator, typeRowId
 */
#ifndef CW_REHEARSAL_ROWID_H
#define CW_REHEARSAL_ROWID_H

#include <stdbool.h>
#include <stdint.h>

#define RH_ROWID_CHARS 18
#define RH_LAST_ROWID  "rh.last_rowid" /* the backend's parameter for the row changed last */
#define RH_ROWID_NONE  "AAAAAAAAAAAAAAAAAA" /* V$LOGMNR_CONTENTS.ROW_ID of rows without */

void rh_rowid_text(uint32_t object, uint64_t number, char ret[RH_ROWID_CHARS + 1]);
/* False: not 18 characters of that alphabet (ORA-01410). */
bool rh_rowid_parse(const char *text, uint32_t *ret_object, uint64_t *ret_number);

#endif
