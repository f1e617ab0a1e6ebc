/* recording.c - see recording.h */
#include "codec/recording.h"

#include "base/rd.h"
#include "base/wr.h"
#include "codec/recording_capture.h"

#include <string.h>

#define CASSETTE_MAGIC	 "TNSCASS"
#define CASSETTE_VERSION 1

static bool broken(struct cw_err *err, const char *what, uint64_t where)
{
	return cw_fail(err, CW_ERR_DATA, 2140, "the recording is broken: %s at %llu", what,
		       (unsigned long long)where);
}

/* ---- cassettes ------------------------------------------------------------------------ */

static uint32_t le32(const uint8_t *at)
{
	return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static bool play_cassette(struct cw_bytes file, struct cw_recording_player *player,
			  struct cw_err *err)
{
	struct cw_rd rd = cw_rd(file);

	(void)cw_rd_skip(&rd, sizeof(CASSETTE_MAGIC));
	if (cw_rd_u8(&rd) != CASSETTE_VERSION)
		return broken(err, "another version of cassettes", sizeof(CASSETTE_MAGIC));
	player->session(player);
	while (cw_rd_left(&rd) > 0) {
		const uint8_t *head = cw_rd_take(&rd, 13), *bytes;
		uint32_t len = head ? le32(head + 9) : 0;

		bytes = cw_rd_take(&rd, len);
		if (cw_rd_failed(&rd) || head[0] < 1 || head[0] > 2)
			return broken(err, "a frame", (uint64_t)(rd.at - file.at));
		player->bytes(player, head[0] == 1 ? CW_FROM_CLIENT : CW_FROM_SERVER,
			      (struct cw_bytes){ bytes, len });
	}
	return true;
}

/* ---- text ------------------------------------------------------------------------------- */

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Pairs of digits with blanks between them, up to the line's end or another character. */
static bool put_hex(struct cw_wr *wr, struct cw_bytes line)
{
	size_t at = 0;

	while (at < line.len) {
		int high, low;

		if (line.at[at] == ' ') {
			at++;
			continue;
		}
		high = hex_digit(line.at[at]);
		if (high < 0)
			break;
		low = at + 1 < line.len ? hex_digit(line.at[at + 1]) : -1;
		if (low < 0)
			return false;
		cw_wr_u8(wr, (unsigned)(high << 4 | low));
		at += 2;
	}
	return true;
}

static struct cw_bytes next_line(struct cw_bytes *rest)
{
	const uint8_t *end = memchr(rest->at, '\n', rest->len);
	size_t len = end ? (size_t)(end - rest->at) : rest->len;
	struct cw_bytes line = { rest->at, len };

	rest->at += end ? len + 1 : len;
	rest->len -= end ? len + 1 : len;
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool contains(struct cw_bytes line, const char *word)
{
	return memmem(line.at, line.len, word, strlen(word)) != NULL;
}

/* Text of either kind: what is being read, and from whom. */
struct text_player {
	struct cw_recording_player *player;
	struct cw_wr packet;
	enum cw_walk_from from;
	bool begun;    /* session() was called */
	bool dumping;  /* a trace's packet is being read */
	bool is_other; /* the trace is the server's */
};

static void send_packet(struct text_player *text)
{
	if (text->packet.len == 0)
		return;
	if (!text->begun)
		text->player->session(text->player);
	text->begun = true;
	text->player->bytes(text->player, text->from, cw_wr_bytes(&text->packet));
	cw_wr_reset(&text->packet);
}

/* The bytes of "0000 : 00 4A ... |text|", or of "00000000  00 4a ...  |text|"; of another line none. */
static struct cw_bytes dumped(struct cw_bytes line)
{
	const uint8_t *bar = memchr(line.at, '|', line.len);
	size_t end = bar ? (size_t)(bar - line.at) : line.len, at = 0;

	while (at < end && hex_digit(line.at[at]) >= 0)
		at++;
	if (at < 4 || at + 3 > end ||
	    (memcmp(line.at + at, " : ", 3) != 0 && (!bar || memcmp(line.at + at, "  ", 2) != 0)))
		return (struct cw_bytes){ NULL, 0 };
	at += line.at[at + 1] == ':' ? 3 : 2;
	return (struct cw_bytes){ line.at + at, end - at };
}

/* What a driver's dump or trace writes in front of a packet. */
static bool begins_packet(struct cw_bytes line, enum cw_walk_from *ret)
{
	bool sent = contains(line, "Sending packet") || contains(line, "Write packet:");

	*ret = sent ? CW_FROM_CLIENT : CW_FROM_SERVER;
	return sent || contains(line, "Receiving packet") || contains(line, "Read packet:");
}

/* What follows the last ": " of a trace's line, or ":" as some releases write. */
static struct cw_bytes after_tag(struct cw_bytes line)
{
	const uint8_t *bar = memchr(line.at, '|', line.len);
	size_t tag = bar ? (size_t)(bar - line.at) : line.len;

	while (tag > 0 && line.at[tag - 1] != ':')
		tag--;
	return (struct cw_bytes){ line.at + tag, (bar ? (size_t)(bar - line.at) : line.len) - tag };
}

/* A trace of Oracle Net: is the line part of it, and is its hex whole? */
static bool play_trace(struct text_player *text, struct cw_bytes line, bool *good)
{
	bool sends = contains(line, "nspsend:") || contains(line, "nsbasic_bsd:");
	struct cw_bytes rest = after_tag(line);

	*good = true;
	if (!sends && !contains(line, "nsprecv:") && !contains(line, "nsbasic_brc:")) {
		text->dumping = false;
		return false;
	}
	if (contains(rest, "packet dump")) {
		send_packet(text);
		if (!text->begun)
			text->is_other = !sends;
		text->from = sends != text->is_other ? CW_FROM_CLIENT : CW_FROM_SERVER;
		text->dumping = true;
	} else if (text->dumping && memchr(line.at, '|', line.len)) {
		*good = put_hex(&text->packet, rest);
	} else {
		text->dumping = false;
	}
	return true;
}

static bool play_line(struct text_player *text, struct cw_bytes line)
{
	enum cw_walk_from from;
	bool good;

	if (line.len > 2 && (line.at[0] == 'C' || line.at[0] == 'S') && line.at[1] == ' ') {
		send_packet(text);
		text->from = line.at[0] == 'C' ? CW_FROM_CLIENT : CW_FROM_SERVER;
		return put_hex(&text->packet, (struct cw_bytes){ line.at + 2, line.len - 2 });
	}
	if (play_trace(text, line, &good))
		return good;
	if (begins_packet(line, &from)) {
		send_packet(text);
		text->from = from;
		return true;
	}
	if (dumped(line).len > 0)
		return put_hex(&text->packet, dumped(line));
	if (line.len > 8 && memcmp(line.at, "# stream", 8) == 0) {
		send_packet(text);
		text->begun = false;
	}
	return true;
}

static bool play_text(struct cw_bytes file, struct cw_recording_player *player, struct cw_err *err)
{
	struct text_player text = { .player = player };
	struct cw_bytes rest = file;
	bool any = false, good = true;

	for (uint64_t number = 1; rest.len > 0 && good; number++) {
		struct cw_bytes line = next_line(&rest);

		good = play_line(&text, line);
		if (!good)
			(void)broken(err, "a packet's hex in line", number);
		any |= text.packet.len > 0;
	}
	send_packet(&text);
	cw_wr_release(&text.packet);
	if (good && !any)
		return cw_fail(err, CW_ERR_DATA, 2140,
			       "the file holds no session: neither packets, "
			       "cassette, driver's dump, trace nor capture");
	return good;
}

bool cw_recording_play(struct cw_bytes file, struct cw_recording_player *player, struct cw_err *err)
{
	if (file.len > sizeof(CASSETTE_MAGIC) &&
	    memcmp(file.at, CASSETTE_MAGIC, sizeof(CASSETTE_MAGIC)) == 0)
		return play_cassette(file, player, err);
	if (cw_capture_is(file))
		return cw_capture_play(file, player, err);
	return play_text(file, player, err);
}
