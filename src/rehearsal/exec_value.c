/* exec_value.c - Oracle storage bytes to PostgreSQL's binary form and back; see exec.h */
#include "codec/date.h"
#include "codec/num.h"
#include "codec/real.h"
#include "rehearsal/db_text.h"
#include "rehearsal/exec_parts.h"

#include <string.h>

enum {
	PG_BOOL = 16,
	PG_CHAR = 18,
	PG_NAME = 19,
	PG_INT2 = 21,
	PG_INT4 = 23,
	PG_OID = 26,
	PG_FLOAT4 = 700,
	PG_FLOAT8 = 701,
	PG_UNKNOWN = 705,
	PG_TIMESTAMPTZ = 1184,
	PG_RECORDS = 2287, /* what a CURSOR(...) is */
};

static bool codec_error(const struct cw_err *err, uint32_t number, struct rh_error *error)
{
	return rh_fail(error, 1483, 0, "invalid length for DATE or NUMBER bind variable %u: %s",
		       number, err->text);
}

static void put_be64(uint8_t *to, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		to[i] = (uint8_t)(value >> (56 - 8 * i));
}

static uint64_t get_be(const uint8_t *at, size_t len)
{
	uint64_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | at[i];
	return value;
}

static bool is_lob(uint8_t ora_type)
{
	return ora_type == CW_ORA_CLOB || ora_type == CW_ORA_BLOB;
}

/* ---- binds -------------------------------------------------------------------------------- */

/* One more in the last of @len bytes; false: it carries beyond the first digit. */
static bool count_up(uint8_t *number, size_t len, bool positive)
{
	uint8_t nine = positive ? 100 : 2, zero = positive ? 1 : 101;

	for (size_t i = len - 1; i > 0; i--) {
		if (number[i] != nine) {
			number[i] = (uint8_t)(number[i] + (positive ? 1 : -1));
			return true;
		}
		number[i] = zero;
	}
	return false;
}

/*
 * Forty digits around the point can take 21 pairs, as python-oracledb sends them; a NUMBER keeps
 * twenty, rounded.
 */
static struct cw_bytes round_number(struct cw_bytes in, uint8_t kept[CW_NUM_BYTES_MAX])
{
	bool positive = in.at[0] & 0x80;
	uint8_t last = in.at[CW_NUM_BYTES_MAX], zero = positive ? 1 : 101;
	bool up = positive ? last > 50 : last <= 51;
	size_t len = CW_NUM_BYTES_MAX;

	memcpy(kept, in.at, len);
	if (up && !count_up(kept, len, positive)) { /* all nines */
		kept[0] = (uint8_t)(kept[0] + (positive ? 1 : -1));
		kept[1] = positive ? 2 : 100;
	}
	while (len > 2 && kept[len - 1] == zero)
		len--;
	if (!positive && len < CW_NUM_BYTES_MAX)
		kept[len++] = 102;
	return (struct cw_bytes){ kept, len };
}

static bool number_param(struct cw_arena *arena, const struct rh_bind *bind, uint32_t number,
			 struct rh_param *ret, struct rh_error *error)
{
	uint8_t *out = cw_new(arena, uint8_t, CW_PG_NUM_BYTES_MAX), kept[CW_NUM_BYTES_MAX];
	struct cw_bytes in = cw_value_bytes(&bind->value);
	struct cw_err err = { 0 };
	size_t len;

	if (in.len == CW_NUM_BYTES_MAX + 1)
		in = round_number(in, kept);
	if (!cw_num_to_pg(in, out, &len, &err))
		return codec_error(&err, number, error);
	*ret = (struct rh_param){ CW_PG_NUMERIC, (const char *)out, (int)len, 1 };
	return true;
}

