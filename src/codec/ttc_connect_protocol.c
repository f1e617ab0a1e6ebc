/* ttc_connect_protocol.c - PROTOCOL; see ttc_connect.h */
#include "codec/ttc_call_codes.h"
#include "codec/ttc_connect.h"

#define NAME_BYTES_MAX	 256u
#define VERSION		 6
#define ELEMENT_BYTES	 5u
#define FLAG_MULTI_BYTE	 0x01
#define FLAG_CONV_LENGTH 0x02
#define FLAG_20		 0x20 /* Free 23 sets it; no client looks at it */

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

/* Of XE 11.2 (seerdb's tests have its PROTOCOL answer): one byte a chunk, no PBKDF2. */
static const uint8_t xe11_compile[] = {
	0x06, 0x01, 0x01, 0x01, 0x0f, 0x01, 0x01, 0x06, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x7f, 0xff, 0x03, 0x0a, 0x03, 0x03, 0x01, 0x00, 0x7f, 0x01, 0x7f,
	0xff, 0x01, 0x06, 0x01, 0x01, 0x3f, 0x01, 0x03, 0x06, 0x00, 0x01, 0x03, 0x02,
};
static const uint8_t xe11_runtime[] = { 0x02, 0x01, 0x00, 0x01, 0x18, 0x00, 0x03 };
static const uint8_t xe18_compile[] = {
	0x06, 0x01, 0x01, 0x01, 0x6f, 0x01, 0x01, 0x0b, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x7f, 0xff, 0x03, 0x0d, 0x03, 0x03, 0x01, 0x01, 0xff, 0x01, 0xff, 0xff, 0x01,
	0x0b, 0x01, 0x01, 0xff, 0x01, 0x06, 0x0a, 0x62, 0x01, 0x7f, 0x04, 0x00, 0x0f, 0x0d,
};
static const uint8_t xe18_runtime[] = { 0x02, 0x01, 0x00, 0x01, 0x18, 0x00, 0x1f };
/* Of Free 23, recorded with its FAST_AUTH. */
static const uint8_t free23_compile[] = {
	0x06, 0x01, 0x01, 0x01, 0xef, 0x0f, 0x01, 0x19, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x7f, 0xff, 0x03, 0x10, 0x03, 0x03, 0x01, 0x01, 0xff, 0x01, 0xff, 0xff, 0x01,
	0x0d, 0x01, 0x01, 0xff, 0x01, 0x06, 0x0c, 0xf6, 0x09, 0x7f, 0x05, 0x0f, 0xff, 0x0d,
	0x0b, 0x00, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x01,
};
static const uint8_t free23_runtime[] = { 0x02, 0x01, 0x00, 0x01, 0x18, 0x00, 0x7f,
					  0x01, 0x02, 0x00, 0x00, 0x00, 0x00 };

static const struct {
	uint8_t from; /* field version */
	uint8_t flags, compile_len, runtime_len;
	const uint8_t *compile, *runtime;
} recorded[] = {
	{ CW_FV_23_4, FLAG_MULTI_BYTE | FLAG_CONV_LENGTH | FLAG_20, sizeof(free23_compile),
	  sizeof(free23_runtime), free23_compile, free23_runtime },
	{ CW_FV_12_1, FLAG_MULTI_BYTE, sizeof(xe18_compile), sizeof(xe18_runtime), xe18_compile,
	  xe18_runtime },
	{ 0, FLAG_MULTI_BYTE, sizeof(xe11_compile), sizeof(xe11_runtime), xe11_compile,
	  xe11_runtime },
};

void cw_ttc_pass_protocol_request(struct cw_pass *pass, struct cw_ttc_protocol_request *request)
{
	cw_pass_nul_text(pass, "protocol versions", &request->versions, NAME_BYTES_MAX);
	cw_pass_nul_text(pass, "client name", &request->name, NAME_BYTES_MAX);
}

void cw_ttc_put_protocol_request(struct cw_wr *wr, const char *name)
{
	static const uint8_t version[] = { VERSION };
	struct cw_ttc_protocol_request request = { { version, 1 }, cw_bytes_of(name) };
	struct cw_pass pass = cw_pass_writing(wr, NULL);

	cw_wr_u8(wr, CW_TTC_PROTOCOL);
	cw_ttc_pass_protocol_request(&pass, &request);
}

