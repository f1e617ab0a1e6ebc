/* handover.c - see fence.h: triggers and sequences pass from one side to the other */
#include "base/fault.h"
#include "cutover/fence.h"
#include "cutover/streams.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NO_SUCH_TRIGGER 4080
#define FIRST_RESTART	18 /* the release that brought ALTER SEQUENCE ... RESTART */

/* ---- triggers --------------------------------------------------------------------------- */

/* "OWNER"."NAME" of each enabled trigger on the crossing's tables, whoever owns it. */
static bool enabled_triggers(struct cw_runbook *rb, json_t **ret, struct cw_err *err)
{
	return cw_fence_names(rb,
			      "select owner, trigger_name from dba_triggers where "
			      "table_owner = :1 and status = 'ENABLED' and "
			      "trigger_name not like 'BIN$%' order by owner, trigger_name",
			      ret, err);
}

/* One that was dropped meanwhile fires no more: whether it may be missing is for the looks behind this. */
static bool switch_triggers(struct cw_runbook *rb, const json_t *list, size_t from, const char *how,
			    struct cw_err *err)
{
	for (size_t i = from; i < json_array_size(list); i++)
		if (!cw_tell_ora(&rb->sides, err, "alter trigger %s %s",
				 json_string_value(json_array_get(list, i)), how) &&
		    !cw_fence_is_gone(err, NO_SUCH_TRIGGER))
			return false;
	return true;
}

bool cw_fence_triggers_off(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *list;
	bool ok;

	if (!enabled_triggers(rb, &list, err))
		return false;
	ok = cw_runbook_note(rb, "triggers", json_incref(list), err) &&
	     switch_triggers(rb, list, 0, "disable", err);
	json_decref(list);
	return ok;
}

bool cw_fence_triggers_are_off(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *list;
	bool ok;

	if (!enabled_triggers(rb, &list, err))
		return false;
	ok = json_array_size(list) == 0;
	if (!ok)
		(void)cw_fail(err, CW_ERR_CONFIG, 4224, "trigger %s is still enabled",
			      json_string_value(json_array_get(list, 0)));
	json_decref(list);
	return ok;
}

bool cw_fence_triggers_on(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *list = cw_runbook_noted(rb, "triggers", true);
	bool ok = switch_triggers(rb, list, cw_fault("back.leave_trigger_off") ? 1 : 0, "enable",
				  err);

	json_decref(list);
	return ok;
}

/* The first of @list that @other does not have, NULL if it has all. */
static const char *first_beyond(const json_t *list, const json_t *other)
{
	size_t i, j;
	json_t *one, *two;

	json_array_foreach(list, i, one)
	{
		bool found = false;

		json_array_foreach(other, j, two) found = found || json_equal(one, two);
		if (!found)
			return json_string_value(one);
	}
	return NULL;
}

/* Exactly those that were on are on: no fewer, and none that had been off on purpose. */
bool cw_fence_triggers_are_on(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *wanted = cw_runbook_noted(rb, "triggers", true), *list;
	const char *off, *on;
	bool ok = true;

	if (!enabled_triggers(rb, &list, err)) {
		json_decref(wanted);
		return false;
	}
	if (!wanted)
		wanted = json_incref(list);
	off = first_beyond(wanted, list);
	on = first_beyond(list, wanted);
	if (off || on)
		ok = cw_fail(err, CW_ERR_CONFIG, 4224,
			     "the triggers of Oracle are not as they were: %s is %s, %zu of %zu "
			     "are enabled",
			     off ? off : on, off ? "off" : "on", json_array_size(list),
			     json_array_size(wanted));
	json_decref(wanted);
	json_decref(list);
	return ok;
}

bool cw_fence_undo_triggers_off(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *list = cw_runbook_noted(rb, "triggers", false);
	bool ok = switch_triggers(rb, list, 0, "enable", err);

	json_decref(list);
	return ok;
}

/* The way back failed: what the cut-over had switched off is off again. */
bool cw_fence_undo_triggers_on(struct cw_runbook *rb, struct cw_err *err)
{
	json_t *list = cw_runbook_noted(rb, "triggers", true);
	bool ok = switch_triggers(rb, list, 0, "disable", err);

	json_decref(list);
	return ok;
}

/* ---- sequences ------------------------------------------------------------------------------ */

static const char *pg_name(struct cw_runbook *rb, const struct cw_sequence *sequence)
{
	size_t room = 2 * (strlen(sequence->pg_schema) + strlen(sequence->pg_name)) + 8;
	char *text = cw_new(&rb->sides.arena, char, room);

	(void)snprintf(text, room, "%s.%s", cw_quoted(&rb->sides, sequence->pg_schema),
		       cw_quoted(&rb->sides, sequence->pg_name));
	return text;
}

