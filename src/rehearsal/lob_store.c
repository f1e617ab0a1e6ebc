/* lob_store.c - where the LOBs of a session are kept; see lob_parts.h */
#include "rehearsal/lob_parts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RING_BYTES    ((uint64_t)1 << 30) /* the file reaches back so far */
#define BLOCK_BYTES   ((uint32_t)32 << 10)
#define BLOCKS_MAX    (1u << 17) /* 4 GiB of temporary LOBs in a session */
#define TEMPS_MAX     (1u << 20)

static bool no_room(struct rh_error *error)
{
	return rh_fail(error, 1652, 0, "unable to extend temp segment by 128 in tablespace TEMP");
}

static void *grown(void *old, size_t count, size_t size)
{
	void *room = realloc(old, count * size);

	if (!room)
		abort();
	return room;
}

static void release(struct rh_session *session)
{
	struct rh_lobs *lobs = session->lobs;

	if (lobs->ring)
		(void)fclose(lobs->ring);
	if (lobs->file)
		(void)fclose(lobs->file);
	for (uint32_t i = 0; i < lobs->temp_count; i++)
		free(lobs->temp[i].block);
	free(lobs->temp);
	free(lobs->free_block);
	free(lobs->open);
	free(lobs);
	session->lobs = NULL;
}

struct rh_lobs *lob_store(struct rh_session *session)
{
	if (session->lobs)
		return session->lobs;
	session->lobs = calloc(1, sizeof(*session->lobs));
	if (!session->lobs)
		abort();
	session->lobs_end = release;
	return session->lobs;
}

/* ---- files ------------------------------------------------------------------------------ */

static bool put_at(FILE **file, uint64_t at, const uint8_t *bytes, size_t len)
{
	if (!*file)
		*file = tmpfile();
	while (*file && len > 0) {
		ssize_t did = pwrite(fileno(*file), bytes, len, (off_t)at);

		if (did <= 0)
			return false;
		bytes += did;
		at += (uint64_t)did;
		len -= (size_t)did;
	}
	return *file != NULL;
}

static bool get_at(FILE *file, uint64_t at, uint8_t *bytes, size_t len)
{
	while (file && len > 0) {
		ssize_t did = pread(fileno(file), bytes, len, (off_t)at);

		if (did <= 0)
			return false;
		bytes += did;
		at += (uint64_t)did;
		len -= (size_t)did;
	}
	return len == 0;
}

/* ---- snapshots -------------------------------------------------------------------------- */

bool lob_keep(struct rh_lobs *lobs, struct cw_bytes content, uint64_t *ret_place,
	      struct rh_error *error)
{
	uint64_t at = lobs->ring_bytes % RING_BYTES;
	size_t first = content.len;

	if (content.len > RING_BYTES)
		return no_room(error);
	if (first > RING_BYTES - at)
		first = (size_t)(RING_BYTES - at);
	if (!put_at(&lobs->ring, at, content.at, first) ||
	    !put_at(&lobs->ring, 0, content.at + first, content.len - first))
		return no_room(error);
	*ret_place = lobs->ring_bytes;
	lobs->ring_bytes += content.len;
	return true;
}

bool lob_kept(struct rh_lobs *lobs, uint64_t place, uint64_t offset, uint8_t *to, size_t len,
	      struct rh_error *error)
{
	uint64_t at = (place + offset) % RING_BYTES;
	size_t first = len;

	if (place > lobs->ring_bytes || len > lobs->ring_bytes - place ||
	    offset > lobs->ring_bytes - place - len)
		return rh_fail(error, 22275, 0, "invalid LOB locator specified");
	if (lobs->ring_bytes - place > RING_BYTES)
		return rh_fail(error, 22924, 0, "snapshot too old");
	if (first > RING_BYTES - at)
		first = (size_t)(RING_BYTES - at);
	return (get_at(lobs->ring, at, to, first) &&
		get_at(lobs->ring, 0, to + first, len - first)) ||
	       rh_fail(error, 1114, 0, "IO error reading block from file");
}

/* ---- temporary LOBs --------------------------------------------------------------------- */

bool lob_temp_new(struct rh_lobs *lobs, uint64_t *ret, struct rh_error *error)
{
	uint32_t index = lobs->temp_free;

	if (index > 0) {
		index--;
		lobs->temp_free = lobs->temp[index].next_free;
	} else {
		if (lobs->temp_count == TEMPS_MAX)
			return no_room(error);
		if (lobs->temp_count == lobs->temp_room) {
			lobs->temp_room = lobs->temp_room ? 2 * lobs->temp_room : 64;
			lobs->temp = grown(lobs->temp, lobs->temp_room, sizeof(*lobs->temp));
		}
		index = lobs->temp_count++;
		lobs->temp[index] = (struct lob_temp){ 0 };
	}
	lobs->temp[index].serial++;
	*ret = (uint64_t)lobs->temp[index].serial << 32 | index;
	return true;
}

