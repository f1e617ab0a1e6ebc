/* sql_lex.c - see sql_lex.h */
#include "rehearsal/sql_lex.h"

#include "rehearsal/db_text.h"
#include "rehearsal/long_name.h"

#include <string.h>

#define NAME_BYTES_MAX 128

void sql_lex_init(struct sql_lexer *lexer, struct cw_arena *arena, const char *sql, size_t len,
		  struct rh_error *error)
{
	*lexer = (struct sql_lexer){ .arena = arena,
				     .sql = sql,
				     .len = (uint32_t)len,
				     .name_bytes_max = NAME_BYTES_MAX,
				     .error = error };
}

static struct sql_token fail(struct sql_lexer *lexer, uint32_t at, int code, const char *text)
{
	if (!lexer->error->code)
		(void)rh_fail(lexer->error, code, at, "%s", text);
	lexer->at = lexer->len;
	return (struct sql_token){ .kind = T_END, .text = "", .at = at, .end = at };
}

static int peek(const struct sql_lexer *lexer, uint32_t ahead)
{
	uint32_t at = lexer->at + ahead;

	return at < lexer->len ? (unsigned char)lexer->sql[at] : -1;
}

static bool is_space(int c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_start(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static bool is_name(int c)
{
	return is_name_start(c) || is_digit(c) || c == '_' || c == '$' || c == '#';
}

/* White space and comments; false if a comment is not closed. */
static bool skip_blank(struct sql_lexer *lexer)
{
	for (;;) {
		if (is_space(peek(lexer, 0))) {
			lexer->at++;
		} else if (peek(lexer, 0) == '-' && peek(lexer, 1) == '-') {
			while (peek(lexer, 0) >= 0 && peek(lexer, 0) != '\n')
				lexer->at++;
		} else if (peek(lexer, 0) == '/' && peek(lexer, 1) == '*') {
			lexer->at += 2;
			while (peek(lexer, 0) >= 0 &&
			       !(peek(lexer, 0) == '*' && peek(lexer, 1) == '/'))
				lexer->at++;
			if (peek(lexer, 0) < 0)
				return false;
			lexer->at += 2;
		} else {
			return true;
		}
	}
}

static struct sql_token token(struct sql_lexer *lexer, enum sql_token_kind kind, const char *text,
			      uint32_t len, uint32_t at)
{
	char *copy = cw_new(lexer->arena, char, len + 1u);

	memcpy(copy, text, len);
	return (struct sql_token){
		.kind = kind, .text = copy, .len = len, .at = at, .end = lexer->at
	};
}

/* A name that is not too long, as it is inside; a bind's is not PostgreSQL's. */
static struct sql_token name_inside(struct sql_lexer *lexer, struct sql_token name)
{
	struct cw_bytes bytes = { (const uint8_t *)name.text, name.len };
	size_t len;
	char *inside;

	if (rh_text_stored_len(bytes) > lexer->name_bytes_max)
		return fail(lexer, name.at, 972, "identifier is too long");
	if (name.len <= RH_NAME_INSIDE_MAX || name.kind == T_BIND)
		return name;
	inside = cw_new(lexer->arena, char, RH_NAME_INSIDE_BYTES);
	rh_long_name_fold(name.text, name.len, inside, &len);
	name.text = inside;
	name.len = (uint32_t)len;
	return name;
}

/* A word from @from on, folded; the lexer stands behind it afterwards. */
static struct sql_token word(struct sql_lexer *lexer, enum sql_token_kind kind, uint32_t at)
{
	uint32_t from = lexer->at;
	struct sql_token ret;
	char *text;

	while (is_name(peek(lexer, 0)))
		lexer->at++;
	ret = token(lexer, kind, lexer->sql + from, lexer->at - from, at);
	text = (char *)(uintptr_t)ret.text;
	for (uint32_t i = 0; i < ret.len; i++)
		if (text[i] >= 'a' && text[i] <= 'z')
			text[i] = (char)(text[i] - 'a' + 'A');
	return name_inside(lexer, ret);
}

static struct sql_token quoted(struct sql_lexer *lexer, enum sql_token_kind kind, uint32_t at)
{
	uint32_t from = ++lexer->at;

	while (peek(lexer, 0) >= 0 && peek(lexer, 0) != '"')
		lexer->at++;
	if (peek(lexer, 0) < 0)
		return fail(lexer, at, 1740, "missing double quote in identifier");
	if (lexer->at == from)
		return fail(lexer, at, 1741, "illegal zero-length identifier");
	lexer->at++;
	return name_inside(lexer, token(lexer, kind, lexer->sql + from, lexer->at - 1 - from, at));
}

/* '...' with '' for a quote; the lexer stands at the opening quote. */
static struct sql_token string(struct sql_lexer *lexer, uint32_t at)
{
	uint32_t from = ++lexer->at, len = 0;
	struct sql_token ret;
	char *text;

	for (;; lexer->at++) {
		if (peek(lexer, 0) < 0)
			return fail(lexer, at, 1756, "quoted string not properly terminated");
		if (peek(lexer, 0) == '\'') {
			if (peek(lexer, 1) != '\'')
				break;
			lexer->at++;
		}
	}
	text = cw_new(lexer->arena, char, lexer->at - from + 1);
	for (uint32_t i = from; i < lexer->at; i++) {
		text[len++] = lexer->sql[i];
		if (lexer->sql[i] == '\'')
			i++;
	}
	lexer->at++;
	ret = (struct sql_token){
		.kind = T_STRING, .text = text, .len = len, .at = at, .end = lexer->at
	};
	return ret;
}

/* q'[...]': the lexer stands at the quote. */
static struct sql_token alternative_string(struct sql_lexer *lexer, uint32_t at)
{
	static const char open[] = "[{(<", close[] = "]})>";
	int first = peek(lexer, 1);
	const char *pair = first > 0 ? strchr(open, first) : NULL;
	int last = pair ? close[pair - open] : first;
	uint32_t from = lexer->at + 2;

	lexer->at = from;
	while (peek(lexer, 0) >= 0 && !(peek(lexer, 0) == last && peek(lexer, 1) == '\''))
		lexer->at++;
	if (first <= 0 || is_space(first) || peek(lexer, 0) < 0)
		return fail(lexer, at, 1756, "quoted string not properly terminated");
	lexer->at += 2;
	return token(lexer, T_STRING, lexer->sql + from, lexer->at - 2 - from, at);
}

static struct sql_token number(struct sql_lexer *lexer, uint32_t at)
{
	uint32_t from = lexer->at, end;
	struct sql_token ret;
	char real = 0;

	while (is_digit(peek(lexer, 0)))
		lexer->at++;
	if (peek(lexer, 0) == '.' && peek(lexer, 1) != '.') {
		lexer->at++;
		while (is_digit(peek(lexer, 0)))
			lexer->at++;
	}
	if ((peek(lexer, 0) | 0x20) == 'e') {
		uint32_t sign = peek(lexer, 1) == '+' || peek(lexer, 1) == '-';

		if (is_digit(peek(lexer, 1 + sign))) {
			lexer->at += 1 + sign;
			while (is_digit(peek(lexer, 0)))
				lexer->at++;
		}
	}
	end = lexer->at;
	if (((peek(lexer, 0) | 0x20) == 'd' || (peek(lexer, 0) | 0x20) == 'f') &&
	    !is_name(peek(lexer, 1)))
		real = (char)(lexer->sql[lexer->at++] & ~0x20);
	ret = token(lexer, T_NUMBER, lexer->sql + from, end - from, at);
	ret.real = real;
	return ret;
}

static struct sql_token bind(struct sql_lexer *lexer, uint32_t at)
{
	lexer->at++;
	while (is_space(peek(lexer, 0)))
		lexer->at++;
	if (peek(lexer, 0) == '"')
		return quoted(lexer, T_BIND, at);
	if (!is_name(peek(lexer, 0)))
		return fail(lexer, at, 1745, "invalid host/bind variable name");
	return word(lexer, T_BIND, at);
}

static struct sql_token operator(struct sql_lexer *lexer, uint32_t at)
{
	static const char *const two[] = { "<=", ">=", "<>", "!=", "^=", "||",
					   "**", "=>", ":=", "..", "<<", ">>" };
	int first = peek(lexer, 0);

	for (size_t i = 0; i < CW_ARRAY_LEN(two); i++)
		if (first == two[i][0] && peek(lexer, 1) == two[i][1]) {
			lexer->at += 2;
			return token(lexer, T_OP, two[i], 2, at);
		}
	if (first > 0 && strchr("+-*/=<>(),.;@%", first)) {
		lexer->at++;
		return token(lexer, T_OP, lexer->sql + at, 1, at);
	}
	return fail(lexer, at, 911, "invalid character");
}

/* n'..', q'..', nq'..': how many letters stand before the quote, 0 if none do. */
static uint32_t string_prefix(const struct sql_lexer *lexer)
{
	int first = peek(lexer, 0) | 0x20, second = peek(lexer, 1) | 0x20;

	if ((first == 'n' || first == 'q') && peek(lexer, 1) == '\'')
		return 1;
	return first == 'n' && second == 'q' && peek(lexer, 2) == '\'' ? 2 : 0;
}

/* $IF and $$name are words from BEGIN or DECLARE on. */
static struct sql_token block_word(struct sql_lexer *lexer, uint32_t at)
{
	struct sql_token ret = word(lexer, T_WORD, at);

	lexer->plsql |= strcmp(ret.text, "BEGIN") == 0 || strcmp(ret.text, "DECLARE") == 0;
	return ret;
}

struct sql_token sql_lex_next(struct sql_lexer *lexer)
{
	struct sql_token ret;
	uint32_t at, prefix;
	int c;

	if (!skip_blank(lexer))
		return fail(lexer, lexer->at, 1742, "comment not terminated properly");
	at = lexer->at;
	c = peek(lexer, 0);
	if (c < 0)
		return (struct sql_token){ .kind = T_END, .text = "", .at = at, .end = at };
	if (c == '\'')
		return string(lexer, at);
	prefix = string_prefix(lexer);
	if (prefix > 0) {
		bool alternative = (peek(lexer, prefix - 1) | 0x20) == 'q';

		lexer->at += prefix;
		ret = alternative ? alternative_string(lexer, at) : string(lexer, at);
		ret.national = (c | 0x20) == 'n';
		return ret;
	}
	if (is_name_start(c) || (lexer->plsql && c == '$'))
		return block_word(lexer, at);
	if (c == '"')
		return quoted(lexer, T_QUOTED, at);
	if (is_digit(c) || (c == '.' && is_digit(peek(lexer, 1))))
		return number(lexer, at);
	if (c == ':' && peek(lexer, 1) != '=')
		return bind(lexer, at);
	return operator(lexer, at);
}
