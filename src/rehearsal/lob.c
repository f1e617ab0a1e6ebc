/* lob.c - locators and what is done with them; see lob.h */
#include "codec/utf16.h"
#include "rehearsal/db_text.h"
#include "rehearsal/lob_parts.h"

#include <stdlib.h>
#include <string.h>

#define WORK_BYTES_MAX (6 * (size_t)LOB_BYTES_MAX) /* of one operation: UTF-8, UTF-16 and the new one */

static const uint8_t zeros[2] = { 0, 0 }, blank[2] = { 0, ' ' }; /* UTF-16BE */

/* ---- locators ----------------------------------------------------------------------------- */

static void put_be(uint8_t *to, uint64_t value, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		to[i] = (uint8_t)(value >> 8 * (count - 1 - i));
}

static uint64_t get_be(const uint8_t *at, unsigned count)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < count; i++)
		value = value << 8 | at[i];
	return value;
}

/* 40 bytes. */
static struct rh_locator write_locator(const struct lob_ref *ref)
{
	struct rh_locator locator = { { 0 } };
	uint8_t *at = locator.at;

	put_be(at, RH_LOCATOR_BYTES - 2, 2);
	put_be(at + 2, 1, 2);
	at[4] = ref->is_clob ? 0x02 : 0x01;
	at[5] = 0x08;
	at[6] = ref->is_clob ? 0x80 : 0;
	at[7] = ref->is_temp ? 0x01 : 0;
	put_be(at + 8, ref->form, 2);
	put_be(at + 10, ref->place, 8);
	put_be(at + 18, ref->bytes, 8);
	put_be(at + 26, ref->table, 4);
	put_be(at + 30, ref->column, 2);
	put_be(at + 32, ref->row, 8);
	return locator;
}

static struct lob_ref read_locator(const struct rh_locator *locator)
{
	const uint8_t *at = locator->at;

	return (struct lob_ref){
		.is_clob = at[4] & 0x02,
		.is_temp = at[7] & 0x01,
		.form = at[9],
		.place = get_be(at + 10, 8),
		.bytes = get_be(at + 18, 8),
		.table = (uint32_t)get_be(at + 26, 4),
		.column = (uint16_t)get_be(at + 30, 2),
		.row = get_be(at + 32, 8),
	};
}

static unsigned unit_of(const struct lob_ref *ref)
{
	return ref->is_clob ? 2 : 1;
}

uint32_t rh_lob_chunk(const struct rh_locator *locator)
{
	return read_locator(locator).is_clob ? RH_CLOB_CHUNK : RH_BLOB_CHUNK;
}

bool rh_lob_is_clob(const struct rh_locator *locator)
{
	return read_locator(locator).is_clob;
}

/* ---- content ------------------------------------------------------------------------------- */

static void *room_for(struct cw_arena *arena, size_t len, struct rh_error *error)
{
	struct cw_err err;
	void *room = cw_try_new(arena, uint8_t, len + 1, &err);

	if (!room)
		(void)rh_fail(error, 4030, 0, "out of process memory: a LOB of %zu bytes", len);
	return room;
}

bool rh_lob_characters(struct cw_arena *arena, struct cw_bytes *content, struct rh_error *error)
{
	uint8_t *characters;

	if (rh_text_is_plain(*content))
		return true;
	characters = room_for(arena, content->len, error);
	if (!characters)
		return false;
	*content = (struct cw_bytes){ characters, rh_text_to_characters(*content, characters) };
	return true;
}

bool lob_to_kept(struct cw_arena *arena, bool is_clob, struct cw_bytes content,
		 struct cw_bytes *ret, struct rh_error *error)
{
	uint8_t *kept = room_for(arena, is_clob ? 2 * content.len : content.len, error);
	size_t len = content.len;

	if (!kept)
		return false;
	if (is_clob && !rh_lob_characters(arena, &content, error))
		return false;
	if (is_clob && !cw_utf8_to_utf16(content, kept, &len))
		return rh_fail(error, 29275, 0, "partial multibyte character");
	if (!is_clob && len > 0)
		memcpy(kept, content.at, len);
	*ret = (struct cw_bytes){ kept, len };
	return true;
}

