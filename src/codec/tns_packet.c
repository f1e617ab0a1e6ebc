/* tns_packet.c - see tns_packet.h */
#include "codec/tns_packet.h"

#include "base/rd.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#define CONNECT_TEXT_OFFSET 74u
#define OPTIONS_PLAIN	    0x0001u
#define CHARACTERISTICS	    0x4f98u

void cw_tns_put_header(struct cw_wr *wr, bool wide, uint32_t length, enum cw_tns_type type,
		       unsigned flags)
{
	if (wide) {
		cw_wr_u32be(wr, length);
	} else {
		cw_wr_u16be(wr, length);
		cw_wr_u16be(wr, 0);
	}
	cw_wr_u8(wr, type);
	cw_wr_u8(wr, flags);
	cw_wr_u16be(wr, 0);
}

void cw_tns_put_data(struct cw_wr *wr, bool wide, unsigned data_flags, struct cw_bytes payload)
{
	cw_tns_put_header(wr, wide, CW_TNS_HEADER_BYTES + 2 + (uint32_t)payload.len, CW_TNS_DATA,
			  0);
	cw_wr_u16be(wr, data_flags);
	cw_wr_put(wr, payload.at, payload.len);
}

/* ---- CONNECT ----------------------------------------------------------------- */

void cw_tns_put_connect(struct cw_wr *wr, unsigned packet_flags, uint32_t sdu, struct cw_bytes text)
{
	bool inside = text.len <= CW_TNS_CONNECT_TEXT_MAX;
	unsigned sdu16 = sdu > UINT16_MAX ? UINT16_MAX : sdu;

	cw_tns_put_header(wr, false, CONNECT_TEXT_OFFSET + (inside ? (uint32_t)text.len : 0),
			  CW_TNS_CONNECT, packet_flags);
	cw_wr_u16be(wr, CW_TNS_VERSION_WANTED);
	cw_wr_u16be(wr, 300);
	cw_wr_u16be(wr, OPTIONS_PLAIN);
	cw_wr_u16be(wr, sdu16);
	cw_wr_u16be(wr, sdu16);
	cw_wr_u16be(wr, CHARACTERISTICS);
	cw_wr_u16be(wr, 0); /* line turnaround */
	cw_wr_u16be(wr, 1); /* our byte order */
	cw_wr_u16be(wr, (unsigned)text.len);
	cw_wr_u16be(wr, CONNECT_TEXT_OFFSET);
	cw_wr_u32be(wr, 0);
	cw_wr_u8(wr, CW_TNS_RENEGOTIATE | CW_TNS_NA_DISABLED);
	cw_wr_u8(wr, CW_TNS_RENEGOTIATE | CW_TNS_NA_DISABLED);
	for (int i = 0; i < 3; i++)
		cw_wr_u64be(wr, 0);
	cw_wr_u32be(wr, sdu);
	cw_wr_u32be(wr, sdu);
	cw_wr_u32be(wr, 0);
	cw_wr_u32be(wr, 0); /* flags 2: no out-of-band check */
	if (inside)
		cw_wr_put(wr, text.at, text.len);
	else
		cw_tns_put_data(wr, false, 0, text);
}

bool cw_tns_get_connect(struct cw_bytes body, struct cw_tns_connect *ret, struct cw_err *err)
{
	struct cw_rd rd = cw_rd(body);
	unsigned offset;

	*ret = (struct cw_tns_connect){ 0 };
	ret->version = cw_rd_u16be(&rd);
	ret->version_min = cw_rd_u16be(&rd);
	ret->options = cw_rd_u16be(&rd);
	ret->sdu = cw_rd_u16be(&rd);
	ret->tdu = cw_rd_u16be(&rd);
	ret->characteristics = cw_rd_u16be(&rd);
	(void)cw_rd_skip(&rd, 4);
	ret->text_len = cw_rd_u16be(&rd);
	offset = cw_rd_u16be(&rd);
	(void)cw_rd_skip(&rd, 4);
	ret->flags0 = cw_rd_u8(&rd);
	ret->flags1 = cw_rd_u8(&rd);
	if (cw_rd_failed(&rd) || offset < 34 || ret->text_len > CW_TNS_TEXT_BYTES_MAX)
		return cw_fail(err, CW_ERR_DATA, 2103, "CONNECT of %zu bytes, text of %u at %u",
			       body.len, ret->text_len, offset);
	offset -= CW_TNS_HEADER_BYTES;
	if (offset >= 58 && cw_rd_skip(&rd, 24)) { /* short forms lack the 32-bit sizes */
		ret->sdu = cw_rd_u32be(&rd);
		ret->tdu = cw_rd_u32be(&rd);
	}
	if (body.len <= offset)
		return true; /* the text comes in a packet of its own */
	if (body.len - offset < ret->text_len)
		return cw_fail(err, CW_ERR_DATA, 2103, "CONNECT text is cut: %zu of %u bytes",
			       body.len - offset, ret->text_len);
	ret->text = (struct cw_bytes){ body.at + offset, ret->text_len };
	return true;
}

