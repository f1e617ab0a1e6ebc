/* oson.c - see oson.h */
#include "codec/oson.h"

#include "base/rd.h"
#include "codec/show.h"
#include "model/shape.h"

#include <stdio.h>

#define VERSION_SHORT	  1
#define VERSION_LONG	  3
#define TEXT_BYTES_LEAST  65536u
#define HEAD_BYTES	  6u

enum flags {
	RELATIVE_OFFSETS = 0x0001,
	NAMES_U32 = 0x0008,
	IS_SCALAR = 0x0010,
	NAMES_U16 = 0x0400,
	NAME_BYTES_U32 = 0x0800,
	TREE_U32 = 0x1000,
	LONG_OFFSETS_U16 = 0x0100, /* of the second word */
};

/* Names of up to 255 bytes, or of more: where their offsets and bytes lie. */
struct names {
	uint32_t count;
	unsigned offset_bytes, length_bytes;
	struct cw_bytes offsets, bytes;
};

struct oson {
	struct cw_bytes image, tree;
	unsigned id_bytes; /* of a field's name */
	bool is_relative;
	struct names shorts, longs;
	struct cw_wr *out;
	size_t len_max;
	unsigned depth;
};

static bool bad(const char *why, struct cw_err *err)
{
	return cw_fail(err, CW_ERR_DATA, 2141, "the JSON image is not as it must be: %s", why);
}

/* ---- text --------------------------------------------------------------------------- */

static void put_escaped(struct cw_wr *out, uint8_t c)
{
	static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
	const char *at = c ? strchr(plain, c) : NULL;
	char text[8];

	if (at) {
		cw_wr_u8(out, '\\');
		cw_wr_u8(out, (uint8_t)letter[at - plain]);
	} else {
		(void)snprintf(text, sizeof(text), "\\u%04x", c);
		cw_wr_text(out, text);
	}
}

static void put_string(struct cw_wr *out, struct cw_bytes text)
{
	cw_wr_u8(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (c < 0x20 || c == '"' || c == '\\')
			put_escaped(out, c);
		else
			cw_wr_u8(out, c);
	}
	cw_wr_u8(out, '"');
}

/* A scalar as SQL shows it, in quotes unless it is a number. */
static bool put_sql(struct oson *oson, uint8_t ora_type, struct cw_bytes value, struct cw_err *err)
{
	struct cw_wr text = { .limit_bytes = 4096 };
	bool good = cw_show(ora_type, value, &text, err);

	if (good && cw_show_is_number(ora_type, cw_wr_bytes(&text)))
		cw_wr_put(oson->out, text.at0, text.len);
	else if (good)
		put_string(oson->out, cw_wr_bytes(&text));
	cw_wr_release(&text);
	return good;
}

static void put_hex(struct cw_wr *out, struct cw_bytes bytes)
{
	static const char digit[] = "0123456789ABCDEF";

	cw_wr_u8(out, '"');
	for (size_t i = 0; i < bytes.len; i++) {
		cw_wr_u8(out, (uint8_t)digit[bytes.at[i] >> 4]);
		cw_wr_u8(out, (uint8_t)digit[bytes.at[i] & 15]);
	}
	cw_wr_u8(out, '"');
}

/* ---- scalars ------------------------------------------------------------------------------ */

/* Scalars of one length each. */
static const struct {
	uint8_t node, len, ora_type;
} fixed[] = {
	{ 0x36, 8, CW_ORA_BINARY_DOUBLE }, { 0x7f, 4, CW_ORA_BINARY_FLOAT },
	{ 0x39, 11, CW_ORA_TIMESTAMP },	   { 0x3c, 7, CW_ORA_DATE },
	{ 0x3d, 5, CW_ORA_INTERVAL_YM },   { 0x3e, 11, CW_ORA_INTERVAL_DS },
	{ 0x7c, 13, CW_ORA_TIMESTAMP_TZ }, { 0x7d, 7, CW_ORA_DATE },
};

enum counted_what { STRING, NUMBER, BINARY };

/* Scalars whose length stands before them. */
static const struct {
	uint8_t node, length_bytes;
	enum counted_what what;
} counted[] = {
	{ 0x33, 1, STRING }, { 0x37, 2, STRING }, { 0x38, 4, STRING }, { 0x34, 1, NUMBER },
	{ 0x3a, 2, BINARY }, { 0x3b, 4, BINARY }, { 0x7e, 1, BINARY },
};

static bool put_counted(struct oson *oson, struct cw_rd *rd, size_t len, enum counted_what what,
			struct cw_err *err)
{
	struct cw_bytes bytes = { cw_rd_take(rd, len), len };

	if (cw_rd_failed(rd))
		return bad("a scalar is cut", err);
	switch (what) {
	case STRING:
		put_string(oson->out, bytes);
		return true;
	case BINARY:
		put_hex(oson->out, bytes);
		return true;
	case NUMBER:
		break;
	}
	return put_sql(oson, CW_ORA_NUMBER, bytes, err);
}

