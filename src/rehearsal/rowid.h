/*
 * rowid.h - a ROWID made of an object id and the row's number in it, and back
 *
 * An extended ROWID is 18 characters of base 64 (A-Z a-z 0-9 + /): 6 for the data object
 * id, 3 for the relative file, 6 for the block, 3 for the slot.  The rehearsal has no
 * blocks and one file, 4: the low half of a row's number, from the hidden column ROWID$,
 * is cut into slot (8 bits) and block (24 bits), so that ROWIDs of one table sort as the
 * numbers do and ranges of them can be cut anywhere.  The high half is the object of the
 * partition that the row lies in, or 0 where that is the table.
 *
 * The same in SQL: rh.rowid_text(oid, bigint) text, rh.rowid_object(text) oid, and
 * rh.rowid_number(text), rh.rowid_in_parts(text) bigint for tables without and with
 * partitions.
 *
 * Sources	Oracle Database Concepts, "Rowid Format"; OpenLogReplicator, typeRowId
 */
#ifndef CW_REHEARSAL_ROWID_H
#define CW_REHEARSAL_ROWID_H

#include <stdbool.h>
#include <stdint.h>

#define RH_ROWID_CHARS 18
#define RH_LAST_ROWID  "rh.last_rowid"	    /* the backend's parameter for the row changed last */
#define RH_ROWID_NONE  "AAAAAAAAAAAAAAAAAA" /* V$LOGMNR_CONTENTS.ROW_ID of rows without */

#define RH_ROW_NUMBER(object, number) ((uint64_t)(object) << 32 | (uint32_t)(number))
#define RH_ROW_PART(number)	      ((uint32_t)((number) >> 32))

/* Where the row lies, in a table whose object is @table. */
static inline uint32_t rh_row_object(uint32_t table, uint64_t number)
{
	return RH_ROW_PART(number) ? RH_ROW_PART(number) : table;
}

static inline uint32_t rh_row_block(uint64_t number)
{
	return (uint32_t)number >> 8;
}

void rh_rowid_text(uint32_t table, uint64_t number, char ret[RH_ROWID_CHARS + 1]);
/* @ret_number: its low half. False: not 18 characters of that alphabet (ORA-01410). */
bool rh_rowid_parse(const char *text, uint32_t *ret_object, uint32_t *ret_number);

#endif
