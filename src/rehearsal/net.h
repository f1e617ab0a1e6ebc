/*
 * net.h - the rehearsal's listener and its threads: drivers in, engine.h out
 *
 * One thread takes connections on 127.0.0.1, one more for each serves it from
 * CONNECT to LOGOFF: it reads a call, runs it through engine.h and answers.
 *
 * Owns		sockets and threads; rh_net_stop() ends and joins them all
 * Threads	any may call; start and stop once each
 * Errors	CW9101 the port cannot be had; CW9102 a thread cannot be made
 */
#ifndef CW_REHEARSAL_NET_H
#define CW_REHEARSAL_NET_H

#include "base/err.h"

struct rh_server;
struct rh_net;

#define RH_NET_SESSIONS_MAX 250 /* connections at a time; more are told ORA-12519 */

/* @port 0: any free one, see rh_net_port(). */
bool rh_net_start(struct rh_server *server, uint16_t port, struct rh_net **ret,
		  struct cw_err *err) CW_MUST_CHECK;
void rh_net_stop(struct rh_net *net);
uint16_t rh_net_port(const struct rh_net *net);

/* Shut the listener (the port refuses connections, sessions go on) or open it again. */
bool rh_net_listener(struct rh_net *net, bool open, struct cw_err *err) CW_MUST_CHECK;

#endif
