/* verbs.c - the table of cmd.h */
#include "cli/cmd.h"

const struct cw_option cw_options[] = {
	{ "json", NULL, "print one JSON object instead of text", offsetof(struct cw_args, json),
	  CW_SWITCH },
	{ "yes", NULL, "do not ask", offsetof(struct cw_args, yes), CW_SWITCH },
	{ "dry-run", NULL, "say what would be done, change nothing",
	  offsetof(struct cw_args, dry_run), CW_SWITCH },
	{ "apply", NULL, "do it, instead of printing it", offsetof(struct cw_args, apply),
	  CW_SWITCH },
	{ "hold", NULL, "wait for `causeway go` before the point of no return",
	  offsetof(struct cw_args, hold), CW_SWITCH },
	{ "detach", NULL, "go on in the background", offsetof(struct cw_args, detach), CW_SWITCH },
	{ "watch", NULL, "read, but do not apply", offsetof(struct cw_args, watch), CW_SWITCH },
	{ "man", NULL, "print the manual page", offsetof(struct cw_args, man), CW_SWITCH },
	{ "wait", "WHAT", "wait until following or caught-up", offsetof(struct cw_args, wait),
	  CW_TEXT },
	{ "timeout", "SECONDS", "how long to wait; then the exit code is 3",
	  offsetof(struct cw_args, timeout_s), CW_SECONDS },
	{ "mode", "MODE", "full, or delta: only what changed since the last one",
	  offsetof(struct cw_args, mode), CW_TEXT },
	{ "budget", "MS", "longest time without writers, then all is undone",
	  offsetof(struct cw_args, budget_ms), CW_MILLISECONDS },
	{ "csv", NULL, "print rows as CSV with a line of names; NULL is empty",
	  offsetof(struct cw_args, csv), CW_SWITCH },
	{ "ping", NULL, "tell each stage of connecting with its time, and ask one question",
	  offsetof(struct cw_args, ping), CW_SWITCH },
	{ "user", "NAME", "Oracle account; PROXY[USER] logs in as the one and is the other", offsetof(struct cw_args, user), CW_TEXT },
	{ "password", "REF", "where its password is: file:PATH or env:NAME; else it is asked for",
	  offsetof(struct cw_args, password), CW_TEXT },
	{ "new-password", "REF", "change it to this one; if it has expired that is the way in",
	  offsetof(struct cw_args, new_password), CW_TEXT },
	{ "as", "ROLE", "log in as sysdba, sysoper, sysbackup, sysdg, syskm or sysrac",
	  offsetof(struct cw_args, role), CW_TEXT },
	{ "wallet", "FOLDER", "of ewallet.pem or ewallet.p12, where the connect string names none",
	  offsetof(struct cw_args, wallet), CW_TEXT },
	{ "wallet-password", "REF", "where the wallet's password is: file:PATH or env:NAME",
	  offsetof(struct cw_args, wallet_password), CW_TEXT },
	{ "file", "PATH", "file with the statements to run; - is the standard input",
	  offsetof(struct cw_args, file), CW_TEXT },
	{ "limit", "SECONDS", "longest time for one call; 0, the default: none",
	  offsetof(struct cw_args, limit_s), CW_SECONDS },
	{ .name = NULL },
};

