/* prepare.c - causeway check, schema, run, task, clean: the verbs that work without a conductor */
#include "assess/assess.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "cli/cmd.h"
#include "control/control.h"
#include "cutover/conductor.h"
#include "endpoint/pg_apply.h"
#include "endpoint/pg_slot.h"
#include "schema/ddl.h"
#include "schema/own.h"
#include "schema/sides.h"
#include "task/task.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DETACH_WAIT_MS 15000

extern char **environ;

/* ---- check -------------------------------------------------------------------------------- */

static void print_findings(FILE *out, const json_t *answer)
{
	const json_t *list = json_object_get(answer, "findings"), *one;
	size_t i;

	json_array_foreach(list, i, one)
	{
		fprintf(out, "%-4s  %s\n      %s\n",
			json_string_value(json_object_get(one, "severity")),
			json_string_value(json_object_get(one, "code")),
			json_string_value(json_object_get(one, "cause")));
		if (*json_string_value(json_object_get(one, "cure")))
			fprintf(out, "      cure: %s\n",
				json_string_value(json_object_get(one, "cure")));
	}
	if (i == 0)
		fputs("nothing stands in the way\n", out);
}

enum cw_exit cw_verb_check(struct cw_env *env)
{
	static const struct {
		const char *name;
		unsigned sides;
	} what[] = { { "source", CW_ASSESS_SOURCE },
		     { "target", CW_ASSESS_TARGET },
		     { "crossing", CW_ASSESS_BOTH } };
	struct cw_config config;
	struct cw_err err;
	unsigned sides = 0;
	json_t *answer;
	bool stops;

	for (size_t i = 0; i < CW_ARRAY_LEN(what); i++)
		if (strcmp(env->args.word[0], what[i].name) == 0)
			sides = what[i].sides;
	if (!sides)
		return cw_cli_usage(env, "source, target or crossing, not '%s'", env->args.word[0]);
	if (!cw_config_load(cw_cli_dir(env), &config, &err))
		return cw_cli_fail(env, &err);
	answer = cw_assess(&config, sides);
	stops = json_integer_value(json_object_get(answer, "stop")) > 0;
	if (env->args.json)
		cw_cli_json(env, answer);
	else
		print_findings(env->out, answer);
	json_decref(answer);
	cw_config_release(&config);
	return stops ? CW_EXIT_FAILED : CW_EXIT_OK;
}

/* ---- schema --------------------------------------------------------------------------------- */

static void print_ddl(struct cw_env *env, const struct cw_catalog *catalog)
{
	struct cw_wr out = { 0 };

	cw_ddl_tables(catalog, &out);
	cw_wr_text(&out, "\n-- after the load\n");
	cw_ddl_after_load(catalog, &out);
	cw_ddl_validate(catalog, &out);
	if (env->args.json) {
		json_t *answer = json_pack("{s:s%}", "ddl", (const char *)out.at0, out.len);

		cw_cli_json(env, answer);
		json_decref(answer);
	} else {
		(void)fwrite(out.at0, 1, out.len, env->out);
	}
	cw_wr_release(&out);
}

static bool make_schema(struct cw_env *env, struct cw_sides *sides,
			const struct cw_catalog *catalog, struct cw_err *err)
{
	json_t *answer;

	if (!env->args.apply) {
		print_ddl(env, catalog);
		return true;
	}
	if (!cw_own_make_pg(sides->pg, sides->config->name, err) ||
	    !cw_own_make_ora(sides->ora, sides->config->name, err) ||
	    !cw_ddl_apply_tables(sides->pg, catalog, err))
		return false;
	answer = json_pack("{s:b, s:i, s:i, s:i}", "ok", 1, "tables", (int)catalog->table_count,
			   "sequences", (int)catalog->sequence_count, "not_converted",
			   (int)cw_ddl_left_out(catalog));
	if (env->args.json)
		cw_cli_json(env, answer);
	else
		fprintf(env->out, "%u tables and %u sequences made, %u things not converted\n",
			catalog->table_count, catalog->sequence_count, cw_ddl_left_out(catalog));
	json_decref(answer);
	return true;
}

enum cw_exit cw_verb_schema(struct cw_env *env)
{
	struct cw_catalog catalog;
	struct cw_config config;
	struct cw_sides sides;
	struct cw_err err;
	bool ok;

	if (!cw_config_load(cw_cli_dir(env), &config, &err))
		return cw_cli_fail(env, &err);
	cw_sides_start(&sides, &config, "causeway schema");
	ok = cw_sides_wake(&sides, &err) &&
	     cw_catalog_read(sides.ora, &config.source.schemas, &config.source.leave_out, &catalog,
			     &err);
	if (ok) {
		ok = make_schema(env, &sides, &catalog, &err);
		cw_catalog_release(&catalog);
	}
	cw_sides_stop(&sides);
	cw_config_release(&config);
	return ok ? CW_EXIT_OK : cw_cli_fail(env, &err);
}

/* ---- run and task --------------------------------------------------------------------------- */