bool lob_from_kept(struct cw_arena *arena, bool is_clob, struct cw_bytes kept, struct cw_bytes *ret,
		   struct rh_error *error)
{
	uint8_t *text;
	size_t len;

	*ret = kept;
	if (!is_clob)
		return true;
	text = room_for(arena, cw_utf16_room(kept.len), error);
	if (!text)
		return false;
	if (!cw_utf16_to_utf8(kept, false, text, &len))
		return rh_fail(error, 29275, 0, "partial multibyte character");
	*ret = (struct cw_bytes){ text, len };
	return true;
}

struct cw_bytes rh_lob_content(const struct cw_value *value)
{
	if (value->state != CW_VALUE_SET || value->len < RH_LOB_HOME_BYTES)
		return (struct cw_bytes){ NULL, 0 };
	return (struct cw_bytes){ value->at + RH_LOB_HOME_BYTES, value->len - RH_LOB_HOME_BYTES };
}

/* ---- new locators --------------------------------------------------------------------------- */

bool rh_lob_create(struct rh_session *session, uint8_t form, struct rh_locator *ret,
		   struct rh_error *error)
{
	struct lob_ref ref = { .is_clob = form != 0, .is_temp = true, .form = form };

	if (!lob_temp_new(lob_store(session), &ref.place, error))
		return false;
	*ret = write_locator(&ref);
	return true;
}

bool rh_lob_make(struct rh_session *session, uint8_t form, struct cw_bytes content,
		 struct rh_locator *ret, struct rh_error *error)
{
	struct cw_arena arena = CW_ARENA(WORK_BYTES_MAX);
	struct cw_bytes kept;
	bool ok = lob_to_kept(&arena, form != 0, content, &kept, error) &&
		  rh_lob_create(session, form, ret, error) &&
		  rh_lob_write(session, ret, 1, kept, error);

	cw_arena_release(&arena);
	return ok;
}

bool rh_lob_locate(struct rh_session *session, const struct cw_value *value, uint8_t form,
		   struct rh_locator *ret, struct rh_error *error)
{
	struct cw_arena arena = CW_ARENA(WORK_BYTES_MAX);
	struct cw_bytes content = rh_lob_content(value), kept;
	struct lob_ref ref = {
		.is_clob = form != 0,
		.form = form,
		.row = get_be(value->at, 8),
		.table = (uint32_t)get_be(value->at + 8, 4),
		.column = (uint16_t)get_be(value->at + 14, 2),
	};
	bool ok;

	if (ref.table == 0)
		return rh_lob_make(session, form, content, ret, error);
	ok = lob_to_kept(&arena, ref.is_clob, content, &kept, error) &&
	     lob_keep(lob_store(session), kept, &ref.place, error);
	ref.bytes = kept.len;
	cw_arena_release(&arena);
	if (ok)
		*ret = write_locator(&ref);
	return ok;
}

bool rh_lob_free(struct rh_session *session, const struct rh_locator *locator,
		 struct rh_error *error)
{
	struct lob_ref ref = read_locator(locator);
	struct lob_temp *temp;

	if (!ref.is_temp)
		return rh_fail(error, 22275, 0, "invalid LOB locator specified");
	temp = lob_temp_find(lob_store(session), ref.place, error);
	if (temp)
		lob_temp_free(lob_store(session), temp);
	return temp != NULL;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* What lies in the row is kept first. */
static bool settle(struct rh_session *session, struct rh_locator *locator, struct lob_ref *ret,
		   struct rh_error *error)
{
	struct cw_arena arena = CW_ARENA(WORK_BYTES_MAX);
	struct lob_temp *temp;
	struct cw_bytes kept;
	bool ok;

