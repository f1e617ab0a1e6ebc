/*
 * address.h - Unix sockets at paths of any length
 *
 * sockaddr_un holds 107 bytes of path.  A longer one is reached through its
 * folder: /proc/self/fd/N/NAME, with N open on the folder.
 */
#ifndef CW_CONTROL_ADDRESS_H
#define CW_CONTROL_ADDRESS_H

#include "base/err.h"

#include <sys/un.h>

struct cw_address {
	struct sockaddr_un un;
	int dir_fd; /* -1 when the path was short enough */
};

bool cw_address_make(const char *path, struct cw_address *ret, struct cw_err *err) CW_MUST_CHECK;
void cw_address_done(struct cw_address *address);

/* A connected socket, or -1; errno is EAGAIN where a process listens that accepts nobody. */
int cw_address_connect(const struct cw_address *address);

#endif
