/*
 * test_walk_forms.c - the walk reads what clients spell otherwise than python-oracledb
 *
 * The messages are made here, as such clients make them: OCI between unlike machines (32-bit
 * Windows, as published client traces show it), between like ones of other platforms and of the
 * same (as published captures of sqlplus show both), ojdbc with a multi-byte character set.
 */
#include "codec/ttc_call_codes.h"
#include "codec/ttc_connect.h"
#include "codec/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct look {
	struct cw_walk_listener listener; /* first */
	char fields[8192];		  /* "name=value" each, of text and numbers */
};

static void on_begin(struct cw_walk_listener *listener, const struct cw_walk_unit *unit)
{
	(void)listener, (void)unit;
}

static void on_field(struct cw_walk_listener *listener, const struct cw_field *field)
{
	struct look *look = (struct look *)listener;
	size_t at = strlen(look->fields), room = sizeof(look->fields) - at;

	if (field->is_text || field->kind >= CW_FIELD_RAW)
		(void)snprintf(look->fields + at, room, "%s=%.*s\n", field->name,
			       field->is_text ? (int)field->bytes.len : 0,
			       field->bytes.at ? (const char *)field->bytes.at : "");
	else
		(void)snprintf(look->fields + at, room, "%s=%llu\n", field->name,
			       (unsigned long long)field->number);
}

static void on_enter(struct cw_walk_listener *listener, const char *name, int64_t index)
{
	(void)listener, (void)name, (void)index;
}

static void on_leave(struct cw_walk_listener *listener)
{
	(void)listener;
}

static void on_end(struct cw_walk_listener *listener, const char *why, struct cw_bytes unread)
{
	(void)listener;
	if (why)
		print_message("# %s, %zu bytes unread\n", why, unread.len);
}

static void on_login(struct cw_walk_listener *listener, enum cw_walk_from from, unsigned phase,
		     const struct cw_ttc_pair *pair, uint32_t count)
{
	(void)listener, (void)from, (void)phase, (void)pair, (void)count;
}

static struct look new_look(void)
{
	return (struct look){
		.listener = { on_begin, on_field, on_enter, on_leave, on_end, on_login },
	};
}

/* @hex: a message, digits with blanks between them. */
static struct cw_bytes bytes_of(const char *hex, uint8_t *room, size_t room_len)
{
	size_t len = 0;
	unsigned byte;
	int read;

	while (sscanf(hex, " %2x%n", &byte, &read) == 1) {
		assert_in_range(len, 0, room_len - 1);
		room[len++] = (uint8_t)byte;
		hex += read;
	}
	return (struct cw_bytes){ room, len };
}

/* Walk @hex, said by @from, and expect that every byte is accounted for. */
static void read_whole(struct look *look, const struct cw_ttc *ttc, enum cw_walk_from from,
		       unsigned answered, const char *hex)
{
	struct cw_walk *walk = cw_walk_new(&look->listener);
	uint8_t room[2048];

	cw_walk_assume(walk, ttc, true);
	if (answered)
		cw_walk_expect(walk, answered);
	cw_walk_message(walk, from, bytes_of(hex, room, sizeof(room)));
	assert_int_equal(cw_walk_counts(walk)->unread_bytes, 0);
	assert_int_equal(cw_walk_counts(walk)->problems, 0);
	cw_walk_free(walk);
}

static void expect(const struct look *look, const char *field)
{
	if (!strstr(look->fields, field))
		fail_msg("no %s in\n%s", field, look->fields);
}

/* Close cursors, then "select d from t where k=:1" with 'ab': told as 3 * 26 bytes. */
static void a_thick_client_counts_three_bytes_for_each_of_its_characters(void **state)
{
	static const struct cw_ttc old = { .field_version = CW_FV_11_2, .string_bytes_max = 4000 };
	struct look look = new_look();

	(void)state;
	read_whole(
		&look, &old, CW_FROM_CLIENT, 0,
		"11 69 15 01 0101 0102"
		"03 5e 16 028069 00 01 014e 01 010d 01 01 00 0164 00 01 0101 00 01 00 01 01 01 00"
		"00 01 01 00 00 00 00 00"
		"1a 73656c65637420642066726f6d2074207768657265206b3d3a31"
		"0101 00 00 00 00 00 00 0101 00 00 00 00 00"
		"60 00 00 00 010c 00 0110 00 00 020369 01 00"
		"07 02 6162");
	expect(&look, "length of SQL=78\n");
	expect(&look, "SQL=select d from t where k=:1\n");
}

