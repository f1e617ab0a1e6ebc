/*
 * profile.h - which release of Oracle the rehearsal looks like
 *
 * A table of what differs from release to release on the wire, in the grammar and in the
 * dictionary.  XE 11.2, XE 18c, XE 21c and Free 23 are as they were recorded; what stands
 * in between follows from them and from the drivers.
 *
 * Owns		static; never freed
 * Threads	any
 * Sources	recordings of ACCEPT, PROTOCOL and AUTH answers; python-oracledb
 *		thin/capabilities.pyx (field versions); Oracle Database Reference and
 *		New Features Guides of each release
 */
#ifndef CW_REHEARSAL_PROFILE_H
#define CW_REHEARSAL_PROFILE_H

#include "base/base.h"

/* A profile's @release; what came with one is there from it on. */
enum rh_release {
	RH_11_2 = 1102,
	RH_12_1 = 1201, /* FETCH FIRST, identity columns, 12c verifiers, containers */
	RH_12_2 = 1202, /* names of 128 bytes */
	RH_18 = 1800,	/* VERSION_FULL */
	RH_19 = 1900,
	RH_21 = 2100,
	RH_23 = 2300, /* SELECT without FROM, IF [NOT] EXISTS; fast authentication */
};

struct rh_profile {
	const char *name; /* as --profile has it: "19c" */
	enum rh_release release;
	uint32_t version_no; /* AUTH_VERSION_NO; packed in one way before 18c, in another since */
	const char *version, *version_full; /* of V$INSTANCE; the same before 18c */
	const char *banner, *banner_more;   /* of V$VERSION; what BANNER_FULL has behind it */
	const char *product;		    /* of PRODUCT_COMPONENT_VERSION */
	const char *version_string, *version_sql; /* of the login's answer */
	uint8_t field_version;			  /* of TTC */
	uint16_t net_version;			  /* of Oracle Net */
	uint32_t accept_flags2;
	bool resend; /* the listener asks for CONNECT a second time */
};

/* NULL: there is none of that name. */
const struct rh_profile *rh_profile_find(const char *name);
/* All names, parted by ", ". */
const char *rh_profile_names(void);

/* The longest name of an object; before 12.2 30 bytes. */
unsigned rh_profile_name_bytes(const struct rh_profile *profile);

#endif
