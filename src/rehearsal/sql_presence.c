/* sql_presence.c - see sql_presence.h */
#include "rehearsal/sql_presence.h"

#include <string.h>

static bool is(const struct sql_token *token, const char *word)
{
	return token->kind == T_WORD && strcmp(token->text, word) == 0;
}

static bool is_one_of(const struct sql_token *token, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is(token, words[i]))
			return true;
	return false;
}

struct head {
	struct sql_lexer lexer;
	struct sql_token token;
};

static bool skip(struct head *h, const char *word)
{
	bool there = is(&h->token, word);

	if (there)
		h->token = sql_lex_next(&h->lexer);
	return there;
}

/* What may stand between the verb and the kind. */
static void skip_modifiers(struct head *h, bool *ret_is_public)
{
	static const char *const words[] = { "EDITIONABLE", "NONEDITIONABLE", "FORCE",	"NO",
					     "UNIQUE",	    "BITMAP",	      "GLOBAL", "PRIVATE",
					     "TEMPORARY",   "SMALLFILE",      "BIGFILE" };

	for (;;) {
		if (skip(h, "PUBLIC"))
			*ret_is_public = true;
		else if (is_one_of(&h->token, words, CW_ARRAY_LEN(words)))
			h->token = sql_lex_next(&h->lexer);
		else
			return;
	}
}

/* NULL: of a kind that takes no such clause. */
static const char *read_kind(struct head *h)
{
	static const char *const words[] = { "TABLE", "INDEX",	   "SEQUENCE",	"SYNONYM",
					     "VIEW",  "PROCEDURE", "FUNCTION",	"TRIGGER",
					     "USER",  "DIRECTORY", "TABLESPACE" };

	if (skip(h, "PACKAGE"))
		return skip(h, "BODY") ? "PACKAGE BODY" : "PACKAGE";
	if (skip(h, "MATERIALIZED"))
		return skip(h, "VIEW") ? "MATERIALIZED VIEW" : NULL;
	for (size_t i = 0; i < CW_ARRAY_LEN(words); i++)
		if (skip(h, words[i]))
			return words[i];
	return NULL;
}

static const char *read_name(struct head *h)
{
	struct sql_token token = h->token;

	if (token.kind != T_WORD && token.kind != T_QUOTED)
		return NULL;
	h->token = sql_lex_next(&h->lexer);
	return token.text;
}

/* Behind the kind: IF [NOT] EXISTS [schema.]name */
static bool read_clause(struct head *h, bool absent, struct sql_presence *ret)
{
	ret->at = h->token.at;
	ret->absent = absent;
	if (!skip(h, "IF") || (absent && !skip(h, "NOT")) || !is(&h->token, "EXISTS"))
		return false;
	ret->end = h->token.end;
	h->token = sql_lex_next(&h->lexer);
	ret->name = read_name(h);
	if (ret->name && h->token.kind == T_OP && strcmp(h->token.text, ".") == 0) {
		h->token = sql_lex_next(&h->lexer);
		ret->schema = ret->name;
		ret->name = read_name(h);
	}
	return ret->name != NULL;
}

void sql_presence_read(struct sql_lexer lexer, struct sql_presence *ret, struct rh_error *error)
{
	struct rh_error ignored = { 0 };
	struct head head = { .lexer = lexer };
	bool create, replace;

	*ret = (struct sql_presence){ 0 };
	head.lexer.error = &ignored; /* who reads the statement tells it */
	head.token = sql_lex_next(&head.lexer);
	create = skip(&head, "CREATE");
	if (!create && !skip(&head, "ALTER") && !skip(&head, "DROP"))
		return;
	replace = create && skip(&head, "OR") && skip(&head, "REPLACE");
	skip_modifiers(&head, &ret->is_public);
	ret->object = read_kind(&head);
	ret->said = ret->object && read_clause(&head, create, ret);
	if (ret->said && replace)
		(void)rh_fail(error, 11541, ret->at,
			      "REPLACE and IF NOT EXISTS cannot coexist in the same DDL statement");
}
