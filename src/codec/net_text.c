/* net_text.c - see net_text.h */
#include "codec/net_text.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

struct parser {
	const uint8_t *start, *at, *end;
	struct cw_arena *arena;
	unsigned nodes;
	struct cw_err *err;
};

static bool bad(struct parser *p, const char *why)
{
	size_t place = (size_t)(p->at - p->start), left = (size_t)(p->end - p->at);
	char near[24];

	(void)snprintf(near, sizeof(near), "%.*s", left < 16 ? (int)left : 16,
		       (const char *)p->at);
	for (char *c = near; *c; c++)
		if (!isprint((unsigned char)*c))
			*c = ' ';
	return cw_fail(p->err, CW_ERR_CONFIG, 7110, "connect descriptor, character %zu%s%s%s: %s",
		       place + 1, *near ? " at \"" : "", near, *near ? "\"" : "", why);
}

static void skip_blanks(struct parser *p)
{
	while (p->at < p->end && isspace(*p->at))
		p->at++;
}

static bool is_keyword(uint8_t c)
{
	return isalnum(c) || c == '_' || c == '.';
}

static struct cw_bytes without_blanks(const uint8_t *from, const uint8_t *to)
{
	while (from < to && isspace(*from))
		from++;
	while (from < to && isspace(to[-1]))
		to--;
	return (struct cw_bytes){ from, (size_t)(to - from) };
}

static bool take_name(struct parser *p, struct cw_net_node *node)
{
	const uint8_t *from;

	skip_blanks(p);
	from = p->at;
	while (p->at < p->end && is_keyword(*p->at))
		p->at++;
	node->name = (struct cw_bytes){ from, (size_t)(p->at - from) };
	if (node->name.len == 0)
		return bad(p, "a keyword is wanted");
	skip_blanks(p);
	if (p->at == p->end || *p->at != '=')
		return bad(p, "'=' is wanted");
	p->at++;
	skip_blanks(p);
	return true;
}

static bool take_quoted(struct parser *p, struct cw_net_node *node)
{
	uint8_t quote = *p->at;
	const uint8_t *close = memchr(p->at + 1, quote, (size_t)(p->end - p->at - 1));

	if (!close)
		return bad(p, "the quote is not closed");
	node->value = (struct cw_bytes){ p->at + 1, (size_t)(close - p->at - 1) };
	p->at = close + 1;
	skip_blanks(p);
	return true;
}

static void take_plain(struct parser *p, struct cw_net_node *node)
{
	const uint8_t *from = p->at;

	while (p->at < p->end && *p->at != ')' && *p->at != '(')
		p->at++;
	node->value = without_blanks(from, p->at);
}

static bool take_node(struct parser *p, unsigned depth, struct cw_net_node **ret);

static bool take_list(struct parser *p, unsigned depth, struct cw_net_node *node)
{
	const struct cw_net_node **last = &node->child;

	node->is_list = true;
	while (p->at < p->end && *p->at == '(') {
		struct cw_net_node *child;

		if (!take_node(p, depth + 1, &child))
			return false;
		*last = child;
		last = &child->next;
		skip_blanks(p);
	}
	return true;
}

/* From its '(' to its ')'. */
static bool take_node(struct parser *p, unsigned depth, struct cw_net_node **ret)
{
	struct cw_net_node *node;
	bool ok = true;

	if (depth > CW_NET_DEPTH_MAX)
		return bad(p, "nested too deeply");
	if (++p->nodes > CW_NET_NODES_MAX)
		return bad(p, "too many keywords");
	if (p->at == p->end || *p->at != '(')
		return bad(p, "'(' is wanted");
	p->at++;
	node = cw_new(p->arena, struct cw_net_node, 1);
	if (!take_name(p, node))
		return false;
	if (p->at < p->end && *p->at == '(')
		ok = take_list(p, depth, node);
	else if (p->at < p->end && (*p->at == '"' || *p->at == '\''))
		ok = take_quoted(p, node);
	else
		take_plain(p, node);
	if (!ok)
		return false;
	if (p->at == p->end || *p->at != ')')
		return bad(p, "')' is wanted");
	p->at++;
	*ret = node;
	return true;
}

bool cw_net_parse(struct cw_bytes text, struct cw_arena *arena, const struct cw_net_node **ret,
		  struct cw_err *err)
{
	struct parser p = { .start = text.at,
			    .at = text.at,
			    .end = text.at + text.len,
			    .arena = arena,
			    .err = err };
	struct cw_net_node *root;

	if (text.len > CW_NET_TEXT_BYTES_MAX)
		return cw_fail(err, CW_ERR_CONFIG, 7110, "a connect descriptor of %zu bytes",
			       text.len);
	if (text.len > 0 && memchr(text.at, '\0', text.len))
		return cw_fail(err, CW_ERR_CONFIG, 7110, "a connect descriptor with a NUL in it");
	skip_blanks(&p);
	if (!take_node(&p, 1, &root))
		return false;
	skip_blanks(&p);
	if (p.at != p.end)
		return bad(&p, "nothing is wanted after the last ')'");
	*ret = root;
	return true;
}

