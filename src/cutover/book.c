/* book.c - see book.h */
#include "cutover/book.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/os.h"
#include "control/json.h"
#include "schema/own.h"
#include "store/journal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define MIRROR_AGAIN_MS 2000

struct cw_book {
	pthread_mutex_t lock;
	struct cw_config *config;
	struct cw_journal *journal;
	cw_book_heard_fn *heard;
	void *owner;
	struct cw_past past;
	json_t *facts;
	struct cw_pg *mirror;
	size_t mirrored; /* records that the target was given */
	int64_t mirror_again_ms;
};

static const char *const kind_name[] = { "cutover", "back" };

const char *cw_run_kind_name(enum cw_run_kind kind)
{
	return kind_name[kind];
}

/* ---- what the records add up to ------------------------------------------------ */

static void fold_begin(struct cw_past *past, const json_t *record)
{
	past->runs = (unsigned)json_integer_value(json_object_get(record, "run"));
	past->kind =
		strcmp(cw_json_text(record, "kind"), "back") == 0 ? CW_RUN_BACK : CW_RUN_CUTOVER;
	past->open = true;
	past->past_ponr = false;
	past->step[0] = '\0';
	past->undoing = false;
	past->hold = json_is_true(json_object_get(record, "hold"));
	past->budget_ms = (int64_t)json_integer_value(json_object_get(record, "budget_ms"));
	past->blackout = past->hold_began = (struct cw_moment){ 0 };
	past->hold_over = false;
	past->admitted_wall_us = past->held_ms = 0;
}

int64_t cw_moment_between_ms(const struct cw_moment *from, const struct cw_moment *to)
{
	if (*to->boot && strcmp(from->boot, to->boot) == 0)
		return to->clock_ms - from->clock_ms;
	return (to->wall_us - from->wall_us) / 1000;
}

static struct cw_moment moment_of(const json_t *record, int64_t wall_us)
{
	struct cw_moment moment = { .wall_us = wall_us,
				    .clock_ms = cw_json_number(record, "clock_ms") };

	(void)snprintf(moment.boot, sizeof(moment.boot), "%s", cw_json_text(record, "boot"));
	return moment;
}

static void fold_hold(struct cw_past *past, const json_t *record, const struct cw_moment *now)
{
	bool holds = strcmp(cw_json_text(record, "stage"), "hold") == 0;

	if (holds && !past->hold_began.wall_us) {
		past->hold_began = *now;
	} else if (!holds && past->hold_began.wall_us && !past->hold_over) {
		past->hold_over = true;
		past->held_ms = cw_moment_between_ms(&past->hold_began, now);
	}
}

static void fold_step(struct cw_past *past, const json_t *record, bool undo, int64_t wall_us)
{
	struct cw_moment now = moment_of(record, wall_us);

	(void)snprintf(past->step, sizeof(past->step), "%s", cw_json_text(record, "step"));
	past->undoing = undo;
	if (undo)
		return;
	if (past->past_ponr && past->blackout.wall_us && !past->admitted_wall_us &&
	    json_is_false(json_object_get(record, "inside")))
		past->admitted_wall_us = wall_us;
	fold_hold(past, record, &now);
	if (!past->blackout.wall_us && json_is_true(json_object_get(record, "inside")))
		past->blackout = now;
}

static void fold(struct cw_past *past, json_t *facts, const json_t *record, int64_t wall_us)
{
	const char *what = cw_json_text(record, "what");

	if (strcmp(what, "begin") == 0) {
		fold_begin(past, record);
	} else if (strcmp(what, "step") == 0 || strcmp(what, "undo") == 0) {
		fold_step(past, record, strcmp(what, "undo") == 0, wall_us);
	} else if (strcmp(what, "point of no return") == 0) {
		past->past_ponr = true;
		past->on_target = past->kind == CW_RUN_CUTOVER;
	} else if (strcmp(what, "end") == 0) {
		past->open = false;
	} else if (strcmp(what, "fact") == 0) {
		(void)json_object_set(facts, cw_json_text(record, "key"),
				      json_object_get(record, "value"));
	}
}