	*ret = read_locator(locator);
	if (ret->is_temp) {
		temp = lob_temp_find(lob_store(session), ret->place, error);
		ret->bytes = temp ? temp->bytes : 0;
		return temp != NULL;
	}
	if (ret->place != LOB_IN_ROW)
		return true;
	ok = lob_row_read(session, ret, &arena, &kept, error) &&
	     lob_keep(lob_store(session), kept, &ret->place, error);
	ret->bytes = kept.len;
	cw_arena_release(&arena);
	if (ok)
		*locator = write_locator(ret);
	return ok;
}

static bool get(struct rh_session *session, const struct lob_ref *ref, uint64_t from, uint8_t *to,
		size_t len, struct rh_error *error)
{
	struct rh_lobs *lobs = lob_store(session);
	struct lob_temp *temp;

	if (!ref->is_temp)
		return lob_kept(lobs, ref->place, from, to, len, error);
	temp = lob_temp_find(lobs, ref->place, error);
	return temp && lob_temp_read(lobs, temp, from, to, len, error);
}

bool rh_lob_length(struct rh_session *session, struct rh_locator *locator, uint64_t *ret,
		   struct rh_error *error)
{
	struct lob_ref ref;

	if (!settle(session, locator, &ref, error))
		return false;
	*ret = ref.bytes / unit_of(&ref);
	return true;
}

bool rh_lob_read(struct rh_session *session, struct cw_arena *arena, struct rh_locator *locator,
		 uint64_t offset, uint64_t amount, struct cw_bytes *ret, uint64_t *ret_amount,
		 struct rh_error *error)
{
	struct lob_ref ref;
	uint64_t from, left;
	uint8_t *to;

	*ret = (struct cw_bytes){ NULL, 0 };
	*ret_amount = 0;
	if (!settle(session, locator, &ref, error))
		return false;
	if (offset == 0)
		return rh_fail(error, 24801, 0, "illegal parameter value in OCI lob function");
	from = offset - 1 > ref.bytes ? ref.bytes : (offset - 1) * unit_of(&ref);
	left = from >= ref.bytes ? 0 : ref.bytes - from;
	if (amount > left / unit_of(&ref))
		amount = left / unit_of(&ref);
	if (amount == 0)
		return true;
	to = room_for(arena, amount * unit_of(&ref), error);
	if (!to || !get(session, &ref, from, to, amount * unit_of(&ref), error))
		return false;
	*ret = (struct cw_bytes){ to, amount * unit_of(&ref) };
	*ret_amount = amount;
	return true;
}

bool rh_lob_value(struct rh_session *session, struct cw_arena *arena, struct rh_locator *locator,
		  struct cw_value *ret, struct rh_error *error)
{
	struct cw_bytes kept, content;
	uint64_t amount;

	if (!rh_lob_read(session, arena, locator, 1, UINT64_MAX, &kept, &amount, error) ||
	    !lob_from_kept(arena, read_locator(locator).is_clob, kept, &content, error))
		return false;
	*ret = (struct cw_value){ .state = CW_VALUE_SET,
				  .len = (uint32_t)content.len,
				  .at = content.len ? content.at : (const uint8_t *)"" };
	return true;
}

/* ---- writing ----------------------------------------------------------------------------------- */

static bool trimmed_too_far(struct rh_error *error)
{
	return rh_fail(error, 22926, 0,
		       "specified trim length is greater than current LOB value's length");
}

/* @old with @data at byte @from; or cut there if @data is NULL. */
static bool changed(struct cw_arena *arena, bool is_clob, struct cw_bytes old, uint64_t from,
		    const struct cw_bytes *data, struct cw_bytes *ret, struct rh_error *error)
{
	size_t behind = (size_t)from + (data ? data->len : 0);
	size_t len = data && behind < old.len ? old.len : behind;
	uint8_t *made = room_for(arena, len, error);

	if (!made)
		return false;
	if (!data && from > old.len)
		return trimmed_too_far(error);
	if (old.len > 0)
		memcpy(made, old.at, old.len < len ? old.len : len);
	for (size_t i = old.len; i < from; i++)
		made[i] = (is_clob ? blank : zeros)[i % 2];
	if (data && data->len > 0)
		memcpy(made + from, data->at, data->len);
	*ret = (struct cw_bytes){ made, len };
	return true;
}

static bool change_row(struct rh_session *session, struct rh_locator *locator, struct lob_ref *ref,
		       uint64_t from, const struct cw_bytes *data, struct rh_error *error)
{
	struct cw_arena arena = CW_ARENA(WORK_BYTES_MAX);
	struct cw_bytes old, kept, content;
	bool ok = lob_row_locked(session, ref, error) &&
		  lob_row_read(session, ref, &arena, &old, error) &&
		  changed(&arena, ref->is_clob, old, from, data, &kept, error) &&
		  lob_from_kept(&arena, ref->is_clob, kept, &content, error) &&
		  lob_row_write(session, ref, content, error);

	cw_arena_release(&arena);
	ref->place = LOB_IN_ROW;
	ref->bytes = 0;
	if (ok)
		*locator = write_locator(ref);
	return ok;
}

bool rh_lob_write(struct rh_session *session, struct rh_locator *locator, uint64_t offset,
		  struct cw_bytes data, struct rh_error *error)
{
	struct lob_ref ref = read_locator(locator);
	uint64_t from = (offset - 1) * unit_of(&ref);
	struct rh_lobs *lobs = lob_store(session);
	struct lob_temp *temp;