/* ---- ACCEPT ------------------------------------------------------------------- */

void cw_tns_put_accept(struct cw_wr *wr, const struct cw_tns_accept *accept)
{
	bool large = accept->version >= CW_TNS_VERSION_MIN;
	bool flags2 = accept->version >= CW_TNS_VERSION_FLAGS2;
	uint32_t length = flags2 ? 45 : large ? 41 : 32;

	cw_tns_put_header(wr, false, length, CW_TNS_ACCEPT, 0);
	cw_wr_u16be(wr, accept->version);
	cw_wr_u16be(wr, accept->options);
	cw_wr_u16be(wr, large ? 0 : accept->sdu);
	cw_wr_u16be(wr, large ? 0 : accept->tdu);
	cw_wr_u16be(wr, 0x0100); /* the server's byte order: x86 */
	cw_wr_u16be(wr, 0);
	cw_wr_u16be(wr, length);
	cw_wr_u8(wr, accept->flags0);
	cw_wr_u8(wr, accept->flags1);
	cw_wr_u64be(wr, 0);
	if (!large)
		return;
	cw_wr_u32be(wr, accept->sdu);
	cw_wr_u32be(wr, accept->tdu);
	cw_wr_u8(wr, 0);
	if (flags2)
		cw_wr_u32be(wr, accept->flags2);
}

bool cw_tns_get_accept(struct cw_bytes body, struct cw_tns_accept *ret, struct cw_err *err)
{
	struct cw_rd rd = cw_rd(body);

	*ret = (struct cw_tns_accept){ 0 };
	ret->version = cw_rd_u16be(&rd);
	ret->options = cw_rd_u16be(&rd);
	ret->sdu = cw_rd_u16be(&rd);
	ret->tdu = cw_rd_u16be(&rd);
	(void)cw_rd_skip(&rd, 6);
	ret->flags0 = cw_rd_u8(&rd);
	ret->flags1 = cw_rd_u8(&rd);
	if (cw_rd_failed(&rd))
		return cw_fail(err, CW_ERR_DATA, 2103, "ACCEPT of %zu bytes", body.len);
	if (ret->version >= CW_TNS_VERSION_MIN && body.len >= 32 && cw_rd_skip(&rd, 8)) {
		ret->sdu = cw_rd_u32be(&rd);
		ret->tdu = cw_rd_u32be(&rd);
	}
	if (ret->version >= CW_TNS_VERSION_FLAGS2 && body.len >= 37 && cw_rd_skip(&rd, 1))
		ret->flags2 = cw_rd_u32be(&rd);
	if (cw_rd_failed(&rd) || ret->sdu < 512 || ret->sdu > 2097152)
		return cw_fail(err, CW_ERR_DATA, 2103, "ACCEPT of %zu bytes, packet size %u",
			       body.len, ret->sdu);
	return true;
}

/* ---- REFUSE, REDIRECT, RESEND --------------------------------------------------- */

void cw_tns_put_refuse(struct cw_wr *wr, uint32_t version_no, uint32_t error)
{
	char text[192];
	int len = snprintf(text, sizeof(text),
			   "(DESCRIPTION=(TMP=)(VSNNUM=%u)(ERR=%u)(ERROR_STACK=(ERROR=(CODE=%u)"
			   "(EMFI=4))))",
			   version_no, error, error);

	cw_tns_put_header(wr, false, 12 + (uint32_t)len, CW_TNS_REFUSE, 0);
	cw_wr_u8(wr, 34);
	cw_wr_u8(wr, 0);
	cw_wr_u16be(wr, (unsigned)len);
	cw_wr_put(wr, text, (size_t)len);
}

static bool get_text(struct cw_rd *rd, const char *what, struct cw_bytes *ret_text, size_t *ret_len,
		     struct cw_err *err)
{
	size_t len = cw_rd_u16be(rd);

	if (cw_rd_failed(rd) || len > CW_TNS_TEXT_BYTES_MAX)
		return cw_fail(err, CW_ERR_DATA, 2103, "%s with a text of %zu bytes", what, len);
	*ret_len = len;
	*ret_text = (struct cw_bytes){ rd->at, cw_rd_left(rd) < len ? cw_rd_left(rd) : len };
	return true;
}

bool cw_tns_get_refuse(struct cw_bytes body, struct cw_bytes *ret_text, size_t *ret_len,
		       struct cw_err *err)
{
	struct cw_rd rd = cw_rd(body);

