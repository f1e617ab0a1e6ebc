/*
 * test_cli.c - arguments, exit codes, help and manual: all from one table
 */
#include "cli/cmd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *said, *complained;

static int call(const char *line)
{
	static char program[] = "causeway";
	char copy[256], *argv[16] = { program };
	size_t said_len, complained_len;
	FILE *out, *complain;
	int argc = 1, code;

	free(said);
	free(complained);
	out = open_memstream(&said, &said_len);
	complain = open_memstream(&complained, &complained_len);
	(void)snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	code = cw_cli_main(argc, argv, out, complain);
	(void)fclose(out);
	(void)fclose(complain);
	return code;
}

static void wrong_usage_tries_nothing_and_says_what(void **state)
{
	static const struct {
		const char *line, *says;
	} wrong[] = {
		{ "", "help" },
		{ "fly", "no verb 'fly'" },
		{ "status", "it needs DIR" },
		{ "status a b", "what is 'b'?" },
		{ "status a --yes", "no option '--yes'" },
		{ "status a --timeout", "no value after '--timeout'" },
		{ "status a --timeout=soon", "--timeout takes a number" },
		{ "status a --wait=later", "following or caught-up" },
		{ "status a --json=1", "takes no value" },
		{ "check moon a", "source, target or crossing" },
		{ "verify a --mode x", "full or delta" },
		{ "clean a", "say --yes" },
		{ "sql", "it needs CONNECT|DIR" },
		{ "sql h/s a b", "what is 'b'?" },
		{ "sql h/s --json --csv", "--json or --csv" },
		{ "sql h/s a --file=f", "as a word or by --file" },
		{ "sql h/s a --ping", "--ping runs no statements" },
		{ "sql h/s --limit=x", "--limit takes a number" },
	};

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(wrong); i++) {
		assert_int_equal(call(wrong[i].line), CW_EXIT_USAGE);
		assert_non_null(strstr(complained, wrong[i].says));
		assert_int_equal(strlen(said), 0);
	}
}

static void a_conductor_that_is_not_there_is_a_failure_in_text_and_json(void **state)
{
	json_t *object;

	(void)state;
	assert_int_equal(call("status /tmp/cw_no_such_crossing"), CW_EXIT_FAILED);
	assert_non_null(strstr(complained, "[CW4102]"));
	assert_int_equal(call("status /tmp/cw_no_such_crossing --json"), CW_EXIT_FAILED);
	object = json_loads(said, 0, NULL);
	assert_non_null(object);
	assert_true(json_is_false(json_object_get(object, "ok")));
	assert_string_equal(json_string_value(json_object_get(object, "code")), "CW4102");
	json_decref(object);
}

static void help_and_manual_name_every_verb_and_its_options(void **state)
{
	(void)state;
	for (const struct cw_cmd *cmd = cw_cmds; cmd->name; cmd++) {
		char line[64];

		if (cmd->hidden)
			continue;
		assert_int_equal(call("help"), CW_EXIT_OK);
		assert_non_null(strstr(said, cmd->summary));
		(void)snprintf(line, sizeof(line), "help %s", cmd->name);
		assert_int_equal(call(line), CW_EXIT_OK);
		assert_non_null(strstr(said, cmd->words));
		for (const struct cw_option *option = cw_options; option->name; option++)
			if (strstr(cmd->options, option->name))
				assert_non_null(strstr(said, option->help));
		assert_int_equal(call("help --man"), CW_EXIT_OK);
		(void)snprintf(line, sizeof(line), ".SS %s ", cmd->name);
		assert_non_null(strstr(said, line));
	}
}

static void every_verb_but_a_few_speaks_json(void **state)
{
	(void)state;
	for (const struct cw_cmd *cmd = cw_cmds; cmd->name; cmd++)
		if (strcmp(cmd->name, "task") != 0 && strcmp(cmd->name, "help") != 0)
			assert_non_null(strstr(cmd->options, "json"));
	assert_int_equal(call("--version"), CW_EXIT_OK);
	assert_string_equal(said, "causeway " CW_VERSION "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_usage_tries_nothing_and_says_what),
		cmocka_unit_test(a_conductor_that_is_not_there_is_a_failure_in_text_and_json),
		cmocka_unit_test(help_and_manual_name_every_verb_and_its_options),
		cmocka_unit_test(every_verb_but_a_few_speaks_json),
	};

	return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
