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

bool cw_redo_ddl_is_harmless(struct cw_bytes text)
{
	static const char *const start_word[] = { "GRANT ",	  "REVOKE ",	   "COMMENT ",
						  "ANALYZE ",	  "CREATE ",	   "ALTER TRIGGER ",
						  "ALTER INDEX ", "DROP TRIGGER ", "DROP INDEX " };
	static const char *const table_word[] = { " ENABLE ", " DISABLE ", " SUPPLEMENTAL " };
	char upper[TEXT_MAX];
	const char *at = to_upper(text, upper);

	while (*at == ' ')
		at++;
	for (unsigned i = 0; i < CW_ARRAY_LEN(start_word); i++)
		if (strncmp(at, start_word[i], strlen(start_word[i])) == 0)
			return true;
	if (strncmp(at, "ALTER TABLE ", 12) != 0 || strstr(at, " DROP COLUMN") ||
	    strstr(at, " MODIFY ") || strstr(at, " ADD (") || strstr(at, " RENAME "))
		return false;
	for (unsigned i = 0; i < CW_ARRAY_LEN(table_word); i++)
		if (strstr(at, table_word[i]))
			return true;
	return false;
}

static bool is_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '#' ||
	       (unsigned char)c >= 0x80;
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
