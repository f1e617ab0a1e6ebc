/* sql_text.c - see sql_text.h */
#include "oracle/sql_text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

const char *cw_sql_skip_blanks(const char *at)
{
	for (;;) {
		if (isspace((unsigned char)*at)) {
			at++;
		} else if (at[0] == '-' && at[1] == '-') {
			at += strcspn(at, "\n");
		} else if (at[0] == '/' && at[1] == '*') {
			const char *end = strstr(at + 2, "*/");

			at = end ? end + 2 : at + strlen(at);
		} else {
			return at;
		}
	}
}

bool cw_sql_is_word(const char *at, const char *word)
{
	size_t len = strlen(word);

	return strncasecmp(at, word, len) == 0 && !isalnum((unsigned char)at[len]) &&
	       at[len] != '_';
}

/* Past q'[...]', where [ ] ( ) { } < > pair and anything else ends itself. */
static const char *skip_q_string(const char *at)
{
	static const char open[] = "[({<", close[] = "])}>";
	const char *pair = at[2] ? strchr(open, at[2]) : NULL;
	char end[3] = { pair ? close[pair - open] : at[2], '\'', 0 };
	const char *found = at[2] ? strstr(at + 3, end) : NULL;

	return found ? found + 2 : at + strlen(at);
}

const char *cw_sql_skip_quoted(const char *at)
{
	const char *end = strchr(at + 1, *at);

	return end ? end + 1 : at + strlen(at);
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '#' || (c & 0x80);
}

const char *cw_sql_skip_token(const char *at, char before)
{
	if ((*at == 'q' || *at == 'Q') && at[1] == '\'' && !is_name(before))
		return skip_q_string(at);
	if (*at == '\'' || *at == '"')
		return cw_sql_skip_quoted(at);
	return at + 1;
}

/* ---- statements ----------------------------------------------------------------------- */

static const char *next_word(const char *at)
{
	while (is_name(*at))
		at++;
	return cw_sql_skip_blanks(at);
}

/* Does it hold semicolons of its own? */
static bool has_plsql(const char *at)
{
	static const char *const begins[] = { "begin", "declare" };
	static const char *const passed[] = { "or", "replace", "editionable", "noneditionable",
					      "and", "compile", "resolve" };
	static const char *const made[] = { "procedure", "function", "package", "trigger",
					    "type",	 "library",  "java" };

	for (size_t i = 0; i < CW_ARRAY_LEN(begins); i++)
		if (cw_sql_is_word(at, begins[i]))
			return true;
	if (at[0] == '<' && at[1] == '<')
		return true;
	if (!cw_sql_is_word(at, "create"))
		return false;
	at = next_word(at);
	for (size_t i = 0; i < CW_ARRAY_LEN(passed); i++) {
		if (cw_sql_is_word(at, passed[i])) {
			at = next_word(at);
			i = (size_t)-1; /* from the first again */
		}
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(made); i++)
		if (cw_sql_is_word(at, made[i]))
			return true;
	return false;
}

/* A line with a slash and nothing else; @at is its first character. */
static const char *slash_line(const char *at, bool whole)
{
	at += strspn(at, " \t");
	if (*at != '/')
		return NULL;
	at++;
	at += strspn(at, " \t\r");
	if (*at == '\n')
		return at + 1;
	return *at == '\0' && whole ? at : NULL;
}

static struct cw_bytes without_blanks(const char *from, const char *to)
{
	while (from < to && isspace((unsigned char)*from))
		from++;
	while (from < to && isspace((unsigned char)to[-1]))
		to--;
	return (struct cw_bytes){ (const uint8_t *)from, (size_t)(to - from) };
}

static const char *skip_comment_or_token(const char *at, char before)
{
	const char *end;

	if (at[0] != '/' || at[1] != '*')
		return cw_sql_skip_token(at, before);
	end = strstr(at + 2, "*/");
	return end ? end + 2 : at + strlen(at);
}

size_t cw_sql_statement(const char *text, bool whole, struct cw_bytes *ret)
{
	const char *first = cw_sql_skip_blanks(text), *at = text;
	bool plsql = has_plsql(first), line_begins = true;
	char before = '\n';

	*ret = (struct cw_bytes){ NULL, 0 };
	if (!*first) /* a comment that is not closed yet goes on */
		return whole ? strlen(text) : 0;
	while (*at) {
		const char *behind = line_begins ? slash_line(at, whole) : NULL;

		if (behind || (*at == ';' && !plsql)) {
			*ret = at > first ? without_blanks(first, at) : *ret;
			return (size_t)((behind ? behind : at + 1) - text);
		}
		if (at[0] == '-' && at[1] == '-') /* its line end is looked at */
			behind = at + strcspn(at, "\n");
		else
			behind = skip_comment_or_token(at, before);
		line_begins = behind == at + 1 && *at == '\n';
		before = behind[-1];
		at = behind;
	}
	if (!whole)
		return 0;
	*ret = without_blanks(first, at);
	return (size_t)(at - text);
}
