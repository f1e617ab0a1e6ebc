/*
 * net_conn.h - one connection of the rehearsal, from CONNECT to LOGOFF
 *
 * A connection has a thread.  While a call runs in the backend, nobody reads the socket
 * but the listener's watcher: what arrives then can only be a break, so it cancels the
 * call, and the thread finds the marker when it is about to answer.
 *
 *	net_listener.c	threads, slots, the watcher
 *	net_tls.c	the handshake of TCPS
 *	net_login.c	CONNECT to AUTH
 *	net_password.c	challenges, proofs, and passwords that change
 *	net_call.c	the loop: piggybacks, functions, markers
 *	net_execute.c	EXECUTE, REEXECUTE, FETCH; their binds and answers: net_work.h
 *	net_describe.c	columns of statements, tables and views that are not run
 *	net_lob.c	LOB_OP, and LOBs in rows and binds
 *
 * Owns		@link, @arena, the cursors and the session end with the connection
 * Threads	its own, but: @busy and @fd are read by the watcher under net->lock
 */
#ifndef CW_REHEARSAL_NET_CONN_H
#define CW_REHEARSAL_NET_CONN_H

#include "codec/login_verifier.h"
#include "codec/tns_link.h"
#include "codec/ttc_call_answer.h"
#include "codec/ttc_call_piggyback.h"
#include "codec/ttc_connect.h"
#include "rehearsal/engine.h"

#include <pthread.h>

#define NET_CURSORS_MAX	  300u /* AUTH_MAX_OPEN_CURSORS; one more is ORA-01000 */
#define NET_MESSAGE_BYTES ((size_t)512 << 20)

struct rh_net;
struct rh_knobs;
struct ssl_ctx_st;

#define NET_CONNECT_TIMEOUT_MS 60000 /* SQLNET.INBOUND_CONNECT_TIMEOUT */

struct net_cursor {
	struct rh_stmt *stmt; /* NULL: free */
	struct rh_stmt_info info;
	uint32_t oac_count;
	struct cw_ttc_oac *oac; /* as declared by the last EXECUTE */
	struct cw_ttc_describe columns;
	bool has_lobs;		    /* among its columns: rows come when they were defined */
	bool has_objects;	    /* XMLTYPE among them */
	bool has_cursors;	    /* CURSOR(...) among them */
	uint32_t parent;	    /* the cursor in whose row it lies: closed with it; 0: none */
	uint32_t define_count;	    /* 0: they were not yet */
	struct cw_ttc_oac *define;
	uint8_t *direction; /* PL/SQL: of the last execution; NULL: none yet */
	uint64_t rows_fetched;
	bool open, described; /* open: rows may be fetched */
	bool row_counts;      /* of array DML: asked for by the last EXECUTE, given by REEXECUTE too */
};

struct net_conn {
	struct rh_net *net;
	struct rh_server *server;
	struct rh_knobs *knobs;
	struct cw_tns_link link;
	struct ssl_ctx_st *tls; /* of the net; NULL: this connection came to the plain port */
	uint32_t sdu;		/* the most to agree on */
	struct cw_ttc ttc;
	struct cw_arena arena; /* of the message being read and its answer */
	struct rh_session *session;
	const char *cipher, *checksum; /* that the services agreed on; NULL: none */
	struct net_cursor cursor[NET_CURSORS_MAX + 1]; /* by id, from 1 */
	uint16_t sequence; /* end to end: counts functions and piggybacks */
	uint8_t call_number;
	uint64_t token; /* of the request, if it is one of a pipeline; 0: it is not */
	bool logged_off;
	struct rh_error deferred; /* of a piggyback: told by the function behind it */
	char user[256];		  /* who logged in, as typed */
	struct cw_login_server login; /* its combo key is what passwords travel under */
	struct cw_login_challenge challenge;
};

/* CONNECT to AUTH; false: refused or gone, the connection is to be closed. */
bool net_login(struct net_conn *conn);

/*
 * The halves of a login, also in mid-session when a password is to change: put the challenge
 * to @user into the answer; then see whether @auth knows the password, which is changed if
 * it has AUTH_NEWPASSWORD.  *error says why not.
 */
bool net_put_challenge(struct net_conn *conn, const char *user, struct cw_wr *wr);
bool net_check_proof(struct net_conn *conn, const char *user, const struct cw_ttc_auth *auth,
		     struct rh_verifier *ret, struct rh_error *error);
/* The pairs that describe the session, with the proof that the server knows the password. */
bool net_put_session_data(struct net_conn *conn, struct cw_wr *wr);
/* AUTH in mid-session; the function's header is read. */
bool net_change_password(struct net_conn *conn, struct cw_ttc_in *in, unsigned function);

