/*
 * test_login.c - both ends of a login against one that was recorded
 *
 * The vector is the login of sessions/fetch_df (Free 23.26, account pythontest); the
 * randoms were found by decrypting it.
 */
#include "codec/login_verifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct cw_bytes no_change;

static struct cw_bytes text_bytes(const char *text)
{
	return (struct cw_bytes){ (const uint8_t *)text, strlen(text) };
}

static void unhex(const char *hex, uint8_t *ret)
{
	for (size_t i = 0; hex[2 * i]; i++) {
		unsigned byte;

		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		ret[i] = (uint8_t)byte;
	}
}

static struct cw_login_challenge recorded(void)
{
	struct cw_login_challenge challenge = { .type = CW_VERIFIER_12C,
						.vgen_count = 4096,
						.sder_count = 3 };

	strcpy(challenge.salt, "48459513691A6A9970B5CD25EB05D673");
	strcpy(challenge.csk_salt, "FFEC4BF73FDD8EE94694253A2CBC6C6C");
	strcpy(challenge.session_key,
	       "5BB2378187A70D298F192606D8A6009CC328F97DF7E77C938A968116034B8634");
	return challenge;
}

static void a_recorded_login_is_answered_byte_for_byte(void **state)
{
	struct cw_login_challenge challenge = recorded();
	struct cw_login_random random = { 0 };
	struct cw_login_answer answer;
	struct cw_login_combo combo;
	struct cw_err err;
	uint8_t key[32];

	(void)state;
	unhex("c4b0b1428236b094064cda8417991064856762f8447649cc68fbf77afebde377", random.key);
	assert_true(cw_login_answer(&challenge, text_bytes("pythontest"), no_change, &random, &answer, &combo,
				    &err));
	assert_string_equal(answer.session_key,
			    "71ECDA72A5ED7C214D4A3051E16A69BD78DCD414C6AD2333B3EB2D9E887647D1");
	unhex("9cfd680f94b28667581ff4864ab5989555a57443893cbc7226eb03de9855b472", key);
	assert_memory_equal(combo.key, key, sizeof(key));
	assert_true(
		cw_login_check_server(&combo,
				      text_bytes("151255919922C7F3EC7AE27049A5B0048F7DC42E33E2F"
						 "9CCA44C6D7C8F5212FA7CFA6E28427DD60BEBDA3016E12"
						 "F6950"),
				      &err));
	assert_int_equal(strlen(answer.speedy_key), CW_LOGIN_SPEEDY_DIGITS);
	assert_int_equal(strlen(answer.password), 64);
}

static void the_server_opens_the_recorded_password(void **state)
{
	struct cw_login_combo combo = { .len = 32 };
	uint8_t password[CW_LOGIN_PASSWORD_MAX];
	struct cw_err err;
	size_t len;

	(void)state;
	unhex("9cfd680f94b28667581ff4864ab5989555a57443893cbc7226eb03de9855b472", combo.key);
	assert_true(cw_login_open_password(
		&combo,
		text_bytes("07F29C3F22BBAE28B6884E3C915E6F9D598B5F100D853A21F4E895F6E10C9E79"),
		password, &len, &err));
	assert_int_equal(len, 10);
	assert_memory_equal(password, "pythontest", 10);
}

/* Both sides of ours, from begin to proof. */
static bool log_in_by(uint32_t iterations, const char *right, const char *tried, bool with_speedy)
{
	uint8_t salt[CW_LOGIN_SALT_BYTES] = "0123456789abcde", hash[CW_LOGIN_HASH_BYTES];
	struct cw_login_server server;
	struct cw_login_challenge challenge;
	struct cw_login_answer answer;
	struct cw_login_combo combo;
	char proof[CW_LOGIN_PROOF_DIGITS + 1];
	struct cw_err err;

	assert_true(cw_login_hash(text_bytes(right), salt, iterations, hash, &err));
	assert_true(cw_login_begin(&server, salt, hash, iterations, NULL, &challenge, &err));
	assert_true(cw_login_answer(&challenge, text_bytes(tried), no_change, NULL, &answer, &combo, &err));
	if (!cw_login_check_client(&server, &challenge, text_bytes(answer.session_key),
				   text_bytes(with_speedy ? answer.speedy_key : ""),
				   text_bytes(answer.password), &err)) {
		assert_int_equal(err.code, 2121);
		return false;
	}
	assert_true(cw_login_prove(&server.combo, proof, &err));
	assert_true(cw_login_check_server(&combo, text_bytes(proof), &err));
	proof[40] = proof[40] == 'A' ? 'B' : 'A';
	assert_false(cw_login_check_server(&combo, text_bytes(proof), &err));
	assert_int_equal(err.code, 2121);
	return true;
}

