/* connect.c - from nothing to ACCEPT: descriptor, RESEND, REDIRECT, REFUSE; see wire.h */
#include "oracle/wire.h"

#include <ctype.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define ATTEMPTS_MAX 6 /* CONNECTs for one login: RESENDs and REDIRECTs together */

/* Only what may stand in a descriptor: the rest becomes '?', as python-oracledb does. */
static void clean(const char *from, char *to, size_t room)
{
	size_t len = 0;

	for (; *from && len + 1 < room; from++) {
		unsigned char c = (unsigned char)*from;

		to[len++] = isalnum(c) || strchr("._-/@+:", c) ? (char)c : '?';
	}
	to[len] = '\0';
}

static void base64_id(char ret[25])
{
	static const char digit[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t raw[18] = { 0 };

	(void)getrandom(raw, 16, 0);
	for (unsigned i = 0, o = 0; i < sizeof(raw); i += 3, o += 4) {
		uint32_t three = (uint32_t)raw[i] << 16 | (uint32_t)raw[i + 1] << 8 | raw[i + 2];

		for (unsigned j = 0; j < 4; j++)
			ret[o + j] = digit[three >> (18 - 6 * j) & 63];
	}
	memcpy(ret + 22, "==", 3);
}

static bool write_descriptor(const struct cw_ora_login *login, char *ret, size_t room,
			     struct cw_err *err)
{
	char program[64], machine[64], host_name[64] = "localhost", user[64], id[25];
	const struct passwd *account = getpwuid(getuid());
	int len;

	(void)gethostname(host_name, sizeof(host_name) - 1);
	clean(login->program ? login->program : "causeway", program, sizeof(program));
	clean(host_name, machine, sizeof(machine));
	clean(account ? account->pw_name : "unknown", user, sizeof(user));
	base64_id(id);
	len = snprintf(ret, room,
		       "(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=%s)(PORT=%u))(CONNECT_DATA="
		       "(SERVICE_NAME=%s)(CID=(PROGRAM=%s)(HOST=%s)(USER=%s))(CONNECTION_ID=%s)))",
		       login->host, login->port, login->service, program, machine, user, id);
	if (len < 0 || (size_t)len >= room || strpbrk(login->host, "()=") ||
	    strpbrk(login->service, "()="))
		return cw_fail(err, CW_ERR_CONFIG, 7110,
			       "host \"%s\" or service \"%s\" cannot stand in a descriptor",
			       login->host, login->service);
	return true;
}

/* REFUSE and REDIRECT may put their text into a DATA packet of its own. */
static bool read_text(struct cw_ora *ora, struct cw_bytes inside, size_t len, char *ret,
		      size_t room, size_t *ret_len, struct cw_err *err)
{
	struct cw_tns_packet packet;

	if (inside.len < len) {
		if (!cw_tns_link_packet(&ora->link, &packet, err))
			return false;
		if (packet.type != CW_TNS_DATA || packet.body.len < 2)
			return cw_fail(err, CW_ERR_DATA, 2103, "a packet of type %d for a text",
				       packet.type);
		inside = (struct cw_bytes){ packet.body.at + 2, packet.body.len - 2 };
	}
	*ret_len = inside.len < room - 1 ? inside.len : room - 1;
	memcpy(ret, inside.at, *ret_len);
	ret[*ret_len] = '\0';
	return true;
}

static bool refused(struct cw_ora *ora, const struct cw_tns_packet *packet, struct cw_err *err)
{
	struct cw_bytes inside;
	char text[1024];
	size_t len;
	uint32_t number;

	if (!cw_tns_get_refuse(packet->body, &inside, &len, err) ||
	    !read_text(ora, inside, len, text, sizeof(text), &len, err))
		return false;
	number = cw_tns_refuse_error((struct cw_bytes){ (const uint8_t *)text, len });
	/* 12514 and 12505: the listener does not know what was asked for; others may pass. */
	(void)cw_fail(err, number == 12514 || number == 12505 ? CW_ERR_CONFIG : CW_ERR_RETRY, 7101,
		      "the listener refused the connection: ORA-%05u%s", number,
		      number == 12514			   ? " (it does not know the service)"
		      : number == 12505			   ? " (it does not know the SID)"
		      : number == 12526 || number == 12528 ? " (restricted mode)"
							   : "");
	err->native = (int32_t)number;
	return false;
}

/* Where to go instead, and what to say there. */
struct target {
	char host[256];
	uint16_t port;
	char descriptor[2048];
	bool redirected;
};

static bool read_redirect(struct cw_ora *ora, const struct cw_tns_packet *packet,
			  struct target *target, struct cw_err *err)
{
	struct cw_bytes inside, host, port, address;
	char text[4096];
	size_t len, data;

	if (!cw_tns_get_redirect(packet->body, &inside, &len, err) ||
	    !read_text(ora, inside, len, text, sizeof(text), &len, err))
		return false;
	address = (struct cw_bytes){ (const uint8_t *)text, strlen(text) };
	if (!cw_tns_find(address, NULL, "HOST", &host) ||
	    !cw_tns_find(address, NULL, "PORT", &port) || host.len >= sizeof(target->host) ||
	    port.len > 5)
		return cw_fail(err, CW_ERR_DATA, 7111, "redirected to nowhere: %.100s", text);
	memcpy(target->host, host.at, host.len);
	target->host[host.len] = '\0';
	target->port = (uint16_t)strtoul((const char *)port.at, NULL, 10);
	target->redirected = true;
	data = strlen(text) + 1;
	if (data < len && len - data < sizeof(target->descriptor)) {
		memcpy(target->descriptor, text + data, len - data);
		target->descriptor[len - data] = '\0';
	}
	return true;
}

static bool dial(struct cw_ora *ora, const struct cw_ora_login *login, const struct target *target,
		 struct cw_err *err)
{
	struct cw_io io = { .fd = -1,
			    .cancel_fd = login->cancel_fd,
			    .timeout_ms = login->connect_timeout_ms };

	cw_tns_link_release(&ora->link);
	if (!cw_io_connect(&io, target->host, target->port, login->connect_timeout_ms, err))
		return false;
	cw_tns_link_init(&ora->link, &io);
	return true;
}

static bool say_connect(struct cw_ora *ora, const struct target *target, struct cw_err *err)
{
	struct cw_wr wr = { 0 };
	bool good;

	cw_tns_put_connect(&wr, target->redirected ? CW_TNS_IS_REDIRECTED : 0, CW_TNS_SDU,
			   cw_bytes_of(target->descriptor));
	good = cw_tns_link_raw(&ora->link, cw_wr_bytes(&wr), err);
	cw_wr_release(&wr);
	return good;
}

static bool accepted(struct cw_ora *ora, const struct cw_tns_packet *packet, struct cw_err *err)
{
	struct cw_tns_accept accept;

	if (!cw_tns_get_accept(packet->body, &accept, err))
		return false;
	if (accept.version < CW_TNS_VERSION_MIN)
		return cw_fail(err, CW_ERR_CONFIG, 7112,
			       "the server speaks version %u of Oracle Net, at least %u (12.1) is "
			       "needed",
			       accept.version, CW_TNS_VERSION_MIN);
	if (accept.flags0 & CW_TNS_NA_REQUIRED)
		return cw_fail(err, CW_ERR_CONFIG, 7113,
			       "the server requires native network encryption");
	cw_tns_link_agree(&ora->link, accept.version, accept.sdu);
	ora->ttc = CW_TTC_UNKNOWN;
	ora->ttc.end_of_response = accept.version >= CW_TNS_VERSION_WANTED &&
				   (accept.flags2 & CW_TNS_FLAGS2_END_OF_RESPONSE);
	return true;
}

bool ora_connect(struct cw_ora *ora, const struct cw_ora_login *login, char *ret_descriptor,
		 size_t room, struct cw_err *err)
{
	struct target target = { .port = login->port };
	struct cw_tns_packet packet;

	if (!write_descriptor(login, target.descriptor, sizeof(target.descriptor), err))
		return false;
	(void)snprintf(ret_descriptor, room, "%s", target.descriptor);
	(void)snprintf(target.host, sizeof(target.host), "%s", login->host);
	if (!dial(ora, login, &target, err))
		return false;
	for (unsigned attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
		if (!say_connect(ora, &target, err) ||
		    !cw_tns_link_packet(&ora->link, &packet, err))
			return false;
		switch (packet.type) {
		case CW_TNS_ACCEPT:
			return accepted(ora, &packet, err);
		case CW_TNS_REFUSE:
			return refused(ora, &packet, err);
		case CW_TNS_RESEND:
			break;
		case CW_TNS_REDIRECT:
			if (!read_redirect(ora, &packet, &target, err) ||
			    !dial(ora, login, &target, err))
				return false;
			break;
		default:
			return cw_fail(err, CW_ERR_DATA, 2103,
				       "a packet of type %d in answer to CONNECT", packet.type);
		}
	}
	return cw_fail(err, CW_ERR_RETRY, 7111, "sent round in a circle by the listener");
}
