/* test_pg_slot.c - what is committed comes out of the slot, whole and in order */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "../scratch_pg.h"
#include "codec/convert.h"
#include "endpoint/pg_apply.h"
#include "endpoint/pg_slot.h"
#include "pg_tables.h"
#include "schema/ddl.h"
#include "schema/own.h"

#include <pthread.h>

static struct cw_pg *pg;
static struct cw_pg_slot_options options = { .slot = "causeway_test",
					     .origin = "causeway_test_fwd",
					     .catalog = &both };

static void must(bool ok, const struct cw_err *err)
{
	if (!ok)
		fail_msg("%s [CW%u]", err->text, err->code);
}

static int start(void **state)
{
	struct cw_pg_login login = scratch_login();
	struct cw_err err = { 0 };
	bool made;

	if (scratch_start(state) != 0)
		return -1;
	pg = scratch_open();
	must(cw_own_make_pg(pg, "test", &err) && cw_ddl_apply_tables(pg, &both, &err), &err);
	must(cw_pg_slot_arm(&login, &options, &made, &err), &err);
	assert_true(made);
	must(cw_pg_slot_arm(&login, &options, &made, &err), &err);
	assert_false(made);
	return 0;
}

static int stop(void **state)
{
	cw_pg_close(pg);
	return scratch_stop(state);
}

static struct cw_source *open_slot(struct cw_pos from)
{
	struct cw_pg_login login = scratch_login();
	struct cw_source *source = NULL;
	struct cw_err err = { 0 };

	options.from = from;
	must(cw_pg_slot_open(&login, &options, &source, &err), &err);
	return source;
}

static struct cw_txn_info need_txn(struct cw_source *source)
{
	struct cw_txn_info info;
	struct cw_pos seen;
	struct cw_err err = { 0 };
	enum cw_next next = source->ops->next(source, 5000, &info, &seen, &err);

	if (next != CW_NEXT_TXN)
		fail_msg("next is %d: %s", next, err.text);
	return info;
}

static void need_end(struct cw_source *source)
{
	struct cw_change change;
	struct cw_err err = { 0 };

	assert_int_equal(source->ops->change(source, &change, &err), CW_CHANGE_END);
}

/* The next change as text: "I item ID=1 NAME='a'"; only the first two columns. */
static void need_change(struct cw_source *source, const char *wanted)
{
	static const char kinds[] = "IUDT";
	struct cw_change change;
	struct cw_err err = { 0 };
	char text[400], value[2][64];
	int used;

	if (source->ops->change(source, &change, &err) != CW_CHANGE_READY)
		fail_msg("no change: %s", err.text);
	used = snprintf(text, sizeof(text), "%c %s", kinds[change.kind], change.shape->pg_name);
	for (int side = 0; side < 2; side++) {
		const struct cw_row *row = side ? &change.after : &change.before;

		if (row->count == 0)
			continue;
		for (int i = 0; i < 2; i++)
			(void)cw_convert_show(&change.shape->column[i], row->value[i], true,
					      value[i], sizeof(value[i]));
		used += snprintf(text + used, sizeof(text) - (size_t)used, " %s %s,%s",
				 side ? "->" : "was", value[0], value[1]);
	}
	assert_string_equal(text, wanted);
}

static struct cw_pos wait_idle(struct cw_source *source)
{
	struct cw_txn_info info;
	struct cw_pos seen;
	struct cw_err err = { 0 };
	enum cw_next next = source->ops->next(source, 300, &info, &seen, &err);

	if (next != CW_NEXT_IDLE)
		fail_msg("next is %d: %s", next, err.text);
	return seen;
}

