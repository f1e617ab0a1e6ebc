/*
 * ttc_pass.h - one description of a message, for reading it, writing it and showing it
 *
 * A message is written down once, as a straight line of cw_pass_...() calls that name each
 * field.  The pass says what happens at each: a reader takes the field from the wire into the
 * struct, a writer puts it on the wire from there, and a reader that has a trace tells it the
 * name, the place and the value as well.  So what the product reads, what it writes and what
 * a person is shown cannot differ.
 *
 *	void cw_ttc_pass_status(struct cw_pass *pass, struct cw_ttc_status *status)
 *	{
 *		cw_pass_ub4(pass, "call status", &status->call_status);
 *		cw_pass_ub2(pass, "end to end sequence", &status->sequence);
 *	}
 *
 * A field whose place is NULL is read and dropped, and written as 0.  Names that begin with
 * "unknown" are of fields whose meaning no witness told; the tool counts them.
 *
 * OCI between machines of the same kind (64 bits, the lowest byte first) sends integers of
 * fixed length and pointers of 8 bytes (0, or anything else); with cw_ttc.native a reader
 * reads these, the calls are the same.  How they lie:
 *
 *	arguments of a call: cw_pass_struct().  As a C structure, each at a place that its size
 *		divides, padding at the end; or packed, as other releases and platforms do, some
 *		for all calls (cw_ttc.native_packed), some for a few.
 *	parts of a message: cw_pass_block().  A byte in front says whether it comes as it lies
 *		in memory (1) or field by field (0).  Between platforms of other names that byte
 *		is not there, and ub8 and sb8 are as in the portable form (cw_ttc.native_fields).
 *
 * Everything else lies without gaps.
 *
 * Rows are the exception: their values go by without a pass when nobody traces, since a
 * result has millions of them.
 *
 * Owns		nothing; what is read lives in the reader's arena
 * Errors	a reader fails like cw_ttc_in, a writer like cw_wr
 * Threads	one at a time
 */
#ifndef CW_CODEC_TTC_PASS_H
#define CW_CODEC_TTC_PASS_H

#include "codec/ttc_prim.h"

/* How a field stands on the wire; also how it can be written again. */
enum cw_field_kind {
	CW_FIELD_U8,
	CW_FIELD_U16BE,
	CW_FIELD_U16LE,
	CW_FIELD_U32BE,
	CW_FIELD_LE, /* as many bytes as it has, the lowest first */
	CW_FIELD_UB, /* ub2, ub4, ub8 */
	CW_FIELD_SB,
	CW_FIELD_RAW,	/* bytes whose length was known */
	CW_FIELD_CLR,	/* with its length, or in chunks */
	CW_FIELD_DALC,	/* ub4, then a CLR */
	CW_FIELD_VALUE, /* of a row or bind, a CLR; type says which */
};

struct cw_field {
	const char *name;
	struct cw_bytes wire; /* where it lies in the message */
	enum cw_field_kind kind;
	bool is_text;	       /* of RAW, CLR, DALC: characters */
	uint8_t ora_type;      /* of VALUE */
	uint64_t number;       /* of the integers; SB: two's complement */
	struct cw_bytes bytes; /* of the others; NULL for NULL */
};

struct cw_ttc_trace {
	void (*field)(struct cw_ttc_trace *trace, const struct cw_field *field);
	/* What follows belongs to @name; @index from 0, or -1. */
	void (*enter)(struct cw_ttc_trace *trace, const char *name, int64_t index);
	void (*leave)(struct cw_ttc_trace *trace);
};

struct cw_pass {
	const struct cw_ttc *ttc;
	struct cw_ttc_in *in; /* reads; NULL: writes to wr */
	struct cw_wr *wr;
	bool least; /* writes integers in the fewest bytes, as servers do */
	const uint8_t *aligned_to; /* a native structure's start; NULL: outside */
};

static inline struct cw_pass cw_pass_reading(struct cw_ttc_in *in)
{
	return (struct cw_pass){ .ttc = in->ttc, .in = in };
}

