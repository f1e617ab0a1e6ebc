/* ttc_pass.c - see ttc_pass.h */
#include "codec/ttc_pass.h"

#define NUL_TEXT_ROOM	 512u
#define NATIVE_ALIGNMENT 8u /* of pointers, and so of structures */

bool cw_pass_bad(struct cw_pass *pass, const char *why)
{
	if (pass->in)
		return cw_ttc_bad(pass->in, why);
	pass->wr->failed = true;
	return false;
}

void cw_ttc_tell(struct cw_ttc_in *in, const struct cw_field *field)
{
	if (in->trace && !cw_ttc_failed(in))
		in->trace->field(in->trace, field);
}

void cw_pass_enter(struct cw_pass *pass, const char *name, int64_t index)
{
	if (pass->in && pass->in->trace)
		pass->in->trace->enter(pass->in->trace, name, index);
}

void cw_pass_leave(struct cw_pass *pass)
{
	if (pass->in && pass->in->trace)
		pass->in->trace->leave(pass->in->trace);
}

/* ---- integers ------------------------------------------------------------------ */

static void tell_number(struct cw_ttc_in *in, const char *name, enum cw_field_kind kind,
			const uint8_t *from, uint64_t number)
{
	struct cw_field field = { .name = name, .kind = kind, .number = number };

	if (!in->trace)
		return;
	field.wire = (struct cw_bytes){ from, (size_t)(in->rd.at - from) };
	cw_ttc_tell(in, &field);
}

static void put_padding(struct cw_pass *pass, size_t size)
{
	size_t over = pass->aligned_to ? (size_t)(pass->in->rd.at - pass->aligned_to) % size : 0;

	if (over > 0)
		cw_pass_raw(pass, "padding", NULL, size - over, size);
}

#define NATIVE_POINTER "\xfe\xff\xff\xff\xff\xff\xff\xff"

bool cw_ttc_is_pointer_at(const struct cw_ttc_in *in, size_t at)
{
	return cw_rd_left(&in->rd) >= at + 8 && memcmp(in->rd.at + at, NATIVE_POINTER, 8) == 0;
}

/* 11.2.0.4 on Windows packs EXECUTE and AUTH, not CLOSE CURSORS and VERSION (suproxy's tests). */
void cw_pass_struct(struct cw_pass *pass, size_t packed_at)
{
	bool packed;

	if (!cw_pass_is_native(pass) || pass->ttc->native_short)
		return;
	packed = pass->ttc->native_packed;
	if (packed_at > 0 && cw_ttc_is_pointer_at(pass->in, packed_at))
		packed = true;
	else if (packed_at > 0 && cw_ttc_is_pointer_at(pass->in, packed_at + 4))
		packed = false;
	if (!packed)
		pass->aligned_to = pass->in->rd.at;
}

/* */
void cw_pass_block(struct cw_pass *pass)
{
	uint8_t as_it_lies = 0;

	if (!cw_pass_is_native(pass) || pass->ttc->native_fields)
		return;
	cw_pass_u8(pass, "as it lies in memory", &as_it_lies);
	if (as_it_lies)
		pass->aligned_to = pass->in->rd.at;
}

void cw_pass_struct_end(struct cw_pass *pass)
{
	if (!cw_pass_is_aligned(pass))
		return;
	put_padding(pass, NATIVE_ALIGNMENT);
	pass->aligned_to = NULL;
}

static uint64_t get_native(struct cw_pass *pass, const char *name, size_t size)
{
	const uint8_t *from;
	uint64_t value;

	put_padding(pass, size);
	from = pass->in->rd.at;
	value = __builtin_bswap64(cw_rd_be(&pass->in->rd, (unsigned)size) << 8 * (8 - size));
	tell_number(pass->in, name, CW_FIELD_LE, from, value);
	return value;
}

void cw_pass_u8(struct cw_pass *pass, const char *name, uint8_t *value)
{
	const uint8_t *from;
	uint8_t got;

	if (!pass->in) {
		cw_wr_u8(pass->wr, value ? *value : 0);
		return;
	}
	from = pass->in->rd.at;
	got = cw_rd_u8(&pass->in->rd);
	tell_number(pass->in, name, CW_FIELD_U8, from, got);
	if (value)
		*value = got;
}

void cw_pass_pointer(struct cw_pass *pass, const char *name, bool *value)
{
	uint8_t byte = value && *value;

	cw_pass_pointer_byte(pass, name, &byte);
	if (value)
		*value = byte != 0;
}

