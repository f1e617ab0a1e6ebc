/*
 * test_runbook.c - the two tables of steps keep their promises
 */
#include "cutover/fence.h"
#include "cutover/keeper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define EACH_KIND(kind) for (int kind = CW_RUN_CUTOVER; kind <= CW_RUN_BACK; kind++)

static void stages_come_in_their_order_and_none_is_left_out(void **state)
{
	(void)state;
	EACH_KIND(kind)
	{
		unsigned count, seen = 0;
		const struct cw_step *steps = cw_steps((enum cw_run_kind)kind, &count);

		for (unsigned i = 0; i < count; i++) {
			assert_true(i == 0 || steps[i].stage >= steps[i - 1].stage);
			seen |= 1u << steps[i].stage;
		}
		assert_int_equal(seen, (1u << CW_STAGES) - 1);
	}
}

static void there_is_one_point_of_no_return(void **state)
{
	(void)state;
	EACH_KIND(kind)
	{
		unsigned count, points = 0;
		const struct cw_step *steps = cw_steps((enum cw_run_kind)kind, &count);

		for (unsigned i = 0; i < count; i++)
			points += steps[i].no_return;
		assert_int_equal(points, 1);
	}
}

/* What these change must be undone; a step without undo must not be of that kind. */
static void every_step_before_it_that_changes_something_has_an_undo(void **state)
{
	static const char *const changing[] = {
		"stop.jobs",	  "stop.door",		"stop.accounts", "stop.roles",
		"position.watch", "sequences.triggers", "sequences.foreign_keys", "reverse.apply",
	};

	(void)state;
	EACH_KIND(kind)
	{
		unsigned count;
		const struct cw_step *steps = cw_steps((enum cw_run_kind)kind, &count);

		for (unsigned i = 0; i < count && !steps[i].no_return; i++)
			for (size_t j = 0; j < CW_ARRAY_LEN(changing); j++)
				if (strcmp(steps[i].name, changing[j]) == 0)
					assert_non_null(steps[i].undo);
	}
}

static void nothing_is_undone_after_it_and_only_there_a_failure_may_be_an_alarm(void **state)
{
	(void)state;
	EACH_KIND(kind)
	{
		unsigned count;
		const struct cw_step *steps = cw_steps((enum cw_run_kind)kind, &count);
		bool past = false;

		for (unsigned i = 0; i < count; i++) {
			assert_true(past || !steps[i].only_alarm);
			assert_true(!past || !steps[i].undo);
			past = past || steps[i].no_return;
		}
	}
}

static void the_blackout_is_one_span_that_holds_the_point_of_no_return(void **state)
{
	(void)state;
	EACH_KIND(kind)
	{
		unsigned count, changes = 0;
		const struct cw_step *steps = cw_steps((enum cw_run_kind)kind, &count);

		assert_false(steps[0].inside);
		assert_false(steps[count - 1].inside);
		for (unsigned i = 1; i < count; i++) {
			changes += steps[i].inside != steps[i - 1].inside;
			assert_true(steps[i].inside || !steps[i].no_return);
		}
		assert_int_equal(changes, 2);
	}
}

static void names_are_unique_and_say_their_stage(void **state)
{
	(void)state;
	EACH_KIND(kind)
	{
		unsigned count;
		const struct cw_step *steps = cw_steps((enum cw_run_kind)kind, &count);

		for (unsigned i = 0; i < count; i++) {
			const char *stage = cw_stage_name(steps[i].stage);

			assert_ptr_equal(cw_step_find((enum cw_run_kind)kind, steps[i].name),
					 &steps[i]);
			assert_int_equal(strncmp(steps[i].name, stage, strlen(stage)), 0);
			assert_int_equal(steps[i].name[strlen(stage)], '.');
			assert_true(strlen(steps[i].name) < 48);
			assert_true(strlen(steps[i].says) > 10);
		}
	}
}

