/* tns_packet.c - see tns_packet.h */
#include "codec/tns_packet.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#define CONNECT_TEXT_OFFSET 74u
#define CONNECT_FIXED_BYTES 34u /* of the packet; what is behind them may be left out */
#define TRACE_ID_BYTES	    8u
#define ACCEPT_FIXED_BYTES  32u
#define OPTIONS_PLAIN	    0x0001u
#define CHARACTERISTICS	    0x4f98u
#define SERVER_BYTE_ORDER   0x0100u /* of x86 */
#define MARKER_BYTES	    11u
#define BODY_MAX	    65536u
#define CONTROL_ERROR	    8u

/* Packets have no TTC fields: what both sides agreed on says nothing here. */
static struct cw_ttc_in body_in(struct cw_bytes body)
{
	return (struct cw_ttc_in){ .rd = cw_rd(body), .stable = true };
}

void cw_tns_pass_head(struct cw_pass *pass, bool wide, struct cw_tns_head *head)
{
	uint16_t narrow = (uint16_t)head->length;

	if (wide) {
		cw_pass_u32be(pass, "packet length", &head->length);
	} else {
		cw_pass_u16be(pass, "packet length", &narrow);
		cw_pass_u16be(pass, "packet checksum", &head->checksum);
		head->length = narrow;
	}
	cw_pass_u8(pass, "packet type", &head->type);
	cw_pass_u8(pass, "packet flags", &head->flags);
	cw_pass_u16be(pass, "header checksum", &head->head_checksum);
}

void cw_tns_put_header(struct cw_wr *wr, bool wide, uint32_t length, enum cw_tns_type type,
		       unsigned flags)
{
	struct cw_pass pass = cw_pass_writing(wr, NULL);
	struct cw_tns_head head = { .length = length,
				    .type = (uint8_t)type,
				    .flags = (uint8_t)flags };

	cw_tns_pass_head(&pass, wide, &head);
}

void cw_tns_put_data(struct cw_wr *wr, bool wide, unsigned data_flags, struct cw_bytes payload)
{
	cw_tns_put_header(wr, wide, CW_TNS_HEADER_BYTES + 2 + (uint32_t)payload.len, CW_TNS_DATA,
			  0);
	cw_wr_u16be(wr, data_flags);
	cw_wr_put(wr, payload.at, payload.len);
}

/* All that is left of a body; a writer writes what there is. */
static void pass_rest(struct cw_pass *pass, const char *name, struct cw_bytes *bytes)
{
	cw_pass_raw(pass, name, bytes, pass->in ? cw_rd_left(&pass->in->rd) : bytes->len,
		    BODY_MAX);
}

/* ---- CONNECT ----------------------------------------------------------------- */

static void pass_connect_fixed(struct cw_pass *pass, struct cw_tns_connect *connect)
{
	uint16_t text_len = (uint16_t)connect->text_len;

	cw_pass_u16be(pass, "version", &connect->version);
	cw_pass_u16be(pass, "lowest version", &connect->version_min);
	cw_pass_u16be(pass, "service options", &connect->options);
	cw_pass_u16be(pass, "SDU, 16 bits", &connect->sdu16);
	cw_pass_u16be(pass, "TDU, 16 bits", &connect->tdu16);
	cw_pass_u16be(pass, "protocol characteristics", &connect->characteristics);
	cw_pass_u16be(pass, "line turnaround", &connect->turnaround);
	cw_pass_u16be(pass, "byte order", &connect->byte_order);
	cw_pass_u16be(pass, "length of text", &text_len);
	cw_pass_u16be(pass, "offset of text", &connect->text_offset);
	cw_pass_u32be(pass, "connect data receivable", &connect->receivable);
	cw_pass_u8(pass, "connect flags 0", &connect->flags0);
	cw_pass_u8(pass, "connect flags 1", &connect->flags1);
	connect->text_len = text_len;
}

