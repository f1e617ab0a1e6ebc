/* lob.c - see lob.h */
#include "oracle/lob.h"

#include "codec/utf16.h"
#include "oracle/wire.h"

#include <stdlib.h>

#define PIECE_UNITS	(1u << 19) /* of one call, by cw_ora_lob_next() and when writing */
#define READ_BYTES_MAX	((size_t)512 << 20)
#define OPEN_READ_WRITE 2u
#define TEMP_BYTES	40u /* of the locator that CREATE_TEMP fills */

struct cw_ora_lob {
	struct cw_ora *ora;
	bool is_clob, is_national;
	struct cw_bytes locator; /* owned */
	bool has_length;
	uint64_t length; /* in units */
	uint32_t chunk;	 /* 0: not known */
	uint64_t next;	 /* units read by cw_ora_lob_next() */
	uint8_t half[2]; /* of a pair that a piece cut */
	bool has_half;
	struct cw_arena arena; /* of what the last call gave */
};

/* ---- life ------------------------------------------------------------------------------- */

struct cw_ora_lob *ora_lob_new(struct cw_ora *ora, uint8_t ora_type, bool is_national,
			       struct cw_bytes locator)
{
	struct cw_ora_lob *lob = calloc(1, sizeof(*lob));
	uint8_t *copy = calloc(1, locator.len + 1);

	if (!lob || !copy)
		abort();
	if (locator.len > 0)
		memcpy(copy, locator.at, locator.len);
	*lob = (struct cw_ora_lob){
		.ora = ora,
		.is_clob = ora_type == CW_ORA_CLOB,
		.is_national = is_national,
		.locator = { copy, locator.len },
		.arena = CW_ARENA(READ_BYTES_MAX),
	};
	return lob;
}

void cw_ora_lobs_by_locator(struct cw_ora_stmt *stmt, bool wanted)
{
	if (stmt->by_locator == wanted)
		return;
	stmt->by_locator = wanted;
	/* what it was defined as no longer holds; neither does what its rows are read by */
	ora_close_cursor(stmt->ora, stmt->cursor_id);
	stmt->cursor_id = 0;
	stmt->was_executed = stmt->needs_define = stmt->is_defined = false;
}

void cw_ora_lob_of(struct cw_ora *ora, const struct cw_ora_column *column,
		   const struct cw_value *value, struct cw_ora_lob **ret)
{
	struct cw_ttc_lob lob;

	*ret = NULL;
	if (value->state != CW_VALUE_SET || !cw_ttc_lob_of_value(value, &lob))
		return;
	*ret = ora_lob_new(ora, column->ora_type, column->national, lob.locator);
	(*ret)->has_length = true;
	(*ret)->length = lob.size;
	(*ret)->chunk = lob.chunk;
}

struct cw_ora_lob *cw_ora_lob_out(struct cw_ora_stmt *stmt, unsigned index)
{
	struct cw_value value = cw_ora_out(stmt, index);
	struct cw_ttc_lob lob;

	for (uint32_t i = 0; i < stmt->place_count; i++)
		if (stmt->place[i] == index && value.state == CW_VALUE_SET &&
		    cw_ttc_lob_of_value(&value, &lob))
			return ora_lob_new(stmt->ora, stmt->oac[i].ora_type,
					   stmt->oac[i].charset_form == CW_CHARSET_FORM_NCHAR,
					   lob.locator);
	return NULL;
}

void cw_ora_lob_free(struct cw_ora_lob *lob)
{
	if (!lob)
		return;
	if (cw_ttc_locator_is_temporary(lob->locator))
		ora_free_locator(lob->ora, lob->locator);
	cw_arena_release(&lob->arena);
	free((void *)(uintptr_t)lob->locator.at);
	free(lob);
}

struct cw_value cw_ora_lob_bind(const struct cw_ora_lob *lob)
{
	return cw_value_set(lob->locator);
}

/* ---- one operation ------------------------------------------------------------------------ */

