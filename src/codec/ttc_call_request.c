/* ttc_call_request.c - see ttc_call_request.h */
#include "codec/ttc_call_request.h"
#include "codec/ttc_call_row.h"

#define MAX_LONG_BYTES 0x7fffffffu
#define AL8I4_MAX      64u
#define LOB_BIND_BYTES 112u /* as python-oracledb declares a locator */

#define NATIVE_TYPE_ID_BYTES 12u
#define EXECUTE_PACKED_AT    20u /* al8i4 */

void cw_ttc_pass_call(struct cw_pass *pass, struct cw_ttc_call *call)
{
	bool has_token = pass->ttc->field_version >= CW_FV_23_1_EXT1;

	if (has_token)
		cw_pass_struct(pass, 0);
	cw_pass_u8(pass, "function", &call->function);
	cw_pass_u8(pass, "sequence", &call->sequence);
	if (has_token)
		cw_pass_ub8(pass, "token", &call->token);
	cw_pass_struct_end(pass);
}

void cw_ttc_get_call(struct cw_ttc_in *in, struct cw_ttc_call *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_call){ .message = cw_ttc_get_u8(in) };
	if (ret->message == CW_TTC_FUNCTION || ret->message == CW_TTC_PIGGYBACK ||
	    ret->message == CW_TTC_ONEWAY)
		cw_ttc_pass_call(&pass, ret);
}

/* ---- declarations ------------------------------------------------------------ */

static bool is_character(uint8_t ora_type)
{
	return ora_type == CW_ORA_VARCHAR2 || ora_type == CW_ORA_CHAR || ora_type == CW_ORA_LONG;
}

struct cw_ttc_oac cw_ttc_oac_of(uint8_t ora_type, uint32_t bytes_max)
{
	struct cw_ttc_oac oac = { .ora_type = ora_type, .flags = 1, .bytes_max = bytes_max };

	if (ora_type == CW_ORA_NUMBER)
		oac.bytes_max = 22;
	else if (ora_type == CW_ORA_DATE)
		oac.bytes_max = 7;
	else if (ora_type == CW_ORA_TIMESTAMP)
		oac.bytes_max = 11;
	else if (ora_type == CW_ORA_TIMESTAMP_TZ)
		oac.bytes_max = 13;
	else if (ora_type == CW_ORA_BOOLEAN)
		oac.bytes_max = 4;
	else if (cw_ttc_type_is_lob(ora_type))
		oac.bytes_max = LOB_BIND_BYTES;
	if (is_character(ora_type) || ora_type == CW_ORA_CLOB) {
		oac.charset = CW_CHARSET_UTF8;
		oac.charset_form = 1;
	}
	return oac;
}

void cw_ttc_pass_type_id(struct cw_pass *pass, uint64_t *cont_flags, struct cw_bytes *object_id,
			 uint32_t *version)
{
	if (cw_pass_is_native(pass) && pass->ttc->field_version < CW_FV_18_1) {
		uint32_t flags = 0;

		cw_pass_ub4(pass, "cont flags", &flags);
		*cont_flags = flags;
	} else {
		cw_pass_ub8(pass, "cont flags", cont_flags);
	}
	if (cw_pass_is_aligned(pass)) {
		cw_pass_raw(pass, "type id and version", NULL, NATIVE_TYPE_ID_BYTES, CW_TTC_NAME_MAX);
		return;
	}
	cw_pass_dalc(pass, "type id", object_id, CW_TTC_NAME_MAX);
	if (cw_pass_is_native(pass))
		cw_pass_ub2(pass, "type version", NULL);
	else
		cw_pass_ub4(pass, "type version", version);
}

void cw_ttc_pass_oac(struct cw_pass *pass, struct cw_ttc_oac *oac)
{
	cw_pass_block(pass);
	cw_pass_u8(pass, "data type", &oac->ora_type);
	cw_pass_u8(pass, "flags", &oac->flags);
	cw_pass_u8(pass, "precision", &oac->precision);
	cw_pass_sb1(pass, "scale", &oac->scale);
	cw_pass_ub4(pass, "bytes at most", &oac->bytes_max);
	cw_pass_ub4(pass, "elements at most", &oac->array_max);
	cw_ttc_pass_type_id(pass, &oac->cont_flags, &oac->object_id, &oac->version);
	cw_pass_ub2(pass, "character set", &oac->charset);
	cw_pass_u8(pass, "character set form", &oac->charset_form);
	cw_pass_ub4(pass, "characters at most", &oac->chars_max);
	if (pass->ttc->field_version >= CW_FV_12_2)
		cw_pass_ub4(pass, "collation", &oac->collation);
	cw_pass_struct_end(pass);
}

