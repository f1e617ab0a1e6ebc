/* pg_slot.c - see pg_slot.h */
#include "endpoint/pg_slot.h"

#include "base/clock.h"
#include "codec/pgoutput.h"
#include "postgres/slot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define US_1970_TO_2000 INT64_C(946684800000000)
#define FEEDBACK_MS	5000
#define COLUMNS_MAX	1600u /* of a table of PostgreSQL */
#define RELATIONS_MAX	100000u
#define LOOK_MS		200 /* in a wait without an end: does anybody still want more? */

/* A relation as the stream describes it, matched with the catalog. */
struct relation {
	uint32_t id;
	const struct cw_shape *shape; /* NULL: not of the crossing */
	uint16_t count;
	uint16_t *column; /* place of the stream's columns in the shape */
	struct relation *next;
};

struct pg_slot {
	struct cw_source source;
	struct cw_pg *pg;
	const struct cw_catalog *catalog;
	char *slot, *origin;
	struct cw_pg_system system;
	uint64_t from, confirmed, seen;
	int64_t told_ms; /* when the server last heard from us */
	bool in_txn, ours;
	bool has_message; /* message is read and not yet used */
	struct cw_pgoutput message;
	struct relation *relation[64];
	uint32_t relation_count;
	uint32_t truncated; /* relations of a T message still to be given */
	struct cw_value raw[COLUMNS_MAX], before[COLUMNS_MAX], after[COLUMNS_MAX];
};

static struct pg_slot *self(struct cw_source *source)
{
	return (struct pg_slot *)source;
}

static struct cw_pos pos_at(const struct pg_slot *slot, uint64_t at)
{
	return (struct cw_pos){ .kind = CW_POS_POSTGRES,
				.history = { slot->system.id, slot->system.timeline },
				.at = at,
				.restart = at };
}

static bool tell_server(struct pg_slot *slot, bool now, struct cw_err *err)
{
	if (!now && cw_clock_ms() - slot->told_ms < FEEDBACK_MS)
		return true;
	slot->told_ms = cw_clock_ms();
	return cw_pg_slot_confirm(slot->pg, slot->confirmed, err);
}

static struct relation *find_relation(const struct pg_slot *slot, uint32_t id)
{
	struct relation *relation = slot->relation[id % CW_ARRAY_LEN(slot->relation)];

	while (relation && relation->id != id)
		relation = relation->next;
	return relation;
}

static void free_relation(struct relation *relation)
{
	if (relation)
		free(relation->column);
	free(relation);
}

static void forget_relation(struct pg_slot *slot, uint32_t id)
{
	struct relation **at = &slot->relation[id % CW_ARRAY_LEN(slot->relation)];

	while (*at && (*at)->id != id)
		at = &(*at)->next;
	if (*at) {
		struct relation *gone = *at;

		*at = gone->next;
		free_relation(gone);
		slot->relation_count--;
	}
}

static int column_of(const struct cw_shape *shape, const struct cw_pgoutput_column *column)
{
	for (uint16_t i = 0; i < shape->column_count; i++)
		if (strcmp(shape->column[i].pg_name, column->name) == 0)
			return shape->column[i].pg_oid == column->type ? i : -1;
	return -1;
}

/* Every column must be there, of the type it was made with: the table may have been altered. */
static bool match_columns(struct relation *relation, const struct cw_pgoutput *message,
			  struct cw_err *err)
{
	struct cw_rd columns = message->columns;

	for (uint16_t i = 0; i < relation->count; i++) {
		struct cw_pgoutput_column column = cw_pgoutput_column(&columns);
		int at = column_of(relation->shape, &column);

		if (at < 0)
			return cw_fail(err, CW_ERR_CONFIG, 5203,
				       "%s.%s has a column %s of type %u that the crossing does "
				       "not know",
				       message->schema, message->name, column.name, column.type);
		relation->column[i] = (uint16_t)at;
	}
	if (relation->count != relation->shape->column_count)
		return cw_fail(err, CW_ERR_CONFIG, 5203,
			       "%s.%s has %u columns, the crossing knows %u", message->schema,
			       message->name, relation->count, relation->shape->column_count);
	return true;
}

