/*
 * lob_stream.c - a LOB of a gigabyte goes through the client, read and written, and how much memory it took
 *
 *	lob_stream blob|clob|write UNITS
 *
 * A thread plays the server over a socket pair: it answers each read with the next piece of a text or
 * bytes that the client knows, and takes what is written.  Prints "UNITS KIB": what arrived as it had
 * to be, and by how much the process grew after its first pieces.  For test/long.
 */
#include "oracle/lob.h"
#include "oracle/wire.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define SDU	    8192u
#define WARM_PIECES 16u /* before memory is looked at */

enum mode { BLOB, CLOB, WRITE };

static const struct cw_ttc ttc = {
	.field_version = CW_FV_18_1, .sb1_raw = true, .big_chunks = true, .string_bytes_max = 32767
};
static const uint8_t blob_locator[40] = { 0, 38, 0, 1, 1, 8, 0, 0, 0, 1, 0xb3, 0x7c };
static const uint8_t clob_locator[40] = { 0, 38, 0, 1, 2, 8, 0x80, 0, 0, 1, 7 };

struct server {
	struct cw_tns_link link;
	enum mode mode;
	uint64_t units, served;
};

/* Of each unit of the LOB: a letter of ASCII, so that a CLOB's text is one byte for each. */
static uint8_t letter(uint64_t at)
{
	return (uint8_t)('a' + (at + (at >> 13)) % 26);
}

static void die(const char *what, const struct cw_err *err)
{
	(void)fprintf(stderr, "lob_stream: %s: %s\n", what, err->text);
	exit(1);
}

/* ---- the server ------------------------------------------------------------------------------ */

/* The length of the request that came; 0: the client has gone. */
static size_t take_request(struct server *server)
{
	struct cw_tns_packet packet;
	struct cw_err err;
	size_t bytes = 0;

	do {
		if (!cw_tns_link_packet(&server->link, &packet, &err))
			return 0;
		bytes += packet.body.len;
	} while (packet.body.len + CW_TNS_HEADER_BYTES == SDU); /* the last is shorter */
	return bytes;
}

static void put_piece(struct server *server, struct cw_wr *wr, uint64_t units)
{
	unsigned width = server->mode == CLOB ? 2 : 1;
	uint8_t *piece = malloc(units * width);

	if (!piece)
		abort();
	for (uint64_t i = 0; i < units; i++) {
		piece[i * width] = 0;
		piece[i * width + width - 1] = letter(server->served + i);
	}
	cw_ttc_put_u8(wr, CW_TTC_LOB_DATA);
	cw_ttc_put_chunks(wr, &ttc, (struct cw_bytes){ piece, units * width });
	free(piece);
}

static void answer(struct server *server, uint64_t asked)
{
	struct cw_wr *wr = cw_tns_link_write(&server->link);
	struct cw_pass pass = cw_pass_writing(wr, &ttc);
	struct cw_ttc_lob_op op = { .has_source = true,
				    .source_len = 40,
				    .has_amount = server->mode != WRITE };
	struct cw_ttc_lob_answer said = {
		.source = { server->mode == CLOB ? clob_locator : blob_locator, 40 },
	};
	struct cw_ttc_error error = { 0 };
	uint64_t left = server->units - server->served, units = left < asked ? left : asked;
	struct cw_err err;

	if (server->mode != WRITE)
		put_piece(server, wr, units);
	server->served += units;
	said.amount = (int64_t)units;
	cw_ttc_put_u8(wr, CW_TTC_PARAMETER);
	cw_ttc_pass_lob_answer(&pass, &op, &said);
	cw_ttc_put_error(wr, &ttc, &error);
	if (!cw_tns_link_send(&server->link, 0, &err))
		die("the server", &err);
}

static void *serve(void *context)
{
	struct server *server = context;

	while (take_request(server) > 0)
		answer(server, 1u << 19); /* as the client asks */
	return NULL;
}