/* What the server says of the locator is what it is from then on. */
static void keep_locator(struct cw_ora_lob *lob, struct cw_bytes locator)
{
	if (locator.len == lob->locator.len)
		memcpy((void *)(uintptr_t)lob->locator.at, locator.at, locator.len);
}

static bool ask(struct cw_ora_lob *lob, struct cw_ttc_lob_op *op, const char *what,
		struct ora_reply *reply, struct cw_err *err)
{
	struct cw_ora *ora = lob->ora;
	struct cw_wr *wr;

	if (ora->broken)
		return cw_fail(err, CW_ERR_RETRY, 7104, "%s: the session is lost", ora->where);
	op->source = lob->locator;
	*reply = (struct ora_reply){ .arena = &lob->arena, .lob = op };
	wr = ora_begin(ora);
	cw_ttc_put_lob_op(wr, &ora->ttc, ora_next_sequence(ora), op);
	op->has_source = true; /* as the answer is read */
	op->source_len = (uint32_t)op->source.len;
	if (!ora_call(ora, reply, err) || !ora_check(ora, reply, what, err))
		return false;
	keep_locator(lob, reply->lob_answer.source);
	return true;
}

/* An operation that has an amount, and answers with one. */
static bool ask_amount(struct cw_ora_lob *lob, uint32_t operation, uint64_t amount,
		       const char *what, uint64_t *ret, struct cw_err *err)
{
	struct cw_ttc_lob_op op = { .operation = operation, .has_amount = true, .amount = amount };
	struct ora_reply reply;

	cw_arena_reset(&lob->arena);
	if (!ask(lob, &op, what, &reply, err))
		return false;
	if (ret)
		*ret = reply.lob_answer.amount < 0 ? 0 : (uint64_t)reply.lob_answer.amount;
	return true;
}

bool cw_ora_lob_create(struct cw_ora *ora, uint8_t ora_type, bool national, struct cw_ora_lob **ret,
		       struct cw_err *err)
{
	static const uint8_t none[TEMP_BYTES];
	struct cw_ora_lob *lob =
		ora_lob_new(ora, ora_type, national, (struct cw_bytes){ none, sizeof(none) });
	struct cw_ttc_lob_op op = {
		.operation = CW_LOB_CREATE_TEMP,
		.target_len = CW_LOB_SESSION_DURATION,
		.source_offset = !lob->is_clob ? 0 : national ? CW_CHARSET_FORM_NCHAR : 1,
		.target_offset = ora_type,
		.has_charset = true,
		.charset = national ? CW_CHARSET_UTF16 : CW_CHARSET_UTF8,
		.has_flag = true,
	};
	struct ora_reply reply;

	if (!ask(lob, &op, "making a temporary LOB", &reply, err)) {
		cw_ora_lob_free(lob);
		*ret = NULL;
		return false;
	}
	lob->has_length = true;
	*ret = lob;
	return true;
}

bool cw_ora_lob_length(struct cw_ora_lob *lob, uint64_t *ret, struct cw_err *err)
{
	if (!lob->has_length &&
	    !ask_amount(lob, CW_LOB_LENGTH, 0, "length of a LOB", &lob->length, err))
		return false;
	lob->has_length = true;
	*ret = lob->length;
	return true;
}

bool cw_ora_lob_chunk(struct cw_ora_lob *lob, uint32_t *ret, struct cw_err *err)
{
	uint64_t chunk = lob->chunk;

	if (chunk == 0 &&
	    !ask_amount(lob, CW_LOB_CHUNK_SIZE, 0, "chunk size of a LOB", &chunk, err))
		return false;
	*ret = lob->chunk = (uint32_t)chunk;
	return true;
}

bool cw_ora_lob_trim(struct cw_ora_lob *lob, uint64_t length, struct cw_err *err)
{
	lob->has_length = false;
	if (!ask_amount(lob, CW_LOB_TRIM, length, "trim a LOB", NULL, err))
		return false;
	lob->has_length = true;
	lob->length = length;
	return true;
}

