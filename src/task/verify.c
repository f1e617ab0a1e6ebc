/* verify.c - see verify.h */
#include "task/verify.h"

#include "base/clock.h"
#include "base/os.h"
#include "base/rd.h"
#include "endpoint/canon.h"
#include "endpoint/ora_snapshot.h"
#include "task/keyset.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MOMENT_WAIT_MS 60000
#define MOMENT_TRIES   5
#define ROWS_IN_PASS   2000000u /* 32 bytes each */

/* What is asked of the applying thread, and its answer. */
enum moment {
	MOMENT_NONE,
	MOMENT_WANTED,
	MOMENT_FROZEN, /* way back: PostgreSQL's snapshot is taken, its end not reached */
	MOMENT_CUT,    /* ... Oracle's SCN is known, what follows is still watched */
	MOMENT_HERE,
	MOMENT_FAILED
};

#define RUNNING_MAX 512
#define PASSED_KEPT 1024 /* transactions applied last: the snapshot must show each */

struct cw_verify {
	struct cw_verify_config config;
	struct cw_ora_login ora_login; /* the task's, cancelled by cancel_fd */
	struct cw_pg_login pg_login;
	int cancel_fd;
	atomic_bool cancelled, for_good;
	pthread_mutex_t run_lock; /* one comparison at a time */
	struct cw_ora *ora;	  /* kept open between comparisons */
	struct cw_pg *pg;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum moment moment;
	uint64_t scn;	   /* to read Oracle at */
	uint64_t lsn;	   /* PostgreSQL's snapshot shows what was committed before it */
	struct cw_err err; /* of MOMENT_FAILED */
	uint32_t xid_end, running[RUNNING_MAX]; /* what the snapshot does not show */
	unsigned running_count;
	uint64_t frozen_end; /* all that it shows committed before this place */
	uint32_t passed[PASSED_KEPT], passed_count; /* way back: who was let through, a ring */
	struct cw_keyset *touched;		    /* one a table, since the last comparison */
	struct cw_keyset *taken;		    /* of the comparison that runs */
	struct cw_wr key;
	uint32_t last_table;
};

struct cw_verify *cw_verify_new(const struct cw_verify_config *config)
{
	struct cw_verify *verify = calloc(1, sizeof(*verify));
	uint32_t count = config->catalog->table_count + 1;

	if (!verify)
		abort();
	verify->config = *config;
	verify->cancel_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (verify->cancel_fd < 0)
		abort();
	verify->ora_login = *config->ora_login;
	verify->pg_login = *config->pg_login;
	verify->ora_login.cancel_fd = verify->pg_login.cancel_fd = verify->cancel_fd;
	verify->touched = calloc(count, sizeof(*verify->touched));
	verify->taken = calloc(count, sizeof(*verify->taken));
	if (!verify->touched || !verify->taken)
		abort();
	/* what an earlier process applied is not known any more */
	for (uint32_t i = 0; i < config->catalog->table_count; i++)
		verify->touched[i].whole = true;
	(void)pthread_mutex_init(&verify->lock, NULL);
	(void)pthread_mutex_init(&verify->run_lock, NULL);
	(void)pthread_cond_init(&verify->changed, NULL);
	return verify;
}

static void close_sessions(struct cw_verify *verify)
{
	cw_ora_close(verify->ora);
	cw_pg_close(verify->pg);
	verify->ora = NULL;
	verify->pg = NULL;
}

void cw_verify_free(struct cw_verify *verify)
{
	if (!verify)
		return;
	close_sessions(verify);
	for (uint32_t i = 0; i < verify->config.catalog->table_count; i++) {
		cw_keyset_release(&verify->touched[i]);
		cw_keyset_release(&verify->taken[i]);
	}
	free(verify->touched);
	free(verify->taken);
	cw_wr_release(&verify->key);
	(void)close(verify->cancel_fd);
	(void)pthread_mutex_destroy(&verify->lock);
	(void)pthread_mutex_destroy(&verify->run_lock);
	(void)pthread_cond_destroy(&verify->changed);
	free(verify);
}

