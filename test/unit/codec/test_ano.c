/*
 * test_ano.c - native network encryption: its words, what is chosen, and sealed packets
 *
 * What the words look like is python-oracledb 1.2.1's, ojdbc's and go-ora's; that the seals are
 * Oracle's is shown by those drivers (test/long/55_encryption.py), here both ends are ours.
 */
#include "codec/ano_seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct cw_arena arena = { .limit_bytes = 1 << 20 };

static size_t unhex(const char *hex, uint8_t *ret)
{
	size_t len = 0;

	for (; *hex; hex++) {
		unsigned byte;

		if (*hex == ' ')
			continue;
		assert_int_equal(sscanf(hex, "%2x", &byte), 1);
		ret[len++] = (uint8_t)byte;
		hex++;
	}
	return len;
}

static bool read_message(struct cw_bytes bytes, struct cw_ano_message *ret)
{
	static const struct cw_ttc ttc;
	struct cw_ttc_in in = { .rd = cw_rd(bytes), .ttc = &ttc, .arena = &arena, .stable = true };
	struct cw_pass pass = cw_pass_reading(&in);

	*ret = (struct cw_ano_message){ 0 };
	cw_ano_pass(&pass, ret);
	return !cw_ttc_failed(&in) && cw_rd_left(&in.rd) == 0;
}

/* ---- words ---------------------------------------------------------------------------- */

static const char python_request[] =
	"deadbeef 0085 0b200200 0004 00 0004 0003 00000000 0004 0005 0b200200 0008 0001 "
	"0000101c66ec28ea 0012 0001 deadbeef 0003 00000004 0004 0001 0002 0003 "
	"0001 0003 00000000 0004 0005 0b200200 0002 0003 e0e1 0002 0006 fcff "
	"0002 0002 00000000 0004 0005 0b200200 0001 0001 00 "
	"0003 0002 00000000 0004 0005 0b200200 0001 0001 00";

static void the_request_of_python_oracledb_is_read_and_written_the_same(void **state)
{
	static const struct cw_ttc ttc;
	uint8_t bytes[256];
	size_t len = unhex(python_request, bytes);
	struct cw_ano_message message;
	struct cw_ano_offer offer;
	struct cw_wr wr = { 0 };
	struct cw_pass pass = cw_pass_writing(&wr, &ttc);

	(void)state;
	assert_true(cw_ano_begins((struct cw_bytes){ bytes, len }));
	assert_true(read_message((struct cw_bytes){ bytes, len }, &message));
	cw_ano_pass(&pass, &message);
	assert_int_equal(wr.len, len);
	assert_memory_equal(wr.at0, bytes, len);
	assert_true(cw_ano_get_offer(&message, &offer));
	assert_int_equal(offer.wishes.encryption.level, CW_ANO_REJECTED);
	assert_int_equal(offer.wishes.integrity.level, CW_ANO_REJECTED);
	assert_false(cw_ano_is_new(offer.version));
	cw_wr_release(&wr);
}

static void every_cut_of_a_message_is_refused(void **state)
{
	uint8_t bytes[256];
	size_t len = unhex(python_request, bytes);
	struct cw_ano_message message;

	(void)state;
	for (size_t i = 0; i < len; i++)
		assert_false(read_message((struct cw_bytes){ bytes, i }, &message));
	bytes[10] = 0xff; /* 65284 services */
	assert_false(read_message((struct cw_bytes){ bytes, len }, &message));
}

static void a_level_stands_in_the_place_of_0(void **state)
{
	(void)state;
	for (int level = CW_ANO_ACCEPTED; level <= CW_ANO_REQUIRED; level++) {
		struct cw_ano_wishes wishes = { .encryption.level = (enum cw_ano_level)level };
		struct cw_ano_message message;
		struct cw_ano_offer offer;
		struct cw_wr wr = { 0 };

		assert_true(cw_ano_read_list(cw_bytes_of("(aes192, AES128)"), CW_ANO_ENCRYPTION,
					     &wishes.encryption));
		cw_ano_put_offer(&wr, &wishes);
		assert_true(read_message(cw_wr_bytes(&wr), &message));
		assert_true(cw_ano_get_offer(&message, &offer));
		assert_int_equal(offer.wishes.encryption.level, level);
		assert_int_equal(offer.wishes.encryption.count, level == CW_ANO_REJECTED ? 0 : 2);
		assert_int_equal(offer.wishes.integrity.level, CW_ANO_ACCEPTED);
		assert_int_equal(offer.wishes.integrity.count, 4); /* MD5 is not among them */
		assert_true(cw_ano_is_new(offer.version));
		cw_wr_release(&wr);
	}
}

