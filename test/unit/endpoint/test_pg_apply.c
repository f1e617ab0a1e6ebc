/* test_pg_apply.c - load and apply against a PostgreSQL of their own */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above */
#include <cmocka.h>

#include "../scratch_pg.h"
#include "endpoint/pg_apply.h"
#include "endpoint/pg_load.h"
#include "pg_tables.h"
#include "schema/ddl.h"
#include "schema/own.h"

static struct cw_pg *pg;

static int start(void **state)
{
	struct cw_err err = { 0 };

	if (scratch_start(state) != 0)
		return -1;
	pg = scratch_open();
	if (!cw_own_make_pg(pg, "test", &err) || !cw_ddl_apply_tables(pg, &both, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return -1;
	}
	return 0;
}

static int stop(void **state)
{
	cw_pg_close(pg);
	return scratch_stop(state);
}

static int empty(void **state)
{
	(void)state;
	scratch_run(pg, "TRUNCATE shop.item, shop.note, causeway.progress");
	return 0;
}

static struct cw_target *open_of(const char *crossing)
{
	struct cw_pg_login login = scratch_login();
	struct cw_pg_apply_options options = { .crossing = crossing, .origin = crossing };
	struct cw_target *target = NULL;
	struct cw_err err = { 0 };

	if (!cw_pg_apply_open(&login, &options, &target, &err))
		fail_msg("%s", err.text);
	return target;
}

static struct cw_target *open_target(void)
{
	return open_of("test");
}

static void must(bool ok, const struct cw_err *err)
{
	if (!ok)
		fail_msg("%s [CW%u]", err->text, err->code);
}

static struct cw_pos at_scn(uint64_t scn)
{
	return (struct cw_pos){
		.kind = CW_POS_ORACLE, .thread = 1, .history = { 7, 1 }, .at = scn
	};
}

static struct cw_change change_of(enum cw_change_kind kind, const struct cw_table *table,
				  struct cw_row before, struct cw_row after)
{
	return (struct cw_change){
		.kind = kind, .shape = &table->shape, .before = before, .after = after
	};
}

static const struct cw_row none;

static void put_insert(struct cw_target *target, int64_t id, const char *name, const char *state)
{
	struct cw_value value[5];
	struct cw_change change =
		change_of(CW_INSERT, &item, none, item_row(value, id, name, state));
	struct cw_err err = { 0 };

	must(cw_target_write(target, &change, &err), &err);
}

/* an UPDATE as LogMiner tells it: whole before, after UNCHANGED where it is */
static void put_update(struct cw_target *target, int64_t id, const char *name, int64_t new_id,
		       const char *new_name)
{
	struct cw_value before[5], after[5];
	struct cw_change change = change_of(CW_UPDATE, &item, item_row(before, id, name, "new"),
					    item_row(after, new_id, new_name, "new"));
	struct cw_err err = { 0 };

	if (new_id == id)
		after[0] = (struct cw_value){ .state = CW_VALUE_UNCHANGED };
	after[3] = after[4] = (struct cw_value){ .state = CW_VALUE_UNCHANGED };
	must(cw_target_write(target, &change, &err), &err);
}

static void begin(struct cw_target *target)
{
	struct cw_err err = { 0 };

	must(cw_target_begin(target, &err), &err);
}

static void commit(struct cw_target *target, uint64_t scn)
{
	struct cw_pos pos = at_scn(scn);
	struct cw_err err = { 0 };

	must(cw_target_commit(target, &pos, &err), &err);
}

#define ALL_ITEMS                                                                                  \
	"SELECT string_agg(concat_ws(':', id, name, '[' || state || ']', at, token), ' ' "         \
	"ORDER BY id) FROM shop.item"
#define ITEM_NAMES "SELECT string_agg(id || name, ' ' ORDER BY id) FROM shop.item"

static void rows_of_a_load_are_there_as_oracle_had_them(void **state)
{
	struct cw_pg_login login = scratch_login();
	struct cw_pg_load *load;
	struct cw_value value[5];
	struct cw_row row;
	struct cw_err err = { 0 };
	uint64_t rows;
	char told[20];
	bool is_done;

	(void)state;
	must(cw_pg_load_open(&login, "test", &load, &err), &err);
	must(cw_pg_load_is_done(load, "ITEM/1", &is_done, told, sizeof(told), &err), &err);
	assert_false(is_done);
	must(cw_pg_load_begin(load, &item.shape, &err), &err);
	row = item_row(value, 1, "a  ", "x");
	must(cw_pg_load_row(load, &row, &err), &err);
	row = item_row(value, -12345678, NULL, NULL);
	must(cw_pg_load_row(load, &row, &err), &err);
	must(cw_pg_load_end(load, "ITEM/1", "2", &rows, &err), &err);
	assert_int_equal(rows, 2);
	assert_string_equal(scratch_ask(pg, ALL_ITEMS),
			    "-12345678:2026-01-31 23:59:59.123456:\\x01ff "
			    "1:a  :[x]:2026-01-31 23:59:59.123456:\\x01ff");
	must(cw_pg_load_is_done(load, "ITEM/1", &is_done, told, sizeof(told), &err), &err);
	assert_true(is_done);
	assert_string_equal(told, "2");
	cw_pg_load_close(load);
}

static void put_mark(const char *crossing)
{
	struct cw_pg_login login = scratch_login();
	struct cw_pg_load *load;
	struct cw_err err = { 0 };
	uint64_t rows;

	must(cw_pg_load_open(&login, crossing, &load, &err), &err);
	must(cw_pg_load_begin(load, &item.shape, &err), &err);
	must(cw_pg_load_end(load, "snapshot", crossing, &rows, &err), &err);
	cw_pg_load_close(load);
}

/* "shop_2" is no crossing of which "shop" is a part. */
static void a_crossing_that_begins_anew_leaves_what_another_has_loaded(void **state)
{
	static const struct cw_shape *const shapes[] = { &item.shape };
	struct cw_pg_login login = scratch_login();
	struct cw_pg_load *load;
	struct cw_err err = { 0 };
	char told[20];
	bool is_done;

	(void)state;
	put_mark("shop");
	put_mark("shop_2");
	must(cw_pg_load_open(&login, "shop", &load, &err), &err);
	must(cw_pg_load_reset(load, shapes, 1, &err), &err);
	must(cw_pg_load_is_done(load, "snapshot", &is_done, told, sizeof(told), &err), &err);
	assert_false(is_done);
	cw_pg_load_close(load);
	must(cw_pg_load_open(&login, "shop_2", &load, &err), &err);
	must(cw_pg_load_is_done(load, "snapshot", &is_done, told, sizeof(told), &err), &err);
	assert_true(is_done);
	assert_string_equal(told, "shop_2");
	cw_pg_load_close(load);
}

static void a_load_that_cannot_hold_a_value_names_row_and_column(void **state)
{
	struct cw_pg_login login = scratch_login();
	struct cw_pg_load *load;
	struct cw_value value[5];
	struct cw_row row = item_row(value, 77, "123456789012345678901", "x");
	struct cw_err err = { 0 };

	(void)state;
	must(cw_pg_load_open(&login, "test", &load, &err), &err);
	must(cw_pg_load_begin(load, &item.shape, &err), &err);
	assert_false(cw_pg_load_row(load, &row, &err));
	assert_int_equal(err.code, 2013);
	assert_non_null(strstr(err.text, "ID=77"));
	assert_non_null(strstr(err.text, "column NAME"));
	cw_pg_load_close(load);
}

static void changes_arrive_with_their_position(void **state)
{
	struct cw_target *target = open_target();
	struct cw_value value[5];
	struct cw_change change;
	struct cw_pos pos;
	struct cw_err err = { 0 };

	(void)state;
	must(cw_target_progress(target, &pos, &err), &err);
	assert_int_equal(pos.kind, CW_POS_NONE);
	begin(target);
	put_insert(target, 1, "one", "new");
	put_insert(target, 2, "two", "new");
	put_insert(target, 3, "three", "new");
	commit(target, 10);
	begin(target);
	put_update(target, 2, "two", 2, "deux");
	change = change_of(CW_DELETE, &item, item_row(value, 1, "one", "new"), none);
	must(cw_target_write(target, &change, &err), &err);
	commit(target, 11);
	assert_string_equal(scratch_ask(pg, ITEM_NAMES), "2deux 3three");
	must(cw_target_progress(target, &pos, &err), &err);
	assert_int_equal(pos.at, 11);
	begin(target); /* and it goes on after the question */
	put_insert(target, 4, "four", "new");
	commit(target, 12);
	cw_target_close(target);
	target = open_target();
	must(cw_target_progress(target, &pos, &err), &err);
	assert_int_equal(pos.at, 12);
	cw_target_close(target);
	assert_string_equal(scratch_ask(pg, "SELECT count(*) FROM causeway.progress"), "3");
}

static void one_of_equal_rows_without_a_key_is_changed(void **state)
{
	struct cw_target *target = open_target();
	struct cw_value before[2], after[2];
	struct cw_change change;
	struct cw_err err = { 0 };

	(void)state;
	begin(target);
	for (int i = 0; i < 3; i++) {
		change = change_of(CW_INSERT, &note, none, note_row(after, 5, NULL));
		must(cw_target_write(target, &change, &err), &err);
	}
	change = change_of(CW_UPDATE, &note, note_row(before, 5, NULL), note_row(after, 5, "x"));
	must(cw_target_write(target, &change, &err), &err);
	change = change_of(CW_DELETE, &note, note_row(before, 5, NULL), none);
	must(cw_target_write(target, &change, &err), &err);
	commit(target, 20);
	cw_target_close(target);
	assert_string_equal(scratch_ask(pg, "SELECT string_agg(concat(nr, '/', what), ' ' ORDER BY "
					    "what) FROM shop.note"),
			    "5/x 5/");
}

static void an_update_without_its_row_stops_and_leaves_nothing(void **state)
{
	struct cw_target *target = open_target();
	struct cw_pos pos = at_scn(30);
	struct cw_value before[5], after[5];
	struct cw_change change = change_of(CW_UPDATE, &item, item_row(before, 9, "x", "new"),
					    item_row(after, 9, "y", "old"));
	struct cw_err err = { 0 };

	(void)state;
	after[1] = (struct cw_value){ .state = CW_VALUE_UNCHANGED };
	begin(target);
	put_insert(target, 1, "one", "new");
	must(cw_target_write(target, &change, &err), &err);
	assert_false(cw_target_commit(target, &pos, &err));
	assert_int_equal(err.code, 5001);
	assert_int_equal(err.kind, CW_ERR_DATA);
	assert_non_null(strstr(err.text, "shop.item where ID=9"));
	cw_target_close(target);
	assert_string_equal(scratch_ask(pg, "SELECT count(*) FROM shop.item"), "0");
	assert_string_equal(scratch_ask(pg, "SELECT count(*) FROM causeway.progress"), "0");
}

static void a_conflicting_row_stops_and_leaves_nothing(void **state)
{
	struct cw_target *target = open_target();
	struct cw_pos pos = at_scn(31);
	struct cw_err err = { 0 };

	(void)state;
	scratch_run(pg, "INSERT INTO shop.item (id, name) VALUES (2, 'theirs')");
	begin(target);
	put_insert(target, 1, "one", "new");
	put_insert(target, 2, "ours", "new");
	assert_false(cw_target_commit(target, &pos, &err));
	assert_int_equal(err.code, 5003);
	assert_int_equal(err.kind, CW_ERR_DATA);
	assert_non_null(strstr(err.text, "shop.item, row ID=2"));
	cw_target_close(target);
	assert_string_equal(scratch_ask(pg, ITEM_NAMES), "2theirs");
}

static void keys_may_move_up_down_and_swap_in_one_statement(void **state)
{
	struct cw_target *target = open_target();

	(void)state;
	begin(target);
	for (int64_t id = 1; id <= 4; id++)
		put_insert(target, id, (const char *[]){ "a", "b", "c", "d" }[id - 1], "new");
	commit(target, 40);
	begin(target); /* SET id = id + 1, rows in rising order: each new key is still taken */
	put_update(target, 1, "a", 2, "a");
	put_update(target, 2, "b", 3, "b");
	put_update(target, 3, "c", 4, "c");
	put_update(target, 4, "d", 5, "d");
	put_insert(target, 1, "z", "new"); /* the statement is over: its place is free */
	commit(target, 41);
	assert_string_equal(scratch_ask(pg, ITEM_NAMES), "1z 2a 3b 4c 5d");
	begin(target); /* a swap of the primary key, then of a unique column */
	put_update(target, 2, "a", 3, "a");
	put_update(target, 3, "b", 2, "b");
	put_update(target, 4, "c", 4, "d");
	put_update(target, 5, "d", 5, "c");
	commit(target, 42);
	assert_string_equal(scratch_ask(pg, ITEM_NAMES), "1z 2b 3a 4d 5c");
	begin(target); /* the same row twice: the second time it is the one held back */
	put_update(target, 5, "c", 6, "c");
	put_update(target, 6, "c", 7, "c");
	commit(target, 43);
	cw_target_close(target);
	assert_string_equal(scratch_ask(pg, ITEM_NAMES), "1z 2b 3a 4d 7c");
}

static void a_thousand_changes_pass_the_window(void **state)
{
	struct cw_target *target = open_target();
	char name[20];

	(void)state;
	begin(target);
	for (int64_t id = 1; id <= 5000; id++) {
		(void)snprintf(name, sizeof(name), "n%d", (int)id);
		put_insert(target, id, name, "new");
	}
	commit(target, 50);
	for (uint64_t scn = 51; scn < 2100; scn++) { /* past a trim */
		begin(target);
		commit(target, scn);
	}
	cw_target_close(target);
	assert_string_equal(scratch_ask(pg, "SELECT count(*) FROM shop.item"), "5000");
	assert_string_equal(scratch_ask(pg, "SELECT max(position) FROM causeway.progress"),
			    "ora:7:1:2099:1:0.0.0:0");
	assert_true(atoi(scratch_ask(pg, "SELECT count(*) FROM causeway.progress")) < 1100);
}

static void put_delete(struct cw_target *target, int64_t id, const char *name)
{
	struct cw_value value[5];
	struct cw_change change =
		change_of(CW_DELETE, &item, item_row(value, id, name, "new"), none);
	struct cw_err err = { 0 };

	must(cw_target_write(target, &change, &err), &err);
}

/* Runs of every length about the number that go in together, and what touches them at once. */
static void rows_that_go_in_together_keep_their_place_among_the_others(void **state)
{
	struct cw_target *target = open_target();
	struct cw_value value[5];
	struct cw_change change;
	struct cw_err err = { 0 };
	char name[20], renamed[20];
	int64_t id = 0;

	(void)state;
	for (unsigned run = 1; run <= 40; run++) {
		begin(target);
		for (unsigned i = 0; i < run; i++) {
			(void)snprintf(name, sizeof(name), "n%d", (int)++id);
			put_insert(target, id, name, i % 2 ? "new" : NULL);
		}
		(void)snprintf(renamed, sizeof(renamed), "b%d", (int)id);
		put_update(target, id, name, id, renamed);
		put_delete(target, id, renamed);
		(void)snprintf(renamed, sizeof(renamed), "c%d", (int)id);
		put_insert(target, id, renamed, "new");
		change = change_of(CW_INSERT, &note, none, note_row(value, (int64_t)run, NULL));
		must(cw_target_write(target, &change, &err), &err);
		put_insert(target, ++id, NULL, "new");
		commit(target, 60 + run);
	}
	cw_target_close(target);
	assert_string_equal(scratch_ask(pg, "SELECT count(*) || ' ' || sum(id) FROM shop.item"),
			    "860 370230"); /* 1 + ... + 860 */
	assert_string_equal(scratch_ask(pg, "SELECT count(*) FROM shop.item WHERE name LIKE 'c%'"),
			    "40");
	assert_string_equal(scratch_ask(pg, "SELECT count(*) FROM shop.item WHERE name IS NULL"),
			    "40");
	assert_string_equal(scratch_ask(pg, "SELECT count(*) || ' ' || sum(nr) FROM shop.note"),
			    "40 820");
}

static void a_conflict_among_rows_that_go_in_together_is_named_and_leaves_nothing(void **state)
{
	struct cw_target *target = open_target();
	struct cw_pos pos = at_scn(31);
	struct cw_err err = { 0 };
	char name[20];

	(void)state;
	scratch_run(pg, "INSERT INTO shop.item (id, name) VALUES (70, 'theirs')");
	begin(target);
	for (int64_t id = 1; id <= 100; id++) {
		(void)snprintf(name, sizeof(name), "ours %d", (int)id);
		put_insert(target, id, name, "new");
	}
	assert_false(cw_target_commit(target, &pos, &err));
	assert_int_equal(err.code, 5003);
	assert_int_equal(err.kind, CW_ERR_DATA);
	assert_non_null(strstr(err.text, "shop.item, one of 16 rows from ID=65 on"));
	assert_non_null(strstr(err.text, "Key (id)=(70)"));
	cw_target_close(target);
	assert_string_equal(scratch_ask(pg, ITEM_NAMES), "70theirs");
}

static void who_opens_second_waits_for_the_first(void **state)
{
	struct cw_target *first = open_target(), *second;
	struct cw_pos pos;
	struct cw_err err = { 0 };

	(void)state;
	begin(first);
	put_insert(first, 1, "one", "new");
	cw_target_close(first); /* never committed */
	second = open_target();
	must(cw_target_progress(second, &pos, &err), &err);
	assert_int_equal(pos.kind, CW_POS_NONE);
	cw_target_close(second);
	assert_string_equal(scratch_ask(pg, "SELECT count(*) FROM shop.item"), "0");
}

static void each_crossing_follows_from_its_own_position(void **state)
{
	struct cw_target *shop = open_target(), *other = open_of("other");
	struct cw_pos pos;
	struct cw_err err = { 0 };

	(void)state;
	begin(shop);
	put_insert(shop, 1, "one", "new");
	commit(shop, 10);
	must(cw_target_progress(other, &pos, &err), &err);
	assert_int_equal(pos.kind, CW_POS_NONE);
	begin(other);
	put_insert(other, 2, "two", "new");
	commit(other, 7);
	must(cw_target_progress(shop, &pos, &err), &err);
	assert_int_equal(pos.at, 10);
	must(cw_target_progress(other, &pos, &err), &err);
	assert_int_equal(pos.at, 7);
	cw_target_close(shop);
	cw_target_close(other);
}

#define SCHEMAS "SELECT count(*) FROM pg_namespace WHERE nspname = 'causeway'"
#define ORIGINS "SELECT count(*) FROM pg_replication_origin WHERE roname = 'test'"

static void what_is_dropped_of_a_crossing_is_its_own_and_all_of_it_with_the_last(void **state)
{
	struct cw_target *target = open_target();
	struct cw_err err = { 0 };

	(void)state;
	begin(target);
	commit(target, 10);
	cw_target_close(target);
	must(cw_own_make_pg(pg, "test", &err) && cw_own_make_pg(pg, "other", &err), &err);
	must(cw_pg_apply_forget(pg, "test", &err) && cw_own_drop_pg(pg, "test", &err), &err);
	assert_string_equal(scratch_ask(pg, ORIGINS), "0");
	assert_string_equal(
		scratch_ask(pg, "SELECT string_agg(stream, ' ') FROM causeway.progress"),
		"crossing:other");
	must(cw_own_drop_pg(pg, "other", &err), &err);
	assert_string_equal(scratch_ask(pg, SCHEMAS), "0");
	must(cw_pg_apply_forget(pg, "test", &err) && cw_own_drop_pg(pg, "test", &err), &err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rows_of_a_load_are_there_as_oracle_had_them, empty),
		cmocka_unit_test_setup(a_load_that_cannot_hold_a_value_names_row_and_column, empty),
		cmocka_unit_test_setup(changes_arrive_with_their_position, empty),
		cmocka_unit_test_setup(one_of_equal_rows_without_a_key_is_changed, empty),
		cmocka_unit_test_setup(an_update_without_its_row_stops_and_leaves_nothing, empty),
		cmocka_unit_test_setup(a_conflicting_row_stops_and_leaves_nothing, empty),
		cmocka_unit_test_setup(keys_may_move_up_down_and_swap_in_one_statement, empty),
		cmocka_unit_test_setup(a_thousand_changes_pass_the_window, empty),
		cmocka_unit_test_setup(
			rows_that_go_in_together_keep_their_place_among_the_others, empty),
		cmocka_unit_test_setup(
			a_conflict_among_rows_that_go_in_together_is_named_and_leaves_nothing,
			empty),
		cmocka_unit_test_setup(who_opens_second_waits_for_the_first, empty),
		cmocka_unit_test_setup(a_crossing_that_begins_anew_leaves_what_another_has_loaded,
				       empty),
		cmocka_unit_test_setup(each_crossing_follows_from_its_own_position, empty),
		cmocka_unit_test_setup(
			what_is_dropped_of_a_crossing_is_its_own_and_all_of_it_with_the_last,
			empty), /* the last: it drops what the others need */
	};

	return cmocka_run_group_tests(tests, start, stop);
}
