/* log.c - see log.h */
#include "base/log.h"
#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char log_name[32] = "causeway";

void cw_log_set_name(const char *name)
{
	(void)snprintf(log_name, sizeof(log_name), "%s", name);
}

static const char *level_name(enum cw_log_level level)
{
	static const char *const name[] = { "info", "warn", "error" };

	return name[level];
}

void cw_log(enum cw_log_level level, const char *event, const char *fields, ...)
{
	char when[CW_WALL_TEXT_BYTES], line[2048];
	int lead, body;
	va_list ap;
	size_t len;

	cw_wall_text(cw_wall_us(), when);
	lead = snprintf(line, sizeof(line) - 1, "%s %s %s \"%s\" ", when, level_name(level),
			log_name, event);
	if (lead < 0 || lead >= (int)sizeof(line) - 1)
		return;
	va_start(ap, fields);
	body = vsnprintf(line + lead, sizeof(line) - 1 - (size_t)lead, fields, ap);
	va_end(ap);
	len = (size_t)lead + (body > 0 ? (size_t)body : 0);
	if (len > sizeof(line) - 2)
		len = sizeof(line) - 2;
	for (size_t i = 0; i < len; i++) { /* one event stays one line */
		if (line[i] == '\n')
			line[i] = ' ';
	}
	line[len++] = '\n';
	(void)!write(STDERR_FILENO, line, len);
}

void cw_log_err(const char *event, const struct cw_err *err)
{
	cw_log(CW_LOG_ERROR, event, "code=CW%04u text=\"%s\"", (unsigned)err->code, err->text);
}
