/*
 * test_accounts.c - whose accounts are locked, as Oracle's grants say it
 */
#include "cutover/accounts.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *holder[] = { "SYSTEM", "DBA", "RESTRICTED_ROLE" };
static const char *granted[] = {
	"ANN",
	"DBA", /* by a role */
	"BOB",
	"NIGHT_SHIFT", /* by a role of a role */
	"NIGHT_SHIFT",
	"RESTRICTED_ROLE",
	"SHOP",
	"CONNECT", /* roles, but not such ones */
	"SHOP",
	"SHOP_READER",
	"SHOP_READER",
	"CONNECT",
	"ROUND",
	"ROUND", /* Oracle refuses that (ORA-01934); who reads it does not run round */
};

static const struct cw_operators operators = {
	.holders = { .rows = 3, .columns = 1, .cell = holder },
	.roles = { .rows = 7, .columns = 2, .cell = granted },
};

static void who_holds_RESTRICTED_SESSION_itself_or_by_roles_of_roles_is_an_operator(void **state)
{
	(void)state;
	assert_true(cw_operators_include(&operators, "SYSTEM"));
	assert_true(cw_operators_include(&operators, "ANN"));
	assert_true(cw_operators_include(&operators, "BOB"));
}

static void who_holds_other_roles_or_none_is_no_operator(void **state)
{
	(void)state;
	assert_false(cw_operators_include(&operators, "SHOP"));
	assert_false(cw_operators_include(&operators, "NOBODY"));
	assert_false(cw_operators_include(&operators, "system"));
	assert_false(cw_operators_include(&operators, "ROUND"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			who_holds_RESTRICTED_SESSION_itself_or_by_roles_of_roles_is_an_operator),
		cmocka_unit_test(who_holds_other_roles_or_none_is_no_operator),
	};

	return cmocka_run_group_tests_name("accounts", tests, NULL, NULL);
}