/* A PL/SQL table of two numbers: how many there are stands in front of them. */
static void an_array_of_PLSQL_is_written_again_with_its_length(void **state)
{
	static const struct cw_ttc ttc = { .field_version = CW_FV_12_1, .string_bytes_max = 4000 };
	struct look look = new_look();

	(void)state;
	read_whole(
		&look, &ttc, CW_FROM_CLIENT, 0,
		"03 5e 01 020429 00 01 010e 01 010d 00 00 00 0101 047fffffff 01 0101 00 00 00 00 00"
		"00 00 00 00 01 00 00 00 00 00 00 00 00"
		"0e 626567696e20703a313b656e643b 0101 0101 00 00 00 00 00 00 00 00 00 00 00"
		"02 41 00 00 0116 0103 00 00 00 00 00 00"
		"07 0102 02c102 02c103");
	expect(&look, "elements=2\n");
}

/* Texts whose length stands before them have none of their own, if DATA TYPES said so. */
static void ojdbcs_texts_follow_their_length_bare(void **state)
{
	static const struct cw_ttc jdbc = { .field_version = CW_FV_23_4,
					    .chr_raw = true,
					    .big_chunks = true,
					    .string_bytes_max = 4000 };
	struct look look = new_look();

	(void)state;
	read_whole(&look, &jdbc, CW_FROM_CLIENT, 0,
		   "11 bf 08 00 01 0109 00 3531322c302c302c30 03 09 09 00");
	expect(&look, "features=512,0,0,0\n");
	read_whole(&look, &jdbc, CW_FROM_SERVER, CW_FN_VERSION,
		   "08 0106 4f7261636c65 0413160000 09 0101 00");
	expect(&look, "banner=Oracle\n");
	expect(&look, "version=320208896\n");
}

/* In a second session ojdbc says what it remembers of the server, and does not wait for it. */
static void ojdbcs_cookie_is_read_and_its_NULL_of_BOOLEAN_written_again(void **state)
{
	static const struct cw_ttc ttc = { .field_version = CW_FV_12_1, .string_bytes_max = 4000 };
	struct look look = new_look();

	(void)state;
	read_whole(&look, &ttc, CW_FROM_CLIENT, 0,
		   "1e 01 06 6903 23 d007 04 78383600 08 0601010101010107 02 0201");
	expect(&look, "server national character set=2000\n");
	expect(&look, "banner=x86");
	read_whole(
		&look, &ttc, CW_FROM_CLIENT, 0,
		"03 5e 01 020429 00 01 010e 01 010d 00 00 00 0101 047fffffff 01 0101 00 00 00 00 00"
		"00 00 00 00 01 00 00 00 00 00 00 00 00"
		"0e 626567696e20703a313b656e643b 0101 0101 00 00 00 00 00 00 00 00 00 00 00"
		"fc 03 00 00 0104 00 00 00 00 00 00 00"
		"07 00");
	expect(&look, "data type=252\n");
}

/* As ojdbc says WHERE ROWID = :1 for a row that it fetched; others bind text. */
static void ojdbc_binds_a_ROWID_in_its_parts(void **state)
{
	static const struct cw_ttc ttc = { .field_version = CW_FV_12_1, .string_bytes_max = 4000 };
	struct look look = new_look();

	(void)state;
	read_whole(
		&look, &ttc, CW_FROM_CLIENT, 0,
		"03 5e 01 028029 00 01 0113 01 010d 00 00 00 0101 047fffffff 01 0101 00 00 00 00 00"
		"00 00 00 00 01 00 00 00 00 00 00 00 00"
		"13 64656c657465207420776865726520723d3a31 0101 0101 00 00 00 00 00 00 00 00 00 00 00"
		"0b 03 00 00 0114 00 00 00 00 020369 01 00"
		"07 0e 024dc1 0104 00 017e 0102");
	expect(&look, "block=126\nslot=2\n");
}

