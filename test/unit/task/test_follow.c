/*
 * test_follow.c - the engine between a source and a target that live in memory
 *
 * The source gives numbered transactions from a list, from after the place it
 * is opened at; the target keeps what was committed, and may fail on purpose.
 * What is asked each time: every transaction exactly once, in order.
 */
#include "task/follow.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#define TXNS 400

static const struct cw_column column = { .name = "ID", .ora_type = CW_ORA_NUMBER };
static struct cw_table table = {
	.shape = { .owner = "APP", .name = "T", .column_count = 1, .column = &column }
};
static struct cw_table *tables[] = { &table };
static const struct cw_catalog catalog = { .table_count = 1, .table = tables };

/* Transaction n commits at place n * 10 and has n % 7 changes, each with the number n. */
struct world {
	_Atomic uint64_t written; /* transactions that the source has */
	uint64_t foreign_from;	  /* transactions below are ours; 0: none is */
	bool is_busy;		  /* it is never idle: somebody always writes */
	atomic_bool is_silent;	  /* nothing comes, and it is not known whether more shares the last place */
	_Atomic uint64_t idle_at; /* what it says when idle, whatever it gave before; 0: where it is */
	/* the target's disk */
	uint64_t committed[TXNS * 8];
	size_t committed_count;
	struct cw_pos progress;
	unsigned fail_commits, fail_writes, opened;
	atomic_uint quiets;
};

struct fake_source {
	struct cw_source source;
	struct world *world;
	uint64_t next, left, number;
	uint8_t bytes[8];
	struct cw_value value;
};

struct fake_target {
	struct cw_target target;
	struct world *world;
	uint64_t pending[TXNS * 8];
	size_t pending_count;
};

static enum cw_next fake_next(struct cw_source *source, int wait_ms, struct cw_txn_info *ret,
			      struct cw_pos *seen, struct cw_err *err)
{
	struct fake_source *fake = (struct fake_source *)source;

	(void)wait_ms, (void)err;
	if (fake->next > fake->world->written && fake->world->is_busy) {
		cw_sleep_ms(1);
		fake->world->written++;
	}
	while (fake->next > fake->world->written && fake->world->is_silent)
		cw_sleep_ms(1);
	if (fake->next > fake->world->written && fake->world->idle_at) {
		cw_sleep_ms(1);
		*seen = (struct cw_pos){ .kind = CW_POS_ORACLE, .at = fake->world->idle_at };
		return CW_NEXT_IDLE;
	}
	if (fake->next > fake->world->written) {
		cw_sleep_ms(1);
		*seen = (struct cw_pos){ .kind = CW_POS_ORACLE, .at = (fake->next - 1) * 10 + 5 };
		return CW_NEXT_IDLE;
	}
	fake->number = fake->next++;
	fake->left = fake->number % 7;
	*ret = (struct cw_txn_info){ .commit = { .kind = CW_POS_ORACLE, .at = fake->number * 10 } };
	ret->ours = fake->number < fake->world->foreign_from;
	return CW_NEXT_TXN;
}

static enum cw_change_next fake_change(struct cw_source *source, struct cw_change *ret,
				       struct cw_err *err)
{
	struct fake_source *fake = (struct fake_source *)source;

	(void)err;
	if (fake->left == 0)
		return CW_CHANGE_END;
	fake->left--;
	memcpy(fake->bytes, &fake->number, 8);
	fake->value = cw_value_set((struct cw_bytes){ fake->bytes, 8 });
	*ret = (struct cw_change){ .kind = CW_INSERT, .shape = &table.shape };
	ret->after = (struct cw_row){ 1, &fake->value };
	return CW_CHANGE_READY;
}

static bool fake_confirm(struct cw_source *source, const struct cw_pos *pos, struct cw_err *err)
{
	(void)source, (void)pos, (void)err;
	return true;
}

static void fake_close(struct cw_source *source)
{
	free(source);
}

static const struct cw_source_ops source_ops = { "fake", fake_next, fake_change, fake_confirm,
						 fake_close };

static bool open_source(void *owner, const struct cw_pos *from, struct cw_source **ret,
			struct cw_err *err)
{
	struct fake_source *fake = calloc(1, sizeof(*fake));

	(void)err;
	fake->source.ops = &source_ops;
	fake->world = owner;
	fake->next = from->at / 10 + 1;
	*ret = &fake->source;
	return true;
}

static bool fake_progress(struct cw_target *target, struct cw_pos *ret, struct cw_err *err)
{
	(void)err;
	*ret = ((struct fake_target *)target)->world->progress;
	return true;
}

static bool fake_begin(struct cw_target *target, struct cw_err *err)
{
	(void)err;
	((struct fake_target *)target)->pending_count = 0;
	return true;
}

