/* position.c - see position.h */
#include "model/position.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void cw_pos_text(const struct cw_pos *pos, char ret[CW_POS_TEXT_BYTES])
{
	switch (pos->kind) {
	case CW_POS_ORACLE:
		(void)snprintf(ret, CW_POS_TEXT_BYTES,
			       "ora:%" PRIu64 ":%" PRIu64 ":%" PRIu64 ":%" PRIu32 ":%" PRIu64
			       ".%" PRIu64 ".%" PRIu64 ":%" PRIu64,
			       pos->history[0], pos->history[1], pos->at, pos->thread,
			       pos->sequence, pos->block, pos->offset, pos->restart);
		return;
	case CW_POS_POSTGRES:
		(void)snprintf(ret, CW_POS_TEXT_BYTES,
			       "pg:%" PRIu64 ":%" PRIu64 ":%" PRIu64 ":%" PRIu64, pos->history[0],
			       pos->history[1], pos->at, pos->restart);
		return;
	case CW_POS_NONE:
		break;
	}
	(void)snprintf(ret, CW_POS_TEXT_BYTES, "none");
}

/* All of @text must be taken: a tail would be a position of somebody else's. */
static bool read_oracle(const char *text, struct cw_pos *pos)
{
	int end = -1;

	(void)sscanf(text,
		     "ora:%" SCNu64 ":%" SCNu64 ":%" SCNu64 ":%" SCNu32 ":%" SCNu64 ".%" SCNu64
		     ".%" SCNu64 ":%" SCNu64 "%n",
		     &pos->history[0], &pos->history[1], &pos->at, &pos->thread, &pos->sequence,
		     &pos->block, &pos->offset, &pos->restart, &end);
	pos->kind = CW_POS_ORACLE;
	return end >= 0 && text[end] == '\0';
}

static bool read_postgres(const char *text, struct cw_pos *pos)
{
	int end = -1;

	(void)sscanf(text, "pg:%" SCNu64 ":%" SCNu64 ":%" SCNu64 ":%" SCNu64 "%n", &pos->history[0],
		     &pos->history[1], &pos->at, &pos->restart, &end);
	pos->kind = CW_POS_POSTGRES;
	return end >= 0 && text[end] == '\0';
}

bool cw_pos_parse(const char *text, struct cw_pos *ret, struct cw_err *err)
{
	struct cw_pos pos = { 0 };

	if (strcmp(text, "none") != 0 && !read_oracle(text, &pos)) {
		pos = (struct cw_pos){ 0 };
		if (!read_postgres(text, &pos))
			return cw_fail(err, CW_ERR_DATA, 2301, "\"%s\" is not a position", text);
	}
	*ret = pos;
	return true;
}

bool cw_pos_same_history(const struct cw_pos *a, const struct cw_pos *b)
{
	return a->kind == b->kind && a->history[0] == b->history[0] &&
	       a->history[1] == b->history[1];
}

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int cw_pos_compare(const struct cw_pos *a, const struct cw_pos *b)
{
	int order;

	if (a->kind == CW_POS_NONE || b->kind == CW_POS_NONE)
		return (a->kind != CW_POS_NONE) - (b->kind != CW_POS_NONE);
	assert(cw_pos_same_history(a, b));
	order = compare_u64(a->at, b->at);
	if (order == 0)
		order = compare_u64(a->thread, b->thread);
	if (order == 0)
		order = compare_u64(a->sequence, b->sequence);
	if (order == 0)
		order = compare_u64(a->block, b->block);
	return order ? order : compare_u64(a->offset, b->offset);
}
