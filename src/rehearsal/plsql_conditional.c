/*
 * plsql_conditional.c - $IF ... $THEN ... $ELSIF ... $ELSE ... $END; see plsql_parts.h
 *
 * What is left out becomes blanks, so that each place in the text stays where it was.  Conditions know $$name (no flag is set:
 * NULL), DBMS_DB_VERSION, numbers, TRUE and FALSE; of any other the block is refused.
 *
 * Sources	Oracle Database PL/SQL Language Reference 19c, "Conditional Compilation"
 */
#include "rehearsal/plsql_parts.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX 32u

enum truth { NO, YES, UNKNOWN };

struct reader {
	const char *text; /* as it was sent */
	char *to;	  /* the copy */
	size_t len, at;
	unsigned version, depth;
	bool failed; /* a condition that is not ours, or no $END */
};

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || c == '#' || c == '.';
}

/* ---- conditions: over spans of the text --------------------------------------------------------- */

static void skip_blanks(struct reader *r)
{
	while (r->at < r->len && strchr(" \t\r\n", r->text[r->at]))
		r->at++;
}

static bool take(struct reader *r, const char *word)
{
	size_t len = strlen(word);

	skip_blanks(r);
	if (r->len - r->at < len || strncasecmp(r->text + r->at, word, len) != 0 ||
	    (is_name(word[len - 1]) && r->at + len < r->len && is_name(r->text[r->at + len])))
		return false;
	r->at += len;
	return true;
}

static enum truth condition(struct reader *r);

/* DBMS_DB_VERSION.VER_LE_12_2 and its like */
static enum truth version_at_most(const struct reader *r, const char *name, size_t len)
{
	static const char prefix[] = "dbms_db_version.ver_le_";

	if (len < sizeof(prefix) || strncasecmp(name, prefix, sizeof(prefix) - 1) != 0)
		return UNKNOWN;
	return (int)r->version <= atoi(name + sizeof(prefix) - 1) ? YES : NO;
}

static bool is_word(const char *from, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(from, word, len) == 0;
}

/* A name that is a condition. */
static enum truth truth_of(const struct reader *r, const char *from, size_t len)
{
	if (is_word(from, len, "true"))
		return YES;
	return is_word(from, len, "false") ? NO : version_at_most(r, from, len);
}

/* A number, or a name that is one; *ret_truth of a name that is a condition. */
static bool value(struct reader *r, long *ret, enum truth *ret_truth)
{
	const char *from;
	size_t len;

	skip_blanks(r);
	from = r->text + r->at;
	while (r->at < r->len && is_name(r->text[r->at]))
		r->at++;
	len = (size_t)(r->text + r->at - from);
	*ret_truth = UNKNOWN;
	*ret = r->version;
	if (is_word(from, len, "dbms_db_version.version"))
		return true;
	*ret = r->version == 11 || r->version == 12 ? 2 : 0;
	if (is_word(from, len, "dbms_db_version.release"))
		return true;
	*ret = len > 0 ? strtol(from, NULL, 10) : 0;
	if (len > 0 && from[0] >= '0' && from[0] <= '9')
		return true;
	*ret_truth = truth_of(r, from, len);
	if (len == 0 || (*ret_truth == UNKNOWN && strncmp(from, "$$", 2) != 0))
		r->failed = true;
	return false;
}

static enum truth compared(const char *operator, long left, long right)
{
	bool equal = operator[0] == '=' ||(operator[0] != '!' && operator[1] == '=');

	if (strcmp(operator, "<>") == 0 || operator[0] == '!')
		return left != right ? YES : NO;
	if (left == right)
		return equal ? YES : NO;
	return operator[0] != '=' &&(left < right) == (operator[0] == '<') ? YES : NO;
}

/* value [IS [NOT] NULL | < value ...] */
static enum truth comparison(struct reader *r)
{
	static const char *const operators[] = { "<=", ">=", "<>", "!=", "<", ">", "=" };
	long left = 0, right = 0;
	enum truth truth, other;
	bool known = value(r, &left, &truth);
	size_t i = 0;

	if (take(r, "is")) {
		bool negated = take(r, "not");
		bool null = !known && truth == UNKNOWN;

		r->failed |= !take(r, "null");
		return null != negated ? YES : NO;
	}
	while (i < CW_ARRAY_LEN(operators) && !take(r, operators[i]))
		i++;
	if (i == CW_ARRAY_LEN(operators))
		return truth;
	return value(r, &right, &other) && known ? compared(operators[i], left, right) : UNKNOWN;
}

static enum truth factor(struct reader *r)
{
	enum truth inner;

