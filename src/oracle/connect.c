/* connect.c - from a connect string to ACCEPT: attempts, RESEND, REDIRECT, REFUSE; see wire.h */
#include "oracle/wire.h"

#include "base/clock.h"
#include "base/tls.h"
#include "codec/net_text.h"

#include <ctype.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define ANSWERS_MAX 6 /* RESENDs and REDIRECTs together, for one login */

void ora_tell(const struct cw_ora_login *login, enum cw_ora_stage stage, int64_t since_us,
	      const char *detail, const struct cw_err *failure)
{
	if (login->watch)
		login->watch->passed(login->watch->context, stage, cw_clock_us() - since_us, detail,
				     failure);
}

void ora_deadline(struct cw_ora *ora, int64_t ms)
{
	ora->allowed_ms = ms > 0 ? ms : 0;
	ora->link.io.until_ms = ms > 0 ? cw_clock_ms() + ms : 0;
}

/* ---- the descriptor that is sent ---------------------------------------------------------- */

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

/* One address, that which is tried: a listener needs no other. */
static bool write_descriptor(struct cw_ora *ora, const struct cw_ora_login *login,
			     const struct cw_ora_description *description,
			     const struct cw_ora_address *address, struct cw_err *err)
{
	char program[64], machine[64], host_name[64] = "localhost", user[64], id[25], port[32];
	const struct passwd *account = getpwuid(getuid());
	struct cw_wr *wr = &ora->descriptor;

	(void)gethostname(host_name, sizeof(host_name) - 1);
	clean(login->program ? login->program : "causeway", program, sizeof(program));
	clean(host_name, machine, sizeof(machine));
	clean(account ? account->pw_name : "unknown", user, sizeof(user));
	base64_id(id);
	(void)snprintf(port, sizeof(port), "(PORT=%u))", (unsigned)address->port);
	cw_wr_reset(wr);
	wr->limit_bytes = CW_NET_TEXT_BYTES_MAX;
	cw_wr_text(wr, address->tls ? "(DESCRIPTION=(ADDRESS=(PROTOCOL=tcps)"
				    : "(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)");
	if (!cw_net_write_value(wr, "HOST", cw_bytes_of(address->host)))
		wr->failed = true;
	cw_wr_text(wr, port);
	cw_wr_text(wr, "(CONNECT_DATA=");
	cw_wr_text(wr, description->connect_data);
	cw_wr_text(wr, "(CID=(PROGRAM=");
	cw_wr_text(wr, program);
	cw_wr_text(wr, ")(HOST=");
	cw_wr_text(wr, machine);
	cw_wr_text(wr, ")(USER=");
	cw_wr_text(wr, user);
	cw_wr_text(wr, "))(CONNECTION_ID=");
	cw_wr_text(wr, id);
	cw_wr_text(wr, ")))");
	return !cw_wr_failed(wr) ||
	       cw_fail(err, CW_ERR_CONFIG, 7110,
		       "what the connect string says cannot stand in a descriptor");
}

/* ---- answers to CONNECT --------------------------------------------------------------------- */

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

/* One attempt: where it goes, and what is said there; redirects change both. */
struct attempt {
	const struct cw_ora_login *login;
	const struct cw_ora_description *description;
	const struct cw_ora_address *address; /* as the connect string has it */
	const struct cw_ora_otherwise *otherwise;
	char host[256];
	uint16_t port;
	bool tls;
	int64_t until_ms; /* for the ACCEPT; 0: no end */
	bool redirected;
	unsigned redirects;
	char data[CW_TNS_TEXT_BYTES_MAX + 1]; /* of a redirect */
};

/* From TCP to TCPS it may lead, never back: who asked for TLS speaks no other. */
static bool take_protocol(struct attempt *attempt, struct cw_bytes address, struct cw_err *err)
{
	struct cw_bytes protocol;
	bool tls;

	if (!cw_tns_find(address, NULL, "PROTOCOL", &protocol))
		return true;
	tls = protocol.len == 4 && strncasecmp((const char *)protocol.at, "tcps", 4) == 0;
	if (attempt->tls && !tls)
		return cw_fail(err, CW_ERR_CONFIG, 7111,
			       "redirected from TCPS to an address without TLS: %.*s",
			       (int)(address.len < 100 ? address.len : 100),
			       (const char *)address.at);
	attempt->tls = tls;
	return true;
}