/* ---- the applying thread ---- */

static void touch_row(struct cw_verify *verify, struct cw_keyset *set, const struct cw_shape *shape,
		      const struct cw_row *row)
{
	struct cw_err err;

	if (row->count == 0 || set->whole)
		return;
	cw_wr_reset(&verify->key);
	if (cw_canon_put_key(shape, row->value, verify->config.reverse, &verify->key, &err))
		cw_keyset_add(set, cw_wr_bytes(&verify->key));
	else if (err.kind != CW_ERR_NONE)
		cw_keyset_set_whole(set); /* the target will refuse it, too */
}

void cw_verify_touched(struct cw_verify *verify, const struct cw_change *change)
{
	const struct cw_catalog *catalog = verify->config.catalog;
	uint32_t at = verify->last_table;
	CW_LOCKED(&verify->lock);

	while (&catalog->table[at]->shape != change->shape)
		at = (at + 1) % catalog->table_count;
	verify->last_table = at;
	if (change->shape->key_count == 0 || change->kind == CW_TRUNCATE) {
		cw_keyset_set_whole(&verify->touched[at]);
		return;
	}
	touch_row(verify, &verify->touched[at], change->shape, &change->before);
	touch_row(verify, &verify->touched[at], change->shape, &change->after);
}

/* "xmin:xmax:xip,xip" of pg_current_snapshot(); epochs are cut off, as in the slot. */
static bool read_snapshot(struct cw_verify *verify, const char *text, struct cw_err *err)
{
	char *at;

	(void)strtoull(text, &at, 10);
	if (*at++ != ':')
		return cw_fail(err, CW_ERR_DATA, 4622, "\"%s\" is no snapshot", text);
	verify->xid_end = (uint32_t)strtoull(at, &at, 10);
	verify->running_count = 0;
	for (at += *at == ':'; *at; at += *at == ',') {
		if (verify->running_count == RUNNING_MAX)
			return cw_fail(err, CW_ERR_LIMIT, 4622, "more than %u open transactions",
				       RUNNING_MAX);
		verify->running[verify->running_count++] = (uint32_t)strtoull(at, &at, 10);
	}
	return true;
}

/* A snapshot is taken by the first query of its transaction; the place is read behind it. */
static bool freeze_pg(struct cw_verify *verify, struct cw_err *err)
{
	static const char place_sql[] =
		"select (pg_catalog.pg_current_wal_insert_lsn() - '0/0')::text";
	struct cw_pg_rows rows;
	bool ok;

	if (!cw_pg_run(verify->pg, "begin isolation level repeatable read read only", err) ||
	    !cw_pg_query(verify->pg, "select pg_catalog.pg_current_snapshot()::text", 0, NULL,
			 CW_PG_AS_TEXT, &rows, err))
		return false;
	ok = read_snapshot(verify, cw_pg_text(&rows, 0, 0), err);
	cw_pg_rows_free(&rows);
	if (!ok || !cw_pg_query(verify->pg, place_sql, 0, NULL, CW_PG_AS_TEXT, &rows, err))
		return false;
	verify->frozen_end = strtoull(cw_pg_text(&rows, 0, 0), NULL, 10);
	cw_pg_rows_free(&rows);
	return true;
}

/* What is in the sets now was applied before the moment. */
static void take_touched(struct cw_verify *verify)
{
	for (uint32_t i = 0; i < verify->config.catalog->table_count; i++) {
		verify->taken[i] = verify->touched[i];
		verify->touched[i] = (struct cw_keyset){ 0 };
	}
}

static void set_moment(struct cw_verify *verify, enum moment moment)
{
	verify->moment = moment;
	(void)pthread_cond_broadcast(&verify->changed);
}

/* With the lock: Oracle holds exactly what PostgreSQL's snapshot shows. */
static void cut_here(struct cw_verify *verify, uint64_t lsn)
{
	verify->lsn = lsn;
	if (!cw_snapshot_scn(verify->ora, &verify->scn, &verify->err)) {
		set_moment(verify, MOMENT_FAILED);
		return;
	}
	take_touched(verify);
	set_moment(verify, MOMENT_CUT);
}

