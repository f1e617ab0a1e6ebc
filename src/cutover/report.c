/* report.c - see report.h */
#include "cutover/report.h"
#include "control/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *copy_of(const json_t *record, const char *key)
{
	json_t *value = json_object_get(record, key);

	return value ? json_deep_copy(value) : json_null();
}

/* ---- runs --------------------------------------------------------------------------------- */

static json_t *new_run(const json_t *record)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:n, s:[]}", "run", copy_of(record, "run"),
			 "kind", copy_of(record, "kind"), "began", copy_of(record, "at"),
			 "budget_ms", copy_of(record, "budget_ms"), "outcome", "under way",
			 "blackout_ms", "steps");
}

static json_t *last_step(const json_t *run, const char *name)
{
	json_t *steps = json_object_get(run, "steps");

	for (size_t i = json_array_size(steps); i-- > 0;)
		if (strcmp(cw_json_text(json_array_get(steps, i), "step"), name) == 0)
			return json_array_get(steps, i);
	return NULL;
}

static void step_began(json_t *run, const json_t *record)
{
	json_t *step = json_pack("{s:o, s:o, s:o, s:o, s:o, s:s, s:n}", "step",
				 copy_of(record, "step"), "stage", copy_of(record, "stage"), "says",
				 copy_of(record, "says"), "inside", copy_of(record, "inside"), "at",
				 copy_of(record, "at"), "state", "begun", "ms");

	(void)json_array_append_new(json_object_get(run, "steps"), step);
}

static void step_became(json_t *run, const json_t *record, const char *state)
{
	json_t *step = last_step(run, cw_json_text(record, "step"));

	if (!step)
		return;
	(void)json_object_set_new(step, "state", json_string(state));
	if (strcmp(state, "done") == 0)
		(void)json_object_set_new(step, "ms", copy_of(record, "ms"));
	if (json_object_get(record, "text"))
		(void)json_object_set_new(step, "text", copy_of(record, "text"));
}

static void run_ended(json_t *run, const json_t *record)
{
	static const char *const keys[] = { "outcome", "blackout_ms", "code", "text" };

	(void)json_object_set_new(run, "ended", copy_of(record, "at"));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (json_object_get(record, keys[i]))
			(void)json_object_set_new(run, keys[i], copy_of(record, keys[i]));
}

static void add_to_run(json_t *run, const json_t *record, const char *what)
{
	if (strcmp(what, "step") == 0)
		step_began(run, record);
	else if (strcmp(what, "done") == 0 || strcmp(what, "failed") == 0 ||
		 strcmp(what, "undone") == 0)
		step_became(run, record, what);
	else if (strcmp(what, "point of no return") == 0)
		(void)json_object_set_new(run, "point_of_no_return", copy_of(record, "at"));
	else if (strcmp(what, "end") == 0)
		run_ended(run, record);
}

/* Facts that a reader of the report asks for: the positions and the verdicts. */
static void add_fact(json_t *report, const json_t *record)
{
	json_t *verdict;

	if (strcmp(cw_json_text(record, "key"), "verified") != 0)
		return;
	verdict = copy_of(record, "value");
	if (json_is_object(verdict))
		(void)json_object_set_new(verdict, "at", copy_of(record, "at"));
	(void)json_array_append_new(json_object_get(report, "comparisons"), verdict);
}

json_t *cw_report_make(const char *crossing, const json_t *records)
{
	json_t *report =
		json_pack("{s:s, s:s, s:[], s:[], s:[], s:[]}", "crossing", crossing, "causeway",
			  CW_VERSION, "runs", "comparisons", "alarms", "timeline");
	json_t *run = NULL, *record;
	size_t i;

	json_array_foreach(records, i, record)
	{
		const char *what = cw_json_text(record, "what");

		if (strcmp(what, "begin") == 0) {
			run = new_run(record);
			(void)json_array_append_new(json_object_get(report, "runs"), run);
		} else if (strcmp(what, "fact") == 0) {
			add_fact(report, record);
			continue;
		} else if (strcmp(what, "alarm") == 0) {
			(void)json_array_append_new(json_object_get(report, "alarms"),
						    json_deep_copy(record));
		} else if (run) {
			add_to_run(run, record, what);
		}
		(void)json_array_append_new(json_object_get(report, "timeline"),
					    json_deep_copy(record));
	}
	return report;
}

/* ---- lines for people ------------------------------------------------------------------------- */

static void clock_of(const json_t *record, char ret[16])
{
	const char *at = cw_json_text(record, "at"); /* 2026-01-31T23:59:59.123456Z */

	(void)snprintf(ret, 16, "%.12s", strlen(at) > 23 ? at + 11 : "");
}

static void print_end(const json_t *record, FILE *out)
{
	const json_t *blackout = json_object_get(record, "blackout_ms");

	fprintf(out, "%s: %s", cw_json_text(record, "kind"), cw_json_text(record, "outcome"));
	if (json_is_integer(blackout))
		fprintf(out, ", writes were refused for %" JSON_INTEGER_FORMAT " ms",
			json_integer_value(blackout));
	if (*cw_json_text(record, "text"))
		fprintf(out, " (%s [%s])", cw_json_text(record, "text"),
			cw_json_text(record, "code"));
}

static void print_plain(const json_t *record, const char *what, FILE *out)
{
	const char *key, *sep = ": ";
	const json_t *value;

	fprintf(out, "%s", what);
	json_object_foreach((json_t *)(uintptr_t)record, key, value)
	{
		if (!json_is_string(value) || strcmp(key, "what") == 0 || strcmp(key, "at") == 0)
			continue;
		fprintf(out, "%s%s", sep, json_string_value(value));
		sep = " ";
	}
}

bool cw_report_line(const json_t *record, FILE *out)
{
	const char *what = cw_json_text(record, "what");
	char clock[16];

	if (strcmp(what, "fact") == 0 || strcmp(what, "undone") == 0)
		return false;
	clock_of(record, clock);
	fprintf(out, "%s  ", clock);
	if (strcmp(what, "step") == 0)
		fprintf(out, "%c %-20s %s",
			json_is_true(json_object_get(record, "inside")) ? '|' : ' ',
			cw_json_text(record, "step"), cw_json_text(record, "says"));
	else if (strcmp(what, "done") == 0)
		fprintf(out, "    %-18s %.1f ms", cw_json_text(record, "step"),
			json_number_value(json_object_get(record, "ms")));
	else if (strcmp(what, "undo") == 0)
		fprintf(out, "  undo %-15s %s", cw_json_text(record, "step"),
			cw_json_text(record, "says"));
	else if (strcmp(what, "failed") == 0 || strcmp(what, "undo failed") == 0)
		fprintf(out, "  %s %s: %s [%s]", what, cw_json_text(record, "step"),
			cw_json_text(record, "text"), cw_json_text(record, "code"));
	else if (strcmp(what, "end") == 0)
		print_end(record, out);
	else
		print_plain(record, what, out);
	return true;
}

bool cw_report_save(const json_t *report, const char *path, struct cw_err *err)
{
	char draft[4200];

	(void)snprintf(draft, sizeof(draft), "%s.new", path);
	if (json_dump_file(report, draft, JSON_INDENT(1)) != 0)
		return cw_fail_errno(err, 4256, "write %s", draft);
	if (rename(draft, path) < 0)
		return cw_fail_errno(err, 4256, "rename %s", draft);
	return true;
}