/* Serve calls until LOGOFF, a lost peer, or a killed session. */
void net_serve_calls(struct net_conn *conn);

/* The call has been read: from here to net_call_ends() the watcher looks for breaks. */
void net_call_begins(struct net_conn *conn);
void net_call_ends(struct net_conn *conn);

/* ---- moments with a zone, of clients that know them by its fields: net_zone.c ---- */

void net_zone_binds(struct net_conn *conn, struct rh_bind *binds, size_t count);
void net_zone_out(struct net_conn *conn, uint8_t ora_type, struct cw_value *value);
/* @values themselves where nothing is to be done; else a copy in the arena of the message. */
const struct cw_value *net_zone_row(struct net_conn *conn, const struct cw_ttc_describe *columns,
				    const struct cw_value *values);

/* ---- LOBs: net_lob.c -------------------------------------------------------- */

/* LOB_OP; as a piggyback it frees temporary LOBs. */
bool net_lob_op(struct net_conn *conn, struct cw_ttc_in *in);
void net_lob_piggyback(struct net_conn *conn, struct cw_ttc_in *in);
/* A row of a cursor that has LOBs, objects or cursors, in the form that was asked for. */
bool net_put_lob_row(struct net_conn *conn, uint32_t id, struct cw_wr *wr,
		     const struct cw_value *values, struct rh_error *error);
/* The locators among @count binds become what they stand for. */
bool net_lob_binds(struct net_conn *conn, struct rh_bind *binds, size_t count,
		   struct rh_error *error);
/* An OUT value; @homed: it lies in a row (RETURNING).  Locators are made before they are put. */
bool net_lob_out(struct net_conn *conn, const struct cw_ttc_oac *oac, bool homed,
		 struct cw_value *value, struct rh_error *error);
void net_put_out(struct net_conn *conn, struct cw_wr *wr, const struct cw_ttc_oac *oac,
		 const struct cw_value *value);

/* ---- answers ---------------------------------------------------------------- */

/* Begin the answer to a request: of one in a pipeline, with its token. */
struct cw_wr *net_answer(struct net_conn *conn);
/* Success with the session's state filled in: call status, sequence, call number. */
struct cw_ttc_error net_summary(const struct net_conn *conn);
void net_put_error(struct net_conn *conn, struct cw_wr *wr, const struct rh_error *error,
		   uint32_t cursor_id);
/* Send the answer in link.out, unless a break came meanwhile: then the reset dance. */
bool net_send_answer(struct net_conn *conn);
/* The answer as it is, with its end if ends are marked. */
bool net_send_now(struct net_conn *conn);
/* After a break: markers, then ORA-01013. */
bool net_answer_break(struct net_conn *conn);
/* Tell an error whose request was not read to its end; the rest of it is dropped. */
bool net_refuse(struct net_conn *conn, const struct rh_error *error);

/* ---- functions; the message's header is read; false: the connection is lost --------- */

bool net_execute(struct net_conn *conn, struct cw_ttc_in *in);
bool net_reexecute(struct net_conn *conn, struct cw_ttc_in *in, bool fetch);
bool net_fetch(struct net_conn *conn, struct cw_ttc_in *in);
void net_cursor_close(struct net_conn *conn, uint32_t id);

/* ---- cursors in values: net_cursor.c ------------------------------------------ */

/* A number for @stmt, whose owner the connection is from here on, below cursor @parent (0: none).  ORA-01000: it was freed. */
bool net_cursor_adopt(struct net_conn *conn, struct rh_stmt *stmt, uint32_t parent, uint32_t *ret,
		      struct rh_error *error);
void net_cursor_close_nested(struct net_conn *conn, uint32_t parent);
/* The first that is free; 0: none is. */
uint32_t net_cursor_free(const struct net_conn *conn);
void net_cursor_set_columns(struct net_cursor *cursor);
/* As a value of @form; @id 0: it was never opened. */
void net_put_cursor(struct net_conn *conn, struct cw_wr *wr, const struct cw_ttc_form *form,
		    uint32_t id);
/* What DBMS_SQL.RETURN_RESULT gave away, as a message of its own. */
bool net_put_results(struct net_conn *conn, struct cw_wr *wr, const struct rh_result *result,
		     struct rh_error *error);

/* ---- describing: net_describe.c ---------------------------------------------- */

/* As the wire has it; the name is the statement's. */
struct cw_ttc_column net_column(const struct rh_column *column);
bool net_describe_statement(struct net_conn *conn, struct cw_ttc_in *in);
bool net_describe_object(struct net_conn *conn, struct cw_ttc_in *in);

#endif
