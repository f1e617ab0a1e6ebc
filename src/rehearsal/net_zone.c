/* net_zone.c - TIMESTAMP WITH TIME ZONE as clients have it that know it by its own zone's fields */
#include "codec/zone.h"
#include "rehearsal/net_conn.h"

#include <string.h>

static void turn(struct net_conn *conn, uint8_t ora_type, struct cw_value *value,
		 void (*how)(uint8_t moment[CW_ZONED_BYTES]))
{
	uint8_t *moment;

	if (ora_type != CW_ORA_TIMESTAMP_TZ || value->state != CW_VALUE_SET ||
	    value->len != CW_ZONED_BYTES)
		return;
	moment = cw_new(&conn->arena, uint8_t, CW_ZONED_BYTES);
	memcpy(moment, value->at, CW_ZONED_BYTES);
	how(moment);
	value->at = moment;
}

void net_zone_binds(struct net_conn *conn, struct rh_bind *binds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		turn(conn, binds[i].ora_type, &binds[i].value, cw_zone_to_utc);
}

void net_zone_out(struct net_conn *conn, uint8_t ora_type, struct cw_value *value)
{
	if (conn->ttc.zone_local)
		turn(conn, ora_type, value, cw_zone_to_local);
}

const struct cw_value *net_zone_row(struct net_conn *conn, const struct cw_ttc_describe *columns,
				    const struct cw_value *values)
{
	struct cw_value *turned = NULL;

	for (uint32_t i = 0; conn->ttc.zone_local && i < columns->count; i++) {
		if (columns->column[i].ora_type != CW_ORA_TIMESTAMP_TZ)
			continue;
		if (!turned) {
			turned = cw_new(&conn->arena, struct cw_value, columns->count);
			memcpy(turned, values, columns->count * sizeof(*turned));
		}
		turn(conn, CW_ORA_TIMESTAMP_TZ, &turned[i], cw_zone_to_local);
	}
	return turned ? turned : values;
}
