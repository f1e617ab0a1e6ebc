/*
 * net_tls.h - TLS of the rehearsal's TCPS port
 *
 * What a listener with a wallet does: shows its certificate, and where clients must have
 * one of their own, lets in only those whose authority it knows.
 *
 * Errors	CW9103; those of base/tls.h
 * Threads	the context is shared by all connections
 * Sources	Oracle Database Security Guide 19c, Configuring Transport Layer Security
 */
#ifndef CW_REHEARSAL_NET_TLS_H
#define CW_REHEARSAL_NET_TLS_H

#include "base/io.h"
#include "rehearsal/net.h"

struct ssl_ctx_st;

bool net_tls_new(const struct rh_net_options *options, struct ssl_ctx_st **ret,
		 struct cw_err *err) CW_MUST_CHECK;
void net_tls_free(struct ssl_ctx_st *context); /* NULL is fine */

/* The server's side of the handshake, within @timeout_ms. */
bool net_tls_accept(struct ssl_ctx_st *context, struct cw_io *io, int timeout_ms,
		    struct cw_err *err) CW_MUST_CHECK;

#endif
