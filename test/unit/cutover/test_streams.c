/*
 * test_streams.c - what the runbook makes of a task's answers
 *
 * The forward task is a listener of this process; nothing else is there.
 */
#include "base/clock.h"
#include "base/os.h"
#include "control/control.h"
#include "cutover/hook.h"
#include "cutover/streams.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>

static char dir[64], path[96];
static struct cw_config config;
static struct cw_book *book;
static struct cw_control *control;
static atomic_bool give_up, leave;
static int foreign;
static const char *phase = "following";

static bool on_status(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	(void)owner, (void)request, (void)err;
	return json_object_set_new(reply, "foreign_transactions", json_integer(foreign)) == 0 &&
	       json_object_set_new(reply, "phase", json_string(phase)) == 0;
}

static bool on_apply(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	(void)owner, (void)request, (void)reply;
	return cw_fail(err, CW_ERR_CONFIG, 5201, "slot x is gone");
}

/* A person gives up while the task says what would be tried again. */
static bool on_verify(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	(void)owner, (void)request, (void)reply;
	atomic_store(&give_up, true);
	return cw_fail(err, CW_ERR_RETRY, 4602, "the forward task is not following yet");
}

static const struct cw_control_verb verbs[] = { { "status", on_status },
						 { "apply", on_apply },
						 { "verify", on_verify },
						 { NULL, NULL } };

static int set_up(void **state)
{
	static const char text[] = "crossing: x\nsource: {host: h, service: s, user: u, password: "
				   "env:X, schemas: [S]}\ntarget: {conninfo: host=/nonexistent}\n";
	struct cw_err err;

	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/cw_streams.XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_true(cw_config_parse(dir, "test",
				    (struct cw_bytes){ (const uint8_t *)text, strlen(text) },
				    &config, &err));
	assert_true(cw_book_open(&config, NULL, NULL, &book, &err));
	(void)snprintf(path, sizeof(path), "%s/forward.sock", dir);
	assert_true(cw_control_listen(path, verbs, NULL, &control, &err));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	cw_control_close(control);
	cw_book_close(book);
	cw_config_release(&config);
	(void)snprintf(path, sizeof(path), "%s/journal", dir);
	(void)unlink(path);
	return rmdir(dir);
}

static bool no_split_brain(struct cw_err *err)
{
	struct cw_runbook rb = {
		.config = &config, .book = book, .run = 2, .give_up = &give_up, .leave = &leave
	};

	return cw_no_split_brain(&rb, err);
}

static void note(const char *process, int count)
{
	struct cw_err err;

	assert_true(cw_book_note(book, "foreign.oracle",
				 json_pack("{s:i, s:{s:i, s:i, s:s}}", "run", 1, "value", "count",
					   count, "pid", (int)getpid(), "process", process),
				 &err));
}

static void foreign_transactions_count_from_what_was_noted_of_the_same_process(void **state)
{
	struct cw_err err = { 0 };

	(void)state;
	foreign = 5;
	note(cw_process_name(), 5);
	assert_true(no_split_brain(&err));
	foreign = 6;
	assert_false(no_split_brain(&err));
	assert_int_equal(err.code, 4243);
}

/* In a container that was started again each program has the pid that its forerunner had. */
static void a_process_that_only_has_the_pid_of_its_forerunner_counts_anew(void **state)
{
	struct cw_err err = { 0 };

	(void)state;
	foreign = 3;
	note("00000000000000000000000000000000", 5);
	assert_false(no_split_brain(&err));
	assert_int_equal(err.code, 4243);
	foreign = 0;
	assert_true(no_split_brain(&err));
}

/* Else Oracle stays shut for as long as it is failed. */
static void a_task_that_has_failed_keeps_no_cut_over_from_being_undone(void **state)
{
	struct cw_runbook rb = {
		.config = &config, .book = book, .run = 2, .give_up = &give_up, .leave = &leave
	};
	struct cw_err err = { 0 };

	(void)state;
	phase = "watching";
	assert_false(cw_forward_undo_watch(&rb, &err));
	assert_int_equal(err.code, 5201);
	phase = "failed";
	assert_true(cw_forward_undo_watch(&rb, &err));
	assert_true(cw_book_fact_is(book, "mode.forward", "apply")); /* for the one that is started again */
}

