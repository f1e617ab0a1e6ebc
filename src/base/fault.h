/*
 * fault.h - named places where a test may break something on purpose
 *
 *	if (cw_fault("apply.swallow_update"))
 *		return true;
 *
 * CW_FAULT in the environment names the places: "copy.drop_row" fires the
 * first time, "copy.drop_row:3" the third, "runbook.drained:kill" ends the
 * process there with SIGKILL after writing "fault: killed at NAME" to stderr,
 * "name:3:kill" at the third.  Several are parted by commas.  Only a build
 * with -Dfaults=true has any of this: elsewhere cw_fault() is the constant
 * false and its name is not in the binary.
 */
#ifndef CW_BASE_FAULT_H
#define CW_BASE_FAULT_H

#include "base/base.h"

#ifdef CW_FAULTS
bool cw_fault_hit(const char *name);
#define cw_fault(name) cw_fault_hit(name)
#else
#define cw_fault(name) false
#endif

#endif
