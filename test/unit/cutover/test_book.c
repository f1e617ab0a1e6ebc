/*
 * test_book.c - what a conductor that starts again reads out of its journal
 *
 * The target of the configuration does not exist: the file alone decides.
 */
#include "base/clock.h"
#include "cutover/report.h"
#include "cutover/roles.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[64];
static struct cw_config config;
static struct cw_book *book;

static void open_again(void)
{
	struct cw_err err;

	cw_book_close(book);
	assert_true(cw_book_open(&config, NULL, NULL, &book, &err));
}

static void write_record(const char *text)
{
	json_t *record = json_loads(text, 0, NULL);
	struct cw_err err;

	assert_non_null(record);
	assert_true(cw_book_write(book, record, false, &err));
}

static int set_up(void **state)
{
	static const char text[] = "crossing: x\nsource: {host: h, service: s, user: u, password: "
				   "env:X, schemas: [S]}\ntarget: {conninfo: host=/nonexistent}\n";
	struct cw_err err;

	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/cw_book.XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_true(cw_config_parse(dir, "test",
				    (struct cw_bytes){ (const uint8_t *)text, strlen(text) },
				    &config, &err));
	book = NULL;
	open_again();
	write_record("{\"what\":\"begin\",\"run\":1,\"kind\":\"cutover\",\"budget_ms\":5}");
	write_record("{\"what\":\"step\",\"run\":1,\"step\":\"stop.door\",\"stage\":\"stop\"}");
	return 0;
}

static int tear_down(void **state)
{
	char path[96];

	(void)state;
	cw_book_close(book);
	cw_config_release(&config);
	(void)snprintf(path, sizeof(path), "%s/journal", dir);
	(void)unlink(path);
	return rmdir(dir);
}

static void a_run_that_was_cut_off_is_found_with_its_step(void **state)
{
	struct cw_past past;

	(void)state;
	open_again();
	cw_book_past(book, &past);
	assert_true(past.open);
	assert_false(past.past_ponr);
	assert_false(past.on_target);
	assert_int_equal(past.runs, 1);
	assert_string_equal(past.step, "stop.door");
}

static void the_point_of_no_return_moves_the_applications_and_nothing_else_does(void **state)
{
	struct cw_past past;

	(void)state;
	write_record("{\"what\":\"end\",\"run\":1,\"outcome\":\"undone\"}");
	open_again();
	cw_book_past(book, &past);
	assert_false(past.open);
	assert_false(past.on_target);
	write_record("{\"what\":\"begin\",\"run\":2,\"kind\":\"cutover\"}");
	write_record("{\"what\":\"point of no return\",\"run\":2}");
	open_again();
	cw_book_past(book, &past);
	assert_true(past.open && past.past_ponr && past.on_target);
	write_record("{\"what\":\"end\",\"run\":2,\"outcome\":\"done\"}");
	write_record("{\"what\":\"begin\",\"run\":3,\"kind\":\"back\"}");
	write_record("{\"what\":\"point of no return\",\"run\":3}");
	cw_book_past(book, &past);
	assert_int_equal(past.kind, CW_RUN_BACK);
	assert_false(past.on_target);
}

static void the_newest_fact_counts_and_is_kept(void **state)
{
	struct cw_err err;
	json_t *fact;

	(void)state;
	assert_true(cw_book_note(book, "jobs", json_integer(1), &err));
	assert_true(cw_book_note(book, "jobs", json_integer(2), &err));
	open_again();
	fact = cw_book_fact(book, "jobs");
	assert_int_equal(json_integer_value(fact), 2);
	json_decref(fact);
	assert_null(cw_book_fact(book, "none"));
}

/* A step that is entered again after a crash may find half of it changed: the first note is the truth. */
static void the_first_note_of_a_run_stays_and_another_run_has_its_own(void **state)
{
	struct cw_runbook rb = { .book = book, .run = 1 };
	struct cw_err err;
	json_t *value;

	(void)state;
	assert_true(cw_runbook_note(&rb, "jobs", json_integer(4), &err));
	assert_true(cw_runbook_note(&rb, "jobs", json_integer(0), &err));
	value = cw_runbook_noted(&rb, "jobs", false);
	assert_int_equal(json_integer_value(value), 4);
	json_decref(value);

	rb.run = 2;
	assert_null(cw_runbook_noted(&rb, "jobs", false));
	value = cw_runbook_noted(&rb, "jobs", true);
	assert_int_equal(json_integer_value(value), 4);
	json_decref(value);
	assert_true(cw_runbook_note(&rb, "jobs", json_integer(0), &err));
	value = cw_runbook_noted(&rb, "jobs", false);
	assert_int_equal(json_integer_value(value), 0);
	json_decref(value);
}

