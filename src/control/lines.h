/*
 * lines.h - JSON objects, one a line, over a socket
 *
 * Errors	CW4103 not JSON, longer than CW_CONTROL_LINE_BYTES, or closed
 *		CW4104 nothing came in time
 * Threads	one reader and one writer at a time
 */
#ifndef CW_CONTROL_LINES_H
#define CW_CONTROL_LINES_H

#include "control/control.h"

struct cw_lines {
	int fd;
	char *at; /* buffer */
	size_t len, room, taken;
};

void cw_lines_done(struct cw_lines *lines); /* frees the buffer, leaves fd open */

/* @deadline_ms: of cw_clock_ms(); 0: none. */
json_t *cw_lines_read(struct cw_lines *lines, int64_t deadline_ms, struct cw_err *err);
bool cw_lines_write(int fd, const json_t *object, struct cw_err *err) CW_MUST_CHECK;

#endif
