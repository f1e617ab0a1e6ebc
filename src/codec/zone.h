/*
 * zone.h - the numbers of time zone regions in TIMESTAMP WITH TIME ZONE
 *
 * Behind the eleven bytes of the UTC moment stand two.  Without CW_ZONE_REGION in the first they are an
 * offset, hour + 20 and minute + 60; with it they hold a region's number in thirteen bits.
 *
 * Threads	any
 * Sources	go-ora v2/converters/type_conversion.go, whose numbers these are; go-oracledb v26
 *		internal/driver/ttc/converters/datetimestamp.go: CW_ZONE_LOCAL
 */
#ifndef CW_CODEC_ZONE_H
#define CW_CODEC_ZONE_H

#include "base/base.h"

#define CW_ZONE_REGION 0x80u /* in the first of the two bytes */
/*
 * In the same byte: the eleven bytes before are the fields of that zone, not of UTC.  Clients with
 * KPCCAP_RTB_TTC_TZLT among their runtime capabilities (go-oracledb) send and want them so.
 */
#define CW_ZONE_LOCAL  0x40u
#define CW_ZONED_BYTES 13

const char *cw_zone_name(unsigned id); /* NULL: none has that number */
unsigned cw_zone_id(const char *name); /* whatever the case of its letters; 0: none is called so */

/* Of a moment in UTC with an offset, and back; one with a region, or beyond the calendar, stays as it is. */
void cw_zone_to_local(uint8_t moment[CW_ZONED_BYTES]);
void cw_zone_to_utc(uint8_t moment[CW_ZONED_BYTES]);

void cw_zone_write(unsigned id, uint8_t ret[2]);
unsigned cw_zone_read(const uint8_t zone[2]);

#endif
