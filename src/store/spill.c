/* spill.c - see spill.h */
#include "store/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LEAD_BYTES   8 /* length, checksum */
#define TAIL_BYTES   4 /* length */
#define WINDOW_BYTES (256u << 10)

bool cw_spill_pool_open(struct cw_spill_pool *pool, const char *dir, size_t memory_max,
			uint64_t disk_max, struct cw_err *err)
{
	*pool = (struct cw_spill_pool){ .memory_max = memory_max, .disk_max = disk_max };
	if (snprintf(pool->dir, sizeof(pool->dir), "%s", dir) >= (int)sizeof(pool->dir))
		return cw_fail(err, CW_ERR_CONFIG, 3001,
			       "the name of the spill folder is too long");
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return cw_fail_errno(err, 3001, "spill folder %s", dir);
	return true;
}

void cw_spill_init(struct cw_spill *spill, struct cw_spill_pool *pool)
{
	*spill = (struct cw_spill){ .pool = pool, .fd = -1, .next = pool->first };
	if (pool->first)
		pool->first->prev = spill;
	pool->first = spill;
}

static void drop_memory(struct cw_spill *spill)
{
	spill->pool->memory_used -= spill->room;
	free(spill->memory);
	spill->memory = NULL;
	spill->len = spill->room = 0;
}

void cw_spill_release(struct cw_spill *spill)
{
	if (!spill->pool)
		return;
	drop_memory(spill);
	spill->pool->disk_used -= spill->file_len;
	if (spill->fd >= 0)
		(void)close(spill->fd);
	free(spill->window);
	if (spill->prev)
		spill->prev->next = spill->next;
	else
		spill->pool->first = spill->next;
	if (spill->next)
		spill->next->prev = spill->prev;
	*spill = (struct cw_spill){ .fd = -1 };
}

/* FNV-1a in 32 bits: enough to tell damage, cheap for short records. */
static uint32_t checksum(struct cw_bytes bytes)
{
	uint32_t sum = 2166136261u;

	for (size_t i = 0; i < bytes.len; i++)
		sum = (sum ^ bytes.at[i]) * 16777619u;
	return sum;
}