bool cw_fence_number_past(const struct cw_sequence *sequence, int64_t from, int64_t margin,
			  int64_t *ret)
{
	int64_t step;

	if (!__builtin_mul_overflow(sequence->increment, margin, &step) &&
	    !__builtin_add_overflow(from, step, ret) && *ret <= sequence->max &&
	    *ret >= sequence->min)
		return true;
	*ret = from;
	if (from > sequence->max || from < sequence->min)
		*ret = sequence->increment > 0 ? sequence->min : sequence->max;
	return sequence->cycle;
}

static bool past_margin(const struct cw_runbook *rb, const struct cw_sequence *sequence,
			int64_t from, int64_t *ret, struct cw_err *err)
{
	int64_t margin = rb->config->cutover.sequence_margin;

	if (cw_fence_number_past(sequence, from, margin, ret))
		return true;
	return cw_fail(err, CW_ERR_LIMIT, 4225,
		       "sequence %s.%s: %" PRId64 " and a margin of %" PRId64
		       " numbers is past its bounds",
		       sequence->owner, sequence->name, from, margin);
}

static bool ora_last_number(struct cw_runbook *rb, const struct cw_sequence *sequence, int64_t *ret,
			    struct cw_err *err)
{
	const char *bind[] = { sequence->owner, sequence->name };
	struct cw_answer answer;

	return cw_ask_ora(&rb->sides,
			  "select to_char(last_number) from dba_sequences where "
			  "sequence_owner = :1 and sequence_name = :2",
			  2, bind, &answer, err) &&
	       cw_number_of(&answer, sequence->name, ret, err);
}

static bool pg_next(struct cw_runbook *rb, const struct cw_sequence *sequence, int64_t *ret,
		    struct cw_err *err)
{
	struct cw_answer answer;
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
		       "select last_value + case when is_called then %" PRId64
		       " else 0 end from %s",
		       sequence->increment, pg_name(rb, sequence));
	return cw_ask_pg(&rb->sides, sql, 0, NULL, &answer, err) &&
	       cw_number_of(&answer, sequence->name, ret, err);
}

static bool behind(const struct cw_sequence *sequence, int64_t is, int64_t wanted)
{
	if (sequence->cycle)
		return false;
	return sequence->increment > 0 ? is < wanted : is > wanted;
}

bool cw_fence_sequences_to_pg(struct cw_runbook *rb, struct cw_err *err)
{
	if (!cw_need_catalog(rb, err))
		return false;
	for (uint32_t i = 0; i < rb->catalog.sequence_count; i++) {
		const struct cw_sequence *sequence = &rb->catalog.sequence[i];
		const char *bind[2] = { pg_name(rb, sequence), NULL };
		struct cw_answer answer;
		int64_t last, first = 0;
		char number[24];

		if (cw_fault("runbook.skip_sequence"))
			continue;
		if (!ora_last_number(rb, sequence, &last, err) ||
		    !past_margin(rb, sequence, last, &first, err))
			return false;
		(void)snprintf(number, sizeof(number), "%" PRId64, first);
		bind[1] = number;
		if (!cw_ask_pg(&rb->sides, "select setval($1::regclass, $2::bigint, false)", 2,
			       bind, &answer, err))
			return false;
	}
	return true;
}

/* The sequence with PostgreSQL's step: Oracle's may be the long one of a hand-over that was killed. */
static bool with_own_step(struct cw_runbook *rb, const struct cw_sequence *sequence,
			  struct cw_sequence *ret, struct cw_err *err)
{
	const char *bind[] = { pg_name(rb, sequence) };
	struct cw_answer own;

	*ret = *sequence;
	if (!cw_ask_pg(&rb->sides,
		       "select seqincrement, seqcycle from pg_sequence "
		       "where seqrelid = $1::regclass",
		       1, bind, &own, err) ||
	    !cw_number_of(&own, sequence->name, &ret->increment, err))
		return false;
	ret->cycle = cw_cell(&own, 0, 1)[0] == 't';
	return true;
}