static void words_that_nobody_knows_are_refused(void **state)
{
	enum cw_ano_level level;
	struct cw_ano_wish wish;

	(void)state;
	assert_true(cw_ano_read_level(cw_bytes_of("Required"), &level));
	assert_int_equal(level, CW_ANO_REQUIRED);
	assert_false(cw_ano_read_level(cw_bytes_of("must"), &level));
	assert_false(cw_ano_read_list(cw_bytes_of("AES256, AES512"), CW_ANO_ENCRYPTION, &wish));
	assert_false(cw_ano_read_list(cw_bytes_of("SHA256"), CW_ANO_ENCRYPTION, &wish));
	assert_false(cw_ano_read_list(cw_bytes_of(" ( ) "), CW_ANO_INTEGRITY, &wish));
}

/* ---- choice ------------------------------------------------------------------------------ */

/* Oracle's table: Database Security Guide 19c, "Activating Encryption and Integrity". */
static void levels_meet_as_oracle_says(void **state)
{
	static const struct {
		enum cw_ano_level client, server;
		char then; /* + on, - off, ! ORA-12660 */
	} table[] = {
		{ CW_ANO_REJECTED, CW_ANO_REJECTED, '-' },   { CW_ANO_ACCEPTED, CW_ANO_REJECTED, '-' },
		{ CW_ANO_REQUESTED, CW_ANO_REJECTED, '-' },  { CW_ANO_REQUIRED, CW_ANO_REJECTED, '!' },
		{ CW_ANO_REJECTED, CW_ANO_ACCEPTED, '-' },   { CW_ANO_ACCEPTED, CW_ANO_ACCEPTED, '-' },
		{ CW_ANO_REQUESTED, CW_ANO_ACCEPTED, '+' },  { CW_ANO_REQUIRED, CW_ANO_ACCEPTED, '+' },
		{ CW_ANO_REJECTED, CW_ANO_REQUESTED, '-' },  { CW_ANO_ACCEPTED, CW_ANO_REQUESTED, '+' },
		{ CW_ANO_REQUESTED, CW_ANO_REQUESTED, '+' }, { CW_ANO_REQUIRED, CW_ANO_REQUESTED, '+' },
		{ CW_ANO_REJECTED, CW_ANO_REQUIRED, '!' },   { CW_ANO_ACCEPTED, CW_ANO_REQUIRED, '+' },
		{ CW_ANO_REQUESTED, CW_ANO_REQUIRED, '+' },  { CW_ANO_REQUIRED, CW_ANO_REQUIRED, '+' },
	};

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(table); i++) {
		struct cw_ano_wish client = { table[i].client, 2, { CW_ANO_AES128, CW_ANO_AES256 } };
		struct cw_ano_wish server = { table[i].server, 2, { CW_ANO_AES256, CW_ANO_AES128 } };
		uint32_t error;

		/* The server's best that the client has, too. */
		assert_int_equal(cw_ano_choose(&server, &client, &error),
				 table[i].then == '+' ? CW_ANO_AES256 : 0);
		assert_int_equal(error, table[i].then == '!' ? 12660 : 0);
	}
}

static void without_a_common_algorithm_it_is_12650_or_clear(void **state)
{
	struct cw_ano_wish client = { CW_ANO_REQUESTED, 1, { CW_ANO_AES128 } };
	struct cw_ano_wish server = { CW_ANO_REQUIRED, 1, { CW_ANO_AES256 } };
	uint32_t error;

	(void)state;
	assert_int_equal(cw_ano_choose(&server, &client, &error), 0);
	assert_int_equal(error, 12650);
	server.level = CW_ANO_REQUESTED;
	assert_int_equal(cw_ano_choose(&server, &client, &error), 0);
	assert_int_equal(error, 0);
}