static bool is_shown(const struct cw_verify *verify, uint32_t xid)
{
	for (unsigned i = 0; i < verify->running_count; i++)
		if (verify->running[i] == xid)
			return false;
	return (int32_t)(xid - verify->xid_end) < 0;
}

/* A commit lies in the log a moment before snapshots show it, and so may have been applied by then. */
static bool shows_all_passed(struct cw_verify *verify, struct cw_err *err)
{
	uint32_t kept = verify->passed_count < PASSED_KEPT ? verify->passed_count : PASSED_KEPT;

	for (uint32_t i = 0; i < kept; i++)
		if (!is_shown(verify, verify->passed[i]))
			return cw_fail(err, CW_ERR_RETRY, 4622,
				       "transaction %" PRIu32 " was applied before a snapshot "
				       "showed it",
				       verify->passed[i]);
	return true;
}

/* With the lock, between two transactions: the moment is wanted, and begins here. */
static void freeze_here(struct cw_verify *verify, uint64_t position)
{
	verify->scn = position; /* on the way back it is read at the cut */
	if (!freeze_pg(verify, &verify->err)) {
		set_moment(verify, MOMENT_FAILED);
	} else if (!verify->config.reverse) {
		verify->lsn = verify->frozen_end;
		take_touched(verify);
		set_moment(verify, MOMENT_HERE);
	} else {
		set_moment(verify,
			   shows_all_passed(verify, &verify->err) ? MOMENT_FROZEN : MOMENT_FAILED);
	}
}

void cw_verify_quiet(struct cw_verify *verify, const struct cw_pos *seen)
{
	CW_LOCKED(&verify->lock);

	if (verify->moment == MOMENT_WANTED) {
		freeze_here(verify, seen->at);
		return;
	}
	if (seen->at < verify->frozen_end)
		return;
	if (verify->moment == MOMENT_FROZEN)
		cut_here(verify, seen->at);
	if (verify->moment == MOMENT_CUT)
		set_moment(verify, MOMENT_HERE);
}

/* PostgreSQL's snapshot is taken: must it be cut before @txn, or did one come too late? */
static bool cuts_before(struct cw_verify *verify, const struct cw_txn_info *txn, uint32_t xid)
{
	if (verify->moment == MOMENT_CUT && txn->commit.at > verify->frozen_end)
		set_moment(verify, MOMENT_HERE);
	if (verify->moment == MOMENT_FROZEN)
		return !is_shown(verify, xid);
	if (verify->moment == MOMENT_CUT && is_shown(verify, xid)) {
		(void)cw_fail(&verify->err, CW_ERR_RETRY, 4622,
			      "two commits passed each other while the snapshot was taken");
		set_moment(verify, MOMENT_FAILED);
	}
	return false;
}

/* A source that is never idle has moments, too: each lies between two transactions. */
bool cw_verify_before(struct cw_verify *verify, const struct cw_txn_info *txn)
{
	uint32_t xid = (uint32_t)strtoull(txn->id, NULL, 10);
	bool cuts;
	CW_LOCKED(&verify->lock);

	if (verify->moment == MOMENT_WANTED)
		freeze_here(verify, txn->commit.at - 1);
	if (txn->ours)
		return false;
	cuts = cuts_before(verify, txn, xid);
	verify->passed[verify->passed_count++ % PASSED_KEPT] = xid;
	return cuts;
}

void cw_verify_cut(struct cw_verify *verify, const struct cw_txn_info *txn)
{
	CW_LOCKED(&verify->lock);

	if (verify->moment == MOMENT_FROZEN)
		cut_here(verify, txn->commit.at - 1);
}

void cw_verify_fail(struct cw_verify *verify, const struct cw_err *err)
{
	CW_LOCKED(&verify->lock);

	verify->err = *err;
	set_moment(verify, MOMENT_FAILED);
}

