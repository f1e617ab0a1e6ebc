/* help.c - causeway help, and the manual page, from the table in verbs.c */
#include "cli/cmd.h"

#include <string.h>

static bool next_name(const char **names, char ret[32])
{
	size_t len = strcspn(*names, " ");

	if (len == 0)
		return false;
	(void)snprintf(ret, 32, "%.*s", (int)len, *names);
	*names += len + ((*names)[len] == ' ');
	return true;
}

static const struct cw_option *option_of(const char *name)
{
	for (const struct cw_option *option = cw_options; option->name; option++)
		if (strcmp(option->name, name) == 0)
			return option;
	return NULL;
}

static void print_usage(FILE *out, const struct cw_cmd *cmd)
{
	const char *names = cmd->options;
	char name[32];

	fprintf(out, "causeway %s %s", cmd->name, cmd->words);
	while (next_name(&names, name)) {
		const struct cw_option *option = option_of(name);

		fprintf(out, option->argument ? " [--%s %s]" : " [--%s]", name, option->argument);
	}
	fputc('\n', out);
}

static void print_verb(FILE *out, const struct cw_cmd *cmd)
{
	const char *names = cmd->options;
	char name[32];

	print_usage(out, cmd);
	fprintf(out, "\n%s\n%s%s\n", cmd->summary, cmd->more, *cmd->more ? "\n" : "");
	while (next_name(&names, name)) {
		const struct cw_option *option = option_of(name);

		fprintf(out, "  --%-9s %-8s %s\n", name, option->argument ? option->argument : "",
			option->help);
	}
}

static void print_all(FILE *out)
{
	fputs("causeway moves a living database from Oracle to PostgreSQL and back\n\n", out);
	for (const struct cw_cmd *cmd = cw_cmds; cmd->name; cmd++)
		if (!cmd->hidden)
			fprintf(out, "  %-9s %-27s %s\n", cmd->name, cmd->words, cmd->summary);
	fputs("\nA crossing is a folder with one file, crossing.yaml (causeway help config).\n"
	      "Exit codes: 0 done, 1 failed, 2 usage, 3 not yet.\n",
	      out);
}

/* A hyphen of an option is typed as it is printed. */
static void man_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '-')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void man_verb(FILE *out, const struct cw_cmd *cmd)
{
	const char *names = cmd->options;
	char name[32];

	fprintf(out, ".SS %s ", cmd->name);
	man_text(out, cmd->words);
	fputc('\n', out);
	man_text(out, cmd->summary);
	fputs(".\n", out);
	man_text(out, cmd->more);
	fputs(*cmd->more ? "\n" : "", out);
	while (next_name(&names, name)) {
		const struct cw_option *option = option_of(name);

		fputs(".TP\n.B \\-\\-", out);
		man_text(out, name);
		if (option->argument)
			fprintf(out, " %s", option->argument);
		fputc('\n', out);
		man_text(out, option->help);
		fputc('\n', out);
	}
}

static void print_man(FILE *out)
{
	fputs(".\\\" made by `causeway help --man`; do not edit\n"
	      ".TH CAUSEWAY 1 \"\" \"causeway " CW_VERSION "\"\n.SH NAME\n"
	      "causeway \\- move a living database from Oracle to PostgreSQL and back\n"
	      ".SH SYNOPSIS\n.B causeway\n.I verb\n.RI [ options ]\n.SH DESCRIPTION\n"
	      "A crossing is a folder with one file, crossing.yaml. Causeway loads it, follows "
	      "it, compares it,\ncuts it over and keeps the way back open.\n.PP\n"
	      "It holds passwords, so it leaves no core, and only root can look into its memory.\n"
	      ".SH VERBS\n",
	      out);
	for (const struct cw_cmd *cmd = cw_cmds; cmd->name; cmd++)
		if (!cmd->hidden)
			man_verb(out, cmd);
	fputs(".SH EXIT STATUS\n0 done, 1 failed, 2 wrong usage, 3 not yet.\n"
	      ".SH CONFIGURATION\n.nf\n",
	      out);
	cw_config_help(out);
	fputs(".fi\n", out);
}

enum cw_exit cw_verb_help(struct cw_env *env)
{
	if (env->args.man) {
		print_man(env->out);
		return CW_EXIT_OK;
	}
	if (env->args.words == 0) {
		print_all(env->out);
		return CW_EXIT_OK;
	}
	if (strcmp(env->args.word[0], "config") == 0) {
		cw_config_help(env->out);
		return CW_EXIT_OK;
	}
	for (const struct cw_cmd *cmd = cw_cmds; cmd->name; cmd++)
		if (strcmp(cmd->name, env->args.word[0]) == 0) {
			print_verb(env->out, cmd);
			return CW_EXIT_OK;
		}
	return cw_cli_usage(env, "no verb '%s'", env->args.word[0]);
}