static bool put_vector(struct oson *oson, struct cw_rd *rd, struct cw_err *err)
{
	uint8_t type = cw_rd_u8(rd);
	uint32_t len = cw_rd_u32be(rd);
	struct cw_bytes image = { cw_rd_take(rd, len), len };

	if (cw_rd_failed(rd) || type != 1)
		return bad("an extended scalar is unknown or cut", err);
	return cw_show(CW_ORA_VECTOR, image, oson->out, err);
}

/* Scalars that hold their length in the node itself: strings up to 31 bytes, numbers. */
static bool put_small(struct oson *oson, struct cw_rd *rd, uint8_t node, struct cw_err *err)
{
	switch (node & 0xf0) {
	case 0x00:
	case 0x10:
		return put_counted(oson, rd, node, STRING, err);
	case 0x20:
	case 0x60:
		return put_counted(oson, rd, (node & 15u) + 1, NUMBER, err);
	case 0x40:
	case 0x50:
		return put_counted(oson, rd, node & 15u, NUMBER, err);
	default:
		return bad("a scalar of unknown type", err);
	}
}

static bool put_scalar(struct oson *oson, struct cw_rd *rd, uint8_t node, struct cw_err *err)
{
	static const char *const words[] = { "null", "true", "false" };

	if (node >= 0x30 && node <= 0x32) {
		cw_wr_text(oson->out, words[node - 0x30]);
		return true;
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(fixed); i++) {
		struct cw_bytes value = { NULL, fixed[i].len };

		if (fixed[i].node != node)
			continue;
		value.at = cw_rd_take(rd, value.len);
		return value.at ? put_sql(oson, fixed[i].ora_type, value, err)
				: bad("a scalar is cut", err);
	}
	for (size_t i = 0; i < CW_ARRAY_LEN(counted); i++)
		if (counted[i].node == node)
			return put_counted(oson, rd, cw_rd_be(rd, counted[i].length_bytes),
					   counted[i].what, err);
	return node == 0x7b ? put_vector(oson, rd, err) : put_small(oson, rd, node, err);
}

/* ---- names ---------------------------------------------------------------------------------- */

static bool name_of(const struct names *names, uint32_t index, struct cw_bytes *ret)
{
	struct cw_rd offsets = cw_rd(names->offsets), bytes = cw_rd(names->bytes);
	size_t len;

	(void)cw_rd_skip(&offsets, (size_t)index * names->offset_bytes);
	(void)cw_rd_skip(&bytes, cw_rd_be(&offsets, names->offset_bytes));
	len = cw_rd_be(&bytes, names->length_bytes);
	*ret = (struct cw_bytes){ cw_rd_take(&bytes, len), len };
	return !cw_rd_failed(&offsets) && !cw_rd_failed(&bytes);
}

/* @id: from 1, the short names first. */
static bool put_name(struct oson *oson, uint32_t id, struct cw_err *err)
{
	struct cw_bytes name;
	bool found = false;

	if (id >= 1 && id <= oson->shorts.count)
		found = name_of(&oson->shorts, id - 1, &name);
	else if (id > oson->shorts.count && id - oson->shorts.count <= oson->longs.count)
		found = name_of(&oson->longs, id - 1 - oson->shorts.count, &name);
	if (!found)
		return bad("a field has a name that is not there", err);
	put_string(oson->out, name);
	cw_wr_u8(oson->out, ':');
	return true;
}

/* ---- containers ------------------------------------------------------------------------------- */

static bool put_node(struct oson *oson, size_t offset, struct cw_err *err);

static struct cw_rd tree_at(const struct oson *oson, size_t offset)
{
	struct cw_rd rd = cw_rd(oson->tree);

	(void)cw_rd_skip(&rd, offset);
	return rd;
}

static unsigned offset_bytes(uint8_t node)
{
	return node & 0x20 ? 4 : 2;
}

/* How many children; false: they share another object's names, whose offset comes next. */
static bool count_children(uint8_t node, struct cw_rd *rd, uint32_t *ret)
{
	static const unsigned bytes[] = { 1, 2, 4 };
	unsigned how = (node & 0x18u) >> 3;

	*ret = how < 3 ? (uint32_t)cw_rd_be(rd, bytes[how]) : 0;
	return how < 3;
}

struct children {
	uint32_t count;
	struct cw_rd ids, offsets;
	bool is_object;
	size_t base; /* offsets count from here */
};

static void find_children(const struct oson *oson, uint8_t node, struct cw_rd *rd, size_t offset,
			  struct children *ret)
{
	ret->is_object = !(node & 0x40);
	ret->base = oson->is_relative ? offset : 0;
	if (count_children(node, rd, &ret->count)) {
		ret->ids = ret->offsets = *rd;
		if (ret->is_object)
			(void)cw_rd_skip(&ret->offsets, (size_t)ret->count * oson->id_bytes);
		return;
	}
	ret->ids = tree_at(oson, cw_rd_be(rd, offset_bytes(node)));
	ret->offsets = *rd;
	if (!count_children(cw_rd_u8(&ret->ids), &ret->ids, &ret->count))
		ret->ids.failed = true; /* names that are shared twice */
}