static bool learn_relation(struct pg_slot *slot, struct cw_err *err)
{
	const struct cw_pgoutput *message = &slot->message;
	struct relation *relation;

	forget_relation(slot, message->relation);
	if (message->count > COLUMNS_MAX || slot->relation_count >= RELATIONS_MAX)
		return cw_fail(err, CW_ERR_LIMIT, 2022, "too many columns or tables in the stream");
	relation = calloc(1, sizeof(*relation));
	if (!relation)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	relation->id = message->relation;
	relation->count = (uint16_t)message->count;
	relation->shape = cw_catalog_by_pg_name(slot->catalog, message->schema, message->name);
	relation->column = calloc(message->count + 1, sizeof(relation->column[0]));
	if (!relation->column || !relation->shape || !match_columns(relation, message, err)) {
		bool unknown = relation->column && !relation->shape;

		free_relation(relation);
		return unknown ? cw_fail(err, CW_ERR_CONFIG, 5202,
					 "%s.%s is published but is not of the crossing",
					 message->schema, message->name)
			       : false;
	}
	relation->next = slot->relation[relation->id % CW_ARRAY_LEN(slot->relation)];
	slot->relation[relation->id % CW_ARRAY_LEN(slot->relation)] = relation;
	slot->relation_count++;
	return true;
}

enum got { GOT_MESSAGE, GOT_IDLE, GOT_FAILED };

/* The next message that says something about rows or transactions. */
static enum got get_message(struct pg_slot *slot, int wait_ms, struct cw_err *err)
{
	int64_t until = cw_clock_ms() + wait_ms;

	if (slot->has_message) {
		slot->has_message = false;
		return GOT_MESSAGE;
	}
	for (;;) {
		struct cw_pg_slot_message got;
		int64_t left = until - cw_clock_ms();

		if (!tell_server(slot, false, err))
			return GOT_FAILED;
		switch (cw_pg_slot_next(slot->pg, left > 0 ? (int)left : 0, slot->confirmed, &got,
					err)) {
		case CW_PG_SLOT_FAILED:
			return GOT_FAILED;
		case CW_PG_SLOT_IDLE:
			return GOT_IDLE;
		case CW_PG_SLOT_KEEPALIVE:
			/* all up to there was sent; in a transaction it says nothing about us */
			if (!slot->in_txn && got.end > slot->seen)
				slot->seen = got.end;
			continue;
		case CW_PG_SLOT_MESSAGE:
			break;
		}
		if (!cw_pgoutput_read(got.bytes, &slot->message, err))
			return GOT_FAILED;
		if (slot->message.type == CW_PGO_RELATION) {
			if (!learn_relation(slot, err))
				return GOT_FAILED;
		} else if (slot->message.type != CW_PGO_TYPE &&
			   slot->message.type != CW_PGO_MESSAGE) {
			return GOT_MESSAGE;
		}
	}
}

/*
 * The next one inside a transaction, where there must be one.  PostgreSQL is silent as long as it
 * decodes rows that are not published, and as long again whenever it is asked anew: so there is no
 * limit.  A peer that is gone does not acknowledge what tell_server() sends.
 */
static bool need_message(struct pg_slot *slot, struct cw_err *err)
{
	enum got got;

	while ((got = get_message(slot, LOOK_MS, err)) == GOT_IDLE)
		if (atomic_load(&slot->source.let_go))
			return cw_fail(err, CW_ERR_CANCELLED, 1202,
				       "stopped in the middle of a transaction");
	return got == GOT_MESSAGE;
}

static void end_txn(struct pg_slot *slot)
{
	slot->in_txn = false;
	if (slot->message.end_lsn > slot->seen)
		slot->seen = slot->message.end_lsn;
}