/* The number of its call goes with what ojdbc tells of itself. */
static void end_to_end_attributes_are_written_again_with_their_sequence(void **state)
{
	static const struct cw_ttc ttc = { .field_version = CW_FV_12_1,
					   .chr_raw = true,
					   .string_bytes_max = 4000 };
	static const struct cw_ttc older = { .field_version = CW_FV_11_2,
					     .chr_raw = true,
					     .string_bytes_max = 4000 };
	struct look look = new_look();

	(void)state;
	read_whole(
		&look, &ttc, CW_FROM_CLIENT, 0,
		"11 87 11 00 00 0108 00 00 01 0101 00 00 00 00 00 018e 00 00 00 00 00 00 00 00 6d"
		"03 0e 12");
	expect(&look, "cidecs=142\n");
	expect(&look, "module=m\n");
	/* 11.2 knows no database operation */
	read_whole(&look, &older, CW_FROM_CLIENT, 0,
		   "11 87 11 00 00 0108 00 00 01 0101 00 00 00 00 00 018e 00 00 00 00 00 00 71"
		   "03 0e 12");
	expect(&look, "module=q\n");
}

/* A query of a CLOB, its @define, and a row with @value. */
static void read_defined(struct look *look, const char *define, const char *value)
{
	static const struct cw_ttc ttc = { .field_version = CW_FV_11_2,
					   .big_chunks = true,
					   .string_bytes_max = 4000 };
	struct cw_walk *walk = cw_walk_new(&look->listener);
	char hex[1024];
	uint8_t room[512];

	cw_walk_assume(walk, &ttc, true);
	(void)snprintf(
		hex, sizeof(hex),
		"03 5e 01 028071 00 01 010f 01 010d 00 00 00 0101 047fffffff 00 00 00 00"
		"00 00 00 01 0101 00 00 01 00 00 00 00 00"
		"0f 73656c65637420632066726f6d2074 0101 00 00 00 00 00 00 0101 00 00 00 00 00"
		"%s",
		define);
	cw_walk_message(walk, CW_FROM_CLIENT, bytes_of(hex, room, sizeof(room)));
	(void)snprintf(hex, sizeof(hex),
		       "10 01 aa 010c 0101 51 70 80 00 00 020fa0 00 00 00 00 020369 01 00 01 01"
		       "0101 01 43 00 00 00 00 00 00 00 00 00 00"
		       "06 22 0101 00 0101 00 00 00"
		       "07 %s",
		       value);
	cw_walk_message(walk, CW_FROM_SERVER, bytes_of(hex, room, sizeof(room)));
	assert_int_equal(cw_walk_counts(walk)->unread_bytes, 0);
	assert_int_equal(cw_walk_counts(walk)->problems, 0);
	cw_walk_free(walk);
}

/* ojdbc knows the columns of a text that it executed before, and defines them with the text. */
static void columns_defined_with_the_text_are_read_as_defined(void **state)
{
	struct look look = new_look();

	(void)state;
	read_defined(&look, "70 01 00 00 010c 00 0402000000 00 00 020369 01 00",
		     "0104 0107 021f7c 04 00020102");
	expect(&look, "size=7\n");
}

/* VARCHAR2 of 2 GiB, as ojdbc defines a CLOB; an indicator and a return code stand behind the text. */
static void a_LOB_defined_as_text_is_read_as_a_LONG(void **state)
{
	struct look look = new_look();

	(void)state;
	read_defined(&look, "01 03 00 00 047fffffff 00 0110 00 00 020369 01 00", "02 6162 00 00");
	expect(&look, "value=ab\n");
}

/* FAST AUTH: what follows the types in the same request is spelled as they say. */
static void ojdbcs_fast_authentication_has_a_bare_user_name(void **state)
{
	struct cw_ttc_data_types types = { .charset = CW_CHARSET_UTF8,
					   .charset_out = CW_CHARSET_UTF8,
					   .flags = 1,
					   .caps = { .compile_len = 45, .runtime_len = 7 } };
	struct look look = new_look();
	struct cw_wr wr = { 0 };
	struct cw_pass pass;
	struct cw_ttc ttc = CW_TTC_UNKNOWN;
	char hex[2048] = "";

	(void)state;
	types.caps.compile[7] = CW_FV_23_4;
	types.caps.compile[27] = 2; /* types of two bytes */
	pass = cw_pass_writing(&wr, &ttc);
	cw_ttc_pass_data_types_request(&pass, &types);
	(void)strcpy(hex, "22 01 00 00 01 06 00 4a617661 00 0369 00 07d0 18 02");
	for (size_t i = 0; i < wr.len; i++)
		(void)snprintf(hex + strlen(hex), 4, "%02x", wr.at0[i]);
	(void)strcat(hex, "03 76 01 00 01 0105 0101 01 00 01 01 534d495448");
	read_whole(&look, &ttc, CW_FROM_CLIENT, 0, hex);
	expect(&look, "user=SMITH\n");
	cw_wr_release(&wr);
}