bool cw_ora_lob_open(struct cw_ora_lob *lob, struct cw_err *err)
{
	return ask_amount(lob, CW_LOB_OPEN, OPEN_READ_WRITE, "open a LOB", NULL, err);
}

bool cw_ora_lob_close(struct cw_ora_lob *lob, struct cw_err *err)
{
	struct cw_ttc_lob_op op = { .operation = CW_LOB_CLOSE };
	struct ora_reply reply;

	return ask(lob, &op, "close a LOB", &reply, err);
}

bool cw_ora_lob_is_open(struct cw_ora_lob *lob, bool *ret, struct cw_err *err)
{
	struct cw_ttc_lob_op op = { .operation = CW_LOB_IS_OPEN, .has_flag = true };
	struct ora_reply reply;

	if (!ask(lob, &op, "is a LOB open", &reply, err))
		return false;
	*ret = reply.lob_answer.flag != 0;
	return true;
}

/* ---- reading ---------------------------------------------------------------------------------- */

/* Do its data travel as UTF-16?  NCLOBs always do. */
static bool is_utf16(const struct cw_ora_lob *lob)
{
	return lob->is_clob && (lob->is_national || cw_ttc_locator_is_utf16(lob->locator));
}

static bool bad_text(struct cw_err *err, const char *what)
{
	return cw_fail(err, CW_ERR_DATA, 7130, "%s", what);
}

static bool to_utf8(struct cw_ora_lob *lob, struct cw_bytes wide, struct cw_bytes *ret,
		    struct cw_err *err)
{
	uint8_t *text = cw_try_new(&lob->arena, uint8_t, cw_utf16_room(wide.len) + 1, err);
	size_t len;

	if (!text)
		return false;
	if (!cw_utf16_to_utf8(wide, cw_ttc_locator_is_little_endian(lob->locator), text, &len))
		return bad_text(err, "a piece of a CLOB is no UTF-16, or begins or ends in the "
				     "middle of a character");
	*ret = (struct cw_bytes){ text, len };
	return true;
}

/* As it travels; *ret_units were read. */
static bool read_raw(struct cw_ora_lob *lob, uint64_t offset, uint32_t amount, struct cw_bytes *ret,
		     uint64_t *ret_units, struct cw_err *err)
{
	struct cw_ttc_lob_op op = { .operation = CW_LOB_READ,
				    .source_offset = offset,
				    .has_amount = true,
				    .amount = amount };
	struct ora_reply reply;

	cw_arena_reset(&lob->arena);
	if (!ask(lob, &op, "read a LOB", &reply, err))
		return false;
	*ret = reply.lob_data;
	*ret_units = reply.lob_answer.amount < 0 ? 0 : (uint64_t)reply.lob_answer.amount;
	return true;
}

bool cw_ora_lob_read(struct cw_ora_lob *lob, uint64_t offset, uint32_t amount, struct cw_bytes *ret,
		     struct cw_err *err)
{
	uint64_t units;

	if (!read_raw(lob, offset, amount, ret, &units, err))
		return false;
	return !is_utf16(lob) || to_utf8(lob, *ret, ret, err);
}

static bool is_high_half(const struct cw_ora_lob *lob, const uint8_t unit[2])
{
	unsigned high = unit[cw_ttc_locator_is_little_endian(lob->locator)];

	return high >= 0xd8 && high < 0xdc;
}

/* With the half that the piece before left, without one that this piece cuts. */
static bool whole_pairs(struct cw_ora_lob *lob, struct cw_bytes *wide, bool is_last,
			struct cw_err *err)
{
	uint8_t *joined;

	if (lob->has_half) {
		joined = cw_try_new(&lob->arena, uint8_t, wide->len + 2, err);
		if (!joined)
			return false;
		memcpy(joined, lob->half, 2);
		if (wide->len > 0)
			memcpy(joined + 2, wide->at, wide->len);
		*wide = (struct cw_bytes){ joined, wide->len + 2 };
		lob->has_half = false;
	}
	if (is_last || wide->len < 2 || !is_high_half(lob, wide->at + wide->len - 2))
		return true;
	wide->len -= 2;
	memcpy(lob->half, wide->at + wide->len, 2);
	lob->has_half = true;
	return true;
}