static bool time_param(struct cw_arena *arena, const struct rh_bind *bind, uint32_t number,
		       uint32_t type, struct rh_param *ret, struct rh_error *error)
{
	uint8_t *out = cw_new(arena, uint8_t, 8);
	struct cw_bytes bytes = cw_value_bytes(&bind->value);
	struct cw_err err = { 0 };
	int64_t us;

	if (!cw_date_to_pg(bytes, &us, &err))
		return codec_error(&err, number, error);
	put_be64(out, (uint64_t)us);
	*ret = (struct rh_param){ type, (const char *)out, 8, 1 };
	return true;
}

static bool real_param(struct cw_arena *arena, const struct rh_bind *bind, uint32_t type,
		       struct rh_param *ret, struct rh_error *error)
{
	size_t len = type == PG_FLOAT4 ? 4 : 8;
	uint8_t *out = cw_new(arena, uint8_t, len);

	if (bind->value.len != len)
		return rh_fail(error, 3115, 0, "unsupported network datatype or representation");
	cw_real_from_ora(bind->value.at, len, out);
	cw_real_canonical(out, len);
	*ret = (struct rh_param){ type, (const char *)out, (int)len, 1 };
	return true;
}

static bool text_param(struct cw_arena *arena, const struct rh_bind *bind, struct rh_param *ret,
		       struct rh_error *error)
{
	uint8_t *text = cw_new(arena, uint8_t, RH_TEXT_GROWTH * (size_t)bind->value.len + 1);
	size_t len;

	if (!rh_text_from_client(cw_value_bytes(&bind->value), bind->national, text, &len))
		return rh_fail(error, 3001, 0,
			       "unimplemented feature: characters U+10FF00 to U+10FFFF");
	ret->value = (const char *)text;
	ret->length = (int)len;
	return true;
}

/* Its last byte says it. */
static bool boolean_param(struct cw_arena *arena, const struct rh_bind *bind, struct rh_param *ret)
{
	char *out = cw_new(arena, char, 1);

	*out = (char)(bind->value.at[bind->value.len - 1] == 1);
	*ret = (struct rh_param){ PG_BOOL, out, 1, 1 };
	return true;
}

uint32_t rh_param_type(uint8_t ora_type)
{
	switch (ora_type) {
	case CW_ORA_NUMBER:
	case 3: /* BINARY_INTEGER */
		return CW_PG_NUMERIC;
	case CW_ORA_DATE:
		return CW_PG_TIMESTAMP;
	case CW_ORA_BINARY_FLOAT:
		return PG_FLOAT4;
	case CW_ORA_BINARY_DOUBLE:
		return PG_FLOAT8;
	case CW_ORA_RAW:
	case CW_ORA_LONG_RAW:
	case CW_ORA_BLOB:
		return CW_PG_BYTEA;
	case CW_ORA_CLOB:
		return CW_PG_TEXT;
	case CW_ORA_BOOLEAN:
		return PG_BOOL;
	default:
		return 0;
	}
}

uint32_t rh_pg_type_known(const struct rh_session *session, uint32_t oid)
{
	for (uint32_t i = 0; i < RH_PG_OWN_COUNT; i++)
		if (session->server->own_type[i] == oid)
			return RH_PG_OWN_FIRST + i;
	return oid;
}

bool rh_bind_is_text(uint8_t ora_type)
{
	return rh_param_type(ora_type) == 0 && !sql_pg_type(sql_type_of_ora(ora_type));
}

bool rh_param_from_bind(struct cw_arena *arena, const struct rh_bind *bind, uint32_t number,
			struct rh_param *ret, struct rh_error *error)
{
	uint32_t type = rh_param_type(bind->ora_type);