static void changes_come_whole_in_commit_order_and_once(void **state)
{
	struct cw_pos none = { 0 };
	struct cw_source *source = open_slot(none);
	struct cw_txn_info first, second;
	struct cw_err err = { 0 };

	(void)state;
	scratch_run(pg, "BEGIN; INSERT INTO shop.item VALUES (1, 'a', 'x', now(), '\\x01'); "
			"INSERT INTO shop.note VALUES (1.50, 'n'), (1.50, 'n'); COMMIT");
	scratch_run(pg, "BEGIN; UPDATE shop.item SET name = 'b'; UPDATE shop.item SET id = 2; "
			"UPDATE shop.note SET what = NULL WHERE ctid = '(0,1)'; "
			"DELETE FROM shop.note WHERE what IS NULL; DELETE FROM shop.item; COMMIT");
	scratch_run(pg, "BEGIN; INSERT INTO shop.item (id) VALUES (9); ROLLBACK");
	scratch_run(pg, "TRUNCATE shop.note, shop.item");
	first = need_txn(source);
	assert_false(first.ours);
	need_change(source, "I item -> 1,'a'");
	need_change(source, "I note -> 1.5,'n'");
	need_change(source, "I note -> 1.5,'n'");
	need_end(source);
	second = need_txn(source);
	assert_true(cw_pos_compare(&first.commit, &second.commit) < 0);
	need_change(source, "U item -> 1,'b'");
	need_change(source, "U item was 1,(absent) -> 2,'b'");
	need_change(source, "U note was 1.5,'n' -> 1.5,NULL");
	need_change(source, "D note was 1.5,NULL");
	need_change(source, "D item was 2,(absent)");
	need_end(source);
	(void)need_txn(source);
	need_change(source, "T note");
	need_change(source, "T item");
	need_end(source);
	must(source->ops->confirm(source, &first.commit, &err), &err);
	source->ops->close(source);
	source = open_slot(first.commit); /* after a crash: from what the target has */
	assert_int_equal(need_txn(source).commit.at, second.commit.at);
	source->ops->close(source);
	source = open_slot(none); /* confirmed is not given again */
	assert_int_equal(need_txn(source).commit.at, second.commit.at);
	source->ops->close(source);
}

static void what_forward_applied_is_ours_and_gives_rows_without_a_key_alone(void **state)
{
	struct cw_pg_login login = scratch_login();
	struct cw_pg_apply_options forward = { .crossing = "test", .origin = "causeway_test_fwd" };
	struct cw_pos pos = { .kind = CW_POS_ORACLE, .history = { 1, 1 }, .at = 77, .thread = 1 };
	struct cw_value value[5];
	struct cw_value note_value[2];
	struct cw_change change = { .kind = CW_INSERT, .shape = &item.shape };
	struct cw_change counted = { .kind = CW_INSERT, .shape = &note.shape };
	struct cw_source *source = open_slot((struct cw_pos){ 0 });
	struct cw_target *target;
	struct cw_txn_info info;
	struct cw_pos seen;
	struct cw_err err = { 0 };

	(void)state;
	must(cw_pg_apply_open(&login, &forward, &target, &err), &err);
	change.after = item_row(value, 5, "five", "new");
	counted.after = note_row(note_value, 5, "ours");
	must(cw_target_begin(target, &err) && cw_target_write(target, &change, &err) &&
		     cw_target_write(target, &counted, &err) &&
		     cw_target_commit(target, &pos, &err),
	     &err);
	cw_target_close(target);
	scratch_run(pg, "INSERT INTO shop.note VALUES (6, 'theirs')");
	do
		info = need_txn(source);
	while (!info.ours);			   /* what the test before left */
	need_change(source, "I note -> 5,'ours'"); /* item has a key, and needs no counting */
	need_end(source);
	info = need_txn(source);
	assert_false(info.ours);
	need_change(source, "I note -> 6,'theirs'");
	need_end(source);
	scratch_run(pg, "CREATE TABLE other (a int); INSERT INTO causeway.progress VALUES ('x', 1, "
			"'y', now())");
	seen = wait_idle(source);
	assert_true(seen.at >= info.commit.at);
	for (int i = 0; i < 20; i++) {
		char sql[120];

		(void)snprintf(sql, sizeof(sql),
			       "SELECT pg_current_wal_flush_lsn() - '0/0' <= %llu",
			       (unsigned long long)seen.at);
		if (strcmp(scratch_ask(pg, sql), "t") == 0)
			break;
		assert_int_not_equal(i, 19);
		seen = wait_idle(source);
	}
	must(source->ops->confirm(source, &seen, &err), &err);
	source->ops->close(source);
}

#define MANY	 100000 /* rows: more than lies in the buffers between */
#define SILENT_S 2

/* STOP is to the server's sending process what a million rows are that are not published. */
static void signal_sender(const char *signal)
{
	char script[80];

	(void)snprintf(script, sizeof(script), "kill -%s %s", signal,
		       scratch_ask(pg, "SELECT active_pid FROM pg_replication_slots "
				       "WHERE slot_name = 'causeway_test'"));
	assert_int_equal(scratch_shell(script), 0);
}

static void *wake_sender(void *unused)
{
	(void)sleep(SILENT_S);
	signal_sender("CONT");
	return unused;
}

static void *let_go(void *source)
{
	(void)sleep(SILENT_S);
	atomic_store(&((struct cw_source *)source)->let_go, true);
	return NULL;
}

