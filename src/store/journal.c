/* journal.c - see journal.h */
#include "store/journal.h"

#include "base/clock.h"
#include "base/os.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHECK_DIGITS   16
#define FILE_BYTES_MAX (256u << 20)

struct cw_journal {
	int fd; /* -1: only read */
	char *path;
	struct cw_journal_record *record;
	size_t count, room;
	uint64_t check;	  /* of the last line */
	off_t good_bytes; /* where the last line ended */
	bool broken;	  /* what lies behind that could not be taken away */
};

/* FNV-1a, 64 bits, going on from @check. */
static uint64_t check_over(uint64_t check, const char *text, size_t len)
{
	check ^= 0xcbf29ce484222325u;
	for (size_t i = 0; i < len; i++)
		check = (check ^ (uint8_t)text[i]) * 0x100000001b3u;
	return check;
}

static void keep(struct cw_journal *journal, uint64_t seq, int64_t wall_us, const char *text,
		 size_t len)
{
	char *copy = malloc(len + 1);

	if (journal->count == journal->room) {
		journal->room = journal->room ? journal->room * 2 : 64;
		journal->record =
			realloc(journal->record, journal->room * sizeof(*journal->record));
	}
	if (!copy || !journal->record)
		abort(); /* as base/arena.h: no memory ends the process, a supervisor starts it */
	memcpy(copy, text, len);
	copy[len] = '\0';
	journal->record[journal->count++] =
		(struct cw_journal_record){ .seq = seq, .wall_us = wall_us, .text = copy };
}

/* Take one line without its end; false if it does not check. */
static bool take_line(struct cw_journal *journal, const char *line, size_t len)
{
	uint64_t seq, check;
	int64_t wall_us;
	char copy[64], *end;
	int text_at = 0;
	size_t body;

	if (len < CHECK_DIGITS + 6)
		return false;
	body = len - CHECK_DIGITS - 1;
	memcpy(copy, line + body + 1, CHECK_DIGITS);
	copy[CHECK_DIGITS] = '\0';
	check = strtoull(copy, &end, 16);
	if (line[body] != ' ' || *end || check != check_over(journal->check, line, body))
		return false;
	(void)snprintf(copy, sizeof(copy), "%.*s", (int)(body < 60 ? body : 60), line);
	if (sscanf(copy, "%" SCNu64 " %" SCNd64 " %n", &seq, &wall_us, &text_at) != 2 || !text_at)
		return false;
	if (seq != journal->count + 1)
		return false;
	keep(journal, seq, wall_us, line + text_at, body - (size_t)text_at);
	journal->check = check;
	return true;
}

/* All lines of @bytes; *ret_good is where the last good one ended. */
static bool take_lines(struct cw_journal *journal, const char *bytes, size_t len, size_t *ret_good,
		       struct cw_err *err)
{
	size_t at = 0;

	*ret_good = 0;
	while (at < len) {
		const char *end = memchr(bytes + at, '\n', len - at);

		if (!end)
			return true; /* torn: the crash came before its end */
		if (!take_line(journal, bytes + at, (size_t)(end - bytes) - at)) {
			if ((size_t)(end - bytes) + 1 == len)
				return true; /* blocks may reach the disk out of order */
			return cw_fail(err, CW_ERR_DATA, 3102, "%s: line %zu does not check",
				       journal->path, journal->count + 1);
		}
		at = (size_t)(end - bytes) + 1;
		*ret_good = at;
	}
	return true;
}

