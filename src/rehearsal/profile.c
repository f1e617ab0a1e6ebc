#include "rehearsal/profile.h"

#include <string.h>

#define EDITION	       "Enterprise Edition Release "
#define PRODUCTION     " - Production"
#define FREE_23	       "Oracle Database 23ai Free"
#define FLAGS2_FREE_23 0x1a000000u /* end of response, fast authentication, and one unknown */

static const struct rh_profile profiles[] = {
	{
		.name = "11.2",
		.release = RH_11_2,
		.version_no = 0x0b200400,
		.version = "11.2.0.4.0",
		.version_full = "11.2.0.4.0",
		.banner = "Oracle Database 11g " EDITION "11.2.0.4.0 - 64bit Production",
		.banner_more = "",
		.product = "Oracle Database 11g Enterprise Edition",
		.version_string = "- 64bit Production",
		.version_sql = "22",
		.field_version = 6,
		.net_version = 314,
		.resend = true,
	},
	{
		.name = "12.1",
		.release = RH_12_1,
		.version_no = 0x0c100200,
		.version = "12.1.0.2.0",
		.version_full = "12.1.0.2.0",
		.banner = "Oracle Database 12c " EDITION "12.1.0.2.0 - 64bit Production",
		.banner_more = "",
		.product = "Oracle Database 12c Enterprise Edition",
		.version_string = "- 64bit Production",
		.version_sql = "23",
		.field_version = 7,
		.net_version = 315,
		.resend = true,
	},
	{
		.name = "12.2",
		.release = RH_12_2,
		.version_no = 0x0c200100,
		.version = "12.2.0.1.0",
		.version_full = "12.2.0.1.0",
		.banner = "Oracle Database 12c " EDITION "12.2.0.1.0 - 64bit Production",
		.banner_more = "",
		.product = "Oracle Database 12c Enterprise Edition",
		.version_string = "- 64bit Production",
		.version_sql = "23",
		.field_version = 9,
		.net_version = 316,
		.resend = true,
	},
	{
		.name = "18c",
		.release = RH_18,
		.version_no = 0x12000000,
		.version = "18.0.0.0.0",
		.version_full = "18.3.0.0.0",
		.banner = "Oracle Database 18c " EDITION "18.0.0.0.0" PRODUCTION,
		.banner_more = "\nVersion 18.3.0.0.0",
		.product = "Oracle Database 18c Enterprise Edition",
		.version_string = "- Production",
		.version_sql = "24",
		.field_version = 11,
		.net_version = 317,
		.resend = true,
	},
	{
		.name = "19c",
		.release = RH_19,
		.version_no = 0x13000000,
		.version = "19.0.0.0.0",
		.version_full = "19.3.0.0.0",
		.banner = "Oracle Database 19c " EDITION "19.0.0.0.0" PRODUCTION,
		.banner_more = "\nVersion 19.3.0.0.0",
		.product = "Oracle Database 19c Enterprise Edition",
		.version_string = "- Production",
		.version_sql = "24",
		.field_version = 13,
		.net_version = 318,
	},
	{
		.name = "21c",
		.release = RH_21,
		.version_no = 0x15030000,
		.version = "21.0.0.0.0",
		.version_full = "21.3.0.0.0",
		.banner = "Oracle Database 21c " EDITION "21.0.0.0.0" PRODUCTION,
		.banner_more = "\nVersion 21.3.0.0.0",
		.product = "Oracle Database 21c Enterprise Edition",
		.version_string = "- Production",
		.version_sql = "24",
		.field_version = 16,
		.net_version = 318,
		.resend = true,
	},
	{
		.name = "23ai",
		.release = RH_23,
		.version_no = 0x17040185,
		.version = "23.0.0.0.0",
		.version_full = "23.4.0.24.05",
		.banner = FREE_23 " Release 23.0.0.0.0 - Develop, Learn, and Run for Free",
		.banner_more = "\nVersion 23.4.0.24.05",
		.product = FREE_23,
		.version_string = "- Develop, Learn, and Run for Free",
		.version_sql = "26",
		.field_version = 24,
		.net_version = 319,
		.accept_flags2 = FLAGS2_FREE_23,
	},
};

const struct rh_profile *rh_profile_find(const char *name)
{
	for (size_t i = 0; i < CW_ARRAY_LEN(profiles); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

const char *rh_profile_names(void)
{
	return "11.2, 12.1, 12.2, 18c, 19c, 21c, 23ai";
}

unsigned rh_profile_name_bytes(const struct rh_profile *profile)
{
	return profile->release < RH_12_2 ? 30 : 128;
}