void cw_pass_pointer_byte(struct cw_pass *pass, const char *name, uint8_t *value)
{
	if (cw_pass_is_native(pass) && !pass->ttc->native_short)
		*value = get_native(pass, name, NATIVE_ALIGNMENT) != 0;
	else
		cw_pass_u8(pass, name, value);
}

void cw_pass_u16be(struct cw_pass *pass, const char *name, uint16_t *value)
{
	const uint8_t *from;
	uint16_t got;

	if (!pass->in) {
		cw_wr_u16be(pass->wr, value ? *value : 0);
		return;
	}
	from = pass->in->rd.at;
	got = cw_rd_u16be(&pass->in->rd);
	tell_number(pass->in, name, CW_FIELD_U16BE, from, got);
	if (value)
		*value = got;
}

void cw_pass_u16le(struct cw_pass *pass, const char *name, uint16_t *value)
{
	const uint8_t *from;
	uint16_t got;

	if (!pass->in) {
		cw_wr_u8(pass->wr, value ? *value & 0xff : 0);
		cw_wr_u8(pass->wr, value ? *value >> 8 : 0);
		return;
	}
	from = pass->in->rd.at;
	got = cw_rd_u16le(&pass->in->rd);
	tell_number(pass->in, name, CW_FIELD_U16LE, from, got);
	if (value)
		*value = got;
}

void cw_pass_u32be(struct cw_pass *pass, const char *name, uint32_t *value)
{
	const uint8_t *from;
	uint32_t got;

	if (!pass->in) {
		cw_wr_u32be(pass->wr, value ? *value : 0);
		return;
	}
	from = pass->in->rd.at;
	got = cw_rd_u32be(&pass->in->rd);
	tell_number(pass->in, name, CW_FIELD_U32BE, from, got);
	if (value)
		*value = got;
}

static void put_ub(struct cw_pass *pass, uint64_t value)
{
	if (pass->least)
		cw_ttc_put_ub_least(pass->wr, value);
	else
		cw_ttc_put_ub(pass->wr, value);
}

static void put_sb(struct cw_pass *pass, int64_t value)
{
	if (pass->least)
		cw_ttc_put_sb_least(pass->wr, value);
	else
		cw_ttc_put_sb(pass->wr, value);
}

void cw_pass_ub2(struct cw_pass *pass, const char *name, uint16_t *value)
{
	const uint8_t *from;
	uint16_t got;

	if (!pass->in) {
		put_ub(pass, value ? *value : 0);
		return;
	}
	if (cw_pass_is_native(pass)) {
		got = (uint16_t)get_native(pass, name, sizeof(got));
		if (value)
			*value = got;
		return;
	}
	from = pass->in->rd.at;
	got = cw_ttc_get_ub2(pass->in);
	tell_number(pass->in, name, CW_FIELD_UB, from, got);
	if (value)
		*value = got;
}

void cw_pass_ub4(struct cw_pass *pass, const char *name, uint32_t *value)
{
	const uint8_t *from;
	uint32_t got;

	if (!pass->in) {
		put_ub(pass, value ? *value : 0);
		return;
	}
	if (cw_pass_is_native(pass)) {
		got = (uint32_t)get_native(pass, name, sizeof(got));
		if (value)
			*value = got;
		return;
	}
	from = pass->in->rd.at;
	got = cw_ttc_get_ub4(pass->in);
	tell_number(pass->in, name, CW_FIELD_UB, from, got);
	if (value)
		*value = got;
}

void cw_pass_ub8(struct cw_pass *pass, const char *name, uint64_t *value)
{
	const uint8_t *from;
	uint64_t got;

	if (!pass->in) {
		put_ub(pass, value ? *value : 0);
		return;
	}
	if (cw_pass_is_native(pass) && !pass->ttc->native_fields) {
		got = (uint64_t)get_native(pass, name, sizeof(got));
		if (value)
			*value = got;
		return;
	}
	from = pass->in->rd.at;
	got = cw_ttc_get_ub8(pass->in);
	tell_number(pass->in, name, CW_FIELD_UB, from, got);
	if (value)
		*value = got;
}

void cw_pass_sb1(struct cw_pass *pass, const char *name, int8_t *value)
{
	const uint8_t *from;
	int8_t got;

	if (!pass->in) {
		if (pass->ttc->sb1_raw)
			cw_wr_u8(pass->wr, value ? (uint8_t)*value : 0);
		else
			put_sb(pass, value ? *value : 0);
		return;
	}
	from = pass->in->rd.at;
	got = cw_ttc_get_sb1(pass->in);
	tell_number(pass->in, name, pass->ttc->sb1_raw ? CW_FIELD_U8 : CW_FIELD_SB, from,
		    (uint64_t)(int64_t)got);
	if (value)
		*value = got;
}

