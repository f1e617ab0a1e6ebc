/* redo_file.c - see redo_file.h */
#include "rehearsal/redo_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define LOG_MAGIC     "RHREDO1"
#define CONTROL_MAGIC "RHCTL1"

void rh_group_path(const char *dir, unsigned group, char ret[RH_PATH_BYTES])
{
	(void)snprintf(ret, RH_PATH_BYTES, "%s/redo%02u.log", dir, group + 1);
}

static bool read_at(int fd, uint64_t at, void *to, size_t len, size_t *ret_len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t got = pread(fd, (uint8_t *)to + done, len - done, (off_t)(at + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	*ret_len = done;
	return true;
}

/* Reads may meet a write half done; the check tells, and the next look is whole. */
bool rh_control_read(const char *dir, struct rh_control *ret, struct cw_err *err)
{
	char path[RH_PATH_BYTES];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/control", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cw_fail_errno(err, 9303, "%s", path);
	for (int tries = 0; tries < 1000; tries++) {
		size_t got = 0;

		if (read_at(fd, 0, ret, sizeof(*ret), &got) && got == sizeof(*ret) &&
		    memcmp(ret->magic, CONTROL_MAGIC, sizeof(CONTROL_MAGIC)) == 0 &&
		    ret->check == XXH3_64bits(ret, offsetof(struct rh_control, check))) {
			(void)close(fd);
			return true;
		}
		(void)usleep(100);
	}
	(void)close(fd);
	return cw_fail(err, CW_ERR_DATA, 9301, "%s is damaged", path);
}

bool rh_control_write(int fd, struct rh_control *control, struct cw_err *err)
{
	memcpy(control->magic, CONTROL_MAGIC, sizeof(CONTROL_MAGIC));
	control->check = XXH3_64bits(control, offsetof(struct rh_control, check));
	if (pwrite(fd, control, sizeof(*control), 0) != (ssize_t)sizeof(*control))
		return cw_fail_errno(err, 9303, "control file");
	return true;
}

bool rh_archived_read(int fd, uint64_t index, struct rh_archived *ret, bool *ret_none,
		      struct cw_err *err)
{
	size_t got = 0;

	*ret_none = false;
	if (!read_at(fd, index * sizeof(*ret), ret, sizeof(*ret), &got))
		return cw_fail_errno(err, 9303, "list of archived logs");
	if (got < sizeof(*ret) ||
	    ret->check != XXH3_64bits(ret, offsetof(struct rh_archived, check)))
		*ret_none = true; /* the last one may be half written */
	return true;
}

bool rh_archived_write(int fd, struct rh_archived *archived, struct cw_err *err)
{
	off_t at = (off_t)((archived->recid - 1) * sizeof(*archived));

	archived->check = XXH3_64bits(archived, offsetof(struct rh_archived, check));
	if (pwrite(fd, archived, sizeof(*archived), at) != (ssize_t)sizeof(*archived))
		return cw_fail_errno(err, 9303, "list of archived logs");
	return true;
}

void rh_log_header_seal(struct rh_log_header *header)
{
	memcpy(header->magic, LOG_MAGIC, sizeof(LOG_MAGIC));
	header->block_bytes = RH_BLOCK_BYTES;
	header->check = XXH3_64bits(header, offsetof(struct rh_log_header, check));
}

uint32_t rh_rec_check(uint64_t sequence, const struct rh_rec *rec, const uint8_t *body)
{
	size_t from = offsetof(struct rh_rec, op);
	uint64_t head = XXH3_64bits_withSeed((const uint8_t *)rec + from, sizeof(*rec) - from,
					     sequence ^ rec->len);

	return (uint32_t)XXH3_64bits_withSeed(body, rh_rec_body_len(rec), head);
}

static bool header_is_good(const struct rh_log_header *header)
{
	return memcmp(header->magic, LOG_MAGIC, sizeof(LOG_MAGIC)) == 0 &&
	       header->block_bytes == RH_BLOCK_BYTES &&
	       header->check == XXH3_64bits(header, offsetof(struct rh_log_header, check));
}

bool rh_log_open(struct rh_log_reader *reader, const char *path, struct cw_err *err)
{
	uint8_t block[RH_BLOCK_BYTES];
	size_t got = 0;

	rh_log_close(reader);
	(void)snprintf(reader->path, sizeof(reader->path), "%s", path);
	reader->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (reader->fd < 0)
		return cw_fail_errno(err, 9303, "%s", path);
	if (!read_at(reader->fd, 0, block, sizeof(block), &got) || got != sizeof(block)) {
		rh_log_close(reader);
		return cw_fail(err, CW_ERR_DATA, 9301, "%s has no header", path);
	}
	memcpy(&reader->header, block, sizeof(reader->header));
	if (!header_is_good(&reader->header)) {
		rh_log_close(reader);
		return cw_fail(err, CW_ERR_DATA, 9301, "%s: the header is damaged", path);
	}
	reader->at = RH_BLOCK_BYTES;
	reader->end = reader->header.end ? reader->header.end : RH_SCN_UNENDED;
	return true;
}

void rh_log_close(struct rh_log_reader *reader)
{
	if (reader->fd > 0) /* a zeroed reader is a closed one */
		(void)close(reader->fd);
	free(reader->buffer);
	*reader = (struct rh_log_reader){ .fd = -1 };
}

static bool make_room(struct rh_log_reader *reader, size_t len)
{
	uint8_t *bigger;

	if (reader->room >= len)
		return true;
	bigger = realloc(reader->buffer, len);
	if (!bigger)
		return false;
	reader->buffer = bigger;
	reader->room = len;
	return true;
}

/* Header and body in one read when the record is short, as nearly all are. */
static bool read_record(struct rh_log_reader *reader, struct rh_rec *ret, bool *ret_whole)
{
	size_t got = 0;

	*ret_whole = false;
	if (!make_room(reader, 4096) ||
	    !read_at(reader->fd, reader->at, reader->buffer, 4096, &got))
		return false;
	if (got < sizeof(*ret))
		return true;
	memcpy(ret, reader->buffer, sizeof(*ret));
	if (ret->len < sizeof(*ret) || ret->len > RH_REC_BYTES_MAX)
		return true;
	if (ret->len > got) {
		if (!make_room(reader, ret->len) ||
		    !read_at(reader->fd, reader->at, reader->buffer, ret->len, &got))
			return false;
		if (got < ret->len)
			return true;
	}
	*ret_whole = ret->check ==
		     rh_rec_check(reader->header.sequence, ret, reader->buffer + sizeof(*ret));
	return true;
}

bool rh_log_next(struct rh_log_reader *reader, struct rh_rec *ret, const uint8_t **ret_body,
		 bool *ret_none, struct cw_err *err)
{
	bool whole;

	*ret_none = reader->at >= reader->end;
	if (*ret_none)
		return true;
	if (!read_record(reader, ret, &whole))
		return cw_fail_errno(err, 9303, "%s", reader->path);
	if (!whole) {
		*ret_none = reader->end == RH_SCN_UNENDED;
		return *ret_none ||
		       cw_fail(err, CW_ERR_DATA, 9301, "%s: the record at byte %llu is damaged",
			       reader->path, (unsigned long long)reader->at);
	}
	reader->rec_at = reader->at;
	reader->at += rh_rec_stride(ret->len);
	*ret_body = reader->buffer + sizeof(*ret);
	return true;
}