	*ret = (struct rh_param){ .type = type, .format = !rh_bind_is_text(bind->ora_type) };
	if (bind->value.state != CW_VALUE_SET || (bind->value.len == 0 && !is_lob(bind->ora_type)))
		return true;
	switch (bind->ora_type) {
	case CW_ORA_NUMBER:
	case 3:
		return number_param(arena, bind, number, ret, error);
	case CW_ORA_DATE:
		return time_param(arena, bind, number, type, ret, error);
	case CW_ORA_BINARY_FLOAT:
	case CW_ORA_BINARY_DOUBLE:
		return real_param(arena, bind, type, ret, error);
	case CW_ORA_BOOLEAN:
		return boolean_param(arena, bind, ret);
	case CW_ORA_JSON:      /* its image is what ora.json takes */
	case CW_ORA_TIMESTAMP: /* its storage bytes are what ora.stamp takes */
	case CW_ORA_TIMESTAMP_TZ:
	case CW_ORA_TIMESTAMP_LTZ:
	case CW_ORA_INTERVAL_YM:
	case CW_ORA_INTERVAL_DS:
	case CW_ORA_RAW:
	case CW_ORA_LONG_RAW:
	case CW_ORA_BLOB:
		ret->value = (const char *)bind->value.at;
		ret->length = (int)bind->value.len;
		return true;
	case CW_ORA_VARCHAR2:
	case CW_ORA_CHAR:
	case CW_ORA_LONG:
	case CW_ORA_ROWID:
	case CW_ORA_UROWID:
	case CW_ORA_CLOB: /* whole, as UTF-8: see lob.h */
		return text_param(arena, bind, ret, error);
	default:
		return rh_fail(error, 3115, 0, "unsupported network datatype or representation");
	}
}

/* ---- results -------------------------------------------------------------------------------- */

static bool give(struct cw_arena *arena, const void *bytes, size_t len, struct cw_value *ret)
{
	uint8_t *copy = cw_new(arena, uint8_t, len + 1);

	memcpy(copy, bytes, len);
	*ret = (struct cw_value){ .state = len > 0 ? CW_VALUE_SET : CW_VALUE_NULL,
				  .len = (uint32_t)len,
				  .at = copy };
	return true;
}

/* Digits of a small number as NUMBER, by way of numeric's binary form. */
static bool number_from_int(struct cw_arena *arena, int64_t value, struct cw_value *ret,
			    struct rh_error *error)
{
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	uint16_t digit[8];
	uint8_t numeric[8 + sizeof(digit)], number[CW_NUM_BYTES_MAX];
	unsigned count = 0;
	struct cw_err err = { 0 };
	size_t len;

	for (; rest > 0; rest /= 10000)
		digit[count++] = (uint16_t)(rest % 10000);
	memset(numeric, 0, sizeof(numeric));
	numeric[1] = (uint8_t)count;
	numeric[3] = (uint8_t)(count ? count - 1 : 0);
	numeric[4] = value < 0 ? 0x40 : 0;
	for (unsigned i = 0; i < count; i++) {
		numeric[8 + 2 * i] = (uint8_t)(digit[count - 1 - i] >> 8);
		numeric[9 + 2 * i] = (uint8_t)digit[count - 1 - i];
	}
	if (!cw_num_from_pg((struct cw_bytes){ numeric, 8 + 2 * (size_t)count }, number, &len,
			    &err))
		return rh_fail(error, 1426, 0, "numeric overflow");
	return give(arena, number, len, ret);
}

static bool number_from_numeric(struct cw_arena *arena, struct cw_bytes in, struct cw_value *ret,
				struct rh_error *error)
{
	uint8_t number[CW_NUM_BYTES_MAX];
	struct cw_err err = { 0 };
	size_t len;

	if (!cw_num_from_pg(in, number, &len, &err))
		return rh_fail(error, 1426, 0, "numeric overflow");
	return give(arena, number, len, ret);
}

static bool time_value(struct cw_arena *arena, struct cw_bytes in, uint8_t ora_type,
		       struct cw_value *ret, struct rh_error *error)
{
	uint8_t out[13];
	struct cw_err err = { 0 };
	size_t len;