void cw_verify_cancel(struct cw_verify *verify, bool for_good)
{
	uint64_t one = 1;

	if (for_good)
		atomic_store(&verify->for_good, true);
	atomic_store(&verify->cancelled, true);
	(void)!write(verify->cancel_fd, &one, sizeof(one)); /* who has the lock may wait for a server */
	CW_LOCKED(&verify->lock);
	(void)pthread_cond_broadcast(&verify->changed);
}

/* ---- the comparison ---- */

/* A cancel that came before this comparison was meant for another one. */
static void begin_uncancelled(struct cw_verify *verify)
{
	uint64_t count;

	if (atomic_load(&verify->for_good))
		return;
	(void)!read(verify->cancel_fd, &count, sizeof(count));
	atomic_store(&verify->cancelled, atomic_load(&verify->for_good));
}

static bool is_wanted(struct cw_verify *verify, struct cw_err *err)
{
	return !atomic_load(&verify->cancelled) ||
	       cw_fail(err, CW_ERR_CANCELLED, 1202, "the comparison was cancelled");
}

static bool open_sessions(struct cw_verify *verify, struct cw_err *err)
{
	struct cw_err ignored;

	if (verify->ora && !cw_ora_ping(verify->ora, &ignored))
		close_sessions(verify);
	if (verify->pg && !cw_pg_run(verify->pg, "rollback", &ignored))
		close_sessions(verify);
	return (verify->ora || cw_ora_open(&verify->ora_login, &verify->ora, err)) &&
	       (verify->pg || cw_pg_open(&verify->pg_login, &verify->pg, err));
}

static bool await_moment(struct cw_verify *verify, struct cw_err *err)
{
	int64_t until = cw_clock_ms() + MOMENT_WAIT_MS;
	bool ok;
	CW_LOCKED(&verify->lock);

	verify->moment = MOMENT_WANTED;
	while (verify->moment != MOMENT_HERE && verify->moment != MOMENT_FAILED &&
	       cw_clock_ms() < until && !atomic_load(&verify->cancelled))
		cw_cond_wait_ms(&verify->changed, &verify->lock, 1000);
	ok = verify->moment == MOMENT_HERE;
	if (verify->moment == MOMENT_FAILED)
		*err = verify->err;
	else if (!ok && is_wanted(verify, err))
		(void)cw_fail(err, CW_ERR_RETRY, 4621,
			      "no moment to compare came within %d s: nothing is applied or read",
			      MOMENT_WAIT_MS / 1000);
	verify->moment = MOMENT_NONE;
	return ok;
}

/* Digests of rows with their keys', of one side. */
struct entry {
	struct cw_digest key;
	uint64_t row;
	uint8_t side;
};

struct scan {
	struct cw_verify *verify;
	const struct cw_shape *shape;
	struct cw_digest_sum sum;
	/* second look: entries of keys in this part */
	struct entry *entry;
	size_t count, room;
	unsigned part, parts;
	uint8_t side;
	struct cw_wr key;
	/* third look: the row of this key, for its name */
	bool naming;
	struct cw_digest wanted;
	char name[200];
};

static struct cw_digest key_digest(struct scan *scan, const struct cw_canon_row *row)
{
	struct cw_err ignored;

	cw_wr_reset(&scan->key);
	if (cw_canon_put_key(scan->shape, row->value, true, &scan->key, &ignored))
		return cw_digest_of(cw_wr_bytes(&scan->key));
	return cw_digest_of(row->bytes); /* no key: a row is its own */
}

static bool on_sum(void *arg, const struct cw_canon_row *row, struct cw_err *err)
{
	struct scan *scan = arg;

	cw_digest_add(&scan->sum, cw_digest_of(row->bytes));
	return is_wanted(scan->verify, err);
}

