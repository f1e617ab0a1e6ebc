/*
 * recording_capture.c - see recording.h
 *
 * The capture is read once for each TCP connection in it.  A segment that comes again is
 * dropped; one that comes early waits; a hole ends its connection.
 *
 * Sources	the file formats of libpcap: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng;
 *		RFC 791, 8200, 9293
 */
#include "codec/recording_capture.h"

#include "base/rd.h"

#include <stdlib.h>
#include <string.h>

#define CONNECTIONS_MAX 4096u
#define EARLY_MAX	4096u /* segments that wait for one before them */
#define LINK_NULL	0u
#define LINK_ETHERNET	1u
#define LINK_RAW	101u
#define LINK_COOKED	113u
#define LINK_COOKED_2	276u
#define TCP		6u
#define INTERFACES_MAX	64u

/* Blocks of pcapng. */
#define BLOCK_SECTION	0x0a0d0d0au /* the same in either byte order */
#define BLOCK_INTERFACE 1u
#define BLOCK_SIMPLE	3u
#define BLOCK_PACKET	6u
#define SECTION_ORDER	0x1a2b3c4du

struct capture {
	struct cw_bytes file;
	bool is_blocks; /* pcapng */
	bool swapped;	/* numbers of the other byte order */
	uint32_t link;	/* of pcap, or of the frame that is read */
	uint16_t interface_link[INTERFACES_MAX];
	uint32_t interface_count;
};

struct segment {
	uint8_t address[2][16]; /* source, target; IPv4 in the first 4 */
	uint16_t port[2];
	uint32_t sequence;
	bool syn, fin_or_rst, ack;
	struct cw_bytes payload;
};

static uint16_t u16(const struct capture *capture, struct cw_rd *rd)
{
	uint16_t value = cw_rd_u16be(rd);

	return capture->swapped ? __builtin_bswap16(value) : value;
}

static uint32_t u32(const struct capture *capture, struct cw_rd *rd)
{
	uint32_t value = cw_rd_u32be(rd);

	return capture->swapped ? __builtin_bswap32(value) : value;
}

static bool magic_of(struct cw_bytes file, bool *ret_swapped)
{
	struct cw_rd rd = cw_rd(file);
	uint32_t magic = cw_rd_u32be(&rd);

	*ret_swapped = magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1;
	return file.len >= 24 && (*ret_swapped || magic == 0xa1b2c3d4 || magic == 0xa1b23c4d);
}

static bool is_blocks(struct cw_bytes file)
{
	struct cw_rd rd = cw_rd(file);

	return file.len >= 28 && cw_rd_u32be(&rd) == BLOCK_SECTION;
}

bool cw_capture_is(struct cw_bytes file)
{
	bool swapped;

	return magic_of(file, &swapped) || is_blocks(file);
}

/* ---- one frame ------------------------------------------------------------------------ */

static bool read_tcp(struct cw_rd *rd, size_t len, struct segment *ret)
{
	const uint8_t *end = rd->at + (len < cw_rd_left(rd) ? len : cw_rd_left(rd));
	const uint8_t *begin = rd->at;
	unsigned offset, flags;

	ret->port[0] = cw_rd_u16be(rd);
	ret->port[1] = cw_rd_u16be(rd);
	ret->sequence = cw_rd_u32be(rd);
	(void)cw_rd_skip(rd, 4);
	offset = 4u * (cw_rd_u8(rd) >> 4);
	flags = cw_rd_u8(rd);
	if (cw_rd_failed(rd) || offset < 20 || offset > (size_t)(end - begin))
		return false;
	ret->syn = flags & 0x02;
	ret->ack = flags & 0x10;
	ret->fin_or_rst = flags & 0x05;
	ret->payload = (struct cw_bytes){ begin + offset, (size_t)(end - begin) - offset };
	return true;
}

static bool read_ip(struct cw_rd *rd, struct segment *ret)
{
	uint8_t first = cw_rd_u8(rd);
	unsigned version = first >> 4, head = 4u * (first & 15u);
	size_t total;

	memset(ret->address, 0, sizeof(ret->address));
	if (version == 6) {
		(void)cw_rd_skip(rd, 3);
		total = cw_rd_u16be(rd);
		if (cw_rd_u8(rd) != TCP)
			return false;
		(void)cw_rd_skip(rd, 1);
		(void)cw_rd_copy(rd, ret->address[0], 16);
		(void)cw_rd_copy(rd, ret->address[1], 16);
		return read_tcp(rd, total, ret);
	}
	(void)cw_rd_skip(rd, 1);
	total = cw_rd_u16be(rd);
	(void)cw_rd_skip(rd, 5);
	if (cw_rd_u8(rd) != TCP || version != 4)
		return false;
	(void)cw_rd_skip(rd, 2);
	(void)cw_rd_copy(rd, ret->address[0], 4);
	(void)cw_rd_copy(rd, ret->address[1], 4);
	if (head < 20 || total < head || !cw_rd_skip(rd, head - 20))
		return false;
	return read_tcp(rd, total - head, ret);
}

