/* places.c - what a statement is and where its placeholders are; see wire.h */
#include "oracle/sql_text.h"
#include "oracle/wire.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum ora_kind ora_kind_of(const char *sql)
{
	static const struct {
		const char *word;
		enum ora_kind kind;
	} first[] = {
		{ "select", ORA_QUERY }, { "with", ORA_QUERY },	   { "insert", ORA_DML },
		{ "update", ORA_DML },	 { "delete", ORA_DML },	   { "merge", ORA_DML },
		{ "begin", ORA_PLSQL },	 { "declare", ORA_PLSQL }, { "call", ORA_PLSQL },
	};
	const char *at = cw_sql_skip_blanks(sql);

	while (*at == '(')
		at = cw_sql_skip_blanks(at + 1);
	for (size_t i = 0; i < CW_ARRAY_LEN(first); i++)
		if (cw_sql_is_word(at, first[i].word))
			return first[i].kind;
	return ORA_OTHER;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || c == '#' || (c & 0x80);
}

/* The next ":name" at or behind @at; NULL: none. */
static const char *next_place(const char *at)
{
	char before = ' ';

	while (*at) {
		const char *behind = cw_sql_skip_blanks(at);

		if (behind != at) {
			at = behind;
			before = ' ';
			continue;
		}
		if (*at == ':' && (is_name(at[1]) || at[1] == '"'))
			return at;
		at = cw_sql_skip_token(at, before);
		before = at[-1];
	}
	return NULL;
}

/* Is @word there, and not in the middle of a name? */
static bool has_word(const char *at, char before, const char *word)
{
	return !is_name(before) && cw_sql_is_word(at, word);
}

uint32_t ora_find_returning(const char *sql, enum ora_kind kind)
{
	bool returning = false, into = false;
	uint32_t places = 0;
	char before = ' ';

	for (const char *at = sql; *at && kind == ORA_DML;) {
		const char *behind = cw_sql_skip_blanks(at);

		if (behind == at) {
			if (*at == ':' && (is_name(at[1]) || at[1] == '"')) {
				if (into)
					return places;
				places++;
			}
			into |= returning && has_word(at, before, "into");
			returning |= has_word(at, before, "returning") || has_word(at, before, "return");
			behind = cw_sql_skip_token(at, before);
			before = behind[-1];
		} else {
			before = ' ';
		}
		at = behind;
	}
	return UINT32_MAX;
}

static size_t name_length(const char *name)
{
	size_t len = 0;

	if (*name == '"')
		return (size_t)(cw_sql_skip_quoted(name) - name);
	while (is_name(name[len]))
		len++;
	return len;
}

/*
 * A name is one bind to the caller, however often it occurs.  The server counts every
 * occurrence in SQL, but each name once in PL/SQL.
 */
int ora_find_places(const char *sql, enum ora_kind kind, uint16_t *ret_place,
		    uint32_t *ret_bind_count)
{
	const char *name[ORA_BINDS_MAX];
	size_t name_len[ORA_BINDS_MAX];
	uint32_t names = 0;
	int places = 0;

	*ret_bind_count = 0;
	if (kind == ORA_OTHER)
		return 0; /* CREATE TRIGGER has :NEW, which is no bind */
	for (const char *at = next_place(sql); at; at = next_place(at)) {
		size_t len = name_length(++at);
		uint32_t bind = 0;

		while (bind < names &&
		       (name_len[bind] != len || strncasecmp(name[bind], at, len) != 0))
			bind++;
		if (places == ORA_BINDS_MAX)
			return -1;
		if (bind == names) {
			name[names] = at;
			name_len[names++] = len;
			ret_place[places++] = (uint16_t)bind;
		} else if (kind != ORA_PLSQL) {
			ret_place[places++] = (uint16_t)bind;
		}
		at += len;
	}
	*ret_bind_count = names;
	return places;
}