static bool on_entry(void *arg, const struct cw_canon_row *row, struct cw_err *err)
{
	struct scan *scan = arg;
	struct cw_digest key = key_digest(scan, row);

	if (!is_wanted(scan->verify, err))
		return false;
	if (key.high % scan->parts != scan->part)
		return true;
	if (scan->count == scan->room) {
		scan->room = scan->room ? scan->room * 2 : 1024;
		scan->entry = reallocarray(scan->entry, scan->room, sizeof(*scan->entry));
		if (!scan->entry)
			abort();
	}
	scan->entry[scan->count++] =
		(struct entry){ key, cw_digest_of(row->bytes).low, scan->side };
	return true;
}

static bool on_name(void *arg, const struct cw_canon_row *row, struct cw_err *err)
{
	struct scan *scan = arg;

	if (!scan->name[0] && cw_digest_same(key_digest(scan, row), scan->wanted))
		(void)cw_canon_show_key(scan->shape, row->value, true, scan->name,
					sizeof(scan->name));
	return is_wanted(scan->verify, err);
}

static int by_key(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	if (left->key.high != right->key.high)
		return left->key.high < right->key.high ? -1 : 1;
	if (left->key.low != right->key.low)
		return left->key.low < right->key.low ? -1 : 1;
	if (left->row != right->row)
		return left->row < right->row ? -1 : 1;
	return left->side - right->side;
}

struct result {
	uint64_t rows, different;
	char first[280];
	bool whole;
};

/* Rows of one key, [from, to) of the sorted entries: as many of each content on both sides? */
static bool is_equal(const struct entry *entry, size_t from, size_t to)
{
	while (from < to) {
		int64_t balance = 0;
		size_t at = from;

		for (; at < to && entry[at].row == entry[from].row; at++)
			balance += entry[at].side ? 1 : -1;
		if (balance)
			return false;
		from = at;
	}
	return true;
}

static void compare_entries(struct scan *scan, struct result *result)
{
	if (scan->count)
		qsort(scan->entry, scan->count, sizeof(*scan->entry), by_key);
	for (size_t from = 0; from < scan->count;) {
		size_t to = from + 1;

		while (to < scan->count &&
		       cw_digest_same(scan->entry[from].key, scan->entry[to].key))
			to++;
		if (!is_equal(scan->entry, from, to)) {
			if (result->different++ == 0) {
				bool both = scan->entry[from].side != scan->entry[to - 1].side;

				scan->wanted = scan->entry[from].key;
				(void)snprintf(result->first, sizeof(result->first), "%s",
					       both			? "differs"
					       : scan->entry[from].side ? "only on PostgreSQL"
									: "only on Oracle");
			}
		}
		from = to;
	}
}

static bool scan_side(struct cw_verify *verify, struct scan *scan, uint8_t side, cw_canon_fn *fn,
		      struct cw_err *err)
{
	scan->side = side;
	return side ? cw_canon_scan_pg(verify->pg, scan->shape, fn, scan, err)
		    : cw_canon_scan_ora(verify->ora, scan->shape, verify->scn, fn, scan, err);
}

/* The digests differ: which rows do? */
static bool look_closer(struct cw_verify *verify, struct scan *scan, struct result *result,
			struct cw_err *err)
{
	bool ok = true;

	scan->parts = (unsigned)(result->rows / ROWS_IN_PASS) + 1;
	for (scan->part = 0; ok && scan->part < scan->parts; scan->part++) {
		scan->count = 0;
		ok = scan_side(verify, scan, 0, on_entry, err) &&
		     scan_side(verify, scan, 1, on_entry, err);
		if (ok)
			compare_entries(scan, result);
	}
	return ok;
}

static void name_first(struct scan *scan, struct result *result)
{
	char how[64];

	if (!result->different || !scan->name[0])
		return;
	(void)snprintf(how, sizeof(how), "%.60s", result->first);
	(void)snprintf(result->first, sizeof(result->first), "%s (%s)", scan->name, how);
}

static bool compare_whole(struct cw_verify *verify, const struct cw_shape *shape,
			  struct result *result, struct cw_err *err)
{
	struct scan scan = { .verify = verify, .shape = shape };
	struct cw_digest_sum ora;
	bool ok = scan_side(verify, &scan, 0, on_sum, err);

