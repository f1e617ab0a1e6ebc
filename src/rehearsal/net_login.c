/* net_login.c - from CONNECT to a session: negotiation and login, the server's side */
#include "codec/ttc_connect.h"
#include "rehearsal/knob.h"
#include "rehearsal/net_ano.h"
#include "rehearsal/profile.h"

#include "base/clock.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What the client said on its way in. */
struct entrance {
	char text[CW_TNS_TEXT_BYTES_MAX + 1]; /* the descriptor */
	char service[128];
	char client[256]; /* whom a proxy goes on as; "": itself */
	uint32_t mode;
	int grace_days;
	char user[256], program[128], machine[128], os_user[128], terminal[64], pid[32],
		driver[128];
	uint32_t flags2; /* of ACCEPT */
	struct cw_ttc_data_types types;
	struct net_services services;
	struct cw_ttc_auth second; /* the arena's: until the next message */
};

static void copy_text(char *to, size_t room, struct cw_bytes from)
{
	size_t len = from.len < room - 1 ? from.len : room - 1;

	if (len)
		memcpy(to, from.at, len);
	to[len] = '\0';
}

/* ---- Oracle Net --------------------------------------------------------------- */

static bool read_connect(struct net_conn *conn, struct entrance *in, struct cw_tns_connect *ret)
{
	struct cw_tns_packet packet;
	struct cw_err err;

	if (!cw_tns_link_packet(&conn->link, &packet, &err) || packet.type != CW_TNS_CONNECT ||
	    !cw_tns_get_connect(packet.body, ret, &err))
		return false;
	copy_text(in->text, sizeof(in->text), ret->text);
	if (ret->text.len > 0 || ret->text_len == 0)
		return true;
	if (!cw_tns_link_packet(&conn->link, &packet, &err) || packet.type != CW_TNS_DATA ||
	    packet.body.len < 2 || packet.body.len - 2 > CW_TNS_TEXT_BYTES_MAX)
		return false;
	copy_text(in->text, sizeof(in->text),
		  (struct cw_bytes){ packet.body.at + 2, packet.body.len - 2 });
	return true;
}

static bool send_packets(struct net_conn *conn, struct cw_wr *wr)
{
	struct cw_err err;
	bool ok = !cw_wr_failed(wr) && cw_tns_link_raw(&conn->link, cw_wr_bytes(wr), &err);

	cw_wr_release(wr);
	return ok;
}

static bool refuse(struct net_conn *conn, const struct rh_session_facts *facts, int code)
{
	struct cw_wr wr = { .limit_bytes = 4096 };

	cw_tns_put_refuse(&wr, facts->profile->version_no, (uint32_t)code);
	(void)send_packets(conn, &wr);
	return false;
}

/* CONNECT, once more where the release asks for it; @in has its text. */
static bool hear_connect(struct net_conn *conn, const struct rh_profile *profile,
			 struct entrance *in, struct cw_tns_connect *ret)
{
	struct cw_wr wr = { .limit_bytes = 64 };

	if (!read_connect(conn, in, ret))
		return false;
	if (!profile->resend)
		return true;
	cw_tns_put_resend(&wr);
	return send_packets(conn, &wr) && read_connect(conn, in, ret);
}

/* Version, packet size and flags 2 of ACCEPT; older clients are not told what they do not know. */
static void settle(const struct net_conn *conn, const struct rh_session_facts *facts,
		   const struct cw_tns_connect *connect, struct cw_tns_accept *ret)
{
	const struct rh_profile *profile = facts->profile;
	uint32_t sdu = connect->sdu < conn->sdu ? connect->sdu : conn->sdu;

	ret->version =
		connect->version < profile->net_version ? connect->version : profile->net_version;
	if (ret->version < CW_TNS_VERSION_WIDE && sdu > UINT16_MAX)
		sdu = UINT16_MAX;
	ret->sdu = ret->tdu = sdu;
	if (ret->version < CW_TNS_VERSION_WANTED) /* */
		return;
	ret->flags2 = profile->accept_flags2;
	ret->instance = (struct cw_bytes){ (const uint8_t *)facts->db_name, 16 };
}

