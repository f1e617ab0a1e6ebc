/* ttc_connect_types.c - DATA_TYPES; see ttc_connect.h */
#include "codec/ttc_call_codes.h"
#include "codec/ttc_connect.h"

#define FLAG_MULTI_BYTE	       0x01
#define FLAG_CONV_LENGTH       0x02
#define REPRESENTATION_ORACLE  10 /* of type 27: sb1 is one raw byte */
#define TYPE_SB1	       27
#define TYPE_OER_WIDE	       652
#define CAP_FIELD_VERSION      7
#define CAP_TTC3	       37
#define CAP_TTC4	       40
#define TTC3_TIME_ZONE_VERSION 0x02
#define TTC3_BIG_CHUNKS	       0x20
#define TTC4_END_OF_RESPONSE   0x20
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
static const uint16_t types[] = {
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

static void put_u16le(struct cw_wr *wr, unsigned value)
{
	cw_wr_u8(wr, value & 0xff);
	cw_wr_u8(wr, value >> 8);
}

static void put_types(struct cw_wr *wr)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(types); i++) {
		unsigned conversion = types[i], representation = 1;

		for (size_t j = 0; j < CW_ARRAY_LEN(converted); j++) {
			if (converted[j][0] != types[i])
				continue;
			conversion = converted[j][1];
			representation = converted[j][2];
		}
		cw_wr_u16be(wr, types[i]);
		cw_wr_u16be(wr, conversion);
		cw_wr_u16be(wr, representation);
		cw_wr_u16be(wr, 0);
	}
	cw_wr_u16be(wr, 0);
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