static bool fold_all(struct cw_book *book, struct cw_err *err)
{
	for (size_t i = 0; i < cw_journal_count(book->journal); i++) {
		const struct cw_journal_record *record = cw_journal_at(book->journal, i);
		json_t *object = json_loads(record->text, 0, NULL);

		if (!object)
			return cw_fail(err, CW_ERR_DATA, 4207,
				       "record %" PRIu64 " of the journal is not understood",
				       record->seq);
		fold(&book->past, book->facts, object, record->wall_us);
		json_decref(object);
	}
	return true;
}

/* ---- the mirror ------------------------------------------------------------------ */

/* A server that crashed has lost what it had not yet flushed: that is told again. */
static bool see_what_it_has(struct cw_book *book, struct cw_err *err)
{
	const char *crossing = book->config->name;
	struct cw_pg_rows rows;
	size_t last;

	if (!cw_pg_query(book->mirror,
			 "select coalesce(max(seq), 0) from causeway.journal where crossing = $1",
			 1, &crossing, CW_PG_AS_TEXT, &rows, err))
		return false;
	last = strtoull(cw_pg_text(&rows, 0, 0), NULL, 10);
	cw_pg_rows_free(&rows);
	if (last < book->mirrored)
		book->mirrored = last;
	return true;
}

static bool open_mirror(struct cw_book *book, struct cw_err *err)
{
	struct cw_pg_login login;

	if (book->mirror)
		return true;
	if (!cw_config_pg_login(book->config, "causeway journal", &login, err))
		return false;
	login.connect_timeout_ms = 3000;
	login.call_timeout_ms = 3000;
	if (!cw_pg_open(&login, &book->mirror, err))
		return false;
	return cw_pg_run(
		       book->mirror,
		       "set synchronous_commit = off; set client_min_messages = warning;" CW_OWN_LOCK
		       "create schema if not exists causeway;"
		       "create table if not exists causeway.journal (crossing text, seq bigint, "
		       "at timestamptz, record text, primary key (crossing, seq))",
		       err) &&
	       see_what_it_has(book, err);
}

static bool mirror_one(struct cw_book *book, const struct cw_journal_record *record, bool must,
		       struct cw_err *err)
{
	struct cw_pg_rows rows;
	char seq[24], at[32];
	const char *params[] = { book->config->name, seq, at, record->text };

	(void)snprintf(seq, sizeof(seq), "%" PRIu64, record->seq);
	(void)snprintf(at, sizeof(at), "%.6f", (double)record->wall_us / 1e6);
	if (must && !cw_pg_run(book->mirror, "set synchronous_commit = on", err))
		return false;
	if (!cw_pg_query(book->mirror,
			 "insert into causeway.journal values ($1, $2, "
			 "to_timestamp($3::float8), $4) on conflict do nothing",
			 4, params, CW_PG_AS_TEXT, &rows, err))
		return false;
	cw_pg_rows_free(&rows);
	return !must || cw_pg_run(book->mirror, "set synchronous_commit = off", err);
}

static bool mirror(struct cw_book *book, bool must, struct cw_err *err)
{
	if (!must && cw_clock_ms() < book->mirror_again_ms)
		return true;
	if (!open_mirror(book, err))
		goto failed;
	while (book->mirrored < cw_journal_count(book->journal)) {
		bool last = book->mirrored + 1 == cw_journal_count(book->journal);

		if (!mirror_one(book, cw_journal_at(book->journal, book->mirrored), must && last,
				err))
			goto failed;
		book->mirrored++;
	}
	return true;
failed:
	cw_pg_close(book->mirror);
	book->mirror = NULL;
	book->mirror_again_ms = cw_clock_ms() + MIRROR_AGAIN_MS;
	if (!must)
		return true; /* the file has it; the target gets it with the next one */
	err->code = 4206;
	return cw_err_add(err, "the journal's copy in the target");
}

/* ---- reading and writing ----------------------------------------------------------- */

bool cw_book_open(struct cw_config *config, cw_book_heard_fn *heard, void *owner,
		  struct cw_book **ret, struct cw_err *err)
{
	struct cw_book *book = calloc(1, sizeof(*book));
	char path[4096];