static bool names_another_instance(struct cw_bytes text, const struct rh_session_facts *facts)
{
	char name[sizeof(facts->instance_name)];
	struct cw_bytes instance;

	if (!cw_tns_find(text, "CONNECT_DATA", "INSTANCE_NAME", &instance))
		return false;
	copy_text(name, sizeof(name), instance);
	return strcasecmp(name, facts->instance_name) != 0;
}

static bool accept_connect(struct net_conn *conn, struct entrance *in)
{
	struct cw_bytes text, service = { NULL, 0 };
	struct cw_tns_connect connect;
	struct cw_tns_accept accept = { .options = 1 };
	struct rh_session_facts facts;
	struct rh_error error = { 0 };
	struct cw_wr wr = { .limit_bytes = 4096 };
	struct cw_err err;
	bool by_sid;

	rh_server_facts(conn->server, &facts);
	if (!hear_connect(conn, facts.profile, in, &connect))
		return false;
	if (!net_services_read(facts.folder, &in->services, &err)) {
		cw_log_err("net.sqlnet_ora", &err);
		return refuse(conn, &facts, 12699);
	}
	text = cw_bytes_of(in->text);
	by_sid = !cw_tns_find(text, NULL, "SERVICE_NAME", &service) &&
		 cw_tns_find(text, NULL, "SID", &service);
	copy_text(in->service, sizeof(in->service), service);
	if (!rh_service_check(conn->server, in->service, &error))
		return refuse(conn, &facts, error.code == 12514 && by_sid ? 12505 : error.code);
	if (names_another_instance(text, &facts))
		return refuse(conn, &facts, 12521);
	if (connect.version_min > facts.profile->net_version)
		return refuse(conn, &facts, 12618);
	settle(conn, &facts, &connect, &accept);
	accept.flags0 = net_services_flags(&in->services, &connect);
	if (accept.sdu < 512)
		return refuse(conn, &facts, 12592);
	cw_tns_put_accept(&wr, &accept);
	if (!send_packets(conn, &wr))
		return false;
	in->flags2 = accept.flags2;
	cw_tns_link_agree(&conn->link, accept.version, accept.sdu);
	return true;
}

/* ---- negotiation ---------------------------------------------------------------- */

static void await_message(struct net_conn *conn, struct cw_ttc_in *in)
{
	cw_arena_reset(&conn->arena);
	cw_tns_link_listen(&conn->link, &conn->ttc, &conn->arena, in);
}

/* PROTOCOL and DATA_TYPES have no end of response, whatever was agreed on. */
static bool send_message(struct net_conn *conn)
{
	struct cw_err err;

	return cw_tns_link_send(&conn->link, 0, &err);
}

/* What clients with network services say first; then *in is what follows. */
static bool begin(struct net_conn *conn, const struct entrance *entrance, struct cw_ttc_in *in)
{
	await_message(conn, in);
	if (!cw_rd_fill(&in->rd))
		return false;
	if (!cw_ano_begins((struct cw_bytes){ in->rd.at, cw_rd_left(&in->rd) }))
		return !net_services_required(&entrance->services);
	if (!net_services_agree(conn, &entrance->services, in))
		return false;
	await_message(conn, in);
	return cw_rd_fill(&in->rd);
}

static void agree(struct net_conn *conn, const struct entrance *entrance, uint8_t field_version)
{
	struct cw_ttc_caps caps;

	(void)cw_ttc_server_caps(field_version, &caps);
	cw_ttc_agree(&entrance->types, &caps, &conn->ttc);
	if (!(entrance->flags2 & CW_TNS_FLAGS2_END_OF_RESPONSE))
		conn->ttc.end_of_response = false;
}

static void put_protocol(struct net_conn *conn, struct cw_wr *wr, uint8_t field_version)
{
	struct rh_session_facts facts;

	rh_server_facts(conn->server, &facts);
	cw_ttc_put_protocol_answer(wr, field_version, facts.charset);
}

