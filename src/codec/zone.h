/*
 * zone.h - the numbers of time zone regions in TIMESTAMP WITH TIME ZONE
 *
 * Behind the eleven bytes of the UTC moment stand two.  Without CW_ZONE_REGION in the first they are an
 * offset, hour + 20 and minute + 60; with it they hold a region's number in thirteen bits.
 *
 * Threads	any
 * Sources	go-ora v2/converters/type_conversion.go, whose numbers these are
 */
#ifndef CW_CODEC_ZONE_H
#define CW_CODEC_ZONE_H

#include "base/base.h"

#define CW_ZONE_REGION 0x80u /* in the first of the two bytes */

const char *cw_zone_name(unsigned id); /* NULL: none has that number */
unsigned cw_zone_id(const char *name); /* whatever the case of its letters; 0: none is called so */

void cw_zone_write(unsigned id, uint8_t ret[2]);
unsigned cw_zone_read(const uint8_t zone[2]);

#endif