void cw_ttc_get_oac(struct cw_ttc_in *in, struct cw_ttc_oac *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_oac){ 0 };
	cw_ttc_pass_oac(&pass, ret);
}

/* ---- EXECUTE ------------------------------------------------------------------ */

/* A pointer byte, and how many there are behind it. */
static void pass_counted(struct cw_pass *pass, const char *pointer, const char *name, bool *there,
			 uint32_t *count)
{
	cw_pass_pointer(pass, pointer, there);
	cw_pass_ub4(pass, name, count);
}

static void pass_row_counts(struct cw_pass *pass, struct cw_ttc_execute *execute)
{
	pass_counted(pass, "row counts wanted", "number of row counts", &execute->has_row_counts,
		     &execute->row_counts);
	cw_pass_pointer(pass, "length of row counts wanted", &execute->has_row_count_len);
	if (pass->ttc->field_version >= CW_FV_12_2) {
		cw_pass_pointer_byte(pass, "SQL signature wanted", &execute->signature[0]);
		cw_pass_ub4(pass, "length of SQL signature", &execute->signature_len[0]);
		cw_pass_pointer_byte(pass, "SQL id wanted", &execute->signature[1]);
		cw_pass_ub4(pass, "length of SQL id", &execute->signature_len[1]);
		cw_pass_pointer_byte(pass, "length of SQL id wanted", &execute->signature[2]);
	}
	if (pass->ttc->field_version >= CW_FV_12_2_EXT1)
		pass_counted(pass, "chunk ids there", "number of chunk ids", &execute->has_chunks,
			     &execute->chunks);
}

/* The fields in front of the SQL text. */
static void pass_execute_head(struct cw_pass *pass, struct cw_ttc_execute *execute)
{
	cw_pass_struct(pass, EXECUTE_PACKED_AT);
	cw_pass_ub4(pass, "options", &execute->options);
	cw_pass_ub4(pass, "cursor", &execute->cursor_id);
	pass_counted(pass, "SQL there", "length of SQL", &execute->has_sql, &execute->sql_len);
	pass_counted(pass, "al8i4 there", "words of al8i4", &execute->has_al8i4,
		     &execute->al8i4_count);
	cw_pass_pointer_byte(pass, "al8o4", &execute->al8o4[0]);
	cw_pass_pointer_byte(pass, "al8o4l", &execute->al8o4[1]);
	cw_pass_ub4(pass, "prefetch bytes", &execute->prefetch_bytes);
	cw_pass_ub4(pass, "prefetch rows", &execute->prefetch_rows);
	cw_pass_ub4(pass, "longest LONG", &execute->long_bytes_max);
	pass_counted(pass, "binds there", "binds", &execute->has_binds, &execute->binds_told);
	cw_pass_pointer_byte(pass, "al8app", &execute->transaction[0]);
	cw_pass_pointer_byte(pass, "al8txn", &execute->transaction[1]);
	cw_pass_pointer_byte(pass, "al8txl", &execute->transaction[2]);
	cw_pass_pointer_byte(pass, "al8kv", &execute->transaction[3]);
	cw_pass_pointer_byte(pass, "al8kvl", &execute->transaction[4]);
	pass_counted(pass, "defines there", "defines", &execute->has_defines,
		     &execute->defines_told);
	if (pass->ttc->field_version >= CW_FV_10_1) {
		cw_pass_ub4(pass, "registration, low", &execute->registration[0]);
		cw_pass_pointer_byte(pass, "al8objlist", &execute->objects[0]);
		cw_pass_pointer_byte(pass, "al8objlen", &execute->objects[1]);
	}
	if (pass->ttc->field_version >= CW_FV_11_1) {
		pass_counted(pass, "al8blv", "al8blvl", &execute->has_blv, &execute->blv_len);
		pass_counted(pass, "al8dnam", "al8dnaml", &execute->has_dnam, &execute->dnam_len);
		cw_pass_ub4(pass, "registration, high", &execute->registration[1]);
	}
	if (pass->ttc->field_version >= CW_FV_12_1)
		pass_row_counts(pass, execute);
	cw_pass_struct_end(pass);
}