static bool answer_is_taken(const struct cw_ano_choice *answer, const struct cw_ano_wishes *wishes,
			    struct cw_err *err)
{
	struct cw_ano_message message;
	struct cw_ano_choice read;
	struct cw_wr wr = { 0 };
	bool taken;

	cw_ano_put_choice(&wr, 0x13001000, answer);
	assert_true(read_message(cw_wr_bytes(&wr), &message));
	taken = cw_ano_get_choice(&message, wishes, &read, err);
	cw_wr_release(&wr);
	return taken;
}

static void a_server_cannot_choose_what_was_not_offered(void **state)
{
	struct cw_ano_wishes wishes = { .encryption.level = CW_ANO_REQUIRED };
	struct cw_ano_choice answer = { 0 };
	struct cw_err err;

	(void)state;
	assert_false(answer_is_taken(&answer, &wishes, &err)); /* in the clear */
	assert_int_equal(err.code, 7113);
	answer.encryption = CW_ANO_RC4_40;
	assert_false(answer_is_taken(&answer, &wishes, &err));
	assert_int_equal(err.code, 7113);
	answer.encryption = CW_ANO_AES256; /* but no key exchange */
	assert_false(answer_is_taken(&answer, &wishes, &err));
	assert_int_equal(err.code, 7120);
	wishes.encryption.level = CW_ANO_REJECTED;
	assert_false(answer_is_taken(&answer, &wishes, &err));
	answer.encryption = 0;
	assert_true(answer_is_taken(&answer, &wishes, &err));
}

static void a_refusal_tells_the_number(void **state)
{
	struct cw_ano_wishes wishes = { 0 };
	struct cw_ano_message message;
	struct cw_ano_choice choice;
	struct cw_wr wr = { 0 };
	struct cw_err err;

	(void)state;
	cw_ano_put_refusal(&wr, 0x13001000, CW_ANO_INTEGRITY, 12660);
	assert_true(read_message(cw_wr_bytes(&wr), &message));
	assert_false(cw_ano_get_choice(&message, &wishes, &choice, &err));
	assert_int_equal(err.code, 7113);
	assert_int_equal(err.native, 12660);
	cw_wr_release(&wr);
}

/* ---- seals ---------------------------------------------------------------------------------- */

struct ends {
	struct cw_ano_seal *client, *server;
};

static void meet(struct ends *ret, unsigned encryption, unsigned integrity, uint32_t version)
{
	struct cw_ano_choice choice = { .encryption = (uint8_t)encryption,
					.integrity = (uint8_t)integrity,
					.encryption_version = version,
					.integrity_version = version,
					.has_group = true };
	uint8_t public_key[CW_ANO_GROUP_BYTES_MAX];
	struct cw_err err;

	assert_true(cw_ano_seal_offer(&ret->server, &choice.group, &err));
	assert_true(cw_ano_seal_client(&choice, public_key, &ret->client, &err));
	assert_true(cw_ano_seal_server(ret->server, &choice,
				       (struct cw_bytes){ public_key, choice.group.prime.len },
				       &err));
}

static void part(struct ends *ends)
{
	cw_ano_seal_free(ends->client);
	cw_ano_seal_free(ends->server);
}

static void pass_on(struct cw_ano_seal *from, struct cw_ano_seal *to, size_t len)
{
	uint8_t sealed[512 + CW_ANO_SEAL_BYTES_MAX], plain[512];
	struct cw_err err;
	size_t now, then;

	for (size_t i = 0; i < len; i++)
		plain[i] = sealed[i] = (uint8_t)(i * 7 + len);
	assert_true(cw_ano_seal_close(from, sealed, len, &now, &err));
	assert_true(now > len && now <= len + CW_ANO_SEAL_BYTES_MAX);
	assert_true(cw_ano_seal_open(to, sealed, now, &then, &err));
	assert_int_equal(then, len);
	assert_memory_equal(sealed, plain, len);
}