static inline struct cw_pass cw_pass_writing(struct cw_wr *wr, const struct cw_ttc *ttc)
{
	return (struct cw_pass){ .ttc = ttc, .wr = wr };
}

/* Nothing more can be read or written. */
static inline bool cw_pass_failed(const struct cw_pass *pass)
{
	return pass->in ? cw_ttc_failed(pass->in) : cw_wr_failed(pass->wr);
}

/* Make either end fail; always returns false. */
bool cw_pass_bad(struct cw_pass *pass, const char *why);

void cw_pass_enter(struct cw_pass *pass, const char *name, int64_t index);
void cw_pass_leave(struct cw_pass *pass);

/*
 * The arguments of a call, or a part of a message, where the form is native; else nothing.
 * One client may pack some arguments and not others: @packed_at is where a pointer stands that
 * is always there if these are packed, four bytes later if not; 0: cw_ttc.native_packed says it.
 */
void cw_pass_struct(struct cw_pass *pass, size_t packed_at);
void cw_pass_block(struct cw_pass *pass);
void cw_pass_struct_end(struct cw_pass *pass); /* of either */
/* Does one of OCI's pointers that are not NULL stand @at bytes from here? */
bool cw_ttc_is_pointer_at(const struct cw_ttc_in *in, size_t at);
static inline bool cw_pass_is_native(const struct cw_pass *pass)
{
	return pass->in && pass->ttc && pass->ttc->native;
}

/* What is read lies in memory's order, with padding. */
static inline bool cw_pass_is_aligned(const struct cw_pass *pass)
{
	return pass->aligned_to != NULL;
}

void cw_pass_u8(struct cw_pass *pass, const char *name, uint8_t *value);
void cw_pass_u16be(struct cw_pass *pass, const char *name, uint16_t *value);
void cw_pass_u16le(struct cw_pass *pass, const char *name, uint16_t *value);
void cw_pass_u32be(struct cw_pass *pass, const char *name, uint32_t *value);
/* A byte that says whether something is there: 0 or 1. */
void cw_pass_pointer(struct cw_pass *pass, const char *name, bool *value);
/* The same, keeping what the byte was. */
void cw_pass_pointer_byte(struct cw_pass *pass, const char *name, uint8_t *value);

void cw_pass_ub2(struct cw_pass *pass, const char *name, uint16_t *value);
void cw_pass_ub4(struct cw_pass *pass, const char *name, uint32_t *value);
void cw_pass_ub8(struct cw_pass *pass, const char *name, uint64_t *value);
void cw_pass_sb1(struct cw_pass *pass, const char *name, int8_t *value);
void cw_pass_sb2(struct cw_pass *pass, const char *name, int16_t *value);
void cw_pass_sb4(struct cw_pass *pass, const char *name, int32_t *value);
void cw_pass_sb8(struct cw_pass *pass, const char *name, int64_t *value);

/* @len bytes; a writer writes @bytes, or zeros if there are fewer. */
void cw_pass_raw(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t len,
		 size_t max);
void cw_pass_clr(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t max);
void cw_pass_dalc(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t max);
/* The same for text, shown as such. */
void cw_pass_text_raw(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t len,
		      size_t max);
void cw_pass_text_clr(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t max);
void cw_pass_text_dalc(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t max);
/* Text whose length @len an earlier field gave: CHR. */
void cw_pass_chr(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t len,
		 size_t max);
/* Text with a NUL behind it. */
void cw_pass_nul_text(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t max);

/*
 * A reader takes room for @count of @size bytes, zeroed, at most @max of them; a writer keeps
 * what *at points to.  False: there is nothing to go through, or no room (then the pass has
 * failed).
 */
bool cw_pass_array(struct cw_pass *pass, void **at, uint64_t count, size_t size, uint64_t max,
		   const char *why);

/* key, value, flags of a login. */
void cw_pass_pair(struct cw_pass *pass, struct cw_ttc_pair *pair, size_t max);

/* Tell the trace of @wire, which was read by other means; NULL trace: nothing happens. */
void cw_ttc_tell(struct cw_ttc_in *in, const struct cw_field *field);

#endif
