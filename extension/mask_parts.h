/*
 * mask_parts.h - what the two ways of a datetime's format model share
 *
 *	mask.c		the elements; the functions of SQL
 *	mask_write.c	a datetime as text
 *	mask_read.c	text as a datetime
 */
#ifndef CAUSEWAY_MASK_PARTS_H
#define CAUSEWAY_MASK_PARTS_H

#include "moment.h"

enum element {
	E_SYYYY,
	E_YYYY,
	E_RRRR,
	E_YYY,
	E_RR,
	E_YY,
	E_Y,
	E_MONTH,
	E_MON,
	E_MM,
	E_DDD,
	E_DD,
	E_DAY,
	E_DY,
	E_HH24,
	E_HH12,
	E_HH,
	E_MI,
	E_SSSSS,
	E_SS,
	E_FF,
	E_X,
	E_AM,
	E_BC,
	E_TZH,
	E_TZM,
	E_TZR,
	E_TZD,
	E_Q,
	E_J,
	E_D,
	E_W,
	E_WW,
	E_IW,
	E_IYYY,
	E_IYY,
	E_IY,
	E_I,
	E_CC,
	E_FILL, /* FM, FX: nothing by themselves */
	E_NONE,
};

extern const char *const mask_month[12], *const mask_day[7]; /* in capitals */

/* The element at *mask, which is moved behind it; *ret_digits of FFn, 0: not said. */
enum element mask_element(const char **mask, int *ret_digits);
/* Days since 2000-01-01, a Saturday; ORA-01839 if there is no such day. */
int64_t mask_day_number(const struct cw_date *date);

#endif
