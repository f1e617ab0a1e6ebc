/*
 * test_assemble.c - random histories, told twice
 *
 * A seeded generator plays transactions that interleave, undo parts of their
 * work (latest first, or in the order of a statement's rows), commit or roll
 * back, with SCNs that many share.  A plain model keeps what must come out;
 * the assembler, with memory for a few changes only, must say the same, with
 * the same bytes and in commit order.
 */
#include "endpoint/assemble.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OPEN_MAX    12
#define CHANGES_MAX 64
#define STEPS	    4000

static const struct cw_column columns[] = {
	{ .name = "ID", .ora_type = CW_ORA_NUMBER, .internal = 1, .key_position = 1 },
	{ .name = "V", .ora_type = CW_ORA_VARCHAR2, .internal = 2 },
};
static const struct cw_shape shapes[] = {
	{ .owner = "APP", .name = "A", .object_id = 10, .column_count = 2, .column = columns },
	{ .owner = "APP", .name = "B", .object_id = 11, .column_count = 2, .column = columns },
};
static const struct cw_shape *const shape[] = { &shapes[0], &shapes[1] };

static uint64_t dice;

static unsigned roll(unsigned sides)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(dice >> 33) % sides;
}

struct model_change {
	enum cw_change_kind op;
	uint32_t table;
	unsigned row, value;
	bool kept;
};

struct model_txn {
	bool open, ours;
	uint64_t xid, first_scn;
	unsigned count;
	struct model_change change[CHANGES_MAX];
};

/* What must come out, in order. */
struct expected {
	struct model_txn txn;
	struct cw_pos commit;
};

struct world {
	struct cw_assemble *assemble;
	struct model_txn txn[OPEN_MAX];
	struct expected *expected;
	unsigned expected_count, taken;
	uint64_t scn, block, sealed;
	uint32_t next_sequence;
	uint64_t rolled_back, undone;
};

static struct cw_pos place(struct world *world)
{
	if (roll(3) == 0)
		world->scn++;
	return (struct cw_pos){ .kind = CW_POS_ORACLE,
				.thread = 1,
				.history = { 7, 8 },
				.at = world->scn,
				.sequence = 1,
				.block = ++world->block };
}

static void put(struct world *world, const struct cw_event *event)
{
	struct cw_err err = { 0 };

	if (!cw_assemble_put(world->assemble, event, &err))
		fail_msg("%s", err.text);
}

static void put_change(struct world *world, struct model_txn *txn,
		       const struct model_change *change, bool compensation)
{
	static const enum cw_change_kind inverse[] = { CW_DELETE, CW_UPDATE, CW_INSERT };
	char rowid[24], text[64];
	uint8_t id[2] = { 0xc1, (uint8_t)(change->row + 2) };
	struct cw_value before[2] = { cw_value_set((struct cw_bytes){ id, 2 }),
				      { .state = CW_VALUE_UNLOGGED } };
	struct cw_value after[2] = { { .state = CW_VALUE_UNCHANGED }, { 0 } };
	struct cw_change of = { .kind = change->op, .shape = shape[change->table] };
	struct cw_event event = { .kind = CW_EVENT_CHANGE, .xid = txn->xid, .place = place(world) };

	(void)snprintf(rowid, sizeof(rowid), "AAAAAAAAAA%08u", change->row);
	(void)snprintf(text, sizeof(text), "value %u", change->value);
	after[1] = cw_value_set((struct cw_bytes){ (const uint8_t *)text, strlen(text) });
	of.before = (struct cw_row){ change->op == CW_INSERT ? 0 : 2, before };
	of.after = (struct cw_row){ change->op == CW_DELETE ? 0 : 2, after };
	event.op = compensation ? inverse[change->op] : change->op;
	event.compensation = compensation;
	event.table = change->table;
	event.rowid = rowid;
	event.change = compensation ? NULL : &of;
	put(world, &event);
	if (!txn->first_scn)
		txn->first_scn = event.place.at;
}

