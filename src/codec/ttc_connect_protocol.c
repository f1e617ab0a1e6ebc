/* ttc_connect_protocol.c - PROTOCOL and ANO; see ttc_connect.h */
#include "codec/ttc_call_codes.h"
#include "codec/ttc_connect.h"

#define NAME_BYTES_MAX	256u
#define VERSION		6
#define FLAG_MULTI_BYTE 0x01

/* Charset conversions the server lists; 5 bytes each; no client looks at them. */
static const uint8_t elements[] = {
	0x66, 0x03, 0x40, 0x03, 0x01, 0x40, 0x03, 0x66, 0x03, 0x01, 0x66, 0x03, 0x48,
	0x03, 0x01, 0x48, 0x03, 0x66, 0x03, 0x01, 0x66, 0x03, 0x52, 0x03, 0x01, 0x52,
	0x03, 0x66, 0x03, 0x01, 0x66, 0x03, 0x61, 0x03, 0x01, 0x61, 0x03, 0x66, 0x03,
	0x01, 0x66, 0x03, 0x1f, 0x03, 0x08, 0x1f, 0x03, 0x66, 0x03, 0x01,
};

/* The FDO of XE 18c and Free 23 alike; behind these come zeros, up to 100 bytes. */
static const uint8_t fdo[] = {
	0x00, 0x00, 0x00, 0x60, 0x01, 0x24, 0x0f, 0x05, 0x0b, 0x0c, 0x03, 0x0c, 0x0c,
	0x05, 0x04, 0x05, 0x0d, 0x06, 0x09, 0x07, 0x08, 0x05, 0x05, 0x05, 0x05, 0x05,
	0x0f, 0x05, 0x05, 0x05, 0x05, 0x05, 0x0a, 0x05, 0x05, 0x05, 0x05, 0x05, 0x04,
	0x05, 0x06, 0x07, 0x08, 0x08, 0x23, 0x47, 0x23, 0x47, 0x08, 0x11, 0x23, 0x08,
	0x11, 0x41, 0xb0, 0x47, 0x00, 0x83, 0x03, 0x69, 0x07, 0xd0, 0x03,
};
#define FDO_BYTES 100u

static const uint8_t xe18_compile[] = {
	0x06, 0x01, 0x01, 0x01, 0x6f, 0x01, 0x01, 0x0b, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x7f, 0xff, 0x03, 0x0d, 0x03, 0x03, 0x01, 0x01, 0xff, 0x01, 0xff, 0xff, 0x01,
	0x0b, 0x01, 0x01, 0xff, 0x01, 0x06, 0x0a, 0x62, 0x01, 0x7f, 0x04, 0x00, 0x0f, 0x0d,
};
static const uint8_t xe18_runtime[] = { 0x02, 0x01, 0x00, 0x01, 0x18, 0x00, 0x1f };

static void put_u16le(struct cw_wr *wr, unsigned value)
{
	cw_wr_u8(wr, value & 0xff);
	cw_wr_u8(wr, value >> 8);
}

void cw_ttc_put_protocol_request(struct cw_wr *wr, const char *name)
{
	cw_wr_u8(wr, CW_TTC_PROTOCOL);
	cw_wr_u8(wr, VERSION);
	cw_wr_u8(wr, 0);
	cw_wr_put(wr, name, strlen(name) + 1);
}

/* Up to a NUL, which is taken too. */
static struct cw_bytes get_nul_text(struct cw_ttc_in *in)
{
	uint8_t text[NAME_BYTES_MAX];
	size_t len = 0;
	uint8_t *copy;
	struct cw_err err;

	for (uint8_t c = cw_ttc_get_u8(in); c != 0; c = cw_ttc_get_u8(in)) {
		if (len == sizeof(text)) {
			(void)cw_ttc_bad(in, "a name is longer than it may be");
			break;
		}
		text[len++] = c;
	}
	copy = cw_try_new(in->arena, uint8_t, len + 1, &err);
	if (cw_ttc_failed(in) || !copy)
		return (struct cw_bytes){ NULL, 0 };
	memcpy(copy, text, len);
	return (struct cw_bytes){ copy, len };
}

void cw_ttc_get_protocol_request(struct cw_ttc_in *in, struct cw_bytes *ret_name)
{
	if (cw_ttc_get_u8(in) != CW_TTC_PROTOCOL)
		(void)cw_ttc_bad(in, "not the PROTOCOL message");
	(void)get_nul_text(in); /* the versions: 6 is in every list */
	*ret_name = get_nul_text(in);
}