void cw_ttc_put_data_types_request(struct cw_wr *wr, const struct cw_ttc_caps *server,
				   bool end_of_response, struct cw_ttc *ret)
{
	uint8_t compile[sizeof(client_compile)];

	memcpy(compile, client_compile, sizeof(compile));
	compile[CAP_FIELD_VERSION] =
		least(compile[CAP_FIELD_VERSION], server->compile[CAP_FIELD_VERSION]);
	if (end_of_response)
		compile[CAP_TTC4] |= TTC4_END_OF_RESPONSE;
	*ret = (struct cw_ttc){
		.field_version = compile[CAP_FIELD_VERSION],
		.sb1_raw = true,
		.oer_wide = true,
		.end_of_response = end_of_response,
		.big_chunks = cap(server->compile, server->compile_len, CAP_TTC3, TTC3_BIG_CHUNKS),
		.string_bytes_max = string_max(server),
	};
	cw_wr_u8(wr, CW_TTC_DATA_TYPES);
	put_u16le(wr, CW_CHARSET_UTF8);
	put_u16le(wr, CW_CHARSET_UTF8);
	cw_wr_u8(wr, FLAG_MULTI_BYTE | FLAG_CONV_LENGTH);
	cw_wr_u8(wr, sizeof(compile));
	cw_wr_put(wr, compile, sizeof(compile));
	cw_wr_u8(wr, sizeof(client_runtime));
	cw_wr_put(wr, client_runtime, sizeof(client_runtime));
	put_types(wr);
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

static bool has_time_zone(const struct cw_ttc_caps *caps)
{
	return cap(caps->runtime, caps->runtime_len, 1, RUNTIME_TIME_ZONE);
}

static bool has_time_zone_version(const struct cw_ttc_caps *caps)
{
	return cap(caps->compile, caps->compile_len, CAP_TTC3, TTC3_TIME_ZONE_VERSION);
}

/* One entry; false at the end of the list. */
static bool get_type(struct cw_ttc_in *in, uint16_t ret[3])
{
	ret[0] = cw_rd_u16be(&in->rd);
	ret[1] = ret[2] = 0;
	if (ret[0] == 0)
		return false;
	ret[1] = cw_rd_u16be(&in->rd);
	if (ret[1] == 0)
		return true;
	ret[2] = cw_rd_u16be(&in->rd);
	(void)cw_rd_u16be(&in->rd);
	return true;
}

/*
 * go-ora puts a little-endian charset id before the list.  No type has a first byte above
 * 3, every charset id in use has.
 */
static void get_first_type(struct cw_ttc_in *in, uint16_t ret[3], bool *ret_more)
{
	*ret_more = get_type(in, ret);
	if (ret[0] >> 8 <= 3)
		return;
	/* What was taken for a conversion is the first type, and so on. */
	ret[0] = ret[1];
	ret[1] = ret[2];
	*ret_more = ret[0] != 0;
	ret[2] = 1; /* its representation was skipped; the first type is VARCHAR2 */
	if (*ret_more && ret[1] != 0)
		(void)cw_rd_u16be(&in->rd);
}

void cw_ttc_get_data_types_request(struct cw_ttc_in *in, struct cw_ttc_data_types *ret)
{
	uint16_t one[3];
	bool more;

	*ret = (struct cw_ttc_data_types){ 0 };
	if (cw_ttc_get_u8(in) != CW_TTC_DATA_TYPES)
		(void)cw_ttc_bad(in, "not the DATA_TYPES message");
	ret->charset = cw_rd_u16le(&in->rd);
	(void)cw_rd_u16le(&in->rd);
	ret->flags = cw_ttc_get_u8(in);
	get_caps(in, &ret->caps.compile_len, ret->caps.compile);
	get_caps(in, &ret->caps.runtime_len, ret->caps.runtime);
	if (!cw_ttc_failed(in) && ret->caps.compile_len < 8)
		(void)cw_ttc_bad(in, "the client's capabilities are too short");
	if (has_time_zone(&ret->caps)) {
		cw_ttc_skip_raw(in, TIME_ZONE_BYTES);
		if (has_time_zone_version(&ret->caps))
			cw_ttc_skip_raw(in, 4);
	}
	get_first_type(in, one, &more);
	while (more && !cw_ttc_failed(in)) {
		if (ret->count == CW_TTC_TYPES_MAX) {
			(void)cw_ttc_bad(in, "more data types than there are");
			return;
		}
		ret->type[ret->count].type = one[0];
		ret->type[ret->count].conversion = one[1];
		ret->type[ret->count++].representation = one[2];
		more = get_type(in, one);
	}
}

void cw_ttc_agree(const struct cw_ttc_data_types *client, uint8_t server_field_version,
		  struct cw_ttc *ret)
{
	const struct cw_ttc_caps *caps = &client->caps;

	*ret = (struct cw_ttc){
		.field_version = least(caps->compile[CAP_FIELD_VERSION], server_field_version),
		.chr_raw = client->flags == FLAG_MULTI_BYTE,
		.big_chunks = cap(caps->compile, caps->compile_len, CAP_TTC3, TTC3_BIG_CHUNKS),
		.end_of_response =
			cap(caps->compile, caps->compile_len, CAP_TTC4, TTC4_END_OF_RESPONSE),
		.string_bytes_max = 32767, /* as our PROTOCOL answer says */
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

	cw_wr_u8(wr, CW_TTC_DATA_TYPES);
	if (has_time_zone(&client->caps)) {
		cw_wr_put(wr, utc, sizeof(utc));
		if (has_time_zone_version(&client->caps))
			cw_wr_u32be(wr, 32);
	}
	for (uint32_t i = 0; i < client->count; i++) {
		cw_wr_u16be(wr, client->type[i].type);
		cw_wr_u16be(wr, client->type[i].conversion);
		if (client->type[i].conversion == 0)
			continue;
		cw_wr_u16be(wr, client->type[i].representation);
		cw_wr_u16be(wr, 0);
	}
	cw_wr_u16be(wr, 0);
}

void cw_ttc_skip_data_types_answer(struct cw_ttc_in *in)
{
	uint16_t one[3];
	unsigned count = 0;

	if (cw_ttc_get_u8(in) != CW_TTC_DATA_TYPES)
		(void)cw_ttc_bad(in, "not the DATA_TYPES message");
	while (get_type(in, one) && !cw_ttc_failed(in))
		if (++count > CW_TTC_TYPES_MAX)
			(void)cw_ttc_bad(in, "more data types than there are");
}