/* From offset 34 to the text, in groups that older clients leave out. */
static void pass_connect_rest(struct cw_pass *pass, struct cw_tns_connect *connect)
{
	if (connect->text_offset >= 50) {
		cw_pass_u32be(pass, "trace item 1", &connect->trace[0]);
		cw_pass_u32be(pass, "trace item 2", &connect->trace[1]);
		cw_pass_raw(pass, "trace connection id", &connect->trace_id, TRACE_ID_BYTES,
			    BODY_MAX);
	}
	if (connect->text_offset >= 58) {
		cw_pass_u16be(pass, "connection timeout", &connect->timeout);
		cw_pass_u16be(pass, "tick size", &connect->tick);
		cw_pass_u16be(pass, "length of reconnect address", &connect->reconnect_len);
		cw_pass_u16be(pass, "offset of reconnect address", &connect->reconnect_offset);
	}
	if (connect->text_offset >= 66) {
		cw_pass_u32be(pass, "SDU", &connect->sdu);
		cw_pass_u32be(pass, "TDU", &connect->tdu);
	}
	if (connect->text_offset >= 70)
		cw_pass_u32be(pass, "compression", &connect->compression);
	if (connect->text_offset >= 74)
		cw_pass_u32be(pass, "connect flags 2", &connect->flags2);
}

/* How far the groups above go, for an offset of the text. */
static unsigned connect_known_bytes(unsigned text_offset)
{
	static const unsigned ends[] = { 74, 70, 66, 58, 50 };

	for (size_t i = 0; i < CW_ARRAY_LEN(ends); i++)
		if (text_offset >= ends[i])
			return ends[i];
	return CONNECT_FIXED_BYTES;
}

void cw_tns_pass_connect(struct cw_pass *pass, struct cw_tns_connect *connect)
{
	size_t inside;

	pass_connect_fixed(pass, connect);
	if (connect->text_offset < CONNECT_FIXED_BYTES)
		(void)cw_pass_bad(pass, "the text of CONNECT lies in its header");
	if (cw_pass_failed(pass))
		return;
	connect->sdu = pass->in ? connect->sdu16 : connect->sdu;
	connect->tdu = pass->in ? connect->tdu16 : connect->tdu;
	pass_connect_rest(pass, connect);
	cw_pass_raw(pass, "unknown, before text", &connect->unknown,
		    connect->text_offset - connect_known_bytes(connect->text_offset), BODY_MAX);
	inside = pass->in && !cw_rd_left(&pass->in->rd) ? 0 : connect->text_len;
	if (!pass->in)
		inside = connect->text.len;
	cw_pass_text_raw(pass, "connect text", &connect->text, inside, CW_TNS_TEXT_BYTES_MAX);
	if (!cw_pass_failed(pass))
		pass_rest(pass, "unknown, behind text", &connect->tail);
}

void cw_tns_put_connect(struct cw_wr *wr, unsigned packet_flags, bool services, uint32_t sdu,
			struct cw_bytes text)
{
	bool inside = text.len <= CW_TNS_CONNECT_TEXT_MAX;
	uint16_t sdu16 = sdu > UINT16_MAX ? UINT16_MAX : (uint16_t)sdu;
	uint8_t flags = CW_TNS_RENEGOTIATE | (services ? CW_TNS_NA_WANTED : CW_TNS_NA_DISABLED);
	struct cw_pass pass = cw_pass_writing(wr, NULL);
	struct cw_tns_connect connect = {
		.version = CW_TNS_VERSION_WANTED,
		.version_min = 300,
		.options = OPTIONS_PLAIN,
		.sdu16 = sdu16,
		.tdu16 = sdu16,
		.characteristics = CHARACTERISTICS,
		.byte_order = 1,
		.text_len = (uint32_t)text.len,
		.text_offset = CONNECT_TEXT_OFFSET,
		.flags0 = flags,
		.flags1 = flags,
		.sdu = sdu,
		.tdu = sdu,
		.text = inside ? text : (struct cw_bytes){ NULL, 0 },
	}; /* flags2 0: no out-of-band check */