/* ---- the client -------------------------------------------------------------------------------- */

static long peak_kib(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static struct cw_ora_lob *lob_of(struct cw_ora *ora, enum mode mode, uint64_t units)
{
	struct cw_ora_column column = { .ora_type = mode == CLOB ? CW_ORA_CLOB : CW_ORA_BLOB };
	struct cw_ora_lob *lob;
	struct cw_wr wr = { 0 };
	struct cw_value value;

	cw_wr_u32be(&wr, (uint32_t)(units >> 32));
	cw_wr_u32be(&wr, (uint32_t)units);
	cw_wr_u32be(&wr, 8132);
	cw_wr_put(&wr, mode == CLOB ? clob_locator : blob_locator, 40);
	value = cw_value_set(cw_wr_bytes(&wr));
	cw_ora_lob_of(ora, &column, &value, &lob);
	cw_wr_release(&wr);
	return lob;
}

/* How many units were as they had to be; *ret_kib: how much it took after the first pieces. */
static uint64_t read_all(struct cw_ora_lob *lob, long *ret_kib)
{
	struct cw_bytes piece;
	uint64_t at = 0;
	long before = 0;
	struct cw_err err;

	for (unsigned count = 0;; count++) {
		if (!cw_ora_lob_next(lob, &piece, &err))
			die("read", &err);
		if (piece.len == 0)
			break;
		for (size_t i = 0; i < piece.len; i++, at++)
			if (piece.at[i] != letter(at))
				return at;
		if (count == WARM_PIECES)
			before = peak_kib();
	}
	*ret_kib = peak_kib() - before;
	return at;
}

static uint64_t write_all(struct cw_ora_lob *lob, uint64_t units, long *ret_kib)
{
	size_t room = 3u << 19; /* three calls for each */
	uint8_t *piece = calloc(1, room);
	uint64_t at = 0;
	long before = 0;
	struct cw_err err;

	if (!piece)
		abort();
	for (unsigned count = 0; at < units; count++) {
		size_t len = units - at < room ? (size_t)(units - at) : room;

		if (!cw_ora_lob_write(lob, at + 1, (struct cw_bytes){ piece, len }, &err))
			die("write", &err);
		at += len;
		if (count == WARM_PIECES)
			before = peak_kib();
	}
	free(piece);
	*ret_kib = peak_kib() - before;
	return at;
}

static enum mode mode_of(const char *word)
{
	return strcmp(word, "write") == 0 ? WRITE : strcmp(word, "clob") == 0 ? CLOB : BLOB;
}

int main(int argc, char **argv)
{
	struct cw_ora *ora = calloc(1, sizeof(*ora));
	struct server server = { 0 };
	int ends[2];
	struct cw_ora_lob *lob;
	pthread_t thread;
	uint64_t got;
	long kib = 0;

	if (argc != 3 || !ora || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
		return 2;
	server.mode = mode_of(argv[1]);
	server.units = strtoull(argv[2], NULL, 10);
	cw_tns_link_init(&server.link, &(struct cw_io){ .fd = ends[1], .cancel_fd = -1 });
	cw_tns_link_agree(&server.link, 318, SDU);
	ora->arena = CW_ARENA(1u << 20);
	ora->ttc = ttc;
	ora->cancel_fd = -1;
	cw_tns_link_init(&ora->link, &(struct cw_io){ .fd = ends[0], .cancel_fd = -1 });
	cw_tns_link_agree(&ora->link, 318, SDU);
	if (pthread_create(&thread, NULL, serve, &server) != 0)
		return 2;
	lob = lob_of(ora, server.mode, server.units);
	got = server.mode == WRITE ? write_all(lob, server.units, &kib) : read_all(lob, &kib);
	cw_ora_lob_free(lob);
	cw_ora_close(ora);
	(void)pthread_join(thread, NULL);
	cw_tns_link_release(&server.link);
	(void)printf("%llu %ld\n", (unsigned long long)got, kib);
	return 0;
}