/* seerdb asks for PROTOCOL alone first: both sides know the field version, and AUTH is older. */
static void a_fast_authentication_behind_a_PROTOCOL_is_written_for_its_own_version(void **state)
{
	const struct cw_ttc_auth auth = { .user = cw_bytes_of("SMITH"), .mode = 1 };
	struct look look = new_look();
	struct cw_walk *walk = cw_walk_new(&look.listener);
	struct cw_wr wr = { 0 };
	struct cw_ttc ttc;
	uint8_t room[64];

	(void)state;
	cw_walk_assume(walk, &CW_TTC_UNKNOWN, true);
	cw_walk_message(walk, CW_FROM_CLIENT, bytes_of("01 0600 7300", room, sizeof(room)));
	cw_ttc_put_protocol_answer(&wr, CW_FV_23_4, CW_CHARSET_UTF8);
	cw_walk_message(walk, CW_FROM_SERVER, cw_wr_bytes(&wr));
	cw_wr_reset(&wr);
	cw_ttc_put_fast_auth(&wr, "s", false, &ttc);
	cw_ttc_put_auth(&wr, &ttc, CW_FN_AUTH_PHASE_ONE, 1, &auth);
	cw_walk_message(walk, CW_FROM_CLIENT, cw_wr_bytes(&wr));
	assert_int_equal(cw_walk_counts(walk)->unread_bytes, 0);
	assert_int_equal(cw_walk_counts(walk)->problems, 0);
	assert_int_equal(cw_walk_counts(walk)->messages_same, 3);
	cw_walk_free(walk);
	cw_wr_release(&wr);
}

/* Says how many binds there are, and that there is no description of them. */
static void seerdb_executes_again_with_binds_that_are_not_described(void **state)
{
#define HEAD_END "00 00 00 00 00 00 00 00 00 01 00 00 00 00 00"
	static const char *const said[] = {
		"03 5e 01 028061 00 01 0109 01 010d 00 00 00 0164 047fffffff 01 0101" HEAD_END
		"73656c656374203a31"
		"0101 0101 00 00 00 00 00 00 00 00 00 00 00"
		"02 00 00 00 0116 00 00 00 00 00 00 00"
		"07 02c102",
		"08 0106 00 00 0104 00 00 00 00 00 00"
		"04 0101 0101 0101 00 00 00 0104 00 02 00 00 00 00 00 00 00 00 00 00 00 00 54"
		"00 0101 00 00 00 00",
		"03 5e 02 028020 0104 00 00 01 010d 00 00 00 0164 047fffffff 00 0101" HEAD_END
		"00 0101 00 00 00 00 00 00 00 00 00 00 00"
		"07 033f3366",
	};
#undef HEAD_END
	static const struct cw_ttc old = { .field_version = CW_FV_11_2,
					   .chr_raw = true,
					   .string_bytes_max = 4000 };
	struct look look = new_look();
	struct cw_walk *walk = cw_walk_new(&look.listener);
	uint8_t room[256];

	(void)state;
	cw_walk_assume(walk, &old, true);
	for (size_t i = 0; i < 3; i++)
		cw_walk_message(walk, i == 1 ? CW_FROM_SERVER : CW_FROM_CLIENT,
				bytes_of(said[i], room, sizeof(room)));
	assert_int_equal(cw_walk_counts(walk)->unread_bytes, 0);
	assert_int_equal(cw_walk_counts(walk)->problems, 0);
	assert_int_equal(cw_walk_counts(walk)->messages_same, 4);
	cw_walk_free(walk);
}