	if (in.len != 8 || !cw_date_from_pg((int64_t)get_be(in.at, 8), out, &len, &err))
		return rh_fail(error, 1841, 0,
			       "(full) year must be between -4713 and +9999, and not be 0");
	if (ora_type == CW_ORA_DATE)
		len = CW_DATE_BYTES;
	if (ora_type == CW_ORA_TIMESTAMP_TZ) { /* of a view of the dictionary */
		if (len < CW_TIMESTAMP_BYTES)
			memset(out + len, 0, CW_TIMESTAMP_BYTES - len);
		out[11] = 20;
		out[12] = 60;
		len = 13;
	}
	return give(arena, out, len, ret);
}

static bool double_value(struct cw_arena *arena, struct cw_bytes in, struct cw_value *ret)
{
	uint8_t out[8];

	cw_real_to_ora(in.at, in.len, out);
	return give(arena, out, in.len, ret);
}

/* CHAR counts bytes, bpchar characters: blanks beyond the bytes are not Oracle's. */
static size_t char_bytes(struct cw_bytes in, uint8_t ora_type, uint32_t byte_length)
{
	size_t len = in.len, most;

	if (ora_type != CW_ORA_CHAR || byte_length == 0 || len <= byte_length)
		return len;
	most = byte_length + len - rh_text_stored_len(in);
	while (len > most && in.at[len - 1] == ' ')
		len--;
	return len;
}

static void give_text(struct cw_arena *arena, struct cw_bytes in, uint8_t ora_type,
		      uint32_t byte_length, struct cw_value *ret)
{
	in.len = char_bytes(in, ora_type, byte_length);
	(void)give(arena, in.at, in.len, ret);
	if (ret->state == CW_VALUE_SET && !rh_text_is_plain(in))
		ret->len = (uint32_t)rh_text_to_client(in, (uint8_t *)(uintptr_t)ret->at);
}

bool rh_value_from_pg(struct cw_arena *arena, uint32_t pg_type, struct cw_bytes in,
		      uint8_t ora_type, uint32_t byte_length, struct cw_value *ret,
		      struct rh_error *error)
{
	switch (pg_type) {
	case CW_PG_NUMERIC:
		return number_from_numeric(arena, in, ret, error);
	case PG_INT2:
		return number_from_int(arena, (int16_t)get_be(in.at, 2), ret, error);
	case PG_INT4:
		return number_from_int(arena, (int32_t)get_be(in.at, 4), ret, error);
	case PG_OID:
	case 28: /* xid */
	case CW_PG_INT8:
		return number_from_int(arena, (int64_t)get_be(in.at, in.len), ret, error);
	case CW_PG_TIMESTAMP:
	case PG_TIMESTAMPTZ:
		return time_value(arena, in, ora_type, ret, error);
	case RH_PG_STAMP:
	case RH_PG_STAMP_LTZ:
	case RH_PG_STAMP_TZ:
	case RH_PG_DS:
	case RH_PG_YM:
	case RH_PG_JSON:
		return give(arena, in.at, ora_type == CW_ORA_DATE ? CW_DATE_BYTES : in.len, ret);
	case PG_FLOAT4:
	case PG_FLOAT8:
		return double_value(arena, in, ret);
	case PG_BOOL:
		return give(arena, in.at[0] ? "\x01\x01" : "", in.at[0] ? 2 : 1, ret);
	case RH_PG_XML:
	case CW_PG_TEXT:
	case CW_PG_VARCHAR:
	case CW_PG_BPCHAR:
	case PG_CHAR:
	case PG_NAME:
	case PG_UNKNOWN:
		give_text(arena, in, ora_type, byte_length, ret);
		break;
	case PG_RECORDS:
	case CW_PG_BYTEA:
		(void)give(arena, in.at, in.len, ret);
		break;
	default:
		return rh_fail(error, 932, 0, "inconsistent datatypes");
	}
	if (is_lob(ora_type)) /* an empty one is not NULL */
		ret->state = CW_VALUE_SET;
	return true;
}