/* A file without a name, or one that loses it at once where the system knows no other. */
static bool open_file(struct cw_spill *spill, struct cw_err *err)
{
	char path[300];

	spill->fd = open(spill->pool->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (spill->fd >= 0)
		return true;
	(void)snprintf(path, sizeof(path), "%s/spill.XXXXXX", spill->pool->dir);
	spill->fd = mkostemp(path, O_CLOEXEC);
	if (spill->fd < 0)
		return cw_fail_errno(err, 3001, "spill file in %s", spill->pool->dir);
	(void)unlink(path);
	return true;
}

/* Memory is trusted, a file is not: records get their sums on the way out. */
static void add_checksums(struct cw_spill *spill)
{
	uint32_t len, sum;

	for (size_t at = 0; at < spill->len; at += LEAD_BYTES + len + TAIL_BYTES) {
		uint8_t *record = spill->memory + at;

		memcpy(&len, record, 4);
		sum = checksum((struct cw_bytes){ record + LEAD_BYTES, len });
		memcpy(record + 4, &sum, 4);
	}
}

static bool write_out(struct cw_spill *spill, struct cw_err *err)
{
	struct cw_spill_pool *pool = spill->pool;
	size_t done = 0;

	if (pool->disk_used + spill->len > pool->disk_max)
		return cw_fail(err, CW_ERR_LIMIT, 3003,
			       "open transactions need more than the %llu bytes allowed in %s",
			       (unsigned long long)pool->disk_max, pool->dir);
	if (spill->fd < 0 && !open_file(spill, err))
		return false;
	add_checksums(spill);
	while (done < spill->len) {
		ssize_t wrote = pwrite(spill->fd, spill->memory + done, spill->len - done,
				       (off_t)(spill->file_len + done));

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return cw_fail_errno(err, 3001, "spill file in %s", pool->dir);
		done += (size_t)wrote;
	}
	pool->disk_used += done;
	pool->written_bytes += done;
	spill->file_len += done;
	spill->window_len = 0; /* what it held may have been overwritten */
	drop_memory(spill);
	return true;
}

static bool make_room(struct cw_spill *spill, size_t need, struct cw_err *err)
{
	struct cw_spill_pool *pool = spill->pool;
	size_t room = spill->room ? spill->room : 512;
	uint8_t *grown;

	if (spill->room - spill->len >= need)
		return true;
	while (room - spill->len < need)
		room *= 2;
	grown = realloc(spill->memory, room);
	if (!grown)
		return cw_fail(err, CW_ERR_LIMIT, 3003, "no memory for %zu bytes of changes", room);
	pool->memory_used += room - spill->room;
	spill->memory = grown;
	spill->room = room;
	return true;
}

/* Over the bound: the largest goes to disk, and again, until there is room. */
static bool relieve(struct cw_spill_pool *pool, struct cw_err *err)
{
	while (pool->memory_used > pool->memory_max) {
		struct cw_spill *largest = NULL;

		for (struct cw_spill *one = pool->first; one; one = one->next)
			if (one->len && (!largest || one->room > largest->room))
				largest = one;
		if (!largest)
			return true;
		if (!write_out(largest, err))
			return false;
	}
	return true;
}

bool cw_spill_append(struct cw_spill *spill, struct cw_bytes record, struct cw_err *err)
{
	uint32_t len = (uint32_t)record.len;
	uint8_t *to;

	if (record.len > CW_SPILL_RECORD_MAX)
		return cw_fail(err, CW_ERR_LIMIT, 3003, "a change of %zu bytes", record.len);
	if (!make_room(spill, record.len + LEAD_BYTES + TAIL_BYTES, err))
		return false;
	to = spill->memory + spill->len;
	memcpy(to, &len, 4); /* add_checksums() fills the next four */
	if (len)
		memcpy(to + LEAD_BYTES, record.at, len);
	memcpy(to + LEAD_BYTES + len, &len, 4);
	spill->len += LEAD_BYTES + len + TAIL_BYTES;
	return relieve(spill->pool, err);
}

static bool damaged(struct cw_err *err, uint64_t at)
{
	return cw_fail(err, CW_ERR_CONFIG, 3002, "the spilled record at byte %llu is damaged",
		       (unsigned long long)at);
}

/* Bring [from, from + len) of the file into the window. */
static bool load(struct cw_spill *spill, uint64_t from, size_t len, struct cw_err *err)
{
	if (len > spill->window_room) {
		free(spill->window);
		spill->window_room = len;
		spill->window = malloc(len);
		if (!spill->window) {
			spill->window_room = spill->window_len = 0;
			return cw_fail(err, CW_ERR_LIMIT, 3003, "no memory for %zu bytes", len);
		}
	}
	spill->window_at = from;
	spill->window_len = 0;
	while (spill->window_len < len) {
		ssize_t got = pread(spill->fd, spill->window + spill->window_len,
				    len - spill->window_len, (off_t)(from + spill->window_len));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return cw_fail_errno(err, 3001, "spill file");
		if (got == 0)
			return damaged(err, from);
		spill->window_len += (size_t)got;
	}
	return true;
}

/*
 * @len bytes at @from, wherever they are.  A miss loads as much as the window
 * holds: what lies behind @from, or, reading backwards, what lies before its end.
 */
static const uint8_t *bytes_at(struct cw_spill *spill, uint64_t from, size_t len, bool backwards,
			       struct cw_err *err)
{
	uint64_t end = from + len, first = from, last;

	if (from >= spill->file_len) {
		if (end > cw_spill_end(spill))
			return damaged(err, from), NULL;
		return spill->memory + (from - spill->file_len);
	}
	if (end > spill->file_len)
		return damaged(err, from), NULL;
	if (from < spill->window_at || end > spill->window_at + spill->window_len) {
		last = end;
		if (backwards && last - first < WINDOW_BYTES)
			first = last > WINDOW_BYTES ? last - WINDOW_BYTES : 0;
		else if (!backwards && last - first < WINDOW_BYTES)
			last = first + WINDOW_BYTES;
		if (last > spill->file_len)
			last = spill->file_len;
		if (!load(spill, first, (size_t)(last - first), err))
			return NULL;
	}
	return spill->window + (from - spill->window_at);
}

/* The record of @len bytes at @at, checked at both ends. */
static bool read_record(struct cw_spill *spill, uint64_t at, uint32_t len, bool backwards,
			struct cw_bytes *ret, struct cw_err *err)
{
	uint32_t lead[2], tail;
	const uint8_t *from;

	if (len > CW_SPILL_RECORD_MAX)
		return damaged(err, at);
	from = bytes_at(spill, at, LEAD_BYTES + len + TAIL_BYTES, backwards, err);
	if (!from)
		return false;
	memcpy(lead, from, 8);
	memcpy(&tail, from + LEAD_BYTES + len, 4);
	*ret = (struct cw_bytes){ from + LEAD_BYTES, len };
	if (lead[0] != len || tail != len ||
	    (at < spill->file_len && lead[1] != checksum(*ret)))
		return damaged(err, at);
	return true;
}

bool cw_spill_next(struct cw_spill *spill, uint64_t *at, struct cw_bytes *ret, struct cw_err *err)
{
	const uint8_t *from = bytes_at(spill, *at, LEAD_BYTES, false, err);
	uint32_t len;

	if (!from)
		return false;
	memcpy(&len, from, 4);
	if (!read_record(spill, *at, len, false, ret, err))
		return false;
	*at += LEAD_BYTES + len + TAIL_BYTES;
	return true;
}

bool cw_spill_previous(struct cw_spill *spill, uint64_t *at, struct cw_bytes *ret,
		       struct cw_err *err)
{
	const uint8_t *tail;
	uint64_t begin;
	uint32_t len;

	if (*at < LEAD_BYTES + TAIL_BYTES)
		return damaged(err, *at);
	tail = bytes_at(spill, *at - TAIL_BYTES, TAIL_BYTES, true, err);
	if (!tail)
		return false;
	memcpy(&len, tail, 4);
	if (len > *at - LEAD_BYTES - TAIL_BYTES)
		return damaged(err, *at);
	begin = *at - LEAD_BYTES - len - TAIL_BYTES;
	if (!read_record(spill, begin, len, true, ret, err))
		return false;
	*at = begin;
	return true;
}

void cw_spill_cut(struct cw_spill *spill, uint64_t end)
{
	assert(end <= cw_spill_end(spill));
	if (end >= spill->file_len) {
		spill->len = (size_t)(end - spill->file_len);
		return;
	}
	spill->len = 0;
	spill->pool->disk_used -= spill->file_len - end;
	spill->file_len = end;
	if (spill->window_at + spill->window_len > end)
		spill->window_len = 0;
}