	ora = scan.sum;
	scan.sum = (struct cw_digest_sum){ 0 };
	ok = ok && scan_side(verify, &scan, 1, on_sum, err);
	result->whole = true;
	result->rows = ora.rows > scan.sum.rows ? ora.rows : scan.sum.rows;
	if (ok && !cw_digest_sum_same(&ora, &scan.sum)) {
		ok = look_closer(verify, &scan, result, err) &&
		     scan_side(verify, &scan, 0, on_name, err) &&
		     (scan.name[0] || scan_side(verify, &scan, 1, on_name, err));
		name_first(&scan, result);
	}
	free(scan.entry);
	cw_wr_release(&scan.key);
	return ok;
}

static bool on_found(void *arg, const struct cw_canon_row *row, struct cw_err *err)
{
	return on_entry(arg, row, err) && (!((struct scan *)arg)->naming || on_name(arg, row, err));
}

/* Values of a key of the set: each its length and bytes. */
static void read_key(const struct cw_shape *shape, struct cw_bytes key, struct cw_value *ret)
{
	struct cw_rd rd = cw_rd(key);

	for (uint16_t i = 0; i < shape->key_count; i++) {
		ret[i] = (struct cw_value){ .state = CW_VALUE_SET, .len = cw_rd_u32be(&rd) };
		ret[i].at = cw_rd_take(&rd, ret[i].len);
	}
	assert(!cw_rd_failed(&rd));
}

static bool compare_group(struct cw_verify *verify, struct scan *scan,
			  const struct cw_canon_key *key, unsigned count, struct result *result,
			  struct cw_err *err)
{
	uint64_t before = result->different;
	bool ok;

	scan->count = 0;
	scan->side = 0;
	ok = cw_canon_find_ora(verify->ora, scan->shape, verify->scn, key, count, on_found, scan,
			       err);
	scan->side = 1;
	ok = ok && cw_canon_find_pg(verify->pg, scan->shape, key, count, on_found, scan, err);
	if (!ok)
		return false;
	result->rows += count;
	compare_entries(scan, result);
	if (before || !result->different)
		return true;
	scan->naming = true;
	scan->side = 0;
	ok = cw_canon_find_ora(verify->ora, scan->shape, verify->scn, key, count, on_found, scan,
			       err);
	scan->side = 1;
	ok = ok && cw_canon_find_pg(verify->pg, scan->shape, key, count, on_found, scan, err);
	scan->naming = false;
	name_first(scan, result);
	return ok;
}

static bool compare_keys(struct cw_verify *verify, const struct cw_shape *shape,
			 const struct cw_keyset *set, struct result *result, struct cw_err *err)
{
	struct scan scan = { .verify = verify, .shape = shape, .parts = 1 };
	struct cw_value value[CW_CANON_KEYS][33];
	struct cw_canon_key key[CW_CANON_KEYS];
	struct cw_bytes bytes;
	unsigned count = 0;
	size_t at = 0;
	bool ok = true;

	if (shape->key_count > CW_ARRAY_LEN(value[0]))
		return compare_whole(verify, shape, result, err);
	while (ok && cw_keyset_next(set, &at, &bytes)) {
		read_key(shape, bytes, value[count]);
		key[count].value = value[count];
		if (++count == CW_CANON_KEYS) {
			ok = compare_group(verify, &scan, key, count, result, err);
			count = 0;
		}
	}
	if (ok && count)
		ok = compare_group(verify, &scan, key, count, result, err);
	free(scan.entry);
	cw_wr_release(&scan.key);
	return ok;
}

/* Keys that were not found equal are looked at again the next time. */
static void give_back(struct cw_verify *verify, uint32_t at)
{
	CW_LOCKED(&verify->lock);

	cw_keyset_merge(&verify->touched[at], &verify->taken[at]);
}

