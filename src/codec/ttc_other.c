/* ttc_other.c - see ttc_other.h */
#include "codec/ttc_other_parts.h"

#define COUNT_MAX 65536u

uint32_t other_count(struct cw_pass *pass, const char *name)
{
	uint32_t count = 0;

	cw_pass_ub4(pass, name, &count);
	if (count > COUNT_MAX)
		(void)cw_pass_bad(pass, "a count is larger than it may be");
	return cw_pass_failed(pass) ? 0 : count;
}

uint32_t other_head(struct cw_pass *pass, const char *pointer, const char *length)
{
	uint32_t len = 0;
	bool there = false;

	cw_pass_pointer(pass, pointer, &there);
	cw_pass_ub4(pass, length, &len);
	return there ? len : 0;
}

uint32_t other_list(struct cw_pass *pass, const char *pointer, const char *count)
{
	uint32_t found = other_head(pass, pointer, count);

	if (found > COUNT_MAX)
		(void)cw_pass_bad(pass, "a count is larger than it may be");
	return cw_pass_failed(pass) ? 0 : found;
}

void other_words(struct cw_pass *pass, const char *name, uint32_t count)
{
	while (count-- > 0 && !cw_pass_failed(pass))
		cw_pass_ub4(pass, name, NULL);
}

void other_keywords(struct cw_pass *pass, uint32_t count)
{
	for (uint32_t i = 0; i < count && !cw_pass_failed(pass); i++) {
		struct cw_ttc_keyword keyword = { 0 };

		cw_pass_enter(pass, "keyword", i);
		cw_ttc_pass_keyword(pass, &keyword);
		cw_pass_leave(pass);
	}
}

static const struct other_function *find(uint8_t function)
{
	static const struct other_function *const tables[] = { other_session, other_queue,
							       other_load, other_driver };

	for (size_t i = 0; i < CW_ARRAY_LEN(tables); i++)
		for (const struct other_function *at = tables[i]; at->function; at++)
			if (at->function == function)
				return at;
	return NULL;
}

/* A function that nobody described: its bytes have a name, and that is all. */
static void read_unknown(struct cw_pass *pass, const char *name)
{
	if (!cw_pass_failed(pass))
		cw_pass_raw(pass, name, NULL, cw_rd_left(&pass->in->rd), CW_TTC_VALUE_MAX);
}

void cw_ttc_read_other(struct cw_pass *pass, struct cw_ttc_other *other)
{
	const struct other_function *known = find(other->function);

	if (other->function == CW_FN_AQ_ARRAY)
		other_read_queue_array(pass, other);
	else if (known)
		known->read(pass);
	else
		read_unknown(pass, "unknown arguments");
}

void cw_ttc_read_other_answer(struct cw_pass *pass, const struct cw_ttc_other *other)
{
	const struct other_function *known = find(other->function);

	if (other->function == CW_FN_AQ_ARRAY)
		other_read_queue_array_answer(pass, other);
	else if (!known)
		read_unknown(pass, "unknown parameters");
	else if (known->read_answer)
		known->read_answer(pass);
	else
		(void)cw_pass_bad(pass, "parameters of a function that returns none");
}
