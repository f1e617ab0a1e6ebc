/*
 * test_recording.c - captures of libpcap in both file formats and byte orders, and Oracle Net's own
 * traces, give the bytes that either side sent, in order
 */
#include "codec/recording.h"

#include "base/wr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CLIENT_PORT 40000u
#define SERVER_PORT 1521u
#define ETHERNET    1u

/* What was played: "[" for a session, then C or S and the bytes. */
struct heard {
	struct cw_recording_player player; /* first */
	char text[256];
};

static void add(struct heard *heard, const char *text, size_t len)
{
	size_t at = strlen(heard->text);

	assert_in_range(at + len, 0, sizeof(heard->text) - 1);
	memcpy(heard->text + at, text, len);
	heard->text[at + len] = 0;
}

static void on_session(struct cw_recording_player *player)
{
	add((struct heard *)player, "[", 1);
}

static void on_bytes(struct cw_recording_player *player, enum cw_walk_from from,
		     struct cw_bytes bytes)
{
	add((struct heard *)player, from == CW_FROM_CLIENT ? "C" : "S", 1);
	add((struct heard *)player, (const char *)bytes.at, bytes.len);
}

/* ---- a file of frames ------------------------------------------------------------------- */

struct file {
	struct cw_wr wr;
	bool blocks, little;
};

static void put(const struct file *file, struct cw_wr *wr, uint32_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		cw_wr_u8(wr, value >> 8 * (file->little ? i : bytes - 1 - i) & 0xff);
}

static void put_block(struct file *file, uint32_t type, struct cw_bytes body)
{
	uint32_t pad = (uint32_t)(4 - body.len % 4) % 4, len = (uint32_t)body.len + pad + 12;

	put(file, &file->wr, type, 4);
	put(file, &file->wr, len, 4);
	cw_wr_put(&file->wr, body.at, body.len);
	put(file, &file->wr, 0, pad);
	put(file, &file->wr, len, 4);
}

static void begin(struct file *file, bool blocks, bool little)
{
	struct cw_wr body = { 0 };

	*file = (struct file){ .blocks = blocks, .little = little };
	if (!blocks) {
		put(file, &file->wr, 0xa1b2c3d4, 4);
		put(file, &file->wr, 0x00020004, 4);
		for (int i = 0; i < 3; i++) /* zone, accuracy, longest frame */
			put(file, &file->wr, 0, 4);
		put(file, &file->wr, ETHERNET, 4);
		return;
	}
	put(file, &body, 0x1a2b3c4d, 4);
	put(file, &body, 1, 2);
	put(file, &body, 0, 2);
	put(file, &body, 0xffffffff, 4); /* length of the section: not told */
	put(file, &body, 0xffffffff, 4);
	put_block(file, 0x0a0d0d0a, cw_wr_bytes(&body));
	cw_wr_reset(&body);
	put(file, &body, ETHERNET, 2);
	put(file, &body, 0, 2);
	put(file, &body, 0, 4);
	put_block(file, 1, cw_wr_bytes(&body));
	put_block(file, 5, cw_bytes_of("statistics, which are no frame"));
	cw_wr_release(&body);
}

static void put_frame(struct file *file, struct cw_bytes frame)
{
	struct cw_wr body = { 0 };

	if (!file->blocks) {
		put(file, &file->wr, 0, 4);
		put(file, &file->wr, 0, 4);
		put(file, &file->wr, (uint32_t)frame.len, 4);
		put(file, &file->wr, (uint32_t)frame.len, 4);
		cw_wr_put(&file->wr, frame.at, frame.len);
		return;
	}
	for (int i = 0; i < 3; i++) /* interface, time */
		put(file, &body, 0, 4);
	put(file, &body, (uint32_t)frame.len, 4);
	put(file, &body, (uint32_t)frame.len, 4);
	cw_wr_put(&body, frame.at, frame.len);
	put_block(file, 6, cw_wr_bytes(&body));
	cw_wr_release(&body);
}

/* TCP over IPv4 over Ethernet; the network's numbers have their highest byte first. */
static void say(struct file *file, bool client, uint32_t sequence, const char *text)
{
	struct cw_bytes payload = cw_bytes_of(text);
	struct cw_wr wr = { 0 };

	for (int i = 0; i < 12; i++)
		cw_wr_u8(&wr, 2);
	cw_wr_u16be(&wr, 0x0800);
	cw_wr_u16be(&wr, 0x4500);
	cw_wr_u16be(&wr, (uint32_t)(40 + payload.len));
	cw_wr_u32be(&wr, 0);
	cw_wr_u16be(&wr, 0x4006);
	cw_wr_u16be(&wr, 0);
	cw_wr_u32be(&wr, client ? 0x0a000001 : 0x0a000002);
	cw_wr_u32be(&wr, client ? 0x0a000002 : 0x0a000001);
	cw_wr_u16be(&wr, client ? CLIENT_PORT : SERVER_PORT);
	cw_wr_u16be(&wr, client ? SERVER_PORT : CLIENT_PORT);
	cw_wr_u32be(&wr, sequence);
	cw_wr_u32be(&wr, 0);
	cw_wr_u16be(&wr, 0x5010);
	for (int i = 0; i < 3; i++) /* window, checksum, urgent */
		cw_wr_u16be(&wr, 0);
	cw_wr_put(&wr, payload.at, payload.len);
	put_frame(file, cw_wr_bytes(&wr));
	cw_wr_release(&wr);
}

