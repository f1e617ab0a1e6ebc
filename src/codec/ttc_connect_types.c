/* ttc_connect_types.c - DATA_TYPES; see ttc_connect.h */
#include "codec/ttc_call_codes.h"
#include "codec/ttc_connect.h"

#define FLAG_MULTI_BYTE	       0x01
#define FLAG_CONV_LENGTH       0x02
#define REPRESENTATION_ORACLE  10 /* of type 27: sb1 is one raw byte */
#define TYPE_SB1	       27
#define TYPE_OER_WIDE	       652
#define CAP_FIELD_VERSION      7
#define CAP_WIDE_TYPES	       27
#define CAP_TTC3	       37
#define CAP_SIGNATURE	       39
#define CAP_TTC4	       40
#define CAP_RUNTIME_TTC	       6
#define TTC3_TIME_ZONE_VERSION 0x02
#define TTC3_BIG_CHUNKS	       0x20
#define SIGNATURE_ANY	       0x0f
#define SIGNATURE_TEMPLATE     0x07 /* */
#define TTC4_END_OF_RESPONSE   0x20
#define TTC_ZONE_LOCAL	       0x02
#define RUNTIME_TTC	       6
#define RUNTIME_32K_STRINGS    0x04
#define RUNTIME_TIME_ZONE      0x01 /* of runtime capability 1 */
#define TIME_ZONE_BYTES	       11

/* What python-oracledb 4.0.1 sends, but for 7 and 40, which depend on the server. */
static const uint8_t client_compile[] = {
	0x06, 0x00, 0x00, 0x00, 0xea, 0x18, 0x00, 0x18, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x29, 0x90, 0x03, 0x07, 0x03, 0x00, 0x01, 0x00, 0xcf, 0x00, 0x00, 0x04, 0x01,
	0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x0c, 0x20, 0x00, 0xb8, 0x00, 0x08, 0x44, 0x00,
	0x05, 0x00, 0x3e, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03,
};
static const uint8_t client_runtime[] = { 0x02, 0, 0, 0, 0, 0, 0x05, 0, 0, 0, 0 };

/* Its types, in its order; conversion is the type itself and representation 1 ... */
static const uint16_t client_types[] = {
	1,   2,	  8,   12,  23,	 24,  25,  26,	27,  28,  29,  30,  31,	 32,  33,  10,	11,  40,
	41,  117, 120, 290, 291, 292, 293, 294, 298, 299, 300, 301, 302, 303, 304, 305, 306, 307,
	308, 309, 310, 311, 312, 313, 315, 316, 317, 318, 319, 320, 321, 322, 323, 327, 328, 329,
	331, 333, 334, 335, 336, 337, 338, 339, 340, 341, 342, 343, 344, 345, 346, 348, 349, 354,
	355, 359, 363, 380, 381, 382, 383, 384, 385, 386, 387, 388, 389, 390, 391, 393, 394, 395,
	396, 397, 398, 399, 400, 401, 404, 405, 406, 407, 413, 414, 415, 416, 417, 418, 419, 420,
	421, 422, 423, 424, 425, 426, 427, 429, 430, 431, 432, 433, 449, 450, 454, 455, 456, 457,
	458, 459, 460, 461, 462, 463, 466, 467, 468, 469, 470, 471, 472, 473, 474, 475, 476, 477,
	478, 479, 480, 481, 482, 483, 484, 485, 486, 490, 491, 492, 493, 494, 495, 496, 498, 499,
	500, 501, 502, 509, 510, 513, 514, 516, 517, 518, 519, 520, 521, 522, 523, 524, 525, 526,
	527, 528, 529, 530, 531, 532, 533, 534, 535, 536, 537, 538, 539, 540, 541, 542, 543, 560,
	565, 572, 573, 574, 575, 576, 578, 563, 564, 579, 580, 581, 582, 583, 584, 585, 3,   4,
	5,   6,	  7,   9,   15,	 39,  68,  91,	94,  95,  96,  97,  100, 101, 102, 104, 106, 108,
	109, 110, 111, 112, 113, 114, 115, 116, 119, 198, 146, 152, 153, 154, 155, 156, 172, 178,
	179, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 190, 195, 196, 197, 208, 231, 232,
	233, 241, 252, 590, 591, 592, 613, 614, 615, 616, 611, 612, 593, 594, 595, 596, 597, 598,
	599, 600, 601, 602, 603, 604, 605, 622, 623, 624, 625, 626, 627, 628, 629, 630, 631, 632,
	637, 638, 636, 639, 663, 640, 652, 646, 647, 127, 660, 661, 665, 669, 670,
};