/* Then *in is what follows. */
static bool answer_protocol(struct net_conn *conn, uint8_t field_version, struct cw_ttc_in *in)
{
	put_protocol(conn, cw_tns_link_write(&conn->link), field_version);
	if (!send_message(conn))
		return false;
	await_message(conn, in);
	return cw_rd_fill(&in->rd);
}

static bool answer_data_types(struct net_conn *conn, struct entrance *entrance,
			      uint8_t field_version, struct cw_ttc_in *in)
{
	cw_ttc_get_data_types_request(in, &entrance->types);
	if (cw_ttc_failed(in))
		return false;
	agree(conn, entrance, field_version);
	cw_ttc_put_data_types_answer(cw_tns_link_write(&conn->link), &entrance->types);
	return send_message(conn);
}

/* ---- login ------------------------------------------------------------------------ */

/* AUTH of either phase; @in stands in front of it. */
static bool get_auth(struct net_conn *conn, unsigned function, struct cw_ttc_in *in,
		     struct cw_ttc_auth *ret)
{
	struct cw_ttc_call call;

	cw_ttc_get_call(in, &call);
	if (cw_ttc_failed(in) || call.message != CW_TTC_FUNCTION || call.function != function)
		return false;
	conn->sequence++;
	conn->call_number = call.sequence;
	cw_ttc_get_auth(in, ret);
	return !cw_ttc_failed(in);
}

static void note_client(struct entrance *in, const struct cw_ttc_auth *auth)
{
	copy_text(in->user, sizeof(in->user), auth->user);
	copy_text(in->program, sizeof(in->program),
		  cw_ttc_auth_value(auth, "AUTH_PROGRAM_NM", NULL));
	copy_text(in->machine, sizeof(in->machine), cw_ttc_auth_value(auth, "AUTH_MACHINE", NULL));
	copy_text(in->os_user, sizeof(in->os_user), cw_ttc_auth_value(auth, "AUTH_SID", NULL));
	copy_text(in->terminal, sizeof(in->terminal),
		  cw_ttc_auth_value(auth, "AUTH_TERMINAL", NULL));
	copy_text(in->pid, sizeof(in->pid), cw_ttc_auth_value(auth, "AUTH_PID", NULL));
}

static struct cw_ttc_error plain_success(const struct net_conn *conn)
{
	return (struct cw_ttc_error){ .call_status = CW_CALL_IDLE,
				      .sequence = conn->sequence,
				      .call_number = conn->call_number };
}

/* ERROR, and nothing more: the connection ends.  Always false. */
static bool deny(struct net_conn *conn, int code, const char *text)
{
	struct cw_ttc_error error = plain_success(conn);
	char line[600];

	(void)snprintf(line, sizeof(line), "%s", text);
	error.number = (uint32_t)code;
	error.text = cw_bytes_of(line);
	cw_ttc_put_error(cw_tns_link_write(&conn->link), &conn->ttc, &error);
	(void)net_send_now(conn);
	return false;
}

static bool put_challenge(struct net_conn *conn, struct entrance *entrance, struct cw_wr *wr)
{
	struct cw_ttc_error done = plain_success(conn);

	if (!net_put_challenge(conn, entrance->user, wr))
		return false;
	cw_ttc_put_error(wr, &conn->ttc, &done);
	return net_send_now(conn);
}

static bool challenge_client(struct net_conn *conn, struct entrance *entrance)
{
	struct cw_ttc_auth auth;
	struct cw_ttc_in in;

	await_message(conn, &in);
	if (!get_auth(conn, CW_FN_AUTH_PHASE_ONE, &in, &auth))
		return false;
	note_client(entrance, &auth);
	return put_challenge(conn, entrance, cw_tns_link_write(&conn->link));
}

/*
 * PROTOCOL, DATA_TYPES and AUTH in one request, and in one answer, since 23ai.  From the
 * field version on the request is written for that one.
 * Some ask for PROTOCOL alone before it, to learn the field version (seerdb's client).
 * Source: sessions/fetch_df of the recordings; python-oracledb messages/fast_auth.pyx.
 */
