/*
 * tls.h - TLS as a layer of a cw_io: OpenSSL's records, our waits
 *
 * Who calls makes the SSL object from a context of its own (client or server,
 * what is trusted, what is shown) and hands it over here.  From then on reads
 * and writes of the cw_io are TLS, with the same deadlines and the same cancel.
 *
 * Owns		the SSL object, until cw_io_close() or cw_tls_drop()
 * Errors	those of io.h; CW1211 the handshake failed (config): what the two
 *		sides want of each other does not meet; CW1212 the peer broke the
 *		rules of TLS in mid-session (retry)
 * Threads	one at a time for each cw_io
 */
#ifndef CW_BASE_TLS_H
#define CW_BASE_TLS_H

#include "base/io.h"

struct ssl_st;

/*
 * Shake hands over the connected @io; @ssl has its role set.  It is taken over, also on
 * failure.  @io stays as it was after false: whoever wants to ask @ssl why the peer was not
 * believed does so in a verify callback.
 */
bool cw_tls_start(struct cw_io *io, struct ssl_st *ssl, struct cw_err *err) CW_MUST_CHECK;

/* The SSL object of @io; NULL: it has no TLS. */
struct ssl_st *cw_tls_of(const struct cw_io *io);

/* Forget the layer without a word to the peer: a new handshake follows on the same socket. */
void cw_tls_drop(struct cw_io *io);

/* What OpenSSL noted last, "" if nothing; forgets it. */
void cw_tls_reason(char *ret, size_t room);

#endif
