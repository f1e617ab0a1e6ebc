/* address.c - see address.h */
#include "control/address.h"

#include "base/os.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define CONNECT_S                                                                                  \
	1 /* a process that hangs accepts nobody, and once enough wait the next would wait for ever */

bool cw_address_make(const char *path, struct cw_address *ret, struct cw_err *err)
{
	const char *slash = strrchr(path, '/');
	char folder[4096];

	*ret = (struct cw_address){ .un.sun_family = AF_UNIX, .dir_fd = -1 };
	if (strlen(path) < sizeof(ret->un.sun_path)) {
		memcpy(ret->un.sun_path, path, strlen(path) + 1);
		return true;
	}
	if (!slash || (size_t)(slash - path) >= sizeof(folder))
		return cw_fail(err, CW_ERR_CONFIG, 4101, "%s: the path is too long", path);
	memcpy(folder, path, (size_t)(slash - path));
	folder[slash - path] = '\0';
	ret->dir_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (ret->dir_fd < 0)
		return cw_fail_errno(err, 4101, "open the folder %s", folder);
	if (snprintf(ret->un.sun_path, sizeof(ret->un.sun_path), "/proc/self/fd/%d/%s", ret->dir_fd,
		     slash + 1) >= (int)sizeof(ret->un.sun_path)) {
		cw_address_done(ret);
		return cw_fail(err, CW_ERR_CONFIG, 4101, "%s: the name is too long", path);
	}
	return true;
}

void cw_address_done(struct cw_address *address)
{
	cw_close_fd(&address->dir_fd);
}

int cw_address_connect(const struct cw_address *address)
{
	static const struct timeval soon = { .tv_sec = CONNECT_S }, never = { 0 };
	CW_CLEANUP(cw_close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof(soon)) < 0 ||
	    connect(fd, (const struct sockaddr *)&address->un, sizeof(address->un)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &never, sizeof(never)) < 0)
		return -1;
	return cw_take_fd(&fd);
}