	if (r->depth >= DEPTH_MAX || r->failed) {
		r->failed = true;
		return UNKNOWN;
	}
	r->depth++;
	if (take(r, "not")) {
		inner = factor(r);
		inner = inner == UNKNOWN ? UNKNOWN : inner == YES ? NO : YES;
	} else if (take(r, "(")) {
		inner = condition(r);
		r->failed |= !take(r, ")");
	} else {
		inner = comparison(r);
	}
	r->depth--;
	return inner;
}

static enum truth term(struct reader *r)
{
	enum truth left = factor(r);

	while (!r->failed && take(r, "and")) {
		enum truth right = factor(r);

		left = left == NO || right == NO ? NO : left == YES && right == YES ? YES : UNKNOWN;
	}
	return left;
}

static enum truth condition(struct reader *r)
{
	enum truth left = term(r);

	while (!r->failed && take(r, "or")) {
		enum truth right = term(r);

		left = left == YES || right == YES ? YES : left == NO && right == NO ? NO : UNKNOWN;
	}
	return left;
}

/* ---- the text ------------------------------------------------------------------------------------- */

static void blank(struct reader *r, size_t from, size_t to)
{
	for (; from < to; from++)
		if (r->to[from] != '\n')
			r->to[from] = ' ';
}

/* Over a literal or a comment, if one begins here. */
static bool skip_quoted(struct reader *r)
{
	const char *at = r->text + r->at, *end = r->text + r->len, *stop = NULL;

	if (*at == '\'' || *at == '"') {
		stop = memchr(at + 1, *at, (size_t)(end - at - 1));
		r->at = stop ? (size_t)(stop - r->text) + 1 : r->len;
		return true;
	}
	if (end - at > 1 && at[0] == '-' && at[1] == '-') {
		stop = memchr(at, '\n', (size_t)(end - at));
		r->at = stop ? (size_t)(stop - r->text) : r->len;
		return true;
	}
	if (end - at > 1 && at[0] == '/' && at[1] == '*') {
		stop = memmem(at + 2, (size_t)(end - at - 2), "*/", 2);
		r->at = stop ? (size_t)(stop - r->text) + 2 : r->len;
		return true;
	}
	return false;
}

static bool selection(struct reader *r, bool wanted);

/* To the next $ELSIF, $ELSE or $END of this selection; what is not @wanted goes. */
static bool branch(struct reader *r, bool wanted)
{
	size_t from = r->at;

	while (r->at < r->len && !r->failed) {
		size_t here = r->at;

		if (skip_quoted(r))
			continue;
		if (r->text[here] != '$' || (here > 0 && is_name(r->text[here - 1]))) {
			r->at++;
		} else if (take(r, "$if")) {
			if (!selection(r, wanted))
				return false;
		} else if (take(r, "$elsif") || take(r, "$else") || take(r, "$end")) {
			r->at = here;
			break;
		} else {
			r->at++;
		}
	}
	if (!wanted)
		blank(r, from, r->at);
	return r->at < r->len && !r->failed;
}

/* Behind $IF, to its $END. */
static bool selection(struct reader *r, bool wanted)
{
	bool taken = false, more = true;
	size_t from = r->at - 3;

	if (++r->depth > DEPTH_MAX)
		return false;
	while (more) {
		bool is = condition(r) == YES && !taken;

		if (!take(r, "$then"))
			return false;
		blank(r, from, r->at);
		taken |= is;
		if (!branch(r, wanted && is))
			return false;
		from = r->at;
		more = take(r, "$elsif");
	}
	if (take(r, "$else")) {
		blank(r, from, r->at);
		if (!branch(r, wanted && !taken))
			return false;
		from = r->at;
	}
	if (!take(r, "$end"))
		return false;
	blank(r, from, r->at);
	r->depth--;
	return true;
}

bool plsql_conditional(struct plsql *pl, const char **sql, size_t len)
{
	struct reader r = { .text = *sql, .len = len };
	bool ok = true;

	if (!memmem(r.text, len, "$if", 3) && !memmem(r.text, len, "$IF", 3) &&
	    !memmem(r.text, len, "$If", 3))
		return true;
	r.to = cw_new(pl->arena, char, len + 1);
	memcpy(r.to, r.text, len);
	r.version = (unsigned)pl->parser.release / 100;
	while (ok && r.at < r.len) {
		if (skip_quoted(&r))
			continue;
		if (r.text[r.at] == '$' && (r.at == 0 || !is_name(r.text[r.at - 1])) &&
		    take(&r, "$if"))
			ok = selection(&r, true);
		else
			r.at++;
	}
	*sql = r.to;
	return ok && !r.failed;
}
