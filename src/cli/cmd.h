/*
 * cmd.h - the verbs of `causeway`, their options, help and manual: one table
 *
 * A verb names the options it takes; the parser, `causeway help VERB`,
 * `causeway help` and man/causeway.1 are all made from the table in verbs.c.
 * A verb answers with an exit code and prints its result to env->out and
 * nothing else there.
 *
 * Errors	CW6001 usage
 */
#ifndef CW_CLI_CMD_H
#define CW_CLI_CMD_H

#include "schema/config.h"

#include <jansson.h>
#include <stdio.h>

/* Documented, and the same for every verb. */
enum cw_exit {
	CW_EXIT_OK = 0,
	CW_EXIT_FAILED = 1,  /* it was tried and did not work */
	CW_EXIT_USAGE = 2,   /* nothing was tried */
	CW_EXIT_NOT_YET = 3, /* ask again: for loops in scripts */
};

struct cw_args {
	const char *word[3]; /* what is not an option */
	unsigned words;
	bool json, yes, dry_run, apply, hold, detach, watch, man, csv, ping;
	const char *wait, *mode, *user, *password, *new_password, *wallet, *wallet_password,
		*role, *file;
	int64_t timeout_s, budget_ms, limit_s; /* -1: not said */
};

struct cw_env {
	FILE *out, *complain;
	struct cw_args args;
	const struct cw_cmd *cmd;
};

struct cw_cmd {
	const char *name;
	const char *words; /* "DIR", "source|target|crossing DIR" */
	unsigned words_min, words_max;
	const char *options; /* their names, parted by blanks */
	const char *summary; /* one line of `causeway help` */
	const char *more;    /* a paragraph of `causeway help NAME` and of the manual */
	bool hidden;
	enum cw_exit (*run)(struct cw_env *env);
};

struct cw_option {
	const char *name, *argument; /* NULL: a switch */
	const char *help;
	size_t offset; /* into struct cw_args */
	enum { CW_SWITCH, CW_TEXT, CW_SECONDS, CW_MILLISECONDS } kind;
};

/* All of them, ended by a NULL name. */
extern const struct cw_cmd cw_cmds[];
extern const struct cw_option cw_options[];

int cw_cli_main(int argc, char **argv, FILE *out, FILE *complain);

/* ---- for the verbs ------------------------------------------------------------------ */

/* Tell a failure: as text, or with --json as {"ok": false, ...}.  Always CW_EXIT_FAILED. */
enum cw_exit cw_cli_fail(struct cw_env *env, const struct cw_err *err);
enum cw_exit cw_cli_usage(struct cw_env *env, const char *fmt, ...) CW_PRINTF(2, 3);
void cw_cli_json(struct cw_env *env, const json_t *object);

/* The word after the verb's own as a folder; the path of one of its files. */
const char *cw_cli_dir(const struct cw_env *env);
bool cw_cli_file(const struct cw_env *env, const char *file, char *ret, size_t room,
		 struct cw_err *err) CW_MUST_CHECK;
/* Ask the conductor; takes over @request. */
bool cw_cli_ask(const struct cw_env *env, json_t *request, int timeout_ms, json_t **ret,
		struct cw_err *err) CW_MUST_CHECK;

enum cw_exit cw_verb_check(struct cw_env *env), cw_verb_schema(struct cw_env *env),
	cw_verb_run(struct cw_env *env), cw_verb_task(struct cw_env *env),
	cw_verb_status(struct cw_env *env), cw_verb_verify(struct cw_env *env),
	cw_verb_cutover(struct cw_env *env), cw_verb_back(struct cw_env *env),
	cw_verb_go(struct cw_env *env), cw_verb_attach(struct cw_env *env),
	cw_verb_report(struct cw_env *env), cw_verb_stop(struct cw_env *env),
	cw_verb_clean(struct cw_env *env), cw_verb_sql(struct cw_env *env),
	cw_verb_help(struct cw_env *env);

#endif
