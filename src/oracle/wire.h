/*
 * wire.h - what the files of this folder share: a session's connection and one call over it
 *
 * A call is written into the link, sent, and its answer read message by message until the
 * one that ends it.  What came is in struct ora_reply; rows go to the statement's store.
 *
 * Owns		a session owns its link, its statements and the list of cursors that the
 *		next call shall close
 * Errors	those of session.h
 */
#ifndef CW_ORACLE_WIRE_H
#define CW_ORACLE_WIRE_H

#include "codec/tns_link.h"
#include "codec/ttc_call_answer.h"
#include "codec/ttc_call_piggyback.h"
#include "codec/ttc_connect.h"
#include "codec/ttc_lob.h"
#include "oracle/destination.h"
#include "oracle/session.h"

#define ORA_REPLY_BYTES_MAX ((size_t)256 << 20) /* of one answer */
#define ORA_CLOSE_MAX	    1024		/* cursors closed by one piggyback */
#define ORA_IDLE_MAX	    16			/* cursors kept open, of OPEN_CURSORS (50 by default) */
#define ORA_BREAK_MS	    5000		/* for a cancelled call to end */
#define ORA_LOGOFF_MS	    2000

/* Native network encryption: what is wanted, and what was agreed on. */
struct ora_services {
	struct cw_ano_wishes wishes;
	bool offered;		       /* before ACCEPT: by us; behind it: by both */
	uint8_t encryption, integrity; /* enum cw_ano_encryption, enum cw_ano_integrity */
};

struct cw_ora {
	struct cw_tns_link link;
	struct cw_ttc ttc;
	struct cw_arena arena; /* of calls without a statement */
	struct cw_ora_stmt *stmts;
	struct cw_ora_stmt *idle; /* freed, their cursors open for the same text; the latest first */
	struct cw_ora_stmt *ahead; /* its FETCH was sent, the answer is not read; NULL: none */
	uint32_t to_close[ORA_CLOSE_MAX];
	uint32_t to_close_count;
	struct cw_wr to_free; /* locators of temporary LOBs, for the next call to free */
	uint8_t sequence;
	bool broken; /* of no more use but to be closed */
	bool is_logged_in, is_leaving;
	bool is_fast;  /* negotiation and the first step of the login go in one: FAST_AUTH */
	bool only_12c; /* no older verifier will do */
	int call_timeout_ms, cancel_fd;
	int64_t allowed_ms; /* for what is under way; 0: no end */
	char where[400]; /* host:port/service, for errors */
	struct cw_wr descriptor; /* as sent with CONNECT; a redirect changes what is sent */
	struct ora_services services;
	char version[32];
	char warning[256]; /* of the login */
	uint32_t version_no, session_id, serial, instance;
	uint32_t call_status; /* of the last answer */
};

/* Rows of one answer, and what the next one may refer back to. */
struct ora_rows {
	struct cw_arena arena;
	struct cw_row *row;
	uint32_t count, room, given;
	uint64_t before;		  /* in the answers before this one */
	uint64_t bad_row;		  /* from 1: the first whose text is none; 0: all are well */
	uint32_t bad_column;
	struct cw_value *value; /* room for values of rows to come */
	size_t value_left;
	struct cw_value *last; /* of the row before, for bit vectors; NULL: none */
	uint8_t *carry[2];     /* its bytes, kept over the end of an answer */
	size_t carry_room[2];
	unsigned carry_turn;
	struct cw_ttc_bits bits;
};

enum ora_kind { ORA_QUERY, ORA_DML, ORA_PLSQL, ORA_OTHER };

#define ORA_BINDS_MAX 4096

/* What one bind of RETURNING got, of all iterations. */
struct ora_returned {
	uint32_t count, room;
	struct cw_value *value;
};