static bool answer_fast_auth(struct net_conn *conn, struct entrance *entrance,
			     uint8_t field_version, struct cw_ttc_in *in)
{
	struct cw_ttc_auth auth;
	struct cw_bytes name;
	struct cw_wr *wr;

	cw_ttc_skip_raw(in, 4); /* the message, its version, two flags */
	cw_ttc_get_protocol_request(in, &name);
	cw_ttc_skip_raw(in, 5); /* the server's character sets and flags, not known yet */
	conn->ttc.field_version = cw_ttc_get_u8(in);
	cw_ttc_get_data_types_request(in, &entrance->types);
	conn->ttc.chr_raw = cw_ttc_chr_is_raw(&entrance->types); /* AUTH is spelled so: ojdbc */
	if (cw_ttc_failed(in) || !get_auth(conn, CW_FN_AUTH_PHASE_ONE, in, &auth))
		return false;
	note_client(entrance, &auth);
	agree(conn, entrance, field_version);
	wr = cw_tns_link_write(&conn->link);
	put_protocol(conn, wr, field_version);
	cw_ttc_put_data_types_answer(wr, &entrance->types);
	return put_challenge(conn, entrance, wr);
}

/* What the client remembers of the server is so. */
static bool remembers(const struct cw_ttc_cookie *cookie, uint8_t field_version)
{
	struct cw_ttc_caps caps;

	(void)cw_ttc_server_caps(field_version, &caps);
	return cookie->caps.compile_len == caps.compile_len &&
	       memcmp(cookie->caps.compile, caps.compile, caps.compile_len) == 0;
}

/*
 * A client that remembers the answer to PROTOCOL gets none: DATA TYPES is answered, then AUTH
 * .  One whose memory is of another server is not heard any longer.
 */
static bool answer_cookie(struct net_conn *conn, struct entrance *entrance, uint8_t field_version,
			  struct cw_ttc_in *in)
{
	struct cw_pass reading = cw_pass_reading(in);
	struct cw_ttc_cookie cookie = { 0 };
	struct cw_ttc_auth auth;
	struct cw_wr *wr;

	cw_ttc_skip_raw(in, 1);
	cw_ttc_pass_cookie(&reading, &cookie);
	cw_ttc_get_data_types_request(in, &entrance->types);
	if (cw_ttc_failed(in) || !remembers(&cookie, field_version))
		return false;
	agree(conn, entrance, field_version);
	if (!get_auth(conn, CW_FN_AUTH_PHASE_ONE, in, &auth))
		return false;
	note_client(entrance, &auth);
	wr = cw_tns_link_write(&conn->link);
	cw_ttc_put_data_types_answer(wr, &entrance->types);
	return put_challenge(conn, entrance, wr);
}

static bool meet(struct net_conn *conn, struct entrance *entrance, uint8_t field_version)
{
	struct cw_bytes name;
	struct cw_ttc_in in;

	if (!begin(conn, entrance, &in))
		return false;
	if (*in.rd.at != CW_TTC_FAST_AUTH) {
		cw_ttc_get_protocol_request(&in, &name);
		if (cw_ttc_failed(&in))
			return false;
		if (cw_rd_left(&in.rd) > 0 && *in.rd.at == CW_TTC_COOKIE)
			return answer_cookie(conn, entrance, field_version, &in);
		if (!answer_protocol(conn, field_version, &in))
			return false;
	}
	if (entrance->flags2 & CW_TNS_FLAGS2_FAST_AUTH && *in.rd.at == CW_TTC_FAST_AUTH)
		return answer_fast_auth(conn, entrance, field_version, &in);
	return answer_data_types(conn, entrance, field_version, &in) &&
	       challenge_client(conn, entrance);
}

