/* sql.c - causeway sql: one session with Oracle, and statements from wherever; see cmd.h */
#include "cli/sql.h"

#include "base/io.h"
#include "base/os.h"
#include "base/wr.h"
#include "cli/cmd.h"
#include "oracle/sql_text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SCRIPT_BYTES_MAX ((size_t)64 << 20)
#define CONNECT_MS	 20000

struct sql {
	struct cw_env *env;
	struct cw_sql_out out;
	struct cw_config config; /* of a crossing's folder; zero: a connect string */
	struct cw_secret password, new_password, wallet_password;
	struct cw_ora_login login;
	struct cw_ora *ora;
	unsigned failed;
};

/* ---- Ctrl-C ----------------------------------------------------------------------------- */

static int break_fd = -1; /* readable: the statement is to be broken off */

static void on_interrupt(int number)
{
	const uint64_t one = 1;

	(void)number;
	(void)!write(break_fd, &one, sizeof(one));
}

static void watch_interrupts(void)
{
	struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESTART };

	break_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	(void)sigemptyset(&action.sa_mask);
	if (break_fd >= 0)
		(void)sigaction(SIGINT, &action, NULL);
}

static void forget_interrupts(void)
{
	uint64_t count;

	(void)!read(break_fd, &count, sizeof(count));
}

/* ---- statements --------------------------------------------------------------------------- */

static void explain_in_words(struct sql *sql, const struct cw_err *err)
{
	const char *text = cw_sql_explain(err->native);

	(void)fflush(sql->out.rows);
	cw_sql_put_safe(sql->out.words, err->text);
	fprintf(sql->out.words, " [CW%04u]\n", err->code);
	if (text)
		fprintf(sql->out.words, "  %s\n", text);
}

static void explain(struct sql *sql, const struct cw_err *err)
{
	if (sql->out.form == CW_SQL_JSON) {
		fprintf(sql->out.rows,
			"{\"ok\": false, \"code\": \"CW%04u\", \"ora\": %d, \"text\": ", err->code,
			err->native);
		cw_sql_json_text(sql->out.rows, err->text, strlen(err->text));
		fputs("}\n", sql->out.rows);
	}
	explain_in_words(sql, err);
}

static bool run(struct sql *sql, const char *text, struct cw_err *err)
{
	struct cw_ora_result result;
	struct cw_ora_stmt *stmt;
	bool good;

	if (!cw_ora_prepare(sql->ora, text, &stmt, err))
		return false;
	for (unsigned i = 0; i < cw_ora_bind_count(stmt); i++) /* what else could be printed? */
		cw_ora_bind_out(stmt, i, CW_ORA_CURSOR, 4);
	good = cw_ora_execute(stmt, NULL, 0, 0, &result, err);
	if (good && cw_ora_column_count(stmt) > 0)
		good = cw_sql_print(&sql->out, sql->ora, stmt, err);
	else if (good)
		cw_sql_print_done(&sql->out, text, &result);
	good = good && cw_sql_print_more(&sql->out, sql->ora, stmt, err);
	cw_ora_stmt_free(stmt);
	return good;
}

/* One statement; it is told if it fails. */
static bool run_one(struct sql *sql, struct cw_bytes statement)
{
	char *text = strndup((const char *)statement.at, statement.len);
	struct cw_err err;
	bool good;

	if (!text)
		abort();
	good = run(sql, text, &err);
	forget_interrupts();
	free(text);
	if (good)
		return true;
	sql->failed++;
	explain(sql, &err);
	return false;
}

/* All of a script, or up to the first that fails. */
static bool run_script(struct sql *sql, const char *text)
{
	struct cw_bytes statement;
	size_t taken;

	while (*text) {
		taken = cw_sql_statement(text, true, &statement);
		if (statement.len > 0 && !run_one(sql, statement))
			return false;
		text += taken;
	}
	return true;
}

/* Work of a script is all or nothing. */
static bool end_work(struct sql *sql, bool good)
{
	struct cw_err err;

	if (!cw_ora_in_transaction(sql->ora))
		return good;
	if (good && cw_ora_commit(sql->ora, &err))
		return true;
	if (good) {
		explain(sql, &err);
		return false;
	}
	fputs(cw_ora_rollback(sql->ora, &err) ? "rolled back\n"
					       : "the session is lost, and its work with it\n",
	      sql->out.words);
	return false;
}

static bool read_script(const char *path, struct cw_wr *ret, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd)
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	uint8_t room[65536];
	ssize_t got;

	if (fd < 0)
		return cw_fail_errno(err, 6101, "open %s", path);
	ret->limit_bytes = SCRIPT_BYTES_MAX;
	while ((got = read(fd, room, sizeof(room))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return cw_fail_errno(err, 6101, "read %s", path);
		cw_wr_put(ret, room, (size_t)got);
	}
	cw_wr_u8(ret, 0);
	if (cw_wr_failed(ret))
		return cw_fail(err, CW_ERR_LIMIT, 6101, "%s: longer than %zu MiB", path,
			       SCRIPT_BYTES_MAX >> 20);
	if (strlen((const char *)ret->at0) + 1 != ret->len)
		return cw_fail(err, CW_ERR_CONFIG, 6101, "%s: a NUL is in it", path);
	return true;
}

