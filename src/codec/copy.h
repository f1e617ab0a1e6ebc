/*
 * copy.h - PostgreSQL's COPY BINARY, written and read
 *
 * Shape	"PGCOPY\n\377\r\n\0", flags u32 (0), extension length u32 (0); rows:
 *		count u16, then for each column its length i32 (-1: NULL) and bytes;
 *		the end is a count of -1
 * Owns		nothing: writes to and reads from what the caller brings
 * Errors	CW2021 damaged (data); those of convert.h
 * Sources	PostgreSQL 15 src/backend/commands/copyto.c, manual of COPY
 */
#ifndef CW_CODEC_COPY_H
#define CW_CODEC_COPY_H

#include "base/rd.h"
#include "codec/convert.h"

void cw_copy_begin(struct cw_wr *wr);
void cw_copy_end(struct cw_wr *wr);

/* One row of Oracle values, every column SET or NULL; the writer must grow, not flush. */
bool cw_copy_row(struct cw_wr *wr, const struct cw_shape *shape, const struct cw_row *row,
		 struct cw_err *err) CW_MUST_CHECK;

bool cw_copy_read_begin(struct cw_rd *rd, struct cw_err *err) CW_MUST_CHECK;

enum cw_copy_next { CW_COPY_ROW, CW_COPY_END, CW_COPY_BAD };

/* The next row lies in @rd in one piece; values point into it.  @row has room for @count. */
enum cw_copy_next cw_copy_read_row(struct cw_rd *rd, uint16_t count, struct cw_value *ret,
				   struct cw_err *err) CW_MUST_CHECK;

#endif