struct cw_ora_stmt {
	struct cw_ora *ora;
	struct cw_ora_stmt *next;
	enum ora_kind kind;
	char *sql;
	struct cw_arena arena;	/* lives with the statement */
	uint32_t bind_count;	/* what the caller sees */
	uint32_t place_count;	/* placeholders as the server counts them */
	uint16_t *place;	/* which bind stands there */
	struct cw_ttc_oac *oac; /* of each place */
	struct cw_value *out;	/* of each bind */
	uint32_t returning_from; /* the first place that RETURNING fills; UINT32_MAX: none */
	struct ora_returned *returned; /* of each bind */
	uint8_t *direction;	/* of each place, as the server told */
	bool binds_changed;	/* since the server heard of them */
	bool counts_rows;	/* as its last EXECUTE asked: REEXECUTE would be answered with them, too */
	bool was_executed;
	uint32_t cursor_id;
	struct cw_arena shape_arena;
	struct cw_ttc_describe describe;
	struct cw_ora_column *column;
	bool needs_define; /* it has LOB, JSON or VECTOR columns ... */
	bool is_defined;   /* ... and the server was told how to send them */
	bool has_xml;	   /* it has XMLTYPE columns */
	bool by_locator;   /* CLOB and BLOB come as locators; else whole */
	struct ora_rows rows;
	bool at_end;
	uint32_t ahead_rows; /* to ask for before they are wanted; 0: none */
	bool is_child;	     /* a cursor that came from the server: it has no text */
	struct cw_ora_stmt *results; /* implicit ones that nobody has taken */
};

struct ora_reply {
	struct cw_ora_stmt *stmt; /* NULL: the call has none */
	struct cw_arena *arena;
	bool is_login;
	bool is_meeting;	 /* it is FAST_AUTH that is answered, or DATA_TYPES behind it */
	bool has_met;		 /* PROTOCOL came */
	bool is_slow;		 /* RENEGOTIATE came: DATA_TYPES and AUTH are wanted one by one */
	struct cw_ttc_auth auth; /* with is_login: the pairs that came */
	struct cw_ttc_parameter parameter;
	const struct cw_ttc_lob_op *lob; /* what was asked of a LOB; NULL: nothing */
	struct cw_ttc_lob_answer lob_answer;
	struct cw_bytes lob_data;
	struct cw_ttc_error error; /* number 0: success */
};

/* Begin a call: closes cursors first, if there are any to close. */
struct cw_wr *ora_begin(struct cw_ora *ora);
uint8_t ora_next_sequence(struct cw_ora *ora);
/* Send it; its answer is for ora_answer(). */
bool ora_send(struct cw_ora *ora, struct cw_err *err) CW_MUST_CHECK;
bool ora_answer(struct cw_ora *ora, struct ora_reply *reply, struct cw_err *err) CW_MUST_CHECK;
/* Send it and read the answer.  false: the connection failed; an ORA- error is in *reply. */
bool ora_call(struct cw_ora *ora, struct ora_reply *reply, struct cw_err *err) CW_MUST_CHECK;
/* Tell an ORA- error of the server, true if there is none. */
bool ora_check(struct cw_ora *ora, const struct ora_reply *reply, const char *what,
	       struct cw_err *err) CW_MUST_CHECK;
/* COMMIT, ROLLBACK, PING, LOGOFF. */
bool ora_simple(struct cw_ora *ora, enum cw_ttc_function_code function, const char *what,
		struct cw_err *err) CW_MUST_CHECK;
void ora_close_cursor(struct cw_ora *ora, uint32_t cursor_id);
void ora_free_locator(struct cw_ora *ora, struct cw_bytes locator);
/* Free what is idle but the @left latest. */
void ora_free_idle(struct cw_ora *ora, unsigned left);

/* The opening: name, socket, TLS, CONNECT ... ACCEPT; then PROTOCOL ... AUTH. */
bool ora_connect(struct cw_ora *ora, const struct cw_ora_login *login,
		 const struct cw_ora_destination *destination, struct cw_err *err) CW_MUST_CHECK;
/* Who logs in, and as whom it goes on ("proxy[user]"); @client empty: it is the same. */
struct ora_names {
	struct cw_bytes user, client;
};
/* CW7102: no such thing, or a login that is none by password. */
bool ora_split_user(const char *user, struct ora_names *ret, struct cw_err *err) CW_MUST_CHECK;
bool ora_log_in(struct cw_ora *ora, const struct cw_ora_login *login,
		struct cw_err *err) CW_MUST_CHECK;
/* @since_us: cw_clock_us() when the stage began. */
void ora_tell(const struct cw_ora_login *login, enum cw_ora_stage stage, int64_t since_us,
	      const char *detail, const struct cw_err *failure);
/* The whole of what follows, until the next one, is done within @ms; 0: no end. */
void ora_deadline(struct cw_ora *ora, int64_t ms);

/* What is wanted of the other side before anything is said to it. */
struct ora_tls_wish {
	const struct cw_ora_description *description;
	const char *host;
	bool is_loopback;
	const char *wallet; /* NULL: the system's authorities */
	struct cw_bytes wallet_password;
};

