/*
 * findings.h - the list that the checks of assess.h write into
 */
#ifndef CW_ASSESS_FINDINGS_H
#define CW_ASSESS_FINDINGS_H

#include "schema/catalog.h"
#include "schema/sides.h"

#include <jansson.h>

enum cw_severity { CW_STOP = 0, CW_WARN, CW_NOTE };

struct cw_findings {
	struct cw_config *config;
	struct cw_sides sides;
	json_t *list;
	unsigned count[3];
};

/* @cause and @cure: parted by a '|' in the printed text, "cause|cure". */
void cw_finding(struct cw_findings *findings, enum cw_severity severity, const char *code,
		const char *fmt, ...) CW_PRINTF(4, 5);

/* A question that could not be asked is a finding too. */
void cw_finding_of_error(struct cw_findings *findings, const char *code, const struct cw_err *err,
			 const char *cure);

void cw_assess_source(struct cw_findings *findings);
/* Does source.leave_out name the table? */
bool cw_is_left_out(const struct cw_findings *findings, const char *schema, const char *table);
/* One finding for each column of @schema that cannot cross; how many these are. */
unsigned cw_assess_columns(struct cw_findings *findings, const char *schema);
void cw_assess_target(struct cw_findings *findings);
void cw_assess_clocks(struct cw_findings *findings);

#endif