static void report(json_t *tables, const struct cw_shape *shape, const struct result *result)
{
	char name[300];
	json_t *table;

	(void)snprintf(name, sizeof(name), "%s.%s", shape->owner, shape->name);
	table = json_pack("{s:s, s:I, s:I, s:s}", "table", name, "rows_compared",
			  (json_int_t)result->rows, "rows_different", (json_int_t)result->different,
			  "read", result->whole ? "whole" : "keys");
	if (result->different)
		(void)json_object_set_new(table, "first_difference", json_string(result->first));
	(void)json_array_append_new(tables, table);
}

static bool compare_table(struct cw_verify *verify, uint32_t at, enum cw_verify_what what,
			  struct result *result, struct cw_err *err)
{
	const struct cw_shape *shape = &verify->config.catalog->table[at]->shape;

	if (what == CW_VERIFY_FULL || verify->taken[at].whole)
		return compare_whole(verify, shape, result, err);
	return compare_keys(verify, shape, &verify->taken[at], result, err);
}

static bool compare_all(struct cw_verify *verify, enum cw_verify_what what, json_t *reply,
			struct cw_err *err)
{
	const struct cw_catalog *catalog = verify->config.catalog;
	json_t *tables = json_array();
	uint64_t rows = 0, different = 0;
	json_int_t keyless = 0;
	bool ok = true;

	for (uint32_t i = 0; i < catalog->table_count; i++) {
		const struct cw_shape *shape = &catalog->table[i]->shape;
		bool looks = what != CW_VERIFY_KEYS || shape->key_count > 0;
		struct result result = { 0 };

		keyless += shape->key_count == 0;
		if (ok && looks)
			ok = compare_table(verify, i, what, &result, err);
		if (!ok || !looks || result.different)
			give_back(verify, i);
		cw_keyset_release(&verify->taken[i]);
		rows += result.rows;
		different += result.different;
		if (ok && looks)
			report(tables, shape, &result);
	}
	(void)json_object_set_new(reply, "rows_compared", json_integer((json_int_t)rows));
	(void)json_object_set_new(reply, "rows_different", json_integer((json_int_t)different));
	(void)json_object_set_new(reply, "tables", tables);
	(void)json_object_set_new(reply, "keyless", json_integer(keyless));
	return ok;
}

/* A moment at which both sides hold the same transactions; a few tries. */
static bool find_moment(struct cw_verify *verify, struct cw_err *err)
{
	for (unsigned i = 0; i < MOMENT_TRIES; i++) {
		if (!open_sessions(verify, err))
			return false;
		if (await_moment(verify, err))
			return true;
		for (uint32_t t = 0; t < verify->config.catalog->table_count; t++) {
			give_back(verify, t);
			cw_keyset_release(&verify->taken[t]);
		}
		if (err->code != 4622 || err->kind != CW_ERR_RETRY)
			return false;
	}
	return false;
}

static bool run(struct cw_verify *verify, enum cw_verify_what what, json_t *reply,
		struct cw_err *err)
{
	struct cw_err ignored;
	bool ok;

	if (!find_moment(verify, err))
		return false;
	ok = compare_all(verify, what, reply, err);
	if (!ok || !cw_pg_run(verify->pg, "rollback", &ignored))
		close_sessions(verify);
	(void)json_object_set_new(reply, "scn", json_integer((json_int_t)verify->scn));
	(void)json_object_set_new(reply, "lsn", json_integer((json_int_t)verify->lsn));
	(void)json_object_set_new(reply, "mode",
				  json_string(what == CW_VERIFY_FULL ? "full" : "delta"));
	return ok;
}

bool cw_verify_run(struct cw_verify *verify, enum cw_verify_what what, json_t *reply,
		   struct cw_err *err)
{
	int64_t from = cw_clock_ms();
	CW_LOCKED(&verify->run_lock);
	bool ok;

	begin_uncancelled(verify);
	ok = run(verify, what, reply, err);

	(void)json_object_set_new(reply, "ms", json_integer(cw_clock_ms() - from));
	return ok;
}
