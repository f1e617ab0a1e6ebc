/* watch.c - causeway status, verify, attach, report, go, stop: asking the conductor */
#include "cli/cmd.h"
#include "control/control.h"
#include "control/json.h"
#include "cutover/book.h"
#include "cutover/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ASK_MS	      30000
#define VERIFY_ASK_MS 86400000

/* ---- status --------------------------------------------------------------------------------- */

static void print_task(FILE *out, const char *name, const json_t *task)
{
	const json_t *lag = json_object_get(task, "lag_ms"), *table;
	const json_t *error = json_object_get(task, "error");
	size_t i;

	fprintf(out, "%-8s  %-12s", name, cw_json_text(task, "phase"));
	if (json_object_get(task, "rows_loaded"))
		fprintf(out, "  %" PRId64 " rows loaded", cw_json_number(task, "rows_loaded"));
	if (json_object_get(task, "transactions"))
		fprintf(out, "  %" PRId64 " transactions", cw_json_number(task, "transactions"));
	if (json_is_number(lag))
		fprintf(out, "  lag %" PRId64 " ms", cw_json_number(task, "lag_ms"));
	if (cw_json_number(task, "foreign_transactions") > 0)
		fprintf(out, "  %" PRId64 " foreign", cw_json_number(task, "foreign_transactions"));
	if (error)
		fprintf(out, "  %s [%s]", cw_json_text(error, "text"), cw_json_text(error, "code"));
	fputc('\n', out);
	json_array_foreach(json_object_get(task, "tables"), i, table) fprintf(
		out,
		"    %-40s %10" PRId64 " loaded %8" PRId64 " i %8" PRId64 " u %8" PRId64 " d\n",
		cw_json_text(table, "name"), cw_json_number(table, "rows_loaded"),
		cw_json_number(table, "inserts"), cw_json_number(table, "updates"),
		cw_json_number(table, "deletes"));
}

static void print_status(FILE *out, const json_t *status)
{
	const json_t *verified = json_object_get(status, "verified");

	fprintf(out, "crossing %s: the applications are on %s; %s %s\n",
		cw_json_text(status, "crossing"),
		strcmp(cw_json_text(status, "side"), "oracle") == 0 ? "Oracle" : "PostgreSQL",
		cw_json_text(status, "state"), cw_json_text(status, "step"));
	print_task(out, "forward", json_object_get(status, "forward"));
	print_task(out, "reverse", json_object_get(status, "reverse"));
	if (json_is_object(verified))
		fprintf(out, "compared  %" PRId64 " rows, %" PRId64 " different\n",
			cw_json_number(verified, "rows_compared"),
			cw_json_number(verified, "rows_different"));
}

enum cw_exit cw_verb_status(struct cw_env *env)
{
	const char *wait = env->args.wait;
	int64_t timeout_s = env->args.timeout_s >= 0 ? env->args.timeout_s : 60;
	json_t *request, *reply;
	struct cw_err err;
	bool ok;

	if (wait && strcmp(wait, "following") != 0 && strcmp(wait, "caught-up") != 0)
		return cw_cli_usage(env, "--wait takes following or caught-up, not '%s'", wait);
	request = wait ? json_pack("{s:s, s:s, s:I}", "do", "wait", "for", wait, "timeout_ms",
				   (json_int_t)(timeout_s * 1000))
		       : json_pack("{s:s}", "do", "status");
	ok = cw_cli_ask(env, request, wait ? (int)(timeout_s * 1000) + ASK_MS : ASK_MS, &reply,
			&err);
	if (!ok) {
		json_decref(reply);
		(void)cw_cli_fail(env, &err);
		return wait && err.kind == CW_ERR_RETRY && err.code != 4102 ? CW_EXIT_NOT_YET
									    : CW_EXIT_FAILED;
	}
	if (env->args.json)
		cw_cli_json(env, reply);
	else
		print_status(env->out, reply);
	json_decref(reply);
	return CW_EXIT_OK;
}

/* ---- verify ---------------------------------------------------------------------------------- */

