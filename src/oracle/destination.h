/*
 * destination.h - where a connect string leads: hosts, ports, service, and how to go there
 *
 * What people write in the place of an address:
 *
 *	host, host:port/service			Easy Connect
 *	[tcp|tcps:]//h1,h2:1521;h3/service:server/instance?key=value&...   Easy Connect Plus
 *	(DESCRIPTION=...)  (DESCRIPTION_LIST=...)  a descriptor
 *	alias					of tnsnames.ora, see TNS_ADMIN
 *
 * A word without / and : is an alias.  Everything is read into the same shape:
 * descriptions, each with address lists, each with addresses; FAILOVER and
 * LOAD_BALANCE stand at each level.  What is known and cannot be done
 * (pooled servers, IPC, proxies, source routes) is refused by name, a key of Easy
 * Connect Plus that nobody knows too; keys of a descriptor that only servers know are
 * passed on in CONNECT_DATA.
 *
 * sqlnet.ora, beside tnsnames.ora, is read for every form: destination_sqlnet.c has the
 * parameters that count.
 *
 * Owns		everything hangs off the struct's arena
 * Errors	CW7110 cannot be read	CW7114 no such alias, or no tnsnames.ora
 *		CW7115 known and not supported	(all config)
 * Threads	read by any
 * Sources	Oracle Net Services Reference 19c, chapters 4 and 6; Net Services
 *		Administrator's Guide 23ai 8.4 (Easy Connect Plus); python-oracledb
 *		impl/base/{parsers,connect_params}.pyx and tests/test_4500, test_7200
 */
#ifndef CW_ORACLE_DESTINATION_H
#define CW_ORACLE_DESTINATION_H

#include "base/arena.h"

#define CW_ORA_PORT	       1521
#define CW_ORA_SDU_MIN	       512u
#define CW_ORA_SDU_DEFAULT     8192u
#define CW_ORA_SDU_MAX	       2097152u
#define CW_ORA_TCP_TIMEOUT_MS  20000 /* for one address; as the thin drivers have it */
#define CW_ORA_ADDRESSES_MAX   256u  /* in one connect string */

enum cw_ora_choice { CW_ORA_UNSAID = 0, CW_ORA_YES, CW_ORA_NO };

struct cw_ora_address {
	const char *host; /* without the brackets of an IPv6 address */
	uint16_t port;
	bool tls; /* PROTOCOL=tcps */
};

struct cw_ora_address_list {
	bool failover, load_balance;
	unsigned count;
	struct cw_ora_address *address;
	struct cw_ora_address_list *next;
};

struct cw_ora_description {
	bool failover, load_balance; /* among its lists */
	struct cw_ora_address_list *list;
	const char *service, *sid; /* NULL: not said; both may be */
	const char *connect_data;  /* "(SERVICE_NAME=s)(SERVER=dedicated)...", as it is sent */
	uint32_t sdu;
	unsigned retry_count, retry_delay_s;
	unsigned expire_minutes; /* EXPIRE_TIME: 0 not said */
	int64_t tcp_timeout_ms;	 /* TRANSPORT_CONNECT_TIMEOUT, for each address */
	int64_t connect_timeout_ms; /* CONNECT_TIMEOUT, to the ACCEPT; 0 not said */
	struct {
		enum cw_ora_choice name_match; /* SSL_SERVER_DN_MATCH */
		bool weak_match;	       /* SSL_ALLOW_WEAK_DN_MATCH: the service will do */
		const char *cert_dn;	       /* SSL_SERVER_CERT_DN; NULL: not said */
		const char *wallet;	       /* folder; NULL: the system's authorities */
		int version;		       /* SSL_VERSION: 12, 13; 0 not said */
		bool sni;		       /* USE_SNI */
	} tls;
	/* ENCRYPTION_CLIENT, ENCRYPTION_TYPES_CLIENT ... as they were written; NULL: not said */
	struct cw_ora_network {
		const char *encryption, *encryption_types, *checksum, *checksum_types;
		bool not_over_tls; /* IGNORE_ANO_ENCRYPTION_FOR_TCPS */
	} network;
	struct cw_ora_description *next;
};