/* Go on to the COMMIT, giving nothing. */
static bool skip_txn(struct pg_slot *slot, struct cw_err *err)
{
	slot->truncated = 0;
	while (slot->in_txn) {
		if (!need_message(slot, err))
			return false;
		if (slot->message.type == CW_PGO_COMMIT)
			end_txn(slot);
	}
	return true;
}

static bool begin_txn(struct pg_slot *slot, struct cw_txn_info *ret, struct cw_err *err)
{
	const struct cw_pgoutput *message = &slot->message;

	if (message->type != CW_PGO_BEGIN)
		return cw_fail(err, CW_ERR_DATA, 2022, "message %c outside a transaction",
			       message->type);
	slot->in_txn = true;
	slot->ours = false;
	/* one past the commit record's first byte: between it and its end */
	*ret = (struct cw_txn_info){ .commit = pos_at(slot, message->lsn + 1),
				     .commit_wall_us = message->commit_us + US_1970_TO_2000 };
	(void)snprintf(ret->id, sizeof(ret->id), "%u", message->xid);
	if (!need_message(slot, err))
		return false;
	if (slot->message.type == CW_PGO_ORIGIN) {
		slot->ours = slot->origin && strcmp(slot->message.name, slot->origin) == 0;
		ret->ours = slot->ours;
	} else {
		slot->has_message = true; /* it is the first of the changes */
	}
	return true;
}

static enum cw_next slot_next(struct cw_source *source, int wait_ms, struct cw_txn_info *ret_txn,
			      struct cw_pos *ret_seen, struct cw_err *err)
{
	struct pg_slot *slot = self(source);

	if (!skip_txn(slot, err))
		return CW_NEXT_FAILED;
	for (;;) {
		switch (get_message(slot, wait_ms, err)) {
		case GOT_FAILED:
			return CW_NEXT_FAILED;
		case GOT_IDLE:
			*ret_seen = pos_at(slot, slot->seen);
			return CW_NEXT_IDLE;
		case GOT_MESSAGE:
			break;
		}
		if (!begin_txn(slot, ret_txn, err))
			return CW_NEXT_FAILED;
		*ret_seen = ret_txn->commit;
		if (ret_txn->commit.at > slot->from)
			return CW_NEXT_TXN;
		if (!skip_txn(slot, err)) /* the target has it */
			return CW_NEXT_FAILED;
	}
}

/* A tuple's values to their places in the shape; @with_key_only: others are not known. */
static bool fill_row(struct pg_slot *slot, const struct relation *relation, struct cw_rd tuple,
		     bool key_only, struct cw_value *ret, struct cw_err *err)
{
	uint16_t count;

	if (!cw_pgoutput_row(tuple, slot->raw, COLUMNS_MAX, &count, err))
		return false;
	if (count != relation->count)
		return cw_fail(err, CW_ERR_DATA, 2022, "a row of %s.%s has %u columns, not %u",
			       relation->shape->pg_schema, relation->shape->pg_name, count,
			       relation->count);
	for (uint16_t i = 0; i < count; i++) {
		uint16_t at = relation->column[i];

		ret[at] = slot->raw[i];
		if (key_only && relation->shape->column[at].key_position == 0)
			ret[at] = (struct cw_value){ .state = CW_VALUE_UNLOGGED };
	}
	return true;
}

static bool fill_change(struct pg_slot *slot, const struct relation *relation,
			struct cw_change *ret, struct cw_err *err)
{
	const struct cw_pgoutput *message = &slot->message;
	uint16_t count = relation->shape->column_count;

	*ret = (struct cw_change){ .shape = relation->shape };
	switch (message->type) {
	case CW_PGO_INSERT:
		ret->kind = CW_INSERT;
		break;
	case CW_PGO_UPDATE:
		ret->kind = CW_UPDATE;
		break;
	default:
		ret->kind = CW_DELETE;
	}
	if (message->old_kind) {
		ret->before = (struct cw_row){ .count = count, .value = slot->before };
		if (!fill_row(slot, relation, message->old_row, message->old_kind == 'K',
			      slot->before, err))
			return false;
	}
	if (ret->kind == CW_DELETE)
		return true;
	ret->after = (struct cw_row){ .count = count, .value = slot->after };
	return fill_row(slot, relation, message->new_row, false, slot->after, err);
}

