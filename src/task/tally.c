/* tally.c - see tally.h */
#include "task/tally.h"

#include "base/log.h"
#include "base/os.h"
#include "endpoint/canon.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cw_tally {
	const struct cw_catalog *catalog;
	bool is_pg;
	uint32_t count;	       /* tables without a key */
	uint32_t *place;       /* of each table of the catalog among them */
	uint32_t last_table;   /* where the one before was found */
	bool changed, unknown; /* the transaction being read: has such rows; they do not add up */
	struct cw_digest_sum *now;
	struct cw_wr row;
	struct cw_value *value;

	pthread_mutex_t lock; /* of all below */
	uint64_t epoch, from;
	uint64_t commits; /* since the epoch began */
	uint64_t *at;	  /* a ring of CW_TALLY_COMMITS */
	struct cw_digest_sum *sum;
};

static void *zeroed(size_t count, size_t size)
{
	void *at = calloc(count ? count : 1, size);

	if (!at)
		abort();
	return at;
}

struct cw_tally *cw_tally_new(const struct cw_catalog *catalog, bool is_pg)
{
	struct cw_tally *tally = zeroed(1, sizeof(*tally));
	uint16_t columns = 0;

	tally->catalog = catalog;
	tally->is_pg = is_pg;
	tally->place = zeroed(catalog->table_count, sizeof(*tally->place));
	for (uint32_t i = 0; i < catalog->table_count; i++) {
		const struct cw_shape *shape = &catalog->table[i]->shape;

		tally->place[i] = shape->key_count ? UINT32_MAX : tally->count++;
		if (shape->column_count > columns)
			columns = shape->column_count;
	}
	tally->value = zeroed(columns, sizeof(*tally->value));
	tally->now = zeroed(tally->count, sizeof(*tally->now));
	tally->at = zeroed(CW_TALLY_COMMITS, sizeof(*tally->at));
	tally->sum = zeroed((size_t)CW_TALLY_COMMITS * tally->count, sizeof(*tally->sum));
	(void)pthread_mutex_init(&tally->lock, NULL);
	return tally;
}

void cw_tally_free(struct cw_tally *tally)
{
	if (!tally)
		return;
	free(tally->place);
	free(tally->value);
	free(tally->now);
	free(tally->at);
	free(tally->sum);
	cw_wr_release(&tally->row);
	(void)pthread_mutex_destroy(&tally->lock);
	free(tally);
}

/* No other process, and not this one before, has it. */
static uint64_t new_epoch(void)
{
	static atomic_uint restarts;
	char half[17];

	(void)snprintf(half, sizeof(half), "%.16s", cw_process_name());
	return strtoull(half, NULL, 16) + atomic_fetch_add(&restarts, 1);
}

void cw_tally_restart(struct cw_tally *tally, uint64_t from)
{
	CW_LOCKED(&tally->lock);

	tally->epoch = new_epoch();
	tally->from = from;
	tally->commits = 0;
	tally->changed = tally->unknown = false;
	memset(tally->now, 0, tally->count * sizeof(*tally->now));
}

/* Among the tables without a key; UINT32_MAX: it has one. */
static uint32_t place_of(struct cw_tally *tally, const struct cw_shape *shape)
{
	const struct cw_catalog *catalog = tally->catalog;

	while (&catalog->table[tally->last_table]->shape != shape)
		tally->last_table = (tally->last_table + 1) % catalog->table_count;
	return tally->place[tally->last_table];
}

/* The row in canonical form; what an update left as it was is in @before. */
static bool put_row(struct cw_tally *tally, const struct cw_shape *shape, const struct cw_row *row,
		    const struct cw_row *before, struct cw_err *err)
{
	if (row->count != shape->column_count)
		return cw_fail(err, CW_ERR_DATA, 4623, "%s.%s: a row is not whole", shape->owner,
			       shape->name);
	for (uint16_t i = 0; i < row->count; i++) {
		tally->value[i] = row->value[i];
		if (row->value[i].state > CW_VALUE_SET && before->count == row->count)
			tally->value[i] = before->value[i];
		if (tally->value[i].state > CW_VALUE_SET)
			return cw_fail(err, CW_ERR_DATA, 4623, "%s.%s: column %s is not known",
				       shape->owner, shape->name, shape->column[i].name);
	}
	cw_wr_reset(&tally->row);
	return cw_canon_put_row(shape, tally->value, tally->is_pg, &tally->row, err);
}