/* What ojdbc 23.26 writes and reads beside statements: sessions of a pool, caches, shards. */
static void ojdbcs_words_of_pools_caches_and_shards_are_read(void **state)
{
	struct cw_ttc ttc = { .field_version = CW_FV_12_2,
			      .session_template = true,
			      .string_bytes_max = 4000 };
	struct look look = new_look();

	(void)state;
	read_whole(&look, &ttc, CW_FROM_CLIENT, 0,
		   "18 0103 0101 00"
		   "11 a4 01 0101 0102 0103 0101 0107 01 0101 0103 03 616263"
		   "11 a4 02 0101 0102 0103 0101 0107 01 0101 00 00"
		   "11 a7 03 0101 00 00 00 00 00 00 00 00 00 00"
		   "11 a8 04 0101 01 0102 abcd"
		   "11 b1 05 01 0101 0104 0102 02 eeff"
		   "11 be 06 01 0101 00 00 00 00 00 01 31"
		   "11 cb 07 0101 02 01"
		   "03 0c 08");
	expect(&look, "SCN, low=3\nSCN, high=1\n");
	expect(&look, "template=7\n");
	expect(&look, "sharding key=1\n");
	expect(&look, "pipeline mode=1\n");
	read_whole(&look, &ttc, CW_FROM_CLIENT, 0, "03 a2 01 00 01 01 0101 01 01");
	read_whole(&look, &ttc, CW_FROM_SERVER, CW_FN_SESSION_GET,
		   "08 0102 01 abcd 0104 0103 746167"
		   "17 0a 0101 18 0101 0102 0103 010f 0109 0102 02 cdef 0101"
		   "17 0b 0101 02 0101 01 aa"
		   "17 01 0101 02 0103 00 00 0101 01 0105 0101 0104 00 00 00 0102"
		   "09 0101 00");
	expect(&look, "tag=tag\n");
	expect(&look, "version of signatures=15\ntemplate=9\n");
	read_whole(&look, &ttc, CW_FROM_CLIENT, 0, "03 31 01 0104 01");
	read_whole(&look, &ttc, CW_FROM_SERVER, CW_FN_SHUTDOWN, "08 0103 09 0101 00");
	expect(&look, "mode=3\n");
}

/* What Linux knows of ojdbc's connection: 8 bytes of options, 24 numbers and more. */
static void ojdbcs_statistics_of_its_connection_are_read(void **state)
{
	static const struct cw_ttc ttc = { .field_version = CW_FV_21_1, .string_bytes_max = 4000 };
	struct look look = new_look();

	(void)state;
	read_whole(&look, &ttc, CW_FROM_CLIENT, 0,
		   "11 c0 01 01 00 01 00 00 00 00 00 07 07 00"
		   "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 0109"
		   "00 00 00 00 00 00 00 00 00 00 00 00 00 00 0105 0106"
		   "03 93 02");
	expect(&look, "times, segments and windows=9\n");
	expect(&look, "segments delivered=5\nsegments delivered=6\n");
}

/* ---- OCI's own form ---------------------------------------------------------------------- */

#define POINTER "feffffffffffffff"
#define NOTHING "0000000000000000"
#define ZERO	"00000000"

/* As sqlplus 23.3 of macOS and a server of Linux: fixed integers one behind the other. */
static const struct cw_ttc fields = { .field_version = 22,
				      .native = true,
				      .native_packed = true,
				      .native_fields = true,
				      .sb1_raw = true,
				      .big_chunks = true,
				      .oer_wide = true,
				      .end_of_response = true,
				      .string_bytes_max = 4000 };

/* As sqlplus 23.26 and a server of the same platform: C structures. */
static struct cw_ttc structures(void)
{
	struct cw_ttc ttc = fields;

	ttc.native_packed = ttc.native_fields = false;
	return ttc;
}

#define AL8I4 "01000000" ZERO ZERO ZERO ZERO ZERO ZERO "01000000" ZERO "00800000" ZERO ZERO ZERO

static void calls_of_oci_between_platforms_of_other_names_are_packed(void **state)
{
	struct look look = new_look();

	(void)state;
	read_whole(&look, &fields, CW_FROM_CLIENT, 0,
		   "03 76 02 0103" POINTER "0f000000 01000000" POINTER ZERO POINTER POINTER
		   "05 534d495448");
	expect(&look, "token=3\nuser there");
	expect(&look, "user=SMITH\n");
	read_whole(&look, &fields, CW_FROM_CLIENT, 0,
		   "11 6b 04 0105 26000000 4ff60000 01000000"
		   "11 69 08 0109" POINTER "01000000 02000000"
		   "11 87 09 010a" NOTHING NOTHING "18000000" NOTHING ZERO POINTER
		   "09000000" POINTER ZERO NOTHING ZERO
		   "00 3f00" NOTHING ZERO NOTHING ZERO NOTHING ZERO NOTHING ZERO "03 535152"
		   "03 0e 0a 010b");
	expect(&look, "session id=38\n");
	expect(&look, "module=SQR\n");
	read_whole(&look, &fields, CW_FROM_CLIENT, 0,
		   "03 5e 06 0107 61800000 00000000" POINTER "36000000" POINTER
		   "0d000000" POINTER POINTER ZERO
		   "01000000" ZERO NOTHING ZERO NOTHING POINTER NOTHING POINTER POINTER POINTER ZERO
			   ZERO POINTER POINTER NOTHING ZERO NOTHING ZERO ZERO NOTHING ZERO NOTHING
				   NOTHING ZERO NOTHING ZERO NOTHING NOTHING ZERO
		   "12 73656c65637420312066726f6d206475616c" AL8I4);
	expect(&look, "SQL=select 1 from dual\n");
}

