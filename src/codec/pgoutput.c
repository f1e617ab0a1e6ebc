/* pgoutput.c - see pgoutput.h */
#include "codec/pgoutput.h"

static bool fail(const char *what, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 2022, "message of the slot: %s", what);
}

/* A name that ends with a NUL inside the message; "" and a failed reader if none does. */
static const char *name(struct cw_rd *rd)
{
	const uint8_t *nul = memchr(rd->at, 0, cw_rd_left(rd));
	const char *at = (const char *)rd->at;

	if (!nul || cw_rd_failed(rd)) {
		rd->failed = true;
		return "";
	}
	(void)cw_rd_take(rd, (size_t)(nul - rd->at) + 1);
	return at;
}

/* Go over one tuple and return a reader that covers just it. */
static struct cw_rd tuple(struct cw_rd *rd)
{
	struct cw_rd start = *rd;
	uint16_t count = cw_rd_u16be(rd);

	for (uint16_t i = 0; i < count && !cw_rd_failed(rd); i++) {
		uint8_t kind = cw_rd_u8(rd);

		if (kind == 't' || kind == 'b')
			(void)cw_rd_skip(rd, cw_rd_u32be(rd));
		else if (kind != 'n' && kind != 'u')
			rd->failed = true;
	}
	start.end = rd->at;
	start.failed = rd->failed;
	return start;
}

static void read_relation(struct cw_rd *rd, struct cw_pgoutput *ret)
{
	ret->relation = cw_rd_u32be(rd);
	ret->schema = name(rd);
	ret->name = name(rd);
	ret->identity = cw_rd_u8(rd);
	ret->count = cw_rd_u16be(rd);
	ret->columns = *rd;
	for (uint32_t i = 0; i < ret->count && !cw_rd_failed(rd); i++)
		(void)cw_pgoutput_column(rd);
	ret->columns.end = rd->at;
}

static void read_row(struct cw_rd *rd, struct cw_pgoutput *ret)
{
	uint8_t kind;

	ret->relation = cw_rd_u32be(rd);
	kind = cw_rd_u8(rd);
	if ((kind == 'K' || kind == 'O') && ret->type != CW_PGO_INSERT) {
		ret->old_kind = kind;
		ret->old_row = tuple(rd);
		if (ret->type == CW_PGO_DELETE)
			return;
		kind = cw_rd_u8(rd);
	}
	if (kind != 'N' || ret->type == CW_PGO_DELETE)
		rd->failed = true;
	ret->new_row = tuple(rd);
}

static void read_message(struct cw_rd *rd, struct cw_pgoutput *ret)
{
	(void)cw_rd_u8(rd);
	ret->lsn = cw_rd_u64be(rd);
	ret->name = name(rd);
	ret->content.len = cw_rd_u32be(rd);
	ret->content.at = cw_rd_take(rd, ret->content.len);
}

static void read_begin(struct cw_rd *rd, struct cw_pgoutput *ret)
{
	ret->lsn = cw_rd_u64be(rd);
	ret->commit_us = (int64_t)cw_rd_u64be(rd);
	ret->xid = cw_rd_u32be(rd);
}

static void read_commit(struct cw_rd *rd, struct cw_pgoutput *ret)
{
	(void)cw_rd_u8(rd);
	ret->lsn = cw_rd_u64be(rd);
	ret->end_lsn = cw_rd_u64be(rd);
	ret->commit_us = (int64_t)cw_rd_u64be(rd);
}

static void read_truncate(struct cw_rd *rd, struct cw_pgoutput *ret)
{
	ret->count = cw_rd_u32be(rd);
	(void)cw_rd_u8(rd);
	ret->relations = *rd;
	(void)cw_rd_skip(rd, 4 * (size_t)ret->count);
}

bool cw_pgoutput_read(struct cw_bytes message, struct cw_pgoutput *ret, struct cw_err *err)
{
	struct cw_rd rd = cw_rd(message);

	*ret = (struct cw_pgoutput){ .type = cw_rd_u8(&rd) };
	switch (ret->type) {
	case CW_PGO_BEGIN:
		read_begin(&rd, ret);
		break;
	case CW_PGO_COMMIT:
		read_commit(&rd, ret);
		break;
	case CW_PGO_ORIGIN:
		ret->lsn = cw_rd_u64be(&rd);
		ret->name = name(&rd);
		break;
	case CW_PGO_RELATION:
		read_relation(&rd, ret);
		break;
	case CW_PGO_TYPE:
		(void)cw_rd_u32be(&rd);
		ret->schema = name(&rd);
		ret->name = name(&rd);
		break;
	case CW_PGO_INSERT:
	case CW_PGO_UPDATE:
	case CW_PGO_DELETE:
		read_row(&rd, ret);
		break;
	case CW_PGO_TRUNCATE:
		read_truncate(&rd, ret);
		break;
	case CW_PGO_MESSAGE:
		read_message(&rd, ret);
		break;
	default:
		return fail("its type is unknown", err);
	}
	if (cw_rd_failed(&rd) || cw_rd_left(&rd) != 0)
		return fail("it is cut or has bytes left over", err);
	return true;
}

struct cw_pgoutput_column cw_pgoutput_column(struct cw_rd *columns)
{
	struct cw_pgoutput_column column;

	column.key = cw_rd_u8(columns) & 1;
	column.name = name(columns);
	column.type = cw_rd_u32be(columns);
	column.typmod = (int32_t)cw_rd_u32be(columns);
	return column;
}

bool cw_pgoutput_row(struct cw_rd rd, struct cw_value *ret, uint16_t room, uint16_t *ret_count,
		     struct cw_err *err)
{
	uint16_t count = cw_rd_u16be(&rd);

	if (count > room)
		return fail("a row has more columns than its table", err);
	for (uint16_t i = 0; i < count; i++) {
		uint8_t kind = cw_rd_u8(&rd);
		uint32_t len = kind == 'b' || kind == 't' ? cw_rd_u32be(&rd) : 0;

		ret[i] = (struct cw_value){ .state = kind == 'u' ? CW_VALUE_UNCHANGED
								 : CW_VALUE_NULL };
		if (kind == 't')
			return fail("a value is text, binary was asked for", err);
		if (kind == 'b')
			ret[i] = cw_value_set((struct cw_bytes){ cw_rd_take(&rd, len), len });
	}
	if (cw_rd_failed(&rd))
		return fail("a row is cut", err);
	*ret_count = count;
	return true;
}