	cw_tns_put_header(wr, false, CONNECT_TEXT_OFFSET + (inside ? (uint32_t)text.len : 0),
			  CW_TNS_CONNECT, packet_flags);
	cw_tns_pass_connect(&pass, &connect);
	if (!inside)
		cw_tns_put_data(wr, false, 0, text);
}

bool cw_tns_get_connect(struct cw_bytes body, struct cw_tns_connect *ret, struct cw_err *err)
{
	struct cw_ttc_in in = body_in(body);
	struct cw_pass pass = cw_pass_reading(&in);

	*ret = (struct cw_tns_connect){ 0 };
	cw_tns_pass_connect(&pass, ret);
	if (cw_pass_failed(&pass))
		return cw_fail(err, CW_ERR_DATA, 2103, "CONNECT of %zu bytes, text of %u at %u",
			       body.len, ret->text_len, ret->text_offset);
	return true;
}

/* ---- ACCEPT ------------------------------------------------------------------- */

static void pass_accept_fixed(struct cw_pass *pass, struct cw_tns_accept *accept)
{
	cw_pass_u16be(pass, "version", &accept->version);
	cw_pass_u16be(pass, "service options", &accept->options);
	cw_pass_u16be(pass, "SDU, 16 bits", &accept->sdu16);
	cw_pass_u16be(pass, "TDU, 16 bits", &accept->tdu16);
	cw_pass_u16be(pass, "byte order", &accept->byte_order);
	cw_pass_u16be(pass, "length of data", &accept->data_len);
	cw_pass_u16be(pass, "offset of data", &accept->data_offset);
	cw_pass_u8(pass, "accept flags 0", &accept->flags0);
	cw_pass_u8(pass, "accept flags 1", &accept->flags1);
	cw_pass_u16be(pass, "pool timeout", &accept->pool_timeout);
	cw_pass_u16be(pass, "tick size", &accept->tick);
	cw_pass_u16be(pass, "length of reconnect address", &accept->reconnect_len);
	cw_pass_u16be(pass, "offset of reconnect address", &accept->reconnect_offset);
}

/* What is behind the fixed part: a server or proxy may send fewer bytes than its version has. */
static void pass_accept_rest(struct cw_pass *pass, struct cw_tns_accept *accept)
{
	size_t left = 0;

	if (pass->in) {
		left = cw_rd_left(&pass->in->rd);
		left = left > accept->data_len ? left - accept->data_len : 0;
		accept->has_sizes = accept->version >= CW_TNS_VERSION_WIDE && left >= 9;
		accept->has_flags2 = accept->has_sizes &&
				     accept->version >= CW_TNS_VERSION_FLAGS2 && left >= 13;
	}
	if (accept->has_sizes) {
		cw_pass_u32be(pass, "SDU", &accept->sdu);
		cw_pass_u32be(pass, "TDU", &accept->tdu);
		cw_pass_u8(pass, "compression", &accept->compression);
	}
	if (accept->has_flags2)
		cw_pass_u32be(pass, "accept flags 2", &accept->flags2);
	if (pass->in)
		left -= accept->has_flags2 ? 13 : accept->has_sizes ? 9 : 0;
	else
		left = accept->instance.len;
	cw_pass_raw(pass, "instance id", &accept->instance, left, BODY_MAX);
	if (!cw_pass_failed(pass))
		pass_rest(pass, "data", &accept->data);
}

void cw_tns_pass_accept(struct cw_pass *pass, struct cw_tns_accept *accept)
{
	pass_accept_fixed(pass, accept);
	if (pass->in) {
		accept->sdu = accept->sdu16;
		accept->tdu = accept->tdu16;
	}
	if (!cw_pass_failed(pass))
		pass_accept_rest(pass, accept);
}