/* DESCRIBE, one row, PARAMETER, ERROR 1403 with its text. */
static void answers_to_oci_between_platforms_of_other_names_are_packed(void **state)
{
	struct look look = new_look();

	(void)state;
	read_whole(
		&look, &fields, CW_FROM_SERVER, CW_FN_EXECUTE,
		"10 02000000 abcd 02000000 01000000 82"
		"02 00 00 81 02000000 00000000 00 00000000 0000 0000 00 00000000 00000000"
		"01 01 01000000 01 4e 00000000 00000000 0000 00000000 00000000 00000000 00000000"
		"07000000 07 787e0101010101 00000000 e81f0000 02000000 02000000 00000000"
		"06 22 0100 00000000 01000000 0000 00000000 00000000"
		"07 02 c102"
		"08 0600 e7652000 00000000 02000000 00000000 00000000 00000000 0000 0000 00000000"
		"04 01000000 3f00 01000000 7b05 0000 0000 0200 0000 03 00 00 00 00 00"
		"00000000 0000 00 00000000 0000 00000000 00 07 0000 00000000 0000"
		"00000000 00000000 00000000 7b050000 0101 03000000 00000000"
		"0a 4f52412d30313430330a 1d");
	expect(&look, "name=N\n");
	expect(&look, "error=1403\nrows=1\n");
	expect(&look, "text=ORA-01403\n");
	/* DML names the row it changed last */
	read_whole(&look, &fields, CW_FROM_SERVER, CW_FN_EXECUTE,
		   "04 02000000 0c00 204e0000 0000 0000 0000 0100 0c00 02 00 00 00 00 00"
		   "4e1d0100 0000 00 c28f0000 3a00 00000000 00 0f 0000 01000000"
		   "0d00 0d 0100011d4e000000008fc2003a"
		   "00000000 00000000 00000000 00000000 024e20 02000000 00000000 1d");
	expect(&look, "rows=20000\n");
	/* a block's OUT values: their directions, the values, the lengths of what was cut */
	read_whole(&look, &fields, CW_FROM_SERVER, CW_FN_EXECUTE,
		   "0b 05 0100 00000000 01000000 0000 00000000 00000000 10");
	expect(&look, "binds, low=1\n");
}

static void structures_of_oci_since_12_1_have_the_counts_at_their_end(void **state)
{
	struct cw_ttc ttc = structures();
	struct look look = new_look();

	(void)state;
	read_whole(&look, &ttc, CW_FROM_CLIENT, 0,
		   "03 76 02 0000 00000000 0300000000000000" POINTER
		   "0f000000 01000000" POINTER ZERO ZERO POINTER POINTER "05 534d495448");
	expect(&look, "user=SMITH\n");
	read_whole(&look, &ttc, CW_FROM_SERVER, CW_FN_EXECUTE,
		   "10 02000000 abcd 02000000 01000000 82"
		   "01 02 00 00 81 02000000 00000000 00000000 0000000000000000"
		   "000000000000000000000000 0000 00 00 00000000 00000000"
		   "01 01 01000000 01 4e 00000000 00000000 0000 00000000 00000000 00000000 00000000"
		   "07000000 07 787e0101010101 00000000 e81f0000 02000000 02000000 00000000"
		   "04 01000000 0500 01 01000000 7b05 0000 0000 0200 0000 03 00 00 00 00 00"
		   "00000000 0000 00 00 00000000 0000 0000 00000000 00 07 0000 00000000"
		   "36010000 0000000000000000 00000000 b084d484ffff0000" NOTHING NOTHING NOTHING
			   NOTHING NOTHING NOTHING "00000000"
		   "7b050000 0100000000000000 03000000 00000000 0a 4f52412d30313430330a 1d");
	expect(&look, "name=N\n");
	expect(&look, "error=1403\nrows=1\n");
	expect(&look, "text=ORA-01403\n");
}

