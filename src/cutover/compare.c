/* compare.c - see compare.h */
#include "cutover/compare.h"

#include "base/log.h"
#include "control/json.h"
#include "cutover/roles.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define VERIFY_WAIT_MS 86400000
#define TALLY_WAIT_MS  2000
#define CEASE_WAIT_MS  2000
#define NEAR_ENOUGH_MS 200 /* for one comparison of what changed */

/* ---- running digests --------------------------------------------------------------------- */

static uint64_t hex_of(const json_t *table, const char *key)
{
	return strtoull(cw_json_text(table, key), NULL, 16);
}

/* How far Oracle's digest of a table is from PostgreSQL's, counted since both tasks' epochs began. */
static json_t *distance(const json_t *ora, const json_t *pg)
{
	uint64_t low = hex_of(ora, "low") - hex_of(pg, "low");
	uint64_t borrow = hex_of(ora, "low") < hex_of(pg, "low");
	uint64_t high = hex_of(ora, "high") - hex_of(pg, "high") - borrow;

	return json_pack("{s:s, s:I, s:o}", "table", cw_json_text(ora, "table"), "rows",
			 (json_int_t)(cw_json_number(ora, "rows") - cw_json_number(pg, "rows")),
			 "apart", json_sprintf("%016" PRIx64 "%016" PRIx64, high, low));
}

/* Each table's; NULL when the tasks do not tally the same tables. */
static json_t *distances(const json_t *ora, const json_t *pg, struct cw_err *err)
{
	const json_t *tables = json_object_get(ora, "tables"),
		     *others = json_object_get(pg, "tables");
	json_t *list = json_array();
	const json_t *table;
	size_t i;

	json_array_foreach(tables, i, table)
	{
		const json_t *other = json_array_get(others, i);

		/* each task reads the catalog when it starts, in one order */
		if (strcmp(cw_json_text(table, "table"), cw_json_text(other, "table")) != 0) {
			json_decref(list);
			(void)cw_fail(
				err, CW_ERR_RETRY, 4623,
				"the tasks do not tally the same tables: %s is not in its place",
				cw_json_text(table, "table"));
			return NULL;
		}
		(void)json_array_append_new(list, distance(table, other));
	}
	return list;
}

static bool ask_tally(struct cw_runbook *rb, const char *task, int64_t at, json_t **ret,
		      struct cw_err *err)
{
	return cw_runbook_ask(rb, task,
			      json_pack("{s:s, s:I, s:i}", "do", "tally", "at", (json_int_t)at,
					"timeout_ms", TALLY_WAIT_MS),
			      TALLY_WAIT_MS + 1000, ret, err);
}

/* Both digests at the positions of @verdict.  NULL: they cannot be told now, which is logged. */
static json_t *tally(struct cw_runbook *rb, const json_t *verdict)
{
	json_t *ora = NULL, *pg = NULL, *tables = NULL, *ret = NULL;
	struct cw_err err = { 0 };
	int64_t flushed;

	/* what was committed there has to be on disk before the slot gives it */
	if (cw_target_lsn(&rb->sides, &flushed, &err) &&
	    ask_tally(rb, "reverse", cw_json_number(verdict, "lsn"), &pg, &err) &&
	    ask_tally(rb, "forward", cw_json_number(verdict, "scn"), &ora, &err) &&
	    (tables = distances(ora, pg, &err)) != NULL)
		ret = json_pack("{s:s, s:s, s:o}", "forward", cw_json_text(ora, "epoch"), "reverse",
				cw_json_text(pg, "epoch"), "tables", tables);
	else
		cw_log_err("no running digests, tables without a key are read whole", &err);
	json_decref(ora);
	json_decref(pg);
	return ret;
}

/* The tables are equal by their digests: they take their place in the verdict. */
static void add_tables(json_t *verdict, const json_t *now)
{
	const json_t *table;
	size_t i;

	json_array_foreach(json_object_get(now, "tables"), i, table)(void) json_array_append_new(
		json_object_get(verdict, "tables"),
		json_pack("{s:s, s:i, s:i, s:s}", "table", cw_json_text(table, "table"),
			  "rows_compared", 0, "rows_different", 0, "read", "digest"));
}

/* ---- one comparison ------------------------------------------------------------------------ */

/* Nobody waits any longer: the task, which may go on for hours, is told so. */
static bool ask_verify(struct cw_runbook *rb, const char *task, const char *mode, bool keyless,
		       json_t **ret, struct cw_err *err)
{
	struct cw_err unheard;

	if (cw_runbook_ask_while(rb, task,
				 json_pack("{s:s, s:s, s:b}", "do", "verify", "mode", mode,
					   "keyless", keyless),
				 VERIFY_WAIT_MS, cw_runbook_wants, ret, err))
		return true;
	if (err->kind == CW_ERR_CANCELLED &&
	    !cw_runbook_ask(rb, task, json_pack("{s:s}", "do", "cease"), CEASE_WAIT_MS, NULL,
			    &unheard))
		cw_log_err("the comparison goes on", &unheard);
	return false;
}

/* Tables without a key were read whole: if they are equal, here is the base for later. */
static bool note_base(struct cw_runbook *rb, const json_t *verdict, struct cw_err *err)
{
	json_t *base;

	if (cw_json_number(verdict, "keyless") == 0 ||
	    cw_json_number(verdict, "rows_different") != 0)
		return true;
	base = tally(rb, verdict);
	return cw_book_note(rb->book, "tally", base ? base : json_null(), err);
}