static enum cw_exit run_file(struct sql *sql, const char *path)
{
	struct cw_wr script = { 0 };
	struct cw_err err;
	bool good = read_script(path, &script, &err);

	if (!good)
		explain(sql, &err);
	else
		good = end_work(sql, run_script(sql, (const char *)script.at0));
	cw_wr_release(&script);
	return good ? CW_EXIT_OK : CW_EXIT_FAILED;
}

/* ---- the prompt ------------------------------------------------------------------------------ */

static bool is_goodbye(const char *line)
{
	size_t len = strcspn(line, " ;\r\n");

	return (len == 4 && (strncasecmp(line, "exit", 4) == 0 || strncasecmp(line, "quit", 4) == 0));
}

/* Run what is complete and keep the rest. */
static void run_complete(struct sql *sql, struct cw_wr *text)
{
	struct cw_bytes statement;
	size_t taken;

	cw_wr_u8(text, 0);
	while ((taken = cw_sql_statement((const char *)text->at0, false, &statement)) > 0) {
		if (statement.len > 0)
			(void)run_one(sql, statement);
		memmove(text->at0, text->at0 + taken, text->len - taken);
		text->len -= taken;
	}
	text->len--;
	if (*cw_sql_skip_blanks((const char *)text->at0) == '\0')
		text->len = 0;
}

/* A line more; false: the end.  Ctrl-C drops what was typed so far. */
static bool read_line(struct sql *sql, struct cw_wr *text, char **line, size_t *room)
{
	struct cw_err err;

	for (;;) {
		fputs(text->len ? "   > " : "SQL> ", sql->out.words);
		(void)fflush(sql->out.words);
		if (cw_io_wait(STDIN_FILENO, POLLIN, break_fd, 0, &err))
			return getline(line, room, stdin) >= 0;
		if (err.kind != CW_ERR_CANCELLED)
			return false;
		forget_interrupts();
		fputs("\n", sql->out.words);
		cw_wr_reset(text);
	}
}

static enum cw_exit run_prompt(struct sql *sql)
{
	struct cw_wr text = { .limit_bytes = SCRIPT_BYTES_MAX };
	char *line = NULL;
	size_t room = 0;
	struct cw_err err;

	fprintf(sql->out.words, "Oracle %s; a statement ends with ; or a line with /, exit leaves\n",
		cw_ora_version(sql->ora));
	while (read_line(sql, &text, &line, &room)) {
		if (text.len == 0 && is_goodbye(line))
			break;
		cw_wr_text(&text, line);
		if (cw_wr_failed(&text)) {
			fputs("that is too long for a statement\n", sql->out.words);
			cw_wr_reset(&text);
			continue;
		}
		run_complete(sql, &text);
	}
	free(line);
	cw_wr_release(&text);
	if (cw_ora_in_transaction(sql->ora))
		fputs(cw_ora_rollback(sql->ora, &err) ? "not committed, rolled back\n"
						       : "not committed\n",
		      sql->out.words);
	return sql->failed ? CW_EXIT_FAILED : CW_EXIT_OK;
}

/* ---- where to ------------------------------------------------------------------------------- */

static bool is_crossing(const char *word)
{
	char path[4096];

	return snprintf(path, sizeof(path), "%s/crossing.yaml", word) < (int)sizeof(path) &&
	       access(path, F_OK) == 0;
}

static bool secret_of(const char *reference, struct cw_secret *secret, struct cw_err *err)
{
	char here[4096] = ".";

	secret->reference = reference;
	(void)!getcwd(here, sizeof(here));
	return cw_secret_read(here, secret, err);
}

static bool take_role(struct sql *sql, const char *word, struct cw_err *err)
{
	static const char *const roles[] = { "normal",	  "sysdba", "sysoper", "sysbackup",
					     "sysdg", "syskm",  "sysrac" };

	for (size_t i = 0; word && i < CW_ARRAY_LEN(roles); i++) {
		if (strcasecmp(word, roles[i]) == 0) {
			sql->login.role = (enum cw_ora_role)i;
			return true;
		}
	}
	return !word || cw_fail(err, CW_ERR_CONFIG, 6001, "--as %s: no such role", word);
}

/* The password to be, from a reference or typed twice. */
static bool take_new_password(struct sql *sql, struct cw_err *err)
{
	struct cw_secret again = { 0 }, *fresh = &sql->new_password;
	bool same;

	if (sql->env->args.new_password) {
		if (!secret_of(sql->env->args.new_password, fresh, err))
			return false;
	} else {
		if (!cw_secret_ask("new password: ", break_fd, fresh, err) ||
		    !cw_secret_ask("once more: ", break_fd, &again, err))
			return false;
		same = again.len == fresh->len && memcmp(again.at, fresh->at, fresh->len) == 0;
		cw_secret_forget(&again);
		if (!same)
			return cw_fail(err, CW_ERR_CONFIG, 6106,
				       "the new password was typed in two ways");
	}
	sql->login.new_password = (struct cw_bytes){ fresh->at, fresh->len };
	return true;
}