void cw_ora_lob_rewind(struct cw_ora_lob *lob)
{
	lob->next = 0;
	lob->has_half = false;
}

bool cw_ora_lob_next(struct cw_ora_lob *lob, struct cw_bytes *ret, struct cw_err *err)
{
	uint64_t units, length;

	*ret = (struct cw_bytes){ NULL, 0 };
	if (!cw_ora_lob_length(lob, &length, err))
		return false;
	if (lob->next >= length)
		return !lob->has_half || bad_text(err, "a CLOB ends in the middle of a character");
	if (!read_raw(lob, lob->next + 1, PIECE_UNITS, ret, &units, err))
		return false;
	if (units == 0 || units > PIECE_UNITS)
		return cw_fail(err, CW_ERR_DATA, 7109,
			       "the server answers a read of %u units of a LOB with %llu",
			       PIECE_UNITS, (unsigned long long)units);
	lob->next += units;
	return !is_utf16(lob) || (whole_pairs(lob, ret, lob->next >= length, err) &&
				  to_utf8(lob, *ret, ret, err));
}

/* ---- writing ------------------------------------------------------------------------------------ */

/* The first bytes of @text, at most PIECE_UNITS of them and cut between characters. */
static struct cw_bytes first_piece(const struct cw_ora_lob *lob, struct cw_bytes text)
{
	size_t len = text.len < PIECE_UNITS ? text.len : PIECE_UNITS;

	while (lob->is_clob && len > 0 && len < text.len && (text.at[len] & 0xc0) == 0x80)
		len--;
	return (struct cw_bytes){ text.at, len };
}

static void swap_bytes(uint8_t *at, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		uint8_t first = at[i];

		at[i] = at[i + 1];
		at[i + 1] = first;
	}
}

static uint64_t count_characters(struct cw_bytes text)
{
	uint64_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += (text.at[i] & 0xc0) != 0x80;
	return count;
}

/* As it travels, and how many units that is. */
static bool to_wire(struct cw_ora_lob *lob, struct cw_bytes piece, struct cw_bytes *ret,
		    uint64_t *ret_units, struct cw_err *err)
{
	uint8_t *wide;
	size_t len;

	*ret = piece;
	*ret_units = lob->is_clob ? count_characters(piece) : piece.len;
	if (!is_utf16(lob))
		return true;
	wide = cw_try_new(&lob->arena, uint8_t, 2 * piece.len + 1, err);
	if (!wide)
		return false;
	if (!cw_utf8_to_utf16(piece, wide, &len))
		return bad_text(err, "text for a CLOB is no UTF-8");
	if (cw_ttc_locator_is_little_endian(lob->locator))
		swap_bytes(wide, len);
	*ret = (struct cw_bytes){ wide, len };
	*ret_units = len / 2;
	return true;
}

bool cw_ora_lob_write(struct cw_ora_lob *lob, uint64_t offset, struct cw_bytes bytes,
		      struct cw_err *err)
{
	struct ora_reply reply;
	uint64_t units;

	while (bytes.len > 0) {
		struct cw_bytes piece = first_piece(lob, bytes);
		struct cw_ttc_lob_op op = { .operation = CW_LOB_WRITE,
					    .source_offset = offset,
					    .has_data = true };

		cw_arena_reset(&lob->arena);
		if (!to_wire(lob, piece, &op.data, &units, err) ||
		    !ask(lob, &op, "write a LOB", &reply, err))
			return false;
		bytes.at += piece.len;
		bytes.len -= piece.len;
		offset += units;
		if (lob->has_length && offset - 1 > lob->length)
			lob->length = offset - 1;
	}
	return true;
}

bool cw_ora_lob_append(struct cw_ora_lob *lob, struct cw_bytes bytes, struct cw_err *err)
{
	uint64_t length;

	return cw_ora_lob_length(lob, &length, err) &&
	       cw_ora_lob_write(lob, length + 1, bytes, err);
}