/* The bytes in front of IP; false for what is not IP. */
static bool skip_link(const struct capture *capture, struct cw_rd *rd)
{
	switch (capture->link) {
	case LINK_RAW:
		return true;
	case LINK_NULL:
		return cw_rd_skip(rd, 4);
	case LINK_COOKED:
		return cw_rd_skip(rd, 16);
	case LINK_COOKED_2:
		return cw_rd_skip(rd, 20);
	default: {
		uint16_t type;

		(void)cw_rd_skip(rd, 12);
		type = cw_rd_u16be(rd);
		if (type == 0x8100) {
			(void)cw_rd_skip(rd, 2);
			type = cw_rd_u16be(rd);
		}
		return type == 0x0800 || type == 0x86dd;
	}
	}
}

/* The next frame of pcap; false at the end. */
static bool next_record(const struct capture *capture, struct cw_rd *rd, struct cw_bytes *ret)
{
	uint32_t len;

	if (cw_rd_left(rd) < 16)
		return false;
	(void)cw_rd_skip(rd, 8);
	len = u32(capture, rd);
	(void)cw_rd_skip(rd, 4);
	*ret = (struct cw_bytes){ cw_rd_take(rd, len), len };
	return ret->at != NULL;
}

static void begin_section(struct capture *capture, struct cw_rd *body)
{
	capture->swapped = false;
	capture->swapped = u32(capture, body) != SECTION_ORDER;
	capture->interface_count = 0;
}

/* What of a block is a frame; {NULL, 0}: it is none. */
static struct cw_bytes frame_of(struct capture *capture, uint32_t type, struct cw_rd *body)
{
	uint32_t interface = 0, len;

	if (type == BLOCK_INTERFACE) {
		if (capture->interface_count < INTERFACES_MAX)
			capture->interface_link[capture->interface_count++] = u16(capture, body);
		return (struct cw_bytes){ NULL, 0 };
	}
	if (type != BLOCK_PACKET && type != BLOCK_SIMPLE)
		return (struct cw_bytes){ NULL, 0 };
	if (type == BLOCK_PACKET) {
		interface = u32(capture, body);
		(void)cw_rd_skip(body, 8);
	}
	len = u32(capture, body);
	if (type == BLOCK_PACKET)
		(void)cw_rd_skip(body, 4);
	else if (len > cw_rd_left(body))
		len = (uint32_t)cw_rd_left(body);
	if (interface >= capture->interface_count)
		return (struct cw_bytes){ NULL, 0 };
	capture->link = capture->interface_link[interface];
	return (struct cw_bytes){ cw_rd_take(body, len), len };
}

/* The same of pcapng: blocks of type, length, body, length again. */
static bool next_block(struct capture *capture, struct cw_rd *rd, struct cw_bytes *ret)
{
	while (cw_rd_left(rd) >= 12) {
		struct cw_rd head = *rd;
		uint32_t type = u32(capture, &head), len;

		if (type == BLOCK_SECTION) { /* says by which order its own length is to be read */
			struct cw_rd order = { .at = head.at + 4, .end = head.end };

			begin_section(capture, &order);
		}
		len = u32(capture, &head);
		if (len < 12 || len % 4 != 0 || len > cw_rd_left(rd))
			return false;
		(void)cw_rd_skip(rd, len);
		head.end = head.at + len - 12;
		*ret = frame_of(capture, type, &head);
		if (ret->at)
			return true;
	}
	return false;
}

static bool next_segment(struct capture *capture, struct cw_rd *rd, struct segment *ret)
{
	struct cw_bytes bytes;

	while (capture->is_blocks ? next_block(capture, rd, &bytes)
				  : next_record(capture, rd, &bytes)) {
		struct cw_rd frame = cw_rd(bytes);

		if (skip_link(capture, &frame) && read_ip(&frame, ret))
			return true;
	}
	return false;
}

/* ---- connections --------------------------------------------------------------------------- */

struct connection {
	uint8_t address[2][16]; /* client, server */
	uint16_t port[2];
};

