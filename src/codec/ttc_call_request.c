/* ttc_call_request.c - see ttc_call_request.h */
#include "codec/ttc_call_request.h"

#define MAX_LONG_BYTES 0x7fffffffu
#define AL8I4_COUNT    13u

void cw_ttc_get_call(struct cw_ttc_in *in, struct cw_ttc_call *ret)
{
	*ret = (struct cw_ttc_call){ .message = cw_ttc_get_u8(in) };
	if (ret->message != CW_TTC_FUNCTION && ret->message != CW_TTC_PIGGYBACK &&
	    ret->message != CW_TTC_ONEWAY)
		return;
	ret->function = cw_ttc_get_u8(in);
	ret->sequence = cw_ttc_get_u8(in);
	if (in->ttc->field_version >= CW_FV_23_1_EXT1)
		ret->token = cw_ttc_get_ub8(in);
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
	if (is_character(ora_type)) {
		oac.charset = CW_CHARSET_UTF8;
		oac.charset_form = 1;
	}
	return oac;
}

/* Precision and scale stay 0: a server takes nothing else in a bind. */
void cw_ttc_put_oac(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_oac *oac)
{
	cw_ttc_put_u8(wr, oac->ora_type);
	cw_ttc_put_u8(wr, oac->flags);
	cw_ttc_put_zeros(wr, 2);
	cw_ttc_put_ub(wr, oac->bytes_max);
	cw_ttc_put_ub(wr, oac->array_max);
	cw_ttc_put_ub(wr, oac->cont_flags);
	cw_ttc_put_zeros(wr, 2); /* object id, version */
	cw_ttc_put_ub(wr, oac->charset);
	cw_ttc_put_u8(wr, oac->charset_form);
	cw_ttc_put_ub(wr, oac->chars_max);
	if (ttc->field_version >= CW_FV_12_2)
		cw_ttc_put_ub(wr, 0);
}

void cw_ttc_get_oac(struct cw_ttc_in *in, struct cw_ttc_oac *ret)
{
	*ret = (struct cw_ttc_oac){ .ora_type = cw_ttc_get_u8(in) };
	ret->flags = cw_ttc_get_u8(in);
	cw_ttc_skip_raw(in, 2);
	ret->bytes_max = cw_ttc_get_ub4(in);
	ret->array_max = cw_ttc_get_ub4(in);
	ret->cont_flags = cw_ttc_get_ub8(in);
	cw_ttc_skip_dalc(in);
	(void)cw_ttc_get_ub4(in);
	ret->charset = cw_ttc_get_ub2(in);
	ret->charset_form = cw_ttc_get_u8(in);
	ret->chars_max = cw_ttc_get_ub4(in);
	if (in->ttc->field_version >= CW_FV_12_2)
		(void)cw_ttc_get_ub4(in);
}

/* ---- EXECUTE ------------------------------------------------------------------ */

/* A pointer byte, and how many there are behind it. */
static void put_counted(struct cw_wr *wr, uint64_t count)
{
	cw_ttc_put_u8(wr, count > 0);
	cw_ttc_put_ub(wr, count);
}

static uint32_t get_counted(struct cw_ttc_in *in, uint32_t max, const char *why)
{
	bool present = cw_ttc_get_u8(in) != 0;
	uint32_t count = cw_ttc_get_ub4(in);

	if (count > max)
		(void)cw_ttc_bad(in, why);
	return present && !cw_ttc_failed(in) ? count : 0;
}