static bool fake_write(struct cw_target *target, const struct cw_change *change, struct cw_err *err)
{
	struct fake_target *fake = (struct fake_target *)target;
	uint64_t number;

	if (fake->world->fail_writes && rand() % 50 == 0 && fake->world->fail_writes--)
		return cw_fail(err, CW_ERR_RETRY, 8001, "the link was cut");
	memcpy(&number, change->after.value[0].at, 8);
	fake->pending[fake->pending_count++] = number;
	return true;
}

/* A commit that fails may have happened: the answer was lost. */
static bool fake_commit(struct cw_target *target, const struct cw_pos *pos, struct cw_err *err)
{
	struct fake_target *fake = (struct fake_target *)target;
	struct world *world = fake->world;
	bool fails = world->fail_commits && rand() % 10 == 0;

	if (fails) {
		world->fail_commits--;
		if (rand() % 2)
			return cw_fail(err, CW_ERR_RETRY, 8001, "the link was cut");
	}
	memcpy(world->committed + world->committed_count, fake->pending,
	       fake->pending_count * sizeof(*fake->pending));
	world->committed_count += fake->pending_count;
	world->progress = *pos;
	return fails ? cw_fail(err, CW_ERR_RETRY, 8001, "the answer was lost") : true;
}

static void fake_close_target(struct cw_target *target)
{
	free(target);
}

static const struct cw_target_ops target_ops = { "fake",     fake_progress, fake_begin,
						 fake_write, fake_commit,   fake_close_target };

static bool open_target(void *owner, struct cw_target **ret, struct cw_err *err)
{
	struct fake_target *fake = calloc(1, sizeof(*fake));

	(void)err;
	fake->target.ops = &target_ops;
	fake->world = owner;
	fake->world->opened++;
	*ret = &fake->target;
	return true;
}

static void quiet(void *owner, const struct cw_pos *seen)
{
	struct world *world = owner;

	assert_true(world->progress.at <= seen->at);
	atomic_fetch_add(&world->quiets, 1);
}

static const struct cw_follow_ops ops = {
	.name = "test", .open_source = open_source, .open_target = open_target, .quiet = quiet
};

static void *run(void *arg)
{
	struct cw_err err;

	assert_true(cw_follow_run(arg, &err));
	return NULL;
}

static void stop(struct cw_follow *follow, pthread_t thread)
{
	cw_follow_stop(follow);
	(void)pthread_join(thread, NULL);
	cw_follow_free(follow);
}

/* Each of @from to @to exactly once, in order. */
static void check(const struct world *world, uint64_t from, uint64_t to)
{
	size_t at = 0;

	for (uint64_t n = from; n <= to; n++)
		for (uint64_t i = 0; i < n % 7; i++)
			assert_int_equal(world->committed[at++], n);
	assert_int_equal(at, world->committed_count);
}

static struct world *new_world(void)
{
	struct world *world = calloc(1, sizeof(*world));

	world->progress.kind = CW_POS_ORACLE;
	return world;
}

static void every_transaction_arrives_once_whatever_is_cut(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 3; seed++) {
		struct world *world = new_world();
		struct cw_follow *follow = cw_follow_new(&ops, world, &catalog, CW_FOLLOW_APPLY);
		struct cw_err err;
		pthread_t thread;

		srand(seed);
		world->fail_commits = 2;
		world->fail_writes = 2;
		assert_int_equal(pthread_create(&thread, NULL, run, follow), 0);
		for (uint64_t n = 1; n <= TXNS; n++) {
			world->written = n;
			if (n % 40 == 0)
				cw_sleep_ms(5);
		}
		assert_true(cw_follow_reach(follow, TXNS * 10, false, 20000, &err));
		stop(follow, thread);
		check(world, 1, TXNS);
		assert_true(atomic_load(&world->quiets) > 0);
		free(world);
	}
}

static void what_was_only_watched_is_applied_later(void **state)
{
	struct world *world = new_world();
	struct cw_follow *follow = cw_follow_new(&ops, world, &catalog, CW_FOLLOW_WATCH);
	struct cw_follow_status status;
	struct cw_err err;
	pthread_t thread;

	(void)state;
	world->foreign_from = 101;
	world->written = 100;
	assert_int_equal(pthread_create(&thread, NULL, run, follow), 0);
	assert_true(cw_follow_reach(follow, 1000, false, 5000, &err));
	cw_follow_status(follow, &status);
	assert_int_equal(status.foreign, 0);
	assert_int_equal(status.ours, 100);
	world->written = 150;
	assert_true(cw_follow_reach(follow, 1500, false, 5000, &err));
	cw_follow_status(follow, &status);
	assert_int_equal(status.foreign, 50);
	assert_int_equal(world->committed_count, 0);
	assert_true(cw_follow_set_mode(follow, CW_FOLLOW_APPLY, 0, &err));
	world->written = 200;
	assert_true(cw_follow_reach(follow, 2000, false, 5000, &err));
	stop(follow, thread);
	check(world, 101, 200);
	free(world);
}