static void talk(struct ends *ends)
{
	static const size_t lengths[] = { 1, 15, 16, 17, 64, 511 };

	for (size_t i = 0; i < CW_ARRAY_LEN(lengths); i++) {
		pass_on(ends->client, ends->server, lengths[i]);
		pass_on(ends->server, ends->client, lengths[i]);
	}
}

static const unsigned ciphers[] = { 0, CW_ANO_AES128, CW_ANO_AES192, CW_ANO_AES256, CW_ANO_3DES168,
				    CW_ANO_3DES112, CW_ANO_DES56, CW_ANO_RC4_256, CW_ANO_RC4_128,
				    CW_ANO_RC4_56, CW_ANO_RC4_40 };
static const unsigned sums[] = { 0, CW_ANO_MD5, CW_ANO_SHA1, CW_ANO_SHA256, CW_ANO_SHA384,
				 CW_ANO_SHA512 };

static void what_one_end_seals_the_other_opens(void **state)
{
	static const uint32_t versions[] = { 0x12000000, 0x13001000, 0x17700000 };
	static const uint8_t combo[32] = "a key that only the two know ...";
	struct cw_err err;

	(void)state;
	for (size_t c = 0; c < CW_ARRAY_LEN(ciphers); c++)
		for (size_t s = c == 0; s < CW_ARRAY_LEN(sums); s++) {
			struct ends ends;

			if (c > 2 && s != c % 6) /* an exchange takes its time */
				continue;
			meet(&ends, ciphers[c], sums[s], versions[(c + s) % 3]);
			talk(&ends);
			assert_true(cw_ano_seal_fold(ends.server, (struct cw_bytes){ combo, 32 },
						     &err));
			assert_true(cw_ano_seal_fold(ends.client, (struct cw_bytes){ combo, 32 },
						     &err));
			talk(&ends);
			/* The server stops the client in the middle of both talking. */
			assert_true(cw_ano_seal_reset(ends.server, true, &err));
			pass_on(ends.client, ends.server, 33);
			assert_true(cw_ano_seal_reset(ends.client, false, &err));
			assert_true(cw_ano_seal_reset(ends.client, true, &err));
			assert_true(cw_ano_seal_reset(ends.server, false, &err));
			talk(&ends);
			/* The client's reset comes first. */
			assert_true(cw_ano_seal_reset(ends.client, true, &err));
			pass_on(ends.server, ends.client, 65);
			assert_true(cw_ano_seal_reset(ends.server, false, &err));
			assert_true(cw_ano_seal_reset(ends.server, true, &err));
			assert_true(cw_ano_seal_reset(ends.client, false, &err));
			talk(&ends);
			part(&ends);
		}
}

static void who_does_not_know_the_login_cannot_go_on(void **state)
{
	static const uint8_t combo[32] = { 1 }, other[32] = { 2 };
	uint8_t sealed[64 + CW_ANO_SEAL_BYTES_MAX] = "select";
	struct ends ends;
	struct cw_err err;
	size_t len;

	(void)state;
	meet(&ends, CW_ANO_AES256, CW_ANO_SHA256, 0x13001000);
	assert_true(cw_ano_seal_fold(ends.server, (struct cw_bytes){ combo, 32 }, &err));
	assert_true(cw_ano_seal_fold(ends.client, (struct cw_bytes){ other, 32 }, &err));
	assert_true(cw_ano_seal_close(ends.client, sealed, 64, &len, &err));
	assert_false(cw_ano_seal_open(ends.server, sealed, len, &len, &err));
	part(&ends);
}

static void a_bit_that_turns_on_the_way_is_noticed(void **state)
{
	(void)state;
	for (size_t s = 1; s < CW_ARRAY_LEN(sums); s++)
		for (unsigned bit = 0; bit < 8 * 96; bit += 5) {
			uint8_t sealed[96 + CW_ANO_SEAL_BYTES_MAX] = { 0 };
			struct ends ends;
			struct cw_err err;
			size_t len;

			if (bit % 80 > 5)
				continue;
			meet(&ends, s % 2 ? CW_ANO_AES128 : 0, sums[s], 0x13001000);
			assert_true(cw_ano_seal_close(ends.client, sealed, 96, &len, &err));
			sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(cw_ano_seal_open(ends.server, sealed, len, &len, &err));
			assert_int_equal(err.code, 7121);
			part(&ends);
		}
}

