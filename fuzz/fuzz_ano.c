/* fuzz_ano.c - the words of native network encryption, both ends' readers, and packets to open */
#include "fuzz.h"

#include "codec/ano_seal.h"

#include <stdlib.h>

static struct cw_arena arenas[2] = { { .limit_bytes = 8u << 20 }, { .limit_bytes = 8u << 20 } };

/* What was read, for comparing. */
struct seen {
	bool failed, chosen, offered;
	uint16_t services, parts;
	unsigned encryption, integrity, error, level[2], count[2];
};

static void read_message(struct cw_ttc_in *in, struct seen *seen)
{
	struct cw_pass pass = cw_pass_reading(in);
	struct cw_ano_wishes wishes = { 0 };
	struct cw_ano_message message = { 0 };
	struct cw_ano_choice choice = { 0 };
	struct cw_ano_offer offer = { 0 };
	struct cw_err err = { 0 };

	memset(seen, 0, sizeof(*seen));
	cw_ano_pass(&pass, &message);
	seen->failed = cw_ttc_failed(in);
	if (seen->failed)
		return;
	seen->services = message.count;
	for (uint16_t i = 0; i < message.count; i++)
		seen->parts = (uint16_t)(seen->parts + message.service[i].part_count);
	seen->chosen = cw_ano_get_choice(&message, &wishes, &choice, &err);
	seen->encryption = choice.encryption;
	seen->integrity = choice.integrity;
	seen->error = (unsigned)err.native;
	seen->offered = cw_ano_get_offer(&message, &offer);
	seen->level[0] = offer.wishes.encryption.level;
	seen->level[1] = offer.wishes.integrity.level;
	seen->count[0] = offer.wishes.encryption.count;
	seen->count[1] = offer.wishes.integrity.count;
}

/* Made once: an exchange takes its time.  Whatever is opened, it must not harm. */
static void open_packet(uint8_t which, struct cw_bytes bytes)
{
	static const uint8_t ciphers[] = { CW_ANO_AES256, CW_ANO_3DES168, CW_ANO_RC4_128, 0 };
	static struct cw_ano_seal *client[4], *server[4];
	uint8_t public_key[CW_ANO_GROUP_BYTES_MAX], room[512];
	struct cw_ano_choice choice = { .encryption = ciphers[which % 4],
					.integrity = which & 4 ? CW_ANO_SHA256 : CW_ANO_SHA1,
					.encryption_version = 0x13001000,
					.integrity_version = 0x13001000,
					.has_group = true };
	size_t len = bytes.len < sizeof(room) ? bytes.len : sizeof(room);
	struct cw_err err;

	which %= 4;
	if (!client[which] && (!cw_ano_seal_offer(&server[which], &choice.group, &err) ||
			       !cw_ano_seal_client(&choice, public_key, &client[which], &err)))
		abort();
	memcpy(room, bytes.at, len);
	if (cw_ano_seal_open(client[which], room, len, &len, &err) && len > sizeof(room))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct cw_ttc ttc;
	struct cw_cuts cuts = { { data + 1, size - 1 }, (uint32_t)size };
	struct cw_ttc_in whole, cut;
	struct seen seen[2];

	if (size < 2)
		return 0;
	cw_arena_reset(&arenas[0]);
	cw_arena_reset(&arenas[1]);
	whole = (struct cw_ttc_in){ .rd = cw_rd((struct cw_bytes){ data + 1, size - 1 }),
				    .ttc = &ttc, .arena = &arenas[0], .stable = true };
	cut = (struct cw_ttc_in){ .rd = { .more = cw_cuts_more, .source = &cuts },
				  .ttc = &ttc, .arena = &arenas[1], .stable = true };
	read_message(&whole, &seen[0]);
	read_message(&cut, &seen[1]);
	if (memcmp(&seen[0], &seen[1], sizeof(seen[0])) != 0)
		abort();
	open_packet(data[0], (struct cw_bytes){ data + 1, size - 1 });
	return 0;
}

static void seed_choice(struct cw_wr *wr, bool with_group)
{
	struct cw_ano_choice choice = { .encryption = CW_ANO_AES256, .integrity = CW_ANO_SHA256,
					.has_group = with_group };
	struct cw_ano_seal *seal = NULL;
	struct cw_err err;

	if (with_group && !cw_ano_seal_offer(&seal, &choice.group, &err))
		abort();
	cw_ano_put_choice(wr, 0x13001000, &choice);
	cw_ano_seal_free(seal);
}

bool cw_fuzz_seed(unsigned index, struct cw_wr *wr)
{
	struct cw_ano_wishes wishes = { .encryption.level = (enum cw_ano_level)(index % 4) };

	cw_wr_u8(wr, index);
	if (index < 4)
		cw_ano_put_offer(wr, &wishes);
	else if (index < 6)
		seed_choice(wr, index == 4);
	else if (index == 6)
		cw_ano_put_refusal(wr, 0x13001000, CW_ANO_ENCRYPTION, 12660);
	else if (index < 16)
		for (unsigned i = 0; i < 16 * index + 2; i++)
			cw_wr_u8(wr, i < 16 * index ? i * index : 1);
	return index < 16;
}
