/* cross.c - causeway cutover and back: begin, show, and say how it ended */
#include "base/clock.h"
#include "cli/cmd.h"
#include "control/control.h"
#include "control/json.h"
#include "cutover/report.h"

#include <string.h>
#include <unistd.h>

#define ASK_MS	     30000
#define DRY_RUN_MS   600000
#define COME_BACK_MS 60000 /* how long a conductor that went away is waited for */

struct show {
	struct cw_env *env;
	json_int_t run;
	bool ended;
};

static bool on_event(void *owner, json_t *event)
{
	struct show *show = owner;
	FILE *out = show->env->out;

	if (json_integer_value(json_object_get(event, "run")) != show->run)
		return true;
	if (!show->env->args.json && cw_report_line(event, out)) {
		fputc('\n', out);
		(void)fflush(out);
	}
	show->ended = strcmp(cw_json_text(event, "what"), "end") == 0;
	return !show->ended;
}

/* The run as the report has it; NULL while nobody answers. */
static json_t *run_of(struct cw_env *env, json_int_t number)
{
	json_t *reply, *run = NULL, *one;
	struct cw_err err;
	size_t i;

	if (!cw_cli_ask(env, json_pack("{s:s}", "do", "report"), ASK_MS, &reply, &err)) {
		json_decref(reply);
		return NULL;
	}
	json_array_foreach(json_object_get(json_object_get(reply, "report"), "runs"), i,
			   one) if (json_integer_value(json_object_get(one, "run")) == number) run =
		json_incref(one);
	json_decref(reply);
	return run;
}

static bool has_ended(const json_t *run)
{
	return run && strcmp(cw_json_text(run, "outcome"), "under way") != 0;
}

/* Look on until the run has ended, over a conductor that dies and is started again. */
static json_t *look_on(struct cw_env *env, json_int_t number, struct cw_err *err)
{
	struct show show = { .env = env, .run = number };
	int64_t until = cw_clock_ms() + COME_BACK_MS;
	char path[4096];

	if (!cw_cli_file(env, "conductor.sock", path, sizeof(path), err))
		return NULL;
	for (;;) {
		json_t *run;

		if (cw_control_attach(path, 0, on_event, &show, err))
			until = cw_clock_ms() + COME_BACK_MS;
		run = run_of(env, number);
		if (has_ended(run))
			return run;
		json_decref(run);
		if (cw_clock_ms() > until) {
			(void)cw_err_add(err, "the conductor went away in the middle; start it "
					      "again: it goes on or undoes");
			return NULL;
		}
		cw_sleep_ms(100);
	}
}

static enum cw_exit judge(struct cw_env *env, const json_t *run, const char *wanted)
{
	if (env->args.json)
		cw_cli_json(env, run);
	if (strcmp(cw_json_text(run, "outcome"), wanted) == 0)
		return CW_EXIT_OK;
	fprintf(env->complain, "causeway %s: %s: %s [%s]\n", env->cmd->name,
		cw_json_text(run, "outcome"), cw_json_text(run, "text"), cw_json_text(run, "code"));
	return CW_EXIT_FAILED;
}

static enum cw_exit print_dry_run(struct cw_env *env, const json_t *reply)
{
	json_int_t inside = 0;
	const json_t *step;
	bool ok = true;
	size_t i;

	if (env->args.json)
		cw_cli_json(env, reply);
	json_array_foreach(json_object_get(reply, "steps"), i, step)
	{
		const json_t *passed = json_object_get(step, "passed");
		json_int_t ms = json_integer_value(json_object_get(step, "expected_ms"));
		bool in = json_is_true(json_object_get(step, "inside"));

		ok = ok && !json_is_false(passed);
		inside += in ? ms : 0;
		if (env->args.json)
			continue;
		fprintf(env->out, "%-9s %-20s %5lld ms %3lld %-9s %s%s%s\n", in ? "blackout" : "",
			cw_json_text(step, "step"), (long long)ms,
			(long long)json_integer_value(json_object_get(step, "count")),
			cw_json_text(step, "per"), cw_json_text(step, "says"),
			json_is_true(passed)	? ": passed"
			: json_is_false(passed) ? ": FAILED: "
						: "",
			cw_json_text(step, "text"));
	}
	if (!env->args.json)
		fprintf(env->out, "expected blackout: %lld ms\n", (long long)inside);
	return ok ? CW_EXIT_OK : CW_EXIT_FAILED;
}

static bool may(struct cw_env *env, const char *what)
{
	char line[16];

	if (env->args.yes || env->args.dry_run)
		return true;
	if (!isatty(STDIN_FILENO))
		return false;
	fprintf(env->complain, "%s Type yes: ", what);
	return fgets(line, sizeof(line), stdin) && strcmp(line, "yes\n") == 0;
}

static enum cw_exit cross(struct cw_env *env, const char *wanted)
{
	json_t *request = json_pack("{s:s, s:b, s:b}", "do", env->cmd->name, "dry_run",
				    env->args.dry_run, "hold", env->args.hold);
	json_t *reply, *run;
	json_int_t number;
	enum cw_exit code;
	struct cw_err err;

	if (env->args.budget_ms >= 0)
		(void)json_object_set_new(request, "budget_ms", json_integer(env->args.budget_ms));
	if (!cw_cli_ask(env, request, env->args.dry_run ? DRY_RUN_MS : ASK_MS, &reply, &err)) {
		json_decref(reply);
		return cw_cli_fail(env, &err);
	}
	if (env->args.dry_run) {
		code = print_dry_run(env, reply);
		json_decref(reply);
		return code;
	}
	number = json_integer_value(json_object_get(reply, "run"));
	if (json_is_true(json_object_get(reply, "undoes")))
		wanted = "undone";
	if (env->args.detach) {
		cw_cli_json(env, reply);
		json_decref(reply);
		return CW_EXIT_OK;
	}
	json_decref(reply);
	run = look_on(env, number, &err);
	if (!run)
		return cw_cli_fail(env, &err);
	code = judge(env, run, wanted);
	json_decref(run);
	return code;
}

enum cw_exit cw_verb_cutover(struct cw_env *env)
{
	if (!may(env, "Writes to Oracle will be refused, then PostgreSQL is opened."))
		return cw_cli_usage(env, "say --yes, or ask for a --dry-run");
	return cross(env, "done");
}

/* Says which of the two it is going to be before it asks. */
enum cw_exit cw_verb_back(struct cw_env *env)
{
	json_t *status = NULL;
	struct cw_err err;
	bool undoes;

	if (!cw_cli_ask(env, json_pack("{s:s}", "do", "status"), ASK_MS, &status, &err)) {
		json_decref(status);
		return cw_cli_fail(env, &err);
	}
	undoes = strcmp(cw_json_text(status, "state"), "cutover") == 0 &&
		 json_is_false(json_object_get(status, "past_point_of_no_return"));
	json_decref(status);
	if (!may(env, undoes ? "The cut-over under way will be given up and undone."
			     : "Writes to PostgreSQL will be refused, then Oracle is opened."))
		return cw_cli_usage(env, "say --yes, or ask for a --dry-run");
	return cross(env, "done");
}