/* ... but for these: type, conversion, representation. */
static const uint16_t converted[][3] = {
	{ 2, 2, 10 },	 { 12, 12, 10 },  { 27, 27, 10 },  { 3, 2, 10 },    { 4, 2, 10 },
	{ 5, 1, 1 },	 { 6, 2, 10 },	  { 7, 2, 10 },	   { 9, 1, 1 },	    { 15, 1, 1 },
	{ 68, 2, 10 },	 { 91, 2, 10 },	  { 94, 1, 1 },	   { 95, 23, 1 },   { 97, 96, 1 },
	{ 104, 11, 1 },	 { 108, 109, 1 }, { 110, 111, 1 }, { 116, 102, 1 }, { 152, 2, 10 },
	{ 153, 2, 10 },	 { 154, 2, 10 },  { 155, 1, 1 },   { 156, 12, 10 }, { 172, 2, 10 },
	{ 184, 12, 10 }, { 195, 112, 1 }, { 196, 113, 1 }, { 197, 114, 1 }, { 232, 231, 1 },
	{ 241, 109, 1 },
};

/* The list a python-oracledb 4 sends, for the writer. */
static void fill_types(struct cw_ttc_data_types *ret)
{
	ret->count = CW_ARRAY_LEN(client_types);
	for (size_t i = 0; i < CW_ARRAY_LEN(client_types); i++) {
		struct cw_ttc_type *type = &ret->type[i];

		*type = (struct cw_ttc_type){ client_types[i], client_types[i], 1, 0 };
		for (size_t j = 0; j < CW_ARRAY_LEN(converted); j++) {
			if (converted[j][0] != client_types[i])
				continue;
			type->conversion = converted[j][1];
			type->representation = converted[j][2];
		}
	}
}

static bool cap(const uint8_t *caps, unsigned len, unsigned index, unsigned bit)
{
	return index < len && (caps[index] & bit);
}

static uint8_t least(uint8_t a, uint8_t b)
{
	return a < b ? a : b;
}

static uint32_t string_max(const struct cw_ttc_caps *caps)
{
	bool large = cap(caps->runtime, caps->runtime_len, RUNTIME_TTC, RUNTIME_32K_STRINGS);

	return large ? 32767 : 4000;
}

static void pass_some_caps(struct cw_pass *pass, const char *name, uint8_t *len,
			   uint8_t caps[CW_TTC_CAPS_MAX])
{
	struct cw_bytes bytes = { caps, *len };

	cw_pass_clr(pass, name, &bytes, CW_TTC_CAPS_MAX);
	if (!pass->in)
		return;
	memset(caps, 0, CW_TTC_CAPS_MAX);
	*len = (uint8_t)bytes.len;
	if (bytes.len > 0)
		memcpy(caps, bytes.at, bytes.len);
}

void cw_ttc_pass_caps(struct cw_pass *pass, struct cw_ttc_caps *caps)
{
	pass_some_caps(pass, "compile-time capabilities", &caps->compile_len, caps->compile);
	pass_some_caps(pass, "runtime capabilities", &caps->runtime_len, caps->runtime);
}

static bool has_time_zone(const struct cw_ttc_caps *caps)
{
	return cap(caps->runtime, caps->runtime_len, 1, RUNTIME_TIME_ZONE);
}

static bool has_time_zone_version(const struct cw_ttc_caps *caps)
{
	return cap(caps->compile, caps->compile_len, CAP_TTC3, TTC3_TIME_ZONE_VERSION);
}