static void print_verdict(FILE *out, const json_t *verdict)
{
	const json_t *table;
	size_t i;

	json_array_foreach(json_object_get(verdict, "tables"), i, table) fprintf(
		out, "%-40s %12" PRId64 " compared %8" PRId64 " different  %s\n",
		cw_json_text(table, "table"), cw_json_number(table, "rows_compared"),
		cw_json_number(table, "rows_different"), cw_json_text(table, "first_difference"));
	fprintf(out, "%" PRId64 " rows compared, %" PRId64 " different\n",
		cw_json_number(verdict, "rows_compared"),
		cw_json_number(verdict, "rows_different"));
}

enum cw_exit cw_verb_verify(struct cw_env *env)
{
	const char *mode = env->args.mode ? env->args.mode : "full";
	json_t *reply;
	struct cw_err err;
	bool ok, found;

	if (strcmp(mode, "full") != 0 && strcmp(mode, "delta") != 0)
		return cw_cli_usage(env, "--mode takes full or delta, not '%s'", mode);
	ok = cw_cli_ask(env, json_pack("{s:s, s:s}", "do", "verify", "mode", mode), VERIFY_ASK_MS,
			&reply, &err);
	/* Rows that differ are an answer too: which ones is what one wants to read. */
	found = json_object_get(reply, "rows_compared") != NULL;
	if (found && env->args.json)
		cw_cli_json(env, reply);
	else if (found)
		print_verdict(env->out, reply);
	json_decref(reply);
	if (ok)
		return CW_EXIT_OK;
	if (!found)
		return cw_cli_fail(env, &err);
	fprintf(env->complain, "causeway verify: %s [CW%04u]\n", err.text, err.code);
	return CW_EXIT_FAILED;
}

/* ---- attach and report -------------------------------------------------------------------------- */

static bool on_event(void *owner, json_t *event)
{
	struct cw_env *env = owner;

	if (env->args.json) {
		(void)json_dumpf(event, env->out, JSON_COMPACT);
		fputc('\n', env->out);
	} else if (cw_report_line(event, env->out)) {
		fputc('\n', env->out);
	}
	return fflush(env->out) == 0;
}

enum cw_exit cw_verb_attach(struct cw_env *env)
{
	char path[4096];
	struct cw_err err;

	if (!cw_cli_file(env, "conductor.sock", path, sizeof(path), &err) ||
	    !cw_control_attach(path, 0, on_event, env, &err))
		return cw_cli_fail(env, &err);
	return CW_EXIT_OK;
}

enum cw_exit cw_verb_report(struct cw_env *env)
{
	json_t *records, *report, *record;
	struct cw_config config;
	char path[4096];
	struct cw_err err;
	size_t i;

	if (!cw_config_load(cw_cli_dir(env), &config, &err))
		return cw_cli_fail(env, &err);
	records = cw_config_path(&config, "journal", path, sizeof(path), &err)
			  ? cw_book_read(path, &err)
			  : NULL;
	if (!records) {
		cw_config_release(&config);
		return cw_cli_fail(env, &err);
	}
	report = cw_report_make(config.name, records);
	if (env->args.json)
		cw_cli_json(env, report);
	else
		json_array_foreach(records, i, record) if (cw_report_line(record, env->out))
			fputc('\n', env->out);
	json_decref(report);
	json_decref(records);
	cw_config_release(&config);
	return CW_EXIT_OK;
}

/* ---- go and stop ----------------------------------------------------------------------------------- */

static enum cw_exit simple(struct cw_env *env, const char *verb)
{
	json_t *reply;
	struct cw_err err;
	bool ok = cw_cli_ask(env, json_pack("{s:s}", "do", verb), ASK_MS, &reply, &err);

	if (ok && env->args.json)
		cw_cli_json(env, reply);
	json_decref(reply);
	return ok ? CW_EXIT_OK : cw_cli_fail(env, &err);
}

enum cw_exit cw_verb_go(struct cw_env *env)
{
	return simple(env, "go");
}

enum cw_exit cw_verb_stop(struct cw_env *env)
{
	enum cw_exit code = simple(env, "stop");
	char path[4096];
	struct cw_err err;

	/* It has stopped when nobody answers any more. */
	if (code == CW_EXIT_OK && cw_cli_file(env, "conductor.sock", path, sizeof(path), &err))
		while (cw_control_attach(path, INT64_MAX / 2, on_event, env, &err))
			;
	return code;
}