static void begin(struct world *world, struct model_txn *txn)
{
	*txn = (struct model_txn){ .open = true };
	txn->xid = (uint64_t)(txn - world->txn + 1) << 48 | (uint64_t)roll(3) << 32 |
		   ++world->next_sequence;
	if (roll(2) == 0) { /* the START row may come, be late or be missing */
		struct cw_event event = { .kind = CW_EVENT_START, .xid = txn->xid };

		event.place = place(world);
		put(world, &event);
		txn->first_scn = event.place.at;
	}
}

static void change_one(struct world *world, struct model_txn *txn)
{
	struct model_change *change = &txn->change[txn->count];

	if (txn->count == CHANGES_MAX)
		return;
	*change = (struct model_change){ .op = (enum cw_change_kind)roll(3),
					 .table = roll(2),
					 .row = roll(4),
					 .value = roll(100000),
					 .kept = true };
	put_change(world, txn, change, false);
	txn->count++;
}

/*
 * Undo the latest changes: one after the other, or, as an array insert is
 * undone, the first of them first.  A row's own changes are always undone
 * latest first.
 */
static void undo_some(struct world *world, struct model_txn *txn)
{
	unsigned count = txn->count ? 1 + roll(txn->count) : 0;
	unsigned first = txn->count - count;
	bool forward = roll(4) == 0;

	for (unsigned i = first; forward && i < txn->count; i++)
		for (unsigned k = i + 1; k < txn->count; k++)
			if (txn->change[i].row == txn->change[k].row)
				forward = false;
	for (unsigned i = 0; i < count; i++) {
		unsigned at = forward ? first + i : txn->count - 1 - i;

		put_change(world, txn, &txn->change[at], true);
		world->undone++;
	}
	txn->count = first;
}

static void end(struct world *world, struct model_txn *txn)
{
	struct cw_event event = { .kind = roll(4) ? CW_EVENT_COMMIT : CW_EVENT_ROLLBACK,
				  .xid = txn->xid };

	event.place = place(world);
	put(world, &event);
	txn->open = false;
	if (event.kind == CW_EVENT_ROLLBACK)
		world->rolled_back += txn->count || txn->ours;
	else if (txn->count || txn->ours)
		world->expected[world->expected_count++] = (struct expected){ *txn, event.place };
}

static void check_change(const struct model_change *wanted, const struct cw_change *got)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "value %u", wanted->value);
	assert_int_equal(got->kind, wanted->op);
	assert_ptr_equal(got->shape, shape[wanted->table]);
	assert_int_equal(atoi(got->rowid + 10), wanted->row);
	if (got->kind != CW_INSERT) {
		assert_int_equal(got->before.value[0].at[1], wanted->row + 2);
		assert_int_equal(got->before.value[1].state, CW_VALUE_UNLOGGED);
	}
	if (got->kind != CW_DELETE) {
		assert_int_equal(got->after.value[0].state, CW_VALUE_UNCHANGED);
		assert_int_equal(got->after.value[1].len, strlen(text));
		assert_memory_equal(got->after.value[1].at, text, strlen(text));
	}
}

