/*
 * clock.h - what time it is, in units that say so
 */
#ifndef CW_BASE_CLOCK_H
#define CW_BASE_CLOCK_H

#include "base/base.h"

/* Never goes back; for deadlines and durations. */
int64_t cw_clock_ms(void);
int64_t cw_clock_us(void);

/* By which a reading of the two above is still one in another process: the kernel's boot; "" if it does not say. */
#define CW_BOOT_BYTES 40
void cw_boot_name(char ret[CW_BOOT_BYTES]);

/* Microseconds since 1970-01-01 UTC; for people and reports. */
int64_t cw_wall_us(void);

/* 2026-01-31T23:59:59.123456Z and its NUL. */
#define CW_WALL_TEXT_BYTES 28
void cw_wall_text(int64_t wall_us, char ret[CW_WALL_TEXT_BYTES]);

void cw_sleep_ms(int64_t ms);

#endif