/* The sender is silent from the second change on, until @end ends that; how does reading end? */
static enum cw_change_next read_silence(struct cw_source *source, void *(*end)(void *),
					unsigned *ret_count, struct cw_err *err)
{
	struct cw_change change;
	enum cw_change_next next;
	pthread_t thread;

	(void)need_txn(source);
	assert_int_equal(source->ops->change(source, &change, err), CW_CHANGE_READY);
	signal_sender("STOP");
	assert_int_equal(pthread_create(&thread, NULL, end, source), 0);
	for (*ret_count = 1;; (*ret_count)++)
		if ((next = source->ops->change(source, &change, err)) != CW_CHANGE_READY)
			break;
	(void)pthread_join(thread, NULL);
	return next;
}

static void a_silence_inside_a_transaction_is_waited_out_unless_nobody_wants_more(void **state)
{
	struct cw_source *source = open_slot((struct cw_pos){ 0 });
	struct cw_err err = { 0 };
	struct cw_pos seen;
	unsigned count;

	(void)state;
	(void)wait_idle(source);
	scratch_run(pg, "INSERT INTO shop.note SELECT 1, 'x' FROM generate_series(1, 100000)");
	assert_int_equal(read_silence(source, wake_sender, &count, &err), CW_CHANGE_END);
	assert_int_equal(count, MANY);
	source->ops->close(source);
	source = open_slot((struct cw_pos){ 0 });
	assert_int_equal(read_silence(source, let_go, &count, &err), CW_CHANGE_FAILED);
	assert_int_equal(err.code, 1202);
	assert_true(count < MANY);
	signal_sender("CONT");
	source->ops->close(source);
	scratch_run(pg, "TRUNCATE shop.note");
	source = open_slot((struct cw_pos){ 0 });
	(void)need_txn(source);
	(void)need_txn(source);
	seen = wait_idle(source);
	must(source->ops->confirm(source, &seen, &err), &err);
	source->ops->close(source);
}

static void a_table_that_was_altered_stops_the_stream(void **state)
{
	struct cw_source *source = open_slot((struct cw_pos){ 0 });
	struct cw_txn_info info;
	struct cw_pos seen;
	struct cw_change change;
	struct cw_err err = { 0 };
	enum cw_next next;

	(void)state;
	scratch_run(pg,
		    "ALTER TABLE shop.note ADD more int; INSERT INTO shop.note VALUES (1, 'x', 2)");
	next = source->ops->next(source, 5000, &info, &seen, &err);
	if (next == CW_NEXT_TXN)
		assert_int_equal(source->ops->change(source, &change, &err), CW_CHANGE_FAILED);
	assert_int_equal(err.code, 5203);
	source->ops->close(source);
	scratch_run(pg, "ALTER TABLE shop.note DROP more");
}

static void expect_refusal(const char *slot, uint64_t all_since, unsigned code, const char *word)
{
	struct cw_pg_slot_options other = options;
	struct cw_pg_login login = scratch_login();
	struct cw_source *source = NULL;
	struct cw_err err = { 0 };

	other.slot = slot;
	other.from = (struct cw_pos){ 0 };
	other.all_since = all_since;
	assert_false(cw_pg_slot_open(&login, &other, &source, &err));
	assert_int_equal(err.code, code);
	assert_non_null(strstr(err.text, word));
}

static uint64_t place_of(const char *slot)
{
	struct cw_pg_rows rows;
	struct cw_err err = { 0 };
	uint64_t at;

	must(cw_pg_query(pg,
			 "select (confirmed_flush_lsn - '0/0')::text from pg_replication_slots "
			 "where slot_name = $1",
			 1, &slot, CW_PG_AS_TEXT, &rows, &err),
	     &err);
	at = strtoull(cw_pg_text(&rows, 0, 0), NULL, 10);
	cw_pg_rows_free(&rows);
	return at;
}

static void a_slot_that_begins_behind_what_the_target_has_is_refused(void **state)
{
	uint64_t at = place_of(options.slot);
	struct cw_pg_slot_options own = options;
	struct cw_pg_login login = scratch_login();
	struct cw_source *source = NULL;
	struct cw_err err = { 0 };

	(void)state;
	expect_refusal(options.slot, at - 1, 5204, "made anew");
	own.from = (struct cw_pos){ 0 };
	own.all_since = at;
	must(cw_pg_slot_open(&login, &own, &source, &err), &err);
	source->ops->close(source);
}