void cw_ttc_put_execute(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			const struct cw_ttc_execute *execute)
{
	bool row_counts = execute->al8i4[9] & CW_EXEC_ROW_COUNTS;
	uint32_t oac_count = execute->bind_count + execute->define_count;

	cw_ttc_put_function(wr, ttc, CW_TTC_FUNCTION, CW_FN_EXECUTE, sequence);
	cw_ttc_put_ub(wr, execute->options);
	cw_ttc_put_ub(wr, execute->cursor_id);
	put_counted(wr, execute->sql.len);
	cw_ttc_put_u8(wr, 1);
	cw_ttc_put_ub(wr, AL8I4_COUNT);
	cw_ttc_put_zeros(wr, 3); /* al8o4, its length, prefetch bytes */
	cw_ttc_put_ub(wr, execute->prefetch_rows);
	cw_ttc_put_ub(wr, MAX_LONG_BYTES);
	put_counted(wr, execute->bind_count);
	cw_ttc_put_zeros(wr, 5); /* al8app, al8txn, al8txl, al8kv, al8kvl */
	put_counted(wr, execute->define_count);
	cw_ttc_put_zeros(wr, 2); /* registration, object list */
	cw_ttc_put_u8(wr, 1);
	cw_ttc_put_zeros(wr, 5); /* al8blv, al8dnam and lengths, registration */
	cw_ttc_put_u8(wr, row_counts);
	cw_ttc_put_ub(wr, row_counts ? execute->al8i4[1] : 0);
	cw_ttc_put_u8(wr, row_counts);
	if (ttc->field_version >= CW_FV_12_2)
		cw_ttc_put_zeros(wr, 5);
	if (ttc->field_version >= CW_FV_12_2_EXT1)
		cw_ttc_put_zeros(wr, 2);
	if (execute->sql.len > 0)
		cw_ttc_put_chr(wr, ttc, execute->sql);
	for (unsigned i = 0; i < AL8I4_COUNT; i++)
		cw_ttc_put_ub(wr, execute->al8i4[i]);
	for (uint32_t i = 0; i < oac_count; i++)
		cw_ttc_put_oac(wr, ttc, &execute->oac[i]);
}

/* From the fields behind the define count to those in front of the SQL text. */
static void skip_execute_tail(struct cw_ttc_in *in)
{
	(void)cw_ttc_get_ub4(in); /* registration, low */
	cw_ttc_skip_raw(in, 2);	  /* object list */
	cw_ttc_skip_raw(in, 1);
	(void)cw_ttc_get_ub4(in); /* al8blvl */
	cw_ttc_skip_raw(in, 1);
	(void)cw_ttc_get_ub4(in); /* al8dnaml */
	(void)cw_ttc_get_ub4(in); /* registration, high */
	cw_ttc_skip_raw(in, 1);
	(void)cw_ttc_get_ub4(in); /* row counts wanted */
	cw_ttc_skip_raw(in, 1);
	if (in->ttc->field_version >= CW_FV_12_2) {
		cw_ttc_skip_raw(in, 1);
		(void)cw_ttc_get_ub4(in);
		cw_ttc_skip_raw(in, 1);
		(void)cw_ttc_get_ub4(in);
		cw_ttc_skip_raw(in, 1);
	}
	if (in->ttc->field_version >= CW_FV_12_2_EXT1) {
		cw_ttc_skip_raw(in, 1);
		(void)cw_ttc_get_ub4(in);
	}
}

static void get_al8i4(struct cw_ttc_in *in, uint32_t count, uint32_t ret[AL8I4_COUNT])
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t value = cw_ttc_get_ub4(in);

		if (i < AL8I4_COUNT)
			ret[i] = value;
	}
}

static void get_oacs(struct cw_ttc_in *in, struct cw_ttc_execute *ret)
{
	uint32_t count = ret->bind_count + ret->define_count;
	struct cw_ttc_oac *oac = NULL;
	struct cw_err err;

	if (ret->bind_count && ret->define_count) {
		(void)cw_ttc_bad(in, "an EXECUTE has binds and defines");
		return;
	}
	if (cw_ttc_failed(in) || count == 0)
		return;
	oac = cw_try_new(in->arena, struct cw_ttc_oac, count, &err);
	if (!oac) {
		(void)cw_ttc_bad(in, "more binds than this call may bring");
		return;
	}
	for (uint32_t i = 0; i < count && !cw_ttc_failed(in); i++)
		cw_ttc_get_oac(in, &oac[i]);
	ret->oac = oac;
}

