/*
 * ttc_prim.h - the integers and byte strings that TTC messages are made of
 *
 * Shapes
 *
 *	ub2 ub4 ub8	one length byte n, then n bytes, the highest first; n = 0 is 0.
 *			Every n from 0 to the type's size occurs, 3 and 5 too
 *	sb2 sb4 sb8	the same; 0x80 in the length byte says negative
 *	sb1		one raw byte, or as sb2: which one DATA_TYPES decided
 *	CLR		00 or ff: NULL.  1 .. 252: that many bytes follow.  254: chunks,
 *			each a length (ub4, or one byte with old servers) and its bytes,
 *			until a length of 0
 *	DALC		ub4 n; if n > 0 a CLR of the same n bytes
 *	CHR		bytes whose length an earlier field gave: a CLR, or raw bytes if
 *			the client said so in DATA_TYPES
 *	pair		DALC key, DALC value, ub4 flags
 *
 * Reading goes over the packets' seams.  A byte string is handed out where it
 * lies if it lies in one piece and the runs stay (`stable`), else it is put
 * together in the arena, which bounds it.  As with struct cw_rd, the first
 * failure sticks, all that is read after it is 0 or NULL, and the caller asks
 * once at the end: cw_ttc_fail().
 *
 * Owns		nothing; byte strings live as long as the arena and the runs
 * Errors	CW2110 a field that no peer may send; CW2111 the message is cut
 * Threads	one at a time
 * Sources	python-oracledb src/oracledb/impl/base/buffer.pyx,
 *		impl/thin/packet.pyx; node-oracledb lib/impl/datahandlers/buffer.js
 */
#ifndef CW_CODEC_TTC_PRIM_H
#define CW_CODEC_TTC_PRIM_H

#include "base/arena.h"
#include "base/rd.h"
#include "base/wr.h"
#include "codec/ttc_session.h"
#include "model/value.h"

#define CW_CLR_SHORT_MAX   252u	  /* longer strings go in chunks */
#define CW_CLR_CHUNK_BYTES 32767u /* what we write; any size is read */
#define CW_CLR_NULL	   0xffu
#define CW_CLR_CHUNKED	   0xfeu
#define CW_CLR_ESCAPE	   0xfdu /* only of binds: what follows says what, 1 no value */
#define CW_CLR_NO_VALUE	   1u

/* ---- reading --------------------------------------------------------------- */

struct cw_ttc_trace;

struct cw_ttc_in {
	struct cw_rd rd;
	const struct cw_ttc *ttc;
	struct cw_arena *arena;	    /* for what straddles packets; its limit holds */
	bool stable;		    /* runs stay in place as long as the arena does */
	const char *why;	    /* what was wrong first; NULL: nothing, or cut */
	struct cw_ttc_trace *trace; /* told of each field (ttc_pass.h): one run, stable */
};

static inline bool cw_ttc_failed(const struct cw_ttc_in *in)
{
	return in->rd.failed;
}

/* Make the reader fail because of @why (a literal).  Always returns false. */
bool cw_ttc_bad(struct cw_ttc_in *in, const char *why);

/* Tell a failed reader's reason as CW2110 or CW2111: "@what: why".  Always returns false. */
bool cw_ttc_fail(const struct cw_ttc_in *in, const char *what, struct cw_err *err);

static inline uint8_t cw_ttc_get_u8(struct cw_ttc_in *in)
{
	return cw_rd_u8(&in->rd);
}

/* Is the next byte here, and @byte?  Then it is read. */
static inline bool cw_ttc_take_if(struct cw_ttc_in *in, uint8_t byte)
{
	if (in->rd.failed || in->rd.at == in->rd.end || *in->rd.at != byte)
		return false;
	in->rd.at++;
	return true;
}

uint16_t cw_ttc_get_ub2(struct cw_ttc_in *in);
uint32_t cw_ttc_get_ub4(struct cw_ttc_in *in);
uint64_t cw_ttc_get_ub8(struct cw_ttc_in *in);
int8_t cw_ttc_get_sb1(struct cw_ttc_in *in); /* by the session's rule */
int16_t cw_ttc_get_sb2(struct cw_ttc_in *in);
int32_t cw_ttc_get_sb4(struct cw_ttc_in *in);
int64_t cw_ttc_get_sb8(struct cw_ttc_in *in);