/* TLS over the connected @io; the server is believed as @wish says, or CW7116 to CW7118. */
bool ora_tls_start(struct cw_io *io, const struct ora_tls_wish *wish,
		   struct cw_err *err) CW_MUST_CHECK;
/* "TLSv1.3, CN=db.example.com", or that nobody was asked who it is. */
void ora_tls_show(const struct cw_io *io, char *ret, size_t room);

/* What connect string, login and sqlnet.ora (@otherwise) say of network services: CW7110. */
bool ora_services_wanted(struct cw_ora *ora, const struct cw_ora_login *login,
			 const struct cw_ora_description *description,
			 const struct cw_ora_network *otherwise, bool over_tls,
			 struct cw_err *err) CW_MUST_CHECK;
/* Can it be, by what the ACCEPT says?  CW7113. */
bool ora_services_accepted(struct cw_ora *ora, const struct cw_tns_accept *accept,
			   struct cw_err *err) CW_MUST_CHECK;
/* Behind ACCEPT; afterwards the link is sealed where both sides want it. */
bool ora_services_agree(struct cw_ora *ora, struct cw_err *err) CW_MUST_CHECK;
/* ", encryption AES256, checksum SHA512", or that there is none. */
void ora_services_show(const struct cw_ora *ora, char *ret, size_t room);

/* The rows of binds behind a request: are they what was declared?  CW7107, CW2012; then, write them. */
bool ora_binds_check(const struct cw_ora_stmt *stmt, const struct cw_row *rows, uint32_t row_count,
		     struct cw_err *err) CW_MUST_CHECK;
void ora_binds_put(struct cw_ora_stmt *stmt, struct cw_wr *wr, const struct cw_row *rows,
		   uint32_t row_count, bool again);

/* *rows with texts in place of the images of XMLTYPE: CW2143. */
bool ora_xml_give(struct cw_ora_stmt *stmt, struct cw_ora_rows *rows,
		  struct cw_err *err) CW_MUST_CHECK;
struct cw_ora_lob *ora_lob_new(struct cw_ora *ora, uint8_t ora_type, bool is_national,
			       struct cw_bytes locator);

/* Rows of an answer as they come in. */
void ora_rows_begin(struct ora_rows *rows, uint32_t column_count, bool keep_last);
/* The row behind a ROW_DATA, and those that follow it at once. */
bool ora_rows_add(struct cw_ora_stmt *stmt, struct cw_ttc_in *in);
void ora_rows_release(struct ora_rows *rows);
/* Could all texts be decoded?  CW2012 with row and column. */
bool ora_rows_check(const struct cw_ora_stmt *stmt, struct cw_err *err) CW_MUST_CHECK;
/* A description arrived: *fresh lives in the reply's arena. */
bool ora_describe(struct cw_ora_stmt *stmt, const struct cw_ttc_describe *fresh);

/* Message 27: cursors that @stmt returned beside its own rows. */
void ora_read_results(struct cw_ttc_in *in, struct cw_ora_stmt *stmt);
void ora_drop_results(struct cw_ora_stmt *stmt);
/* Free @stmt, which is in no list, and close its cursor. */
void ora_stmt_release(struct cw_ora_stmt *stmt);
/* Can all its columns be read?  CW7108. */
bool ora_check_columns(const struct cw_ora_stmt *stmt, struct cw_err *err) CW_MUST_CHECK;

/* Does a column have to be defined before its values can come in one piece with the row? */
bool ora_needs_define(const struct cw_ttc_column *column);
/*
 * How @column is asked for: CLOB as LONG, BLOB as LONG RAW, or as locators with their size; JSON
 * and VECTOR whole; others as they are.  @column becomes what its rows are read by.
 */
struct cw_ttc_oac ora_define(struct cw_ttc_column *column, bool by_locator);

/* The first place behind RETURNING ... INTO of a DML statement; UINT32_MAX: none. */
uint32_t ora_find_returning(const char *sql, enum ora_kind kind);
/* What a statement is, and where its placeholders are. */
enum ora_kind ora_kind_of(const char *sql);
/* @ret_place: for each placeholder the bind it stands for; -1: more than ORA_BINDS_MAX. */
int ora_find_places(const char *sql, enum ora_kind kind, uint16_t *ret_place,
		    uint32_t *ret_bind_count);

#endif