/* The password is right and the account may be used. */
static bool check_password(struct net_conn *conn, struct entrance *entrance)
{
	struct rh_error error = { 0 };
	struct rh_verifier verifier;
	struct cw_ttc_auth auth;
	struct cw_ttc_in in;

	await_message(conn, &in);
	if (!get_auth(conn, CW_FN_AUTH_PHASE_TWO, &in, &auth))
		return false;
	copy_text(entrance->driver, sizeof(entrance->driver),
		  cw_ttc_auth_value(&auth, "SESSION_CLIENT_DRIVER_NAME", NULL));
	copy_text(entrance->client, sizeof(entrance->client),
		  cw_ttc_auth_value(&auth, "PROXY_CLIENT_NAME", NULL));
	entrance->mode = auth.mode;
	entrance->second = auth;
	if (!net_check_proof(conn, entrance->user, &auth, &verifier, &error))
		return deny(conn, error.code, error.text);
	entrance->grace_days = verifier.grace_days;
	if (entrance->client[0] &&
	    !rh_proxy_check(conn->server, entrance->user, entrance->client, &error))
		return deny(conn, error.code, error.text);
	copy_text(conn->user, sizeof(conn->user), cw_bytes_of(entrance->user));
	return true;
}

/* Before the pairs, and the login goes on. */
static void warn_of_expiry(struct net_conn *conn, struct cw_wr *wr, int days)
{
	struct cw_pass pass = cw_pass_writing(wr, &conn->ttc);
	struct cw_ttc_warning warning = { .number = 28002 };
	char text[96];

	(void)snprintf(text, sizeof(text), "ORA-28002: the password will expire within %d days\n",
		       days);
	warning.text = cw_bytes_of(text);
	warning.text_len = (uint16_t)warning.text.len;
	cw_wr_u8(wr, CW_TTC_WARNING);
	cw_ttc_pass_warning(&pass, &warning);
}

/* "2026-07-03 13:54:35.000000000 +00:00" */
static void put_start_time(int64_t wall_us, char *ret, size_t room)
{
	time_t seconds = (time_t)(wall_us / 1000000);
	struct tm at;
	size_t len;

	gmtime_r(&seconds, &at);
	len = strftime(ret, room, "%Y-%m-%d %H:%M:%S", &at);
	(void)snprintf(ret + len, room - len, ".000000000 +00:00");
}

/* What the pairs are made of, and room for their texts. */
struct session_data {
	struct rh_session_facts facts;
	char proof[CW_LOGIN_PROOF_DIGITS + 1], version[16], sid[16], serial[16], user_id[16],
		cursors[16], names[16], instance[16], pid[16], dbid[24], start_time[40], metrics[256];
};

static bool gather(struct net_conn *conn, struct session_data *ret)
{
	struct rh_session_facts *facts = &ret->facts;
	struct cw_err err;

	rh_session_facts(conn->session, facts);
	(void)snprintf(ret->names, sizeof(ret->names), "%u", rh_profile_name_bytes(facts->profile));
	(void)snprintf(ret->version, sizeof(ret->version), "%u", facts->profile->version_no);
	(void)snprintf(ret->sid, sizeof(ret->sid), "%u", facts->sid);
	(void)snprintf(ret->serial, sizeof(ret->serial), "%u", facts->serial);
	(void)snprintf(ret->user_id, sizeof(ret->user_id), "%u", facts->user_id);
	(void)snprintf(ret->cursors, sizeof(ret->cursors), "%u", NET_CURSORS_MAX);
	(void)snprintf(ret->instance, sizeof(ret->instance), "%u", facts->instance);
	(void)snprintf(ret->pid, sizeof(ret->pid), "%ld", (long)getpid());
	(void)snprintf(ret->dbid, sizeof(ret->dbid), "%" PRIu64, facts->dbid);
	(void)snprintf(ret->metrics, sizeof(ret->metrics),
		       "%%\"eventType=database/event/servicemetrics/%s\"", facts->service_name);
	put_start_time(facts->start_wall_us, ret->start_time, sizeof(ret->start_time));
	return cw_login_prove(&conn->login.combo, ret->proof, &err);
}

#define PAIRS_MAX 64