static void drain(struct world *world)
{
	struct cw_txn_info info;
	struct cw_err err;

	world->sealed = world->scn - 1;
	cw_assemble_seal(world->assemble, world->sealed);
	while (cw_assemble_take(world->assemble, &info, &err)) {
		struct expected *wanted = &world->expected[world->taken++];
		struct cw_change change;

		assert_true(world->taken <= world->expected_count);
		assert_int_equal(cw_pos_compare(&info.commit, &wanted->commit), 0);
		assert_int_equal(info.change_count, wanted->txn.count);
		assert_int_equal(info.ours, wanted->txn.ours);
		assert_true(info.commit.at <= world->sealed);
		assert_true(info.commit.restart <= wanted->txn.first_scn || !wanted->txn.first_scn);
		for (unsigned i = 0; i < wanted->txn.count; i++) {
			assert_int_equal(cw_assemble_change(world->assemble, &change, &err),
					 CW_CHANGE_READY);
			check_change(&wanted->txn.change[i], &change);
		}
		assert_int_equal(cw_assemble_change(world->assemble, &change, &err), CW_CHANGE_END);
	}
	assert_int_equal(err.kind, CW_ERR_NONE);
	for (unsigned i = world->taken; i < world->expected_count; i++)
		assert_true(world->expected[i].commit.at > world->sealed);
	for (unsigned i = 0; i < OPEN_MAX; i++)
		if (world->txn[i].open && world->txn[i].count)
			assert_true(cw_assemble_restart(world->assemble) <=
				    world->txn[i].first_scn);
}

static void step(struct world *world)
{
	struct model_txn *txn = &world->txn[roll(OPEN_MAX)];
	struct cw_event mark = { .kind = CW_EVENT_CHANGE, .ours = true };

	if (!txn->open)
		begin(world, txn);
	switch (roll(12)) {
	case 0:
		undo_some(world, txn);
		break;
	case 1:
		end(world, txn);
		break;
	case 2:
		if (roll(20) != 0)
			break;
		txn->ours = true;
		mark.xid = txn->xid;
		mark.place = place(world);
		put(world, &mark);
		break;
	default:
		change_one(world, txn);
	}
	if (roll(200) == 0)
		drain(world);
}

static void play(unsigned seed, size_t memory_max)
{
	struct cw_assemble_config config = { .spill_dir = "spill_test",
					     .memory_max = memory_max,
					     .disk_max = 1u << 30,
					     .shape = shape,
					     .shape_count = 2 };
	struct world world = { .scn = 1000 };
	struct cw_assemble_counts counts;
	struct cw_err err = { 0 };

	dice = seed;
	world.expected = calloc(STEPS, sizeof(*world.expected));
	assert_true(cw_assemble_open(&config, &world.assemble, &err));
	for (unsigned i = 0; i < STEPS; i++)
		step(&world);
	world.scn++;
	drain(&world);
	assert_int_equal(world.taken, world.expected_count);
	assert_true(world.taken > 50);
	cw_assemble_count(world.assemble, &counts);
	assert_int_equal(counts.rolled_back, world.rolled_back);
	assert_int_equal(counts.undone, world.undone);
	if (memory_max < 65536)
		assert_true(counts.spilled_bytes > 0);
	cw_assemble_close(world.assemble);
	free(world.expected);
}

static void whole_transactions_leave_in_commit_order(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 30; seed++)
		play(seed, 1 << 20);
}

static void spilled_transactions_are_the_same(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 20; seed++)
		play(seed, 4096);
}

static struct cw_assemble *open_one(struct cw_pos applied)
{
	struct cw_assemble_config config = { .spill_dir = "spill_test",
					     .memory_max = 1 << 20,
					     .disk_max = 1u << 30,
					     .shape = shape,
					     .shape_count = 2,
					     .applied = applied };
	struct cw_assemble *assemble;
	struct cw_err err;

	assert_true(cw_assemble_open(&config, &assemble, &err));
	return assemble;
}

static struct cw_pos at_scn(uint64_t scn)
{
	return (struct cw_pos){ .kind = CW_POS_ORACLE, .thread = 1, .at = scn, .block = scn };
}

static uint32_t sequence = 1; /* of the XIDs told */