static bool log_in(const char *right, const char *tried, bool with_speedy)
{
	return log_in_by(4096, right, tried, with_speedy);
}

static void both_ends_agree_by_a_verifier_of_11g(void **state)
{
	(void)state;
	assert_true(log_in_by(0, "tiger", "tiger", false));
	assert_true(log_in_by(0, "\xc3\xa4 long one of more than sixteen bytes",
			      "\xc3\xa4 long one of more than sixteen bytes", false));
	assert_false(log_in_by(0, "tiger", "Tiger", false));
}

static void both_ends_agree_on_a_right_password_only(void **state)
{
	(void)state;
	assert_true(log_in("tiger", "tiger", true));
	assert_true(log_in("tiger", "tiger", false));
	assert_true(log_in("\xc3\xa4 long one of more than sixteen bytes",
			   "\xc3\xa4 long one of more than sixteen bytes", true));
	assert_false(log_in("tiger", "Tiger", true));
	assert_false(log_in("tiger", "Tiger", false));
}

static void a_strange_challenge_is_refused(void **state)
{
	struct cw_login_challenge challenge = recorded();
	struct cw_login_answer answer;
	struct cw_login_combo combo;
	struct cw_err err;

	(void)state;
	challenge.type =
		2361; /* 0x939, as python-oracledb's DPY-3015 names it for accounts of 10g */
	assert_false(cw_login_answer(&challenge, text_bytes("x"), no_change, NULL, &answer, &combo,
				     &err));
	assert_int_equal(err.code, 2122);
	assert_non_null(strstr(err.text, "of 10g alone"));
	assert_non_null(strstr(err.text, "ALTER USER"));
	challenge.type = 7;
	assert_false(cw_login_answer(&challenge, text_bytes("x"), no_change, NULL, &answer, &combo, &err));
	assert_int_equal(err.code, 2122);
	challenge = recorded();
	challenge.vgen_count = 4000000000u;
	assert_false(cw_login_answer(&challenge, text_bytes("x"), no_change, NULL, &answer, &combo, &err));
	assert_int_equal(err.code, 2120);
	challenge = recorded();
	challenge.session_key[3] = 'x';
	assert_false(cw_login_answer(&challenge, text_bytes("x"), no_change, NULL, &answer, &combo, &err));
	assert_int_equal(err.code, 2120);
}

static void both_key_sizes_of_11g_are_answered(void **state)
{
	struct cw_login_challenge challenge = recorded();
	struct cw_login_answer answer;
	struct cw_login_combo combo;
	struct cw_err err;

	(void)state;
	challenge.type = CW_VERIFIER_11G_2;
	challenge.salt[20] = '\0';
	assert_true(cw_login_answer(&challenge, text_bytes("x"), no_change, NULL, &answer, &combo, &err));
	assert_int_equal(strlen(answer.session_key), 64);
	assert_string_equal(answer.speedy_key, "");
	memset(challenge.session_key, '7', 96);
	challenge.session_key[96] = '\0';
	assert_true(cw_login_answer(&challenge, text_bytes("x"), no_change, NULL, &answer, &combo, &err));
	assert_int_equal(strlen(answer.session_key), 96);
	assert_int_equal(combo.len, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recorded_login_is_answered_byte_for_byte),
		cmocka_unit_test(the_server_opens_the_recorded_password),
		cmocka_unit_test(both_ends_agree_on_a_right_password_only),
		cmocka_unit_test(both_ends_agree_by_a_verifier_of_11g),
		cmocka_unit_test(a_strange_challenge_is_refused),
		cmocka_unit_test(both_key_sizes_of_11g_are_answered),
	};

	return cmocka_run_group_tests_name("login", tests, NULL, NULL);
}