static void pass_al8i4(struct cw_pass *pass, struct cw_ttc_execute *execute)
{
	static const char *const name[CW_AL8I4_COUNT] = {
		"al8i4: parse", "al8i4: iterations or rows", "al8i4: 2", "al8i4: 3",
		"al8i4: 4",	"al8i4: SCN, low",	     "al8i4: SCN, high",
		"al8i4: query", "al8i4: 8",		     "al8i4: flags",
		"al8i4: fetch orientation", "al8i4: fetch position", "al8i4: 12",
	};

	for (uint32_t i = 0; i < execute->al8i4_count && execute->has_al8i4; i++)
		cw_pass_ub4(pass, i < CW_AL8I4_COUNT ? name[i] : "al8i4: more",
			    i < CW_AL8I4_COUNT ? &execute->al8i4[i] : NULL);
}

static void pass_oacs(struct cw_pass *pass, struct cw_ttc_execute *execute)
{
	uint32_t count = execute->bind_count + execute->define_count;
	void *at = (void *)(uintptr_t)execute->oac;
	struct cw_ttc_oac *oac;

	if (!cw_pass_array(pass, &at, count, sizeof(*oac), CW_TTC_BINDS_MAX,
			   "a statement has too many binds"))
		return;
	execute->oac = oac = at;
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		cw_pass_enter(pass, execute->bind_count ? "bind" : "define", i);
		cw_ttc_pass_oac(pass, &oac[i]);
		cw_pass_leave(pass);
	}
}

void cw_ttc_pass_execute(struct cw_pass *pass, struct cw_ttc_execute *execute)
{
	pass_execute_head(pass, execute);
	execute->bind_count = execute->has_binds ? execute->binds_told : 0;
	execute->define_count = execute->has_defines ? execute->defines_told : 0;
	if (execute->bind_count && execute->define_count)
		(void)cw_pass_bad(pass, "an EXECUTE has binds and defines");
	if (execute->al8i4_count > AL8I4_MAX)
		(void)cw_pass_bad(pass, "an EXECUTE has too many words of al8i4");
	if (cw_pass_failed(pass))
		return;
	if (execute->has_sql && execute->sql_len > 0)
		cw_pass_chr(pass, "SQL", &execute->sql, execute->sql_len, CW_TTC_SQL_MAX);
	pass_al8i4(pass, execute);
	pass_oacs(pass, execute);
}

void cw_ttc_put_execute(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			const struct cw_ttc_execute *execute)
{
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	struct cw_ttc_execute whole = *execute;

	whole.has_sql = execute->sql.len > 0;
	whole.sql_len = (uint32_t)execute->sql.len;
	whole.has_al8i4 = true;
	whole.al8i4_count = CW_AL8I4_COUNT;
	whole.long_bytes_max = MAX_LONG_BYTES;
	whole.binds_told = execute->bind_count;
	whole.has_binds = execute->bind_count > 0;
	whole.defines_told = execute->define_count;
	whole.has_defines = execute->define_count > 0;
	whole.objects[1] = 1;
	if (execute->al8i4[9] & CW_EXEC_ROW_COUNTS) {
		whole.has_row_counts = whole.has_row_count_len = true;
		whole.row_counts = execute->al8i4[1];
	}
	cw_ttc_put_function(wr, ttc, CW_TTC_FUNCTION, CW_FN_EXECUTE, sequence);
	cw_ttc_pass_execute(&pass, &whole);
}

/*
 * Datetimes have a second code each, of OCI's SQLT_ names, by which go-ora binds; their values
 * look the same.
 */
static uint8_t internal_type(uint8_t ora_type)
{
	switch (ora_type) {
	case 187:
		return CW_ORA_TIMESTAMP;
	case 188:
		return CW_ORA_TIMESTAMP_TZ;
	case 189:
		return CW_ORA_INTERVAL_YM;
	case 190:
		return CW_ORA_INTERVAL_DS;
	case 232:
		return CW_ORA_TIMESTAMP_LTZ;
	default:
		return ora_type;
	}
}

