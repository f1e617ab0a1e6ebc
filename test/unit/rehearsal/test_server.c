/* test_server.c - names and passwords of accounts, and the file that makes a folder a server's */
#include "rehearsal/account.h"
#include "rehearsal/profile.h"
#include "rehearsal/server.h"

#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void a_name_is_folded_unless_it_is_quoted(void **state)
{
	char name[RH_NAME_BYTES], typed[400];

	(void)state;
	rh_name_fold("system", name);
	assert_string_equal(name, "SYSTEM");
	rh_name_fold("\"Shop\"", name);
	assert_string_equal(name, "Shop");
	rh_name_fold("\"", name);
	assert_string_equal(name, "\"");
	memset(typed, 'x', sizeof(typed) - 1);
	typed[sizeof(typed) - 1] = '\0';
	rh_name_fold(typed, name);
	assert_int_equal(strlen(name), RH_NAME_BYTES - 1);
}

/* What a client computes from the password has to give the hash that we keep. */
static void a_verifier_is_what_the_client_computes(void **state)
{
	static const char speedy[] = "AUTH_PBKDF2_SPEEDY_KEY";
	struct rh_server server = { .profile = rh_profile_find("19c") };
	struct rh_verifier one, other;
	uint8_t salt[16 + sizeof(speedy) - 1], key[64 + 16], hash[64];
	unsigned len = sizeof(hash);
	struct cw_err err;

	(void)state;
	assert_true(rh_verifier_make(&server, "Sécret 1", &one, &err));
	memcpy(salt, one.salt, 16);
	memcpy(salt + 16, speedy, sizeof(speedy) - 1);
	assert_int_equal(PKCS5_PBKDF2_HMAC("Sécret 1", -1, salt, sizeof(salt), (int)one.iterations,
					   EVP_sha512(), 64, key),
			 1);
	memcpy(key + 64, one.salt, 16);
	assert_int_equal(EVP_Digest(key, sizeof(key), hash, &len, EVP_sha512(), NULL), 1);
	assert_memory_equal(hash, one.hash, sizeof(hash));

	assert_true(rh_verifier_make(&server, "Sécret 1", &other, &err));
	assert_memory_not_equal(one.salt, other.salt, sizeof(one.salt)); /* salted each time */

	server.profile = rh_profile_find("11.2");
	assert_true(rh_verifier_make(&server, "Sécret 1", &one, &err));
	memcpy(salt, "Sécret 1", 9);
	memcpy(salt + 9, one.salt, 10);
	assert_int_equal(EVP_Digest(salt, 19, hash, &len, EVP_sha1(), NULL), 1);
	assert_int_equal(len, 20);
	assert_memory_equal(hash, one.hash, 20);
}

static void write_line(const char *folder, const char *line)
{
	char path[600];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/rehearsal.conf", folder);
	file = fopen(path, "a");
	assert_non_null(file);
	assert_true(fputs(line, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void a_folder_is_read_back_as_it_was_written_and_refused_when_damaged(void **state)
{
	struct rh_config config = { .port = 1521,
				    .service = "SHOPDB",
				    .profile = "19c",
				    .dbid = 1234567890,
				    .retention_s = 60,
				    .archivelog = true,
				    .dynamic_registration = true };
	char folder[] = "/tmp/causeway-test-XXXXXX", path[64];
	struct rh_server *server = NULL;
	struct cw_err err;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_false(rh_server_open(folder, &server, &err));
	assert_int_equal(err.code, 9001);
	(void)snprintf(config.folder, sizeof(config.folder), "%s", folder);
	assert_true(rh_config_write(&config, &err));
	assert_false(rh_config_write(&config, &err)); /* never over another's */

	assert_true(rh_server_open(folder, &server, &err));
	assert_memory_equal(&server->config, &config, sizeof(config));
	assert_false(atomic_load(&server->restricted));
	rh_server_close(server);

	write_line(folder, "surprise = 1\n");
	assert_false(rh_server_open(folder, &server, &err));
	assert_int_equal(err.code, 9001);
	assert_non_null(strstr(err.text, "line 9"));
	(void)snprintf(path, sizeof(path), "%s/rehearsal.conf", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_folded_unless_it_is_quoted),
		cmocka_unit_test(a_verifier_is_what_the_client_computes),
		cmocka_unit_test(a_folder_is_read_back_as_it_was_written_and_refused_when_damaged),
	};

	return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