static void a_packet_played_again_is_noticed(void **state)
{
	uint8_t sealed[32 + CW_ANO_SEAL_BYTES_MAX] = "commit", again[sizeof(sealed)];
	struct ends ends;
	struct cw_err err;
	size_t len, got;

	(void)state;
	meet(&ends, CW_ANO_AES256, CW_ANO_SHA512, 0x13001000);
	assert_true(cw_ano_seal_close(ends.client, sealed, 32, &len, &err));
	memcpy(again, sealed, len);
	assert_true(cw_ano_seal_open(ends.server, sealed, len, &got, &err));
	assert_false(cw_ano_seal_open(ends.server, again, len, &got, &err));
	part(&ends);
}

static void packets_of_any_bytes_are_refused_without_harm(void **state)
{
	uint8_t bytes[100];
	struct cw_err err;

	(void)state;
	for (size_t c = 1; c < CW_ARRAY_LEN(ciphers); c++) {
		struct ends ends;

		meet(&ends, ciphers[c], CW_ANO_SHA256, 0x13001000);
		for (size_t len = 0; len < sizeof(bytes); len++) {
			size_t got;

			memset(bytes, (int)(len * 37 & 0xff), sizeof(bytes));
			assert_false(cw_ano_seal_open(ends.client, bytes, len, &got, &err));
		}
		part(&ends);
	}
}

static void an_exchange_that_hides_nothing_is_refused(void **state)
{
	struct cw_ano_choice choice = { .encryption = CW_ANO_AES256, .has_group = true };
	uint8_t bad[256] = { 0 }, public_key[CW_ANO_GROUP_BYTES_MAX], even[256];
	struct cw_ano_seal *server, *client;
	struct cw_err err;

	(void)state;
	assert_true(cw_ano_seal_offer(&server, &choice.group, &err));
	choice.group.public_key = (struct cw_bytes){ bad, sizeof(bad) };
	assert_false(cw_ano_seal_client(&choice, public_key, &client, &err)); /* 0 */
	assert_int_equal(err.code, 7120);
	bad[255] = 1;
	assert_false(cw_ano_seal_client(&choice, public_key, &client, &err));
	memcpy(bad, choice.group.prime.at, sizeof(bad));
	bad[255] -= 1; /* prime - 1 */
	assert_false(cw_ano_seal_client(&choice, public_key, &client, &err));
	assert_false(cw_ano_seal_server(server, &choice, (struct cw_bytes){ bad, 256 }, &err));
	memcpy(even, choice.group.prime.at, sizeof(even));
	even[255] ^= 1;
	choice.group.prime.at = even;
	assert_false(cw_ano_seal_client(&choice, public_key, &client, &err));
	cw_ano_seal_free(server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_request_of_python_oracledb_is_read_and_written_the_same),
		cmocka_unit_test(every_cut_of_a_message_is_refused),
		cmocka_unit_test(a_level_stands_in_the_place_of_0),
		cmocka_unit_test(words_that_nobody_knows_are_refused),
		cmocka_unit_test(levels_meet_as_oracle_says),
		cmocka_unit_test(without_a_common_algorithm_it_is_12650_or_clear),
		cmocka_unit_test(a_server_cannot_choose_what_was_not_offered),
		cmocka_unit_test(a_refusal_tells_the_number),
		cmocka_unit_test(what_one_end_seals_the_other_opens),
		cmocka_unit_test(who_does_not_know_the_login_cannot_go_on),
		cmocka_unit_test(a_bit_that_turns_on_the_way_is_noticed),
		cmocka_unit_test(a_packet_played_again_is_noticed),
		cmocka_unit_test(packets_of_any_bytes_are_refused_without_harm),
		cmocka_unit_test(an_exchange_that_hides_nothing_is_refused),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	cw_arena_release(&arena);
	return failed;
}
