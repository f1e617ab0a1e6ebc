/* redo_ddl.c - see redo_ddl.h */
#include "endpoint/redo_ddl.h"

#include <ctype.h>
#include <string.h>

#define TEXT_MAX 4096 /* what matters stands in front */

/* In capitals, a blank for each white space. */
static const char *to_upper(struct cw_bytes text, char ret[TEXT_MAX])
{
	size_t len = text.len < TEXT_MAX - 1 ? text.len : TEXT_MAX - 1;

	for (size_t i = 0; i < len; i++)
		ret[i] = isspace(text.at[i]) ? ' ' : (char)toupper(text.at[i]);
	ret[len] = '\0';
	return ret;
}

static bool is_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '#' ||
	       (unsigned char)c >= 0x80;
}

static const char *skip_blanks(const char *at)
{
	while (*at == ' ')
		at++;
	return at;
}

/* Behind [owner.]table, each as it is or in quotes. */
static const char *skip_table(const char *at)
{
	for (;; at = skip_blanks(at + 1)) {
		if (*at == '"') {
			at = strchr(at + 1, '"');
			if (!at)
				return "";
			at++;
		} else {
			while (is_of_name(*at))
				at++;
		}
		at = skip_blanks(at);
		if (*at != '.')
			return at;
	}
}

/* Do the words stand here?  A blank in them is one or more. */
static bool begins(const char *at, const char *words)
{
	for (; *words; words++) {
		if (*words != *at)
			return false;
		at = *words == ' ' ? skip_blanks(at) : at + 1;
	}
	return true;
}

/* What ALTER TABLE does is said by its first words: clauses that change columns or rows stand with no other kind. */
static bool leaves_rows(const char *clause)
{
	static const char *const words[] = {
		"ENABLE ",	     "DISABLE ",
		"ADD SUPPLEMENTAL ", "DROP SUPPLEMENTAL ",
		"RENAME PARTITION ", "RENAME SUBPARTITION ",
		"SET INTERVAL",
	};

	for (unsigned i = 0; i < CW_ARRAY_LEN(words); i++)
		if (begins(clause, words[i]))
			return true;
	/* one more by hash takes rows of others */
	return begins(clause, "ADD PARTITION ") && strstr(clause, " VALUES");
}

bool cw_redo_ddl_is_harmless(struct cw_bytes text)
{
	static const char *const words[] = { "GRANT ",	     "REVOKE ",	      "COMMENT ",
					     "ANALYZE ",     "CREATE ",	      "ALTER TRIGGER ",
					     "ALTER INDEX ", "DROP TRIGGER ", "DROP INDEX " };
	char upper[TEXT_MAX];
	const char *at = skip_blanks(to_upper(text, upper));

	for (unsigned i = 0; i < CW_ARRAY_LEN(words); i++)
		if (begins(at, words[i]))
			return true;
	return begins(at, "ALTER TABLE ") &&
	       leaves_rows(skip_table(skip_blanks(strstr(at, "TABLE ") + 6)));
}

bool cw_redo_ddl_trades(struct cw_bytes text, const char *name)
{
	struct cw_bytes bytes = { (const uint8_t *)name, strlen(name) };
	char upper[TEXT_MAX], wanted[TEXT_MAX];
	const char *at = strstr(to_upper(text, upper), " EXCHANGE ");
	size_t len = bytes.len;

	(void)to_upper(bytes, wanted);
	if (!at || !strstr(at, "PARTITION"))
		return false;
	while ((at = strstr(at + 1, wanted)) != NULL)
		if (!is_of_name(at[-1]) && !is_of_name(at[len]))
			return true;
	return false;
}