void cw_ttc_get_protocol_request(struct cw_ttc_in *in, struct cw_bytes *ret_name)
{
	struct cw_ttc_protocol_request request = { 0 };
	struct cw_pass pass = cw_pass_reading(in);

	if (cw_ttc_get_u8(in) != CW_TTC_PROTOCOL)
		(void)cw_ttc_bad(in, "not the PROTOCOL message");
	cw_ttc_pass_protocol_request(&pass, &request); /* version 6 is in every list */
	*ret_name = request.name;
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

void cw_ttc_pass_protocol_answer(struct cw_pass *pass, struct cw_ttc_protocol *answer)
{
	uint16_t count = (uint16_t)(answer->elements.len / ELEMENT_BYTES);
	uint16_t fdo_len = (uint16_t)answer->fdo.len;

	cw_pass_u8(pass, "protocol version", &answer->version);
	cw_pass_u8(pass, "end of versions", NULL);
	cw_pass_nul_text(pass, "banner", &answer->banner, NAME_BYTES_MAX);
	cw_pass_u16le(pass, "character set", &answer->charset);
	cw_pass_u8(pass, "server flags", &answer->flags);
	cw_pass_u16le(pass, "number of conversions", &count);
	cw_pass_raw(pass, "charset conversions", &answer->elements, (size_t)count * ELEMENT_BYTES,
		    UINT16_MAX);
	cw_pass_u16be(pass, "length of formats", &fdo_len);
	cw_pass_raw(pass, "formats (FDO)", &answer->fdo, fdo_len, UINT16_MAX);
	cw_ttc_pass_caps(pass, &answer->caps);
	if (!pass->in)
		return;
	answer->ncharset = fdo_ncharset(answer->fdo);
	if (!cw_pass_failed(pass) && answer->caps.compile_len < 8)
		(void)cw_pass_bad(pass, "the server's capabilities are too short");
}
void cw_ttc_pass_cookie(struct cw_pass *pass, struct cw_ttc_cookie *cookie)
{
	uint8_t len = (uint8_t)cookie->banner.len;

	cw_pass_u8(pass, "cookie version", &cookie->version);
	cw_pass_u8(pass, "protocol version", &cookie->protocol_version);
	cw_pass_u16le(pass, "server character set", &cookie->charset);
	cw_pass_u8(pass, "server flags", &cookie->flags);
	cw_pass_u16le(pass, "server national character set", &cookie->ncharset);
	cw_pass_u8(pass, "length of banner", &len);
	cw_pass_text_raw(pass, "banner", &cookie->banner, len, UINT8_MAX);
	cw_ttc_pass_caps(pass, &cookie->caps);
}

uint8_t cw_ttc_server_caps(uint8_t field_version, struct cw_ttc_caps *ret)
{
	size_t i = 0;

	while (recorded[i].from > field_version)
		i++;
	*ret = (struct cw_ttc_caps){ .compile_len = recorded[i].compile_len,
				     .runtime_len = recorded[i].runtime_len };
	memcpy(ret->compile, recorded[i].compile, recorded[i].compile_len);
	memcpy(ret->runtime, recorded[i].runtime, recorded[i].runtime_len);
	ret->compile[7] = field_version;
	return recorded[i].flags;
}

void cw_ttc_put_protocol_answer(struct cw_wr *wr, uint8_t field_version, uint16_t charset)
{
	uint8_t formats[FDO_BYTES] = { 0 };
	struct cw_ttc_protocol answer = {
		.version = VERSION,
		.charset = charset,
		.banner = cw_bytes_of("x86_64/Linux 2.4.xx"),
		.elements = { elements, sizeof(elements) },
		.fdo = { formats, sizeof(formats) },
	};
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	struct cw_pass pass = cw_pass_writing(wr, &ttc);

	memcpy(formats, fdo, sizeof(fdo));
	answer.flags = cw_ttc_server_caps(field_version, &answer.caps);
	cw_wr_u8(wr, CW_TTC_PROTOCOL);
	cw_ttc_pass_protocol_answer(&pass, &answer);
}

void cw_ttc_get_protocol_answer(struct cw_ttc_in *in, struct cw_ttc_protocol *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	*ret = (struct cw_ttc_protocol){ 0 };
	if (cw_ttc_get_u8(in) != CW_TTC_PROTOCOL)
		(void)cw_ttc_bad(in, "not the PROTOCOL message");
	cw_ttc_pass_protocol_answer(&pass, ret);
}
