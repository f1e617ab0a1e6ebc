/* main.c - see cmd.h: from arguments to a verb, and how verbs answer */
#include "cli/cmd.h"

#include "control/control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct cw_cmd *find_cmd(const char *name)
{
	for (const struct cw_cmd *cmd = cw_cmds; cmd->name; cmd++)
		if (strcmp(cmd->name, name) == 0)
			return cmd;
	return NULL;
}

/* Is @name one of the blank-separated @names? */
static bool takes(const char *names, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = strstr(names, name); at; at = strstr(at + 1, name))
		if ((at == names || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static const struct cw_option *find_option(const struct cw_cmd *cmd, const char *name, size_t len)
{
	for (const struct cw_option *option = cw_options; option->name; option++)
		if (strlen(option->name) == len && strncmp(option->name, name, len) == 0)
			return takes(cmd->options, option->name) ? option : NULL;
	return NULL;
}

static bool take_value(struct cw_env *env, const struct cw_option *option, const char *text)
{
	void *at = (char *)&env->args + option->offset;
	char *end;
	long long value;

	if (option->kind == CW_TEXT) {
		*(const char **)at = text;
		return true;
	}
	errno = 0;
	value = strtoll(text, &end, 10);
	if (errno || end == text || *end || value < 0 || value > 100000000) {
		(void)cw_cli_usage(env, "--%s takes a number, not '%s'", option->name, text);
		return false;
	}
	*(int64_t *)at = value;
	return true;
}

/* One option and, if it has one, its value: --name value or --name=value. */
static bool take_option(struct cw_env *env, int argc, char **argv, int *i)
{
	const char *name = argv[*i] + 2, *equals = strchr(name, '=');
	const struct cw_option *option =
		find_option(env->cmd, name, equals ? (size_t)(equals - name) : strlen(name));

	if (!option) {
		(void)cw_cli_usage(env, "no option '%s'", argv[*i]);
		return false;
	}
	if (option->kind == CW_SWITCH) {
		if (equals)
			(void)cw_cli_usage(env, "--%s takes no value", option->name);
		*(bool *)((char *)&env->args + option->offset) = true;
		return !equals;
	}
	if (!equals && *i + 1 >= argc) {
		(void)cw_cli_usage(env, "no value after '%s'", argv[*i]);
		return false;
	}
	return take_value(env, option, equals ? equals + 1 : argv[++*i]);
}

static bool parse(struct cw_env *env, int argc, char **argv)
{
	bool words_only = false;

	env->args.timeout_s = env->args.budget_ms = env->args.limit_s = -1;
	for (int i = 2; i < argc; i++) {
		if (!words_only && strcmp(argv[i], "--") == 0) {
			words_only = true;
		} else if (!words_only && strncmp(argv[i], "--", 2) == 0) {
			if (!take_option(env, argc, argv, &i))
				return false;
		} else if (env->args.words == env->cmd->words_max) {
			(void)cw_cli_usage(env, "what is '%s'?", argv[i]);
			return false;
		} else {
			env->args.word[env->args.words++] = argv[i];
		}
	}
	if (env->args.words >= env->cmd->words_min)
		return true;
	(void)cw_cli_usage(env, "it needs %s", env->cmd->words);
	return false;
}

int cw_cli_main(int argc, char **argv, FILE *out, FILE *complain)
{
	struct cw_env env = { .out = out, .complain = complain };

	if (argc < 2) {
		env.cmd = find_cmd("help");
		env.out = complain;
		(void)env.cmd->run(&env);
		return CW_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		fprintf(out, "causeway %s\n", CW_VERSION);
		return CW_EXIT_OK;
	}
	env.cmd = find_cmd(strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ? "help"
											: argv[1]);
	if (!env.cmd) {
		fprintf(complain, "causeway: no verb '%s' (see causeway help)\n", argv[1]);
		return CW_EXIT_USAGE;
	}
	if (!parse(&env, argc, argv))
		return CW_EXIT_USAGE;
	return (int)env.cmd->run(&env);
}

/* ---- how verbs answer ------------------------------------------------------------------ */

void cw_cli_json(struct cw_env *env, const json_t *object)
{
	(void)json_dumpf(object, env->out, JSON_INDENT(1));
	fputc('\n', env->out);
}

enum cw_exit cw_cli_fail(struct cw_env *env, const struct cw_err *err)
{
	if (env->args.json) {
		json_t *object = json_pack("{s:b, s:o, s:s}", "ok", 0, "code",
					   json_sprintf("CW%04u", err->code), "text", err->text);

		cw_cli_json(env, object);
		json_decref(object);
	}
	fprintf(env->complain, "causeway %s: %s [CW%04u]\n", env->cmd->name, err->text, err->code);
	return CW_EXIT_FAILED;
}

enum cw_exit cw_cli_usage(struct cw_env *env, const char *fmt, ...)
{
	va_list args;

	fprintf(env->complain, "causeway %s: ", env->cmd->name);
	va_start(args, fmt);
	(void)vfprintf(env->complain, fmt, args);
	va_end(args);
	fprintf(env->complain, " (see causeway help %s)\n", env->cmd->name);
	return CW_EXIT_USAGE;
}

const char *cw_cli_dir(const struct cw_env *env)
{
	return env->args.word[env->cmd->words_max - 1];
}

bool cw_cli_file(const struct cw_env *env, const char *file, char *ret, size_t room,
		 struct cw_err *err)
{
	if (snprintf(ret, room, "%s/%s", cw_cli_dir(env), file) < (int)room)
		return true;
	return cw_fail(err, CW_ERR_CONFIG, 6001, "%s: the path is too long", cw_cli_dir(env));
}

bool cw_cli_ask(const struct cw_env *env, json_t *request, int timeout_ms, json_t **ret,
		struct cw_err *err)
{
	char path[4096];
	bool ok;

	*ret = NULL;
	ok = cw_cli_file(env, "conductor.sock", path, sizeof(path), err) &&
	     cw_control_call(path, request, timeout_ms, ret, err);
	json_decref(request);
	return ok;
}