void cw_pass_sb2(struct cw_pass *pass, const char *name, int16_t *value)
{
	const uint8_t *from;
	int16_t got;

	if (!pass->in) {
		put_sb(pass, value ? *value : 0);
		return;
	}
	if (cw_pass_is_native(pass)) {
		got = (int16_t)get_native(pass, name, sizeof(got));
		if (value)
			*value = got;
		return;
	}
	from = pass->in->rd.at;
	got = cw_ttc_get_sb2(pass->in);
	tell_number(pass->in, name, CW_FIELD_SB, from, (uint64_t)(int64_t)got);
	if (value)
		*value = got;
}

void cw_pass_sb4(struct cw_pass *pass, const char *name, int32_t *value)
{
	const uint8_t *from;
	int32_t got;

	if (!pass->in) {
		put_sb(pass, value ? *value : 0);
		return;
	}
	if (cw_pass_is_native(pass)) {
		got = (int32_t)get_native(pass, name, sizeof(got));
		if (value)
			*value = got;
		return;
	}
	from = pass->in->rd.at;
	got = cw_ttc_get_sb4(pass->in);
	tell_number(pass->in, name, CW_FIELD_SB, from, (uint64_t)(int64_t)got);
	if (value)
		*value = got;
}

void cw_pass_sb8(struct cw_pass *pass, const char *name, int64_t *value)
{
	const uint8_t *from;
	int64_t got;

	if (!pass->in) {
		put_sb(pass, value ? *value : 0);
		return;
	}
	if (cw_pass_is_native(pass) && !pass->ttc->native_fields) {
		got = (int64_t)get_native(pass, name, sizeof(got));
		if (value)
			*value = got;
		return;
	}
	from = pass->in->rd.at;
	got = cw_ttc_get_sb8(pass->in);
	tell_number(pass->in, name, CW_FIELD_SB, from, (uint64_t)got);
	if (value)
		*value = got;
}

/* ---- byte strings ----------------------------------------------------------------- */

static void tell_bytes(struct cw_ttc_in *in, const char *name, enum cw_field_kind kind,
		       bool is_text, const uint8_t *from, struct cw_bytes bytes)
{
	struct cw_field field = { .name = name, .kind = kind, .is_text = is_text, .bytes = bytes };

	if (!in->trace)
		return;
	field.wire = (struct cw_bytes){ from, (size_t)(in->rd.at - from) };
	cw_ttc_tell(in, &field);
}

static void pass_raw(struct cw_pass *pass, const char *name, bool is_text, struct cw_bytes *bytes,
		     size_t len, size_t max)
{
	const uint8_t *from;
	struct cw_bytes got;

	if (!pass->in) {
		size_t have = !bytes ? 0 : bytes->len < len ? bytes->len : len;

		cw_wr_put(pass->wr, have ? bytes->at : NULL, have);
		cw_ttc_put_zeros(pass->wr, len - have);
		return;
	}
	from = pass->in->rd.at;
	got = cw_ttc_get_raw(pass->in, len, max);
	if (len > 0)
		tell_bytes(pass->in, name, CW_FIELD_RAW, is_text, from, got);
	if (bytes)
		*bytes = got;
}

void cw_pass_raw(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t len,
		 size_t max)
{
	pass_raw(pass, name, false, bytes, len, max);
}

void cw_pass_text_raw(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t len,
		      size_t max)
{
	pass_raw(pass, name, true, bytes, len, max);
}

static void pass_clr(struct cw_pass *pass, const char *name, bool is_text, struct cw_bytes *bytes,
		     size_t max)
{
	const uint8_t *from;
	struct cw_value got;

	if (!pass->in) {
		cw_ttc_put_clr(pass->wr, pass->ttc, bytes ? *bytes : (struct cw_bytes){ 0 });
		return;
	}
	from = pass->in->rd.at;
	(void)cw_ttc_get_clr(pass->in, max, &got);
	tell_bytes(pass->in, name, CW_FIELD_CLR, is_text, from, cw_value_bytes(&got));
	if (bytes)
		*bytes = cw_value_bytes(&got);
}

void cw_pass_clr(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t max)
{
	pass_clr(pass, name, false, bytes, max);
}

void cw_pass_text_clr(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t max)
{
	pass_clr(pass, name, true, bytes, max);
}