static bool read_redirect(struct cw_ora *ora, const struct cw_tns_packet *packet,
			  struct attempt *attempt, struct cw_err *err)
{
	struct cw_bytes inside, host, port, address;
	char text[CW_TNS_TEXT_BYTES_MAX + 1];
	size_t len, data;

	if (!cw_tns_get_redirect(packet->body, &inside, &len, err) ||
	    !read_text(ora, inside, len, text, sizeof(text), &len, err))
		return false;
	address = (struct cw_bytes){ (const uint8_t *)text, strlen(text) };
	if (!cw_tns_find(address, NULL, "HOST", &host) ||
	    !cw_tns_find(address, NULL, "PORT", &port) || host.len == 0 ||
	    host.len >= sizeof(attempt->host) ||
	    !ora_take_port(port, &attempt->port, err))
		return cw_fail(err, CW_ERR_DATA, 7111, "redirected to nowhere: %.100s", text);
	if (!take_protocol(attempt, address, err))
		return false;
	memcpy(attempt->host, host.at, host.len);
	attempt->host[host.len] = '\0';
	attempt->redirected = true;
	attempt->redirects++;
	data = strlen(text) + 1;
	attempt->data[0] = '\0';
	if (data < len) {
		memcpy(attempt->data, text + data, len - data);
		attempt->data[len - data] = '\0';
	}
	return true;
}

static bool say_connect(struct cw_ora *ora, const struct attempt *attempt, struct cw_err *err)
{
	struct cw_bytes text = attempt->data[0] ? cw_bytes_of(attempt->data)
						: cw_wr_bytes(&ora->descriptor);
	struct cw_wr wr = { 0 };
	bool good;

	cw_tns_put_connect(&wr, attempt->redirected ? CW_TNS_IS_REDIRECTED : 0,
			   ora->services.offered, attempt->description->sdu, text);
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
			       "the server speaks version %u of Oracle Net, at least %u (11.2) is "
			       "needed",
			       accept.version, CW_TNS_VERSION_MIN);
	if (!ora_services_accepted(ora, &accept, err))
		return false;
	cw_tns_link_agree(&ora->link, accept.version, accept.sdu);
	ora->ttc = CW_TTC_UNKNOWN;
	ora->ttc.end_of_response = accept.version >= CW_TNS_VERSION_WANTED &&
				   (accept.flags2 & CW_TNS_FLAGS2_END_OF_RESPONSE);
	ora->is_fast = accept.version >= CW_TNS_VERSION_WANTED &&
		       (accept.flags2 & CW_TNS_FLAGS2_FAST_AUTH);
	return true;
}

/* ---- name, TCP, TLS ------------------------------------------------------------------------- */

static int64_t left_ms(const struct attempt *attempt)
{
	int64_t left = attempt->until_ms - cw_clock_ms(), tcp = attempt->description->tcp_timeout_ms;

	if (attempt->until_ms == 0)
		return tcp;
	left = left > 0 ? left : 1;
	return left < tcp ? left : tcp;
}

/* The first of the name's addresses that answers. */
static bool dial_tcp(struct cw_ora *ora, const struct attempt *attempt,
		     const struct cw_io_found *found, unsigned *ret_index, struct cw_err *err)
{
	struct cw_io io = { .fd = -1, .cancel_fd = attempt->login->cancel_fd };
	int64_t since_us = cw_clock_us();
	char shown[CW_IO_SHOWN_BYTES] = "";

	for (unsigned i = 0; i < found->count; i++) {
		cw_io_show(found, i, shown);
		if (cw_io_connect_to(&io, found, i, (int)left_ms(attempt), err)) {
			if (attempt->description->expire_minutes > 0)
				cw_io_keepalive(&io,
						(int)attempt->description->expire_minutes * 60);
			cw_tns_link_init(&ora->link, &io);
			ora->link.io.until_ms = attempt->until_ms;
			*ret_index = i;
			ora_tell(attempt->login, CW_ORA_TCP, since_us, shown, NULL);
			return true;
		}
		(void)cw_err_add(err, "%s", shown);
		ora_tell(attempt->login, CW_ORA_TCP, since_us, shown, err);
		if (err->kind == CW_ERR_CANCELLED)
			return false;
	}
	return false;
}

static bool check_suites(const struct attempt *attempt, struct cw_err *err)
{
	return !attempt->otherwise->cipher_suites ||
	       cw_fail(err, CW_ERR_CONFIG, 7115,
		       "SSL_CIPHER_SUITES of sqlnet.ora is not supported: OpenSSL's own "
		       "configuration says which are allowed");
}

