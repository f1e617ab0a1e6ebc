/*
 * json.c - ora.json: Oracle's JSON as its binary image, which is what drivers and redo see of it
 *
 * Text becomes an image by way of jsonb: of names that come twice the last one counts, as python-oracledb's dict
 * has it.  What JSON does not know - dates, RAW, floats - comes from drivers alone and stays in the image; as text it
 * is what codec/oson.h writes.
 *
 * Errors	ORA-40441 (no JSON), ORA-40478 (what no image can hold)
 * Sources	codec/oson.h; python-oracledb impl/base/oson.pyx, OsonEncoder: order of names, flags, hash
 */
#include "causeway_redo.h"

#include "codec/num.h"
#include "codec/oson.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

PG_FUNCTION_INFO_V1(rh_json_in);
PG_FUNCTION_INFO_V1(rh_json_out);
PG_FUNCTION_INFO_V1(rh_json_recv);
PG_FUNCTION_INFO_V1(rh_json_send);
PG_FUNCTION_INFO_V1(rh_json_of);
PG_FUNCTION_INFO_V1(rh_json_text);
PG_FUNCTION_INFO_V1(rh_json_image);

#define NAME_BYTES_MAX 255

enum image_flags {
	INLINE_LEAF = 0x0002,
	LENGTH_IN_NODE = 0x0004,
	IS_SCALAR = 0x0010,
	HASHES_OF_ONE_BYTE = 0x0100,
	NAMES_U16 = 0x0400,
	NAME_BYTES_U32 = 0x0800,
	TREE_U32 = 0x1000,
	TINY_NODES = 0x2000,
};

struct name {
	const char *text;
	int len;
	uint8_t hash;
	uint32_t offset; /* of its bytes in their segment */
};

struct maker {
	struct name *name; /* in the order of their ids, which begin at 1 */
	int name_count, name_room;
	StringInfoData name_bytes, tree;
};

/* ---- numbers of several bytes ------------------------------------------------------------ */

static void put_be(StringInfo out, uint64_t value, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--)
		appendStringInfoCharMacro(out, (char)(value >> (8 * i)));
}

static void set_be(char *to, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		to[i] = (char)(value >> (8 * (bytes - 1 - i)));
}

/* ---- names -------------------------------------------------------------------------------- */

static int by_id(const void *one, const void *two)
{
	const struct name *a = one, *b = two;

	if (a->hash != b->hash)
		return a->hash - b->hash;
	return a->len != b->len ? a->len - b->len : memcmp(a->text, b->text, (size_t)a->len);
}

static uint8_t hash_of(const char *text, int len)
{
	uint32_t hash = 0x811c9dc5;

	for (int i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)text[i]) * 16777619u;
	return (uint8_t)hash;
}

static struct name name_of(const JsonbValue *key)
{
	const char *text = key->val.string.val;
	int len = key->val.string.len;

	if (len > NAME_BYTES_MAX)
		ora_error("40478", "output value too large (maximum: %d)", NAME_BYTES_MAX);
	return (struct name){ text, len, hash_of(text, len), 0 };
}

static void collect_names(struct maker *to, Jsonb *json)
{
	JsonbIterator *it = JsonbIteratorInit(&json->root);
	JsonbIteratorToken token;
	JsonbValue value;
	int kept = 0;

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE) {
		if (token != WJB_KEY)
			continue;
		if (to->name_count == to->name_room) {
			to->name_room = to->name_room ? 2 * to->name_room : 16;
			to->name = to->name ? repalloc(to->name,
						       sizeof(*to->name) * (size_t)to->name_room)
					    : palloc(sizeof(*to->name) * (size_t)to->name_room);
		}
		to->name[to->name_count++] = name_of(&value);
	}
	if (to->name_count > 0)
		qsort(to->name, (size_t)to->name_count, sizeof(*to->name), by_id);
	for (int i = 0; i < to->name_count; i++)
		if (i == 0 || by_id(&to->name[kept - 1], &to->name[i]) != 0)
			to->name[kept++] = to->name[i];
	to->name_count = kept;
	if (kept > UINT16_MAX)
		ora_error("40478", "output value too large (maximum: %d)", UINT16_MAX);
	for (int i = 0; i < kept; i++) {
		to->name[i].offset = (uint32_t)to->name_bytes.len;
		appendStringInfoCharMacro(&to->name_bytes, (char)to->name[i].len);
		appendBinaryStringInfo(&to->name_bytes, to->name[i].text, to->name[i].len);
	}
}