void cw_tns_put_accept(struct cw_wr *wr, const struct cw_tns_accept *accept)
{
	struct cw_pass pass = cw_pass_writing(wr, NULL);
	struct cw_tns_accept whole = *accept;
	uint16_t length = ACCEPT_FIXED_BYTES;

	whole.has_sizes = accept->version >= CW_TNS_VERSION_WIDE;
	whole.has_flags2 = accept->version >= CW_TNS_VERSION_FLAGS2;
	length = (uint16_t)(length + (whole.has_flags2 ? 13 : whole.has_sizes ? 9 : 0) +
			    (int)whole.instance.len);
	whole.sdu16 = whole.has_sizes ? 0 : (uint16_t)accept->sdu;
	whole.tdu16 = whole.has_sizes ? 0 : (uint16_t)accept->tdu;
	whole.byte_order = SERVER_BYTE_ORDER;
	whole.data_offset = length;
	cw_tns_put_header(wr, false, length, CW_TNS_ACCEPT, 0);
	cw_tns_pass_accept(&pass, &whole);
}

bool cw_tns_get_accept(struct cw_bytes body, struct cw_tns_accept *ret, struct cw_err *err)
{
	struct cw_ttc_in in = body_in(body);
	struct cw_pass pass = cw_pass_reading(&in);

	*ret = (struct cw_tns_accept){ 0 };
	cw_tns_pass_accept(&pass, ret);
	if (cw_pass_failed(&pass) || ret->sdu < 512 || ret->sdu > 2097152)
		return cw_fail(err, CW_ERR_DATA, 2103, "ACCEPT of %zu bytes, packet size %u",
			       body.len, ret->sdu);
	return true;
}

/* ---- REFUSE, REDIRECT, RESEND --------------------------------------------------- */

static void pass_text(struct cw_pass *pass, struct cw_tns_refuse *refuse)
{
	size_t inside = refuse->text.len;

	cw_pass_u16be(pass, "length of text", &refuse->text_len);
	if (refuse->text_len > CW_TNS_TEXT_BYTES_MAX)
		(void)cw_pass_bad(pass, "a text is longer than it may be");
	if (cw_pass_failed(pass))
		return;
	if (pass->in)
		inside = cw_rd_left(&pass->in->rd);
	cw_pass_text_raw(pass, "text", &refuse->text, inside, BODY_MAX);
	if (refuse->text.len > refuse->text_len)
		refuse->text.len = refuse->text_len;
}

void cw_tns_pass_refuse(struct cw_pass *pass, struct cw_tns_refuse *refuse)
{
	cw_pass_u8(pass, "user reason", &refuse->user_reason);
	cw_pass_u8(pass, "system reason", &refuse->system_reason);
	pass_text(pass, refuse);
}

void cw_tns_pass_redirect(struct cw_pass *pass, struct cw_tns_refuse *redirect)
{
	pass_text(pass, redirect);
}

void cw_tns_put_refuse(struct cw_wr *wr, uint32_t version_no, uint32_t error)
{
	char text[192];
	int len = snprintf(text, sizeof(text),
			   "(DESCRIPTION=(TMP=)(VSNNUM=%u)(ERR=%u)(ERROR_STACK=(ERROR=(CODE=%u)"
			   "(EMFI=4))))",
			   version_no, error, error);
	struct cw_tns_refuse refuse = { .user_reason = 34,
					.text_len = (uint16_t)len,
					.text = { (const uint8_t *)text, (size_t)len } };
	struct cw_pass pass = cw_pass_writing(wr, NULL);

	cw_tns_put_header(wr, false, 12 + (uint32_t)len, CW_TNS_REFUSE, 0);
	cw_tns_pass_refuse(&pass, &refuse);
}

bool cw_tns_get_refuse(struct cw_bytes body, struct cw_bytes *ret_text, size_t *ret_len,
		       struct cw_err *err)
{
	struct cw_ttc_in in = body_in(body);
	struct cw_pass pass = cw_pass_reading(&in);
	struct cw_tns_refuse refuse = { 0 };