static bool shake_hands(struct cw_ora *ora, const struct attempt *attempt, bool is_loopback,
			struct cw_err *err)
{
	struct ora_tls_wish wish = {
		.description = attempt->description,
		.host = attempt->host,
		.is_loopback = is_loopback,
		.wallet = attempt->description->tls.wallet ? attempt->description->tls.wallet
			  : attempt->login->wallet	   ? attempt->login->wallet
							   : attempt->otherwise->wallet,
		.wallet_password = attempt->login->wallet_password,
	};
	int64_t since_us = cw_clock_us();
	char shown[160];

	if (!attempt->tls)
		return true;
	if (!check_suites(attempt, err) || !ora_tls_start(&ora->link.io, &wish, err)) {
		ora_tell(attempt->login, CW_ORA_TLS, since_us, "", err);
		return false;
	}
	ora_tls_show(&ora->link.io, shown, sizeof(shown));
	ora_tell(attempt->login, CW_ORA_TLS, since_us, shown, NULL);
	return true;
}

static bool dial(struct cw_ora *ora, const struct attempt *attempt, bool *ret_loopback,
		 struct cw_err *err)
{
	const struct cw_io io = { .fd = -1,
				  .cancel_fd = attempt->login->cancel_fd,
				  .until_ms = attempt->until_ms };
	int64_t since_us = cw_clock_us();
	struct cw_io_found found;
	unsigned index;
	char shown[64];

	cw_tns_link_release(&ora->link);
	if (!cw_io_find(&io, attempt->host, attempt->port, &found, err)) {
		ora_tell(attempt->login, CW_ORA_NAME, since_us, attempt->host, err);
		return false;
	}
	(void)snprintf(shown, sizeof(shown), "%.32s: %u address%s", attempt->host, found.count,
		       found.count == 1 ? "" : "es");
	ora_tell(attempt->login, CW_ORA_NAME, since_us, shown, NULL);
	if (!dial_tcp(ora, attempt, &found, &index, err))
		return false;
	*ret_loopback = cw_io_is_loopback(&found, index);
	return shake_hands(ora, attempt, *ret_loopback, err);
}

/* ---- one attempt ---------------------------------------------------------------------------- */

/* RESEND, on a link with TLS perhaps with the wish to begin that anew. */
static bool resend(struct cw_ora *ora, const struct attempt *attempt,
		   const struct cw_tns_packet *packet, bool is_loopback, struct cw_err *err)
{
	if (!attempt->tls || !(packet->flags & CW_TNS_TLS_AGAIN))
		return true;
	cw_tls_drop(&ora->link.io);
	return shake_hands(ora, attempt, is_loopback, err);
}

static bool ask_listener(struct cw_ora *ora, struct attempt *attempt, bool is_loopback,
			 struct cw_err *err)
{
	struct cw_tns_packet packet;

	for (unsigned i = 0; i < ANSWERS_MAX; i++) {
		if (!say_connect(ora, attempt, err) ||
		    !cw_tns_link_packet(&ora->link, &packet, err))
			return false;
		switch (packet.type) {
		case CW_TNS_ACCEPT:
			return accepted(ora, &packet, err);
		case CW_TNS_REFUSE:
			return refused(ora, &packet, err);
		case CW_TNS_RESEND:
			if (!resend(ora, attempt, &packet, is_loopback, err))
				return false;
			break;
		case CW_TNS_REDIRECT:
			if (!read_redirect(ora, &packet, attempt, err) ||
			    !dial(ora, attempt, &is_loopback, err))
				return false;
			break;
		default:
			return cw_fail(err, CW_ERR_DATA, 2103,
				       "a packet of type %d in answer to CONNECT", packet.type);
		}
	}
	return cw_fail(err, CW_ERR_RETRY, 7111, "sent round in a circle by the listener");
}

static void note_where(struct cw_ora *ora, const struct attempt *attempt)
{
	const struct cw_ora_description *description = attempt->description;
	bool six = strchr(attempt->host, ':') != NULL;

	(void)snprintf(ora->where, sizeof(ora->where), "%s%s%s%s:%u/%s",
		       attempt->tls ? "tcps://" : "", six ? "[" : "", attempt->host, six ? "]" : "",
		       (unsigned)attempt->port,
		       description->service ? description->service
		       : description->sid   ? description->sid
					    : "");
}