static uint64_t id_of(const struct maker *from, const JsonbValue *key)
{
	struct name wanted = name_of(key);
	const struct name *found =
		bsearch(&wanted, from->name, (size_t)from->name_count, sizeof(wanted), by_id);

	return (uint64_t)(found - from->name) + 1;
}

static int id_bytes(const struct maker *from)
{
	return from->name_count > UINT8_MAX ? 2 : 1;
}

/* ---- the tree ------------------------------------------------------------------------------- */

static void put_number(StringInfo out, Numeric number)
{
	bytea *numeric =
		DatumGetByteaPP(DirectFunctionCall1(numeric_send, NumericGetDatum(number)));
	struct cw_bytes in = { (const uint8_t *)VARDATA_ANY(numeric), VARSIZE_ANY_EXHDR(numeric) };
	uint8_t bytes[CW_NUM_BYTES_MAX];
	struct cw_err err;
	size_t len;

	if (!cw_num_from_pg(in, bytes, &len, &err))
		ora_error("01426", "numeric overflow");
	appendStringInfoCharMacro(out, 0x34);
	appendStringInfoCharMacro(out, (char)len);
	appendBinaryStringInfo(out, (const char *)bytes, (int)len);
}

static void put_string(StringInfo out, const char *text, int len)
{
	int bytes = len <= UINT8_MAX ? 1 : len <= UINT16_MAX ? 2 : 4;

	appendStringInfoCharMacro(out, bytes == 1 ? 0x33 : bytes == 2 ? 0x37 : 0x38);
	put_be(out, (uint64_t)len, bytes);
	appendBinaryStringInfo(out, text, len);
}

static void put_scalar(StringInfo out, const JsonbValue *value)
{
	switch (value->type) {
	case jbvString:
		put_string(out, value->val.string.val, value->val.string.len);
		break;
	case jbvNumeric:
		put_number(out, value->val.numeric);
		break;
	case jbvBool:
		appendStringInfoCharMacro(out, value->val.boolean ? 0x31 : 0x32);
		break;
	default:
		appendStringInfoCharMacro(out, 0x30);
	}
}

/* A container that is being written: where the next id and offset of a child go. */
struct level {
	struct level *out;
	int ids, offsets;
};

/* The head of a container, and room for what says where its children are. */
static struct level *begin(struct maker *to, struct level *out, bool object, uint32_t children)
{
	struct level *made = palloc(sizeof(*made));
	int count_bytes = children <= UINT8_MAX ? 1 : children <= UINT16_MAX ? 2 : 4;
	int ids = object ? (int)children * id_bytes(to) : 0;

	made->out = out;
	appendStringInfoCharMacro(&to->tree, (char)(0x80 | (object ? 0 : 0x40) | 0x20 |
						    (count_bytes == 1	? 0
						     : count_bytes == 2 ? 0x08
									: 0x10)));
	put_be(&to->tree, children, count_bytes);
	made->ids = to->tree.len;
	made->offsets = made->ids + ids;
	enlargeStringInfo(&to->tree, ids + 4 * (int)children);
	memset(to->tree.data + to->tree.len, 0, (size_t)ids + 4 * (size_t)children);
	to->tree.len += ids + 4 * (int)children;
	return made;
}

/* The child that is written next begins here. */
static void note_child(struct maker *to, struct level *level)
{
	if (!level)
		return;
	set_be(to->tree.data + level->offsets, (uint64_t)to->tree.len, 4);
	level->offsets += 4;
}

static void write_tree(struct maker *to, Jsonb *json)
{
	JsonbIterator *it = JsonbIteratorInit(&json->root);
	struct level *level = NULL;
	JsonbIteratorToken token;
	JsonbValue value;

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE) {
		switch (token) {
		case WJB_BEGIN_OBJECT:
			note_child(to, level);
			level = begin(to, level, true, (uint32_t)value.val.object.nPairs);
			break;
		case WJB_BEGIN_ARRAY:
			if (value.val.array.rawScalar)
				break;
			note_child(to, level);
			level = begin(to, level, false, (uint32_t)value.val.array.nElems);
			break;
		case WJB_KEY:
			set_be(to->tree.data + level->ids, id_of(to, &value), id_bytes(to));
			level->ids += id_bytes(to);
			break;
		case WJB_VALUE:
		case WJB_ELEM:
			note_child(to, level);
			put_scalar(&to->tree, &value);
			break;
		default: /* the end of a container, or of a scalar's own array */
			level = level ? level->out : NULL;
		}
	}
}

/* ---- the image ------------------------------------------------------------------------------- */