static void a_capture_in_either_format_gives_what_was_said_in_order(void **state)
{
	(void)state;
	for (int form = 0; form < 4; form++) {
		struct heard heard = { .player = { on_session, on_bytes } };
		struct file file;
		struct cw_err err;

		begin(&file, form & 1, form & 2);
		say(&file, true, 100, "hello ");
		say(&file, true, 112, "there"); /* early */
		say(&file, true, 106, "over, ");
		say(&file, true, 100, "hello "); /* once more */
		say(&file, false, 7, "yes");
		assert_true(cw_recording_play(cw_wr_bytes(&file.wr), &heard.player, &err));
		assert_string_equal(heard.text, "[Chello Cover, CthereSyes");
		cw_wr_release(&file.wr);
	}
}

/* However short: an error or a session that ends early. */
static void a_capture_that_is_cut_anywhere_is_never_read_beyond_its_end(void **state)
{
	struct file file;

	(void)state;
	begin(&file, true, true);
	say(&file, true, 1, "hello");
	for (size_t len = 0; len < file.wr.len; len++) {
		struct heard heard = { .player = { on_session, on_bytes } };
		uint8_t *copy = malloc(len ? len : 1);
		struct cw_err err;

		assert_non_null(copy);
		memcpy(copy, file.wr.at0, len);
		assert_false(
			cw_recording_play((struct cw_bytes){ copy, len }, &heard.player, &err));
		assert_int_equal(err.code, 2140);
		free(copy);
	}
	cw_wr_release(&file.wr);
}

/* ---- traces of Oracle Net ---------------------------------------------------------------- */

static void hear(const char *text, struct heard *heard)
{
	struct cw_err err;

	*heard = (struct heard){ .player = { on_session, on_bytes } };
	assert_true(cw_recording_play(cw_bytes_of(text), &heard->player, &err));
}

static void a_trace_of_a_client_or_a_server_gives_its_packets(void **state)
{
	static const char client[] =
		"(9) [01-MAR-2019 17:27:32:320] nsbasic_bsd: tot=0, plen=10.\r\n"
		"(9) [01-MAR-2019 17:27:32:320] nsbasic_bsd: packet dump\r\n"
		"(9) [01-MAR-2019 17:27:32:320] nsbasic_bsd: 61 62 63 7C 3A 20 64 65  |abc|: de|\r\n"
		"(9) [01-MAR-2019 17:27:32:321] nsbasic_bsd: 66 67                    |fg      |\r\n"
		"(9) [01-MAR-2019 17:27:32:321] nsbasic_bsd: exit (0)\r\n"
		"(9) [01-MAR-2019 17:27:32:321] nsbasic_brc: entry: oln/tot=0\r\n"
		"(9) [01-MAR-2019 17:27:32:322] nsbasic_brc: packet dump\r\n"
		"(9) [01-MAR-2019 17:27:32:322] nsbasic_brc: 68 69  |hi      |\r\n";
	static const char server[] = "nsprecv: packet dump\n"
				     "nsprecv: 61 62  |ab|\n"
				     "nspsend:packet dump\n"
				     "nspsend:63 64  |cd|\n";
	struct heard heard;

	(void)state;
	hear(client, &heard);
	assert_string_equal(heard.text, "[Cabc|: defgShi");
	hear(server, &heard);
	assert_string_equal(heard.text, "[CabScd");
}

/* The two drivers' dumps differ in what stands behind the offset. */
static void a_dump_of_python_oracledb_or_go_ora_gives_its_packets(void **state)
{
	static const char python[] = "2024-05-01 10:00:00 Sending packet [op 1] on socket 5\n"
				     "0000 : 61 62 63 64 |abcd|\n"
				     "0004 : 65 |e|\n"
				     "\n"
				     "Receiving packet [op 2] on socket 5\n"
				     "0000 : 66 67 |fg|\n";
	static const char go[] =
		"2022-12-02T10:40:33.3359: Prepare With Context\n"
		"00000000 is no offset\n"
		"2022-12-02T10:40:33.3360: \n"
		"Write packet:\n"
		"00000000  61 62 7c 20 63 64 65 66  67 68 69 6a 6b 6c 6d 6e  |ab| cdefghijklmn|\n"
		"00000010  6f 70                                             |op|\n"
		"2022-12-02T10:40:33.4392: \n"
		"Read packet:\n"
		"00000000  71 72                                             |qr|\n";
	struct heard heard;

	(void)state;
	hear(python, &heard);
	assert_string_equal(heard.text, "[CabcdeSfg");
	hear(go, &heard);
	assert_string_equal(heard.text, "[Cab| cdefghijklmnopSqr");
}

static void a_trace_with_a_broken_byte_is_CW2140(void **state)
{
	struct heard heard = { .player = { on_session, on_bytes } };
	struct cw_err err;

	(void)state;
	assert_false(cw_recording_play(cw_bytes_of("nspsend: packet dump\nnspsend: 6 62 |ab|\n"),
				       &heard.player, &err));
	assert_int_equal(err.code, 2140);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trace_of_a_client_or_a_server_gives_its_packets),
		cmocka_unit_test(a_dump_of_python_oracledb_or_go_ora_gives_its_packets),
		cmocka_unit_test(a_trace_with_a_broken_byte_is_CW2140),
		cmocka_unit_test(a_capture_in_either_format_gives_what_was_said_in_order),
		cmocka_unit_test(a_capture_that_is_cut_anywhere_is_never_read_beyond_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