	if (offset == 0 || offset - 1 > LOB_BYTES_MAX || data.len > LOB_BYTES_MAX ||
	    data.len % unit_of(&ref) != 0)
		return rh_fail(error, 24801, 0, "illegal parameter value in OCI lob function");
	if (!ref.is_temp)
		return change_row(session, locator, &ref, from, &data, error);
	temp = lob_temp_find(lobs, ref.place, error);
	return temp && lob_temp_write(lobs, temp, from, data, ref.is_clob ? blank : zeros, error);
}

bool rh_lob_trim(struct rh_session *session, struct rh_locator *locator, uint64_t length,
		 struct rh_error *error)
{
	struct lob_ref ref = read_locator(locator);
	struct rh_lobs *lobs = lob_store(session);
	struct lob_temp *temp;

	if (length > LOB_BYTES_MAX)
		return trimmed_too_far(error);
	length *= unit_of(&ref);
	if (!ref.is_temp)
		return change_row(session, locator, &ref, length, NULL, error);
	temp = lob_temp_find(lobs, ref.place, error);
	if (!temp)
		return false;
	return lob_temp_cut(lobs, temp, length) || trimmed_too_far(error);
}

/* ---- open and closed ------------------------------------------------------------------------------ */

static struct lob_place place_of(const struct rh_locator *locator)
{
	struct lob_ref ref = read_locator(locator);
	struct lob_place place = { { 0 } };

	put_be(place.key, ref.is_temp ? ref.place : 0, 8);
	put_be(place.key + 8, ref.table, 4);
	put_be(place.key + 12, ref.column, 2);
	put_be(place.key + 14, ref.row, 8);
	return place;
}

static struct lob_place *find_open(struct rh_lobs *lobs, const struct rh_locator *locator)
{
	struct lob_place place = place_of(locator);

	for (uint32_t i = 0; i < lobs->open_count; i++)
		if (memcmp(lobs->open[i].key, place.key, sizeof(place.key)) == 0)
			return &lobs->open[i];
	return NULL;
}

bool rh_lob_is_open(struct rh_session *session, const struct rh_locator *locator)
{
	return find_open(lob_store(session), locator) != NULL;
}

bool rh_lob_open(struct rh_session *session, const struct rh_locator *locator,
		 struct rh_error *error)
{
	struct rh_lobs *lobs = lob_store(session);

	if (find_open(lobs, locator))
		return rh_fail(error, 22293, 0, "LOB already opened in the same transaction");
	if (!lobs->open)
		lobs->open = calloc(LOB_OPEN_MAX, sizeof(*lobs->open));
	if (!lobs->open)
		abort();
	if (lobs->open_count == LOB_OPEN_MAX)
		return rh_fail(error, 22290, 0,
			       "operation would exceed the maximum number of opened files or LOBs");
	lobs->open[lobs->open_count++] = place_of(locator);
	return true;
}

bool rh_lob_close(struct rh_session *session, const struct rh_locator *locator,
		  struct rh_error *error)
{
	struct rh_lobs *lobs = lob_store(session);
	struct lob_place *open = find_open(lobs, locator);

	if (!open)
		return rh_fail(error, 22289, 0,
			       "cannot perform CLOSE operation on an unopened file or LOB");
	*open = lobs->open[--lobs->open_count];
	return true;
}