static void put_names(StringInfo out, const struct maker *from)
{
	int offset_bytes = from->name_bytes.len > UINT16_MAX ? 4 : 2;

	for (int i = 0; i < from->name_count; i++)
		appendStringInfoCharMacro(out, (char)from->name[i].hash);
	for (int i = 0; i < from->name_count; i++)
		put_be(out, from->name[i].offset, offset_bytes);
	appendBinaryStringInfo(out, from->name_bytes.data, from->name_bytes.len);
}

static bytea *image_of(Jsonb *json)
{
	bool scalar = JB_ROOT_IS_SCALAR(json);
	unsigned flags = INLINE_LEAF | LENGTH_IN_NODE;
	struct maker maker = { 0 };
	StringInfoData out;

	initStringInfo(&maker.name_bytes);
	initStringInfo(&maker.tree);
	collect_names(&maker, json);
	write_tree(&maker, json);
	flags |= scalar ? IS_SCALAR : HASHES_OF_ONE_BYTE | TINY_NODES;
	flags |= id_bytes(&maker) == 2 ? NAMES_U16 : 0;
	flags |= maker.name_bytes.len > UINT16_MAX ? NAME_BYTES_U32 : 0;
	flags |= maker.tree.len > UINT16_MAX ? TREE_U32 : 0;
	initStringInfo(&out);
	out.len = VARHDRSZ;
	appendBinaryStringInfo(&out, "\xff\x4a\x5a\x01", 4);
	put_be(&out, flags, 2);
	if (!scalar) {
		put_be(&out, (uint64_t)maker.name_count, id_bytes(&maker));
		put_be(&out, (uint64_t)maker.name_bytes.len, flags & NAME_BYTES_U32 ? 4 : 2);
	}
	put_be(&out, (uint64_t)maker.tree.len, flags & TREE_U32 ? 4 : 2);
	if (!scalar) {
		put_be(&out, 0, 2); /* tiny nodes */
		put_names(&out, &maker);
	}
	appendBinaryStringInfo(&out, maker.tree.data, maker.tree.len);
	SET_VARSIZE(out.data, out.len);
	return (bytea *)out.data;
}

/* ---- text --------------------------------------------------------------------------------------- */

static text *text_of(const bytea *image)
{
	struct cw_bytes bytes = { (const uint8_t *)VARDATA_ANY(image), VARSIZE_ANY_EXHDR(image) };
	struct cw_wr out = { 0 };
	struct cw_err err;
	text *made = NULL;

	if (cw_oson_show(bytes, &out, &err) && !cw_wr_failed(&out) &&
	    out.len < MaxAllocSize - VARHDRSZ)
		made = cstring_to_text_with_len((const char *)out.at0, (int)out.len);
	cw_wr_release(&out);
	if (!made)
		ora_error("40441", "JSON syntax error");
	return made;
}

/* PostgreSQL's error becomes Oracle's, which ends the statement as well. */
static Jsonb *jsonb_of(char *written)
{
	Datum volatile json = (Datum)0;

	PG_TRY();
	{
		json = DirectFunctionCall1(jsonb_in, CStringGetDatum(written));
	}
	PG_CATCH();
	{
		if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		FlushErrorState();
		ora_error("40441", "JSON syntax error");
	}
	PG_END_TRY();
	return DatumGetJsonbP(json);
}

Datum rh_json_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(image_of(jsonb_of(PG_GETARG_CSTRING(0))));
}

Datum rh_json_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(text_to_cstring(text_of(PG_GETARG_BYTEA_PP(0))));
}

/* An image that a driver made. */
Datum rh_json_recv(PG_FUNCTION_ARGS)
{
	StringInfo in = (StringInfo)PG_GETARG_POINTER(0);
	int len = in->len - in->cursor;
	bytea *image = palloc(VARHDRSZ + (size_t)len);

	SET_VARSIZE(image, VARHDRSZ + len);
	memcpy(VARDATA(image), pq_getmsgbytes(in, len), (size_t)len);
	pfree(text_of(image)); /* or an error */
	PG_RETURN_BYTEA_P(image);
}

Datum rh_json_send(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(PG_GETARG_BYTEA_P_COPY(0));
}

/* ora.json_made(jsonb) */
Datum rh_json_of(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(image_of(PG_GETARG_JSONB_P(0)));
}

/* ora.json_text(ora.json) */
Datum rh_json_text(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(text_of(PG_GETARG_BYTEA_PP(0)));
}

/* ora.json_image(bytea): an image that stands in a RAW or a BLOB */
Datum rh_json_image(PG_FUNCTION_ARGS)
{
	bytea *image = PG_GETARG_BYTEA_P_COPY(0);

	pfree(text_of(image)); /* or an error */
	PG_RETURN_BYTEA_P(image);
}