bool cw_net_is(const struct cw_net_node *node, const char *name)
{
	return node->name.len == strlen(name) &&
	       strncasecmp((const char *)node->name.at, name, node->name.len) == 0;
}

const struct cw_net_node *cw_net_child(const struct cw_net_node *list, const char *name)
{
	const struct cw_net_node *found = NULL;

	for (const struct cw_net_node *at = list->child; at; at = at->next)
		if (cw_net_is(at, name))
			found = at;
	return found;
}

/* ---- writing ------------------------------------------------------------------------- */

bool cw_net_write_value(struct cw_wr *wr, const char *name, struct cw_bytes value)
{
	const char *quote = "";
	bool odd = value.len == 0 || isspace(value.at[0]) || isspace(value.at[value.len - 1]);

	for (size_t i = 0; i < value.len; i++)
		odd = odd || strchr("()\"'#", value.at[i]);
	if (odd && value.len > 0)
		quote = memchr(value.at, '"', value.len) ? "'" : "\"";
	if (*quote && memchr(value.at, *quote, value.len))
		return false;
	cw_wr_text(wr, "(");
	cw_wr_text(wr, name);
	cw_wr_text(wr, "=");
	cw_wr_text(wr, quote);
	cw_wr_put(wr, value.at, value.len);
	cw_wr_text(wr, quote);
	cw_wr_text(wr, ")");
	return true;
}

bool cw_net_write(struct cw_wr *wr, const struct cw_net_node *node)
{
	char name[64];

	if (node->name.len >= sizeof(name))
		return false;
	memcpy(name, node->name.at, node->name.len);
	name[node->name.len] = '\0';
	if (!node->is_list)
		return cw_net_write_value(wr, name, node->value);
	cw_wr_text(wr, "(");
	cw_wr_text(wr, name);
	cw_wr_text(wr, "=");
	for (const struct cw_net_node *at = node->child; at; at = at->next)
		if (!cw_net_write(wr, at)) /* as deep as what was parsed */
			return false;
	cw_wr_text(wr, ")");
	return true;
}

/* ---- tnsnames.ora -------------------------------------------------------------------- */

static const uint8_t *line_end(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *found = memchr(at, '\n', (size_t)(end - at));

	return found ? found + 1 : end;
}

/* "names =" somewhere ahead; lines that cannot begin an entry are passed over. */
static bool find_names(const uint8_t **at, const uint8_t *end, struct cw_bytes *ret)
{
	const uint8_t *from = NULL;

	while (*at < end) {
		uint8_t c = **at;

		if (c == '#' || c == '(' || c == ')' || (c == '=' && !from)) {
			*at = line_end(*at, end);
			from = NULL;
		} else if (c == '=') {
			*ret = without_blanks(from, *at);
			++*at;
			return true;
		} else {
			if (!from && !isspace(c))
				from = *at;
			++*at;
		}
	}
	return false;
}

/* What a value is in the middle of. */
struct within {
	size_t open; /* parentheses */
	uint8_t quote;
	bool begun;
};

static void pass(struct within *in, uint8_t c)
{
	in->begun = in->begun || !isspace(c);
	if (in->quote)
		in->quote = c == in->quote || c == '\n' ? 0 : in->quote;
	else if (c == '"' || c == '\'')
		in->quote = c;
	else if (c == '(')
		in->open++;
	else if (c == ')' && in->open > 0)
		in->open--;
}

/* To the end of the line, or while parentheses are open; comments are left out. */
static struct cw_bytes take_value(const uint8_t **at, const uint8_t *end, struct cw_arena *arena)
{
	uint8_t *copy = cw_new(arena, uint8_t, (size_t)(end - *at) + 1);
	struct within in = { 0 };
	size_t len = 0;

	while (*at < end) {
		uint8_t c = **at;

		if (c == '#' && !in.quote) {
			*at = line_end(*at, end);
			c = '\n';
		} else {
			++*at;
		}
		if (c == '\n' && in.begun && in.open == 0)
			break;
		pass(&in, c);
		copy[len++] = c;
	}
	return without_blanks(copy, copy + len);
}

bool cw_net_next_entry(struct cw_bytes *rest, struct cw_arena *arena, struct cw_net_entry *ret)
{
	const uint8_t *at = rest->at, *end = rest->at + rest->len;
	bool found = find_names(&at, end, &ret->names);

	if (found)
		ret->value = take_value(&at, end, arena);
	*rest = (struct cw_bytes){ at, (size_t)(end - at) };
	return found;
}

bool cw_net_has_alias(struct cw_bytes names, const char *alias)
{
	const uint8_t *at = names.at, *end = names.at + names.len;

	while (at < end) {
		const uint8_t *comma = memchr(at, ',', (size_t)(end - at));
		struct cw_bytes one = without_blanks(at, comma ? comma : end);
		const uint8_t *line = one.len ? memrchr(one.at, '\n', one.len) : NULL;

		if (line) /* lines before it belong to no entry */
			one = without_blanks(line, one.at + one.len);
		if (one.len == strlen(alias) &&
		    strncasecmp((const char *)one.at, alias, one.len) == 0)
			return true;
		at = comma ? comma + 1 : end;
	}
	return false;
}
