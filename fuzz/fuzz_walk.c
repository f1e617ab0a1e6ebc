/*
 * fuzz_walk.c - whole sessions, both directions, every layer: a recording goes through the walk
 *
 * The input is a recording of any form; the seeds are those of test/recordings, sessions as
 * cassettes so that harm is done to bytes, not to their hex.
 */
#include "fuzz.h"

#include "codec/recording.h"

#include <stdio.h>
#include <stdlib.h>

struct look {
	struct cw_walk_listener listener; /* first */
	struct cw_recording_player player;
	struct cw_walk *walk;
	const uint8_t *at; /* of the unit's last field */
	uint64_t shown;
};

static struct look *look_of_player(struct cw_recording_player *player)
{
	return (struct look *)((char *)player - offsetof(struct look, player));
}

static void on_begin(struct cw_walk_listener *listener, const struct cw_walk_unit *unit)
{
	((struct look *)listener)->at = unit->rest.at;
}

/* Fields are told in order, each where the last one ended. */
static void on_field(struct cw_walk_listener *listener, const struct cw_field *field)
{
	struct look *look = (struct look *)listener;

	assert(field->wire.len > 0 && field->wire.at == look->at);
	look->at = field->wire.at + field->wire.len;
	look->shown += field->wire.len + (field->bytes.len ? field->bytes.at[0] : 0);
}

static void on_enter(struct cw_walk_listener *listener, const char *name, int64_t index)
{
	((struct look *)listener)->shown += (uint64_t)index + (name[0] != 0);
}

static void on_leave(struct cw_walk_listener *listener)
{
	(void)listener;
}

static void on_end(struct cw_walk_listener *listener, const char *why, struct cw_bytes unread)
{
	assert(unread.len == 0 || why);
	((struct look *)listener)->shown += unread.len ? unread.at[unread.len - 1] : 0;
}

static void on_login(struct cw_walk_listener *listener, enum cw_walk_from from, unsigned phase,
		     const struct cw_ttc_pair *pair, uint32_t count)
{
	(void)from, (void)phase;
	for (uint32_t i = 0; i < count; i++)
		((struct look *)listener)->shown += pair[i].key.len + pair[i].value.len;
}

static void end_session(struct look *look)
{
	if (look->walk)
		cw_walk_end(look->walk);
	cw_walk_free(look->walk);
	look->walk = NULL;
}

static void on_session(struct cw_recording_player *player)
{
	struct look *look = look_of_player(player);

	end_session(look);
	look->walk = cw_walk_new(&look->listener);
}

static void on_bytes(struct cw_recording_player *player, enum cw_walk_from from,
		     struct cw_bytes bytes)
{
	cw_walk_bytes(look_of_player(player)->walk, from, bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct look look = {
		.listener = { on_begin, on_field, on_enter, on_leave, on_end, on_login },
		.player = { on_session, on_bytes },
	};
	struct cw_err err;

	if (!cw_recording_play((struct cw_bytes){ data, size }, &look.player, &err))
		assert(err.code == 2140);
	end_session(&look);
	return 0;
}

/* ---- seeds -------------------------------------------------------------------------- */

static const char *const recordings[] = {
	"sessions/fetch_df.pkts",	   "sessions/dbobject.pkts",
	"sessions/pipeline.pkts",	   "sessions/tpc.pkts",
	"sessions/sessionless.pkts",	   "sessions/dpl.pkts",
	"sessions/aq_bulk.pkts",	   "sessions/aq_json.pkts",
	"sessions/aq_object.pkts",	   "sessions/aq_raw.pkts",
	"cassettes/xe11-connect.tns-cassette", "cassettes/free23-connect.tns-cassette",
};

struct copy {
	struct cw_recording_player player;
	struct cw_wr *wr;
};

static void copy_session(struct cw_recording_player *player)
{
	(void)player;
}

static void copy_bytes(struct cw_recording_player *player, enum cw_walk_from from,
		       struct cw_bytes bytes)
{
	struct cw_wr *wr = ((struct copy *)player)->wr;

	cw_wr_u8(wr, from == CW_FROM_CLIENT ? 1 : 2);
	cw_wr_u64be(wr, 0);
	for (unsigned i = 0; i < 4; i++)
		cw_wr_u8(wr, bytes.len >> 8 * i & 0xff);
	cw_wr_put(wr, bytes.at, bytes.len);
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	static uint8_t room[1 << 17];
	const char *folder = getenv("CW_RECORDINGS");
	struct copy copy = { { copy_session, copy_bytes }, wr };
	char path[1024];
	struct cw_err err;
	FILE *file;
	size_t len;

	if (index >= CW_ARRAY_LEN(recordings))
		return false;
	(void)snprintf(path, sizeof(path), "%s/%s", folder ? folder : "test/recordings",
		       recordings[index]);
	file = fopen(path, "rb");
	assert(file);
	len = fread(room, 1, sizeof(room), file);
	(void)fclose(file);
	cw_wr_put(wr, "TNSCASS\0\1", 9);
	return cw_recording_play((struct cw_bytes){ room, len }, &copy.player, &err);
}
