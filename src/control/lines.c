/* lines.c - see lines.h */
#include "control/lines.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM_FIRST 4096

void cw_lines_done(struct cw_lines *lines)
{
	free(lines->at);
	*lines = (struct cw_lines){ .fd = lines->fd };
}

static bool wait_readable(int fd, int64_t deadline_ms, struct cw_err *err)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = deadline_ms ? deadline_ms - cw_clock_ms() : -1;
		int n;

		if (deadline_ms && left <= 0)
			return cw_fail(err, CW_ERR_RETRY, 4104, "no reply in time");
		n = poll(&p, 1, left > 1000000 ? 1000000 : (int)left);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return cw_fail_errno(err, 4103, "wait for the other side");
	}
}

static bool make_room(struct cw_lines *lines, struct cw_err *err)
{
	size_t room = lines->room ? lines->room * 2 : ROOM_FIRST;
	char *grown;

	if (lines->taken > 0) {
		memmove(lines->at, lines->at + lines->taken, lines->len - lines->taken);
		lines->len -= lines->taken;
		lines->taken = 0;
	}
	if (lines->len < lines->room)
		return true;
	if (room > CW_CONTROL_LINE_BYTES)
		return cw_fail(err, CW_ERR_LIMIT, 4103, "a line of more than %u bytes",
			       CW_CONTROL_LINE_BYTES);
	grown = realloc(lines->at, room);
	if (!grown)
		return cw_fail(err, CW_ERR_LIMIT, 4103, "no memory for a line");
	lines->at = grown;
	lines->room = room;
	return true;
}

static bool read_more(struct cw_lines *lines, int64_t deadline_ms, struct cw_err *err)
{
	ssize_t got;

	if (!make_room(lines, err) || !wait_readable(lines->fd, deadline_ms, err))
		return false;
	do
		got = recv(lines->fd, lines->at + lines->len, lines->room - lines->len, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return cw_fail_errno(err, 4103, "read from the other side");
	if (got == 0)
		return cw_fail(err, CW_ERR_RETRY, 4103, "the other side closed the connection");
	lines->len += (size_t)got;
	return true;
}

json_t *cw_lines_read(struct cw_lines *lines, int64_t deadline_ms, struct cw_err *err)
{
	size_t looked = 0;

	for (;;) {
		char *start = lines->at ? lines->at + lines->taken : NULL;
		size_t len = lines->len - lines->taken;
		char *end = len > looked ? memchr(start + looked, '\n', len - looked) : NULL;
		json_error_t why;
		json_t *object;

		if (!end) {
			looked = len;
			if (!read_more(lines, deadline_ms, err))
				return NULL;
			continue;
		}
		object = json_loadb(start, (size_t)(end - start), JSON_REJECT_DUPLICATES, &why);
		lines->taken += (size_t)(end - start) + 1;
		if (object && json_is_object(object))
			return object;
		json_decref(object);
		(void)cw_fail(err, CW_ERR_DATA, 4103, "not a line with one JSON object");
		return NULL;
	}
}

bool cw_lines_write(int fd, const json_t *object, struct cw_err *err)
{
	char *text = json_dumps(object, JSON_COMPACT);
	size_t len, done = 0;

	if (!text)
		return cw_fail(err, CW_ERR_DATA, 4103, "an answer that is no JSON");
	len = strlen(text);
	text[len++] = '\n'; /* over the NUL */
	while (done < len) {
		ssize_t put = send(fd, text + done, len - done, MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0) {
			free(text);
			return cw_fail_errno(err, 4103, "write to the other side");
		}
		done += (size_t)put;
	}
	free(text);
	return true;
}