void cw_ttc_get_execute(struct cw_ttc_in *in, struct cw_ttc_execute *ret)
{
	struct cw_pass pass = cw_pass_reading(in);
	struct cw_ttc_oac *oac;

	*ret = (struct cw_ttc_execute){ 0 };
	cw_ttc_pass_execute(&pass, ret);
	if (cw_ttc_failed(in))
		return;
	oac = (struct cw_ttc_oac *)(uintptr_t)ret->oac;
	for (uint32_t i = 0; i < ret->bind_count; i++)
		oac[i].ora_type = internal_type(oac[i].ora_type);
}

/* ---- the shorter calls ---------------------------------------------------------- */

void cw_ttc_pass_reexecute(struct cw_pass *pass, struct cw_ttc_reexecute *reexecute)
{
	cw_pass_struct(pass, 0);
	cw_pass_ub4(pass, "cursor", &reexecute->cursor_id);
	cw_pass_ub4(pass, "iterations or rows", &reexecute->iterations);
	cw_pass_ub4(pass, "options 1", &reexecute->options1);
	cw_pass_ub4(pass, "options 2", &reexecute->options2);
	cw_pass_struct_end(pass);
}

void cw_ttc_put_reexecute(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			  enum cw_ttc_function_code function,
			  const struct cw_ttc_reexecute *reexecute)
{
	struct cw_pass pass = cw_pass_writing(wr, ttc);
	struct cw_ttc_reexecute one = *reexecute;

	cw_ttc_put_function(wr, ttc, CW_TTC_FUNCTION, function, sequence);
	cw_ttc_pass_reexecute(&pass, &one);
}

void cw_ttc_get_reexecute(struct cw_ttc_in *in, struct cw_ttc_reexecute *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_reexecute){ 0 };
	cw_ttc_pass_reexecute(&pass, ret);
}

void cw_ttc_pass_fetch(struct cw_pass *pass, uint32_t *cursor_id, uint32_t *rows)
{
	cw_pass_struct(pass, 0);
	cw_pass_ub4(pass, "cursor", cursor_id);
	cw_pass_ub4(pass, "rows", rows);
	cw_pass_struct_end(pass);
}

void cw_ttc_put_fetch(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
		      uint32_t cursor_id, uint32_t rows)
{
	struct cw_pass pass = cw_pass_writing(wr, ttc);

	cw_ttc_put_function(wr, ttc, CW_TTC_FUNCTION, CW_FN_FETCH, sequence);
	cw_ttc_pass_fetch(&pass, &cursor_id, &rows);
}

void cw_ttc_get_fetch(struct cw_ttc_in *in, uint32_t *ret_cursor_id, uint32_t *ret_rows)
{
	struct cw_pass pass = cw_pass_reading(in);

	cw_ttc_pass_fetch(&pass, ret_cursor_id, ret_rows);
}

void cw_ttc_put_simple(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
		       enum cw_ttc_function_code function)
{
	cw_ttc_put_function(wr, ttc, CW_TTC_FUNCTION, function, sequence);
}

/* ---- bind rows -------------------------------------------------------------------- */

static uint32_t long_limit(const struct cw_ttc *ttc)
{
	return ttc->string_bytes_max ? ttc->string_bytes_max : 4000;
}

/*
 * Who reads must tell which binds the writer moved.  0x7fffffff is always moved; drivers that
 * spell CHR raw (python-oracledb before 1.3) move from 32768 on, others from the server's own
 * maximum on.  To 11.2, which python-oracledb does not talk to, ojdbc spells CHR raw,
 * too, and moves from 4001 on (T4CConnection.maxNonStreamBindByteSize).
 */
bool cw_ttc_bind_is_moved(const struct cw_ttc *ttc, const struct cw_ttc_oac *oac)
{
	if (oac->ora_type == CW_ORA_JSON) /* declared with 32 MiB, and still at its place */
		return false;
	if (oac->bytes_max == CW_OAC_MOVED)
		return true;
	if (ttc->chr_raw && ttc->field_version >= CW_FV_12_1)
		return oac->bytes_max > 32767;
	return oac->bytes_max > long_limit(ttc);
}

