/*
 * walk_parts.h - what the files of the walk share; see walk.h
 *
 *	walk.c		packets, directions, negotiation
 *	walk_check.c	the fields of a unit: no gap, and back to the same bytes
 *	walk_client.c	requests	walk_server.c	answers
 *	walk_stmt.c	what a cursor returns and is bound to
 */
#ifndef CW_CODEC_WALK_PARTS_H
#define CW_CODEC_WALK_PARTS_H

#include "codec/ano.h"
#include "codec/tns_packet.h"
#include "codec/ttc_call_piggyback.h"
#include "codec/ttc_connect.h"
#include "codec/ttc_lob.h"
#include "codec/ttc_other.h"
#include "codec/walk.h"

#define WALK_STATEMENTS_MAX 512u
#define WALK_CALLS_MAX	    256u
#define WALK_STREAM_MAX	    (256u << 20) /* bytes of one request or answer */

/* What is known of a statement; kept by cursor. */
struct walk_stmt {
	uint32_t cursor_id; /* 0: not told yet */
	bool is_query, is_plsql, is_returning;
	bool wants_row_counts; /* said by EXECUTE, and meant by REEXECUTE as well */
	uint32_t column_count;
	struct cw_ttc_column *column; /* names are not kept */
	char **column_name;
	uint32_t define_count;
	struct cw_ttc_oac *define;
	uint32_t bind_count;
	struct cw_ttc_oac *bind;
	uint32_t returning_from; /* binds from here on are RETURNING; bind_count: none */
	uint8_t *direction;	 /* of the binds, once an IO_VECTOR told */
	uint64_t used;		 /* when, to let go of the oldest */
};

/* A function that waits for its answer. */
struct walk_call {
	uint8_t function, sequence;
	uint64_t token;
	struct walk_stmt *stmt; /* of EXECUTE, REEXECUTE, FETCH */
	struct cw_ttc_lob_op lob;
	struct cw_ttc_other other;
};

struct walk_check {
	struct cw_ttc_trace trace; /* first: the readers know only this */
	struct cw_walk *walk;
	struct cw_wr wr;       /* to encode a field in */
	const uint8_t *at;     /* where the next field must begin */
	bool has_gap, has_bad; /* a field lies elsewhere; one is not what it encodes to */
	uint64_t odd_short, odd_least, odd; /* fields not in 0, 1, 2, 4, 8; not least; neither */
};

struct cw_walk {
	struct cw_walk_listener *listener;
	struct cw_walk_counts counts;
	struct cw_wr stream[2];	 /* bytes of either direction, packets not yet whole */
	struct cw_wr message[2]; /* payloads of DATA of either direction, not yet read */
	enum cw_walk_from last;	 /* whose DATA came last */
	bool wide;
	bool has_connect;
	bool is_interrupted; /* the stream that is read was cut by a marker */
	bool is_native;	     /* both sides run on machines of the same kind */
	bool is_packed, is_foreign, is_short; /* how: native_packed, _fields, _short of cw_ttc */
	bool is_open; /* ACCEPT was seen: DATA is TTC */
	bool is_sealed; /* the server chose encryption or checksums: only words about it are clear */
	struct cw_tns_accept accept;
	struct cw_ttc ttc, assumed;
	uint8_t platform[64]; /* as the client names it */
	uint8_t platform_len;
	bool is_assuming; /* a call came though nothing was negotiated */
	struct cw_ttc_protocol protocol; /* the server's; its bytes are not kept */
	struct cw_ttc_data_types types, types_answer; /* the client's, the server's */
	bool has_types;
	struct cw_arena arena; /* of the stream being read */
	struct walk_check check;
	struct cw_wr rewrite;
	struct walk_call call[WALK_CALLS_MAX]; /* first to come first */
	uint32_t call_count;
	struct walk_stmt *stmt[WALK_STATEMENTS_MAX];
	uint32_t stmt_count;
	uint64_t clock;
};

/* ---- walk.c ---- */

/* One unit: begin, pass its fields, end.  walk_close() tells whether it was read whole. */
void walk_open(struct cw_walk *walk, enum cw_walk_from from, const char *name,
	       struct cw_ttc_in *in, bool is_packet);
bool walk_close(struct cw_walk *walk, struct cw_ttc_in *in);
/* Both capabilities are known: what follows for the session. */
void walk_agree(struct cw_walk *walk);
/* The server's platform: the same as the client's means native structures. */
void walk_meet(struct cw_walk *walk, struct cw_bytes banner);
void walk_set_native(struct cw_walk *walk);

/* ---- walk_check.c ---- */

void walk_check_init(struct cw_walk *walk);
void walk_check_begin(struct walk_check *check, const uint8_t *at);
/*
 * A message from @from on came out of our writer as walk->rewrite: the same bytes?  Counts;
 * false if not and the encoding is unique.
 */
bool walk_check_rewrite(struct cw_walk *walk, const uint8_t *from, const uint8_t *to);
/* In which of the two ways its integers are written. */
bool walk_check_is_least(const struct walk_check *check);

/* ---- walk_stmt.c ---- */

struct walk_stmt *walk_stmt_find(struct cw_walk *walk, uint32_t cursor_id);
/* The query that was described last: what is left when a cursor's number says nothing. */
struct walk_stmt *walk_stmt_latest(struct cw_walk *walk);
struct walk_stmt *walk_stmt_new(struct cw_walk *walk);
/* The server told the cursor of @stmt: another with that number is no more. */
void walk_stmt_name(struct cw_walk *walk, struct walk_stmt *stmt, uint32_t cursor_id);
void walk_stmt_set_columns(struct walk_stmt *stmt, const struct cw_ttc_describe *describe);
void walk_stmt_set_binds(struct walk_stmt *stmt, const struct cw_ttc_execute *execute);
void walk_stmt_set_directions(struct walk_stmt *stmt, struct cw_bytes direction);
void walk_stmt_set_sql(struct walk_stmt *stmt, struct cw_bytes sql);
void walk_stmt_free_all(struct cw_walk *walk);

/* ---- walk_client.c, walk_server.c ---- */

/* The words of native network encryption, of either side. */
void walk_services(struct cw_walk *walk, struct cw_pass *pass, struct cw_pass *again);
void walk_requests(struct cw_walk *walk, struct cw_ttc_in *in);
void walk_answers(struct cw_walk *walk, struct cw_ttc_in *in);

#endif