static void a_cut_over_given_up_while_a_step_is_tried_again_ends_as_given_up(void **state)
{
	pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
	struct cw_runbook rb = { .config = &config,
				 .book = book,
				 .run = 1,
				 .give_up = &give_up,
				 .leave = &leave,
				 .door = &door };
	struct cw_err err = { 0 };

	(void)state;
	assert_true(cw_book_write(book,
				  json_pack("{s:s, s:i, s:s}", "what", "step", "run", 1, "step",
					    "before.verified"),
				  false, &err));
	assert_false(cw_runbook_play(&rb, &err));
	assert_int_equal(err.code, 4211);
	assert_non_null(strstr(err.text, "not following yet"));
	atomic_store(&give_up, false);
}

/* ---- hooks ------------------------------------------------------------------------------------- */

static struct {
	int from, to; /* a pipe that the hook and its children hold open */
	atomic_bool *flag;
} waiting;

/* The hook has begun: now the flag is set. */
static void *set_flag(void *unused)
{
	char said;

	assert_int_equal(read(waiting.from, &said, 1), 1);
	(void)close(waiting.to);
	atomic_store(waiting.flag, true);
	return unused;
}

/* One that minds no signal, with a child that would go on; the pipe ends when both are gone. */
static unsigned ended_by(atomic_bool *flag, struct cw_runbook *rb)
{
	struct cw_err err = { 0 };
	char command[128], more;
	pthread_t setter;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	waiting.from = ends[0];
	waiting.to = ends[1];
	waiting.flag = flag;
	(void)snprintf(command, sizeof(command),
		       "trap '' TERM; sleep 1000 & echo -n x >/dev/fd/%d; wait", ends[1]);
	assert_int_equal(pthread_create(&setter, NULL, set_flag, NULL), 0);
	assert_false(cw_hook_run(rb, command, &err));
	assert_int_equal(pthread_join(setter, NULL), 0);
	atomic_store(flag, false);
	assert_int_equal(read(ends[0], &more, 1), 0);
	(void)close(ends[0]);
	return err.code;
}

static void a_hook_ends_with_all_it_started_when_the_run_is_given_up_or_the_conductor_leaves(void **state)
{
	struct cw_runbook rb = { .config = &config, .give_up = &give_up, .leave = &leave };

	(void)state;
	assert_int_equal(ended_by(&give_up, &rb), 4211);
	assert_int_equal(ended_by(&leave, &rb), 4214);
	rb.past_ponr = true;
	assert_int_equal(ended_by(&leave, &rb), 4214);
}

static void a_hook_ends_with_the_budget_but_not_past_the_point_of_no_return(void **state)
{
	struct cw_runbook rb = { .config = &config,
				 .give_up = &give_up,
				 .leave = &leave,
				 .budget_ms = 1,
				 .blackout_from_ms = cw_clock_ms() - 1000 };
	struct cw_err err = { 0 };

	(void)state;
	assert_false(cw_hook_run(&rb, "sleep 1000", &err));
	assert_int_equal(err.code, 4210);
	rb.past_ponr = true;
	assert_true(cw_hook_run(&rb, "true", &err));
}

static void a_hook_that_fails_says_how(void **state)
{
	struct cw_runbook rb = { .config = &config, .give_up = &give_up, .leave = &leave };
	struct cw_err err = { 0 };

	(void)state;
	assert_true(cw_hook_run(&rb, NULL, &err));
	assert_true(cw_hook_run(&rb, "test -z \"$(cat)\"", &err)); /* nothing to read */
	assert_false(cw_hook_run(&rb, "exit 3", &err));
	assert_int_equal(err.code, 4245);
	assert_non_null(strstr(err.text, "exit code 3"));
	assert_false(cw_hook_run(&rb, "kill -9 $$", &err));
	assert_int_equal(err.code, 4245);
	assert_non_null(strstr(err.text, "signal 9"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(foreign_transactions_count_from_what_was_noted_of_the_same_process),
		TEST(a_cut_over_given_up_while_a_step_is_tried_again_ends_as_given_up),
		TEST(a_task_that_has_failed_keeps_no_cut_over_from_being_undone),
		TEST(a_process_that_only_has_the_pid_of_its_forerunner_counts_anew),
		TEST(a_hook_ends_with_all_it_started_when_the_run_is_given_up_or_the_conductor_leaves),
		TEST(a_hook_ends_with_the_budget_but_not_past_the_point_of_no_return),
		TEST(a_hook_that_fails_says_how),
	};

	return cmocka_run_group_tests_name("streams", tests, NULL, NULL);
}