/* The server is of another platform; the client's first call shows that it is of the same kind. */
static void the_first_call_of_a_login_shows_ocis_form(void **state)
{
	static const char *const call[] = {
		"03 76 02" POINTER "0f000000 01000000" POINTER ZERO POINTER POINTER "05 534d495448",
		"03 76 02" POINTER "0f000000 01000000" POINTER ZERO ZERO POINTER POINTER
		"05 534d495448",
		"03 76 02 01 0f000000 01000000 01" ZERO "01 01 05 534d495448",
		"03 76 02 01 0105 0101 01 00 01 01 05 534d495448",
	};
	struct cw_ttc_data_types types = { .charset = CW_CHARSET_UTF8,
					   .charset_out = CW_CHARSET_UTF8,
					   .flags = 3,
					   .caps = { .compile_len = 45, .runtime_len = 7 } };

	(void)state;
	types.caps.compile[7] = CW_FV_12_2;
	types.caps.compile[27] = 2;
	for (size_t i = 0; i < CW_ARRAY_LEN(call); i++) {
		struct look look = new_look();
		struct cw_walk *walk = cw_walk_new(&look.listener);
		struct cw_ttc ttc = CW_TTC_UNKNOWN;
		struct cw_wr wr = { 0 };
		struct cw_pass pass = cw_pass_writing(&wr, &ttc);
		uint8_t room[512];

		cw_walk_assume(walk, &ttc, true);
		cw_walk_message(walk, CW_FROM_CLIENT, bytes_of("01 06 00 57696e 00", room, 512));
		cw_wr_u8(&wr, CW_TTC_DATA_TYPES);
		cw_ttc_pass_data_types_request(&pass, &types);
		cw_walk_message(walk, CW_FROM_CLIENT, cw_wr_bytes(&wr));
		cw_walk_message(walk, CW_FROM_CLIENT, bytes_of(call[i], room, sizeof(room)));
		assert_int_equal(cw_walk_ttc(walk)->native, i < 3);
		assert_int_equal(cw_walk_ttc(walk)->native_packed, i == 0 || i == 2);
		assert_int_equal(cw_walk_ttc(walk)->native_short, i == 2);
		assert_int_equal(cw_walk_counts(walk)->problems, 0);
		expect(&look, "user=SMITH\n");
		cw_walk_free(walk);
		cw_wr_release(&wr);
	}
}

/*
 * 11.2.0.4 of Windows pads CLOSE CURSORS and packs EXECUTE behind it (suproxy's tests); a block's
 * bind without a value is the escape byte and 01 (seerdb's captures of sqlplus 11.2 and 23.26).
 */
static void oci_packs_a_call_behind_one_with_padding_and_says_that_a_bind_has_no_value(void **state)
{
	struct cw_ttc old = structures();
	struct look look;

	(void)state;
	old.field_version = CW_FV_11_2;
	old.big_chunks = old.oer_wide = old.end_of_response = false;
	for (int packed = 0; packed < 2; packed++) {
		look = new_look();
		old.native_packed = packed;
		read_whole(&look, &old, CW_FROM_CLIENT, 0,
			   "11 69 08" POINTER "02000000" ZERO "05000000 07000000"
			   "03 5e 09 29040400" ZERO POINTER "30000000" POINTER "0d000000" POINTER
			   POINTER ZERO "01000000" ZERO POINTER "01000000" NOTHING POINTER NOTHING
			   POINTER POINTER POINTER ZERO ZERO POINTER POINTER
			   NOTHING ZERO NOTHING ZERO ZERO
			   "10 626567696e203a6e3a3d313b656e643b"
			   "01000000 01000000" ZERO ZERO ZERO ZERO ZERO "08000000" ZERO "00800000"
			   ZERO ZERO ZERO
			   "01 02 03 00 00 16000000" ZERO ZERO "000000000000000000000000"
			   "0000 00 00" ZERO ZERO "07 fd 01");
		expect(&look, "cursor=5\ncursor=7\n");
		expect(&look, "SQL=begin :n:=1;end;\n");
		expect(&look, "no value=1\n");
	}
	look = new_look();
	read_whole(&look, &old, CW_FROM_CLIENT, 0,
		   "11 6b 04 44000000 a0f40000 01000000"
		   "03 3b 05" POINTER "dc050000 01000000" POINTER POINTER);
	expect(&look, "length of banner=1500\n");
}