static enum cw_change_next give_truncate(struct pg_slot *slot, struct cw_change *ret,
					 struct cw_err *err)
{
	struct relation *relation = find_relation(slot, cw_rd_u32be(&slot->message.relations));

	slot->truncated--;
	if (!relation) {
		(void)cw_fail(err, CW_ERR_DATA, 2022, "TRUNCATE of a table that was not described");
		return CW_CHANGE_FAILED;
	}
	*ret = (struct cw_change){ .kind = CW_TRUNCATE, .shape = relation->shape };
	return CW_CHANGE_READY;
}

static enum cw_change_next give_row(struct pg_slot *slot, struct cw_change *ret, struct cw_err *err)
{
	struct relation *relation = find_relation(slot, slot->message.relation);

	if (!relation) {
		(void)cw_fail(err, CW_ERR_DATA, 2022, "a row of a table that was not described");
		return CW_CHANGE_FAILED;
	}
	return fill_change(slot, relation, ret, err) ? CW_CHANGE_READY : CW_CHANGE_FAILED;
}

static bool is_row_with_key(const struct pg_slot *slot)
{
	enum cw_pgoutput_type type = slot->message.type;
	const struct relation *relation;

	if (type != CW_PGO_INSERT && type != CW_PGO_UPDATE && type != CW_PGO_DELETE)
		return false;
	relation = find_relation(slot, slot->message.relation);
	return relation && relation->shape->key_count > 0;
}

static enum cw_change_next slot_change(struct cw_source *source, struct cw_change *ret,
				       struct cw_err *err)
{
	struct pg_slot *slot = self(source);

	if (!slot->in_txn)
		return CW_CHANGE_END;
	if (slot->truncated > 0)
		return give_truncate(slot, ret, err);
	do {
		if (!need_message(slot, err))
			return CW_CHANGE_FAILED;
	} while (slot->ours && is_row_with_key(slot));
	switch (slot->message.type) {
	case CW_PGO_COMMIT:
		end_txn(slot);
		return CW_CHANGE_END;
	case CW_PGO_TRUNCATE:
		slot->truncated = slot->message.count;
		return slot->truncated ? give_truncate(slot, ret, err)
				       : slot_change(source, ret, err);
	case CW_PGO_INSERT:
	case CW_PGO_UPDATE:
	case CW_PGO_DELETE:
		return give_row(slot, ret, err);
	default:
		(void)cw_fail(err, CW_ERR_DATA, 2022, "message %c inside a transaction",
			      slot->message.type);
		return CW_CHANGE_FAILED;
	}
}

static bool slot_confirm(struct cw_source *source, const struct cw_pos *applied, struct cw_err *err)
{
	struct pg_slot *slot = self(source);

	assert(applied->kind == CW_POS_POSTGRES);
	if (applied->at > slot->confirmed)
		slot->confirmed = applied->at;
	return tell_server(slot, true, err);
}

static void slot_close(struct cw_source *source)
{
	struct pg_slot *slot = self(source);

	for (size_t i = 0; i < CW_ARRAY_LEN(slot->relation); i++) {
		while (slot->relation[i]) {
			struct relation *next = slot->relation[i]->next;

			free_relation(slot->relation[i]);
			slot->relation[i] = next;
		}
	}
	cw_pg_close(slot->pg);
	free(slot->slot);
	free(slot->origin);
	free(slot);
}

static const struct cw_source_ops slot_ops = {
	.name = "pgoutput",
	.next = slot_next,
	.change = slot_change,
	.confirm = slot_confirm,
	.close = slot_close,
};

