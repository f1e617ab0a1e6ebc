/*
 * collection.c - ora.items(), ora.item_first(), ora.item_last() and ora.with_item(): the steps of a loop over a collection of PL/SQL
 *
 * A collection is a JSON object, index to value, both texts (sql/plsql_package.sql).  jsonb keeps keys by length and then by bytes, so
 * the indexes of a nested table in their order; these look at the ends alone, and put an element in by copying what lies around.
 *
 * Source	PostgreSQL 15, src/include/utils/jsonb.h: how an object lies in memory
 */
#include "causeway_redo.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

PG_FUNCTION_INFO_V1(rh_items);
PG_FUNCTION_INFO_V1(rh_item_end);
PG_FUNCTION_INFO_V1(rh_with_item);

struct key {
	const char *at;
	uint32 len;
};

static uint32 size_of(const Jsonb *collection)
{
	return JB_ROOT_COUNT(collection);
}

static struct key key_at(Jsonb *collection, uint32 i)
{
	JsonbContainer *root = &collection->root;

	return (struct key){ (const char *)&root->children[2 * size_of(collection)] +
				     getJsonbOffset(root, (int)i),
			     getJsonbLength(root, (int)i) };
}

/* As jsonb orders them. */
static int compared(struct key a, struct key b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return memcmp(a.at, b.at, a.len);
}

/* Where the key is, or would be. */
static uint32 place_of(Jsonb *collection, struct key wanted, bool *ret_is)
{
	uint32 low = 0, high = size_of(collection);

	*ret_is = false;
	while (low < high && !*ret_is) {
		uint32 middle = low + (high - low) / 2;
		int order = compared(key_at(collection, middle), wanted);

		*ret_is = order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return high;
}

/* ora.items(collection jsonb) returns int: not of NULL */
Datum rh_items(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32((int32)size_of(PG_GETARG_JSONB_P(0)));
}

/* As numbers: of negative ones the longer are the smaller. */
static bool precedes(struct key a, struct key b)
{
	bool below = a.at[0] == '-';

	if (below != (b.at[0] == '-'))
		return below;
	return below ? compared(a, b) > 0 : compared(a, b) < 0;
}

/* ora.item_end(collection jsonb, last boolean) returns numeric: the smallest or the largest index; NULL: there is none */
Datum rh_item_end(PG_FUNCTION_ARGS)
{
	Jsonb *collection = PG_GETARG_JSONB_P(0);
	bool last = PG_GETARG_BOOL(1);
	uint32 count = size_of(collection);
	struct key best;

	if (count == 0)
		PG_RETURN_NULL();
	best = key_at(collection, last ? count - 1 : 0);
	/* from the end on, the first without a sign is the largest of all */
	for (uint32 n = 1; n < count && !(last && best.at[0] != '-'); n++) {
		struct key one = key_at(collection, last ? count - 1 - n : n);

		if (last ? precedes(best, one) : precedes(one, best))
			best = one;
	}
	return DirectFunctionCall3(numeric_in, CStringGetDatum(pnstrdup(best.at, best.len)),
				   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/* ---- put in ---------------------------------------------------------------------------------- */

/* What is written: entries, then keys, then values; @len is what the entries have so far. */
struct writing {
	JEntry *entry;
	char *data;
	uint32 place, len;
};

static void put_entry(struct writing *to, uint32 len, JEntry type)
{
	to->len += len;
	*to->entry++ =
		type | (to->place++ % JB_OFFSET_STRIDE == 0 ? to->len | JENTRY_HAS_OFF : len);
}

static void put_data(struct writing *to, const char *at, uint32 len)
{
	memcpy(to->data, at, len);
	to->data += len;
}

/* Texts and nothing alone; others lie on boundaries of their own. */
static bool has_texts_alone(const Jsonb *collection)
{
	uint32 count = size_of(collection);

	for (uint32 i = count; i < 2 * count; i++)
		if (!JBE_ISSTRING(collection->root.children[i]) &&
		    !JBE_ISNULL(collection->root.children[i]))
			return false;
	return true;
}

/* Keys or values of @from, those from entry @first on, with @new before or instead of the one at @at. */
static void put_part(struct writing *to, const Jsonb *from, uint32 first, uint32 *offset, uint32 at,
		     bool instead, struct key new, JEntry type)
{
	uint32 count = size_of(from), start = *offset;
	const char *base = (const char *)&from->root.children[2 * count];

	for (uint32 i = 0; i <= count; i++) {
		JEntry entry = i < count ? from->root.children[first + i] : 0;
		uint32 end =
			JBE_HAS_OFF(entry) ? JBE_OFFLENFLD(entry) : *offset + JBE_OFFLENFLD(entry);

		if (i == at) {
			put_data(to, base + start, *offset - start);
			put_data(to, new.at, new.len);
			put_entry(to, new.len, type);
			start = instead ? end : *offset;
		}
		if (i < count && (i != at || !instead))
			put_entry(to, end - *offset, entry & JENTRY_TYPEMASK);
		*offset = end;
	}
	put_data(to, base + start, *offset - start);
}

static Jsonb *with_text(Jsonb *from, struct key key, struct key value, JEntry type)
{
	bool is;
	uint32 count = size_of(from), at = place_of(from, key, &is), more = is ? count : count + 1,
	       offset = 0;
	Size size = VARSIZE(from) + 2 * sizeof(JEntry) + key.len + value.len;
	Jsonb *made = palloc(size);
	struct writing to = { made->root.children, (char *)&made->root.children[2 * more], 0, 0 };

	made->root.header = more | JB_FOBJECT;
	put_part(&to, from, 0, &offset, at, is, key, JENTRY_ISSTRING);
	put_part(&to, from, count, &offset, at, is, value, type);
	if (to.len > JENTRY_OFFLENMASK)
		ora_error("04030", "out of process memory when trying to allocate a collection");
	SET_VARSIZE(made, to.data - (char *)made);
	return made;
}

/* Of any values: by PostgreSQL's own. */
static Datum with_any(Jsonb *from, struct key key, struct key value, bool is_null)
{
	JsonbValue one = { .type = jbvString,
			   .val.string = { (int)key.len, (char *)(uintptr_t)key.at } };
	JsonbParseState *state = NULL;

	(void)pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	(void)pushJsonbValue(&state, WJB_KEY, &one);
	one.val.string.len = (int)value.len;
	one.val.string.val = (char *)(uintptr_t)value.at;
	if (is_null)
		one.type = jbvNull;
	(void)pushJsonbValue(&state, WJB_VALUE, &one);
	return DirectFunctionCall2(
		jsonb_concat, JsonbPGetDatum(from),
		JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL))));
}

/* ora.with_item(collection jsonb, key text, value text) returns jsonb: the key is none but text, the value may be NULL */
Datum rh_with_item(PG_FUNCTION_ARGS)
{
	Jsonb *from = PG_GETARG_JSONB_P(0);
	text *key_text = PG_GETARG_TEXT_PP(1);
	bool is_null = PG_ARGISNULL(2);
	text *value_text = is_null ? NULL : PG_GETARG_TEXT_PP(2);
	struct key key = { VARDATA_ANY(key_text), (uint32)VARSIZE_ANY_EXHDR(key_text) };
	struct key value = { "", 0 };

	if (value_text)
		value = (struct key){ VARDATA_ANY(value_text),
				      (uint32)VARSIZE_ANY_EXHDR(value_text) };
	if (!has_texts_alone(from))
		return with_any(from, key, value, is_null);
	PG_RETURN_JSONB_P(with_text(from, key, value, is_null ? JENTRY_ISNULL : JENTRY_ISSTRING));
}