/* What does not add up costs no more than the short way: tables are then read whole. */
static void give_up(struct cw_tally *tally, const struct cw_err *err)
{
	tally->unknown = true;
	cw_log_err("running digests begin anew", err);
}

void cw_tally_change(struct cw_tally *tally, const struct cw_change *change)
{
	uint32_t place = place_of(tally, change->shape);
	struct cw_err err = { 0 };

	if (place == UINT32_MAX || tally->unknown)
		return;
	tally->changed = true;
	if (change->kind == CW_TRUNCATE) {
		(void)cw_fail(&err, CW_ERR_DATA, 4623, "%s.%s was truncated", change->shape->owner,
			      change->shape->name);
		give_up(tally, &err);
		return;
	}
	if (change->kind != CW_INSERT) {
		if (!put_row(tally, change->shape, &change->before, &change->before, &err)) {
			give_up(tally, &err);
			return;
		}
		cw_digest_subtract(&tally->now[place], cw_digest_of(cw_wr_bytes(&tally->row)));
	}
	if (change->kind == CW_DELETE)
		return;
	if (put_row(tally, change->shape, &change->after, &change->before, &err))
		cw_digest_add(&tally->now[place], cw_digest_of(cw_wr_bytes(&tally->row)));
	else
		give_up(tally, &err);
}

static void remember(struct cw_tally *tally, uint64_t at)
{
	CW_LOCKED(&tally->lock);
	size_t slot = tally->commits++ % CW_TALLY_COMMITS;

	tally->at[slot] = at;
	memcpy(&tally->sum[slot * tally->count], tally->now, tally->count * sizeof(*tally->now));
}

void cw_tally_commit(struct cw_tally *tally, uint64_t at)
{
	if (tally->unknown)
		cw_tally_restart(tally, at);
	else if (tally->changed)
		remember(tally, at);
	tally->changed = false;
}

static void put_sum(json_t *tables, const struct cw_shape *shape, const struct cw_digest_sum *sum)
{
	(void)json_array_append_new(tables,
				    json_pack("{s:o, s:I, s:o, s:o}", "table",
					      json_sprintf("%s.%s", shape->owner, shape->name),
					      "rows", (json_int_t)sum->rows, "low",
					      json_sprintf("%016" PRIx64, sum->sum.low), "high",
					      json_sprintf("%016" PRIx64, sum->sum.high)));
}

/* The last commit at or before @at: its place in the ring, -1 if none was since the epoch began. */
static bool find(const struct cw_tally *tally, uint64_t at, int64_t *ret, struct cw_err *err)
{
	uint64_t kept = tally->commits < CW_TALLY_COMMITS ? tally->commits : CW_TALLY_COMMITS;

	*ret = -1;
	if (at < tally->from)
		return cw_fail(err, CW_ERR_RETRY, 4623,
			       "running digests began at %" PRIu64 ", not before %" PRIu64,
			       tally->from, at);
	for (uint64_t back = 1; back <= kept; back++) {
		size_t slot = (tally->commits - back) % CW_TALLY_COMMITS;

		if (tally->at[slot] <= at) {
			*ret = (int64_t)slot;
			return true;
		}
	}
	return kept == tally->commits ||
	       cw_fail(err, CW_ERR_RETRY, 4623, "%u commits were passed since %" PRIu64,
		       CW_TALLY_COMMITS, at);
}

bool cw_tally_at(struct cw_tally *tally, uint64_t at, json_t *reply, struct cw_err *err)
{
	static const struct cw_digest_sum nothing;
	CW_LOCKED(&tally->lock);
	json_t *tables;
	int64_t slot;

	if (!find(tally, at, &slot, err))
		return false;
	tables = json_array();
	for (uint32_t i = 0; i < tally->catalog->table_count; i++)
		if (tally->place[i] != UINT32_MAX)
			put_sum(tables, &tally->catalog->table[i]->shape,
				slot < 0 ? &nothing
					 : &tally->sum[(size_t)slot * tally->count +
						       tally->place[i]]);
	(void)json_object_set_new(reply, "epoch", json_sprintf("%" PRIx64, tally->epoch));
	(void)json_object_set_new(reply, "tables", tables);
	return true;
}