struct cw_ora_destination {
	struct cw_arena arena;
	/* What sqlnet.ora says where neither connect string nor login do; NULL, 0: nothing. */
	struct cw_ora_otherwise {
		struct cw_ora_network network;
		const char *wallet;
		unsigned receive_s;  /* SQLNET.RECV_TIMEOUT */
		bool only_12c;	     /* ALLOWED_LOGON_VERSION_CLIENT = 12a: no older verifier */
		bool cipher_suites;  /* SSL_CIPHER_SUITES is there, which is refused with TLS */
	} otherwise;
	struct cw_ora_description defaults; /* of a description, before the connect string's word */
	const char *default_domain;	    /* NAMES.DEFAULT_DOMAIN */
	bool failover, load_balance; /* among descriptions */
	struct cw_ora_description *description;
	unsigned address_count;
};

/* After false *ret holds nothing. */
bool cw_ora_destination_read(const char *text, struct cw_ora_destination *ret,
			     struct cw_err *err) CW_MUST_CHECK;
void cw_ora_destination_release(struct cw_ora_destination *destination);

/*
 * The addresses of one description in the order to try them, as FAILOVER and LOAD_BALANCE
 * say; @roll draws a number below @sides.  Returns how many, CW_ORA_ADDRESSES_MAX at most.
 */
typedef unsigned cw_ora_roll_fn(void *context, unsigned sides);
unsigned cw_ora_destination_order(const struct cw_ora_description *description,
				  cw_ora_roll_fn *roll, void *context,
				  const struct cw_ora_address *ret[CW_ORA_ADDRESSES_MAX]);
/* The same for the descriptions themselves. */
unsigned cw_ora_description_order(const struct cw_ora_destination *destination,
				  cw_ora_roll_fn *roll, void *context,
				  const struct cw_ora_description *ret[CW_ORA_ADDRESSES_MAX]);

/* ---- for the files of this module ---------------------------------------------------- */

/* A description with its defaults, at the end of the list. */
struct cw_ora_description *ora_add_description(struct cw_ora_destination *to);
struct cw_ora_address_list *ora_add_list(struct cw_ora_destination *to,
					 struct cw_ora_description *description);
/* CW7110 if there are too many of them. */
struct cw_ora_address *ora_add_address(struct cw_ora_destination *to,
				       struct cw_ora_address_list *list,
				       struct cw_err *err) CW_MUST_CHECK;
const char *ora_keep_text(struct cw_ora_destination *to, struct cw_bytes text);

/*
 * A key of DESCRIPTION or SECURITY that both forms have.  *ret_known is false, and true
 * returned, if it is none of them.
 */
bool ora_take_setting(struct cw_ora_destination *to, struct cw_ora_description *description,
		      const char *key, struct cw_bytes value, bool *ret_known,
		      struct cw_err *err) CW_MUST_CHECK;
/* A key of CONNECT_DATA: appended to what is sent. */
bool ora_take_connect_data(struct cw_ora_destination *to, struct cw_ora_description *description,
			   const char *key, struct cw_bytes value,
			   struct cw_err *err) CW_MUST_CHECK;
bool ora_take_switch(const char *key, struct cw_bytes value, bool *ret,
		     struct cw_err *err) CW_MUST_CHECK;
bool ora_take_protocol(struct cw_bytes value, bool *ret_tls, struct cw_err *err) CW_MUST_CHECK;
bool ora_take_port(struct cw_bytes value, uint16_t *ret, struct cw_err *err) CW_MUST_CHECK;

bool ora_read_easy(const char *text, struct cw_ora_destination *to,
		   struct cw_err *err) CW_MUST_CHECK;
bool ora_read_descriptor(const char *text, struct cw_ora_destination *to,
			 struct cw_err *err) CW_MUST_CHECK;
/* The parameters of sqlnet.ora, if there is one; one that cannot be read is an error. */
bool ora_read_sqlnet(struct cw_ora_destination *to, struct cw_err *err) CW_MUST_CHECK;
/* Of its text. */
bool ora_take_sqlnet(struct cw_ora_destination *to, struct cw_bytes text,
		     struct cw_err *err) CW_MUST_CHECK;
/* Where tnsnames.ora and sqlnet.ora lie; @ret has PATH_MAX bytes. */
bool ora_config_file(const char *name, char *ret, struct cw_err *err) CW_MUST_CHECK;
bool ora_read_whole(int fd, const char *path, size_t size, struct cw_arena *arena,
		    struct cw_bytes *ret, struct cw_err *err) CW_MUST_CHECK;
/* The text that @alias stands for in tnsnames.ora, in the arena. */
bool ora_find_alias(const char *alias, struct cw_ora_destination *to, const char **ret,
		    struct cw_err *err) CW_MUST_CHECK;

#endif
