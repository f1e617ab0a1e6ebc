/*
 * net_ordered.h - answers that leave as a person ordered: late, or byte by byte (knob.h)
 *
 * Owns		what it hangs on the connection's io ends with that
 * Threads	the connection's own
 */
#ifndef CW_REHEARSAL_NET_ORDERED_H
#define CW_REHEARSAL_NET_ORDERED_H

#include "rehearsal/net_conn.h"

/* From here on each write to the socket looks whether it is to drip; TLS lies below. */
void net_ordered_begin(struct net_conn *conn);

/* An answer is whole: does it have to wait? */
void net_ordered_wait(struct net_conn *conn);

#endif
