/*
 * test_db_text.c - text between clients, PostgreSQL and the database's character set
 *
 * Bytes of the sets are those of Unicode's CP1252.TXT, 8859-1.TXT and 8859-15.TXT.
 */
#include "rehearsal/db_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ODD_NUL "\xf4\x8f\xbc\x80" /* U+10FF00 */
#define ODD_E9	"\xf4\x8f\xbf\xa9" /* U+10FFE9 */
#define ODD_81	"\xf4\x8f\xbe\x81" /* U+10FF81 */

#define BYTES(literal) ((struct cw_bytes){ (const uint8_t *)(literal), sizeof(literal) - 1 })

static void same(const uint8_t *found, size_t len, struct cw_bytes wanted)
{
	assert_int_equal(len, wanted.len);
	assert_memory_equal(found, wanted.at, len);
}

/* client -> inside -> stored -> inside -> client */
static void goes(const char *set, struct cw_bytes client, struct cw_bytes inside,
		 struct cw_bytes stored, struct cw_bytes back)
{
	uint8_t out[256];
	size_t len;

	rh_text_use(rh_charset_find(set));
	assert_true(rh_text_from_client(client, false, out, &len));
	same(out, len, inside);
	assert_int_equal(rh_text_stored_len(inside), stored.len);
	same(out, rh_text_to_stored(inside, out), stored);
	same(out, rh_text_from_stored(stored, out), inside);
	same(out, rh_text_to_client(inside, out), back);
	rh_text_use(rh_charset_find("AL32UTF8"));
}

static void a_nul_and_bytes_that_are_no_utf8_come_back_as_they_were(void **state)
{
	(void)state;
	goes("AL32UTF8", BYTES("a\0b"), BYTES("a" ODD_NUL "b"), BYTES("a\0b"), BYTES("a\0b"));
	goes("AL32UTF8", BYTES("caf\xe9!"), BYTES("caf" ODD_E9 "!"), BYTES("caf\xe9!"),
	     BYTES("caf\xe9!"));
	goes("AL32UTF8", BYTES("\xc3\xa9\xf0\x90\x90\xb7"), BYTES("\xc3\xa9\xf0\x90\x90\xb7"),
	     BYTES("\xc3\xa9\xf0\x90\x90\xb7"), BYTES("\xc3\xa9\xf0\x90\x90\xb7"));
}

static void a_single_byte_set_takes_a_byte_a_character_and_replaces_what_it_has_not(void **state)
{
	(void)state;
	goes("WE8MSWIN1252", BYTES("\xc3\xa9\xe2\x82\xac"), BYTES("\xc3\xa9\xe2\x82\xac"),
	     BYTES("\xe9\x80"), BYTES("\xc3\xa9\xe2\x82\xac"));
	goes("WE8MSWIN1252", BYTES("\xd0\xb6"), BYTES("\xc2\xbf"), BYTES("\xbf"),
	     BYTES("\xc2\xbf"));
	goes("WE8ISO8859P1", BYTES("\xe2\x82\xac"), BYTES("\xc2\xbf"), BYTES("\xbf"),
	     BYTES("\xc2\xbf"));
	goes("WE8ISO8859P15", BYTES("\xe2\x82\xac\xc2\xa4"), BYTES("\xe2\x82\xac\xc2\xbf"),
	     BYTES("\xa4\xbf"), BYTES("\xe2\x82\xac\xc2\xbf"));
	goes("US7ASCII", BYTES("\xc3\xa9"), BYTES("?"), BYTES("?"), BYTES("?"));
}

static void
a_byte_that_is_no_character_of_a_single_byte_set_reaches_the_client_as_U_FFFD(void **state)
{
	uint8_t out[64];

	(void)state;
	rh_text_use(rh_charset_find("WE8MSWIN1252"));
	same(out, rh_text_from_stored(BYTES("a\x81\0"), out), BYTES("a" ODD_81 ODD_NUL));
	same(out, rh_text_to_client(BYTES("a" ODD_81 ODD_NUL), out), BYTES("a\xef\xbf\xbd\0"));
	rh_text_use(rh_charset_find("US7ASCII"));
	same(out, rh_text_from_stored(BYTES("\xe9"), out), BYTES(ODD_E9));
	rh_text_use(rh_charset_find("AL32UTF8"));
}

static void national_text_has_no_part_in_it(void **state)
{
	uint8_t out[64];
	size_t len;

	(void)state;
	rh_text_use(rh_charset_find("WE8MSWIN1252"));
	assert_true(rh_text_from_client(BYTES("\xd0\xb6"), true, out, &len));
	same(out, len, BYTES("\xd0\xb6"));
	rh_text_use(rh_charset_find("AL32UTF8"));
}

static void the_characters_that_stand_for_bytes_are_refused_from_clients(void **state)
{
	uint8_t out[64];
	size_t len;

	(void)state;
	assert_false(rh_text_from_client(BYTES("x" ODD_NUL), false, out, &len));
	assert_null(rh_charset_find("UTF8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_nul_and_bytes_that_are_no_utf8_come_back_as_they_were),
		cmocka_unit_test(
			a_single_byte_set_takes_a_byte_a_character_and_replaces_what_it_has_not),
		cmocka_unit_test(
			a_byte_that_is_no_character_of_a_single_byte_set_reaches_the_client_as_U_FFFD),
		cmocka_unit_test(national_text_has_no_part_in_it),
		cmocka_unit_test(the_characters_that_stand_for_bytes_are_refused_from_clients),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