/* Keys with a dot at their end carry a NUL there. */
static void put_pairs(struct net_conn *conn, struct cw_wr *wr, const char *pairs[][2],
		      uint32_t count)
{
	struct cw_ttc_pair pair[PAIRS_MAX];
	char keys[PAIRS_MAX][32];

	for (uint32_t i = 0; i < count; i++) {
		size_t len = strlen(pairs[i][0]);

		copy_text(keys[i], sizeof(keys[i]), cw_bytes_of(pairs[i][0]));
		if (keys[i][len - 1] == '.')
			keys[i][len - 1] = '\0';
		pair[i] = (struct cw_ttc_pair){ { (const uint8_t *)keys[i], len },
						cw_bytes_of(pairs[i][1]),
						0 };
	}
	cw_ttc_put_auth_answer(wr, &conn->ttc, pair, count);
}

/* The pairs of XE 18c's answer, in its order; go-oracledb wants AUTH_DB_MOUNT_ID of every server. */
bool net_put_session_data(struct net_conn *conn, struct cw_wr *wr)
{
	struct session_data data;
	const struct rh_session_facts *facts = &data.facts;
	const char *pairs[][2] = {
		{ "AUTH_VERSION_STRING", NULL },
		{ "AUTH_VERSION_SQL", NULL },
		{ "AUTH_XACTION_TRAITS", "3" },
		{ "AUTH_VERSION_NO", data.version },
		{ "AUTH_VERSION_STATUS", "0" },
		{ "AUTH_CAPABILITY_TABLE", "" },
		{ "AUTH_DBNAME", facts->db_name },
		{ "AUTH_DB_MOUNT_ID.", data.dbid },
		{ "AUTH_DB_ID.", data.dbid },
		{ "AUTH_USER_ID", data.user_id },
		{ "AUTH_SESSION_ID", data.sid },
		{ "AUTH_SERIAL_NUM", data.serial },
		{ "AUTH_INSTANCE_NO", data.instance },
		{ "AUTH_FAILOVER_ID", "1" },
		{ "AUTH_SERVER_PID", data.pid },
		{ "AUTH_SC_SERVER_HOST", facts->host },
		{ "AUTH_SC_DBUNIQUE_NAME", facts->db_name },
		{ "AUTH_SC_INSTANCE_NAME", facts->instance_name },
		{ "AUTH_SC_INSTANCE_ID", data.instance },
		{ "AUTH_SC_INSTANCE_START_TIME", data.start_time },
		{ "AUTH_SC_DB_DOMAIN", "" },
		{ "AUTH_SC_SERVICE_NAME", facts->service_name },
		{ "AUTH_ONS_RLB_SUBSCR_PATTERN", data.metrics },
		{ "AUTH_ONS_HA_SUBSCR_PATTERN",
		  "(\"eventType=database/event/service\") | (\"eventType=database/event/host\")" },
		{ "AUTH_FAILOVER_RESTORE", "0" },
		{ "AUTH_INSTANCENAME", facts->instance_name },
		{ "AUTH_NLS_LXLAN.", "AMERICAN" },
		{ "AUTH_NLS_LXCTERRITORY.", "AMERICA" },
		{ "AUTH_NLS_LXCCURRENCY.", "$" },
		{ "AUTH_NLS_LXCISOCURR.", "AMERICA" },
		{ "AUTH_NLS_LXCNUMERICS.", ".," },
		{ "AUTH_NLS_LXCDATEFM.", "DD-MON-RR" },
		{ "AUTH_NLS_LXCDATELANG.", "AMERICAN" },
		{ "AUTH_NLS_LXCSORT.", "BINARY" },
		{ "AUTH_NLS_LXCCALENDAR.", "GREGORIAN" },
		{ "AUTH_NLS_LXCUNIONCUR.", "$" },
		{ "AUTH_NLS_LXCTIMEFM.", "HH.MI.SSXFF AM" },
		{ "AUTH_NLS_LXCSTMPFM.", "DD-MON-RR HH.MI.SSXFF AM" },
		{ "AUTH_NLS_LXCTTZNFM.", "HH.MI.SSXFF AM TZR" },
		{ "AUTH_NLS_LXCSTZNFM.", "DD-MON-RR HH.MI.SSXFF AM TZR" },
		{ "AUTH_SVR_RESPONSE", data.proof },
		{ "AUTH_MAX_OPEN_CURSORS", data.cursors },
		{ "AUTH_PDB_UID.", data.dbid },
		{ "AUTH_MAX_IDEN_LENGTH", data.names },
	};
	_Static_assert(CW_ARRAY_LEN(pairs) <= PAIRS_MAX, "room for the pairs");

	if (!gather(conn, &data))
		return false;
	pairs[0][1] = facts->profile->version_string;
	pairs[1][1] = facts->profile->version_sql;
	put_pairs(conn, wr, pairs, CW_ARRAY_LEN(pairs));
	return true;
}