static void who_waits_for_a_mark_finds_it_in_the_target(void **state)
{
	struct world *world = new_world();
	struct cw_follow *follow = cw_follow_new(&ops, world, &catalog, CW_FOLLOW_APPLY);
	struct cw_err err;
	pthread_t thread;

	(void)state;
	world->foreign_from = 101; /* all are ours: nothing is applied */
	world->written = 50;
	assert_int_equal(pthread_create(&thread, NULL, run, follow), 0);
	assert_true(cw_follow_reach(follow, 500, false, 5000, &err));
	assert_true(cw_follow_reach(follow, 500, true, 5000, &err));
	assert_true(world->progress.at >= 500);
	stop(follow, thread);
	assert_int_equal(world->committed_count, 0);
	free(world);
}

static void a_place_is_reached_though_the_source_is_never_idle(void **state)
{
	struct world *world = new_world();
	struct cw_follow *follow = cw_follow_new(&ops, world, &catalog, CW_FOLLOW_WATCH);
	struct cw_err err;
	pthread_t thread;

	(void)state;
	world->foreign_from = UINT64_MAX;
	world->is_busy = true;
	assert_int_equal(pthread_create(&thread, NULL, run, follow), 0);
	assert_true(cw_follow_reach(follow, 500, false, 5000, &err));
	stop(follow, thread);
	assert_int_equal(atomic_load(&world->quiets), 0);
	free(world);
}

static void what_lies_at_the_floor_or_below_is_left_out(void **state)
{
	struct world *world = new_world();
	struct cw_follow *follow = cw_follow_new(&ops, world, &catalog, CW_FOLLOW_WATCH);
	struct cw_err err;
	pthread_t thread;

	(void)state;
	world->written = 50;
	assert_int_equal(pthread_create(&thread, NULL, run, follow), 0);
	assert_true(cw_follow_reach(follow, 500, false, 5000, &err));
	assert_true(cw_follow_set_mode(follow, CW_FOLLOW_APPLY, 310, &err));
	assert_true(cw_follow_reach(follow, 500, false, 5000, &err));
	world->written = 60;
	assert_true(cw_follow_reach(follow, 600, false, 5000, &err));
	stop(follow, thread);
	check(world, 32, 60); /* 310 is the place of 31 */
	free(world);
}

/* Two transactions may share an SCN: one that came is not all there is of its place. */
static void a_place_is_not_reached_before_the_source_has_no_more_of_it(void **state)
{
	(void)state;
	for (int ours = 0; ours < 2; ours++) {
		struct world *world = new_world();
		struct cw_follow *follow = cw_follow_new(&ops, world, &catalog, CW_FOLLOW_APPLY);
		struct cw_follow_status status = { 0 };
		struct cw_err err;
		pthread_t thread;

		world->foreign_from = ours ? UINT64_MAX : 0;
		world->is_silent = true;
		world->written = 1;
		assert_int_equal(pthread_create(&thread, NULL, run, follow), 0);
		assert_true(cw_follow_reach(follow, 9, false, 20000, &err));
		cw_follow_status(follow, &status);
		assert_int_equal(status.ours, ours);
		assert_int_equal(world->committed_count, !ours);
		assert_false(cw_follow_reach(follow, 10, false, 100, &err));
		assert_int_equal(err.code, 4601);
		world->is_silent = false;
		assert_true(cw_follow_reach(follow, 10, false, 20000, &err));
		stop(follow, thread);
		free(world);
	}
}

/* After a restart a source comes by places that were passed before. */
static void progress_never_goes_back(void **state)
{
	struct world *world = new_world();
	struct cw_follow *follow = cw_follow_new(&ops, world, &catalog, CW_FOLLOW_APPLY);
	struct cw_follow_status status;
	struct cw_err err;
	pthread_t thread;
	uint64_t at;

	(void)state;
	world->written = 50;
	assert_int_equal(pthread_create(&thread, NULL, run, follow), 0);
	assert_true(cw_follow_reach(follow, 505, true, 20000, &err)); /* where it is idle */
	at = world->progress.at;
	world->idle_at = 100;
	assert_false(cw_follow_reach(follow, 10000, true, 100, &err)); /* who waits has it marked */
	assert_int_equal(world->progress.at, at);
	cw_follow_status(follow, &status);
	assert_true(status.done_at >= 500 && status.seen.at >= 500);
	world->idle_at = 0;
	world->written = 60;
	assert_true(cw_follow_reach(follow, 600, true, 20000, &err));
	stop(follow, thread);
	check(world, 1, 60);
	free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_transaction_arrives_once_whatever_is_cut),
		cmocka_unit_test(what_was_only_watched_is_applied_later),
		cmocka_unit_test(who_waits_for_a_mark_finds_it_in_the_target),
		cmocka_unit_test(a_place_is_reached_though_the_source_is_never_idle),
		cmocka_unit_test(what_lies_at_the_floor_or_below_is_left_out),
		cmocka_unit_test(a_place_is_not_reached_before_the_source_has_no_more_of_it),
		cmocka_unit_test(progress_never_goes_back),
	};

	return cmocka_run_group_tests_name("follow", tests, NULL, NULL);
}