/* What the leading side would give next is past all that the other side has given. */
static bool sequences_are_past(struct cw_runbook *rb, bool on_pg, struct cw_err *err)
{
	for (uint32_t i = 0; i < rb->catalog.sequence_count; i++) {
		const struct cw_sequence *sequence = &rb->catalog.sequence[i];
		struct cw_sequence own;
		int64_t ora, pg;

		if (!on_pg) {
			if (!with_own_step(rb, sequence, &own, err))
				return false;
			sequence = &own;
		}
		if (!ora_last_number(rb, sequence, &ora, err) || !pg_next(rb, sequence, &pg, err))
			return false;
		if (on_pg ? behind(sequence, pg, ora) : behind(sequence, ora, pg))
			return cw_fail(err, CW_ERR_CONFIG, 4225,
				       "sequence %s.%s would go on with %" PRId64
				       " on %s; %s has given numbers up to %" PRId64,
				       sequence->owner, sequence->name, on_pg ? pg : ora,
				       on_pg ? "PostgreSQL" : "Oracle",
				       on_pg ? "Oracle" : "PostgreSQL", on_pg ? ora : pg);
	}
	return true;
}

bool cw_fence_sequences_in_pg(struct cw_runbook *rb, struct cw_err *err)
{
	return sequences_are_past(rb, true, err);
}

/* Draws a number, so that the next is one step further. */
static bool ora_draw(struct cw_runbook *rb, const char *name, const struct cw_sequence *sequence,
		     int64_t *ret, struct cw_err *err)
{
	struct cw_answer answer;
	char sql[512];

	(void)snprintf(sql, sizeof(sql), "select to_char(%s.nextval) from dual", name);
	return cw_ask_ora(&rb->sides, sql, 0, NULL, &answer, err) &&
	       cw_number_of(&answer, sequence->name, ret, err);
}

static bool long_step(struct cw_runbook *rb, const struct cw_sequence *sequence, const char *name,
		      int64_t jump, struct cw_err *err)
{
	int64_t at;

	if (!cw_tell_ora(&rb->sides, err, "alter sequence %s increment by %" PRId64 " nocycle", name,
			 jump))
		return false;
	(void)cw_fault("handover.long_step");
	if (!ora_draw(rb, name, sequence, &at, err))
		return false;
	(void)cw_fault("handover.long_step_done");
	return true;
}

/*
 * Before 18c a sequence has no RESTART (SQL Language Reference 12.2, ALTER SEQUENCE: "you must drop and re-create it",
 * which would take the grants along): one long step, and its own step again.  Whoever dies in between does all of it
 * again, so @sequence steps as PostgreSQL's does, which nothing here alters.
 */
static bool step_to(struct cw_runbook *rb, const struct cw_sequence *sequence, const char *name,
		    int64_t first, struct cw_err *err)
{
	int64_t at, jump;

	if (!ora_draw(rb, name, sequence, &at, err))
		return false;
	if ((sequence->cycle ? at != first : behind(sequence, at, first)) &&
	    !__builtin_sub_overflow(first, at, &jump) &&
	    !long_step(rb, sequence, name, jump, err))
		return false;
	return cw_tell_ora(&rb->sides, err, "alter sequence %s increment by %" PRId64 " %s", name,
			   sequence->increment, sequence->cycle ? "cycle" : "nocycle");
}

static bool restart_at(struct cw_runbook *rb, const struct cw_sequence *sequence, int64_t first,
		       struct cw_err *err)
{
	char name[520];

	(void)snprintf(name, sizeof(name), "%s.%s", cw_quoted(&rb->sides, sequence->owner),
		       cw_quoted(&rb->sides, sequence->name));
	if (!cw_sides_need_ora(&rb->sides, err)) /* the step before may have lost it */
		return false;
	if (strtoul(cw_ora_version(rb->sides.ora), NULL, 10) < FIRST_RESTART)
		return step_to(rb, sequence, name, first, err);
	return cw_tell_ora(&rb->sides, err, "alter sequence %s restart start with %" PRId64, name,
			   first);
}

bool cw_fence_sequences_to_ora(struct cw_runbook *rb, struct cw_err *err)
{
	if (!cw_need_catalog(rb, err))
		return false;
	for (uint32_t i = 0; i < rb->catalog.sequence_count; i++) {
		struct cw_sequence sequence;
		int64_t next, first = 0;

		if (!with_own_step(rb, &rb->catalog.sequence[i], &sequence, err) ||
		    !pg_next(rb, &sequence, &next, err) ||
		    !past_margin(rb, &sequence, next, &first, err) ||
		    !restart_at(rb, &sequence, first, err))
			return false;
		(void)cw_fault("handover.sequence_back");
	}
	return true;
}

bool cw_fence_sequences_in_ora(struct cw_runbook *rb, struct cw_err *err)
{
	return sequences_are_past(rb, false, err);
}
