/* foreign_keys.c - see foreign_keys.h */
#include "cutover/foreign_keys.h"

#include "cutover/streams.h"

#include <string.h>

/* ---- what they are -------------------------------------------------------------------------- */

/* CONSTRAINT_NAME, STATUS, VALIDATED of a schema's foreign keys. */
static bool states_of(struct cw_sides *sides, const char *owner, struct cw_answer *ret,
		      struct cw_err *err)
{
	return cw_ask_ora(sides,
			  "select constraint_name, status, validated from dba_constraints where "
			  "owner = :1 and constraint_type = 'R'",
			  1, &owner, ret, err);
}

/* Index of @name's row, states->rows when there is none. */
static unsigned row_of(const struct cw_answer *states, const char *name)
{
	unsigned i = 0;

	while (i < states->rows && strcmp(cw_cell(states, i, 0), name) != 0)
		i++;
	return i;
}

static bool is(const struct cw_answer *states, unsigned row, unsigned column, const char *word)
{
	return row < states->rows && strcmp(cw_cell(states, row, column), word) == 0;
}

static void append_keys(const struct cw_table *table, const struct cw_answer *states, json_t *list)
{
	for (uint16_t i = 0; i < table->foreign_count; i++) {
		const struct cw_foreign *foreign = &table->foreign[i];
		unsigned row = row_of(states, foreign->name);

		if (foreign->parent && is(states, row, 1, "ENABLED"))
			(void)json_array_append_new(
				list, json_pack("{s:s, s:s, s:s, s:b}", "owner", table->shape.owner,
						"table", table->shape.name, "name", foreign->name,
						"validated", is(states, row, 2, "VALIDATED")));
	}
}

bool cw_foreign_keys_note(struct cw_runbook *rb, struct cw_err *err)
{
	const struct cw_config_list *schemas = &rb->config->source.schemas;
	json_t *list;

	if (!cw_need_catalog(rb, err))
		return false;
	list = json_array();
	for (unsigned s = 0; s < schemas->count; s++) {
		struct cw_answer states;

		if (!states_of(&rb->sides, schemas->at[s], &states, err)) {
			json_decref(list);
			return false;
		}
		for (uint32_t i = 0; i < rb->catalog.table_count; i++)
			if (strcmp(rb->catalog.table[i]->shape.owner, schemas->at[s]) == 0)
				append_keys(rb->catalog.table[i], &states, list);
	}
	return cw_runbook_note(rb, "foreign_keys", list, err);
}

/* ---- what is done to them -------------------------------------------------------------------- */

static const char *member(const json_t *key, const char *name)
{
	return json_string_value(json_object_get(key, name));
}

static bool switch_key(struct cw_sides *sides, const json_t *key, const char *how,
		       struct cw_err *err)
{
	return cw_tell_ora(sides, err, "alter table %s.%s %s constraint %s",
			   cw_quoted(sides, member(key, "owner")),
			   cw_quoted(sides, member(key, "table")), how,
			   cw_quoted(sides, member(key, "name")));
}

static bool switch_noted(struct cw_runbook *rb, bool any_run, const char *how, struct cw_err *err)
{
	json_t *list = cw_runbook_noted(rb, "foreign_keys", any_run), *key;
	bool ok = true;
	size_t i;

	json_array_foreach(list, i, key) ok = ok && switch_key(&rb->sides, key, how, err);
	json_decref(list);
	return ok;
}

static bool fail_state(const json_t *key, const char *state, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_CONFIG, 4221, "foreign key %s of %s.%s is %s",
		       member(key, "name"), member(key, "owner"), member(key, "table"), state);
}

/* Has each noted key this status?  One that is gone has none. */
static bool noted_are(struct cw_runbook *rb, const char *wanted, struct cw_err *err)
{
	json_t *list = cw_runbook_noted(rb, "foreign_keys", true), *key;
	struct cw_answer states = { 0 };
	const char *owner = "";
	bool ok = true;
	size_t i;

	json_array_foreach(list, i, key)
	{
		unsigned row;

		if (!ok)
			break;
		if (strcmp(owner, member(key, "owner")) != 0) {
			owner = member(key, "owner");
			ok = states_of(&rb->sides, owner, &states, err);
		}
		row = row_of(&states, member(key, "name"));
		if (ok && !is(&states, row, 1, wanted))
			ok = fail_state(key, row < states.rows ? cw_cell(&states, row, 1) : "gone",
					err);
	}
	json_decref(list);
	return ok;
}

/* DDL on a key that is as it was would wait for the writers for nothing. */
static bool validate_key(struct cw_sides *sides, const json_t *key, struct cw_err *err)
{
	struct cw_answer states;
	unsigned row;

	if (!json_is_true(json_object_get(key, "validated")))
		return true;
	if (!states_of(sides, member(key, "owner"), &states, err))
		return false;
	row = row_of(&states, member(key, "name"));
	return is(&states, row, 2, "VALIDATED") || switch_key(sides, key, "enable validate", err);
}

/*
 * Rows are read as long as it takes: on a session of its own, without a limit for the call.  With @leave_fd, a
 * conductor that is to leave waits for it no longer; the next one does it again.
 */
static bool validate(struct cw_runbook *rb, bool any_run, int leave_fd, struct cw_err *err)
{
	json_t *list = cw_runbook_noted(rb, "foreign_keys", any_run), *key;
	struct cw_sides own;
	bool ok = true;
	size_t i;

	cw_sides_start(&own, rb->config, "foreign-keys");
	own.call_timeout_ms = 0;
	cw_sides_hear(&own, leave_fd);
	json_array_foreach(list, i, key) ok = ok && validate_key(&own, key, err);
	cw_sides_settle(&own);
	cw_sides_stop(&own);
	json_decref(list);
	return ok;
}

/* ---- the steps ---------------------------------------------------------------------------------- */

bool cw_foreign_keys_off(struct cw_runbook *rb, struct cw_err *err)
{
	return switch_noted(rb, false, "disable", err);
}

bool cw_foreign_keys_are_off(struct cw_runbook *rb, struct cw_err *err)
{
	return noted_are(rb, "DISABLED", err);
}

bool cw_foreign_keys_on(struct cw_runbook *rb, struct cw_err *err)
{
	return switch_noted(rb, true, "enable novalidate", err);
}

bool cw_foreign_keys_are_on(struct cw_runbook *rb, struct cw_err *err)
{
	return noted_are(rb, "ENABLED", err);
}

bool cw_foreign_keys_validate(struct cw_runbook *rb, struct cw_err *err)
{
	return validate(rb, true, rb->leave_fd, err);
}

bool cw_foreign_keys_undo_off(struct cw_runbook *rb, struct cw_err *err)
{
	return switch_noted(rb, false, "enable novalidate", err);
}

/* The way back failed: what the cut-over had switched off is off again. */
bool cw_foreign_keys_undo_on(struct cw_runbook *rb, struct cw_err *err)
{
	return switch_noted(rb, true, "disable", err);
}

/* Behind the opened door: the last to be undone.  Who leaves in the blackout undoes all of it first. */
bool cw_foreign_keys_undo_note(struct cw_runbook *rb, struct cw_err *err)
{
	return validate(rb, false, -1, err);
}