void cw_ttc_get_execute(struct cw_ttc_in *in, struct cw_ttc_execute *ret)
{
	uint32_t sql_len, al8i4_count;

	*ret = (struct cw_ttc_execute){ .options = cw_ttc_get_ub4(in) };
	ret->cursor_id = cw_ttc_get_ub4(in);
	sql_len = get_counted(in, CW_TTC_SQL_MAX, "a statement is too long");
	al8i4_count = get_counted(in, 64, "an EXECUTE has too many words of al8i4");
	cw_ttc_skip_raw(in, 2);
	(void)cw_ttc_get_ub4(in); /* prefetch bytes */
	ret->prefetch_rows = cw_ttc_get_ub4(in);
	(void)cw_ttc_get_ub4(in); /* longest LONG */
	ret->bind_count = get_counted(in, CW_TTC_BINDS_MAX, "a statement has too many binds");
	cw_ttc_skip_raw(in, 5);
	ret->define_count = get_counted(in, CW_TTC_COLUMNS_MAX, "a query has too many columns");
	skip_execute_tail(in);
	if (sql_len > 0 && !cw_ttc_failed(in))
		ret->sql = cw_ttc_get_chr(in, sql_len, CW_TTC_SQL_MAX);
	get_al8i4(in, al8i4_count, ret->al8i4);
	get_oacs(in, ret);
}

/* ---- the shorter calls ---------------------------------------------------------- */

void cw_ttc_put_reexecute(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
			  enum cw_ttc_function_code function,
			  const struct cw_ttc_reexecute *reexecute)
{
	cw_ttc_put_function(wr, ttc, CW_TTC_FUNCTION, function, sequence);
	cw_ttc_put_ub(wr, reexecute->cursor_id);
	cw_ttc_put_ub(wr, reexecute->iterations);
	cw_ttc_put_ub(wr, reexecute->options1);
	cw_ttc_put_ub(wr, reexecute->commit);
}

void cw_ttc_get_reexecute(struct cw_ttc_in *in, struct cw_ttc_reexecute *ret)
{
	ret->cursor_id = cw_ttc_get_ub4(in);
	ret->iterations = cw_ttc_get_ub4(in);
	ret->options1 = cw_ttc_get_ub4(in);
	ret->commit = cw_ttc_get_ub4(in) & 1;
}

void cw_ttc_put_fetch(struct cw_wr *wr, const struct cw_ttc *ttc, uint8_t sequence,
		      uint32_t cursor_id, uint32_t rows)
{
	cw_ttc_put_function(wr, ttc, CW_TTC_FUNCTION, CW_FN_FETCH, sequence);
	cw_ttc_put_ub(wr, cursor_id);
	cw_ttc_put_ub(wr, rows);
}

void cw_ttc_get_fetch(struct cw_ttc_in *in, uint32_t *ret_cursor_id, uint32_t *ret_rows)
{
	*ret_cursor_id = cw_ttc_get_ub4(in);
	*ret_rows = cw_ttc_get_ub4(in);
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
 * maximum on.
 */
static bool is_moved(const struct cw_ttc *ttc, const struct cw_ttc_oac *oac)
{
	if (oac->bytes_max == CW_OAC_MOVED)
		return true;
	return oac->bytes_max > (ttc->chr_raw ? 32767 : long_limit(ttc));
}

void cw_ttc_put_bind_row(struct cw_wr *wr, const struct cw_ttc *ttc, const struct cw_ttc_oac *oac,
			 const struct cw_value *values, const bool *skip, uint32_t count,
			 bool plsql)
{
	cw_ttc_put_u8(wr, CW_TTC_ROW_DATA);
	for (int pass = 0; pass < (plsql ? 1 : 2); pass++)
		for (uint32_t i = 0; i < count; i++) {
			if ((skip && skip[i]) || (!plsql && is_moved(ttc, &oac[i]) != pass))
				continue;
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
			if (!plsql && is_moved(in->ttc, &oac[i]) != pass)
				continue;
			if (!cw_ttc_get_clr(in, CW_TTC_VALUE_MAX, &values[i]))
				return;
		}
}