/* Which side of @of sent it, or -1. */
static int side_of(const struct connection *of, const struct segment *segment)
{
	for (int side = 0; side < 2; side++)
		if (memcmp(of->address[side], segment->address[0], 16) == 0 &&
		    memcmp(of->address[!side], segment->address[1], 16) == 0 &&
		    of->port[side] == segment->port[0] && of->port[!side] == segment->port[1])
			return side;
	return -1;
}

static struct connection connection_of(const struct segment *segment)
{
	struct connection connection;

	memcpy(connection.address, segment->address, sizeof(connection.address));
	memcpy(connection.port, segment->port, sizeof(connection.port));
	return connection;
}

struct side {
	bool known; /* next is */
	uint32_t next;
	struct segment early[EARLY_MAX];
	unsigned early_count;
};

struct playing {
	struct cw_recording_player *player;
	struct connection connection;
	struct side side[2];
};

/* What of @segment is new; moves next on. */
static void play_segment(struct playing *playing, int which, const struct segment *segment)
{
	struct side *side = &playing->side[which];
	uint32_t known = side->next - segment->sequence;
	struct cw_bytes payload = segment->payload;

	if (known >= payload.len)
		return;
	payload.at += known;
	payload.len -= known;
	side->next += (uint32_t)payload.len;
	playing->player->bytes(playing->player, which == 0 ? CW_FROM_CLIENT : CW_FROM_SERVER,
			       payload);
}

static bool is_early(const struct side *side, const struct segment *segment)
{
	return (int32_t)(segment->sequence - side->next) > 0;
}

static void play_waiting(struct playing *playing, int which)
{
	struct side *side = &playing->side[which];

	for (unsigned i = 0; i < side->early_count;) {
		struct segment segment = side->early[i];

		if (is_early(side, &segment)) {
			i++;
			continue;
		}
		side->early[i] = side->early[--side->early_count];
		play_segment(playing, which, &segment);
		i = 0;
	}
}

static void take_segment(struct playing *playing, int which, const struct segment *segment)
{
	struct side *side = &playing->side[which];

	if (segment->syn) {
		side->next = segment->sequence + 1;
		side->known = true;
		return;
	}
	if (!side->known) {
		side->next = segment->sequence;
		side->known = true;
	}
	if (segment->payload.len == 0)
		return;
	if (!is_early(side, segment)) {
		play_segment(playing, which, segment);
		play_waiting(playing, which);
	} else if (side->early_count < EARLY_MAX) {
		side->early[side->early_count++] = *segment;
	}
}

static void play_connection(struct capture *capture, struct playing *playing, struct cw_rd frames)
{
	struct segment segment;

	playing->player->session(playing->player);
	for (bool first = true; next_segment(capture, &frames, &segment); first = false) {
		int which = side_of(&playing->connection, &segment);

		/* The same ports again, later: another connection. */
		if (which == 0 && segment.syn && !segment.ack && !first &&
		    playing->side[0].known && playing->side[0].next != segment.sequence + 1) {
			memset(playing->side, 0, sizeof(playing->side));
			playing->player->session(playing->player);
		}
		if (which >= 0)
			take_segment(playing, which, &segment);
	}
}

static bool is_listed(const struct connection *list, unsigned count, const struct segment *segment)
{
	for (unsigned i = 0; i < count; i++)
		if (side_of(&list[i], segment) >= 0)
			return true;
	return false;
}

bool cw_capture_play(struct cw_bytes file, struct cw_recording_player *player, struct cw_err *err)
{
	struct capture capture = { .file = file };
	struct connection *list = calloc(CONNECTIONS_MAX, sizeof(*list));
	struct playing *playing = calloc(1, sizeof(*playing));
	struct cw_rd rd = cw_rd(file), frames;
	struct segment segment;
	unsigned count = 0;

	if (!list || !playing)
		abort();
	capture.is_blocks = is_blocks(file);
	if (!capture.is_blocks) {
		(void)magic_of(file, &capture.swapped);
		(void)cw_rd_skip(&rd, 20);
		capture.link = u32(&capture, &rd) & 0xffff;
	}
	frames = rd;
	while (next_segment(&capture, &rd, &segment) && count < CONNECTIONS_MAX)
		if ((segment.payload.len > 0 || (segment.syn && !segment.ack)) &&
		    !is_listed(list, count, &segment))
			list[count++] = connection_of(&segment);
	for (unsigned i = 0; i < count; i++) {
		memset(playing, 0, sizeof(*playing));
		playing->player = player;
		playing->connection = list[i];
		play_connection(&capture, playing, frames);
	}
	free(playing);
	free(list);
	if (count == 0)
		return cw_fail(err, CW_ERR_DATA, 2140, "the capture holds no TCP connection");
	return true;
}