static bool try_address(struct cw_ora *ora, struct attempt *attempt, struct cw_err *err)
{
	int64_t since_us, allowed_ms = attempt->description->connect_timeout_ms
					       ? attempt->description->connect_timeout_ms
					       : attempt->login->connect_timeout_ms;
	char detail[96];
	bool is_loopback;

	(void)snprintf(attempt->host, sizeof(attempt->host), "%s", attempt->address->host);
	attempt->port = attempt->address->port;
	attempt->tls = attempt->address->tls;
	attempt->until_ms = allowed_ms > 0 ? cw_clock_ms() + allowed_ms : 0;
	attempt->redirected = false;
	attempt->redirects = 0;
	attempt->data[0] = '\0';
	note_where(ora, attempt);
	if (strlen(attempt->address->host) >= sizeof(attempt->host))
		return cw_fail(err, CW_ERR_CONFIG, 7110, "a host name of more than %zu characters",
			       sizeof(attempt->host) - 1);
	if (!ora_services_wanted(ora, attempt->login, attempt->description,
				 &attempt->otherwise->network, attempt->tls, err))
		return false;
	if (!write_descriptor(ora, attempt->login, attempt->description, attempt->address, err) ||
	    !dial(ora, attempt, &is_loopback, err))
		return false;
	since_us = cw_clock_us();
	if (!ask_listener(ora, attempt, is_loopback, err)) {
		if (!attempt->tls && (err->code == 1203 || err->native == ECONNRESET))
			(void)cw_err_add(err, "no answer to CONNECT (is it the port of tcps?)");
		if (err->code == 1212)
			(void)cw_err_add(err, "after the handshake (a server that wants a client "
					      "certificate says so only now: see wallet_location)");
		ora_tell(attempt->login, CW_ORA_LISTENER, since_us, "", err);
		return false;
	}
	note_where(ora, attempt); /* where the redirects led */
	(void)snprintf(detail, sizeof(detail), "%u redirects, packets of %u bytes",
		       attempt->redirects, ora->link.sdu);
	ora_tell(attempt->login, CW_ORA_LISTENER, since_us, detail, NULL);
	return true;
}

/* ---- all of them ------------------------------------------------------------------------------ */

static unsigned roll(void *context, unsigned sides)
{
	uint32_t drawn = 0;

	(void)context;
	(void)getrandom(&drawn, sizeof(drawn), 0);
	return drawn % sides;
}

static bool pause_before_retry(const struct cw_ora_login *login, unsigned seconds,
			       struct cw_err *err)
{
	struct cw_err waited = { 0 };

	if (seconds == 0 || cw_io_wait(-1, 0, login->cancel_fd, (int)seconds * 1000, &waited) ||
	    waited.code == 1201)
		return true;
	*err = waited;
	return false;
}

/* Would it be the same a second time?  A listener may come to know a service. */
static bool is_final(const struct cw_err *err)
{
	return err->kind == CW_ERR_CONFIG && err->code != 7101 && err->code != 1205;
}

static bool try_description(struct cw_ora *ora, struct attempt *attempt, unsigned *tried,
			    struct cw_err *err)
{
	const struct cw_ora_address *address[CW_ORA_ADDRESSES_MAX];
	const struct cw_ora_description *description = attempt->description;
	unsigned count = cw_ora_destination_order(description, roll, NULL, address);

	for (unsigned again = 0; again <= description->retry_count; again++) {
		if (again > 0 && is_final(err))
			return false;
		if (again > 0 &&
		    !pause_before_retry(attempt->login, description->retry_delay_s, err))
			return false;
		for (unsigned i = 0; i < count; i++) {
			attempt->address = address[i];
			++*tried;
			if (try_address(ora, attempt, err))
				return true;
			if (err->kind == CW_ERR_CANCELLED)
				return false;
		}
	}
	return false;
}

bool ora_connect(struct cw_ora *ora, const struct cw_ora_login *login,
		 const struct cw_ora_destination *destination, struct cw_err *err)
{
	const struct cw_ora_description *description[CW_ORA_ADDRESSES_MAX];
	unsigned count = cw_ora_description_order(destination, roll, NULL, description), tried = 0;
	struct attempt *attempt = calloc(1, sizeof(*attempt));
	bool done = false;

	if (!attempt)
		abort();
	attempt->login = login;
	attempt->otherwise = &destination->otherwise;
	for (unsigned i = 0; i < count && !done; i++) {
		attempt->description = description[i];
		done = try_description(ora, attempt, &tried, err);
		if (!done && err->kind == CW_ERR_CANCELLED)
			break;
	}
	free(attempt);
	if (!done && tried > 1)
		(void)cw_err_add(err, "%u attempts, the last", tried);
	return done;
}