static bool welcome(struct net_conn *conn, const struct entrance *in)
{
	struct cw_ttc_error done = plain_success(conn);
	struct cw_wr *wr = cw_tns_link_write(&conn->link);

	if (in->grace_days >= 0)
		warn_of_expiry(conn, wr, in->grace_days);
	if (!net_put_session_data(conn, wr))
		return false;
	cw_ttc_put_error(wr, &conn->ttc, &done);
	return net_send_now(conn);
}

/* Application context comes in threes: namespace, attribute, value. */
static bool take_contexts(struct net_conn *conn, const struct cw_ttc_auth *auth)
{
	struct rh_error error = { 0 };

	for (uint32_t i = 0; i + 2 < auth->pair_count; i++) {
		const struct cw_ttc_pair *pair = &auth->pair[i];

		if (cw_ttc_is_key(pair[0].key, "AUTH_APPCTX_NSPACE") &&
		    cw_ttc_is_key(pair[1].key, "AUTH_APPCTX_ATTR") &&
		    cw_ttc_is_key(pair[2].key, "AUTH_APPCTX_VALUE") &&
		    !rh_set_context(conn->session, pair[0].value, pair[1].value, pair[2].value,
				    &error))
			return deny(conn, error.code, error.text);
	}
	return true;
}

static bool open_session(struct net_conn *conn, const struct entrance *in)
{
	struct rh_client_info client = {
		.user = in->client[0] ? in->client : in->user,
		.proxy = in->client[0] ? in->user : "",
		.program = in->program,
		.machine = in->machine,
		.os_user = in->os_user,
		.terminal = in->terminal,
		.pid = in->pid,
		.driver = in->driver,
		.service = in->service,
		.cipher = conn->cipher,
		.checksum = conn->checksum,
		.sysdba = in->mode & CW_AUTH_SYSDBA,
	};
	struct rh_error error = { 0 };

	if (!client.sysdba && rh_knob(conn->knobs, RH_KNOB_ARCHIVER, client.user, NULL))
		return deny(conn, 257,
			    "ORA-00257: Archiver error. Connect AS SYSDBA only until resolved.");
	if (!rh_session_open(conn->server, &client, &conn->session, &error))
		return deny(conn, error.code, error.text);
	rh_session_register_fd(conn->session, conn->link.io.fd);
	return take_contexts(conn, &in->second);
}

/* From here on the client may fold the login's key into that of the network encryption. */
static bool expect_fold(struct net_conn *conn, const struct cw_login_server *login)
{
	struct cw_err err;

	return !conn->link.seal ||
	       cw_ano_seal_fold(conn->link.seal,
				(struct cw_bytes){ login->combo.key, login->combo.len }, &err);
}

bool net_login(struct net_conn *conn)
{
	struct entrance *in = calloc(1, sizeof(*in));
	struct rh_session_facts facts;
	bool ok;

	if (!in)
		abort();
	rh_server_facts(conn->server, &facts);
	conn->link.io.timeout_ms = NET_CONNECT_TIMEOUT_MS;
	ok = accept_connect(conn, in) && meet(conn, in, facts.profile->field_version) &&
	     check_password(conn, in) && open_session(conn, in) && welcome(conn, in) &&
	     expect_fold(conn, &conn->login);
	conn->link.io.timeout_ms = 0;
	free(in);
	return ok;
}
