/*
 * test_tally.c - running digests of tables without a key, of two logs that tell the same
 *
 * One tally is given Oracle's values, the other the same rows as PostgreSQL has
 * them; what is asked is what the two sums say about each other.
 */
#include "task/tally.h"

#include "../endpoint/pg_tables.h"
#include "codec/convert.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct cw_tally *ora, *pg;

static int begin(void **state)
{
	(void)state;
	ora = cw_tally_new(&both, false);
	pg = cw_tally_new(&both, true);
	cw_tally_restart(ora, 100);
	cw_tally_restart(pg, 5000);
	return 0;
}

static int end(void **state)
{
	(void)state;
	cw_tally_free(ora);
	cw_tally_free(pg);
	return 0;
}

/* The row as PostgreSQL has it. */
static struct cw_row to_pg(const struct cw_shape *shape, const struct cw_row *row,
			   struct cw_value *value, struct cw_wr *bytes)
{
	struct cw_err err = { 0 };
	int32_t len[5];

	cw_wr_reset(bytes);
	for (uint16_t i = 0; i < row->count; i++)
		assert_true(
			cw_convert_to_pg(&shape->column[i], row->value[i], bytes, &len[i], &err));
	for (size_t i = 0, at = 0; i < row->count; i++) {
		value[i] = (struct cw_value){ .state = CW_VALUE_NULL };
		if (len[i] < 0)
			continue;
		value[i] = cw_value_set((struct cw_bytes){ bytes->at0 + at, (size_t)len[i] });
		at += (size_t)len[i];
	}
	return (struct cw_row){ .count = row->count, .value = value };
}

/* One change of NOTE, given to both. */
static void change_both(enum cw_change_kind kind, struct cw_row before, struct cw_row after)
{
	struct cw_change change = { .kind = kind, .shape = &note.shape };
	struct cw_value old_value[5], new_value[5];
	struct cw_wr old_bytes = { 0 }, new_bytes = { 0 };

	change.before = before;
	change.after = after;
	cw_tally_change(ora, &change);
	if (before.count)
		change.before = to_pg(&note.shape, &before, old_value, &old_bytes);
	if (after.count)
		change.after = to_pg(&note.shape, &after, new_value, &new_bytes);
	cw_tally_change(pg, &change);
	cw_wr_release(&old_bytes);
	cw_wr_release(&new_bytes);
}

static json_t *at(struct cw_tally *tally, uint64_t place)
{
	json_t *reply = json_object();
	struct cw_err err = { 0 };

	assert_true(cw_tally_at(tally, place, reply, &err));
	return reply;
}

static bool same_tables(json_t *left, json_t *right)
{
	bool same = json_equal(json_object_get(left, "tables"), json_object_get(right, "tables"));

	json_decref(left);
	json_decref(right);
	return same;
}

static const struct cw_row none;

static void the_same_changes_move_both_sums_by_the_same(void **state)
{
	struct cw_value one[2], two[2], three[2];

	(void)state;
	change_both(CW_INSERT, none, note_row(one, 1, "one"));
	change_both(CW_INSERT, none, note_row(two, 2, NULL));
	cw_tally_commit(ora, 101);
	cw_tally_commit(pg, 5001);
	assert_true(same_tables(at(ora, 101), at(pg, 5001)));
	change_both(CW_UPDATE, note_row(one, 1, "one"), note_row(three, 10000, "drei"));
	change_both(CW_DELETE, note_row(two, 2, NULL), none);
	cw_tally_commit(ora, 102);
	cw_tally_commit(pg, 5002);
	assert_true(same_tables(at(ora, 102), at(pg, 5002)));
	assert_false(same_tables(at(ora, 101), at(pg, 5002)));
}

static void a_row_with_one_other_byte_is_seen(void **state)
{
	struct cw_value row[2];
	struct cw_change change = { .kind = CW_INSERT, .shape = &note.shape };

	(void)state;
	change_both(CW_INSERT, none, note_row(row, 7, "seven"));
	change.after = note_row(row, 8, "eight");
	cw_tally_change(ora, &change);
	cw_tally_commit(ora, 101);
	cw_tally_commit(pg, 5001);
	assert_false(same_tables(at(ora, 101), at(pg, 5001)));
}

