/* settings.c - see settings.h */
#include "endpoint/settings.h"

#include "endpoint/ora_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Not Europe/London and its like, which are UTC in winter only. */
static const char *const utc[] = { "+00:00", "-00:00",	"00:00",   "UTC", "GMT",
				   "UCT",    "Etc/UTC", "Etc/GMT", NULL };
static const char *const utf16[] = { "AL16UTF16", NULL };

#define CDB_ROOT	"1" /* 0: no container database; 19c SQL Reference, SYS_CONTEXT */
#define FIRST_CONTAINER 12

static const struct {
	const char *sql;
	const char *const *good;
} settings[] = {
	[CW_SETTING_CONTAINER] = { "select sys_context('USERENV', 'CON_ID') from dual", NULL },
	[CW_SETTING_TIME_ZONE] = { "select dbtimezone from dual", utc },
	[CW_SETTING_NATIONAL_SET] = { "select value from nls_database_parameters where "
				      "parameter = 'NLS_NCHAR_CHARACTERSET'",
				      utf16 },
};

bool cw_setting_suits(enum cw_setting setting, const char *value)
{
	if (setting == CW_SETTING_CONTAINER)
		return strcmp(value, CDB_ROOT) != 0;
	for (const char *const *at = settings[setting].good; *at; at++)
		if (strcasecmp(value, *at) == 0)
			return true;
	return false;
}

static bool depends(enum cw_setting setting, const struct cw_column *column)
{
	if (setting == CW_SETTING_TIME_ZONE)
		return column->ora_type == CW_ORA_TIMESTAMP_LTZ;
	return setting == CW_SETTING_CONTAINER || column->national;
}

bool cw_setting_column(enum cw_setting setting, const struct cw_catalog *catalog, char *ret,
		       size_t room)
{
	for (uint32_t i = 0; i < catalog->table_count; i++) {
		const struct cw_shape *shape = &catalog->table[i]->shape;

		for (uint16_t c = 0; c < shape->column_count; c++) {
			if (!depends(setting, &shape->column[c]))
				continue;
			(void)snprintf(ret, room, "%s.%s.%s", shape->owner, shape->name,
				       shape->column[c].name);
			return true;
		}
	}
	return false;
}

static bool read_setting(struct cw_ora *ora, const char *sql, char *ret, size_t room,
			 struct cw_err *err)
{
	const struct cw_value *value;
	struct cw_ora_read read;

	ret[0] = '\0';
	if (!cw_ora_read_begin(ora, sql, 0, NULL, &read, err))
		return false;
	value = cw_ora_read_row(&read, err);
	if (value)
		(void)cw_ora_to_text(value[0], ret, room);
	cw_ora_read_end(&read);
	return err->kind == CW_ERR_NONE;
}

static bool check(struct cw_ora *ora, const struct cw_catalog *catalog, enum cw_setting setting,
		  struct cw_err *err)
{
	char column[400], value[80];

	if (!cw_setting_column(setting, catalog, column, sizeof(column)))
		return true;
	if (!read_setting(ora, settings[setting].sql, value, sizeof(value), err))
		return cw_err_add(err, "settings of the database");
	if (cw_setting_suits(setting, value))
		return true;
	if (setting == CW_SETTING_CONTAINER)
		return cw_fail(err, CW_ERR_CONFIG, 7025,
			       "the source is the root of a container database, whose redo holds "
			       "the rows of all pluggable databases: connect to the one that has "
			       "the tables (source.service)");
	if (setting == CW_SETTING_TIME_ZONE)
		return cw_fail(
			err, CW_ERR_CONFIG, 7024,
			"column %s is TIMESTAMP WITH LOCAL TIME ZONE and the database's time "
			"zone is %s, not UTC: leave its table out (source.leave_out)",
			column, value);
	return cw_fail(err, CW_ERR_CONFIG, 7307,
		       "column %s is of the national character set, which is %s; covered is "
		       "AL16UTF16, any with follow.mode: catalog",
		       column, value);
}

bool cw_settings_check(struct cw_ora *ora, const struct cw_catalog *catalog, bool raw,
		       struct cw_err *err)
{
	bool containers = strtoul(cw_ora_version(ora), NULL, 10) >= FIRST_CONTAINER;

	return (!containers || check(ora, catalog, CW_SETTING_CONTAINER, err)) &&
	       check(ora, catalog, CW_SETTING_TIME_ZONE, err) &&
	       (!raw || check(ora, catalog, CW_SETTING_NATIONAL_SET, err));
}
