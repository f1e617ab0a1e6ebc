/*
 * test_walk_forms.c - the walk reads what clients spell otherwise than python-oracledb
 *
 * The messages are made here, as such clients make them: OCI between unlike machines (32-bit
 * Windows, as published client traces show it), ojdbc with a multi-byte character set.
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thick_client_counts_three_bytes_for_each_of_its_characters),
		cmocka_unit_test(ojdbcs_texts_follow_their_length_bare),
		cmocka_unit_test(ojdbcs_fast_authentication_has_a_bare_user_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