static void a_row_and_its_removal_come_to_nothing(void **state)
{
	struct cw_value row[2];
	json_t *before = at(ora, 100);

	(void)state;
	change_both(CW_DELETE, note_row(row, 7, "seven"), none);
	change_both(CW_INSERT, none, note_row(row, 7, "seven"));
	cw_tally_commit(ora, 101);
	assert_true(same_tables(before, at(ora, 101)));
}

static void sums_are_told_as_they_were_at_a_place_that_was_passed(void **state)
{
	struct cw_value row[2];
	struct cw_err err = { 0 };
	json_t *first, *reply = json_object();

	(void)state;
	change_both(CW_INSERT, none, note_row(row, 1, "one"));
	cw_tally_commit(ora, 110);
	first = at(ora, 110);
	for (uint64_t i = 0; i < CW_TALLY_COMMITS - 1; i++) {
		change_both(CW_INSERT, none, note_row(row, (int64_t)i, "more"));
		cw_tally_commit(ora, 120 + i);
	}
	assert_true(same_tables(first, at(ora, 119)));
	change_both(CW_INSERT, none, note_row(row, 1, "one too many"));
	cw_tally_commit(ora, 9000);
	assert_false(cw_tally_at(ora, 119, reply, &err)); /* forgotten: never a guess */
	assert_int_equal(err.code, 4623);
	assert_false(cw_tally_at(ora, 99, reply, &err)); /* before it began */
	assert_int_equal(err.code, 4623);
	json_decref(reply);
}

static void what_an_update_left_as_it_was_is_taken_from_the_row_before(void **state)
{
	struct cw_value old_row[2], new_row[2];
	struct cw_change change = { .kind = CW_UPDATE, .shape = &note.shape };
	json_t *before = at(ora, 100);

	(void)state;
	change_both(CW_INSERT, none, note_row(old_row, 4, "same"));
	change.before = note_row(old_row, 4, "same");
	change.after = note_row(new_row, 5, NULL);
	new_row[1].state = CW_VALUE_UNCHANGED;
	cw_tally_change(ora, &change);
	change_both(CW_DELETE, note_row(old_row, 5, "same"), none);
	cw_tally_commit(ora, 101);
	assert_true(same_tables(before, at(ora, 101)));
}

static void what_does_not_add_up_begins_a_new_epoch(void **state)
{
	struct cw_value row[2];
	struct cw_change truncate = { .kind = CW_TRUNCATE, .shape = &note.shape };
	struct cw_change part = { .kind = CW_DELETE, .shape = &note.shape };
	json_t *was = at(ora, 100), *is;

	(void)state;
	cw_tally_change(ora, &truncate);
	cw_tally_commit(ora, 101);
	is = at(ora, 101);
	assert_false(json_equal(json_object_get(was, "epoch"), json_object_get(is, "epoch")));
	json_decref(was);
	part.before = note_row(row, 1, "one");
	row[1].state = CW_VALUE_UNLOGGED;
	cw_tally_change(ora, &part);
	cw_tally_commit(ora, 102);
	was = is;
	is = at(ora, 102);
	assert_false(json_equal(json_object_get(was, "epoch"), json_object_get(is, "epoch")));
	json_decref(was);
	json_decref(is);
}

static void tables_with_a_key_are_passed_over(void **state)
{
	struct cw_value row[5];
	struct cw_change change = { .kind = CW_INSERT, .shape = &item.shape };
	json_t *reply;

	(void)state;
	change.after = item_row(row, 1, "one", "new");
	cw_tally_change(ora, &change);
	cw_tally_commit(ora, 101);
	reply = at(ora, 101);
	assert_int_equal(json_array_size(json_object_get(reply, "tables")), 1);
	assert_int_equal(json_integer_value(json_object_get(
				 json_array_get(json_object_get(reply, "tables"), 0), "rows")),
			 0);
	json_decref(reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same_changes_move_both_sums_by_the_same, begin,
						end),
		cmocka_unit_test_setup_teardown(a_row_with_one_other_byte_is_seen, begin, end),
		cmocka_unit_test_setup_teardown(a_row_and_its_removal_come_to_nothing, begin, end),
		cmocka_unit_test_setup_teardown(
			sums_are_told_as_they_were_at_a_place_that_was_passed, begin, end),
		cmocka_unit_test_setup_teardown(
			what_an_update_left_as_it_was_is_taken_from_the_row_before, begin, end),
		cmocka_unit_test_setup_teardown(what_does_not_add_up_begins_a_new_epoch, begin,
						end),
		cmocka_unit_test_setup_teardown(tables_with_a_key_are_passed_over, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
