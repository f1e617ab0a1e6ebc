/*
 * test_target.c - what the conductor tells and asks a PostgreSQL that is there
 *
 * Both tasks are listeners of this process; there is no Oracle.
 */
#include "control/json.h"
#include "cutover/compare.h"
#include "cutover/roles.h"

#include "../scratch_pg.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char dir[64];
static struct cw_config config;
static struct cw_book *book;
static struct cw_control *control[2];
static const char *const task[] = { "forward", "reverse" };
static const char *keyless[2]; /* the table without a key that each tallies */
static int read_whole;	       /* comparisons that read such tables */

static bool on_verify(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	(void)owner, (void)err;
	read_whole += json_is_true(json_object_get(request, "keyless"));
	return json_object_update_new(reply,
				      json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:[]}",
						"rows_compared", 1, "rows_different", 0, "keyless",
						1, "scn", 7, "lsn", 8, "ms", 1, "tables")) == 0;
}

static bool on_tally(void *owner, json_t *request, json_t *reply, struct cw_err *err)
{
	const char *const *table = owner;

	(void)request, (void)err;
	return json_object_update_new(reply, json_pack("{s:s, s:[{s:s, s:i, s:s, s:s}]}", "epoch",
						       "1", "tables", "table", *table, "rows", 5,
						       "low", "1f", "high", "0")) == 0;
}

static const struct cw_control_verb verbs[] = { { "verify", on_verify },
						{ "tally", on_tally },
						{ NULL, NULL } };

static void path_of(const char *name, char ret[96])
{
	(void)snprintf(ret, 96, "%s/%s", dir, name);
}

static int set_up(void **state)
{
	char text[512], path[96], name[24];
	struct cw_err err;
	int len;

	(void)state;
	strcpy(dir, "/tmp/cw_target.XXXXXX");
	assert_non_null(mkdtemp(dir));
	len = snprintf(text, sizeof(text),
		       "crossing: x\nsource: {host: h, service: s, user: u, password: env:X, "
		       "schemas: [S]}\ntarget: {conninfo: '%s', "
		       "application_roles: [app_dropped, app_kept]}\n",
		       scratch_conninfo);
	assert_true(cw_config_parse(dir, "test",
				    (struct cw_bytes){ (const uint8_t *)text, (size_t)len },
				    &config, &err));
	assert_true(cw_book_open(&config, NULL, NULL, &book, &err));
	for (unsigned i = 0; i < 2; i++) {
		(void)snprintf(name, sizeof(name), "%s.sock", task[i]);
		path_of(name, path);
		assert_true(cw_control_listen(path, verbs, &keyless[i], &control[i], &err));
	}
	return 0;
}

static int tear_down(void **state)
{
	struct cw_pg *pg = scratch_open();
	char path[96];

	(void)state;
	scratch_run(pg, "drop schema if exists causeway cascade");
	cw_pg_close(pg);
	cw_control_close(control[0]);
	cw_control_close(control[1]);
	cw_book_close(book);
	cw_config_release(&config);
	path_of("journal", path);
	(void)unlink(path);
	return rmdir(dir);
}

/* How many comparisons read tables without a key, of a whole one and two behind it. */
static int whole_reads(const char *of_forward, const char *of_reverse)
{
	atomic_bool give_up = false, leave = false;
	struct cw_runbook rb = {
		.config = &config, .book = book, .run = 1, .give_up = &give_up, .leave = &leave
	};
	struct cw_err err = { 0 };

	keyless[0] = of_forward;
	keyless[1] = of_reverse;
	read_whole = 0;
	cw_sides_start(&rb.sides, &config, "test");
	assert_true(cw_compare(&rb, "forward", "full", NULL, &err));
	assert_true(cw_compare(&rb, "forward", "delta", NULL, &err));
	assert_true(cw_compare(&rb, "forward", "delta", NULL, &err));
	cw_sides_stop(&rb.sides);
	return read_whole;
}

static void tables_without_a_key_that_add_up_as_before_are_not_read_again(void **state)
{
	(void)state;
	assert_int_equal(whole_reads("S.LOG", "S.LOG"), 1);
}

/* One was started again over another list of tables: that nothing is told twice is no proof. */
static void tasks_that_do_not_add_up_the_same_tables_prove_none_equal(void **state)
{
	(void)state;
	assert_int_equal(whole_reads("S.LOG", "S.AUDIT"), 3);
}

static void write_record(void)
{
	struct cw_err err;

	assert_true(cw_book_write(book, json_pack("{s:s}", "what", "conductor"), false, &err));
}

/* Its commits are flushed a moment later; what a crash takes along is the last of them. */
static void records_that_a_crash_of_the_target_took_along_are_told_again(void **state)
{
	struct cw_pg *pg = scratch_open();
	struct cw_err err;

	(void)state;
	for (int i = 0; i < 5; i++)
		write_record();
	assert_string_equal(scratch_ask(pg, "select count(*) from causeway.journal"), "5");
	scratch_run(pg, "delete from causeway.journal where seq > 3");
	scratch_run(pg, "select pg_terminate_backend(pid, 5000) from pg_stat_activity where "
			"application_name = 'causeway journal'");
	write_record(); /* finds the session gone */
	assert_true(cw_book_mirror(book, &err));
	assert_string_equal(
		scratch_ask(pg,
			    "select string_agg(seq::text, ' ' order by seq) from causeway.journal"),
		"1 2 3 4 5 6");
	cw_pg_close(pg);
}

static void a_role_that_was_dropped_meanwhile_keeps_no_other_out(void **state)
{
	static const char open[] = "select string_agg(rolname, ' ') from pg_roles where rolcanlogin "
				   "and rolname like 'app%'";
	atomic_bool give_up = false, leave = false;
	struct cw_runbook rb = {
		.config = &config, .book = book, .run = 1, .give_up = &give_up, .leave = &leave
	};
	struct cw_pg *pg = scratch_open();
	struct cw_err err = { 0 };

	(void)state;
	scratch_run(pg, "create role app_dropped login");
	scratch_run(pg, "create role app_kept login");
	cw_sides_start(&rb.sides, &config, "test");
	assert_true(cw_roles_shut(&rb, &err));
	assert_string_equal(scratch_ask(pg, open), "");
	scratch_run(pg, "drop role app_dropped");
	assert_true(cw_roles_undo_shut(&rb, &err));
	assert_string_equal(scratch_ask(pg, open), "app_kept");
	scratch_run(pg, "alter role app_kept nologin");
	assert_true(cw_roles_admit(&rb, &err));
	assert_string_equal(scratch_ask(pg, open), "app_kept");
	assert_false(cw_roles_are_admitted(&rb, &err));
	assert_int_equal(err.code, 4230);
	cw_sides_stop(&rb.sides);
	scratch_run(pg, "drop role app_kept");
	cw_pg_close(pg);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tables_without_a_key_that_add_up_as_before_are_not_read_again),
		TEST(tasks_that_do_not_add_up_the_same_tables_prove_none_equal),
		TEST(a_role_that_was_dropped_meanwhile_keeps_no_other_out),
		TEST(records_that_a_crash_of_the_target_took_along_are_told_again),
	};

	return cmocka_run_group_tests_name("target", tests, scratch_start, scratch_stop);
}