static inline void cw_ttc_skip_raw(struct cw_ttc_in *in, size_t count)
{
	(void)cw_rd_skip(&in->rd, count);
}

/* @len raw bytes, at most @max; in place or in the arena. */
struct cw_bytes cw_ttc_get_raw(struct cw_ttc_in *in, size_t len, size_t max);

/* The rest of a CLR whose first byte @first was read already. */
bool cw_ttc_get_clr_rest(struct cw_ttc_in *in, uint8_t first, size_t max, struct cw_value *ret);

/* Strings longer than @max fail the reader.  state is NULL or SET; false when failed. */
static inline bool cw_ttc_get_clr(struct cw_ttc_in *in, size_t max, struct cw_value *ret)
{
	size_t left = cw_rd_left(&in->rd);
	uint8_t first = left > 0 ? *in->rd.at : CW_CLR_CHUNKED;

	/* The fast way, once for each value of each row: it lies here in one piece. */
	if (first <= CW_CLR_SHORT_MAX && first > 0 && first < left && first <= max && in->stable &&
	    !in->rd.failed) {
		*ret = cw_value_set((struct cw_bytes){ in->rd.at + 1, first });
		in->rd.at += 1 + first;
		return true;
	}
	return cw_ttc_get_clr_rest(in, cw_rd_u8(&in->rd), max, ret);
}

/* Is the escape byte next? */
static inline bool cw_ttc_is_escaped(struct cw_ttc_in *in)
{
	return cw_rd_fill(&in->rd) && *in->rd.at == CW_CLR_ESCAPE;
}

/* {NULL, 0} for NULL. */
struct cw_bytes cw_ttc_get_dalc(struct cw_ttc_in *in, size_t max);
struct cw_bytes cw_ttc_get_chr(struct cw_ttc_in *in, size_t len, size_t max);
void cw_ttc_skip_clr(struct cw_ttc_in *in);

struct cw_ttc_pair {
	struct cw_bytes key, value; /* compare keys with cw_ttc_is_key(): some end in NUL */
	uint32_t flags;
};

bool cw_ttc_is(struct cw_bytes bytes, const char *text);
/* The same for a pair's key: one NUL at its end does not count. */
bool cw_ttc_is_key(struct cw_bytes key, const char *text);

/* ---- writing --------------------------------------------------------------- */

static inline void cw_ttc_put_u8(struct cw_wr *wr, unsigned value)
{
	cw_wr_u8(wr, value);
}

void cw_ttc_put_ub(struct cw_wr *wr, uint64_t value); /* ub2, ub4 and ub8 alike */
unsigned cw_ttc_ub_bytes(uint64_t value);	      /* how many bytes that writes */
void cw_ttc_put_sb(struct cw_wr *wr, int64_t value);  /* sb2, sb4 and sb8 */
/* In as few bytes as there are, 3, 5, 6 and 7 too: servers write so, clients in 0, 1, 2, 4 or 8. */
void cw_ttc_put_ub_least(struct cw_wr *wr, uint64_t value);
void cw_ttc_put_sb_least(struct cw_wr *wr, int64_t value);
void cw_ttc_put_zeros(struct cw_wr *wr, size_t count); /* zero fields are one 00 each */

void cw_ttc_put_clr(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes bytes);
/* In chunks however short it is, as servers send LOB data. */
void cw_ttc_put_chunks(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes bytes);
void cw_ttc_put_null(struct cw_wr *wr); /* the NULL of a CLR: 00 */
void cw_ttc_put_dalc(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes bytes);
void cw_ttc_put_chr(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes bytes);
void cw_ttc_put_pair(struct cw_wr *wr, const struct cw_ttc *ttc, struct cw_bytes key,
		     struct cw_bytes value, uint32_t flags);

static inline struct cw_bytes cw_bytes_of(const char *text)
{
	return (struct cw_bytes){ (const uint8_t *)text, strlen(text) };
}

/* Message type, function code, sequence number and, from FV 18 on, a token of 0. */
void cw_ttc_put_function(struct cw_wr *wr, const struct cw_ttc *ttc, unsigned message,
			 unsigned function, uint8_t sequence);

#endif