static void tell(struct cw_assemble *assemble, enum cw_event_kind kind, uint64_t slot, uint64_t scn,
		 bool compensation)
{
	uint8_t id[2] = { 0xc1, 2 };
	struct cw_value row[2] = { cw_value_set((struct cw_bytes){ id, 2 }),
				   { .state = CW_VALUE_NULL } };
	struct cw_change change = { .kind = CW_INSERT, .shape = shape[0], .after = { 2, row } };
	struct cw_event event = { .kind = kind,
				  .xid = slot << 48 | sequence,
				  .place = at_scn(scn),
				  .op = compensation ? CW_DELETE : CW_INSERT,
				  .compensation = compensation,
				  .rowid = "AAAAAAAAAAAAAAAAAA",
				  .change = compensation ? NULL : &change };
	struct cw_err err;

	assert_true(cw_assemble_put(assemble, &event, &err));
}

/* One that undid all it had done, and committed, may be read again, but only from its beginning. */
static void reading_begins_again_before_what_committed_with_nothing_left(void **state)
{
	struct cw_assemble *assemble = open_one((struct cw_pos){ .kind = CW_POS_NONE });
	struct cw_txn_info info;
	struct cw_err err;

	(void)state;
	tell(assemble, CW_EVENT_CHANGE, 1, 8, false);
	tell(assemble, CW_EVENT_CHANGE, 2, 10, false);
	tell(assemble, CW_EVENT_COMMIT, 1, 12, false);
	tell(assemble, CW_EVENT_CHANGE, 3, 15, false);
	tell(assemble, CW_EVENT_CHANGE, 2, 20, true);
	tell(assemble, CW_EVENT_COMMIT, 2, 30, false);
	tell(assemble, CW_EVENT_COMMIT, 3, 40, false);
	cw_assemble_seal(assemble, 50);
	assert_true(cw_assemble_take(assemble, &info, &err));
	assert_int_equal(info.commit.at, 12);
	assert_int_equal(info.commit.restart, 8);
	assert_true(cw_assemble_take(assemble, &info, &err));
	assert_int_equal(info.commit.at, 40);
	assert_true(cw_assemble_take(assemble, &info, &err) == false);
	cw_assemble_close(assemble);

	/* the same again, from behind the first commit */
	assemble = open_one(at_scn(12));
	tell(assemble, CW_EVENT_CHANGE, 2, 10, false);
	tell(assemble, CW_EVENT_CHANGE, 2, 20, true);
	tell(assemble, CW_EVENT_COMMIT, 2, 30, false);
	tell(assemble, CW_EVENT_CHANGE, 3, 35, false);
	tell(assemble, CW_EVENT_COMMIT, 3, 40, false);
	cw_assemble_seal(assemble, 50);
	assert_true(cw_assemble_take(assemble, &info, &err));
	assert_int_equal(info.commit.at, 40);
	assert_int_equal(info.commit.restart, 10);
	cw_assemble_close(assemble);
}

/* Of an instance that crashed, or of a session that was killed. */
static void a_transaction_without_changes_whose_end_never_comes_holds_nothing_back(void **state)
{
	struct cw_assemble *assemble = open_one((struct cw_pos){ .kind = CW_POS_NONE });
	struct cw_assemble_counts counts;

	(void)state;
	tell(assemble, CW_EVENT_START, 1, 8, false);
	tell(assemble, CW_EVENT_START, 2, 9, false);
	tell(assemble, CW_EVENT_CHANGE, 2, 10, false);
	tell(assemble, CW_EVENT_CHANGE, 2, 11, true);
	tell(assemble, CW_EVENT_CHANGE, 3, 12, false);
	cw_assemble_seal(assemble, 20);
	assert_int_equal(cw_assemble_restart(assemble), 8);
	sequence = 2; /* the places of the three in their undo segments are others' now */
	for (uint64_t slot = 1; slot <= 3; slot++)
		tell(assemble, CW_EVENT_START, slot, 30 + slot, false);
	cw_assemble_seal(assemble, 40);
	assert_int_equal(cw_assemble_restart(assemble), 12); /* what has a change is not given up */
	sequence = 1;
	tell(assemble, CW_EVENT_ROLLBACK, 3, 41, false);
	cw_assemble_seal(assemble, 50);
	assert_int_equal(cw_assemble_restart(assemble), 31);
	cw_assemble_count(assemble, &counts);
	assert_int_equal(counts.open, 3);
	cw_assemble_close(assemble);
}

