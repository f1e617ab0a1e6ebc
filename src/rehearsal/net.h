/*
 * net.h - the rehearsal's listener and its threads: drivers in, engine.h out
 *
 * One thread takes connections, on loopback unless told twice to go beyond it, one more for each serves it from
 * CONNECT to LOGOFF: it reads a call, runs it through engine.h and answers.  A
 * second port is for TCPS: there the TLS handshake comes before everything.
 *
 * Owns		sockets and threads; rh_net_stop() ends and joins them all
 * Threads	any may call; start and stop once each
 * Errors	CW9101 the port cannot be had; CW9102 a thread cannot be made; CW9103
 *		certificate or key cannot be used; CW9104 the address is beyond loopback and
 *		that was not said at this start
 */
#ifndef CW_REHEARSAL_NET_H
#define CW_REHEARSAL_NET_H

#include "base/err.h"

struct rh_server;
struct rh_net;
struct rh_knobs;

#define RH_NET_SESSIONS_MAX 190 /* connections at a time, as parameter processes says */

struct rh_net_options {
	uint16_t port; /* 0: any free one, see rh_net_port() */
	uint16_t tls_port; /* of TCPS; 0: none */
	const char *listen;   /* IPv4 address; "": 127.0.0.1 */
	bool beyond_loopback; /* @listen may be outside of 127.0.0.0/8 */
	uint32_t
		processes; /* connections at a time, more are told ORA-12519; 0: RH_NET_SESSIONS_MAX */
	uint32_t sdu;	   /* the largest packet to agree on; 0: 8192 */
	/* PEM files: ours, and who may sign the clients'; "": clients show no certificate */
	const char *certificate, *key, *client_authority;
	struct rh_knobs *knobs; /* drop, kill, delay, drip, refuse, archiver */
};

bool rh_net_start(struct rh_server *server, const struct rh_net_options *options,
		  struct rh_net **ret, struct cw_err *err) CW_MUST_CHECK;
void rh_net_stop(struct rh_net *net);
uint16_t rh_net_port(const struct rh_net *net);

/* Shut the listener (the port refuses connections, sessions go on) or open it again. */
bool rh_net_listener(struct rh_net *net, bool open, struct cw_err *err) CW_MUST_CHECK;

#endif