	if (!book)
		return cw_fail(err, CW_ERR_LIMIT, 4207, "no memory for the journal");
	(void)pthread_mutex_init(&book->lock, NULL);
	book->config = config;
	book->heard = heard;
	book->owner = owner;
	book->facts = json_object();
	if (!cw_config_path(config, "journal", path, sizeof(path), err) ||
	    !cw_journal_open(path, &book->journal, err) || !fold_all(book, err)) {
		cw_book_close(book);
		return false;
	}
	*ret = book;
	return true;
}

void cw_book_close(struct cw_book *book)
{
	if (!book)
		return;
	cw_pg_close(book->mirror);
	cw_journal_close(book->journal);
	json_decref(book->facts);
	(void)pthread_mutex_destroy(&book->lock);
	free(book);
}

bool cw_book_write(struct cw_book *book, json_t *record, bool must, struct cw_err *err)
{
	CW_LOCKED(&book->lock);
	char *text = json_dumps(record, JSON_COMPACT);
	const struct cw_journal_record *last;
	char at[CW_WALL_TEXT_BYTES];
	bool ok = !must || mirror(book, true, err);

	if (ok)
		ok = text ? cw_journal_append(book->journal, text, err)
			  : cw_fail(err, CW_ERR_DATA, 4207, "a record that is no JSON");
	free(text);
	if (!ok) {
		json_decref(record);
		return false;
	}
	last = cw_journal_at(book->journal, cw_journal_count(book->journal) - 1);
	fold(&book->past, book->facts, record, last->wall_us);
	cw_wall_text(last->wall_us, at);
	(void)json_object_set_new(record, "seq", json_integer((json_int_t)last->seq));
	(void)json_object_set_new(record, "at", json_string(at));
	if (book->heard)
		book->heard(book->owner, record);
	else
		json_decref(record);
	return mirror(book, false, err);
}

bool cw_book_note(struct cw_book *book, const char *key, json_t *value, struct cw_err *err)
{
	json_t *record = json_pack("{s:s, s:s, s:o}", "what", "fact", "key", key, "value", value);

	return cw_book_write(book, record, false, err);
}

json_t *cw_book_fact(struct cw_book *book, const char *key)
{
	CW_LOCKED(&book->lock);

	return json_deep_copy(json_object_get(book->facts, key));
}

bool cw_book_fact_is(struct cw_book *book, const char *key, const char *text)
{
	CW_LOCKED(&book->lock);

	return strcmp(cw_json_text(book->facts, key), text) == 0;
}

void cw_book_past(struct cw_book *book, struct cw_past *ret)
{
	CW_LOCKED(&book->lock);

	*ret = book->past;
}

bool cw_book_mirror(struct cw_book *book, struct cw_err *err)
{
	CW_LOCKED(&book->lock);

	book->mirror_again_ms = 0;
	return mirror(book, true, err);
}

static json_t *all_of(const struct cw_journal *journal)
{
	json_t *all = json_array();

	for (size_t i = 0; i < cw_journal_count(journal); i++) {
		const struct cw_journal_record *record = cw_journal_at(journal, i);
		json_t *object = json_loads(record->text, 0, NULL);
		char at[CW_WALL_TEXT_BYTES];

		if (!object)
			continue;
		cw_wall_text(record->wall_us, at);
		(void)json_object_set_new(object, "seq", json_integer((json_int_t)record->seq));
		(void)json_object_set_new(object, "at", json_string(at));
		(void)json_object_set_new(object, "at_us", json_integer(record->wall_us));
		(void)json_array_append_new(all, object);
	}
	return all;
}

json_t *cw_book_all(struct cw_book *book)
{
	CW_LOCKED(&book->lock);

	return all_of(book->journal);
}

json_t *cw_book_read(const char *path, struct cw_err *err)
{
	struct cw_journal *journal;
	json_t *all;

	if (!cw_journal_read(path, &journal, err))
		return NULL;
	all = all_of(journal);
	cw_journal_close(journal);
	return all;
}
