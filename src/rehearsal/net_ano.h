/*
 * net_ano.h - native network encryption, the server's side of it
 *
 * DIR/sqlnet.ora is read for each connection, as by Oracle's server processes:
 *
 *	SQLNET.ENCRYPTION_SERVER, SQLNET.CRYPTO_CHECKSUM_SERVER	accepted, rejected, requested,
 *								required (accepted)
 *	SQLNET.ENCRYPTION_TYPES_SERVER, SQLNET.CRYPTO_CHECKSUM_TYPES_SERVER	(all)
 *	SQLNET.ALLOW_WEAK_CRYPTO_CLIENTS			true, false (true)
 *	REHEARSAL.NETWORK_VERSION	what the services call themselves (19.0.1.0.0); below
 *					23, the third number says whether July 2021 is in
 *
 * Other parameters are passed over, as there.  Without the file all is as by default.
 *
 * Errors	CW9105 the file cannot be understood; told in the log, the client gets ORA-12699
 * Threads	the connection's
 */
#ifndef CW_REHEARSAL_NET_ANO_H
#define CW_REHEARSAL_NET_ANO_H

#include "rehearsal/net_conn.h"

struct net_services {
	struct cw_ano_wishes wishes;
	bool weak_clients;
	uint32_t version;
};

bool net_services_read(const char *folder, struct net_services *ret,
		       struct cw_err *err) CW_MUST_CHECK;
bool net_services_required(const struct net_services *services);
/* Flags 0 of ACCEPT. */
uint8_t net_services_flags(const struct net_services *services,
			   const struct cw_tns_connect *connect);
/* The client's offer is in @in; false: refused, or gone. */
bool net_services_agree(struct net_conn *conn, const struct net_services *services,
			struct cw_ttc_in *in);

#endif
