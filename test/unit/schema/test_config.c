/*
 * test_config.c - crossing.yaml: what is taken, and what each mistake says
 */
#include "schema/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WHOLE                                                                                      \
	"crossing: shop\n"                                                                         \
	"source: {host: 127.0.0.1, service: S, user: CAUSEWAY, password: env:CW_TEST_SECRET, "     \
	"schemas: [SHOP, HR]}\n"                                                                   \
	"target:\n"                                                                                \
	"  conninfo: dbname=shop\n"                                                                \
	"  application_roles: [shop_app]\n"

#define WHOLE_BY(where)                                                                            \
	"crossing: shop\nsource: {" where ", user: u, password: env:X, schemas: [A]}\n"            \
	"target: {conninfo: x}\n"

static bool parse(const char *text, struct cw_config *ret, struct cw_err *err)
{
	return cw_config_parse("/x", "f.yaml",
			       (struct cw_bytes){ (const uint8_t *)text, strlen(text) }, ret, err);
}

static void a_whole_file_is_read_with_its_presets(void **state)
{
	struct cw_config config;
	struct cw_err err;

	(void)state;
	assert_true(parse(WHOLE "cutover:\n  hooks: {admit: 'echo go'}\n", &config, &err));
	assert_string_equal(config.name, "shop");
	assert_int_equal(config.source.port, 1521);
	assert_int_equal(config.source.schemas.count, 2);
	assert_string_equal(config.source.schemas.at[1], "HR");
	assert_string_equal(config.cutover.hooks.admit, "echo go");
	assert_null(config.cutover.hooks.stop);
	assert_int_equal(config.cutover.budget_ms, 30000);
	assert_string_equal(config.follow.mode, "raw");
	cw_config_release(&config);
}

static void host_port_and_service_are_an_easy_connect_string(void **state)
{
	static const struct {
		const char *text, *connect;
	} said[] = {
		{ WHOLE_BY("host: db, service: S"), "//db:1521/S" },
		{ WHOLE_BY("host: '2001:db8::1', port: 1600, service: S"),
		  "//[2001:db8::1]:1600/S" },
		{ WHOLE_BY("connect: 'tcps://db/S?wallet_location=/w'"),
		  "tcps://db/S?wallet_location=/w" },
		{ WHOLE_BY("connect: alias, wallet: w"), "alias" },
	};
	struct cw_config config;
	struct cw_err err;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(said); i++) {
		assert_true(parse(said[i].text, &config, &err));
		assert_string_equal(config.source.connect, said[i].connect);
		if (config.source.wallet)
			assert_string_equal(config.source.wallet, "/x/w");
		cw_config_release(&config);
	}
}

static void each_mistake_is_named_with_its_line(void **state)
{
	static const struct {
		const char *text, *says;
		uint16_t code;
	} mistakes[] = {
		{ WHOLE "load: {sesions: 2}\n", "line 6: no key 'load.sesions'; 'load.sessions'",
		  6103 },
		{ WHOLE "load: {sessions: many}\n", "line 6: load.sessions: a number", 6105 },
		{ WHOLE "load: {sessions: 0}\n", "from 1 to 64", 6105 },
		{ WHOLE "load: {sessions: 2, sessions: 3}\n", "said twice", 6102 },
		{ WHOLE "load: 7\n", "key: value is wanted", 6102 },
		{ "crossing: shop\n", "source.user is missing", 6104 },
		{ "crossing: shop\nsource: {user: u, password: env:X, schemas: [A], host: h}\n"
		  "target: {conninfo: x}\n",
		  "source.connect is missing", 6104 },
		{ WHOLE_BY("connect: alias, host: h"), "not both", 6105 },
		{ "crossing: [a\n", "line", 6102 },
		{ "", "empty", 6102 },
		{ "crossing: Shop-1\nsource: {host: h, service: s, user: u, password: env:X, "
		  "schemas: [A]}\ntarget: {conninfo: x}\n",
		  "not a name", 6105 },
		{ "source: {password: secret123}\n", "a reference is wanted", 6105 },
		{ WHOLE "follow: {mode: fast}\n", "raw or catalog", 6105 },
	};
	struct cw_config config;
	struct cw_err err;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(mistakes); i++) {
		assert_false(parse(mistakes[i].text, &config, &err));
		assert_int_equal(err.code, mistakes[i].code);
		assert_non_null(strstr(err.text, mistakes[i].says));
		assert_null(strstr(err.text, "secret123"));
	}
}

static void a_secret_is_read_when_a_login_is_built(void **state)
{
	struct cw_ora_login login;
	struct cw_config config;
	struct cw_err err;

	(void)state;
	assert_true(parse(WHOLE, &config, &err));
	(void)unsetenv("CW_TEST_SECRET");
	assert_false(cw_config_ora_login(&config, "causeway", &login, &err));
	assert_int_equal(err.code, 6106);
	(void)setenv("CW_TEST_SECRET", "tiger", 1);
	assert_true(cw_config_ora_login(&config, "causeway", &login, &err));
	assert_int_equal(login.password.len, 5);
	assert_memory_equal(login.password.at, "tiger", 5);
	cw_config_release(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_file_is_read_with_its_presets),
		cmocka_unit_test(host_port_and_service_are_an_easy_connect_string),
		cmocka_unit_test(each_mistake_is_named_with_its_line),
		cmocka_unit_test(a_secret_is_read_when_a_login_is_built),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
