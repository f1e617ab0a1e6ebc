/*
 * fuzz_slot.c - what PostgreSQL sends on the way back and when it is compared: messages of pgoutput, COPY BINARY
 *
 * An odd first byte: a stream of COPY BINARY; else one message.  Every name ends inside the message,
 * every value lies in it.
 */
#include "fuzz.h"

#include "codec/copy.h"
#include "codec/pgoutput.h"

#include <stdlib.h>

#define VALUES_MAX 32u

static void touch(const struct cw_value *value, uint16_t count)
{
	volatile uint8_t last = 0;

	for (uint16_t i = 0; i < count; i++)
		if (value[i].state == CW_VALUE_SET && value[i].len > 0)
			last ^= (uint8_t)(value[i].at[0] ^ value[i].at[value[i].len - 1]);
	(void)last;
}

static void read_tuple(struct cw_rd tuple)
{
	struct cw_value value[VALUES_MAX];
	struct cw_err err = { 0 };
	uint16_t count;

	if (cw_pgoutput_row(tuple, value, VALUES_MAX, &count, &err)) {
		assert(count <= VALUES_MAX);
		touch(value, count);
	} else {
		assert(err.code == 2022);
	}
}

static void read_message(struct cw_bytes message)
{
	struct cw_pgoutput out;
	struct cw_err err = { 0 };

	if (!cw_pgoutput_read(message, &out, &err)) {
		assert(err.code == 2022);
		return;
	}
	switch (out.type) {
	case CW_PGO_RELATION:
		assert(strlen(out.schema) + strlen(out.name) < message.len);
		for (uint32_t i = 0; i < out.count && !cw_rd_failed(&out.columns); i++)
			(void)cw_pgoutput_column(&out.columns);
		break;
	case CW_PGO_INSERT:
	case CW_PGO_UPDATE:
	case CW_PGO_DELETE:
		if (out.old_kind)
			read_tuple(out.old_row);
		if (out.type != CW_PGO_DELETE)
			read_tuple(out.new_row);
		break;
	case CW_PGO_MESSAGE:
		assert(out.content.len <= message.len && strlen(out.name) < message.len);
		break;
	default:
		break;
	}
}

static void read_copy(struct cw_bytes stream)
{
	struct cw_rd rd = cw_rd(stream);
	struct cw_value value[VALUES_MAX];
	enum cw_copy_next next = CW_COPY_ROW;
	struct cw_err err = { 0 };

	if (!cw_copy_read_begin(&rd, &err)) {
		assert(err.code == 2021);
		return;
	}
	while (next == CW_COPY_ROW) {
		next = cw_copy_read_row(&rd, 3, value, &err);
		if (next == CW_COPY_ROW)
			touch(value, 3);
	}
	assert(next == CW_COPY_END || err.code == 2021);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cw_bytes rest = { NULL, size - 1 };
	uint8_t *copy;

	if (size < 2)
		return 0;
	copy = malloc(rest.len); /* no byte more, so that one read too many is seen */
	assert(copy);
	memcpy(copy, data + 1, rest.len);
	rest.at = copy;
	if (data[0] & 1)
		read_copy(rest);
	else
		read_message(rest);
	free(copy);
	return 0;
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
#define SEED(text)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}
	static const struct cw_bytes seeds[] = {
		SEED("0B\0\0\0\0\1\x9a\xbc\xde\0\2\xa0\0\0\0\0\0\0\0\3\xe8"),
		SEED("0C\0\0\0\0\0\1\x9a\xbc\xde\0\0\0\0\1\x9a\xbc\xff\0\2\xa0\0\0\0\0\0"),
		SEED("0R\0\0@\1shop\0orders\0f\0\2\1id\0\0\0\6\xa4\xff\xff\xff\xff\0note\0\0\0\4\x13\0\0\0\x2c"),
		SEED("0Y\0\0@\2public\0mood\0"),
		SEED("0I\0\0@\1N\0\3b\0\0\0\4\0\0\0\1nu"),
		SEED("0U\0\0@\1O\0\2b\0\0\0\1xnN\0\2b\0\0\0\1yu"),
		SEED("0U\0\0@\1N\0\1b\0\0\0\2ab"),
		SEED("0D\0\0@\1K\0\2b\0\0\0\1xn"),
		SEED("0T\0\0\0\2\1\0\0@\1\0\0@\2"),
		SEED("0M\1\0\0\0\0\1\x9a\xbc\xde"
		     "causeway\0\0\0\0\3abc"),
		SEED("0O\0\0\0\0\1\x9a\xbc\xde"
		     "causeway_forward\0"),
		SEED("1PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\3\0\0\0\1a\xff\xff\xff\xff\0\0\0\2bc\0\3\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff"),
	};
#undef SEED

	if (index >= CW_ARRAY_LEN(seeds))
		return false;
	cw_wr_put(wr, seeds[index].at, seeds[index].len);
	return true;
}
