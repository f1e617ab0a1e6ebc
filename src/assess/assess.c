/* assess.c - see assess.h */
#include "assess/assess.h"

#include "assess/findings.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define APART_SECONDS_MAX 120

static const char *const severity_name[] = { "stop", "warn", "note" };

static void add(struct cw_findings *findings, enum cw_severity severity, const char *code,
		const char *cause, const char *cure)
{
	(void)json_array_append_new(findings->list, json_pack("{s:s, s:s, s:s, s:s}", "code", code,
							      "severity", severity_name[severity],
							      "cause", cause, "cure", cure));
	findings->count[severity]++;
}

void cw_finding(struct cw_findings *findings, enum cw_severity severity, const char *code,
		const char *fmt, ...)
{
	char text[2048], *cure;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	cure = strchr(text, '|');
	if (cure)
		*cure++ = '\0';
	add(findings, severity, code, text, cure ? cure : "");
}

void cw_finding_of_error(struct cw_findings *findings, const char *code, const struct cw_err *err,
			 const char *cure)
{
	char cause[600];

	(void)snprintf(cause, sizeof(cause), "%s [CW%04u]", err->text, err->code);
	add(findings, CW_STOP, code, cause, cure);
}

/* SYSDATE is the server's clock, localtimestamp the session's: both as a person reads them. */
void cw_assess_clocks(struct cw_findings *findings)
{
	struct cw_answer ora, pg;
	struct cw_err err;
	int64_t apart;

	if (!cw_ask_ora(&findings->sides,
			"select to_char(sysdate, 'YYYY-MM-DD HH24:MI:SS') from dual", 0, NULL, &ora,
			&err) ||
	    ora.rows != 1 || !cw_cell(&ora, 0, 0))
		return; /* a source that does not answer was told already */
	if (!cw_ask_pg(&findings->sides,
		       "select extract(epoch from $1::timestamp - localtimestamp)::bigint", 1,
		       ora.cell, &pg, &err) ||
	    !cw_number_of(&pg, "the difference of the clocks", &apart, &err))
		return;
	if (llabs(apart) > APART_SECONDS_MAX)
		cw_finding(findings, CW_WARN, "crossing.clocks",
			   "Oracle's SYSDATE and PostgreSQL's localtimestamp are %" PRId64
			   " seconds apart|set TimeZone in postgresql.conf or for each application "
			   "role: ALTER ROLE ... SET TimeZone = '...'",
			   apart);
}

json_t *cw_assess(struct cw_config *config, unsigned sides)
{
	struct cw_findings findings = { .config = config, .list = json_array() };

	cw_sides_start(&findings.sides, config, "causeway check");
	if (sides & CW_ASSESS_SOURCE)
		cw_assess_source(&findings);
	if (sides & CW_ASSESS_TARGET)
		cw_assess_target(&findings);
	if (sides == CW_ASSESS_BOTH)
		cw_assess_clocks(&findings);
	cw_sides_stop(&findings.sides);
	return json_pack("{s:o, s:i, s:i, s:i}", "findings", findings.list, "stop",
			 (int)findings.count[CW_STOP], "warn", (int)findings.count[CW_WARN], "note",
			 (int)findings.count[CW_NOTE]);
}
