/*
 * assess.h - what stands in the way of a crossing, why, and how to cure it
 *
 * Every finding has a code (stable, for scripts), a severity, its cause and
 * its cure, the latter as the statement to be run wherever there is one.
 *
 *	stop	the crossing cannot begin, or would lose something
 *	warn	it can, but somebody should look
 *	note	good to know
 *
 * Nothing is changed on either side.
 *
 * Errors	none: a side that cannot be asked is a finding
 */
#ifndef CW_ASSESS_ASSESS_H
#define CW_ASSESS_ASSESS_H

#include "schema/config.h"

#include <jansson.h>

enum cw_assess_sides { CW_ASSESS_SOURCE = 1, CW_ASSESS_TARGET = 2, CW_ASSESS_BOTH = 3 };

/* {"findings": [{code, severity, cause, cure}], "stop": n, "warn": n, "note": n} */
json_t *cw_assess(struct cw_config *config, unsigned sides);

#endif