/* One commit at each SCN of [@from, @to]. */
static void put_commits(struct world *world, uint64_t from, uint64_t to)
{
	struct model_change change = { .op = CW_INSERT };

	for (uint64_t scn = from; scn <= to; scn++) {
		struct model_txn txn = { .xid = scn };
		struct cw_event event = { .kind = CW_EVENT_COMMIT, .xid = scn };

		put_change(world, &txn, &change, false);
		event.place = at_scn(scn);
		put(world, &event);
	}
}

static void commits_that_were_applied_are_skipped(void **state)
{
	/* a mark, behind all of its SCN, and the place of the commit itself */
	struct cw_pos applied[] = { { .kind = CW_POS_ORACLE, .at = 50, .thread = UINT32_MAX },
				    at_scn(50) };
	struct cw_txn_info info;
	struct cw_err err;

	(void)state;
	for (size_t i = 0; i < CW_ARRAY_LEN(applied); i++) {
		struct world world = { .assemble = open_one(applied[i]), .scn = 1 };

		put_commits(&world, 49, 51);
		/* its history is all zeros, as at_scn() has it */
		cw_assemble_seal(world.assemble, 60);
		assert_true(cw_assemble_take(world.assemble, &info, &err));
		assert_int_equal(info.commit.at, 51);
		assert_false(cw_assemble_take(world.assemble, &info, &err));
		assert_int_equal(err.kind, CW_ERR_NONE);
		cw_assemble_close(world.assemble);
	}
}

static void a_commit_behind_one_that_was_handed_out_stops(void **state)
{
	struct cw_pos none = { 0 };
	struct world world = { .assemble = open_one(none), .scn = 1 };
	struct cw_txn_info info;
	struct cw_err err;

	(void)state;
	put_commits(&world, 51, 51);
	cw_assemble_seal(world.assemble, 60);
	assert_true(cw_assemble_take(world.assemble, &info, &err));
	put_commits(&world, 50, 50);
	assert_false(cw_assemble_take(world.assemble, &info, &err));
	assert_int_equal(err.code, 7402);
	cw_assemble_close(world.assemble);
}

static void a_rollback_of_an_unseen_change_stops_its_commit(void **state)
{
	struct world world = { .assemble = open_one((struct cw_pos){ 0 }), .scn = 1 };
	struct model_change change = { .op = CW_INSERT, .row = 3 }, other = { .op = CW_INSERT };
	struct model_txn txn = { .xid = 77 };
	struct cw_event event = { .kind = CW_EVENT_COMMIT, .xid = 77 };
	struct cw_txn_info info;
	struct cw_err err;

	(void)state;
	put_change(&world, &txn, &change, false);
	put_change(&world, &txn, &other, true);
	event.place = place(&world);
	put(&world, &event);
	cw_assemble_seal(world.assemble, 60);
	assert_false(cw_assemble_take(world.assemble, &info, &err));
	assert_int_equal(err.code, 7401);
	cw_assemble_close(world.assemble);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_transactions_leave_in_commit_order),
		cmocka_unit_test(spilled_transactions_are_the_same),
		cmocka_unit_test(
			a_transaction_without_changes_whose_end_never_comes_holds_nothing_back),
		cmocka_unit_test(reading_begins_again_before_what_committed_with_nothing_left),
		cmocka_unit_test(commits_that_were_applied_are_skipped),
		cmocka_unit_test(a_commit_behind_one_that_was_handed_out_stops),
		cmocka_unit_test(a_rollback_of_an_unseen_change_stops_its_commit),
	};

	return cmocka_run_group_tests_name("assemble", tests, NULL, NULL);
}