	cw_tns_pass_refuse(&pass, &refuse);
	if (cw_pass_failed(&pass))
		return cw_fail(err, CW_ERR_DATA, 2103, "REFUSE with a text of %u bytes",
			       refuse.text_len);
	*ret_text = refuse.text;
	*ret_len = refuse.text_len;
	return true;
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
	struct cw_tns_refuse redirect = { .text_len = (uint16_t)len };
	struct cw_pass pass = cw_pass_writing(wr, NULL);

	cw_tns_put_header(wr, false, 10, CW_TNS_REDIRECT, CW_TNS_REDIRECT_HAS_DATA);
	cw_tns_pass_redirect(&pass, &redirect);
	cw_tns_put_header(wr, false, CW_TNS_HEADER_BYTES + 2 + len, CW_TNS_DATA, 0);
	cw_wr_u16be(wr, 0);
	cw_wr_put(wr, address.at, address.len);
	cw_wr_u8(wr, 0);
	cw_wr_put(wr, data.at, data.len);
}

bool cw_tns_get_redirect(struct cw_bytes body, struct cw_bytes *ret_text, size_t *ret_len,
			 struct cw_err *err)
{
	struct cw_ttc_in in = body_in(body);
	struct cw_pass pass = cw_pass_reading(&in);
	struct cw_tns_refuse redirect = { 0 };

	cw_tns_pass_redirect(&pass, &redirect);
	if (cw_pass_failed(&pass))
		return cw_fail(err, CW_ERR_DATA, 2103, "REDIRECT with a text of %u bytes",
			       redirect.text_len);
	*ret_text = redirect.text;
	*ret_len = redirect.text_len;
	return true;
}

void cw_tns_put_resend(struct cw_wr *wr)
{
	cw_tns_put_header(wr, false, CW_TNS_HEADER_BYTES, CW_TNS_RESEND, 0);
}

/* ---- MARKER, CONTROL -------------------------------------------------------------- */

void cw_tns_pass_marker(struct cw_pass *pass, struct cw_tns_marker_body *marker)
{
	cw_pass_u8(pass, "kind", &marker->kind);
	cw_pass_u8(pass, "zero", &marker->zero);
	if (!pass->in || cw_rd_left(&pass->in->rd) > 0)
		cw_pass_u8(pass, "marker", &marker->marker);
}

void cw_tns_put_marker(struct cw_wr *wr, bool wide, enum cw_tns_marker marker)
{
	struct cw_pass pass = cw_pass_writing(wr, NULL);
	struct cw_tns_marker_body body = { .kind = 1, .marker = (uint8_t)marker };

	cw_tns_put_header(wr, wide, MARKER_BYTES, CW_TNS_MARKER, 0);
	cw_tns_pass_marker(&pass, &body);
}

unsigned cw_tns_get_marker(struct cw_bytes body)
{
	struct cw_ttc_in in = body_in(body);
	struct cw_pass pass = cw_pass_reading(&in);
	struct cw_tns_marker_body marker = { 0 };

	cw_tns_pass_marker(&pass, &marker);
	return cw_pass_failed(&pass) ? 0 : marker.marker;
}

void cw_tns_pass_control(struct cw_pass *pass, struct cw_tns_control *control)
{
	cw_pass_u16be(pass, "command", &control->command);
	if (control->command == CONTROL_ERROR) {
		cw_pass_u32be(pass, "facility", &control->facility);
		cw_pass_u32be(pass, "error", &control->error);
		cw_pass_u32be(pass, "second number", &control->second);
	}
	if (!cw_pass_failed(pass))
		pass_rest(pass, "notification", &control->tail);
}

uint32_t cw_tns_get_control(struct cw_bytes body)
{
	struct cw_ttc_in in = body_in(body);
	struct cw_pass pass = cw_pass_reading(&in);
	struct cw_tns_control control = { 0 };

	cw_tns_pass_control(&pass, &control);
	return control.error;
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
	const struct cw_rd rd = cw_rd(text);
	const uint8_t *at = rd.at, *end = rd.end;
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
