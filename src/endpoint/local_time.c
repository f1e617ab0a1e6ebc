/* local_time.c - see local_time.h */
#include "endpoint/local_time.h"

#include "endpoint/ora_read.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool cw_local_time_is_utc(const char *zone)
{
	/* not Europe/London and its like, which are it in winter only */
	static const char *const names[] = { "+00:00", "-00:00", "00:00",   "UTC",
					     "GMT",    "UCT",	 "Etc/UTC", "Etc/GMT" };

	for (unsigned i = 0; i < CW_ARRAY_LEN(names); i++)
		if (strcasecmp(zone, names[i]) == 0)
			return true;
	return false;
}

bool cw_local_time_column(const struct cw_catalog *catalog, char *ret, size_t room)
{
	for (uint32_t i = 0; i < catalog->table_count; i++) {
		const struct cw_shape *shape = &catalog->table[i]->shape;

		for (uint16_t c = 0; c < shape->column_count; c++) {
			if (shape->column[c].ora_type != CW_ORA_TIMESTAMP_LTZ)
				continue;
			(void)snprintf(ret, room, "%s.%s.%s", shape->owner, shape->name,
				       shape->column[c].name);
			return true;
		}
	}
	return false;
}

static bool read_zone(struct cw_ora *ora, char *ret, size_t room, struct cw_err *err)
{
	const struct cw_value *value;
	struct cw_ora_read read;

	if (!cw_ora_read_begin(ora, "select dbtimezone from dual", 0, NULL, &read, err))
		return false;
	value = cw_ora_read_row(&read, err);
	if (value)
		(void)cw_ora_to_text(value[0], ret, room);
	cw_ora_read_end(&read);
	return value != NULL;
}

bool cw_local_time_check(struct cw_ora *ora, const struct cw_catalog *catalog, struct cw_err *err)
{
	char column[400], zone[80];

	if (!cw_local_time_column(catalog, column, sizeof(column)))
		return true;
	if (!read_zone(ora, zone, sizeof(zone), err))
		return cw_err_add(err, "time zone of the database");
	return cw_local_time_is_utc(zone) ||
	       cw_fail(err, CW_ERR_CONFIG, 7024,
		       "column %s is TIMESTAMP WITH LOCAL TIME ZONE and the database's time zone is "
		       "%s, not UTC: leave its table out (source.leave_out)",
		       column, zone);
}
