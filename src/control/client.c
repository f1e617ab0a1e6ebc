/* client.c - the asking side of control.h */
#include "base/clock.h"
#include "base/os.h"
#include "control/address.h"
#include "control/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define STILL_MS 100 /* how often somebody is asked whether the answer is still wanted */

static int connect_to(const char *path, struct cw_err *err)
{
	struct cw_address address;
	int fd;

	if (!cw_address_make(path, &address, err))
		return -1;
	fd = cw_address_connect(&address);
	if (fd < 0) {
		(void)cw_fail_errno(err, errno == EAGAIN ? 4104 : 4102, "nobody answers at %s",
				    path);
		err->kind = CW_ERR_RETRY;
	}
	cw_address_done(&address);
	return fd;
}

pid_t cw_control_listener(const char *path)
{
	struct cw_err err;
	CW_CLEANUP(cw_close_fd) int fd = connect_to(path, &err);
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 ? peer.pid : 0;
}

/* {"ok": false, "code": "CW4201", "text": ...} becomes an error again. */
static bool judge(const json_t *reply, struct cw_err *err)
{
	const char *code = json_string_value(json_object_get(reply, "code"));
	const char *text = json_string_value(json_object_get(reply, "text"));
	const char *kind = json_string_value(json_object_get(reply, "kind"));
	enum cw_err_kind is = CW_ERR_CONFIG;

	if (json_is_true(json_object_get(reply, "ok")))
		return true;
	if (kind && strcmp(kind, "retry") == 0)
		is = CW_ERR_RETRY;
	if (kind && strcmp(kind, "data") == 0)
		is = CW_ERR_DATA;
	return cw_fail(err, is, (uint16_t)(code ? strtoul(code + 2, NULL, 10) : 4103), "%s",
		       text ? text : "refused without a reason");
}

/* What came of a line stays in @lines, so the next look goes on with it. */
static json_t *read_while(struct cw_lines *lines, int64_t until, cw_control_still_fn *still,
			  void *owner, struct cw_err *err)
{
	for (;;) {
		int64_t now = cw_clock_ms();
		bool last = until && until - now <= STILL_MS;
		json_t *line = cw_lines_read(lines, last ? until : now + STILL_MS, err);

		if (line || last || err->code != 4104 || !still(owner, err))
			return line;
	}
}

bool cw_control_call_while(const char *path, const json_t *request, int timeout_ms,
			   cw_control_still_fn *still, void *owner, json_t **ret,
			   struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int fd = connect_to(path, err);
	int64_t until = timeout_ms > 0 ? cw_clock_ms() + timeout_ms : 0;
	struct cw_lines lines = { .fd = fd };

	*ret = NULL;
	if (fd < 0 || !cw_lines_write(fd, request, err))
		return false;
	*ret = still ? read_while(&lines, until, still, owner, err)
		     : cw_lines_read(&lines, until, err);
	cw_lines_done(&lines);
	return *ret && judge(*ret, err);
}

bool cw_control_call(const char *path, const json_t *request, int timeout_ms, json_t **ret,
		     struct cw_err *err)
{
	return cw_control_call_while(path, request, timeout_ms, NULL, NULL, ret, err);
}

bool cw_control_ask(const char *path, const char *verb, int timeout_ms, json_t **ret,
		    struct cw_err *err)
{
	json_t *request = json_pack("{s:s}", "do", verb);
	bool ok = cw_control_call(path, request, timeout_ms, ret, err);

	json_decref(request);
	return ok;
}

bool cw_control_attach(const char *path, json_int_t from, cw_control_event_fn *on, void *owner,
		       struct cw_err *err)
{
	CW_CLEANUP(cw_close_fd) int fd = connect_to(path, err);
	struct cw_lines lines = { .fd = fd };
	json_t *line = json_pack("{s:s, s:I}", "do", "attach", "from", from);
	bool more = fd >= 0 && cw_lines_write(fd, line, err), first = true;

	json_decref(line);
	while (more) {
		line = cw_lines_read(&lines, 0, err);
		if (!line)
			break;
		more = first ? judge(line, err) : on(owner, line);
		json_decref(line);
		if (!more && !first) {
			cw_lines_done(&lines);
			return true;
		}
		first = false;
	}
	cw_lines_done(&lines);
	return false;
}