static void the_door_is_kept_shut_once_it_is_and_until_it_may_be_opened(void **state)
{
	unsigned count;
	const struct cw_step *steps = cw_steps(CW_RUN_CUTOVER, &count);
	struct cw_past past = { 0 };
	bool after = false;

	(void)state;
	assert_false(cw_keeper_is_due(&past));
	past.open = true;
	assert_false(cw_keeper_is_due(&past));
	for (unsigned i = 0; i < count; i++) {
		(void)snprintf(past.step, sizeof(past.step), "%s", steps[i].name);
		past.undoing = false;
		past.kind = CW_RUN_CUTOVER;
		/* at stop.door itself its old state may not be noted yet */
		assert_int_equal(cw_keeper_is_due(&past), after);
		after = after || strcmp(steps[i].name, "stop.door") == 0;
		past.undoing = true;
		assert_false(cw_keeper_is_due(&past));
		past.undoing = false;
		past.kind = CW_RUN_BACK; /* past its point of no return */
		assert_false(cw_keeper_is_due(&past));
		past.on_target = true; /* before it */
		assert_true(cw_keeper_is_due(&past));
		past.on_target = false;
	}
	past.open = false;
	past.on_target = true;
	assert_true(cw_keeper_is_due(&past));
}

/* Whose sessions are ended and whose accounts are locked: nobody's by mistake. */
static void who_is_an_application_is_said_by_name_or_is_all_but_Oracle_and_Causeway(void **state)
{
	const char *named[] = { "shop", "SYSTEM" };
	struct cw_config config = { .source = { .user = "Causeway" } };

	(void)state;
	assert_true(cw_fence_is_application(&config, "SHOP"));
	assert_false(cw_fence_is_application(&config, "CAUSEWAY"));
	assert_false(cw_fence_is_application(&config, "SYS"));
	assert_false(cw_fence_is_application(&config, "DBSNMP"));
	config.cutover.application_users = (struct cw_config_list){ .at = named, .count = 2 };
	assert_true(cw_fence_is_application(&config, "SHOP"));
	assert_true(cw_fence_is_application(&config, "SYSTEM")); /* as a person says */
	assert_false(cw_fence_is_application(&config, "REPORTS"));
	assert_false(cw_fence_is_application(&config, "SYS"));
	assert_false(cw_fence_is_application(&config, "CAUSEWAY"));
}

static void a_lost_link_is_tried_again_and_what_a_person_has_to_mend_is_not(void **state)
{
	static const uint16_t again[] = { 1201, 1204, 4206, 7103, 8102 };
	static const uint16_t never[] = { 1205, 4207, 4220, 4242, 5204, 7011, 8001 };
	struct cw_err err = { .kind = CW_ERR_CONFIG };

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(again); i++) {
		err.code = again[i];
		assert_true(cw_runbook_is_transient(&err));
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(never); i++) {
		err.code = never[i];
		assert_false(cw_runbook_is_transient(&err));
	}
	err.kind = CW_ERR_RETRY;
	assert_true(cw_runbook_is_transient(&err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stages_come_in_their_order_and_none_is_left_out),
		cmocka_unit_test(there_is_one_point_of_no_return),
		cmocka_unit_test(every_step_before_it_that_changes_something_has_an_undo),
		cmocka_unit_test(
			nothing_is_undone_after_it_and_only_there_a_failure_may_be_an_alarm),
		cmocka_unit_test(the_blackout_is_one_span_that_holds_the_point_of_no_return),
		cmocka_unit_test(names_are_unique_and_say_their_stage),
		cmocka_unit_test(who_is_an_application_is_said_by_name_or_is_all_but_Oracle_and_Causeway),
		cmocka_unit_test(a_lost_link_is_tried_again_and_what_a_person_has_to_mend_is_not),
		cmocka_unit_test(the_door_is_kept_shut_once_it_is_and_until_it_may_be_opened),
	};

	return cmocka_run_group_tests_name("runbook", tests, NULL, NULL);
}