static bool has_wide_types(const struct cw_ttc_caps *caps)
{
	return caps->compile_len > CAP_WIDE_TYPES && caps->compile[CAP_WIDE_TYPES] != 0;
}

void cw_ttc_answer_form(const struct cw_ttc_caps *client, const struct cw_ttc_caps *server,
			struct cw_ttc_data_types *ret)
{
	ret->has_zone = has_time_zone(client) && has_time_zone(server);
	ret->has_zone_version =
		ret->has_zone && has_time_zone_version(client) && has_time_zone_version(server);
	ret->narrow = !has_wide_types(client) || !has_wide_types(server);
}

static void pass_item(struct cw_pass *pass, const char *name, bool narrow, uint16_t *item)
{
	uint8_t byte = (uint8_t)*item;

	if (!narrow) {
		cw_pass_u16be(pass, name, item);
		return;
	}
	cw_pass_u8(pass, name, &byte);
	*item = byte;
}

/* One entry of the list; type 0 ends it. */
static void pass_type(struct cw_pass *pass, bool narrow, struct cw_ttc_type *type)
{
	pass_item(pass, "data type", narrow, &type->type);
	if (type->type == 0)
		return;
	pass_item(pass, "conversion", narrow, &type->conversion);
	if (type->conversion == 0)
		return;
	pass_item(pass, "representation", narrow, &type->representation);
	pass_item(pass, "end of entry", narrow, &type->unknown);
}

static void pass_types(struct cw_pass *pass, struct cw_ttc_data_types *types)
{
	struct cw_ttc_type end = { 0 }, one;

	if (!pass->in) {
		for (uint32_t i = 0; i < types->count; i++)
			pass_type(pass, types->narrow, &types->type[i]);
		pass_type(pass, types->narrow, &end);
		return;
	}
	types->count = 0;
	if (cw_pass_is_native(pass) && cw_rd_left(&pass->in->rd) == 0)
		return; /* nothing has to be converted */
	for (; !cw_pass_failed(pass); types->count++) {
		one = (struct cw_ttc_type){ 0 };
		cw_pass_enter(pass, "type", types->count);
		pass_type(pass, types->narrow, &one);
		cw_pass_leave(pass);
		if (one.type == 0)
			return;
		if (types->count == CW_TTC_TYPES_MAX) {
			(void)cw_pass_bad(pass, "more data types than there are");
			return;
		}
		types->type[types->count] = one;
	}
}

/*
 * go-ora puts a little-endian charset id before the list.  No type has a first byte above
 * 3, every charset id in use has.
 */
static void pass_ncharset(struct cw_pass *pass, struct cw_ttc_data_types *types)
{
	bool is_there = pass->in ? cw_rd_fill(&pass->in->rd) && *pass->in->rd.at > 3 :
				   types->ncharset != 0;

	if (is_there)
		cw_pass_u16le(pass, "national character set", &types->ncharset);
}

void cw_ttc_pass_data_types_request(struct cw_pass *pass, struct cw_ttc_data_types *types)
{
	struct cw_ttc_caps *caps = &types->caps;

	cw_pass_u16le(pass, "character set in", &types->charset);
	cw_pass_u16le(pass, "character set out", &types->charset_out);
	cw_pass_u8(pass, "conversion flags", &types->flags);
	cw_ttc_pass_caps(pass, caps);
	if (!cw_pass_failed(pass) && caps->compile_len < 8)
		(void)cw_pass_bad(pass, "the client's capabilities are too short");
	if (has_time_zone(caps)) {
		cw_pass_raw(pass, "session time zone", &types->zone, TIME_ZONE_BYTES, 64);
		if (has_time_zone_version(caps))
			cw_pass_u32be(pass, "version of time zone file", &types->zone_version);
	}
	types->narrow = !has_wide_types(caps);
	if (!types->narrow)
		pass_ncharset(pass, types);
	pass_types(pass, types);
}

void cw_ttc_pass_data_types_answer(struct cw_pass *pass, struct cw_ttc_data_types *types)
{
	if (types->has_zone)
		cw_pass_raw(pass, "server time zone", &types->zone, TIME_ZONE_BYTES, 64);
	if (types->has_zone_version)
		cw_pass_u32be(pass, "version of time zone file", &types->zone_version);
	pass_types(pass, types);
}

