/*
 * ttc_call_request.h - what a client asks of statements: EXECUTE, REEXECUTE, FETCH
 *
 * A request is any number of piggybacks (ttc_call_piggyback.h) and then one function.
 *
 *	call		u8 3, 17 or 26; u8 function; u8 sequence; from FV 18 on ub8 token
 *	EXECUTE		options, cursor, SQL length, prefetch, counts of binds and defines ...
 *			then the SQL text, 13 ub4 called al8i4, and an OAC for each bind (or
 *			each column that is defined)
 *	REEXECUTE	cursor, iterations, two words of options	(4, or 78 with fetch)
 *	FETCH		cursor, rows
 *	bind row	u8 7, the values; long ones after all others, see below
 *
 * EXECUTE and REEXECUTE are followed by a bind row for each iteration, written and read one
 * by one, so that a million rows need the memory of one.
 *
 * A bind that is declared longer than a string may be (4000 or 32767 bytes) stands at the
 * end of its row, but not in PL/SQL.  python-oracledb declares exactly those binds that it
 * moves with 0x7fffffff, and before 1.3 moves them from 32768 on whatever the server says.
 *
 * Owns		nothing; what is read lives in the reader's arena
 * Errors	readers fail like cw_ttc_in; ask cw_ttc_failed()
 * Sources	python-oracledb messages/{base,execute,fetch}.pyx; node-oracledb
 *		lib/thin/protocol/messages/{base,execute,fetch,withData}.js; the
 *		recordings of XE 18c and Free 23 (cassettes, sessions)
 */
#ifndef CW_CODEC_TTC_CALL_REQUEST_H
#define CW_CODEC_TTC_CALL_REQUEST_H

#include "base/arena.h"
#include "codec/ttc_call_codes.h"
#include "codec/ttc_pass.h"
#include "model/shape.h"

struct cw_ttc_call {
	uint8_t message; /* CW_TTC_FUNCTION, PIGGYBACK or ONEWAY, or whatever came instead */
	uint8_t function;
	uint8_t sequence;
	uint64_t token;
};

/* Behind the message's first byte, of FUNCTION, PIGGYBACK and ONEWAY. */
void cw_ttc_pass_call(struct cw_pass *pass, struct cw_ttc_call *call);
/* For another message than the three only @message is read. */
void cw_ttc_get_call(struct cw_ttc_in *in, struct cw_ttc_call *ret);

/* How a bind is declared, or how a column shall be sent. */
struct cw_ttc_oac {
	uint8_t ora_type;
	uint8_t flags; /* 0x40: array of PL/SQL */
	uint8_t charset_form;
	uint16_t charset;
	uint32_t bytes_max;
	uint32_t array_max;
	uint32_t chars_max; /* or how much of a LOB to send at once */
	uint64_t cont_flags;
	uint8_t precision;
	int8_t scale; /* both 0 in most drivers' binds; ojdbc gives a TIMESTAMP its digits */
	struct cw_bytes object_id;
	uint32_t version; /* of the object's type */
	uint32_t collation;
};

#define CW_OAC_ARRAY	    0x40u
#define CW_OAC_LOB_PREFETCH 0x2000000u
#define CW_OAC_MOVED	    0x7fffffffu /* bytes_max of what python-oracledb moves */

/* NUMBER 22 bytes, DATE 7 ...; character types as UTF-8 of @bytes_max bytes. */
struct cw_ttc_oac cw_ttc_oac_of(uint8_t ora_type, uint32_t bytes_max);
/* The three fields that a native structure has otherwise. */
void cw_ttc_pass_type_id(struct cw_pass *pass, uint64_t *cont_flags, struct cw_bytes *object_id,
			 uint32_t *version);
void cw_ttc_pass_oac(struct cw_pass *pass, struct cw_ttc_oac *oac);
void cw_ttc_get_oac(struct cw_ttc_in *in, struct cw_ttc_oac *ret);

#define CW_AL8I4_COUNT 13u

struct cw_ttc_execute {
	uint32_t options;
	uint32_t cursor_id;  /* 0: a new statement */
	struct cw_bytes sql; /* empty: that of the cursor */
	uint32_t prefetch_rows;
	uint32_t bind_count, define_count; /* one of them is 0 */
	const struct cw_ttc_oac *oac;	   /* bind_count or define_count of them */
	/*
	 * [1] iterations of what is no query, rows to fetch from a cursor that is open;
	 * [7] 1 for a query; [9] enum cw_ttc_execute_flag; [10], [11] enum cw_ttc_orientation
	 */
	uint32_t al8i4[CW_AL8I4_COUNT];

	/* What a reader needs to write the same again; cw_ttc_put_execute() fills these in. */
	bool has_sql, has_al8i4, has_binds, has_defines;
	/* seerdb tells how many binds there are when it executes again, and describes none */
	uint32_t binds_told, defines_told;
	uint32_t sql_len; /* as announced: thick clients announce 3 bytes a character */
	uint32_t al8i4_count, prefetch_bytes, long_bytes_max;
	uint8_t al8o4[2];	  /* pointers: output words and their length */
	uint8_t transaction[5];	  /* al8app, al8txn, al8txl, al8kv, al8kvl */
	uint32_t registration[2]; /* low, high */
	uint8_t objects[2];	  /* al8objlist, al8objlen */
	bool has_blv, has_dnam;
	uint32_t blv_len, dnam_len;
	bool has_row_counts, has_row_count_len;
	uint32_t row_counts;
	uint8_t signature[3];	  /* pointers: signature, SQL id, length of SQL id */
	uint32_t signature_len[2];
	bool has_chunks;
	uint32_t chunks;
};

