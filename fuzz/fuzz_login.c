/*
 * fuzz_login.c - what a server says until the login is done: native services, PROTOCOL, DATA TYPES, challenge, proof
 *
 * The first byte says what was agreed on with ACCEPT and what the person wants, the rest is a stream of
 * packets.  No server that does not know the password gets through: the random half of the key is ours.
 */
#include "fuzz.h"

#include "codec/recording.h"
#include "oracle/wire.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	FAST = 1,
	END_OF_RESPONSE = 2,
	ONLY_12C = 4,
	SERVICES = 8,
	NARROW = 16,
	NEW_PASSWORD = 32,
	AS_PROXY = 64,
	AS_SYSDBA = 128
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cw_ora_login login = { .user = "scott",
				      .password = cw_bytes_of("tiger"),
				      .cancel_fd = -1 };
	struct cw_err err = { 0 };
	struct cw_ora *ora;
	uint8_t flags;

	if (size < 1)
		return 0;
	flags = data[0];
	ora = calloc(1, sizeof(*ora));
	assert(ora);
	ora->arena = CW_ARENA(4u << 20);
	ora->ttc = CW_TTC_UNKNOWN;
	ora->ttc.end_of_response = flags & END_OF_RESPONSE;
	ora->cancel_fd = ora->link.io.fd = -1;
	ora->link.is_replay = true;
	ora->link.replay = (struct cw_bytes){ data + 1, size - 1 };
	cw_tns_link_agree(&ora->link, flags & NARROW ? 314 : 319, 8192);
	ora->is_fast = flags & FAST;
	ora->only_12c = flags & ONLY_12C;
	ora->services.offered = flags & SERVICES;
	ora->services.wishes = (struct cw_ano_wishes){ 0 };
	login.user = flags & AS_PROXY ? "gate[scott]" : "scott";
	login.role = flags & AS_SYSDBA ? CW_ORA_SYSDBA : CW_ORA_NORMAL;
	if (flags & NEW_PASSWORD)
		login.new_password = cw_bytes_of("lion");
	assert(!ora_log_in(ora, &login, &err) && err.code != 0);
	assert(!strstr(err.text, "tiger") && !strstr(err.text, "lion"));
	cw_ora_close(ora);
	return 0;
}

/* ---- seeds -------------------------------------------------------------------------- */

/* What the server of a recorded session said behind ACCEPT, some packets of it. */
struct copy {
	struct cw_recording_player player; /* first */
	struct cw_wr *wr;
	unsigned left;
};

static void copy_session(struct cw_recording_player *player)
{
	(void)player;
}

static void copy_bytes(struct cw_recording_player *player, enum cw_walk_from from,
		       struct cw_bytes bytes)
{
	struct copy *copy = (struct copy *)player;

	if (from == CW_FROM_CLIENT || bytes.len < 5 || bytes.at[4] == CW_TNS_ACCEPT ||
	    copy->left == 0)
		return;
	copy->left--;
	cw_wr_put(copy->wr, bytes.at, bytes.len);
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	static const struct {
		uint8_t flags;
		const char *name;
	} seeds[] = {
		{ FAST | END_OF_RESPONSE, "sessions/fetch_df.pkts" },
		{ FAST | END_OF_RESPONSE | NEW_PASSWORD | AS_PROXY, "sessions/dpl.pkts" },
		{ END_OF_RESPONSE | ONLY_12C, "sessions/fetch_df.pkts" },
		{ 0, "servers/seerdb_21c.pkts" },
		{ ONLY_12C | AS_SYSDBA, "servers/seerdb_21c.pkts" },
		{ SERVICES, "servers/seerdb_21c.pkts" },
	};
	static uint8_t room[1 << 17];
	const char *folder = getenv("CW_RECORDINGS");
	struct copy copy = { { copy_session, copy_bytes }, wr, 5 };
	char path[1024];
	struct cw_err err;
	FILE *file;
	size_t len;

	if (index >= CW_ARRAY_LEN(seeds))
		return false;
	(void)snprintf(path, sizeof(path), "%s/%s", folder ? folder : "test/recordings",
		       seeds[index].name);
	file = fopen(path, "rb");
	assert(file);
	len = fread(room, 1, sizeof(room), file);
	(void)fclose(file);
	cw_wr_u8(wr, seeds[index].flags);
	return cw_recording_play((struct cw_bytes){ room, len }, &copy.player, &err);
}