void cw_ttc_put_protocol_answer(struct cw_wr *wr, uint8_t field_version)
{
	static const char banner[] = "x86_64/Linux 2.4.xx";
	uint8_t compile[sizeof(xe18_compile)];

	memcpy(compile, xe18_compile, sizeof(compile));
	compile[7] = field_version;
	cw_wr_u8(wr, CW_TTC_PROTOCOL);
	cw_wr_u8(wr, VERSION);
	cw_wr_u8(wr, 0);
	cw_wr_put(wr, banner, sizeof(banner));
	put_u16le(wr, CW_CHARSET_UTF8);
	cw_wr_u8(wr, FLAG_MULTI_BYTE);
	put_u16le(wr, sizeof(elements) / 5);
	cw_wr_put(wr, elements, sizeof(elements));
	cw_wr_u16be(wr, FDO_BYTES);
	cw_wr_put(wr, fdo, sizeof(fdo));
	cw_ttc_put_zeros(wr, FDO_BYTES - sizeof(fdo));
	cw_wr_u8(wr, sizeof(compile));
	cw_wr_put(wr, compile, sizeof(compile));
	cw_wr_u8(wr, sizeof(xe18_runtime));
	cw_wr_put(wr, xe18_runtime, sizeof(xe18_runtime));
}

/* The national character set stands 3 behind two tables whose sizes come first. */
static uint16_t fdo_ncharset(struct cw_bytes bytes)
{
	struct cw_rd rd = cw_rd(bytes);
	size_t skip;

	(void)cw_rd_skip(&rd, 5);
	skip = 6u + cw_rd_u8(&rd);
	skip += cw_rd_u8(&rd);
	(void)cw_rd_skip(&rd, skip + 3 - 7);
	return cw_rd_u16be(&rd);
}

static void get_caps(struct cw_ttc_in *in, uint8_t *ret_len, uint8_t ret[CW_TTC_CAPS_MAX])
{
	struct cw_value value;

	memset(ret, 0, CW_TTC_CAPS_MAX);
	*ret_len = 0;
	if (!cw_ttc_get_clr(in, CW_TTC_CAPS_MAX, &value) || value.len == 0)
		return;
	*ret_len = (uint8_t)value.len;
	memcpy(ret, value.at, value.len);
}

void cw_ttc_get_protocol_answer(struct cw_ttc_in *in, struct cw_ttc_protocol *ret)
{
	unsigned count;

	*ret = (struct cw_ttc_protocol){ 0 };
	if (cw_ttc_get_u8(in) != CW_TTC_PROTOCOL)
		(void)cw_ttc_bad(in, "not the PROTOCOL message");
	ret->version = cw_ttc_get_u8(in);
	(void)cw_ttc_get_u8(in);
	(void)get_nul_text(in);
	ret->charset = cw_rd_u16le(&in->rd);
	ret->flags = cw_ttc_get_u8(in);
	count = cw_rd_u16le(&in->rd);
	cw_ttc_skip_raw(in, 5u * count);
	count = cw_rd_u16be(&in->rd);
	ret->ncharset = fdo_ncharset(cw_ttc_get_raw(in, count, UINT16_MAX));
	get_caps(in, &ret->caps.compile_len, ret->caps.compile);
	get_caps(in, &ret->caps.runtime_len, ret->caps.runtime);
	if (!cw_ttc_failed(in) && ret->caps.compile_len < 8)
		(void)cw_ttc_bad(in, "the server's capabilities are too short");
}

/* ---- ANO --------------------------------------------------------------------- */

bool cw_ano_is_request(struct cw_bytes first)
{
	static const uint8_t magic[] = { 0xde, 0xad, 0xbe, 0xef };

	return first.len >= sizeof(magic) && memcmp(first.at, magic, sizeof(magic)) == 0;
}

/*
 * Four services: supervisor (status 0x1f, a list), authentication (0xfbff: not used),
 * encryption (0: none), integrity (0: none).  Taken by python-oracledb 1.2.1,
 * node-oracledb 26 and go-ora v2.
 */
void cw_ano_put_refusal(struct cw_wr *wr)
{
	static const uint8_t refusal[] = {
		0xde, 0xad, 0xbe, 0xef, 0x00, 0x79, 0x0b, 0x20, 0x02, 0x00, 0x00, 0x04, 0x00, 0x00,
		0x04, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x05, 0x0b, 0x20, 0x02,
		0x00, 0x00, 0x02, 0x00, 0x06, 0x00, 0x1f, 0x00, 0x12, 0x00, 0x01, 0xde, 0xad, 0xbe,
		0xef, 0x00, 0x03, 0x00, 0x00, 0x00, 0x04, 0x00, 0x04, 0x00, 0x01, 0x00, 0x02, 0x00,
		0x03, 0x00, 0x01, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x05, 0x0b,
		0x20, 0x02, 0x00, 0x00, 0x02, 0x00, 0x06, 0xfb, 0xff, 0x00, 0x02, 0x00, 0x02, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x05, 0x0b, 0x20, 0x02, 0x00, 0x00, 0x01, 0x00,
		0x02, 0x00, 0x00, 0x03, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x04, 0x00, 0x05,
		0x0b, 0x20, 0x02, 0x00, 0x00, 0x01, 0x00, 0x02, 0x00,
	};

	_Static_assert(sizeof(refusal) == 121, "the length field says 0x79");
	cw_wr_put(wr, refusal, sizeof(refusal));
}