static void a_slot_of_another_plugin_or_database_is_refused(void **state)
{
	struct cw_err err = { 0 };
	struct cw_pg_login login = scratch_login();
	struct cw_pg *other;
	char conninfo[1024];

	(void)state;
	must(cw_pg_run(pg,
		       "select pg_create_logical_replication_slot('cw_decoding', 'test_decoding')",
		       &err) &&
		     cw_pg_run(pg, "create database elsewhere", &err),
	     &err);
	expect_refusal("cw_decoding", 0, 5201, "plugin");
	(void)snprintf(conninfo, sizeof(conninfo), "%s dbname=elsewhere", login.conninfo);
	login.conninfo = conninfo;
	must(cw_pg_open(&login, &other, &err), &err);
	must(cw_pg_run(other,
		       "select pg_create_logical_replication_slot('cw_elsewhere', 'pgoutput')",
		       &err),
	     &err);
	cw_pg_close(other);
	expect_refusal("cw_elsewhere", 0, 5201, "database");
	must(cw_pg_run(pg,
		       "select pg_drop_replication_slot(slot_name) from pg_replication_slots "
		       "where slot_name in ('cw_decoding', 'cw_elsewhere')",
		       &err),
	     &err);
}

static void expect_unlike(const char *sql, unsigned code, const char *word)
{
	struct cw_pg_login login = scratch_login();
	struct cw_err err = { 0 };
	bool made;

	scratch_run(pg, sql);
	options.renew = false;
	expect_refusal(options.slot, 0, code, word);
	assert_false(cw_pg_slot_arm(&login, &options, &made, &err));
	assert_int_equal(err.code, code);
	options.renew = true;
	must(cw_pg_slot_arm(&login, &options, &made, &err), &err);
	assert_true(made);
	must(cw_pg_slot_publishes(pg, options.slot, &both, &err), &err);
}

static void
a_slot_that_gives_other_changes_is_refused_or_made_anew_while_it_is_not_needed(void **state)
{
	struct cw_pg_login login = scratch_login();
	struct cw_err err = { 0 };
	bool made;

	(void)state;
	expect_unlike("ALTER PUBLICATION causeway_test DROP TABLE shop.note", 5205, "shop.note");
	expect_unlike("CREATE TABLE public.more (a int); "
		      "ALTER PUBLICATION causeway_test ADD TABLE public.more",
		      5202, "public.more");
	expect_unlike("ALTER PUBLICATION causeway_test SET (publish = 'insert, update, delete')",
		      5205, "shop.item");
	expect_unlike("ALTER PUBLICATION causeway_test SET TABLE shop.note, "
		      "shop.item WHERE (id > 0)",
		      5205, "shop.item");
	expect_unlike("DROP PUBLICATION causeway_test", 5205, "shop.item");
	/* left over, without its slot */
	scratch_run(pg, "SELECT pg_drop_replication_slot('causeway_test'); "
			"ALTER PUBLICATION causeway_test SET TABLE public.more; "
			"ALTER TABLE shop.note REPLICA IDENTITY DEFAULT");
	options.renew = false;
	must(cw_pg_slot_arm(&login, &options, &made, &err), &err);
	assert_true(made);
	must(cw_pg_slot_publishes(pg, options.slot, &both, &err), &err);
	assert_string_equal(scratch_ask(pg, "SELECT relreplident FROM pg_class WHERE oid = "
					    "'shop.note'::regclass"),
			    "f");
}

static void a_slot_that_is_gone_is_told(void **state)
{
	struct cw_pg_login login = scratch_login();
	struct cw_source *source;
	struct cw_err err = { 0 };
	bool exists;

	(void)state;
	must(cw_pg_slot_drop(pg, options.slot, &err), &err);
	must(cw_pg_slot_exists(&login, options.slot, &exists, &err), &err);
	assert_false(exists);
	assert_string_equal(scratch_ask(pg, "SELECT count(*) FROM pg_publication"), "0");
	assert_string_equal(scratch_ask(pg, "SELECT relreplident FROM pg_class WHERE oid = "
					    "'shop.note'::regclass"),
			    "d");
	assert_false(cw_pg_slot_open(&login, &options, &source, &err));
	assert_int_equal(err.code, 5201);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_come_whole_in_commit_order_and_once),
		cmocka_unit_test(what_forward_applied_is_ours_and_gives_rows_without_a_key_alone),
		cmocka_unit_test(
			a_silence_inside_a_transaction_is_waited_out_unless_nobody_wants_more),
		cmocka_unit_test(a_table_that_was_altered_stops_the_stream),
		cmocka_unit_test(a_slot_that_begins_behind_what_the_target_has_is_refused),
		cmocka_unit_test(a_slot_of_another_plugin_or_database_is_refused),
		cmocka_unit_test(
			a_slot_that_gives_other_changes_is_refused_or_made_anew_while_it_is_not_needed),
		cmocka_unit_test(a_slot_that_is_gone_is_told),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