static bool put_container(struct oson *oson, uint8_t node, struct cw_rd *rd, size_t offset,
			  struct cw_err *err)
{
	struct children children;

	if (++oson->depth > CW_OSON_DEPTH_MAX)
		return bad("it nests too deep", err);
	find_children(oson, node, rd, offset, &children);
	cw_wr_u8(oson->out, children.is_object ? '{' : '[');
	for (uint32_t i = 0; i < children.count; i++) {
		size_t child = cw_rd_be(&children.offsets, offset_bytes(node)) + children.base;
		uint32_t id = children.is_object ? (uint32_t)cw_rd_be(&children.ids, oson->id_bytes)
						 : 0;

		if (cw_rd_failed(&children.offsets) || cw_rd_failed(&children.ids))
			return bad("a container is cut", err);
		if (cw_wr_failed(oson->out) || oson->out->len > oson->len_max)
			return bad("it means more text than it can hold", err);
		if (i > 0)
			cw_wr_u8(oson->out, ',');
		if ((children.is_object && !put_name(oson, id, err)) || !put_node(oson, child, err))
			return false;
	}
	cw_wr_u8(oson->out, children.is_object ? '}' : ']');
	oson->depth--;
	return true;
}

static bool put_node(struct oson *oson, size_t offset, struct cw_err *err)
{
	struct cw_rd rd = tree_at(oson, offset);
	uint8_t node = cw_rd_u8(&rd);

	if (cw_rd_failed(&rd))
		return bad("a node lies outside", err);
	if (node & 0x80)
		return put_container(oson, node, &rd, offset, err);
	return put_scalar(oson, &rd, node, err);
}

/* ---- header -------------------------------------------------------------------------------------- */

static void read_names(struct cw_rd *rd, unsigned hash_bytes, size_t bytes, struct names *names)
{
	size_t offsets = (size_t)names->count * names->offset_bytes;

	(void)cw_rd_skip(rd, (size_t)names->count * hash_bytes);
	names->offsets = (struct cw_bytes){ cw_rd_take(rd, offsets), offsets };
	names->bytes = (struct cw_bytes){ cw_rd_take(rd, bytes), bytes };
}

/* From behind the flags to the tree. */
static bool read_head(struct oson *oson, struct cw_rd *rd, unsigned version, unsigned flags,
		      struct cw_err *err)
{
	size_t short_bytes, long_bytes = 0;
	unsigned second;

	oson->id_bytes = flags & NAMES_U32 ? 4 : flags & NAMES_U16 ? 2 : 1;
	oson->shorts = (struct names){ .count = (uint32_t)cw_rd_be(rd, oson->id_bytes),
				       .offset_bytes = flags & NAME_BYTES_U32 ? 4 : 2,
				       .length_bytes = 1 };
	short_bytes = cw_rd_be(rd, oson->shorts.offset_bytes);
	if (version == VERSION_LONG) {
		second = cw_rd_u16be(rd);
		oson->longs = (struct names){ .count = cw_rd_u32be(rd),
					      .offset_bytes = second & LONG_OFFSETS_U16 ? 2 : 4,
					      .length_bytes = 2 };
		long_bytes = cw_rd_u32be(rd);
	}
	(void)cw_rd_skip(rd, flags & TREE_U32 ? 4 : 2);
	(void)cw_rd_skip(rd, 2); /* tiny nodes */
	read_names(rd, 1, short_bytes, &oson->shorts);
	if (oson->longs.count > 0)
		read_names(rd, 2, long_bytes, &oson->longs);
	if (cw_rd_failed(rd))
		return bad("the names are cut", err);
	oson->tree = (struct cw_bytes){ rd->at, cw_rd_left(rd) };
	return true;
}

bool cw_oson_show(struct cw_bytes image, struct cw_wr *out, struct cw_err *err)
{
	struct oson oson = { .image = image, .out = out };
	struct cw_rd rd = cw_rd(image);
	const uint8_t *magic = cw_rd_take(&rd, 3);
	unsigned version = cw_rd_u8(&rd), flags = cw_rd_u16be(&rd);

	if (cw_rd_failed(&rd) || memcmp(magic, "\xff\x4a\x5a", 3) != 0 ||
	    (version != VERSION_SHORT && version != VERSION_LONG))
		return bad("its beginning", err);
	oson.len_max = out->len + image.len * CW_OSON_TEXT_RATIO + TEXT_BYTES_LEAST;
	oson.is_relative = flags & RELATIVE_OFFSETS;
	if (flags & IS_SCALAR) {
		(void)cw_rd_skip(&rd, flags & TREE_U32 ? 4 : 2);
		if (cw_rd_failed(&rd))
			return bad("the scalar is cut", err);
		oson.tree = (struct cw_bytes){ rd.at, cw_rd_left(&rd) };
	} else if (!read_head(&oson, &rd, version, flags, err)) {
		return false;
	}
	return put_node(&oson, 0, err);
}