/* The slot as the server knows it: is it ours, is its WAL still there, up to where was it read? */
static bool look_at_slot(struct pg_slot *slot, const struct cw_pg_login *login, struct cw_err *err)
{
	const char *name = slot->slot;
	struct cw_pg_rows rows = { 0 };
	struct cw_pg *pg;
	bool ok;

	if (!cw_pg_open(login, &pg, err))
		return false;
	ok = cw_pg_query(pg,
			 "SELECT plugin, database = current_database(), "
			 "coalesce(wal_status, ''), coalesce(confirmed_flush_lsn, '0/0') "
			 "FROM pg_replication_slots WHERE slot_name = $1",
			 1, &name, CW_PG_AS_TEXT, &rows, err);
	if (ok && rows.row_count == 0)
		ok = cw_fail(err, CW_ERR_CONFIG, 5201, "slot %s is gone", name);
	else if (ok && (strcmp(cw_pg_text(&rows, 0, 0), "pgoutput") != 0 ||
			strcmp(cw_pg_text(&rows, 0, 1), "t") != 0))
		ok = cw_fail(err, CW_ERR_CONFIG, 5201,
			     "slot %s is another's: its plugin or database differ", name);
	else if (ok && strcmp(cw_pg_text(&rows, 0, 2), "lost") == 0)
		ok = cw_fail(err, CW_ERR_CONFIG, 5201,
			     "slot %s has lost its WAL (max_slot_wal_keep_size)", name);
	if (ok)
		ok = cw_pg_lsn_parse(cw_pg_text(&rows, 0, 3), &slot->confirmed, err) &&
		     cw_pg_slot_publishes(pg, name, slot->catalog, err);
	cw_pg_rows_free(&rows);
	cw_pg_close(pg);
	return ok;
}

/* A slot lost between two of our sessions takes its changes along, whoever makes another of its name. */
static bool begins_in_time(const struct pg_slot *slot, uint64_t all_since, struct cw_err *err)
{
	return all_since == 0 || slot->confirmed <= all_since ||
	       cw_fail(err, CW_ERR_CONFIG, 5204,
		       "slot %s was made anew or moved on: it begins at %" PRIu64
		       ", Oracle has what was committed up to %" PRIu64
		       ", what was committed between is lost to it",
		       slot->slot, slot->confirmed, all_since);
}

static bool open_stream(struct pg_slot *slot, const struct cw_pg_login *login,
			const struct cw_pg_slot_options *options, struct cw_err *err)
{
	struct cw_pg_login replication = *login;
	struct cw_pos here;

	replication.replication = true;
	if (!look_at_slot(slot, login, err) || !cw_pg_open(&replication, &slot->pg, err) ||
	    !cw_pg_identify(slot->pg, &slot->system, err))
		return false;
	here = pos_at(slot, slot->confirmed);
	if (options->from.kind == CW_POS_POSTGRES) {
		if (!cw_pos_same_history(&here, &options->from))
			return cw_fail(err, CW_ERR_CONFIG, 5201,
				       "the server has another system id or timeline than the "
				       "position");
		slot->from = options->from.at;
	}
	if (!begins_in_time(slot, options->all_since, err))
		return false;
	slot->seen = slot->confirmed;
	if (slot->from > slot->confirmed)
		slot->confirmed = slot->seen = slot->from;
	slot->told_ms = cw_clock_ms();
	return cw_pg_slot_start(slot->pg, slot->slot, slot->slot, slot->from, err);
}

bool cw_pg_slot_open(const struct cw_pg_login *login, const struct cw_pg_slot_options *options,
		     struct cw_source **ret, struct cw_err *err)
{
	struct pg_slot *slot = calloc(1, sizeof(*slot));

	if (!slot)
		return cw_fail(err, CW_ERR_LIMIT, 1101, "out of memory");
	slot->source.ops = &slot_ops;
	slot->catalog = options->catalog;
	slot->slot = strdup(options->slot);
	slot->origin = options->origin ? strdup(options->origin) : NULL;
	if (!open_stream(slot, login, options, err)) {
		slot_close(&slot->source);
		return cw_err_add(err, "slot %s", options->slot);
	}
	*ret = &slot->source;
	return true;
}