/* As python-oracledb and node-oracledb write them: 01 01, 00; NULL is the escape byte and 01. */
static void put_boolean(struct cw_wr *wr, const struct cw_value *value)
{
	if (value->state != CW_VALUE_SET) {
		cw_wr_u8(wr, CW_CLR_ESCAPE);
		cw_wr_u8(wr, CW_CLR_NO_VALUE);
	} else if (value->len > 0 && value->at[value->len - 1] != 0) {
		cw_wr_u8(wr, 2);
		cw_wr_u16be(wr, 0x0101);
	} else {
		cw_wr_u8(wr, 1);
		cw_wr_u8(wr, 0);
	}
}

/* ub4 length, and behind it a CLR with the locator; 0: NULL. */
static void put_bind(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_oac *oac,
		     const struct cw_value *value)
{
	if (oac->ora_type == CW_ORA_CURSOR) { /* one that is not open, to be filled: A-106 */
		cw_ttc_put_u8(wr, 1);
		cw_ttc_put_u8(wr, 0);
		return;
	}
	if (oac->ora_type == CW_ORA_BOOLEAN) {
		put_boolean(wr, value);
		return;
	}
	if (value->state != CW_VALUE_SET) {
		cw_ttc_put_null(wr);
		return;
	}
	if (cw_ttc_type_is_lob(oac->ora_type))
		cw_ttc_put_ub(wr, value->len);
	cw_ttc_put_clr(wr, ttc, cw_value_bytes(value));
}

static bool is_rowid_in_parts(struct cw_ttc_in *in, const struct cw_ttc_oac *oac)
{
	return oac->ora_type == CW_ORA_ROWID && cw_rd_fill(&in->rd) &&
	       (*in->rd.at == CW_TTC_ROWID_PARTS || *in->rd.at == CW_TTC_ROWID_PARTS - 1);
}

static bool get_bind(struct cw_ttc_in *in, const struct cw_ttc_oac *oac, struct cw_value *ret)
{
	*ret = (struct cw_value){ .state = CW_VALUE_NULL };
	if (cw_ttc_is_escaped(in))
		return cw_ttc_skip_raw(in, 2), !cw_ttc_failed(in);
	if (oac->ora_type == CW_ORA_CURSOR) { /* one that the client still holds: of no use to a block */
		if (cw_ttc_get_ub4(in) > 0)
			(void)cw_ttc_get_ub4(in);
		return !cw_ttc_failed(in);
	}
	if (is_rowid_in_parts(in, oac))
		return cw_ttc_get_rowid(in, ret), !cw_ttc_failed(in);
	if ((cw_ttc_type_is_lob(oac->ora_type) || oac->ora_type == CW_ORA_JSON) &&
	    (cw_ttc_get_ub4(in) == 0 || cw_ttc_failed(in)))
		return !cw_ttc_failed(in);
	if (oac->ora_type == CW_ORA_JSON && !cw_ttc_get_clr(in, CW_TTC_LOCATOR_MAX, ret))
		return false; /* the locator tells nothing that the image behind it does not */
	return cw_ttc_get_clr(in, CW_TTC_VALUE_MAX, ret);
}

void cw_ttc_put_bind_row(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_oac *oac,
			 const struct cw_value *values, const bool *skip, uint32_t count,
			 bool plsql)
{
	uint32_t moved = 0;

	cw_ttc_put_u8(wr, CW_TTC_ROW_DATA);
	for (uint32_t i = 0; i < count; i++) {
		if (skip && skip[i])
			continue;
		if (!plsql && cw_ttc_bind_is_moved(ttc, &oac[i]))
			moved++;
		else
			put_bind(wr, ttc, &oac[i], &values[i]);
	}
	for (uint32_t i = 0; moved > 0 && i < count; i++) {
		if ((skip && skip[i]) || !cw_ttc_bind_is_moved(ttc, &oac[i]))
			continue;
		put_bind(wr, ttc, &oac[i], &values[i]);
		moved--;
	}
}

bool cw_ttc_binds_are_plain(const struct cw_ttc *ttc, const struct cw_ttc_oac *oac, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (oac[i].ora_type == CW_ORA_CURSOR || oac[i].ora_type == CW_ORA_BOOLEAN ||
		    cw_ttc_type_is_lob(oac[i].ora_type) ||
		    cw_ttc_bind_is_moved(ttc, &oac[i]))
			return false;
	return true;
}