/*
 * Servers before 12.1 say whether a chunk's length is one byte or an ub4; python-oracledb and
 * node-oracledb, which know no older ones, read an ub4 whatever the server says, and seerdb's
 * server says nothing.
 */
static bool chunks_are_big(const struct cw_ttc_caps *server, uint8_t field_version)
{
	return field_version >= CW_FV_12_1 ||
	       cap(server->compile, server->compile_len, CAP_TTC3, TTC3_BIG_CHUNKS);
}

void cw_ttc_agree_as_client(const struct cw_ttc_caps *server, bool end_of_response,
			    struct cw_ttc *ret)
{
	uint8_t field_version =
		least(client_compile[CAP_FIELD_VERSION], server->compile[CAP_FIELD_VERSION]);

	*ret = (struct cw_ttc){
		.field_version = field_version,
		.sb1_raw = true,
		.oer_wide = true,
		.end_of_response = end_of_response,
		.big_chunks = chunks_are_big(server, field_version),
		.string_bytes_max = string_max(server),
	};
}

void cw_ttc_put_data_types(struct cw_wr *wr, uint8_t field_version, bool end_of_response)
{
	struct cw_ttc_data_types request = {
		.charset = CW_CHARSET_UTF8,
		.charset_out = CW_CHARSET_UTF8,
		.flags = FLAG_MULTI_BYTE | FLAG_CONV_LENGTH,
		.caps = { .compile_len = sizeof(client_compile),
			  .runtime_len = sizeof(client_runtime) },
	};
	uint8_t *compile = request.caps.compile;
	struct cw_pass pass = cw_pass_writing(wr, NULL);

	memcpy(compile, client_compile, sizeof(client_compile));
	memcpy(request.caps.runtime, client_runtime, sizeof(client_runtime));
	compile[CAP_FIELD_VERSION] = least(compile[CAP_FIELD_VERSION], field_version);
	if (end_of_response)
		compile[CAP_TTC4] |= TTC4_END_OF_RESPONSE;
	fill_types(&request);
	cw_wr_u8(wr, CW_TTC_DATA_TYPES);
	cw_ttc_pass_data_types_request(&pass, &request);
}

void cw_ttc_put_data_types_request(struct cw_wr *wr, const struct cw_ttc_caps *server,
				   bool end_of_response, struct cw_ttc *ret)
{
	cw_ttc_agree_as_client(server, end_of_response, ret);
	cw_ttc_put_data_types(wr, ret->field_version, end_of_response);
}

void cw_ttc_pass_fast_auth_head(struct cw_pass *pass, struct cw_ttc_fast_auth *fast)
{
	cw_pass_u8(pass, "fast authentication version", &fast->version);
	cw_pass_u8(pass, "server converts characters", &fast->converts);
	cw_pass_u8(pass, "flag 2", &fast->flag2);
}

void cw_ttc_pass_fast_auth_middle(struct cw_pass *pass, struct cw_ttc_fast_auth *fast)
{
	cw_pass_u16be(pass, "server character set", &fast->charset);
	cw_pass_u8(pass, "server flags", &fast->server_flags);
	cw_pass_u16be(pass, "server national character set", &fast->ncharset);
	cw_pass_u8(pass, "field version", &fast->field_version);
}

void cw_ttc_put_fast_auth(struct cw_wr *wr, const char *name, bool end_of_response,
			  struct cw_ttc *ret)
{
	struct cw_ttc_fast_auth fast = { .version = 1,
					 .converts = 1,
					 .field_version = CW_FV_19_1_EXT1 };
	struct cw_pass pass = cw_pass_writing(wr, NULL);

	*ret = (struct cw_ttc){ .field_version = fast.field_version };
	cw_wr_u8(wr, CW_TTC_FAST_AUTH);
	cw_ttc_pass_fast_auth_head(&pass, &fast);
	cw_ttc_put_protocol_request(wr, name);
	cw_ttc_pass_fast_auth_middle(&pass, &fast);
	cw_ttc_put_data_types(wr, UINT8_MAX, end_of_response);
}

