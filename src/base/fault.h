/*
 * fault.h - named places where a test may break something on purpose
 *
 *	if (cw_fault("apply.swallow_update"))
 *		return true;
 *
 * CW_FAULT in the environment names the places, parted by commas, each with
 * what to do and when:
 *
 *	load.drop_row		cw_fault() is true there, the first time
 *	load.drop_row:500	the 500th time
 *	load.mid:kill		ends the process there with SIGKILL
 *	load.mid:3:exec		runs the shell command in CW_FAULT_EXEC there, with the
 *				name of the place: to kill something else at exactly
 *				this moment
 *
 * Whatever happens is told on stderr as "fault: NAME ...".  With CW_FAULT_ONCE
 * set to a folder a place fires once for all processes that share it, so that
 * the one started after a kill gets past it.  With CW_FAULT_WHEN set to a file
 * nothing happens, and no passing counts, until that file is there.  Only a build with -Dfaults=true
 * has any of this: elsewhere cw_fault() is the constant false and its name is
 * not in the binary.
 */
#ifndef CW_BASE_FAULT_H
#define CW_BASE_FAULT_H

#include "base/base.h"

#ifdef CW_FAULTS
bool cw_fault_hit(const char *name);
/* Is it named in CW_FAULT, due or not?  Counts nothing: to prepare what takes its time. */
bool cw_fault_is_planted_here(const char *name);
#define cw_fault(name)		  cw_fault_hit(name)
#define cw_fault_is_planted(name) cw_fault_is_planted_here(name)
#else
#define cw_fault(name)		  false
#define cw_fault_is_planted(name) false
#endif

#endif