/* Such a run is undone, and its first step is not played. */
static void a_run_whose_budget_is_spent_plays_no_further_step(void **state)
{
	struct cw_runbook rb = { .book = book, .run = 1, .budget_ms = 5 };
	atomic_bool give_up = false, leave = false;
	pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
	struct cw_err err = { 0 };

	(void)state;
	rb.give_up = &give_up;
	rb.leave = &leave;
	rb.door = &door;
	rb.config = &config;
	rb.blackout_from_ms = cw_clock_ms() - 100;
	write_record("{\"what\":\"step\",\"run\":1,\"step\":\"before.sessions\"}");
	assert_true(cw_runbook_left_ms(&rb) < 0);
	assert_false(cw_runbook_play(&rb, &err));
	assert_int_equal(err.code, 4210);
}

static void begin_inside(int64_t clock_ms, const char *boot)
{
	json_t *step = json_pack("{s:s, s:i, s:s, s:s, s:b, s:I, s:s}", "what", "step", "run", 1, "step",
				 "stop.door", "stage", "stop", "inside", 1, "clock_ms",
				 (json_int_t)clock_ms, "boot", boot);
	struct cw_err err;

	assert_true(cw_book_write(book, step, false, &err));
	open_again();
}

/* The wall clock says that the step began just now: it may have been set back meanwhile. */
static void a_conductor_started_again_counts_the_budget_by_the_clock_that_nobody_sets(void **state)
{
	struct cw_past past;
	char boot[CW_BOOT_BYTES];

	(void)state;
	cw_boot_name(boot);
	assert_int_not_equal(strlen(boot), 0);
	begin_inside(cw_clock_ms() - 100000, boot);
	cw_book_past(book, &past);
	assert_true(cw_runbook_refused_ms(&past) >= 100000 && cw_runbook_refused_ms(&past) < 3600000);
	past.blackout.wall_us += INT64_C(3600000000);
	assert_true(cw_runbook_refused_ms(&past) >= 100000 && cw_runbook_refused_ms(&past) < 3600000);
}

static void behind_a_boot_the_wall_clock_counts_and_one_that_was_set_back_leaves_nothing(void **state)
{
	struct cw_past past;

	(void)state;
	begin_inside(cw_clock_ms() - 100000, "another boot");
	cw_book_past(book, &past);
	assert_in_range(cw_runbook_refused_ms(&past), 0, 60000);
	past.blackout.wall_us -= INT64_C(200000000);
	assert_in_range(cw_runbook_refused_ms(&past), 200000, 260000);
	past.blackout.wall_us += INT64_C(3600000000);
	assert_true(cw_runbook_refused_ms(&past) >= 86400000);
}

static void write_step(const char *stage, int64_t clock_ms)
{
	char boot[CW_BOOT_BYTES];
	struct cw_err err;

	cw_boot_name(boot);
	assert_true(cw_book_write(book,
				  json_pack("{s:s, s:i, s:s, s:s, s:b, s:I, s:s}", "what", "step", "run", 1,
					    "step", "some", "stage", stage, "inside", 1, "clock_ms",
					    (json_int_t)clock_ms, "boot", boot),
				  false, &err));
}

static void what_a_person_took_is_known_to_a_conductor_started_again(void **state)
{
	int64_t now = cw_clock_ms();
	struct cw_past past;

	(void)state;
	write_step("stop", now - 100000);
	open_again();
	cw_book_past(book, &past);
	assert_int_equal(cw_runbook_held_ms(&past), 0);
	write_step("hold", now - 90000);
	write_step("hold", now - 50000); /* entered again by a conductor that was killed, too */
	open_again();
	cw_book_past(book, &past);
	assert_in_range(cw_runbook_held_ms(&past), 90000, 120000);
	write_step("admit", now - 20000);
	write_step("admit", now - 10000);
	open_again();
	cw_book_past(book, &past);
	assert_int_equal(cw_runbook_held_ms(&past), 70000);
}