void cw_ttc_pass_execute(struct cw_pass *pass, struct cw_ttc_execute *execute);
void cw_ttc_put_execute(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			const struct cw_ttc_execute *execute);
/* After cw_ttc_get_call(). */
void cw_ttc_get_execute(struct cw_ttc_in *in, struct cw_ttc_execute *ret);

struct cw_ttc_reexecute {
	uint32_t cursor_id;
	uint32_t iterations; /* rows to fetch with CW_FN_REEXECUTE_AND_FETCH */
	uint32_t options1;   /* 0x20 with CW_FN_REEXECUTE_AND_FETCH */
	uint32_t options2;   /* 1: commit */
};
void cw_ttc_pass_reexecute(struct cw_pass *pass, struct cw_ttc_reexecute *reexecute);

void cw_ttc_put_reexecute(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			  enum cw_ttc_function_code function,
			  const struct cw_ttc_reexecute *reexecute);
void cw_ttc_get_reexecute(struct cw_ttc_in *in, struct cw_ttc_reexecute *ret);

void cw_ttc_pass_fetch(struct cw_pass *pass, uint32_t *cursor_id, uint32_t *rows);
void cw_ttc_put_fetch(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
		      uint32_t cursor_id, uint32_t rows);
void cw_ttc_get_fetch(struct cw_ttc_in *in, uint32_t *ret_cursor_id, uint32_t *ret_rows);

/* COMMIT, ROLLBACK, PING, LOGOFF. */
void cw_ttc_put_simple(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
		       enum cw_ttc_function_code function);

/*
 * One bind row with its leading 7.  @count binds; those whose @skip is true (RETURNING, OUT
 * when executed again) have no value.  @skip may be NULL.
 */
/* Is each bind one CLR in its own place? */
bool cw_ttc_binds_are_plain(const struct cw_ttc *ttc, const struct cw_ttc_oac *oac, uint32_t count);
/* A row of such, as cw_ttc_put_bind_row() writes it. */
void cw_ttc_put_plain_bind_row(struct cw_wr *wr, const struct cw_ttc *ttc,
			       const struct cw_value *values, uint32_t count);

void cw_ttc_put_bind_row(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_oac *oac,
			 const struct cw_value *values, const bool *skip, uint32_t count,
			 bool plsql);
void cw_ttc_get_bind_row(struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
			 struct cw_value *values, const bool *skip, uint32_t count, bool plsql);

/* The values of an array of PL/SQL, or the one of another bind. */
struct cw_ttc_elements {
	struct cw_value *at;
	uint32_t count;
};
/* The row of a block some of whose binds may be arrays; the elements are in @arena.  None is sent where all are skipped. */
void cw_ttc_get_block_row(struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
			  struct cw_ttc_elements *row, const bool *skip, uint32_t count,
			  struct cw_arena *arena);

/* Does it stand behind all others in its row?  Not in PL/SQL. */
bool cw_ttc_bind_is_moved(const struct cw_ttc *ttc, const struct cw_ttc_oac *oac);

/* Is it a type whose values are one CLR? */
static inline bool cw_ttc_type_is_scalar(uint8_t ora_type)
{
	switch (ora_type) {
	case CW_ORA_VARCHAR2:
	case CW_ORA_NUMBER:
	case CW_ORA_INTEGER:
	case CW_ORA_LONG:
	case CW_ORA_DATE:
	case CW_ORA_RAW:
	case CW_ORA_LONG_RAW:
	case CW_ORA_CHAR:
	case CW_ORA_BINARY_FLOAT:
	case CW_ORA_BINARY_DOUBLE:
	case CW_ORA_TIMESTAMP:
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_INTERVAL_YM:
	case CW_ORA_INTERVAL_DS:
	case CW_ORA_TIMESTAMP_LTZ:
		return true;
	default:
		return false;
	}
}

#define CW_TTC_LOCATOR_MAX 8192u
#define CW_TTC_ROWID_PARTS 14u /* of a ROWID in a bind; 13 as well: else it is text */

/* A CLOB or a BLOB: its value in a row of binds is its locator. */
static inline bool cw_ttc_type_is_lob(uint8_t ora_type)
{
	return ora_type == CW_ORA_CLOB || ora_type == CW_ORA_BLOB;
}

/* Can rows hold it?  What they cannot is refused before they are read. */
static inline bool cw_ttc_bind_is_known(const struct cw_ttc_oac *oac)
{
	return (cw_ttc_type_is_scalar(oac->ora_type) || cw_ttc_type_is_lob(oac->ora_type) ||
		oac->ora_type == CW_ORA_CURSOR || oac->ora_type == CW_ORA_JSON ||
		oac->ora_type == CW_ORA_BOOLEAN || oac->ora_type == CW_ORA_ROWID) &&
	       !(oac->flags & CW_OAC_ARRAY);
}

/* Can an array of PL/SQL hold it? */
static inline bool cw_ttc_array_is_known(const struct cw_ttc_oac *oac)
{
	return (oac->flags & CW_OAC_ARRAY) && cw_ttc_type_is_scalar(oac->ora_type);
}

#endif