/* With what changed since @base; *ret is NULL when the digests do not say that all is equal. */
static bool compare_by_digest(struct cw_runbook *rb, const char *task, const json_t *base,
			      json_t **ret, struct cw_err *err)
{
	json_t *verdict, *now;

	*ret = NULL;
	if (!ask_verify(rb, task, "delta", false, &verdict, err))
		return false;
	if (cw_json_number(verdict, "rows_different") != 0) {
		*ret = verdict;
		return true;
	}
	now = tally(rb, verdict);
	if (now && json_equal(now, base)) {
		add_tables(verdict, now);
		*ret = verdict;
	} else {
		json_decref(verdict);
	}
	json_decref(now);
	return true;
}

static bool compare(struct cw_runbook *rb, const char *task, const char *mode, json_t **ret,
		    struct cw_err *err)
{
	json_t *base = cw_book_fact(rb->book, "tally");
	bool ok = true;

	*ret = NULL;
	if (strcmp(mode, "delta") == 0 && json_is_object(base))
		ok = compare_by_digest(rb, task, base, ret, err);
	json_decref(base);
	if (!ok || *ret)
		return ok;
	return ask_verify(rb, task, mode, true, ret, err) && note_base(rb, *ret, err);
}

static bool judge(const json_t *verdict, struct cw_err *err)
{
	int64_t different = cw_json_number(verdict, "rows_different");
	const json_t *table;
	size_t i;

	if (!json_is_number(json_object_get(verdict, "rows_different")))
		return cw_fail(err, CW_ERR_DATA, 4242, "the comparison has no result");
	if (different == 0)
		return true;
	json_array_foreach(json_object_get(verdict, "tables"), i,
			   table) if (cw_json_number(table, "rows_different") >
				      0) return cw_fail(err, CW_ERR_DATA, 4242,
							"%s: %" PRId64
							" rows differ, the first: %.200s",
							cw_json_text(table, "table"),
							cw_json_number(table, "rows_different"),
							cw_json_text(table, "first_difference"));
	return cw_fail(err, CW_ERR_DATA, 4242, "%" PRId64 " rows differ", different);
}

static int tables_by_digest(const json_t *verdict)
{
	const json_t *table;
	int count = 0;
	size_t i;

	json_array_foreach(json_object_get(verdict, "tables"), i, table) count +=
		strcmp(cw_json_text(table, "read"), "digest") == 0;
	return count;
}

bool cw_compare(struct cw_runbook *rb, const char *task, const char *mode, json_t **ret,
		struct cw_err *err)
{
	json_t *verdict, *fact;
	bool ok;

	if (!compare(rb, task, mode, &verdict, err)) {
		json_decref(verdict);
		return false;
	}
	fact = json_pack("{s:s, s:s, s:O?, s:O?, s:O?, s:i}", "task", task, "mode", mode,
			 "rows_compared", json_object_get(verdict, "rows_compared"),
			 "rows_different", json_object_get(verdict, "rows_different"), "ms",
			 json_object_get(verdict, "ms"), "tables_by_digest",
			 tables_by_digest(verdict));
	ok = cw_book_note(rb->book, "verified", fact, err) && judge(verdict, err);
	if (ret)
		*ret = verdict;
	else
		json_decref(verdict);
	return ok;
}

/* ---- steps ---------------------------------------------------------------------------------- */

/*
 * What changed while the last comparison ran is what is left to compare, inside
 * the blackout at the latest: go on outside of it as long as that gets less.
 */
static bool narrow(struct cw_runbook *rb, const char *task, struct cw_err *err)
{
	int64_t before_ms = INT64_MAX, ms = INT64_MAX / 2;

	while (ms > NEAR_ENOUGH_MS && ms < before_ms - before_ms / 4) {
		json_t *verdict = NULL;
		bool ok = cw_compare(rb, task, "delta", &verdict, err);

		before_ms = ms;
		ms = cw_json_number(verdict, "ms");
		json_decref(verdict);
		if (!ok)
			return false;
	}
	return true;
}

/* Clean by what was compared before, and again what changed since; else all of it. */
static bool proven(struct cw_runbook *rb, const char *task, struct cw_err *err)
{
	json_t *fact = cw_book_fact(rb->book, "verified");
	bool was = fact && strcmp(cw_json_text(fact, "task"), task) == 0 &&
		   cw_json_number(fact, "rows_different") == 0;

	json_decref(fact);
	if (was && narrow(rb, task, err))
		return true;
	if (was && (err->code == 4242 || err->kind == CW_ERR_CANCELLED))
		return false;
	return cw_compare(rb, task, "full", NULL, err) && narrow(rb, task, err);
}

bool cw_forward_proven(struct cw_runbook *rb, struct cw_err *err)
{
	return proven(rb, "forward", err);
}

bool cw_reverse_proven(struct cw_runbook *rb, struct cw_err *err)
{
	return proven(rb, "reverse", err);
}

bool cw_forward_verdict(struct cw_runbook *rb, struct cw_err *err)
{
	return cw_compare(rb, "forward", "delta", NULL, err);
}

bool cw_reverse_verdict(struct cw_runbook *rb, struct cw_err *err)
{
	return cw_compare(rb, "reverse", "delta", NULL, err);
}