/* A length and, if it is not 0, a CLR that may be shorter: thick clients count 3 bytes a character. */
static void get_native_dalc(struct cw_pass *pass, const char *name, bool is_text,
			    struct cw_bytes *bytes, size_t max)
{
	struct cw_bytes got = { NULL, 0 };

	if (get_native(pass, "length", sizeof(uint32_t)) > 0)
		pass_clr(pass, name, is_text, &got, max);
	if (bytes)
		*bytes = got;
}

static void pass_dalc(struct cw_pass *pass, const char *name, bool is_text, struct cw_bytes *bytes,
		      size_t max)
{
	const uint8_t *from;
	struct cw_bytes got;

	if (!pass->in) {
		put_ub(pass, bytes ? bytes->len : 0);
		if (bytes && bytes->len > 0)
			cw_ttc_put_clr(pass->wr, pass->ttc, *bytes);
		return;
	}
	if (cw_pass_is_native(pass)) {
		get_native_dalc(pass, name, is_text, bytes, max);
		return;
	}
	from = pass->in->rd.at;
	got = cw_ttc_get_dalc(pass->in, max);
	tell_bytes(pass->in, name, CW_FIELD_DALC, is_text, from, got);
	if (bytes)
		*bytes = got;
}

void cw_pass_dalc(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t max)
{
	pass_dalc(pass, name, false, bytes, max);
}

void cw_pass_text_dalc(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t max)
{
	pass_dalc(pass, name, true, bytes, max);
}

void cw_pass_chr(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t len,
		 size_t max)
{
	const uint8_t *from;
	struct cw_bytes got;

	if (!pass->in) {
		cw_ttc_put_chr(pass->wr, pass->ttc, *bytes);
		return;
	}
	if (cw_pass_is_native(pass)) {
		pass_clr(pass, name, true, bytes, max);
		return;
	}
	from = pass->in->rd.at;
	got = cw_ttc_get_chr(pass->in, len, max);
	if (pass->in->rd.at != from)
		tell_bytes(pass->in, name, pass->ttc->chr_raw ? CW_FIELD_RAW : CW_FIELD_CLR, true,
			   from, got);
	if (bytes)
		*bytes = got;
}

static struct cw_bytes get_nul_text(struct cw_ttc_in *in, size_t max)
{
	uint8_t text[NUL_TEXT_ROOM], *copy;
	struct cw_err err;
	size_t len = 0;

	for (uint8_t c = cw_ttc_get_u8(in); c != 0; c = cw_ttc_get_u8(in)) {
		if (len == max || len == sizeof(text)) {
			(void)cw_ttc_bad(in, "a name is longer than it may be");
			break;
		}
		text[len++] = c;
	}
	copy = cw_ttc_failed(in) ? NULL : cw_try_new(in->arena, uint8_t, len + 1, &err);
	if (!copy)
		return (struct cw_bytes){ NULL, 0 };
	memcpy(copy, text, len);
	return (struct cw_bytes){ copy, len };
}

void cw_pass_nul_text(struct cw_pass *pass, const char *name, struct cw_bytes *bytes, size_t max)
{
	const uint8_t *from;
	struct cw_bytes got;

	if (!pass->in) {
		cw_wr_put(pass->wr, bytes->at, bytes->len);
		cw_wr_u8(pass->wr, 0);
		return;
	}
	from = pass->in->rd.at;
	got = get_nul_text(pass->in, max);
	tell_bytes(pass->in, name, CW_FIELD_RAW, true, from,
		   (struct cw_bytes){ got.at, got.at ? got.len + 1 : 0 });
	*bytes = got;
}

bool cw_pass_array(struct cw_pass *pass, void **at, uint64_t count, size_t size, uint64_t max,
		   const char *why)
{
	struct cw_err err;

	if (!pass->in)
		return count > 0;
	if (cw_pass_failed(pass))
		return false;
	if (count > max)
		return cw_ttc_bad(pass->in, why);
	if (count == 0)
		return false;
	*at = cw_arena_try(pass->in->arena, count, size, _Alignof(max_align_t), &err);
	if (!*at)
		return cw_ttc_bad(pass->in, "more bytes than this call may bring");
	return true;
}

void cw_pass_pair(struct cw_pass *pass, struct cw_ttc_pair *pair, size_t max)
{
	cw_pass_text_dalc(pass, "key", &pair->key, max);
	cw_pass_text_dalc(pass, "value", &pair->value, max);
	cw_pass_ub4(pass, "flags", &pair->flags);
}
