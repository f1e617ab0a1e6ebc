/*
 * pgoutput.h - the messages of a logical slot with plugin pgoutput, protocol 1
 *
 * A message is read in one go: its fixed part into struct cw_pgoutput, its
 * lists (columns of a relation, values of a row) lie in the message and are
 * walked with the readers below.  Streaming and two-phase are never asked for,
 * so their messages are errors.
 *
 * Shapes (big endian)
 *
 *	B  final_lsn u64, commit_us i64, xid u32
 *	C  flags u8, commit_lsn u64, end_lsn u64, commit_us i64
 *	O  origin_lsn u64, name
 *	R  relation u32, schema, name, identity u8 (d n f i), count u16,
 *	   { key u8, name, type u32, typmod i32 }
 *	Y  type u32, schema, name
 *	I  relation u32, 'N' tuple
 *	U  relation u32, ['K' tuple | 'O' tuple], 'N' tuple
 *	D  relation u32, 'K' tuple | 'O' tuple
 *	T  count u32, options u8, { relation u32 }
 *	M  flags u8, lsn u64, prefix, length u32, bytes
 *	tuple  count u16, { 'n' | 'u' | 't' length u32 bytes | 'b' length u32 bytes }
 *
 * Owns		nothing: all points into the message
 * Errors	CW2022 damaged, or no message of protocol 1 (data)
 * Sources	PostgreSQL 15 src/backend/replication/logical/proto.c; manual 55.9
 */
#ifndef CW_CODEC_PGOUTPUT_H
#define CW_CODEC_PGOUTPUT_H

#include "base/err.h"
#include "base/rd.h"
#include "model/value.h"

enum cw_pgoutput_type {
	CW_PGO_BEGIN = 'B',
	CW_PGO_COMMIT = 'C',
	CW_PGO_ORIGIN = 'O',
	CW_PGO_RELATION = 'R',
	CW_PGO_TYPE = 'Y',
	CW_PGO_INSERT = 'I',
	CW_PGO_UPDATE = 'U',
	CW_PGO_DELETE = 'D',
	CW_PGO_TRUNCATE = 'T',
	CW_PGO_MESSAGE = 'M',
};

struct cw_pgoutput {
	enum cw_pgoutput_type type;
	uint64_t lsn;		   /* B: of the commit record; C: the same; O: at the origin; M */
	uint64_t end_lsn;	   /* C */
	int64_t commit_us;	   /* B, C: since 2000-01-01 UTC */
	uint32_t xid;		   /* B */
	uint32_t relation;	   /* R I U D */
	const char *schema, *name; /* R Y; O: name; M: name is the prefix */
	uint8_t identity;	   /* R */
	uint8_t old_kind;	   /* U D: 'K', 'O', 0 for none */
	uint32_t count;		   /* R: columns; T: relations */
	struct cw_rd columns;	   /* R */
	struct cw_rd relations;	   /* T */
	struct cw_rd old_row, new_row;
	struct cw_bytes content; /* M */
};

bool cw_pgoutput_read(struct cw_bytes message, struct cw_pgoutput *ret,
		      struct cw_err *err) CW_MUST_CHECK;

struct cw_pgoutput_column {
	bool key;
	const char *name;
	uint32_t type;
	int32_t typmod;
};

/* Call count times on ret->columns; cw_rd_failed() tells at the end. */
struct cw_pgoutput_column cw_pgoutput_column(struct cw_rd *columns);

/*
 * The values of a tuple into @ret, which has room for @room: NULL, SET,
 * UNCHANGED for a toasted value that stayed.  False: damaged, or a value in
 * text where binary was asked for.
 */
bool cw_pgoutput_row(struct cw_rd tuple, struct cw_value *ret, uint16_t room, uint16_t *ret_count,
		     struct cw_err *err) CW_MUST_CHECK;

#endif