/* ... and plays no further step. */
static void a_run_that_was_left_with_its_budget_spent_is_undone_whatever_the_wall_clock_says(void **state)
{
	struct cw_runbook rb = { .book = book, .run = 1, .budget_ms = 60000 };
	atomic_bool give_up = false, leave = false;
	pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
	struct cw_err err = { 0 };
	char boot[CW_BOOT_BYTES];

	(void)state;
	rb.give_up = &give_up;
	rb.leave = &leave;
	rb.door = &door;
	rb.config = &config;
	cw_boot_name(boot);
	begin_inside(cw_clock_ms() - 100000, boot);
	rb.book = book;
	assert_false(cw_runbook_play(&rb, &err));
	assert_int_equal(err.code, 4210);
}

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void *make_room(void *arg)
{
	cw_sleep_ms(150);
	limit_files(RLIM_INFINITY);
	return arg;
}

/* The keeper would shut the door again, and a conductor that is started again would cut over on. */
static void while_the_journal_cannot_say_so_nothing_is_undone_and_no_run_is_left_open(void **state)
{
	struct cw_runbook rb = { .book = book, .run = 1, .budget_ms = 5, .config = &config };
	atomic_bool give_up = false, leave = false;
	pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
	struct cw_err err = { 0 };
	const json_t *one, *before = NULL;
	struct cw_past past;
	struct stat journal;
	pthread_t thread;
	char path[96];
	json_t *records;
	size_t i, undone = 0;

	(void)state;
	rb.give_up = &give_up;
	rb.leave = &leave;
	rb.door = &door;
	rb.blackout_from_ms = cw_clock_ms() - 100;
	(void)snprintf(path, sizeof(path), "%s/journal", dir);
	assert_int_equal(stat(path, &journal), 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	limit_files((rlim_t)journal.st_size);
	assert_int_equal(pthread_create(&thread, NULL, make_room, NULL), 0);
	assert_false(cw_runbook_play(&rb, &err));
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(err.code, 4210);
	cw_book_past(book, &past);
	assert_true(past.undoing);
	assert_false(past.open);
	records = cw_book_all(book);
	json_array_foreach(records, i, one)
	{
		if (strcmp(json_string_value(json_object_get(one, "what")), "undone") == 0) {
			assert_string_equal(json_string_value(json_object_get(before, "what")),
					    "undo");
			undone++;
		}
		before = one;
	}
	assert_int_equal(undone, 3); /* the door, jobs, foreign keys */
	json_decref(records);
}

static void a_conductor_that_goes_on_behind_the_blackout_tells_how_long_that_was(void **state)
{
	struct cw_runbook rb = { .book = book, .run = 1, .config = &config };
	atomic_bool give_up = false, leave = false;
	pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
	struct cw_err err = { 0 };
	char boot[CW_BOOT_BYTES];
	json_t *records, *last;

	(void)state;
	rb.give_up = &give_up;
	rb.leave = &leave;
	rb.door = &door;
	cw_sides_start(&rb.sides, &config, "test");
	cw_boot_name(boot);
	begin_inside(cw_clock_ms(), boot);
	write_record("{\"what\":\"point of no return\",\"run\":1}");
	write_record("{\"what\":\"step\",\"run\":1,\"step\":\"admit.hook\",\"inside\":true}");
	write_record("{\"what\":\"step\",\"run\":1,\"step\":\"monitor.oracle\",\"inside\":false}");
	cw_sleep_ms(1500); /* nobody starts it */
	open_again();
	rb.book = book;
	assert_true(cw_runbook_play(&rb, &err)); /* with an alarm: there is no Oracle */
	records = cw_book_all(book);
	last = json_array_get(records, json_array_size(records) - 1);
	assert_string_equal(json_string_value(json_object_get(last, "what")), "end");
	assert_true(json_is_integer(json_object_get(last, "blackout_ms")));
	assert_in_range(json_integer_value(json_object_get(last, "blackout_ms")), 0, 1400);
	json_decref(records);
	cw_sides_stop(&rb.sides);
}

/* One that goes on in the middle of the gates has read nothing yet: no sequence is not every sequence. */
static void a_gate_that_needs_the_dictionary_reads_it(void **state)
{
	struct cw_runbook rb = { .book = book, .run = 1, .config = &config };
	struct cw_err err = { 0 };

	(void)state;
	cw_sides_start(&rb.sides, &config, "test");
	assert_false(cw_sequences_exist(&rb, &err));
	cw_sides_stop(&rb.sides);
}

/* Before the blackout and past the point of no return there is none to keep; a person's hold is not counted. */
static void the_budget_counts_from_the_first_refused_write_without_holds_up_to_the_point_of_no_return(void **state)
{
	struct cw_runbook rb = { .budget_ms = 1000 };

	(void)state;
	assert_true(cw_runbook_left_ms(&rb) >= 86400000);
	rb.blackout_from_ms = cw_clock_ms() - 500000;
	assert_true(cw_runbook_left_ms(&rb) <= -499000);
	rb.held_ms = 400000;
	assert_true(cw_runbook_left_ms(&rb) <= -99000 && cw_runbook_left_ms(&rb) > -399000);
	rb.past_ponr = true;
	assert_true(cw_runbook_left_ms(&rb) >= 86400000);
}

static void the_blackout_of_a_run_is_its_own_and_begins_with_a_step_that_is_done_inside_it(void **state)
{
	struct cw_past past;
	int64_t first;

	(void)state;
	write_record("{\"what\":\"undo\",\"run\":1,\"step\":\"stop.jobs\",\"inside\":true}");
	cw_book_past(book, &past);
	assert_int_equal(past.blackout.wall_us, 0);
	begin_inside(7, "boot");
	cw_book_past(book, &past);
	first = past.blackout.wall_us;
	assert_int_not_equal(first, 0);
	begin_inside(8, "another");
	cw_book_past(book, &past);
	assert_int_equal(past.blackout.wall_us, first);
	assert_int_equal(past.blackout.clock_ms, 7);
	assert_string_equal(past.blackout.boot, "boot");
	write_record("{\"what\":\"end\",\"run\":1,\"outcome\":\"undone\"}");
	write_record("{\"what\":\"begin\",\"run\":2,\"kind\":\"cutover\"}");
	cw_book_past(book, &past);
	assert_int_equal(past.blackout.wall_us, 0);
}

/* What the target cannot be told is not decided: no such record is written. */
static void a_record_that_must_reach_the_target_is_refused_without_it(void **state)
{
	struct cw_past past;
	struct cw_err err;

	(void)state;
	assert_false(
		cw_book_write(book, json_pack("{s:s}", "what", "point of no return"), true, &err));
	assert_int_equal(err.code, 4206);
	open_again();
	cw_book_past(book, &past);
	assert_false(past.past_ponr);
}

static void the_report_shows_each_step_and_how_it_ended(void **state)
{
	json_t *records, *report, *run, *step;

	(void)state;
	write_record("{\"what\":\"done\",\"run\":1,\"step\":\"stop.door\",\"ms\":1.5}");
	write_record("{\"what\":\"end\",\"run\":1,\"outcome\":\"done\",\"blackout_ms\":77}");
	records = cw_book_all(book);
	report = cw_report_make("x", records);
	run = json_array_get(json_object_get(report, "runs"), 0);
	assert_int_equal(json_integer_value(json_object_get(run, "blackout_ms")), 77);
	step = json_array_get(json_object_get(run, "steps"), 0);
	assert_string_equal(json_string_value(json_object_get(step, "state")), "done");
	json_decref(report);
	json_decref(records);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_run_that_was_cut_off_is_found_with_its_step),
		TEST(the_point_of_no_return_moves_the_applications_and_nothing_else_does),
		TEST(the_newest_fact_counts_and_is_kept),
		TEST(the_first_note_of_a_run_stays_and_another_run_has_its_own),
		TEST(a_run_whose_budget_is_spent_plays_no_further_step),
		TEST(a_conductor_started_again_counts_the_budget_by_the_clock_that_nobody_sets),
		TEST(what_a_person_took_is_known_to_a_conductor_started_again),
		TEST(behind_a_boot_the_wall_clock_counts_and_one_that_was_set_back_leaves_nothing),
		TEST(a_run_that_was_left_with_its_budget_spent_is_undone_whatever_the_wall_clock_says),
		TEST(the_budget_counts_from_the_first_refused_write_without_holds_up_to_the_point_of_no_return),
		TEST(the_blackout_of_a_run_is_its_own_and_begins_with_a_step_that_is_done_inside_it),
		TEST(while_the_journal_cannot_say_so_nothing_is_undone_and_no_run_is_left_open),
		TEST(a_conductor_that_goes_on_behind_the_blackout_tells_how_long_that_was),
		TEST(a_gate_that_needs_the_dictionary_reads_it),
		TEST(a_record_that_must_reach_the_target_is_refused_without_it),
		TEST(the_report_shows_each_step_and_how_it_ended),
	};

	return cmocka_run_group_tests_name("book", tests, NULL, NULL);
}