/* The bytes of a row whose values are short ones; 0: one is not. */
static size_t plain_row_bytes(const struct cw_value *values, uint32_t count)
{
	size_t bytes = 1;

	for (uint32_t i = 0; i < count; i++) {
		size_t len = values[i].state == CW_VALUE_SET ? values[i].len : 0;

		if (len > CW_CLR_SHORT_MAX)
			return 0;
		bytes += 1 + len;
	}
	return bytes;
}

void cw_ttc_put_plain_bind_row(struct cw_wr *wr, const struct cw_ttc *ttc,
			       const struct cw_value *values, uint32_t count)
{
	size_t bytes = plain_row_bytes(values, count);
	uint8_t *at = wr->at0 + wr->len;

	/* The fast way, once for each row: it goes into this packet whole. */
	if (bytes > 0 && !wr->failed && wr->room - wr->len >= bytes) {
		*at++ = CW_TTC_ROW_DATA;
		for (uint32_t i = 0; i < count; i++) {
			size_t len = values[i].state == CW_VALUE_SET ? values[i].len : 0;

			*at++ = (uint8_t)len;
			cw_copy_short(at, values[i].at, len);
			at += len;
		}
		wr->len += bytes;
		return;
	}
	cw_ttc_put_u8(wr, CW_TTC_ROW_DATA);
	for (uint32_t i = 0; i < count; i++) {
		if (values[i].state == CW_VALUE_SET)
			cw_ttc_put_clr(wr, ttc, cw_value_bytes(&values[i]));
		else
			cw_ttc_put_null(wr);
	}
}

void cw_ttc_get_bind_row(struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
			 struct cw_value *values, const bool *skip, uint32_t count, bool plsql)
{
	if (cw_ttc_get_u8(in) != CW_TTC_ROW_DATA && !cw_ttc_failed(in)) {
		(void)cw_ttc_bad(in, "a row of binds does not begin with 7");
		return;
	}
	for (int pass = 0; pass < (plsql ? 1 : 2); pass++)
		for (uint32_t i = 0; i < count; i++) {
			if (skip && skip[i]) {
				values[i] = (struct cw_value){ .state = CW_VALUE_NULL };
				continue;
			}
			if (!plsql && cw_ttc_bind_is_moved(in->ttc, &oac[i]) != pass)
				continue;
			if (!get_bind(in, &oac[i], &values[i]))
				return;
		}
}

/* How many elements there are stands in front; the sender said how many there can be. */
static bool get_array(struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
		      struct cw_ttc_elements *ret, struct cw_arena *arena)
{
	uint32_t count = cw_ttc_get_ub4(in);
	struct cw_err err;

	if (cw_ttc_failed(in))
		return false;
	if (count > oac->array_max || count > CW_TTC_ARRAY_MAX)
		return cw_ttc_bad(in, "an array has more elements than it was declared with");
	ret->at = cw_try_new(arena, struct cw_value, count + 1u, &err);
	if (!ret->at)
		return cw_ttc_bad(in, "an array is larger than the memory for it");
	for (ret->count = 0; ret->count < count; ret->count++)
		if (!get_bind(in, oac, &ret->at[ret->count]))
			return false;
	return true;
}

void cw_ttc_get_block_row(struct cw_ttc_in *in, const struct cw_ttc_oac *oac,
			  struct cw_ttc_elements *row, const bool *skip, uint32_t count,
			  struct cw_arena *arena)
{
	bool sent = false;

	for (uint32_t i = 0; i < count; i++)
		sent = sent || !skip[i];
	if (sent && cw_ttc_get_u8(in) != CW_TTC_ROW_DATA && !cw_ttc_failed(in)) {
		(void)cw_ttc_bad(in, "a row of binds does not begin with 7");
		return;
	}
	for (uint32_t i = 0; i < count && !cw_ttc_failed(in); i++) {
		row[i] = (struct cw_ttc_elements){ cw_new(arena, struct cw_value, 1), 1 };
		if (skip[i])
			row[i].count = oac[i].flags & CW_OAC_ARRAY ? 0 : 1;
		else if (oac[i].flags & CW_OAC_ARRAY)
			(void)get_array(in, &oac[i], &row[i], arena);
		else
			(void)get_bind(in, &oac[i], row[i].at);
	}
}