/* Where to, as it is said by the first word; of a crossing's folder also as whom. */
static bool take_place(struct sql *sql, const char *word, struct cw_err *err)
{
	sql->login = (struct cw_ora_login){ .connect = word };
	return !is_crossing(word) ||
	       (cw_config_load(word, &sql->config, err) &&
		cw_config_ora_login(&sql->config, "causeway sql", &sql->login, err));
}

static bool take_password(struct sql *sql, const struct cw_args *args, struct cw_err *err)
{
	if (sql->login.password.at && !args->user && !args->password)
		return true; /* that of the crossing */
	if (args->password ? !secret_of(args->password, &sql->password, err)
			   : !cw_secret_ask("password: ", break_fd, &sql->password, err))
		return false;
	sql->login.password = (struct cw_bytes){ sql->password.at, sql->password.len };
	return true;
}

static bool take_wallet_password(struct sql *sql, const struct cw_args *args, struct cw_err *err)
{
	struct cw_secret *secret = &sql->wallet_password;

	if (!args->wallet_password)
		return true;
	if (!secret_of(args->wallet_password, secret, err))
		return false;
	sql->login.wallet_password = (struct cw_bytes){ secret->at, secret->len };
	return true;
}

static bool make_login(struct sql *sql, struct cw_err *err)
{
	const struct cw_args *args = &sql->env->args;

	if (!take_place(sql, args->word[0], err))
		return false;
	sql->login.program = "causeway sql";
	if (args->wallet)
		sql->login.wallet = args->wallet;
	sql->login.connect_timeout_ms = CONNECT_MS;
	sql->login.call_timeout_ms = args->limit_s > 0 ? (int)args->limit_s * 1000 : 0;
	sql->login.cancel_fd = break_fd;
	if (args->user)
		sql->login.user = args->user;
	if (!sql->login.user)
		return cw_fail(err, CW_ERR_CONFIG, 6001, "whom to log in as: --user NAME");
	return take_role(sql, args->role, err) && take_password(sql, args, err) &&
	       take_wallet_password(sql, args, err) &&
	       (!args->new_password || take_new_password(sql, err));
}

/* What the server said at the door, and what has changed by coming in. */
static void tell_login(struct sql *sql)
{
	if (*cw_ora_warning(sql->ora)) {
		cw_sql_put_safe(sql->out.words, cw_ora_warning(sql->ora));
		fputs("\n", sql->out.words);
	}
	if (sql->login.new_password.len > 0)
		fputs("the password is changed\n", sql->out.words);
}

static enum cw_exit work(struct sql *sql)
{
	const struct cw_args *args = &sql->env->args;

	tell_login(sql);
	if (args->new_password && args->words == 1 && !args->file)
		return CW_EXIT_OK;
	if (args->words > 1)
		return end_work(sql, run_script(sql, args->word[1])) ? CW_EXIT_OK : CW_EXIT_FAILED;
	if (args->file)
		return run_file(sql, args->file);
	return isatty(STDIN_FILENO) ? run_prompt(sql) : run_file(sql, "-");
}

/* An expired password can be changed by whoever knows it: a person is asked for a new one. */
static bool open_session(struct sql *sql, struct cw_err *err)
{
	if (cw_ora_open(&sql->login, &sql->ora, err))
		return true;
	if (err->native != 28001 || !isatty(STDIN_FILENO))
		return false;
	explain_in_words(sql, err);
	return take_new_password(sql, err) && cw_ora_open(&sql->login, &sql->ora, err);
}

static enum cw_exit open_and_work(struct sql *sql)
{
	enum cw_exit code = CW_EXIT_FAILED;
	struct cw_err err;
	bool good = make_login(sql, &err);

	if (good && sql->env->args.ping) {
		if (cw_sql_ping(&sql->out, &sql->login, &err))
			code = CW_EXIT_OK;
		else
			explain_in_words(sql, &err); /* the stages are told */
	} else if (good) {
		good = open_session(sql, &err);
		code = good ? work(sql) : CW_EXIT_FAILED;
		cw_ora_close(sql->ora);
	}
	if (!good)
		explain(sql, &err);
	return code;
}

enum cw_exit cw_verb_sql(struct cw_env *env)
{
	const struct cw_args *args = &env->args;
	struct sql sql = { .env = env,
			   .out = { env->out, env->complain,
				    args->json	? CW_SQL_JSON
				    : args->csv ? CW_SQL_CSV
						: CW_SQL_ALIGNED } };
	enum cw_exit code;

	if (args->json && args->csv)
		return cw_cli_usage(env, "--json or --csv");
	if (args->words > 1 && args->file)
		return cw_cli_usage(env, "statements as a word or by --file");
	if (args->ping && (args->words > 1 || args->file))
		return cw_cli_usage(env, "--ping runs no statements");
	watch_interrupts();
	code = open_and_work(&sql);
	cw_secret_forget(&sql.password);
	cw_secret_forget(&sql.new_password);
	cw_secret_forget(&sql.wallet_password);
	cw_config_release(&sql.config);
	cw_close_fd(&break_fd);
	return code;
}