static bool read_all(struct cw_journal *journal, int fd, size_t *ret_good, struct cw_err *err)
{
	struct stat about;
	size_t len, done = 0;
	char *bytes;
	bool ok;

	if (fstat(fd, &about) < 0)
		return cw_fail_errno(err, 3101, "%s", journal->path);
	if (about.st_size > FILE_BYTES_MAX)
		return cw_fail(err, CW_ERR_LIMIT, 3101, "%s: longer than a journal ever is",
			       journal->path);
	len = (size_t)about.st_size;
	bytes = malloc(len + 1);
	if (!bytes)
		return cw_fail(err, CW_ERR_LIMIT, 3101, "%s: no memory to read it", journal->path);
	while (done < len) {
		ssize_t got = pread(fd, bytes + done, len - done, (off_t)done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	ok = done == len ? take_lines(journal, bytes, len, ret_good, err)
			 : cw_fail_errno(err, 3101, "read %s", journal->path);
	free(bytes);
	return ok;
}

/* The file's name must survive a power cut as well as its bytes. */
static bool sync_folder(const char *path, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int fd = -1;
	char folder[4096];
	const char *slash = strrchr(path, '/');

	(void)snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) : 1,
		       slash ? path : ".");
	fd = open(*folder ? folder : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return cw_fail_errno(err, 3101, "the folder of %s", path);
	return true;
}

/* Nothing behind the last good line, on the disk as well. */
static bool cut_to_good(struct cw_journal *journal)
{
	return ftruncate(journal->fd, journal->good_bytes) == 0 && fsync(journal->fd) == 0 &&
	       lseek(journal->fd, 0, SEEK_END) >= 0;
}

static bool open_for_writing(struct cw_journal *journal, struct cw_err *err)
{
	size_t good;

	journal->fd = open(journal->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (journal->fd < 0)
		return cw_fail_errno(err, 3101, "open %s", journal->path);
	if (flock(journal->fd, LOCK_EX | LOCK_NB) < 0) {
		(void)cw_fail_errno(err, 3103, "%s: another conductor has this crossing",
				    journal->path);
		err->kind = CW_ERR_CONFIG;
		return false;
	}
	if (!read_all(journal, journal->fd, &good, err))
		return false;
	journal->good_bytes = (off_t)good;
	if (!cut_to_good(journal))
		return cw_fail_errno(err, 3101, "remove the torn end of %s", journal->path);
	return sync_folder(journal->path, err);
}

static struct cw_journal *make(const char *path)
{
	struct cw_journal *journal = calloc(1, sizeof(*journal));

	if (journal) {
		journal->fd = -1;
		journal->path = strdup(path);
	}
	if (!journal || !journal->path)
		abort();
	return journal;
}

bool cw_journal_open(const char *path, struct cw_journal **ret, struct cw_err *err)
{
	struct cw_journal *journal = make(path);

	if (!open_for_writing(journal, err)) {
		cw_journal_close(journal);
		return false;
	}
	*ret = journal;
	return true;
}

bool cw_journal_read(const char *path, struct cw_journal **ret, struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct cw_journal *journal;
	size_t good;

	if (fd < 0)
		return cw_fail_errno(err, 3101, "open %s", path);
	journal = make(path);
	if (!read_all(journal, fd, &good, err)) {
		cw_journal_close(journal);
		return false;
	}
	*ret = journal;
	return true;
}

void cw_journal_close(struct cw_journal *journal)
{
	if (!journal)
		return;
	for (size_t i = 0; i < journal->count; i++)
		free((char *)(uintptr_t)journal->record[i].text);
	cw_close_fd(&journal->fd);
	free(journal->record);
	free(journal->path);
	free(journal);
}

static bool write_line(struct cw_journal *journal, const char *line, size_t len, struct cw_err *err)
{
	if (!cw_write_all(journal->fd, (struct cw_bytes){ (const uint8_t *)line, len }, err)) {
		err->code = 3101;
		return cw_err_add(err, "write %s", journal->path);
	}
	return fdatasync(journal->fd) == 0 || cw_fail_errno(err, 3101, "flush %s", journal->path);
}

bool cw_journal_append(struct cw_journal *journal, const char *text, struct cw_err *err)
{
	uint64_t seq = journal->count + 1, check;
	int64_t wall_us = cw_wall_us();
	size_t room = strlen(text) + 80, body, len;
	char *line;
	bool ok;

	assert(journal->fd >= 0);
	if (strchr(text, '\n'))
		return cw_fail(err, CW_ERR_DATA, 3104, "a journal record with a line end");
	if (journal->broken)
		return cw_fail(err, CW_ERR_CONFIG, 3101,
			       "%s: a record failed before and left a part of itself",
			       journal->path);
	line = malloc(room);
	if (!line)
		abort();
	body = (size_t)snprintf(line, room, "%" PRIu64 " %" PRId64 " %s", seq, wall_us, text);
	check = check_over(journal->check, line, body);
	len = body + (size_t)snprintf(line + body, room - body, " %016" PRIx64 "\n", check);
	ok = write_line(journal, line, len, err);
	free(line);
	if (!ok) {
		journal->broken = !cut_to_good(journal);
		return false;
	}
	keep(journal, seq, wall_us, text, strlen(text));
	journal->check = check;
	journal->good_bytes += (off_t)len;
	return true;
}

size_t cw_journal_count(const struct cw_journal *journal)
{
	return journal->count;
}

const struct cw_journal_record *cw_journal_at(const struct cw_journal *journal, size_t index)
{
	assert(index < journal->count);
	return &journal->record[index];
}