	(void)cw_rd_skip(&rd, 2);
	return get_text(&rd, "REFUSE", ret_text, ret_len, err);
}

uint32_t cw_tns_refuse_error(struct cw_bytes text)
{
	struct cw_bytes digits;
	uint32_t error = 0;

	if (!cw_tns_find(text, NULL, "ERR", &digits) || digits.len > 6)
		return 0;
	for (size_t i = 0; i < digits.len && isdigit(digits.at[i]); i++)
		error = error * 10 + (uint32_t)(digits.at[i] - '0');
	return error;
}

void cw_tns_put_redirect(struct cw_wr *wr, struct cw_bytes address, struct cw_bytes data)
{
	uint32_t len = (uint32_t)(address.len + 1 + data.len);

	cw_tns_put_header(wr, false, 10, CW_TNS_REDIRECT, CW_TNS_REDIRECT_HAS_DATA);
	cw_wr_u16be(wr, len);
	cw_tns_put_header(wr, false, CW_TNS_HEADER_BYTES + 2 + len, CW_TNS_DATA, 0);
	cw_wr_u16be(wr, 0);
	cw_wr_put(wr, address.at, address.len);
	cw_wr_u8(wr, 0);
	cw_wr_put(wr, data.at, data.len);
}

bool cw_tns_get_redirect(struct cw_bytes body, struct cw_bytes *ret_text, size_t *ret_len,
			 struct cw_err *err)
{
	struct cw_rd rd = cw_rd(body);

	return get_text(&rd, "REDIRECT", ret_text, ret_len, err);
}

void cw_tns_put_resend(struct cw_wr *wr)
{
	cw_tns_put_header(wr, false, CW_TNS_HEADER_BYTES, CW_TNS_RESEND, 0);
}

/* ---- MARKER, CONTROL -------------------------------------------------------------- */

void cw_tns_put_marker(struct cw_wr *wr, bool wide, enum cw_tns_marker marker)
{
	cw_tns_put_header(wr, wide, 11, CW_TNS_MARKER, 0);
	cw_wr_u8(wr, 1);
	cw_wr_u8(wr, 0);
	cw_wr_u8(wr, marker);
}

unsigned cw_tns_get_marker(struct cw_bytes body)
{
	return body.len >= 3 ? body.at[2] : 0;
}

uint32_t cw_tns_get_control(struct cw_bytes body)
{
	struct cw_rd rd = cw_rd(body);
	unsigned command = cw_rd_u16be(&rd);

	(void)cw_rd_skip(&rd, 4);
	return command == 8 ? cw_rd_u32be(&rd) : 0;
}

/* ---- descriptors ------------------------------------------------------------------- */

#define DEPTH_MAX 16

static bool same_word(struct cw_bytes word, const char *key)
{
	return word.len == strlen(key) && strncasecmp((const char *)word.at, key, word.len) == 0;
}

static struct cw_bytes trimmed(const uint8_t *from, const uint8_t *to)
{
	while (from < to && isspace(*from))
		from++;
	while (from < to && isspace(to[-1]))
		to--;
	if (to - from >= 2 && (*from == '"' || *from == '\'') && to[-1] == *from) {
		from++;
		to--;
	}
	return (struct cw_bytes){ from, (size_t)(to - from) };
}

/* From just after '=' to the ')' or '(' that ends a plain value; quotes hide both. */
static const uint8_t *value_end(const uint8_t *at, const uint8_t *end)
{
	uint8_t quote = 0;

	for (; at < end; at++) {
		if (quote && *at == quote)
			quote = 0;
		else if (!quote && (*at == '"' || *at == '\''))
			quote = *at;
		else if (!quote && (*at == '(' || *at == ')'))
			break;
	}
	return at;
}

bool cw_tns_find(struct cw_bytes text, const char *parent, const char *key, struct cw_bytes *ret)
{
	struct cw_bytes above[DEPTH_MAX] = { 0 };
	const uint8_t *at = text.at, *end = text.at + text.len;
	unsigned depth = 0;

	while (at < end) {
		const uint8_t *equals, *stop;

		if (*at == ')' && depth > 0)
			depth--;
		if (*at++ != '(')
			continue;
		if (depth >= DEPTH_MAX)
			return false;
		equals = memchr(at, '=', (size_t)(end - at));
		if (!equals)
			return false;
		above[depth] = trimmed(at, equals);
		stop = value_end(equals + 1, end);
		*ret = trimmed(equals + 1, stop);
		if (same_word(above[depth], key) && (stop == end || *stop == ')') &&
		    (!parent || (depth > 0 && same_word(above[depth - 1], parent))))
			return true;
		depth++;
		at = stop;
	}
	return false;
}