struct lob_temp *lob_temp_find(struct rh_lobs *lobs, uint64_t number, struct rh_error *error)
{
	uint32_t index = (uint32_t)number, serial = (uint32_t)(number >> 32);

	if (index < lobs->temp_count && serial % 2 == 1 && lobs->temp[index].serial == serial)
		return &lobs->temp[index];
	(void)rh_fail(error, 22275, 0, "invalid LOB locator specified");
	return NULL;
}

static bool new_block(struct rh_lobs *lobs, uint32_t *ret)
{
	if (lobs->free_count > 0) {
		*ret = lobs->free_block[--lobs->free_count];
		return true;
	}
	*ret = lobs->file_blocks;
	return lobs->file_blocks < BLOCKS_MAX && ++lobs->file_blocks;
}

static void free_blocks(struct rh_lobs *lobs, struct lob_temp *temp, uint32_t left)
{
	while (temp->block_count > left) {
		if (lobs->free_count == lobs->free_room) {
			lobs->free_room = lobs->free_room ? 2 * lobs->free_room : 64;
			lobs->free_block =
				grown(lobs->free_block, lobs->free_room, sizeof(*lobs->free_block));
		}
		lobs->free_block[lobs->free_count++] = temp->block[--temp->block_count];
	}
}

void lob_temp_free(struct rh_lobs *lobs, struct lob_temp *temp)
{
	free_blocks(lobs, temp, 0);
	free(temp->block);
	temp->block = NULL;
	temp->block_room = 0;
	temp->bytes = 0;
	temp->serial++;
	temp->next_free = lobs->temp_free;
	lobs->temp_free = (uint32_t)(temp - lobs->temp) + 1;
}

bool lob_temp_cut(struct rh_lobs *lobs, struct lob_temp *temp, uint64_t bytes)
{
	if (bytes > temp->bytes)
		return false;
	free_blocks(lobs, temp, (uint32_t)((bytes + BLOCK_BYTES - 1) / BLOCK_BYTES));
	temp->bytes = bytes;
	return true;
}

bool lob_temp_read(struct rh_lobs *lobs, const struct lob_temp *temp, uint64_t offset, uint8_t *to,
		   size_t len, struct rh_error *error)
{
	while (len > 0) {
		uint32_t at = (uint32_t)(offset % BLOCK_BYTES);
		size_t part = BLOCK_BYTES - at < len ? BLOCK_BYTES - at : len;
		uint64_t block = temp->block[offset / BLOCK_BYTES];

		if (!get_at(lobs->file, block * BLOCK_BYTES + at, to, part))
			return rh_fail(error, 1114, 0, "IO error reading block from file");
		to += part;
		offset += part;
		len -= part;
	}
	return true;
}

/* Blocks for so many bytes. */
static bool extend(struct rh_lobs *lobs, struct lob_temp *temp, uint64_t bytes)
{
	uint64_t wanted = (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES;

	while (temp->block_count < wanted) {
		if (temp->block_count == temp->block_room) {
			temp->block_room = temp->block_room ? 2 * temp->block_room : 4;
			temp->block = grown(temp->block, temp->block_room, sizeof(*temp->block));
		}
		if (!new_block(lobs, &temp->block[temp->block_count]))
			return false;
		temp->block_count++;
	}
	return true;
}

static bool write_blocks(struct rh_lobs *lobs, const struct lob_temp *temp, uint64_t offset,
			 struct cw_bytes data)
{
	while (data.len > 0) {
		uint32_t at = (uint32_t)(offset % BLOCK_BYTES);
		size_t part = BLOCK_BYTES - at < data.len ? BLOCK_BYTES - at : data.len;
		uint64_t block = temp->block[offset / BLOCK_BYTES];

		if (!put_at(&lobs->file, block * BLOCK_BYTES + at, data.at, part))
			return false;
		data.at += part;
		data.len -= part;
		offset += part;
	}
	return true;
}

bool lob_temp_write(struct rh_lobs *lobs, struct lob_temp *temp, uint64_t offset,
		    struct cw_bytes data, const uint8_t fill[2], struct rh_error *error)
{
	uint8_t gap[BLOCK_BYTES];

	if (offset > LOB_BYTES_MAX * 4 || !extend(lobs, temp, offset + data.len))
		return no_room(error);
	for (size_t i = 0; temp->bytes < offset && i < sizeof(gap); i++)
		gap[i] = fill[i % 2];
	while (temp->bytes < offset) {
		uint64_t missing = offset - temp->bytes;
		size_t part = missing < sizeof(gap) ? (size_t)missing : sizeof(gap);

		if (!write_blocks(lobs, temp, temp->bytes, (struct cw_bytes){ gap, part }))
			return no_room(error);
		temp->bytes += part;
	}
	if (!write_blocks(lobs, temp, offset, data))
		return no_room(error);
	if (offset + data.len > temp->bytes)
		temp->bytes = offset + data.len;
	return true;
}