const struct cw_cmd cw_cmds[] = {
	{ "check", "source|target|crossing DIR", 2, 2, "json",
	  "what stands in the way, why, and how to cure it",
	  "Asks one side or both and lists findings with severity, cause and cure. Nothing is "
	  "changed. The exit code is 1 if a finding stops the crossing.",
	  false, cw_verb_check },
	{ "schema", "DIR", 1, 1, "json dry-run apply", "tables, keys and sequences on PostgreSQL",
	  "Reads Oracle's dictionary and prints the DDL for PostgreSQL, or with --apply runs it. "
	  "Indexes and foreign keys are made after the load.",
	  false, cw_verb_schema },
	{ "run", "DIR", 1, 1, "detach json", "the conductor: loads, follows, arms the way back",
	  "Owns the crossing: starts its tasks, starts them again when they die, plays the "
	  "runbook. One runs at a time. After a crash, start it again: it goes on, or undoes, "
	  "from what its journal says.",
	  false, cw_verb_run },
	{ "task", "forward|reverse DIR", 2, 2, "watch", "one task process; the conductor starts it",
	  "", true, cw_verb_task },
	{ "status", "DIR", 1, 1, "json wait timeout", "where the crossing stands",
	  "With --wait, waits until the task in use follows, or until everything that was "
	  "committed when it was asked is on the other side.",
	  false, cw_verb_status },
	{ "verify", "DIR", 1, 1, "json mode", "compare both sides at one position",
	  "Compares every row, under load, at one position. The exit code is 1 if rows differ.",
	  false, cw_verb_verify },
	{ "cutover", "DIR", 1, 1, "json yes dry-run hold budget detach",
	  "move the applications from Oracle to PostgreSQL",
	  "Plays the runbook. Before the point of no return any failure, and a spent budget, "
	  "undoes everything and Oracle is what it was. Losing the terminal changes nothing: "
	  "`causeway attach` shows it again.",
	  false, cw_verb_cutover },
	{ "back", "DIR", 1, 1, "json yes dry-run hold budget detach",
	  "move the applications back to Oracle",
	  "Before the point of no return of a cut-over under way it gives that up and undoes it; "
	  "after it the same runbook is played with the sides exchanged, without a reload.",
	  false, cw_verb_back },
	{ "go", "DIR", 1, 1, "json", "end the hold of a cut-over", "", false, cw_verb_go },
	{ "attach", "DIR", 1, 1, "json", "show what happens, until Ctrl-C",
	  "Shows the conductor's records, old and new. Leaving changes nothing.", false,
	  cw_verb_attach },
	{ "report", "DIR", 1, 1, "json", "what happened: time line, or JSON",
	  "Made from the journal alone, so it can be made again at any time.", false,
	  cw_verb_report },
	{ "stop", "DIR", 1, 1, "json", "end the conductor and its tasks",
	  "Positions are kept in the target: `causeway run` goes on from there. A comparison or a "
	  "cut-over under way is left as a kill would leave it, but undone first if nobody can "
	  "write on either side by then; the next run goes on with what was left.",
	  false, cw_verb_stop },
	{ "clean", "DIR", 1, 1, "json yes", "remove what Causeway left on both sides",
	  "Drops slot, publication, replication origin and Causeway's own schema on PostgreSQL and "
	  "its table on Oracle; tables without a key have the replica identity again that they "
	  "had. What another crossing uses stays. The way back is closed by it.",
	  false, cw_verb_clean },
	{ "sql", "CONNECT|DIR [STATEMENTS]", 1, 2,
	  "user password new-password as wallet wallet-password file csv json ping limit",
	  "is the road to Oracle open? Run statements, print rows",
	  "CONNECT is a connect string: host:port/service?key=value, a descriptor, or an alias of "
	  "tnsnames.ora in TNS_ADMIN; sqlnet.ora beside it is obeyed; DIR is a crossing's folder, "
	  "whose source is taken. Statements come from the command line, from a file, or from a prompt; one of SQL ends at its "
	  "semicolon, one with PL/SQL at a line with a slash alone. Placeholders of a block are REF "
	  "CURSORs; what they and DBMS_SQL.RETURN_RESULT give back is printed as further rows. The "
	  "first that fails ends "
	  "the run and rolls back what was not committed; else all is committed at the end. At a "
	  "prompt you commit yourself, and Ctrl-C breaks the statement off. Results go to the "
	  "standard output, all else to the standard error; with --json, one object a statement.",
	  false, cw_verb_sql },
	{ "help", "[VERB|config]", 0, 1, "man", "this, or more about one verb", "", false,
	  cw_verb_help },
	{ .name = NULL },
};