static bool spawn_conductor(const char *dir, pid_t *ret, struct cw_err *err)
{
	const char *argv[] = { "causeway", "run", dir, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	char log[4096];
	int failed;

	if (snprintf(log, sizeof(log), "%s/log", dir) >= (int)sizeof(log) - 20)
		return cw_fail(err, CW_ERR_CONFIG, 6001, "%s: the path is too long", dir);
	(void)mkdir(log, 0700);
	(void)strcat(log, "/conductor.log");
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	(void)posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	(void)posix_spawn_file_actions_adddup2(&files, 1, 2);
	(void)posix_spawnattr_init(&attr);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID);
	failed = posix_spawn(ret, "/proc/self/exe", &files, &attr, (char *const *)(uintptr_t)argv,
			     environ);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attr);
	if (!failed)
		return true;
	errno = failed;
	return cw_fail_errno(err, 6002, "start the conductor");
}

/* The conductor is there when it answers; if it ends before, its log says why. */
static bool wait_for(struct cw_env *env, pid_t pid, struct cw_err *err)
{
	int64_t until = cw_clock_ms() + DETACH_WAIT_MS;

	for (;;) {
		json_t *reply, *request = json_pack("{s:s}", "do", "status");
		bool there = cw_cli_ask(env, request, 5000, &reply, err);
		pid_t is = (pid_t)json_integer_value(json_object_get(reply, "pid"));

		json_decref(reply);
		if (there && is == pid)
			return true;
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return cw_fail(err, CW_ERR_CONFIG, 6002,
				       "the conductor ended at once: %s/log/conductor.log says why",
				       cw_cli_dir(env));
		if (cw_clock_ms() > until)
			return cw_fail(err, CW_ERR_RETRY, 6002,
				       "the conductor does not answer in %d s",
				       DETACH_WAIT_MS / 1000);
		cw_sleep_ms(20);
	}
}

static enum cw_exit run_detached(struct cw_env *env, const char *dir)
{
	struct cw_err err;
	pid_t pid;

	if (!spawn_conductor(dir, &pid, &err) || !wait_for(env, pid, &err))
		return cw_cli_fail(env, &err);
	if (env->args.json)
		fprintf(env->out, "{\"ok\": true, \"pid\": %d}\n", (int)pid);
	else
		fprintf(env->out, "the conductor runs as process %d\n", (int)pid);
	return CW_EXIT_OK;
}

enum cw_exit cw_verb_run(struct cw_env *env)
{
	static struct cw_config config; /* the conductor's threads look at it to the very end */
	enum cw_exit code = CW_EXIT_OK;
	struct cw_err err;

	if (!cw_config_load(cw_cli_dir(env), &config, &err))
		return cw_cli_fail(env, &err);
	if (env->args.detach) {
		code = run_detached(env, config.dir);
		cw_config_release(&config);
		return code;
	}
	cw_log_set_name("conductor");
	if (!cw_conductor_run(&config, &err))
		code = cw_cli_fail(env, &err);
	cw_config_release(&config);
	return code;
}

enum cw_exit cw_verb_task(struct cw_env *env)
{
	enum cw_task_mode mode = env->args.watch ? CW_TASK_WATCH : CW_TASK_APPLY;
	const char *name = env->args.word[0];
	struct cw_config config;
	struct cw_err err;
	int code;

	if (strcmp(name, "forward") != 0 && strcmp(name, "reverse") != 0)
		return cw_cli_usage(env, "forward or reverse, not '%s'", name);
	if (!cw_config_load(cw_cli_dir(env), &config, &err))
		return cw_cli_fail(env, &err);
	cw_log_set_name(name);
	code = strcmp(name, "forward") == 0 ? cw_task_forward(&config, mode)
					    : cw_task_reverse(&config, mode);
	cw_config_release(&config);
	return (enum cw_exit)code;
}

/* ---- clean ----------------------------------------------------------------------------------- */

/* Another crossing's are left alone, and what both use with them. */
static bool clean_all(struct cw_config *config, struct cw_err *err)
{
	struct cw_sides sides;
	bool ok;

	cw_sides_start(&sides, config, "causeway clean");
	ok = cw_sides_wake(&sides, err) &&
	     cw_pg_slot_drop(sides.pg, config->slot, err) &&
	     cw_pg_apply_forget(sides.pg, config->slot, err) &&
	     cw_own_drop_pg(sides.pg, config->name, err) &&
	     cw_own_drop_ora(sides.ora, config->name, err);
	cw_sides_stop(&sides);
	return ok;
}

enum cw_exit cw_verb_clean(struct cw_env *env)
{
	struct cw_config config;
	char path[4096];
	struct cw_err err;
	json_t *reply;
	bool ok;

	if (!env->args.yes)
		return cw_cli_usage(env, "it closes the way back for good: say --yes");
	if (!cw_config_load(cw_cli_dir(env), &config, &err))
		return cw_cli_fail(env, &err);
	ok = cw_config_path(&config, "conductor.sock", path, sizeof(path), &err);
	if (ok && cw_control_ask(path, "status", 2000, &reply, &err)) {
		json_decref(reply);
		ok = cw_fail(&err, CW_ERR_CONFIG, 6003,
			     "the conductor runs: causeway stop %s first", config.dir);
	}
	ok = ok && clean_all(&config, &err);
	cw_config_release(&config);
	if (!ok)
		return cw_cli_fail(env, &err);
	fputs(env->args.json ? "{\"ok\": true}\n" : "both sides are clean\n", env->out);
	return CW_EXIT_OK;
}
