/*
 * lob_parts.h - what the files of LOBs need of each other
 *
 *	lob.c		locators and what is done with them
 *	lob_store.c	the session's file: snapshots in a ring, temporary LOBs in blocks
 *	lob_row.c	LOBs that lie in rows
 */
#ifndef CW_REHEARSAL_LOB_PARTS_H
#define CW_REHEARSAL_LOB_PARTS_H

#include "base/arena.h"
#include "rehearsal/lob.h"
#include "rehearsal/session.h"

#include <stdio.h>

#define LOB_IN_ROW     UINT64_MAX
#define LOB_BYTES_MAX  ((uint64_t)1 << 30) /* of a value: PostgreSQL holds no more */
#define LOB_OPEN_MAX   1000u

struct lob_temp {
	uint32_t *block;
	uint32_t block_count, block_room;
	uint32_t serial; /* even: free */
	uint32_t next_free;
	uint64_t bytes;
};

struct lob_place { /* of a LOB that was opened */
	uint8_t key[22];
};

struct rh_lobs {
	FILE *ring; /* snapshots */
	uint64_t ring_bytes;
	FILE *file; /* blocks of temporary LOBs */
	uint32_t file_blocks;
	uint32_t *free_block;
	uint32_t free_count, free_room;
	struct lob_temp *temp;
	uint32_t temp_count, temp_room, temp_free; /* temp_free: index + 1 of a free one */
	struct lob_place *open;
	uint32_t open_count;
};

/* What a locator says. */
struct lob_ref {
	bool is_clob, is_temp;
	uint8_t form;
	uint64_t place, bytes, row;
	uint32_t table;
	uint16_t column;
};

struct rh_lobs *lob_store(struct rh_session *session);

/* Snapshots: any number, the oldest are overwritten. */
bool lob_keep(struct rh_lobs *lobs, struct cw_bytes content, uint64_t *ret_place,
	      struct rh_error *error);
bool lob_kept(struct rh_lobs *lobs, uint64_t place, uint64_t offset, uint8_t *to, size_t len,
	      struct rh_error *error);

/* Temporary ones, by the number in their locators; NULL: ORA-22275. */
bool lob_temp_new(struct rh_lobs *lobs, uint64_t *ret, struct rh_error *error);
struct lob_temp *lob_temp_find(struct rh_lobs *lobs, uint64_t number, struct rh_error *error);
void lob_temp_free(struct rh_lobs *lobs, struct lob_temp *temp);
bool lob_temp_read(struct rh_lobs *lobs, const struct lob_temp *temp, uint64_t offset, uint8_t *to,
		   size_t len, struct rh_error *error);
/* Behind its end the gap is filled with @fill, two bytes again and again. */
bool lob_temp_write(struct rh_lobs *lobs, struct lob_temp *temp, uint64_t offset,
		    struct cw_bytes data, const uint8_t fill[2], struct rh_error *error);
bool lob_temp_cut(struct rh_lobs *lobs, struct lob_temp *temp, uint64_t bytes);

/* Content as it is kept: UTF-16BE of a CLOB's UTF-8, and back. */
bool lob_to_kept(struct cw_arena *arena, bool is_clob, struct cw_bytes content,
		 struct cw_bytes *ret, struct rh_error *error);
bool lob_from_kept(struct cw_arena *arena, bool is_clob, struct cw_bytes kept, struct cw_bytes *ret,
		   struct rh_error *error);

/* The content of the row's column now, as it is kept; NULL there: ORA-22275. */
bool lob_row_read(struct rh_session *session, const struct lob_ref *ref, struct cw_arena *arena,
		  struct cw_bytes *ret, struct rh_error *error);
/* ORA-22920 if the row is not locked by this transaction. */
bool lob_row_write(struct rh_session *session, const struct lob_ref *ref, struct cw_bytes content,
		   struct rh_error *error);
bool lob_row_locked(struct rh_session *session, const struct lob_ref *ref, struct rh_error *error);

#endif