void cw_ttc_get_data_types_request(struct cw_ttc_in *in, struct cw_ttc_data_types *ret)
{
	struct cw_pass pass = cw_pass_reading(in);

	memset(ret, 0, sizeof(*ret));
	if (cw_ttc_get_u8(in) != CW_TTC_DATA_TYPES)
		(void)cw_ttc_bad(in, "not the DATA_TYPES message");
	cw_ttc_pass_data_types_request(&pass, ret);
}

bool cw_ttc_chr_is_raw(const struct cw_ttc_data_types *client)
{
	return client->flags == FLAG_MULTI_BYTE;
}

void cw_ttc_agree(const struct cw_ttc_data_types *client, const struct cw_ttc_caps *server,
		  struct cw_ttc *ret)
{
	const struct cw_ttc_caps *caps = &client->caps;
	uint8_t field_version =
		least(caps->compile[CAP_FIELD_VERSION], server->compile[CAP_FIELD_VERSION]);

	*ret = (struct cw_ttc){
		.field_version = field_version,
		.chr_raw = cw_ttc_chr_is_raw(client),
		.big_chunks = cap(caps->compile, caps->compile_len, CAP_TTC3, TTC3_BIG_CHUNKS) &&
			      chunks_are_big(server, server->compile[CAP_FIELD_VERSION]),
		.end_of_response =
			cap(caps->compile, caps->compile_len, CAP_TTC4, TTC4_END_OF_RESPONSE),
		.session_template = cap(caps->compile, caps->compile_len, CAP_SIGNATURE,
					SIGNATURE_TEMPLATE) &&
				    cap(server->compile, server->compile_len, CAP_SIGNATURE,
					SIGNATURE_ANY),
		.zone_local =
			cap(caps->runtime, caps->runtime_len, CAP_RUNTIME_TTC, TTC_ZONE_LOCAL),
		.string_bytes_max = string_max(server),
	};
	for (uint32_t i = 0; i < client->count; i++) {
		if (client->type[i].type == TYPE_SB1)
			ret->sb1_raw = client->type[i].representation == REPRESENTATION_ORACLE;
		if (client->type[i].type == TYPE_OER_WIDE)
			ret->oer_wide = true;
	}
}

void cw_ttc_put_data_types_answer(struct cw_wr *wr, const struct cw_ttc_data_types *client)
{
	static const uint8_t utc[TIME_ZONE_BYTES] = { 0x80, 0, 0, 0, 0x3c, 0x3c, 0x3c, 0x80 };
	struct cw_ttc_data_types answer = *client;
	struct cw_pass pass = cw_pass_writing(wr, NULL);

	answer.has_zone = has_time_zone(&client->caps);
	answer.has_zone_version = answer.has_zone && has_time_zone_version(&client->caps);
	answer.zone = (struct cw_bytes){ utc, sizeof(utc) };
	answer.zone_version = 32;
	cw_wr_u8(wr, CW_TTC_DATA_TYPES);
	cw_ttc_pass_data_types_answer(&pass, &answer);
}

void cw_ttc_skip_data_types_body(struct cw_ttc_in *in)
{
	struct cw_ttc_data_types answer = { 0 }; /* our capabilities ask for no time zone */
	struct cw_pass pass = cw_pass_reading(in);

	/*
	 * Before 12.1 items of one byte are answered to clients that send such; seerdb's server
	 * answers XE 11.2's to everybody.  A list begins with a type below 256.
	 */
	answer.narrow = in->ttc->field_version < CW_FV_12_1 && cw_rd_fill(&in->rd) &&
			*in->rd.at != 0;
	cw_ttc_pass_data_types_answer(&pass, &answer);
}

void cw_ttc_skip_data_types_answer(struct cw_ttc_in *in)
{
	if (cw_ttc_get_u8(in) != CW_TTC_DATA_TYPES)
		(void)cw_ttc_bad(in, "not the DATA_TYPES message");
	cw_ttc_skip_data_types_body(in);
}