/* plsqldev.exe of 32 bits and a server of 64 (published captures): pointers of one byte. */
static void oci_of_32_bits_has_pointers_of_one_byte_between_integers_of_four(void **state)
{
	static const char login[] = "03 76 02 01 05000000 01000000 01 00000000 01 01 05 534d495448";
	static const char query[] =
		"11 69 08 01 02000000 05000000 07000000"
		"03 5e 09 61800000 00000000 01 0f000000 01 0d000000 01 01 00000000 00000000"
		"00000000 00 00000000 00 00 00 01 01 01 00000000 00000000 01 01 00 00000000"
		"00 00000000 00000000"
		"0f 73656c65637420312066726f6d2064" ZERO ZERO ZERO ZERO ZERO ZERO ZERO ZERO ZERO
		ZERO ZERO ZERO ZERO;
	struct cw_ttc old = fields;
	struct look look = new_look();

	(void)state;
	old.field_version = CW_FV_11_2;
	old.native_short = true;
	read_whole(&look, &old, CW_FROM_CLIENT, 0, login);
	expect(&look, "user=SMITH\n");
	look = new_look();
	read_whole(&look, &old, CW_FROM_CLIENT, 0, query);
	expect(&look, "cursor=5\ncursor=7\n");
	expect(&look, "SQL=select 1 from d");
}

/* A call that nobody described is one field of unknown meaning, counted; the next is read. */
static void what_nobody_described_is_named_counted_and_passed(void **state)
{
	static const struct cw_ttc ttc = { .field_version = CW_FV_12_2,
					   .big_chunks = true,
					   .string_bytes_max = 4000 };
	struct look look = new_look();
	struct cw_walk *walk = cw_walk_new(&look.listener);
	uint8_t room[64];

	(void)state;
	cw_walk_assume(walk, &ttc, true);
	cw_walk_message(walk, CW_FROM_CLIENT, bytes_of("03 fe 01 010203", room, sizeof(room)));
	cw_walk_message(walk, CW_FROM_SERVER, bytes_of("08 aabbccdd", room, sizeof(room)));
	cw_walk_message(walk, CW_FROM_CLIENT, bytes_of("03 0e 02", room, sizeof(room)));
	cw_walk_message(walk, CW_FROM_SERVER, bytes_of("09 0101 00", room, sizeof(room)));
	assert_int_equal(cw_walk_counts(walk)->problems, 0);
	assert_int_equal(cw_walk_counts(walk)->unread_bytes, 0);
	assert_int_equal(cw_walk_counts(walk)->unknown_fields, 2);
	assert_int_equal(cw_walk_counts(walk)->unknown_bytes, 7);
	cw_walk_free(walk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thick_client_counts_three_bytes_for_each_of_its_characters),
		cmocka_unit_test(an_array_of_PLSQL_is_written_again_with_its_length),
		cmocka_unit_test(ojdbcs_texts_follow_their_length_bare),
		cmocka_unit_test(ojdbcs_cookie_is_read_and_its_NULL_of_BOOLEAN_written_again),
		cmocka_unit_test(ojdbc_binds_a_ROWID_in_its_parts),
		cmocka_unit_test(end_to_end_attributes_are_written_again_with_their_sequence),
		cmocka_unit_test(columns_defined_with_the_text_are_read_as_defined),
		cmocka_unit_test(a_LOB_defined_as_text_is_read_as_a_LONG),
		cmocka_unit_test(ojdbcs_fast_authentication_has_a_bare_user_name),
		cmocka_unit_test(
			a_fast_authentication_behind_a_PROTOCOL_is_written_for_its_own_version),
		cmocka_unit_test(seerdb_executes_again_with_binds_that_are_not_described),
		cmocka_unit_test(ojdbcs_words_of_pools_caches_and_shards_are_read),
		cmocka_unit_test(ojdbcs_statistics_of_its_connection_are_read),
		cmocka_unit_test(calls_of_oci_between_platforms_of_other_names_are_packed),
		cmocka_unit_test(answers_to_oci_between_platforms_of_other_names_are_packed),
		cmocka_unit_test(structures_of_oci_since_12_1_have_the_counts_at_their_end),
		cmocka_unit_test(the_first_call_of_a_login_shows_ocis_form),
		cmocka_unit_test(
			oci_packs_a_call_behind_one_with_padding_and_says_that_a_bind_has_no_value),
		cmocka_unit_test(oci_of_32_bits_has_pointers_of_one_byte_between_integers_of_four),
		cmocka_unit_test(what_nobody_described_is_named_counted_and_passed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
